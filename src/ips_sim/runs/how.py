"""How work is done: by how many, where, and what the person who waits is told.

Nothing here changes a result.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ips_sim.runs.counts import of_kind, whole

Say = Callable[[str], None]
"""Takes a line for the person who waits."""
Progress = Callable[[str, int, int], object]
"""Takes what is being done, how much of it is done, and how much there is."""
Finish = Callable[[Any, Path], object]
"""Takes a result and the folder with all its tables; adds files that are no tables."""


def silent(line: str) -> None:
    """Say nothing."""


def unseen(stage: str, done: int, total: int) -> None:
    """Show nothing."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class How:
    """How work is done.

    Attributes
    ----------
    jobs
        Threads, processes for Mesa's driver, or workers of a cluster started here; by default as
        many as there are cores.
    cluster
        Address of a Dask scheduler, or ``local`` to start one; by default this machine alone.
    force
        Whether a finished result is replaced, and what was begun with another plan begun anew.
    command
        How it was started, for the manifest.
    finish
        Adds a report or figures to a folder that has all its tables.
    progress, say
        Told how far it is, and what one should know.

    Raises
    ------
    RunError
        If ``jobs`` is no whole number from 1, or another is of a wrong kind.
    """

    jobs: int | None = None
    cluster: str | None = None
    force: bool = False
    command: Sequence[str] = ()
    finish: Finish | None = None
    progress: Progress = unseen
    say: Say = silent

    def __post_init__(self) -> None:
        if self.jobs is not None:
            object.__setattr__(self, "jobs", whole("jobs", self.jobs))
        if self.cluster is not None:
            of_kind("cluster", self.cluster, str, "the address of a scheduler or 'local'")
        of_kind("force", self.force, bool, "True or False")

    @property
    def workers(self) -> int:
        """How many work at a time."""
        return self.jobs or cores()


PLAIN = How()
"""On all cores, with nobody who waits."""
