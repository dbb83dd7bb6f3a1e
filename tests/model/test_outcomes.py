"""What is counted, on people made by hand."""

import numpy as np
import pytest

from ips_sim.model import arrays
from ips_sim.model.entities import Benefit, JobSeekerFields, Service, Work
from ips_sim.model.outcomes import (
    FIGURES,
    MEASURES,
    OUTCOMES,
    PRICED,
    TOTALS,
    count_outcomes,
    figures,
    is_counted,
    segment_sums,
    total_up,
)
from ips_sim.model.rules.counting import Weekly
from ips_sim.scenario import load_scenario

NAMES = [
    "employed_ever",
    "employed_at_end",
    "weeks_to_first_job",
    "weeks_worked",
    "jobs_held",
    "first_job_weeks",
    "longest_job_weeks",
    "worked_20h_ever",
    "hours_worked",
    "earnings_usd",
    "dropped_out",
    "closed",
    "transferred",
    "weeks_waiting",
    "employer_contacts",
    "weeks_sheltered",
    "weeks_transitional",
    "paid_ever",
    "enrolled_ever",
    "weeks_enrolled",
    "work_or_school_ever",
    "credential_earned",
    "hospital_days",
    "programme_cost_usd",
    "health_cost_usd",
    "benefits_usd",
    "taxes_usd",
    "qalys",
]


def people(*fields: dict) -> np.ndarray:
    made = arrays.blank(JobSeekerFields, arrays.SEEKER, len(fields))
    for row, values in enumerate(fields):
        for name, value in values.items():
            made[name][row] = value
    return made


WORKER = {
    "work": Work.COMPETITIVE,
    "jobs_held": 2,
    "weeks_to_first_job": 10,
    "weeks_worked": 30,
    "first_job_weeks": 12,
    "longest_job_weeks": 18,
    "most_hours": 20.0,
    "weeks_observed": 50,
    "endings_quit": 1,
    "transferred_ever": True,
    "employer_contacts": 8,
    "weeks_to_first_contact": 2,
    "jobs_found_by_specialist": 1,
    "hospital_admissions": 1,
    "hospital_admissions_in_work": 1,
    "applications": 5,
    "refusals": 4,
    "warnings": 1,
    "weeks_in_liked_jobs": 18,
    "enrolments": 1,
    "weeks_to_enrolment": 6,
    "weeks_enrolled": 20,
    "terms_finished": 1,
    "school_dropouts": 1,
    "service": Service.TRANSFERRED,
    # Whoever has left a benefit has none any more.
    "benefit": Benefit.NONE,
    "benefit_at_entry": Benefit.CLIFF,
    "left_benefits": True,
}
SHELTERED = {
    "work": Work.SHELTERED,
    "weeks_to_first_job": -1,
    "most_hours": 0.0,
    "paid_other_ever": True,
    "weeks_sheltered": 5,
    "weeks_observed": 50,
    "service": Service.SERVED,
    "benefit_at_entry": Benefit.TAPERED,
    "left_benefits": True,
}
GONE = {"weeks_observed": 4, "service": Service.GONE, "dropped_out_ever": True}


def totals_of(seekers: np.ndarray, offsets: list[int], weekly: np.ndarray | None = None):
    outcomes = count_outcomes(seekers)
    outcomes |= dict.fromkeys(PRICED, np.ones(len(seekers)))
    if weekly is None:
        weekly = np.zeros((len(offsets) - 1, 3, len(Weekly)))
    return total_up(outcomes, seekers, np.array(offsets), weekly)


def figure(totals: np.ndarray, name: str) -> float:
    return float(figures(totals)[[one.name for one in FIGURES].index(name)][0])


def test_outcomes_are_those_of_the_design_in_its_order():
    assert [one.name for one in OUTCOMES] == NAMES


def test_names_are_unique_and_every_tally_is_known():
    names = [one.name for one in FIGURES]
    assert len(set(names)) == len(names) == len(OUTCOMES) + len(MEASURES)
    assert len(set(TOTALS)) == len(TOTALS)


def test_outcomes_of_three_people():
    counted = count_outcomes(people(WORKER, SHELTERED, GONE))
    assert counted["employed_ever"].tolist() == [1, 0, 0]
    assert counted["employed_at_end"].tolist() == [1, 0, 0]
    assert counted["paid_ever"].tolist() == [1, 1, 0]
    assert counted["worked_20h_ever"].tolist() == [1, 0, 0]
    assert counted["dropped_out"].tolist() == [0, 0, 1]
    assert counted["transferred"].tolist() == [1, 0, 0]
    assert counted["longest_job_weeks"].tolist() == [18, 0, 0]


@pytest.mark.parametrize("name", ["weeks_to_first_job", "first_job_weeks"])
def test_people_without_a_job_have_no_value_and_do_not_count_in_the_mean(name: str):
    seekers = people(WORKER, SHELTERED, GONE)
    counted = count_outcomes(seekers)[name]
    assert np.isnan(counted).tolist() == [False, True, True]
    assert figure(totals_of(seekers, [0, 3]), name) == counted[0]


def test_a_mean_over_nobody_is_empty():
    totals = totals_of(people(SHELTERED), [0, 1])
    assert np.isnan(figure(totals, "weeks_to_first_job"))
    assert figure(totals, "weeks_worked") == 0.0


def test_measures_of_three_people():
    totals = totals_of(people(WORKER, SHELTERED, GONE), [0, 3])
    assert figure(totals, "endings_quit_share") == 1.0
    assert figure(totals, "endings_laid_off_share") == 0.0
    assert figure(totals, "weeks_worked_per_year_after_first_job") == 52 * 30 / 40
    assert figure(totals, "days_to_first_contact") == 14.0
    assert figure(totals, "found_by_specialist_share") == 0.5
    assert figure(totals, "employer_contacts_per_job_start") == 4.0
    assert figure(totals, "applications") == 5 / 3
    assert figure(totals, "refusals") == 4 / 3
    assert figure(totals, "liked_jobs_share") == 18 / 30
    assert figure(totals, "warnings_per_ending") == 1.0
    assert figure(totals, "admissions_per_person_year") == 52 * 1 / 104
    assert figure(totals, "admissions_per_year_in_work") == 52 * 1 / 30
    assert figure(totals, "admissions_per_year_out_of_work") == 0.0
    assert figure(totals, "still_in_service_share") == 1 / 3
    assert figure(totals, "gone_share") == 1 / 3
    # Only the benefit with an earnings limit counts.
    assert figure(totals, "left_benefits_per_year") == 52 * 1 / 50


def test_weekly_measures_count_everyone_present():
    weekly = np.zeros((1, 2, len(Weekly)))
    weekly[0, :, Weekly.ON_CASELOAD] = [10, 30]
    weekly[0, :, Weekly.EMPLOYED_SUPPORTED] = [1, 9]
    weekly[0, :, Weekly.STAFF_HOURS] = [40, 40]
    weekly[0, :, Weekly.HOURS_SEARCH] = [10, 20]
    weekly[0, :, Weekly.HOURS_TROUBLE] = [0, 10]
    weekly[0, :, Weekly.HOURS_TRAVEL] = [10, 10]
    weekly[0, :, Weekly.HOURS_OFFICE] = [10, 10]
    weekly[0, :, Weekly.HOURS_IDLE] = [8, 0]
    totals = totals_of(people(WORKER), [0, 1], weekly)
    assert figure(totals, "caseload_employed_share") == 0.25
    assert figure(totals, "working_hours_share") == 0.5
    assert figure(totals, "idle_hours_share") == 0.1


def test_sums_of_stretches_some_of_them_empty():
    values = np.array([1.0, 2.0, 4.0])
    assert segment_sums(values, np.array([0, 0, 2, 2, 3, 3])).tolist() == [0, 3, 0, 4, 0]
    assert segment_sums(np.zeros(0), np.array([0, 0])).tolist() == [0]


def test_runs_are_added_up_apart():
    totals = totals_of(people(WORKER, SHELTERED, GONE), [0, 1, 3])
    assert totals[TOTALS.index("people")].tolist() == [1, 2]
    assert totals[TOTALS.index("finders")].tolist() == [1, 0]
    assert totals[TOTALS.index("sum_paid_ever")].tolist() == [1, 1]


def test_only_people_who_entered_after_the_warm_up_count_in_an_open_programme():
    seekers = people({"entry_week": 1}, {"entry_week": 8}, {"entry_week": 9})
    cohort = load_scenario("ips")
    open_programme = load_scenario(
        "ips", {"design.kind": "open_programme", "design.warm_up_weeks": 8}
    )
    assert is_counted(seekers, cohort).tolist() == [True, True, True]
    assert is_counted(seekers, open_programme).tolist() == [False, False, True]


FIELDS = arrays.SEEKER.names or ()
COUNTERS = FIELDS[FIELDS.index("weeks_observed") :]
READ_BY_RULES = {"stay_weeks", "on_caseload_this_quarter", "worked_this_quarter"}


@pytest.mark.parametrize("name", sorted(set(COUNTERS) - READ_BY_RULES))
def test_every_counter_reaches_an_outcome_a_measure_or_a_price(name: str):
    before = people(WORKER, SHELTERED)
    after = before.copy()
    after[name] = ~after[name] if after[name].dtype == bool else after[name] - 1
    moved = not np.array_equal(totals_of(before, [0, 2]), totals_of(after, [0, 2]))
    counted, other = count_outcomes(before), count_outcomes(after)
    moved = moved or any(
        not np.array_equal(counted[key], other[key], equal_nan=True) for key in counted
    )
    assert moved
