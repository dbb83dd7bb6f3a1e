"""What people on a caseload need, and what they get."""

import dataclasses
from typing import Any

import pytest

from ips_sim.model.entities import Problem, Service, Tier, Work
from ips_sim.model.rules.caseload import is_on_caseload, is_searching, receive_hours, state_need
from tests.model.builders import levers, parameters, seeker, specialist

NEEDS = levers(
    trouble_support_hours_per_week=2.0,
    new_job_support_hours_per_week=1.5,
    search_hours_per_week=1.0,
    keep_in_touch_hours_per_week=0.25,
)
KNOWN = parameters(new_job_weeks=13.0, late_search_share=1.0, recent_loss_weeks=4.0)
AT_WORK: dict[str, Any] = {"service": Service.SERVED, "work": Work.COMPETITIVE}


@pytest.mark.parametrize(
    ("fields", "tier", "hours"),
    [
        (AT_WORK | {"problem": Problem.TASK, "tenure_weeks": 3}, Tier.TROUBLE, 2.0),
        (AT_WORK | {"tenure_weeks": 12}, Tier.NEW_JOB, 1.5),
        (AT_WORK | {"tenure_weeks": 13}, Tier.KEEP_IN_TOUCH, 0.25),
        ({"service": Service.SERVED}, Tier.SEARCH, 1.0),
        ({"service": Service.SERVED, "weeks_since_loss": 4}, Tier.SEARCH, 1.0),
        ({"service": Service.SERVED, "hospital_weeks_left": 1}, Tier.KEEP_IN_TOUCH, 0.25),
        ({"service": Service.SERVED, "work": Work.SHELTERED}, Tier.KEEP_IN_TOUCH, 0.25),
        ({"service": Service.PREPARING}, Tier.KEEP_IN_TOUCH, 0.25),
    ],
)
def test_needs_go_by_tier(fields: dict[str, Any], tier: Tier, hours: float) -> None:
    person, post = seeker(**fields), specialist()
    state_need(person, post, NEEDS, KNOWN)
    assert (person.tier, person.hours_needed, post.caseload) == (tier, hours, 1)
    needed = {
        Tier.TROUBLE: post.trouble_needed,
        Tier.NEW_JOB: post.new_job_needed,
        Tier.SEARCH: post.search_needed,
        Tier.KEEP_IN_TOUCH: post.keep_needed,
    }
    assert needed == {one: hours if one == tier else 0.0 for one in needed}


@pytest.mark.parametrize(("weeks", "tier"), [(-1, 3), (0, 5), (3, 5), (4, 3), (40, 3)])
def test_whoever_has_just_lost_a_job_goes_first(weeks: int, tier: int) -> None:
    person = seeker(service=Service.SERVED, weeks_since_loss=weeks)
    post = specialist()
    state_need(person, post, NEEDS, KNOWN)
    assert person.tier == tier
    first = tier == Tier.LOST_JOB
    assert (post.trouble_needed, post.search_needed) == ((1.0, 0.0) if first else (0.0, 1.0))
    assert (post.searching, person.hours_needed) == (1.0, 1.0)


def test_needs_add_up_over_the_caseload() -> None:
    post = specialist()
    for _ in range(3):
        state_need(seeker(service=Service.SERVED), post, NEEDS, KNOWN)
    assert (post.caseload, post.searching, post.search_needed) == (3, 3.0, 3.0)


def test_newcomers_are_seen_most() -> None:
    """The weight falls to half of its way by the half-time, and never below its late share."""
    known = parameters(late_search_share=0.4, newcomer_half_weeks=10.0)
    weights = []
    for weeks in (0, 10, 1_000_000):
        person, post = seeker(service=Service.SERVED, jobless_weeks=weeks), specialist()
        state_need(person, post, NEEDS, known)
        assert person.hours_needed == person.search_weight
        assert post.searching == person.search_weight
        weights.append(person.search_weight)
    assert weights == pytest.approx([1.0, 0.7, 0.4], abs=1e-4)


@pytest.mark.parametrize(
    ("interest", "weight"), [(0.9, 1.0), (0.4, 1.0), (0.2, 0.6), (0.1, 0.4), (0.0, 0.2)]
)
def test_who_does_not_want_to_work_now_is_not_pressed(interest: float, weight: float) -> None:
    known = dataclasses.replace(
        KNOWN, interest_that_is_a_work_goal=0.4, interest_on_help=0.8, newcomer_half_weeks=10.0
    )
    person, post = seeker(service=Service.SERVED, interest=interest), specialist()
    state_need(person, post, NEEDS, known)
    assert (person.search_weight, post.searching) == pytest.approx((weight, weight))
    assert person.hours_needed == pytest.approx(weight)


@pytest.mark.parametrize(
    ("service", "on_caseload"),
    [
        (Service.SERVED, True),
        (Service.PREPARING, True),
        (Service.WAITING, False),
        (Service.TRANSFERRED, False),
        (Service.DISENGAGED, False),
    ],
)
def test_a_place_is_for_those_served_or_preparing(service: Service, on_caseload: bool) -> None:
    assert is_on_caseload(seeker(service=service)) == on_caseload


def test_nobody_searches_in_hospital_at_work_or_before_the_time() -> None:
    assert is_searching(seeker(service=Service.SERVED))
    assert not is_searching(seeker(service=Service.SERVED, hospital_weeks_left=2))
    assert not is_searching(seeker(service=Service.SERVED, work=Work.TRANSITIONAL))
    assert not is_searching(seeker(service=Service.PREPARING))


@pytest.mark.parametrize(
    ("tier", "received", "support", "search"),
    [
        (Tier.TROUBLE, 2.0, 2.0, 0.0),
        (Tier.NEW_JOB, 1.0, 1.0, 0.0),
        (Tier.SEARCH, 0.5, 0.0, 0.5 + 0.75 * 0.8),
        (Tier.LOST_JOB, 2.0, 0.0, 2.0 + 0.75 * 0.8),
        (Tier.KEEP_IN_TOUCH, 0.2, 0.0, 0.0),
        (Tier.NONE, 0.0, 0.0, 0.0),
    ],
)
def test_everyone_gets_the_share_of_the_tier(
    tier: Tier, received: float, support: float, search: float
) -> None:
    post = specialist(
        caseload=4,
        paid_hours=40.0,
        trouble_met=1.0,
        new_job_met=0.5,
        search_met=0.25,
        keep_met=0.1,
        contact_hours_each=0.75,
    )
    person = seeker(tier=tier, hours_needed=2.0, search_weight=0.8)
    receive_hours(person, post, parameters())
    assert person.hours_received == pytest.approx(received)
    assert (person.support_hours, person.search_hours) == pytest.approx((support, search))
    # What a post costs is counted apart.
    assert person.staff_hours == 0.0


def test_the_alliance_grows_with_hours_and_fades_without() -> None:
    known = parameters(alliance_half_hours=1.0, alliance_per_week=0.5)
    post = specialist(caseload=1, search_met=1.0)
    person = seeker(tier=Tier.SEARCH, hours_needed=1.0, alliance=0.1)
    receive_hours(person, post, known)
    assert person.alliance == pytest.approx(0.3)  # half of the way to one half
    post.search_met = 0.0
    receive_hours(person, post, known)
    assert person.alliance == pytest.approx(0.15)
