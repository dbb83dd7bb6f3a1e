"""Finding a job: alone, with help, and through a specialist who knows employers."""

from __future__ import annotations

from ips_sim.model.entities import (
    EmployerFields,
    JobSeekerFields,
    RelationshipFields,
    SiteFields,
    SpecialistFields,
    Work,
)
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import HALF, TWICE, bounded, happens, saturating
from ips_sim.model.rules.health import shared_care
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.relationships import gain_trust
from ips_sim.model.rules.staff import working_skill
from ips_sim.model.rules.standing import COMPETITIVE, NO_WORK, PREPARING, SEARCH
from ips_sim.scenario.schema import Levers, Place

WISHES = 5.0


@rule
def share_of_preferences_met(
    seeker: JobSeekerFields, employer: EmployerFields, parameters: Parameters
) -> float:
    """Count the wishes that a job would meet: work, hours, schedule, place, company; 0 to 1."""
    met = 0.0
    if seeker.preferred_kind == employer.kind:
        met = met + 1.0
    if (
        abs(seeker.preferred_hours - employer.hours_per_week)
        <= parameters.hours_near_wish_share * seeker.preferred_hours
    ):
        met = met + 1.0
    if seeker.prefers_days == employer.is_days:
        met = met + 1.0
    if employer.distance <= seeker.travel_limit:
        met = met + 1.0
    if seeker.prefers_people == employer.with_people:
        met = met + 1.0
    return met / WISHES


@rule
def readiness(seeker: JobSeekerFields, parameters: Parameters) -> float:
    """Sum up, on the log scale, what illness and fear do to a search this week."""
    return (
        -parameters.symptoms_on_finding * (seeker.symptoms - parameters.reference_symptoms)
        - parameters.fear_on_finding * seeker.benefit_fear
        + parameters.skill_on_finding * seeker.work_skill
    )


@rule
def applies_alone(
    seeker: JobSeekerFields, site: SiteFields, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether a person applies for a job this week, helped or not by anybody."""
    if seeker.work == COMPETITIVE or seeker.hospital_weeks_left > 0:
        return False
    log_factor = (
        seeker.ease_of_finding
        + seeker.record_on_paper
        + readiness(seeker, parameters)
        + site.other_help
    )
    if seeker.tier == SEARCH:
        log_factor = log_factor + parameters.help_on_own_search * saturating(
            seeker.hours_received, parameters.half_hours
        )
    if seeker.service == PREPARING:
        log_factor = log_factor - parameters.preparing_on_own_search
    elif seeker.work != NO_WORK:
        log_factor = log_factor - parameters.set_aside_work_on_own_search
    return happens(luck.own_search, parameters.own_search_odds * seeker.interest, log_factor)


@rule
def gets_offer_alone(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> bool:
    """Decide whether an application to an employer with an advertised vacancy brings an offer."""
    if employer.vacancies == 0:
        return False
    log_factor = -parameters.protection_on_hiring * (
        place.dismissal_protection_index - parameters.reference_protection_index
    )
    if seeker.discloses:
        log_factor = log_factor - parameters.stigma_on_offer * (1.0 - employer.openness)
    return happens(luck.own_offer, parameters.own_offer_odds, log_factor)


@rule
def is_helped_to_employer(
    seeker: JobSeekerFields, specialist: SpecialistFields, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether the specialist goes to see an employer for this person this week."""
    if seeker.tier != SEARCH:
        return False
    wanted = parameters.interest_on_contact
    chance = min(1.0, specialist.contact_chance * seeker.search_weight)
    return luck.contact < chance * (1.0 - wanted + wanted * seeker.interest)


@rule
def promise(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    relationship: RelationshipFields,
    levers: Levers,
    parameters: Parameters,
) -> float:
    """Score an employer for a visit: what the person would like, and where doors are open."""
    weight = levers.preference_weight
    return weight * share_of_preferences_met(seeker, employer, parameters) + (1.0 - weight) * (
        HALF * employer.openness + HALF * relationship.trust
    )


@rule
def make_contact(
    seeker: JobSeekerFields,
    relationship: RelationshipFields,
    parameters: Parameters,
) -> None:
    """Visit an employer: the visit is remembered, and trust grows."""
    seeker.employer_contacts = seeker.employer_contacts + 1
    if seeker.weeks_to_first_contact < 0:
        seeker.weeks_to_first_contact = seeker.weeks_since_entry
    relationship.visits = relationship.visits + 1
    gain_trust(relationship, parameters)


@rule
def speaks_for(relationship: RelationshipFields, levers: Levers) -> bool:
    """Say whether the specialist speaks of the person: once the employer has been got to know."""
    return relationship.visits >= levers.visits_before_asking


@rule
def gets_offer_through_contact(
    seeker: JobSeekerFields,
    specialist: SpecialistFields,
    employer: EmployerFields,
    relationship: RelationshipFields,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> bool:
    """Decide whether speaking for a person brings an offer.

    A hidden vacancy opens only to trust.  Without leave to speak of the illness, the specialist
    can pass on a lead but not vouch for the person, so that trust counts for less.
    """
    if employer.vacancies == 0 and employer.hidden_vacancies == 0:
        return False
    trust = relationship.trust
    stigma = 0.0
    if seeker.discloses:
        stigma = parameters.stigma_with_advocate * (1.0 - employer.openness)
    else:
        trust = trust * parameters.trust_without_disclosure
    odds = parameters.contact_offer_odds
    if employer.vacancies == 0:
        odds = odds * trust
    log_factor = (
        parameters.trust_on_offer * trust
        + parameters.finding_in_contacts * seeker.ease_of_finding
        + parameters.record_in_contacts * seeker.record_on_paper
        + readiness(seeker, parameters)
        + parameters.staff_skill_on_offer * (working_skill(specialist, parameters) - 1.0)
        - stigma
        - parameters.protection_on_hiring
        * (place.dismissal_protection_index - parameters.reference_protection_index)
    )
    return happens(luck.contact_offer, odds, log_factor)


@rule
def lose_hope(seeker: JobSeekerFields, levers: Levers, parameters: Parameters) -> None:
    """Let a refusal discourage: each one takes a share of what interest is left above its floor.

    Where care is shared, the whole team keeps up hope of work, not the specialist alone.
    """
    floor = parameters.interest_floor_share * seeker.interest_at_entry
    if seeker.interest > floor:
        felt = 1.0 - parameters.team_on_hope * shared_care(seeker, levers)
        seeker.interest = seeker.interest - parameters.discouragement_per_refusal * felt * (
            seeker.interest - floor
        )


@rule
def accepts(
    seeker: JobSeekerFields, employer: EmployerFields, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether the person takes the job: wishes, interest, fear for benefits."""
    chance = (
        parameters.acceptance_base
        + parameters.preferences_on_acceptance
        * share_of_preferences_met(seeker, employer, parameters)
        - parameters.fear_on_acceptance * seeker.benefit_fear
    )
    wanted = parameters.interest_on_acceptance
    if luck.acceptance < bounded(chance, 0.0, 1.0) * (1.0 - wanted + wanted * seeker.interest):
        return True
    seeker.offers_declined = seeker.offers_declined + 1
    return False


@rule
def hours_agreed(
    seeker: JobSeekerFields, employer: EmployerFields, place: Place, parameters: Parameters
) -> float:
    """Agree on hours between wish and offer, kept under the earnings limit by those who fear it."""
    hours = employer.hours_per_week + parameters.wish_on_hours * (
        seeker.preferred_hours - employer.hours_per_week
    )
    if seeker.benefit_fear > parameters.fear_that_keeps_hours_down and not seeker.benefit_stopped:
        limit = place.cliff_earnings_usd_per_month
        monthly = employer.wage_usd * parameters.weeks_per_month
        if monthly > 0.0:
            hours = min(hours, limit / monthly)
    return hours


@rule
def start_job(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    row: int,
    through_specialist: bool,
    levers: Levers,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> None:
    """Start a competitive job."""
    if employer.vacancies > 0:
        employer.vacancies = employer.vacancies - 1
        seeker.vacancies_taken = seeker.vacancies_taken + 1
    else:
        employer.hidden_vacancies = employer.hidden_vacancies - 1
        seeker.hidden_vacancies_taken = seeker.hidden_vacancies_taken + 1
    seeker.work = Work.COMPETITIVE
    seeker.employer_row = row
    seeker.job_hours = hours_agreed(seeker, employer, place, parameters)
    seeker.job_wage_usd = employer.wage_usd
    seeker.preferences_met = share_of_preferences_met(seeker, employer, parameters)
    seeker.job_found_by_specialist = through_specialist
    seeker.tenure_weeks = 0
    seeker.fixed_weeks_left = -1
    if luck.temporary < place.temporary_share:
        seeker.fixed_weeks_left = 1 + int(
            TWICE * luck.temporary_weeks * parameters.temporary_job_mean_weeks
        )
    seeker.jobs_held = seeker.jobs_held + 1
    if through_specialist:
        seeker.jobs_found_by_specialist = seeker.jobs_found_by_specialist + 1
    if seeker.weeks_to_first_job < 0:
        seeker.weeks_to_first_job = seeker.weeks_since_entry
    if levers.split_roles:
        seeker.alliance = 0.0
