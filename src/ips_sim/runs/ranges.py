"""Ranges of means and differences: the predictive range first, and the parts it is made of.

*Predictive* is what one site's result may be: the runs of all draws and replicates as an equally
weighted sample, each with its own people, site and parameters, moved by what the model misses.
Its parts are components of variance, each shown as the mean and 1.645 standard deviations:

``luck``
    Which people, and what happens to them day by day; shrinks with people.
``sites``
    Site to site; shrinks with sites.
``parameters``
    Between draws, chance taken out; shrinks with evidence.
``model``
    What cross-validation says the model misses; shrinks with a better model.

More replicates shrink none of them, only the Monte Carlo error of the mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ips_sim.model.outcomes import FIGURES, OUTCOMES, PEOPLE, TOTALS, FloatArray, figures
from ips_sim.runs.model_error import (
    EMPLOYED,
    Missed,
    components,
    log_odds,
    slopes,
    with_model_error,
)

Interval = Literal["predictive", "luck", "sites", "parameters", "model", "people"]

PREDICTIVE: Interval = "predictive"
"""The range to show where there is room for one."""
PARTS: tuple[Interval, ...] = ("luck", "sites", "parameters", "model")
"""What it is made of."""

LOW, HIGH = 0.05, 0.95
"""The ends of a range."""
FEWEST = 19
"""Values below whose least a twentieth of what may come lies; fewer have no such value."""
NORMAL_90 = 1.6448536269514722
"""Standard errors from the middle to each end of a normal range."""

PeopleReader: TypeAlias = Callable[[Sequence[int]], FloatArray]
"""Gives rows of the people matrix, over all people of a scenario, shape (rows, people)."""
Ends: TypeAlias = tuple[FloatArray, FloatArray]
"""Low and high ends of ranges, each of shape (figures,)."""

COLUMNS_AT_ONCE_BYTES = 256 * 2**20
"""How much of the people's values is held while ranges between people are found."""

BOTTOM = [one.bottom for one in FIGURES]
_MOST = np.array([one.most for one in FIGURES])
_PEOPLE = TOTALS.index(PEOPLE)


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
    missed
        What the model misses in each run.
    """

    name: str
    draw: NDArray[np.int64]
    replicate: NDArray[np.int64]
    site: NDArray[np.int64]
    totals: FloatArray
    person: NDArray[np.int64]
    read_people: PeopleReader
    missed: Missed

    @property
    def overall(self) -> FloatArray:
        """Figures over everything, shape (`FIGURES`,)."""
        return figures(self.totals.sum(axis=1))

    @property
    def log_odds(self) -> float:
        """Log odds of ever working over everything."""
        return log_odds(float(self.overall[EMPLOYED]), float(self.totals[_PEOPLE].sum()))

    @cached_property
    def results(self) -> Results:
        """What each draw and replicate brought over its sites."""
        draws = int(self.draw.max(initial=0)) + 1
        _, first, pair = np.unique(
            self.replicate * draws + self.draw, return_index=True, return_inverse=True
        )
        totals = grouped(self.totals, pair)
        values = figures(totals)
        moved = self.missed.log_odds(self.log_odds)[first]
        return Results(
            pair, self.draw[first], totals, values, with_model_error(values, totals[_PEOPLE], moved)
        )


@dataclass(frozen=True)
class Results:
    """What each pair of draw and replicate brought, sites added up.

    Attributes
    ----------
    pair
        Which of them each run belongs to, shape (runs,).
    draw
        Shape (pairs,).
    totals
        Shape (`TOTALS`, pairs).
    values, predicted
        Figures without and with what the model misses, shape (`FIGURES`, pairs).
    """

    pair: NDArray[np.int64]
    draw: NDArray[np.int64]
    totals: FloatArray
    values: FloatArray
    predicted: FloatArray


@dataclass(frozen=True)
class Ranges:
    """Every range of a scenario's figures, or of how they differ from a reference's.

    Attributes
    ----------
    ends
        By kind, in the order of tables; those of people are of the outcomes alone.
    people
        How many people have a value, shape (`OUTCOMES`,).
    """

    ends: dict[Interval, Ends]
    people: NDArray[np.int64]


def ranges_of(runs: ScenarioRuns) -> Ranges:
    """Give every range of a scenario's means."""
    results = runs.results
    people = _over_people([runs])
    model = np.hypot(*_by_model(runs))
    parts = _parts(results.values, results.draw, people.luck, model)
    middle = runs.overall
    return Ranges(
        {
            "predictive": predictive_range(results.predicted, 0.0, _MOST),
            **{kind: _around(middle, sd, 0.0, _MOST) for kind, sd in parts.items()},
            "people": (people.low, people.high),
        },
        people.count,
    )


def ranges_of_differences(runs: ScenarioRuns, reference: ScenarioRuns) -> Ranges:
    """Give every range of the differences from a reference, paired by draw, replicate and person.

    Ranges between people are left out where the two worlds don't hold the same people.
    """
    mine, other = runs.results, reference.results
    same = _same_people(runs, reference)
    people = _over_people([runs, reference]) if same else None
    luck = people.luck if people else _over_people([runs]).luck + _over_people([reference]).luck
    model = np.hypot(*(_by_model(runs) - _by_model(reference)))
    parts = _parts(mine.values - other.values, mine.draw, luck, model)
    middle = runs.overall - reference.overall
    ends: dict[Interval, Ends] = {
        "predictive": predictive_range(mine.predicted - other.predicted, -_MOST, _MOST),
        **{kind: _around(middle, sd, -_MOST, _MOST) for kind, sd in parts.items()},
    }
    if people:
        ends["people"] = (people.low, people.high)
    return Ranges(ends, people.count if people else np.zeros(len(OUTCOMES), dtype=np.int64))


def _by_model(runs: ScenarioRuns) -> FloatArray:
    """Give what figures move by with level and slope of what is missed, shape (2, `FIGURES`)."""
    moved: FloatArray = np.outer(components(runs.log_odds), slopes(runs.results.values))
    return moved


def _around(
    middle: FloatArray, sd: FloatArray, least: FloatArray | float, most: FloatArray
) -> Ends:
    """Give a part as a normal range around the mean, within what the figure can be."""
    return (
        np.clip(middle - NORMAL_90 * sd, least, most),
        np.clip(middle + NORMAL_90 * sd, least, most),
    )


def _parts(
    values: FloatArray, draw: NDArray[np.int64], luck: FloatArray, model: FloatArray
) -> dict[Interval, FloatArray]:
    """Give the standard deviation of each part; NaN where it is not known.

    Parameters
    ----------
    values
        Means or differences of each draw and replicate, shape (`FIGURES`, pairs).
    draw
        Shape (pairs,).
    luck
        Variance by luck of one of them, shape (`OUTCOMES`,); of measures it is not known.
    model
        What the model misses, shape (`FIGURES`,).
    """
    within, between = _variances(values, draw)
    of_luck = np.full(len(FIGURES), np.nan)
    of_luck[: luck.size] = luck
    known: dict[Interval, FloatArray] = {"luck": of_luck, "sites": within - of_luck}
    if draw.max(initial=0) > 0:
        known["parameters"] = between
    parts = {kind: np.sqrt(np.maximum(variance, 0.0)) for kind, variance in known.items()}
    return {**parts, "model": model}


def _variances(values: FloatArray, draw: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Split the variance of results into that within draws and that between, chance taken out.

    Returns
    -------
    tuple of two arrays of float64, shape (figures,)
        NaN where there are too few; the second may be negative.
    """
    finite = np.isfinite(values)
    filled = np.where(finite, values, 0.0)
    count = grouped(finite.astype(np.float64), draw)
    mean = quotient(grouped(filled, draw), count)
    _, row = np.unique(draw, return_inverse=True)
    residual = np.where(finite, filled - mean[:, row], 0.0)
    freedom = np.maximum(count - 1.0, 0.0).sum(axis=1)
    within = quotient((residual * residual).sum(axis=1), freedom)
    has = count > 0
    draws = has.sum(axis=1).astype(np.float64)
    mean = np.where(has, mean, 0.0)
    apart = np.where(has, mean - quotient(mean.sum(axis=1), draws)[:, None], 0.0)
    noise = within * quotient(np.where(has, 1.0 / np.maximum(count, 1.0), 0.0).sum(axis=1), draws)
    return within, quotient((apart * apart).sum(axis=1), draws - 1.0) - noise


@dataclass(frozen=True)
class _OverPeople:
    """Ranges between people, how many there are, and the variance of means by luck."""

    low: FloatArray
    high: FloatArray
    count: NDArray[np.int64]
    luck: FloatArray


def _over_people(worlds: Sequence[ScenarioRuns]) -> _OverPeople:
    """Look at the people of one world, or at how the same people differ between two."""
    parts = []
    for rows in _column_groups(len(worlds) * worlds[0].person.size):
        values = [one.read_people(rows) for one in worlds]
        pulls = [_pulls(one, rows, value) for one, value in zip(worlds, values, strict=True)]
        apart = values[0] - values[1] if len(values) > 1 else values[0]
        pull = pulls[0] - pulls[1] if len(pulls) > 1 else pulls[0]
        results = worlds[0].results
        parts.append(
            (
                *quantile_range(apart),
                np.isfinite(apart).sum(axis=1),
                (pull * pull).sum(axis=1) / results.draw.size,
            )
        )
    return _OverPeople(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _pulls(runs: ScenarioRuns, rows: Sequence[int], values: FloatArray) -> FloatArray:
    """Give how far each person pulls the mean of their draw and replicate, shape (rows, people).

    Against others of the same run, so that what sites differ by is not in it; people without a
    value pull nothing (residuals of a quotient of sums, as in ratio estimation).
    """
    run = np.repeat(np.arange(runs.draw.size), runs.totals[_PEOPLE].astype(np.int64))
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)

    def by_run(of: FloatArray) -> FloatArray:
        return np.array([np.bincount(run, row, runs.draw.size) for row in of])

    count = by_run(known.astype(np.float64))
    residual = np.where(known, filled - quotient(by_run(filled), count)[:, run], 0.0)
    freedom = np.maximum(count - 1.0, 0.0).sum(axis=1)
    scale = np.sqrt(quotient(count.sum(axis=1), freedom))
    results = runs.results
    bottom = results.totals[[BOTTOM[row] for row in rows]][:, results.pair[run]]
    pulls: FloatArray = residual * scale[:, None] / np.maximum(bottom, 1.0)
    return pulls


def grouped(totals: FloatArray, key: NDArray[np.int64]) -> FloatArray:
    """Add up columns with the same key, in their order; keys ascending."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sums: FloatArray = np.add.reduceat(totals[:, order], starts, axis=1)
    return sums


def quantile_range(values: FloatArray) -> Ends:
    """Describe the values that are there: the ends of each row's range, NaN with fewer than two."""
    return _row_by_row(values, lambda some: np.quantile(some, (LOW, HIGH), axis=1))


def predictive_range(
    values: FloatArray, least: FloatArray | float, most: FloatArray | float
) -> Ends:
    """Find where a further value of the same kind lies nine times in ten; NaN with fewer than two.

    From `FEWEST` values on they are quantiles; fewer have none beyond which a twentieth lies, so
    that the range is Student's for a further value of a normal distribution.

    Parameters
    ----------
    values
        Shape (rows, values); those that are not finite are left out.
    least, most
        What a value can be, for each row or for all.
    """
    low, high = _row_by_row(values, _further_value)
    return np.clip(low, least, most), np.clip(high, least, most)


def _further_value(values: FloatArray) -> FloatArray:
    count = values.shape[1]
    if count >= FEWEST:
        ends: FloatArray = np.quantile(values, (LOW, HIGH), axis=1, method="weibull")
        return ends
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    errors = stdtrit(count - 1, HIGH) * np.sqrt(1 + 1 / count)
    half = errors * values.std(axis=1, ddof=1)
    return np.stack([values.mean(axis=1) - half, values.mean(axis=1) + half])


def _row_by_row(values: FloatArray, ends_of: Callable[[FloatArray], FloatArray]) -> Ends:
    """Find ends of the finite values of each row, of those that are whole at once."""
    ends = np.full((2, values.shape[0]), np.nan)
    finite = np.isfinite(values)
    counts = finite.sum(axis=1)
    whole = counts == values.shape[1]
    if values.shape[1] > 1 and whole.any():
        ends[:, whole] = ends_of(values[whole])
    for row in np.flatnonzero(~whole & (counts > 1)):
        ends[:, [row]] = ends_of(values[[row]][:, finite[row]])
    return ends[0], ends[1]


def quotient(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Divide where there is something to divide by; NaN elsewhere."""
    made: FloatArray = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    np.divide(top, bottom, out=made, where=np.isfinite(bottom) & (bottom > 0))
    return made


def _column_groups(people: int) -> Iterator[list[int]]:
    """Split the outcomes so that each part of the people's values fits into memory."""
    at_once = max(1, COLUMNS_AT_ONCE_BYTES // (np.dtype(np.float64).itemsize * max(1, people)))
    for first in range(0, len(OUTCOMES), at_once):
        yield list(range(first, min(first + at_once, len(OUTCOMES))))


def _same_people(runs: ScenarioRuns, reference: ScenarioRuns) -> bool:
    return all(
        np.array_equal(getattr(runs, key), getattr(reference, key))
        for key in ("draw", "replicate", "site", "person")
    )
