"""What the model itself misses, as cross-validation tells it, put into what runs brought.

The error is one of the log odds of ever working.  A part of it is common to all scenarios at one
site, a part is each scenario's own; every run draws both, by seed and number, as chance is drawn.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ips_sim.evidence import model_error
from ips_sim.model.outcomes import FIGURES, FloatArray
from ips_sim.model.philox import NUMBER_LIMIT, Kind, uniforms_by_week
from ips_sim.model.rules.arithmetic import normal
from ips_sim.scenario import as_mapping
from ips_sim.scenario.schema import Scenario

EMPLOYED = [one.name for one in FIGURES].index("employed_ever")
"""The figure that trials publish, and so the one whose error is known."""

THROUGH_WORK = np.array([one.through_work for one in FIGURES])

_SHARED = 0
"""Number of the thing that all scenarios share; their own numbers follow."""
_NAMES = ("title", "summary")
_HALF = 0.5


@dataclass(frozen=True)
class Missed:
    """Standard normal deviates of runs, shape (runs,): all scenarios' together, and one's own."""

    shared: FloatArray
    own: FloatArray

    @property
    def log_odds(self) -> FloatArray:
        """How far the log odds of ever working lie from the model's, shape (runs,)."""
        error = model_error()
        moved: FloatArray = error.shared_sd * self.shared + error.own_sd * self.own
        return moved


def missed(scenario: Scenario, seed: int, replicate: NDArray[np.int64]) -> Missed:
    """Draw what the model misses in each replicate.

    The same scenario draws the same whatever it is called and whatever it is run with, so that
    `run` and `compare` give it one range, and it never differs from itself.

    Parameters
    ----------
    scenario
        What is run.
    seed
        Key of all chance.
    replicate
        Numbers of the replicates, shape (runs,).
    """
    said = {key: value for key, value in as_mapping(scenario).items() if key not in _NAMES}
    digits = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()
    own = 1 + int.from_bytes(digits) % (NUMBER_LIMIT - 1)
    return Missed(*(_deviates(seed, number, replicate) for number in (_SHARED, own)))


def _deviates(seed: int, number: int, replicate: NDArray[np.int64]) -> FloatArray:
    count = int(replicate.max(initial=0)) + 1
    # The replicate stands where weeks do elsewhere: all of them in one call.
    uniform = uniforms_by_week(seed, 0, 0, count, Kind.MODEL, number, 1, 1)
    drawn: FloatArray = np.array([normal(one) for one in uniform.ravel().tolist()])
    return drawn[replicate]


def with_model_error(values: FloatArray, people: FloatArray, log_odds: FloatArray) -> FloatArray:
    """Move what runs brought by what the model misses.

    The share who ever worked moves on the scale of log odds, half a person away from nobody and
    everybody; whatever comes about by work moves in the same proportion; the rest stays.

    Parameters
    ----------
    values
        Shape (`FIGURES`, runs).
    people
        How many people they are over, shape (runs,).
    log_odds
        Shape (runs,).
    """
    share, factor = _moved(values[EMPLOYED], people, log_odds)
    made = values.copy()
    made[THROUGH_WORK] *= factor
    made[EMPLOYED] = share * factor
    return made


def factors(share: FloatArray, people: FloatArray, log_odds: FloatArray) -> FloatArray:
    """Give by how much more or less whatever comes about by work is, shape (runs,).

    Parameters
    ----------
    share
        Who ever worked, shape (runs,).
    people, log_odds
        As in `with_model_error`.
    """
    return _moved(share, people, log_odds)[1]


def _moved(
    share: FloatArray, people: FloatArray, log_odds: FloatArray
) -> tuple[FloatArray, FloatArray]:
    half = _HALF / np.maximum(people, 1.0)
    inside = np.clip(share, half, 1.0 - half)
    odds = inside / (1.0 - inside) * np.array([math.exp(one) for one in log_odds.tolist()])
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
    return made
