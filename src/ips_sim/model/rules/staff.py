"""Employment specialists learn, leave and are replaced."""

from __future__ import annotations

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.entities import JobSeekerFields, SiteFields, SpecialistFields
from ips_sim.model.luck import StaffLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import bounded, normal, saturating
from ips_sim.model.rules.registry import rule
from ips_sim.scenario.schema import Levers, Staff

LOWEST_SKILL, HIGHEST_SKILL = 0.2, 2.5


@rule
def begin_specialist(
    specialist: SpecialistFields,
    site: SiteFields,
    staff: Staff,
    levers: Levers,
    full_time_share: float,
    luck: StaffLuck,
) -> None:
    """Fill a post with its first holder, as experienced as the programme is old."""
    assign_post(specialist, levers, full_time_share)
    specialist.skill = drawn_skill(site, staff, luck)
    specialist.experience_weeks = float(staff.programme_age_weeks)


@rule
def assign_post(specialist: SpecialistFields, levers: Levers, full_time_share: float) -> None:
    """Give a post its hours and its places; one that is closed, or to come, has none."""
    specialist.full_time_share = full_time_share
    # A part of a place is a place: one person in a small arm needs somebody too.
    specialist.places = int(levers.caseload_limit * full_time_share)
    if specialist.places < levers.caseload_limit * full_time_share:
        specialist.places = specialist.places + 1


@rule
def begin_work_anew(specialist: SpecialistFields) -> None:
    """Let a specialist be new to the work: what another kind of service taught is of no use."""
    specialist.experience_weeks = 0.0


@rule
def drawn_skill(site: SiteFields, staff: Staff, luck: StaffLuck) -> float:
    """Draw the skill of the person who takes a post; 1 is a trial's specialist."""
    return site.staff_skill * bounded(
        staff.skill_mean + staff.skill_sd * normal(luck.skill), LOWEST_SKILL, HIGHEST_SKILL
    )


@rule
def begin_staff_week(
    specialist: SpecialistFields,
    row: int,
    site: SiteFields,
    staff: Staff,
    supervised: float,
    parameters: Parameters,
    luck: StaffLuck,
) -> None:
    """Start a specialist's week; the holder of the post may leave, and supervision teaches."""
    specialist.just_left = False
    specialist.caseload = 0
    specialist.searching = 0.0
    specialist.trouble_needed = 0.0
    specialist.new_job_needed = 0.0
    specialist.search_needed = 0.0
    specialist.keep_needed = 0.0
    if specialist.vacant_weeks_left > 0:
        specialist.vacant_weeks_left = specialist.vacant_weeks_left - 1
        return
    specialist.experience_weeks = (
        specialist.experience_weeks + 1.0 + parameters.supervision_on_learning * supervised
    )
    if luck.leaving < staff.turnover_per_year / WEEKS_PER_YEAR or (
        row == 0 and site.week == staff.first_leaves_in_week
    ):
        specialist.vacant_weeks_left = staff.post_vacant_weeks
        specialist.experience_weeks = 0.0
        specialist.skill = drawn_skill(site, staff, luck)
        specialist.just_left = True
        specialist.times_left = specialist.times_left + 1


@rule
def supervision(posts: int, levers: Levers) -> float:
    """Say how far specialists learn from a supervisor and from each other: only in a unit."""
    if posts > 1:
        return levers.supervision_share
    return 0.0


@rule
def lose_specialist(seeker: JobSeekerFields) -> None:
    """Let what a person built with a specialist leave with the specialist."""
    seeker.alliance = 0.0


@rule
def working_skill(specialist: SpecialistFields, parameters: Parameters) -> float:
    """Say how much an hour of this specialist achieves: skill, and experience on top."""
    learned = saturating(specialist.experience_weeks, parameters.experience_half_weeks)
    return specialist.skill * (
        parameters.beginner_share_of_skill + (1.0 - parameters.beginner_share_of_skill) * learned
    )


@rule
def plan_hours(
    specialist: SpecialistFields, levers: Levers, parameters: Parameters, luck: StaffLuck
) -> None:
    """Hand the week's hours to employers and to the caseload, most urgent tier first.

    Part of the time for employers is kept free for them, as on a job development day.  What is
    left over at the end goes to employers too, as far as one can see in a week.
    """
    specialist.paid_hours = 0.0
    specialist.meeting_hours = 0.0
    specialist.client_hours = 0.0
    specialist.travel_hours = 0.0
    target = 0.0
    if specialist.vacant_weeks_left == 0:
        specialist.paid_hours = specialist.full_time_share * levers.specialist_hours_per_week
        in_hand = specialist.paid_hours * (1.0 - levers.office_share)
        partners = parameters.hours_per_partner * (
            levers.family_contact_share + levers.vr_contact_share
        )
        specialist.meeting_hours = min(
            in_hand,
            specialist.full_time_share * (levers.team_meeting_hours_per_week + partners),
        )
        in_hand = in_hand - specialist.meeting_hours
        specialist.client_hours = in_hand / (
            1.0 + levers.community_share * parameters.travel_per_community_hour
        )
        specialist.travel_hours = in_hand - specialist.client_hours
        target = specialist.full_time_share * levers.employer_contacts_per_week
    wanted = target * parameters.hours_per_employer_contact
    kept = min(wanted, parameters.protected_employer_time_share * specialist.client_hours)
    left = specialist.client_hours - kept
    specialist.trouble_met = met_share(specialist.trouble_needed, left)
    left = max(0.0, left - specialist.trouble_needed)
    specialist.new_job_met = met_share(specialist.new_job_needed, left)
    left = max(0.0, left - specialist.new_job_needed)
    needed = specialist.search_needed + wanted - kept
    specialist.search_met = met_share(needed, left)
    left = max(0.0, left - needed)
    specialist.keep_met = met_share(specialist.keep_needed, left)
    left = max(0.0, left - specialist.keep_needed)
    spent = kept + specialist.search_met * (wanted - kept)
    more = bounded(parameters.most_contacts_over_target * wanted - spent, 0.0, left)
    spent = spent + more
    left = left - more
    specialist.idle_hours = left
    share_out_contacts(specialist, spent, parameters, luck)


@rule
def share_out_contacts(
    specialist: SpecialistFields, hours: float, parameters: Parameters, luck: StaffLuck
) -> None:
    """Make the hours for employers into visits: for people in search first, then for the book."""
    contacts = hours / parameters.hours_per_employer_contact
    for_people = min(contacts, parameters.most_contacts_per_seeker * specialist.searching)
    specialist.contact_chance = 0.0
    specialist.contact_hours_each = 0.0
    if specialist.searching > 0.0:
        specialist.contact_chance = for_people / specialist.searching
        specialist.contact_hours_each = (
            specialist.contact_chance * parameters.hours_per_employer_contact
        )
    specialist.book_visits = int(contacts - for_people + luck.book)
    specialist.book_hours = (contacts - for_people) * parameters.hours_per_employer_contact


@rule
def met_share(needed: float, left: float) -> float:
    """Say what share of a tier's need the hours left can meet."""
    if needed <= left:
        return 1.0
    return left / needed
