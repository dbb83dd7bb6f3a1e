"""Where the points of an experiment lie: grids, lists, and designs from SALib's samplers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.experiments.experiment import Experiment, Method
from ips_sim.analysis.experiments.factors import Factor
from ips_sim.runs.errors import RunError

Floats = NDArray[np.float64]
Values = tuple[tuple[object, ...], ...]

MOST_POINTS = 2_000_000
_ANALYSED_FROM_ANY_SAMPLE: tuple[Method, ...] = ("pawn", "delta", "regional")


@dataclass(frozen=True)
class Part:
    """The points of a sensitivity design that certain methods read, one after another.

    Attributes
    ----------
    methods
        The methods.
    first
        Number of the first point.
    places
        Where each point lies in each factor's range, from 0 to 1: shape (points, factors).
    step
        Points that belong together: they are all there, or none of them counts.
    """

    methods: tuple[Method, ...]
    first: int
    places: Floats
    step: int


def sweep_values(experiment: Experiment) -> Values:
    """Give the values of every factor's targets at every point of a sweep.

    Raises
    ------
    RunError
        If there would be too many points.
    """
    factors = experiment.factors
    if experiment.design == "grid":
        axes = [factor.grid() for factor in factors]
        _refuse_too_many(math.prod(map(len, axes)))
        return tuple(tuple(v for part in row for v in part) for row in product(*axes))
    if experiment.design == "list":
        rows = zip(*(factor.levels for factor in factors), strict=True)
        return tuple(tuple(v for part in row for v in part) for row in rows)
    _refuse_too_many(experiment.points)
    return at_places(factors, _places(experiment, experiment.design))


def sensitivity_parts(experiment: Experiment) -> list[Part]:
    """Lay out the points that the methods of a sensitivity analysis need.

    Raises
    ------
    RunError
        If there would be too many points.
    """
    size = len(experiment.factors), _labels(experiment.factors, experiment.groups)
    counted = len(counted_factors(experiment.factors, experiment.groups))
    seed = experiment.seed
    parts: list[Part] = []
    first = 0

    def add(methods: Sequence[Method], design: str, count: int, step: int, option: int = 0) -> None:
        nonlocal first
        _refuse_too_many(first + count * step)
        places = _sampled(design, *size, count, seed, option)
        parts.append(Part(tuple(methods), first, places, step))
        first += len(places)

    if "morris" in experiment.methods:
        add(["morris"], "morris", experiment.trajectories, counted + 1, experiment.levels)
    if "sobol" in experiment.methods:
        step = (2 * counted if experiment.second_order else counted) + 2
        add(["sobol"], "saltelli", experiment.samples, step, experiment.second_order)
    others = [one for one in _ANALYSED_FROM_ANY_SAMPLE if one in experiment.methods]
    if others:
        add(others, "latin_hypercube", experiment.points, 1)
    return parts


def distinct_points(experiment: Experiment, names: Collection[str]) -> list[dict[str, object]]:
    """Give the different values of some names over all points of any experiment.

    Factors that set none of them are left out, and are not worked out.

    Raises
    ------
    RunError
        If there would be too many points.
    """
    chosen = [row for row, one in enumerate(experiment.factors) if {*one.targets} & {*names}]
    factors = tuple(experiment.factors[row] for row in chosen)
    if not factors:
        return []
    if experiment.kind == "sensitivity":
        places = [part.places for part in sensitivity_parts(experiment)]
    elif experiment.design in ("grid", "list"):
        places = []
    else:
        places = [_places(experiment, experiment.design)]
    values: Iterable[tuple[object, ...]] = (
        row for one in places for row in at_places(factors, np.unique(one[:, chosen], axis=0))
    )
    if not places:
        values = sweep_values(replace(experiment, factors=factors))
    targets = [name for factor in factors for name in factor.targets]
    return [dict(zip(targets, row, strict=True)) for row in dict.fromkeys(values)]


def at_places(factors: Sequence[Factor], places: Floats) -> Values:
    """Turn places from 0 to 1 into the values of every factor's targets."""
    return tuple(
        tuple(
            value
            for factor, share in zip(factors, row, strict=True)
            for value in factor.at(float(share))
        )
        for row in places
    )


def counted_factors(factors: Sequence[Factor], groups: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Name what indices are given for: each group once, where its first factor stands."""
    group_of = {name: label for label, members in groups.items() for name in members}
    return list(dict.fromkeys(group_of.get(one.name, one.name) for one in factors))


def unit_problem(
    factors: Sequence[Factor], groups: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Describe the factors for SALib, each from 0 to 1.

    Its names are numbers with a letter: SALib refuses some names and groups those that are alike.
    """
    return _problem(len(factors), _labels(factors, groups))


def _labels(factors: Sequence[Factor], groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Name the group of each factor for SALib; nothing if there are no groups."""
    if not groups:
        return ()
    counted = counted_factors(factors, groups)
    group_of = {name: label for label, members in groups.items() for name in members}
    return tuple(f"g{counted.index(group_of.get(one.name, one.name))}" for one in factors)


def _problem(count: int, labels: tuple[str, ...]) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "num_vars": count,
        "names": [f"x{number}" for number in range(count)],
        "bounds": [[0.0, 1.0] for _ in range(count)],
    }
    if labels:
        problem["groups"] = [*labels]
    return problem


def _places(experiment: Experiment, design: str) -> Floats:
    """Spread points over the ranges of all factors."""
    return _sampled(design, len(experiment.factors), (), experiment.points, experiment.seed)


# An experiment asks twice, when it is read and when it is run, for each of up to three samples.
@lru_cache(maxsize=3)
def _sampled(
    design: str, factors: int, labels: tuple[str, ...], count: int, seed: int, option: int = 0
) -> Floats:
    """Sample places from 0 to 1: shape (points, factors).

    Parameters
    ----------
    design
        How.
    factors, labels
        How many factors there are, and the group of each if there are groups.
    count
        Points, or stretches of points where the design has such.
    option
        Levels of Morris's grid, or whether Sobol's indices of pairs are asked for.
    """
    made: Floats
    if design == "sobol":
        from scipy.stats import qmc  # type: ignore[import-untyped]

        made = qmc.Sobol(d=factors, scramble=True, rng=seed).random(count)
    else:
        from SALib.sample import latin, morris, sobol  # type: ignore[import-untyped]

        problem = _problem(factors, labels)
        if design == "morris":
            made = morris.sample(problem, count, num_levels=option, seed=seed)
        elif design == "saltelli":
            made = sobol.sample(problem, count, calc_second_order=bool(option), seed=seed)
        else:
            # Spread factor by factor: what reads it counts groups afterwards.
            made = latin.sample(_problem(factors, ()), count, seed=seed)
    made.flags.writeable = False  # it is handed out more than once
    return made


def _refuse_too_many(points: int) -> None:
    if points > MOST_POINTS:
        raise RunError(f"this design has {points:,} points; at most {MOST_POINTS:,} are allowed")
