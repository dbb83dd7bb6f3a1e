"""What a person at a terminal sees: how far work is, tables as wide as the screen, JSON."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from ips_sim.shown.aligned import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ips_sim.runs.how import Progress
    from ips_sim.runs.kinds import Kind

DIFFERENT_EXIT_CODE = 1
BAD_INPUT_EXIT_CODE = 2


@contextmanager
def bars() -> Iterator[Progress]:
    """Show on a terminal how far work is, stage by stage, with the time left of each."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as shown:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.update(tasks[stage], completed=done, total=total)

        yield report


def watch(
    kind: Kind[Any, Any],
    plan: Any,
    folder: Path,
    *,
    jobs: int | None,
    cluster: str | None,
    force: bool,
    no_report: bool,
    **more: Any,
) -> Any:
    """Make a result with everything that a person at a terminal sees of it.

    Parameters
    ----------
    kind, plan
        What to make.
    folder
        Where it goes.
    jobs, cluster, force, no_report
        As the options of a command say.
    more
        What else this kind of result takes.

    Raises
    ------
    DrawingError
        If report or figures fail; then it holds the result, whose folder has all its tables.
    """
    from ips_sim.runs.how import How

    with bars() as progress:
        how = How(
            jobs=jobs,
            cluster=cluster,
            force=force,
            command=("ips-sim", *map(printable, sys.argv[1:])),
            finish=None if no_report else partial(kind.finish, progress=progress),
            progress=progress,
            say=lambda line: typer.echo(line, err=True),
        )
        return kind.run(plan, folder, how, **more)


def watch_and_echo(
    kind: Kind[Any, Any],
    plan: Any,
    place: Path,
    *,
    out: Path | None,
    as_json: bool,
    after: Callable[[Any], Mapping[str, Sequence[str]]] | None = None,
    **options: Any,
) -> None:
    """Make a result, and print what came out and where the rest is, or everything as JSON.

    What could not be drawn costs no result: it is told at the end, and the exit code says so.

    Parameters
    ----------
    kind, plan, options
        As `watch` takes them.
    place, out
        Where the result goes by default, and where somebody wants it.
    as_json
        Whether to print JSON.
    after
        Does something more with the result; gives lines to print by a word for each group.
    """
    from ips_sim.runs.errors import DrawingError, RunError, in_words
    from ips_sim.runs.kinds import PAGE

    failed, folder = None, out or place
    try:
        made = watch(kind, plan, folder, **options)
    except DrawingError as error:
        failed, made = error, error.made
    try:
        done = after(made) if after else {}
    except OSError as error:
        raise RunError(in_words(error)) from error
    page = folder / PAGE
    if as_json:
        there = str(page) if page.exists() else None
        echo_json({"folder": str(folder), page.stem: there, **done, **kind.as_json(made)})
    else:
        echo_lines([*kind.shown(made), "", f"tables: {folder}"])
        if page.exists():
            typer.echo(f"{page.stem}: {page}")
        for word, lines in done.items():
            echo_lines(f"{word} {line}" for line in lines)
    if failed:
        typer.echo(str(failed), err=True)
        raise typer.Exit(DIFFERENT_EXIT_CODE)


def printable(text: str) -> str:
    """Give a text that can be written down: what is no UTF-8 in it is spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


def echo_error(text: str) -> None:
    """Print what is wrong; a name in it that would move the cursor or hide a line does not."""
    from ips_sim.evidence import mistakes

    typer.echo("\n".join(map(mistakes.printable, text.split("\n"))), err=True)


def echo_json(value: object) -> None:
    """Print a value as JSON for other programs."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines, each as wide as the terminal at most."""
    for line in lines:
        typer.echo(_fitted(line))


def echo_columns(rows: Sequence[tuple[str, ...] | str]) -> None:
    """Print rows of texts with aligned columns, which have no heads."""
    echo_lines(columns(rows, has_heads=False))


def _fitted(line: str) -> str:
    """A line as wide as the terminal at most; whole where it goes to a file or a pipe."""
    if sys.stdout is None or not sys.stdout.isatty():
        return line
    width = shutil.get_terminal_size().columns
    return line if len(line) <= width else line[: width - 3] + "..."
