"""Chance as a thing in the world: one uniform number in (0, 1) for every decision.

Each class lists the decisions of one kind of thing; the position in the list is the position in
the random stream, so **new decisions are appended, never inserted** (a test holds the order).
``philox.py`` says how the numbers come about.
"""

from __future__ import annotations

from typing import NamedTuple


class Luck(NamedTuple):
    """A person's luck in one week."""

    symptoms: float = 0.5
    relapse: float = 0.5
    admission: float = 0.5
    hospital_stay: float = 0.5
    leaving_site: float = 0.5
    enrolment: float = 0.5
    steering: float = 0.5
    steered_weeks: float = 0.5
    dropout: float = 0.5
    coming_back: float = 0.5
    benefits_plan: float = 0.5
    own_search: float = 0.5
    own_employer: float = 0.5
    own_offer: float = 0.5
    contact: float = 0.5
    contact_employer: float = 0.5
    contact_offer: float = 0.5
    acceptance: float = 0.5
    temporary: float = 0.5
    temporary_weeks: float = 0.5
    problem: float = 0.5
    problem_kind: float = 0.5
    solution: float = 0.5
    ending: float = 0.5
    ending_kind: float = 0.5
    lay_off: float = 0.5
    reporting: float = 0.5
    better_employer: float = 0.5
    agreed_closing: float = 0.5
    lead: float = 0.5
    carving: float = 0.5
    first_review: float = 0.5
    hold_up: float = 0.5
    use: float = 0.5
    home: float = 0.5
    child_care: float = 0.5
    school_application: float = 0.5
    school_dropout: float = 0.5


class StartLuck(NamedTuple):
    """What a person brings along: drawn once, in week 0."""

    age: float = 0.5
    any_work_history: float = 0.5
    work_history: float = 0.5
    finding: float = 0.5
    keeping: float = 0.5
    symptoms: float = 0.5
    substance_use: float = 0.5
    legal_history: float = 0.5
    benefit: float = 0.5
    benefit_fear: float = 0.5
    interest: float = 0.5
    disclosure: float = 0.5
    preferred_kind: float = 0.5
    preferred_hours: float = 0.5
    prefers_days: float = 0.5
    travel_limit: float = 0.5
    prefers_people: float = 0.5
    working_already: float = 0.5
    finding_again: float = 0.5
    in_relapse: float = 0.5
    importance_of_wishes: float = 0.5
    first_employer: float = 0.5
    first_tenure: float = 0.5
    ever_worked: float = 0.5
    worked_past_year: float = 0.5
    studied_past_year: float = 0.5
    years_ill: float = 0.5
    psychotic: float = 0.5
    physical_limits: float = 0.5
    cognitive_limits: float = 0.5
    in_remission: float = 0.5
    cares_for_children: float = 0.5
    months_served: float = 0.5
    housed: float = 0.5
    has_transport: float = 0.5
    assistance: float = 0.5
    must_take_part: float = 0.5
    assistance_months: float = 0.5
    child_care: float = 0.5
    duties: float = 0.5
    duty_weeks: float = 0.5
    held: float = 0.5
    held_weeks: float = 0.5
    on_leave: float = 0.5
    leave_weeks: float = 0.5
    leave_employer: float = 0.5
    school_goal: float = 0.5
    school_only: float = 0.5


class PlaceLuck(NamedTuple):
    """An employer's luck in one week."""

    opening: float = 0.5
    hidden: float = 0.5
    filling: float = 0.5
    hidden_filling: float = 0.5
    telling: float = 0.5


class PlaceStartLuck(NamedTuple):
    """What an employer is like: drawn once, in week 0."""

    kind: float = 0.5
    hours: float = 0.5
    days: float = 0.5
    distance: float = 0.5
    people: float = 0.5
    wage: float = 0.5
    openness: float = 0.5
    vacancies: float = 0.5
    size: float = 0.5
    credential: float = 0.5


class StaffLuck(NamedTuple):
    """A specialist's luck in one week; week 0 draws the first holder of the post."""

    leaving: float = 0.5
    skill: float = 0.5
    book: float = 0.5
    first_call: float = 0.5


class SiteLuck(NamedTuple):
    """What a site is like: drawn once, in week 0."""

    labour_market: float = 0.5
    other_help: float = 0.5
    staff_skill: float = 0.5
    finding: float = 0.5
    keeping: float = 0.5
    term: float = 0.5
