"""Sweeps: what outcomes do as levers, settings and parameters change, and where they are best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ips_sim.analysis.experiments.designs import sweep_values
from ips_sim.analysis.experiments.experiment import Experiment
from ips_sim.analysis.experiments.files import experiment_of
from ips_sim.analysis.experiments.goals import Judged, judge
from ips_sim.analysis.experiments.point_means import PointMeans, point_means
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.points import PointsPlan
from ips_sim.runs.points_folder import DESIGN, RUNS, PointRuns, run_points
from ips_sim.runs.tables import Column, write_rows
from ips_sim.sources import source_hash

POINTS = "points.csv"
REGION = "region.csv"

_POINT = Column("point", "whole number", "", "row of design.csv, from 0")

MEANS_COLUMNS = (
    Column("outcome", "text", "", "outcome or measure"),
    Column("unit", "text", "", "unit of mean, error and interval"),
    Column("runs", "whole number", "", "runs that were done"),
    Column("failed", "whole number", "", "runs that failed"),
    Column("mean", "number", "", "mean over the runs that were done"),
    Column("mc_error", "number", "", "Monte Carlo error of the mean: its standard error"),
    Column("low", "number", "", "lower end of the 90 % interval"),
    Column("high", "number", "", "upper end of the 90 % interval"),
    Column("interval", "text", "", "what it covers: error of the mean, or parameters"),
)
REGION_COLUMNS = (
    Column("verdict", "text", "", "best, tied with it, worse, outside the bounds, or failed"),
    Column("bounds", "text", "", "whether all bounds are kept: yes, perhaps, no"),
    Column("value", "number", "", "mean of the outcome sought"),
    Column("difference", "number", "", "from the best point"),
    Column("low", "number", "", "lower end of the 90 % interval of the difference"),
    Column("high", "number", "", "upper end of the 90 % interval of the difference"),
)


@dataclass(frozen=True)
class Sweep:
    """A finished sweep.

    Attributes
    ----------
    experiment, plan
        What was asked, and what was run.
    means
        Each outcome that the experiment names, at every point.
    judged
        What the goal says of every point; empty without a goal.
    failures
        For each point of which runs failed, how many and why.
    """

    experiment: Experiment
    plan: PointsPlan
    means: dict[str, PointMeans]
    judged: list[Judged]
    failures: dict[int, tuple[int, str]]


def sweep_plan(experiment: Experiment) -> PointsPlan:
    """Plan the runs of a sweep.

    Raises
    ------
    RunError
        If something asked for is not possible.
    """
    return PointsPlan(
        kind="sweep",
        experiment=experiment.said,
        base=experiment.base,
        names=experiment.targets,
        values=sweep_values(experiment),
        seed=experiment.seed,
        replicates=experiment.replicates,
        draws=experiment.draws,
        source_hash=source_hash(),
    )


def run_sweep(experiment: Experiment, folder: Path, how: How = PLAIN) -> Sweep:
    """Run a sweep into a folder, or go on with it where it was stopped.

    Parameters
    ----------
    experiment
        What to vary, as `load_experiment` reads it.
    folder
        Where the tables will be: ``design.csv``, ``runs.parquet``, ``points.csv`` and, with a
        goal, ``region.csv``.
    how
        As `run_points` takes it.

    Raises
    ------
    RunError
        If something asked for is not possible.
    InterruptedRunError
        After Ctrl-C.
    """
    analyse = partial(analysed, experiment)
    return run_points(sweep_plan(experiment), folder, how, analyse, write_sweep)


def analysed(experiment: Experiment, runs: PointRuns) -> Sweep:
    """Take means at every point and judge them by the goal."""
    wanted = dict.fromkeys(experiment.outcomes)
    goal = experiment.goal
    if goal is not None:
        wanted |= dict.fromkeys(bound.outcome for bound in goal.bounds)
        wanted |= dict.fromkeys([goal.outcome] if goal.outcome else [])
    means = {name: point_means(runs, name, runs.plan.draws) for name in wanted}
    return Sweep(
        experiment=experiment,
        plan=runs.plan,
        means=means,
        judged=judge(goal, means) if goal else [],
        failures=runs.failures,
    )


def write_sweep(sweep: Sweep, folder: Path) -> list[Path]:
    """Write the tables of a sweep that rest on all runs.

    Returns
    -------
    list of Path
        The files.
    """
    plan = sweep.plan
    changed = [Column(name, "text", "", "") for name in plan.names]
    interval = "parameters" if plan.draws > 1 else "error of the mean"
    rows: list[tuple[object, ...]] = []
    for means in sweep.means.values():
        low, high = means.interval
        for point, values in enumerate(plan.values):
            failed = sweep.failures.get(point, (0, ""))[0]
            rows.append(
                (
                    point,
                    *map(_shown, values),
                    means.outcome,
                    means.unit,
                    plan.runs_per_point - failed,
                    failed,
                    float(means.mean[point]),
                    float(means.error[point]),
                    float(low[point]),
                    float(high[point]),
                    interval,
                )
            )
    write_rows(folder / POINTS, (_POINT, *changed, *MEANS_COLUMNS), rows)
    if not sweep.judged:
        return [folder / POINTS]
    order = {"best": 0, "tied": 1, "worse": 2, "outside": 3, "failed": 4}
    largest = -1.0 if sweep.experiment.goal and sweep.experiment.goal.largest else 1.0
    ranked = sorted(
        sweep.judged,
        key=lambda one: (order[one.verdict], np.nan_to_num(largest * one.value), one.point),
    )
    write_rows(
        folder / REGION,
        (_POINT, *changed, *REGION_COLUMNS),
        [
            (
                one.point,
                *map(_shown, plan.values[one.point]),
                one.verdict,
                one.bounds,
                one.value,
                one.difference,
                one.low,
                one.high,
            )
            for one in ranked
        ],
    )
    return [folder / POINTS, folder / REGION]


def region_in_words(sweep: Sweep) -> list[str]:
    """Say where the best region lies, a line for the goal and one for each thing varied."""
    goal = sweep.experiment.goal
    if goal is None:
        return []
    inside = [one for one in sweep.judged if one.in_region]
    if not inside:
        return [f"goal: {goal}", "no point reaches it"]
    doubtful = sum(one.bounds == "perhaps" for one in inside)
    lines = [f"goal: {goal}", f"best region: {len(inside)} of {len(sweep.judged)} points"]
    if doubtful:
        lines[1] += f", {doubtful} of them perhaps outside the bounds"
    for column, name in enumerate(sweep.plan.names):
        values = [sweep.plan.values[one.point][column] for one in inside]
        lines.append(f"  {name}: {_span(values)}")
    return lines


def _span(values: Sequence[object]) -> str:
    """Values in words: from the lowest to the highest number, and other values one by one."""
    numbers = [one for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    others = dict.fromkeys(_shown(one) for one in values if one not in numbers)
    words = []
    if numbers:
        low, high = min(numbers), max(numbers)
        words.append(f"{low:g}" if low == high else f"{low:g} to {high:g}")
    return ", ".join([*words, *map(str, others)])


def _shown(value: object) -> object:
    return ("true" if value else "false") if isinstance(value, bool) else value


KIND = Kind(
    name="sweep",
    plan_from_json=experiment_of,
    run=run_sweep,
    tables={"design": DESIGN, "runs": RUNS, "points": POINTS, "region": REGION},
    lines="ips_sim.report.sweep_words:sweep_table",
    json="ips_sim.report.sweep_words:sweep_json",
    draw="ips_sim.report.sweep_figures:sweep_figures",
)
