"""From quantities per person to costs and QALYs.

Only additions, multiplications and divisions: results are the same bytes on any processor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ips_sim.economics.prices import Prices
from ips_sim.evidence import WEEKS_PER_YEAR

FloatArray: TypeAlias = npt.NDArray[np.float64]

QUANTITIES = (
    "staff_hours",
    "weeks_preparing",
    "weeks_sheltered",
    "weeks_transitional",
    "benefits_plans",
    "hospital_days",
    "weeks_observed",
    "weeks_in_relapse",
    "weeks_in_liked_jobs",
)
"""Columns of a table of people that pricing reads."""


class Columns(Protocol):
    """A table that gives a column by name: a mapping, a structured array, a data frame."""

    def __getitem__(self, name: str, /) -> Any:
        """Give the values of one column, one per person."""


def column(table: Columns, name: str) -> FloatArray:
    """Give a column as a float64 array.

    Raises
    ------
    ValueError
        If the table has no such column, or something in it is no finite number.
    """
    try:
        values = np.asarray(table[name], dtype=np.float64)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ValueError(f"the table of people has no column of numbers '{name}'") from error
    if not np.isfinite(values).all():
        raise ValueError(f"column '{name}' holds values that are no finite numbers")
    return values


@dataclass(frozen=True)
class ProgrammeCosts:
    """What a programme costs, part by part, for each person; shapes (people,).

    Attributes
    ----------
    specialists
        The share of the posts, which cost what they cost, used or idle.
    preparation, sheltered, transitional
        Places in training, workshops and transitional jobs.
    plans
        Benefits plans.
    """

    specialists: FloatArray
    preparation: FloatArray
    sheltered: FloatArray
    transitional: FloatArray
    plans: FloatArray

    @property
    def all(self) -> FloatArray:
        """All parts together."""
        return (
            self.specialists
            + (self.preparation + self.sheltered + self.transitional)
            + (self.plans)
        )


def programme_costs(people: Columns, prices: Prices) -> ProgrammeCosts:
    """Price what the programme did for each person, part by part.

    Parameters
    ----------
    people
        Quantities per person: ``staff_hours`` (the person's share of the posts, used or idle),
        ``weeks_preparing``, ``weeks_sheltered``, ``weeks_transitional``, ``benefits_plans``.
    prices
        Unit costs.

    Returns
    -------
    ProgrammeCosts
        US dollars of ``prices.price_year``, not discounted.
    """
    return ProgrammeCosts(
        specialists=posts_cost(column(people, "staff_hours"), prices),
        preparation=column(people, "weeks_preparing") * prices.preparation_week_usd,
        sheltered=column(people, "weeks_sheltered") * prices.sheltered_week_usd,
        transitional=column(people, "weeks_transitional") * prices.transitional_week_usd,
        plans=column(people, "benefits_plans") * prices.benefits_plan_usd,
    )


def posts_cost(staff_hours: npt.ArrayLike, prices: Prices) -> FloatArray:
    """Price specialist hours paid, used or idle: direct cost."""
    return np.asarray(staff_hours, dtype=np.float64) * prices.specialist_hour_usd


def places_cost(
    preparing: npt.ArrayLike,
    set_aside: npt.ArrayLike,
    sheltered: float,
    transitional: float,
    prices: Prices,
) -> FloatArray:
    """Price weeks in training and in set-aside jobs, which tables by week count as one.

    Parameters
    ----------
    preparing, set_aside
        Weeks of people in training, and in sheltered and transitional jobs together.
    sheltered, transitional
        How frequent the two are; where neither is, they are taken to be equally so.
    prices
        Unit costs.
    """
    if not sheltered + transitional:
        sheltered = transitional = 1.0
    week = (sheltered * prices.sheltered_week_usd + transitional * prices.transitional_week_usd) / (
        sheltered + transitional
    )
    return (
        np.asarray(preparing, dtype=np.float64) * prices.preparation_week_usd
        + np.asarray(set_aside, dtype=np.float64) * week
    )


def programme_cost(people: Columns, prices: Prices) -> FloatArray:
    """Price what the programme did for each person; see `programme_costs`."""
    return programme_costs(people, prices).all


def health_cost(people: Columns, prices: Prices) -> FloatArray:
    """Price each person's ``hospital_days``, in US dollars of ``prices.price_year``.

    Care outside hospital is not counted: the model gives everyone the same.  Days differ between
    programmes where relapses are met early: by care shared with a specialist, or by early care of
    the mental health team itself.
    """
    return column(people, "hospital_days") * prices.inpatient_day_usd


def qalys(people: Columns, prices: Prices) -> FloatArray:
    """Weigh each person's weeks alive and observed by their utility, in years, not discounted.

    Parameters
    ----------
    people
        ``weeks_observed`` (alive and followed), ``weeks_in_relapse`` among them, and
        ``weeks_in_liked_jobs`` among them, in relapse or not: work that meets too few of a
        person's wishes adds nothing.
    prices
        Utilities.

    Raises
    ------
    ValueError
        If someone has more weeks in relapse or in liked jobs than weeks observed.
    """
    observed = column(people, "weeks_observed")
    relapse = column(people, "weeks_in_relapse")
    liked = column(people, "weeks_in_liked_jobs")
    for name, weeks in (("weeks_in_relapse", relapse), ("weeks_in_liked_jobs", liked)):
        if (weeks > observed).any():
            raise ValueError(f"someone has more {name} than weeks_observed")
    utility_weeks = (
        (observed - relapse) * prices.utility_stable
        + relapse * prices.utility_relapse
        + liked * prices.utility_gain_employment
    )
    return utility_weeks / WEEKS_PER_YEAR


def priced_outcomes(people: Columns, prices: Prices) -> dict[str, FloatArray]:
    """Give the three outcomes that need prices; the model itself counts benefits and taxes.

    Parameters
    ----------
    people
        A table with the columns `QUANTITIES`.
    prices
        Unit costs and utilities.

    Returns
    -------
    dict of str to array of float64, shape (people,)
        ``programme_cost_usd``, ``health_cost_usd`` and ``qalys``, not discounted.
    """
    return {
        "programme_cost_usd": programme_cost(people, prices),
        "health_cost_usd": health_cost(people, prices),
        "qalys": qalys(people, prices),
    }


def discount_factors(years: int, rate_per_year: float) -> FloatArray:
    """Give what a dollar of each year is worth at the beginning: 1/(1+rate)^t in year t from 0.

    Within a year nothing is discounted.

    Parameters
    ----------
    years
        How many years.
    rate_per_year
        Discount rate, zero or more; 0.03 is 3 % a year.

    Returns
    -------
    array of float64, shape (years,)
        Multiply yearly amounts by it for their present value.

    Raises
    ------
    ValueError
        If the number of years or the rate is negative, or the rate no finite number.
    """
    if years < 0:
        raise ValueError(f"years must not be negative, found {years}")
    if not 0 <= rate_per_year < float("inf"):
        raise ValueError(f"the discount rate must be zero or more a year, found {rate_per_year}")
    # Repeated products round alike everywhere; np.power depends on the processor.
    growth = np.full(years, 1.0 + rate_per_year)
    growth[:1] = 1.0
    factors: FloatArray = 1.0 / np.cumprod(growth)
    return factors
