"""The whole fit: simulate points, emulate, sample, look again where it matters, sample again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc  # type: ignore[import-untyped]

from ips_sim.analysis.calibration.emulator import Emulator
from ips_sim.analysis.calibration.posterior import Posterior, sample_posterior
from ips_sim.analysis.calibration.space import Pin, Space, space_of
from ips_sim.analysis.calibration.statistics import fitted_trials, simulate_statistics
from ips_sim.analysis.trials.targets import records
from ips_sim.model.arrays import Array
from ips_sim.model.compiled.cache import compiled_hash
from ips_sim.runs.errors import RunError
from ips_sim.runs.execution import Say, silent

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
"""Told a stage in words, how much of it is done, and how much there is."""

SAMPLING = "sampling"
BLOCK = 32
"""Points simulated and saved together."""
REPLICATES_APART = 8
"""More than the replicates that any design takes for one point, so that no two points share."""
WIDENING = 1.6
"""How much wider than the first posterior the second look is."""
PLAN = "plan.json"
SOURCES = "sources"
POINTS_REST_ON = ("free", "points", "steps", "seed")
"""What a plan says that simulated points depend on; the rest may change between two fits."""


@dataclass(frozen=True)
class FitPlan:
    """What a calibration does; saved before it starts.

    Attributes
    ----------
    free
        Names of the parameters that are fitted; all others keep their values.
    points
        Points simulated over the whole prior range; one and a half times as many go around the
        first posterior.
    draws, steps
        Posterior draws to keep, and steps of each ensemble of the sampler.
    left_out_draws
        Draws kept of each fit that leaves one trial out.
    seed
        Of design, simulation and sampler alike.
    variants
        By name, structural variants: the priors that each narrows. They are sampled from the
        same simulated points.
    """

    free: tuple[str, ...]
    points: int
    draws: int
    steps: int
    left_out_draws: int
    seed: int
    variants: dict[str, dict[str, Pin]] = field(default_factory=dict)


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
    variants
        By name, the fit of each structural variant.
    """

    space: Space
    emulator: Emulator
    posterior: Posterior
    left_out: dict[str, Posterior]
    variants: dict[str, Fit] = field(default_factory=dict)


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


def fit(
    plan: FitPlan,
    space: Space,
    folder: Path,
    threads: int,
    progress: Progress,
    say: Say = silent,
) -> Fit:
    """Fit the free parameters of a plan to the evidence.

    Parameters
    ----------
    plan, space
        What to do, and the priors.
    folder
        Where plan and simulated points are kept; an interrupted fit goes on from there.
    threads
        How many threads simulate; the result does not depend on it.
    progress, say
        Told how far it is, and what one should know.

    Raises
    ------
    RunError
        If the folder holds points of another plan.
    """
    _keep_plan(plan, folder, say)
    stages = 2 + len(fitted_trials()) + len(plan.variants)
    wide = 2 * qmc.Sobol(len(space.infos), rng=plan.seed).random(plan.points) - 1
    wide_table = simulate_points(
        space, wide, seed=plan.seed, threads=threads, folder=folder / "wide", progress=progress
    )
    progress(SAMPLING, 0, stages)
    near = _around_first_posterior(
        plan, space, _emulate(space, [wide], [wide_table]), folder / "near"
    )
    near_table = simulate_points(
        space,
        near,
        seed=plan.seed,
        threads=threads,
        folder=folder / "near",
        progress=progress,
        first_replicate=REPLICATES_APART * plan.points,
    )
    emulator = _emulate(space, [wide, near], [wide_table, near_table])
    progress(SAMPLING, 1, stages)
    posterior = sample_posterior(
        space, emulator, draws=plan.draws, steps=plan.steps, seed=plan.seed
    )
    left_out = {}
    for count, result in enumerate(fitted_trials(), start=2):
        progress(SAMPLING, count, stages)
        left_out[result.trial_id] = sample_posterior(
            space,
            emulator,
            draws=plan.left_out_draws,
            steps=plan.steps // 2,
            seed=plan.seed,
            without=[result.trial_id],
            ensembles=1,
        )
    variants = {}
    for count, (name, pins) in enumerate(plan.variants.items(), start=2 + len(left_out)):
        progress(SAMPLING, count, stages)
        narrowed = space_of(space.names, pins)
        sampled = sample_posterior(
            narrowed, emulator, draws=plan.draws, steps=plan.steps, seed=plan.seed
        )
        variants[name] = Fit(narrowed, emulator, sampled, {})
    progress(SAMPLING, stages, stages)
    return Fit(space, emulator, posterior, left_out, variants)


def _around_first_posterior(
    plan: FitPlan, space: Space, emulator: Emulator, folder: Path
) -> Floats:
    """Choose where to look again: the first posterior, widened; as it was, if all is simulated."""
    count = 3 * plan.points // 2
    kept = _kept_coordinates(folder)
    if len(kept) == count:
        return kept
    first = sample_posterior(space, emulator, draws=count, steps=plan.steps // 2, seed=plan.seed)
    middle = first.coordinates.mean(axis=0)
    return np.asarray(np.clip(middle + WIDENING * (first.coordinates - middle), -1, 1))


def _kept_coordinates(folder: Path) -> Floats:
    """Give the points of all finished blocks in order, shape (points, parameters)."""
    found = [np.zeros((0, 0))]
    for path in sorted(folder.glob("points-??????.npz")):
        with np.load(path) as saved:
            found.append(np.asarray(saved["coordinates"]))
    return np.concatenate(found[1:] or found)


def _emulate(space: Space, points: list[Floats], tables: list[Floats]) -> Emulator:
    """Fit the emulator to the points at which every output is a number."""
    coordinates, table = np.concatenate(points), np.concatenate(tables)
    usable = np.isfinite(table).all(axis=1)
    return Emulator(space, coordinates[usable], table[usable])


def _keep_plan(plan: FitPlan, folder: Path, say: Say) -> None:
    """Save the plan, or see that the points that are there were simulated for the same."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PLAN
    wanted = {**asdict(plan), SOURCES: compiled_hash()}
    if path.exists():
        begun = json.loads(path.read_text(encoding="utf-8"))
        differ = [key for key in POINTS_REST_ON if _plain(begun.get(key)) != _plain(wanted[key])]
        if differ:
            raise RunError(
                f"{folder} was begun with other settings ({', '.join(differ)}): choose another "
                "place with --out, or remove it"
            )
        if begun.get(SOURCES, wanted[SOURCES]) != wanted[SOURCES]:
            say(
                f"The rules have changed since the points in {folder} were simulated; they are "
                "used all the same. To simulate them anew, choose another place with --out."
            )
            wanted[SOURCES] = begun[SOURCES]
    path.write_text(json.dumps(wanted, indent=1), encoding="utf-8")


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
