"""The way into the programme: referral, screening, waiting list, a place on a caseload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ips_sim.model.entities import (
    JobSeekerFields,
    Service,
    SiteFields,
    SpecialistFields,
    Work,
)
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import TWICE, bounded, happens
from ips_sim.model.rules.life import is_stable_enough
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import NO_BENEFIT, NO_WORK, NOBODY, WAITING
from ips_sim.scenario.schema import Levers

if TYPE_CHECKING:
    from collections.abc import Sequence


@rule
def is_screened_out(seeker: JobSeekerFields, levers: Levers) -> bool:
    """Say whether intake turns this person away for not being ready."""
    return (
        seeker.symptoms > levers.screened_out_above_symptoms
        or (levers.screened_out_for_substance_use and seeker.substance_use)
        or (levers.screened_out_for_legal_history and seeker.legal_history)
    )


@rule
def is_enrolled(
    seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether a person who is referred, or offered the service unasked, is enrolled."""
    if luck.enrolment >= levers.enrolment_share or is_screened_out(seeker, levers):
        return False
    return not levers.offered_unasked or takes_up_offer(
        seeker, parameters, luck.enrolment / levers.enrolment_share
    )


@rule
def takes_up_offer(seeker: JobSeekerFields, parameters: Parameters, uniform: float) -> bool:
    """Decide whether a person joins who had not asked: by interest, recent work, and who offers it.

    Few answer an offer from strangers; more do to people who know them.
    """
    log_factor = (
        parameters.interest_on_joining * (seeker.interest - parameters.interest_that_is_a_work_goal)
        + parameters.alliance_on_joining * seeker.alliance
    )
    if seeker.worked_past_year or seeker.studied_past_year:
        log_factor = log_factor + parameters.past_year_on_joining
    return happens(uniform, parameters.joining_odds, log_factor)


@rule
def enter(
    seeker: JobSeekerFields,
    site: SiteFields,
    levers: Levers,
    parameters: Parameters,
    luck: Luck,
) -> None:
    """Refer a person: not enrolled and screened out find work alone, the others queue."""
    if is_enrolled(seeker, levers, parameters, luck):
        seeker.approval_weeks_left = levers.approval_weeks
        join_waiting_list(seeker, site)
    else:
        seeker.service = Service.NOT_ADMITTED


@rule
def join_waiting_list(seeker: JobSeekerFields, site: SiteFields) -> None:
    """Give a person the next ticket of the waiting list."""
    seeker.service = Service.WAITING
    seeker.ticket = site.next_ticket
    seeker.stage_weeks = 0
    site.next_ticket = site.next_ticket + 1


@rule
def has_place(specialist: SpecialistFields) -> bool:
    """Say whether a specialist can take another person."""
    return specialist.vacant_weeks_left == 0 and specialist.caseload < specialist.places


@rule
def freest_post(specialists: Sequence[SpecialistFields]) -> int:
    """Give the row of the specialist with a free place who serves the fewest, or `NOBODY`."""
    free = NOBODY
    for row in range(len(specialists)):
        if has_place(specialists[row]) and (
            free < 0 or specialists[row].caseload < specialists[free].caseload
        ):
            free = row
    return free


@rule
def first_in_line(seekers: Sequence[JobSeekerFields], first: int, end: int) -> int:
    """Give the row, from first to before end, of who has waited longest, or `NOBODY`.

    Whom the funder has not approved yet gets no place.
    """
    found = NOBODY
    for row in range(first, end):
        if (
            seekers[row].service == WAITING
            and seekers[row].approval_weeks_left == 0
            and (found < 0 or seekers[row].ticket < seekers[found].ticket)
        ):
            found = row
    return found


@rule
def admit(
    seeker: JobSeekerFields,
    specialist: SpecialistFields,
    row: int,
    levers: Levers,
    parameters: Parameters,
    luck: Luck,
) -> None:
    """Give a person a place on a caseload, with benefits planning and child care for some."""
    seeker.specialist_row = row
    seeker.ticket = -1
    seeker.stage_weeks = 0
    seeker.jobless_weeks = 0
    seeker.alliance = parameters.alliance_at_start
    seeker.weeks_to_review = int(levers.review_every_weeks * (1.0 + luck.first_review))
    specialist.caseload = specialist.caseload + 1
    if not seeker.admitted_ever and (
        levers.preparation_weeks > 0 or not is_stable_enough(seeker, levers)
    ):
        seeker.service = Service.PREPARING
    else:
        begin_search(seeker, levers, luck)
    if luck.child_care < levers.child_care_help_share:
        seeker.child_care = True
    if (
        (seeker.benefit != NO_BENEFIT or seeker.assistance)
        and not seeker.has_benefits_plan
        and luck.benefits_plan < levers.benefits_planning_share
    ):
        seeker.has_benefits_plan = True
        seeker.benefits_plans = seeker.benefits_plans + 1
        seeker.benefit_fear = seeker.benefit_fear * bounded(1.0 - parameters.plan_on_fear, 0.0, 1.0)


@rule
def begin_search(seeker: JobSeekerFields, levers: Levers, luck: Luck) -> None:
    """Start the search for a job, or be steered to a set-aside job first."""
    first_time = not seeker.admitted_ever
    seeker.service = Service.SERVED
    seeker.admitted_ever = True
    seeker.stage_weeks = 0
    if first_time and seeker.work == NO_WORK:
        if luck.steering < levers.sheltered_share:
            seeker.work = Work.SHELTERED
            seeker.stage_job_weeks_left = 1 + int(
                TWICE * luck.steered_weeks * levers.sheltered_weeks
            )
        elif luck.steering < levers.sheltered_share + levers.transitional_share:
            seeker.work = Work.TRANSITIONAL
            seeker.stage_job_weeks_left = levers.transitional_weeks
