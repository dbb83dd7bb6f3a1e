"""What is to be run, said once before it starts, and cut into blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, cast, get_args

import numpy as np

from ips_sim.evidence.likely import nearest
from ips_sim.model.arrays import Array
from ips_sim.model.outcomes import OUTCOMES
from ips_sim.model.results import Runs
from ips_sim.model.world import calendar
from ips_sim.runs.counts import (
    DEFAULT_DRAWS,
    DEFAULT_RUNS,
    checked,
    of_kind,
    replicates_of,
    seed_of,
    whole,
)
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.scenario import ScenarioSource, as_mapping, load_scenario
from ips_sim.scenario.schema import Scenario
from ips_sim.sources import source_hash

Driver = Literal["compiled", "mesa"]
TableFormat = Literal["parquet", "csv"]

PERSON_WEEKS_PER_BLOCK = 400_000
"""A block takes about a tenth of a second on the compiled driver, some seconds on Mesa's."""
MOST_RUNS = 10_000_000
"""Runs of a site in one result; a plan holds the place of each in memory."""
SMALLEST_PILOT = 2
"""Replicates of a draw from which their spread can be told."""


@dataclass(frozen=True)
class Precision:
    """How small the Monte Carlo error of an outcome's mean has to get, in every scenario."""

    outcome: str
    error: float


@dataclass(frozen=True)
class Plan:
    """Everything that the tables depend on.

    Attributes
    ----------
    names, scenarios
        What is run, and what each is called in tables.
    reference
        Which of them the others are compared with, if there are others.
    replicates
        Stochastic runs of each draw; with a `precision`, those of the pilot.
    events
        Whether events are kept.
    agents
        Custom agent classes by the argument of ``IPSModel``; none on the compiled driver.
    source_hash
        Of the package that runs it.
    """

    names: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    reference: int
    seed: int
    replicates: int
    draws: int
    driver: Driver
    events: bool
    table_format: TableFormat
    precision: Precision | None
    agents: tuple[str, ...]
    source_hash: str

    def __post_init__(self) -> None:
        seed_of(self.seed)
        replicates_of(self.replicates)
        whole("draws", self.draws)

    @cached_property
    def parameters(self) -> tuple[Array, ...]:
        """For each scenario the parameters of every draw.

        Raises
        ------
        RunError
            If there are not so many draws.
        """
        return tuple(parameter_draws(one, self.draws) for one in self.scenarios)

    def as_json(self) -> dict[str, Any]:
        """The plan as JSON can hold it; `plan_from_json` reads it back."""
        return {
            "scenarios": {
                name: as_mapping(one) for name, one in zip(self.names, self.scenarios, strict=True)
            },
            "reference": self.names[self.reference],
            "seed": self.seed,
            "replicates": self.replicates,
            "draws": self.draws,
            "driver": self.driver,
            "events": self.events,
            "table_format": self.table_format,
            "precision": asdict(self.precision) if self.precision else None,
            "agents": list(self.agents),
            "source_hash": self.source_hash,
        }


def make_plan(
    sources: Sequence[ScenarioSource],
    *,
    reference: str | None = None,
    seed: int = 1,
    replicates: int | None = None,
    draws: int | None = None,
    driver: str = "compiled",
    events: bool = False,
    table_format: str = "parquet",
    precision: str | float | None = None,
    overrides: Mapping[str, object] | None = None,
    agents: Sequence[str] = (),
) -> Plan:
    """Plan runs of one or more scenarios.

    Parameters
    ----------
    sources
        Scenarios, as `load_scenario` takes them. Two of the same title are told apart by a number.
    reference
        Title or source of the scenario that others are compared with; by default the first, of two
        the second.
    replicates
        Stochastic runs of each draw, by default as many as make `DEFAULT_RUNS` runs.
    draws
        Realisations of the uncertain parameters, by default `DEFAULT_DRAWS`; 1 is their centre.
    precision
        ``0.005`` or ``OUTCOME=0.005``: the Monte Carlo error to reach, by default of
        ``employed_ever``; then the replicates are a pilot, which tells how many it takes.
    overrides
        Values to set in every scenario.
    agents
        Names of custom agent classes, for the record.

    Raises
    ------
    RunError
        If something asked for is not possible.
    ScenarioError
        If a scenario has mistakes.
    """
    seed, draws = seed_of(seed), whole("draws", DEFAULT_DRAWS if draws is None else draws)
    least = 1 if precision is None else SMALLEST_PILOT
    if replicates is None:
        replicates = max(least, DEFAULT_RUNS // draws)
    replicates = replicates_of(replicates)
    if replicates < least:
        raise RunError(
            f"a precision needs a pilot of {least} replicates or more, found {replicates}"
        )
    of_kind("events", events, bool, "True or False")
    if reference is not None:
        of_kind("reference", reference, str, "the title or source of a scenario")
    if driver == "compiled" and agents:
        raise RunError(
            f"the compiled driver knows the rules only and can't run {', '.join(agents)}: "
            'use driver="mesa"'
        )
    scenarios = tuple(load_scenario(source, overrides) for source in sources)
    shared = [one.title for one in scenarios if one.design.sites_per_area > 1]
    if events and shared:
        raise RunError(f"events are told of sites alone, and those of {shared[0]} share employers")
    names = distinct_names(scenarios)
    plan = Plan(
        names=names,
        scenarios=scenarios,
        reference=_reference(reference, sources, names),
        seed=seed,
        replicates=replicates,
        draws=draws,
        driver=cast("Driver", _one_of("driver", driver, get_args(Driver))),
        events=events,
        table_format=cast("TableFormat", _one_of("format", table_format, get_args(TableFormat))),
        precision=None if precision is None else _precision(precision),
        agents=tuple(agents),
        source_hash=source_hash(),
    )
    runs = sum(replicates * draws * one.design.sites for one in plan.scenarios)
    if runs > MOST_RUNS:
        raise RunError(f"that makes {runs:,} runs of a site; allowed are {MOST_RUNS:,} in a result")
    _ = plan.parameters  # so that it is said before anything starts if there are too few
    return plan


def plan_from_json(said: Mapping[str, Any]) -> Plan:
    """Read a plan back, to run it with the sources as they are now.

    Raises
    ------
    RunError
        If it was run with custom agent classes, which no file can bring back, or is no plan.
    """
    if agents := said.get("agents"):
        raise RunError(f"this was run with custom agent classes, which no file can hold: {agents}")
    if not isinstance(said["scenarios"], dict) or not said["scenarios"]:
        raise RunError("scenarios: there are none by name")
    names = tuple(said["scenarios"])
    if said["reference"] not in names:
        raise RunError(f"the reference {said['reference']!r} is none of {', '.join(names)}")
    return checked(
        Plan,
        {
            **said,
            "names": names,
            "scenarios": tuple(load_scenario(values) for values in said["scenarios"].values()),
            "reference": names.index(said["reference"]),
            "replicates": said.get("replicates_asked", said["replicates"]),
            "agents": (),
            "source_hash": source_hash(),
        },
    )


@dataclass(frozen=True)
class BlockPlan:
    """A stretch of runs of one scenario, done and kept together.

    Attributes
    ----------
    scenario
        Which scenario of the plan.
    round, number
        Its place: blocks follow each other by scenario, round of replicates and number.
    runs
        Each draw once, then each once more, and so on, by sites last. Replicates are numbered
        across draws, so that no two runs of a site share their chance.
    """

    scenario: int
    round: int
    number: int
    runs: Runs

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"scenario-{self.scenario}-round-{self.round}-block-{self.number}"

    @property
    def place(self) -> tuple[int, int, int]:
        """What blocks are sorted by."""
        return (self.scenario, self.round, self.number)

    def __len__(self) -> int:
        return len(self.runs)


def blocks_of(plan: Plan, more: int = 0) -> list[BlockPlan]:
    """Cut runs into blocks; how many threads there are does not matter.

    Parameters
    ----------
    plan
        What is run.
    more
        How many replicates of each draw follow those of the plan: then these are cut. By default
        those of the plan are.
    """
    blocks = []
    first, replicates = (plan.replicates, more) if more else (0, plan.replicates)
    for position, scenario in enumerate(plan.scenarios):
        sites = scenario.design.sites
        count = replicates * plan.draws * sites
        size = runs_per_block(scenario)
        for number, start in enumerate(range(0, count, size)):
            run = np.arange(start, min(start + size, count), dtype=np.int64)
            runs = Runs(
                draw=run // sites % plan.draws,
                replicate=first * plan.draws + run // sites,
                site=run % sites,
            )
            blocks.append(BlockPlan(position, int(more > 0), number, runs))
    return blocks


def runs_per_block(scenario: Scenario) -> int:
    """Say how many runs of a scenario make a block: a matter of its size alone."""
    people = -(-scenario.design.people // scenario.design.sites)
    runs = max(1, PERSON_WEEKS_PER_BLOCK // (people * calendar(scenario).weeks_to_run))
    in_area = scenario.design.sites_per_area
    return -(-runs // in_area) * in_area


def distinct_names(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Give the titles of scenarios, with a number where two have the same."""
    names: list[str] = []
    for scenario in scenarios:
        name, times = scenario.title, 1
        while name in names:
            times += 1
            name = f"{scenario.title} ({times})"
        names.append(name)
    return tuple(names)


PAIR = 2


def _reference(said: str | None, sources: Sequence[ScenarioSource], names: Sequence[str]) -> int:
    if said is None:
        # Of two, the first is told against the second: IPS less traditional services.
        return 1 if len(names) == PAIR else 0
    texts = [source if isinstance(source, str) else "" for source in sources]
    for called in (names, texts):
        if said in called:
            return list(called).index(said)
    meant = nearest(said, names)
    hint = f"; perhaps {meant!r}" if meant else ""
    raise RunError(f"the reference {said!r} is none of {', '.join(names)}{hint}")


def _one_of(what: str, said: str, allowed: Sequence[str]) -> str:
    if said not in allowed:
        raise RunError(f"{what} {said!r} is not known; allowed are {', '.join(allowed)}")
    return said


def _precision(said: str | float) -> Precision:
    outcome, equals, number = str(said).rpartition("=")
    if not equals:
        outcome = OUTCOMES[0].name
    names = [one.name for one in OUTCOMES]
    if outcome not in names:
        meant = nearest(outcome, names)
        hint = f"; perhaps {meant!r}" if meant else ""
        raise RunError(f"precision is asked of an outcome, and {outcome!r} is none{hint}")
    try:
        error = float(number)
    except ValueError:
        error = 0.0
    if not 0.0 < error < float("inf"):
        raise RunError(f"precision must be a positive number, found {number!r}")
    return Precision(outcome, error)
