"""How well parameters agree with the evidence: targets, and every trial's own binomial noise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration import trial_layer
from ips_sim.analysis.calibration.emulator import Emulator
from ips_sim.analysis.calibration.space import Space
from ips_sim.analysis.calibration.statistics import (
    ARMS,
    DROPOUT_TRIAL,
    Statistics,
    expit,
    fitted_targets,
    fitted_trials,
    logit,
    pooled_means,
    scale_of,
    split_table,
    variance_share,
)
from ips_sim.analysis.calibration.trial_layer import Effects, over_sites
from ips_sim.evidence.trials import TrialDesign, TrialResult, trial_designs

Floats = NDArray[np.float64]

RANGE_IN_SD = 2 * 1.645
"""A plausible range is read as a 90 % interval."""
NODES = 3
"""Points of the Gauss-Hermite rule along each of the two effects of a trial."""
NEWTON_STEPS = 8
LONGEST_STEP = 1.5
"""Standard deviations of an effect that one of these steps may go, lest it overshoots."""


def _rate(result: TrialResult, arm: int) -> float:
    """Give the published share with a job in an arm, a column of `ARMS`."""
    return (result.ips_rate, result.control_rate)[arm] / 100


def over_all_sites(
    simulated: Statistics, left_out: Mapping[int, tuple[int, list[tuple[int, int]]]] | None = None
) -> Floats:
    """Average the simulated means over sites, and take out of them what is left out.

    Parameters
    ----------
    simulated
        Of a site like the middle one.
    left_out
        For each pooled mean, over how many trials it is, and row and arm of those left out.

    Returns
    -------
    ndarray
        Shape (points, fitted targets).
    """
    targets = simulated.targets.copy()
    for pooled in pooled_means():
        variance = simulated.spread[:, pooled.arm]
        shares = [variance_share(designs[0].n_sites) for designs in pooled.studies]
        mean = over_sites(targets[:, pooled.target], variance * float(np.mean(shares)))
        if left_out and pooled.target in left_out:
            studies, gone = left_out[pooled.target]
            out = [
                over_sites(simulated.arms[:, trial, arm], variance * _variance_share(trial))
                for trial, arm in gone
            ]
            rest = studies * expit(mean) - sum(expit(one) for one in out)
            mean = logit(rest / (studies - len(gone)))
        targets[:, pooled.target] = mean
    return targets


def _variance_share(trial: int) -> float:
    return variance_share(trial_designs()[fitted_trials()[trial].trial_id].n_sites)


class Likelihood:
    """Log posterior density over coordinates of a space and strengths of the trials' layer.

    Parameters
    ----------
    space, emulator
        Where, and what stands in for the simulator.
    without
        Trials left out, with the targets that rest on them alone.
    """

    def __init__(self, space: Space, emulator: Emulator, without: Collection[str] = ()) -> None:
        self.space, self.emulator = space, emulator
        kept = [
            row
            for row, target in enumerate(fitted_targets())
            if not (DROPOUT_TRIAL in without and target.name == "dropped_out")
        ]
        self._targets = np.array(kept)
        chosen = [fitted_targets()[row] for row in kept]
        self._wanted = np.array([float(scale_of(target)(target.value)) for target in chosen])
        ranges = [
            float(scale_of(target)(target.high) - scale_of(target)(target.low)) for target in chosen
        ]
        self._variance = (np.array(ranges) / RANGE_IN_SD) ** 2 + emulator.error[kept] ** 2
        self._left_out = self._means_left_out(without)
        for column, row in enumerate(kept):
            if row in self._left_out:
                target, (studies, gone) = fitted_targets()[row], self._left_out[row]
                published = [_rate(fitted_trials()[trial], arm) for trial, arm in gone]
                rest = (studies * target.value - sum(published)) / (studies - len(gone))
                self._wanted[column] = float(scale_of(target)(rest))
        self._trials = [
            row for row, result in enumerate(fitted_trials()) if result.trial_id not in without
        ]
        rows = [fitted_trials()[row] for row in self._trials]
        designs = [trial_designs()[row.trial_id] for row in rows]
        sizes = [[design.n_ips, design.n_control] for design in designs]
        self._people = np.array(sizes, dtype=np.float64).reshape(-1, 2)
        self._sites = np.array([design.n_sites for design in designs])
        self._months = np.array([float(design.months) for design in designs])
        rates = np.array([[row.ips_rate, row.control_rate] for row in rows])
        rates = rates.reshape(-1, 2) / 100
        self._with_job = np.round(rates * self._people)
        self._region = self._columns_of_means(designs)
        wanted = dict(zip(kept, self._wanted, strict=True))
        means = [[wanted[row] for row in arms] for arms in self._region]
        self._means = np.array(means).reshape(-1, len(ARMS))

    def __call__(self, points: Floats) -> Floats:
        """Evaluate the log posterior density up to a constant.

        Parameters
        ----------
        points
            Shape (points, parameters + strengths): coordinates, then what the layer takes.

        Returns
        -------
        ndarray
            Shape (points,).
        """
        coordinates, layer = np.split(points, [len(self.space.infos)], axis=1)
        total = self.space.log_prior(coordinates) + trial_layer.log_prior(layer)
        inside = np.isfinite(total)
        if inside.any():
            simulated = split_table(self.emulator(coordinates[inside]))
            total[inside] += self._log_targets(simulated)
            total[inside] += self._log_trials(simulated, layer[inside])
        return total

    @staticmethod
    def _columns_of_means(designs: Sequence[TrialDesign]) -> NDArray[np.intp]:
        """Give the rows of the pooled means of each trial's region, shape (trials, 2)."""
        row = {(one.studies[0][0].us, one.arm): one.target for one in pooled_means()}
        found = [[row[design.us, arm] for arm in range(len(ARMS))] for design in designs]
        return np.array(found, dtype=np.intp).reshape(-1, len(ARMS))

    @staticmethod
    def _means_left_out(
        without: Collection[str],
    ) -> dict[int, tuple[int, list[tuple[int, int]]]]:
        """For each pooled mean, over how many trials it is, and which of them are left out.

        A mean that holds a trial's result tells of it, so a trial that is left out leaves it too.
        """
        found: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        for pooled in pooled_means():
            counted = {one.trial_id for designs in pooled.studies for one in designs}
            gone = [
                (row, pooled.arm)
                for row, result in enumerate(fitted_trials())
                if result.trial_id in counted and result.trial_id in without
            ]
            if gone:
                found[pooled.target] = (len(pooled.studies), gone)
        return found

    def _log_targets(self, simulated: Statistics) -> Floats:
        missed = over_all_sites(simulated, self._left_out)[:, self._targets] - self._wanted
        return np.asarray(-(missed**2 / self._variance).sum(axis=1) / 2)

    def _log_trials(self, simulated: Statistics, layer: Floats) -> Floats:
        """Sum over trials the log of the binomial likelihood, averaged over their deviations."""
        share = np.array([variance_share(int(sites)) for sites in self._sites])
        effects = trial_layer.trial_effects(layer, simulated.spread, share)
        log_odds = trial_layer.arms_at(
            layer,
            trial_layer.before_sites(self._means, effects.variance),
            simulated.arms[:, self._trials],
            simulated.targets[:, self._region],
            self._months,
        )
        by_trial = log_averaged_binomial(log_odds, effects, self._with_job, self._people)
        return np.asarray(by_trial.sum(axis=1))


def log_averaged_binomial(
    log_odds: Floats, effects: Effects, worked: Floats, people: Floats
) -> Floats:
    """Average the binomial likelihood of both arms over two normal effects, and take the log.

    Gauss-Hermite quadrature around the largest contribution, with its curvature: around zero as
    many as thirty nodes would be needed, because a trial's own likelihood is narrow.

    Parameters
    ----------
    log_odds
        Shape (points, trials, 2), before trials stray.
    effects
        Loadings of shape (points, trials).
    worked, people
        Shape (trials, 2).

    Returns
    -------
    ndarray
        Shape (points, trials), up to the binomial coefficients.
    """
    first, second, curvature = _largest_contribution(log_odds, effects, worked, people)
    own_first, both, own_second = curvature
    determinant = own_first * own_second - both**2
    # Cholesky factor of the inverse of the curvature.
    along = np.sqrt(own_second / determinant)
    across = -both / determinant / along
    rest = np.sqrt(own_first / determinant - across**2)
    nodes, weights = _nodes(NODES)
    x, y = (grid.ravel() for grid in np.meshgrid(nodes, nodes, indexing="ij"))
    at_first = first[..., None] + along[..., None] * x
    at_second = second[..., None] + across[..., None] * x + rest[..., None] * y
    ips = log_odds[..., 0, None] + effects.shared[..., None] * at_first
    control = (
        log_odds[..., 1, None]
        + effects.own_of_ips_in_control[..., None] * at_first
        + effects.own[..., None] * at_second
    )
    density = (x**2 + y**2 - at_first**2 - at_second**2) / 2
    for arm, at in enumerate((ips, control)):
        had, of = worked[:, arm, None], people[:, arm, None]
        density -= had * np.logaddexp(0, -at) + (of - had) * np.logaddexp(0, at)
    shares = np.outer(weights, weights).ravel() / weights.sum() ** 2
    most = density.max(axis=-1)
    total = np.log((np.exp(density - most[..., None]) * shares).sum(axis=-1))
    return np.asarray(most + total + np.log(along * rest))


@cache
def _nodes(count: int) -> tuple[Floats, Floats]:
    """Nodes and weights of the quadrature, which is done at every step of the sampler."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights


def _largest_contribution(
    log_odds: Floats, effects: Effects, worked: Floats, people: Floats
) -> tuple[Floats, Floats, tuple[Floats, Floats, Floats]]:
    """Find the effects that contribute most, by Newton's method, and the curvature there."""
    shared, other, own = effects.shared, effects.own_of_ips_in_control, effects.own
    first, second = np.zeros_like(shared), np.zeros_like(shared)
    for _ in range(NEWTON_STEPS):
        strays = np.stack([shared * first, other * first + own * second], axis=-1)
        rates = expit(log_odds + strays)
        missed, known = worked - people * rates, people * rates * (1 - rates)
        curvature = (
            1 + shared**2 * known[..., 0] + other**2 * known[..., 1],
            other * own * known[..., 1],
            1 + own**2 * known[..., 1],
        )
        slope_first = shared * missed[..., 0] + other * missed[..., 1] - first
        slope_second = own * missed[..., 1] - second
        determinant = curvature[0] * curvature[2] - curvature[1] ** 2
        steps = (
            (curvature[2] * slope_first - curvature[1] * slope_second) / determinant,
            (curvature[0] * slope_second - curvature[1] * slope_first) / determinant,
        )
        first, second = (
            at + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
            for at, step in zip((first, second), steps, strict=True)
        )
    return first, second, curvature
