"""Open programmes are told by shares of the caseload, rates and quarters."""

import re
from pathlib import Path

import pytest

from ips_sim.report import write_report
from ips_sim.report.folder import read_result
from ips_sim.report.headlines import headlines
from ips_sim.report.quarters import QUARTER_COLUMNS, QuarterMean, quarter_tables, read_quarters
from ips_sim.report.short_table import HEADLINES, OF_OPEN_PROGRAMMES, run_lines
from ips_sim.report.words import wording_of
from ips_sim.runs.folder import run_to_folder
from ips_sim.runs.plan import make_plan
from ips_sim.runs.quarters import ALL_QUARTERS
from ips_sim.shown.aligned import columns

SMALL = {
    "design.people": 30,
    "design.weeks": 39,
    "design.warm_up_weeks": 13,
    "place.vacancies_per_employer_per_year": 12.0,
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The shipped open programme beside one with another caseload."""
    folder = tmp_path_factory.mktemp("open")
    other = folder / "other.yaml"
    other.write_text(
        "title: Smaller caseloads\nbased_on: open_programme.yaml\n"
        "programme:\n  caseload_limit: 6\n",
        encoding="utf-8",
    )
    plan = make_plan(["open_programme", str(other)], replicates=4, draws=1, overrides=SMALL, seed=2)
    return run_to_folder(plan, folder / "out")


def test_the_terminal_tells_rates_and_quarters(finished):
    lines = columns(run_lines(finished))
    assert max(map(len, lines)) <= 100
    first = {re.split("  +", line)[0].rstrip("*") for line in lines if line}
    assert {wording_of(name).label for name in OF_OPEN_PROGRAMMES} <= first
    assert not {wording_of(name).label for name in HEADLINES} & first
    # Three quarters and their mean, of both.
    assert [line.split()[0] for line in lines if line.startswith(("1 ", "2 ", "3 ", "mean "))] == [
        "1",
        "2",
        "3",
        "mean",
    ] * 2


def test_sentences_tell_no_sum_over_people_who_came_at_unlike_times(finished):
    said = headlines(read_result(finished.folder))
    text = " ".join([one.sentence for one in said] + [line for one in said for line in one.lines])
    assert "found a competitive job" not in text
    assert "Of 100 people on the caseload in a quarter" in text
    assert "for each person served" in text


@pytest.mark.usefixtures("undrawn")
def test_the_page_holds_the_table_and_says_for_how_long_people_were_observed(finished):
    page = write_report(finished.folder).read_text(encoding="utf-8")
    tables = quarter_tables(read_quarters(finished.folder / "quarters.csv"))
    for table in tables:
        assert f"Quarter by quarter: {table.scenario}" in page
        for title, cells in table.rows:
            assert f'<tr><th>{title}</th><td data-label="Referred">{cells[0][0]}' in page
            assert len(cells) == len(QUARTER_COLUMNS)
    assert "where none stands, it is nearly always the same" in page
    assert "weeks on average under IPS, open programme" in page
    assert "weeks on average under Smaller caseloads" in page


def test_the_share_in_work_by_week_is_of_the_caseload(finished):
    mine = read_result(finished.folder).weekly["IPS, open programme"]
    expected = mine.totals["employed_supported"] / mine.totals["on_caseload"]
    assert mine.employed == pytest.approx(expected)
    assert (mine.low <= mine.high).all()
    assert (mine.high <= 1.0).all()


def test_of_a_single_run_no_range_is_told():
    mean = {(1, column.figure): QuarterMean(2.0, None, None) for column in QUARTER_COLUMNS}
    alone = mean | {(ALL_QUARTERS, figure): one for (_, figure), one in mean.items()}
    some = {key: QuarterMean(2.0, 1.0, 3.0) for key in alone}
    tables = quarter_tables({"alone": alone, "some": some})
    assert [table.has_ranges for table in tables] == [False, True]


def test_a_folder_without_the_file_has_no_quarters(tmp_path: Path):
    assert read_quarters(tmp_path / "quarters.csv") == {}
