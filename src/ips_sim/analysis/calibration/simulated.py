"""What the simulator itself says at draws of a fit, since the fit saw only an emulator of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.fit import Fit, parameter_records
from ips_sim.analysis.calibration.shipping import short, write_table
from ips_sim.analysis.calibration.statistics import (
    ARMS,
    DROPOUT_TRIAL,
    fitted_trials,
    simulate_arm,
)
from ips_sim.analysis.trials.targets import simulate_targets
from ips_sim.analysis.trials.virtual_trials import virtual_trial
from ips_sim.evidence.tables import targets

Floats = NDArray[np.float64]

SIMULATED_DRAWS = 64
"""Draws of each fit that are simulated."""
COLUMNS = (
    "variant",
    "name",
    "arm",
    "role",
    "published",
    "low",
    "high",
    "simulated",
    "mc_error",
    "low90",
    "high90",
    "inside",
)


def write_simulated(fits: dict[str, Fit], folder: Path, seed: int, threads: int) -> Path:
    """Simulate some draws of each fit, and write what comes out beside the evidence.

    Parameters
    ----------
    fits
        By variant; the fit itself has an empty name.
    folder, seed, threads
        Where to, and as for the simulation of points.
    """
    rows = [
        row
        for variant, fit in fits.items()
        for row in _rows(variant, simulate_draws(fit, seed, threads))
    ]
    return write_table(folder / "simulated.csv", COLUMNS, rows)


def simulate_draws(
    fit: Fit, seed: int, threads: int, draws: int = SIMULATED_DRAWS
) -> dict[tuple[str, str], Floats]:
    """Simulate targets and fitted trials at draws spread evenly over the posterior's.

    Returns
    -------
    dict
        By target or trial and arm; each of shape (draws,), targets in the unit of the table and
        rates of trials in per cent.
    """
    every = fit.posterior.coordinates
    chosen = every[np.linspace(0, len(every) - 1, min(draws, len(every))).astype(int)]
    parameters = parameter_records(fit.space, chosen)
    values = dict(simulate_targets(parameters, seed, threads))
    for result in fitted_trials():
        trial = virtual_trial(result.trial_id)
        for arm in ARMS:
            share, people = simulate_arm(trial, arm, parameters, 1, seed, threads, 0)
            values[result.trial_id, arm] = 100 * share.mean(axis=1)
            if result.trial_id == DROPOUT_TRIAL:
                values["dropped_out", arm] = people["dropped_out_ever"].mean(axis=1)
    return values


def _rows(variant: str, values: dict[tuple[str, str], Floats]) -> Iterable[Sequence[object]]:
    for target in targets():
        found = values.get((target.name, target.arm))
        if found is not None:
            mean, *rest = _figures(found)
            inside = target.low <= mean <= target.high
            numbers = [short(number) for number in (mean, *rest)]
            published = target.value, target.low, target.high
            yield [variant, target.name, target.arm, target.role, *published, *numbers, inside]
    for result in fitted_trials():
        for arm, rate in zip(ARMS, (result.ips_rate, result.control_rate), strict=True):
            numbers = [short(number) for number in _figures(values[result.trial_id, arm])]
            yield [variant, result.trial_id, arm, "fit", rate, "", "", *numbers, ""]


def _figures(values: Floats) -> tuple[float, float, float, float]:
    """Give the mean over draws, its Monte Carlo error, and the 90 % interval."""
    kept = values[np.isfinite(values)]
    error = kept.std(ddof=1) / np.sqrt(len(kept)) if len(kept) > 1 else float("nan")
    low, high = np.quantile(kept, [0.05, 0.95])
    return float(kept.mean()), float(error), float(low), float(high)
