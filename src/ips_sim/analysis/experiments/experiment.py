"""What an experiment's file says: a scenario, what is varied around it, how, and to what end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ips_sim.analysis.experiments.factors import Factor
from ips_sim.runs.counts import replicates_of, seed_of
from ips_sim.scenario import Scenario

Kind = Literal["sweep", "sensitivity"]
DesignKind = Literal["grid", "list", "latin_hypercube", "sobol"]
Method = Literal["morris", "sobol", "pawn", "delta", "regional"]

METHODS: tuple[Method, ...] = ("morris", "sobol", "pawn", "delta", "regional")


@dataclass(frozen=True)
class Bound:
    """What an outcome has to reach, or not to exceed."""

    outcome: str
    at_least: float | None
    at_most: float | None

    def __str__(self) -> str:
        low = "" if self.at_least is None else f"{self.at_least:g} ≤ "
        high = "" if self.at_most is None else f" ≤ {self.at_most:g}"
        return f"{low}{self.outcome}{high}"


@dataclass(frozen=True)
class Goal:
    """What the best region of a sweep is sought for.

    Attributes
    ----------
    outcome
        What is to be as large, or as small, as it can be; empty if only the bounds count.
    largest
        Whether larger is better.
    bounds
        What has to hold.
    """

    outcome: str
    largest: bool
    bounds: tuple[Bound, ...]

    def __str__(self) -> str:
        parts = [f"{'largest' if self.largest else 'smallest'} {self.outcome}"] * bool(self.outcome)
        return ", ".join(parts + [str(bound) for bound in self.bounds])


@dataclass(frozen=True)
class Experiment:
    """An experiment, checked.

    Attributes
    ----------
    kind
        ``sweep`` or ``sensitivity``.
    title, summary
        What it asks; the summary is the comment at the top of the file.
    base
        The scenario around which things are varied, with what the file sets for all points.
    factors
        What is varied.
    groups
        Names of factors by the group in which a sensitivity analysis counts them; a factor in no
        group counts for itself.
    design, points
        Of a sweep: how points are chosen, and how many if that is free.
    methods
        Of a sensitivity analysis.
    samples
        Base samples of Sobol's indices, each of which takes as many points as there are factors
        and two more, or twice as many for the second order.
    second_order
        Whether Sobol's indices of pairs are asked for.
    trajectories, levels
        Of Morris's screening.
    resamples
        Bootstrap samples behind each interval.
    seed, replicates, draws
        As in runs of scenarios.
    outcomes
        What figures and indices are about; runs hold all.
    goal
        What the best region is sought for, if for anything.
    said
        The file as plain values, for the record.
    """

    kind: Kind
    title: str
    summary: str
    base: Scenario
    factors: tuple[Factor, ...]
    groups: Mapping[str, tuple[str, ...]]
    design: DesignKind
    points: int
    methods: tuple[Method, ...]
    samples: int
    second_order: bool
    trajectories: int
    levels: int
    resamples: int
    seed: int
    replicates: int
    draws: int
    outcomes: tuple[str, ...]
    goal: Goal | None
    said: Mapping[str, Any]

    @property
    def targets(self) -> tuple[str, ...]:
        """The dotted names of all that is set at a point, in the order of the design."""
        return tuple(name for factor in self.factors for name in factor.targets)

    def with_runs(self, seed: int | None, replicates: int | None) -> Experiment:
        """Give the same experiment with another seed or number of replicates, where one is said."""
        return replace(
            self,
            seed=self.seed if seed is None else seed_of(seed),
            replicates=self.replicates if replicates is None else replicates_of(replicates),
        )
