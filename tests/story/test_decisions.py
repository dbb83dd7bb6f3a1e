"""Chances and reasons are read off the rules themselves."""

from dataclasses import replace

import pytest

from ips_sim.model.entities import Problem, Service, Tier, Work
from ips_sim.model.luck import Luck
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import Circumstances, Decision
from tests.model import builders

PARAMETERS = builders.parameters(
    problem_ends_job_per_week=0.12,
    solving_odds=1.0,
    team_on_solving=0.7,
    support_on_solving=0.5,
    contact_offer_odds=0.25,
    own_search_odds=0.5,
    fear_on_finding=1.0,
    admission_per_relapse_week=0.4,
    early_response=0.5,
    recovery_per_week=0.1,
)


def circumstances(**changes) -> Circumstances:
    neutral = Circumstances(
        seeker=builders.seeker(),
        site=builders.site(employers=3),
        luck=Luck(),
        levers=builders.levers(),
        people=builders.people(),
        place=builders.place(),
        parameters=PARAMETERS,
    )
    return replace(neutral, **changes)


def worker(problem=Problem.TASK, **changes):
    return builders.seeker(work=Work.COMPETITIVE, problem=problem, employer_row=0, **changes)


def test_a_chance_is_the_number_in_the_rule():
    decision = Decision(asked.ENDING, circumstances(seeker=worker()))
    assert decision.chance == pytest.approx(0.12, abs=1e-11)
    assert decision.lot == 0.5
    assert not decision.happened


def test_a_chance_from_odds():
    visit = circumstances(
        specialist=builders.specialist(),
        employer=builders.employer(vacancies=1),
        employer_row=0,
        relationship=builders.relationship(),
    )
    assert Decision(asked.OFFER, visit).chance == pytest.approx(0.2, abs=1e-11)
    shut = replace(visit, employer=builders.employer())
    assert Decision(asked.OFFER, shut).chance == 0.0
    early = replace(visit, levers=builders.levers(visits_before_asking=3))
    assert Decision(asked.OFFER, early).chance == 0.0
    asks = replace(early, relationship=builders.relationship(visits=2))
    assert Decision(asked.OFFER, asks).chance == pytest.approx(0.2, abs=1e-11)


def test_what_is_certain_and_what_is_impossible():
    enrolled = Decision(asked.ENROLMENT, circumstances())
    assert enrolled.chance == 1.0 and enrolled.happened
    out = circumstances(
        levers=builders.levers(screened_out_for_legal_history=True),
        seeker=builders.seeker(legal_history=True),
    )
    assert Decision(asked.ENROLMENT, out).chance == 0.0
    assert not Decision(asked.SCREENING, out).happened
    assert Decision(asked.SCREENING, circumstances()).happened


def test_asking_changes_nothing():
    at = circumstances(seeker=worker(), employer=builders.employer(vacancies=1), employer_row=0)
    questions = [
        one
        for one in vars(asked).values()
        if isinstance(one, asked.Question) and one != asked.OFFER
    ]
    at = replace(at, specialist=builders.specialist())
    before = repr(at)
    for question in questions:
        decision = Decision(question, at)
        assert 0.0 <= decision.chance <= 1.0
        assert isinstance(decision.happened, bool)
    assert repr(at) == before
    assert len(questions) >= 16


def test_the_reason_for_a_gap_is_the_difference_that_makes_it():
    feared = circumstances(seeker=builders.seeker(interest=1.0, benefit_fear=0.8, age_years=30.0))
    planned = circumstances(seeker=builders.seeker(interest=1.0, benefit_fear=0.2, age_years=50.0))
    here, there = Decision(asked.APPLICATION, planned), Decision(asked.APPLICATION, feared)
    assert here.chance > there.chance
    (influence,) = here.influences(there)
    assert (influence.part, influence.field) == ("seeker", "benefit_fear")
    assert (influence.here, influence.there) == (0.2, 0.8)
    assert influence.change == pytest.approx(here.chance - there.chance)
    assert here.influences(here) == []


def test_differences_that_act_only_together_are_both_named():
    ill = {"in_relapse": True}
    served = circumstances(
        seeker=builders.seeker(service=Service.SERVED, **ill),
        levers=builders.levers(team_contact_share=1.0),
        luck=Luck(relapse=0.9),
    )
    alone = circumstances(
        seeker=builders.seeker(service=Service.NOT_ADMITTED, **ill), luck=Luck(relapse=0.9)
    )
    here, there = Decision(asked.ADMISSION, alone), Decision(asked.ADMISSION, served)
    assert here.chance == pytest.approx(0.4) and there.chance == pytest.approx(0.2)
    named = {one.field for one in here.influences(there)}
    assert named == {"service", "team_contact_share"}


def test_the_greatest_reason_comes_first():
    helped = worker(Problem.SYMPTOMS, service=Service.SERVED, tier=Tier.TROUBLE, hours_received=1.0)
    here = Decision(
        asked.SOLUTION,
        circumstances(seeker=helped, levers=builders.levers(team_contact_share=1.0), skill=1.0),
    )
    there = Decision(
        asked.SOLUTION, circumstances(seeker=replace(helped, hours_received=0.0), skill=1.0)
    )
    fields = [one.field for one in here.influences(there)]
    assert fields == ["team_contact_share", "hours_received"]


def test_another_employer_is_one_difference():
    def visit(row, **changes):
        return circumstances(
            specialist=builders.specialist(),
            employer=builders.employer(kind=row, wage_usd=10.0 + row, **changes),
            employer_row=row,
            relationship=builders.relationship(visits=row),
        )

    here, there = Decision(asked.OFFER, visit(1, vacancies=1)), Decision(asked.OFFER, visit(2))
    (influence,) = here.influences(there)
    assert (influence.part, influence.field, influence.here, influence.there) == (
        "employer",
        "row",
        1,
        2,
    )
