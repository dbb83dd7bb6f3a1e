"""What reviews find: the fidelity of programmes as they are run when they are visited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ips_sim.analysis.fidelity.review import AgenciesBlock, Visits, in_steady_state, visited
from ips_sim.analysis.fidelity.scoring import total_of
from ips_sim.analysis.systems.sites import site_scenario
from ips_sim.analysis.systems.system import System
from ips_sim.model.arrays import Array, Floats
from ips_sim.model.world import calendar
from ips_sim.runs.how import How
from ips_sim.runs.plan import Driver
from ips_sim.runs.work import Content, Store, Task, complete, stretches
from ips_sim.scenario import Scenario
from ips_sim.scenario.changes import phases

_PER_BLOCK = 4


@dataclass(frozen=True)
class VisitsPlan(Task[AgenciesBlock]):
    """Every visit at which the 25 items are measured, of sites in their first run.

    Attributes
    ----------
    parameters
        For each group a record of parameters.
    """

    system: System
    parameters: tuple[Array, ...]
    source_hash: str

    stage = "visits"
    driver: Driver = "mesa"

    @cached_property
    def visits(self) -> list[tuple[int, int, int]]:
        """Group, site within the group, and week of each visit."""
        reviews = self.system.reviews
        if reviews is None:
            return []
        return [
            (number, place, week)
            for number, group in enumerate(self.system.groups)
            if group.is_reviewed
            for place in range(min(group.sites, reviews.measured_sites))
            for week in range(
                reviews.first_week, group.scenario.design.weeks + 1, reviews.every_weeks
            )
        ]

    def blocks(self) -> Sequence[AgenciesBlock]:
        """Cut the visits into blocks."""
        return [AgenciesBlock(*stretch) for stretch in stretches(len(self.visits), _PER_BLOCK)]

    def do(self, block: AgenciesBlock, threads: int) -> Content:
        """Visit programmes; see `visited`."""
        return visited(
            [
                (in_steady_state(self.reviewed(number)), self.parameters[group], place)
                for number in range(block.first, block.end)
                for group, place, _ in [self.visits[number]]
            ],
            self.system.seed,
        )

    def reviewed(self, number: int) -> Scenario:
        """Give the scenario of a visit: the site as it is run in the week before, and as old."""
        number_of_group, place, week = self.visits[number]
        group = self.system.groups[number_of_group]
        made = site_scenario(self.system, group, group.first_site + place)
        now = [one for one in phases(made) if one.first_week < week][-1]
        design = made.design
        if design.kind == "open_programme":
            share = (design.warm_up_weeks + week) / calendar(made).weeks_to_run
            people = max(1, round(share * design.people))
            design = design.model_copy(
                update={
                    "weeks": week,
                    "people": people,
                    "specialists_per_site": now.specialists_per_site,
                }
            )
        return made.model_copy(
            update={
                "programme": now.programme,
                "staff": now.staff,
                "place": now.place,
                "design": design,
                "changes": (),
            }
        )


def fidelity_of(plan: VisitsPlan, store: Store, how: How) -> tuple[Floats, ...]:
    """Measure the fidelity of sites that were visited.

    Returns
    -------
    tuple of array of float64, each of shape (windows, sites)
        For each group the total of 25 to 125 in the windows with a review; NaN where none was.
    """
    system = plan.system
    made = tuple(np.full((system.windows, one.sites), np.nan) for one in system.groups)
    if not plan.visits:
        return made
    found = complete(plan, store, how)
    seen = Visits.gathered([found[block.name].load() for block in plan.blocks()])
    for number, (group, place, week) in enumerate(plan.visits):
        window = (week - 1) // system.window_weeks
        if window < system.windows:
            # Of two reviews in a window the later one stands.
            total = total_of(seen.of_agency(plan.reviewed(number), number))
            made[group][window, place] = total
    return made
