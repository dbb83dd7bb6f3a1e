"""Figures of the service come from the weekly table, or are left out where there is none."""

from dataclasses import replace

import pytest

from ips_sim.report.folder import read_result
from ips_sim.report.process import process_rows, ways_out_rows
from tests.report.made_up import write_folder

FROM_WEEKS = {
    # 3 contacts a week by 1.5 hours for each of 40 people, in posts of 37.5 hours.
    "Employer contacts a week, per full post": 3 / (1.5 * 40 / 37.5),
    "Caseload per full-time post": 40 / (1.5 * 40 / 37.5),
    "Hours with people and employers, %": 100 * 0.7 / 1.5,
    # Seven tenths of those hours outside the office, and travel.
    "Hours in the community, %": 100 * (0.7 * 0.7 + 0.1) / 1.5,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("process") / "made"
    write_folder(folder)
    return read_result(folder)


def test_what_is_worked_out_from_weeks(result):
    rows = {row.label: row.values for row in process_rows(result)}
    for label, value in FROM_WEEKS.items():
        assert rows[label] == pytest.approx((value, value), rel=1e-12)


def test_a_scenario_without_weeks_has_no_value_and_without_any_there_is_no_row(result):
    one = replace(result, weekly={"IPS": result.weekly["IPS"]})
    rows = {row.label: row.values for row in process_rows(one)}
    assert all(rows[label][0] is not None and rows[label][1] is None for label in FROM_WEEKS)
    assert not FROM_WEEKS.keys() & {row.label for row in process_rows(replace(result, weekly={}))}


def test_ways_out_are_those_of_the_tables(result):
    rows = {row.label: row for row in ways_out_rows(result)}
    assert rows["Disengaged, left without agreement"].values == tuple(
        result.mean(one.name, "dropped_out").value for one in result.scenarios
    )
