"""Runs of scenarios, round by round: replicates are added until they are as many as asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ips_sim.runs.blocks import do_block
from ips_sim.runs.collected import Collected
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.plan import MOST_ROUNDS, BlockPlan, Plan, blocks_of
from ips_sim.runs.summary import outcome_error
from ips_sim.runs.work import Content, Holder, Store, Task, complete


class Round(Task[BlockPlan]):
    """One round of a plan's replicates.

    Parameters
    ----------
    plan
        What is run.
    number
        Which round, from 0; without a precision there is one.
    agents
        Custom agent classes for Mesa's driver, by argument of ``IPSModel``.
    """

    def __init__(self, plan: Plan, number: int, agents: Mapping[str, type]) -> None:
        self.plan, self.number, self.agents = plan, number, agents
        self.driver, self.source_hash = plan.driver, plan.source_hash

    def blocks(self) -> Sequence[BlockPlan]:
        """Cut the round into blocks."""
        return blocks_of(self.plan, self.number)

    def do(self, block: BlockPlan, threads: int) -> Content:
        """Run a block and count what it brings."""
        return do_block(self.plan, block, threads, self.agents)


def collect(
    plan: Plan, store: Store, how: How = PLAIN, agents: Mapping[str, type] | None = None
) -> Collected:
    """Run a plan, apart from blocks that the store has, until the precision asked for is reached.

    Parameters
    ----------
    plan
        What to run.
    store
        Where blocks are found and kept.
    how
        By how many, where, and who is told; results don't depend on it.
    agents
        Custom agent classes for Mesa's driver, by argument of ``IPSModel``.
    """
    holders: dict[tuple[int, int, int], Holder] = {}
    before = 0
    for number in range(MOST_ROUNDS if plan.precision else 1):
        one = Round(plan, number, agents or {})

        def progress(stage: str, done: int, total: int, before: int = before) -> None:
            how.progress(stage, before + done, before + total)

        found = complete(one, store, replace(how, progress=progress))
        for block in one.blocks():
            holders[block.place] = found[block.name]
            before += len(block)
        replicates = (number + 1) * plan.replicates
        collected = Collected(plan, replicates, {at: holders[at] for at in sorted(holders)})
        if plan.precision is None or is_precise(collected):
            return collected
    how.say(f"The precision was not reached with {collected.replicates:,} replicates.")
    return collected


def is_precise(collected: Collected) -> bool:
    """Say whether the Monte Carlo error is as small as asked for, in every scenario."""
    precision = collected.plan.precision
    return precision is not None and all(
        outcome_error(runs, precision.outcome) <= precision.error
        for runs in collected.scenario_runs
    )
