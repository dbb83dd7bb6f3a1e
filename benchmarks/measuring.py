"""What is measured, and how: the best of several, taken in turns.

A busy machine only ever makes things slower, so the fastest of many short measurements comes
nearest to what the code takes; and things that are compared take turns, so that both meet the same
busy moments.  Work on one thread is timed by the processor time of this process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).with_name("ips-sim")

WALL = "wall clock"


@dataclass(frozen=True)
class Figure:
    """A line of the table.

    Attributes
    ----------
    what, unit
        What was measured.
    value
        The measurement.
    wanted
        A bound that the project sets itself, if it does.
    bound
        Whether the value is wanted to be at least or at most that.
    note
        How it was measured, where that matters.
    """

    what: str
    value: float
    unit: str
    wanted: float | None = None
    bound: Literal["at least", "at most"] = "at most"
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether it is as wanted; None if nothing is wanted."""
        if self.wanted is None:
            return None
        if self.bound == "at least":
            return self.value >= self.wanted
        return self.value <= self.wanted


def fastest(
    tasks: Mapping[str, Callable[[], object]],
    seconds: float,
    clock: Callable[[], float] = time.process_time,
    least: int = 3,
) -> dict[str, float]:
    """Do tasks in turns for some seconds, and give the shortest time of each.

    Parameters
    ----------
    tasks
        What to time, by name; each is done once before, unmeasured.
    seconds
        How long to go on, by the wall clock.
    clock
        Processor time for work on one thread, `time.perf_counter` otherwise.
    least
        Turns to take even if time is up.
    """
    for task in tasks.values():
        task()
    best = dict.fromkeys(tasks, float("inf"))
    end = time.monotonic() + seconds
    turn = 0
    while turn < least or time.monotonic() < end:
        for name, task in tasks.items():
            began = clock()
            task()
            best[name] = min(best[name], clock() - began)
        turn += 1
    return best


def timed(*arguments: str | Path) -> float:
    """Run this environment's `ips-sim` or another program, and give the seconds that it took.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails.
    """
    began = time.perf_counter()
    subprocess.run([str(one) for one in arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
