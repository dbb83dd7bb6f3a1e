"""A result folder: kept block by block while it runs, resumed after a stop, whole at the end.

While it runs, a result is ``NAME.partial`` with the plan and a file for each finished block.  Then
the tables are written beside them, the manifest last, the blocks are removed, and the folder gets
its name.  A stop at any moment leaves something that the same command goes on from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ips_sim.runs.blocks import Block
from ips_sim.runs.collected import Collected
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.partial import fill
from ips_sim.runs.plan import Plan, plan_from_json
from ips_sim.runs.quarters import QuarterRow
from ips_sim.runs.rounds import collect
from ips_sim.runs.summary import ContrastRow, SummaryRow
from ips_sim.runs.tables import (
    CONTRASTS_COLUMNS,
    EVENTS_COLUMNS,
    PEOPLE_COLUMNS,
    QUARTERS_COLUMNS,
    RUNS_COLUMNS,
    SUMMARY_COLUMNS,
    WEEKLY_COLUMNS,
    Column,
    Table,
    TableWriter,
    events_table,
    people_table,
    runs_table,
    values_of,
    weekly_table,
    write_rows,
)
from ips_sim.runs.work import Store


@dataclass(frozen=True)
class Finished:
    """A finished result: what was run, where it is, and its short tables."""

    plan: Plan
    folder: Path
    replicates: int
    summary: list[SummaryRow]
    contrasts: list[ContrastRow]
    quarters: list[QuarterRow]


def run_to_folder(plan: Plan, folder: Path, how: How = PLAIN) -> Finished:
    """Run a plan into a folder, or go on with it where it was stopped.

    Parameters
    ----------
    plan
        What to run.
    folder
        Where the result will be; while it runs, it is ``folder.partial``.
    how
        As `fill` and `collect` take it.

    Raises
    ------
    RunError
        If there is a finished result already, or something begun with another plan.
    InterruptedRunError
        After Ctrl-C.
    """
    return _filled(plan, folder, lambda store: collect(plan, store, how), how)


def save(collected: Collected, folder: Path, how: How = PLAIN) -> Finished:
    """Write a simulation that is in memory as a result folder: the same tables as a run's.

    Raises
    ------
    RunError
        As `run_to_folder`.
    """
    return _filled(collected.plan, folder, lambda store: collected, how)


def _filled(plan: Plan, folder: Path, work: Callable[[Store], Collected], how: How) -> Finished:
    def finished(collected: Collected) -> Finished:
        contrasts = collected.contrasts if len(plan.scenarios) > 1 else []
        return Finished(
            plan, folder, collected.replicates, collected.summary, contrasts, collected.quarters
        )

    return finished(
        fill(
            plan,
            folder,
            work,
            write_tables,
            how,
            replicates=lambda made: made.replicates,
            shown=finished,
        )
    )


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
    write_rows(path, SUMMARY_COLUMNS, [values_of(row) for row in collected.summary])
    written.append(path)
    if len(plan.scenarios) > 1:
        path = folder / "contrasts.csv"
        write_rows(path, CONTRASTS_COLUMNS, [values_of(row) for row in collected.contrasts])
        written.append(path)
    if collected.quarters:
        path = folder / "quarters.csv"
        write_rows(path, QUARTERS_COLUMNS, [values_of(row) for row in collected.quarters])
        written.append(path)
    return written


KIND = Kind(
    name="run",
    plan_from_json=plan_from_json,
    run=run_to_folder,
    tables={},
    lines="ips_sim.report.short_table:run_lines",
    json="ips_sim.report.short_table:run_json",
    draw="ips_sim.report:report_on",
    has_own_page=True,
)
