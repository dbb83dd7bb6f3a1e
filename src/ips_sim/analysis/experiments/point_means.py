"""Means at the points of a sweep, with their Monte Carlo errors, and differences between points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ips_sim.model.outcomes import FIGURES, FloatArray
from ips_sim.runs.points_folder import PointRuns
from ips_sim.runs.ranges import HIGH, LOW, NORMAL_90, quotient

_ROW = {one.name: row for row, one in enumerate(FIGURES)}


@dataclass(frozen=True)
class PointMeans:
    """One outcome at every point.

    All points share their chance, so differences between points are known far better than the
    points themselves. A figure is a quotient of two sums; its error is that of the residuals of
    its top, as in ratio estimation.

    Attributes
    ----------
    outcome, unit
        What it is.
    mean
        Over all runs that did not fail, shape (points,); NaN where there is nothing to count.
    residual
        For each replicate its share in the error of the mean, shape (points, replicates); zero
        where it does not count.
    counts
        Which replicates count, shape (points, replicates).
    by_draw
        The figure of each draw, shape (points, draws).
    """

    outcome: str
    unit: str
    mean: FloatArray
    residual: FloatArray
    counts: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    by_draw: FloatArray

    @cached_property
    def error(self) -> FloatArray:
        """Monte Carlo error of each mean, shape (points,); NaN with fewer than two replicates."""
        return _error(self.residual, self.counts)

    @cached_property
    def interval(self) -> tuple[FloatArray, FloatArray]:
        """Ends of the 90 % interval: between draws, if there are any, or of the error."""
        if self.by_draw.shape[1] > 1:
            low, high = np.full((2, len(self.mean)), np.nan)
            whole = np.isfinite(self.by_draw).all(axis=1)
            if whole.any():
                low[whole], high[whole] = np.quantile(self.by_draw[whole], (LOW, HIGH), axis=1)
            return low, high
        return self.mean - NORMAL_90 * self.error, self.mean + NORMAL_90 * self.error

    def difference(self, point: int) -> tuple[FloatArray, FloatArray]:
        """Give every point's mean minus one point's, and the error of it."""
        shared = self.counts & self.counts[point]
        residual = np.where(shared, self.residual - self.residual[point], 0.0)
        return self.mean - self.mean[point], _error(residual, shared)


def point_means(runs: PointRuns, outcome: str, draws: int) -> PointMeans:
    """Take the means of an outcome or measure over the runs of each point."""
    one = FIGURES[_ROW[outcome]]
    points, each = runs.totals.shape[1:]
    shape = (points, draws, each // draws)
    top = runs.totals[one.top].reshape(shape)
    bottom = runs.totals[one.bottom].reshape(shape)
    done = np.isfinite(bottom)
    counts = done.all(axis=1)
    kept_top = np.where(done & counts[:, None], top, 0.0)
    kept_bottom = np.where(done & counts[:, None], bottom, 0.0)
    by_replicate_top, by_replicate_bottom = kept_top.sum(axis=1), kept_bottom.sum(axis=1)
    all_bottom = by_replicate_bottom.sum(axis=1)
    mean = quotient(one.per * by_replicate_top.sum(axis=1), all_bottom)
    with np.errstate(invalid="ignore"):
        off = one.per * by_replicate_top - mean[:, None] * by_replicate_bottom
        residual = quotient(off, all_bottom[:, None])
    return PointMeans(
        outcome=outcome,
        unit=one.unit,
        mean=mean,
        residual=residual,
        counts=counts,
        by_draw=quotient(one.per * kept_top.sum(axis=2), kept_bottom.sum(axis=2)),
    )


def _error(
    residual: FloatArray, counts: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> FloatArray:
    number = counts.sum(axis=1)
    made: FloatArray = np.full(len(residual), np.nan)
    several = number > 1
    squares = (residual * residual).sum(axis=1)
    made[several] = np.sqrt(squares[several] * number[several] / (number[several] - 1))
    return made
