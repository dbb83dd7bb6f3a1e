"""Doing the blocks of a plan of worlds: totals of runs are kept, people are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ips_sim.analysis.principles.plan import Basis, PrinciplesPlan, WorldBlock, world_blocks
from ips_sim.model.arrays import Array
from ips_sim.model.outcomes import (
    OUTCOMES,
    PEOPLE,
    TOTALS,
    FloatArray,
    Outcome,
    figures,
    is_counted,
    segment_sums,
)
from ips_sim.model.results import Runs
from ips_sim.runs.blocks import count_people, is_whole, keep_block, read_block
from ips_sim.runs.execution import Say, do_blocks, prepare_driver, silent
from ips_sim.runs.plan import make_plan
from ips_sim.scenario import Scenario

Progress = Callable[[int, int], None]
"""Takes how many runs are done, and of how many."""

AMONG_ADMITTED = (
    "employed_ever",
    "employed_at_end",
    "weeks_worked",
    "earnings_usd",
    "programme_cost_usd",
)
"""Outcomes given per person admitted too: zero exclusion decides who that is.

Admitted is whom the service took on: for preparation, even if never for a caseload after it."""

ADMITTED = "taken_on"
"""Tally of the people admitted."""

SHARED_OUTCOMES = (
    *OUTCOMES,
    *(
        Outcome(
            f"{one.name}_per_admitted",
            one.unit,
            one.kind,
            f"{one.meaning}, among people whom the service took on",
        )
        for one in OUTCOMES
        if one.name in AMONG_ADMITTED
    ),
)
"""Outcomes whose difference is shared out: per person referred, and some per person admitted."""

ROWS = (*TOTALS, ADMITTED, *(f"admitted_{name}" for name in AMONG_ADMITTED))
"""What is kept of each run."""


@dataclass(frozen=True)
class WorldTotals:
    """What all runs of one basis came to.

    Attributes
    ----------
    totals
        Shape (`ROWS`, coalitions, draws, replicates), sites added up.
    """

    totals: FloatArray

    @property
    def means(self) -> FloatArray:
        """Means of `SHARED_OUTCOMES`: (outcomes, coalitions, draws, replicates).

        NaN where a run has nobody to take the mean over.
        """
        counted = figures(self.totals[: len(TOTALS)])[: len(OUTCOMES)]
        sums = self.totals[ROWS.index(ADMITTED) + 1 :]
        people = np.broadcast_to(self.total(ADMITTED), sums.shape)
        admitted: FloatArray = np.full(sums.shape, np.nan)
        np.divide(sums, people, out=admitted, where=people > 0)
        return np.concatenate([counted, admitted])

    def total(self, name: str) -> FloatArray:
        """One of `ROWS`: shape (coalitions, draws, replicates)."""
        row: FloatArray = self.totals[ROWS.index(name)]
        return row

    @property
    def people_per_run(self) -> float:
        """People counted in a replicate, on average."""
        return float(self.total(PEOPLE).mean())


def run_totals(
    scenario: Scenario, parameters: Array, runs: Runs, seed: int, threads: int = 1
) -> FloatArray:
    """Run sites of a scenario and add up what people came to: shape (`ROWS`, runs)."""
    from ips_sim.model.compiled.execute import execute

    result = execute(scenario, parameters, runs, seed, threads)
    counted = count_people(scenario, result)
    seekers = result.people[is_counted(result.people, scenario)]
    admitted = seekers["admitted_ever"] | (seekers["staff_hours"] > 0)
    among_admitted = [
        segment_sums(values * admitted, counted.offsets)
        for values in (
            np.ones(len(admitted)),
            *(counted.outcomes[name] for name in AMONG_ADMITTED),
        )
    ]
    return np.concatenate([counted.totals, among_admitted])


def run_worlds(
    plan: PrinciplesPlan,
    folder: Path | None = None,
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
    say: Say = silent,
) -> dict[Basis, WorldTotals]:
    """Run every world of a plan, apart from blocks that a folder has already.

    Parameters
    ----------
    plan
        What to run.
    folder
        Where finished blocks are found and kept; none keeps them in memory.
    jobs, cluster
        As `do_blocks` takes them; results don't depend on them.
    progress, say
        Told how far it is, and what takes long.

    Returns
    -------
    dict of basis to WorldTotals
    """
    blocks = world_blocks(plan)
    total = sum(len(block.runs) for block in blocks)
    done = 0
    found: dict[str, FloatArray] = {}
    missing = []
    for block in blocks:
        path = folder / f"{block.name}.npz" if folder else None
        if path and is_whole(path):
            found[block.name] = read_block(path)["totals"]
            done += len(block.runs)
        else:
            missing.append(block)
    if progress:
        progress(done, total)
    if missing:
        prepare_driver(make_plan([plan.asked.scenario], seed=plan.seed), say)
    finished = do_blocks(
        do_world_block,
        plan,
        missing,
        source_hash=plan.source_hash,
        jobs=jobs,
        cluster=cluster,
        say=say,
    )
    with closing(finished):
        for block, totals in finished:
            found[block.name] = totals
            if folder:
                keep_block(folder / f"{block.name}.npz", {"totals": totals})
            done += len(block.runs)
            if progress:
                progress(done, total)
    return {basis: _gathered(plan, basis, blocks, found) for basis in plan.bases}


def do_world_block(plan: PrinciplesPlan, block: WorldBlock, threads: int = 1) -> FloatArray:
    """Run a block of one world: totals of its runs, shape (`ROWS`, runs), sites added up."""
    scenarios, sites = plan.worlds[0], plan.asked.scenario.design.sites
    totals = run_totals(
        scenarios[block.world], plan.parameters[block.basis], block.runs, plan.seed, threads
    )
    summed: FloatArray = totals.reshape(len(ROWS), -1, sites).sum(axis=2)
    return summed


def _gathered(
    plan: PrinciplesPlan, basis: Basis, blocks: Sequence[WorldBlock], found: dict[str, FloatArray]
) -> WorldTotals:
    """Put blocks together in the order of the plan, and give each coalition its world."""
    scenarios, lived = plan.worlds
    pieces: list[list[FloatArray]] = [[] for _ in scenarios]
    for block in blocks:
        if block.basis == basis:
            pieces[block.world].append(found[block.name])
    by_world = np.array([np.concatenate(parts, axis=1) for parts in pieces])
    shaped = by_world.transpose(1, 0, 2).reshape(
        len(ROWS), len(scenarios), plan.draws, plan.replicates
    )
    return WorldTotals(np.ascontiguousarray(shaped[:, lived]))
