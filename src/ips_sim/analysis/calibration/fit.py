"""The whole fit: simulate points, emulate, sample, look again where it matters, sample again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc  # type: ignore[import-untyped]

from ips_sim.analysis.calibration.emulator import Emulator
from ips_sim.analysis.calibration.posterior import Posterior, sample_posterior
from ips_sim.analysis.calibration.space import Space
from ips_sim.analysis.calibration.statistics import fitted_trials, simulate_statistics
from ips_sim.analysis.targets import records
from ips_sim.model.arrays import Array

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
"""Told a stage in words, how much of it is done, and how much there is."""

BLOCK = 32
"""Points simulated and saved together."""
REPLICATES_APART = 8
"""More than the replicates that any design takes for one point, so that no two points share."""
WIDENING = 1.6
"""How much wider than the first posterior the second look is."""


@dataclass(frozen=True)
class FitPlan:
    """What a calibration does; saved before it starts.

    Attributes
    ----------
    free
        Names of the parameters that are fitted; all others keep their values.
    points
        Points simulated over the whole prior range; half as many again go around the first
        posterior.
    draws, steps
        Posterior draws to keep, and steps of each ensemble of the sampler.
    left_out_draws
        Draws kept of each fit that leaves one trial out.
    seed
        Of design, simulation and sampler alike.
    """

    free: tuple[str, ...]
    points: int
    draws: int
    steps: int
    left_out_draws: int
    seed: int


@dataclass(frozen=True)
class Fit:
    """What a calibration brings.

    Attributes
    ----------
    space, emulator
        Where, and the stand-in fitted to every simulated point.
    posterior
        Draws given all the evidence.
    left_out
        By trial, draws of the fit that left it out.
    """

    space: Space
    emulator: Emulator
    posterior: Posterior
    left_out: dict[str, Posterior]


def parameter_records(space: Space, coordinates: Floats) -> Array:
    """Turn coordinates into parameter records, the parameters not free at their values."""
    values = space.values(coordinates)
    return records([dict(zip(space.names, map(float, row), strict=True)) for row in values])


def simulate_points(
    space: Space,
    coordinates: Floats,
    *,
    seed: int,
    threads: int,
    folder: Path,
    progress: Progress,
    first_replicate: int = 0,
) -> Floats:
    """Simulate the statistics at some points, block by block; blocks that are there are kept.

    Returns
    -------
    ndarray
        Shape (points, outputs) as `Statistics.table`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = []
    for first in range(0, len(coordinates), BLOCK):
        block = coordinates[first : first + BLOCK]
        path = folder / f"points-{first:06d}.npz"
        table = _saved(path, block)
        if table is None:
            parameters = parameter_records(space, block)
            table = simulate_statistics(
                parameters, seed, threads, first_replicate + REPLICATES_APART * first
            ).table()
            partial = path.with_suffix(".partial.npz")
            np.savez(partial, coordinates=block, table=table)
            partial.replace(path)
        tables.append(table)
        progress(f"simulating {folder.name}", first + len(block), len(coordinates))
    return np.concatenate(tables)


def _saved(path: Path, coordinates: Floats) -> Floats | None:
    """Read a finished block, if it is of the same points."""
    if not path.exists():
        return None
    with np.load(path) as saved:
        if not np.array_equal(saved["coordinates"], coordinates):
            return None
        return np.asarray(saved["table"])


def fit(plan: FitPlan, space: Space, folder: Path, threads: int, progress: Progress) -> Fit:
    """Fit the free parameters of a plan to the evidence.

    Parameters
    ----------
    plan, space
        What to do, and the priors.
    folder
        Where plan and simulated points are kept; an interrupted fit goes on from there.
    threads
        How many threads simulate; the result does not depend on it.
    progress
        Told how far it is.

    Raises
    ------
    ValueError
        If the folder holds another plan.
    """
    _keep_plan(plan, folder)
    columns = len(space.infos)
    wide = 2 * qmc.Sobol(columns, rng=plan.seed).random(plan.points) - 1
    tables = [
        simulate_points(
            space, wide, seed=plan.seed, threads=threads, folder=folder / "wide", progress=progress
        )
    ]
    emulator = _emulate([wide], tables)
    progress("sampling", 0, 2 + len(fitted_trials()))
    first = sample_posterior(
        space, emulator, draws=3 * plan.points // 2, steps=plan.steps // 2, seed=plan.seed
    )
    middle = first.coordinates.mean(axis=0)
    near = np.clip(middle + WIDENING * (first.coordinates - middle), -1, 1)
    tables.append(
        simulate_points(
            space,
            near,
            seed=plan.seed,
            threads=threads,
            folder=folder / "near",
            progress=progress,
            first_replicate=REPLICATES_APART * plan.points,
        )
    )
    emulator = _emulate([wide, near], tables)
    progress("sampling", 1, 2 + len(fitted_trials()))
    posterior = sample_posterior(
        space, emulator, draws=plan.draws, steps=plan.steps, seed=plan.seed
    )
    left_out = {}
    for count, result in enumerate(fitted_trials(), start=2):
        progress("sampling", count, 2 + len(fitted_trials()))
        left_out[result.trial_id] = sample_posterior(
            space,
            emulator,
            draws=plan.left_out_draws,
            steps=plan.steps // 2,
            seed=plan.seed,
            without=[result.trial_id],
            ensembles=1,
        )
    progress("sampling", 2 + len(fitted_trials()), 2 + len(fitted_trials()))
    return Fit(space, emulator, posterior, left_out)


def _emulate(points: list[Floats], tables: list[Floats]) -> Emulator:
    """Fit the emulator to the points at which every output is a number."""
    coordinates, table = np.concatenate(points), np.concatenate(tables)
    usable = np.isfinite(table).all(axis=1)
    return Emulator(coordinates[usable], table[usable])


def _keep_plan(plan: FitPlan, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / "plan.json", json.dumps(asdict(plan), indent=1)
    if path.exists() and path.read_text(encoding="utf-8") != text:
        msg = f"{folder} holds another calibration; choose another folder or remove it"
        raise ValueError(msg)
    path.write_text(text, encoding="utf-8")
