"""What the likelihood compares: fitted targets, and the arms of the trials that may be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.trials.targets import at_middle_site, simulate_targets, target_designs
from ips_sim.analysis.trials.virtual_trials import VirtualTrial, virtual_trial, with_outcome
from ips_sim.evidence.parameters import load_parameters
from ips_sim.evidence.tables import Target, targets
from ips_sim.evidence.trials import TrialDesign, TrialResult, trial_designs, trial_results
from ips_sim.model.arrays import Array
from ips_sim.model.compiled.execute import execute
from ips_sim.model.results import Runs

Floats = NDArray[np.float64]

ARMS = ("ips", "control")
TRIAL_REPLICATES = 4
"""How often each trial is simulated at each point."""
UNFITTED_REPLICATES = 2
"""How often each other trial is, which counts in the pooled means alone."""
LARGE_TRIAL = 500
"""People in a trial with which once is enough."""
TRIAL_APART = 2_000_000
"""Replicates from one trial to the next: no two share the luck of their people."""
SPREAD_REPLICATES = 12
"""Sites of a typical trial at each point, from which the spread between sites is taken."""
POOLED = {"employed_ever_us": True, "employed_ever_outside_us": False}
"""The overview's means that are fitted, and whether they are over trials in the United States."""
DROPOUT_TRIAL = "burns2007"
"""The trial in which dropping out was counted."""
LEAST_SHARE = 0.002
ON_LOG_SCALE = frozenset(
    {
        "weeks_to_first_job",
        "first_job_hazard_late_over_early",
        "weeks_worked_per_year_after_first_job",
        "first_job_tenure",
        "months_worked_after_first_start",
        "stay_on_caseload",
        "background_start_late_over_early",
        "background_return_over_start",
    }
)
LEAST_ON_LOG_SCALE = 0.05
"""A ratio that nobody happened to make is kept away from 0."""
AS_THEY_ARE = frozenset({"prior_work_of_finders"})


def logit(share: Floats | float) -> Floats:
    """Turn shares into log odds, kept away from 0 and 1."""
    kept = np.clip(share, LEAST_SHARE, 1 - LEAST_SHARE)
    return np.asarray(np.log(kept / (1 - kept)))


def expit(log_odds: Floats) -> Floats:
    """Turn log odds into shares."""
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def scale_of(target: Target) -> Callable[[Floats | float], Floats]:
    """Give the scale on which a target is compared: log for times, log odds for shares."""
    if target.name in ON_LOG_SCALE:
        return lambda value: np.asarray(np.log(np.maximum(value, LEAST_ON_LOG_SCALE)))
    if target.name in AS_THEY_ARE:
        return np.asarray
    return logit


def back_from_scale(target: Target, values: Floats) -> Floats:
    """Undo `scale_of`."""
    if target.name in ON_LOG_SCALE:
        return np.exp(values)
    if target.name in AS_THEY_ARE:
        return values
    return expit(values)


@cache
def fitted_targets() -> tuple[Target, ...]:
    """List the targets that enter the likelihood."""
    return tuple(target for target in targets() if target.role == "fit")


@cache
def fitted_trials() -> tuple[TrialResult, ...]:
    """List the trials whose rates enter the likelihood and the error summary."""
    return tuple(result for result in trial_results().values() if result.in_error_summary)


def variance_share(sites: int) -> float:
    """Say what share of the variance between sites is left in a mean over several sites.

    What they have in common stays, what is their own cancels in part.
    """
    common = load_parameters()["site_spread_in_common_share"].value
    return common + (1 - common) / sites


@dataclass(frozen=True)
class Statistics:
    """What was simulated at some points of the parameter space.

    Attributes
    ----------
    targets
        Shape (points, fitted targets), each on its scale.
    arms
        Shape (points, fitted trials, 2): log odds of work in the IPS and the control arm.
    spread
        Shape (points, 3): variance between sites of the log odds in each arm, and covariance.
    """

    targets: Floats
    arms: Floats
    spread: Floats

    def table(self) -> Floats:
        """Put everything side by side, shape (points, outputs), for the emulator."""
        return np.concatenate(
            [self.targets, self.arms.reshape(len(self.arms), -1), self.spread], axis=1
        )


def split_table(table: Floats) -> Statistics:
    """Undo `Statistics.table`."""
    first = len(fitted_targets())
    last = first + 2 * len(fitted_trials())
    return Statistics(
        table[:, :first], table[:, first:last].reshape(len(table), -1, 2), table[:, last:]
    )


def simulate_arm(
    trial: VirtualTrial,
    arm: str,
    parameters: Array,
    replicates: int,
    seed: int,
    threads: int,
    first_replicate: int,
) -> tuple[Floats, Array]:
    """Simulate one arm at the trial's own size, for every draw and replicate.

    Returns
    -------
    tuple
        Share with the outcome that the trial counted, shape (draws, replicates), and the records
        of the people, shape (draws, people of all replicates).
    """
    scenario = trial.ips if arm == "ips" else trial.control
    offset = 0 if arm == "ips" else trial.design.n_ips
    draws, sites = len(parameters), scenario.design.sites
    runs = Runs(
        draw=np.repeat(np.arange(draws), replicates * sites),
        replicate=first_replicate + np.repeat(np.arange(draws * replicates), sites),
        site=np.tile(np.arange(sites), draws * replicates),
    )
    people = execute(scenario, parameters, runs, seed, threads, offset).people
    worked = with_outcome(people, trial.design)
    return worked.reshape(draws, replicates, -1).mean(axis=2), people.reshape(draws, -1)


@dataclass(frozen=True)
class PooledMean:
    """One of the overview's means: over which trials it was taken, each arm of a trial once.

    Attributes
    ----------
    target
        Row among the fitted targets.
    arm
        Column among `ARMS`.
    studies
        Designs of each trial; a trial with two control arms has two, which are pooled.
    """

    target: int
    arm: int
    studies: tuple[tuple[TrialDesign, ...], ...]

    def mean(self, rates: Mapping[tuple[str, str], Floats]) -> Floats:
        """Average rates by design and arm as the overview averages published ones."""
        means = []
        for designs in self.studies:
            each = [rates[design.trial_id, ARMS[self.arm]] for design in designs]
            if ARMS[self.arm] == "ips":
                means.append(each[0])
            else:
                people = [design.n_control for design in designs]
                means.append(np.average(each, axis=0, weights=people))
        return np.asarray(np.mean(means, axis=0))


@cache
def pooled_means() -> tuple[PooledMean, ...]:
    """List the fitted means over trials in the United States and elsewhere."""
    studies: dict[tuple[str, int, str], list[TrialDesign]] = {}
    for design in trial_designs().values():
        studies.setdefault((design.first_author, design.year, design.site), []).append(design)
    found = []
    for row, target in enumerate(fitted_targets()):
        if target.name in POOLED:
            among = [tuple(one) for one in studies.values() if one[0].us == POOLED[target.name]]
            found.append(PooledMean(row, ARMS.index(target.arm), tuple(among)))
    return tuple(found)


def simulate_statistics(
    parameters: Array, seed: int, threads: int, first_replicate: int = 0
) -> Statistics:
    """Simulate everything that the likelihood compares, for every draw.

    Targets and trials at a site like the middle one: how sites differ is simulated apart, and the
    likelihood puts it in, so that the luck of a few sites is not taken for what a point brings.
    """
    middle = at_middle_site(parameters)
    values = simulate_targets(middle, seed, threads, first_replicate)
    rates: dict[tuple[str, str], Floats] = {}
    fitted = [result.trial_id for result in fitted_trials()]
    for number, (trial_id, design) in enumerate(trial_designs().items(), start=1):
        replicates = TRIAL_REPLICATES
        if trial_id not in fitted:
            is_large = design.n_ips + design.n_control > LARGE_TRIAL
            replicates = 1 if is_large else UNFITTED_REPLICATES
        first = first_replicate + number * TRIAL_APART
        for arm in ARMS:
            share, people = simulate_arm(
                virtual_trial(trial_id), arm, middle, replicates, seed, threads, first
            )
            rates[trial_id, arm] = share.mean(axis=1)
            if trial_id == DROPOUT_TRIAL:
                values["dropped_out", arm] = people["dropped_out_ever"].mean(axis=1)
    for pooled in pooled_means():
        target = fitted_targets()[pooled.target]
        values[target.name, target.arm] = pooled.mean(rates)
    columns = [scale_of(target)(values[target.name, target.arm]) for target in fitted_targets()]
    arms = [[logit(rates[trial_id, arm]) for arm in ARMS] for trial_id in fitted]
    return Statistics(
        np.stack(columns, axis=1),
        np.moveaxis(np.array(arms), 2, 0),
        simulate_site_spread(parameters, seed, threads, first_replicate),
    )


def simulate_site_spread(
    parameters: Array, seed: int, threads: int, first_replicate: int = 0
) -> Floats:
    """Simulate how log odds of work vary between sites of a typical trial, for every draw.

    Returns
    -------
    ndarray
        Shape (draws, 3): variance in the IPS and in the control arm, and covariance.
    """
    draws, rates = len(parameters), []
    runs = Runs(
        draw=np.repeat(np.arange(draws), SPREAD_REPLICATES),
        replicate=first_replicate + np.arange(draws * SPREAD_REPLICATES),
        site=np.zeros(draws * SPREAD_REPLICATES, dtype=np.int64),
    )
    for arm in ARMS:
        design = target_designs()[arm]
        people = execute(
            design.scenario, parameters, runs, seed, threads, design.person_offset
        ).people
        rates.append((people["jobs_held"] > 0).reshape(draws, SPREAD_REPLICATES, -1).mean(axis=2))
    return site_spread(rates, target_designs()[ARMS[0]].scenario.design.people)


def site_spread(rates: Sequence[Floats], people: int) -> Floats:
    """Estimate how log odds vary between sites, beyond what sampling people explains.

    Parameters
    ----------
    rates
        For each arm, shares with a job of shape (draws, sites).
    people
        At each site, in each arm.
    """
    parts, sampling = [], []
    for share in rates:
        with_job, without = share * people + 0.5, people - share * people + 0.5
        parts.append(np.log(with_job / without))
        sampling.append((1 / with_job + 1 / without).mean(axis=1))
    centred = [part - part.mean(axis=1, keepdims=True) for part in parts]
    free = rates[0].shape[1] - 1
    own = [
        (part**2).sum(axis=1) / free - noise for part, noise in zip(centred, sampling, strict=True)
    ]
    shared = (centred[0] * centred[1]).sum(axis=1) / free
    return np.stack([*own, shared], axis=1)
