"""Finding a job: alone, with help, and through a specialist who knows employers."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from ips_sim.model.rules.arithmetic import HALF, TWICE, bounded, happens, row_of, saturating
from ips_sim.model.rules.benefits import best_hours, gain_in_reference
from ips_sim.model.rules.health import shared_care
from ips_sim.model.rules.labour_market import slack
from ips_sim.model.rules.life import is_free
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.relationships import (
    book_size,
    end_of_mind,
    hears_of_opening,
    row_in_book,
    start_of_book,
    visit,
)
from ips_sim.model.rules.school import wage_offered
from ips_sim.model.rules.staff import working_skill
from ips_sim.model.rules.standing import (
    COMPETITIVE,
    LOST_JOB,
    NO_WORK,
    NOBODY,
    PREPARING,
    SEARCH,
    SERVED,
)
from ips_sim.scenario.schema import Levers, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

WISHES = 5.0
COMPARED = 5
"""Employers with equally good reason that come to a specialist's mind for a person."""
OPEN, BEGUN, NEW, KNOWN, NONE_YET = 4, 3, 2, 1, 0
"""Whom to see for a person: where something is open and one may ask, where a talk has begun, at a
new employer's, and at last at one who is known and has nothing."""


@rule
def is_closed_to(seeker: JobSeekerFields, employer: EmployerFields) -> bool:
    """Say whether an employer's jobs ask for a credential that a person does not have."""
    return employer.asks_credential and not seeker.has_credential


@rule
def share_of_preferences_met(
    seeker: JobSeekerFields, employer: EmployerFields, parameters: Parameters
) -> float:
    """Count the wishes that a job would meet: work, hours, schedule, place, company; 0 to 1."""
    # A whole number: which wishes are met can not be foreseen, and this takes no jump for each.
    met = 0
    if seeker.preferred_kind == employer.kind:
        met = met + 1
    if (
        abs(seeker.preferred_hours - employer.hours_per_week)
        <= parameters.hours_near_wish_share * seeker.preferred_hours
    ):
        met = met + 1
    if seeker.prefers_days == employer.is_days:
        met = met + 1
    if employer.distance <= seeker.travel_limit:
        met = met + 1
    if seeker.prefers_people == employer.with_people:
        met = met + 1
    return met / WISHES


@rule
def looks_for_work(
    seeker: JobSeekerFields, site: SiteFields, parameters: Parameters, luck: Luck
) -> bool:
    """Decide whether a person looks for a job this week: wish, help, and what work would pay."""
    if seeker.work == COMPETITIVE or not (is_free(seeker) and seeker.wants_work):
        return False
    log_factor = (
        site.other_help
        + parameters.money_on_search * seeker.gain_expected
        - parameters.symptoms_on_search * (seeker.symptoms - parameters.reference_symptoms)
    )
    if seeker.tier == SEARCH or seeker.tier == LOST_JOB:
        log_factor = log_factor + parameters.help_on_own_search * saturating(
            seeker.hours_received, parameters.half_hours
        )
    if seeker.in_school:
        log_factor = log_factor - parameters.school_on_own_search
    if seeker.service == PREPARING:
        log_factor = log_factor - parameters.preparing_on_own_search
    elif seeker.work != NO_WORK:
        log_factor = log_factor - parameters.set_aside_work_on_own_search
    return happens(luck.own_search, parameters.own_search_odds * seeker.interest, log_factor)


@rule
def way_back(seeker: JobSeekerFields, parameters: Parameters, luck: Luck) -> int:
    """Go back to the job that one is on leave from, or not yet: sooner if well, helped, or gaining.

    Gives the row of its employer, or `NOBODY`.
    """
    if not is_free(seeker):
        return NOBODY
    log_factor = parameters.money_on_search * seeker.gain_expected - (
        parameters.symptoms_on_search * (seeker.symptoms - parameters.reference_symptoms)
    )
    if seeker.tier == SEARCH or seeker.tier == LOST_JOB:
        log_factor = log_factor + parameters.help_on_own_search * saturating(
            seeker.hours_received, parameters.half_hours
        )
    if happens(luck.own_search, parameters.return_odds, log_factor):
        return seeker.leave_employer_row
    return NOBODY


@rule
def opening_seen(
    seeker: JobSeekerFields,
    employers: Sequence[EmployerFields],
    site: SiteFields,
    levers: Levers,
    parameters: Parameters,
    luck: Luck,
) -> int:
    """Find what is open to a person alone: the better liked of two adverts, or a friend's word.

    Gives `NOBODY` where nothing is: nobody applies where nothing is open.
    """
    start = row_of(luck.own_employer, site.employers)
    leads = parameters.network_leads_share
    if seeker.service == SERVED:
        leads = leads * (1.0 + parameters.family_on_leads * levers.family_contact_share)
    by_word = luck.lead < leads
    first = next_opening(seeker, employers, site, start, by_word, parameters)
    if first < 0:
        return NOBODY
    start = first + 1
    if start == site.employers:
        start = 0
    second = next_opening(seeker, employers, site, start, by_word, parameters)
    if second < 0:
        return first
    if share_of_preferences_met(seeker, employers[second], parameters) > share_of_preferences_met(
        seeker, employers[first], parameters
    ):
        return second
    return first


@rule
def next_opening(
    seeker: JobSeekerFields,
    employers: Sequence[EmployerFields],
    site: SiteFields,
    start: int,
    by_word: bool,
    parameters: Parameters,
) -> int:
    """Give the next employer with an opening that one can see and have, from a first one on.

    Nobody looks through the whole town in a week, so that more openings are found where more are.
    """
    row = start
    for _ in range(min(site.employers, int(parameters.employers_looked_through))):
        employer = employers[row]
        is_seen = employer.vacancies > 0 or (by_word and employer.hidden_vacancies > 0)
        if is_seen and not is_closed_to(seeker, employer):
            return row
        row = row + 1
        if row == site.employers:
            row = 0
    return NOBODY


@rule
def what_employers_see(seeker: JobSeekerFields, parameters: Parameters) -> float:
    """Sum up, on the log scale, how a person comes across: symptoms, skill, limits of thinking.

    A specialist's word does not make up for these.
    """
    seen = parameters.skill_on_finding * seeker.work_skill - parameters.symptoms_on_finding * (
        seeker.symptoms - parameters.reference_symptoms
    )
    if seeker.cognitive_limits:
        return seen + parameters.cognitive_limits_on_work
    return seen


@rule
def gets_offer_alone(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> bool:
    """Decide whether an application brings an offer: record, ease, rivals, stigma, protection."""
    log_factor = (
        seeker.ease_of_finding
        + seeker.record_on_paper
        + what_employers_see(seeker, parameters)
        - parameters.rivals_on_own_offers * (slack(place, parameters) - 1.0)
        - parameters.protection_on_hiring
        * (place.dismissal_protection_index - parameters.reference_protection_index)
    )
    if seeker.discloses:
        log_factor = log_factor - parameters.stigma_on_offer * (1.0 - employer.openness)
    return happens(luck.own_offer, parameters.own_offer_odds, log_factor)


@rule
def is_helped_to_employer(
    seeker: JobSeekerFields, specialist: SpecialistFields, luck: Luck
) -> bool:
    """Decide whether the specialist goes to see an employer for this person this week.

    Who is on leave is helped back to the job that is there.
    """
    if (seeker.tier != SEARCH and seeker.tier != LOST_JOB) or seeker.leave_weeks_left > 0:
        return False
    return luck.contact < min(1.0, specialist.contact_chance * seeker.search_weight)


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
def may_be_asked(
    relationship: RelationshipFields, site: SiteFields, parameters: Parameters
) -> bool:
    """Say whether an employer may be asked for a job again: not within weeks of the last time."""
    return site.week - relationship.last_asked_week >= parameters.weeks_between_asks


@rule
def is_open_to(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    relationship: RelationshipFields,
    levers: Levers,
    parameters: Parameters,
) -> bool:
    """Say whether a specialist hears of something open that meets enough of a person's wishes."""
    return (
        hears_of_opening(employer, relationship, parameters)
        and share_of_preferences_met(seeker, employer, parameters)
        >= levers.preference_weight * parameters.wishes_worth_asking_share
        and can_be_there(seeker, employer)
        and not is_closed_to(seeker, employer)
    )


@rule
def lacks_child_care(seeker: JobSeekerFields) -> bool:
    """Say whether a person's children keep them at home outside school hours."""
    return seeker.cares_for_children and not seeker.child_care


@rule
def can_be_there(seeker: JobSeekerFields, employer: EmployerFields) -> bool:
    """Say whether a person can be there when the work is: without child care only by day."""
    return employer.is_days or not lacks_child_care(seeker)


@rule
def reason_for_visit(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    relationship: RelationshipFields,
    site: SiteFields,
    levers: Levers,
    parameters: Parameters,
) -> int:
    """Say why an employer would be seen: something is open, a talk has begun, or it is new.

    Nobody is seen twice in a week, nor for a person whom they could not take.
    """
    if relationship.last_week >= site.week or is_closed_to(seeker, employer):
        return NONE_YET
    speaks = relationship.visits + 1 >= levers.visits_before_asking
    if (
        speaks
        and may_be_asked(relationship, site, parameters)
        and is_open_to(seeker, employer, relationship, levers, parameters)
    ):
        return OPEN
    if relationship.visits == 0:
        return NEW
    if speaks:
        return KNOWN
    return BEGUN


@rule
def employer_to_visit(
    seeker: JobSeekerFields,
    employers: Sequence[EmployerFields],
    relationships: Sequence[RelationshipFields],
    site: SiteFields,
    levers: Levers,
    parameters: Parameters,
    luck: Luck,
) -> int:
    """Choose from the book: the best reason first, then the most promising that has it.

    Of those with one reason, only the few are compared who come to mind first.
    """
    ties = seeker.specialist_row * site.employers
    book = book_size(site, parameters)
    start = start_of_book(site.first_post + seeker.specialist_row, book, site.employers)
    first = row_of(luck.contact_employer, book)
    end = end_of_mind(first, book, parameters)
    best = NOBODY
    reason = NONE_YET
    most = 0.0
    compared = 0
    for place in range(first, end):
        row = row_in_book(start, place, book, site.employers)
        employer = employers[row]
        relationship = relationships[ties + row]
        other = reason_for_visit(seeker, employer, relationship, site, levers, parameters)
        if other > reason:
            reason = other
            compared = 0
        if other == reason and other != NONE_YET and compared < COMPARED:
            promised = promise(seeker, employer, relationship, levers, parameters)
            if compared == 0 or promised > most:
                best = row
                most = promised
            compared = compared + 1
    if best < 0:
        # Where all have been seen this week, one is seen again.
        return row_in_book(start, end, book, site.employers)
    return best


@rule
def make_contact(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    relationship: RelationshipFields,
    site: SiteFields,
    parameters: Parameters,
) -> None:
    """See an employer for a person."""
    seeker.employer_contacts = seeker.employer_contacts + 1
    if seeker.weeks_to_first_contact < 0:
        seeker.weeks_to_first_contact = seeker.weeks_since_entry
    visit(employer, relationship, site, parameters)


@rule
def carves_job(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    relationship: RelationshipFields,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> bool:
    """Decide whether an employer makes a job for a person, or gives a trial day: by trust and room.

    Each job made before takes room as long as somebody is in it, less at a large employer.
    """
    room = 1.0 - place.made_job_fills_share * employer.made_jobs / employer.size
    if is_closed_to(seeker, employer):
        return False
    return luck.carving < parameters.carving_per_visit * relationship.trust * room


@rule
def make_job(seeker: JobSeekerFields, employer: EmployerFields, row: int) -> None:
    """Make a job for a person, which is there for nobody else."""
    employer.hidden_vacancies = 1
    employer.made_jobs = employer.made_jobs + 1
    seeker.made_job_row = row


@rule
def leave_made_job(seeker: JobSeekerFields, employers: Sequence[EmployerFields]) -> None:
    """Let an employer have room again when the person is gone for whom a job was made."""
    employer = employers[seeker.made_job_row]
    if seeker.employer_row != seeker.made_job_row:
        employer.made_jobs = employer.made_jobs - 1
        seeker.made_job_row = NOBODY


@rule
def gets_offer_through_contact(
    seeker: JobSeekerFields,
    specialist: SpecialistFields,
    employer: EmployerFields,
    relationship: RelationshipFields,
    levers: Levers,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> bool:
    """Decide whether speaking for a person brings an offer.

    Without leave to speak of the illness, the specialist can pass on a lead but not vouch for the
    person, so that trust counts for less.
    """
    trust = relationship.trust
    stigma = 0.0
    if seeker.discloses:
        stigma = parameters.stigma_with_advocate * (1.0 - employer.openness)
    else:
        trust = trust * parameters.trust_without_disclosure
    log_factor = (
        parameters.trust_on_offer * trust
        + parameters.finding_in_contacts * seeker.ease_of_finding
        + parameters.record_in_contacts * seeker.record_on_paper
        + what_employers_see(seeker, parameters)
        + parameters.staff_skill_on_offer * (working_skill(specialist, parameters) - 1.0)
        + parameters.team_on_offer * shared_care(seeker, levers)
        - stigma
        - parameters.rivals_with_advocate * (slack(place, parameters) - 1.0)
        - parameters.protection_on_hiring
        * (place.dismissal_protection_index - parameters.reference_protection_index)
    )
    return happens(luck.contact_offer, parameters.contact_offer_odds, log_factor)


@rule
def be_refused(seeker: JobSeekerFields, levers: Levers, parameters: Parameters) -> None:
    """Be turned down: it takes a share of what interest is left above its floor.

    Where care is shared, the whole team keeps up hope of work, not the specialist alone.
    """
    seeker.refusals = seeker.refusals + 1
    floor = parameters.interest_floor_share * seeker.interest_at_entry
    if seeker.interest > floor:
        felt = 1.0 - parameters.team_on_hope * shared_care(seeker, levers)
        seeker.interest = seeker.interest - parameters.discouragement_per_refusal * felt * (
            seeker.interest - floor
        )


@rule
def accepts(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    place: Place,
    parameters: Parameters,
    luck: Luck,
) -> bool:
    """Decide whether the person takes the job: wishes, by how much they matter, and its gain."""
    hours = hours_agreed(seeker, employer, place, parameters)
    chance = (
        parameters.acceptance_base
        + parameters.preferences_on_acceptance
        * seeker.importance_of_wishes
        * share_of_preferences_met(seeker, employer, parameters)
        + parameters.money_on_acceptance
        * gain_in_reference(
            seeker,
            hours,
            wage_offered(seeker, employer.wage_usd, parameters),
            place,
            parameters,
        )
    )
    if luck.acceptance < bounded(chance, 0.0, 1.0) and can_be_there(seeker, employer):
        return True
    seeker.offers_declined = seeker.offers_declined + 1
    return False


@rule
def hours_agreed(
    seeker: JobSeekerFields, employer: EmployerFields, place: Place, parameters: Parameters
) -> float:
    """Agree on hours between wish and offer, fewer for what they cost, children or school."""
    hours = employer.hours_per_week + parameters.wish_on_hours * (
        seeker.preferred_hours - employer.hours_per_week
    )
    if lacks_child_care(seeker):
        hours = min(hours, parameters.hours_without_child_care)
    if seeker.in_school:
        hours = min(hours, parameters.most_hours_beside_school)
    wage_usd = wage_offered(seeker, employer.wage_usd, parameters)
    return best_hours(seeker, hours, wage_usd, place, parameters)


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
    """Start a competitive job, or go back to one."""
    goes_back = seeker.leave_weeks_left > 0 and row == seeker.leave_employer_row
    seeker.leave_weeks_left = 0
    if goes_back:
        seeker.returned_from_leave = True
    elif employer.vacancies > 0:
        employer.vacancies = employer.vacancies - 1
        seeker.vacancies_taken = seeker.vacancies_taken + 1
    else:
        employer.hidden_vacancies = employer.hidden_vacancies - 1
        seeker.hidden_vacancies_taken = seeker.hidden_vacancies_taken + 1
    seeker.job_found_by_specialist = through_specialist
    take_up_job(seeker, employer, row, place, parameters)
    if luck.temporary < place.temporary_share and not goes_back:
        seeker.fixed_weeks_left = 1 + int(
            TWICE * luck.temporary_weeks * parameters.temporary_job_mean_weeks
        )
    if through_specialist:
        seeker.jobs_found_by_specialist = seeker.jobs_found_by_specialist + 1
    if levers.split_roles:
        seeker.alliance = 0.0


@rule
def take_up_job(
    seeker: JobSeekerFields,
    employer: EmployerFields,
    row: int,
    place: Place,
    parameters: Parameters,
) -> None:
    """Have a job at an employer's, with its hours and its wage."""
    seeker.work = Work.COMPETITIVE
    seeker.employer_row = row
    seeker.job_hours = hours_agreed(seeker, employer, place, parameters)
    seeker.job_wage_usd = wage_offered(seeker, employer.wage_usd, parameters)
    seeker.preferences_met = share_of_preferences_met(seeker, employer, parameters)
    seeker.tenure_weeks = 0
    seeker.fixed_weeks_left = -1
    seeker.weeks_since_loss = -1
    seeker.jobs_held = seeker.jobs_held + 1
    if seeker.weeks_to_first_job < 0:
        seeker.weeks_to_first_job = max(0, seeker.weeks_since_entry)
