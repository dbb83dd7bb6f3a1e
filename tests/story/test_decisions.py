"""Chances and reasons are read off the rules themselves."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from ips_sim.model import rules
from ips_sim.model.entities import Problem, Service, Tier, Work
from ips_sim.model.luck import Luck
from ips_sim.scenario.schema import Levers
from ips_sim.story.decisions import QUESTIONS, Decision, questions_of, swaps
from ips_sim.story.noting import Call, Notes, fields_written, levers_read, luck_read
from tests.model import builders

PARAMETERS = builders.parameters(
    problem_ends_job_per_week=0.12,
    solving_odds=1.0,
    team_on_solving=0.7,
    support_on_solving=0.5,
    contact_offer_odds=0.25,
    own_search_odds=0.5,
    money_on_search=1.0,
    admission_per_relapse_week=0.4,
    early_response=0.5,
    recovery_per_week=0.1,
)
RULES = {rule.__name__: rule for rule in rules.RULES}


def noted(rule, **at):
    """Call a rule once, and give the note of it."""
    notes = Notes()
    with notes.taken():
        rule(**at)
    return notes.calls[0]


def decided(asked, **changes):
    """A decision in a world where nothing has an effect but for the changes."""
    neutral = {
        "seeker": builders.seeker(),
        "site": builders.site(employers=3),
        "luck": Luck(),
        "levers": builders.levers(),
        "people": builders.people(),
        "place": builders.place(),
        "parameters": PARAMETERS,
        "specialist": builders.specialist(),
        "employer": builders.employer(),
        "relationship": builders.relationship(),
        "skill": 0.0,
        "trust": 0.0,
        "row": 0,
        "kind": 0,
        "hours": 0.0,
        "liked": False,
        "through_specialist": False,
    }
    question = QUESTIONS[asked] if isinstance(asked, str) else asked
    rule = RULES[question.rule]
    seen = neutral | changes
    names = rule.__code__.co_varnames[: rule.__code__.co_argcount]
    call = noted(rule, **{name: seen[name] for name in names})
    if "employer_row" in changes:
        call.rows = {"employer": changes["employer_row"]}
    return Decision(question, call)


def worker(problem=Problem.TASK, **changes):
    return builders.seeker(work=Work.COMPETITIVE, problem=problem, employer_row=0, **changes)


def test_a_chance_is_the_number_in_the_rule():
    decision = decided("end of the job", seeker=worker())
    assert decision.chance == pytest.approx(0.12, abs=1e-11)
    assert decision.lot == 0.5
    assert not decision.happened


def test_a_chance_from_odds():
    visit = decided("offer through the specialist", employer=builders.employer(vacancies=1))
    assert visit.chance == pytest.approx(0.2, abs=1e-11)
    assert not decided("opening known").happened
    assert decided("opening known", employer=builders.employer(vacancies=1)).happened
    early = {"levers": builders.levers(visits_before_asking=3)}
    assert not decided("asking for a job", **early).happened
    assert decided(
        "asking for a job", **early, relationship=builders.relationship(visits=3)
    ).happened


def test_what_is_certain_and_what_is_impossible():
    enrolled = decided("enrolment")
    assert enrolled.chance == 1.0 and enrolled.happened
    out = {
        "levers": builders.levers(screened_out_for_legal_history=True),
        "seeker": builders.seeker(legal_history=True),
    }
    turned_away = decided("enrolment", **out)
    assert turned_away.chance == 0.0 and not turned_away.happened
    screened = next(each for each in turned_away.call.within() if each.name == "is_screened_out")
    assert Decision(QUESTIONS["screening"], screened).happened
    assert not decided("screening").happened


def test_asking_changes_nothing():
    for name in QUESTIONS:
        if name in ("choice of employer", "opening seen", "offer through the specialist"):
            continue
        decision = decided(name, seeker=worker(), employer=builders.employer(vacancies=1))
        before = repr(decision.call)
        assert 0.0 <= decision.chance <= 1.0
        assert decision.again() == decision.outcome
        assert repr(decision.call) == before
    assert len(QUESTIONS) >= 20


def test_every_question_is_answered_by_a_rule_with_its_lot():
    for name, question in QUESTIONS.items():
        rule = RULES[question.rule]
        assert question in questions_of(rule)
        if question.luck:
            assert question.luck in luck_read(rule), name


def test_every_rule_that_decides_by_a_lot_is_told():
    """By the table, or by its name where it has no line there."""
    for rule in rules.RULES:
        if luck_read(rule) and rule.__annotations__["return"] == "bool":
            assert questions_of(rule), rule.__name__


def test_levers_and_fields_are_read_off_the_rules_source():
    assert levers_read(RULES["is_screened_out"]) == (
        "screened_out_above_symptoms",
        "screened_out_for_substance_use",
        "screened_out_for_legal_history",
    )
    # Those of the rules that a rule calls, too.
    assert "enrolment_share" in levers_read(RULES["is_enrolled"])
    assert "screened_out_above_symptoms" in levers_read(RULES["enter"])
    assert {"team_contact_share", "benefits_follow_up_share"} <= set(
        levers_read(RULES["solves_problem"])
    )
    assert "interest" in fields_written(RULES["lose_heart"])
    assert "benefit_fear" in fields_written(RULES["admit"])
    assert fields_written(RULES["is_screened_out"]) == frozenset()


def test_every_lever_is_read_by_some_rule():
    """No lever can stand nowhere: what a programme decides is somewhere in its rules."""
    read = {name for rule in rules.RULES for name in levers_read(rule)}
    assert read == set(Levers.model_fields)


def test_the_reason_for_a_gap_is_the_difference_that_makes_it():
    feared = builders.seeker(interest=1.0, gain_expected=-0.5, age_years=30.0)
    planned = builders.seeker(interest=1.0, gain_expected=0.4, age_years=50.0)
    here, there = (decided("own search", seeker=one) for one in (planned, feared))
    assert here.chance > there.chance
    (influence,) = here.influences(there)
    assert (influence.part, influence.field) == ("seeker", "gain_expected")
    assert (influence.here, influence.there) == (0.4, -0.5)
    assert influence.change == pytest.approx(here.chance - there.chance)
    assert here.influences(here) == []


def test_differences_that_act_only_together_are_both_named():
    served = decided(
        "hospital admission",
        seeker=builders.seeker(service=Service.SERVED, in_relapse=True),
        levers=builders.levers(team_contact_share=1.0),
        luck=Luck(relapse=0.9),
    )
    alone = decided(
        "hospital admission",
        seeker=builders.seeker(service=Service.NOT_ADMITTED, in_relapse=True),
        luck=Luck(relapse=0.9),
    )
    assert alone.chance == pytest.approx(0.4) and served.chance == pytest.approx(0.2)
    named = {one.field for one in alone.influences(served)}
    assert named == {"service", "team_contact_share"}


def test_the_greatest_reason_comes_first():
    helped = worker(Problem.SYMPTOMS, service=Service.SERVED, tier=Tier.TROUBLE, hours_received=1.0)
    team = builders.levers(team_contact_share=1.0)
    here = decided("solution", seeker=helped, levers=team, skill=1.0)
    there = decided("solution", seeker=replace(helped, hours_received=0.0), skill=1.0)
    fields = [one.field for one in here.influences(there)]
    assert fields == ["team_contact_share", "hours_received"]


def test_another_employer_is_one_difference():
    def visit(row, **changes):
        return decided(
            "opening known",
            employer=builders.employer(kind=row, wage_usd=10.0 + row, **changes),
            employer_row=row,
            relationship=builders.relationship(visits=row),
        )

    here, there = visit(1, vacancies=1), visit(2)
    (influence,) = here.influences(there)
    assert (influence.part, influence.field, influence.here, influence.there) == (
        "employer",
        "row",
        1,
        2,
    )


def test_another_town_is_one_difference():
    def chosen(employers):
        return decided(
            "choice of employer",
            employers=[builders.employer(vacancies=row) for row in range(employers)],
            relationships=[builders.relationship() for _ in range(employers)],
            first_tie=0,
            site=builders.site(employers=employers),
            levers=builders.levers(visits_before_asking=1),
        )

    small, large = chosen(2), chosen(5)
    for here, there in ((small, large), (large, small)):
        (swap,) = swaps(here.call, there.call)
        assert swap[0] == "employers" and here.again(**swap[-1]) == there.outcome
        assert {one.field for one in here.influences(there)} <= {"employers"}


def test_of_a_choice_among_many_only_the_choice_is_noted():
    employers = [builders.employer(vacancies=row) for row in range(3)]
    choice = decided(
        "choice of employer",
        employers=employers,
        relationships=[builders.relationship() for _ in employers],
        first_tie=0,
        levers=builders.levers(visits_before_asking=1),
    )
    assert choice.outcome in (1, 2)
    assert choice.call.calls == []


def test_a_note_keeps_what_a_rule_saw_before_it_changed_it():
    seeker = builders.seeker(benefit=2, benefit_fear=0.8)
    parameters = builders.parameters(plan_on_fear=0.5)
    levers = builders.levers(benefits_planning_share=1.0)
    call = noted(
        RULES["admit"],
        seeker=seeker,
        specialist=builders.specialist(places=1),
        row=4,
        levers=levers,
        parameters=parameters,
        luck=Luck(),
    )
    assert isinstance(call, Call) and isinstance(call.at, SimpleNamespace)
    assert call.after is not None
    assert (call.at.seeker.benefit_fear, call.after.benefit_fear) == (0.8, 0.4)
    assert (call.at.specialist.caseload, call.at.row) == (0, 4)
    assert [each.name for each in call.within()] == [
        "admit",
        "is_stable_enough",
        "begin_search",
    ]
    assert Decision(QUESTIONS["benefits planning"], call).happened
