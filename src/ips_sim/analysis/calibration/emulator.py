"""A quadratic stand-in for the simulator, with its own error known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls  # type: ignore[import-untyped]

from ips_sim.analysis.calibration.space import Space

Floats = NDArray[np.float64]

PENALTIES = (0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Ridge penalties tried; each output takes the one with the smallest leave-one-out error."""
LINEAR_SHARE_OF_PENALTY = 0.1
"""Linear terms are shrunk this much less than squares and products."""
FREE = 1e-6


class QuadraticRegression:
    """Quadratic ridge regression of many outputs on coordinates from -1 to 1.

    Parameters
    ----------
    points
        Shape (points, parameters).
    outputs
        Shape (points, outputs), finite.

    Attributes
    ----------
    error
        Shape (outputs,): root mean square error of leaving one point out.
    unexplained
        The same as a share of the output's standard deviation.
    """

    def __init__(self, points: Floats, outputs: Floats) -> None:
        terms = _terms(points)
        self._mean, self._scale = outputs.mean(axis=0), outputs.std(axis=0) + FREE
        wanted = (outputs - self._mean) / self._scale
        weight = np.ones(terms.shape[1])
        weight[0] = FREE
        weight[1 : points.shape[1] + 1] = LINEAR_SHARE_OF_PENALTY
        left, singular, right = np.linalg.svd(terms / np.sqrt(weight), full_matrices=False)
        along = left.T @ wanted
        self.unexplained = np.full(outputs.shape[1], np.inf)
        coefficients = np.zeros((terms.shape[1], outputs.shape[1]))
        for penalty in PENALTIES:
            kept = singular**2 / (singular**2 + penalty)
            leverage = (left**2 * kept).sum(axis=1)
            missed = (wanted - left @ (kept[:, None] * along)) / (1 - leverage)[:, None]
            error = np.sqrt((missed**2).mean(axis=0))
            solved = right.T @ ((singular / (singular**2 + penalty))[:, None] * along)
            better = error < self.unexplained
            self.unexplained[better] = error[better]
            coefficients[:, better] = solved[:, better]
        self._coefficients = coefficients / np.sqrt(weight)[:, None]
        self.error = self.unexplained * self._scale

    def __call__(self, points: Floats) -> Floats:
        """Predict the outputs at some points, shape (points, outputs)."""
        return np.asarray(_terms(points) @ self._coefficients * self._scale + self._mean)


def _terms(points: Floats) -> Floats:
    first, second = np.triu_indices(points.shape[1])
    return np.concatenate(
        [np.ones((len(points), 1)), points, points[:, first] * points[:, second]], axis=1
    )


SPREADS = 3
"""How many of the last outputs say how sites differ: two variances and a covariance."""
SITE_SPREAD = "site_spread_of_"


class Emulator:
    """The stand-in for the whole table of statistics.

    Targets and arms are quadratic in the coordinates.  How sites differ is simulated with few
    sites and so with much noise, which a quadratic surface in all parameters would follow; it is
    a sum over the squares of the site spreads, each with a weight that is not negative.

    Parameters
    ----------
    space
        Which parameters the coordinates are of.
    points, table
        Shapes (points, parameters) and (points, outputs), the last three the spread of sites.

    Attributes
    ----------
    error
        Shape (outputs - 3,): error of the targets and arms, leaving one point out.
    """

    def __init__(self, space: Space, points: Floats, table: Floats) -> None:
        self._means = QuadraticRegression(points, table[:, :-SPREADS])
        self.error = self._means.error
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
        spread = self._squares(points) @ self._weights
        return np.concatenate([self._means(points), spread], axis=1)

    def _squares(self, points: Floats) -> Floats:
        values = self._space.values(points)[:, self._columns]
        return np.concatenate([np.ones((len(points), 1)), values**2], axis=1)
