"""What a value analysis runs: every strategy in the same draws, looked at year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ips_sim.economics.ledger import QUANTITIES, Clock, FloatArray, Seen, clock, count
from ips_sim.evidence import PERSPECTIVES, months_to_weeks, trial_results
from ips_sim.evidence.draws import VARIANTS, posterior_draws
from ips_sim.evidence.likely import nearest
from ips_sim.model.arrays import Array
from ips_sim.model.results import Runs
from ips_sim.model.world import calendar
from ips_sim.runs.counts import checked, of_kind, replicates_of, seed_of, whole
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.plan import make_plan
from ips_sim.runs.work import Content, Task, stretches
from ips_sim.scenario import ScenarioSource, as_mapping, load_scenario
from ips_sim.scenario.schema import Scenario
from ips_sim.sources import source_hash

EFFECTS = ("weeks_worked", "people_employed", "qalys")
"""What may be bought: weeks of competitive work, people who come to it, or health."""
DRAWS, PILOT, MOST_REPLICATES = 100, 8, 64
"""Draws, replicates of each from which chance is told, and the most that there are in all."""
MOST_CHANCE = 0.05
"""Part of the variance between draws that may be chance."""
PERSON_WEEKS_PER_BLOCK = 1_000_000
"""Noting people along the way takes memory, so blocks are smaller than those of a sweep."""


def longest_fitted_weeks() -> int:
    """Give the longest follow-up of the trials to which the model was fitted, in weeks."""
    return months_to_weeks(max(one.months for one in trial_results().values()))


def referred(scenario: Scenario) -> float:
    """Give over how many people costs and effects are told: those referred while it is observed."""
    laid_out = calendar(scenario)
    if laid_out.is_cohort:
        return float(scenario.design.people)
    return scenario.design.people * laid_out.rows / laid_out.weeks_to_run


@dataclass(frozen=True)
class ValuePlan:
    """Everything that a value analysis depends on.

    Attributes
    ----------
    names, scenarios
        The strategies.
    reference
        Which of them the others are compared with.
    draws
        Realisations of the uncertain parameters and prices.
    replicates
        Stochastic runs of each draw; None for as many as keep chance below `MOST_CHANCE`.
    variants
        Structural variants of the model, the fit itself first.
    perspective, effect
        Those of the views; the base-case table holds all of them.
    people_per_year
        Referred in a region in a year, for the budget impact.
    extrapolate
        Whether the horizon may exceed what trials followed.
    """

    names: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    reference: int
    seed: int
    draws: int
    replicates: int | None
    variants: tuple[str, ...]
    perspective: str
    effect: str
    people_per_year: int
    extrapolate: bool
    source_hash: str

    def __post_init__(self) -> None:
        seed_of(self.seed)
        whole("draws", self.draws, 1)
        if self.replicates is not None:
            replicates_of(self.replicates)
        if not self.variants:
            raise RunError("variants is empty; the fit itself, '', is always among them")

    @property
    def is_beyond_trials(self) -> bool:
        """Whether people are followed longer than by any trial of the fit."""
        return any(one.design.weeks > longest_fitted_weeks() for one in self.scenarios)

    def as_json(self) -> dict[str, Any]:
        """The plan as JSON can hold it; `plan_from_json` reads it back."""
        return {
            "kind": "value",
            "scenarios": {
                name: as_mapping(one) for name, one in zip(self.names, self.scenarios, strict=True)
            },
            "reference": self.names[self.reference],
            "seed": self.seed,
            "draws": self.draws,
            "replicates": PILOT if self.replicates is None else self.replicates,
            "until_chance_is_small": self.replicates is None,
            "variants": list(self.variants),
            "perspective": self.perspective,
            "effect": self.effect,
            "people_per_year": self.people_per_year,
            "extrapolate": self.extrapolate,
            "agents": [],
            "source_hash": self.source_hash,
        }


def make_value_plan(
    sources: Sequence[ScenarioSource],
    *,
    reference: str | None = None,
    overrides: Mapping[str, object] | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    replicates: int | None = None,
    variants: bool = True,
    perspective: str = "government",
    effect: str = "weeks_worked",
    people_per_year: int = 100,
    extrapolate: bool = False,
) -> ValuePlan:
    """Plan a value analysis.

    Parameters
    ----------
    sources
        Strategies, as `load_scenario` takes them.
    reference
        Title or source of the strategy that others are compared with; by default the last.

    Raises
    ------
    RunError
        If something asked for is not possible.
    ScenarioError
        If a scenario has mistakes.
    """
    if not sources:
        raise RunError("name a scenario, or several to compare")
    plain = make_plan(sources, reference=reference, overrides=overrides, seed=seed, draws=draws)
    of_kind("variants", variants, bool, "True or False")
    plan = ValuePlan(
        names=plain.names,
        scenarios=plain.scenarios,
        reference=len(plain.names) - 1 if reference is None else plain.reference,
        seed=plain.seed,
        draws=plain.draws,
        replicates=None if replicates is None else replicates_of(replicates),
        variants=tuple(one for one in VARIANTS if not one or (variants and posterior_draws(one))),
        perspective=_one_of("perspective", perspective, PERSPECTIVES),
        effect=_one_of("effect", effect, EFFECTS),
        people_per_year=whole("people_per_year", people_per_year),
        extrapolate=extrapolate,
        source_hash=source_hash(),
    )
    longest = longest_fitted_weeks()
    if plan.is_beyond_trials and not extrapolate:
        raise RunError(
            f"design.weeks is longer than the {longest} weeks that a trial behind the fit "
            "followed anybody: ask for it (--extrapolate), and it is marked"
        )
    designs = {(one.design.kind, one.design.weeks, referred(one)) for one in plan.scenarios}
    if len(designs) > 1:
        raise RunError(
            "strategies that are compared need the same design.kind, design.weeks and people "
            "referred in that time (design.people, without those of a warm-up); these differ"
        )
    return plan


VIEWS = ("reference", "perspective", "effect", "people_per_year")
"""What may be asked otherwise of a finished result, since it needs no other runs."""


def seen_as(
    plan: ValuePlan,
    *,
    reference: str | None = None,
    perspective: str | None = None,
    effect: str | None = None,
    people_per_year: int | None = None,
) -> ValuePlan:
    """Give a plan with other views of the same runs; what is not said stays.

    Raises
    ------
    RunError
        If one is not known.
    """
    people = plan.people_per_year if people_per_year is None else people_per_year
    said = plan.names[plan.reference] if reference is None else reference
    return replace(
        plan,
        reference=plan.names.index(_one_of("reference", said, plan.names)),
        perspective=_one_of("perspective", perspective or plan.perspective, PERSPECTIVES),
        effect=_one_of("effect", effect or plan.effect, EFFECTS),
        people_per_year=whole("people_per_year", people),
    )


def _one_of(what: str, said: str, allowed: Sequence[str]) -> str:
    if said not in allowed:
        meant = nearest(str(said), allowed)
        hint = f"; perhaps {meant!r}" if meant else ""
        raise RunError(f"{what} {said!r} is not known; allowed are {', '.join(allowed)}{hint}")
    return said


def value_plan_from_json(said: Mapping[str, Any]) -> ValuePlan:
    """Read a plan back, to run it with the sources as they are now."""
    names = tuple(said["scenarios"])
    if said["reference"] not in names:
        raise RunError(f"the reference {said['reference']!r} is none of {', '.join(names)}")
    asked = said.get("replicates_asked", said["replicates"])
    return checked(
        ValuePlan,
        {
            **said,
            "names": names,
            "scenarios": tuple(load_scenario(one) for one in said["scenarios"].values()),
            "reference": names.index(said["reference"]),
            "replicates": None if said["until_chance_is_small"] else asked,
            "variants": tuple(said["variants"]),
            "source_hash": source_hash(),
        },
    )


@dataclass(frozen=True)
class ValueBlock:
    """A stretch of runs of one strategy in one variant: from ``first`` up to, not with, ``end``."""

    variant: int
    scenario: int
    first: int
    end: int

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"variant-{self.variant}-scenario-{self.scenario}-runs-{self.first}-{self.end}"

    def __len__(self) -> int:
        return self.end - self.first


@dataclass(frozen=True)
class ValueTask(Task[ValueBlock]):
    """Some replicates of every draw of every strategy.

    Attributes
    ----------
    first, replicates
        The first replicate, and how many.
    variants
        In how many of the structural variants, the fit first.
    """

    plan: ValuePlan
    first: int
    replicates: int
    variants: int
    source_hash: str

    def blocks(self) -> list[ValueBlock]:
        """Cut the runs into blocks; how many workers there are does not matter."""
        found = []
        begin = self.first * self.plan.draws
        end = begin + self.replicates * self.plan.draws
        for variant in range(self.variants):
            for number, scenario in enumerate(self.plan.scenarios):
                cost = scenario.design.people * calendar(scenario).weeks_to_run
                size = max(1, PERSON_WEEKS_PER_BLOCK // cost)
                found += [
                    ValueBlock(variant, number, *stretch) for stretch in stretches(end, size, begin)
                ]
        return found

    @cached_property
    def _clocks(self) -> list[Clock]:
        return [clock(one) for one in self.plan.scenarios]

    @cached_property
    def _parameters(self) -> list[list[Array]]:
        return [
            [parameter_draws(_in_variant(one, variant), self.plan.draws) for one in self._scenarios]
            for variant in self.plan.variants
        ]

    @property
    def _scenarios(self) -> tuple[Scenario, ...]:
        return self.plan.scenarios

    def do(self, block: ValueBlock, threads: int) -> Content:
        """Run a block.

        Returns
        -------
        dict
            ``counted``, `QUANTITIES` with the sites of each run added up, shape (quantities,
            runs, years).
        """
        from ips_sim.model.compiled.execute import execute_many

        scenario, laid_out = self._scenarios[block.scenario], self._clocks[block.scenario]
        parameters = self._parameters[block.variant][block.scenario]
        sites = scenario.design.sites
        # Numbered across draws, each draw once and then each once more, so that no two runs of a
        # site share their chance; all strategies and variants share it.
        replicate = np.repeat(np.arange(block.first, block.end, dtype=np.int64), sites)
        runs = Runs(
            draw=replicate % self.plan.draws,
            replicate=replicate,
            site=np.tile(np.arange(sites, dtype=np.int64), len(block)),
        )
        seen = Seen()
        result = execute_many(
            [scenario],
            np.zeros(len(runs), dtype=np.int64),
            parameters,
            runs,
            self.plan.seed,
            threads,
            looks=laid_out.weeks,
            look=seen.look,
        )
        counted = count(scenario, result, seen, laid_out, parameters[runs.draw])
        table: FloatArray = np.array([counted[name] for name in QUANTITIES])
        years = table.shape[2]
        return {"counted": table.reshape(len(QUANTITIES), len(block), sites, years).sum(axis=2)}


def _in_variant(scenario: Scenario, variant: str) -> Scenario:
    """Give a scenario in a structural variant; the fit itself leaves it as it is."""
    return scenario.model_copy(update={"variant": variant}) if variant else scenario
