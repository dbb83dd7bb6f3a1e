"""Specialists learn, leave, are replaced, and plan their hours."""

import pytest

from ips_sim.model.entities import SpecialistFields
from ips_sim.model.luck import StaffLuck
from ips_sim.model.rules.relationships import lose_relationship
from ips_sim.model.rules.staff import (
    begin_staff_week,
    lose_specialist,
    met_share,
    plan_hours,
    working_skill,
)
from tests.model.builders import levers, parameters, relationship, seeker, site, specialist, staff

WEEK = levers(specialist_hours_per_week=40.0, office_share=0.25, team_meeting_hours_per_week=2.0)


def test_a_week_starts_empty_and_a_week_wiser() -> None:
    post = specialist(caseload=7, searching=3.0, search_needed=2.0, experience_weeks=5.0)
    begin_staff_week(post, site(), staff(), StaffLuck())
    assert (post.caseload, post.searching, post.search_needed) == (0, 0.0, 0.0)
    assert (post.experience_weeks, post.just_left) == (6.0, False)


def test_a_specialist_leaves_and_the_post_stays_empty() -> None:
    """Half of them leave in a year: about one in a hundred a week."""
    often = staff(turnover_per_year=0.52, post_vacant_weeks=2, skill_mean=1.5)
    post = specialist(experience_weeks=80.0)
    begin_staff_week(post, site(), often, StaffLuck(leaving=0.011))
    begin_staff_week(post, site(), often, StaffLuck(leaving=0.009))
    assert (post.just_left, post.vacant_weeks_left) == (True, 2)
    assert (post.experience_weeks, post.skill) == (0.0, 1.5)
    for left in (1, 0):
        begin_staff_week(post, site(), often, StaffLuck(leaving=0.0))
        assert (post.vacant_weeks_left, post.just_left) == (left, False)
    begin_staff_week(post, site(), often, StaffLuck(leaving=0.9))
    assert post.experience_weeks == 1.0


def test_ties_to_employers_and_people_leave_with_the_specialist() -> None:
    tie, person = relationship(visits=8, trust=0.7), seeker(alliance=0.8)
    lose_relationship(tie)
    lose_specialist(person)
    assert (tie.visits, tie.trust, person.alliance) == (0, 0.0, 0.0)


@pytest.mark.parametrize(("weeks", "skill"), [(0.0, 0.6), (26.0, 0.8), (26_000_000.0, 1.0)])
def test_beginners_achieve_less_in_an_hour(weeks: float, skill: float) -> None:
    known = parameters(beginner_share_of_skill=0.6, experience_half_weeks=26.0)
    assert working_skill(specialist(experience_weeks=weeks), known) == pytest.approx(
        skill, abs=1e-6
    )


def planned(known: dict[str, float] | None = None, **fields: float) -> SpecialistFields:
    post = specialist(**fields)
    plan_hours(post, WEEK, parameters(**(known or {})))
    return post


def test_hours_for_people_are_what_office_and_meetings_leave() -> None:
    post = planned()
    assert (post.paid_hours, post.meeting_hours, post.client_hours) == (40.0, 2.0, 28.0)
    half = planned(full_time_share=0.5)
    assert (half.paid_hours, half.meeting_hours, half.client_hours) == (20.0, 1.0, 14.0)
    empty = planned(vacant_weeks_left=3, keep_needed=1.0)
    assert (empty.paid_hours, empty.client_hours, empty.keep_met, empty.idle_hours) == (0, 0, 0, 0)


def test_with_time_for_all_every_need_is_met_and_the_rest_is_idle() -> None:
    post = planned(trouble_needed=4.0, new_job_needed=6.0, search_needed=8.0, keep_needed=3.0)
    assert (post.trouble_met, post.new_job_met, post.search_met, post.keep_met) == (1, 1, 1, 1)
    assert post.idle_hours == 7.0


def test_short_time_goes_to_the_most_urgent_first() -> None:
    """28 hours: 10 for trouble, 12 for new jobs, 6 of 8 for search, none to keep in touch."""
    post = planned(trouble_needed=10.0, new_job_needed=12.0, search_needed=8.0, keep_needed=5.0)
    assert (post.trouble_met, post.new_job_met, post.search_met, post.keep_met) == (1, 1, 0.75, 0)
    assert post.idle_hours == 0.0


def test_employer_contacts_take_hours_from_the_same_budget() -> None:
    """6 contacts of 2 hours beside 20 hours of search: 28 of 32 hours are there."""
    busy = levers(
        specialist_hours_per_week=40.0,
        office_share=0.25,
        team_meeting_hours_per_week=2.0,
        employer_contacts_per_week=6.0,
    )
    post = specialist(searching=10.0, search_needed=20.0)
    known = parameters(most_contacts_per_seeker=2.0, hours_per_employer_contact=2.0)
    plan_hours(post, busy, known)
    assert (post.contacts_aimed, post.search_met) == (6.0, 0.875)
    assert post.contact_chance == pytest.approx(0.875 * 6 / 10)
    assert post.contact_hours_each == pytest.approx(0.875 * 12 / 10)
    # For a single person not more visits than one can use.
    alone = specialist(searching=1.0, search_needed=2.0)
    plan_hours(alone, busy, known)
    assert (alone.contacts_aimed, alone.idle_hours) == (2.0, 22.0)


def test_nobody_in_search_means_no_contacts() -> None:
    post = planned({"most_contacts_per_seeker": 2.0, "hours_per_employer_contact": 2.0})
    assert (post.contacts_aimed, post.contact_chance, post.contact_hours_each) == (0.0, 0.0, 0.0)
    assert post.idle_hours == 28.0


@pytest.mark.parametrize(
    ("needed", "left", "share"),
    [(0.0, 0.0, 1.0), (5.0, 5.0, 1.0), (8.0, 2.0, 0.25), (3.0, 0.0, 0.0)],
)
def test_the_share_of_a_need_that_hours_can_meet(needed: float, left: float, share: float) -> None:
    assert met_share(needed, left) == share
