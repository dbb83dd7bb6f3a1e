"""Means with their errors and ranges, and how scenarios differ.

Runs are added up in the order of the plan by NumPy.  `ips_sim.runs.ranges` says what ranges cover.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ips_sim.model.outcomes import FIGURES, FloatArray
from ips_sim.runs.errors import RunError
from ips_sim.runs.ranges import (
    BOTTOM,
    HIGH,
    NORMAL_90,
    Interval,
    ScenarioRuns,
    grouped,
    predictive_range,
    quotient,
    ranges_of,
    ranges_of_differences,
)

_TOP = [one.top for one in FIGURES]
_PER = np.array([one.per for one in FIGURES])


@dataclass(frozen=True)
class SummaryRow:
    """A row of ``summary.csv``."""

    scenario: str
    outcome: str
    unit: str
    n: int
    mean: float
    mc_error: float
    low: float
    high: float
    interval: Interval


@dataclass(frozen=True)
class ContrastRow:
    """A row of ``contrasts.csv``."""

    scenario: str
    reference: str
    outcome: str
    unit: str
    n: int
    difference: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    interval: Interval


def monte_carlo_errors(runs: ScenarioRuns) -> FloatArray:
    """Give the standard error of each figure as an estimate of what endless replicates would give.

    The draws are taken as they are; sites of a replicate are runs of their own.  A figure is
    a quotient of two sums, so its error is that of the residuals of its top (as in ratio
    estimation); for outcomes over everyone this is the standard error of a mean.

    Returns
    -------
    array of float64, shape (`FIGURES`,)
        NaN with fewer than two runs of a draw.
    """
    count = grouped(np.ones((1, runs.draw.size)), runs.draw)
    made: FloatArray = np.full(len(FIGURES), np.nan)
    if count.min() < 2:
        return made
    bottom = runs.totals[BOTTOM].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = runs.totals[_TOP].sum(axis=1) / bottom
        residual = runs.totals[_TOP] - overall[:, None] * runs.totals[BOTTOM]
    residual = residual - (grouped(residual, runs.draw) / count)[:, runs.draw]
    squares = (grouped(residual * residual, runs.draw) * (count / (count - 1))).sum(axis=1)
    np.divide(_PER * np.sqrt(squares), bottom, out=made, where=bottom > 0)
    return made


def summarise(runs: ScenarioRuns) -> list[SummaryRow]:
    """Give the mean of every outcome and measure, a row for each kind of range."""
    mean = runs.overall
    error = monte_carlo_errors(runs)
    count = runs.totals.sum(axis=1)[BOTTOM]
    return [
        SummaryRow(
            runs.name,
            one.name,
            one.unit,
            int(count[row]),
            float(mean[row]),
            float(error[row]),
            float(low[row]),
            float(high[row]),
            interval,
        )
        for ranges in [ranges_of(runs)]
        for row, one in enumerate(FIGURES)
        for interval, (low, high) in ranges.ends.items()
        if row < low.shape[0]
    ]


def contrast(runs: ScenarioRuns, reference: ScenarioRuns) -> list[ContrastRow]:
    """Set a scenario against a reference, paired by draw and replicate, and person by person."""
    mean, base = runs.overall, reference.overall
    ratio = quotient(mean, base)
    mine, other = runs.results, reference.results
    pairs = np.isfinite(mine.values - other.values).sum(axis=1)
    ratios = quotient(mine.predicted, other.predicted)
    # Where some have none, a range of the others would be one of chosen runs.
    ratios[~np.isfinite(ratios).all(axis=1)] = np.nan
    ratio_low, ratio_high = predictive_range(ratios, 0.0, np.inf)
    ranges = ranges_of_differences(runs, reference)
    return [
        ContrastRow(
            runs.name,
            reference.name,
            one.name,
            one.unit,
            int(ranges.people[row] if interval == "people" else pairs[row]),
            float(mean[row] - base[row]),
            float(low[row]),
            float(high[row]),
            float(ratio[row]),
            float(ratio_low[row] if interval == "predictive" else np.nan),
            float(ratio_high[row] if interval == "predictive" else np.nan),
            interval,
        )
        for row, one in enumerate(FIGURES)
        for interval, (low, high) in ranges.ends.items()
        if row < low.shape[0]
    ]


def replicates_needed(runs: ScenarioRuns, outcome: str, error: float, replicates: int) -> int:
    """Say from a pilot how many replicates of each draw a precision takes, by Stein's rule.

    Student's quantile over the normal one makes up for a spread that is known from a pilot alone:
    the mean and 1.645 times the error asked for hold what endless replicates would give nine times
    in ten.

    Parameters
    ----------
    runs
        The pilot.
    outcome, error
        Whose Monte Carlo error is to get how small.
    replicates
        Those of the pilot; fewer are never needed.
    """
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    found = monte_carlo_errors(runs)[[one.name for one in FIGURES].index(outcome)]
    if not np.isfinite(found):
        raise RunError(
            f"the pilot of {replicates} replicates brought no {outcome} in {runs.name}: "
            "ask for more replicates"
        )
    draws = np.unique(runs.draw).size
    wider = float(stdtrit(runs.draw.size - draws, HIGH)) / NORMAL_90
    needed: int = math.ceil(replicates * (wider * found / error) ** 2)
    return max(replicates, needed)
