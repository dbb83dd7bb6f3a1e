"""The layer between simulated and published trials: its prior, and where a trial's arms lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from ips_sim.evidence.trial_layer import strengths

Floats = NDArray[np.float64]

USUAL_MONTHS = 18.0
LEAST_VARIANCE = 0.02
GREATEST_CORRELATION = 0.95
FLATTENING = (16 * np.sqrt(3) / (15 * np.pi)) ** 2
"""A logistic curve averaged over a normal effect is nearly one that is flatter by this much."""


@dataclass(frozen=True)
class Effects:
    """How the log odds of the two arms of a trial stray from where its design puts them.

    Attributes
    ----------
    shared, own_of_ips_in_control, own
        With two standard normal numbers a and b, the IPS arm strays by ``shared × a`` and the
        control arm by ``own_of_ips_in_control × a + own × b``.
    """

    shared: Floats
    own_of_ips_in_control: Floats
    own: Floats

    @property
    def variance(self) -> Floats:
        """Of either arm, the last axis."""
        control = self.own_of_ips_in_control**2 + self.own**2
        return np.stack([self.shared**2, control], axis=-1)


def effects_of(spread: Floats) -> Effects:
    """Turn variances and covariance, shape (…, 3), into loadings of two normal effects."""
    ips, control = (np.maximum(spread[..., arm], LEAST_VARIANCE) for arm in (0, 1))
    most = GREATEST_CORRELATION * np.sqrt(ips * control)
    covariance = np.clip(spread[..., 2], -most, most)
    shared = np.sqrt(ips)
    other = covariance / shared
    return Effects(shared, other, np.sqrt(np.maximum(control - other**2, LEAST_VARIANCE / 10)))


def over_sites(log_odds: Floats, variance: Floats | float) -> Floats:
    """Give the log odds of the mean share over sites whose log odds vary so much."""
    return np.asarray(log_odds / np.sqrt(1 + FLATTENING * np.maximum(variance, 0.0)))


def before_sites(log_odds: Floats, variance: Floats | float) -> Floats:
    """Undo `over_sites`."""
    return np.asarray(log_odds * np.sqrt(1 + FLATTENING * np.maximum(variance, 0.0)))


def size() -> int:
    """How many strengths there are."""
    return len(strengths())


@cache
def _columns(*names: str) -> list[int]:
    """Give the places of strengths among all, so that the table's order does not matter."""
    places = {name: place for place, name in enumerate(strengths())}
    return [places[name] for name in names]


def draw_prior(count: int, random: np.random.Generator) -> Floats:
    """Draw strengths from their priors, shape (count, strengths)."""
    return np.stack([_prior(row).rvs(count, random_state=random) for row in range(size())], axis=1)


def log_prior(layer: Floats) -> Floats:
    """Evaluate the log density of the priors up to a constant, shape (points,)."""
    total = np.zeros(len(layer))
    for column, one in enumerate(strengths().values()):
        along = layer[:, column]
        total -= ((along - one.mean) / one.sd) ** 2 / 2
        total[(along < one.low) | (along > one.high)] = -np.inf
    return total


@cache
def _prior(row: int) -> stats.rv_frozen:
    one = list(strengths().values())[row]
    low, high = ((end - one.mean) / one.sd for end in (one.low, one.high))
    return stats.truncnorm(low, high, loc=one.mean, scale=one.sd)


def trial_effects(layer: Floats, spread: Floats, site_share: Floats) -> Effects:
    """Say how trials stray: by their sites, and by more of their own.

    Parameters
    ----------
    layer
        Strengths, shape (points, strengths).
    spread
        Variances and covariance between single sites, shape (points, 3).
    site_share
        What share of these is left over a trial's sites, shape (trials,).

    Returns
    -------
    Effects
        Of shape (points, trials).
    """
    strays = layer[:, None, _columns("strays_together", "strays_ips", "strays_control")] ** 2
    together, ips, control = np.moveaxis(strays, -1, 0)
    own = np.stack([together + ips, together + control, together], axis=-1)
    least = np.array([LEAST_VARIANCE, LEAST_VARIANCE, -np.inf])
    by_sites = np.maximum(spread, least)[:, None] * site_share[:, None]
    return effects_of(by_sites + own)


def arms_at(
    layer: Floats, means: Floats, simulated: Floats, simulated_means: Floats, months: Floats
) -> Floats:
    """Say where trials' arms lie, before they stray.

    Parameters
    ----------
    layer
        Strengths, shape (points, strengths).
    means
        Log odds of the middle trial of each one's region, shape (points, trials, 2) or less.
    simulated, simulated_means
        Log odds that the model gives a trial and its region's mean at a middle site, shape
        (points, trials, 2).
    months
        Follow-up, shape (trials,).

    Returns
    -------
    ndarray
        Log odds, shape (points, trials, 2).
    """
    counted = layer[:, None, _columns("counted_ips", "counted_control")]
    by_months = layer[:, None, _columns("months_ips", "months_control")]
    longer = np.log(months / USUAL_MONTHS)[:, None]
    return np.asarray(means + counted * (simulated - simulated_means) + by_months * longer)
