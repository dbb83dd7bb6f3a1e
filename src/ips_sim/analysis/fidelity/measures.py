"""What a reviewer measures: each a quotient of two counts, so that those of agencies add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DAYS_IN_WEEK = 7.0


@dataclass(frozen=True)
class Measure:
    """Something that a reviewer finds out: a quotient of two counts of a visit.

    Attributes
    ----------
    unit, meaning
        For tables.
    per
        What the quotient is multiplied by.
    is_read
        Whether it follows from the scenario alone.
    """

    unit: str
    meaning: str
    per: float = 1.0
    is_read: bool = False


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "caseload": Measure(
            "people", "people on the caseload for each full-time post, if vacant too"
        ),
        "seekers": Measure("people", "people on a caseload in search of a job, in a week"),
        "employment_service_hours": Measure(
            "share",
            "hours for people and employers, but for people in preparation, a workshop "
            "or a transitional job",
        ),
        "seen_at_start": Measure(
            "share", "newcomers who saw their specialist in the weeks after they got a place"
        ),
        "found_by_specialist": Measure(
            "share", "jobs started on a caseload that the specialist found"
        ),
        "shared_care": Measure("share", "weeks on a caseload in which the team shares the care"),
        "meeting_hours": Measure(
            "hours a week", "hours with the treatment team, families and counsellors, by post"
        ),
        "supervised": Measure(
            "share", "how fully the specialists are supervised as a unit", is_read=True
        ),
        "specialists": Measure(
            "posts", "full-time posts of specialists at the agency", is_read=True
        ),
        "interested_with_access": Measure(
            "share", "people with a work goal who were referred and not turned away"
        ),
        "starts_with_plan": Measure(
            "share", "job starts of people on benefits who had a benefits plan by then"
        ),
        "hours_with_seeker": Measure(
            "hours a week", "hours of planning with each person in search, employer visits apart"
        ),
        "contacts_without_disclosure": Measure(
            "share", "employer contacts made for people who don't disclose their illness"
        ),
        "seen_after_loss": Measure(
            "share", "people on a caseload who lost a job and were seen by the week after"
        ),
        "set_aside": Measure(
            "share", "people on a caseload who are in preparation, a workshop or an agency job"
        ),
        "days_to_first_contact": Measure(
            "days", "days from the place on a caseload to the first employer contact", DAYS_IN_WEEK
        ),
        "contacts_by_wish": Measure(
            "share", "employer contacts where enough of the person's wishes would be met"
        ),
        "contacts_per_week": Measure(
            "contacts a week", "employer contacts of a filled full-time post"
        ),
        "contacts_for_people": Measure(
            "contacts a week", "those of them made for a certain person"
        ),
        "planned_first_asks": Measure(
            "share", "employers where a job seeker was first spoken of after two visits or more"
        ),
        "different_job_types": Measure(
            "share", "different job types among the jobs held: work, hours, schedule, company"
        ),
        "different_employers": Measure("share", "different employers among the jobs held"),
        "permanent_competitive": Measure(
            "share", "permanent competitive jobs among all held, agency jobs and workshops too"
        ),
        "jobs_at_end": Measure("jobs", "competitive jobs held by people on a caseload at the end"),
        "helped_with_problem": Measure(
            "share", "weeks with a problem at work in which the specialist came"
        ),
        "hours_with_problem": Measure(
            "hours a week", "hours in such a week, where the specialist came"
        ),
        "weekly_in_first_month": Measure(
            "share", "weeks of the first month in a job in which the specialist came"
        ),
        "monthly_after_four_months": Measure(
            "share", "people four to six months in a job who were seen in the past month"
        ),
        "monthly_after_a_year": Measure(
            "share", "people nine to twelve months in a job who were seen in the past month"
        ),
        "community_hours": Measure(
            "share", "hours in the community, travel too, among all paid hours that had a use"
        ),
        "won_back": Measure(
            "share", "people who came back, for each who stopped coming without agreement"
        ),
    }
)
"""What is measured, by the names that tables of the review use."""
