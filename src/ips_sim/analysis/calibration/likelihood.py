"""How well parameters agree with the evidence: targets, and every trial's own binomial noise."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.emulator import Emulator
from ips_sim.analysis.calibration.space import Space
from ips_sim.analysis.calibration.statistics import (
    DROPOUT_TRIAL,
    Statistics,
    fitted_targets,
    fitted_trials,
    scale_of,
    split_table,
    variance_share,
)
from ips_sim.evidence.trials import trial_designs

Floats = NDArray[np.float64]

RANGE_IN_SD = 2 * 1.645
"""A plausible range is read as a 90 % interval."""
NODES = 5
"""Points of the Gauss-Hermite rule along each of the two site effects."""
LEAST_VARIANCE = 0.02
GREATEST_CORRELATION = 0.95


@dataclass(frozen=True)
class SiteEffects:
    """How the log odds of the two arms at one site stray from their mean, by draw.

    Attributes
    ----------
    shared, own_of_ips_in_control, own
        Shape (draws,): with two standard normal numbers a and b, the IPS arm strays by
        ``shared × a`` and the control arm by ``own_of_ips_in_control × a + own × b``.
    """

    shared: Floats
    own_of_ips_in_control: Floats
    own: Floats


def site_effects(spread: Floats) -> SiteEffects:
    """Turn variances and covariance, shape (draws, 3), into loadings of two normal effects."""
    ips, control = (
        np.maximum(spread[:, 0], LEAST_VARIANCE),
        np.maximum(spread[:, 1], LEAST_VARIANCE),
    )
    most = GREATEST_CORRELATION * np.sqrt(ips * control)
    covariance = np.clip(spread[:, 2], -most, most)
    shared = np.sqrt(ips)
    other = covariance / shared
    return SiteEffects(shared, other, np.sqrt(np.maximum(control - other**2, LEAST_VARIANCE / 10)))


class Likelihood:
    """Log posterior density over coordinates of a space, through an emulator.

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
        self._trials = [
            row for row, result in enumerate(fitted_trials()) if result.trial_id not in without
        ]
        rows = [fitted_trials()[row] for row in self._trials]
        designs = [trial_designs()[row.trial_id] for row in rows]
        self._people = np.array([[design.n_ips, design.n_control] for design in designs])
        self._sites = np.array([design.n_sites for design in designs])
        rates = np.array([[row.ips_rate, row.control_rate] for row in rows]) / 100
        self._with_job = np.round(rates * self._people)
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        first, second = np.meshgrid(nodes, nodes, indexing="ij")
        self._first, self._second = first.ravel(), second.ravel()
        self._weights = np.outer(weights, weights).ravel() / weights.sum() ** 2

    def __call__(self, coordinates: Floats) -> Floats:
        """Evaluate the log posterior density up to a constant, shape (points,)."""
        total = self.space.log_prior(coordinates)
        inside = np.isfinite(total)
        if inside.any():
            simulated = split_table(self.emulator(coordinates[inside]))
            total[inside] += self._log_targets(simulated) + self._log_trials(simulated)
        return total

    def _log_targets(self, simulated: Statistics) -> Floats:
        missed = simulated.targets[:, self._targets] - self._wanted
        return np.asarray(-(missed**2 / self._variance).sum(axis=1) / 2)

    def _log_trials(self, simulated: Statistics) -> Floats:
        """Sum over trials the log of the binomial likelihood, averaged over site effects."""
        effects = site_effects(simulated.spread)
        total = np.zeros(len(simulated.arms))
        for row, trial in enumerate(self._trials):
            shrink = np.sqrt(variance_share(int(self._sites[row])))
            ips = simulated.arms[:, trial, 0, None] + shrink * effects.shared[:, None] * self._first
            control = simulated.arms[:, trial, 1, None] + shrink * (
                effects.own_of_ips_in_control[:, None] * self._first
                + effects.own[:, None] * self._second
            )
            density = np.zeros_like(ips)
            for column, log_odds in enumerate((ips, control)):
                worked, people = self._with_job[row, column], self._people[row, column]
                density -= worked * np.logaddexp(0, -log_odds)
                density -= (people - worked) * np.logaddexp(0, log_odds)
            most = density.max(axis=1)
            total += most + np.log((np.exp(density - most[:, None]) * self._weights).sum(axis=1))
        return total
