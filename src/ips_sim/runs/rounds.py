"""Runs of scenarios: those planned, and for a precision as many more as they say it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ips_sim.runs.blocks import do_block
from ips_sim.runs.collected import Collected
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.plan import MOST_RUNS, BlockPlan, Plan, blocks_of
from ips_sim.runs.summary import replicates_needed
from ips_sim.runs.work import Content, Holder, Store, Task, complete


class Round(Task[BlockPlan]):
    """The replicates of a plan, or those that are added to them.

    Parameters
    ----------
    plan
        What is run.
    more
        How many replicates of each draw are added; 0 for those of the plan.
    agents
        Custom agent classes for Mesa's driver, by argument of ``IPSModel``.
    """

    def __init__(self, plan: Plan, more: int, agents: Mapping[str, type]) -> None:
        self.plan, self.more, self.agents = plan, more, agents
        self.driver, self.source_hash = plan.driver, plan.source_hash

    def blocks(self) -> Sequence[BlockPlan]:
        """Cut the round into blocks."""
        return blocks_of(self.plan, self.more)

    def do(self, block: BlockPlan, threads: int) -> Content:
        """Run a block and count what it brings."""
        return do_block(self.plan, block, threads, self.agents)


def collect(
    plan: Plan, store: Store, how: How = PLAIN, agents: Mapping[str, type] | None = None
) -> Collected:
    """Run a plan, apart from blocks that the store has.

    With a precision, the plan's replicates are a pilot: their spread says once how many more it
    takes, and nobody looks again, since stopping when a mean happens to look sure would bias it.

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
    pilot = Round(plan, 0, agents or {})
    holders = _done(pilot, store, how)
    collected = Collected(plan, plan.replicates, holders)
    if plan.precision is None:
        return collected
    outcome, error = plan.precision.outcome, plan.precision.error
    needed = max(
        replicates_needed(runs, outcome, error, plan.replicates) for runs in collected.scenario_runs
    )
    most = MOST_RUNS // (plan.draws * sum(one.design.sites for one in plan.scenarios))
    if needed > most:
        how.say(
            f"The precision takes more than {most:,} replicates of each draw, the most that a "
            "result holds; those of the pilot are all there are."
        )
        return collected
    if needed <= plan.replicates:
        return collected
    how.say(f"The precision takes {needed:,} replicates of each draw.")
    before = sum(map(len, pilot.blocks()))

    def progress(stage: str, done: int, total: int) -> None:
        how.progress(stage, before + done, before + total)

    added = Round(plan, needed - plan.replicates, agents or {})
    holders |= _done(added, store, replace(how, progress=progress))
    return Collected(plan, needed, {at: holders[at] for at in sorted(holders)})


def _done(round_of_runs: Round, store: Store, how: How) -> dict[tuple[int, int, int], Holder]:
    """Do what is missing of a round; give every block by its place."""
    found = complete(round_of_runs, store, how)
    return {block.place: found[block.name] for block in round_of_runs.blocks()}
