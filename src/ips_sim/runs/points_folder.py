"""A folder of runs at many points: kept block by block as Parquet, resumed, and read back."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ips_sim.model.outcomes import FIGURES, FINDERS, PEOPLE, TOTALS, FloatArray, figures
from ips_sim.runs.errors import RunError
from ips_sim.runs.execution import Say, compile_rules, do_blocks, silent
from ips_sim.runs.manifest import read_manifest
from ips_sim.runs.partial import fill
from ips_sim.runs.points import (
    PointsBlock,
    PointsContent,
    PointsPlan,
    do_points_block,
    points_blocks,
)
from ips_sim.runs.rounds import Progress
from ips_sim.runs.tables import (
    Coded,
    Column,
    TableWriter,
    arrow_schema,
    arrow_table,
    checksum,
    settle,
)

DESIGN = "design.csv"
RUNS = "runs.parquet"
_LONGEST_REASON = 300
_ENDING = ".parquet"
_CHECKSUM_DIGITS = 16

_RUN = Column("run", "whole number", "", "number of the run, over all points, from 0")
_FAILURE = Column("failure", "text", "", "why the run could not be done; empty if it was done")

BLOCK_COLUMNS = (
    _RUN,
    _FAILURE,
    *(Column(name, "number", "", "total over the run's people or weeks") for name in TOTALS),
)

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
    totals
        Shape (`TOTALS`, points, draws × replicates); NaN where a run failed.
    failures
        How many runs of each point failed, shape (points,).
    reasons
        Why, for each point of which some did: the reason of the first.
    """

    totals: FloatArray
    failures: np.ndarray[Any, np.dtype[np.int64]]
    reasons: dict[int, str]

    @property
    def figures(self) -> FloatArray:
        """Every outcome and measure of every run: shape (`FIGURES`, points, draws × replicates)."""
        return figures(self.totals)


Analyse = Callable[[PointRuns, Path], list[Path]]
"""Takes all runs and a folder; writes tables there, and gives their paths."""
Finish = Callable[[Path], object]
"""Adds files, such as figures, to a folder that has all its tables."""


def run_points(
    plan: PointsPlan,
    folder: Path,
    analyse: Analyse,
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    force: bool = False,
    command: Sequence[str] = (),
    finish: Finish | None = None,
    progress: Progress | None = None,
    say: Say = silent,
) -> PointRuns:
    """Run a plan into a folder, or go on with it where it was stopped.

    Parameters
    ----------
    plan
        What to run.
    folder
        Where the result will be; while it runs, it is ``folder.partial``.
    analyse
        Makes the tables that rest on all runs.
    jobs, cluster
        As `do_blocks` takes them.
    force
        Replace a finished result, and begin anew what was begun with another plan.
    command
        For the manifest.
    finish
        Called with the folder once all tables are there, before it gets its name.
    progress, say
        Told how far it is, and what takes long.

    Raises
    ------
    RunError
        If there is a finished result already, or something begun with another plan.
    InterruptedRunError
        After Ctrl-C.
    """
    blocks = points_blocks(plan)

    def work(kept: Path) -> PointRuns:
        unfinished = kept.parent
        _save_design(plan, unfinished / DESIGN)
        files = _do_missing(plan, blocks, kept, jobs, cluster, progress, say)
        return _merge(plan, blocks, files, unfinished)

    def write(runs: PointRuns, unfinished: Path) -> list[Path]:
        return [unfinished / DESIGN, unfinished / RUNS, *analyse(runs, unfinished)]

    return fill(
        plan,
        folder,
        work,
        write,
        finish=(lambda runs, unfinished: finish(unfinished)) if finish else None,
        force=force,
        command=command,
    )


def _save_design(plan: PointsPlan, path: Path) -> None:
    """Write the design, all of it or nothing."""
    unfinished = path.with_name(f"{path.name}.writing")
    unfinished.write_text(plan.design_text, encoding="utf-8", newline="")
    settle(unfinished)
    unfinished.replace(path)


def _do_missing(
    plan: PointsPlan,
    blocks: Sequence[PointsBlock],
    folder: Path,
    jobs: int | None,
    cluster: str | None,
    progress: Progress | None,
    say: Say,
) -> dict[str, Path]:
    """Do the blocks that have no file yet, and give every block's file by its name."""
    kept = _kept(folder)
    missing = [block for block in blocks if block.name not in kept]
    done = plan.runs - sum(map(len, missing))
    if progress:
        progress(done, plan.runs)
    if not missing:
        return kept
    compile_rules(plan.base, plan.parameters, plan.seed, say=say)
    finished = do_blocks(
        do_points_block,
        plan,
        missing,
        source_hash=plan.source_hash,
        jobs=jobs,
        cluster=cluster,
        say=say,
    )
    with closing(finished):
        for block, content in finished:
            kept[block.name] = _keep(folder, block, content)
            done += len(block)
            if progress:
                progress(done, plan.runs)
    return kept


def _kept(folder: Path) -> dict[str, Path]:
    """Find the files of blocks that are whole; what is damaged is removed.

    A file has its own checksum in its name, so it need not be forced to the disk: if it was lost
    on the way there, that shows.
    """
    found: dict[str, Path] = {}
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        name, _, digits = path.name.removesuffix(_ENDING).rpartition("-")
        if path.name.endswith(_ENDING) and checksum(path)[:_CHECKSUM_DIGITS] == digits:
            found[name] = path
        else:
            path.unlink()
    return found


def _keep(folder: Path, block: PointsBlock, content: PointsContent) -> Path:
    """Write a block's file in one step: it is there whole, or not at all."""
    from pyarrow import parquet  # type: ignore[import-untyped]

    table = {
        "run": content.run,
        "failure": _reasons(content.failure),
        **dict(zip(TOTALS, content.totals, strict=True)),
    }
    unfinished = folder / f"{block.name}.writing"
    parquet.write_table(
        arrow_table(table, BLOCK_COLUMNS),
        str(unfinished),
        use_dictionary=False,
        write_statistics=False,
    )
    digits = checksum(unfinished)[:_CHECKSUM_DIGITS]
    return unfinished.replace(folder / f"{block.name}-{digits}{_ENDING}")


def _reasons(failure: Sequence[str]) -> Coded:
    words = tuple(dict.fromkeys(text[:_LONGEST_REASON] for text in failure))
    place = {word: number for number, word in enumerate(words)}
    return Coded(words, np.array([place[text[:_LONGEST_REASON]] for text in failure]))


def _read(path: Path) -> PointsContent:
    """Read a block's file."""
    from pyarrow import parquet

    table = parquet.read_table(
        str(path), schema=arrow_schema(BLOCK_COLUMNS), use_threads=False, memory_map=False
    )
    return PointsContent(
        run=_numbers(table, "run"),
        totals=np.array([_numbers(table, name) for name in TOTALS]),
        failure=tuple(table.column("failure").to_pylist()),
    )


def _numbers(table: Any, name: str) -> np.ndarray[Any, Any]:
    values: np.ndarray[Any, Any] = table.column(name).to_numpy()
    return values


def _merge(
    plan: PointsPlan, blocks: Sequence[PointsBlock], files: Mapping[str, Path], folder: Path
) -> PointRuns:
    """Write the table of runs from the blocks, in their order, and give what it rests on."""
    totals = np.empty((len(TOTALS), plan.runs))
    failure: list[str] = []
    writer = TableWriter(folder / RUNS, POINT_RUNS_COLUMNS, "parquet")
    for block in blocks:
        content = _read(files[block.name])
        failed = np.array([bool(text) for text in content.failure])
        here = content.totals.copy()
        here[:, failed] = np.nan
        point, within = np.divmod(content.run, plan.runs_per_point)
        draw, replicate = np.divmod(within, plan.replicates)
        values = figures(here)
        writer.add(
            {
                "run": content.run,
                "point": point,
                "draw": draw,
                "replicate": replicate,
                "failure": _reasons(content.failure),
                **{name: here[TOTALS.index(name)] for name in (PEOPLE, FINDERS)},
                **{one.name: values[row] for row, one in enumerate(FIGURES)},
            }
        )
        totals[:, block.first : block.end] = here
        failure += content.failure
    writer.close()
    return _by_point(totals, failure, len(plan.values))


def _by_point(totals: FloatArray, failure: Sequence[str], points: int) -> PointRuns:
    each = totals.shape[1] // points
    failed = np.array([bool(text) for text in failure]).reshape(points, each)
    reasons = {
        int(point): failure[int(point) * each + int(np.argmax(failed[point]))]
        for point in np.flatnonzero(failed.any(axis=1))
    }
    return PointRuns(totals.reshape(totals.shape[0], points, each), failed.sum(axis=1), reasons)


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
    from pyarrow import parquet

    manifest = read_manifest(folder)
    if manifest.get("kind") not in ("sweep", "sensitivity"):
        raise RunError(f"{folder} holds no design: it is no sweep and no sensitivity analysis")
    text = (folder / DESIGN).read_text(encoding="utf-8")
    head, *rows = list(csv.reader(text.splitlines()))
    points, each = len(rows), manifest["draws"] * manifest["replicates"]
    table = parquet.read_table(str(folder / RUNS), use_threads=False)
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
    elif checksum(folder / RUNS) != manifest["tables"][RUNS]:
        wrong = f"{RUNS} has changed since it was written"
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
