"""School beside work or before it: applying, terms, dropping out, and a credential at the end."""

from __future__ import annotations

from ips_sim.model.entities import JobSeekerFields, SiteFields, SpecialistFields
from ips_sim.model.luck import Luck, StartLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import happens, saturating
from ips_sim.model.rules.life import is_free
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import COMPETITIVE
from ips_sim.scenario.schema import Levers, People, Place

YEARS_IN_DECADE = 10.0


@rule
def begin_goals(
    seeker: JobSeekerFields, people: People, parameters: Parameters, luck: StartLuck
) -> None:
    """Draw what a person wants: work, school, or both; the younger, the more often school."""
    if people.school_goal_share >= 1.0:
        seeker.wants_school = True
    else:
        decades = (seeker.age_years - people.age_mean_years) / YEARS_IN_DECADE
        seeker.wants_school = happens(
            luck.school_goal,
            people.school_goal_share / (1.0 - people.school_goal_share),
            -parameters.age_on_school_goal * decades,
        )
    seeker.wants_work = not (seeker.wants_school and luck.school_only < people.school_only_share)


@rule
def state_school_need(
    seeker: JobSeekerFields, specialist: SpecialistFields, levers: Levers
) -> None:
    """State the hours that a person needs for school this week; they rank with those for search."""
    seeker.school_hours_needed = 0.0
    if is_free(seeker):
        seeker.school_hours_needed = levers.education_hours_per_week
    specialist.search_needed = specialist.search_needed + seeker.school_hours_needed


@rule
def applies_to_school(seeker: JobSeekerFields, parameters: Parameters, luck: Luck) -> bool:
    """Decide whether a person chooses a school, applies and is taken, which takes hope and help."""
    log_factor = parameters.help_on_enrolling * saturating(
        seeker.school_hours, parameters.half_hours
    ) - parameters.symptoms_on_school * (seeker.symptoms - parameters.reference_symptoms)
    if seeker.work == COMPETITIVE:
        log_factor = log_factor - parameters.working_on_enrolling
    return happens(luck.school_application, parameters.enrolling_odds * seeker.interest, log_factor)


@rule
def leaves_school(seeker: JobSeekerFields, parameters: Parameters, luck: Luck) -> bool:
    """Decide whether a person drops out in the middle of a term: illness, work, or no help."""
    log_factor = parameters.symptoms_on_school * (
        seeker.symptoms - parameters.reference_symptoms
    ) - parameters.help_on_staying_in_school * saturating(
        seeker.school_hours, parameters.half_hours
    )
    if seeker.cognitive_limits:
        log_factor = log_factor + parameters.cognitive_limits_on_school
    if seeker.work == COMPETITIVE:
        log_factor = log_factor + parameters.working_on_school
    return happens(luck.school_dropout, parameters.leaving_school_odds, log_factor)


@rule
def term_begins(site: SiteFields, place: Place) -> bool:
    """Say whether schools start a term this week; each site has weeks of its own."""
    return (site.week + site.term_phase) % place.weeks_between_school_terms == 0


@rule
def live_at_school(
    seeker: JobSeekerFields, site: SiteFields, place: Place, parameters: Parameters, luck: Luck
) -> None:
    """Spend a week on the way to a credential: apply, start a term, learn, finish or drop out."""
    if not seeker.in_school:
        if (
            not seeker.has_school_place
            and is_free(seeker)
            and applies_to_school(seeker, parameters, luck)
        ):
            seeker.has_school_place = True
        if seeker.has_school_place and is_free(seeker) and term_begins(site, place):
            enrol(seeker, place)
    elif seeker.term_weeks_left > 0:
        seeker.weeks_enrolled = seeker.weeks_enrolled + 1
        seeker.term_weeks_left = seeker.term_weeks_left - 1
        if leaves_school(seeker, parameters, luck):
            end_school(seeker)
            seeker.school_dropouts = seeker.school_dropouts + 1
        elif seeker.term_weeks_left == 0:
            finish_term(seeker, parameters)
    elif term_begins(site, place):
        seeker.term_weeks_left = place.school_term_weeks


@rule
def enrol(seeker: JobSeekerFields, place: Place) -> None:
    """Start at school with the term; terms finished before a break count."""
    seeker.in_school = True
    seeker.has_school_place = False
    seeker.term_weeks_left = place.school_term_weeks
    seeker.enrolments = seeker.enrolments + 1
    if seeker.weeks_to_enrolment < 0:
        seeker.weeks_to_enrolment = seeker.weeks_since_entry


@rule
def finish_term(seeker: JobSeekerFields, parameters: Parameters) -> None:
    """Finish a term; the last one brings a credential, and work becomes the goal."""
    seeker.terms_finished = seeker.terms_finished + 1
    if seeker.terms_finished >= int(parameters.terms_to_credential):
        end_school(seeker)
        seeker.has_credential = True
        seeker.record_on_paper = seeker.record_on_paper + parameters.credential_on_work
        seeker.wants_school = False
        seeker.wants_work = True
        seeker.school_hours_needed = 0.0
        seeker.school_hours = 0.0


@rule
def end_school(seeker: JobSeekerFields) -> None:
    """Be at school no longer."""
    seeker.in_school = False
    seeker.has_school_place = False
    seeker.term_weeks_left = 0


@rule
def wage_offered(seeker: JobSeekerFields, wage_usd: float, parameters: Parameters) -> float:
    """Say what an employer pays a person an hour: more with a credential."""
    if seeker.has_credential:
        return wage_usd * (1.0 + parameters.credential_on_wage)
    return wage_usd
