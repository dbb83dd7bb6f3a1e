"""The book of employers: visits of three kinds, trust, openings told of, and what a log keeps."""

import dataclasses

import pytest

from ips_sim.model.entities import EmployerFields, Ending, RelationshipFields
from ips_sim.model.luck import StaffLuck
from ips_sim.model.rules.relationships import (
    ask_early,
    book_size,
    employer_for_the_book,
    gain_trust,
    hears_of_opening,
    is_known,
    leave_relationship,
    remember_ending,
    row_in_book,
    speaks_for,
    start_of_book,
    visit,
    visit_for_the_book,
)
from tests.model.builders import employer, levers, parameters, relationship, site

KNOWN = parameters(
    trust_by_introduction=0.1,
    trust_by_appointment=0.5,
    trust_by_return=0.2,
    trust_to_be_known=0.5,
)


def test_trust_goes_a_share_of_the_way_that_is_left() -> None:
    tie = relationship(trust=0.6)
    for share, trust in ((0.0, 0.6), (0.5, 0.8), (1.0, 1.0)):
        gain_trust(tie, share)
        assert tie.trust == pytest.approx(trust)


def test_a_visit_introduces_then_learns_then_comes_back() -> None:
    """0.1 of nothing; half of the 0.9 left; then a fifth of what is left, again and again."""
    firm, tie = employer(), relationship()
    for week, trust in ((4, 0.1), (5, 0.55), (9, 0.64), (30, 0.712)):
        visit(firm, tie, site(week=week), KNOWN)
        assert (tie.trust, tie.last_week) == (pytest.approx(trust), week)
        assert firm.team_trust == tie.trust
    assert tie.visits == 4


def test_what_a_colleague_built_stays_where_it_is_more() -> None:
    firm = employer(team_trust=0.9)
    visit(firm, relationship(), site(), KNOWN)
    assert firm.team_trust == 0.9


@pytest.mark.parametrize(("trust", "known"), [(0.0, False), (0.49, False), (0.5, True), (1, True)])
def test_an_employer_is_known_by_trust_whatever_the_visits(trust: float, known: bool) -> None:
    for visits in (0, 9):
        assert is_known(relationship(visits=visits, trust=trust), KNOWN) == known


def test_three_visits_without_asking_make_a_specialist_known_and_asking_at_each_does_not() -> None:
    """0.1, 0.32, 0.49 is known; where four fifths are lost each time 0.02, 0.05, 0.06 is not."""
    costs = dataclasses.replace(
        KNOWN,
        trust_by_appointment=0.25,
        trust_to_be_known=0.35,
        goodwill_lost_by_asking_early=0.8,
    )
    patient, hasty, firm = relationship(), relationship(), employer()
    for week in range(1, 4):
        visit(firm, patient, site(week=week), costs)
        visit(firm, hasty, site(week=week), costs)
        ask_early(hasty, costs)
    assert is_known(patient, costs)
    assert not is_known(hasty, costs)


def test_a_specialist_speaks_for_somebody_at_the_visit_set() -> None:
    asked = [
        speaks_for(relationship(visits=n), levers(visits_before_asking=3)) for n in range(1, 5)
    ]
    assert asked == [False, False, True, True]


@pytest.mark.parametrize(
    ("before", "trust", "asked_week"),
    [(0.0, 0.0, 38), (0.4, 0.3, 38), (0.5, 0.5, 12), (0.9, 0.9, 12)],
)
def test_asking_before_one_is_known_costs_goodwill_and_closes_a_door(
    before: float, trust: float, asked_week: int
) -> None:
    """The next question waits for 26 weeks on top of those between any two."""
    known = parameters(
        trust_to_be_known=0.5,
        goodwill_lost_by_asking_early=0.25,
        weeks_closed_by_asking_early=26.7,
    )
    tie = relationship(visits=1, trust=before, last_asked_week=12)
    ask_early(tie, known)
    assert tie.trust == pytest.approx(trust)
    assert tie.last_asked_week == asked_week


@pytest.mark.parametrize(
    ("vacancies", "hidden", "reticence", "own", "of_team", "hears"),
    [
        (1, 0, 1.0, 0.0, 0.0, True),  # advertised: everybody knows
        (0, 0, 0.0, 1.0, 1.0, False),  # there is nothing to tell
        (0, 1, 0.4, 0.5, 0.0, True),
        (0, 1, 0.6, 0.5, 0.0, False),
        (0, 1, 0.3, 0.0, 0.8, True),  # half of a colleague's trust
        (0, 1, 0.5, 0.0, 0.8, False),
        (0, 1, 0.5, 0.6, 0.8, True),  # the more of the two
    ],
)
def test_openings_are_heard_of_by_ones_own_trust_or_a_colleagues(
    vacancies: int, hidden: int, reticence: float, own: float, of_team: float, hears: bool
) -> None:
    firm = employer(
        vacancies=vacancies, hidden_vacancies=hidden, reticence=reticence, team_trust=of_team
    )
    known = parameters(leads_shared_share=0.5)
    assert hears_of_opening(firm, relationship(trust=own), known) == hears


def test_where_leads_are_not_shared_a_colleagues_trust_tells_nothing() -> None:
    firm = employer(hidden_vacancies=1, reticence=0.01, team_trust=1.0)
    assert not hears_of_opening(firm, relationship(), parameters(leads_shared_share=0.0))


# The book


@pytest.mark.parametrize(("employers", "size"), [(0, 0), (20, 20), (40, 40), (200, 40)])
def test_a_book_holds_the_town_or_what_can_be_tended(employers: int, size: int) -> None:
    assert book_size(site(employers=employers), parameters(employers_in_book=40.9)) == size


@pytest.mark.parametrize(
    ("post", "book", "employers", "rows"),
    [
        # A small town is in everybody's book.
        (0, 4, 4, [0, 1, 2, 3]),
        (2, 4, 4, [0, 1, 2, 3]),
        # In a bigger one each begins where the last one ended,
        (0, 3, 10, [0, 1, 2]),
        (2, 3, 10, [6, 7, 8]),
        # round the end of the town, and at last with employers whom the first has.
        (3, 3, 10, [9, 0, 1]),
        (4, 3, 10, [2, 3, 4]),
        # A book of one employer has no other.
        (8, 1, 9, [8]),
        (9, 1, 9, [0]),
    ],
)
def test_each_book_begins_where_the_last_one_ended(
    post: int, book: int, employers: int, rows: list[int]
) -> None:
    start = start_of_book(post, book, employers)
    # Wherever one begins in it, behind its last employer comes its first.
    for first in range(book):
        places = range(first, first + book)
        found = [row_in_book(start, place, book, employers) for place in places]
        assert found == [*rows[first:], *rows[:first]]


def ties(*visits_and_weeks: tuple[int, int]) -> list[RelationshipFields]:
    """Ties with so many visits, the last in that week; from the third on a caller is known."""
    built = (0.0, 0.1, 0.1, 0.6)
    return [
        relationship(visits=visits, last_week=week, trust=built[min(visits, 3)])
        for visits, week in visits_and_weeks
    ]


def shops(count: int) -> list[EmployerFields]:
    """Employers who ask for no credential."""
    return [employer() for _ in range(count)]


def call(row: int, employers: int = 4) -> StaffLuck:
    """Luck that begins with a row of the book."""
    return StaffLuck(first_call=(row + 0.5) / employers)


@pytest.mark.parametrize(
    ("book", "first_call", "called_on"),
    [
        # Begun before new, and new before known.
        ([(3, 1), (0, 0), (1, 1), (0, 0)], 0, 2),
        ([(3, 1), (0, 0), (4, 1), (0, 0)], 0, 1),
        ([(3, 1), (0, 0), (4, 1), (0, 0)], 2, 3),
        ([(3, 1), (5, 1), (4, 1), (3, 1)], 2, 2),
        # By turn: from the first call on, and round.
        ([(2, 1), (0, 0), (2, 1), (0, 0)], 1, 2),
        ([(2, 1), (0, 0), (2, 1), (0, 0)], 3, 0),
        # Nobody twice a week while others are not.
        ([(1, 7), (3, 1), (2, 7), (0, 7)], 0, 1),
        ([(1, 7), (3, 1), (2, 6), (0, 0)], 0, 2),
        # All were called on: then the first.
        ([(1, 7), (3, 7), (2, 7), (1, 7)], 2, 2),
    ],
)
def test_the_book_goes_on_with_what_is_begun_then_begins_then_comes_back(
    book: list[tuple[int, int]], first_call: int, called_on: int
) -> None:
    here = site(week=7, employers=4)
    assert (
        employer_for_the_book(shops(4), ties(*book), 0, here, KNOWN, call(first_call)) == called_on
    )


def test_each_specialist_has_a_book_of_their_own() -> None:
    """Eight ties are two books of four: the second begins at the fifth."""
    book = ties((1, 0), (1, 0), (1, 0), (1, 0), (3, 0), (3, 0), (0, 0), (3, 0))
    here = site(week=7, employers=4)
    assert employer_for_the_book(shops(5), book, 0, here, KNOWN, call(1)) == 1
    assert employer_for_the_book(shops(5), book, 1, here, KNOWN, call(1)) == 2


def test_nobody_outside_the_book_is_called_on() -> None:
    """Books of three among five: the second holds rows 3, 4 and 0, however new the others are."""
    book = ties(*[(0, 0)] * 5, (3, 2), (0, 0), (1, 2), (3, 2), (3, 3))
    here = site(week=7, employers=5)
    known = dataclasses.replace(KNOWN, employers_in_book=3.0)
    assert employer_for_the_book(shops(5), book, 1, here, known, call(0, 3)) == 3
    assert employer_for_the_book(shops(5), book, 1, here, known, call(1, 3)) == 4
    assert employer_for_the_book(shops(5), book, 1, here, known, call(2, 3)) == 0


def test_who_asks_for_a_credential_is_not_called_on_for_the_book() -> None:
    book, here = ties((0, 0), (3, 1), (0, 0), (3, 1)), site(week=7, employers=4)
    some = shops(4)
    for closed, called_on in ((2, 0), (0, 3)):
        some[closed].asks_credential = True
        assert employer_for_the_book(some, book, 0, here, KNOWN, call(2)) == called_on


def test_a_specialist_thinks_of_so_many_and_no_more() -> None:
    book = ties((3, 1), (4, 1), (1, 1), (0, 0))
    here = site(week=7, employers=4)
    for mind, called_on in ((1, 0), (2, 0), (3, 2), (4, 2)):
        known = dataclasses.replace(KNOWN, employers_in_mind=float(mind))
        assert employer_for_the_book(shops(5), book, 0, here, known, call(0)) == called_on


def test_a_week_of_visits_for_the_book_sees_each_employer_once() -> None:
    firms, book = [employer() for _ in range(4)], ties(*[(0, 0)] * 8)
    here = site(week=3, employers=4)
    for _ in range(4):
        visit_for_the_book(firms, book, 1, here, KNOWN, call(2))
    assert [tie.visits for tie in book] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [firm.team_trust for firm in firms] == [0.1] * 4
    # The next week each is gone on with before anybody is seen a third time.
    here.week = 4
    for _ in range(4):
        visit_for_the_book(firms, book, 1, here, KNOWN, call(0))
    assert [tie.visits for tie in book[4:]] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("kept", "visits", "trust"), [(0.0, 0, 0.0), (0.3, 2, 0.24), (1.0, 8, 0.8)]
)
def test_ties_leave_with_the_specialist_but_for_what_the_log_keeps(
    kept: float, visits: int, trust: float
) -> None:
    tie = relationship(visits=8, trust=0.8)
    leave_relationship(tie, parameters(log_kept_share=kept))
    assert (tie.visits, tie.trust) == (visits, pytest.approx(trust))


@pytest.mark.parametrize("ending", Ending)
def test_a_placement_that_goes_badly_costs_trust(ending: Ending) -> None:
    firm, tie = employer(team_trust=0.4), relationship(trust=0.8)
    remember_ending(firm, tie, ending, parameters(trust_lost_by_bad_ending=0.25))
    bad = ending in (Ending.QUIT, Ending.DISMISSED)
    assert tie.trust == pytest.approx(0.6 if bad else 0.8)
    assert firm.team_trust == pytest.approx(0.3 if bad else 0.4)
