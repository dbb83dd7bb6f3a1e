"""In a job: problems, help and endings."""

import math
from typing import Any

import pytest

from ips_sim.model.entities import Benefit, Ending, Problem, Service, Tier, Work
from ips_sim.model.luck import Luck
from ips_sim.model.rules.work import (
    begin_problem,
    end_job,
    ending_by_others,
    ending_by_problem,
    follow_along_help,
    help_with_problem,
    is_liked,
    learn_from_job,
    lose_heart,
    meets_problem,
    mismatch,
    moves_to,
    problem_ends_job,
    solves_problem,
    warn,
    weight_of_getting_there,
    work_a_week,
)
from tests.model.builders import employer, levers, parameters, place, seeker

NEARLY = 1e-9


def chance_of(odds: float, factor: float) -> float:
    grown = odds * math.exp(factor)
    return grown / (1 + grown)


def test_a_week_at_work_brings_tenure_pay_and_practice() -> None:
    person = seeker(
        work=Work.COMPETITIVE,
        jobs_held=1,
        job_hours=20.0,
        job_wage_usd=10.0,
        jobless_weeks=7,
        fixed_weeks_left=3,
    )
    here = place(employee_tax_share=0.1)
    for week in (1, 2):
        work_a_week(person, here, parameters(skill_per_working_week=0.5))
        assert (person.tenure_weeks, person.weeks_worked, person.first_job_weeks) == (week,) * 3
    assert (person.hours_worked, person.earnings_usd, person.month_earnings_usd) == (40, 400, 400)
    assert (person.taxes_usd, person.most_hours, person.longest_job_weeks) == (40.0, 20.0, 2)
    assert (person.work_skill, person.jobless_weeks, person.fixed_weeks_left) == (0.75, 0, 1)


@pytest.mark.parametrize(("since", "counts"), [(0, 1), (103, 1), (104, 0)])
def test_two_years_are_counted_from_the_first_job(since: int, counts: int) -> None:
    person = seeker(weeks_to_first_job=10, weeks_since_entry=10 + since)
    work_a_week(person, place(), parameters())
    assert (person.weeks_worked_in_two_years, person.worked_this_quarter) == (counts, True)


def test_only_the_first_job_counts_as_the_first() -> None:
    person = seeker(jobs_held=2, first_job_weeks=4, longest_job_weeks=4, tenure_weeks=1)
    work_a_week(person, place(), parameters())
    assert (person.first_job_weeks, person.longest_job_weeks, person.tenure_weeks) == (4, 4, 2)


def test_weeks_in_a_job_that_is_liked_are_counted() -> None:
    known = parameters(liked_from_share=0.6)
    person = seeker(preferences_met=0.6)
    assert is_liked(person, known)
    work_a_week(person, place(), known)
    person.preferences_met = 0.4
    assert not is_liked(person, known)
    work_a_week(person, place(), known)
    assert (person.weeks_worked, person.weeks_in_liked_jobs) == (2, 1)


def test_a_job_is_as_far_from_the_wishes_as_they_matter() -> None:
    assert mismatch(seeker(preferences_met=1.0, importance_of_wishes=1.5)) == 0.0
    assert mismatch(seeker(preferences_met=0.2, importance_of_wishes=1.0)) == pytest.approx(0.8)
    assert mismatch(seeker(preferences_met=0.2, importance_of_wishes=0.5)) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("fields", "known", "factor"),
    [
        ({}, {}, 0.0),
        ({"ease_of_keeping": 0.8}, {}, -0.8),
        ({"preferences_met": 1.0}, {"preferences_on_keeping": 0.6}, -0.3),
        ({"preferences_met": 0.0}, {"preferences_on_keeping": 0.6}, 0.3),
        (
            {"preferences_met": 0.0, "importance_of_wishes": 0.5},
            {"preferences_on_keeping": 0.6},
            0.15,
        ),
        ({"symptoms": 0.9}, {"symptoms_on_problems": 1.2, "reference_symptoms": 0.4}, 0.6),
        ({"tenure_weeks": 8}, {"newness_on_problems": 0.8, "newness_half_weeks": 8.0}, 0.4),
        ({"cut_shock": 0.5}, {"cut_on_problems": 1.0}, 0.5),
    ],
)
def test_what_makes_problems_likelier(
    fields: dict[str, Any], known: dict[str, Any], factor: float
) -> None:
    person = seeker(**({"preferences_met": 0.5} | fields))
    chance = chance_of(0.1, factor)
    for luck, arises in ((chance - NEARLY, True), (chance + NEARLY, False)):
        met = meets_problem(
            person, levers(), parameters(problem_odds=0.1, **known), Luck(problem=luck)
        )
        assert met == arises


WEIGHTS: dict[str, Any] = {
    "weight_getting_there": 0.1,
    "weight_task": 0.1,
    "weight_people": 0.1,
    "weight_symptoms": 0.1,
    "weight_benefits": 0.1,
    "weight_accommodation": 0.1,
    "weight_something_better": 0.4,
}


# Ratios that multiply a weight are one where they do nothing.
RATIOS = dict.fromkeys(
    (
        "children_on_getting_there",
        "homelessness_on_getting_there",
        "no_transport_on_getting_there",
        "cognitive_limits_on_task",
        "psychosis_on_symptom_problems",
        "physical_limits_on_accommodation",
    ),
    1.0,
)


def kinds_of(
    fields: dict[str, Any], of: dict[str, Any] | None = None, **known: Any
) -> list[Problem]:
    """The problems at the tenths of luck."""
    found = []
    for tenth in range(10):
        person = seeker(**({"preferences_met": 1.0} | fields))
        luck = Luck(problem_kind=(tenth + 0.5) / 10)
        begin_problem(person, levers(**(of or {})), parameters(**(WEIGHTS | RATIOS | known)), luck)
        assert person.problems_met == 1
        found.append(Problem(person.problem))
    return found


def test_kinds_of_problems_come_by_their_weights() -> None:
    assert kinds_of({"benefit": Benefit.CLIFF}) == [
        Problem.GETTING_THERE,
        Problem.TASK,
        Problem.PEOPLE,
        Problem.SYMPTOMS,
        Problem.BENEFITS,
        Problem.ACCOMMODATION,
        *[Problem.SOMETHING_BETTER] * 4,
    ]


def test_without_benefits_there_are_no_problems_with_them() -> None:
    assert Problem.BENEFITS not in kinds_of({})


def test_a_relapse_and_a_cut_bring_their_own_problems() -> None:
    """Thirteen times its weight makes one problem out of nine 13 of 21: seven tenths of luck."""
    relapsed = kinds_of({"in_relapse": True}, relapse_on_symptom_problems=13.0)
    assert relapsed.count(Problem.SYMPTOMS) == 7
    assert kinds_of({}, relapse_on_symptom_problems=13.0).count(Problem.SYMPTOMS) == 1
    shaken: dict[str, Any] = {"benefit": Benefit.TAPERED, "cut_shock": 1.0}
    assert kinds_of(shaken, cut_on_benefit_problems=12.0).count(Problem.BENEFITS) == 6
    assert kinds_of({"work_skill": 1.0}, skill_on_task=1.0).count(Problem.TASK) == 0


def test_limits_and_illness_bring_their_own_problems() -> None:
    """Thirteen times its weight makes one problem out of nine 13 of 21: seven tenths of luck."""
    for fields, parameter, kind in (
        ({"cognitive_limits": True}, "cognitive_limits_on_task", Problem.TASK),
        ({"psychotic": True}, "psychosis_on_symptom_problems", Problem.SYMPTOMS),
        ({"physical_limits": True}, "physical_limits_on_accommodation", Problem.ACCOMMODATION),
    ):
        much: dict[str, Any] = {parameter: 13.0}
        assert kinds_of(fields, **much).count(kind) in (6, 7)
        assert kinds_of({}, **much).count(kind) in (1, 2)


def test_a_job_far_from_the_wishes_brings_friction_and_something_better() -> None:
    poor: dict[str, Any] = {"preferences_met": 0.0}
    better = Problem.SOMETHING_BETTER
    assert kinds_of(poor).count(better) == kinds_of({}).count(better) == 4
    assert kinds_of(poor, mismatch_on_something_better=5.0).count(better) == 8
    assert kinds_of({}, mismatch_on_something_better=5.0).count(better) == 4
    indifferent = poor | {"importance_of_wishes": 0.0}
    assert kinds_of(indifferent, mismatch_on_something_better=5.0).count(better) == 4
    rough = kinds_of(poor, mismatch_on_friction=5.0)
    assert (rough.count(Problem.TASK), rough.count(Problem.PEOPLE)) == (3, 3)
    smooth = kinds_of({}, mismatch_on_friction=5.0)
    assert (smooth.count(Problem.TASK), smooth.count(Problem.PEOPLE)) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "vr_contact_share", "weight"),
    [
        ({}, 1.0, 0.1),
        ({"cares_for_children": True}, 0.0, 0.15),
        ({"housed": False}, 0.0, 0.2),
        ({"has_transport": False}, 0.0, 0.3),
        ({"cares_for_children": True, "housed": False, "has_transport": False}, 0.0, 0.9),
        # The counsellor pays for those who are served, and for as many as are met.
        ({"has_transport": False, "service": Service.SERVED}, 1.0, 0.18),
        ({"has_transport": False, "service": Service.SERVED}, 0.5, 0.24),
        ({"has_transport": False, "service": Service.WAITING}, 1.0, 0.3),
    ],
)
def test_getting_there_is_hard_with_children_without_a_home_or_a_way(
    fields: dict[str, Any], vr_contact_share: float, weight: float
) -> None:
    known = parameters(
        weight_getting_there=0.1,
        children_on_getting_there=1.5,
        homelessness_on_getting_there=2.0,
        no_transport_on_getting_there=3.0,
        counsellor_on_getting_there=0.4,
    )
    of = levers(vr_contact_share=vr_contact_share)
    assert weight_of_getting_there(seeker(**fields), of, known) == pytest.approx(weight)


def test_the_kind_of_problem_goes_by_how_hard_it_is_to_get_there() -> None:
    stranded = kinds_of({"has_transport": False}, no_transport_on_getting_there=11.0)
    assert stranded.count(Problem.GETTING_THERE) == 6


def test_support_is_for_trouble_and_new_jobs() -> None:
    known = parameters(half_hours=1.0)
    for tier, helped in (
        (Tier.TROUBLE, 0.75),
        (Tier.NEW_JOB, 0.75),
        (Tier.SEARCH, 0.0),
        (Tier.KEEP_IN_TOUCH, 0.0),
        (Tier.NONE, 0.0),
    ):
        person = seeker(tier=tier, hours_received=2.0)
        assert follow_along_help(person, 1.5, known) == helped


@pytest.mark.parametrize(
    ("fields", "factor"),
    [
        ({"problem": Problem.TASK}, 0.3),
        ({"problem": Problem.SYMPTOMS}, 0.3 + 0.7 * 0.5),
        ({"problem": Problem.SYMPTOMS, "service": Service.PREPARING}, 0.3),
        ({"problem": Problem.BENEFITS}, 0.3),
        ({"problem": Problem.BENEFITS, "has_benefits_plan": True}, 0.3 + 0.9 * 0.8),
        ({"problem": Problem.ACCOMMODATION, "discloses": True}, 0.3 + 1.1 * 0.4),
        # Nobody can make room for what nobody may know of.
        ({"problem": Problem.ACCOMMODATION}, 0.0),
        # A warning is when help does more.
        ({"problem": Problem.TASK, "warned": True}, 0.5),
        ({"problem": Problem.TASK, "warned": True, "tier": Tier.KEEP_IN_TOUCH}, 0.0),
    ],
)
def test_each_problem_has_its_helper(fields: dict[str, Any], factor: float) -> None:
    known = parameters(
        support_on_solving=0.6,
        warning_on_support=0.4,
        team_on_solving=0.7,
        plan_on_solving=0.9,
        trust_on_solving=1.1,
        solving_odds=0.25,
        half_hours=1.0,
    )
    of = levers(team_contact_share=0.5, benefits_follow_up_share=0.8)
    helped: dict[str, Any] = {
        "service": Service.SERVED,
        "tier": Tier.TROUBLE,
        "hours_received": 1.0,
    }
    person = seeker(**(helped | fields))
    assert help_with_problem(person, 1.0, 0.4, of, known) == pytest.approx(factor)
    chance = chance_of(0.25, factor)
    assert solves_problem(person, 1.0, 0.4, of, known, Luck(solution=chance - NEARLY))
    assert not solves_problem(person, 1.0, 0.4, of, known, Luck(solution=chance + NEARLY))


def test_an_unsolved_problem_may_end_the_job() -> None:
    known = parameters(problem_ends_job_per_week=0.12)
    assert problem_ends_job(seeker(), known, Luck(ending=0.119))
    assert not problem_ends_job(seeker(), known, Luck(ending=0.121))


@pytest.mark.parametrize(
    ("problem", "share"),
    [
        (Problem.GETTING_THERE, 0.5),
        (Problem.TASK, 0.5),
        (Problem.PEOPLE, 0.25),
        (Problem.SYMPTOMS, 0.25),
        (Problem.BENEFITS, 0.0),
        (Problem.ACCOMMODATION, 0.0),
        (Problem.SOMETHING_BETTER, 0.0),
    ],
)
def test_some_are_dismissed_and_others_quit(problem: Problem, share: float) -> None:
    known = parameters(
        dismissed_over_performance=0.5, dismissed_over_conduct=0.25, protection_on_dismissal=0.2
    )
    person = seeker(problem=problem)
    for protection in (0.0, 2.0):
        here = place(dismissal_protection_index=protection)
        dismissed = share * math.exp(-0.2 * protection)
        above = ending_by_problem(person, here, known, Luck(ending_kind=dismissed + NEARLY))
        assert above == Ending.QUIT
        if share:
            below = ending_by_problem(person, here, known, Luck(ending_kind=dismissed - NEARLY))
            assert below == Ending.DISMISSED


@pytest.mark.parametrize("problem", [one for one in Problem if one])
def test_who_was_warned_and_could_not_put_it_right_is_dismissed(problem: Problem) -> None:
    person = seeker(problem=problem, warned=True)
    assert ending_by_problem(person, place(), parameters(), Luck(ending_kind=0.99)) == (
        Ending.DISMISSED
    )


def test_a_warning_is_counted() -> None:
    person = seeker(work=Work.COMPETITIVE, problem=Problem.TASK)
    warn(person)
    assert (person.warned, person.warnings, person.work) == (True, 1, Work.COMPETITIVE)


def test_terms_and_lay_offs_end_jobs_whatever_anyone_does() -> None:
    known = parameters(lay_off_per_week=0.01)
    over = seeker(fixed_weeks_left=0)
    assert ending_by_others(over, known, Luck(lay_off=0.9)) == Ending.TEMPORARY
    lasting = seeker(fixed_weeks_left=-1)
    assert ending_by_others(lasting, known, Luck(lay_off=0.009)) == Ending.LAID_OFF
    assert ending_by_others(lasting, known, Luck(lay_off=0.011)) == Ending.NONE
    assert ending_by_others(seeker(fixed_weeks_left=1), known, Luck(lay_off=0.9)) == Ending.NONE


@pytest.mark.parametrize(
    ("ending", "field"),
    [
        (Ending.QUIT, "endings_quit"),
        (Ending.DISMISSED, "endings_dismissed"),
        (Ending.TEMPORARY, "endings_temporary"),
        (Ending.LAID_OFF, "endings_laid_off"),
        (Ending.NONE, ""),
    ],
)
def test_an_ending_leaves_nothing_of_the_job(ending: Ending, field: str) -> None:
    person = seeker(
        work=Work.COMPETITIVE,
        employer_row=3,
        job_hours=20.0,
        job_wage_usd=9.0,
        preferences_met=0.6,
        tenure_weeks=30,
        problem=Problem.TASK,
        warned=True,
        fixed_weeks_left=4,
        weeks_worked=30,
    )
    end_job(person, ending)
    assert (person.warned, person.weeks_since_loss) == (False, 0)
    assert (person.work, person.employer_row, person.problem) == (Work.NONE, -1, Problem.NONE)
    assert (person.job_hours, person.job_wage_usd, person.preferences_met) == (0.0, 0.0, 0.0)
    assert (person.tenure_weeks, person.fixed_weeks_left, person.weeks_worked) == (0, -1, 30)
    counts = {
        name: getattr(person, name)
        for name in ("endings_quit", "endings_dismissed", "endings_temporary", "endings_laid_off")
    }
    assert counts == {name: int(name == field) for name in counts}


@pytest.mark.parametrize(("alliance", "interest"), [(0.0, 0.4), (0.5, 0.45), (1.0, 0.5)])
@pytest.mark.parametrize("ending", Ending)
def test_a_job_that_goes_wrong_costs_heart_and_help_at_once_saves_some(
    ending: Ending, alliance: float, interest: float
) -> None:
    person = seeker(interest=0.5, alliance=alliance)
    lose_heart(person, ending, parameters(bad_ending_on_interest=0.2, help_after_loss=1.0))
    bad = ending in (Ending.QUIT, Ending.DISMISSED)
    assert person.interest == pytest.approx(interest if bad else 0.5)
    unhelped = seeker(interest=0.5, alliance=alliance)
    lose_heart(unhelped, ending, parameters(bad_ending_on_interest=0.2))
    assert unhelped.interest == pytest.approx(0.4 if bad else 0.5)


def test_what_was_learned_from_a_job_changes_the_wishes() -> None:
    """A quarter of the way to the hours of the job, and its kind of work if it was liked."""
    known = parameters(learning_from_jobs=0.25)
    for liked, kind in ((True, 4), (False, 1)):
        person = seeker(preferred_hours=20.0, preferred_kind=1)
        learn_from_job(person, 4, 30.0, liked, known)
        assert (person.preferred_hours, person.preferred_kind) == (22.5, kind)
    # Who learns nothing from jobs keeps to both, whether the job was liked or not.
    for liked in (True, False):
        unmoved = seeker(preferred_hours=20.0, preferred_kind=1)
        learn_from_job(unmoved, 4, 30.0, liked, parameters())
        assert (unmoved.preferred_hours, unmoved.preferred_kind) == (20.0, 1)


def test_people_move_only_to_a_better_job() -> None:
    known = parameters(better_offer_odds=1.0, hours_near_wish_share=0.25)
    person = seeker(preferences_met=0.4, preferred_hours=20.0, travel_limit=1.0)
    better = employer(hours_per_week=20.0, distance=0.5)
    luck = Luck(own_offer=0.49)
    assert moves_to(person, better, 0.0, known, luck)
    assert not moves_to(person, better, 0.0, known, Luck(own_offer=0.51))
    person.preferences_met = 1.0
    assert not moves_to(person, better, 0.0, known, luck)


def test_a_specialist_helps_to_move() -> None:
    known = parameters(better_offer_odds=1.0, support_on_solving=0.8, half_hours=1.0)
    person = seeker(tier=Tier.TROUBLE, hours_received=1.0, preferences_met=-1.0)
    chance = chance_of(1.0, 0.4)
    assert moves_to(person, employer(), 1.0, known, Luck(own_offer=chance - NEARLY))
    assert not moves_to(person, employer(), 1.0, known, Luck(own_offer=chance + NEARLY))


def test_duties_and_having_no_home_make_problems_likelier() -> None:
    known = parameters(
        problem_odds=0.1,
        newness_half_weeks=1.0,
        duties_on_problems=0.05,
        homelessness_on_problems=0.4,
        team_on_duties=0.5,
    )
    people: list[tuple[dict[str, Any], float]] = [
        ({"duty_hours": 10.0}, 0.0),
        ({"duty_hours": 10.0, "duty_weeks_left": 3}, 0.5),
        ({"duty_hours": 10.0, "duty_weeks_left": 3, "service": Service.SERVED}, 0.25),
        ({"housed": False}, 0.4),
    ]
    for fields, factor in people:
        odds = 0.1 * math.exp(factor)
        chance = odds / (1.0 + odds)
        for luck, meets in ((chance - 1e-6, True), (chance + 1e-6, False)):
            met = meets_problem(
                seeker(**fields), levers(team_contact_share=1.0), known, Luck(problem=luck)
            )
            assert met == meets
