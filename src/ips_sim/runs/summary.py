"""Means with their errors and ranges, and how scenarios differ.

Runs are added up in the order of the plan by NumPy.  A range covers 90 % of one kind of spread:
``parameters`` between draws, ``chance`` between replicates, ``people`` between people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ips_sim.model.outcomes import FIGURES, OUTCOMES, FloatArray, figures

Interval = Literal["parameters", "chance", "people"]

LOW, HIGH = 0.05, 0.95
"""The ends of a range."""
NORMAL_90 = 1.6448536269514722
"""Standard errors from the middle to each end of a normal range."""

PeopleReader: TypeAlias = Callable[[Sequence[int]], FloatArray]
"""Gives rows of the people matrix, over all people of a scenario, shape (rows, people)."""

COLUMNS_AT_ONCE_BYTES = 256 * 2**20
"""How much of the people's values is held while ranges between people are found."""

_TOP = [one.top for one in FIGURES]
_BOTTOM = [one.bottom for one in FIGURES]
_PER = np.array([one.per for one in FIGURES])


@dataclass(frozen=True)
class ScenarioRuns:
    """All runs of a scenario, added up run by run, and a way to its people.

    Attributes
    ----------
    name
        The scenario's name.
    draw, replicate, site
        Shape (runs,), in the order of the plan.
    totals
        Shape (`TOTALS`, runs).
    person
        Numbers of the people counted, run after run, shape (people,).
    read_people
        Reads their outcomes, some at a time.
    """

    name: str
    draw: NDArray[np.int64]
    replicate: NDArray[np.int64]
    site: NDArray[np.int64]
    totals: FloatArray
    person: NDArray[np.int64]
    read_people: PeopleReader

    def by(self, key: NDArray[np.int64]) -> FloatArray:
        """Figures of each value of a key, over everything else: shape (`FIGURES`, values)."""
        return figures(_grouped(self.totals, key))

    @property
    def overall(self) -> FloatArray:
        """Figures over everything, shape (`FIGURES`,)."""
        return figures(self.totals.sum(axis=1))


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

    Sites of a replicate are runs of their own; draws share chance and are added up.  A figure is
    a quotient of two sums, so its error is that of the residuals of its top (as in ratio
    estimation); for outcomes over everyone this is the standard error of a mean.

    Returns
    -------
    array of float64, shape (`FIGURES`,)
        NaN with fewer than two runs.
    """
    sites = int(runs.site.max(initial=0)) + 1
    totals = _grouped(runs.totals, runs.replicate * sites + runs.site)
    count = totals.shape[1]
    made: FloatArray = np.full(len(FIGURES), np.nan)
    if count < 2:
        return made
    bottom = totals[_BOTTOM].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = totals[_TOP].sum(axis=1) / bottom
        residual = totals[_TOP] - quotient[:, None] * totals[_BOTTOM]
    squares = (residual * residual).sum(axis=1)
    np.divide(_PER * np.sqrt(squares * (count / (count - 1))), bottom, out=made, where=bottom > 0)
    return made


def summarise(runs: ScenarioRuns) -> list[SummaryRow]:
    """Give the mean of every outcome and measure, a row for each kind of range."""
    mean = runs.overall
    error = monte_carlo_errors(runs)
    count = runs.totals.sum(axis=1)[_BOTTOM]
    ranges = list(_run_ranges(runs))
    ranges.append(("people", *_people_ranges(runs)))
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
        for row, one in enumerate(FIGURES)
        for interval, low, high in ranges
        if row < low.shape[0]
    ]


def contrast(runs: ScenarioRuns, reference: ScenarioRuns) -> list[ContrastRow]:
    """Set a scenario against a reference, paired by draw and replicate, and person by person.

    Ranges between people are left out where the two worlds don't hold the same people.
    """
    mean, base = runs.overall, reference.overall
    ratio = _quotient(mean, base)
    nothing = np.full(len(OUTCOMES), np.nan)
    pairs: list[_Pairs] = []
    for interval, key, base_key in _keys(runs, reference):
        mine, other = runs.by(key), reference.by(base_key)
        difference, quotients = mine - other, _quotient(mine, other)
        pairs.append(
            _Pairs(
                interval,
                np.isfinite(difference).sum(axis=1),
                *_range(difference),
                *_range(quotients, only_if_complete=True),
            )
        )
    if _same_people(runs, reference):
        pairs.append(_Pairs("people", *_paired_people(runs, reference), nothing, nothing))
    return [
        ContrastRow(
            runs.name,
            reference.name,
            one.name,
            one.unit,
            int(pair.count[row]),
            float(mean[row] - base[row]),
            float(pair.low[row]),
            float(pair.high[row]),
            float(ratio[row]),
            float(pair.ratio_low[row]),
            float(pair.ratio_high[row]),
            pair.interval,
        )
        for row, one in enumerate(FIGURES)
        for pair in pairs
        if row < pair.low.shape[0]
    ]


@dataclass(frozen=True)
class _Pairs:
    """How many pairs there are of each figure, and the range of their differences and ratios."""

    interval: Interval
    count: NDArray[np.int64]
    low: FloatArray
    high: FloatArray
    ratio_low: FloatArray
    ratio_high: FloatArray


def _grouped(totals: FloatArray, key: NDArray[np.int64]) -> FloatArray:
    """Add up columns with the same key, in their order; keys ascending."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sums: FloatArray = np.add.reduceat(totals[:, order], starts, axis=1)
    return sums


def _run_ranges(runs: ScenarioRuns) -> Iterator[tuple[Interval, FloatArray, FloatArray]]:
    if runs.draw.max(initial=0) > 0:
        yield "parameters", *_range(runs.by(runs.draw))
    yield "chance", *_range(runs.by(runs.replicate))


def _keys(
    runs: ScenarioRuns, reference: ScenarioRuns
) -> Iterator[tuple[Interval, NDArray[np.int64], NDArray[np.int64]]]:
    if runs.draw.max(initial=0) > 0:
        yield "parameters", runs.draw, reference.draw
    yield "chance", runs.replicate, reference.replicate


def _range(values: FloatArray, *, only_if_complete: bool = False) -> tuple[FloatArray, FloatArray]:
    """Find the ends of each row's range; NaN with fewer than two values."""
    ends = np.full((2, values.shape[0]), np.nan)
    finite = np.isfinite(values)
    counts = finite.sum(axis=1)
    whole = counts == values.shape[1]
    if values.shape[1] > 1 and whole.any():
        ends[:, whole] = np.quantile(values[whole], (LOW, HIGH), axis=1)
    if not only_if_complete:
        for row in np.flatnonzero(~whole & (counts > 1)):
            ends[:, row] = np.quantile(values[row, finite[row]], (LOW, HIGH))
    return ends[0], ends[1]


def _quotient(top: FloatArray, bottom: FloatArray) -> FloatArray:
    made: FloatArray = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=made, where=np.isfinite(bottom) & (bottom != 0))
    return made


def _column_groups(people: int) -> Iterator[list[int]]:
    """Split the outcomes so that each part of the people's values fits into memory."""
    at_once = max(1, COLUMNS_AT_ONCE_BYTES // (np.dtype(np.float64).itemsize * max(1, people)))
    for first in range(0, len(OUTCOMES), at_once):
        yield list(range(first, min(first + at_once, len(OUTCOMES))))


def _people_ranges(runs: ScenarioRuns) -> tuple[FloatArray, FloatArray]:
    ends = [_range(runs.read_people(group)) for group in _column_groups(runs.person.size)]
    return np.concatenate([low for low, _ in ends]), np.concatenate([high for _, high in ends])


def _same_people(runs: ScenarioRuns, reference: ScenarioRuns) -> bool:
    return all(
        np.array_equal(getattr(runs, key), getattr(reference, key))
        for key in ("draw", "replicate", "site", "person")
    )


def _paired_people(
    runs: ScenarioRuns, reference: ScenarioRuns
) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
    counts, lows, highs = [], [], []
    for group in _column_groups(2 * runs.person.size):
        difference = runs.read_people(group) - reference.read_people(group)
        counts.append(np.isfinite(difference).sum(axis=1))
        low, high = _range(difference)
        lows.append(low)
        highs.append(high)
    return np.concatenate(counts), np.concatenate(lows), np.concatenate(highs)


def outcome_error(runs: ScenarioRuns, outcome: str) -> float:
    """Give the Monte Carlo error of one outcome's mean; infinite while it is not known."""
    error = monte_carlo_errors(runs)[[one.name for one in FIGURES].index(outcome)]
    return float(error) if np.isfinite(error) else float("inf")
