"""What people on a caseload need from their specialist this week, and what they get."""

from __future__ import annotations

from ips_sim.model.entities import (
    JobSeekerFields,
    SpecialistFields,
)
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import saturating
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.school import state_school_need
from ips_sim.model.rules.standing import (
    COMPETITIVE,
    KEEP_IN_TOUCH,
    LOST_JOB,
    NEW_JOB,
    NO_PROBLEM,
    NO_WORK,
    PREPARING,
    SEARCH,
    SERVED,
    TROUBLE,
)
from ips_sim.scenario.schema import Levers


@rule
def is_on_caseload(seeker: JobSeekerFields) -> bool:
    """Say whether a person has a place on a caseload."""
    return seeker.service == SERVED or seeker.service == PREPARING


@rule
def is_searching(seeker: JobSeekerFields) -> bool:
    """Say whether a person on a caseload is in search of a competitive job this week."""
    return (
        seeker.service == SERVED
        and seeker.work == NO_WORK
        and seeker.wants_work
        and seeker.hospital_weeks_left == 0
        and seeker.held_weeks_left == 0
    )


@rule
def state_need(
    seeker: JobSeekerFields, specialist: SpecialistFields, levers: Levers, parameters: Parameters
) -> None:
    """State the hours that a person needs this week, and add them to the specialist's totals."""
    specialist.caseload = specialist.caseload + 1
    if seeker.wants_school:
        state_school_need(seeker, specialist, levers)
    if is_searching(seeker):
        # Newcomers, and people who have just lost a job, are seen most; the weight of the others
        # falls to its late share, and the specialist's visits move on with it.
        seeker.search_weight = wish_for_help(seeker, parameters) * (
            parameters.late_search_share
            + (1.0 - parameters.late_search_share)
            * saturating(parameters.newcomer_half_weeks, seeker.jobless_weeks + 0.0)
        )
        specialist.searching = specialist.searching + seeker.search_weight
        seeker.hours_needed = levers.search_hours_per_week * seeker.search_weight
        if 0 <= seeker.weeks_since_loss < parameters.recent_loss_weeks:
            # Whoever has just lost a job is seen within days, like somebody in trouble.
            seeker.tier = LOST_JOB
            specialist.trouble_needed = specialist.trouble_needed + seeker.hours_needed
        else:
            seeker.tier = SEARCH
            specialist.search_needed = specialist.search_needed + seeker.hours_needed
    elif seeker.work == COMPETITIVE and seeker.problem != NO_PROBLEM:
        seeker.tier = TROUBLE
        seeker.hours_needed = levers.trouble_support_hours_per_week
        specialist.trouble_needed = specialist.trouble_needed + seeker.hours_needed
    elif seeker.work == COMPETITIVE and seeker.tenure_weeks < parameters.new_job_weeks:
        seeker.tier = NEW_JOB
        seeker.hours_needed = levers.new_job_support_hours_per_week
        specialist.new_job_needed = specialist.new_job_needed + seeker.hours_needed
    else:
        seeker.tier = KEEP_IN_TOUCH
        seeker.hours_needed = levers.keep_in_touch_hours_per_week
        specialist.keep_needed = specialist.keep_needed + seeker.hours_needed


@rule
def wish_for_help(seeker: JobSeekerFields, parameters: Parameters) -> float:
    """Say how far a person wants help with the search now: in full with a work goal, else less.

    Nobody is pressed: the hours go to others.
    """
    return 1.0 - parameters.interest_on_help * short_of_goal(seeker, parameters)


@rule
def short_of_goal(seeker: JobSeekerFields, parameters: Parameters) -> float:
    """Say how far a person's interest falls short of a work goal: 0 with one, 1 without any."""
    return max(0.0, 1.0 - seeker.interest / parameters.interest_that_is_a_work_goal)


@rule
def receive_hours(
    seeker: JobSeekerFields, specialist: SpecialistFields, parameters: Parameters
) -> None:
    """Give a person the hours that the tier gets, and let the working alliance grow with them."""
    # Most people search, so that is asked first.
    if seeker.tier == SEARCH or seeker.tier == LOST_JOB:
        met = specialist.search_met
        if seeker.tier == LOST_JOB:
            met = specialist.trouble_met
        seeker.hours_received = seeker.hours_needed * met
        seeker.search_hours = (
            seeker.search_hours
            + seeker.hours_received
            + specialist.contact_hours_each * seeker.search_weight
        )
    elif seeker.tier == TROUBLE:
        seeker.hours_received = seeker.hours_needed * specialist.trouble_met
        seeker.support_hours = seeker.support_hours + seeker.hours_received
    elif seeker.tier == NEW_JOB:
        seeker.hours_received = seeker.hours_needed * specialist.new_job_met
        seeker.support_hours = seeker.support_hours + seeker.hours_received
    elif seeker.tier == KEEP_IN_TOUCH:
        seeker.hours_received = seeker.hours_needed * specialist.keep_met
    else:
        seeker.hours_received = 0.0
    if seeker.wants_school:
        seeker.school_hours = seeker.school_hours_needed * specialist.search_met
    felt = saturating(seeker.hours_received + seeker.school_hours, parameters.alliance_half_hours)
    seeker.alliance = seeker.alliance + parameters.alliance_per_week * (felt - seeker.alliance)
