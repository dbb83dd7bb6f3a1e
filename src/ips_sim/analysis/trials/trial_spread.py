"""How published rates would spread over sets of virtual trials, as ``targets.csv`` defines it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.statistics import ARMS
from ips_sim.analysis.trials.validation import predict_arm
from ips_sim.analysis.trials.virtual_trials import virtual_trial
from ips_sim.evidence.trials import trial_designs
from ips_sim.model.arrays import Array

Floats = NDArray[np.float64]

COUNTED_ONCE = "mueser2004_brokered"
"""Its IPS arm is that of the other comparison of the same trial."""
CONTINUITY = 0.5
"""Added to every cell of a trial without jobs, or with nothing but jobs, in one arm."""


def simulate_trial_spread(
    parameters: Array, samples: int, seed: int, threads: int = 1
) -> dict[tuple[str, str], Floats]:
    """Simulate sets of all trials, and compute from each what is pooled over trials.

    Parameters
    ----------
    parameters
        Records of type ``arrays.PARAMETERS``; each set takes the next one.
    samples
        Sets of trials.
    seed, threads
        As for `execute`. Each trial has sites and people of its own, shared by its two arms' sites.

    Returns
    -------
    dict
        By name and arm as in ``targets.csv``; each of shape (samples,).
    """
    designs = list(trial_designs().values())
    rates = np.empty((2, len(designs), samples))
    for row, design in enumerate(designs):
        trial = virtual_trial(design.trial_id)
        for column, arm in enumerate(ARMS):
            rates[column, row] = (
                predict_arm(trial, arm, parameters, samples, seed + row, threads) / 100
            )
    people = np.array([[one.n_ips for one in designs], [one.n_control for one in designs]])
    return spread_of_trials(
        rates,
        people,
        in_us=np.array([one.us for one in designs]),
        counted_once=np.array([one.trial_id == COUNTED_ONCE for one in designs]),
    )


def spread_of_trials(
    rates: Floats, people: NDArray[np.int64], in_us: Array, counted_once: Array
) -> dict[tuple[str, str], Floats]:
    """Compute what is pooled over trials.

    Parameters
    ----------
    rates
        Shape (2, trials, sets): share with a job in the IPS and the control arm.
    people
        Shape (2, trials): people in each arm.
    in_us, counted_once
        Shape (trials,): whether in the United States; whether the IPS arm is another trial's too.
    """
    values: dict[tuple[str, str], Floats] = {}
    for column, arm in enumerate(ARMS):
        counted = ~counted_once if arm == "ips" else np.ones_like(counted_once)
        values["employed_ever", arm] = rates[column, counted].mean(axis=0)
        values["employed_ever_us", arm] = rates[column, counted & in_us].mean(axis=0)
        values["employed_ever_outside_us", arm] = rates[column, counted & ~in_us].mean(axis=0)
        values["employed_ever_between_trial_sd", arm] = rates[column, counted].std(axis=0, ddof=1)
    centred = rates - rates.mean(axis=1, keepdims=True)
    together = (centred[0] * centred[1]).sum(axis=0)
    values["employed_ever_between_arm_correlation", "ips,control"] = together / np.sqrt(
        (centred**2).sum(axis=1).prod(axis=0)
    )
    pooled, tau = pooled_risk_ratio(rates, people)
    values["employed_ever_risk_ratio", "ips/control"] = pooled
    values["log_risk_ratio_between_trial_sd", "ips/control"] = tau
    return values


def pooled_risk_ratio(rates: Floats, people: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Pool risk ratios over trials by DerSimonian and Laird's random effects.

    Returns
    -------
    tuple
        The pooled ratio and the standard deviation of its log between trials, shape (sets,).
    """
    size = people[:, :, None].astype(np.float64)
    with_job = rates * size
    extreme = ((with_job == 0) | (with_job == size)).any(axis=0)
    with_job = with_job + CONTINUITY * extreme
    size = size + 2 * CONTINUITY * extreme
    log_ratio = np.log(with_job[0] / size[0]) - np.log(with_job[1] / size[1])
    variance = (1 / with_job - 1 / size).sum(axis=0)
    weight = 1 / variance
    fixed = (weight * log_ratio).sum(axis=0) / weight.sum(axis=0)
    apart = (weight * (log_ratio - fixed) ** 2).sum(axis=0)
    free = len(log_ratio) - 1
    scale = weight.sum(axis=0) - (weight**2).sum(axis=0) / weight.sum(axis=0)
    tau2 = np.maximum(0.0, (apart - free) / scale)
    random = 1 / (variance + tau2)
    pooled = (random * log_ratio).sum(axis=0) / random.sum(axis=0)
    return np.exp(pooled), np.sqrt(tau2)
