"""Doing the blocks of a plan that are missing, round by round, into files or into memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Protocol

from ips_sim.model.arrays import Array
from ips_sim.runs.blocks import do_block, is_whole, keep_block
from ips_sim.runs.collected import BlockHolder, Collected, HeldBlock, StoredBlock
from ips_sim.runs.execution import Say, do_blocks, prepare_driver, silent
from ips_sim.runs.plan import MOST_ROUNDS, BlockPlan, Plan, blocks_of
from ips_sim.runs.summary import outcome_error

Progress = Callable[[int, int], None]
"""Takes how many runs are done, and of how many."""


class Store(Protocol):
    """Where finished blocks are."""

    def find(self, block: BlockPlan) -> BlockHolder | None:
        """Give a block that is finished already."""

    def keep(self, block: BlockPlan, content: dict[str, Array]) -> BlockHolder:
        """Keep a block that has just been finished."""


class MemoryStore:
    """Blocks in memory."""

    def find(self, block: BlockPlan) -> BlockHolder | None:
        """Find nothing: memory begins empty."""
        return None

    def keep(self, block: BlockPlan, content: dict[str, Array]) -> BlockHolder:
        """Hold a block."""
        return HeldBlock(content)


class FileStore:
    """Blocks in the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, block: BlockPlan) -> Path:
        return self._folder / f"{block.name}.npz"

    def find(self, block: BlockPlan) -> BlockHolder | None:
        """Give a block whose file is there and undamaged."""
        path = self._path(block)
        return StoredBlock(path) if is_whole(path) else None

    def keep(self, block: BlockPlan, content: dict[str, Array]) -> BlockHolder:
        """Write a block's file."""
        keep_block(self._path(block), content)
        return StoredBlock(self._path(block))


def complete(
    plan: Plan,
    store: Store,
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    agents: Mapping[str, type] | None = None,
    progress: Progress | None = None,
    say: Say = silent,
) -> Collected:
    """Do every block that the store does not have, until the precision asked for is reached.

    Parameters
    ----------
    plan
        What to run.
    store
        Where blocks are found and kept.
    jobs, cluster
        As `do_blocks` takes them; results don't depend on them.
    agents
        Custom agent classes for Mesa's driver, by argument of ``IPSModel``.
    progress, say
        Told how far it is, and what takes long.
    """
    holders: dict[tuple[int, int, int], BlockHolder] = {}
    done = total = 0
    for round_number in range(MOST_ROUNDS if plan.precision else 1):
        missing = []
        for block in blocks_of(plan, round_number):
            total += len(block.runs)
            found = store.find(block)
            if found is None:
                missing.append(block)
            else:
                holders[block.place] = found
                done += len(block.runs)
        if progress:
            progress(done, total)
        if missing:
            prepare_driver(plan, say)
        finished = do_blocks(
            partial(do_block, agents=agents) if agents else do_block,
            plan,
            missing,
            source_hash=plan.source_hash,
            jobs=jobs,
            cluster=cluster,
            driver=plan.driver,
            say=say,
        )
        with closing(finished):
            for block, content in finished:
                holders[block.place] = store.keep(block, content)
                done += len(block.runs)
                if progress:
                    progress(done, total)
        replicates = (round_number + 1) * plan.replicates
        collected = Collected(plan, replicates, {at: holders[at] for at in sorted(holders)})
        if plan.precision is None or is_precise(collected):
            return collected
    say(f"The precision was not reached with {collected.replicates:,} replicates.")
    return collected


def is_precise(collected: Collected) -> bool:
    """Say whether the Monte Carlo error is as small as asked for, in every scenario."""
    precision = collected.plan.precision
    return precision is not None and all(
        outcome_error(runs, precision.outcome) <= precision.error
        for runs in collected.scenario_runs
    )
