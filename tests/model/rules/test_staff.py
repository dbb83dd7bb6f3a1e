"""Specialists learn, leave, are replaced, and plan their hours."""

from typing import Any

import pytest

from ips_sim.model.entities import SpecialistFields
from ips_sim.model.luck import StaffLuck
from ips_sim.model.rules.arithmetic import normal
from ips_sim.model.rules.staff import (
    begin_specialist,
    begin_staff_week,
    drawn_skill,
    lose_specialist,
    met_share,
    plan_hours,
    share_out_contacts,
    supervision,
    working_skill,
)
from tests.model.builders import levers, parameters, seeker, site, specialist, staff

SITE = site(week=5)


def week_of(
    post: SpecialistFields,
    luck: StaffLuck | None = None,
    row: int = 0,
    supervised: float = 0.0,
    known: dict[str, Any] | None = None,
    week: int = 5,
    **of_staff: Any,
) -> None:
    begin_staff_week(
        post,
        row,
        site(week=week),
        staff(**of_staff),
        supervised,
        parameters(**(known or {})),
        luck or StaffLuck(),
    )


def test_a_part_time_post_has_places_for_its_part() -> None:
    post = specialist()
    begin_specialist(post, SITE, staff(), levers(caseload_limit=20), 0.5, StaffLuck())
    assert (post.places, post.full_time_share, post.skill) == (10, 0.5, 1.0)
    # Of a broken number of places the broken one counts.
    begin_specialist(post, SITE, staff(), levers(caseload_limit=20), 0.01, StaffLuck())
    assert post.places == 1


def test_skill_is_the_specialists_own_and_the_sites() -> None:
    post = specialist()
    skilled = staff(skill_mean=1.2, skill_sd=0.1, programme_age_weeks=30)
    here, luck = site(staff_skill=0.5), StaffLuck(skill=0.8413)
    begin_specialist(post, here, skilled, levers(), 1.0, luck)
    assert post.skill == 0.5 * (1.2 + 0.1 * normal(0.8413)) == drawn_skill(here, skilled, luck)
    assert post.experience_weeks == 30.0
    assert drawn_skill(site(), staff(skill_sd=0.6), StaffLuck(skill=1e-9)) == 0.2


def test_a_week_starts_empty_and_a_week_wiser() -> None:
    post = specialist(caseload=7, searching=3.0, search_needed=2.0, experience_weeks=5.0)
    week_of(post)
    assert (post.caseload, post.searching, post.search_needed) == (0, 0.0, 0.0)
    assert (post.experience_weeks, post.just_left) == (6.0, False)


@pytest.mark.parametrize(("supervised", "weeks"), [(0.0, 6.0), (0.5, 7.0), (1.0, 8.0)])
def test_a_supervised_week_teaches_more(supervised: float, weeks: float) -> None:
    post = specialist(experience_weeks=5.0)
    week_of(post, supervised=supervised, known={"supervision_on_learning": 2.0})
    assert post.experience_weeks == weeks


def test_supervision_needs_a_unit() -> None:
    of = levers(supervision_share=0.7)
    assert [supervision(posts, of) for posts in (0, 1, 2, 8)] == [0.0, 0.0, 0.7, 0.7]


def test_a_specialist_leaves_and_the_post_stays_empty() -> None:
    """Half of them leave in a year: about one in a hundred a week."""
    often: dict[str, Any] = {"turnover_per_year": 0.52, "post_vacant_weeks": 2, "skill_mean": 1.5}
    post = specialist(experience_weeks=80.0)
    week_of(post, StaffLuck(leaving=0.011), **often)
    assert not post.just_left
    week_of(post, StaffLuck(leaving=0.009), **often)
    assert (post.just_left, post.vacant_weeks_left) == (True, 2)
    assert (post.experience_weeks, post.skill) == (0.0, 1.5)
    for left in (1, 0):
        # An empty post learns nothing, and nobody can leave it.
        week_of(post, StaffLuck(leaving=0.0), supervised=1.0, **often)
        assert (post.vacant_weeks_left, post.just_left) == (left, False)
        assert post.experience_weeks == 0.0
    week_of(post, StaffLuck(leaving=0.9), **often)
    assert post.experience_weeks == 1.0


@pytest.mark.parametrize(
    ("row", "week", "named", "leaves"),
    [
        (0, 26, 26, True),
        (1, 26, 26, False),
        (0, 25, 26, False),
        (0, 27, 26, False),
        (0, 26, 0, False),
    ],
)
def test_the_first_specialist_may_leave_in_a_named_week(
    row: int, week: int, named: int, leaves: bool
) -> None:
    post = specialist(experience_weeks=80.0)
    week_of(
        post,
        StaffLuck(leaving=0.99),
        row,
        week=week,
        first_leaves_in_week=named,
        post_vacant_weeks=6,
    )
    assert (post.just_left, post.vacant_weeks_left) == (leaves, 6 if leaves else 0)


def test_what_people_built_with_a_specialist_leaves_too() -> None:
    person = seeker(alliance=0.8)
    lose_specialist(person)
    assert person.alliance == 0.0


@pytest.mark.parametrize(("weeks", "skill"), [(0.0, 0.6), (26.0, 0.8), (26_000_000.0, 1.0)])
def test_beginners_achieve_less_in_an_hour(weeks: float, skill: float) -> None:
    known = parameters(beginner_share_of_skill=0.6, experience_half_weeks=26.0)
    assert working_skill(specialist(experience_weeks=weeks), known) == pytest.approx(
        skill, abs=1e-6
    )


# The hours of a week: 40 paid, 10 in the office, 2 at meetings

WEEK: dict[str, Any] = {
    "specialist_hours_per_week": 40.0,
    "office_share": 0.25,
    "team_meeting_hours_per_week": 2.0,
}
# A visit takes two hours, a quarter of the time with people and employers is kept for visits.
VISITS: dict[str, Any] = {
    "hours_per_employer_contact": 2.0,
    "protected_employer_time_share": 0.25,
    "most_contacts_over_target": 1.5,
    "most_contacts_per_seeker": 1.0,
}


def planned(
    fields: dict[str, Any] | None = None,
    known: dict[str, Any] | None = None,
    luck: StaffLuck | None = None,
    **of: Any,
) -> SpecialistFields:
    post = specialist(**(fields or {}))
    plan_hours(
        post, levers(**(WEEK | of)), parameters(**(known or {})), luck or StaffLuck(book=0.0)
    )
    return post


def test_hours_for_people_are_what_office_and_meetings_leave() -> None:
    post = planned()
    assert (post.paid_hours, post.meeting_hours, post.client_hours) == (40.0, 2.0, 28.0)
    half = planned({"full_time_share": 0.5})
    assert (half.paid_hours, half.meeting_hours, half.client_hours) == (20.0, 1.0, 14.0)
    empty = planned(
        {"vacant_weeks_left": 3, "keep_needed": 1.0, "searching": 2.0},
        VISITS,
        employer_contacts_per_week=6.0,
    )
    assert (empty.paid_hours, empty.client_hours, empty.keep_met, empty.idle_hours) == (0, 0, 0, 0)
    assert (empty.contact_chance, empty.book_visits, empty.travel_hours) == (0.0, 0, 0.0)


def test_families_and_the_counsellor_are_met_in_hours_of_their_own() -> None:
    known: dict[str, Any] = {"hours_per_partner": 0.5}
    assert planned(known=known, family_contact_share=1.0).meeting_hours == 2.5
    assert planned(known=known, vr_contact_share=0.5).meeting_hours == 2.25
    both = planned(known=known, family_contact_share=1.0, vr_contact_share=1.0)
    assert (both.meeting_hours, both.client_hours) == (3.0, 27.0)
    # No more than there is.
    much = planned(
        known=known,
        family_contact_share=1.0,
        specialist_hours_per_week=20.0,
        team_meeting_hours_per_week=15.0,
    )
    assert (much.meeting_hours, much.client_hours) == (15.0, 0.0)


@pytest.mark.parametrize(("community", "travel"), [(0.0, 0.0), (0.5, 3.5), (1.0, 28 * 2 / 9)])
def test_time_in_the_community_brings_travel(community: float, travel: float) -> None:
    """Two hours on the way for seven outside: of 28 hours half outside leave 24.5."""
    post = planned(known={"travel_per_community_hour": 2 / 7}, community_share=community)
    assert post.travel_hours == pytest.approx(travel)
    assert post.client_hours + post.travel_hours == pytest.approx(28.0)


def test_with_time_for_all_every_need_is_met_and_the_rest_is_idle() -> None:
    post = planned(
        {"trouble_needed": 4.0, "new_job_needed": 6.0, "search_needed": 8.0, "keep_needed": 3.0}
    )
    assert (post.trouble_met, post.new_job_met, post.search_met, post.keep_met) == (1, 1, 1, 1)
    assert post.idle_hours == 7.0


def test_short_time_goes_to_the_most_urgent_first() -> None:
    """28 hours: 10 for trouble, 12 for new jobs, 6 of 8 for search, none to keep in touch."""
    post = planned(
        {"trouble_needed": 10.0, "new_job_needed": 12.0, "search_needed": 8.0, "keep_needed": 5.0}
    )
    assert (post.trouble_met, post.new_job_met, post.search_met, post.keep_met) == (1, 1, 0.75, 0)
    assert post.idle_hours == 0.0


def test_part_of_the_time_for_employers_is_kept_free_whatever_comes() -> None:
    """Of 28 hours 7 are protected: 3.5 visits of two hours, though trouble needs 30."""
    busy: dict[str, Any] = {"trouble_needed": 30.0, "search_needed": 20.0, "searching": 10.0}
    post = planned(busy, VISITS, employer_contacts_per_week=6.0)
    assert (post.trouble_met, post.search_met, post.idle_hours) == (0.7, 0.0, 0.0)
    assert post.contact_chance == pytest.approx(0.35)
    assert post.contact_hours_each == pytest.approx(0.7)
    unprotected = VISITS | {"protected_employer_time_share": 0.0}
    none = planned(busy, unprotected, employer_contacts_per_week=6.0)
    assert (none.contact_chance, none.contact_hours_each, none.book_visits) == (0.0, 0.0, 0)
    # No more is kept than the programme asks for.
    few = planned(busy, VISITS, employer_contacts_per_week=1.0)
    assert few.contact_chance == pytest.approx(0.1)
    assert few.trouble_met == pytest.approx(26 / 30)


def test_the_rest_of_the_time_for_employers_stands_beside_search() -> None:
    """12 hours for visits, 7 of them kept; 21 hours for 5 more and 23 of search are 3 in 4."""
    post = planned(
        {"search_needed": 23.0, "searching": 10.0, "keep_needed": 1.0},
        VISITS,
        employer_contacts_per_week=6.0,
    )
    assert post.search_met == 0.75
    assert (post.keep_met, post.idle_hours) == (0.0, 0.0)
    assert post.contact_chance * 10 == pytest.approx((7 + 0.75 * 5) / 2)


def test_free_hours_go_to_employers_as_far_as_one_can_see_them() -> None:
    """6 visits are aimed at and 9 are made; of 28 hours 18 go to them and 4 to search."""
    searching: dict[str, Any] = {"search_needed": 4.0, "searching": 20.0}
    post = planned(searching, VISITS, employer_contacts_per_week=6.0)
    assert post.contact_chance * 20 == pytest.approx(9.0)
    assert post.idle_hours == 6.0
    # As far as there is time.
    post = planned(searching | {"keep_needed": 10.0}, VISITS, employer_contacts_per_week=6.0)
    assert post.contact_chance * 20 == pytest.approx(7.0)
    assert (post.keep_met, post.idle_hours) == (1.0, 0.0)
    # Nor where a programme aims at none.
    post = planned(searching, VISITS)
    assert (post.contact_chance, post.book_visits, post.idle_hours) == (0.0, 0, 24.0)


@pytest.mark.parametrize(
    ("searching", "hours", "luck", "chance", "each", "book", "book_hours"),
    [
        # 5 visits for 10 in search, half of one each.
        (10.0, 10.0, 0.0, 0.5, 1.0, 0, 0.0),
        # One person can use one visit a week; 4 are for the book.
        (1.0, 10.0, 0.0, 1.0, 2.0, 4, 8.0),
        (0.0, 10.0, 0.0, 0.0, 0.0, 5, 10.0),
        # Half a visit is made every other week.
        (0.0, 9.0, 0.49, 0.0, 0.0, 4, 9.0),
        (0.0, 9.0, 0.51, 0.0, 0.0, 5, 9.0),
    ],
)
def test_visits_are_for_people_in_search_first_and_then_for_the_book(
    searching: float,
    hours: float,
    luck: float,
    chance: float,
    each: float,
    book: int,
    book_hours: float,
) -> None:
    post = specialist(searching=searching)
    share_out_contacts(post, hours, parameters(**VISITS), StaffLuck(book=luck))
    assert (post.contact_chance, post.contact_hours_each) == pytest.approx((chance, each))
    assert (post.book_visits, post.book_hours) == (book, pytest.approx(book_hours))


@pytest.mark.parametrize(
    ("needed", "left", "share"),
    [(0.0, 0.0, 1.0), (5.0, 5.0, 1.0), (8.0, 2.0, 0.25), (3.0, 0.0, 0.0)],
)
def test_the_share_of_a_need_that_hours_can_meet(needed: float, left: float, share: float) -> None:
    assert met_share(needed, left) == share
