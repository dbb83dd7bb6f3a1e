"""What is to be run for a class: every combination of principles, caseload by caseload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ips_sim.analysis.classroom.counting import count_world
from ips_sim.analysis.classroom.lesson import lesson
from ips_sim.analysis.principles.players import principle_players
from ips_sim.model.arrays import Array
from ips_sim.model.results import Runs
from ips_sim.runs.counts import (
    CLASSROOM_DRAWS,
    CLASSROOM_REPLICATES,
    REPLICATE_LIMIT,
    checked,
    replicates_of,
    seed_of,
    whole,
)
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.work import Content, Task, stretches
from ips_sim.scenario import Scenario, ScenarioSource, as_mapping, load_scenario
from ips_sim.scenario.schema import PRINCIPLES
from ips_sim.sources import source_hash

KIND = "classroom"
"""What the manifest calls such a result."""
COMBINATIONS = 1 << len(PRINCIPLES)
"""A combination has a bit for each principle that is on, in the order of `PRINCIPLES`."""
EVERYTHING = COMBINATIONS - 1
CASELOADS = (15, 20, 30, 50)
WORLDS_PER_BLOCK = 8


@dataclass(frozen=True)
class World:
    """One of the worlds.

    Attributes
    ----------
    market
        Its name in ``lesson.yaml``.
    caseload
        People for each specialist.
    combination
        Which principles are on.
    extra
        Name of one of the worlds beside the combinations; else empty.
    """

    market: str
    caseload: int
    combination: int
    extra: str = ""


@dataclass(frozen=True)
class WorldsBlock:
    """A stretch of worlds, done and kept together."""

    first: int
    end: int

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"worlds-{self.first}"

    def __len__(self) -> int:
        return self.end - self.first


@dataclass(frozen=True)
class ClassroomPlan(Task[WorldsBlock]):
    """Everything that a page for a class depends on.

    Attributes
    ----------
    scenario
        With all principles.
    markets, caseloads
        Which are computed.
    seed, replicates, draws
        Chance, stochastic runs of each draw, and realisations of the parameters; one draw has the
        centre of them all. Every world has the same people and luck.
    source_hash
        Of the package that runs it.
    """

    scenario: Scenario
    markets: tuple[str, ...]
    caseloads: tuple[int, ...]
    seed: int
    replicates: int
    draws: int
    source_hash: str

    stage = "combinations"

    def __post_init__(self) -> None:
        seed_of(self.seed)
        replicates_of(self.replicates)
        whole("draws", self.draws)
        for caseload in self.caseloads:
            whole("a caseload", caseload)
        known = lesson()["markets"]
        if not self.markets or not set(self.markets) <= set(known):
            raise RunError(f"labour markets are {', '.join(known)}, found {self.markets!r}")
        needed = lesson()["extra_caseload"]
        if needed not in self.caseloads:
            raise RunError(f"caseloads must hold {needed}, from which exercises begin")

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """All worlds: combinations by market and caseload, then the others of each market."""
        said = lesson()
        return (
            *(
                World(market, caseload, combination)
                for market in self.markets
                for caseload in self.caseloads
                for combination in range(COMBINATIONS)
            ),
            *(
                World(market, said["extra_caseload"], EVERYTHING, extra)
                for market in self.markets
                for extra in said["extras"]
            ),
        )

    def scenario_of(self, world: World) -> Scenario:
        """Give the scenario of a world."""
        said = lesson()
        values: dict[str, Any] = {
            **said["markets"][world.market]["values"],
            "programme.caseload_limit": world.caseload,
        }
        for place, one in enumerate(principle_players()):
            if not world.combination >> place & 1:
                values |= one.absent
        if world.extra:
            values |= said["extras"][world.extra]["values"]
        return load_scenario(self.scenario, values)

    @cached_property
    def parameters(self) -> Array:
        """Parameters of every draw."""
        return parameter_draws(self.scenario, self.draws)

    def blocks(self) -> list[WorldsBlock]:
        """Cut the worlds into blocks."""
        return [WorldsBlock(*stretch) for stretch in stretches(len(self.worlds), WORLDS_PER_BLOCK)]

    def do(self, block: WorldsBlock, threads: int) -> Content:
        """Run worlds, and stack what `count_world` keeps of each."""
        counted = []
        for world in self.worlds[block.first : block.end]:
            scenario = self.scenario_of(world)
            sites = scenario.design.sites
            # Every run has people of its own: the mean settles by how many different ones came.
            run = np.repeat(np.arange(self.draws * self.replicates), sites)
            runs = Runs(
                draw=run // self.replicates,
                replicate=run,
                site=np.tile(np.arange(sites), len(run) // sites),
            )
            counted.append(count_world(scenario, self.parameters, runs, self.seed, threads))
        return {name: np.array([one[name] for one in counted]) for name in counted[0]}

    def as_json(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it; `plan_from_json` reads it back."""
        return {
            "kind": KIND,
            "scenario": as_mapping(self.scenario),
            "markets": list(self.markets),
            "caseloads": list(self.caseloads),
            "seed": self.seed,
            "replicates": self.replicates,
            "draws": self.draws,
            "driver": self.driver,
            "agents": [],
            "source_hash": self.source_hash,
        }


def make_classroom_plan(
    source: ScenarioSource = "ips",
    *,
    markets: Sequence[str] | None = None,
    caseloads: Sequence[int] = CASELOADS,
    seed: int = 1,
    replicates: int = CLASSROOM_REPLICATES,
    draws: int = CLASSROOM_DRAWS,
    overrides: Mapping[str, object] | None = None,
) -> ClassroomPlan:
    """Plan the worlds of a page for a class.

    Parameters
    ----------
    source
        The programme with all principles, as `load_scenario` takes it; everybody enters at once.
    markets
        Labour markets of ``lesson.yaml``; all of them by default.
    caseloads
        People for each specialist.
    overrides
        Values by dotted name, set in every world.

    Raises
    ------
    RunError
        If something asked for is not possible.
    ScenarioError
        If the scenario has mistakes.
    """
    seed, replicates, draws = seed_of(seed), replicates_of(replicates), whole("draws", draws)
    if draws * replicates >= REPLICATE_LIMIT:
        raise RunError(f"draws × replicates must stay below {REPLICATE_LIMIT}")
    scenario = load_scenario(source, dict(overrides or {}))
    if scenario.design.kind != "cohort":
        raise RunError(
            f"a class follows people who enter together: {scenario.title} is an open programme "
            "(design.kind), name a cohort"
        )
    named = tuple(lesson()["markets"]) if markets is None else tuple(markets)
    plan = ClassroomPlan(scenario, named, tuple(caseloads), seed, replicates, draws, source_hash())
    # What is wrong is said before anything starts.
    _ = plan.parameters
    extras = len(lesson()["extras"]) * len(named)
    for world in (*plan.worlds[:-extras:COMBINATIONS], *plan.worlds[-extras:]):
        plan.scenario_of(world)
    return plan


def plan_from_json(said: Mapping[str, Any]) -> ClassroomPlan:
    """Read a plan back, to run it with the sources as they are now."""
    return checked(
        ClassroomPlan,
        {
            **said,
            "scenario": load_scenario(said["scenario"]),
            "markets": tuple(said["markets"]),
            "caseloads": tuple(said["caseloads"]),
            "source_hash": source_hash(),
        },
    )
