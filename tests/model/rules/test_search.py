"""Finding a job: alone, by word of mouth, and through a specialist with a book of employers."""

import math
from typing import Any

import pytest

from ips_sim.model.entities import (
    Benefit,
    EmployerFields,
    JobSeekerFields,
    Service,
    Tier,
    Work,
)
from ips_sim.model.luck import Luck
from ips_sim.model.rules.search import (
    BEGUN,
    COMPARED,
    KNOWN,
    NEW,
    OPEN,
    accepts,
    be_refused,
    can_be_there,
    carves_job,
    employer_to_visit,
    gets_offer_alone,
    gets_offer_through_contact,
    hours_agreed,
    is_helped_to_employer,
    is_open_to,
    leave_made_job,
    looks_for_work,
    make_contact,
    make_job,
    may_be_asked,
    next_opening,
    opening_seen,
    promise,
    reason_for_visit,
    share_of_preferences_met,
    start_job,
    take_up_job,
    way_back,
    what_employers_see,
)
from ips_sim.model.rules.standing import NOBODY
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

NEARLY = 1e-9
WISHES: dict[str, Any] = {
    "preferred_kind": 3,
    "preferred_hours": 20.0,
    "prefers_days": True,
    "travel_limit": 0.5,
    "prefers_people": False,
}
MATCH: dict[str, Any] = {
    "kind": 3,
    "hours_per_week": 24.0,
    "is_days": True,
    "distance": 0.4,
    "with_people": False,
}


def chance_of(odds: float, factor: float) -> float:
    grown = odds * math.exp(factor)
    return grown / (1 + grown)


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, 1.0),
        ({"kind": 2}, 0.8),
        ({"hours_per_week": 25.1}, 0.8),
        ({"hours_per_week": 14.9}, 0.8),
        ({"is_days": False, "distance": 0.6}, 0.6),
        (
            {
                "kind": 0,
                "hours_per_week": 40.0,
                "is_days": False,
                "distance": 0.9,
                "with_people": True,
            },
            0.0,
        ),
    ],
)
def test_wishes_are_counted_one_by_one(changes: dict[str, Any], met: float) -> None:
    known = parameters(hours_near_wish_share=0.25)
    assert share_of_preferences_met(seeker(**WISHES), employer(**(MATCH | changes)), known) == met


def test_symptoms_and_limits_of_thinking_show_and_so_does_skill() -> None:
    known = parameters(
        symptoms_on_finding=2.0,
        skill_on_finding=1.0,
        cognitive_limits_on_work=-0.4,
        reference_symptoms=0.4,
    )
    assert what_employers_see(seeker(symptoms=0.4), known) == 0.0
    assert what_employers_see(seeker(symptoms=0.9), known) == pytest.approx(-1.0)
    assert what_employers_see(seeker(symptoms=0.4, work_skill=0.5), known) == pytest.approx(0.5)
    limited = seeker(symptoms=0.4, work_skill=0.5, cognitive_limits=True)
    assert what_employers_see(limited, known) == pytest.approx(0.1)
    # What a person fears stays with the person.
    assert what_employers_see(seeker(symptoms=0.4, benefit_fear=1.0), known) == 0.0


# Alone


@pytest.mark.parametrize(
    ("fields", "of_site", "known", "factor"),
    [
        ({}, {}, {}, 0.0),
        ({}, {"other_help": 0.3}, {}, 0.3),
        ({"gain_expected": -0.5}, {}, {"money_on_search": 0.4}, -0.2),
        ({"symptoms": 0.9}, {}, {"symptoms_on_search": 0.6, "reference_symptoms": 0.4}, -0.3),
        ({"tier": Tier.SEARCH, "hours_received": 1.0}, {}, {"help_on_own_search": 0.8}, 0.4),
        ({"tier": Tier.LOST_JOB, "hours_received": 1.0}, {}, {"help_on_own_search": 0.8}, 0.4),
        ({"tier": Tier.KEEP_IN_TOUCH, "hours_received": 1.0}, {}, {"help_on_own_search": 0.8}, 0.0),
        ({"service": Service.PREPARING}, {}, {"preparing_on_own_search": 0.5}, -0.5),
        ({"work": Work.SHELTERED}, {}, {"set_aside_work_on_own_search": 1.2}, -1.2),
        # The record, and how easily a person finds work, are for employers to judge.
        ({"ease_of_finding": 0.7, "record_on_paper": -0.4}, {}, {}, 0.0),
    ],
)
def test_what_makes_people_look_for_work(
    fields: dict[str, Any], of_site: dict[str, Any], known: dict[str, Any], factor: float
) -> None:
    person = seeker(**({"interest": 0.5} | fields))
    chance = chance_of(0.4 * 0.5, factor)
    for luck, looks in ((chance - NEARLY, True), (chance + NEARLY, False)):
        found = looks_for_work(
            person, site(**of_site), parameters(own_search_odds=0.4, **known), Luck(own_search=luck)
        )
        assert found == looks


@pytest.mark.parametrize("fields", [{"work": Work.COMPETITIVE}, {"hospital_weeks_left": 1}])
def test_nobody_looks_at_work_or_in_hospital(fields: dict[str, Any]) -> None:
    person = seeker(interest=1.0, gain_expected=3.0, **fields)
    known = parameters(own_search_odds=9.0)
    assert not looks_for_work(person, site(), known, Luck(own_search=0.0))


def firms(*vacancies: tuple[int, int]) -> list[EmployerFields]:
    """Employers with so many advertised and hidden vacancies."""
    return [employer(vacancies=open_, hidden_vacancies=hidden) for open_, hidden in vacancies]


@pytest.mark.parametrize(
    ("start", "by_word", "row"),
    [(0, False, 1), (1, False, 1), (2, False, 4), (5, False, 1), (2, True, 3), (5, True, 0)],
)
def test_the_next_opening_is_the_first_that_one_can_see(
    start: int, by_word: bool, row: int
) -> None:
    six = firms((0, 1), (1, 0), (0, 0), (0, 2), (2, 1), (0, 0))
    assert next_opening(seeker(), six, site(employers=6), start, by_word, parameters()) == row


@pytest.mark.parametrize(("looked", "row"), [(1, NOBODY), (2, NOBODY), (3, 4), (6, 4)])
def test_one_looks_through_so_many_adverts_in_a_week(looked: float, row: int) -> None:
    six = firms((0, 0), (1, 0), (0, 0), (0, 0), (1, 0), (0, 0))
    known = parameters(employers_looked_through=looked)
    assert next_opening(seeker(), six, site(employers=6), 2, False, known) == row


def test_what_is_found_first_is_applied_for_where_no_second_is_in_sight() -> None:
    six = firms((0, 0), (1, 0), (0, 0), (0, 0), (0, 0), (1, 0))
    known, luck = parameters(employers_looked_through=3.0), Luck(own_employer=0.0)
    assert opening_seen(seeker(), six, site(employers=6), levers(), known, luck) == 1


def test_where_nothing_is_open_there_is_nothing_to_apply_for() -> None:
    closed = firms((0, 1), (0, 0))
    here = site(employers=2)
    assert next_opening(seeker(), closed, here, 0, False, parameters()) == NOBODY
    assert next_opening(seeker(), firms((0, 0), (0, 0)), here, 1, True, parameters()) == NOBODY
    assert opening_seen(seeker(), closed, here, levers(), parameters(), Luck()) == NOBODY


@pytest.mark.parametrize(
    ("service", "family", "lead", "told"),
    [
        (Service.NOT_ADMITTED, 1.0, 0.19, True),
        (Service.NOT_ADMITTED, 1.0, 0.21, False),
        # Half as many again where all families take part, and a quarter where half of them do.
        (Service.SERVED, 1.0, 0.29, True),
        (Service.SERVED, 1.0, 0.31, False),
        (Service.SERVED, 0.5, 0.24, True),
        (Service.SERVED, 0.5, 0.26, False),
        (Service.SERVED, 0.0, 0.21, False),
    ],
)
def test_a_friends_word_tells_of_what_is_not_advertised(
    service: Service, family: float, lead: float, told: bool
) -> None:
    known = parameters(network_leads_share=0.2, family_on_leads=0.5)
    of = levers(family_contact_share=family)
    hidden = firms((0, 0), (0, 1))
    row = opening_seen(
        seeker(service=service), hidden, site(employers=2), of, known, Luck(lead=lead)
    )
    assert row == (1 if told else NOBODY)


def test_of_two_adverts_the_better_liked_is_applied_for() -> None:
    known = parameters(hours_near_wish_share=0.25)
    liked, plain = employer(**MATCH, vacancies=1), employer(vacancies=1)
    shut = employer(**MATCH)
    person, here = seeker(**WISHES), site(employers=4)
    for start in (0.0, 0.3, 0.6, 0.8):
        rows = [shut, plain, shut, liked]
        luck = Luck(own_employer=start)
        assert opening_seen(person, rows, here, levers(), known, luck) == 3
    # Of two alike it is the first that was met, and a third is not looked at.
    three = [plain, plain, liked, shut]
    assert opening_seen(person, three, here, levers(), known, Luck(own_employer=0.0)) == 0
    assert opening_seen(person, three, here, levers(), known, Luck(own_employer=0.3)) == 2
    only = [shut, plain, shut, shut]
    assert opening_seen(person, only, here, levers(), known, Luck(own_employer=0.9)) == 1


@pytest.mark.parametrize(
    ("fields", "unemployment", "known", "factor"),
    [
        ({}, 0.05, {}, 0.0),
        ({"ease_of_finding": 0.7}, 0.05, {}, 0.7),
        ({"record_on_paper": -0.4}, 0.05, {}, -0.4),
        ({"work_skill": 0.5}, 0.05, {"skill_on_finding": 1.0}, 0.5),
        ({"cognitive_limits": True}, 0.05, {"cognitive_limits_on_work": -0.3}, -0.3),
        # Twice as many unemployed are as many rivals more.
        ({}, 0.10, {"rivals_on_own_offers": 0.2}, -0.2),
        ({}, 0.20, {"rivals_on_own_offers": 0.2}, -0.6),
        ({}, 0.20, {"rivals_with_advocate": 0.2}, 0.0),
    ],
)
def test_employers_decide_by_record_ease_impression_and_rivals(
    fields: dict[str, Any], unemployment: float, known: dict[str, Any], factor: float
) -> None:
    here = place(unemployment_share=unemployment)
    chance = chance_of(0.5, factor)
    for luck, offered in ((chance - NEARLY, True), (chance + NEARLY, False)):
        found = gets_offer_alone(
            seeker(**fields),
            employer(),
            here,
            parameters(own_offer_odds=0.5, **known),
            Luck(own_offer=luck),
        )
        assert found == offered


def test_disclosure_costs_offers_where_employers_are_not_open() -> None:
    known = parameters(own_offer_odds=1.0, stigma_on_offer=0.5)
    for openness, factor in ((0.0, -0.5), (0.6, -0.2), (1.0, 0.0)):
        chance = chance_of(1.0, factor)
        firm = employer(vacancies=1, openness=openness)
        for luck, offered in ((chance - NEARLY, True), (chance + NEARLY, False)):
            told = gets_offer_alone(
                seeker(discloses=True), firm, place(), known, Luck(own_offer=luck)
            )
            assert told == offered
        untold = gets_offer_alone(seeker(), firm, place(), known, Luck(own_offer=0.4999))
        assert untold


def test_protection_against_dismissal_makes_employers_careful() -> None:
    known = parameters(own_offer_odds=1.0, protection_on_hiring=0.2, reference_protection_index=1.0)
    firm, strict = employer(vacancies=1), place(dismissal_protection_index=3.0)
    chance = chance_of(1.0, -0.4)
    assert gets_offer_alone(seeker(), firm, strict, known, Luck(own_offer=chance - NEARLY))
    assert not gets_offer_alone(seeker(), firm, strict, known, Luck(own_offer=chance + NEARLY))


# With a specialist


@pytest.mark.parametrize("tier", Tier)
def test_specialists_see_employers_for_those_in_search(tier: Tier) -> None:
    person, post = seeker(tier=tier, search_weight=0.5), specialist(contact_chance=0.8)
    helped = tier in (Tier.SEARCH, Tier.LOST_JOB)
    assert is_helped_to_employer(person, post, Luck(contact=0.4 - NEARLY)) == helped
    assert not is_helped_to_employer(person, post, Luck(contact=0.4 + NEARLY))


def test_where_to_go_depends_on_the_weight_of_preferences() -> None:
    """One employer is what the person would like; the other is open and trusts the specialist."""
    known = parameters(hours_near_wish_share=0.25)
    liked = employer(**MATCH, openness=0.2), relationship(trust=0.0)
    easy = employer(kind=0, distance=0.9, with_people=True, openness=0.8), relationship(trust=0.6)
    person = seeker(**WISHES)
    for weight, better in ((1.0, liked), (0.0, easy)):
        scores = {
            id(one): promise(person, *one, levers(preference_weight=weight), known)
            for one in (liked, easy)
        }
        assert max(scores, key=lambda one: scores[one]) == id(better)
    assert promise(person, *easy, levers(preference_weight=0.0), known) == pytest.approx(0.7)
    assert promise(person, *liked, levers(preference_weight=1.0), known) == 1.0


@pytest.mark.parametrize(
    ("firm", "worth"),
    [
        ({"vacancies": 1}, True),
        ({}, False),
        # A hidden opening counts for whom the employer tells of it.
        ({"hidden_vacancies": 1, "reticence": 0.4}, True),
        ({"hidden_vacancies": 1, "reticence": 0.6}, False),
    ],
)
def test_nobody_is_spoken_for_where_nothing_is_known_to_be_open(
    firm: dict[str, Any], worth: bool
) -> None:
    tie, known = relationship(trust=0.5), parameters(hours_near_wish_share=0.25)
    one = employer(**MATCH, **firm)
    assert is_open_to(seeker(**WISHES), one, tie, levers(), known) == worth


@pytest.mark.parametrize(
    ("weight", "unmet", "worth"),
    [
        # Three wishes of five are just enough where preferences count in full.
        (1.0, {}, True),
        (1.0, {"kind": 0, "is_days": False}, True),
        (1.0, {"kind": 0, "is_days": False, "distance": 0.9}, False),
        # Half the weight asks for half as many: two are enough, one is not.
        (0.5, {"kind": 0, "is_days": False, "distance": 0.9}, True),
        (0.5, {"kind": 0, "is_days": False, "distance": 0.9, "with_people": True}, False),
        (
            0.0,
            {
                "kind": 0,
                "is_days": False,
                "distance": 0.9,
                "with_people": True,
                "hours_per_week": 40.0,
            },
            True,
        ),
    ],
)
def test_where_preferences_count_a_job_that_meets_few_is_not_asked_for(
    weight: float, unmet: dict[str, Any], worth: bool
) -> None:
    found = is_open_to(
        seeker(**WISHES),
        employer(**(MATCH | unmet), vacancies=1),
        relationship(),
        levers(preference_weight=weight),
        parameters(hours_near_wish_share=0.25, wishes_worth_asking_share=0.6),
    )
    assert found == worth


def test_an_employer_who_was_never_asked_may_be_asked_in_the_first_week() -> None:
    known = parameters(weeks_between_asks=13.0)
    assert may_be_asked(relationship(), site(week=1), known)


@pytest.mark.parametrize(
    ("asks_at", "visits", "vacancies", "reason"),
    [
        # The next visit is the third: one may ask, if something is open.
        (3, 2, 1, OPEN),
        (3, 2, 0, KNOWN),
        (3, 5, 1, OPEN),
        (3, 5, 0, KNOWN),
        # Before, an opening is no reason yet.
        (3, 1, 1, BEGUN),
        (3, 1, 0, BEGUN),
        (3, 0, 1, NEW),
        # Who asks at the first visit goes where something is open, else to somebody new.
        (1, 0, 1, OPEN),
        (1, 0, 0, NEW),
        (1, 1, 0, KNOWN),
    ],
)
def test_why_an_employer_would_be_seen(
    asks_at: int, visits: int, vacancies: int, reason: int
) -> None:
    found = reason_for_visit(
        seeker(),
        employer(vacancies=vacancies),
        relationship(visits=visits),
        site(week=8),
        levers(visits_before_asking=asks_at),
        parameters(),
    )
    assert found == reason


@pytest.mark.parametrize(("asks_at", "visits", "reason"), [(3, 2, KNOWN), (1, 0, NEW)])
@pytest.mark.parametrize(
    ("kind", "asked"), [(0, -1_000), (3, 6)], ids=["meets too few wishes", "asked of late"]
)
def test_an_opening_that_is_not_worth_asking_for_is_no_reason(
    asks_at: int, visits: int, reason: int, kind: int, asked: int
) -> None:
    def found(**fields: Any) -> int:
        told = {"kind": kind, "asked": asked} | fields
        return reason_for_visit(
            seeker(**WISHES),
            employer(**(MATCH | {"kind": told["kind"]}), vacancies=1),
            relationship(visits=visits, last_asked_week=told["asked"]),
            site(week=8),
            levers(visits_before_asking=asks_at, preference_weight=1.0),
            parameters(
                hours_near_wish_share=0.25, wishes_worth_asking_share=1.0, weeks_between_asks=4.0
            ),
        )

    assert found() == reason
    assert found(kind=3, asked=4) == OPEN


def chosen(
    rows: list[EmployerFields],
    visits: list[int],
    first: float = 0.0,
    person: JobSeekerFields | None = None,
    post: int = 0,
    last_weeks: list[int] | None = None,
    book: dict[str, Any] | None = None,
    **of: Any,
) -> int:
    """The employer chosen in week 8, none of whom was seen yet this week unless it is said."""
    here = site(employers=len(rows), week=8)
    ties = [relationship(visits=9) for _ in range(post * len(rows))]
    ties += [
        relationship(visits=number, last_week=last)
        for number, last in zip(visits, last_weeks or [7] * len(visits), strict=True)
    ]
    of = {"visits_before_asking": 3} | of
    known = parameters(hours_near_wish_share=0.25, **(book or {}))
    person = person or seeker(**WISHES)
    person.specialist_row = post
    return employer_to_visit(
        person,
        rows,
        ties,
        here,
        levers(**of),
        known,
        Luck(contact_employer=first),
    )


def test_the_best_reason_comes_first() -> None:
    rows = firms((0, 0), (0, 0), (1, 0), (0, 0))
    assert chosen(rows, [5, 1, 3, 0]) == 2  # open to whom one may ask
    assert chosen(rows, [5, 1, 1, 0]) == 1  # a talk that has begun
    assert chosen(rows, [5, 4, 4, 0], 0.9) == 2
    assert chosen(firms((0, 0), (0, 0)), [5, 0]) == 1  # somebody new
    assert chosen(firms((0, 0), (0, 0)), [5, 6], 0.6) == 1  # one who is known and has nothing
    # A reason goes before what a person would like.
    liked = [employer(**MATCH), employer(vacancies=1)]
    assert chosen(liked, [0, 3], preference_weight=1.0) == 1


def test_a_specialists_own_book_is_read() -> None:
    rows = firms((0, 0), (1, 0), (0, 0))
    assert chosen(rows, [1, 0, 0], post=1) == 0


def test_whom_the_book_does_not_hold_is_not_seen_however_good() -> None:
    """Books of two among five: those of the third specialist are rows 4 and 0."""
    rows = firms((0, 0), (1, 0), (1, 0), (1, 0), (0, 0))
    two = {"employers_in_book": 2.0}
    assert chosen(rows, [5] * 5, 0.0, post=2, book=two) == 4
    assert chosen(rows, [5] * 5, 0.9, post=2, book=two) == 0
    assert chosen(rows, [1, 5, 5, 5, 5], 0.0, post=2, book=two) == 0
    # Where both were seen this week one of them is seen again, by turn.
    seen = [8, 7, 7, 7, 8]
    assert chosen(rows, [5] * 5, 0.0, post=2, last_weeks=seen, book=two) == 4
    # The others' books hold what is open.
    assert chosen(rows, [5] * 5, 0.0, post=1, book=two) == 2


def test_who_does_not_come_to_mind_is_not_seen() -> None:
    rows = firms(*[(0, 0)] * 4, (1, 0))
    for mind, seen in ((4.0, 0), (5.0, 4)):
        assert chosen(rows, [5] * 5, book={"employers_in_mind": mind}) == seen


@pytest.mark.parametrize(
    ("asked", "may"), [(8, False), (5, False), (4, True), (20, False), (-1_000, True)]
)
def test_an_employer_is_asked_again_after_weeks_and_later_where_a_door_is_closed(
    asked: int, may: bool
) -> None:
    tie, known = relationship(last_asked_week=asked), parameters(weeks_between_asks=4.0)
    assert may_be_asked(tie, site(week=8), known) == may


def test_among_equal_reasons_the_most_promising_of_five_is_seen() -> None:
    """Five come to mind, from the first on and round; a sixth does not, however good."""
    assert COMPARED == 5
    for at, seen in ((3, 3), (4, 4), (5, 0)):
        rows = [employer(vacancies=1) for _ in range(7)]
        rows[at] = employer(**MATCH, vacancies=1)
        assert chosen(rows, [3] * 7, preference_weight=1.0) == seen
    rows = [employer(vacancies=1) for _ in range(7)]
    rows[1] = employer(**MATCH, vacancies=1)
    assert chosen(rows, [3] * 7, 4.5 / 7, preference_weight=1.0) == 1
    # Without weight on wishes it is where the door is open.
    rows = [employer(openness=0.1, vacancies=1) for _ in range(7)]
    rows[2].openness = 0.9
    assert chosen(rows, [3] * 7) == 2


def test_a_better_reason_is_found_behind_five_worse_ones() -> None:
    rows = [*firms(*[(0, 0)] * 8), employer(vacancies=1)]
    assert chosen(rows, [9] * 9) == 8


def test_an_employer_is_seen_once_a_week() -> None:
    """Whoever was seen this week is passed over, for the next best reason or the next in turn."""
    rows = firms((1, 0), (0, 0), (1, 0))
    assert chosen(rows, [5, 1, 5]) == 0
    assert chosen(rows, [5, 1, 5], last_weeks=[8, 7, 7]) == 2
    assert chosen(rows, [5, 1, 5], last_weeks=[8, 7, 8]) == 1
    # It goes before trust and an open door too.
    rows = [employer(openness=0.9, vacancies=1), employer(openness=0.1)]
    assert chosen(rows, [5, 5]) == 0
    assert chosen(rows, [5, 5], last_weeks=[8, 7]) == 1
    # It does not take one of the places of those that come to mind.
    rows = [employer(vacancies=1) for _ in range(7)]
    rows[5] = employer(**MATCH, vacancies=1)
    assert chosen(rows, [3] * 7, preference_weight=1.0) == 0
    seen = [8] + [7] * 6
    assert chosen(rows, [3] * 7, last_weeks=seen, preference_weight=1.0) == 5


def test_a_colleagues_visit_this_week_does_not_count() -> None:
    rows, here = firms((1, 0), (0, 0)), site(employers=2, week=8)
    for last_weeks, row in (([8, 8, 7, 7], 0), ([7, 7, 8, 7], 1)):
        ties = [relationship(visits=5, last_week=last) for last in last_weeks]
        person = seeker(specialist_row=1)
        found = employer_to_visit(person, rows, ties, here, levers(), parameters(), Luck())
        assert found == row


def test_a_visit_for_a_person_is_counted_and_remembered() -> None:
    person, tie, firm = seeker(weeks_since_entry=3), relationship(visits=1, trust=0.2), employer()
    known = parameters(trust_by_appointment=0.5, trust_to_be_known=0.7)
    make_contact(person, firm, tie, site(week=8), known)
    assert (tie.visits, tie.trust, tie.last_week) == (2, pytest.approx(0.6), 8)
    assert (person.employer_contacts, person.weeks_to_first_contact) == (1, 3)
    person.weeks_since_entry = 9
    make_contact(person, firm, tie, site(week=14), known)
    assert (person.employer_contacts, person.weeks_to_first_contact) == (2, 3)


def test_an_employer_who_trusts_makes_a_job_where_none_is_open() -> None:
    assert carves(0.5, 0.05 - NEARLY)
    assert not carves(0.5, 0.05 + NEARLY)
    assert not carves(0.0, 0.0)


def carves(trust: float, luck: float, fills: float = 0.0, **firm: Any) -> bool:
    known, here = parameters(carving_per_visit=0.1), place(made_job_fills_share=fills)
    tie = relationship(trust=trust)
    return carves_job(seeker(), employer(**firm), tie, here, known, Luck(carving=luck))


def test_each_job_made_leaves_an_employer_less_room_for_the_next() -> None:
    # Without a limit no number of them matters.
    assert carves(1.0, 0.1 - NEARLY, made_jobs=40)
    # Each takes half of the room of an average employer, and an eighth at one four times as large.
    for made, size, chance in ((0, 1.0, 0.1), (1, 1.0, 0.05), (1, 4.0, 0.0875), (0, 0.1, 0.1)):
        firm: dict[str, Any] = {"made_jobs": made, "size": size}
        assert carves(1.0, chance - NEARLY, 0.5, **firm)
        assert not carves(1.0, chance + NEARLY, 0.5, **firm)
    assert not carves(1.0, 0.0, 0.5, made_jobs=2)
    assert not carves(1.0, 0.0, 0.5, made_jobs=3)


def test_the_room_is_there_again_when_the_person_is_gone() -> None:
    shops = [employer(), employer(made_jobs=1)]
    person = seeker()
    make_job(person, shops[1], 1)
    assert (shops[1].made_jobs, shops[1].hidden_vacancies, person.made_job_row) == (2, 1, 1)
    person.employer_row = 1
    leave_made_job(person, shops)
    assert (shops[1].made_jobs, person.made_job_row) == (2, 1)
    person.employer_row = -1
    leave_made_job(person, shops)
    assert (shops[1].made_jobs, person.made_job_row) == (1, NOBODY)


def contacted(
    luck: float,
    fields: dict[str, Any],
    firm: dict[str, Any],
    trust: float = 0.0,
    skill: float = 1.0,
    unemployment: float = 0.05,
    team: float = 0.0,
    **known: Any,
) -> bool:
    return gets_offer_through_contact(
        seeker(**({"service": Service.SERVED} | fields)),
        specialist(skill=skill),
        employer(**firm),
        relationship(visits=9, trust=trust),
        levers(team_contact_share=team),
        place(unemployment_share=unemployment),
        parameters(contact_offer_odds=0.5, beginner_share_of_skill=1.0, **known),
        Luck(contact_offer=luck),
    )


@pytest.mark.parametrize(
    ("fields", "around", "known", "factor"),
    [
        ({}, {}, {}, 0.0),
        ({"discloses": True}, {"trust": 0.6}, {"trust_on_offer": 1.0}, 0.6),
        # Without leave to speak of the illness trust counts for less.
        ({}, {"trust": 0.6}, {"trust_on_offer": 1.0, "trust_without_disclosure": 0.5}, 0.3),
        ({"discloses": True}, {"firm": {"openness": 0.5}}, {"stigma_with_advocate": 0.4}, -0.2),
        ({"ease_of_finding": 1.0}, {}, {"finding_in_contacts": 0.4}, 0.4),
        ({"record_on_paper": -1.0}, {}, {"record_in_contacts": 0.4}, -0.4),
        # What an employer sees is seen in full, whoever vouches.
        (
            {"symptoms": 0.9},
            {"trust": 1.0},
            {"symptoms_on_finding": 2.0, "reference_symptoms": 0.4},
            -1.0,
        ),
        ({"cognitive_limits": True}, {}, {"cognitive_limits_on_work": -0.4}, -0.4),
        ({"work_skill": 0.5}, {}, {"skill_on_finding": 0.6}, 0.3),
        ({}, {"skill": 1.3}, {"staff_skill_on_offer": 2.0}, 0.6),
        ({}, {"team": 0.5}, {"team_on_offer": 0.4}, 0.2),
        ({"service": Service.PREPARING}, {"team": 0.5}, {"team_on_offer": 0.4}, 0.0),
        ({}, {"unemployment": 0.15}, {"rivals_with_advocate": 0.1}, -0.2),
        ({}, {"unemployment": 0.15}, {"rivals_on_own_offers": 0.1}, 0.0),
    ],
)
def test_what_brings_an_offer_through_a_specialist(
    fields: dict[str, Any], around: dict[str, Any], known: dict[str, Any], factor: float
) -> None:
    chance = chance_of(0.5, factor)
    around = {"firm": {}} | around
    assert contacted(chance - NEARLY, fields, **around, **known)
    assert not contacted(chance + NEARLY, fields, **around, **known)


def test_a_refusal_is_counted_and_discourages_down_to_a_floor() -> None:
    known = parameters(discouragement_per_refusal=0.5, interest_floor_share=0.25)
    person = seeker(interest=0.8, interest_at_entry=0.8)
    be_refused(person, levers(), known)
    assert (person.interest, person.refusals) == (pytest.approx(0.5), 1)
    floor = seeker(interest=0.1, interest_at_entry=0.8)
    be_refused(floor, levers(), known)
    assert (floor.interest, floor.refusals) == (0.1, 1)


def test_a_team_that_shares_care_keeps_up_hope() -> None:
    known = parameters(discouragement_per_refusal=0.5, team_on_hope=0.5)
    shared = levers(team_contact_share=1.0)
    served = seeker(service=Service.SERVED, interest=0.8, interest_at_entry=0.8)
    alone = seeker(service=Service.WAITING, interest=0.8, interest_at_entry=0.8)
    for person in (served, alone):
        be_refused(person, shared, known)
    assert (served.interest, alone.interest) == pytest.approx((0.6, 0.4))


# Taking a job


@pytest.mark.parametrize(
    ("importance", "fear", "chance"),
    [
        (1.0, 0.0, 0.3 + 0.4 - 0.2 * 0.5),
        (0.5, 0.0, 0.3 + 0.2 - 0.2 * 0.5),
        # Whoever is sure to lose the benefit expects nothing but the loss.
        (1.0, 1.0, 0.3 + 0.4 - 0.2 * 1.1),
    ],
)
def test_people_take_jobs_that_they_like_and_that_pay(
    importance: float, fear: float, chance: float
) -> None:
    """24 hours at 10 dollars and 4 weeks a month are 960 dollars, against a reference of 1920."""
    known = parameters(
        acceptance_base=0.3,
        preferences_on_acceptance=0.4,
        money_on_acceptance=0.2,
        hours_near_wish_share=0.25,
        reference_gain_usd_per_month=1920.0,
    )
    here = place(cliff_benefit_usd_per_month=1152.0, trial_work_usd_per_month=0.0)
    firm = employer(**MATCH, wage_usd=10.0)
    person = seeker(
        **WISHES,
        importance_of_wishes=importance,
        benefit=Benefit.CLIFF if fear else Benefit.NONE,
        benefit_fear=fear,
    )
    assert accepts(person, firm, here, known, Luck(acceptance=chance - NEARLY))
    assert person.offers_declined == 0
    assert not accepts(person, firm, here, known, Luck(acceptance=chance + NEARLY))
    assert person.offers_declined == 1


def test_hours_meet_between_wish_and_offer() -> None:
    person, firm = seeker(preferred_hours=16.0), employer(hours_per_week=24.0, wage_usd=10.0)
    for wish, hours in ((0.0, 24.0), (0.5, 20.0), (1.0, 16.0)):
        assert hours_agreed(person, firm, place(), parameters(wish_on_hours=wish)) == hours


def started(firm: Any, luck: Luck | None = None, **changes: Any) -> Any:
    person = seeker(**({"weeks_since_entry": 8, "alliance": 0.5} | changes))
    start_job(
        person,
        firm,
        6,
        True,
        levers(),
        place(temporary_share=0.2),
        parameters(temporary_job_mean_weeks=10.0),
        luck or Luck(),
    )
    return person


def test_a_job_begins() -> None:
    firm = employer(vacancies=1, hidden_vacancies=1, hours_per_week=20.0, wage_usd=11.0)
    person = started(firm)
    assert (person.work, person.employer_row, person.job_hours, person.job_wage_usd) == (
        Work.COMPETITIVE,
        6,
        20.0,
        11.0,
    )
    assert (person.jobs_held, person.jobs_found_by_specialist, person.weeks_to_first_job) == (
        1,
        1,
        8,
    )
    assert (firm.vacancies, firm.hidden_vacancies, person.vacancies_taken) == (0, 1, 1)
    assert person.fixed_weeks_left == -1
    assert person.job_found_by_specialist


def test_a_job_taken_up_ends_the_weeks_since_the_last_was_lost() -> None:
    person = seeker(**WISHES, weeks_since_loss=7, weeks_since_entry=20, tenure_weeks=3)
    known = parameters(hours_near_wish_share=0.25, wish_on_hours=0.5)
    firm = employer(**MATCH, wage_usd=11.0)
    take_up_job(person, firm, 4, place(), known)
    assert (person.work, person.employer_row, person.weeks_since_loss) == (Work.COMPETITIVE, 4, -1)
    assert (person.job_hours, person.job_wage_usd, person.preferences_met) == (22.0, 11.0, 1.0)
    assert (person.tenure_weeks, person.jobs_held, person.weeks_to_first_job) == (0, 1, 20)
    assert (person.vacancies_taken, person.hidden_vacancies_taken) == (0, 0)


def test_a_job_at_the_start_counts_from_the_first_week() -> None:
    person = seeker()
    take_up_job(person, employer(), 0, place(), parameters())
    assert (person.weeks_since_entry, person.weeks_to_first_job) == (-1, 0)


def test_a_hidden_vacancy_is_taken_where_no_other_is_open() -> None:
    firm = employer(hidden_vacancies=2)
    person = started(firm, weeks_to_first_job=3)
    assert (firm.vacancies, firm.hidden_vacancies) == (0, 1)
    assert (person.vacancies_taken, person.hidden_vacancies_taken) == (0, 1)
    assert person.weeks_to_first_job == 3


def test_some_jobs_are_temporary() -> None:
    person = started(employer(vacancies=1), Luck(temporary=0.19, temporary_weeks=0.5))
    assert person.fixed_weeks_left == 11
    assert started(employer(vacancies=1), Luck(temporary=0.21)).fixed_weeks_left == -1


@pytest.mark.parametrize(("split", "alliance"), [(False, 0.5), (True, 0.0)])
def test_split_roles_change_the_worker_at_the_start(split: bool, alliance: float) -> None:
    person = seeker(alliance=0.5)
    of = levers(split_roles=split)
    start_job(person, employer(vacancies=1), 0, True, of, place(), parameters(), Luck())
    assert person.alliance == alliance


def test_without_child_care_work_is_by_day_and_in_school_hours() -> None:
    known = parameters(wish_on_hours=0.0, hours_without_child_care=18.0, acceptance_base=1.0)
    by_night, by_day = employer(hours_per_week=30.0), employer(hours_per_week=30.0, is_days=True)
    for free in (seeker(child_care=False), seeker(cares_for_children=True)):
        assert can_be_there(free, by_night)
        assert hours_agreed(free, by_night, place(), known) == 30.0
    tied = seeker(cares_for_children=True, child_care=False)
    assert [can_be_there(tied, firm) for firm in (by_night, by_day)] == [False, True]
    assert hours_agreed(tied, by_day, place(), known) == 18.0
    lucky = Luck(acceptance=0.0)
    assert [accepts(tied, firm, place(), known, lucky) for firm in (by_night, by_day)] == [
        False,
        True,
    ]
    assert tied.offers_declined == 1


def test_nobody_is_spoken_for_where_they_could_not_be() -> None:
    tied = seeker(cares_for_children=True, child_care=False)
    for is_days in (False, True):
        firm = employer(vacancies=1, is_days=is_days)
        worth = is_open_to(tied, firm, relationship(), levers(), parameters(trust_to_be_known=0.0))
        assert worth == is_days


ON_LEAVE: dict[str, Any] = {"leave_weeks_left": 9, "leave_employer_row": 6}


@pytest.mark.parametrize(
    ("fields", "factor"),
    [
        ({}, 0.0),
        ({"symptoms": 0.5}, -0.5),
        ({"gain_expected": 1.0}, 0.4),
        ({"tier": Tier.SEARCH, "hours_received": 1.0}, 0.3),
    ],
)
def test_who_is_well_helped_or_gains_goes_back_to_a_kept_job_sooner(
    fields: dict[str, Any], factor: float
) -> None:
    known = parameters(
        return_odds=0.1, symptoms_on_search=1.0, money_on_search=0.4, help_on_own_search=0.6
    )
    chance = chance_of(0.1, factor)
    for luck, row in ((chance - 1e-6, 6), (chance + 1e-6, -1)):
        assert way_back(seeker(**(ON_LEAVE | fields)), known, Luck(own_search=luck)) == row
    away = seeker(**(ON_LEAVE | fields | {"held_weeks_left": 1}))
    assert way_back(away, known, Luck(own_search=0.0)) == -1


def test_a_kept_job_takes_no_vacancy_and_is_not_temporary() -> None:
    firm = employer(vacancies=1)
    back = started(firm, Luck(temporary=0.0), **ON_LEAVE)
    assert (back.work, back.employer_row, back.returned_from_leave) == (Work.COMPETITIVE, 6, True)
    assert (firm.vacancies, back.vacancies_taken, back.fixed_weeks_left) == (1, 0, -1)
    assert back.leave_weeks_left == 0
    elsewhere = started(firm, **(ON_LEAVE | {"leave_employer_row": 2}))
    assert (firm.vacancies, elsewhere.returned_from_leave) == (0, False)
    assert elsewhere.leave_weeks_left == 0


def test_no_employer_is_seen_for_somebody_on_leave() -> None:
    post = specialist(contact_chance=1.0)
    person = seeker(tier=Tier.SEARCH, search_weight=1.0)
    assert is_helped_to_employer(person, post, Luck())
    person.leave_weeks_left = 1
    assert not is_helped_to_employer(person, post, Luck())
