"""An open programme told by quarters: who comes, is served, works and leaves, and at what cost.

People enter such a programme all the time and are followed for unlike lengths, so that what it
does is told of the caseload of the time and per quarter, never per person who was ever referred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.outcomes import PER_100_YEARS, FloatArray
from ips_sim.model.rules.counting import WEEKS_IN_QUARTER, Weekly


@dataclass(frozen=True)
class QuarterFigure:
    """A figure of a programme in a quarter: `per` × top / bottom, both added up over its weeks.

    Attributes
    ----------
    name, unit, meaning
        For tables.
    top
        Columns of the weekly table that are added up.
    bottom
        What their sum is divided by; without it, by nothing.
    per
        What the quotient is multiplied by.
    through_work
        Whether it comes about by competitive work alone, so that what cross-validation says of the
        share who ever work says something of it too.
    """

    name: str
    unit: str
    meaning: str
    top: tuple[Weekly, ...]
    bottom: tuple[Weekly, ...] = ()
    per: float = 1.0
    through_work: bool = False

    @property
    def most(self) -> float:
        """The highest value that it can have; the lowest is 0."""
        return 1.0 if self.unit == "share" else float("inf")


_A_WEEK = 1.0 / WEEKS_IN_QUARTER

QUARTERLY = (
    QuarterFigure("referred", "people", "people referred in the quarter", (Weekly.REFERRED,)),
    QuarterFigure(
        "waiting",
        "people",
        "people on the waiting list, mean of the quarter's weeks",
        (Weekly.ON_WAITING_LIST,),
        per=_A_WEEK,
    ),
    QuarterFigure(
        "places_taken", "people", "people who got a place on a caseload", (Weekly.PLACES_TAKEN,)
    ),
    QuarterFigure("places_left", "people", "people who gave up their place", (Weekly.PLACES_LEFT,)),
    QuarterFigure(
        "caseload",
        "people",
        "people on the caseload, mean of the quarter's weeks",
        (Weekly.ON_CASELOAD,),
        per=_A_WEEK,
    ),
    QuarterFigure(
        "served",
        "people",
        "people on the caseload at some time in the quarter",
        (Weekly.SERVED_IN_QUARTER,),
    ),
    QuarterFigure(
        "employed",
        "people",
        "people served who worked competitively at some time in the quarter",
        (Weekly.EMPLOYED_IN_QUARTER,),
        through_work=True,
    ),
    QuarterFigure(
        "employed_in_quarter_share",
        "share",
        "people served who worked competitively at some time in the quarter",
        (Weekly.EMPLOYED_IN_QUARTER,),
        (Weekly.SERVED_IN_QUARTER,),
        through_work=True,
    ),
    QuarterFigure(
        "caseload_employed_share",
        "share",
        "the caseload in competitive work, mean of the weeks",
        (Weekly.EMPLOYED_SUPPORTED,),
        (Weekly.ON_CASELOAD,),
        through_work=True,
    ),
    QuarterFigure(
        "job_starts",
        "jobs",
        "competitive jobs started by people on the caseload",
        (Weekly.JOB_STARTS_SERVED,),
        through_work=True,
    ),
    QuarterFigure(
        "job_starts_per_100_caseload_years",
        "jobs",
        "competitive jobs that 100 people on the caseload start in a year at this rate",
        (Weekly.JOB_STARTS_SERVED,),
        (Weekly.ON_CASELOAD,),
        PER_100_YEARS,
        through_work=True,
    ),
    QuarterFigure(
        "stay_weeks",
        "weeks",
        "length of the stays on a caseload that ended in the quarter",
        (Weekly.STAY_WEEKS_ENDED,),
        (Weekly.PLACES_LEFT,),
    ),
    QuarterFigure(
        "turnover_per_year",
        "times a year",
        "specialists who left, for each post and year at this rate",
        (Weekly.POSTS_LEFT,),
        (Weekly.POSTS,),
        WEEKS_PER_YEAR,
    ),
    QuarterFigure(
        "staff_hours", "hours", "specialist hours paid, used or idle", (Weekly.STAFF_HOURS,)
    ),
    QuarterFigure(
        "employer_contacts",
        "contacts",
        "visits to employers, for a person or for the book",
        (Weekly.EMPLOYER_CONTACTS, Weekly.BOOK_VISITS),
    ),
)
"""Every figure that needs no prices, in the order in which tables show them."""


def by_quarter(weekly: FloatArray) -> FloatArray:
    """Add up weeks to quarters; the weeks after the last whole quarter are left out.

    Parameters
    ----------
    weekly
        Shape (..., weeks, columns of ``Weekly``), from the first week counted.

    Returns
    -------
    array of float64, shape (..., quarters, columns of ``Weekly``)
    """
    *front, weeks, columns = weekly.shape
    whole = weeks // WEEKS_IN_QUARTER
    cut = weekly[..., : whole * WEEKS_IN_QUARTER, :]
    sums: FloatArray = cut.reshape(*front, whole, WEEKS_IN_QUARTER, columns).sum(axis=-2)
    return sums


def quarter_figures(quarters: FloatArray) -> FloatArray:
    """Turn quarters into figures.

    Parameters
    ----------
    quarters
        As `by_quarter` gives them, shape (..., columns of ``Weekly``), added up over whatever the
        figures are to cover.

    Returns
    -------
    array of float64, shape (`QUARTERLY`, ...)
        NaN where nobody is counted.
    """

    def added(columns: tuple[Weekly, ...]) -> Any:
        return sum((quarters[..., one] for one in columns), start=np.zeros(quarters.shape[:-1]))

    made: FloatArray = np.full((len(QUARTERLY), *quarters.shape[:-1]), np.nan)
    for row, one in enumerate(QUARTERLY):
        bottom = added(one.bottom) if one.bottom else np.ones(quarters.shape[:-1])
        np.divide(one.per * added(one.top), bottom, out=made[row, ...], where=bottom > 0)
    return made
