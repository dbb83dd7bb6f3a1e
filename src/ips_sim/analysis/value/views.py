"""Views of one table of paired draws: what each strategy costs and brings in each draw.

Plain functions of two arrays, cost and effect, both of shape (draws, strategies).  A row is one
draw of everything that is uncertain, the same for all strategies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ips_sim.runs.ranges import predictive_range

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Standing = Literal["reference", "on the frontier", "dominated", "extended dominance"]

DEGREE = 2
"""Of the polynomial by which net benefit follows an input that is known."""
SHUFFLES = 20
"""How often inputs are shuffled to see what a regression finds where there is nothing."""
FOLDS = 10
"""Groups of draws that are left out in turn for a standard error."""


@dataclass(frozen=True)
class Frontier:
    """Who is on the frontier of cost and effect; shapes (strategies,).

    Attributes
    ----------
    ratio
        Cost of one more unit of effect against the next cheaper on the frontier; NaN for the
        cheapest and for whoever is not on it.
    is_dominated
        Another costs no more and brings no less.
    is_extended
        A mix of two others costs no more and brings no less.
    """

    ratio: FloatArray
    is_dominated: NDArray[np.bool_]
    is_extended: NDArray[np.bool_]


def frontier(cost: FloatArray, effect: FloatArray) -> Frontier:
    """Find incremental cost-effectiveness ratios, with dominance and extended dominance.

    Parameters
    ----------
    cost, effect
        Means by strategy, shape (strategies,).
    """
    count = len(cost)
    dominated = np.zeros(count, dtype=bool)
    for one in range(count):
        for other in range(count):
            no_dearer, no_less = cost[other] <= cost[one], effect[other] >= effect[one]
            differs = cost[other] < cost[one] or effect[other] > effect[one]
            # Of twins the first stands for both.
            is_twin = not differs and other < one
            if other != one and no_dearer and no_less and (differs or is_twin):
                dominated[one] = True
    extended = np.zeros(count, dtype=bool)
    while True:
        left = [one for one in np.lexsort((effect, cost)).tolist() if not dominated[one]]
        left = [one for one in left if not extended[one]]
        ratios = [
            (cost[after] - cost[before]) / (effect[after] - effect[before])
            for before, after in zip(left, left[1:], strict=False)
        ]
        worse = [place for place in range(1, len(ratios)) if ratios[place] < ratios[place - 1]]
        if not worse:
            break
        extended[left[worse[0]]] = True
    ratio = np.full(count, np.nan)
    for place, one in enumerate(left[1:]):
        ratio[one] = ratios[place]
    return Frontier(ratio, dominated, extended)


def net_benefit(cost: FloatArray, effect: FloatArray, threshold: float) -> FloatArray:
    """Give net monetary benefit: effect times what a unit is worth, less cost."""
    made: FloatArray = effect * threshold - cost
    return made


def acceptability(cost: FloatArray, effect: FloatArray, thresholds: Sequence[float]) -> FloatArray:
    """Give how probable it is that each strategy is best, shape (thresholds, strategies).

    Strategies that tie share a draw.
    """
    rows = []
    for threshold in thresholds:
        benefit = net_benefit(cost, effect, threshold)
        is_best = benefit == benefit.max(axis=1, keepdims=True)
        rows.append((is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0))
    return np.array(rows)


def best_by_mean(cost: FloatArray, effect: FloatArray, thresholds: Sequence[float]) -> IntArray:
    """Give who is best by expected net benefit, the acceptability frontier; (thresholds,)."""
    means = [net_benefit(cost, effect, one).mean(axis=0) for one in thresholds]
    return np.array([int(one.argmax()) for one in means], dtype=np.int64)


def perfect_information(
    cost: FloatArray, effect: FloatArray, thresholds: Sequence[float]
) -> FloatArray:
    """Give the expected value of perfect information, in dollars a person, shape (thresholds,)."""
    values = []
    for threshold in thresholds:
        benefit = net_benefit(cost, effect, threshold)
        values.append(max(0.0, float(benefit.max(axis=1).mean() - benefit.mean(axis=0).max())))
    return np.array(values)


@dataclass(frozen=True)
class PartialInformation:
    """The expected value of knowing one input, in dollars a person, and its standard error."""

    value: float
    error: float


def partial_information(benefit: FloatArray, inputs: FloatArray) -> PartialInformation:
    """Give the expected value of knowing inputs, by regression of net benefit on them.

    Parameters
    ----------
    benefit
        Net benefit, shape (draws, strategies).
    inputs
        One input, or several that are known together, shape (draws,) or (draws, inputs).

    Returns
    -------
    PartialInformation
        Beyond what the same inputs bring when shuffled, which is what a regression finds where
        there is nothing.  The standard error is by leaving out a tenth of the draws in turn, or
        how far shuffled ones differ, whichever is larger.
    """
    table = inputs[:, None] if inputs.ndim == 1 else inputs
    chance = np.random.default_rng(0)
    shuffled = [_known(benefit, table[chance.permutation(len(table))]) for _ in range(SHUFFLES)]
    value = max(0.0, _known(benefit, table) - float(np.mean(shuffled)))
    fold = np.arange(len(benefit)) % FOLDS
    left_out = np.array([_known(benefit[fold != one], table[fold != one]) for one in range(FOLDS)])
    spread = ((left_out - left_out.mean()) ** 2).sum() * (FOLDS - 1) / FOLDS
    return PartialInformation(value, max(float(np.sqrt(spread)), float(np.std(shuffled))))


def _known(benefit: FloatArray, table: FloatArray) -> float:
    fitted = _fitted(benefit, table)
    return max(0.0, float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max()))


def _fitted(benefit: FloatArray, table: FloatArray) -> FloatArray:
    """Follow net benefit along inputs by a polynomial in each, shape of the benefit."""
    design = _design(table, table, DEGREE)
    solution = np.linalg.lstsq(design, benefit, rcond=None)[0]
    made: FloatArray = design @ solution
    return made


def _design(at: FloatArray, table: FloatArray, degree: int) -> FloatArray:
    sd = table.std(axis=0)
    scaled = (at - table.mean(axis=0)) / np.where(sd > 0, sd, 1.0)
    powers = [scaled**power for power in range(1, degree + 1)]
    return np.concatenate([np.ones((len(at), 1)), *powers], axis=1)


def followed(values: FloatArray, one_input: FloatArray, at: Sequence[float]) -> FloatArray:
    """Give what values are expected to be where an input has these, by a line; shape (at,)."""
    table = one_input[:, None]
    solution = np.linalg.lstsq(_design(table, table, 1), values, rcond=None)[0]
    made: FloatArray = _design(np.array(at)[:, None], table, 1) @ solution
    return made


def swing_error(values: FloatArray, one_input: FloatArray, ends: Sequence[float]) -> float:
    """Give the standard error of how far values move between two values of an input."""
    fold = np.arange(len(values)) % FOLDS
    swings = []
    for one in range(FOLDS):
        low, high = followed(values[fold != one], one_input[fold != one], ends)
        swings.append(high - low)
    apart = np.array(swings) - np.mean(swings)
    return float(np.sqrt((apart * apart).sum() * (FOLDS - 1) / FOLDS))


def break_even_year(increments: FloatArray) -> float | None:
    """Give the year from which a strategy has paid for itself; None if not by the end.

    Parameters
    ----------
    increments
        What it costs more in each year, discounted, shape (years,); below zero it saves.
    """
    total = np.concatenate([[0.0], np.cumsum(increments)])
    above = np.flatnonzero(total > 0)
    if not above.size:
        return 0.0
    last = int(above[-1])
    if last == len(total) - 1:
        return None
    return last + float(total[last] / (total[last] - total[last + 1]))


def share_of_chance(runs: FloatArray, means: FloatArray) -> float:
    """Give what part of the variance between draws is chance.

    Parameters
    ----------
    runs
        A value of each draw and replicate, shape (draws, replicates).
    means
        The same of each draw, all that differs between draws in it, shape (draws,).
    """
    within = runs.var(axis=1, ddof=1).mean() / runs.shape[1]
    between = float(means.var(ddof=1))
    return float(within / between) if between > 0 else 0.0 if within == 0 else np.inf


def triangular(share: FloatArray, low: float, middle: float, high: float) -> FloatArray:
    """Give the quantiles of a triangular distribution at these shares."""
    if low == high:
        return np.full(share.shape, middle)
    turn = (middle - low) / (high - low)
    rising = low + np.sqrt(share * (high - low) * (middle - low))
    falling = high - np.sqrt((1.0 - share) * (high - low) * (high - middle))
    return np.where(share < turn, rising, falling)


def spread(values: FloatArray) -> tuple[float, float, float]:
    """Give mean and 90 % range."""
    (low,), (high,) = predictive_range(values[None], -np.inf, np.inf)
    return float(values.mean()), float(low), float(high)
