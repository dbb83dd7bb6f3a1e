"""What the model itself misses, as cross-validation tells it, put into what runs brought.

The error is one of the log odds of ever working: a random level, and a random slope along the log
odds that a scenario has as a whole.  All scenarios share both, which every replicate draws by seed
and number as chance is drawn.  So twins are missed alike, and the further two scenarios lie
apart, the less one is known from the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ips_sim.evidence import model_error
from ips_sim.model.outcomes import FIGURES, FloatArray
from ips_sim.model.philox import Kind, uniforms_by_week
from ips_sim.model.rules.arithmetic import normal

EMPLOYED = [one.name for one in FIGURES].index("employed_ever")
"""The figure that trials publish, and so the one whose error is known."""

THROUGH_WORK = np.array([one.through_work for one in FIGURES])
PAID = [one.name for one in FIGURES].index("paid_ever")
"""Competitive or other paid work: what is missed of the first is known, and moves it too."""
KNOWN = frozenset(one.name for one in FIGURES if one.through_work) | {FIGURES[PAID].name}
"""Figures whose error is known, as far as they come about by competitive work."""

_HALF = 0.5


@dataclass(frozen=True)
class Missed:
    """Standard normal deviates of level and slope, which all scenarios share, shape (runs,)."""

    level: FloatArray
    slope: FloatArray

    def log_odds(self, overall: float) -> FloatArray:
        """Give how far the log odds of ever working lie from the model's, shape (runs,).

        Parameters
        ----------
        overall
            Log odds of the scenario as a whole.
        """
        level_sd, slope_sd = components(overall)
        moved: FloatArray = level_sd * self.level + slope_sd * self.slope
        return moved


def missed(seed: int, replicate: NDArray[np.int64]) -> Missed:
    """Draw what the model misses in each replicate.

    Parameters
    ----------
    seed
        Key of all chance.
    replicate
        Numbers of the replicates, shape (runs,).
    """
    count = int(replicate.max(initial=0)) + 1
    # The replicate stands where weeks do elsewhere: all of them in one call.
    uniform = uniforms_by_week(seed, 0, 0, count, Kind.MODEL, 0, 1, 2)
    level, slope = np.array([normal(one) for one in uniform.ravel().tolist()]).reshape(-1, 2).T
    return Missed(level[replicate], slope[replicate])


def missed_evenly(seed: int, draws: int) -> Missed:
    """Draw what the model misses in each of some draws, as often too much as too little.

    The order is that of chance, the values are spread evenly: of few draws by chance alone a mean
    would lie some points above or below what the model says.

    Parameters
    ----------
    seed
        Key of all chance.
    draws
        How many there are, from 1.
    """
    drawn = missed(seed, np.arange(draws, dtype=np.int64))
    return Missed(*(_evenly(one) for one in (drawn.level, drawn.slope)))


def _evenly(values: FloatArray) -> FloatArray:
    """Put evenly spread normal numbers for some values, in the order of these."""
    spread = [normal((place + _HALF) / values.size) for place in range(values.size)]
    return np.array(spread)[np.argsort(np.argsort(values, kind="stable"))]


def components(overall: float) -> tuple[float, float]:
    """Give the standard deviations by level and by slope; the latter signed, as sides differ.

    Parameters
    ----------
    overall
        Log odds of a scenario as a whole.
    """
    error = model_error()
    return error.level_sd, error.slope_sd * (overall - error.middle)


def log_odds(share: float, people: float) -> float:
    """Give the log odds of a share of people, half a person away from nobody and everybody."""
    half = _HALF / max(people, 1.0)
    inside = min(max(share, half), 1.0 - half)
    return math.log(inside / (1.0 - inside))


def with_model_error(values: FloatArray, people: FloatArray, moved: FloatArray) -> FloatArray:
    """Move what runs brought by what the model misses.

    The share who ever worked moves on the scale of log odds, half a person away from nobody and
    everybody; whatever comes about by work moves in the same proportion.  Of those who have no
    competitive job as many as before have other paid work.  The rest stays.

    Parameters
    ----------
    values
        Shape (`FIGURES`, runs).
    people
        How many people they are over, shape (runs,).
    moved
        How far the log odds lie from the model's, shape (runs,).
    """
    share, factor = _moved(values[EMPLOYED], people, moved)
    made = values.copy()
    made[THROUGH_WORK] *= factor
    made[EMPLOYED] = share * factor
    without = 1.0 - values[EMPLOYED]
    otherwise = (values[PAID] - values[EMPLOYED]) / np.where(without > 0.0, without, 1.0)
    made[PAID] = made[EMPLOYED] + otherwise * (1.0 - made[EMPLOYED])
    return made


def factors(share: FloatArray, people: FloatArray, moved: FloatArray) -> FloatArray:
    """Give by how much more or less whatever comes about by work is, shape (runs,).

    Parameters
    ----------
    share
        Who ever worked, shape (runs,).
    people, moved
        As in `with_model_error`.
    """
    return _moved(share, people, moved)[1]


def _moved(
    share: FloatArray, people: FloatArray, moved: FloatArray
) -> tuple[FloatArray, FloatArray]:
    half = _HALF / np.maximum(people, 1.0)
    inside = np.clip(share, half, 1.0 - half)
    odds = inside / (1.0 - inside) * np.array([math.exp(one) for one in moved.tolist()])
    return inside, odds / (1.0 + odds) / inside


def slopes(values: FloatArray) -> FloatArray:
    """Give how far each figure moves with the log odds of ever working, on average over runs.

    Returns
    -------
    array of float64, shape (`FIGURES`,)
        NaN where cross-validation can't tell.
    """
    made: FloatArray = np.full(len(FIGURES), np.nan)
    known = np.isfinite(values[EMPLOYED])
    if known.any():
        left = 1.0 - values[EMPLOYED, known]
        made[THROUGH_WORK] = (values[np.ix_(THROUGH_WORK, known)] * left).mean(axis=1)
        made[PAID] = (values[EMPLOYED, known] * (1.0 - values[PAID, known])).mean()
    return made
