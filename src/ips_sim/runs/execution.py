"""Blocks in flight on this machine: on threads for the compiled driver, processes for Mesa's."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from ips_sim.runs.errors import RunError
from ips_sim.runs.plan import Driver

AnyBlock = TypeVar("AnyBlock")
Made = TypeVar("Made")

WAITING_PER_WORKER = 2
"""Blocks handed out for each that is being done, so that nobody waits for work."""


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
                block = waiting.pop(future)
                try:
                    made = future.result()
                except BrokenExecutor:
                    raise RunError(
                        "a process that runs agents was killed, perhaps for want of memory; fewer "
                        "--jobs need less"
                    ) from None
                yield block, made


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
