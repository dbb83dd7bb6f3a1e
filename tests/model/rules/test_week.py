"""A person's week: alone, with a specialist, and at work, from the first step to the last."""

from typing import Any

import pytest

from ips_sim.model.entities import (
    EmployerFields,
    Ending,
    JobSeekerFields,
    Problem,
    RelationshipFields,
    Service,
    Work,
)
from ips_sim.model.luck import Luck
from ips_sim.model.rules.standing import NOBODY
from ips_sim.model.rules.week import (
    better_employer_seen,
    live_at_work,
    search_alone,
    search_with_specialist,
)
from tests.model.builders import (
    employer,
    levers,
    parameters,
    place,
    relationship,
    seeker,
    site,
    specialist,
)

EAGER: dict[str, Any] = {
    "interest": 1.0,
    "interest_at_entry": 1.0,
    "service": Service.SERVED,
    "specialist_row": 0,
}
# Whoever looks finds an offer at even luck, and takes it.
SURE: dict[str, Any] = {
    "own_search_odds": 9.0,
    "own_offer_odds": 9.0,
    "contact_offer_odds": 9.0,
    "acceptance_base": 1.0,
    "discouragement_per_refusal": 0.5,
}


# Alone


def alone(
    firm: EmployerFields, luck: Luck | None = None, **known: Any
) -> tuple[JobSeekerFields, int]:
    person = seeker(**EAGER)
    row = search_alone(
        person,
        [firm],
        site(employers=1),
        levers(),
        place(),
        parameters(**(SURE | known)),
        luck or Luck(),
    )
    return person, row


def test_where_nothing_is_open_nobody_applies_and_nobody_is_refused() -> None:
    person, row = alone(employer(hidden_vacancies=1))
    assert (row, person.applications, person.refusals, person.interest) == (NOBODY, 0, 0, 1.0)


def test_who_does_not_look_this_week_does_not_apply() -> None:
    person, row = alone(employer(vacancies=1), own_search_odds=0.0)
    assert (row, person.applications, person.refusals, person.interest) == (NOBODY, 0, 0, 1.0)


def test_an_application_turned_down_is_a_refusal() -> None:
    person, row = alone(employer(vacancies=1), own_offer_odds=0.0)
    assert (row, person.applications, person.refusals, person.interest) == (NOBODY, 1, 1, 0.5)


def test_an_offer_declined_is_no_refusal() -> None:
    person, row = alone(employer(vacancies=1), acceptance_base=0.0)
    assert (row, person.applications, person.refusals, person.interest) == (NOBODY, 1, 0, 1.0)
    assert person.offers_declined == 1


def test_an_offer_accepted_gives_the_employer() -> None:
    person, row = alone(employer(vacancies=1))
    assert (row, person.applications, person.refusals) == (0, 1, 0)
    # The driver starts the job.
    assert person.work == Work.NONE


# With a specialist


def together(
    firm: EmployerFields,
    tie: RelationshipFields,
    of: dict[str, Any] | None = None,
    luck: Luck | None = None,
    week: int = 6,
    **known: Any,
) -> tuple[JobSeekerFields, int]:
    assert tie.last_week < week, "seen already this week"
    person = seeker(**EAGER)
    row = search_with_specialist(
        person,
        specialist(),
        [firm],
        [tie],
        site(employers=1, week=week),
        levers(**({"visits_before_asking": 3} | (of or {}))),
        place(),
        parameters(**(SURE | known)),
        luck or Luck(),
    )
    return person, row


def test_the_first_visits_are_about_no_one_and_cost_nobody_hope() -> None:
    tie = relationship()
    for week, visits in ((6, 1), (7, 2)):
        person, row = together(employer(vacancies=1), tie, week=week, contact_offer_odds=0.0)
        assert (row, tie.visits, person.employer_contacts) == (NOBODY, visits, 1)
        assert (person.refusals, person.interest) == (0, 1.0)
        assert tie.last_asked_week < 0
    person, row = together(employer(vacancies=1), tie, week=8)
    assert (row, person.refusals, tie.last_asked_week) == (0, 0, 8)


def test_a_visit_that_finds_nothing_open_is_no_refusal() -> None:
    for firm in (employer(), employer(hidden_vacancies=1, reticence=0.9)):
        person, row = together(firm, relationship(visits=5, trust=0.5))
        assert (row, person.employer_contacts, person.refusals) == (NOBODY, 1, 0)
        assert person.interest == 1.0


def test_who_trusts_tells_of_what_will_open() -> None:
    firm = employer(hidden_vacancies=1, reticence=0.4)
    person, row = together(firm, relationship(visits=5, trust=0.5))
    assert (row, person.refusals) == (0, 0)


def test_to_be_spoken_for_and_turned_down_is_a_refusal() -> None:
    tie = relationship(visits=5, trust=0.5)
    person, row = together(employer(vacancies=1), tie, contact_offer_odds=0.0)
    assert (row, person.refusals, person.interest, tie.trust) == (NOBODY, 1, 0.5, 0.5)


def test_who_was_asked_of_late_is_seen_but_not_asked_again() -> None:
    firm, tie = employer(vacancies=1), relationship(visits=5)
    known: dict[str, Any] = {"weeks_between_asks": 4.0}
    person, row = together(firm, tie, contact_offer_odds=0.0, **known)
    assert (row, person.refusals, tie.last_asked_week) == (NOBODY, 1, 6)
    for week in (7, 9):
        person, row = together(firm, tie, week=week, **known)
        assert (row, person.employer_contacts, tie.last_week) == (NOBODY, 1, week)
        assert (person.refusals, person.interest, tie.last_asked_week) == (0, 1.0, 6)
    person, row = together(firm, tie, week=10, **known)
    assert (row, tie.last_asked_week) == (0, 10)


def test_a_job_that_meets_too_few_wishes_is_not_asked_for() -> None:
    """Another kind of work than the one wished for leaves four wishes of five."""
    for kind, row, asked in ((1, NOBODY, -1_000), (0, 0, 6)):
        firm, tie = employer(vacancies=1, kind=kind), relationship(visits=5)
        of: dict[str, Any] = {"preference_weight": 1.0}
        person, found = together(firm, tie, of, wishes_worth_asking_share=1.0)
        assert (found, person.employer_contacts, person.refusals) == (row, 1, 0)
        assert tie.last_asked_week == asked


@pytest.mark.parametrize("odds", [0.0, 9.0])
def test_asking_at_the_first_visit_costs_goodwill_whatever_the_answer(odds: float) -> None:
    tie = relationship()
    known: dict[str, Any] = {
        "trust_by_introduction": 0.4,
        "trust_by_appointment": 0.0,
        "trust_to_be_known": 0.5,
        "weeks_closed_by_asking_early": 10.0,
        "weeks_between_asks": 4.0,
        "goodwill_lost_by_asking_early": 0.25,
        "contact_offer_odds": odds,
    }
    _, row = together(employer(vacancies=1), tie, {"visits_before_asking": 1}, **known)
    assert (row, tie.trust) == (0 if odds else NOBODY, pytest.approx(0.3))
    # The door is closed: not for 4 weeks, as after any question, but for 10 weeks more.
    assert tie.last_asked_week == 16
    for week, asked in ((10, 16), (19, 16), (20, 30)):
        together(employer(vacancies=1), tie, {"visits_before_asking": 1}, week=week, **known)
        assert tie.last_asked_week == asked
    # Where nothing is open nobody is spoken of.
    tie = relationship()
    together(employer(), tie, {"visits_before_asking": 1}, **known)
    assert tie.trust == pytest.approx(0.4)


def test_trust_decides_before_it_is_spent() -> None:
    """The offer depends on what stood before the asking; nobody here is known at any trust."""
    tie = relationship(trust=1.0)
    known: dict[str, Any] = {"trust_on_offer": 3.0, "trust_without_disclosure": 1.0}
    known |= {"trust_to_be_known": 1.1}
    spent: dict[str, Any] = {"goodwill_lost_by_asking_early": 0.8, "contact_offer_odds": 0.2}
    _, row = together(employer(vacancies=1), tie, {"visits_before_asking": 1}, **known, **spent)
    assert (row, tie.trust) == (0, pytest.approx(0.2))


def test_a_job_is_carved_by_who_trusts_and_has_none() -> None:
    def carved(luck: float, **known: Any) -> tuple[JobSeekerFields, int, int]:
        firm, tie = employer(), relationship(visits=5, trust=0.5)
        person, row = together(firm, tie, luck=Luck(carving=luck), carving_per_visit=0.1, **known)
        return person, row, firm.hidden_vacancies

    assert carved(0.04)[1:] == (0, 1)
    assert carved(0.06)[1:] == (NOBODY, 0)
    # A job made for a person is an offer already, whatever else offers depend on.
    person, *found = carved(0.04, contact_offer_odds=0.0)
    assert (found, person.refusals) == ([0, 1], 0)
    # It is for this person; who does not take it leaves none behind.
    person, *found = carved(0.04, acceptance_base=0.0)
    assert (found, person.offers_declined, person.refusals) == ([NOBODY, 0], 1, 0)


def test_a_carved_job_waits_for_the_same_weeks_as_any_question() -> None:
    tie, known = relationship(visits=5, trust=0.5), {"weeks_between_asks": 4.0}
    rows = []
    for week in (6, 9, 10):
        luck = Luck(carving=0.04)
        rows.append(together(employer(), tie, None, luck, week, carving_per_visit=0.1, **known)[1])
    assert rows == [0, NOBODY, 0]
    assert tie.last_asked_week == 10
    # Nor does anybody carve who is not to speak of a person yet.
    first = relationship(trust=1.0)
    assert together(employer(), first, None, Luck(carving=0.0), carving_per_visit=1.0)[1] == NOBODY


# At work


@pytest.mark.parametrize(
    ("start", "row"), [(0.0, 1), (0.4, 3), (0.9, 1)], ids=["first", "next", "round"]
)
def test_alone_one_sees_the_next_advert(start: float, row: int) -> None:
    rows = [employer(vacancies=one) for one in (0, 1, 0, 1, 0)]
    rows[2].hidden_vacancies = 1
    luck = Luck(better_employer=start)
    here = site(employers=5)
    person = seeker(preferences_met=0.4)
    assert better_employer_seen(person, rows, [], here, parameters(), luck) == row


def test_a_specialist_knows_of_the_best_liked() -> None:
    rows = [employer(kind=1), employer(vacancies=1, kind=1), employer(vacancies=1, kind=2)]
    rows.append(employer(hidden_vacancies=1, kind=2, reticence=0.3, with_people=False))
    ties = [relationship(trust=0.9)] * 4 + [relationship(trust=trust) for trust in (0, 0, 0, 0.5)]
    here = site(employers=4)
    person = seeker(
        preferred_kind=2,
        preferred_hours=20.0,
        prefers_days=True,
        travel_limit=-1.0,
        service=Service.SERVED,
        specialist_row=1,
    )  # would like the kind, and no company
    rows[2].with_people = True

    book: dict[str, Any] = {}

    def seen(**fields: Any) -> int:
        for name, value in fields.items():
            setattr(person, name, value)
        return better_employer_seen(person, rows, ties, here, parameters(**book), Luck())

    assert seen(preferences_met=0.0) == 3
    assert seen(preferences_met=0.3) == 3
    assert seen(preferences_met=0.4) == NOBODY
    # Only of those in the book: with three to a book the second holds rows 3, 0 and 1.
    book["employers_in_book"] = 3.0
    assert seen(preferences_met=0.3) == 3
    rows[3].hidden_vacancies = 0
    assert seen(preferences_met=0.3) == NOBODY
    rows[3].hidden_vacancies = 1
    del book["employers_in_book"]
    ties[7].trust = 0.2  # not told of the hidden one
    assert seen(preferences_met=0.0) in (1, 2)


def lived(
    fields: dict[str, Any],
    luck: Luck | None = None,
    rows: list[EmployerFields] | None = None,
    ties: list[RelationshipFields] | None = None,
    here: dict[str, Any] | None = None,
    **known: Any,
) -> tuple[JobSeekerFields, int]:
    rows = rows or [employer(kind=2)]
    person = seeker(
        **(
            {
                "work": Work.COMPETITIVE,
                "employer_row": 0,
                "job_hours": 30.0,
                "preferred_hours": 20.0,
                "tenure_weeks": 20,
                "service": Service.SERVED,
                "specialist_row": 0,
                "interest": 0.5,
            }
            | fields
        )
    )
    found = live_at_work(
        person,
        [specialist()],
        rows,
        ties or [relationship(trust=0.5) for _ in rows],
        site(employers=len(rows)),
        levers(),
        place(**(here or {})),
        parameters(**known),
        luck or Luck(),
    )
    return person, found


TROUBLE: dict[str, Any] = {"problem": Problem.TASK, "problems_met": 1}
ENDS: dict[str, Any] = {"problem_ends_job_per_week": 1.0, "dismissed_over_performance": 0.5}


def test_a_dismissal_is_threatened_first() -> None:
    person, _ = lived(TROUBLE, Luck(ending_kind=0.4), **ENDS)
    assert (person.work, person.warned, person.warnings) == (Work.COMPETITIVE, True, 1)
    assert (person.problem, person.endings_dismissed) == (Problem.TASK, 0)


def test_who_was_warned_is_dismissed_in_another_week() -> None:
    for kind in (0.4, 0.99):  # it is not up to the person any more
        person, _ = lived(TROUBLE | {"warned": True, "warnings": 1}, Luck(ending_kind=kind), **ENDS)
        assert (person.work, person.endings_dismissed, person.warnings) == (Work.NONE, 1, 1)
        assert not person.warned


def test_who_was_warned_may_put_it_right() -> None:
    person, _ = lived(TROUBLE | {"warned": True}, solving_odds=9.0, **ENDS)
    assert (person.problem, person.warned, person.problems_solved) == (Problem.NONE, False, 1)
    assert person.work == Work.COMPETITIVE


def test_nobody_is_warned_who_quits() -> None:
    person, _ = lived(TROUBLE, Luck(ending_kind=0.6), **ENDS)
    assert (person.work, person.endings_quit, person.warnings) == (Work.NONE, 1, 0)


def test_an_ending_is_remembered_learned_from_and_felt() -> None:
    tie = relationship(trust=0.5)
    person, _ = lived(
        TROUBLE | {"alliance": 0.5},
        Luck(ending_kind=0.6),
        ties=[tie],
        trust_lost_by_bad_ending=0.2,
        learning_from_jobs=0.5,
        bad_ending_on_interest=0.2,
        help_after_loss=0.5,
        **ENDS,
    )
    assert tie.trust == pytest.approx(0.4)
    assert person.preferred_hours == 25.0
    assert person.interest == pytest.approx(0.5 * (1 - 0.2 * 0.75))
    assert person.weeks_since_loss == 0


def test_a_job_that_was_liked_shows_what_kind_of_work_to_look_for() -> None:
    for met, learning, kind in ((0.6, 0.5, 2), (0.4, 0.5, 0), (0.6, 0.0, 0)):
        person, _ = lived(
            TROUBLE | {"preferences_met": met},
            Luck(ending_kind=0.6),
            liked_from_share=0.6,
            learning_from_jobs=learning,
            **ENDS,
        )
        assert person.preferred_kind == kind


def test_without_a_specialist_nothing_is_looked_back_on() -> None:
    tie = relationship(trust=0.5)
    person, _ = lived(
        TROUBLE | {"service": Service.CLOSED, "specialist_row": -1},
        Luck(ending_kind=0.6),
        ties=[tie],
        trust_lost_by_bad_ending=0.2,
        learning_from_jobs=0.5,
        **ENDS,
    )
    assert (person.work, person.preferred_hours, tie.trust) == (Work.NONE, 20.0, 0.5)


@pytest.mark.parametrize(
    ("fields", "trust"),
    [
        ({"tenure_weeks": 12}, 0.5),
        ({"tenure_weeks": 13}, 0.6),
        ({"tenure_weeks": 14}, 0.5),
        ({"tenure_weeks": 13, "service": Service.TRANSFERRED, "specialist_row": -1}, 0.5),
        # A job that the person found alone is no placement of the specialist's.
        ({"tenure_weeks": 13, "job_found_by_specialist": False}, 0.5),
    ],
)
def test_a_placement_that_lasts_builds_trust_once(fields: dict[str, Any], trust: float) -> None:
    tie = relationship(trust=0.5)
    lived({"job_found_by_specialist": True} | fields, ties=[tie], trust_by_good_placement=0.2)
    assert tie.trust == pytest.approx(trust)


def test_who_wants_something_better_moves_straight_to_it() -> None:
    rows = [employer(), employer(vacancies=1)]
    wants: dict[str, Any] = {"problem": Problem.SOMETHING_BETTER, "preferences_met": -0.1}
    tie = relationship(trust=0.5)
    person, row = lived(
        wants,
        rows=rows,
        ties=[tie, relationship()],
        better_offer_odds=9.0,
        trust_lost_by_bad_ending=0.2,
        bad_ending_on_interest=0.2,
        **ENDS,
    )
    assert (row, person.endings_quit, person.interest, tie.trust) == (1, 1, 0.5, 0.5)
    # Who finds nothing better has the problem still.
    person, row = lived(wants, rows=[employer()], better_offer_odds=9.0)
    assert (row, person.problem) == (NOBODY, Problem.SOMETHING_BETTER)


@pytest.mark.parametrize(
    ("fields", "luck", "ending"),
    [
        ({"fixed_weeks_left": 0}, Luck(lay_off=0.9), Ending.TEMPORARY),
        ({}, Luck(lay_off=0.005), Ending.LAID_OFF),
    ],
)
def test_what_others_end_costs_no_trust_and_no_heart(
    fields: dict[str, Any], luck: Luck, ending: Ending
) -> None:
    tie = relationship(trust=0.5)
    person, _ = lived(
        fields,
        luck,
        ties=[tie],
        lay_off_per_week=0.01,
        trust_lost_by_bad_ending=0.2,
        bad_ending_on_interest=0.2,
    )
    assert (person.work, person.interest, tie.trust) == (Work.NONE, 0.5, 0.5)
    assert (person.endings_temporary, person.endings_laid_off) == (
        int(ending == Ending.TEMPORARY),
        int(ending == Ending.LAID_OFF),
    )
    # What was learned there counts all the same.
    assert person.weeks_since_loss == 0
