"""The fields of everything in the world, defined once.

Both drivers take their fields from here: Mesa agents inherit these dataclasses, and the compiled
driver derives its array types from the annotations.  Fields are ``int``, ``float`` or ``bool``
and nothing narrower, because a narrow integer would wrap in one driver only.  References to other
things are row numbers, -1 for none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Service(IntEnum):
    """Where a person stands with the programme."""

    NOT_YET_REFERRED = 0
    WAITING = 1
    PREPARING = 2
    SERVED = 3
    NOT_ADMITTED = 4
    DISENGAGED = 5
    CLOSED = 6
    TRANSFERRED = 7
    GONE = 8


class Work(IntEnum):
    """What kind of job a person has."""

    NONE = 0
    SHELTERED = 1
    TRANSITIONAL = 2
    COMPETITIVE = 3


class Benefit(IntEnum):
    """What kind of disability benefit a person gets."""

    NONE = 0
    TAPERED = 1
    CLIFF = 2


class Problem(IntEnum):
    """What is wrong at work."""

    NONE = 0
    GETTING_THERE = 1
    TASK = 2
    PEOPLE = 3
    SYMPTOMS = 4
    BENEFITS = 5
    ACCOMMODATION = 6
    SOMETHING_BETTER = 7


class Ending(IntEnum):
    """How a competitive job ended."""

    NONE = 0
    QUIT = 1
    DISMISSED = 2
    TEMPORARY = 3
    LAID_OFF = 4


class Tier(IntEnum):
    """What a person on a caseload needs a specialist's time for, most urgent first."""

    NONE = 0
    TROUBLE = 1
    NEW_JOB = 2
    SEARCH = 3
    KEEP_IN_TOUCH = 4
    LOST_JOB = 5


@dataclass(eq=False, slots=True)
class JobSeekerFields:
    """A person with serious mental illness, and what has happened to them so far."""

    # Standing
    entry_week: int = 0
    service: int = Service.NOT_YET_REFERRED
    work: int = Work.NONE
    weeks_since_entry: int = -1
    stage_weeks: int = 0
    jobless_weeks: int = 0
    weeks_since_loss: int = -1
    weeks_to_review: int = 0
    ticket: int = -1
    approval_weeks_left: int = 0
    specialist_row: int = -1
    # The person
    age_years: float = 0.0
    work_history_weeks: float = 0.0
    ease_of_finding: float = 0.0
    ease_of_keeping: float = 0.0
    record_on_paper: float = 0.0
    ever_worked: bool = True
    worked_past_year: bool = False
    studied_past_year: bool = False
    years_ill: float = 0.0
    psychotic: bool = False
    physical_limits: bool = False
    cognitive_limits: bool = False
    substance_use: bool = False
    in_remission: bool = False
    cares_for_children: bool = False
    legal_history: bool = False
    months_served: float = 0.0
    housed: bool = True
    has_transport: bool = True
    child_care: bool = True
    discloses: bool = False
    work_skill: float = 0.0
    interest_at_entry: float = 0.0
    interest: float = 0.0
    # Health
    lasting_symptoms: float = 0.0
    symptoms: float = 0.0
    in_relapse: bool = False
    hospital_weeks_left: int = 0
    # Other claims on the person
    duty_hours: float = 0.0
    duty_weeks_left: int = 0
    held_weeks_left: int = 0
    stable_weeks: int = 0
    leave_weeks_left: int = 0
    leave_employer_row: int = -1
    # Preferences
    preferred_kind: int = 0
    preferred_hours: float = 0.0
    prefers_days: bool = False
    travel_limit: float = 0.0
    prefers_people: bool = False
    importance_of_wishes: float = 1.0
    # Benefits
    benefit: int = Benefit.NONE
    benefit_at_entry: int = Benefit.NONE
    benefit_fear: float = 0.0
    has_benefits_plan: bool = False
    benefit_stopped: bool = False
    months_without_benefit: int = 0
    gain_expected: float = 0.0
    trial_months_used: int = 0
    month_earnings_usd: float = 0.0
    overpaid_months: int = 0
    cut_shock: float = 0.0
    assistance: bool = False
    must_take_part: bool = False
    assistance_months: int = 0
    months_not_taking_part: int = 0
    # What the specialist does for the person
    tier: int = Tier.NONE
    search_weight: float = 0.0
    hours_needed: float = 0.0
    hours_received: float = 0.0
    alliance: float = 0.0
    # Goals and school
    wants_work: bool = True
    wants_school: bool = False
    has_school_place: bool = False
    in_school: bool = False
    term_weeks_left: int = 0
    has_credential: bool = False
    school_hours_needed: float = 0.0
    school_hours: float = 0.0
    # The job
    employer_row: int = -1
    job_hours: float = 0.0
    job_wage_usd: float = 0.0
    job_found_by_specialist: bool = False
    made_job_row: int = -1
    preferences_met: float = 0.0
    tenure_weeks: int = 0
    fixed_weeks_left: int = -1
    stage_job_weeks_left: int = 0
    problem: int = Problem.NONE
    warned: bool = False
    # What is counted
    weeks_observed: int = 0
    weeks_to_first_job: int = -1
    weeks_worked: int = 0
    jobs_held: int = 0
    first_job_weeks: int = 0
    longest_job_weeks: int = 0
    most_hours: float = 0.0
    hours_worked: float = 0.0
    earnings_usd: float = 0.0
    paid_other_ever: bool = False
    dropped_out_ever: bool = False
    closed_ever: bool = False
    transferred_ever: bool = False
    admitted_ever: bool = False
    weeks_waiting: int = 0
    weeks_preparing: int = 0
    weeks_on_caseload: int = 0
    weeks_to_first_contact: int = -1
    employer_contacts: int = 0
    applications: int = 0
    refusals: int = 0
    weeks_sheltered: int = 0
    weeks_transitional: int = 0
    weeks_in_relapse: int = 0
    hospital_admissions: int = 0
    hospital_days: int = 0
    staff_hours: float = 0.0
    support_hours: float = 0.0
    search_hours: float = 0.0
    programme_hours: float = 0.0
    benefits_plans: int = 0
    benefits_usd: float = 0.0
    taxes_usd: float = 0.0
    left_benefits: bool = False
    endings_quit: int = 0
    endings_dismissed: int = 0
    endings_temporary: int = 0
    endings_laid_off: int = 0
    problems_met: int = 0
    problems_solved: int = 0
    warnings: int = 0
    weeks_in_liked_jobs: int = 0
    offers_declined: int = 0
    vacancies_taken: int = 0
    hidden_vacancies_taken: int = 0
    jobs_found_by_specialist: int = 0
    hospital_admissions_in_work: int = 0
    weeks_worked_in_two_years: int = 0
    weeks_enrolled: int = 0
    weeks_to_enrolment: int = -1
    enrolments: int = 0
    terms_finished: int = 0
    school_dropouts: int = 0
    stay_weeks: int = 0
    stays_ended: int = 0
    stay_weeks_ended: int = 0
    on_caseload_this_quarter: bool = False
    worked_this_quarter: bool = False
    quarters_on_caseload: int = 0
    quarters_on_caseload_in_work: int = 0
    sanctioned_months: int = 0
    time_limit_reached: bool = False
    weeks_held: int = 0
    weeks_homeless: int = 0
    milestones_paid: int = 0
    returned_from_leave: bool = False


NOT_GIVEN = float("nan")
"""Stands for what a user does not say of a person."""


@dataclass(eq=False, slots=True)
class GivenFields:
    """What a user says of a person: numbers, with 0 and 1 for no and yes; `NOT_GIVEN` is drawn."""

    age_years: float = NOT_GIVEN
    work_history_weeks: float = NOT_GIVEN
    ever_worked: float = NOT_GIVEN
    worked_past_year: float = NOT_GIVEN
    studied_past_year: float = NOT_GIVEN
    years_ill: float = NOT_GIVEN
    psychotic: float = NOT_GIVEN
    physical_limits: float = NOT_GIVEN
    cognitive_limits: float = NOT_GIVEN
    symptoms: float = NOT_GIVEN
    substance_use: float = NOT_GIVEN
    in_remission: float = NOT_GIVEN
    cares_for_children: float = NOT_GIVEN
    legal_history: float = NOT_GIVEN
    months_served: float = NOT_GIVEN
    housed: float = NOT_GIVEN
    has_transport: float = NOT_GIVEN
    benefit: float = NOT_GIVEN
    benefit_fear: float = NOT_GIVEN
    interest: float = NOT_GIVEN
    preferred_hours: float = NOT_GIVEN
    discloses: float = NOT_GIVEN


@dataclass(eq=False, slots=True)
class SpecialistFields:
    """An employment specialist's post: who holds it now, and this week's hours."""

    full_time_share: float = 0.0
    skill: float = 0.0
    experience_weeks: float = 0.0
    vacant_weeks_left: int = 0
    just_left: bool = False
    caseload: int = 0
    searching: float = 0.0
    places: int = 0
    paid_hours: float = 0.0
    client_hours: float = 0.0
    meeting_hours: float = 0.0
    trouble_needed: float = 0.0
    new_job_needed: float = 0.0
    search_needed: float = 0.0
    keep_needed: float = 0.0
    trouble_met: float = 0.0
    new_job_met: float = 0.0
    search_met: float = 0.0
    keep_met: float = 0.0
    contact_chance: float = 0.0
    contact_hours_each: float = 0.0
    book_visits: int = 0
    book_hours: float = 0.0
    travel_hours: float = 0.0
    idle_hours: float = 0.0
    times_left: int = 0


@dataclass(eq=False, slots=True)
class EmployerFields:
    """An employer with entry-level jobs of one kind."""

    kind: int = 0
    hours_per_week: float = 0.0
    is_days: bool = False
    distance: float = 0.0
    with_people: bool = False
    wage_usd: float = 0.0
    openness: float = 0.0
    size: float = 1.0
    asks_credential: bool = False
    vacancies: int = 0
    hidden_vacancies: int = 0
    reticence: float = 0.0
    team_trust: float = 0.0
    hired_others: int = 0
    made_jobs: int = 0


@dataclass(eq=False, slots=True)
class RelationshipFields:
    """What one specialist and one employer have built."""

    visits: int = 0
    last_week: int = 0
    last_asked_week: int = -1_000
    trust: float = 0.0


@dataclass(eq=False, slots=True)
class SiteFields:
    """One agency and its surroundings, as far as it differs from others."""

    week: int = 0
    month_ends: bool = False
    quarter_ends: bool = False
    warm_up_ends: bool = False
    employers: int = 0
    first_post: int = 0
    labour_market: float = 1.0
    other_help: float = 0.0
    ease_of_finding: float = 0.0
    ease_of_keeping: float = 0.0
    staff_skill: float = 1.0
    people: int = 0
    places: int = 0
    free_places_refilled: bool = True
    paid_hours: float = 0.0
    idle_hours: float = 0.0
    posts: int = 0
    posts_left: int = 0
    next_ticket: int = 0
    phase: int = 0
    phase_begins: bool = False
    term_phase: int = 0
