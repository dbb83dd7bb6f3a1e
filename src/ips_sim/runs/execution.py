"""Blocks in flight on this machine: on threads for the compiled driver, processes for Mesa's."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

import numpy as np

from ips_sim.model.results import Runs
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import Say, silent
from ips_sim.runs.plan import Driver
from ips_sim.scenario import load_scenario

AnyBlock = TypeVar("AnyBlock")
Made = TypeVar("Made")

WAITING_PER_WORKER = 2
"""Blocks handed out for each that is being done, so that nobody waits for work."""
LONG_SECONDS = 5.0
"""From here on the time that compiling took is worth a line."""

_ready: set[bool] = set()
"""With and without events: whether this process has compiled what such runs call."""


def compile_rules(events: bool = False, say: Say = silent) -> None:
    """Compile the rules if that has not happened yet, before threads start, and keep the code.

    Calls the compiled driver once, with a run that nobody keeps.

    Parameters
    ----------
    events
        Whether runs keep events.
    say
        Told how long it takes, if it takes long.
    """
    if events in _ready:
        return
    check_settings()
    from ips_sim.model.compiled.cache import stored_state

    if stored_state() != "ready":
        say("Compiling the rules for this machine: about a minute, only this once.")
    began = time.monotonic()
    from ips_sim.model.compiled.execute import SteppedSite, execute, keep_compiled_code

    scenario = load_scenario("ips")
    parameters = parameter_draws(scenario, 1)
    if events:
        SteppedSite(scenario, parameters, 0).step()
    else:
        first = np.zeros(1, dtype=np.int64)
        execute(scenario, parameters, Runs(first, first, first), 0)
    keep_compiled_code()
    _ready.add(events)
    taken = time.monotonic() - began
    if taken > LONG_SECONDS:
        say(f"Compiled in {taken:.0f} seconds.")


def check_settings() -> None:
    """Refuse settings with which numba can't work.

    Raises
    ------
    RunError
        With the setting and what it has to be.
    """
    threads = os.environ.get("NUMBA_NUM_THREADS", "1")
    if not threads.isdecimal() or int(threads) < 1:
        raise RunError(f"NUMBA_NUM_THREADS must be 1 or more, found {threads!r}")
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        raise RunError("NUMBA_DISABLE_JIT is set, and without compiling nothing can be run")


def spread(
    do: Callable[[AnyBlock, int], Made],
    blocks: Sequence[AnyBlock],
    jobs: int,
    driver: Driver = "compiled",
) -> Generator[tuple[AnyBlock, Made], None, None]:
    """Do blocks of any kind, several at a time, and hand over each when it is finished.

    Parameters
    ----------
    do
        Takes a block and how many threads it may use.
    blocks
        What to do.
    jobs
        Threads, or processes for Mesa's driver; results don't depend on it.
    driver
        What runs them.
    """
    in_flight = max(1, min(jobs, len(blocks)))
    threads = max(1, jobs // in_flight)
    if in_flight == 1:
        for block in blocks:
            yield block, do(block, threads)
        return
    with _pool(driver, in_flight) as pool:
        waiting: dict[Future[Made], AnyBlock] = {}
        left = iter(blocks)
        while True:
            for block in islice(left, in_flight * WAITING_PER_WORKER - len(waiting)):
                waiting[pool.submit(do, block, threads)] = block
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()


@contextmanager
def _pool(driver: Driver, workers: int) -> Iterator[Executor]:
    """Workers that stop soon after an error or Ctrl-C: what is not begun is dropped."""
    pool: Executor
    if driver == "mesa":
        # Agents run in the interpreter, which runs one thread at a time.
        pool = ProcessPoolExecutor(
            workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=signal.signal,
            initargs=(signal.SIGINT, signal.SIG_IGN),
        )
    else:
        pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
