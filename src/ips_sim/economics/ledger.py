"""What was done, earned and paid in each year of each run: quantities first, prices afterwards.

`count` adds up people's fields as they stood at the ends of years, and reckons benefits from what
stood there at the ends of months.  `amounts` puts prices on what was counted: other prices need no
other run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ips_sim.economics.benefits import benefits_by_month, limit_of, taper_of
from ips_sim.evidence.units import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from ips_sim.model.arrays import Array
from ips_sim.model.entities import Benefit
from ips_sim.model.outcomes import segment_sums
from ips_sim.model.results import RunResult
from ips_sim.model.rules.counting import Weekly
from ips_sim.model.world import calendar, full_time_posts
from ips_sim.scenario.schema import Scenario

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Amounts: TypeAlias = Mapping[str, FloatArray]
"""Dollars or QALYs by item of the impact inventory, of any shape that ends with years."""

MILESTONE_WEEKS = 13
"""Weeks in a job after which vocational rehabilitation counts a case as a success."""

SUMMED = (
    "staff_hours",
    "weeks_preparing",
    "weeks_sheltered",
    "weeks_transitional",
    "programme_hours",
    "benefits_plans",
    "hospital_days",
    "weeks_observed",
    "weeks_in_relapse",
    "weeks_in_liked_jobs",
    "weeks_on_caseload",
    "weeks_worked",
    "hours_worked",
    "jobs_held",
    "earnings_usd",
    "taxes_usd",
)
"""People's fields that are added up."""
LOOK_AT = (*SUMMED, "longest_job_weeks")
"""People's fields that have to be noted along the way."""
_COUNTED = (
    "people_served",
    "served_employed",
    "served_jobs",
    "served_weeks_worked",
    "first_employed",
    "milestones",
)
_WEEKLY = {"hours_team": Weekly.HOURS_TEAM, "hours_travel": Weekly.HOURS_TRAVEL}
_BENEFITS = (
    "ssi_full",
    "ssi_withdrawn",
    "ssdi_full",
    "ssdi_withdrawn",
    "food_withdrawn",
    "rent_withdrawn",
    "overpaid",
    "recovered",
)
QUANTITIES = (*SUMMED, *_COUNTED, *_WEEKLY, *_BENEFITS)
"""What is counted in each year of a run, all sites of it together; money in dollars of the year
of results."""
THROUGH_WORK = frozenset(
    {
        "weeks_in_liked_jobs",
        "weeks_worked",
        "hours_worked",
        "jobs_held",
        "earnings_usd",
        "taxes_usd",
        "served_employed",
        "served_jobs",
        "served_weeks_worked",
        "first_employed",
        "milestones",
        "ssi_withdrawn",
        "ssdi_withdrawn",
        "food_withdrawn",
        "rent_withdrawn",
        "overpaid",
        "recovered",
    }
)
"""Quantities that come about by competitive work."""


@dataclass(frozen=True)
class Clock:
    """The weeks at whose end people are looked at.

    Attributes
    ----------
    first
        Week after which years are counted: the end of the warm-up.
    weeks
        Every week to look at, ascending.
    months, years
        Which of them end a month, and a year; the last year may be short.
    year_of_month
        The year in which a month ends; -1 before the first.
    year_weeks
        How many weeks each year has.
    """

    first: int
    weeks: tuple[int, ...]
    months: IntArray
    years: IntArray
    year_of_month: IntArray
    year_weeks: FloatArray


def clock(scenario: Scenario) -> Clock:
    """Lay out the months and years of a scenario."""
    laid_out = calendar(scenario)
    first, last = laid_out.warm_up_weeks, laid_out.weeks_to_run
    year_ends = [*range(first + WEEKS_PER_YEAR, last, WEEKS_PER_YEAR), last]
    month_ends = [
        week
        for week in range(1, last + 1)
        if (week + 1) * MONTHS_PER_YEAR // WEEKS_PER_YEAR > week * MONTHS_PER_YEAR // WEEKS_PER_YEAR
    ]
    weeks = sorted({first, *year_ends, *month_ends} - {0})
    where = {week: number for number, week in enumerate(weeks)}
    return Clock(
        first=first,
        weeks=tuple(weeks),
        months=np.array([where[week] for week in month_ends], dtype=np.int64),
        years=np.array([where[week] for week in year_ends], dtype=np.int64),
        year_of_month=np.array(
            [(week - first - 1) // WEEKS_PER_YEAR if week > first else -1 for week in month_ends],
            dtype=np.int64,
        ),
        year_weeks=np.diff([first, *year_ends]).astype(np.float64),
    )


class Seen:
    """What stood in people's fields, and in weekly figures, at the end of the weeks of a clock.

    Attributes
    ----------
    people
        Fields `LOOK_AT` of everybody, week by week, each of shape (fields, people).
    weekly
        Weekly figures so far, added up, week by week, each of shape (runs, columns of ``Weekly``).
    """

    def __init__(self) -> None:
        self.people: list[FloatArray] = []
        self.weekly: list[FloatArray] = []

    def look(self, week: int, everything: Any, table: Array, weekly: FloatArray) -> None:
        """Take in everything as it is at the end of a week; it changes nothing."""
        seekers = everything.seekers
        self.people.append(np.array([seekers[name] for name in LOOK_AT], dtype=np.float64))
        self.weekly.append(weekly.sum(axis=1))


def count(
    scenario: Scenario, result: RunResult, seen: Seen, laid_out: Clock, parameters: Array
) -> dict[str, FloatArray]:
    """Count what each year of each run brought.

    Parameters
    ----------
    scenario
        What was run.
    result, seen
        Runs, and what was seen of them in the weeks of the clock.
    laid_out
        The clock.
    parameters
        Records of type ``arrays.PARAMETERS``, one for each run.

    Returns
    -------
    dict of str to array of float64, shape (runs, years)
        By name, `QUANTITIES`.
    """
    offsets, people, weekly = result.offsets, np.array(seen.people), np.array(seen.weekly)

    def by_run(values: FloatArray) -> FloatArray:
        """Add up people's values of each year, shape (years, people)."""
        return np.array([segment_sums(row, offsets) for row in values]).T

    def at_years(name: str) -> FloatArray:
        """What stood there at the beginning and at the end of each year, shape (years + 1,...)."""
        row = people[:, LOOK_AT.index(name)]
        began = row[laid_out.weeks.index(laid_out.first)] if laid_out.first else 0.0 * row[0]
        return np.concatenate([began[None], row[laid_out.years]])

    fields = {name: at_years(name) for name in LOOK_AT}
    found = {name: by_run(np.diff(fields[name], axis=0)) for name in SUMMED}
    # Of those who had a place in the year: others work without the programme.
    served = (np.diff(fields["weeks_on_caseload"], axis=0) > 0).astype(np.float64)
    worked = np.diff(fields["weeks_worked"], axis=0)
    found["people_served"] = by_run(served)
    found["served_employed"] = by_run(served * (worked > 0))
    found["served_jobs"] = by_run(served * np.diff(fields["jobs_held"], axis=0))
    found["served_weeks_worked"] = by_run(served * worked)
    found["first_employed"] = by_run(np.diff(1.0 * (fields["jobs_held"] > 0), axis=0))
    # Nobody pays a programme for people whom it never served.
    ever_served = fields["weeks_on_caseload"] > 0
    reached = ever_served & (fields["longest_job_weeks"] >= MILESTONE_WEEKS)
    found["milestones"] = by_run(np.diff(1.0 * reached, axis=0))
    for name, column in _WEEKLY.items():
        hours = weekly[:, :, column]
        began = hours[laid_out.weeks.index(laid_out.first)] if laid_out.first else 0.0 * hours[0]
        found[name] = np.diff(np.concatenate([began[None], hours[laid_out.years]]), axis=0).T
    return found | _benefits(scenario, result, people[laid_out.months], laid_out, parameters)


def _benefits(
    scenario: Scenario, result: RunResult, months: FloatArray, laid_out: Clock, parameters: Array
) -> dict[str, FloatArray]:
    people, offsets = result.people, result.offsets
    earned = np.diff(months[:, LOOK_AT.index("earnings_usd")], axis=0, prepend=0.0).T
    present = np.diff(months[:, LOOK_AT.index("weeks_observed")], axis=0, prepend=0.0).T > 0
    run = np.repeat(np.arange(len(result.runs)), np.diff(offsets))
    follow_up = scenario.programme.benefits_follow_up_share
    helped = np.clip(1.0 - parameters["plan_on_reporting"] * follow_up, 0.0, 1.0)[run]
    unreported = parameters["unreported_share"][run] * np.where(
        people["has_benefits_plan"], helped, 1.0
    )
    # Who is on no benefit gets none by any rule; leaving them out is most of the speed.
    (rows,) = np.nonzero(people["benefit_at_entry"] != Benefit.NONE)
    months_of = benefits_by_month(
        earned[rows],
        present[rows],
        people["benefit_at_entry"][rows] == Benefit.TAPERED,
        people["benefit_at_entry"][rows] == Benefit.CLIFF,
        unreported[rows],
        taper_of(scenario.place),
        limit_of(scenario.place),
    )
    years = len(laid_out.year_weeks)
    found = {}
    for name in _BENEFITS:
        by_month: FloatArray = getattr(months_of, name)
        table = np.zeros((len(result.runs), years))
        for year in range(years):
            amount = by_month[:, laid_out.year_of_month == year].sum(axis=1)
            table[:, year] = np.bincount(run[rows], amount, len(result.runs))
        found[name] = table
    return found


@dataclass(frozen=True)
class Facts:
    """What pricing needs to know of a scenario.

    Attributes
    ----------
    year_weeks
        Weeks of each year, shape (years,).
    posts, sites
        Full-time posts over all sites, and sites.
    """

    year_weeks: FloatArray
    posts: float
    sites: int
    paid_hours_per_week: float
    turnover_per_year: float
    is_new: bool
    supervision_share: float
    vr_contact_share: float


def facts_of(scenario: Scenario) -> Facts:
    """Read off a scenario what pricing needs."""
    return Facts(
        year_weeks=clock(scenario).year_weeks,
        posts=full_time_posts(scenario),
        sites=scenario.design.sites,
        paid_hours_per_week=scenario.programme.specialist_hours_per_week,
        turnover_per_year=scenario.staff.turnover_per_year,
        is_new=scenario.staff.programme_age_weeks + calendar(scenario).warm_up_weeks
        < WEEKS_PER_YEAR,
        supervision_share=scenario.programme.supervision_share,
        vr_contact_share=scenario.programme.vr_contact_share,
    )


def full_time_years(counted: Amounts, facts: Facts) -> FloatArray:
    """Give the posts that were paid in each year, full-time for a whole year, of any shape."""
    hours = facts.paid_hours_per_week * WEEKS_PER_YEAR
    made: FloatArray = counted["staff_hours"] / hours if hours else 0.0 * counted["staff_hours"]
    return made


def amounts(
    counted: Amounts, facts: Facts, prices: Mapping[str, float | FloatArray]
) -> dict[str, FloatArray]:
    """Put prices on what was counted.

    Parameters
    ----------
    counted
        `QUANTITIES` by name, arrays of any shape that ends with years.
    facts
        Of the scenario.
    prices
        Unit costs by key, in dollars of the year of results: numbers, or arrays that go with the
        shape of what was counted.

    Returns
    -------
    dict of str to array of float64
        By item of the impact inventory, in its order: costs above zero, not discounted.
    """
    posts = full_time_years(counted, facts)
    years = facts.year_weeks / WEEKS_PER_YEAR
    # Where free places go to others, they pay their part of what a site has once.
    whole = facts.posts * years
    part = np.divide(posts, whole, out=np.zeros_like(posts), where=whole > 0)
    is_first = np.zeros(len(years))
    is_first[:1] = float(facts.is_new)
    leavers = posts * facts.turnover_per_year
    specialists = counted["staff_hours"] * (
        prices["specialist_year_usd"] / prices["specialist_paid_hours_per_year"]
    )
    supervisors = (
        specialists
        * prices["supervisor_posts_per_specialist"]
        * prices["supervisor_pay_ratio"]
        * facts.supervision_share
    )
    earned, taxed = counted["earnings_usd"], counted["taxes_usd"]
    employer_tax = earned * prices["employer_tax_share"]
    displaced = prices["displacement_share"]
    stable = counted["weeks_observed"] - counted["weeks_in_relapse"]
    return {
        "specialists": specialists,
        "supervisors": supervisors,
        "overhead": (specialists + supervisors) * prices["overhead_share"],
        "travel": counted["hours_travel"]
        * prices["travel_miles_per_hour"]
        * prices["mileage_usd_per_mile"],
        "training": (leavers + part * facts.posts * is_first)
        * prices["training_usd_per_specialist"],
        "hiring": leavers * prices["hiring_usd_per_specialist"],
        "start_up": part * facts.sites * is_first * prices["start_up_usd_per_site"],
        "reviews": part
        * (facts.sites * years * facts.supervision_share)
        * prices["programme_reviews_per_year"]
        * prices["programme_review_usd"],
        "benefits_planners": counted["benefits_plans"] * prices["benefits_plan_usd"],
        "preparation": counted["weeks_preparing"] * prices["preparation_week_usd"],
        "sheltered": counted["weeks_sheltered"] * prices["sheltered_week_usd"],
        "transitional": counted["weeks_transitional"] * prices["transitional_week_usd"],
        "day_programme": counted["programme_hours"] * prices["day_programme_hour_usd"],
        "care_team": counted["hours_team"]
        * prices["care_team_hours_per_meeting_hour"]
        * prices["care_team_hour_usd"],
        "medicaid_payments": specialists * prices["medicaid_share_of_support"],
        "vr_milestones": counted["milestones"]
        * (prices["vr_paid_share"] * facts.vr_contact_share)
        * prices["vr_milestone_usd"],
        "hospital": counted["hospital_days"] * prices["inpatient_day_usd"],
        "outpatient": counted["weeks_observed"] * prices["outpatient_week_usd"],
        "ssi": counted["ssi_full"] - counted["ssi_withdrawn"],
        "ssdi": counted["ssdi_full"] - counted["ssdi_withdrawn"],
        "overpaid": counted["overpaid"] - counted["recovered"],
        "food_support": -counted["food_withdrawn"] * prices["food_support_share"],
        "rent_support": -counted["rent_withdrawn"] * prices["rent_support_share"],
        "earnings": earned,
        "employee_tax": taxed,
        "employer_tax": employer_tax,
        "displaced_earnings": earned * displaced,
        "displaced_tax": taxed * displaced,
        "displaced_employer_tax": employer_tax * displaced,
        "qalys_health": (
            stable * prices["utility_stable"]
            + counted["weeks_in_relapse"] * prices["utility_relapse"]
        )
        / WEEKS_PER_YEAR,
        "qalys_liked_work": counted["weeks_in_liked_jobs"]
        * prices["utility_gain_employment"]
        / WEEKS_PER_YEAR,
    }
