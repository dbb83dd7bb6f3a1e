"""Training, sheltered work and transitional jobs."""

import pytest

from ips_sim.model.entities import Service, Work
from ips_sim.model.luck import Luck
from ips_sim.model.rules.preparation import learn, prepare
from tests.model.builders import levers, parameters, seeker


def test_search_begins_after_the_weeks_of_preparation() -> None:
    person = seeker(service=Service.PREPARING)
    for week in range(1, 5):
        assert (person.service, person.admitted_ever) == (Service.PREPARING, False)
        prepare(person, levers(preparation_weeks=4), parameters(), Luck())
        assert person.stage_weeks == (week if week < 4 else 0)
    assert (person.service, person.admitted_ever) == (Service.SERVED, True)


def test_a_set_aside_job_is_paid_and_comes_to_an_end() -> None:
    for work, field in (
        (Work.SHELTERED, "weeks_sheltered"),
        (Work.TRANSITIONAL, "weeks_transitional"),
    ):
        person = seeker(service=Service.SERVED, work=work, stage_job_weeks_left=2)
        prepare(person, levers(), parameters(), Luck())
        assert (person.work, person.paid_other_ever) == (work, True)
        prepare(person, levers(), parameters(), Luck())
        assert (person.work, getattr(person, field)) == (Work.NONE, 2)


@pytest.mark.parametrize("work", [Work.NONE, Work.COMPETITIVE])
def test_others_are_not_prepared(work: Work) -> None:
    person = seeker(service=Service.SERVED, work=work)
    prepare(person, levers(), parameters(skill_per_training_week=0.1), Luck())
    assert (person.work_skill, person.paid_other_ever, person.work) == (0.0, False, work)


def test_training_gives_skill_and_hope() -> None:
    person = seeker(work_skill=0.5, interest=0.2)
    learn(person, parameters(skill_per_training_week=0.1, hope_per_training_week=0.05))
    assert (person.work_skill, person.interest) == pytest.approx((0.55, 0.24))


def test_training_starts_from_giving_nothing() -> None:
    person = seeker(work_skill=0.5, interest=0.2)
    learn(person, parameters())
    assert (person.work_skill, person.interest) == (0.5, 0.2)


def test_training_may_take_hope_but_not_more_than_there_is() -> None:
    person = seeker(work_skill=0.004, interest=0.5)
    learn(person, parameters(skill_per_training_week=-0.01, hope_per_training_week=-0.01))
    assert (person.work_skill, person.interest) == pytest.approx((0.0, 0.495))


def test_search_waits_for_weeks_without_use_where_that_is_asked() -> None:
    person = seeker(service=Service.PREPARING, substance_use=True, stable_weeks=5)
    of = levers(stable_weeks_before_search=6)
    prepare(person, of, parameters(), Luck())
    assert person.service == Service.PREPARING
    person.stable_weeks = 6
    prepare(person, of, parameters(), Luck())
    assert person.service == Service.SERVED
