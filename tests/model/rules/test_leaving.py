"""The ways out of a programme, and the way back."""

import math
from typing import Any

import pytest

from ips_sim.model.entities import JobSeekerFields, Problem, Service, SiteFields, Tier, Work
from ips_sim.model.luck import Luck
from ips_sim.model.rules.leaving import (
    asks_again,
    drops_out,
    give_up_place,
    is_brought_back,
    is_referred_by_team,
    keep_or_leave,
    meet_change,
    place_is_closed,
)
from tests.model.builders import levers, parameters, seeker, site

PLACED: dict[str, Any] = {
    "service": Service.SERVED,
    "specialist_row": 2,
    "alliance": 0.6,
    "stay_weeks": 9,
}
AT_WORK: dict[str, Any] = PLACED | {"work": Work.COMPETITIVE, "employer_row": 4, "job_hours": 20.0}
UNLUCKY = Luck(dropout=0.0, coming_back=0.0, leaving_site=0.0, agreed_closing=0.0)


def ended(
    fields: dict[str, Any],
    luck: Luck = UNLUCKY,
    of: dict[str, Any] | None = None,
    here: SiteFields | None = None,
    **known: Any,
) -> JobSeekerFields:
    person = seeker(**fields)
    keep_or_leave(person, here or site(), levers(**(of or {})), parameters(**known), luck)
    return person


@pytest.mark.parametrize("service", [Service.WAITING, Service.PREPARING, Service.SERVED])
def test_without_a_reason_everybody_stays(service: Service) -> None:
    assert ended(PLACED | {"service": service}).service == service


def test_leaving_the_site_ends_everything() -> None:
    gone = ended(AT_WORK, leaving_site_per_week=0.01)
    assert (gone.service, gone.work, gone.employer_row, gone.specialist_row) == (
        Service.GONE,
        Work.NONE,
        -1,
        -1,
    )
    assert (gone.endings_quit, gone.endings_dismissed, gone.endings_laid_off) == (0, 0, 0)
    assert not gone.dropped_out_ever


def test_giving_up_a_place_ends_the_stay_and_the_set_aside_job() -> None:
    person = seeker(**PLACED, work=Work.SHELTERED, tier=Tier.SEARCH, hours_received=1.0)
    give_up_place(person, Service.DISENGAGED)
    assert (person.service, person.work, person.tier) == (Service.DISENGAGED, Work.NONE, Tier.NONE)
    assert (person.specialist_row, person.alliance, person.hours_received) == (-1, 0.0, 0.0)
    assert (person.stays_ended, person.stay_weeks_ended, person.stay_weeks) == (1, 9, 0)
    waiting = seeker(service=Service.WAITING, ticket=7)
    give_up_place(waiting, Service.DISENGAGED)
    assert (waiting.stays_ended, waiting.ticket) == (0, -1)


def test_dropping_out_keeps_a_competitive_job() -> None:
    person = ended(AT_WORK, dropout_odds=0.02)
    assert (person.service, person.work) == (Service.DISENGAGED, Work.COMPETITIVE)
    assert person.dropped_out_ever


@pytest.mark.parametrize(
    ("fields", "of", "known", "factor"),
    [
        ({}, {}, {}, 0.0),
        ({"alliance": 0.5}, {}, {"alliance_on_dropout": 2.0}, -1.0),
        ({"interest": 0.9}, {}, {"interest_on_dropout": 2.0}, -0.8),
        ({}, {"outreach_share": 0.5}, {"outreach_on_dropout": 2.0}, -1.0),
        ({"symptoms": 0.5}, {}, {"symptoms_on_dropout": 2.0}, 1.0),
        ({}, {"team_contact_share": 0.5}, {"team_on_dropout": 2.0}, -1.0),
        ({"work": Work.COMPETITIVE}, {}, {"working_on_dropout": 1.0}, -1.0),
        ({}, {"community_share": 0.5}, {"community_on_dropout": 2.0}, -1.0),
        ({}, {"family_contact_share": 0.5}, {"family_on_dropout": 2.0}, -1.0),
        ({"housed": False}, {}, {"homelessness_on_dropout": 0.4}, 0.4),
        (
            {"service": Service.PREPARING},
            {"family_contact_share": 1.0},
            {"family_on_dropout": 2.0},
            0.0,
        ),
        (
            {"service": Service.WAITING},
            {"team_contact_share": 1.0},
            {"team_on_dropout": 2.0},
            0.0,
        ),
    ],
)
def test_what_keeps_people_and_what_drives_them_away(
    fields: dict[str, Any], of: dict[str, Any], known: dict[str, Any], factor: float
) -> None:
    person = seeker(**({"service": Service.SERVED, "interest": 0.5} | fields))
    odds = 0.25 * math.exp(factor)
    chance = odds / (1 + odds)
    for luck, leaves in ((chance - 1e-9, True), (chance + 1e-9, False)):
        known_all = parameters(dropout_odds=0.25, **known)
        assert drops_out(person, levers(**of), known_all, Luck(dropout=luck)) == leaves


def test_support_ends_at_its_limit_and_with_it_the_place() -> None:
    limited: dict[str, Any] = {"support_limit_weeks": 13}
    assert ended(AT_WORK | {"tenure_weeks": 12}, of=limited).service == Service.SERVED
    over = ended(AT_WORK | {"tenure_weeks": 13, "problem": Problem.TASK}, of=limited)
    assert (over.service, over.work, over.transferred_ever) == (
        Service.TRANSFERRED,
        Work.COMPETITIVE,
        True,
    )


def test_steady_work_is_handed_to_the_treatment_team_unless_there_is_trouble() -> None:
    steady: dict[str, Any] = {"transfer_after_weeks_worked": 52}
    assert ended(AT_WORK | {"tenure_weeks": 52}, of=steady).service == Service.TRANSFERRED
    trouble = AT_WORK | {"tenure_weeks": 60, "problem": Problem.PEOPLE}
    assert ended(trouble, of=steady).service == Service.SERVED


@pytest.mark.parametrize(("may", "service"), [(True, Service.WAITING), (False, Service.CLOSED)])
def test_who_loses_the_job_after_a_transfer_comes_back_or_does_not(
    may: bool, service: Service
) -> None:
    here = site(next_ticket=5)
    person = ended({"service": Service.TRANSFERRED}, of={"return_without_referral": may}, here=here)
    assert person.service == service
    assert (person.ticket, here.next_ticket) == ((5, 6) if may else (-1, 5))
    working: dict[str, Any] = {"service": Service.TRANSFERRED, "work": Work.COMPETITIVE}
    assert ended(working, of={"return_without_referral": may}).service == Service.TRANSFERRED


# Reviews, by the closing rule or by agreement


def test_reviews_come_at_intervals_on_each_persons_own_clock() -> None:
    """Whoever would be closed at once is closed in the week of the review: in the fourth."""
    of = levers(review_every_weeks=5, close_after_weeks_without_work=0)
    working = seeker(**(AT_WORK | {"weeks_to_review": 4}))
    clock = []
    for _ in range(12):
        assert not place_is_closed(working, of, parameters(), Luck())
        clock.append(working.weeks_to_review)
    assert clock == [3, 2, 1, 5, 4, 3, 2, 1, 5, 4, 3, 2]
    person = seeker(**(PLACED | {"weeks_to_review": 4}))
    closed = [place_is_closed(person, of, parameters(), Luck()) for _ in range(9)]
    assert closed == [False, False, False, True, False, False, False, False, True]


def test_with_a_review_each_week_every_week_is_asked() -> None:
    of = levers(review_every_weeks=1, close_after_weeks_without_work=0)
    person = seeker(**PLACED)
    assert all(place_is_closed(person, of, parameters(), Luck()) for _ in range(3))


def test_the_closing_rule_counts_weeks_without_work() -> None:
    rule: dict[str, Any] = {"close_after_weeks_without_work": 52}
    stays = ended(PLACED | {"jobless_weeks": 50}, of=rule)
    assert (stays.service, stays.jobless_weeks) == (Service.SERVED, 51)
    closed = ended(PLACED | {"jobless_weeks": 51}, of=rule)
    assert (closed.service, closed.closed_ever, closed.dropped_out_ever) == (
        Service.CLOSED,
        True,
        False,
    )
    # Not before the review.
    assert not ended(PLACED | {"jobless_weeks": 99, "weeks_to_review": 2}, of=rule).closed_ever
    # Not for those in training, in a set-aside job or at work.
    for other in ({"service": Service.PREPARING}, {"work": Work.SHELTERED}):
        assert not ended(PLACED | {"jobless_weeks": 99} | other, of=rule).closed_ever


def test_who_has_no_interest_left_may_agree_to_give_up_the_place() -> None:
    """Half of the interest that is a work goal is missing: half of the chance."""
    known: dict[str, Any] = {"agreed_closing_per_review": 0.1, "interest_that_is_a_work_goal": 0.5}
    for luck, closed in ((0.049, True), (0.051, False)):
        person = ended(PLACED | {"interest": 0.25}, Luck(agreed_closing=luck), **known)
        assert person.closed_ever == closed
    assert not ended(PLACED | {"interest": 0.6}, **known).closed_ever
    later = PLACED | {"interest": 0.25, "weeks_to_review": 2}
    assert not ended(later, **known).closed_ever


@pytest.mark.parametrize(
    ("since", "closed"), [(-1, True), (0, False), (24, False), (25, True), (99, True)]
)
def test_nobody_is_asked_to_agree_within_weeks_of_losing_a_job(since: int, closed: bool) -> None:
    """The week that ends counts: 24 weeks ago are 25 at its end."""
    known: dict[str, Any] = {"agreed_closing_per_review": 1.0, "spared_after_loss_weeks": 26.0}
    person = ended(PLACED | {"weeks_since_loss": since}, **known)
    assert person.closed_ever == closed
    # The closing rule is a rule.
    rule: dict[str, Any] = {"close_after_weeks_without_work": 1}
    assert ended(PLACED | {"weeks_since_loss": since}, of=rule, **known).closed_ever


@pytest.mark.parametrize("service", Service)
def test_weeks_since_a_loss_go_on_in_every_standing(service: Service) -> None:
    standing = PLACED | {"service": service}
    assert ended(standing | {"weeks_since_loss": 3}).weeks_since_loss == 4
    assert ended(standing | {"weeks_since_loss": -1}).weeks_since_loss == -1


def test_no_weeks_since_a_loss_are_counted_at_work() -> None:
    assert ended(AT_WORK | {"weeks_since_loss": -1}).weeks_since_loss == -1


# The ways back


@pytest.mark.parametrize(
    ("of", "idle_hours", "reached"),
    [
        ({"outreach_share": 0.8}, 0.0, 0.8),
        ({"outreach_share": 0.0}, 30.0, 0.0),
        # Hours that nobody needs: half of what more outreach can do.
        ({"outreach_share": 0.6}, 30.0, 0.6 + 0.6 * 0.4 * 0.5),
        ({"outreach_share": 1.0}, 30.0, 1.0),
        # The care team, where it does more.
        ({"team_contact_share": 1.0}, 0.0, 0.5),
        ({"team_contact_share": 0.6}, 30.0, 0.3),
        ({"team_contact_share": 1.0, "outreach_share": 0.8}, 0.0, 0.8),
    ],
)
def test_who_stopped_coming_is_won_back_by_outreach_or_by_the_team(
    of: dict[str, Any], idle_hours: float, reached: float
) -> None:
    known: dict[str, Any] = {
        "coming_back_per_week": 0.1,
        "team_on_coming_back": 0.5,
        "half_spare_hours": 30.0,
    }
    person, here = seeker(interest=0.5), site(idle_hours=idle_hours)
    chance = 0.1 * 0.5 * reached
    for luck, back in ((max(0.0, chance - 1e-9), bool(reached)), (chance + 1e-9, False)):
        found = is_brought_back(
            person, here, levers(**of), parameters(**known), Luck(coming_back=luck)
        )
        assert found == back


def test_who_is_brought_back_waits_unless_at_work() -> None:
    away: dict[str, Any] = {"service": Service.DISENGAGED, "interest": 0.5}
    reach: dict[str, Any] = {"outreach_share": 0.8}
    assert ended(away, of=reach, coming_back_per_week=0.1).service == Service.WAITING
    assert ended(away, of={}, coming_back_per_week=0.1).service == Service.DISENGAGED
    working = away | {"work": Work.COMPETITIVE}
    assert ended(working, of=reach, coming_back_per_week=0.1).service == Service.DISENGAGED


REFERS: dict[str, Any] = {"team_refers_per_week": 0.1, "interest_that_is_a_work_goal": 0.4}


def test_a_team_that_shares_care_refers_who_wants_to_work() -> None:
    outside: dict[str, Any] = {"service": Service.NOT_ADMITTED, "interest": 0.5}
    half: dict[str, Any] = {"team_contact_share": 0.5}
    for luck, service in ((0.0249, Service.WAITING), (0.0251, Service.NOT_ADMITTED)):
        assert ended(outside, Luck(coming_back=luck), half, **REFERS).service == service
    stay: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        ({}, {"team_contact_share": 0.0}),
        ({"interest": 0.4}, half),
        ({"work": Work.COMPETITIVE}, half),
        # Whom intake would turn away is not sent there.
        ({"substance_use": True}, half | {"screened_out_for_substance_use": True}),
        # Nor is anybody sent where nobody is enrolled.
        ({}, half | {"enrolment_share": 0.0}),
    )
    for fields, of in stay:
        person = seeker(**(outside | fields))
        no_luck = Luck(coming_back=0.0)
        assert not is_referred_by_team(person, levers(**of), parameters(**REFERS), no_luck)


def test_who_gave_up_a_place_may_ask_again_where_none_needs_a_referral() -> None:
    known: dict[str, Any] = {"asking_again_per_week": 0.1, "interest_that_is_a_work_goal": 0.4}
    closed: dict[str, Any] = {"service": Service.CLOSED, "interest": 0.5}
    free: dict[str, Any] = {"return_without_referral": True}
    for luck, service in ((0.049, Service.WAITING), (0.051, Service.CLOSED)):
        assert ended(closed, Luck(coming_back=luck), free, **known).service == service
    assert ended(closed, of={}, **known).service == Service.CLOSED
    for fields in ({"interest": 0.4}, {"work": Work.COMPETITIVE}):
        person = seeker(**(closed | fields))
        assert not asks_again(person, levers(**free), parameters(**known), Luck(coming_back=0.0))


@pytest.mark.parametrize("service", [Service.NOT_ADMITTED, Service.CLOSED, Service.GONE])
def test_those_outside_stay_outside(service: Service) -> None:
    person = ended({"service": service}, dropout_odds=1.0, coming_back_per_week=1.0)
    assert (person.service, person.dropped_out_ever) == (service, False)


@pytest.mark.parametrize(
    ("fields", "luck", "service"),
    [
        (PLACED, 0.4, Service.WAITING),  # known to the staff who ask
        (PLACED, 0.9, Service.NOT_ADMITTED),
        ({"service": Service.WAITING}, 0.4, Service.NOT_ADMITTED),
        ({"service": Service.CLOSED}, 0.0, Service.CLOSED),
        ({"service": Service.NOT_YET_REFERRED}, 0.0, Service.NOT_YET_REFERRED),
    ],
)
def test_who_is_referred_anew_gives_up_the_place_and_is_asked(
    fields: dict[str, Any], luck: float, service: Service
) -> None:
    person, here = seeker(**fields), site(next_ticket=3)
    known = parameters(joining_odds=0.5, alliance_on_joining=2.0)
    asked = levers(offered_unasked=True)
    meet_change(person, here, 9, True, asked, known, Luck(enrolment=luck))
    assert (person.service, person.specialist_row) == (service, -1)
    assert person.ticket == (3 if service == Service.WAITING else -1)


def test_who_loses_the_post_that_served_them_waits_for_another() -> None:
    kept, lost = seeker(**PLACED), seeker(**PLACED)
    meet_change(kept, site(), 3, False, levers(), parameters(), Luck())
    meet_change(lost, site(), 2, False, levers(), parameters(), Luck())
    assert (kept.service, kept.specialist_row) == (Service.SERVED, 2)
    assert (lost.service, lost.specialist_row, lost.ticket) == (Service.WAITING, -1, 0)


def test_a_duty_to_take_part_keeps_people_from_dropping_out() -> None:
    known = parameters(dropout_odds=0.1, requirement_on_dropout=0.5)
    chance = 0.1 * math.exp(-0.5) / (1.0 + 0.1 * math.exp(-0.5))
    for luck, drops in ((chance - 1e-6, True), (chance + 1e-6, False)):
        person = seeker(service=Service.SERVED, must_take_part=True)
        assert drops_out(person, levers(), known, Luck(dropout=luck)) == drops


@pytest.mark.parametrize("service", [Service.DISENGAGED, Service.CLOSED, Service.NOT_ADMITTED])
def test_who_must_take_part_and_does_not_is_sent_back(service: Service) -> None:
    out: dict[str, Any] = {"service": service, "months_not_taking_part": 1}
    for luck, now in ((0.049, Service.WAITING), (0.051, service)):
        assert ended(out, Luck(coming_back=luck), sent_back_per_week=0.05).service == now
    stay: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        ({"months_not_taking_part": 0}, {}),
        ({"work": Work.COMPETITIVE}, {}),
        ({}, {"enrolment_share": 0.0}),
        ({"legal_history": True}, {"screened_out_for_legal_history": True}),
    )
    for fields, of in stay:
        left = ended(out | fields, Luck(coming_back=0.0), of, sent_back_per_week=0.05)
        assert left.service == service


def test_approval_comes_nearer_week_by_week() -> None:
    waiting = {"service": Service.WAITING, "approval_weeks_left": 2}
    assert ended(waiting, Luck()).approval_weeks_left == 1


@pytest.mark.parametrize(
    ("fields", "paid"),
    [
        ({}, 1),
        ({"jobs_held": 1, "longest_job_weeks": 12}, 2),
        ({"jobs_held": 2, "longest_job_weeks": 13}, 3),
        ({"milestones_paid": 3}, 3),
    ],
)
def test_a_funder_pays_for_a_place_a_job_and_a_job_kept_each_once(
    fields: dict[str, Any], paid: int
) -> None:
    funded: dict[str, Any] = {"milestone_after_weeks": 13}
    assert ended(PLACED | fields, Luck(), funded).milestones_paid == paid
    assert ended(PLACED | fields, Luck()).milestones_paid == fields.get("milestones_paid", 0)
