"""The ways out of a programme, and the way back."""

from __future__ import annotations

from ips_sim.model.entities import Ending, JobSeekerFields, Service, SiteFields, Tier, Work
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import happens, saturating
from ips_sim.model.rules.caseload import is_on_caseload, short_of_goal
from ips_sim.model.rules.referral import is_enrolled, is_screened_out, join_waiting_list
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.school import end_school
from ips_sim.model.rules.standing import (
    CLOSED,
    COMPETITIVE,
    DISENGAGED,
    NO_PROBLEM,
    NO_WORK,
    NOT_ADMITTED,
    PREPARING,
    SERVED,
    SHELTERED,
    TRANSFERRED,
    TRANSITIONAL,
    WAITING,
)
from ips_sim.model.rules.work import end_job
from ips_sim.scenario.schema import Levers

A_PLACE, A_JOB, A_JOB_KEPT = 1, 2, 3
"""Milestones that a funder pays for, by how many are reached."""


@rule
def give_up_place(seeker: JobSeekerFields, service: int) -> None:
    """Leave the caseload for another standing, and any set-aside job with it."""
    if is_on_caseload(seeker):
        seeker.stays_ended = seeker.stays_ended + 1
        seeker.stay_weeks_ended = seeker.stay_weeks_ended + seeker.stay_weeks
    seeker.stay_weeks = 0
    seeker.service = service
    seeker.specialist_row = -1
    seeker.ticket = -1
    seeker.tier = Tier.NONE
    seeker.hours_needed = 0.0
    seeker.hours_received = 0.0
    seeker.school_hours_needed = 0.0
    seeker.school_hours = 0.0
    seeker.stage_weeks = 0
    seeker.alliance = 0.0
    if seeker.work == SHELTERED or seeker.work == TRANSITIONAL:
        seeker.work = Work.NONE


@rule
def leaves_site(parameters: Parameters, luck: Luck) -> bool:
    """Decide whether a person moves away, dies or goes to prison: no service decides this."""
    return luck.leaving_site < parameters.leaving_site_per_week


@rule
def drops_out(seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck) -> bool:
    """Decide whether a person stops using the service without agreement.

    People leave who have waited long without anything happening, whose interest has gone, whom
    nobody reaches out to; a good alliance and a team that knows them keep them.
    """
    log_factor = (
        -parameters.alliance_on_dropout * seeker.alliance
        - parameters.interest_on_dropout
        * (seeker.interest - parameters.interest_that_is_a_work_goal)
        - parameters.outreach_on_dropout * levers.outreach_share
        - parameters.community_on_dropout * levers.community_share
        + parameters.symptoms_on_dropout * (seeker.symptoms - parameters.reference_symptoms)
    )
    if seeker.service == SERVED:
        log_factor = (
            log_factor
            - parameters.team_on_dropout * levers.team_contact_share
            - parameters.family_on_dropout * levers.family_contact_share
        )
    if not seeker.housed:
        log_factor = log_factor + parameters.homelessness_on_dropout
    if seeker.work == COMPETITIVE or seeker.in_school:
        log_factor = log_factor - parameters.working_on_dropout
    if seeker.must_take_part:
        log_factor = log_factor - parameters.requirement_on_dropout
    return happens(luck.dropout, parameters.dropout_odds, log_factor)


@rule
def support_is_over(seeker: JobSeekerFields, levers: Levers) -> bool:
    """Say whether a worker's support has reached its limit, or the treatment team takes over."""
    return seeker.work == COMPETITIVE and (
        seeker.tenure_weeks >= levers.support_limit_weeks
        or (
            seeker.tenure_weeks >= levers.transfer_after_weeks_worked
            and seeker.problem == NO_PROBLEM
        )
    )


@rule
def place_is_closed(
    seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck
) -> bool:
    """Say whether a review ends a stay without work: by the closing rule, or by agreement.

    Reviews come at intervals on each person's own clock.  Nobody is asked to agree within weeks of
    losing a job.
    """
    seeker.weeks_to_review = seeker.weeks_to_review - 1
    if seeker.weeks_to_review > 0:
        return False
    seeker.weeks_to_review = levers.review_every_weeks
    if seeker.service != SERVED or seeker.work != NO_WORK or seeker.in_school:
        return False
    if seeker.jobless_weeks >= levers.close_after_weeks_without_work:
        return True
    if 0 <= seeker.weeks_since_loss < parameters.spared_after_loss_weeks:
        return False
    return luck.agreed_closing < parameters.agreed_closing_per_review * short_of_goal(
        seeker, parameters
    )


@rule
def keep_or_leave(
    seeker: JobSeekerFields, site: SiteFields, levers: Levers, parameters: Parameters, luck: Luck
) -> None:
    """End the week: stay, step down, be closed, drop out, come back, or leave for good."""
    if seeker.work != COMPETITIVE and seeker.weeks_since_loss >= 0:
        seeker.weeks_since_loss = seeker.weeks_since_loss + 1
    if leaves_site(parameters, luck):
        give_up_place(seeker, Service.GONE)
        end_job(seeker, Ending.NONE)
        end_school(seeker)
        return
    if seeker.service == WAITING:
        if seeker.approval_weeks_left > 0:
            seeker.approval_weeks_left = seeker.approval_weeks_left - 1
        if drops_out(seeker, levers, parameters, luck):
            disengage(seeker)
    elif seeker.service == PREPARING or seeker.service == SERVED:
        if seeker.work != COMPETITIVE and seeker.service == SERVED and not seeker.in_school:
            seeker.jobless_weeks = seeker.jobless_weeks + 1
        count_milestones(seeker, levers)
        if support_is_over(seeker, levers):
            give_up_place(seeker, Service.TRANSFERRED)
            seeker.transferred_ever = True
        elif place_is_closed(seeker, levers, parameters, luck):
            give_up_place(seeker, Service.CLOSED)
            seeker.closed_ever = True
        elif drops_out(seeker, levers, parameters, luck):
            disengage(seeker)
    elif seeker.service == TRANSFERRED:
        if seeker.work == NO_WORK:
            if levers.return_without_referral:
                join_waiting_list(seeker, site)
            else:
                seeker.service = Service.CLOSED
    elif is_sent_back(seeker, levers, parameters, luck):
        join_waiting_list(seeker, site)
    elif seeker.service == DISENGAGED:
        if is_brought_back(seeker, site, levers, parameters, luck):
            join_waiting_list(seeker, site)
    elif seeker.service == NOT_ADMITTED:
        if is_referred_by_team(seeker, levers, parameters, luck):
            join_waiting_list(seeker, site)
    elif seeker.service == CLOSED and asks_again(seeker, levers, parameters, luck):
        join_waiting_list(seeker, site)


@rule
def meet_change(
    seeker: JobSeekerFields,
    site: SiteFields,
    posts: int,
    referred_anew: bool,
    levers: Levers,
    parameters: Parameters,
    luck: Luck,
) -> None:
    """Meet a change of the service: be referred to what there is now, or wait for another post."""
    if referred_anew and (is_on_caseload(seeker) or seeker.service == WAITING):
        joins = is_enrolled(seeker, levers, parameters, luck)
        give_up_place(seeker, Service.NOT_ADMITTED)
        if joins:
            seeker.approval_weeks_left = levers.approval_weeks
            join_waiting_list(seeker, site)
    elif seeker.specialist_row >= posts:
        give_up_place(seeker, Service.WAITING)
        join_waiting_list(seeker, site)


@rule
def count_milestones(seeker: JobSeekerFields, levers: Levers) -> None:
    """Count what a funder pays for, each once: a place, a job, and a job kept for some weeks."""
    if levers.milestone_after_weeks == 0:
        return
    reached = A_PLACE
    if seeker.jobs_held > 0:
        reached = A_JOB
    if seeker.longest_job_weeks >= levers.milestone_after_weeks:
        reached = A_JOB_KEPT
    seeker.milestones_paid = max(seeker.milestones_paid, reached)


@rule
def is_sent_back(
    seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether somebody who must take part and does not is sent back to the service.

    So conciliation ends well; where there is no service, there is none to be sent to.
    """
    return (
        seeker.months_not_taking_part > 0
        and seeker.work != COMPETITIVE
        and levers.enrolment_share > 0.0
        and not is_screened_out(seeker, levers)
        and luck.coming_back < parameters.sent_back_per_week
    )


@rule
def disengage(seeker: JobSeekerFields) -> None:
    """Stop using the service without agreement."""
    give_up_place(seeker, Service.DISENGAGED)
    seeker.dropped_out_ever = True


@rule
def is_brought_back(
    seeker: JobSeekerFields, site: SiteFields, levers: Levers, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether somebody who stopped coming is won back: by outreach, or by the care team.

    Hours that nobody else needs go to outreach too, where a programme reaches out at all.
    """
    spare = saturating(site.idle_hours, parameters.half_spare_hours)
    outreach = levers.outreach_share + levers.outreach_share * (1.0 - levers.outreach_share) * spare
    reached = max(outreach, parameters.team_on_coming_back * levers.team_contact_share)
    return (
        seeker.work != COMPETITIVE
        and luck.coming_back < parameters.coming_back_per_week * reached * seeker.interest
    )


@rule
def is_referred_by_team(
    seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether the care team finds somebody who wants to work and was not enrolled.

    Where nobody is enrolled there is no service to refer to.
    """
    return (
        seeker.work != COMPETITIVE
        and levers.enrolment_share > 0.0
        and not is_screened_out(seeker, levers)
        and seeker.interest > parameters.interest_that_is_a_work_goal
        and luck.coming_back
        < parameters.team_refers_per_week * levers.team_contact_share * seeker.interest
    )


@rule
def asks_again(seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck) -> bool:
    """Decide whether somebody who gave up a place wants to work again and may come as they are."""
    return (
        levers.return_without_referral
        and seeker.work != COMPETITIVE
        and seeker.interest > parameters.interest_that_is_a_work_goal
        and luck.coming_back < parameters.asking_again_per_week * seeker.interest
    )
