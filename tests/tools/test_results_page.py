"""The page on result folders says what the tables hold."""

from tools.pages.results_page import results_page


def test_no_cell_breaks_its_table():
    rows = [line for line in results_page().splitlines() if line.startswith("|")]
    assert len(rows) > 150
    assert {line.count("|") for line in rows} == {3, 5}
