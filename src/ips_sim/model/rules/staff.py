"""Employment specialists learn, leave and are replaced."""

from __future__ import annotations

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.entities import JobSeekerFields, SiteFields, SpecialistFields
from ips_sim.model.luck import StaffLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import saturating
from ips_sim.model.rules.beginnings import drawn_skill
from ips_sim.model.rules.registry import rule
from ips_sim.scenario.schema import Levers, Staff


@rule
def begin_staff_week(
    specialist: SpecialistFields, site: SiteFields, staff: Staff, luck: StaffLuck
) -> None:
    """Start a specialist's week; the holder of the post may leave."""
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
    specialist.experience_weeks = specialist.experience_weeks + 1.0
    if luck.leaving < staff.turnover_per_year / WEEKS_PER_YEAR:
        specialist.vacant_weeks_left = staff.post_vacant_weeks
        specialist.experience_weeks = 0.0
        specialist.skill = drawn_skill(site, staff, luck)
        specialist.just_left = True


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
def plan_hours(specialist: SpecialistFields, levers: Levers, parameters: Parameters) -> None:
    """Hand the week's hours to the needs of the caseload, most urgent tier first."""
    specialist.paid_hours = 0.0
    specialist.meeting_hours = 0.0
    if specialist.vacant_weeks_left == 0:
        specialist.paid_hours = specialist.full_time_share * levers.specialist_hours_per_week
        in_hand = specialist.paid_hours * (1.0 - levers.office_share)
        specialist.meeting_hours = min(
            in_hand, specialist.full_time_share * levers.team_meeting_hours_per_week
        )
        specialist.client_hours = in_hand - specialist.meeting_hours
    else:
        specialist.client_hours = 0.0
    specialist.contacts_aimed = min(
        levers.employer_contacts_per_week * specialist.full_time_share,
        parameters.most_contacts_per_seeker * specialist.searching,
    )
    contact_hours = specialist.contacts_aimed * parameters.hours_per_employer_contact
    left = specialist.client_hours
    specialist.trouble_met = met_share(specialist.trouble_needed, left)
    left = max(0.0, left - specialist.trouble_needed)
    specialist.new_job_met = met_share(specialist.new_job_needed, left)
    left = max(0.0, left - specialist.new_job_needed)
    specialist.search_met = met_share(specialist.search_needed + contact_hours, left)
    left = max(0.0, left - specialist.search_needed - contact_hours)
    specialist.keep_met = met_share(specialist.keep_needed, left)
    specialist.idle_hours = max(0.0, left - specialist.keep_needed)
    specialist.contact_chance = 0.0
    specialist.contact_hours_each = 0.0
    if specialist.searching > 0.0:
        each = specialist.search_met / specialist.searching
        specialist.contact_chance = each * specialist.contacts_aimed
        specialist.contact_hours_each = each * contact_hours


@rule
def met_share(needed: float, left: float) -> float:
    """Say what share of a tier's need the hours left can meet."""
    if needed <= left:
        return 1.0
    return left / needed
