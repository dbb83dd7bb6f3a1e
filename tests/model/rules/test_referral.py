"""The way into the programme."""

from typing import Any

import pytest

from ips_sim.model.entities import Benefit, Service, Work
from ips_sim.model.luck import Luck
from ips_sim.model.rules.referral import (
    admit,
    begin_search,
    enter,
    first_in_line,
    freest_post,
    has_place,
    is_enrolled,
    is_screened_out,
    join_waiting_list,
)
from tests.model.builders import levers, parameters, seeker, site, specialist


@pytest.mark.parametrize(
    ("fields", "of", "out"),
    [
        ({"symptoms": 1.0}, {}, False),
        ({"symptoms": 0.7}, {"screened_out_above_symptoms": 0.65}, True),
        ({"symptoms": 0.65}, {"screened_out_above_symptoms": 0.65}, False),
        ({"substance_use": True}, {}, False),
        ({"substance_use": True}, {"screened_out_for_substance_use": True}, True),
        ({"legal_history": True}, {"screened_out_for_substance_use": True}, False),
        ({"legal_history": True}, {"screened_out_for_legal_history": True}, True),
    ],
)
def test_who_is_screened_out(fields: dict[str, Any], of: dict[str, Any], out: bool) -> None:
    assert is_screened_out(seeker(**fields), levers(**of)) == out


@pytest.mark.parametrize(
    ("luck", "using", "service"),
    [
        (0.69, False, Service.WAITING),
        (0.71, False, Service.NOT_ADMITTED),
        (0.69, True, Service.NOT_ADMITTED),
    ],
)
def test_who_is_not_enrolled_or_screened_out_is_left_alone(
    luck: float, using: bool, service: Service
) -> None:
    of = levers(enrolment_share=0.7, screened_out_for_substance_use=True)
    person = seeker(substance_use=using)
    enter(person, site(), of, parameters(), Luck(enrolment=luck))
    assert person.service == service


@pytest.mark.parametrize(
    ("fields", "luck", "joins"),
    [
        ({"interest": 0.5}, 0.49, True),  # odds of 1 at the interest that is a work goal
        ({"interest": 0.5}, 0.51, False),
        ({"interest": 0.4}, 0.49, False),
        ({"interest": 0.4, "worked_past_year": True}, 0.49, True),
        ({"interest": 0.4, "studied_past_year": True}, 0.49, True),
        ({"interest": 0.4, "alliance": 0.5}, 0.49, True),
    ],
)
def test_an_offer_unasked_is_taken_up_by_interest_recent_work_and_who_makes_it(
    fields: dict[str, Any], luck: float, joins: bool
) -> None:
    known = parameters(
        joining_odds=1.0, interest_on_joining=1.0, past_year_on_joining=0.2, alliance_on_joining=0.4
    )
    offered = levers(enrolment_share=0.5, offered_unasked=True)
    # Half are offered it at all, so half of the luck says whether one of them joins.
    assert is_enrolled(seeker(**fields), offered, known, Luck(enrolment=luck / 2)) == joins
    assert not is_enrolled(seeker(**fields), offered, known, Luck(enrolment=0.5))
    assert is_enrolled(seeker(**fields), levers(), known, Luck(enrolment=0.99))


def test_tickets_go_up() -> None:
    here = site(next_ticket=11)
    first, second = seeker(), seeker()
    join_waiting_list(first, here)
    join_waiting_list(second, here)
    assert (first.ticket, second.ticket, here.next_ticket) == (11, 12, 13)


@pytest.mark.parametrize(
    ("caseload", "vacant", "free"), [(19, 0, True), (20, 0, False), (3, 1, False)]
)
def test_a_place_needs_room_and_somebody_in_the_post(
    caseload: int, vacant: int, free: bool
) -> None:
    post = specialist(caseload=caseload, places=20, vacant_weeks_left=vacant)
    assert has_place(post) == free


def test_admission_gives_a_place_and_begins_the_search() -> None:
    person, post = (
        seeker(service=Service.WAITING, ticket=4, jobless_weeks=9),
        specialist(caseload=3),
    )
    admit(person, post, 2, levers(), parameters(alliance_at_start=0.2), Luck())
    assert (person.service, person.specialist_row, person.ticket) == (Service.SERVED, 2, -1)
    assert (person.alliance, person.jobless_weeks, post.caseload) == (0.2, 0, 4)
    assert person.admitted_ever


@pytest.mark.parametrize(("luck", "weeks"), [(0.0, 13), (0.5, 19), (0.99, 25)])
def test_the_first_review_comes_after_one_or_two_intervals(luck: float, weeks: int) -> None:
    person = seeker(service=Service.WAITING, ticket=4)
    of = levers(review_every_weeks=13)
    admit(person, specialist(), 0, of, parameters(), Luck(first_review=luck))
    assert person.weeks_to_review == weeks


def test_preparation_comes_first_the_first_time() -> None:
    slow = levers(preparation_weeks=17)
    person = seeker()
    admit(person, specialist(), 0, slow, parameters(), Luck())
    assert (person.service, person.admitted_ever) == (Service.PREPARING, False)
    back = seeker(admitted_ever=True)
    admit(back, specialist(), 0, slow, parameters(), Luck())
    assert back.service == Service.SERVED


@pytest.mark.parametrize(
    ("benefit", "luck", "planned", "fear"),
    [
        (Benefit.TAPERED, 0.8, True, 0.4),
        (Benefit.CLIFF, 0.8, True, 0.4),
        (Benefit.CLIFF, 0.95, False, 0.8),
        (Benefit.NONE, 0.1, False, 0.8),
    ],
)
def test_benefits_planning_is_for_people_on_benefits(
    benefit: Benefit, luck: float, planned: bool, fear: float
) -> None:
    person = seeker(benefit=benefit, benefit_fear=0.8)
    of, known = levers(benefits_planning_share=0.9), parameters(plan_on_fear=0.5)
    admit(person, specialist(), 0, of, known, Luck(benefits_plan=luck))
    assert (person.has_benefits_plan, person.benefits_plans) == (planned, int(planned))
    assert person.benefit_fear == pytest.approx(fear)


def test_one_plan_is_enough() -> None:
    person = seeker(
        benefit=Benefit.CLIFF, benefit_fear=0.4, has_benefits_plan=True, benefits_plans=1
    )
    of, known = levers(benefits_planning_share=1.0), parameters(plan_on_fear=0.5)
    admit(person, specialist(), 0, of, known, Luck())
    assert (person.benefits_plans, person.benefit_fear) == (1, 0.4)


@pytest.mark.parametrize(
    ("luck", "work", "weeks"),
    [
        (Luck(steering=0.24, steered_weeks=0.5), Work.SHELTERED, 53),
        (Luck(steering=0.24, steered_weeks=0.0), Work.SHELTERED, 1),
        (Luck(steering=0.26), Work.TRANSITIONAL, 26),
        (Luck(steering=0.41), Work.NONE, 0),
    ],
)
def test_some_are_steered_to_a_set_aside_job(luck: Luck, work: Work, weeks: int) -> None:
    of = levers(
        sheltered_share=0.25, sheltered_weeks=52, transitional_share=0.15, transitional_weeks=26
    )
    person = seeker()
    begin_search(person, of, luck)
    assert (person.work, person.stage_job_weeks_left) == (work, weeks)


def test_nobody_is_steered_away_from_a_job_or_twice() -> None:
    of = levers(sheltered_share=1.0, sheltered_weeks=52)
    working = seeker(work=Work.COMPETITIVE)
    begin_search(working, of, Luck())
    assert working.work == Work.COMPETITIVE
    back = seeker(admitted_ever=True)
    begin_search(back, of, Luck())
    assert back.work == Work.NONE


@pytest.mark.parametrize(
    ("caseloads", "vacant", "row"),
    [
        ([], [], -1),
        ([3, 3], [0, 0], -1),
        ([2, 1, 1], [0, 0, 0], 1),
        ([2, 0, 1], [0, 4, 0], 2),
        ([3, 2], [0, 0], 1),
    ],
    ids=["no posts", "full", "first of the fewest", "nobody in the post", "one place"],
)
def test_whose_place_is_given(caseloads: list[int], vacant: list[int], row: int) -> None:
    posts = [
        specialist(caseload=caseload, places=3, vacant_weeks_left=weeks)
        for caseload, weeks in zip(caseloads, vacant, strict=True)
    ]
    assert freest_post(posts) == row


def test_the_lowest_ticket_among_those_present_is_first() -> None:
    waiting = [seeker(service=Service.WAITING, ticket=ticket) for ticket in (1, 5, 3, 2)]
    waiting.insert(2, seeker(service=Service.SERVED))
    assert first_in_line(waiting, 0, 5) == 0
    assert first_in_line(waiting, 1, 5) == 4
    assert first_in_line(waiting, 1, 4) == 3
    assert first_in_line(waiting, 2, 3) == -1
    assert first_in_line(waiting, 1, 1) == -1


def test_whom_a_funder_has_not_approved_waits_behind_all_others() -> None:
    person = seeker()
    enter(person, site(), levers(approval_weeks=8), parameters(), Luck(enrolment=0.0))
    assert (person.service, person.approval_weeks_left) == (Service.WAITING, 8)
    later = seeker(service=Service.WAITING, ticket=5)
    assert first_in_line([person, later], 0, 2) == 1
    person.approval_weeks_left = 0
    assert first_in_line([person, later], 0, 2) == 0


def test_who_is_not_stable_yet_prepares_where_tests_come_before_the_search() -> None:
    of = levers(stable_weeks_before_search=12)
    for weeks, service in ((11, Service.PREPARING), (12, Service.SERVED)):
        person = seeker(substance_use=True, stable_weeks=weeks)
        admit(person, specialist(), 0, of, parameters(), Luck())
        assert person.service == service


@pytest.mark.parametrize(("luck", "cared_for"), [(0.39, True), (0.41, False)])
def test_a_programme_finds_child_care_for_some(luck: float, cared_for: bool) -> None:
    person = seeker(cares_for_children=True, child_care=False)
    of = levers(child_care_help_share=0.4)
    admit(person, specialist(), 0, of, parameters(), Luck(child_care=luck))
    assert person.child_care == cared_for


def test_planning_is_for_people_on_assistance_too() -> None:
    person = seeker(assistance=True, benefit_fear=0.8)
    of, known = levers(benefits_planning_share=1.0), parameters(plan_on_fear=0.5)
    admit(person, specialist(), 0, of, known, Luck())
    assert (person.benefits_plans, person.benefit_fear) == (1, 0.4)
