"""What a person at a terminal sees: how far work is, tables as wide as the screen, JSON."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, TypeVar

import typer

from ips_sim.shown.aligned import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rich.progress import Progress as Bars

    from ips_sim.analysis.calibration.fit import Progress as StageProgress
    from ips_sim.runs.rounds import Progress

DIFFERENT_EXIT_CODE = 1
BAD_INPUT_EXIT_CODE = 2
INTERRUPTED_EXIT_CODE = 130

Made = TypeVar("Made")


class How(TypedDict):
    """How runs are done, as the options of a command say."""

    jobs: int | None
    cluster: NotRequired[str | None]
    force: bool
    no_report: bool


@contextmanager
def run_bar() -> Iterator[Progress]:
    """Show on a terminal how far a run is."""
    with _bars() as bars:
        task = bars.add_task("runs", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextmanager
def stage_bars() -> Iterator[StageProgress]:
    """Show on a terminal how far long work of several stages is, with the time left of each."""
    with _bars() as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def watch(
    work: Callable[..., Made],
    plan: object,
    folder: Path,
    draw: Callable[..., object],
    bars: Callable[[], AbstractContextManager[Callable[..., None]]] = run_bar,
    *,
    no_report: bool,
    **how: object,
) -> Made:
    """Do work into a folder with everything that a person at a terminal sees of it.

    Parameters
    ----------
    work
        Takes plan and folder, and writes the tables.
    plan
        What to do.
    folder
        Where the result goes.
    draw
        Adds a report or figures to the tables.
    bars
        Shows how far the work is.
    no_report
        Whether report and figures are left out.
    how
        What else the work is told, such as ``jobs``.
    """
    with bars() as progress:
        return work(
            plan,
            folder,
            command=["ips-sim", *sys.argv[1:]],
            finish=None if no_report else draw,
            progress=progress,
            say=lambda line: typer.echo(line, err=True),
            **how,
        )


def echo_json(value: object) -> None:
    """Print a value as JSON for other programs."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def json_row(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row as JSON can hold it; a number that is not known is null."""
    return {name: None if value != value else value for name, value in row.items()}


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines, each as wide as the terminal at most."""
    for line in lines:
        typer.echo(_fitted(line))


def echo_columns(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows of texts with aligned columns."""
    echo_lines(columns(rows))


def echo_places(folder: Path, drawn: str) -> None:
    """Say where the tables are, and beside them the report or the figures, if any were drawn."""
    typer.echo()
    typer.echo(f"tables: {folder}")
    echo_drawn(folder / drawn)


def echo_drawn(drawn: Path) -> None:
    """Say where the report or the figures are, if there are any."""
    if drawn.exists():
        typer.echo(f"{drawn.stem}: {drawn}")


def _fitted(line: str) -> str:
    """A line as wide as the terminal at most; whole where it goes to a file or a pipe."""
    if not sys.stdout.isatty():
        return line
    width = shutil.get_terminal_size().columns
    return line if len(line) <= width else line[: width - 3] + "..."
