"""Sensitivity: which levers and uncertainties drive which outcome, and how much is mere chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ips_sim.analysis.experiments.chance import chance_shares
from ips_sim.analysis.experiments.designs import (
    Part,
    Values,
    at_places,
    counted_factors,
    sensitivity_parts,
    unit_problem,
)
from ips_sim.analysis.experiments.experiment import Experiment, Method
from ips_sim.analysis.experiments.files import experiment_of
from ips_sim.analysis.experiments.indices import (
    LEAST_GROUPS,
    Floats,
    Index,
    Settings,
    indices_of,
    ranking_index,
)
from ips_sim.model.outcomes import FIGURES
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.points import PointsPlan
from ips_sim.runs.points_folder import DESIGN, RUNS, PointRuns, read_points, run_points
from ips_sim.runs.tables import Column, write_rows
from ips_sim.sources import source_hash

INDICES = "indices.csv"
SETTLING = "settling.csv"
ALL_FACTORS, CHANCE = "all factors", "chance"
SHARE_OF_RUNS, SHARE_OF_MEANS = "share_of_runs", "share_of_means"
UNKNOWN = "unknown"
"""Stands for the share of chance where fewer than three replicates can tell it."""

SETTLING_SHARES = (0.125, 0.25, 0.5, 1.0)
"""Parts of the design from which indices are worked out, to see how they settle."""
SETTLING_RESAMPLES = 20

INDICES_COLUMNS = (
    Column("method", "text", "", "sensitivity method"),
    Column("outcome", "text", "", "outcome or measure"),
    Column("factor", "text", "", "factor, group of factors or pair; or chance, or all factors"),
    Column("index", "text", "", "which index of the method"),
    Column("value", "number", "", "the index, or a word that says why there is none"),
    Column("low", "number", "", "lower end of the 90 % interval"),
    Column("high", "number", "", "upper end of the 90 % interval"),
)
SETTLING_COLUMNS = (
    *INDICES_COLUMNS[:4],
    Column("points", "whole number", "", "points of the design that it is worked out from"),
    *INDICES_COLUMNS[4:],
)


@dataclass(frozen=True)
class Settled:
    """An index worked out from a part of the design."""

    outcome: str
    points: int
    index: Index


@dataclass(frozen=True)
class Sensitivity:
    """A finished sensitivity analysis.

    Attributes
    ----------
    experiment, plan
        What was asked, and what was run.
    names
        What indices are given for: factors, or groups of them.
    indices
        Each with its outcome.
    settling
        The indices that factors are ranked by, from growing parts of the design.
    failures
        For each point of which runs failed, how many and why.
    """

    experiment: Experiment
    plan: PointsPlan
    names: tuple[str, ...]
    indices: list[tuple[str, Index]]
    settling: list[Settled]
    failures: dict[int, tuple[int, str]]


def sensitivity_plan(experiment: Experiment) -> tuple[PointsPlan, list[Part]]:
    """Plan the runs of a sensitivity analysis, and say which points each method reads.

    Raises
    ------
    RunError
        If something asked for is not possible.
    """
    if experiment.draws > 1:
        raise RunError("a sensitivity analysis has uncertainties among its factors, not as draws")
    parts = sensitivity_parts(experiment)
    values: Values = tuple(row for p in parts for row in at_places(experiment.factors, p.places))
    plan = PointsPlan(
        kind="sensitivity",
        experiment=experiment.said,
        base=experiment.base,
        names=experiment.targets,
        values=values,
        seed=experiment.seed,
        replicates=experiment.replicates,
        draws=1,
        source_hash=source_hash(),
    )
    return plan, parts


def run_sensitivity(experiment: Experiment, folder: Path, how: How = PLAIN) -> Sensitivity:
    """Run a sensitivity analysis into a folder, or go on with it where it was stopped.

    Parameters
    ----------
    experiment
        What to vary, as `load_experiment` reads it.
    folder
        Where the tables will be: ``design.csv``, ``runs.parquet``, ``indices.csv`` and
        ``settling.csv``.
    how
        As `run_points` takes it.

    Raises
    ------
    RunError
        If something asked for is not possible.
    InterruptedRunError
        After Ctrl-C.
    """
    plan, parts = sensitivity_plan(experiment)

    def analyse(runs: PointRuns) -> Sensitivity:
        how.say("Working out indices.")
        return analysed(experiment, plan, parts, runs.figures, runs.failures)

    return run_points(plan, folder, how, analyse, write_sensitivity)


def analyse_again(experiment: Experiment, folder: Path) -> Sensitivity:
    """Work out indices anew from the runs of a finished folder, with other outcomes for example.

    Raises
    ------
    RunError
        If the experiment has another design than the folder, or the folder's design and runs
        don't belong together.
    """
    plan, parts = sensitivity_plan(experiment)
    stored = read_points(folder)
    wanted = plan.as_json()
    for key in ("design_sha256", "base", "seed", "replicates"):
        if wanted[key] != stored.manifest[key]:
            what = "design" if key == "design_sha256" else key
            raise RunError(f"{folder} was run with another {what} than the experiment has")
    return analysed(experiment, plan, parts, stored.figures, {})


def analysed(
    experiment: Experiment,
    plan: PointsPlan,
    parts: Sequence[Part],
    figures: Floats,
    failures: dict[int, tuple[int, str]],
) -> Sensitivity:
    """Work out the indices of every outcome by every method.

    Parameters
    ----------
    experiment, plan, parts
        What was asked, what was run, and which points each method reads.
    figures
        Shape (`FIGURES`, points, replicates); NaN where there is none.
    failures
        For the record.

    Raises
    ------
    RunError
        If there are not figures for each point of the design.
    """
    points = sum(len(part.places) for part in parts)
    if figures.shape[1] != points or len(plan.values) != points:
        raise RunError(f"the design has {points:,} points, the results {figures.shape[1]:,}")
    names = counted_factors(experiment.factors, experiment.groups)
    indices: list[tuple[str, Index]] = []
    settling: list[Settled] = []
    rows = {one.name: row for row, one in enumerate(FIGURES)}
    for part in parts:
        for outcome in experiment.outcomes:
            values = figures[rows[outcome], part.first : part.first + len(part.places)]
            means = mean_over_replicates(values)
            for method in part.methods:
                settings = Settings(
                    problem=unit_problem(experiment.factors, experiment.groups),
                    names=names,
                    resamples=experiment.resamples,
                    second_order=experiment.second_order,
                    levels=experiment.levels,
                    seed=experiment.seed,
                )
                found = indices_of(part, method, means, settings)
                indices += [(outcome, one) for one in found]
                indices += [(outcome, one) for one in _chance(method, values)]
                settling += _settling(outcome, part, method, means, settings, found)
    return Sensitivity(experiment, plan, tuple(names), indices, settling, failures)


def mean_over_replicates(values: Floats) -> Floats:
    """Mean of each point over the replicates that have a value; NaN if none has."""
    there = np.isfinite(values)
    count = there.sum(axis=1)
    means: Floats = np.full(len(values), np.nan)
    np.divide(np.where(there, values, 0.0).sum(axis=1), count, out=means, where=count > 0)
    return means


def _chance(method: Method, values: Floats) -> list[Index]:
    shares = chance_shares(values)
    triples = (
        (ALL_FACTORS, SHARE_OF_RUNS, shares.factors if shares else None),
        (CHANCE, SHARE_OF_RUNS, shares.chance if shares else None),
        (CHANCE, SHARE_OF_MEANS, shares.left_in_means if shares else None),
    )
    return [
        Index(method, factor, index, *(triple or (UNKNOWN, UNKNOWN, UNKNOWN)))
        for factor, index, triple in triples
    ]


def _settling(
    outcome: str,
    part: Part,
    method: Method,
    means: Floats,
    settings: Settings,
    whole: Sequence[Index],
) -> list[Settled]:
    """Work out the ranking indices from the first part of the design, and more of it."""
    ranked = ranking_index(method)
    groups = len(means) // part.step
    fewer = Settings(
        settings.problem,
        settings.names,
        min(settings.resamples, SETTLING_RESAMPLES),
        settings.second_order,
        settings.levels,
        settings.seed,
    )
    made = []
    for share in SETTLING_SHARES:
        count = int(groups * share) * part.step
        if count < LEAST_GROUPS * part.step:
            continue
        if count == len(means):
            found = list(whole)
        else:
            first = Part(part.methods, part.first, part.places[:count], part.step)
            found = indices_of(first, method, means[:count], fewer)
        made += [Settled(outcome, count, one) for one in found if one.index == ranked]
    return made


def write_sensitivity(analysis: Sensitivity, folder: Path) -> list[Path]:
    """Write the tables of a sensitivity analysis that rest on all runs.

    Returns
    -------
    list of Path
        The files.
    """
    rows = [
        (one.method, outcome, one.factor, one.index, one.value, one.low, one.high)
        for outcome, one in analysis.indices
    ]
    write_rows(folder / INDICES, INDICES_COLUMNS, rows)
    settling = [
        (
            one.index.method,
            one.outcome,
            one.index.factor,
            one.index.index,
            one.points,
            one.index.value,
            one.index.low,
            one.index.high,
        )
        for one in analysis.settling
    ]
    write_rows(folder / SETTLING, SETTLING_COLUMNS, settling)
    return [folder / INDICES, folder / SETTLING]


def ranking(analysis: Sensitivity, outcome: str, method: Method) -> list[Index]:
    """Give the indices that factors are ranked by, the largest first; words come last."""
    wanted = ranking_index(method)
    found = [
        one
        for name, one in analysis.indices
        if name == outcome and one.method == method and one.index == wanted
    ]
    return sorted(found, key=lambda one: -one.value if isinstance(one.value, float) else np.inf)


KIND = Kind(
    name="sensitivity",
    plan_from_json=experiment_of,
    run=run_sensitivity,
    tables={"design": DESIGN, "runs": RUNS, "indices": INDICES, "settling": SETTLING},
    lines="ips_sim.report.sensitivity_words:sensitivity_table",
    json="ips_sim.report.sensitivity_words:sensitivity_json",
    draw="ips_sim.report.sensitivity_figures:sensitivity_figures",
    with_words=("indices", "settling"),
)
