"""A finished simulation, its blocks in memory or in files, and what is worked out from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from ips_sim.economics.prices import prices_of
from ips_sim.model.arrays import Array
from ips_sim.model.outcomes import FloatArray
from ips_sim.runs.blocks import Block
from ips_sim.runs.model_error import missed
from ips_sim.runs.plan import Plan
from ips_sim.runs.quarters import QuarterRow, quarter_rows
from ips_sim.runs.ranges import ScenarioRuns
from ips_sim.runs.summary import ContrastRow, SummaryRow, contrast, summarise
from ips_sim.runs.work import Holder

Place: TypeAlias = tuple[int, int, int]
"""Scenario, round and number of a block."""


_WEEKLY = ("weekly_draw", "weekly_replicate", "weekly")


@dataclass(frozen=True)
class Collected:
    """A finished simulation.

    Attributes
    ----------
    plan
        What was run.
    replicates
        How many replicates it came to.
    holders
        Every block, in the order of the plan.
    """

    plan: Plan
    replicates: int
    holders: Mapping[Place, Holder]

    def blocks(self, *names: str) -> Iterator[tuple[int, Block]]:
        """Give every block with its scenario, in the order of the plan, perhaps in part."""
        for place, holder in self.holders.items():
            yield place[0], holder.load(*names)

    def weekly(self) -> Iterator[tuple[int, Block]]:
        """Give the weekly figures block by block, each draw and replicate in one piece."""
        pending: Block | None = None
        scenario = 0
        for position, block in self.blocks(*_WEEKLY):
            if pending is None:
                scenario, pending = position, _weekly_part(block, 0)
            elif position == scenario and _goes_on(pending, block):
                joined = dict(_weekly_part(block, 0))
                joined["weekly"] = joined["weekly"].copy()
                joined["weekly"][0] = pending["weekly"][-1] + joined["weekly"][0]
                yield scenario, _weekly_part(pending, 0, -1)
                pending = joined
            else:
                yield scenario, pending
                scenario, pending = position, _weekly_part(block, 0)
        if pending is not None:
            yield scenario, pending

    @cached_property
    def scenario_runs(self) -> list[ScenarioRuns]:
        """All runs of each scenario, added up run by run."""
        return [self._runs_of(position) for position in range(len(self.plan.scenarios))]

    def _runs_of(self, position: int) -> ScenarioRuns:
        holders = [holder for place, holder in self.holders.items() if place[0] == position]
        kept: dict[str, list[Array]] = {
            key: [] for key in ("draw", "replicate", "site", "totals", "person")
        }
        for holder in holders:
            block = holder.load(*kept)
            for key, parts in kept.items():
                parts.append(block[key])

        def read_people(rows: Sequence[int]) -> FloatArray:
            parts = [holder.load("people")["people"][list(rows)] for holder in holders]
            joined: FloatArray = np.concatenate(parts, axis=1)
            return joined

        joined = {key: np.concatenate(parts, axis=-1) for key, parts in kept.items()}
        return ScenarioRuns(
            name=self.plan.names[position],
            read_people=read_people,
            missed=missed(self.plan.seed, joined["replicate"]),
            **joined,
        )

    @cached_property
    def summary(self) -> list[SummaryRow]:
        """The mean of every outcome and measure of every scenario."""
        return [row for runs in self.scenario_runs for row in summarise(runs)]

    @cached_property
    def quarters(self) -> list[QuarterRow]:
        """Every open programme quarter by quarter."""
        is_open = [one.design.kind == "open_programme" for one in self.plan.scenarios]
        if not any(is_open):
            return []
        weekly: dict[int, list[tuple[Array, Array]]] = {}
        for position, block in self.weekly():
            if is_open[position]:
                mine = block["weekly_replicate"], block["weekly"]
                weekly.setdefault(position, []).append(mine)
        return [
            row
            for position, parts in weekly.items()
            for row in quarter_rows(
                self.scenario_runs[position],
                parts,
                self.plan.seed,
                prices_of(self.plan.scenarios[position]),
            )
        ]

    @cached_property
    def contrasts(self) -> list[ContrastRow]:
        """Every scenario against the reference."""
        reference = self.scenario_runs[self.plan.reference]
        return [
            row
            for position, runs in enumerate(self.scenario_runs)
            if position != self.plan.reference
            for row in contrast(runs, reference)
        ]


def _weekly_part(block: Block, first: int, last: int | None = None) -> Block:
    return {key: block[key][first:last] for key in _WEEKLY}


def _goes_on(before: Block, after: Block) -> bool:
    """Say whether a block begins with more sites of the draw and replicate that one ended with."""
    return all(
        bool(before[key][-1] == after[key][0]) for key in ("weekly_draw", "weekly_replicate")
    )
