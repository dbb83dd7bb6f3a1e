"""The page on result folders says what the tables hold."""

from pathlib import Path

from ips_sim.runs.published import PAGE, results_page


def test_the_page_is_the_one_that_the_columns_make(repository: Path):
    """After a change: python -m ips_sim.runs.published."""
    assert (repository / PAGE).read_text(encoding="utf-8") == results_page()


def test_no_cell_breaks_its_table():
    rows = [line for line in results_page().splitlines() if line.startswith("|")]
    assert len(rows) > 150
    assert {line.count("|") for line in rows} == {3, 5}
