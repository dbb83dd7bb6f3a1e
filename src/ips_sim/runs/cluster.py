"""Blocks on a Dask cluster: the same blocks as on threads, so the same bytes.

A block is small, holds all that it needs and depends on nothing else, so a worker that dies costs
the time of the blocks it was doing and nothing more: they are given to another.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import Any, TypeVar

from ips_sim.runs.errors import RunError
from ips_sim.runs.how import Say, silent

AnyBlock = TypeVar("AnyBlock")
Made = TypeVar("Made")

LOCAL = "local"
MOST_DEATHS = 20
"""How many workers may die over one block before the block itself is taken for the cause."""
BLOCKS_PER_THREAD = 4
"""Blocks handed out for each thread of the cluster, so that none waits for the network."""
CONNECT_SECONDS = 30


def spread_on_cluster(
    do: Callable[[AnyBlock, int], Made],
    blocks: Sequence[AnyBlock],
    address: str,
    workers: int,
    source_hash: str,
    say: Say = silent,
) -> Generator[tuple[AnyBlock, Made], None, None]:
    """Do blocks on a cluster, and hand over each when it is finished, in any order.

    Parameters
    ----------
    do
        Takes a block and how many threads it may use; it goes to each worker once, with all that
        it is bound to.
    blocks
        What to do.
    address
        Of the scheduler, such as ``tcp://10.0.0.5:8786``, or ``local`` to start one here.
    workers
        How many workers a local cluster has.
    source_hash
        Of the package here; a worker whose package differs is refused.
    say
        Told about the cluster.

    Raises
    ------
    RunError
        If there is no cluster there, or a worker has other sources.
    """
    if address != LOCAL and "://" not in address:
        raise RunError(
            f"the cluster {address!r} is no address: say {LOCAL}, or the scheduler's such as "
            "tcp://10.0.0.5:8786"
        )
    with ExitStack() as stack:
        try:
            client = stack.enter_context(_client(address, workers, stack))
            _check_workers(client, source_hash, say)
            # A task of its own and no data: whoever dies with it, the scheduler can have it again.
            do_there = client.submit(_handed, do, key=f"ips-sim-do-{uuid.uuid4().hex}")
        except OSError as error:  # of the network, or of a folder that workers need
            raise RunError(f"the cluster {address} can't be used ({_first_line(error)})") from error
        yield from _in_turn(client, do_there, blocks, source_hash)


def _client(address: str, workers: int, stack: ExitStack) -> Any:
    """Connect to a cluster, started here if the address says so."""
    distributed = _library("distributed")
    # A worker that is killed is nothing to be told about, and no reason to blame the block.
    stack.enter_context(
        _library("dask").config.set(
            {
                "distributed.scheduler.allowed-failures": MOST_DEATHS,
                "distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s",
                "distributed.worker.daemon": True,
            }
        )
    )
    if address == LOCAL:
        try:
            cluster = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=0,
                    dashboard_address=":0",
                    silence_logs=logging.CRITICAL,
                )
            )
        except RuntimeError as error:
            raise RunError(
                f"no cluster could be started here ({error}); a script that starts one needs "
                'its own code behind if __name__ == "__main__":'
            ) from None
        return distributed.Client(cluster, set_as_default=False)
    try:
        return distributed.Client(address, timeout=f"{CONNECT_SECONDS}s", set_as_default=False)
    except Exception as error:  # whatever Dask and the network make of an address
        raise RunError(f"no Dask scheduler answers at {address} ({_first_line(error)})") from None


def _first_line(error: Exception) -> str:
    """Say what went wrong; Dask's messages go on for lines."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def _library(name: str) -> Any:
    """A part of Dask, which has no types and may be missing."""
    try:
        return import_module(name)
    except ImportError:
        raise RunError(
            "clusters need Dask, which is not installed: pip install 'ips-sim[cluster]'"
        ) from None


def _check_workers(client: Any, source_hash: str, say: Say) -> None:
    """Refuse a cluster on which something else would run, and have each worker compile."""
    from ips_sim.sources import source_hash as hash_there

    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        raise RunError(
            f"the cluster has no workers, and none came within {CONNECT_SECONDS} seconds: start "
            "some, and give the same command again"
        ) from None
    others = [worker for worker, theirs in client.run(hash_there).items() if theirs != source_hash]
    if others:
        raise RunError(
            "workers have another version of ips-sim, or of the libraries below it, than this "
            f"machine: {', '.join(sorted(others))}. Install the same everywhere and start again."
        )
    count = len(client.scheduler_info(n_workers=-1)["workers"])
    say(f"Cluster: {count} worker{'s' if count > 1 else ''}.")


def _in_turn(
    client: Any, do_there: Any, blocks: Sequence[AnyBlock], source_hash: str
) -> Generator[tuple[AnyBlock, Any], None, None]:
    """Keep every thread of the cluster busy, with few blocks in flight."""
    distributed = _library("distributed")
    left = iter(enumerate(blocks))
    waiting: dict[Any, int] = {}
    # A scheduler knows tasks by their keys, also those that other people hand out.
    ours = uuid.uuid4().hex
    finished = distributed.as_completed(loop=client.loop)

    def hand_out(count: int) -> None:
        for _ in range(count):
            number, block = next(left, (None, None))
            if number is None:
                return
            future = client.submit(
                _do_there, do_there, block, source_hash, key=f"ips-sim-{ours}-{number}"
            )
            waiting[future] = number
            finished.add(future)

    threads = sum(client.nthreads().values())
    hand_out(max(1, threads) * BLOCKS_PER_THREAD)
    for future in finished:
        number = waiting.pop(future)
        try:
            content = future.result()
        except distributed.KilledWorker:
            raise RunError(
                f"{MOST_DEATHS} workers died over the same block; what is finished is kept: give "
                "workers more memory, and start again"
            ) from None
        except (distributed.CancelledError, distributed.comm.CommClosedError):
            raise RunError(
                "the connection to the cluster was lost; what is finished is kept: start again"
            ) from None
        future.release()
        hand_out(1)
        yield blocks[number], content


_checked: set[str] = set()
"""Hashes that this worker has found equal to its own."""


def _handed(do: Callable[..., Any]) -> Callable[..., Any]:
    return do


def _do_there(do: Callable[[AnyBlock, int], Made], block: AnyBlock, source_hash: str) -> Made:
    """Do a block on a worker, which may have joined after the others were asked."""
    if source_hash not in _checked:
        from ips_sim.sources import source_hash as hash_here

        if hash_here() != source_hash:
            raise RunError("a worker has another version of ips-sim than the machine that asks it")
        _checked.add(source_hash)
    return do(block, 1)
