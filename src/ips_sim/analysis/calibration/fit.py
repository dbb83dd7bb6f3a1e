"""The whole fit: simulate points, emulate, sample, look again where it matters, sample again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc  # type: ignore[import-untyped]

from ips_sim.analysis.calibration.emulator import Emulator
from ips_sim.analysis.calibration.points import (
    AGAIN,
    LOOKS,
    REPLICATES_APART,
    Look,
    SimulatedPoints,
    parameter_records,
    simulate_look,
)
from ips_sim.analysis.calibration.posterior import Posterior, sample_posterior
from ips_sim.analysis.calibration.space import Pin, Space, space_of
from ips_sim.analysis.calibration.statistics import fitted_trials
from ips_sim.runs.how import How
from ips_sim.runs.work import Store

Floats = NDArray[np.float64]

SAMPLING = "sampling"
WIDENING = 1.6
"""How much wider than the first posterior the second look is."""
WHERE_NEXT = "where-next"
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

    @property
    def with_variants(self) -> dict[str, Fit]:
        """By variant, every fit; this one has an empty name."""
        return {"": self, **self.variants}


def simulate(plan: FitPlan, space: Space, store: Store, how: How) -> SimulatedPoints:
    """Simulate the points of a plan that a store does not have.

    Over the whole prior range first, then around the posterior that those give, widened. Where to
    look again is kept too, so that a fit that was stopped looks there and nowhere else.
    """
    wide = 2 * qmc.Sobol(len(space.infos), rng=plan.seed).random(plan.points) - 1
    first = Look(LOOKS[0], parameter_records(space, wide), plan.seed, 0)
    wide_table = simulate_look(first, store, how)
    kept = store.find(WHERE_NEXT)
    if kept is None:
        how.progress(SAMPLING, 0, _stages(plan))
        near = _around_first_posterior(plan, space, wide, wide_table)
        kept = store.keep(WHERE_NEXT, {"coordinates": near})
    near = kept.load()["coordinates"]
    after = REPLICATES_APART * plan.points
    second = Look(LOOKS[1], parameter_records(space, near), plan.seed, after)
    near_table = simulate_look(second, store, how)
    some = parameter_records(space, near[:AGAIN])
    third = Look(LOOKS[2], some, plan.seed, after + REPLICATES_APART * len(near))
    return SimulatedPoints(
        np.concatenate([wide, near]),
        np.concatenate([wide_table, near_table]),
        len(wide),
        simulate_look(third, store, how),
    )


def _stages(plan: FitPlan) -> int:
    return 2 + len(fitted_trials()) + len(plan.variants)


def fit(plan: FitPlan, space: Space, points: SimulatedPoints, how: How) -> Fit:
    """Fit the free parameters of a plan to the evidence.

    Parameters
    ----------
    plan, space
        What to do, and the priors.
    points
        What was simulated.
    how
        Told how far it is.
    """
    stages = _stages(plan)
    emulator = emulate(space, points)
    how.progress(SAMPLING, 1, stages)
    posterior = sample_posterior(
        space, emulator, draws=plan.draws, steps=plan.steps, seed=plan.seed
    )
    left_out = {}
    for count, result in enumerate(fitted_trials(), start=2):
        how.progress(SAMPLING, count, stages)
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
        how.progress(SAMPLING, count, stages)
        narrowed = space_of(space.names, pins)
        sampled = sample_posterior(
            narrowed, emulator, draws=plan.draws, steps=plan.steps, seed=plan.seed
        )
        variants[name] = Fit(narrowed, emulator, sampled, {})
    how.progress(SAMPLING, stages, stages)
    return Fit(space, emulator, posterior, left_out, variants)


def _around_first_posterior(plan: FitPlan, space: Space, wide: Floats, table: Floats) -> Floats:
    """Choose where to look again: the first posterior, widened."""
    usable = np.isfinite(table).all(axis=1)
    first = sample_posterior(
        space,
        Emulator(space, wide[usable], table[usable]),
        draws=3 * plan.points // 2,
        steps=plan.steps // 2,
        seed=plan.seed,
    )
    middle = first.coordinates.mean(axis=0)
    return np.asarray(np.clip(middle + WIDENING * (first.coordinates - middle), -1, 1))


def emulate(space: Space, points: SimulatedPoints) -> Emulator:
    """Fit the emulator to the points at which every output is a number."""
    usable = np.isfinite(points.table).all(axis=1)
    near = np.flatnonzero(np.flatnonzero(usable) >= points.wide)
    return Emulator(space, points.coordinates[usable], points.table[usable], points.noise, near)
