"""The world in week 0: who the people, employers and specialists are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.entities import (
    Benefit,
    EmployerFields,
    GivenFields,
    JobSeekerFields,
    RelationshipFields,
    SiteFields,
)
from ips_sim.model.luck import PlaceStartLuck, SiteLuck, StartLuck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import HALF, TWICE, bounded, happens, normal, row_of
from ips_sim.model.rules.benefits import SHORTEST_HOURS
from ips_sim.model.rules.health import relapse_chance
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.relationships import book_size, row_in_book, start_of_book, visit
from ips_sim.model.rules.school import begin_goals
from ips_sim.model.rules.search import is_closed_to, take_up_job
from ips_sim.scenario.schema import Levers, People, Place, Staff

if TYPE_CHECKING:
    from collections.abc import Sequence

WEEKS_IN_FIVE_YEARS = 260.0
LARGEST_EMPLOYER = 3.0
"""Size of the largest employer where the average is 1: a size is this times the square of a lot."""
LEAST_OF_AVERAGE, MOST_OF_AVERAGE = 0.2, 3.0
YEARS_IN_DECADE = 10.0
KINDS_OF_WORK = 5
YOUNGEST, OLDEST = 16.0, 75.0
LONGEST_HOURS = 45.0
SCHOOL_LEAVING_AGE, YEARS_OF_HISTORY = 18.0, 5.0
YOUNGEST_ONSET = 14.0
MONTHS_IN_YEAR = 12.0


@rule
def begin_site(
    site: SiteFields, place: Place, parameters: Parameters, luck: SiteLuck, region: SiteLuck
) -> None:
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
    site.term_phase = int(luck.term * place.weeks_between_school_terms)
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
    """Give an employer its kind of work, hours, place, wage and openness, and how large it is.

    Most are small, and a few are large.
    """
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
    employer.size = LARGEST_EMPLOYER * luck.size * luck.size
    if luck.credential < place.credential_jobs_share:
        employer.asks_credential = True
        employer.wage_usd = employer.wage_usd * place.credential_jobs_wage_ratio
    employer.vacancies = int(luck.vacancies + parameters.vacancies_at_start)


@rule
def begin_relationship(
    employer: EmployerFields,
    relationship: RelationshipFields,
    row: int,
    post: int,
    site: SiteFields,
    levers: Levers,
    staff: Staff,
    parameters: Parameters,
) -> None:
    """Let a team that has worked for some time know some employers well, each specialist others.

    A specialist gets to know as many of the book as the visits so far make known, and returns.
    """
    visits = levers.employer_contacts_per_week * staff.programme_age_weeks
    book = book_size(site, parameters)
    known = min(book, int(visits / parameters.visits_to_be_known))
    start = start_of_book(site.first_post + post, book, site.employers)
    for place in range(known):
        if row == row_in_book(start, place, book, site.employers):
            for _ in range(int(bounded(visits / known, 0.0, parameters.visits_remembered))):
                visit(employer, relationship, site, parameters)


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
    begin_background(seeker, people, luck)
    seeker.lasting_symptoms = bounded(
        people.symptoms_mean + people.symptoms_sd * normal(luck.symptoms), 0.0, 1.0
    )
    seeker.substance_use = luck.substance_use < people.substance_use_share
    seeker.legal_history = luck.legal_history < people.legal_history_share
    begin_benefits(seeker, people, luck)
    begin_interest(seeker, people, parameters, work_goal_required, luck)
    seeker.discloses = luck.disclosure < people.discloses_share
    begin_preferences(seeker, people, parameters, luck)
    bring_along(seeker, given)
    make_past_agree(seeker, given)
    if seeker.cares_for_children and not is_given(given.preferred_hours):
        seeker.preferred_hours = max(
            SHORTEST_HOURS, seeker.preferred_hours - parameters.children_on_hours
        )
    if not seeker.has_transport:
        seeker.travel_limit = seeker.travel_limit * parameters.reach_without_transport
    seeker.symptoms = seeker.lasting_symptoms
    relapse = relapse_chance(seeker, people, parameters)
    seeker.in_relapse = luck.in_relapse < relapse / (relapse + parameters.recovery_per_week)
    seeker.interest = seeker.interest_at_entry
    seeker.benefit_at_entry = seeker.benefit
    begin_assistance(seeker, people, luck)
    begin_life(seeker, site, people, luck)
    if seeker.benefit == Benefit.NONE and not seeker.assistance:
        seeker.benefit_fear = 0.0
    begin_traits(seeker, site, parameters, finding, luck)
    begin_goals(seeker, people, parameters, luck)


@rule
def begin_at_work(
    seeker: JobSeekerFields,
    employers: Sequence[EmployerFields],
    site: SiteFields,
    place: Place,
    parameters: Parameters,
    luck: StartLuck,
) -> None:
    """Let some people have a job already, those who find and keep work easily before all."""
    if (
        site.employers == 0
        or seeker.leave_weeks_left > 0
        or seeker.held_weeks_left > 0
        or not happens(
            luck.working_already,
            parameters.working_already_odds,
            seeker.ease_of_finding + seeker.ease_of_keeping + seeker.record_on_paper,
        )
    ):
        return
    row = row_of(luck.first_employer, site.employers)
    if is_closed_to(seeker, employers[row]):
        return
    take_up_job(seeker, employers[row], row, place, parameters)
    seeker.tenure_weeks = int(TWICE * luck.first_tenure * parameters.tenure_at_start_mean_weeks)


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
def begin_background(seeker: JobSeekerFields, people: People, luck: StartLuck) -> None:
    """Draw what is known of a person besides: work and school, illness, home, way, law."""
    seeker.ever_worked = luck.ever_worked < people.worked_before_share
    seeker.worked_past_year = luck.worked_past_year < people.worked_past_year_share
    seeker.studied_past_year = luck.studied_past_year < people.studied_past_year_share
    seeker.years_ill = TWICE * people.years_ill_mean * luck.years_ill
    seeker.psychotic = luck.psychotic < people.psychotic_share
    seeker.physical_limits = luck.physical_limits < people.physical_limits_share
    seeker.cognitive_limits = luck.cognitive_limits < people.cognitive_limits_share
    seeker.in_remission = luck.in_remission < people.remission_share
    seeker.cares_for_children = luck.cares_for_children < people.cares_for_children_share
    seeker.months_served = TWICE * people.months_served_mean * luck.months_served
    seeker.housed = luck.housed >= people.homeless_share
    seeker.has_transport = luck.has_transport >= people.no_transport_share


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
    if is_given(given.ever_worked):
        seeker.ever_worked = given.ever_worked > 0.0
    if is_given(given.worked_past_year):
        seeker.worked_past_year = given.worked_past_year > 0.0
    if is_given(given.studied_past_year):
        seeker.studied_past_year = given.studied_past_year > 0.0
    if is_given(given.years_ill):
        seeker.years_ill = given.years_ill
    if is_given(given.psychotic):
        seeker.psychotic = given.psychotic > 0.0
    if is_given(given.physical_limits):
        seeker.physical_limits = given.physical_limits > 0.0
    if is_given(given.cognitive_limits):
        seeker.cognitive_limits = given.cognitive_limits > 0.0
    if is_given(given.symptoms):
        seeker.lasting_symptoms = given.symptoms
    if is_given(given.substance_use):
        seeker.substance_use = given.substance_use > 0.0
    if is_given(given.in_remission):
        seeker.in_remission = given.in_remission > 0.0
    if is_given(given.cares_for_children):
        seeker.cares_for_children = given.cares_for_children > 0.0
    if is_given(given.legal_history):
        seeker.legal_history = given.legal_history > 0.0
    if is_given(given.months_served):
        seeker.months_served = given.months_served
    if is_given(given.housed):
        seeker.housed = given.housed > 0.0
    if is_given(given.has_transport):
        seeker.has_transport = given.has_transport > 0.0
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
def make_past_agree(seeker: JobSeekerFields, given: GivenFields) -> None:
    """Let what was drawn of a person's past follow from the rest of it, and from what is known."""
    if not is_given(given.worked_past_year):
        seeker.worked_past_year = seeker.worked_past_year and seeker.work_history_weeks > 0.0
    if not is_given(given.ever_worked):
        seeker.ever_worked = (
            seeker.ever_worked or seeker.worked_past_year or seeker.work_history_weeks > 0.0
        )
    if not seeker.ever_worked:
        seeker.work_history_weeks = 0.0
        seeker.worked_past_year = False
    if not is_given(given.years_ill):
        # Nobody was ill before this age, as services of this kind count it.
        seeker.years_ill = min(seeker.years_ill, max(0.0, seeker.age_years - YOUNGEST_ONSET))


@rule
def record(seeker: JobSeekerFields, parameters: Parameters) -> float:
    """Sum up, on the log scale, what an employer reads of a person: work, age, illness, law.

    The past is held against the years in which a person could have worked, so that the young
    without a record are not read as people with a bad one.
    """
    decades = (seeker.age_years - parameters.reference_age_years) / YEARS_IN_DECADE
    possible_years = bounded(seeker.age_years - SCHOOL_LEAVING_AGE, 0.0, YEARS_OF_HISTORY)
    expected_years = parameters.reference_history_years * possible_years / YEARS_OF_HISTORY
    history_years = seeker.work_history_weeks / WEEKS_PER_YEAR - expected_years
    read = parameters.history_on_work * history_years + parameters.age_on_work * decades
    if not seeker.ever_worked:
        read = read + parameters.never_worked_on_work * possible_years / YEARS_OF_HISTORY
    if seeker.worked_past_year or seeker.studied_past_year:
        read = read + parameters.past_year_on_work
    read = read + parameters.years_ill_on_work * seeker.years_ill / YEARS_IN_DECADE
    if seeker.psychotic:
        read = read + parameters.psychosis_on_work
    if seeker.physical_limits:
        read = read + parameters.physical_limits_on_work
    if seeker.substance_use:
        in_use = 1.0
        if seeker.in_remission:
            in_use = parameters.remission_keeps_share
        read = read + parameters.substance_use_on_work * in_use
    if seeker.legal_history:
        read = (
            read
            + parameters.legal_history_on_work
            + parameters.time_served_on_work * seeker.months_served / MONTHS_IN_YEAR
        )
    return read


@rule
def begin_traits(
    seeker: JobSeekerFields,
    site: SiteFields,
    parameters: Parameters,
    finding: float,
    luck: StartLuck,
) -> None:
    """Give a person a record that employers read, and two lasting traits that nobody sees."""
    seeker.record_on_paper = record(seeker, parameters)
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
def begin_assistance(seeker: JobSeekerFields, people: People, luck: StartLuck) -> None:
    """Draw who is on assistance, who must take part for it, and what of its limit is used up."""
    seeker.assistance = luck.assistance < people.assistance_share
    if seeker.assistance:
        seeker.must_take_part = luck.must_take_part < people.assistance_required_share
        seeker.assistance_months = int(
            TWICE * luck.assistance_months * people.assistance_months_used_mean
        )


@rule
def begin_life(seeker: JobSeekerFields, site: SiteFields, people: People, luck: StartLuck) -> None:
    """Draw what else claims a person at entry: children, duties, custody, a job on leave."""
    seeker.child_care = luck.child_care < people.child_care_share
    if seeker.in_remission:
        seeker.stable_weeks = WEEKS_PER_YEAR
    if luck.duties < people.duties_share:
        seeker.duty_hours = people.duty_hours_per_week
        seeker.duty_weeks_left = 1 + int(TWICE * luck.duty_weeks * people.duty_weeks_mean)
    if luck.held < people.held_share:
        seeker.held_weeks_left = 1 + int(TWICE * luck.held_weeks * people.held_weeks_mean)
    if luck.on_leave < people.on_leave_share and site.employers > 0:
        seeker.leave_weeks_left = 1 + int(TWICE * luck.leave_weeks * people.leave_weeks_mean)
        seeker.leave_employer_row = row_of(luck.leave_employer, site.employers)


@rule
def begin_preferences(
    seeker: JobSeekerFields, people: People, parameters: Parameters, luck: StartLuck
) -> None:
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
    seeker.importance_of_wishes = 1.0 + parameters.spread_of_importance * (
        TWICE * luck.importance_of_wishes - 1.0
    )
