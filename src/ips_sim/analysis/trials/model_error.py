"""How far trials that a fit left out are missed, beyond what its predictions allow for.

On the scale of log odds, half a person away from nobody and everybody, an arm's published rate
lies away from the prediction by

    level + slope × (predicted log odds − middle) + noise.

A trial's arms share its level and its slope.  The noise has the covariance of the samples, which
hold chance, sites and parameters already.  The likelihood is normal, and trials count as
independent, though each is predicted from all of the others.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.shipping import write_table
from ips_sim.analysis.trials.scores import LEVEL, Prediction
from ips_sim.evidence import model_error, package_data
from ips_sim.runs.model_error import log_odds
from ips_sim.runs.ranges import NORMAL_90

Floats = NDArray[np.float64]

MODEL_ERROR = "model_error.csv"
GRID = np.arange(201) / 100
"""Standard deviations that are tried, for level and slope alike."""
LEAST_SAMPLES = 30
"""With fewer the covariance between a trial's arms is not known."""
RIDGE = 1e-6
"""Variance added to that of the samples, so that equal ones don't say that a rate is certain."""

MEANINGS = {
    "level_sd": "error in a scenario at the middle",
    "slope_sd": "how the error grows or shrinks away from the middle",
}
CAN_NOT_TELL = "cross-validation can't tell a miss of the model from differences between sites"


@dataclass(frozen=True)
class Likely:
    """The most likely value of a standard deviation, and its 90 % profile-likelihood interval."""

    value: float
    low: float
    high: float

    @property
    def range(self) -> str:
        """The interval in words; the grid ends somewhere."""
        said = f"{self.low:.2f} to {self.high:.2f}"
        return f"{said} or more" if self.high >= GRID[-1] else said


@dataclass(frozen=True)
class Found:
    """What cross-validation says the model misses, and from how many trials."""

    level_sd: Likely
    slope_sd: Likely
    trials: int


def find_model_error(predictions: Sequence[Prediction]) -> Found | None:
    """Find the most likely model error.

    Parameters
    ----------
    predictions
        Of trials left out of the fit that predicts them, an arm each; a trial's samples go
        together.

    Returns
    -------
    Found or None
        None without such predictions, or with fewer than `LEAST_SAMPLES` samples.
    """
    by_trial: dict[str, list[Prediction]] = {}
    for each in predictions:
        if np.isfinite(each.published):
            by_trial.setdefault(each.trial_id, []).append(each)
    if not by_trial or any(len(each.sample) < LEAST_SAMPLES for each in predictions):
        return None
    likelihood = np.sum([_log_likelihood(arms) for arms in by_trial.values()], axis=0)
    level, slope = (_likely(likelihood.max(axis=other)) for other in (1, 0))
    return Found(level, slope, len(by_trial))


def _log_likelihood(arms: Sequence[Prediction]) -> Floats:
    """Of one trial, shape (levels, slopes), but for a constant."""
    sampled = np.array([_log_odds(each, each.sample) for each in arms])
    predicted = sampled.mean(axis=1)
    published = np.array([_log_odds(each, [each.published])[0] for each in arms])
    noise = np.atleast_2d(np.cov(sampled)) + RIDGE * np.eye(len(arms))
    terms = (np.ones(len(arms)), predicted - model_error().middle, published - predicted)
    # In units of the noise the covariance is one, and two directions more: all in closed form.
    along, across, off = np.linalg.solve(np.linalg.cholesky(noise), np.transpose(terms)).T
    level, slope = GRID[:, None] ** 2, GRID[None, :] ** 2
    by_level, by_slope = 1 + level * (along @ along), 1 + slope * (across @ across)
    both = level * slope * (along @ across)
    determinant = by_level * by_slope - both * (along @ across)
    explained = (
        level * by_slope * (along @ off) ** 2
        - 2 * both * (along @ off) * (across @ off)
        + slope * by_level * (across @ off) ** 2
    ) / determinant
    made: Floats = -(np.log(determinant) + off @ off - explained) / 2
    return made


def _log_odds(arm: Prediction, rates: Iterable[float]) -> list[float]:
    return [log_odds(float(rate) / 100, arm.n) for rate in rates]


def _likely(profile: Floats) -> Likely:
    inside = GRID[profile >= profile.max() - NORMAL_90**2 / 2]
    return Likely(float(GRID[profile.argmax()]), float(inside[0]), float(inside[-1]))


def write_model_error(found: Found, path: Path) -> Path:
    """Write the package's ``model_error.csv`` with what was found; the middle stays."""
    with package_data(MODEL_ERROR).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = list(reader.fieldnames or ()), list(reader)
    for row in rows:
        if row["name"] in MEANINGS:
            one: Likely = getattr(found, row["name"])
            row |= {"value": f"{one.value:.2f}", "note": _note(row["name"], one, found.trials)}
    return write_table(path, header, ([row[key] for key in header] for row in rows))


def _note(name: str, one: Likely, trials: int) -> str:
    said = (
        f"{MEANINGS[name]}; most likely over {trials} trials left out one by one, "
        f"{LEVEL:.0%} profile-likelihood interval {one.range}"
    )
    return said if one.value else f"{said}; {CAN_NOT_TELL}"


def sentence(found: Found) -> str:
    """Say what was found."""
    level, slope = found.level_sd, found.slope_sd
    said = (
        f"Beyond chance, sites and parameters, {found.trials} trials left out one by one are "
        f"missed by {level.value:.2f} log odds (likely {level.range}), and by {slope.value:.2f} "
        f"(likely {slope.range}) more for each unit of log odds away from the middle."
    )
    return said if level.value or slope.value else f"{said} That is, {CAN_NOT_TELL}."
