"""How much of an outcome's variance is mere chance, told apart from what the factors explain.

All points share their chance: replicate number r has the same people, relapses and vacancies
everywhere. So a value is a mean, plus what its point adds, plus what its replicate adds, plus what
is left. The first of these is the factors' part, the other two are chance; the replicate's part
cancels between points, so in the differences between points only what is left makes noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ips_sim.runs.ranges import NORMAL_90

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ChanceShares:
    """Shares of variance, each as value, low and high end of a 90 % interval.

    Attributes
    ----------
    factors
        Of the values of single runs, what the factors explain.
    chance
        Of the same, what is chance; the two add up to 1.
    left_in_means
        Of the means over replicates, on which indices rest, what is still chance.
    """

    factors: tuple[float, float, float]
    chance: tuple[float, float, float]
    left_in_means: tuple[float, float, float]


def chance_shares(values: Floats) -> ChanceShares | None:
    """Split the variance of values by point and replicate.

    Parameters
    ----------
    values
        Shape (points, replicates); points with a missing value are left out.

    Returns
    -------
    ChanceShares or None
        None if there are fewer than two points or three replicates, or nothing varies. Intervals
        are jackknifed over replicates.
    """
    whole = values[np.isfinite(values).all(axis=1)]
    replicates = whole.shape[1]
    if len(whole) < 2 or replicates < 3:
        return None
    share = _shares(whole)
    if share is None:
        return None
    left_out = [_shares(np.delete(whole, column, axis=1)) for column in range(replicates)]
    known = np.array([one for one in left_out if one is not None])
    spread = (replicates - 1) / replicates * ((known - known.mean(axis=0)) ** 2).sum(axis=0)
    error = NORMAL_90 * np.sqrt(spread)
    chance, left = (
        (
            float(share[row]),
            max(0.0, float(share[row] - error[row])),
            min(1.0, float(share[row] + error[row])),
        )
        for row in (0, 1)
    )
    factors = (1.0 - chance[0], 1.0 - chance[2], 1.0 - chance[1])
    return ChanceShares(factors, chance, left)


def _shares(values: Floats) -> tuple[float, float] | None:
    """Share of chance in single runs and in means; None if nothing varies."""
    points, replicates = values.shape
    mean = values.mean()
    by_point, by_replicate = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_point[:, None] - by_replicate[None, :] + mean
    of_rest = float((rest * rest).sum() / ((points - 1) * (replicates - 1)))
    between_points = float(((by_point - mean) ** 2).sum() / (points - 1))
    between_replicates = float(((by_replicate - mean) ** 2).sum() / (replicates - 1))
    of_points = max(0.0, between_points - of_rest / replicates)
    of_replicates = max(0.0, between_replicates - of_rest / points)
    total = of_points + of_replicates + of_rest
    if not total > 0:
        return None
    left = of_rest / replicates
    means = of_points + left
    return (of_replicates + of_rest) / total, left / means if means > 0 else 0.0
