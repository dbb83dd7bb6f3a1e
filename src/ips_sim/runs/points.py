"""Many points around one scenario: the plan of a sweep or a sensitivity design, and its blocks."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ips_sim.model.arrays import Array
from ips_sim.model.outcomes import TOTALS, FloatArray
from ips_sim.model.results import Runs
from ips_sim.model.world import calendar
from ips_sim.runs.blocks import count_people
from ips_sim.runs.counts import replicates_of, seed_of, whole
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.work import Content, Task, stretches
from ips_sim.scenario import Scenario, ScenarioError, as_mapping
from ips_sim.scenario.catalogue import PARAMETERS, show_value
from ips_sim.scenario.vary import vary

PERSON_WEEKS_PER_BLOCK = 3_200_000
"""A block takes about a third of a second: seldom enough to keep, soon enough to lose."""
LONGEST_REASON = 300
"""Letters that are kept of why a run failed."""


@dataclass(frozen=True)
class PointsBlock:
    """A stretch of runs, done and kept together: from ``first`` up to, not including, ``end``."""

    number: int
    first: int
    end: int

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"block-{self.number}"

    def __len__(self) -> int:
        return self.end - self.first


@dataclass(frozen=True)
class PointsPlan(Task[PointsBlock]):
    """Everything that the runs of a sweep or a sensitivity design depend on.

    Attributes
    ----------
    kind
        ``sweep`` or ``sensitivity``.
    experiment
        What the experiment's file says.
    base
        The scenario around which the points lie.
    names, values
        Dotted names of what is changed, and their values at each point.
    replicates
        Stochastic runs of each point and draw; all points share their chance.
    draws
        Realisations of the uncertain parameters, the same at all points.
    source_hash
        Of the package that runs it.
    """

    kind: str
    experiment: Mapping[str, Any]
    base: Scenario
    names: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]
    seed: int
    replicates: int
    draws: int
    source_hash: str

    def __post_init__(self) -> None:
        seed_of(self.seed)
        replicates_of(self.replicates)
        whole("draws", self.draws)

    @property
    def runs_per_point(self) -> int:
        """Replicates of all draws."""
        return self.draws * self.replicates

    @property
    def runs(self) -> int:
        """How many runs there are in all, numbered by point, draw and replicate."""
        return len(self.values) * self.runs_per_point

    @cached_property
    def parameters(self) -> Array:
        """The parameters of every draw, without what points change."""
        return parameter_draws(self.base, self.draws)

    @cached_property
    def design_text(self) -> str:
        """The design as a CSV file: a row for each point, a column for each name."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["point", *self.names])
        writer.writerows(
            [number, *map(show_value, point)] for number, point in enumerate(self.values)
        )
        return file.getvalue()

    def as_json(self) -> dict[str, Any]:
        """The plan as JSON can hold it; the design itself stands in a file beside it."""
        return {
            "kind": self.kind,
            "experiment": dict(self.experiment),
            "base": as_mapping(self.base),
            "names": list(self.names),
            "points": len(self.values),
            "design_sha256": hashlib.sha256(self.design_text.encode()).hexdigest(),
            "seed": self.seed,
            "replicates": self.replicates,
            "draws": self.draws,
            "agents": [],
            "source_hash": self.source_hash,
        }

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point.

        Raises
        ------
        ScenarioError
            If its values contradict each other.
        """
        return vary(self.base, dict(zip(self.names, self.values[point], strict=True)))

    def blocks(self) -> list[PointsBlock]:
        """Cut the runs into blocks; how many workers there are does not matter."""
        cost = self.base.design.people * calendar(self.base).weeks_to_run
        size = max(1, PERSON_WEEKS_PER_BLOCK // cost)
        return [
            PointsBlock(number, first, end)
            for number, (first, end) in enumerate(stretches(self.runs, size))
        ]

    def do(self, block: PointsBlock, threads: int) -> Content:
        """Run a block; a run that can't be done says why, and costs no other.

        Returns
        -------
        dict
            ``run``, numbers of the runs, shape (runs,); ``totals``, shape (`TOTALS`, runs), sites
            added up, zero where a run failed; ``failure``, for each run why it failed, or empty.
        """
        run = np.arange(block.first, block.end, dtype=np.int64)
        point, within = np.divmod(run, self.runs_per_point)
        draw, replicate = np.divmod(within, self.replicates)
        totals = np.zeros((len(TOTALS), len(block)))
        failure = [""] * len(block)
        scenarios: dict[int, Scenario] = {}
        refused: dict[int, str] = {}
        for number in dict.fromkeys(point.tolist()):
            try:
                scenarios[number] = self.scenario(number)
            except ScenarioError as error:
                refused[number] = "; ".join(
                    f"{one.key}: found {one.found}; allowed: {one.allowed}"
                    for one in error.mistakes
                )
        for row in np.flatnonzero(np.isin(point, list(refused))).tolist():
            failure[row] = refused[int(point[row])]
        for numbers in _alike(scenarios):
            rows = np.flatnonzero(np.isin(point, numbers))
            batch = _Batch(self, [scenarios[number] for number in numbers], numbers)
            try:
                totals[:, rows] = batch.totals(point[rows], draw[rows], replicate[rows], threads)
            except (MemoryError, OSError):
                raise
            except Exception:
                # Once more one by one, to find out which runs it is.
                for row in rows.tolist():
                    here = slice(row, row + 1)
                    try:
                        totals[:, here] = batch.totals(point[here], draw[here], replicate[here], 1)
                    except Exception as error:
                        failure[row] = f"{type(error).__name__}: {error}"
        reasons = np.array([text[:LONGEST_REASON] for text in failure], dtype=np.str_)
        return {"run": run, "totals": totals, "failure": reasons}


def _alike(scenarios: Mapping[int, Scenario]) -> list[list[int]]:
    """Group points that can share a call of the driver: those observed in the same way."""
    groups: dict[object, list[int]] = {}
    for number, scenario in scenarios.items():
        groups.setdefault(scenario.design, []).append(number)
    return list(groups.values())


class _Batch:
    """Points that share a call of the driver."""

    def __init__(
        self, plan: PointsPlan, scenarios: Sequence[Scenario], numbers: Sequence[int]
    ) -> None:
        self.plan = plan
        self.scenarios = scenarios
        self.position = {number: position for position, number in enumerate(numbers)}
        self.sites = scenarios[0].design.sites
        # Every draw of the first point, then every draw of the second, and so on.
        self.parameters = np.tile(plan.parameters, len(scenarios))
        for dotted in plan.names:
            section, _, name = dotted.partition(".")
            if section == PARAMETERS:
                values = [one.parameters[name] for one in scenarios]
                self.parameters[name] = np.repeat(values, plan.draws)

    def totals(self, point: Array, draw: Array, replicate: Array, threads: int) -> FloatArray:
        """Run some runs of the points and add up each of them over its sites."""
        from ips_sim.model.compiled.execute import execute_many

        which = np.array([self.position[int(number)] for number in point], dtype=np.int64)
        runs = Runs(
            draw=np.repeat(which * self.plan.draws + draw, self.sites),
            replicate=np.repeat(replicate, self.sites),
            site=np.tile(np.arange(self.sites, dtype=np.int64), len(point)),
        )
        result = execute_many(
            self.scenarios,
            np.repeat(which, self.sites),
            self.parameters,
            runs,
            self.plan.seed,
            threads,
        )
        by_site = count_people(self.scenarios[0], result).totals
        added: FloatArray = by_site.reshape(len(TOTALS), len(point), self.sites).sum(axis=2)
        return added
