"""A virtual factorial trial: which arms would tell two principles apart, and how many people.

Four arms: everything, without the first, without the second, without both.  People in different
arms are different people, so nothing is paired.  An arm of n people has the mean of the simulated
runs and their spread, scaled to n: people from as many agencies as it takes, not from one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np

from ips_sim.analysis.principles.plan import PrinciplesPlan
from ips_sim.analysis.principles.shares import draw_means
from ips_sim.analysis.principles.totals import SHARED_OUTCOMES, WorldTotals
from ips_sim.model.outcomes import FloatArray

TRIAL_OUTCOMES = ("employed_ever", "weeks_worked")
"""What the virtual trial counts."""

SIGNIFICANCE = 0.05
"""Of the two-sided test."""

ENOUGH_POWER = 0.8

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
