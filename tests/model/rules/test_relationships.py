"""The book of employers: visits of three kinds, trust, openings told of, and what a log keeps."""

import pytest

from ips_sim.model.entities import Ending, RelationshipFields
from ips_sim.model.rules.relationships import (
    ask_early,
    employer_for_the_book,
    gain_trust,
    hears_of_opening,
    is_known,
    leave_relationship,
    remember_ending,
    speaks_for,
    visit,
    visit_for_the_book,
)
from tests.model.builders import employer, levers, parameters, relationship, site

KNOWN = parameters(
    trust_by_introduction=0.1,
    trust_by_appointment=0.5,
    trust_by_return=0.2,
    visits_to_be_known=3.0,
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


def test_an_employer_is_known_after_visits_enough() -> None:
    assert [is_known(relationship(visits=n), KNOWN) for n in range(5)] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_specialist_speaks_for_somebody_at_the_visit_set() -> None:
    asked = [
        speaks_for(relationship(visits=n), levers(visits_before_asking=3)) for n in range(1, 5)
    ]
    assert asked == [False, False, True, True]


def test_asking_before_one_is_known_costs_goodwill() -> None:
    known = parameters(visits_to_be_known=3.0, goodwill_lost_by_asking_early=0.25)
    for visits, trust in ((1, 0.3), (2, 0.3), (3, 0.4), (9, 0.4)):
        tie = relationship(visits=visits, trust=0.4)
        ask_early(tie, known)
        assert tie.trust == pytest.approx(trust)


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


def ties(*visits_and_weeks: tuple[int, int]) -> list[RelationshipFields]:
    return [relationship(visits=visits, last_week=week) for visits, week in visits_and_weeks]


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
    assert employer_for_the_book(ties(*book), 0, here, first_call, KNOWN) == called_on


def test_each_specialist_has_a_book_of_their_own() -> None:
    """Eight ties are two books of four: the second begins at the fifth."""
    book = ties((1, 0), (1, 0), (1, 0), (1, 0), (3, 0), (3, 0), (0, 0), (3, 0))
    here = site(week=7, employers=4)
    assert employer_for_the_book(book, 0, here, 1, KNOWN) == 1
    assert employer_for_the_book(book, 4, here, 1, KNOWN) == 2


def test_a_week_of_visits_for_the_book_sees_each_employer_once() -> None:
    firms, book = [employer() for _ in range(4)], ties(*[(0, 0)] * 8)
    here = site(week=3, employers=4)
    for _ in range(4):
        visit_for_the_book(firms, book, 4, here, 2, KNOWN)
    assert [tie.visits for tie in book] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [firm.team_trust for firm in firms] == [0.1] * 4
    # The next week each is gone on with before anybody is seen a third time.
    here.week = 4
    for _ in range(4):
        visit_for_the_book(firms, book, 4, here, 0, KNOWN)
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
