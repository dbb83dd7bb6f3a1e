"""Virtual factorial trials: which arms would tell principles apart, and how many people.

For two principles four arms: everything, without the first, without the second, without both.  For
all eight at once sixteen arms, in each of which half of the principles take part (`fraction`).
People in different arms are different people, so nothing is paired.  An arm of n people has the
mean of the simulated runs and their spread, scaled to n: people from as many agencies as it takes,
not from one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.principles.plan import PrinciplesPlan
from ips_sim.analysis.principles.shares import draw_means
from ips_sim.analysis.principles.totals import SHARED_OUTCOMES, WorldTotals
from ips_sim.model.outcomes import FloatArray

TRIAL_OUTCOMES = ("employed_ever", "weeks_worked")
"""What the virtual trial counts."""

SIGNIFICANCE = 0.05
"""Of the two-sided test."""

ENOUGH_POWER = 0.8
PRECISELY = 0.01
"""How near a number of people is found, as a part of it."""

QUESTIONS = {
    "apart": (0.0, -1.0, 1.0, 0.0),
    "first": (0.5, -0.5, 0.5, -0.5),
    "second": (0.5, 0.5, -0.5, -0.5),
    "interaction": (1.0, -1.0, -1.0, 1.0),
}
"""What is asked, as weights of the four arms: does the first bring more than the second (``apart``;
the difference of the two main effects, in which the arms with both and with neither cancel), does
each bring anything, and do they help each other."""


@dataclass(frozen=True)
class PowerRow:
    """A row of ``trial_power.csv``.

    Attributes
    ----------
    question
        One of `QUESTIONS`.
    difference
        What the trial would find with endless people, on average over draws.
    power
        Chance that a trial of this size finds it, on average over draws.
    """

    first: str
    second: str
    question: str
    outcome: str
    unit: str
    people_per_arm: int
    difference: float
    power: float


def power_of_test(difference: float, error: float) -> float:
    """Give the power of a two-sided test at 5 % for a normal estimate.

    Parameters
    ----------
    difference
        True difference.
    error
        Standard error of its estimate, zero or more.
    """
    normal = NormalDist()
    if error <= 0:
        return 1.0 if difference else SIGNIFICANCE
    critical = normal.inv_cdf(1 - SIGNIFICANCE / 2)
    ratio = abs(difference) / error
    return normal.cdf(ratio - critical) + normal.cdf(-ratio - critical)


def factorial_power(
    arms: FloatArray, people_per_run: float, sizes: Sequence[int]
) -> dict[str, list[tuple[float, float]]]:
    """Give difference and power for each question and size.

    Parameters
    ----------
    arms
        Means of runs, shape (4, draws, replicates): everything, without the first, without the
        second, without both.
    people_per_run
        How many people a run's mean is over.
    sizes
        People in each arm.

    Returns
    -------
    dict of question to list of (difference, power), one for each size
        NaN where no spread by chance is known, with fewer than two replicates.
    """
    variance = _variance_of_runs(arms)
    found = {}
    for question, weights in QUESTIONS.items():
        means = draw_means(np.tensordot(weights, arms, 1))[0]
        of_one_run = float((np.square(weights) * variance).sum())
        answers = []
        for size in sizes:
            error = np.sqrt(of_one_run * people_per_run / size)
            powers = (
                [power_of_test(float(one), float(error)) for one in means]
                if np.isfinite(error)
                else [float("nan")]
            )
            middle = float(means.mean()) if means.size else float("nan")
            answers.append((middle, float(np.mean(powers)) if powers else float("nan")))
        found[question] = answers
    return found


FACTORS = 8
"""How many principles a fraction of sixteen arms can hold."""
ARMS = 16
MOST_PEOPLE = 1_000_000
"""Trials larger than this are not looked for."""


def fraction() -> NDArray[np.bool_]:
    """Say who takes part in each arm of a trial of all principles at once.

    Sixteen of the 256 combinations (a 2^(8-4) design of resolution IV): each principle takes part
    in eight arms, any two together in four, and no main effect is mixed with that of a pair.

    Returns
    -------
    array of bool, shape (arms, principles)
    """
    four = np.arange(ARMS)[:, None] >> np.arange(4) & 1 == 1
    signs = np.where(four, 1, -1)
    a, b, c, d = signs.T
    every = np.stack([a, b, c, d, b * c * d, a * c * d, a * b * c, a * b * d], axis=1)
    return every > 0


def main_effect(present: NDArray[np.bool_]) -> FloatArray:
    """Give the weights of arms that add up to one principle's main effect.

    Parameters
    ----------
    present
        Shape (arms,): where it takes part.
    """
    weights: FloatArray = np.where(present, 1 / present.sum(), -1 / (~present).sum())
    return weights


def people_needed(arms: FloatArray, variance: FloatArray, weights: FloatArray) -> float:
    """Give the people that a trial needs, in all its arms, to find something with enough power.

    Parameters
    ----------
    arms
        Means of runs, shape (arms, draws, replicates).
    variance
        Of what one person more adds to the mean of an arm, shape (arms,): `variance_of_agencies`
        where every arm has agencies of its own, that between people of an agency where each
        agency has all arms.
    weights
        Of the arms, shape (arms,); arms that weigh nothing have no people.

    Returns
    -------
    float
        Infinite if even `MOST_PEOPLE` are too few, as where some draws have no effect, or one of
        the other sign.
    """
    used = weights != 0
    means = draw_means(np.tensordot(weights, arms, 1))[0]
    of_one_person = float((np.square(weights[used]) * variance[used]).sum() * used.sum())

    def power(people: float) -> float:
        error = float(np.sqrt(of_one_person / people))
        return float(np.mean([power_of_test(float(one), error) for one in means]))

    if not means.size or not power(MOST_PEOPLE) >= ENOUGH_POWER:
        return float("inf")
    low, high = 1.0, float(MOST_PEOPLE)
    while high / low > 1 + PRECISELY:
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if power(middle) >= ENOUGH_POWER else (middle, high)
    return high


def variance_of_agencies(arms: FloatArray, people_per_run: float) -> FloatArray:
    """Give the variance of one person where people come from as many agencies as it takes.

    Each run is an agency, so the spread between agencies is in it.
    """
    return _variance_of_runs(arms) * people_per_run


def _variance_of_runs(arms: FloatArray) -> FloatArray:
    """Variance of each arm's runs within draws: shape (4,)."""
    if arms.shape[2] < 2:
        return np.full(len(arms), np.nan)
    return np.array([np.nanmean(np.nanvar(arm, axis=1, ddof=1)) for arm in arms])


def trial_power(plan: PrinciplesPlan, totals: WorldTotals) -> list[PowerRow]:
    """Try every pair of players; none where orders were sampled and worlds are missing."""
    if plan.order_pairs:
        return []
    everybody = (1 << len(plan.names)) - 1
    means = totals.means
    rows = []
    for number, outcome in enumerate(SHARED_OUTCOMES):
        if outcome.name not in TRIAL_OUTCOMES:
            continue
        for first, second in combinations(range(len(plan.names)), 2):
            one, other = 1 << first, 1 << second
            worlds = [everybody, everybody ^ one, everybody ^ other, everybody ^ one ^ other]
            answers = factorial_power(
                means[number, worlds], totals.people_per_run, plan.trial_sizes
            )
            rows += [
                PowerRow(
                    plan.names[first],
                    plan.names[second],
                    question,
                    outcome.name,
                    outcome.unit,
                    size,
                    difference,
                    power,
                )
                for question, found in answers.items()
                for size, (difference, power) in zip(plan.trial_sizes, found, strict=True)
            ]
    return rows
