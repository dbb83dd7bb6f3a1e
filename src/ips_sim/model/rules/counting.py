"""The week is counted: for each person, and for the site week by week."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from ips_sim.model.entities import JobSeekerFields, Service, SiteFields, SpecialistFields, Tier, Work
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.registry import rule

WEEKS_IN_YEAR = 52
MONTHS_IN_YEAR = 12
WEEKS_IN_QUARTER = 13
WEEKS_IN_TWO_YEARS = 104


class Weekly(IntEnum):
    """The columns of a site's week; the first ten are where its people stand."""

    WAITING = 0
    PREPARING = 1
    SEARCHING = 2
    SET_ASIDE_WORK = 3
    EMPLOYED_SUPPORTED = 4
    EMPLOYED_ALONE = 5
    NOT_ADMITTED = 6
    DISENGAGED = 7
    CLOSED = 8
    GONE = 9
    IN_COMPETITIVE_WORK = 10
    ON_CASELOAD = 11
    IN_HOSPITAL = 12
    FIRST_JOBS = 13
    EMPLOYER_CONTACTS = 14
    HOURS_TROUBLE = 15
    HOURS_NEW_JOB = 16
    HOURS_SEARCH = 17
    HOURS_EMPLOYER_CONTACT = 18
    HOURS_KEEP_IN_TOUCH = 19
    HOURS_TEAM_MEETINGS = 20
    HOURS_OFFICE = 21
    HOURS_IDLE = 22
    STAFF_HOURS = 23
    HOURS_WORKED = 24
    EARNINGS_USD = 25


STATUSES = 10
"""How many of the first columns say where people stand; everyone is in exactly one."""


class Row(Protocol):
    """One week's columns: a list of float in the Mesa driver, an array row in the compiled one."""

    def __getitem__(self, column: int, /) -> float: ...

    def __setitem__(self, column: int, value: float, /) -> None: ...


@rule
def turn_calendar(site: SiteFields, week: int) -> None:
    """Turn the calendar: months are 52/12 weeks, quarters 13."""
    site.week = week
    site.month_ends = (week + 1) * MONTHS_IN_YEAR // WEEKS_IN_YEAR > (
        week * MONTHS_IN_YEAR // WEEKS_IN_YEAR
    )
    site.quarter_ends = week % WEEKS_IN_QUARTER == 0


@rule
def is_observed(seeker: JobSeekerFields, site: SiteFields, follow_up_weeks: int) -> bool:
    """Say whether this week belongs to a person's follow-up; outside it nobody acts or counts."""
    return seeker.entry_week <= site.week < seeker.entry_week + follow_up_weeks


@rule
def status_of(seeker: JobSeekerFields) -> int:
    """Derive the vocational status that is shown to people from service and work."""
    if seeker.service == Service.GONE:
        return Weekly.GONE.value
    if seeker.work == Work.COMPETITIVE:
        if seeker.service == Service.SERVED:
            return Weekly.EMPLOYED_SUPPORTED.value
        return Weekly.EMPLOYED_ALONE.value
    if seeker.work != Work.NONE:
        return Weekly.SET_ASIDE_WORK.value
    if seeker.service == Service.SERVED:
        return Weekly.SEARCHING.value
    if seeker.service == Service.WAITING:
        return Weekly.WAITING.value
    if seeker.service == Service.PREPARING:
        return Weekly.PREPARING.value
    if seeker.service == Service.NOT_ADMITTED:
        return Weekly.NOT_ADMITTED.value
    if seeker.service == Service.DISENGAGED:
        return Weekly.DISENGAGED.value
    return Weekly.CLOSED.value


@rule
def count_person(seeker: JobSeekerFields, site: SiteFields) -> None:
    """Add this week to a person's own counts."""
    seeker.weeks_observed = seeker.weeks_observed + 1
    working = seeker.work == Work.COMPETITIVE
    if working:
        seeker.worked_this_quarter = True
        since = seeker.weeks_since_entry - seeker.weeks_to_first_job
        if since < WEEKS_IN_TWO_YEARS:
            seeker.weeks_worked_in_two_years = seeker.weeks_worked_in_two_years + 1
    if seeker.service == Service.WAITING:
        seeker.weeks_waiting = seeker.weeks_waiting + 1
    elif is_on_caseload(seeker):
        seeker.weeks_on_caseload = seeker.weeks_on_caseload + 1
        seeker.stay_weeks = seeker.stay_weeks + 1
        seeker.on_caseload_this_quarter = True
        if seeker.service == Service.PREPARING:
            seeker.weeks_preparing = seeker.weeks_preparing + 1
    if site.quarter_ends:
        if seeker.on_caseload_this_quarter:
            seeker.quarters_on_caseload = seeker.quarters_on_caseload + 1
            if seeker.worked_this_quarter:
                seeker.quarters_on_caseload_in_work = seeker.quarters_on_caseload_in_work + 1
        seeker.on_caseload_this_quarter = False
        seeker.worked_this_quarter = False


@rule
def count_standing(row: Row, seeker: JobSeekerFields) -> None:
    """Count where a person stands this week."""
    add(row, status_of(seeker), 1.0)
    if seeker.work == Work.COMPETITIVE:
        add(row, Weekly.IN_COMPETITIVE_WORK.value, 1.0)
        add(row, Weekly.HOURS_WORKED.value, seeker.job_hours)
        add(row, Weekly.EARNINGS_USD.value, seeker.job_hours * seeker.job_wage_usd)
        if seeker.weeks_to_first_job == seeker.weeks_since_entry:
            add(row, Weekly.FIRST_JOBS.value, 1.0)
    if is_on_caseload(seeker):
        add(row, Weekly.ON_CASELOAD.value, 1.0)
    if seeker.hospital_weeks_left > 0:
        add(row, Weekly.IN_HOSPITAL.value, 1.0)


@rule
def count_hours(row: Row, seeker: JobSeekerFields, specialist: SpecialistFields) -> None:
    """Count how the specialist's week went to this person, and the person's share of the rest."""
    if seeker.tier == Tier.TROUBLE:
        add(row, Weekly.HOURS_TROUBLE.value, seeker.hours_received)
    elif seeker.tier == Tier.NEW_JOB:
        add(row, Weekly.HOURS_NEW_JOB.value, seeker.hours_received)
    elif seeker.tier == Tier.SEARCH:
        add(row, Weekly.HOURS_SEARCH.value, seeker.hours_received)
        add(row, Weekly.HOURS_EMPLOYER_CONTACT.value, specialist.contact_hours_each)
    elif seeker.tier == Tier.KEEP_IN_TOUCH:
        add(row, Weekly.HOURS_KEEP_IN_TOUCH.value, seeker.hours_received)
    caseload = specialist.caseload
    add(row, Weekly.HOURS_TEAM_MEETINGS.value, specialist.meeting_hours / caseload)
    add(row, Weekly.HOURS_IDLE.value, specialist.idle_hours / caseload)
    add(
        row,
        Weekly.HOURS_OFFICE.value,
        (specialist.paid_hours - specialist.client_hours - specialist.meeting_hours) / caseload,
    )
    add(row, Weekly.STAFF_HOURS.value, specialist.paid_hours / caseload)


@rule
def add(row: Row, column: int, amount: float) -> None:
    """Add an amount to a column of the week."""
    row[column] = row[column] + amount
