"""One block of runs: done by a driver, counted and priced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ips_sim.economics.costs import priced_outcomes
from ips_sim.economics.prices import prices_of
from ips_sim.model.arrays import Array
from ips_sim.model.outcomes import (
    OUTCOMES,
    QUANTITIES,
    FloatArray,
    count_outcomes,
    is_counted,
    segment_sums,
    total_up,
)
from ips_sim.model.results import RunResult
from ips_sim.model.world import site_size
from ips_sim.runs.plan import BlockPlan, Plan
from ips_sim.scenario.schema import Scenario

Block: TypeAlias = Mapping[str, Array]
"""What a block brought, as plain arrays:

``draw``, ``replicate``, ``site``
    Shape (runs,).
``offsets``
    Shape (runs + 1,): which people belong to which run.
``person``
    Shape (people,), the number across sites; only people who count in means.
``people``
    Shape (`PERSON_COLUMNS`, people); NaN where somebody has no value.
``totals``
    Shape (`TOTALS`, runs).
``weekly_draw``, ``weekly_replicate``, ``weekly``
    Weekly figures summed over the block's sites of each draw and replicate, shapes (groups,),
    (groups,) and (groups, weeks, columns of ``Weekly``).
``events``
    Records of type ``EVENT``; empty unless the plan asks for them.
"""

PERSON_COLUMNS = (*OUTCOMES, *QUANTITIES)


def do_block(
    plan: Plan, block: BlockPlan, threads: int, agents: Mapping[str, type] | None = None
) -> dict[str, Array]:
    """Run a block and count what it brings; the result does not depend on the threads."""
    scenario = plan.scenarios[block.scenario]
    result, events = _run(plan, block, threads, agents or {})
    counted = count_people(scenario, result)
    first = [site_size(scenario, int(site)).first_person for site in block.runs.site]
    row = np.arange(result.offsets[-1]) - np.repeat(result.offsets[:-1], np.diff(result.offsets))
    person = row + np.repeat(first, np.diff(result.offsets))
    if person.size != counted.offsets[-1]:
        person = person[is_counted(result.people, scenario)]
    return {
        "draw": block.runs.draw,
        "replicate": block.runs.replicate,
        "site": block.runs.site,
        "offsets": counted.offsets,
        "person": person,
        "people": np.array([counted.outcomes[one.name] for one in PERSON_COLUMNS]),
        "totals": counted.totals,
        "events": events,
        **_weekly_by_replicate(result),
    }


@dataclass(frozen=True)
class Counted:
    """The people who count in means, run after run.

    Attributes
    ----------
    offsets
        Shape (runs + 1,): which people belong to which run.
    outcomes
        Values per person by name, the priced ones too.
    totals
        Shape (`TOTALS`, runs).
    """

    offsets: Array
    outcomes: Mapping[str, FloatArray]
    totals: FloatArray


def count_people(scenario: Scenario, result: RunResult) -> Counted:
    """Count and price what runs of a scenario brought."""
    seekers, counted = result.people, is_counted(result.people, scenario)
    sums = segment_sums(counted, result.offsets)
    offsets = np.concatenate(([0], np.cumsum(sums))).astype(np.int64)
    if not counted.all():
        seekers = seekers[counted]
    outcomes = count_outcomes(seekers)
    outcomes |= priced_outcomes({**outcomes}, prices_of(scenario))
    totals = total_up(outcomes, seekers, offsets, result.weekly, result.people, result.offsets)
    return Counted(offsets, outcomes, totals)


def _run(
    plan: Plan, block: BlockPlan, threads: int, agents: Mapping[str, type]
) -> tuple[RunResult, Array]:
    from ips_sim.runs import events

    scenario = plan.scenarios[block.scenario]
    parameters = plan.parameters[block.scenario]
    if plan.events:
        return events.run_with_events(
            scenario, parameters, block.runs, plan.seed, plan.driver, agents
        )
    none = np.empty(0, events.EVENT)
    if plan.driver == "mesa":
        from ips_sim.model.agents import execute_on_mesa

        return execute_on_mesa(scenario, parameters, block.runs, plan.seed, **agents), none
    from ips_sim.model.compiled.execute import execute

    return execute(scenario, parameters, block.runs, plan.seed, threads), none


def _weekly_by_replicate(result: RunResult) -> dict[str, Array]:
    """Add up the sites of each draw and replicate; they follow each other."""
    draw, replicate = result.runs.draw, result.runs.replicate
    is_new = np.ones(len(result.runs), dtype=bool)
    is_new[1:] = (draw[1:] != draw[:-1]) | (replicate[1:] != replicate[:-1])
    (starts,) = np.nonzero(is_new)
    return {
        "weekly_draw": draw[starts],
        "weekly_replicate": replicate[starts],
        "weekly": np.add.reduceat(result.weekly, starts, axis=0),
    }
