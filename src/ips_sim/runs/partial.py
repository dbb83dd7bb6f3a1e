"""The life of a result folder: begun as ``NAME.partial``, resumed, and given its name at the end.

What fills it is somebody else's business: runs of scenarios, or an analysis over many runs.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from ips_sim.runs.errors import DrawingError, InterruptedRunError, RunError, in_words, reading
from ips_sim.runs.how import How
from ips_sim.runs.manifest import (
    MANIFEST,
    PARTIAL_SUFFIX,
    WRITING_SUFFIX,
    Planned,
    make_manifest,
    now,
    read_manifest,
    write_json,
)
from ips_sim.runs.tables import checksum, settle
from ips_sim.runs.work import FileStore, Store

PLAN = "plan.json"
BLOCKS = "blocks"
REPLACED_SUFFIX = ".ips-old"
"""What a result is called while another takes its place; what bears this name is removed.

Nobody calls a folder of their own so, and it is as long as that of an unfinished result, so that
it fits wherever that does.
"""

Result = TypeVar("Result")


def fill(
    plan: Planned,
    folder: Path,
    work: Callable[[Store], Result],
    write: Callable[[Result, Path], Sequence[Path]],
    how: How,
    *,
    replicates: Callable[[Result], int] | None = None,
    shown: Callable[[Result], Any] = lambda made: made,
) -> Result:
    """Make a result folder, or go on with one that was stopped.

    Parameters
    ----------
    plan
        What the result depends on.
    folder
        Where it will be; while it is made, it is ``folder.partial``.
    work
        Does what is missing; takes the store in which finished blocks are kept.
    write
        Writes tables into the folder and gives their paths.
    how
        Whether a finished result is replaced, what to tell the manifest, and what adds files that
        are no tables, such as a report.
    replicates
        How many replicates it came to, if that may differ from what the plan asks for.
    shown
        What of the result ``how.finish`` takes.

    Returns
    -------
    What ``work`` gave.

    Raises
    ------
    RunError
        If there is a finished result already, something begun with another plan, or the system
        refuses something.
    DrawingError
        If ``how.finish`` fails: the folder has its name and all tables all the same.
    InterruptedRunError
        After Ctrl-C.
    """
    partial, kept = partial_of(folder), ""
    try:
        folder = refuse_existing(folder, how.force)
        partial = partial_of(folder)
        with locked(partial):
            # Another process may have finished it between the question and the lock.
            refuse_existing(folder, how.force)
            _begin(plan, partial, how.force)
            kept = f" ({partial} keeps what is finished)"
            began = time.monotonic()
            result = work(FileStore(partial / BLOCKS))
            tables = {path.name: checksum(path) for path in write(result, partial)}
            begun = datetime.fromtimestamp((partial / PLAN).stat().st_mtime, UTC)
            times = {
                "begun": begun.isoformat(timespec="seconds"),
                "finished": now(),
                "seconds": round(time.monotonic() - began, 3),
            }
            came_to = replicates(result) if replicates else plan.as_json()["replicates"]
            manifest = make_manifest(plan, came_to, how.command, tables, times)
            write_json(partial / MANIFEST, manifest)
            failed = _finished(how, shown(result), partial)
            _give_name(partial, folder)
    except KeyboardInterrupt:
        raise InterruptedRunError(
            partial, folder if folder.exists() and not partial.exists() else None
        ) from None
    except (OSError, MemoryError) as error:
        raise RunError(in_words(error, partial) + kept) from error
    if failed:
        raise failed
    return result


def _finished(how: How, made: object, partial: Path) -> DrawingError | None:
    """Add what is no table; tell what can't be, which costs no result."""
    if how.finish is None:
        return None
    try:
        how.finish(made, partial)
    except DrawingError as error:
        failed = error
    except Exception as error:
        if isinstance(error, MemoryError):
            reason = in_words(error)
        elif isinstance(error, OSError):
            # Not the words for results that go on: this one is finished.
            reason = error.strerror or str(error)
        else:
            reason = f"{type(error).__name__}: {error}"
        failed = DrawingError(f"report or figures can't be drawn, the tables are there: {reason}")
        failed.__cause__ = error
    else:
        return None
    failed.made = made
    return failed


def partial_of(folder: Path) -> Path:
    """Where a result is while it is unfinished."""
    return folder.with_name(folder.name + PARTIAL_SUFFIX)


def refuse_existing(folder: Path, force: bool) -> Path:
    """Refuse to write where something is, unless it is a result that may be replaced.

    Returns
    -------
    Path
        Where to write: what a link points to, so that the link stays.
    """
    if folder.name.endswith(PARTIAL_SUFFIX):
        raise RunError(f"{folder}: {PARTIAL_SUFFIX} is what unfinished results are called")
    if folder.name.endswith(REPLACED_SUFFIX):
        raise RunError(f"{folder}: {REPLACED_SUFFIX} is what results are called that are replaced")
    if folder.is_symlink() and not folder.exists():
        raise RunError(f"{folder} is a link to {folder.readlink()}, where nothing is")
    with reading(folder):
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return folder
    if not force:
        raise RunError(
            f"{folder} is there already: choose another place (--out), or replace it (--force)"
        )
    read_manifest(folder)  # refuses to replace anything but a result
    return folder.resolve() if folder.is_symlink() else folder


@contextmanager
def locked(partial: Path) -> Iterator[None]:
    """Keep other processes from working on the same result."""
    partial.mkdir(parents=True, exist_ok=True)
    with reading(partial):
        handle = os.open(partial, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(f"another process is working on {partial}") from None
        if not partial.exists() or not os.path.samestat(partial.stat(), os.fstat(handle)):
            raise RunError(f"another process has just finished {partial}")
        yield
    finally:
        os.close(handle)


def _begin(plan: Planned, partial: Path, force: bool) -> None:
    """Save the plan, or see that what was begun has the same."""
    path = partial / PLAN
    wanted = plan.as_json()
    begun = _read_plan(path)
    if json.dumps(begun) == json.dumps(wanted):  # the order of scenarios counts
        (partial / BLOCKS).mkdir(exist_ok=True)
        return
    if begun is not None and not force:
        differ = sorted(
            key
            for key in {*begun, *wanted}
            if json.dumps(begun.get(key)) != json.dumps(wanted.get(key))
        )
        raise RunError(
            f"{partial} was begun with other settings ({', '.join(differ)}): begin anew (--force), "
            "choose another place (--out), or remove it"
        )
    if begun is None and not _is_own(partial):
        raise RunError(f"{partial} holds other things than an unfinished result: remove it")
    for left_over in partial.iterdir():
        if left_over.is_dir():
            shutil.rmtree(left_over)
        else:
            left_over.unlink()
    (partial / BLOCKS).mkdir()
    write_json(path, wanted)
    settle(partial)


def _read_plan(path: Path) -> dict[str, Any] | None:
    """Read the plan of what was begun, if there is one."""
    try:
        with reading(path):
            said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_own(partial: Path) -> bool:
    """Say whether a folder without a plan was ours: stopped before its first file or at its end."""
    return (partial / MANIFEST).exists() or all(
        path.name in (BLOCKS, f"{PLAN}{WRITING_SUFFIX}") for path in partial.iterdir()
    )


def _give_name(partial: Path, folder: Path) -> None:
    """Leave out what only an unfinished folder has, and rename it.

    A folder that is replaced is whole until then.
    """
    shutil.rmtree(partial / BLOCKS)
    (partial / PLAN).unlink()
    settle(partial)
    replaced = folder.with_name(f"{folder.name}{REPLACED_SUFFIX}")
    if folder.exists():
        shutil.rmtree(replaced, ignore_errors=True)
        folder.rename(replaced)
    partial.rename(folder)
    settle(folder.parent)
    shutil.rmtree(replaced, ignore_errors=True)
