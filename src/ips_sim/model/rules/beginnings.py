"""The world in week 0: who the people, employers and specialists are."""

from __future__ import annotations

import math

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.entities import (
    Benefit,
    EmployerFields,
    GivenFields,
    JobSeekerFields,
    RelationshipFields,
    SiteFields,
    SpecialistFields,
)
from ips_sim.model.luck import PlaceStartLuck, SiteLuck, StaffLuck, StartLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import HALF, TWICE, bounded, happens, normal
from ips_sim.model.rules.health import relapse_chance
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.relationships import gain_trust
from ips_sim.scenario.schema import Levers, People, Place, Staff

WEEKS_IN_FIVE_YEARS = 260.0
LEAST_OF_AVERAGE, MOST_OF_AVERAGE = 0.2, 3.0
LOWEST_SKILL, HIGHEST_SKILL = 0.2, 2.5
YEARS_IN_DECADE = 10.0
KINDS_OF_WORK = 5
YOUNGEST, OLDEST = 16.0, 75.0
SHORTEST_HOURS, LONGEST_HOURS = 4.0, 45.0


@rule
def begin_site(site: SiteFields, parameters: Parameters, luck: SiteLuck, region: SiteLuck) -> None:
    """Give a site what sets it apart: jobs and people in both arms, staff and other help in one.

    Part of it is its own, and part belongs to the region, the time and the study that all sites
    of a scenario share.
    """
    site.labour_market = bounded(
        1.0
        + parameters.site_spread_of_labour_market
        * effect_of(parameters, luck.labour_market, region.labour_market),
        LEAST_OF_AVERAGE,
        MOST_OF_AVERAGE,
    )
    site.ease_of_finding = parameters.site_spread_of_finding * effect_of(
        parameters, luck.finding, region.finding
    )
    site.ease_of_keeping = parameters.site_spread_of_keeping * effect_of(
        parameters, luck.keeping, region.keeping
    )
    site.other_help = parameters.site_spread_of_other_help * effect_of(
        parameters, luck.other_help, region.other_help
    )
    site.staff_skill = bounded(
        1.0
        + parameters.site_spread_of_staff_skill
        * effect_of(parameters, luck.staff_skill, region.staff_skill),
        LEAST_OF_AVERAGE,
        MOST_OF_AVERAGE,
    )


@rule
def effect_of(parameters: Parameters, own: float, of_region: float) -> float:
    """Put a site's own effect and its region's together, with standard deviation 1."""
    shared = parameters.site_spread_in_common_share
    return math.sqrt(shared) * normal(of_region) + math.sqrt(1.0 - shared) * normal(own)


@rule
def begin_employer(
    employer: EmployerFields, place: Place, parameters: Parameters, luck: PlaceStartLuck
) -> None:
    """Give an employer its kind of work, its hours, its place, its wage and its openness."""
    employer.kind = int(luck.kind * KINDS_OF_WORK)
    employer.hours_per_week = bounded(
        parameters.job_hours_mean + parameters.job_hours_sd * normal(luck.hours),
        SHORTEST_HOURS,
        LONGEST_HOURS,
    )
    employer.is_days = luck.days < parameters.day_jobs_share
    employer.distance = luck.distance
    employer.with_people = luck.people < parameters.jobs_with_people_share
    above = place.wage_over_minimum_mean - 1.0
    employer.wage_usd = place.minimum_wage_usd_per_hour * (1.0 + TWICE * above * luck.wage)
    employer.openness = luck.openness
    employer.vacancies = int(luck.vacancies + parameters.vacancies_at_start)


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
    specialist.full_time_share = full_time_share
    # A part of a place is a place: one person in a small arm needs somebody too.
    specialist.places = int(levers.caseload_limit * full_time_share)
    if specialist.places < levers.caseload_limit * full_time_share:
        specialist.places = specialist.places + 1
    specialist.skill = drawn_skill(site, staff, luck)
    specialist.experience_weeks = float(staff.programme_age_weeks)


@rule
def drawn_skill(site: SiteFields, staff: Staff, luck: StaffLuck) -> float:
    """Draw the skill of the person who takes a post; 1 is a trial's specialist."""
    return site.staff_skill * bounded(
        staff.skill_mean + staff.skill_sd * normal(luck.skill), LOWEST_SKILL, HIGHEST_SKILL
    )


@rule
def begin_relationship(
    relationship: RelationshipFields,
    levers: Levers,
    staff: Staff,
    employers: int,
    parameters: Parameters,
) -> None:
    """Let a team that has worked for some time know employers as well as its visits allow."""
    visits = levers.employer_contacts_per_week * staff.programme_age_weeks / employers
    relationship.visits = int(bounded(visits, 0.0, parameters.visits_remembered))
    for _ in range(relationship.visits):
        gain_trust(relationship, parameters)


@rule
def begin_seeker(
    seeker: JobSeekerFields,
    site: SiteFields,
    people: People,
    parameters: Parameters,
    work_goal_required: bool,
    jobless_at_entry: bool,
    given: GivenFields,
    luck: StartLuck,
) -> None:
    """Give a person a history, an illness, benefits, wishes and two lasting traits."""
    seeker.age_years = bounded(
        people.age_mean_years + people.age_sd_years * normal(luck.age), YOUNGEST, OLDEST
    )
    finding = drawn_finding(parameters, jobless_at_entry, luck)
    begin_history(seeker, people, parameters, finding, luck)
    seeker.lasting_symptoms = bounded(
        people.symptoms_mean + people.symptoms_sd * normal(luck.symptoms), 0.0, 1.0
    )
    seeker.substance_use = luck.substance_use < people.substance_use_share
    seeker.legal_history = luck.legal_history < people.legal_history_share
    begin_benefits(seeker, people, luck)
    begin_interest(seeker, people, parameters, work_goal_required, luck)
    seeker.discloses = luck.disclosure < people.discloses_share
    begin_preferences(seeker, people, luck)
    bring_along(seeker, given)
    seeker.symptoms = seeker.lasting_symptoms
    relapse = relapse_chance(seeker, people, parameters)
    seeker.in_relapse = luck.in_relapse < relapse / (relapse + parameters.recovery_per_week)
    seeker.interest = seeker.interest_at_entry
    if seeker.benefit == Benefit.NONE:
        seeker.benefit_fear = 0.0
    begin_traits(seeker, site, parameters, finding, luck)


@rule
def drawn_finding(parameters: Parameters, jobless_at_entry: bool, luck: StartLuck) -> float:
    """Draw how easily a person finds work, in standard deviations.

    Services and trials meet people without a job.  Those who find work easily mostly have one
    already, and somebody else comes in their place.
    """
    finding = normal(luck.finding)
    if jobless_at_entry and happens(
        luck.working_already,
        parameters.working_already_odds,
        parameters.spread_of_finding * finding,
    ):
        return normal(luck.finding_again)
    return finding


@rule
def begin_history(
    seeker: JobSeekerFields,
    people: People,
    parameters: Parameters,
    finding: float,
    luck: StartLuck,
) -> None:
    """Draw weeks in community jobs in the last five years, none for some."""
    if luck.any_work_history >= people.no_recent_work_share:
        # The recent past says something about the lasting ease of finding work.
        tied = parameters.history_tied_to_finding
        drawn = tied * finding + (1.0 - tied) * normal(luck.work_history)
        seeker.work_history_weeks = bounded(
            people.work_history_mean_weeks * (1.0 + parameters.work_history_spread * drawn),
            1.0,
            WEEKS_IN_FIVE_YEARS,
        )


@rule
def is_given(value: float) -> bool:
    """Say whether a user said something: `NOT_GIVEN` is the one number that is not itself."""
    return value == value


@rule
def bring_along(seeker: JobSeekerFields, given: GivenFields) -> None:
    """Put what is known of a person in the place of what was drawn."""
    if is_given(given.age_years):
        seeker.age_years = given.age_years
    if is_given(given.work_history_weeks):
        seeker.work_history_weeks = given.work_history_weeks
    if is_given(given.symptoms):
        seeker.lasting_symptoms = given.symptoms
    if is_given(given.substance_use):
        seeker.substance_use = given.substance_use > 0.0
    if is_given(given.legal_history):
        seeker.legal_history = given.legal_history > 0.0
    if is_given(given.benefit):
        seeker.benefit = int(given.benefit)
    if is_given(given.benefit_fear):
        seeker.benefit_fear = given.benefit_fear
    if is_given(given.interest):
        seeker.interest_at_entry = given.interest
    if is_given(given.preferred_hours):
        seeker.preferred_hours = given.preferred_hours
    if is_given(given.discloses):
        seeker.discloses = given.discloses > 0.0


@rule
def begin_traits(
    seeker: JobSeekerFields,
    site: SiteFields,
    parameters: Parameters,
    finding: float,
    luck: StartLuck,
) -> None:
    """Give a person a record that employers read, and two lasting traits that nobody sees."""
    decades = (seeker.age_years - parameters.reference_age_years) / YEARS_IN_DECADE
    history_years = seeker.work_history_weeks / WEEKS_PER_YEAR - parameters.reference_history_years
    burdens = 0.0
    if seeker.substance_use:
        burdens = burdens + parameters.substance_use_on_work
    if seeker.legal_history:
        burdens = burdens + parameters.legal_history_on_work
    seeker.record_on_paper = (
        parameters.history_on_work * history_years + parameters.age_on_work * decades + burdens
    )
    shared = parameters.finding_tied_to_keeping
    keeping = shared * finding + math.sqrt(1.0 - shared * shared) * normal(luck.keeping)
    seeker.ease_of_finding = site.ease_of_finding + parameters.spread_of_finding * finding
    seeker.ease_of_keeping = site.ease_of_keeping + parameters.spread_of_keeping * keeping


@rule
def begin_benefits(seeker: JobSeekerFields, people: People, luck: StartLuck) -> None:
    """Draw which benefit a person gets and how much they fear to lose it."""
    if luck.benefit < people.tapered_benefit_share:
        seeker.benefit = Benefit.TAPERED
    elif luck.benefit < people.tapered_benefit_share + people.cliff_benefit_share:
        seeker.benefit = Benefit.CLIFF
    # Also for those without one: a user may give them one.
    seeker.benefit_fear = min(1.0, TWICE * people.benefit_fear_mean * luck.benefit_fear)


@rule
def begin_interest(
    seeker: JobSeekerFields,
    people: People,
    parameters: Parameters,
    work_goal_required: bool,
    luck: StartLuck,
) -> None:
    """Draw interest in work; where a work goal is required, only the interested take part."""
    interest = bounded(people.interest_mean + people.interest_sd * normal(luck.interest), 0.0, 1.0)
    if work_goal_required:
        floor = parameters.interest_that_is_a_work_goal
        interest = floor + (1.0 - floor) * interest
    seeker.interest_at_entry = interest


@rule
def begin_preferences(seeker: JobSeekerFields, people: People, luck: StartLuck) -> None:
    """Draw what a person would like: kind of work, hours, schedule, place and company."""
    seeker.preferred_kind = int(luck.preferred_kind * KINDS_OF_WORK)
    seeker.preferred_hours = bounded(
        people.preferred_hours_mean + people.preferred_hours_sd * normal(luck.preferred_hours),
        SHORTEST_HOURS,
        LONGEST_HOURS,
    )
    seeker.prefers_days = luck.prefers_days < HALF
    seeker.travel_limit = luck.travel_limit
    seeker.prefers_people = luck.prefers_people < HALF
