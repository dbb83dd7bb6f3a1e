"""Predictions of trials through the layer that was fitted with the parameters.

The simulation says how a design differs from the mean of its region; the layer says how much of
that counts, and how far trials stray.  See `ips_sim.evidence.trial_layer`.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration import trial_layer
from ips_sim.analysis.calibration.statistics import (
    ARMS,
    expit,
    fitted_targets,
    logit,
    pooled_means,
    simulate_arm,
    variance_share,
)
from ips_sim.analysis.trials.targets import at_middle_site
from ips_sim.analysis.trials.virtual_trials import Trial, virtual_trial
from ips_sim.evidence.trial_layer import LEVELS, SPREADS, strengths
from ips_sim.evidence.trials import trial_designs, trial_results
from ips_sim.model.arrays import Array

Floats = NDArray[np.float64]

DRAWS = 100
"""Draws of the fit at which a trial is simulated; its samples go through them in turn."""
PEOPLE = 200
"""People who are simulated at least in an arm at each draw, so that little of it is their luck."""


def middle_of_region(trial: Trial, arm: int, *, is_left_out: bool) -> tuple[float, float]:
    """Give the mean rate about which a trial's lies, and what share of the variance is left.

    The overview's mean of all trials in the United States, or elsewhere, tells of each of them: a
    trial that is left out is taken out of it. Of the 28, those with a published rate here lie about
    their own mean, and the others about what these leave of the overview's.

    Parameters
    ----------
    trial
        Which one.
    arm
        Column of `ARMS`.
    is_left_out
        Whether its own rate is not to be known.

    Returns
    -------
    tuple of float
        The mean, 0 to 1, and a factor for the variance between trials: a new one lies about a mean
        that is not known for sure, one of few about a mean that it has a part in.
    """
    (pooled,) = (
        one for one in pooled_means() if one.arm == arm and one.studies[0][0].us == trial.design.us
    )
    mean, count = fitted_targets()[pooled.target].value, len(pooled.studies)
    published = {
        name: (result.ips_rate, result.control_rate)[arm] / 100
        for name, result in trial_results().items()
        if trial_designs()[name].us == trial.design.us
    }
    if is_left_out:
        return (count * mean - published[trial.trial_id]) / (count - 1), 1 + 1 / (count - 1)
    if trial.trial_id not in trial_designs():
        return mean, 1 + 1 / count
    total, members = sum(published.values()), len(published)
    if trial.trial_id not in published:
        total, members = count * mean - total, count - members
    return total / members, 1 - 1 / members


def predict_arms(
    trial: Trial,
    parameters: Array,
    layer: Sequence[Mapping[str, float]],
    samples: int,
    seed: int,
    threads: int,
    *,
    is_left_out: bool,
) -> dict[str, Floats]:
    """Sample the rates that a trial of this size and design would publish, in per cent.

    Parameters
    ----------
    trial
        Which one.
    parameters, layer
        Draws of a fit, one beside the other.
    samples
        How many; each takes the next draw, and deviations and people of its own.
    seed, threads
        As for `execute`.
    is_left_out
        Whether the fit, and so the mean of its region, does not know it.

    Returns
    -------
    dict
        By arm, of shape (samples,).
    """
    chosen = np.linspace(0, len(parameters) - 1, min(DRAWS, len(parameters))).astype(int)
    table = np.array([list(layer[row].values()) for row in chosen])
    names = {name: column for column, name in enumerate(layer[0])}
    own = table[:, [names[name] for name in strengths()]]
    spread = table[:, [names[name] for name in SPREADS]]
    first = 0 if trial.design.us else len(ARMS)
    levels = table[:, [names[name] for name in LEVELS[first : first + len(ARMS)]]]
    site_share = np.array([variance_share(trial.design.n_sites)])
    effects = trial_layer.trial_effects(own, spread, site_share)
    middles = [middle_of_region(trial, arm, is_left_out=is_left_out) for arm in range(len(ARMS))]
    means = logit(np.array([mean for mean, _ in middles]))
    arms = trial_layer.arms_at(
        own,
        trial_layer.before_sites(means, effects.variance),
        _simulated(trial, parameters[chosen], seed, threads)[:, None],
        levels[:, None],
        np.array([float(trial.design.months)]),
    )[:, 0]
    each = np.arange(samples) % len(chosen)
    # Two control conditions of one trial have one IPS arm, so its chance goes by what it is.
    chance = [_chance_of(repr(trial.of_ips), seed), _chance_of(trial.trial_id, seed)]
    shared, apart = (random.normal(size=samples) for random in chance)
    strays = (
        effects.shared[each, 0] * shared,
        effects.own_of_ips_in_control[each, 0] * shared + effects.own[each, 0] * apart,
    )
    sampled = {}
    for arm, people in enumerate((trial.design.n_ips, trial.design.n_control)):
        rates = expit(arms[each, arm] + math.sqrt(middles[arm][1]) * strays[arm])
        sampled[ARMS[arm]] = 100 * chance[arm].binomial(people, rates) / people
    return sampled


def _chance_of(name: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _simulated(trial: Trial, parameters: Array, seed: int, threads: int) -> Floats:
    """Log odds of both arms at a middle site, shape (draws, 2)."""
    virtual, middle = virtual_trial(trial), at_middle_site(parameters)
    found = []
    for arm, people in zip(ARMS, (trial.design.n_ips, trial.design.n_control), strict=True):
        replicates = math.ceil(PEOPLE / people)
        share, _ = simulate_arm(virtual, arm, middle, replicates, seed, threads, 0)
        found.append(logit(share.mean(axis=1)))
    return np.stack(found, axis=1)
