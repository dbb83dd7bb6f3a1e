"""The search of a plan: every option a few times, the better ones often, all with the same chance.

Options are compared over the same people, sites, luck and draws of the parameters, so that few runs
tell them apart; successive halving spends runs where it is still open which is best.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np

from ips_sim.analysis.fidelity.review import Visits, in_steady_state, visited
from ips_sim.analysis.fidelity.scoring import total_of
from ips_sim.analysis.planning.choices import NO_PROGRAMME, Option, options
from ips_sim.economics.prices import unit_costs_of
from ips_sim.economics.programme_year import programme_year
from ips_sim.evidence.fidelity import fidelity_bands
from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.model.outcomes import FloatArray, segment_sums
from ips_sim.model.results import Runs
from ips_sim.model.rules.counting import STATUSES, Weekly
from ips_sim.model.world import MOST_SPECIALISTS, calendar
from ips_sim.runs.counts import DEFAULT_WAITING_WEEKS, checked, positive, seed_of, whole
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.model_error import factors, log_odds, missed
from ips_sim.runs.plan import Driver
from ips_sim.runs.ranges import predictive_range
from ips_sim.runs.work import Content, Store, Task, complete, stretches
from ips_sim.scenario import Scenario, ScenarioSource, as_mapping, load_scenario
from ips_sim.scenario.vary import vary
from ips_sim.sources import source_hash

Phase = Literal["first year", "routine"]
PHASES: tuple[Phase, ...] = get_args(Phase)
"""A year from the programme's first week, and one when its caseloads have filled."""
WARM_UP_WEEKS = 104
STAGES = (6, 18, 54)
"""Runs of each option, stage by stage."""
KEPT_SHARE = 1 / 3
"""Of the options of a stage, those that the next one runs again."""
FEWEST_KEPT, MOST_AT_LAST = 8, 12
OPTIONS_PER_BLOCK = 12
FIDELITY_AGENCIES = 3
MOST_PEOPLE = 240
"""People referred in a year that one agency of eight posts can be planned for."""
FEWEST_PLACES, MOST_PLACES = 0.25, 2.5
"""Places for each person referred in a year, outside of which an option is not run."""
LEAST_ADDED = 1e-3
"""People in work: an option that adds fewer costs endlessly much for each."""
QUARTERS = 4.0
FIGURES = (
    "cost",
    "served",
    "in_work",
    "added",
    "starts",
    "waiting_weeks",
    "caseload",
    "idle_share",
)
"""What is told of each option over a year, in the units of `UNITS`."""
COST, SERVED, IN_WORK, ADDED, STARTS, WAITING, CASELOAD, IDLE = range(len(FIGURES))
UNITS = (
    "US dollars a year",
    "people in a quarter",
    "people",
    "people",
    "jobs a year",
    "weeks",
    "people",
    "share",
)


@dataclass(frozen=True)
class StaffingPlan:
    """Everything that a plan of a programme depends on.

    Attributes
    ----------
    scenario
        Around which options lie: people, place and everything that no option sets.
    people
        Referred in a year.
    budget_usd
        What the programme may cost in a year of routine; None for any cost.
    most_waiting_weeks
        On average, of everyone referred.
    least_fidelity
        The total that a programme has to reach.
    beyond_observed
        Whether choices are searched too that no programme is known to have made.
    """

    scenario: Scenario
    people: int
    budget_usd: float | None
    most_waiting_weeks: float
    least_fidelity: int
    beyond_observed: bool
    seed: int
    source_hash: str

    def __post_init__(self) -> None:
        seed_of(self.seed)
        whole("people", self.people, 1, MOST_PEOPLE + 1)
        positive("waiting weeks", self.most_waiting_weeks)
        if self.budget_usd is not None:
            positive("the budget", self.budget_usd)

    def as_json(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it; `staffing_plan_from_json` reads it back."""
        return {
            "kind": "plan",
            "scenario": as_mapping(self.scenario),
            "people": self.people,
            "budget_usd": self.budget_usd,
            "most_waiting_weeks": self.most_waiting_weeks,
            "least_fidelity": self.least_fidelity,
            "beyond_observed": self.beyond_observed,
            "seed": self.seed,
            "replicates": STAGES[-1],
            "draws": STAGES[-1],
            "driver": "compiled",
            "agents": [],
            "source_hash": self.source_hash,
        }

    def world(self, phase: Phase) -> Scenario:
        """Give the scenario of a phase, before an option is put into it."""
        is_first = phase == "first year"
        before = 0 if is_first else WARM_UP_WEEKS
        years = (before + WEEKS_PER_YEAR) / WEEKS_PER_YEAR
        return vary(
            self.scenario,
            {
                "design.kind": "open_programme",
                "design.sites": 1,
                "design.people": round(self.people * years),
                "design.warm_up_weeks": before,
                "design.weeks": WEEKS_PER_YEAR,
                "design.free_places_refilled": False,
                **({"staff.programme_age_weeks": 0} if is_first else {}),
            },
        )

    @cached_property
    def options(self) -> list[Option]:
        """Every option that the budget allows, by its posts."""
        most = math.inf
        if self.budget_usd is not None:
            most = self.budget_usd / post_cost(self.scenario)
        return [one for one in options(most, self.beyond_observed) if self._may_do(one)]

    def _may_do(self, option: Option) -> bool:
        """Say whether an option has neither too few places for the people, nor too many by far."""
        places = option.posts * option.of(self.scenario).programme.caseload_limit
        return FEWEST_PLACES * self.people <= places <= MOST_PLACES * self.people


def post_cost(scenario: Scenario) -> float:
    """Give what a full-time post costs in a year by itself, in dollars."""
    return unit_costs_of(scenario)["specialist_year_usd"].value


def make_staffing_plan(
    scenario: ScenarioSource,
    *,
    people: int | None = None,
    budget_usd: float | None = None,
    most_waiting_weeks: float = DEFAULT_WAITING_WEEKS,
    fidelity: str = "good",
    beyond_observed: bool = False,
    seed: int = 1,
) -> StaffingPlan:
    """Plan a search.

    Parameters
    ----------
    people
        Referred in a year; by default as many as the scenario has.
    budget_usd
        Dollars a year.
    fidelity
        The lowest band allowed.
    beyond_observed
        Whether to search choices that no programme is known to have made.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes.
    RunError
        If something asked for is not possible.
    """
    base = load_scenario(scenario)
    if people is None and budget_usd is None:
        raise RunError("say how many people are referred in a year, what the budget is, or both")
    least = dict(fidelity_bands()).get(fidelity) if isinstance(fidelity, str) else None
    if least is None:
        allowed = ", ".join(band for band, _ in fidelity_bands())
        raise RunError(f"fidelity must be one of {allowed}, found {fidelity!r}")
    plan = StaffingPlan(
        base,
        whole("people", referred_in_year(base) if people is None else people, 1, MOST_PEOPLE + 1),
        None if budget_usd is None else positive("the budget", budget_usd),
        positive("waiting weeks", most_waiting_weeks),
        least,
        beyond_observed,
        seed_of(seed),
        source_hash(),
    )
    if not plan.options:
        said = "" if budget_usd is None else f" for a budget of {budget_usd:,.0f} dollars a year"
        raise RunError(
            f"no number of posts from a half to {MOST_SPECIALISTS} serves {plan.people} people "
            f"referred in a year{said}; a full-time post costs {post_cost(base):,.0f} dollars a "
            "year"
        )
    return plan


def referred_in_year(scenario: Scenario) -> int:
    """Say how many people a scenario has referred in a year; a cohort's are all of one year."""
    design = scenario.design
    weeks = WEEKS_PER_YEAR
    if design.kind == "open_programme":
        weeks = design.warm_up_weeks + design.weeks
    return max(1, round(design.people / design.sites * WEEKS_PER_YEAR / weeks))


def staffing_plan_from_json(said: Mapping[str, Any]) -> StaffingPlan:
    """Read a plan back, to run it with the sources as they are now."""
    values = {**said, "scenario": load_scenario(said["scenario"]), "source_hash": source_hash()}
    return checked(StaffingPlan, values)


@dataclass(frozen=True)
class OptionsBlock:
    """Options that are run together: from ``first`` up to, not including, ``end``."""

    stage: str
    first: int
    end: int

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"{self.stage}-{self.first}"

    def __len__(self) -> int:
        return self.end - self.first


class Stage(Task[OptionsBlock]):
    """Runs of some options in a phase.

    Parameters
    ----------
    name
        What its blocks are called.
    count
        Runs of each option, spread over those of the last stage.
    """

    stage = "options"
    driver: Driver = "compiled"

    def __init__(
        self, plan: StaffingPlan, name: str, phase: Phase, chosen: Sequence[Option], count: int
    ) -> None:
        self.plan, self.name, self.phase, self.count = plan, name, phase, count
        self.chosen = [NO_PROGRAMME, *chosen]
        self.source_hash = plan.source_hash

    def blocks(self) -> list[OptionsBlock]:
        """Cut the options into blocks."""
        return [
            OptionsBlock(self.name, *stretch)
            for stretch in stretches(len(self.chosen), OPTIONS_PER_BLOCK)
        ]

    def do(self, block: OptionsBlock, threads: int) -> Content:
        """Run options over a year.

        Returns
        -------
        dict
            ``weekly``, shape (options, runs, columns of ``Weekly``): sums over the year;
            ``plans``, benefits plans in a year, shape (options, runs).
        """
        from ips_sim.model.compiled.execute import execute

        world = self.plan.world(self.phase)
        number = run_numbers(self.count)
        parameters = parameter_draws(world, STAGES[-1])
        runs = Runs(draw=number, replicate=number, site=np.zeros(len(number), dtype=np.int64))
        weekly, plans = [], []
        for option in self.chosen[block.first : block.end]:
            result = execute(option.of(world), parameters, runs, self.plan.seed, threads)
            weekly.append(result.weekly.sum(axis=1))
            # Of the whole run: in its first weeks as many are made for each who gets a place.
            made = segment_sums(result.people["benefits_plans"], result.offsets)
            plans.append(made * (WEEKS_PER_YEAR / calendar(world).weeks_to_run))
        return {"weekly": np.array(weekly), "plans": np.array(plans)}


def run_numbers(count: int) -> Any:
    """Give the numbers of a stage's runs: spread over those of the last stage, and among them."""
    return np.arange(count, dtype=np.int64) * (STAGES[-1] // count)


@dataclass(frozen=True)
class Outcome:
    """What options came to in a phase.

    Attributes
    ----------
    chosen
        The options, without `NO_PROGRAMME`, which comes first in the runs.
    values
        `FIGURES` of each run: shape (`FIGURES`, options, runs).
    predicted
        The same, moved by what the model misses.
    """

    chosen: Sequence[Option]
    values: FloatArray
    predicted: FloatArray

    @property
    def means(self) -> FloatArray:
        """Shape (`FIGURES`, options)."""
        made: FloatArray = self.values.mean(axis=2)
        return made


def outcome_of(task: Stage, store: Store, how: How) -> Outcome:
    """Run a stage, apart from blocks that the store has, and work its figures out."""
    found = complete(task, store, how)
    content = [found[block.name].load() for block in task.blocks()]
    weekly = np.concatenate([one["weekly"] for one in content])
    plans = np.concatenate([one["plans"] for one in content])
    world = task.plan.world(task.phase)
    cost = np.array(
        [
            sum(programme_year(option.of(world), some, made).values())
            for option, some, made in zip(task.chosen, weekly, plans, strict=True)
        ]
    )
    in_work = weekly[..., Weekly.IN_COMPETITIVE_WORK] / WEEKS_PER_YEAR
    values = np.array(
        [
            cost,
            weekly[..., Weekly.SERVED_IN_QUARTER] / QUARTERS,
            in_work,
            in_work - in_work[0],
            weekly[..., Weekly.JOB_STARTS_SERVED],
            weekly[..., Weekly.ON_WAITING_LIST] / np.maximum(weekly[..., Weekly.REFERRED], 1.0),
            weekly[..., Weekly.ON_CASELOAD] / WEEKS_PER_YEAR,
            weekly[..., Weekly.HOURS_IDLE] / np.maximum(weekly[..., Weekly.STAFF_HOURS], 1.0),
        ]
    )
    predicted = values.copy()
    present = weekly[..., :STATUSES].sum(axis=2) / WEEKS_PER_YEAR
    for row, people in enumerate(present):
        share = in_work[row] / np.maximum(people, 1.0)
        total = float(people.sum())
        odds = log_odds(float(in_work[row].sum()) / max(total, 1.0), total)
        moved = missed(task.plan.seed, run_numbers(task.count)).log_odds(odds)
        predicted[[IN_WORK, STARTS], row] *= factors(share, people, moved)
    predicted[ADDED] = predicted[IN_WORK] - predicted[IN_WORK, 0]
    return Outcome(task.chosen[1:], values[:, 1:], predicted[:, 1:])


@dataclass(frozen=True)
class OptionRow:
    """A row of ``options.csv``: an option in a phase.

    Attributes
    ----------
    in_work
        People in competitive work, mean of the weeks, of everyone who was referred so far, on a
        caseload or not.
    added
        How many more that is than without a programme.
    cost_per_added
        Dollars a year for each of these.
    people_per_post
        On the caseload of a full-time specialist, mean of the weeks: what its limit comes to.
    idle_share
        Of paid hours, those that nobody had a use for.
    fidelity
        Its total; NaN for the first year, in which no team is reviewed.
    is_allowed
        Whether it keeps every limit.
    on_frontier
        Whether no other option that keeps the limits adds as many for less, or more for it.
    """

    option: int
    phase: str
    posts: float
    choices: str
    cost: float
    served: float
    in_work: float
    added: float
    added_low: float
    added_high: float
    starts: float
    waiting_weeks: float
    caseload: float
    cost_per_added: float
    people_per_post: float
    idle_share: float
    fidelity: float
    is_allowed: bool
    on_frontier: bool


@dataclass(frozen=True)
class NextRow:
    """A row of ``next_specialist.csv``: what one more post brings in a phase, one thing a row."""

    phase: str
    figure: str
    unit: str
    now: float
    then: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Planned:
    """A finished search.

    Attributes
    ----------
    best
        The number of the best option among ``chosen``; None if none keeps the limits.
    """

    plan: StaffingPlan
    tried: int
    chosen: Sequence[Option]
    best: int | None
    rows: list[OptionRow]
    next_post: list[NextRow]


def search(plan: StaffingPlan, store: Store, how: How = PLAIN) -> Planned:
    """Search the options, apart from blocks that the store has."""
    chosen: Sequence[Option] = plan.options
    tried = len(chosen)
    for number, count in enumerate(STAGES[:-1]):
        found = outcome_of(Stage(plan, f"stage-{number}", "routine", chosen, count), store, how)
        chosen = [chosen[row] for row in _kept(plan, found, is_last=number == len(STAGES) - 2)]
    chosen = _with_neighbours(plan, chosen)
    last = {
        phase: outcome_of(
            Stage(plan, f"last-{phase.replace(' ', '-')}", phase, chosen, STAGES[-1]), store, how
        )
        for phase in PHASES
    }
    fidelity = _fidelity(plan, chosen, store, how)
    means = last["routine"].means
    allowed = _allowed(plan, means) & (fidelity >= plan.least_fidelity)
    order = [row for row in _order(plan, means) if allowed[row]]
    best = order[0] if order else None
    frontier = _frontier(means, allowed)
    rows = [
        row for phase in PHASES for row in _rows(phase, last[phase], fidelity, allowed, frontier)
    ]
    return Planned(plan, tried, chosen, best, rows, _next_rows(chosen, best, last))


def _allowed(plan: StaffingPlan, means: FloatArray) -> Any:
    """Say which options keep the limits on waiting and on money."""
    kept = means[WAITING] <= plan.most_waiting_weeks
    if plan.budget_usd is not None:
        kept &= means[COST] <= plan.budget_usd
    return kept


def _order(plan: StaffingPlan, means: FloatArray) -> list[int]:
    """Rank options, the best first: most people added for a budget, else least for each.

    Those that wait too long come last, the longest wait last of all.
    """
    if plan.budget_usd is None:
        worth = means[COST] / np.maximum(means[ADDED], LEAST_ADDED)
    else:
        worth = -means[ADDED]
    late = np.maximum(means[WAITING] - plan.most_waiting_weeks, 0.0)
    return [int(row) for row in np.lexsort((worth, late))]


def _kept(plan: StaffingPlan, found: Outcome, *, is_last: bool) -> list[int]:
    """Choose the options of the next stage: the best by rank, and the frontier."""
    means = found.means
    count = max(FEWEST_KEPT, math.ceil(KEPT_SHARE * len(found.chosen)))
    frontier = [int(row) for row in np.flatnonzero(_frontier(means, _allowed(plan, means)))]
    if is_last:
        count = MOST_AT_LAST - min(len(frontier), MOST_AT_LAST // 2)
        frontier = frontier[: MOST_AT_LAST // 2]
    return sorted({*_order(plan, means)[:count], *frontier})


def _frontier(means: FloatArray, allowed: Any) -> Any:
    """Say which allowed options no other beats: as many added for less, or more for it."""
    cost, added = means[COST], means[ADDED]
    on = np.zeros(cost.size, dtype=bool)
    for row in np.flatnonzero(allowed):
        beats = (cost <= cost[row]) & (added >= added[row])
        beats &= (cost < cost[row]) | (added > added[row])
        on[row] = not (beats & allowed).any()
    return on


def _with_neighbours(plan: StaffingPlan, chosen: Sequence[Option]) -> list[Option]:
    """Add to the options that are left the same with one more post, whatever the budget."""
    more = [Option(one.posts + 1.0, one.choices) for one in chosen]
    there = {one for one in options(math.inf)}
    return sorted(
        {*chosen, *(one for one in more if one in there)}, key=lambda one: (one.posts, one.choices)
    )


class _FidelityTask(Task[OptionsBlock]):
    """Visits to agencies that run by some options."""

    stage = "visits"
    driver: Driver = "mesa"

    def __init__(self, plan: StaffingPlan, chosen: Sequence[Option]) -> None:
        self.plan, self.chosen, self.source_hash = plan, chosen, plan.source_hash

    def blocks(self) -> list[OptionsBlock]:
        """One option a block."""
        return [OptionsBlock("fidelity", row, row + 1) for row in range(len(self.chosen))]

    def do(self, block: OptionsBlock, threads: int) -> Content:
        """Visit; see `visited`."""
        steady = in_steady_state(self.chosen[block.first].of(self.plan.world("routine")))
        parameters = parameter_draws(steady, FIDELITY_AGENCIES)
        agencies = [(steady, parameters[number], number) for number in range(FIDELITY_AGENCIES)]
        return visited(agencies, self.plan.seed)


def _fidelity(plan: StaffingPlan, chosen: Sequence[Option], store: Store, how: How) -> FloatArray:
    """Give the fidelity total of each option."""
    task = _FidelityTask(plan, chosen)
    found = complete(task, store, how)
    world = plan.world("routine")
    totals = [
        total_of(Visits.gathered([found[block.name].load()]).rows(option.of(world)))
        for block, option in zip(task.blocks(), chosen, strict=True)
    ]
    return np.array(totals, dtype=np.float64)


def _rows(
    phase: Phase, found: Outcome, fidelity: FloatArray, allowed: Any, frontier: Any
) -> list[OptionRow]:
    low, high = predictive_range(found.predicted[ADDED], -np.inf, np.inf)
    rows = []
    for row, option in enumerate(found.chosen):
        cost, served, in_work, added, starts, waiting, caseload, idle = found.means[:, row].tolist()
        rows.append(
            OptionRow(
                option=row,
                phase=phase,
                posts=option.posts,
                choices="; ".join(option.choices),
                cost=cost,
                served=served,
                in_work=in_work,
                added=added,
                added_low=float(low[row]),
                added_high=float(high[row]),
                starts=starts,
                waiting_weeks=waiting,
                caseload=caseload,
                cost_per_added=cost / added if added > LEAST_ADDED else math.nan,
                people_per_post=caseload / option.posts,
                idle_share=idle,
                fidelity=float(fidelity[row]) if phase == "routine" else math.nan,
                is_allowed=bool(allowed[row]),
                on_frontier=bool(frontier[row]),
            )
        )
    return rows


def _next_rows(
    chosen: Sequence[Option], best: int | None, last: Mapping[Phase, Outcome]
) -> list[NextRow]:
    """Say what one more post brings the best option, in each phase."""
    if best is None:
        return []
    more = Option(chosen[best].posts + 1.0, chosen[best].choices)
    if more not in chosen:
        return []
    then = list(chosen).index(more)
    rows = []
    for phase in PHASES:
        found = last[phase]
        apart = found.predicted[:, then] - found.predicted[:, best]
        low, high = predictive_range(apart, -np.inf, np.inf)
        for figure, name in enumerate(FIGURES):
            now, after = found.means[figure, best], found.means[figure, then]
            rows.append(
                NextRow(
                    phase,
                    name,
                    UNITS[figure],
                    float(now),
                    float(after),
                    float(after - now),
                    float(low[figure]),
                    float(high[figure]),
                )
            )
    return rows
