"""Running a system of sites: every site in every draw and replicate, in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ips_sim.analysis.systems.counting import COUNTS, WindowCounter, site_figures
from ips_sim.analysis.systems.reviews import VisitsPlan, fidelity_of
from ips_sim.analysis.systems.sites import site_scenario
from ips_sim.analysis.systems.system import System
from ips_sim.model.arrays import Array, Floats
from ips_sim.model.results import Runs
from ips_sim.model.world import calendar
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.plan import PERSON_WEEKS_PER_BLOCK
from ips_sim.runs.work import Content, Store, Task, complete, stretches


@dataclass(frozen=True)
class SitesBlock:
    """Some sites of a group, whole areas, in some runs.

    Attributes
    ----------
    group
        Which group.
    first, end
        Its sites from the first to before the end, counted within the group.
    first_run, end_run
        Runs of each, numbered by draw and then replicate.
    """

    group: int
    first: int
    end: int
    first_run: int
    end_run: int

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"group-{self.group}-site-{self.first}-run-{self.first_run}"

    def __len__(self) -> int:
        return (self.end - self.first) * (self.end_run - self.first_run)


@dataclass(frozen=True)
class SystemPlan(Task[SitesBlock]):
    """Everything that the tables of a system depend on."""

    system: System
    source_hash: str

    stage = "sites"

    def as_json(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it."""
        return {"kind": "system", **self.system.as_json(), "source_hash": self.source_hash}

    @cached_property
    def parameters(self) -> tuple[Array, ...]:
        """For each group the parameters of every draw."""
        return tuple(parameter_draws(one.scenario, self.system.draws) for one in self.system.groups)

    @property
    def runs(self) -> int:
        """Runs of each site."""
        return self.system.draws * self.system.replicates

    def blocks(self) -> list[SitesBlock]:
        """Cut each group into whole areas, and their runs where one area fills a block."""
        made = []
        for number, group in enumerate(self.system.groups):
            design = group.scenario.design
            in_area = design.sites_per_area
            area = design.people * calendar(group.scenario).weeks_to_run
            runs = min(self.runs, max(1, PERSON_WEEKS_PER_BLOCK // area))
            sites = in_area * max(1, PERSON_WEEKS_PER_BLOCK // (area * runs))
            made += [
                SitesBlock(number, *some_sites, *some_runs)
                for some_sites in stretches(group.sites, sites)
                for some_runs in stretches(self.runs, runs)
            ]
        return made

    def do(self, block: SitesBlock, threads: int) -> Content:
        """Run some sites and count every window; ``counts`` is (`COUNTS`, windows, sites, runs)."""
        from ips_sim.model.compiled.execute import execute_many

        system, group = self.system, self.system.groups[block.group]
        in_area = group.scenario.design.sites_per_area
        sites = np.arange(block.first, block.end) + group.first_site
        scenarios = [site_scenario(system, group, site) for site in sites.tolist()]
        run = np.arange(block.first_run, block.end_run)
        # Areas one after another, each in all runs, with its sites last.
        place = np.arange(len(sites)).reshape(-1, 1, in_area)
        which = np.broadcast_to(place, (len(place), len(run), in_area)).reshape(-1)
        number = np.broadcast_to(run[:, None], (len(place), len(run), in_area)).reshape(-1)
        runs = Runs(
            draw=number // system.replicates,
            # By area, so that chance is nobody's but its own, however large the sites are.
            replicate=number * self._areas + sites[which] // in_area,
            site=which % in_area,
        )
        weeks = calendar(group.scenario)
        begin = weeks.warm_up_weeks
        ends = [begin + system.window_weeks * window for window in range(system.windows + 1)]
        counter = WindowCounter(len(runs), ends)
        execute_many(
            scenarios,
            which,
            self.parameters[block.group],
            runs,
            system.seed,
            looks=ends,
            look=counter.look,
        )
        counts = counter.counts.reshape(len(COUNTS), system.windows, len(place), len(run), in_area)
        return {"counts": np.moveaxis(counts, 3, 4).reshape(*counts.shape[:2], len(sites), -1)}

    @property
    def _areas(self) -> int:
        return max(
            -(-(one.first_site + one.sites) // one.scenario.design.sites_per_area)
            for one in self.system.groups
        )


@dataclass(frozen=True)
class SystemResult:
    """A finished system.

    Attributes
    ----------
    system
        What was run.
    counts
        For each group what was counted, shape (`COUNTS`, windows, sites, runs).
    fidelity
        For each group the total that a review found in the first run, shape (windows, sites);
        NaN without one.
    """

    system: System
    counts: tuple[Floats, ...]
    fidelity: tuple[Floats, ...]

    def of_sites(self, group: int) -> Floats:
        """Every figure of every site: shape (`SITE_FIGURES`, windows, sites, runs)."""
        return self._figures(self.counts[group], 1.0)

    def of_draws(self, group: int) -> Floats:
        """Every figure of a group, its sites together: shape (`SITE_FIGURES`, windows, runs)."""
        counts = self.counts[group]
        return self._figures(counts.sum(axis=2), counts.shape[2])

    def mean(self, group: int) -> Floats:
        """Every figure of a group, sites and runs together: shape (`SITE_FIGURES`, windows)."""
        counts = self.counts[group]
        return self._figures(counts.sum(axis=(2, 3)), counts.shape[2] * counts.shape[3])

    def _figures(self, counts: Floats, sites: float) -> Floats:
        return site_figures(counts, sites, self.system.window_weeks, self.system.time_out)


def run_sites_of(plan: SystemPlan, store: Store, how: How = PLAIN) -> SystemResult:
    """Run every site of a system that is not in the store."""
    found = complete(plan, store, how)
    system = plan.system
    counts = [
        np.zeros((len(COUNTS), system.windows, group.sites, plan.runs)) for group in system.groups
    ]
    for block in plan.blocks():
        sites, runs = slice(block.first, block.end), slice(block.first_run, block.end_run)
        counts[block.group][:, :, sites, runs] = found[block.name].load("counts")["counts"]
    visits = VisitsPlan(system, tuple(one[0] for one in plan.parameters), plan.source_hash)
    return SystemResult(system, tuple(counts), fidelity_of(visits, store, how))


def benchmarks() -> Sequence[tuple[str, float]]:
    """Give the benchmarks of the share of people served who work in a quarter, lowest first."""
    from ips_sim.evidence import evidence_parameters

    names = {"minimal": "min", "average": "avg", "excellent": "high"}
    return [
        (word, evidence_parameters()[f"benchmark_quarterly_employment_{name}"].value)
        for word, name in names.items()
    ]
