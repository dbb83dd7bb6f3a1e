"""Blocks in flight: on threads for the compiled driver, on processes for Mesa's."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TypeVar

import numpy as np

from ips_sim.model.arrays import Array
from ips_sim.model.results import Runs
from ips_sim.runs.blocks import do_block
from ips_sim.runs.plan import BlockPlan, Driver, Plan
from ips_sim.scenario.schema import Scenario

AnyBlock = TypeVar("AnyBlock")
Content = TypeVar("Content")

Say = Callable[[str], None]
"""Takes a line for the person who waits."""

WAITING_PER_WORKER = 2
"""Blocks handed out for each that is being done, so that nobody waits for work."""

_ready: set[bool] = set()
"""With and without events: whether this process has compiled what such runs call."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def silent(line: str) -> None:
    """Say nothing."""


def prepare_driver(plan: Plan, say: Say = silent) -> None:
    """Compile the rules if that has not happened yet, before threads start, and keep the code.

    Parameters
    ----------
    plan
        What is to be run.
    say
        Told how long it takes, if it takes long.
    """
    if plan.driver == "compiled":
        compile_rules(plan.scenarios[0], plan.parameters[0], plan.seed, plan.events, say)


def compile_rules(
    scenario: Scenario, parameters: Array, seed: int, events: bool = False, say: Say = silent
) -> None:
    """Call the compiled driver once, with a run that nobody keeps."""
    if events in _ready:
        return
    from ips_sim.model.compiled.cache import stored_state

    if stored_state() != "ready":
        say("Compiling the rules for this machine: about a minute, only this once.")
    began = time.monotonic()
    from ips_sim.model.compiled.execute import SteppedSite, execute, keep_compiled_code

    if events:
        SteppedSite(scenario, parameters, seed).step()
    else:
        first = np.zeros(1, dtype=np.int64)
        execute(scenario, parameters, Runs(first, first, first), seed)
    keep_compiled_code()
    _ready.add(events)
    taken = time.monotonic() - began
    if taken > LONG_SECONDS:
        say(f"Compiled in {taken:.0f} seconds.")


LONG_SECONDS = 5.0
"""From here on the time that compiling took is worth a line."""


def do_blocks(
    plan: Plan,
    blocks: Sequence[BlockPlan],
    jobs: int,
    agents: Mapping[str, type] | None = None,
) -> Generator[tuple[BlockPlan, dict[str, Array]], None, None]:
    """Do blocks, several at a time, and hand over each when it is finished, in any order.

    Parameters
    ----------
    plan, blocks
        What to run.
    jobs
        Threads or processes; results don't depend on it.
    agents
        Custom agent classes, on Mesa's driver.
    """
    yield from spread(partial(do_block, plan, agents=agents), blocks, jobs, plan.driver)


def spread(
    do: Callable[[AnyBlock, int], Content],
    blocks: Sequence[AnyBlock],
    jobs: int,
    driver: Driver = "compiled",
) -> Generator[tuple[AnyBlock, Content], None, None]:
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
        waiting: dict[Future[Content], AnyBlock] = {}
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
