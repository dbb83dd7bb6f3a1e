"""A stand-in for the simulator: linear in all parameters, bent in those that matter most."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls  # type: ignore[import-untyped]

from ips_sim.analysis.calibration.space import Space
from ips_sim.analysis.trials.targets import SITE_SPREAD

Floats = NDArray[np.float64]

PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Ridge penalties tried; each output takes the one with the smallest leave-one-out error."""
LINEAR_SHARE_OF_PENALTY = 0.3
"""Linear terms are shrunk this much less than squares and products."""
BENT = 15
"""Parameters of which an output has squares and products: those that move it most."""
FIRST_PENALTY = 10.0
"""Penalty of the linear regression that says which those are."""
FREE = 1e-6


class Regression:
    """Ridge regression of one output: every parameter, squares and products of the strongest.

    Parameters
    ----------
    points
        Shape (points, parameters), coordinates from -1 to 1.
    output
        Shape (points,), finite.

    Attributes
    ----------
    missed
        Shape (points,): by how much each point is missed when it is left out.
    leverage
        What share of a point's own chance enters its prediction, in the mean.
    """

    def __init__(self, points: Floats, output: Floats) -> None:
        self._middle = points.mean(axis=0)
        around = points - self._middle
        self._level = float(output.mean())
        wanted = output - self._level
        square = around.T @ around + FIRST_PENALTY * np.eye(around.shape[1])
        moves = np.abs(np.linalg.solve(square, around.T @ wanted)) * points.std(axis=0)
        self._bent = np.sort(np.argsort(-moves, kind="stable")[:BENT])
        terms = self._terms(points)
        weight = np.ones(terms.shape[1])
        weight[0] = FREE
        weight[1 : points.shape[1] + 1] = LINEAR_SHARE_OF_PENALTY
        left, singular, right = np.linalg.svd(terms / np.sqrt(weight), full_matrices=False)
        along = left.T @ wanted
        best = np.inf
        for penalty in PENALTIES:
            kept = singular**2 / (singular**2 + penalty)
            leverage = (left**2 * kept).sum(axis=1)
            missed = (wanted - left @ (kept * along)) / (1 - leverage)
            if (error := float((missed**2).mean())) < best:
                best, self.missed, self.leverage = error, missed, float(leverage.mean())
                solved = right.T @ (singular / (singular**2 + penalty) * along)
                self._coefficients = solved / np.sqrt(weight)

    def __call__(self, points: Floats) -> Floats:
        """Predict the output at some points, shape (points,)."""
        return np.asarray(self._terms(points) @ self._coefficients + self._level)

    def _terms(self, points: Floats) -> Floats:
        around = points - self._middle
        bent = around[:, self._bent]
        first, second = _pairs(bent.shape[1])
        return np.concatenate(
            [np.ones((len(points), 1)), around, bent[:, first] * bent[:, second]], axis=1
        )


@cache
def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of squares and products, which are asked for at every step of a sampler."""
    first, second = np.triu_indices(count)
    return first, second


SPREADS = 3
"""How many of the last outputs say how sites differ: two variances and a covariance."""


class Emulator:
    """The stand-in for the whole table of statistics.

    How sites differ is simulated with few sites and so with much noise, which a surface in all
    parameters would follow; it is a sum over the squares of the site spreads, each with a weight
    that is not negative.

    Parameters
    ----------
    space
        Which parameters the coordinates are of.
    points, table
        Shapes (points, parameters) and (points, outputs), the last three the spread of sites.
    noise
        Shape (outputs,): variance of the simulator's own chance at a point, where it is known.
    near
        Rows of ``points`` at which the error is taken; all of them by default.

    Attributes
    ----------
    missed
        Shape (outputs - 3,): root mean square error of leaving one point out, the simulator's own
        chance included.
    error
        The same without that chance: how far the stand-in is from what endless runs would say.
    """

    def __init__(
        self,
        space: Space,
        points: Floats,
        table: Floats,
        noise: Floats | None = None,
        near: NDArray[np.intp] | None = None,
    ) -> None:
        self._means = [Regression(points, output) for output in table[:, :-SPREADS].T]
        rows = slice(None) if near is None else near
        missed = np.array([(one.missed[rows] ** 2).mean() for one in self._means])
        own = np.zeros_like(missed) if noise is None else noise[:-SPREADS]
        leverage = np.array([one.leverage for one in self._means])
        self.missed = np.sqrt(missed)
        self.error = np.sqrt(np.maximum(missed - own, own * leverage))
        self._space = space
        self._columns = [
            column for column, name in enumerate(space.names) if name.startswith(SITE_SPREAD)
        ]
        squares = self._squares(points)
        self._weights = np.stack(
            [nnls(squares, table[:, column])[0] for column in range(-SPREADS, 0)], axis=1
        )

    def __call__(self, points: Floats) -> Floats:
        """Predict the table at some points, shape (points, outputs)."""
        means = np.stack([one(points) for one in self._means], axis=1)
        return np.concatenate([means, self._squares(points) @ self._weights], axis=1)

    def _squares(self, points: Floats) -> Floats:
        values = self._space.values(points)[:, self._columns]
        return np.concatenate([np.ones((len(points), 1)), values**2], axis=1)
