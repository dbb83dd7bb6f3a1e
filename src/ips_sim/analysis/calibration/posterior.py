"""Draws from the posterior, by emcee's ensemble sampler over the emulator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import emcee  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration import trial_layer
from ips_sim.analysis.calibration.emulator import Emulator
from ips_sim.analysis.calibration.likelihood import Likelihood
from ips_sim.analysis.calibration.space import Space

Floats = NDArray[np.float64]

WALKERS_PER_PARAMETER = 4
THINNING = 10
"""Steps of a chain from one draw that is kept to the next."""
LEAST_STEPS = 8 * THINNING
"""Steps with which even the short fits keep a draw in each half of a chain."""
START_SPREAD = 0.05
EDGE = 0.98
INNER_SHARE = 0.5


@dataclass(frozen=True)
class Posterior:
    """Draws and how well the chains mixed.

    Attributes
    ----------
    coordinates
        Shape (draws, parameters).
    layer
        Strengths of the trials' layer, shape (draws, strengths).
    acceptance
        Share of moves that were accepted.
    largest_r_hat
        Gelman and Rubin's ratio over two independent ensembles, the worst parameter's.
    """

    coordinates: Floats
    layer: Floats
    acceptance: float
    largest_r_hat: float


def draws_to_choose_from(parameters: int, steps: int, ensembles: int = 2) -> int:
    """Say how many draws the chains hold from which those that are kept are chosen."""
    walkers = WALKERS_PER_PARAMETER * (parameters + trial_layer.size())
    return ensembles * walkers * ((steps - steps // 2) // THINNING)


def sample_posterior(
    space: Space,
    emulator: Emulator,
    *,
    draws: int,
    steps: int,
    seed: int,
    without: Collection[str] = (),
    ensembles: int = 2,
) -> Posterior:
    """Sample the posterior with independent ensembles.

    Parameters
    ----------
    space, emulator
        Where, and what stands in for the simulator.
    draws
        How many draws to keep.
    steps
        Steps of each ensemble; the first half is discarded.
    seed
        The same seed gives the same draws.
    without
        Trials left out.
    ensembles
        How many, each with a start of its own.
    """
    density = Likelihood(space, emulator, without)
    free = len(space.infos)
    kept, accepted = [], []
    for ensemble in range(ensembles):
        random = np.random.default_rng([seed, ensemble])
        walkers = WALKERS_PER_PARAMETER * (free + trial_layer.size())
        candidates = space.draw_prior(20 * walkers, random) * _towards_middle(space)
        layers = trial_layer.draw_prior(len(candidates), random)
        start = np.concatenate([candidates, layers], axis=1)
        start = start[np.argsort(-density(start))[:walkers]]
        near = start[:, :free] + START_SPREAD * random.normal(size=(walkers, free))
        start[:, :free] = np.clip(near, -EDGE, EDGE)
        sampler = emcee.EnsembleSampler(
            walkers,
            free + trial_layer.size(),
            density,
            vectorize=True,
            moves=[
                (emcee.moves.DEMove(), 0.7),
                (emcee.moves.DESnookerMove(), 0.1),
                (emcee.moves.StretchMove(), 0.2),
            ],
        )
        # As it is: emcee's wrapper prints a traceback when Ctrl-C comes while it is called.
        sampler.log_prob_fn = density
        sampler.random_state = np.random.RandomState(random.integers(2**31)).get_state()
        sampler.run_mcmc(start, steps)
        kept.append(sampler.get_chain(discard=steps // 2, thin=THINNING))
        accepted.append(float(sampler.acceptance_fraction.mean()))
    flat = [chain.reshape(-1, chain.shape[-1]) for chain in kept]
    every = np.concatenate(flat)
    chosen = np.random.default_rng(seed).choice(len(every), draws, replace=False)
    coordinates, layer = np.split(every[np.sort(chosen)], [free], axis=1)
    return Posterior(coordinates, layer, float(np.mean(accepted)), _r_hat(kept))


def _towards_middle(space: Space) -> Floats:
    """Begin in the inner half of each prior's range; a pinned prior is narrow as it is."""
    return np.array([1.0 if info.name in space.pins else INNER_SHARE for info in space.infos])


def _r_hat(chains: list[Floats]) -> float:
    """Compare the two ensembles, each in halves: 1 where they agree."""
    halves = [half for chain in chains for half in np.array_split(chain, 2)]
    flat = [half.reshape(-1, half.shape[-1]) for half in halves]
    within = np.mean([half.var(axis=0) for half in flat], axis=0)
    between = np.var([half.mean(axis=0) for half in flat], axis=0, ddof=1)
    return float(np.sqrt(1 + between / within).max())
