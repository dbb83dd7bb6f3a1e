"""A folder of runs at many points: kept block by block, resumed, and read back."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ips_sim.model.arrays import Array
from ips_sim.model.outcomes import FIGURES, FINDERS, PEOPLE, TOTALS, FloatArray, figures
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import How
from ips_sim.runs.manifest import read_manifest, refuse_altered
from ips_sim.runs.partial import fill
from ips_sim.runs.points import PointsPlan
from ips_sim.runs.tables import Coded, Column, TableWriter, settle
from ips_sim.runs.work import Store, complete

Made = TypeVar("Made")

DESIGN = "design.csv"
RUNS = "runs.parquet"

_RUN = Column("run", "whole number", "", "number of the run, over all points, from 0")
_FAILURE = Column("failure", "text", "", "why the run could not be done; empty if it was done")

POINT_RUNS_COLUMNS = (
    _RUN,
    Column("point", "whole number", "", "row of design.csv, from 0"),
    Column("draw", "whole number", "", "realisation of the uncertain parameters, from 0"),
    Column("replicate", "whole number", "", "stochastic run of a point and draw, from 0"),
    _FAILURE,
    Column(PEOPLE, "whole number", "people", "people counted"),
    Column(FINDERS, "whole number", "people", "people counted who had a competitive job"),
    *(Column(one.name, "number", one.unit, one.meaning) for one in FIGURES),
)


@dataclass(frozen=True)
class PointRuns:
    """All runs of a plan, in its order.

    Attributes
    ----------
    plan
        What was run.
    totals
        Shape (`TOTALS`, points, draws × replicates); NaN where a run failed.
    failure
        For each run why it failed, or empty: shape (points, draws × replicates).
    """

    plan: PointsPlan
    totals: FloatArray
    failure: Array

    @property
    def figures(self) -> FloatArray:
        """Every outcome and measure of every run: shape (`FIGURES`, points, draws × replicates)."""
        return figures(self.totals)

    @property
    def failures(self) -> dict[int, tuple[int, str]]:
        """For each point of which runs failed, how many and why the first of them did."""
        failed = self.failure != ""
        return {
            int(point): (
                int(failed[point].sum()),
                str(self.failure[point, int(np.argmax(failed[point]))]),
            )
            for point in np.flatnonzero(failed.any(axis=1))
        }


def run_points(
    plan: PointsPlan,
    folder: Path,
    how: How,
    analyse: Callable[[PointRuns], Made],
    write: Callable[[Made, Path], Sequence[Path]],
) -> Made:
    """Run a plan into a folder, or go on with it where it was stopped.

    Parameters
    ----------
    plan
        What to run.
    folder
        Where the result will be; while it runs, it is ``folder.partial``.
    how
        As `fill` and `complete` take it.
    analyse
        Works out a result from all runs.
    write
        Writes the tables that rest on all runs, beside those of the design and of the runs.

    Raises
    ------
    RunError
        If there is a finished result already, or something begun with another plan.
    InterruptedRunError
        After Ctrl-C.
    """

    def work(store: Store) -> tuple[PointRuns, Made]:
        runs = _gathered(plan, store, how)
        return runs, analyse(runs)

    def write_all(made: tuple[PointRuns, Made], unfinished: Path) -> list[Path]:
        (unfinished / DESIGN).write_text(plan.design_text, encoding="utf-8", newline="")
        settle(unfinished / DESIGN)
        _write_runs(made[0], unfinished / RUNS)
        return [unfinished / DESIGN, unfinished / RUNS, *write(made[1], unfinished)]

    return fill(plan, folder, work, write_all, how, shown=lambda made: made[1])[1]


def _gathered(plan: PointsPlan, store: Store, how: How) -> PointRuns:
    holders = complete(plan, store, how)
    totals = np.empty((len(TOTALS), plan.runs))
    failure = []
    for block in plan.blocks():
        content = holders[block.name].load()
        totals[:, block.first : block.end] = content["totals"]
        failure.append(content["failure"])
    reasons = np.concatenate(failure)
    totals[:, reasons != ""] = np.nan
    points = len(plan.values)
    return PointRuns(plan, totals.reshape(len(TOTALS), points, -1), reasons.reshape(points, -1))


def _write_runs(runs: PointRuns, path: Path) -> None:
    """Write the table of runs, block by block, so that it falls into the same groups of rows."""
    plan = runs.plan
    totals, failure = runs.totals.reshape(len(TOTALS), -1), runs.failure.reshape(-1)
    writer = TableWriter(path, POINT_RUNS_COLUMNS, "parquet")
    for block in plan.blocks():
        run = np.arange(block.first, block.end, dtype=np.int64)
        here = totals[:, run]
        point, within = np.divmod(run, plan.runs_per_point)
        draw, replicate = np.divmod(within, plan.replicates)
        values = figures(here)
        words = tuple(dict.fromkeys(failure[run].tolist()))
        place = {word: number for number, word in enumerate(words)}
        writer.add(
            {
                "run": run,
                "point": point,
                "draw": draw,
                "replicate": replicate,
                "failure": Coded(words, np.array([place[text] for text in failure[run].tolist()])),
                **{name: here[TOTALS.index(name)] for name in (PEOPLE, FINDERS)},
                **{one.name: values[row] for row, one in enumerate(FIGURES)},
            }
        )
    writer.close()


@dataclass(frozen=True)
class StoredPoints:
    """A finished folder, read back: the design and the figures that belong to it.

    Attributes
    ----------
    manifest
        What the folder says of itself.
    names, design
        What was changed, and the values at each point as they are written.
    figures
        Shape (`FIGURES`, points, draws × replicates); NaN where there is none.
    """

    manifest: dict[str, Any]
    names: tuple[str, ...]
    design: tuple[tuple[str, ...], ...]
    figures: FloatArray


def read_points(folder: Path) -> StoredPoints:
    """Read a finished sweep or sensitivity design with its runs.

    Raises
    ------
    RunError
        If design and runs don't belong together, point by point and run by run.
    """
    from pyarrow import parquet  # type: ignore[import-untyped]

    manifest = read_manifest(folder)
    if manifest.get("kind") not in ("sweep", "sensitivity"):
        raise RunError(f"{folder} holds no design: it is no sweep and no sensitivity analysis")
    refuse_altered(folder, manifest)
    text = (folder / DESIGN).read_text(encoding="utf-8")
    head, *rows = list(csv.reader(text.splitlines()))
    points, each = len(rows), manifest["draws"] * manifest["replicates"]
    with (folder / RUNS).open("rb") as file:
        table = parquet.read_table(file, use_threads=False)
    run, point = _numbers(table, "run"), _numbers(table, "point")
    wrong = ""
    if hashlib.sha256(text.encode()).hexdigest() != manifest["design_sha256"]:
        wrong = f"{DESIGN} is another design than the one that was run"
    elif points != manifest["points"] or [int(row[0]) for row in rows] != list(range(points)):
        wrong = f"{DESIGN} has {points} points, and {manifest['points']} were run"
    elif not np.array_equal(np.sort(run), np.arange(points * each)):
        wrong = f"{RUNS} does not hold each of the {points * each:,} runs once"
    elif not np.array_equal(run // each, point):
        wrong = f"{RUNS} gives runs to other points than {DESIGN} does"
    if wrong:
        raise RunError(f"{folder}: design and results don't belong together: {wrong}")
    order = np.argsort(run)
    values = np.array([_numbers(table, one.name).astype(float)[order] for one in FIGURES])
    return StoredPoints(
        manifest=manifest,
        names=tuple(head[1:]),
        design=tuple(tuple(row[1:]) for row in rows),
        figures=values.reshape(len(FIGURES), points, each),
    )


def _numbers(table: Any, name: str) -> Array:
    values: Array = table.column(name).to_numpy()
    return values
