"""The ways out of a programme, and the way back."""

import math
from typing import Any

import pytest

from ips_sim.model.entities import JobSeekerFields, Problem, Service, SiteFields, Tier, Work
from ips_sim.model.luck import Luck
from ips_sim.model.rules.leaving import drops_out, give_up_place, keep_or_leave
from tests.model.builders import levers, parameters, seeker, site

PLACED = {"service": Service.SERVED, "specialist_row": 2, "alliance": 0.6, "stay_weeks": 9}
AT_WORK = PLACED | {"work": Work.COMPETITIVE, "employer_row": 4, "job_hours": 20.0}
UNLUCKY = Luck(dropout=0.0, coming_back=0.0, leaving_site=0.0, agreed_closing=0.0)


def ended(
    fields: dict[str, Any],
    luck: Luck = UNLUCKY,
    of: dict[str, Any] | None = None,
    here: SiteFields | None = None,
    **known: float,
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
        (
            {"service": Service.WAITING},
            {"team_contact_share": 1.0},
            {"team_on_dropout": 2.0},
            0.0,
        ),
    ],
)
def test_what_keeps_people_and_what_drives_them_away(
    fields: dict[str, Any], of: dict[str, Any], known: dict[str, float], factor: float
) -> None:
    person = seeker(**({"service": Service.SERVED, "interest": 0.5} | fields))
    odds = 0.25 * math.exp(factor)
    chance = odds / (1 + odds)
    for luck, leaves in ((chance - 1e-9, True), (chance + 1e-9, False)):
        known_all = parameters(dropout_odds=0.25, **known)
        assert drops_out(person, levers(**of), known_all, Luck(dropout=luck)) == leaves


def test_support_ends_at_its_limit_and_with_it_the_place() -> None:
    limited = {"support_limit_weeks": 13}
    assert ended(AT_WORK | {"tenure_weeks": 12}, of=limited).service == Service.SERVED
    over = ended(AT_WORK | {"tenure_weeks": 13, "problem": Problem.TASK}, of=limited)
    assert (over.service, over.work, over.transferred_ever) == (
        Service.TRANSFERRED,
        Work.COMPETITIVE,
        True,
    )


def test_steady_work_is_handed_to_the_treatment_team_unless_there_is_trouble() -> None:
    steady = {"transfer_after_weeks_worked": 52}
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
    working = {"service": Service.TRANSFERRED, "work": Work.COMPETITIVE}
    assert ended(working, of={"return_without_referral": may}).service == Service.TRANSFERRED


def test_the_closing_rule_counts_weeks_without_work() -> None:
    rule = {"close_after_weeks_without_work": 52}
    stays = ended(PLACED | {"jobless_weeks": 50}, of=rule)
    assert (stays.service, stays.jobless_weeks) == (Service.SERVED, 51)
    closed = ended(PLACED | {"jobless_weeks": 51}, of=rule)
    assert (closed.service, closed.closed_ever, closed.dropped_out_ever) == (
        Service.CLOSED,
        True,
        False,
    )
    # Not for those in training, in a set-aside job or at work.
    for other in ({"service": Service.PREPARING}, {"work": Work.SHELTERED}):
        assert not ended(PLACED | {"jobless_weeks": 99} | other, of=rule).closed_ever


def test_who_has_no_interest_left_may_agree_to_give_up_the_place() -> None:
    """Half of the interest that is a work goal is missing: half of the chance."""
    for luck, closed in ((0.049, True), (0.051, False)):
        person = ended(
            PLACED | {"interest": 0.25},
            Luck(agreed_closing=luck),
            agreed_closing_per_week=0.1,
            interest_that_is_a_work_goal=0.5,
        )
        assert person.closed_ever == closed
    keen = ended(PLACED | {"interest": 0.6}, agreed_closing_per_week=0.1)
    assert not keen.closed_ever


def test_outreach_brings_back_those_who_still_want_work() -> None:
    away = {"service": Service.DISENGAGED, "interest": 0.5}
    reach = {"outreach_share": 0.8}
    for luck, service in ((0.039, Service.WAITING), (0.041, Service.DISENGAGED)):
        person = ended(away, Luck(coming_back=luck), reach, coming_back_per_week=0.1)
        assert person.service == service
    assert ended(away, of={}, coming_back_per_week=0.1).service == Service.DISENGAGED
    working = away | {"work": Work.COMPETITIVE}
    assert ended(working, of=reach, coming_back_per_week=0.1).service == Service.DISENGAGED


@pytest.mark.parametrize("service", [Service.NOT_ADMITTED, Service.CLOSED, Service.GONE])
def test_those_outside_stay_outside(service: Service) -> None:
    person = ended({"service": service}, dropout_odds=1.0, coming_back_per_week=1.0)
    assert (person.service, person.dropped_out_ever) == (service, False)
