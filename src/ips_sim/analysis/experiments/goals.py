"""The best region of a sweep: which points reach a goal, and which of them are as good as the best.

Chance is not taken for merit: a point keeps a bound, or is worse than the best, only if the 90 %
interval says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ips_sim.analysis.experiments.experiment import Bound, Goal
from ips_sim.analysis.experiments.point_means import PointMeans
from ips_sim.runs.ranges import NORMAL_90

Verdict = Literal["best", "tied", "worse", "outside", "failed"]
Keeps = Literal["yes", "perhaps", "no"]


@dataclass(frozen=True)
class Judged:
    """What a goal says of one point.

    Attributes
    ----------
    point
        Row of the design.
    verdict
        ``best``: reaches the goal, and best of those that do; ``tied``: reaches it, and chance may
        explain that it is not the best; ``worse``: reaches it, and is worse; ``outside``: breaks a
        bound; ``failed``: has no figures.
    bounds
        Whether it keeps all bounds; ``perhaps`` if chance may decide.
    value
        The outcome sought; NaN if only bounds count.
    difference, low, high
        From the best, with its 90 % interval.
    """

    point: int
    verdict: Verdict
    bounds: Keeps
    value: float
    difference: float
    low: float
    high: float

    @property
    def in_region(self) -> bool:
        """Whether the point belongs to the best region."""
        return self.verdict in ("best", "tied")


def judge(goal: Goal, means: Mapping[str, PointMeans]) -> list[Judged]:
    """Judge every point by a goal.

    Parameters
    ----------
    goal
        What is sought.
    means
        Each outcome that the goal names, at every point.
    """
    kept = [_keeps(bound, means[bound.outcome]) for bound in goal.bounds]
    sought = means[goal.outcome or goal.bounds[0].outcome]
    points = len(sought.mean)
    keeps: list[Keeps] = [_all_of([one[point] for one in kept]) for point in range(points)]
    exists = np.isfinite(sought.mean)
    for bound in goal.bounds:
        exists &= np.isfinite(means[bound.outcome].mean)
    reach = exists & np.array([one != "no" for one in keeps])
    nothing = float("nan")
    if not goal.outcome:
        return [
            Judged(
                point,
                "tied" if reach[point] else "outside" if exists[point] else "failed",
                keeps[point],
                nothing,
                nothing,
                nothing,
                nothing,
            )
            for point in range(points)
        ]
    sign = 1.0 if goal.largest else -1.0
    best = int(np.argmax(np.where(reach, sign * sought.mean, -np.inf)))
    difference, error = sought.difference(best)
    error = np.nan_to_num(error)
    low, high = difference - NORMAL_90 * error, difference + NORMAL_90 * error
    judged = []
    for point in range(points):
        verdict: Verdict
        if not exists[point]:
            verdict = "failed"
        elif not reach[point]:
            verdict = "outside"
        elif point == best:
            verdict = "best"
        else:
            nearest = high[point] if goal.largest else -low[point]
            verdict = "tied" if nearest >= 0 else "worse"
        compared = reach.any() and exists[point]
        judged.append(
            Judged(
                point,
                verdict,
                keeps[point],
                float(sought.mean[point]),
                *(float(one[point]) if compared else nothing for one in (difference, low, high)),
            )
        )
    return judged


def _keeps(bound: Bound, means: PointMeans) -> list[Keeps]:
    low, high = means.interval
    low, high = (np.where(np.isnan(end), means.mean, end) for end in (low, high))
    least = -np.inf if bound.at_least is None else bound.at_least
    most = np.inf if bound.at_most is None else bound.at_most
    inside = (low >= least) & (high <= most)
    touches = (high >= least) & (low <= most)
    return [
        "yes" if one else "perhaps" if other else "no"
        for one, other in zip(inside, touches, strict=True)
    ]


def _all_of(answers: Sequence[Keeps]) -> Keeps:
    if "no" in answers:
        return "no"
    return "perhaps" if "perhaps" in answers else "yes"
