"""In a job: problems arise, are solved or not, and jobs end."""

from __future__ import annotations

import math

from ips_sim.model.entities import (
    EmployerFields,
    Ending,
    JobSeekerFields,
    Problem,
    Work,
)
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import HALF, bounded, happens, saturating
from ips_sim.model.rules.health import shared_care
from ips_sim.model.rules.life import unfitted
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.search import share_of_preferences_met
from ips_sim.model.rules.standing import NEW_JOB, NO_BENEFIT, SERVED, TROUBLE
from ips_sim.scenario.schema import Levers, Place

WEEKS_IN_TWO_YEARS = 104


@rule
def work_a_week(seeker: JobSeekerFields, place: Place, parameters: Parameters) -> None:
    """Put in a week at work: tenure, hours, pay, tax, practice."""
    pay = seeker.job_hours * seeker.job_wage_usd
    seeker.tenure_weeks = seeker.tenure_weeks + 1
    seeker.weeks_worked = seeker.weeks_worked + 1
    seeker.hours_worked = seeker.hours_worked + seeker.job_hours
    seeker.most_hours = max(seeker.most_hours, seeker.job_hours)
    seeker.earnings_usd = seeker.earnings_usd + pay
    seeker.month_earnings_usd = seeker.month_earnings_usd + pay
    seeker.taxes_usd = seeker.taxes_usd + pay * place.employee_tax_share
    seeker.longest_job_weeks = max(seeker.longest_job_weeks, seeker.tenure_weeks)
    if seeker.jobs_held == 1:
        seeker.first_job_weeks = seeker.tenure_weeks
    seeker.work_skill = seeker.work_skill + parameters.skill_per_working_week * (
        1.0 - seeker.work_skill
    )
    seeker.jobless_weeks = 0
    seeker.worked_this_quarter = True
    if seeker.weeks_since_entry - seeker.weeks_to_first_job < WEEKS_IN_TWO_YEARS:
        seeker.weeks_worked_in_two_years = seeker.weeks_worked_in_two_years + 1
    if seeker.fixed_weeks_left > 0:
        seeker.fixed_weeks_left = seeker.fixed_weeks_left - 1
    if is_liked(seeker, parameters):
        seeker.weeks_in_liked_jobs = seeker.weeks_in_liked_jobs + 1


@rule
def is_liked(seeker: JobSeekerFields, parameters: Parameters) -> bool:
    """Say whether a person likes the job: enough of the wishes are met."""
    return seeker.preferences_met >= parameters.liked_from_share


@rule
def mismatch(seeker: JobSeekerFields) -> float:
    """Say how far a job is from what matters to a person: 0 as wished."""
    return seeker.importance_of_wishes * (1.0 - seeker.preferences_met)


@rule
def meets_problem(
    seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether a problem arises: likelier by poor match, illness, newness, other duties."""
    newness = saturating(parameters.newness_half_weeks, seeker.tenure_weeks + 0.0)
    log_factor = (
        -seeker.ease_of_keeping
        - parameters.preferences_on_keeping
        * seeker.importance_of_wishes
        * (seeker.preferences_met - HALF)
        + parameters.symptoms_on_problems * (seeker.symptoms - parameters.reference_symptoms)
        + parameters.newness_on_problems * newness
        + parameters.cut_on_problems * seeker.cut_shock
    )
    if seeker.duty_weeks_left > 0:
        log_factor = log_factor + parameters.duties_on_problems * seeker.duty_hours * unfitted(
            seeker, levers, parameters
        )
    if not seeker.housed:
        log_factor = log_factor + parameters.homelessness_on_problems
    return happens(luck.problem, parameters.problem_odds, log_factor)


@rule
def begin_problem(
    seeker: JobSeekerFields, levers: Levers, parameters: Parameters, luck: Luck
) -> None:
    """Draw what kind of problem it is, from the weights that this person's state gives."""
    getting_there = weight_of_getting_there(seeker, levers, parameters)
    friction = 1.0 + parameters.mismatch_on_friction * mismatch(seeker)
    task = parameters.weight_task * friction * (1.0 - parameters.skill_on_task * seeker.work_skill)
    if seeker.cognitive_limits:
        task = task * parameters.cognitive_limits_on_task
    people = parameters.weight_people * friction
    symptoms = parameters.weight_symptoms
    if seeker.psychotic:
        symptoms = symptoms * parameters.psychosis_on_symptom_problems
    if seeker.in_relapse:
        symptoms = symptoms * parameters.relapse_on_symptom_problems
    benefits = 0.0
    if seeker.benefit != NO_BENEFIT:
        benefits = parameters.weight_benefits * (
            1.0 + parameters.cut_on_benefit_problems * seeker.cut_shock
        )
    accommodation = parameters.weight_accommodation
    if seeker.physical_limits:
        accommodation = accommodation * parameters.physical_limits_on_accommodation
    better = parameters.weight_something_better * (
        1.0 + parameters.mismatch_on_something_better * mismatch(seeker)
    )
    point = luck.problem_kind * (
        getting_there + task + people + symptoms + benefits + accommodation + better
    )
    kind = Problem.SOMETHING_BETTER
    if point < getting_there:
        kind = Problem.GETTING_THERE
    elif point < getting_there + task:
        kind = Problem.TASK
    elif point < getting_there + task + people:
        kind = Problem.PEOPLE
    elif point < getting_there + task + people + symptoms:
        kind = Problem.SYMPTOMS
    elif point < getting_there + task + people + symptoms + benefits:
        kind = Problem.BENEFITS
    elif point < getting_there + task + people + symptoms + benefits + accommodation:
        kind = Problem.ACCOMMODATION
    seeker.problem = kind
    seeker.problems_met = seeker.problems_met + 1


@rule
def weight_of_getting_there(
    seeker: JobSeekerFields, levers: Levers, parameters: Parameters
) -> float:
    """Weigh problems of getting there: children, no home, no way; the counsellor pays for some."""
    weight = parameters.weight_getting_there
    if seeker.cares_for_children:
        weight = weight * parameters.children_on_getting_there
    if not seeker.housed:
        weight = weight * parameters.homelessness_on_getting_there
    if not seeker.has_transport:
        weight = weight * parameters.no_transport_on_getting_there
    if seeker.service == SERVED:
        weight = weight * (1.0 - parameters.counsellor_on_getting_there * levers.vr_contact_share)
    return weight


@rule
def follow_along_help(seeker: JobSeekerFields, skill: float, parameters: Parameters) -> float:
    """Say how far a specialist's hours this week help with a problem, 0 to 1."""
    if seeker.tier != TROUBLE and seeker.tier != NEW_JOB:
        return 0.0
    return saturating(seeker.hours_received * skill, parameters.half_hours)


@rule
def help_with_problem(
    seeker: JobSeekerFields,
    skill: float,
    trust: float,
    levers: Levers,
    parameters: Parameters,
) -> float:
    """Say by how much the right helper multiplies the odds of solving a problem, on the log scale.

    The specialist helps with everything practical, the mental health team with symptoms where care
    is shared, the planner with benefits, and an employer who trusts the specialist makes room.
    """
    support = parameters.support_on_solving
    if seeker.warned:
        support = support + parameters.warning_on_support
    support = support * follow_along_help(seeker, skill, parameters)
    if seeker.problem == Problem.SYMPTOMS:
        return support + parameters.team_on_solving * shared_care(seeker, levers)
    if seeker.problem == Problem.BENEFITS:
        planned = 0.0
        if seeker.has_benefits_plan:
            planned = parameters.plan_on_solving * levers.benefits_follow_up_share
        return support + planned
    if seeker.problem == Problem.ACCOMMODATION:
        if not seeker.discloses:
            return 0.0
        return support + parameters.trust_on_solving * trust
    return support


@rule
def solves_problem(
    seeker: JobSeekerFields,
    skill: float,
    trust: float,
    levers: Levers,
    parameters: Parameters,
    luck: Luck,
) -> bool:
    """Decide whether a problem is solved this week, by the person or with help."""
    log_factor = help_with_problem(seeker, skill, trust, levers, parameters)
    return happens(luck.solution, parameters.solving_odds, log_factor)


@rule
def problem_ends_job(seeker: JobSeekerFields, parameters: Parameters, luck: Luck) -> bool:
    """Decide whether an unsolved problem ends the job this week."""
    return luck.ending < parameters.problem_ends_job_per_week


@rule
def ending_by_problem(
    seeker: JobSeekerFields, place: Place, parameters: Parameters, luck: Luck
) -> int:
    """Decide whether a job ends by quitting or by dismissal, from the kind of problem.

    Who has been warned and could not put it right is dismissed.
    """
    if seeker.warned:
        return Ending.DISMISSED
    share = 0.0
    if seeker.problem == Problem.GETTING_THERE or seeker.problem == Problem.TASK:
        share = parameters.dismissed_over_performance
    elif seeker.problem == Problem.PEOPLE or seeker.problem == Problem.SYMPTOMS:
        share = parameters.dismissed_over_conduct
    protection = place.dismissal_protection_index - parameters.reference_protection_index
    share = share * math.exp(-parameters.protection_on_dismissal * protection)
    if luck.ending_kind < share:
        return Ending.DISMISSED
    return Ending.QUIT


@rule
def ending_by_others(seeker: JobSeekerFields, parameters: Parameters, luck: Luck) -> int:
    """Say whether the job ends this week whatever anyone does: its term is up, or a lay-off."""
    if seeker.fixed_weeks_left == 0:
        return Ending.TEMPORARY
    if luck.lay_off < parameters.lay_off_per_week:
        return Ending.LAID_OFF
    return Ending.NONE


@rule
def end_job(seeker: JobSeekerFields, ending: int) -> None:
    """End a competitive job, and count how."""
    seeker.work = Work.NONE
    seeker.employer_row = -1
    seeker.job_hours = 0.0
    seeker.job_wage_usd = 0.0
    seeker.preferences_met = 0.0
    seeker.job_found_by_specialist = False
    seeker.problem = Problem.NONE
    seeker.warned = False
    seeker.fixed_weeks_left = -1
    seeker.tenure_weeks = 0
    seeker.weeks_since_loss = 0
    if ending == Ending.QUIT:
        seeker.endings_quit = seeker.endings_quit + 1
    elif ending == Ending.DISMISSED:
        seeker.endings_dismissed = seeker.endings_dismissed + 1
    elif ending == Ending.TEMPORARY:
        seeker.endings_temporary = seeker.endings_temporary + 1
    elif ending == Ending.LAID_OFF:
        seeker.endings_laid_off = seeker.endings_laid_off + 1


@rule
def warn(seeker: JobSeekerFields) -> None:
    """Threaten a dismissal before it comes, so that somebody can still help."""
    seeker.warned = True
    seeker.warnings = seeker.warnings + 1


@rule
def learn_from_job(
    seeker: JobSeekerFields, kind: int, hours: float, liked: bool, parameters: Parameters
) -> None:
    """Let a job that is over change what a person looks for: its hours, and its kind if liked."""
    seeker.preferred_hours = seeker.preferred_hours + parameters.learning_from_jobs * (
        hours - seeker.preferred_hours
    )
    if liked and parameters.learning_from_jobs > 0.0:
        seeker.preferred_kind = kind


@rule
def lose_heart(seeker: JobSeekerFields, ending: int, parameters: Parameters) -> None:
    """Let a job that went wrong cost interest in the next one, less where somebody helps at once.

    Who has a specialist is seen within days of the loss; how much that takes away goes with the
    working alliance.
    """
    if ending == Ending.DISMISSED or ending == Ending.QUIT:
        felt = 1.0 - parameters.help_after_loss * seeker.alliance
        seeker.interest = seeker.interest * bounded(
            1.0 - parameters.bad_ending_on_interest * felt, 0.0, 1.0
        )


@rule
def moves_to(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    skill: float,
    parameters: Parameters,
    luck: Luck,
) -> bool:
    """Decide whether a person who wants something better moves straight to another employer."""
    if share_of_preferences_met(seeker, employer, parameters) <= seeker.preferences_met:
        return False
    log_factor = parameters.support_on_solving * follow_along_help(seeker, skill, parameters)
    return happens(luck.own_offer, parameters.better_offer_odds, log_factor)
