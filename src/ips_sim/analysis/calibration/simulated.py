"""What the simulator itself says at draws of a fit, since the fit saw only an emulator of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.fit import Fit
from ips_sim.analysis.calibration.points import parameter_records
from ips_sim.analysis.calibration.shipping import short, write_table
from ips_sim.analysis.calibration.statistics import (
    ARMS,
    DROPOUT_TRIAL,
    fitted_trials,
    simulate_arm,
)
from ips_sim.analysis.trials.targets import at_middle_site, simulate_targets
from ips_sim.analysis.trials.virtual_trials import virtual_trial
from ips_sim.evidence.tables import targets
from ips_sim.model.arrays import Array
from ips_sim.runs.how import How
from ips_sim.runs.work import Content, Store, Task, complete
from ips_sim.sources import source_hash

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


@dataclass(frozen=True)
class DrawsBlock:
    """The draws of one fit; the fit itself has an empty variant."""

    variant: str

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"draws-{self.variant or 'fit'}"

    def __len__(self) -> int:
        return 1


class DrawsTask(Task[DrawsBlock]):
    """Some draws of each fit, spread evenly over the posterior's, to simulate."""

    stage = "simulating draws of the fit"

    def __init__(self, fits: Mapping[str, Fit], seed: int) -> None:
        self.parameters = {}
        for variant, fit in fits.items():
            every = fit.posterior.coordinates
            chosen = np.linspace(0, len(every) - 1, min(SIMULATED_DRAWS, len(every))).astype(int)
            self.parameters[variant] = parameter_records(fit.space, every[chosen])
        self.seed, self.source_hash = seed, source_hash()

    def blocks(self) -> list[DrawsBlock]:
        """One for each fit."""
        return [DrawsBlock(variant) for variant in self.parameters]

    def do(self, block: DrawsBlock, threads: int) -> Content:
        """Simulate targets and fitted trials at the draws of a fit."""
        values = simulate_draws(self.parameters[block.variant], self.seed, threads)
        return {
            "name": np.array([name for name, _ in values]),
            "arm": np.array([arm for _, arm in values]),
            "values": np.array([*values.values()]),
        }


def simulate_fits(
    fits: Mapping[str, Fit], seed: int, store: Store, how: How
) -> dict[str, dict[tuple[str, str], Floats]]:
    """Simulate some draws of each fit; gives what `simulate_draws` does, by variant."""
    task = DrawsTask(fits, seed)
    found = complete(task, store, how)
    made = {}
    for block in task.blocks():
        content = found[block.name].load()
        keys = zip(content["name"].tolist(), content["arm"].tolist(), strict=True)
        made[block.variant] = dict(zip(keys, content["values"], strict=True))
    return made


def write_simulated(
    simulated: Mapping[str, Mapping[tuple[str, str], Floats]], folder: Path
) -> Path:
    """Write what comes out at draws of each fit beside the evidence."""
    rows = [row for variant, values in simulated.items() for row in _rows(variant, values)]
    return write_table(folder / "simulated.csv", COLUMNS, rows)


def simulate_draws(parameters: Array, seed: int, threads: int) -> dict[tuple[str, str], Floats]:
    """Simulate targets and fitted trials.

    Returns
    -------
    dict
        By target or trial and arm; each of shape (draws,), targets in the unit of the table and
        rates of trials in per cent.
    """
    values = dict(simulate_targets(at_middle_site(parameters), seed, threads))
    for result in fitted_trials():
        trial = virtual_trial(result.trial_id)
        for arm in ARMS:
            share, people = simulate_arm(trial, arm, parameters, 1, seed, threads, 0)
            values[result.trial_id, arm] = 100 * share.mean(axis=1)
            if result.trial_id == DROPOUT_TRIAL:
                values["dropped_out", arm] = people["dropped_out_ever"].mean(axis=1)
    return values


def _rows(variant: str, values: Mapping[tuple[str, str], Floats]) -> Iterable[Sequence[object]]:
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
