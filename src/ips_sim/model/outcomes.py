"""What is counted: outcomes per person, and measures over people and weeks.

An outcome has a value for each person; a measure is a quotient of two tallies over people or over
weeks, such as admissions per person-year.  Both are means or rates in the end, so each is defined
as *top* over *bottom*, and adding tops and bottoms up over runs gives the figure for all of them.

Three outcomes need prices and are added by ``ips_sim.economics``, above this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.arrays import Array
from ips_sim.model.entities import Benefit, Service, Work
from ips_sim.model.rules.counting import Weekly
from ips_sim.model.world import calendar
from ips_sim.scenario.schema import Scenario

FloatArray: TypeAlias = NDArray[np.float64]
Kind = Literal["yes or no", "whole number", "number"]

HOURS_OF_HALF_A_WEEK = 20.0
"""Hours a week from which a job counts for ``worked_20h_ever``, as trials count it."""
DAYS_IN_WEEK = 7.0

PEOPLE: Literal["people"] = "people"
"""Tally of the people counted."""
FINDERS: Literal["finders"] = "finders"
"""Tally of the people counted who had at least one competitive job."""


@dataclass(frozen=True)
class Outcome:
    """Something that each person has a value of.

    Attributes
    ----------
    name, unit, meaning
        For tables; the unit is that of the mean.
    kind
        What a person's value is.
    among
        Over whom a mean is taken: ``people`` is everyone, ``finders`` those who had a job; the
        others' value is empty.
    through_work
        Whether it comes about by competitive work alone, and is 0 for everybody who has none: then
        what cross-validation says of the share who ever work says something of its mean too. Of
        outcomes that such work is no part of it says nothing.
    """

    name: str
    unit: str
    kind: Kind
    meaning: str
    among: Literal["people", "finders"] = "people"
    through_work: bool = False


OUTCOMES = (
    Outcome("employed_ever", "share", "yes or no", "had a competitive job", through_work=True),
    Outcome(
        "employed_at_end",
        "share",
        "yes or no",
        "in a competitive job in the last week",
        through_work=True,
    ),
    Outcome(
        "weeks_to_first_job",
        "weeks",
        "whole number",
        "whole weeks from entry to the start of the first competitive job",
        FINDERS,
    ),
    Outcome(
        "weeks_worked", "weeks", "whole number", "weeks in competitive jobs", through_work=True
    ),
    Outcome("jobs_held", "jobs", "whole number", "competitive jobs started", through_work=True),
    Outcome(
        "first_job_weeks",
        "weeks",
        "whole number",
        "weeks in the first competitive job, as far as followed",
        FINDERS,
    ),
    Outcome(
        "longest_job_weeks",
        "weeks",
        "whole number",
        "weeks in the longest competitive job, 0 if none",
        through_work=True,
    ),
    Outcome(
        "worked_20h_ever",
        "share",
        "yes or no",
        "had a competitive job of 20 hours a week or more",
        through_work=True,
    ),
    Outcome("hours_worked", "hours", "number", "hours in competitive jobs", through_work=True),
    Outcome(
        "earnings_usd",
        "US dollars",
        "number",
        "pay from competitive jobs, before tax",
        through_work=True,
    ),
    Outcome("dropped_out", "share", "yes or no", "left the service without agreement at some time"),
    Outcome(
        "closed",
        "share",
        "yes or no",
        "gave up the place without a job, by agreement or by the closing rule, at some time",
    ),
    Outcome(
        "transferred",
        "share",
        "yes or no",
        "support ended while working, at some time: its limit was reached, or the treatment team "
        "took over",
    ),
    Outcome("weeks_waiting", "weeks", "whole number", "weeks on the waiting list"),
    Outcome(
        "employer_contacts",
        "contacts",
        "whole number",
        "employers seen by a specialist for the person",
    ),
    Outcome("weeks_sheltered", "weeks", "whole number", "weeks in sheltered work"),
    Outcome("weeks_transitional", "weeks", "whole number", "weeks in transitional jobs"),
    Outcome("paid_ever", "share", "yes or no", "had a competitive, sheltered or transitional job"),
    Outcome("enrolled_ever", "share", "yes or no", "started a term at school or in training"),
    Outcome(
        "weeks_enrolled",
        "weeks",
        "whole number",
        "weeks of school terms, until the end or dropping out",
    ),
    Outcome("work_or_school_ever", "share", "yes or no", "had a competitive job or started a term"),
    Outcome("credential_earned", "share", "yes or no", "finished school with a credential"),
    Outcome("hospital_days", "days", "whole number", "days in psychiatric hospital"),
    Outcome(
        "programme_cost_usd",
        "US dollars",
        "number",
        "what the programme did for the person, priced: direct cost, without supervisors and "
        "overhead",
    ),
    Outcome("health_cost_usd", "US dollars", "number", "days in hospital, priced"),
    Outcome(
        "benefits_usd",
        "US dollars",
        "number",
        "disability benefits and assistance paid to the person",
    ),
    Outcome("taxes_usd", "US dollars", "number", "taxes on competitive pay", through_work=True),
    Outcome("qalys", "QALYs", "number", "quality-adjusted life years, not discounted"),
)
"""Every outcome, in the order in which tables show them."""

PRICED = ("programme_cost_usd", "health_cost_usd", "qalys")
"""Outcomes that ``ips_sim.economics`` adds to what is counted here."""

QUANTITIES = (
    Outcome(
        "staff_hours",
        "hours",
        "number",
        "specialist hours paid for the person, used or idle: the share of the posts that belongs "
        "to the person's place, or of all posts where free places stay free",
    ),
    Outcome(
        "weeks_preparing",
        "weeks",
        "whole number",
        "weeks of preparation before search",
    ),
    Outcome("benefits_plans", "plans", "whole number", "plans made by a benefits planner"),
    Outcome("weeks_observed", "weeks", "whole number", "weeks followed, until the end or leaving"),
    Outcome("weeks_in_relapse", "weeks", "whole number", "weeks in relapse"),
    Outcome(
        "weeks_in_liked_jobs",
        "weeks",
        "whole number",
        "weeks in competitive jobs that meet enough of the person's wishes",
    ),
)
"""What other prices need besides the outcomes."""

_FIELDS = {
    "dropped_out": "dropped_out_ever",
    "closed": "closed_ever",
    "transferred": "transferred_ever",
    "credential_earned": "has_credential",
}


def is_counted(seekers: Array, scenario: Scenario) -> NDArray[np.bool_]:
    """Say who counts in means: in an open programme only those who entered after the warm-up."""
    counted: NDArray[np.bool_] = seekers["entry_week"] > calendar(scenario).warm_up_weeks
    return counted


def count_outcomes(seekers: Array) -> dict[str, FloatArray]:
    """Give every outcome and quantity that needs no prices.

    Parameters
    ----------
    seekers
        People at the end of follow-up, records of type ``arrays.SEEKER``.

    Returns
    -------
    dict of str to array of float64, shape (people,)
        By name; NaN where a person has no value.
    """
    found, enrolled = seekers["jobs_held"] > 0, seekers["enrolments"] > 0
    derived: dict[str, Array] = {
        "employed_ever": found,
        "employed_at_end": seekers["work"] == Work.COMPETITIVE,
        "weeks_to_first_job": np.where(found, seekers["weeks_to_first_job"], np.nan),
        "first_job_weeks": np.where(found, seekers["first_job_weeks"], np.nan),
        "worked_20h_ever": seekers["most_hours"] >= HOURS_OF_HALF_A_WEEK,
        "paid_ever": found | seekers["paid_other_ever"],
        "enrolled_ever": enrolled,
        "work_or_school_ever": found | enrolled,
    }
    names = [one.name for one in (*OUTCOMES, *QUANTITIES) if one.name not in PRICED]
    return {
        name: np.ascontiguousarray(
            derived[name] if name in derived else seekers[_FIELDS.get(name, name)],
            dtype=np.float64,
        )
        for name in names
    }


@dataclass(frozen=True)
class Measure:
    """A rate or share over people or weeks that evidence speaks of.

    Attributes
    ----------
    name, unit, meaning
        For tables.
    top, bottom
        The tallies it is the quotient of.
    per
        What the quotient is multiplied by.
    """

    name: str
    unit: str
    meaning: str
    top: str
    bottom: str = PEOPLE
    per: float = 1.0


_PER_YEAR = float(WEEKS_PER_YEAR)
PER_100_YEARS = 100.0 * WEEKS_PER_YEAR
"""Turns a rate by week into one by 100 years, which are 100 people for a year."""

MEASURES = (
    Measure("endings_quit_share", "share", "job endings by quitting", "endings_quit", "endings"),
    Measure(
        "endings_dismissed_share",
        "share",
        "job endings by dismissal",
        "endings_dismissed",
        "endings",
    ),
    Measure(
        "endings_temporary_share",
        "share",
        "job endings because the job was temporary",
        "endings_temporary",
        "endings",
    ),
    Measure(
        "endings_laid_off_share", "share", "job endings by lay-off", "endings_laid_off", "endings"
    ),
    Measure(
        "weeks_worked_per_year_after_first_job",
        "weeks a year",
        "weeks worked in a year from the first job's start on",
        "weeks_worked",
        "weeks_since_first_job",
        _PER_YEAR,
    ),
    Measure(
        "weeks_worked_in_two_years",
        "weeks",
        "weeks worked in the two years from the first job's start, as far as followed",
        "weeks_worked_in_two_years",
        FINDERS,
    ),
    Measure(
        "found_by_specialist_share",
        "share",
        "competitive jobs that a specialist found",
        "jobs_found_by_specialist",
        "jobs_held",
    ),
    Measure(
        "warnings_per_ending",
        "warnings an ended job",
        "warnings before a dismissal, for each competitive job that ended",
        "warnings",
        "endings",
    ),
    Measure(
        "employer_contacts_per_job_start",
        "contacts a job",
        "employer contacts for each competitive job started",
        "employer_contacts",
        "jobs_held",
    ),
    Measure(
        "days_to_first_contact",
        "days",
        "days from entry to the first employer contact, among people with one",
        "days_to_first_contact",
        "contacted",
    ),
    Measure(
        "vacancies_taken",
        "vacancies a person",
        "advertised vacancies taken, which others might have filled",
        "vacancies_taken",
    ),
    Measure(
        "hidden_vacancies_share",
        "share",
        "jobs in vacancies that were never advertised",
        "hidden_vacancies_taken",
        "jobs_held",
    ),
    Measure(
        "applications",
        "applications a person",
        "applications made alone, each to an employer with a vacancy",
        "applications",
    ),
    Measure(
        "refusals",
        "refusals a person",
        "applications made alone, or by a specialist for the person, that were turned down",
        "refusals",
    ),
    Measure("offers_declined", "offers a person", "job offers declined", "offers_declined"),
    Measure(
        "liked_jobs_share",
        "share",
        "weeks in competitive jobs that met enough of the person's wishes to be liked",
        "weeks_in_liked_jobs",
        "weeks_worked",
    ),
    Measure(
        "problems_per_year_of_work",
        "problems a year",
        "problems at work in a year of competitive work",
        "problems_met",
        "weeks_worked",
        _PER_YEAR,
    ),
    Measure(
        "problems_solved_share",
        "share",
        "problems at work that were solved",
        "problems_solved",
        "problems_met",
    ),
    Measure(
        "terms_finished_per_enrolled",
        "terms",
        "school terms finished by each person who started one",
        "terms_finished",
        "enrolled",
    ),
    Measure(
        "school_dropouts_per_enrolled",
        "times",
        "times of dropping out of school for each person who started a term",
        "school_dropouts",
        "enrolled",
    ),
    Measure(
        "weeks_to_enrolment",
        "weeks",
        "weeks from entry to the first term, among those who started one",
        "weeks_to_enrolment_of_enrolled",
        "enrolled",
    ),
    Measure(
        "admissions_per_person_year",
        "admissions a year",
        "hospital admissions in a year",
        "hospital_admissions",
        "weeks_observed",
        _PER_YEAR,
    ),
    Measure(
        "admissions_per_year_in_work",
        "admissions a year",
        "hospital admissions in a year of competitive work",
        "hospital_admissions_in_work",
        "weeks_worked",
        _PER_YEAR,
    ),
    Measure(
        "admissions_per_year_out_of_work",
        "admissions a year",
        "hospital admissions in a year out of competitive work",
        "hospital_admissions_out_of_work",
        "weeks_out_of_work",
        _PER_YEAR,
    ),
    Measure(
        "relapse_share", "share", "weeks in relapse among all", "weeks_in_relapse", "weeks_observed"
    ),
    Measure("admitted_share", "share", "people who got a place on a caseload", "admitted"),
    Measure(
        "still_in_service_share",
        "share",
        "people waiting, preparing or on a caseload at the end",
        "still_in_service",
    ),
    Measure("gone_share", "share", "people who moved away, died or went to prison", "gone"),
    Measure(
        "weeks_on_caseload",
        "weeks a person",
        "weeks on a specialist's caseload",
        "weeks_on_caseload",
    ),
    Measure(
        "stay_on_caseload_weeks",
        "weeks",
        "length of the stays on a caseload that have ended",
        "stay_weeks_ended",
        "stays_ended",
    ),
    Measure(
        "caseload_employed_in_quarter_share",
        "share",
        "quarters with time on the caseload in which the person worked competitively",
        "quarters_on_caseload_in_work",
        "quarters_on_caseload",
    ),
    Measure(
        "caseload_employed_share",
        "share",
        "weeks on the caseload spent in competitive work, over all present in the weeks counted",
        "weekly_employed_supported",
        "weekly_on_caseload",
    ),
    Measure(
        "job_starts_per_100_caseload_years",
        "jobs",
        "competitive jobs that 100 people on the caseload start in a year, over all present in the "
        "weeks counted",
        "weekly_job_starts_served",
        "weekly_on_caseload",
        PER_100_YEARS,
    ),
    Measure(
        "weeks_observed",
        "weeks a person",
        "weeks for which a person was followed: in an open programme those referred late are "
        "followed for less",
        "weeks_observed",
    ),
    Measure(
        "weeks_worked_per_year",
        "weeks a year",
        "weeks in competitive jobs in a year of being followed",
        "weeks_worked",
        "weeks_observed",
        _PER_YEAR,
    ),
    Measure(
        "jobs_started_per_100_years",
        "jobs",
        "competitive jobs that 100 people start in a year of being followed",
        "jobs_held",
        "weeks_observed",
        PER_100_YEARS,
    ),
    Measure(
        "first_jobs_per_100_years",
        "jobs",
        "first competitive jobs that 100 people find in a year of being followed without one",
        FINDERS,
        "weeks_before_first_job",
        PER_100_YEARS,
    ),
    Measure(
        "earnings_usd_per_year",
        "US dollars a year",
        "pay from competitive jobs in a year of being followed",
        "earnings_usd",
        "weeks_observed",
        _PER_YEAR,
    ),
    Measure(
        "left_benefits_per_year",
        "share a year",
        "people on a benefit with an earnings limit at entry who left it because of earnings, "
        "in a year",
        "left_cliff_benefit",
        "weeks_on_cliff_benefit",
        _PER_YEAR,
    ),
    Measure(
        "support_hours",
        "hours a person",
        "specialist hours for people in competitive jobs",
        "support_hours",
    ),
    Measure("search_hours", "hours a person", "specialist hours for job search", "search_hours"),
    Measure(
        "programme_hours",
        "hours a person",
        "hours in groups at the programme's own place, as in day treatment",
        "programme_hours",
    ),
    Measure(
        "working_hours_share",
        "share",
        "specialist hours spent with people and employers, among all that had a use; the rest is "
        "meetings, travel and office",
        "weekly_hours_with_people",
        "weekly_hours_used",
    ),
    Measure(
        "idle_hours_share",
        "share",
        "paid specialist hours that nobody had a use for",
        "weekly_hours_idle",
        "weekly_staff_hours",
    ),
    Measure(
        "sanctioned_months",
        "months a person",
        "months in which assistance was cut because the person did not take part",
        "sanctioned_months",
    ),
    Measure(
        "time_limit_share",
        "share",
        "people whose assistance ended because its months were used up",
        "time_limit_reached",
    ),
    Measure(
        "weeks_held",
        "weeks a person",
        "weeks in custody or in residential treatment, at entry or held up since",
        "weeks_held",
    ),
    Measure(
        "weeks_homeless",
        "weeks a person",
        "weeks without stable housing",
        "weeks_homeless",
    ),
    Measure(
        "milestones_paid",
        "milestones a person",
        "milestones for which a funder paid: a place, a job, a job kept",
        "milestones_paid",
    ),
    Measure(
        "returned_share",
        "share",
        "people who went back to the job from which they were on leave",
        "returned_from_leave",
    ),
)
"""Every measure, in the order in which tables show them."""

_IN_SERVICE = (int(Service.WAITING), int(Service.PREPARING), int(Service.SERVED))

_TALLIES: Mapping[str, Callable[[Array], Array]] = {
    "endings": lambda seekers: (
        seekers["endings_quit"]
        + seekers["endings_dismissed"]
        + seekers["endings_temporary"]
        + seekers["endings_laid_off"]
    ),
    "weeks_since_first_job": lambda seekers: np.where(
        seekers["jobs_held"] > 0, seekers["weeks_observed"] - seekers["weeks_to_first_job"], 0
    ),
    "weeks_before_first_job": lambda seekers: np.where(
        seekers["jobs_held"] > 0, seekers["weeks_to_first_job"], seekers["weeks_observed"]
    ),
    "enrolled": lambda seekers: seekers["enrolments"] > 0,
    "weeks_to_enrolment_of_enrolled": lambda seekers: np.maximum(seekers["weeks_to_enrolment"], 0),
    "contacted": lambda seekers: seekers["weeks_to_first_contact"] >= 0,
    "days_to_first_contact": lambda seekers: (
        DAYS_IN_WEEK * np.maximum(seekers["weeks_to_first_contact"], 0)
    ),
    "hospital_admissions_out_of_work": lambda seekers: (
        seekers["hospital_admissions"] - seekers["hospital_admissions_in_work"]
    ),
    "weeks_out_of_work": lambda seekers: seekers["weeks_observed"] - seekers["weeks_worked"],
    "admitted": lambda seekers: seekers["admitted_ever"],
    "still_in_service": lambda seekers: np.isin(seekers["service"], _IN_SERVICE),
    "gone": lambda seekers: seekers["service"] == Service.GONE,
    "left_cliff_benefit": lambda seekers: (
        seekers["left_benefits"] & (seekers["benefit_at_entry"] == Benefit.CLIFF)
    ),
    "weeks_on_cliff_benefit": lambda seekers: (
        seekers["weeks_observed"] * (seekers["benefit_at_entry"] == Benefit.CLIFF)
    ),
}
"""Tallies that are no field of a job seeker."""

_WITH_PEOPLE = (
    Weekly.HOURS_TROUBLE,
    Weekly.HOURS_NEW_JOB,
    Weekly.HOURS_SEARCH,
    Weekly.HOURS_EMPLOYER_CONTACT,
    Weekly.HOURS_KEEP_IN_TOUCH,
    Weekly.HOURS_SCHOOL,
)

_WEEKLY_TALLIES: Mapping[str, tuple[Weekly, ...]] = {
    "weekly_employed_supported": (Weekly.EMPLOYED_SUPPORTED,),
    "weekly_on_caseload": (Weekly.ON_CASELOAD,),
    "weekly_job_starts_served": (Weekly.JOB_STARTS_SERVED,),
    "weekly_hours_with_people": _WITH_PEOPLE,
    "weekly_hours_used": (
        *_WITH_PEOPLE,
        Weekly.HOURS_TEAM,
        Weekly.HOURS_TRAVEL,
        Weekly.HOURS_OFFICE,
    ),
    "weekly_hours_idle": (Weekly.HOURS_IDLE,),
    "weekly_staff_hours": (Weekly.STAFF_HOURS,),
}

_NAMES = dict.fromkeys(name for one in MEASURES for name in (one.top, one.bottom))
_BY_PERSON = tuple(
    name for name in _NAMES if name not in _WEEKLY_TALLIES and name not in (PEOPLE, FINDERS)
)

_OF_CASELOADS = frozenset(
    {
        "stays_ended",
        "stay_weeks_ended",
        "quarters_on_caseload",
        "quarters_on_caseload_in_work",
    }
)
"""Counted over everyone on a caseload, whenever they entered; their counts start anew when a
warm-up ends."""

TOTALS = (
    PEOPLE,
    FINDERS,
    *(f"sum_{one.name}" for one in OUTCOMES),
    *(name for name in _BY_PERSON),
    *_WEEKLY_TALLIES,
)
"""What is added up in each run: a row of `total_up` for each."""


@dataclass(frozen=True)
class Figure:
    """An outcome's mean or a measure: `per` × top / bottom, each a row of the totals.

    Those with `through_work` are means of outcomes that come about by competitive work alone.
    """

    name: str
    unit: str
    meaning: str
    top: int
    bottom: int
    per: float
    through_work: bool = False

    @property
    def most(self) -> float:
        """The highest value that it can have; the lowest is 0."""
        return 1.0 if self.unit == "share" else float("inf")


FIGURES = tuple(
    [
        Figure(
            one.name,
            one.unit,
            one.meaning,
            TOTALS.index(f"sum_{one.name}"),
            TOTALS.index(one.among),
            1.0,
            one.through_work,
        )
        for one in OUTCOMES
    ]
    + [
        Figure(
            one.name,
            one.unit,
            one.meaning,
            TOTALS.index(one.top),
            TOTALS.index(one.bottom),
            one.per,
        )
        for one in MEASURES
    ]
)
"""Every outcome and then every measure."""


def total_up(
    outcomes: Mapping[str, FloatArray],
    seekers: Array,
    offsets: NDArray[np.int64],
    weekly: FloatArray,
    everyone: Array | None = None,
    everyone_offsets: NDArray[np.int64] | None = None,
) -> FloatArray:
    """Add everything up, run by run.

    Parameters
    ----------
    outcomes
        Values of all `OUTCOMES` per person, the priced ones too.
    seekers
        The same people's records.
    offsets
        Shape (runs + 1,): the people of run i are rows ``offsets[i]`` to ``offsets[i + 1]``.
    weekly
        Shape (runs, weeks, columns of ``Weekly``).
    everyone, everyone_offsets
        All people, those of a warm-up too, for what is counted of caseloads; by default `seekers`.

    Returns
    -------
    array of float64, shape (len(TOTALS), runs)
        NumPy adds in the order of rows, so the same people give the same bytes.
    """
    by_person = [
        np.ones(seekers.shape[0]),
        outcomes["employed_ever"],
        *(
            np.nan_to_num(outcomes[one.name]) if one.among == FINDERS else outcomes[one.name]
            for one in OUTCOMES
        ),
    ]
    everyone = seekers if everyone is None else everyone
    everyone_offsets = offsets if everyone_offsets is None else everyone_offsets
    tallies = []
    for name in _BY_PERSON:
        of, among = (everyone, everyone_offsets) if name in _OF_CASELOADS else (seekers, offsets)
        tallies.append(segment_sums(_TALLIES[name](of) if name in _TALLIES else of[name], among))
    by_week = weekly.sum(axis=1)
    return np.array(
        [
            *(segment_sums(values, offsets) for values in by_person),
            *tallies,
            # One column after the other: NumPy's own order would depend on how many runs there are.
            *(
                sum((by_week[:, one] for one in columns), start=np.zeros(len(by_week)))
                for columns in _WEEKLY_TALLIES.values()
            ),
        ]
    )


def segment_sums(values: Array, offsets: NDArray[np.int64]) -> FloatArray:
    """Add up consecutive stretches of values, some of them perhaps empty."""
    padded = np.zeros(values.shape[0] + 1)
    padded[:-1] = values
    sums: FloatArray = np.add.reduceat(padded, offsets[:-1])
    sums[offsets[:-1] == offsets[1:]] = 0.0
    return sums


def figures(totals: FloatArray) -> FloatArray:
    """Turn totals into means, shares and rates.

    Parameters
    ----------
    totals
        Shape (len(TOTALS), ...), added up over whatever the figures are to cover.

    Returns
    -------
    array of float64, shape (len(FIGURES), ...)
        NaN where nothing or nobody is counted.
    """
    top: Any = totals[[one.top for one in FIGURES]]
    bottom: Any = totals[[one.bottom for one in FIGURES]]
    per = np.array([one.per for one in FIGURES]).reshape(-1, *[1] * (totals.ndim - 1))
    made: FloatArray = np.full(top.shape, np.nan)
    np.divide(per * top, bottom, out=made, where=bottom > 0)
    return made
