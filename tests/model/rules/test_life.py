"""Life outside work: custody, duties that hold up, use, a home, a job on leave."""

import pytest

from ips_sim.model.entities import Problem, Service, Work
from ips_sim.model.luck import Luck, StartLuck
from ips_sim.model.rules.beginnings import begin_assistance, begin_life
from ips_sim.model.rules.life import is_free, is_stable_enough, live_outside_work, unfitted
from tests.model.builders import levers, parameters, people, seeker, site

UNDER_DUTIES = people(hold_ups_per_year=5.2, hold_up_weeks_mean=2.0)  # a chance of 0.1 a week
KNOWN = parameters(use_on_hold_ups=3.0, team_on_duties=0.4)


def live(person, others=None, luck=None, **changed):
    """Live a week outside work."""
    live_outside_work(person, others or people(), levers(**changed), KNOWN, luck or Luck())
    return person


def test_custody_ends_in_its_week_and_is_counted():
    person = seeker(held_weeks_left=2)
    live(person)
    assert (person.held_weeks_left, person.weeks_held, is_free(person)) == (1, 1, False)
    live(person)
    assert (person.held_weeks_left, person.weeks_held, is_free(person)) == (0, 1, True)


@pytest.mark.parametrize(("luck", "weeks"), [(0.101, 0), (0.099, 4), (0.05, 3), (0.001, 1)])
def test_a_hold_up_lasts_as_its_own_luck_says(luck, weeks):
    person = live(seeker(duty_weeks_left=9), UNDER_DUTIES, Luck(hold_up=luck))
    assert (person.held_weeks_left, person.duty_weeks_left) == (weeks, 8)


def test_nobody_is_held_up_without_duties():
    assert live(seeker(), UNDER_DUTIES, Luck(hold_up=0.0001)).held_weeks_left == 0


def test_use_makes_hold_ups_likelier_and_shared_care_makes_them_rarer():
    luck = Luck(hold_up=0.29)
    assert live(seeker(duty_weeks_left=9, substance_use=True), UNDER_DUTIES, luck).weeks_held == 1
    clean = seeker(duty_weeks_left=9, substance_use=True, in_remission=True)
    assert live(clean, UNDER_DUTIES, luck).weeks_held == 0
    served = seeker(duty_weeks_left=9, service=Service.SERVED)
    assert unfitted(served, levers(team_contact_share=0.5), KNOWN) == 0.8
    fitted = Luck(hold_up=0.09)
    assert live(served, UNDER_DUTIES, fitted, team_contact_share=0.5).weeks_held == 0
    assert live(served, UNDER_DUTIES, fitted).weeks_held == 1


def test_who_is_held_up_at_work_is_missed_there():
    person = seeker(duty_weeks_left=9, work=Work.COMPETITIVE)
    live(person, UNDER_DUTIES, Luck(hold_up=0.05))
    assert (person.problem, person.problems_met) == (Problem.GETTING_THERE, 1)
    other = seeker(duty_weeks_left=9, work=Work.COMPETITIVE, problem=Problem.TASK)
    live(other, UNDER_DUTIES, Luck(hold_up=0.05))
    assert other.problem == Problem.TASK


def test_use_comes_back_and_remission_is_counted_in_weeks():
    others = people(use_relapses_per_year=5.2, use_remissions_per_year=10.4)
    person = seeker(substance_use=True, in_remission=True, stable_weeks=7)
    live(person, others, Luck(use=0.101))
    assert (person.in_remission, person.stable_weeks) == (True, 8)
    live(person, others, Luck(use=0.099))
    assert (person.in_remission, person.stable_weeks) == (False, 0)
    live(person, others, Luck(use=0.201))
    assert not person.in_remission
    live(person, others, Luck(use=0.199))
    assert (person.in_remission, person.stable_weeks) == (True, 0)


@pytest.mark.parametrize(
    ("person", "enough"),
    [
        (seeker(), True),
        (seeker(substance_use=True, stable_weeks=11), False),
        (seeker(substance_use=True, stable_weeks=12), True),
    ],
)
def test_stability_is_asked_of_those_with_a_substance_use_disorder_alone(person, enough):
    assert is_stable_enough(person, levers(stable_weeks_before_search=12)) is enough
    assert is_stable_enough(person, levers())


def test_homes_are_lost_and_found():
    others = people(homes_lost_per_year=5.2, homes_found_per_year=10.4)
    person = live(seeker(), others, Luck(home=0.099))
    assert (person.housed, person.weeks_homeless) == (False, 0)
    live(person, others, Luck(home=0.201))
    assert (person.housed, person.weeks_homeless) == (False, 1)
    live(person, others, Luck(home=0.199))
    assert (person.housed, person.weeks_homeless) == (True, 2)


def test_a_job_is_kept_for_as_long_as_the_leave_lasts():
    assert live(seeker(leave_weeks_left=2)).leave_weeks_left == 1


def test_a_person_brings_along_what_claims_them():
    others = people(
        assistance_share=0.6,
        assistance_required_share=0.4,
        assistance_months_used_mean=20.0,
        child_care_share=0.3,
        duties_share=0.6,
        duty_hours_per_week=8.0,
        duty_weeks_mean=10.0,
        held_share=0.6,
        held_weeks_mean=4.0,
        on_leave_share=0.6,
        leave_weeks_mean=20.0,
    )
    person = seeker(in_remission=True)
    begin_assistance(person, others, StartLuck())
    begin_life(person, site(employers=5), others, StartLuck())
    assert (person.assistance, person.must_take_part, person.assistance_months) == (True, False, 20)
    assert (person.child_care, person.duty_hours, person.duty_weeks_left) == (False, 8.0, 11)
    assert (person.held_weeks_left, person.leave_weeks_left, person.leave_employer_row) == (
        5,
        21,
        2,
    )
    assert person.stable_weeks == 52


def test_nobody_is_on_leave_where_there_is_no_employer():
    person = seeker()
    begin_life(person, site(employers=0), people(on_leave_share=1.0), StartLuck())
    assert person.leave_weeks_left == 0
