"""The review of a simulated programme: many agencies visited, scored, and what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ips_sim.analysis.fidelity.measures import MEASURES
from ips_sim.analysis.fidelity.scoring import (
    HIGHEST,
    ReviewRow,
    band_of,
    score_all,
    total_of,
    values_of,
)
from ips_sim.evidence.fidelity import Remedy, fidelity_readings, fidelity_remedies, visit_settings
from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.outcomes import FloatArray
from ips_sim.model.world import site_phases, site_size
from ips_sim.runs.counts import DEFAULT_AGENCIES, DEFAULT_DRAWS, checked, seed_of, whole
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.plan import Driver, Plan, make_plan
from ips_sim.runs.ranges import HIGH, LOW, PREDICTIVE
from ips_sim.runs.rounds import collect
from ips_sim.runs.work import Content, Store, Task, complete, stretches
from ips_sim.scenario import Scenario, ScenarioError, ScenarioSource, as_mapping, load_scenario
from ips_sim.scenario.vary import vary
from ips_sim.sources import source_hash

MOST_AGENCIES = 500
AGENCIES_PER_BLOCK = 3
OUTCOMES = (
    "employed_ever",
    "weeks_worked",
    "caseload_employed_in_quarter_share",
    "programme_cost_usd",
)
"""What an improvement is told to bring."""
IPS = "ips"
"""The scenario whose levers a programme is improved towards."""


@dataclass(frozen=True)
class AgenciesBlock:
    """Agencies that are visited together: from ``first`` up to, not including, ``end``."""

    first: int
    end: int

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"agencies-{self.first}"

    def __len__(self) -> int:
        return self.end - self.first


@dataclass(frozen=True)
class FidelityPlan(Task[AgenciesBlock]):
    """Everything that a review depends on.

    Attributes
    ----------
    scenario
        The programme as its file has it.
    agencies
        How many agencies are visited.
    draws, replicates
        Of the runs that tell what improvements bring; no draws leave them out.
    """

    scenario: Scenario
    seed: int
    agencies: int
    draws: int
    replicates: int
    source_hash: str

    stage = "visits"
    driver: Driver = "mesa"

    def __post_init__(self) -> None:
        seed_of(self.seed)
        whole("agencies", self.agencies, 2, MOST_AGENCIES + 1)
        whole("draws", self.draws, 0)
        whole("replicates", self.replicates)

    def as_json(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it; `fidelity_plan_from_json` reads it back."""
        return {
            "kind": "fidelity",
            "scenario": as_mapping(self.scenario),
            "seed": self.seed,
            "agencies": self.agencies,
            "draws": self.draws,
            "replicates": self.replicates,
            "driver": self.driver,
            "agents": [],
            "source_hash": self.source_hash,
        }

    def blocks(self) -> Sequence[AgenciesBlock]:
        """Cut the visits into blocks."""
        return [AgenciesBlock(*stretch) for stretch in stretches(self.agencies, AGENCIES_PER_BLOCK)]

    def do(self, block: AgenciesBlock, threads: int) -> Content:
        """Visit agencies; see `visited`."""
        steady = in_steady_state(self.scenario)
        parameters = parameter_draws(steady, self.agencies)
        return visited(
            [(steady, parameters[number], number) for number in range(block.first, block.end)],
            self.seed,
        )


def visited(agencies: Sequence[tuple[Scenario, Any, int]], seed: int) -> Content:
    """Visit agencies.

    Parameters
    ----------
    agencies
        For each its scenario in the steady state, a record of parameters, and its number, which
        keys its chance.

    Returns
    -------
    dict
        ``tops``, ``bottoms``, counts of `MEASURES` in their order, shape (measures, agencies);
        ``quarters``, those on a caseload and those of them with work, shape (2, agencies).
    """
    # Mesa takes a second to load, and whoever only reads a plan needs none of it.
    from ips_sim.analysis.fidelity.visit import visit
    from ips_sim.model.parameters import Parameters

    seen = [
        visit(steady, Parameters(*parameters.tolist()), seed, number)
        for steady, parameters, number in agencies
    ]
    return {
        "tops": np.array([[one.tops.get(name, 0.0) for one in seen] for name in MEASURES]),
        "bottoms": np.array([[one.bottoms.get(name, 0.0) for one in seen] for name in MEASURES]),
        "quarters": np.array([[one.quarters, one.quarters_in_work] for one in seen]).T,
    }


def make_fidelity_plan(
    scenario: ScenarioSource,
    *,
    seed: int = 1,
    agencies: int = DEFAULT_AGENCIES,
    draws: int = DEFAULT_DRAWS,
    replicates: int = 2,
    overrides: Mapping[str, object] | None = None,
) -> FidelityPlan:
    """Plan a review.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes.
    RunError
        If nobody serves anyone in it, or something asked for is not possible.
    """
    plan = FidelityPlan(
        load_scenario(scenario, overrides),
        seed_of(seed),
        whole("agencies", agencies, 2, MOST_AGENCIES + 1),
        whole("draws", draws, 0),
        whole("replicates", replicates),
        source_hash(),
    )
    in_steady_state(plan.scenario)
    return plan


def fidelity_plan_from_json(said: Mapping[str, Any]) -> FidelityPlan:
    """Read a plan back, to run it with the sources as they are now."""
    values = {**said, "scenario": load_scenario(said["scenario"]), "source_hash": source_hash()}
    return checked(FidelityPlan, values)


def in_steady_state(scenario: Scenario) -> Scenario:
    """Turn a scenario into one agency that takes people in week by week, seen when it is settled.

    The half-year that is counted is the last; of an open programme its own weeks lead up to it.

    Raises
    ------
    RunError
        If there are no specialists.
    """
    settings, design = visit_settings(), scenario.design
    first = site_phases(scenario, 0)[0]
    posts = first.specialists * first.full_time_share
    if posts == 0.0 or scenario.programme.enrolment_share == 0.0:
        raise RunError(
            f"{scenario.title} has no specialist whom anybody comes to: there is no programme to "
            "review"
        )
    weeks = int(settings.reviewed_weeks)
    if design.kind == "open_programme":
        before = max(int(settings.warm_up_weeks), design.warm_up_weeks + design.weeks - weeks)
        per_week = site_size(scenario, 0).people / (design.warm_up_weeks + design.weeks)
    else:
        before = int(settings.warm_up_weeks)
        places = posts * scenario.programme.caseload_limit
        per_week = places * settings.referred_per_place_per_year / WEEKS_PER_YEAR
    # What it is today is reviewed, not what it will change to.
    return vary(
        scenario.model_copy(update={"changes": ()}),
        {
            "design.kind": "open_programme",
            "design.sites": 1,
            "design.sites_per_area": 1,
            "design.people": max(len(scenario.people_rows), 1, round(per_week * (before + weeks))),
            "design.warm_up_weeks": before,
            "design.weeks": weeks,
            "design.specialists_per_site": posts,
        },
    )


@dataclass(frozen=True)
class Visits:
    """What was counted at all agencies.

    Attributes
    ----------
    tops, bottoms
        Shape (measures, agencies).
    quarters
        Quarters on a caseload, and those of them with work: shape (2, agencies).
    """

    tops: FloatArray
    bottoms: FloatArray
    quarters: FloatArray

    @classmethod
    def gathered(cls, content: Sequence[Content]) -> Visits:
        """Put blocks together in the order of the plan."""
        names = ("tops", "bottoms", "quarters")
        return cls(*(np.concatenate([one[name] for one in content], axis=1) for name in names))

    def rows(self, scenario: Scenario) -> list[ReviewRow]:
        """Score each item as the agency in the middle has it; values are of all taken together."""
        together = self._rows(scenario, slice(None))
        scores = [[row.score for row in self.of_agency(scenario, one)] for one in self.agencies]
        middle = np.sort(np.array(scores), axis=0)[(len(scores) - 1) // 2]
        return [row.with_score(int(score)) for row, score in zip(together, middle, strict=True)]

    @property
    def agencies(self) -> range:
        """The agencies' numbers."""
        return range(self.tops.shape[1])

    def of_agency(self, scenario: Scenario, agency: int) -> list[ReviewRow]:
        """Score one agency."""
        return self._rows(scenario, slice(agency, agency + 1))

    def _rows(self, scenario: Scenario, which: slice) -> list[ReviewRow]:
        tops, bottoms = self.tops[:, which].sum(axis=1), self.bottoms[:, which].sum(axis=1)
        return score_all(
            values_of(
                dict(zip(MEASURES, tops.tolist(), strict=True)),
                dict(zip(MEASURES, bottoms.tolist(), strict=True)),
                scenario,
            )
        )

    def value(self, measure: str) -> float:
        """Give what was found of a measure at all agencies taken together."""
        row = list(MEASURES).index(measure)
        return float(self.tops[row].sum() / self.bottoms[row].sum())


@dataclass(frozen=True)
class Improvement:
    """A row of ``improvements.csv``: what a change would bring of one outcome.

    Attributes
    ----------
    items
        Numbers of the items that fell and that it speaks to.
    changes
        The levers it moves, with their values before and after.
    difference, low, high
        The programme with the change less the programme as it is, with the predictive 90 % range.
    """

    improvement: str
    meaning: str
    items: str
    changes: str
    outcome: str
    unit: str
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Review:
    """A finished review.

    Attributes
    ----------
    rows
        The 25 items; scores are those of the agency in the middle, item by item.
    totals
        The total of each agency alone.
    low, high
        The ends between which nine in ten agencies' totals lie.
    """

    plan: FidelityPlan
    visits: Visits
    rows: list[ReviewRow]
    totals: list[int]
    improvements: list[Improvement]

    @property
    def total(self) -> int:
        """The sum of the scores."""
        return total_of(self.rows)

    @property
    def band(self) -> str:
        """The band in which the total lies."""
        return band_of(self.total)

    @property
    def low(self) -> float:
        """Total that one agency in twenty does not reach."""
        return float(np.quantile(self.totals, LOW))

    @property
    def high(self) -> float:
        """Total that one agency in twenty exceeds."""
        return float(np.quantile(self.totals, HIGH))

    @property
    def fallen(self) -> list[ReviewRow]:
        """Items below the highest score, the lowest first."""
        return sorted((row for row in self.rows if row.score < HIGHEST), key=lambda one: one.score)


def review(plan: FidelityPlan, store: Store, how: How = PLAIN) -> Review:
    """Visit, score, and try improvements, apart from blocks that the store has.

    Raises
    ------
    RunError
        If too few people search for a review.
    """
    found = complete(plan, store, how)
    visits = Visits.gathered([found[block.name].load() for block in plan.blocks()])
    least, seekers = visit_settings().least_seekers, visits.value("seekers")
    if seekers < least:
        raise RunError(
            f"{seekers:.1f} people are in search at a time in {plan.scenario.title}; a review "
            f"takes {least:.0f} or more: raise design.people, or design.specialists_per_site of an "
            "open programme"
        )
    rows = visits.rows(plan.scenario)
    totals = [total_of(visits.of_agency(plan.scenario, one)) for one in visits.agencies]
    improvements = _improvements(plan, rows, store, how) if plan.draws else []
    return Review(plan, visits, rows, totals, improvements)


def _improvements(
    plan: FidelityPlan, rows: Sequence[ReviewRow], store: Store, how: How
) -> list[Improvement]:
    """Run the programme with each change that speaks to an item that fell, beside itself."""
    tried: list[tuple[Remedy, str, str, Scenario]] = []
    for remedy, items in _remedies(rows).items():
        changed = changes(plan.scenario, remedy)
        if not changed:
            continue
        try:
            better = vary(plan.scenario, {key: new for key, (_, new) in changed.items()})
        except ScenarioError as error:
            how.say(f"{remedy.name} can't be tried: {error}")
            continue
        said = "; ".join(f"{key} {old:g} to {new:g}" for key, (old, new) in changed.items())
        named = better.model_copy(update={"title": remedy.name})
        tried.append((remedy, " ".join(map(str, items)), said, named))
    if not tried:
        return []
    runs = _runs_beside(plan, [one[-1] for one in tried])
    contrasts = {
        (row.scenario, row.outcome): row
        for row in collect(runs, store, how).contrasts
        if row.interval == PREDICTIVE
    }
    made = []
    for (remedy, spoken_to, said, _), name in zip(tried, runs.names[1:], strict=True):
        for outcome in OUTCOMES:
            row = contrasts[name, outcome]
            made.append(
                Improvement(
                    remedy.name,
                    remedy.meaning,
                    spoken_to,
                    said,
                    outcome,
                    row.unit,
                    row.difference,
                    row.low,
                    row.high,
                )
            )
    return sorted(made, key=_first_of(made))


def _first_of(made: Sequence[Improvement]) -> Any:
    """Sort by what an improvement brings in people who find work, the most first."""
    gain = {one.improvement: one.difference for one in made if one.outcome == OUTCOMES[0]}
    return lambda one: (-gain[one.improvement], one.improvement, OUTCOMES.index(one.outcome))


def _remedies(rows: Sequence[ReviewRow]) -> dict[Remedy, list[int]]:
    """Give what speaks to the items that fell, each with their numbers."""
    found: dict[Remedy, list[int]] = {}
    for row, reading in zip(rows, fidelity_readings(), strict=True):
        if row.score < HIGHEST:
            for name in reading.remedies:
                found.setdefault(fidelity_remedies()[name], []).append(row.item)
    return found


def changes(scenario: Scenario, remedy: Remedy) -> dict[str, tuple[Any, Any]]:
    """Give the levers that a remedy moves, each with its value before and after."""
    ips = load_scenario(IPS)
    moved = {}
    for key in remedy.keys:
        section, _, name = key.partition(".")
        old, new = (getattr(getattr(one, section), name) for one in (scenario, ips))
        if old != new:
            moved[key] = (old, new)
    return moved


def _runs_beside(plan: FidelityPlan, scenarios: Sequence[Scenario]) -> Plan:
    planned = make_plan(
        [plan.scenario, *scenarios],
        seed=plan.seed,
        draws=plan.draws,
        replicates=plan.replicates,
    )
    # Of two the second would be the reference.
    return replace(planned, source_hash=plan.source_hash, reference=0)
