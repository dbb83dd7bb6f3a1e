"""Longer work for a visitor: in a folder of its own, with progress, and stopped when asked."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ips_sim.runs.how import How
from ips_sim.runs.kinds import PAGE, Kind

PACKED = "result.zip"
_WAIT_SECONDS = 0.2
_one_at_a_time = threading.Lock()
"""Each uses all cores, so that the next waits."""
_folders: dict[str, Path] = {}
"""Finished results by a word that nobody can guess."""


class StoppedError(Exception):
    """The visitor does not want it any more."""


@dataclass(frozen=True)
class Job:
    """A finished result.

    Attributes
    ----------
    token
        What its address holds.
    folder
        Where it stands.
    made
        What the kind of result gives.
    """

    token: str
    folder: Path
    made: Any

    @property
    def page(self) -> str:
        """Address of the report."""
        return f"/results/{self.token}/{PAGE}"

    @property
    def packed(self) -> str:
        """Address of everything in one file."""
        return f"/results/{self.token}/{PACKED}"


def do(
    kind: Kind[Any, Any],
    plan: Any,
    name: str,
    command: Sequence[str],
    stop: threading.Event,
    progress: Callable[[int, int], object],
) -> Job:
    """Make a result with its report, when it is its turn.

    Parameters
    ----------
    kind, plan
        What to make.
    name
        What its folder is called.
    command
        What would make it at a terminal.
    stop
        Set when it is no longer wanted.
    progress
        Told how much is done, and of how much; nothing of nothing while others are before it.

    Raises
    ------
    StoppedError
        When it was stopped; nothing is kept then.
    RunError
        If it can't be made.
    """

    def told(stage: str, done: int, total: int) -> None:
        if stop.is_set():
            raise StoppedError
        progress(done, total)

    while not _one_at_a_time.acquire(timeout=_WAIT_SECONDS):
        told("", 0, 0)
    try:
        return _made(kind, plan, name, How(progress=told, command=tuple(command)))
    finally:
        _one_at_a_time.release()


def priced(job: Job, money: Mapping[str, object]) -> Job:
    """Make a budget again at other prices; without a run, so that it waits for nobody.

    Raises
    ------
    ScenarioError
        If a price is not allowed.
    """
    from ips_sim.analysis.value.folder import repriced

    kind, plan = repriced(job.folder, money)
    said = [word for key, value in money.items() for word in ("--set", f"{key}={value}")]
    return _made(kind, plan, job.folder.name, How(command=("ips-sim", "budget", "FOLDER", *said)))


def _made(kind: Kind[Any, Any], plan: Any, name: str, how: How) -> Job:
    """Make a result in a folder of its own, of which nothing is left if that fails."""
    home = Path(tempfile.mkdtemp(prefix="ips-sim-"))
    try:
        folder = home / name
        made = kind.run(
            plan, folder, replace(how, finish=partial(kind.finish, progress=how.progress))
        )
        page = folder / PAGE
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(f"{home}/", ""), encoding="utf-8")
        shutil.make_archive(str(home / PACKED.removesuffix(".zip")), "zip", home, name)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    token = secrets.token_urlsafe(16)
    _folders[token] = home
    return Job(token, folder, made)


def file_of(token: str, name: str) -> Path | None:
    """The file of a result that an address names, if there is one."""
    home = _folders.get(token)
    if home is None or name not in (PAGE, PACKED):
        return None
    return home / PACKED if name == PACKED else next(home.glob(f"*/{PAGE}"), None)


def forget(job: Job | None) -> None:
    """Remove a result that its visitor no longer sees."""
    home = _folders.pop(job.token, None) if job else None
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)


def forget_all() -> None:
    """Remove every result, when the pages are no longer served."""
    for token in list(_folders):
        shutil.rmtree(_folders.pop(token), ignore_errors=True)
