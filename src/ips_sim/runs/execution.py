"""Blocks in flight: on threads for the compiled driver, processes for Mesa's, or a cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
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
from functools import partial
from itertools import islice
from typing import TypeVar

from ips_sim.model.arrays import Array
from ips_sim.runs.plan import Driver, Plan
from ips_sim.scenario.schema import Scenario

AnyPlan = TypeVar("AnyPlan")
AnyBlock = TypeVar("AnyBlock")
Content = TypeVar("Content")

Say = Callable[[str], None]
"""Takes a line for the person who waits."""

WAITING_PER_WORKER = 2
"""Blocks handed out for each that is being done, so that nobody waits for work."""


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
    """Compile the rules, unless that is done or kept."""
    from ips_sim.model.compiled.execute import keep_compiled_code

    keep_compiled_code(say)


def do_blocks(
    do: Callable[[AnyPlan, AnyBlock, int], Content],
    plan: AnyPlan,
    blocks: Sequence[AnyBlock],
    *,
    source_hash: str,
    jobs: int | None = None,
    cluster: str | None = None,
    driver: Driver = "compiled",
    say: Say = silent,
) -> Generator[tuple[AnyBlock, Content], None, None]:
    """Do blocks, here or on a cluster, and hand over each when it is finished, in any order.

    Parameters
    ----------
    do
        Takes the plan, a block and how many threads it may use.
    plan, blocks
        What to do.
    source_hash
        Of the package that made the plan; workers elsewhere must have the same.
    jobs
        Threads, processes for Mesa's driver, or workers of a cluster started here; by default as
        many as there are cores.  Results don't depend on it.
    cluster
        Address of a Dask scheduler, or ``local`` to start one; by default this machine alone.
    driver
        What runs the blocks: Mesa's needs processes here, and is no matter on a cluster.
    say
        Told about the cluster.
    """
    workers = jobs or cores()
    if not blocks:
        return  # without a cluster that may be gone by now
    if cluster is None:
        yield from spread(partial(do, plan), blocks, workers, driver)
    else:
        from ips_sim.runs.cluster import spread_on_cluster

        yield from spread_on_cluster(do, plan, blocks, cluster, workers, source_hash, say)


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
