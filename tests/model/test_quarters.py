"""Quarters of an open programme: weeks added up, and flows that agree with what stands."""

import numpy as np
import pytest

from ips_sim.model import arrays
from ips_sim.model.compiled.execute import execute
from ips_sim.model.quarters import QUARTERLY, by_quarter, quarter_figures
from ips_sim.model.results import Runs
from ips_sim.model.rules.counting import Weekly
from ips_sim.scenario import load_scenario

ROW = {one.name: row for row, one in enumerate(QUARTERLY)}


@pytest.fixture(scope="module")
def lived():
    """A busy open programme whose warm-up is no whole number of quarters, in two runs."""
    scenario = load_scenario(
        "open_programme",
        overrides={
            "design.people": 60,
            "design.warm_up_weeks": 10,
            "design.weeks": 60,
            "design.specialists_per_site": 1.0,
            "programme.caseload_limit": 12,
            "place.vacancies_per_employer_per_year": 12.0,
        },
    )
    parameters = arrays.as_record(arrays.default_parameters(scenario.parameters), arrays.PARAMETERS)
    runs = Runs(*(np.zeros(2, np.int64) for _ in range(3)))
    runs.replicate[:] = np.arange(2)
    return execute(scenario, parameters, runs, 1)


def test_weeks_after_the_last_whole_quarter_are_left_out():
    weekly = np.ones((3, 30, len(Weekly)))
    weekly[:, 26:] = 100.0
    assert (by_quarter(weekly) == 13.0).all()
    assert by_quarter(weekly).shape == (3, 2, len(Weekly))
    assert by_quarter(weekly[:, :12]).shape == (3, 0, len(Weekly))


def test_figures_are_sums_means_shares_and_rates():
    quarter = np.zeros(len(Weekly))
    quarter[[Weekly.ON_CASELOAD, Weekly.EMPLOYED_SUPPORTED, Weekly.ON_WAITING_LIST]] = 260, 65, 39
    quarter[[Weekly.SERVED_IN_QUARTER, Weekly.EMPLOYED_IN_QUARTER]] = 25, 10
    quarter[[Weekly.JOB_STARTS_SERVED, Weekly.PLACES_LEFT, Weekly.STAY_WEEKS_ENDED]] = 4, 5, 100
    quarter[[Weekly.POSTS, Weekly.POSTS_LEFT]] = 26, 1
    found = quarter_figures(quarter)
    expected = {
        "turnover_per_year": 2.0,  # 1 in 26 weeks of a post
        "caseload": 20.0,
        "waiting": 3.0,
        "served": 25.0,
        "employed_in_quarter_share": 0.4,
        "caseload_employed_share": 0.25,
        "job_starts": 4.0,
        "job_starts_per_100_caseload_years": 80.0,  # 4 in 260 weeks, which are 5 years
        "stay_weeks": 20.0,
    }
    assert {name: found[ROW[name]] for name in expected} == pytest.approx(expected)


def test_where_nobody_is_there_is_no_share():
    found = quarter_figures(np.zeros(len(Weekly)))
    nothing = {one.name for one in QUARTERLY if np.isnan(found[ROW[one.name]])}
    assert nothing == {one.name for one in QUARTERLY if one.bottom}


def test_places_taken_less_places_left_are_how_the_caseload_changes(lived):
    weekly = lived.weekly
    change = weekly[..., Weekly.PLACES_TAKEN] - weekly[..., Weekly.PLACES_LEFT]
    assert (np.diff(weekly[..., Weekly.ON_CASELOAD], axis=1) == change[:, 1:]).all()
    assert weekly[..., Weekly.PLACES_LEFT].sum() > 10


def test_quarters_of_the_programme_are_those_of_its_people(lived):
    """Quarters end with the warm-up and every 13 weeks from then on."""
    served = lived.weekly[..., Weekly.SERVED_IN_QUARTER]
    assert set(np.flatnonzero(served.any(axis=0)) + 1) == {13, 26, 39, 52}
    for column, field in (
        (Weekly.SERVED_IN_QUARTER, "quarters_on_caseload"),
        (Weekly.EMPLOYED_IN_QUARTER, "quarters_on_caseload_in_work"),
        (Weekly.PLACES_LEFT, "stays_ended"),
        (Weekly.STAY_WEEKS_ENDED, "stay_weeks_ended"),
    ):
        assert lived.weekly[..., column].sum() == lived.people[field].sum() > 0


def test_everyone_is_referred_once(lived):
    before = (lived.people["entry_week"] <= 10).sum()
    assert lived.weekly[..., Weekly.REFERRED].sum() == lived.people.size - before
