"""The week is counted: for each person, and for the site week by week."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from ips_sim.evidence.units import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from ips_sim.model.entities import (
    JobSeekerFields,
    SiteFields,
    SpecialistFields,
)
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import (
    COMPETITIVE,
    DISENGAGED,
    GONE,
    KEEP_IN_TOUCH,
    LOST_JOB,
    NEW_JOB,
    NO_WORK,
    NOT_ADMITTED,
    PREPARING,
    SEARCH,
    SERVED,
    TROUBLE,
    WAITING,
)
from ips_sim.scenario.schema import Levers

WEEKS_IN_QUARTER = 13


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
    STAFF_HOURS = 20
    HOURS_WORKED = 21
    EARNINGS_USD = 22
    HOURS_IDLE = 23
    HOURS_TEAM = 24
    HOURS_TRAVEL = 25
    HOURS_OFFICE = 26
    BOOK_VISITS = 27
    REFERRED = 28
    ON_WAITING_LIST = 29
    PLACES_TAKEN = 30
    PLACES_LEFT = 31
    STAY_WEEKS_ENDED = 32
    JOB_STARTS_SERVED = 33
    SERVED_IN_QUARTER = 34
    EMPLOYED_IN_QUARTER = 35
    IN_SCHOOL = 36
    FIRST_ENROLMENTS = 37
    HOURS_SCHOOL = 38
    POSTS = 39
    POSTS_LEFT = 40


STATUSES = 10
"""How many of the first columns say where people stand; everyone is in exactly one."""


# Plain numbers for the rules: both drivers index with them, and Python finds them faster.
_WAITING = Weekly.WAITING.value
_PREPARING = Weekly.PREPARING.value
_SEARCHING = Weekly.SEARCHING.value
_SET_ASIDE_WORK = Weekly.SET_ASIDE_WORK.value
_EMPLOYED_SUPPORTED = Weekly.EMPLOYED_SUPPORTED.value
_EMPLOYED_ALONE = Weekly.EMPLOYED_ALONE.value
_NOT_ADMITTED = Weekly.NOT_ADMITTED.value
_DISENGAGED = Weekly.DISENGAGED.value
_CLOSED = Weekly.CLOSED.value
_GONE = Weekly.GONE.value
_IN_COMPETITIVE_WORK = Weekly.IN_COMPETITIVE_WORK.value
_ON_CASELOAD = Weekly.ON_CASELOAD.value
_IN_HOSPITAL = Weekly.IN_HOSPITAL.value
_FIRST_JOBS = Weekly.FIRST_JOBS.value
_EMPLOYER_CONTACTS = Weekly.EMPLOYER_CONTACTS.value
_HOURS_TROUBLE = Weekly.HOURS_TROUBLE.value
_HOURS_NEW_JOB = Weekly.HOURS_NEW_JOB.value
_HOURS_SEARCH = Weekly.HOURS_SEARCH.value
_HOURS_EMPLOYER_CONTACT = Weekly.HOURS_EMPLOYER_CONTACT.value
_HOURS_KEEP_IN_TOUCH = Weekly.HOURS_KEEP_IN_TOUCH.value
_STAFF_HOURS = Weekly.STAFF_HOURS.value
_HOURS_WORKED = Weekly.HOURS_WORKED.value
_EARNINGS_USD = Weekly.EARNINGS_USD.value
_HOURS_IDLE = Weekly.HOURS_IDLE.value
_HOURS_TEAM = Weekly.HOURS_TEAM.value
_HOURS_TRAVEL = Weekly.HOURS_TRAVEL.value
_HOURS_OFFICE = Weekly.HOURS_OFFICE.value
_BOOK_VISITS = Weekly.BOOK_VISITS.value
_REFERRED = Weekly.REFERRED.value
_ON_WAITING_LIST = Weekly.ON_WAITING_LIST.value
_PLACES_TAKEN = Weekly.PLACES_TAKEN.value
_PLACES_LEFT = Weekly.PLACES_LEFT.value
_STAY_WEEKS_ENDED = Weekly.STAY_WEEKS_ENDED.value
_JOB_STARTS_SERVED = Weekly.JOB_STARTS_SERVED.value
_SERVED_IN_QUARTER = Weekly.SERVED_IN_QUARTER.value
_EMPLOYED_IN_QUARTER = Weekly.EMPLOYED_IN_QUARTER.value
_IN_SCHOOL = Weekly.IN_SCHOOL.value
_FIRST_ENROLMENTS = Weekly.FIRST_ENROLMENTS.value
_HOURS_SCHOOL = Weekly.HOURS_SCHOOL.value
_POSTS = Weekly.POSTS.value
_POSTS_LEFT = Weekly.POSTS_LEFT.value


class Row(Protocol):
    """One week's columns: a list of float in the Mesa driver, an array row in the compiled one."""

    def __getitem__(self, column: int, /) -> float: ...

    def __setitem__(self, column: int, value: float, /) -> None: ...


@rule
def turn_calendar(site: SiteFields, week: int, warm_up_weeks: int) -> None:
    """Turn the calendar: months are 52/12 weeks, quarters 13; one ends with the warm-up."""
    site.week = week
    site.month_ends = (week + 1) * MONTHS_PER_YEAR // WEEKS_PER_YEAR > (
        week * MONTHS_PER_YEAR // WEEKS_PER_YEAR
    )
    site.quarter_ends = week % WEEKS_IN_QUARTER == warm_up_weeks % WEEKS_IN_QUARTER
    site.warm_up_ends = week == warm_up_weeks


@rule
def is_observed(seeker: JobSeekerFields, site: SiteFields, follow_up_weeks: int) -> bool:
    """Say whether this week belongs to a person's follow-up; outside it nobody acts or counts."""
    return seeker.entry_week <= site.week < seeker.entry_week + follow_up_weeks


@rule
def status_of(seeker: JobSeekerFields) -> int:
    """Derive the vocational status that is shown to people from service and work."""
    if seeker.service == GONE:
        return _GONE
    if seeker.work == COMPETITIVE:
        if seeker.service == SERVED:
            return _EMPLOYED_SUPPORTED
        return _EMPLOYED_ALONE
    if seeker.work != NO_WORK:
        return _SET_ASIDE_WORK
    if seeker.service == SERVED:
        return _SEARCHING
    if seeker.service == WAITING:
        return _WAITING
    if seeker.service == PREPARING:
        return _PREPARING
    if seeker.service == NOT_ADMITTED:
        return _NOT_ADMITTED
    if seeker.service == DISENGAGED:
        return _DISENGAGED
    return _CLOSED


@rule
def count_person(seeker: JobSeekerFields) -> None:
    """Add this week to a person's own counts."""
    seeker.weeks_observed = seeker.weeks_observed + 1
    if seeker.service == WAITING:
        seeker.weeks_waiting = seeker.weeks_waiting + 1
    elif is_on_caseload(seeker):
        seeker.weeks_on_caseload = seeker.weeks_on_caseload + 1
        seeker.stay_weeks = seeker.stay_weeks + 1
        seeker.on_caseload_this_quarter = True
        if seeker.service == PREPARING:
            seeker.weeks_preparing = seeker.weeks_preparing + 1


@rule
def end_quarter(seeker: JobSeekerFields, site: SiteFields) -> None:
    """Add a quarter that is over to a person's own counts, and begin the next."""
    if seeker.on_caseload_this_quarter:
        seeker.quarters_on_caseload = seeker.quarters_on_caseload + 1
        if seeker.worked_this_quarter:
            seeker.quarters_on_caseload_in_work = seeker.quarters_on_caseload_in_work + 1
    seeker.on_caseload_this_quarter = False
    seeker.worked_this_quarter = False
    if site.warm_up_ends:
        forget_stays(seeker)


@rule
def forget_stays(seeker: JobSeekerFields) -> None:
    """Forget the stays and quarters of the warm-up, in which the programme filled."""
    seeker.stays_ended = 0
    seeker.stay_weeks_ended = 0
    seeker.quarters_on_caseload = 0
    seeker.quarters_on_caseload_in_work = 0


@rule
def count_work(row: Row, seeker: JobSeekerFields) -> None:
    """Count a week of competitive work, the last of a job too."""
    row[_IN_COMPETITIVE_WORK] += 1.0
    row[_HOURS_WORKED] += seeker.job_hours
    row[_EARNINGS_USD] += seeker.job_hours * seeker.job_wage_usd
    if seeker.weeks_worked == 1:
        row[_FIRST_JOBS] += 1.0
    if seeker.tenure_weeks == 1 and is_on_caseload(seeker):
        row[_JOB_STARTS_SERVED] += 1.0


@rule
def count_standing(row: Row, seeker: JobSeekerFields) -> None:
    """Count where a person stands this week."""
    row[status_of(seeker)] += 1.0
    if is_on_caseload(seeker):
        row[_ON_CASELOAD] += 1.0
    elif seeker.service == WAITING:
        row[_ON_WAITING_LIST] += 1.0
    if seeker.hospital_weeks_left > 0:
        row[_IN_HOSPITAL] += 1.0
    if seeker.in_school:
        row[_IN_SCHOOL] += 1.0
        if seeker.weeks_to_enrolment == seeker.weeks_since_entry:
            row[_FIRST_ENROLMENTS] += 1.0


@rule
def count_arrival(row: Row, seeker: JobSeekerFields) -> None:
    """Count who was referred this week, and who has just got a place."""
    if seeker.weeks_since_entry == 0:
        row[_REFERRED] += 1.0
    if seeker.stay_weeks == 0 and is_on_caseload(seeker):
        row[_PLACES_TAKEN] += 1.0


@rule
def count_leaving(row: Row, stay_weeks: int) -> None:
    """Count who gave up a place this week, and how long they had it."""
    row[_PLACES_LEFT] += 1.0
    row[_STAY_WEEKS_ENDED] += stay_weeks


@rule
def count_quarter(row: Row, seeker: JobSeekerFields) -> None:
    """Count whom the programme served in the quarter that ends, and who of them worked."""
    if seeker.on_caseload_this_quarter:
        row[_SERVED_IN_QUARTER] += 1.0
        if seeker.worked_this_quarter:
            row[_EMPLOYED_IN_QUARTER] += 1.0


@rule
def count_hours(
    row: Row, seeker: JobSeekerFields, specialist: SpecialistFields, levers: Levers
) -> None:
    """Count how the specialist's week went to this person, and the person's share of the rest."""
    if seeker.tier == SEARCH or seeker.tier == LOST_JOB:
        row[_HOURS_SEARCH] += seeker.hours_received
        row[_HOURS_EMPLOYER_CONTACT] += specialist.contact_hours_each * seeker.search_weight
    elif seeker.tier == TROUBLE:
        row[_HOURS_TROUBLE] += seeker.hours_received
    elif seeker.tier == NEW_JOB:
        row[_HOURS_NEW_JOB] += seeker.hours_received
    elif seeker.tier == KEEP_IN_TOUCH:
        row[_HOURS_KEEP_IN_TOUCH] += seeker.hours_received
    row[_HOURS_SCHOOL] += seeker.school_hours
    shared = 1.0 / specialist.caseload
    row[_BOOK_VISITS] += specialist.book_visits * shared
    row[_HOURS_EMPLOYER_CONTACT] += specialist.book_hours * shared
    row[_HOURS_TEAM] += specialist.meeting_hours * shared
    row[_HOURS_TRAVEL] += specialist.travel_hours * shared
    row[_HOURS_OFFICE] += specialist.paid_hours * levers.office_share * shared


@rule
def begin_posts(site: SiteFields) -> None:
    """Begin to add up what a site's posts cost this week, and for how many people they are."""
    site.people = 0
    site.places = 0
    site.paid_hours = 0.0
    site.idle_hours = 0.0
    site.posts = 0
    site.posts_left = 0


@rule
def add_post(site: SiteFields, specialist: SpecialistFields) -> None:
    """Add a post's places and hours to the site's, and whether its holder has just left."""
    site.places = site.places + specialist.places
    site.paid_hours = site.paid_hours + specialist.paid_hours
    site.idle_hours = site.idle_hours + specialist.idle_hours
    if specialist.full_time_share > 0.0:
        site.posts = site.posts + 1
        if specialist.just_left:
            site.posts_left = site.posts_left + 1


@rule
def pay_for_posts(seeker: JobSeekerFields, site: SiteFields) -> float:
    """Say how many places of the site's posts a person pays for this week, and book the hours.

    A post costs what it costs, used or idle.  Where free places go to others, their share of the
    post is theirs, and a person pays for the place that they have; else all who were referred pay
    for all posts alike.
    """
    share = 0.0
    if not site.free_places_refilled:
        share = 1.0 / site.people
    elif is_on_caseload(seeker):
        share = 1.0 / site.places
    seeker.staff_hours = seeker.staff_hours + site.paid_hours * share
    return share


@rule
def count_posts(row: Row, site: SiteFields, share: float) -> None:
    """Count a person's share of the site's posts, used and idle."""
    row[_STAFF_HOURS] += site.paid_hours * share
    row[_HOURS_IDLE] += site.idle_hours * share


@rule
def count_turnover(row: Row, site: SiteFields) -> None:
    """Count a site's posts, and those whose holder has just left, once a week."""
    row[_POSTS] += site.posts
    row[_POSTS_LEFT] += site.posts_left


@rule
def count_contact(row: Row) -> None:
    """Count a visit to an employer."""
    row[_EMPLOYER_CONTACTS] += 1.0
