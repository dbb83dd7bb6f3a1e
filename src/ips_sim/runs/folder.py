"""A result folder: kept block by block while it runs, resumed after a stop, whole at the end.

While it runs, a result is ``NAME.partial`` with the plan and a file for each finished block.  Then
the tables are written beside them, the manifest last, the blocks are removed, and the folder gets
its name.  A stop at any moment leaves something that the same command goes on from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from ips_sim.runs.blocks import Block
from ips_sim.runs.collected import Collected
from ips_sim.runs.execution import Say, silent
from ips_sim.runs.manifest import read_manifest
from ips_sim.runs.partial import fill
from ips_sim.runs.plan import Plan
from ips_sim.runs.rounds import FileStore, Progress, complete
from ips_sim.runs.summary import ContrastRow, SummaryRow
from ips_sim.runs.tables import (
    CONTRASTS_COLUMNS,
    EVENTS_COLUMNS,
    PEOPLE_COLUMNS,
    RUNS_COLUMNS,
    SUMMARY_COLUMNS,
    WEEKLY_COLUMNS,
    Column,
    Table,
    TableWriter,
    events_table,
    people_table,
    runs_table,
    weekly_table,
    write_rows,
)

Finish = Callable[[Path], object]
"""Adds files, such as a report, to a folder that has all its tables."""


@dataclass(frozen=True)
class Finished:
    """A finished result: where it is, and its short tables."""

    folder: Path
    replicates: int
    summary: list[SummaryRow]
    contrasts: list[ContrastRow]


def run_to_folder(
    plan: Plan,
    folder: Path,
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    force: bool = False,
    command: Sequence[str] = (),
    agents: Mapping[str, type] | None = None,
    finish: Finish | None = None,
    progress: Progress | None = None,
    say: Say = silent,
) -> Finished:
    """Run a plan into a folder, or go on with it where it was stopped.

    Parameters
    ----------
    plan
        What to run.
    folder
        Where the result will be; while it runs, it is ``folder.partial``.
    jobs, cluster
        As `do_blocks` takes them.
    force
        Replace a finished result, and begin anew what was begun with another plan.
    command
        For the manifest.
    agents
        Custom agent classes for Mesa's driver, by argument of ``IPSModel``.
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

    def work(blocks: Path) -> Collected:
        return complete(
            plan,
            FileStore(blocks),
            jobs=jobs,
            cluster=cluster,
            agents=agents,
            progress=progress,
            say=say,
        )

    return _filled(plan, folder, work, force, command, finish)


def save(
    collected: Collected, folder: Path, *, force: bool = False, command: Sequence[str] = ()
) -> Finished:
    """Write a simulation that is in memory as a result folder: the same tables as a run's.

    Raises
    ------
    RunError
        As `run_to_folder`.
    """
    return _filled(collected.plan, folder, lambda blocks: collected, force, command, None)


def _filled(
    plan: Plan,
    folder: Path,
    work: Callable[[Path], Collected],
    force: bool,
    command: Sequence[str],
    finish: Finish | None,
) -> Finished:
    collected = fill(
        plan,
        folder,
        work,
        write_tables,
        replicates=lambda made: made.replicates,
        finish=(lambda made, partial: finish(partial)) if finish else None,
        force=force,
        command=command,
    )
    contrasts = collected.contrasts if len(plan.scenarios) > 1 else []
    return Finished(folder, collected.replicates, collected.summary, contrasts)


def write_tables(collected: Collected, folder: Path) -> list[Path]:
    """Write the tables of a simulation into a folder, in the order of the plan.

    Returns
    -------
    list of Path
        The files, which are on the disk then.
    """
    plan = collected.plan

    def writer(name: str, columns: Sequence[Column]) -> TableWriter:
        return TableWriter(folder / f"{name}.{plan.table_format}", columns, plan.table_format)

    by_block: list[tuple[TableWriter, Callable[[str, Block], Table]]] = [
        (writer("runs", RUNS_COLUMNS), runs_table),
        (writer("people", PEOPLE_COLUMNS), people_table),
    ]
    if plan.events:
        by_block.append((writer("events", EVENTS_COLUMNS), events_table))
    for position, block in collected.blocks():
        for table, make in by_block:
            table.add(make(plan.names[position], block))
    weekly = writer("weekly", WEEKLY_COLUMNS)
    for position, block in collected.weekly():
        weekly.add(weekly_table(plan.names[position], block))
    written = []
    for table in (*(table for table, _ in by_block), weekly):
        table.close()
        written.append(table.path)
    path = folder / "summary.csv"
    write_rows(path, SUMMARY_COLUMNS, [astuple(row) for row in collected.summary])
    written.append(path)
    if len(plan.scenarios) > 1:
        path = folder / "contrasts.csv"
        write_rows(path, CONTRASTS_COLUMNS, [astuple(row) for row in collected.contrasts])
        written.append(path)
    return written


def compare_with_manifest(finished: Finished, original: Path) -> tuple[list[str], list[str]]:
    """Say how a rerun differs from the original; otherwise as `compare_manifests`."""
    return compare_manifests(finished.folder, original)


def compare_manifests(made: Path, original: Path) -> tuple[list[str], list[str]]:
    """Say how what one folder holds differs from another of the same plan.

    Returns
    -------
    differing : list of str
        Tables that are not the same to the byte.
    notes : list of str
        What has changed since that may explain it.
    """
    old, new = read_manifest(original), read_manifest(made)
    differing = sorted(
        name
        for name in {*old["tables"], *new["tables"]}
        if old["tables"].get(name) != new["tables"].get(name)
    )
    notes = []
    if old["source_hash"] != new["source_hash"]:
        notes.append("the sources have changed since")
    notes += [
        f"{library} was {version}, is {new['versions'].get(library)}"
        for library, version in old["versions"].items()
        if new["versions"].get(library) != version
    ]
    return differing, notes
