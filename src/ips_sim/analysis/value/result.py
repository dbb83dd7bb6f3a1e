"""A finished value analysis: runs gathered, chance measured, and every table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ips_sim.analysis.value.plan import (
    EFFECTS,
    MOST_CHANCE,
    MOST_REPLICATES,
    PILOT,
    ValuePlan,
    ValueTask,
)
from ips_sim.analysis.value.priced import (
    DISPLACEMENT,
    THRESHOLDS,
    Priced,
    price_counted,
    run_values,
)
from ips_sim.analysis.value.views import (
    acceptability,
    best_by_mean,
    break_even_year,
    followed,
    frontier,
    net_benefit,
    partial_information,
    perfect_information,
    share_of_chance,
    spread,
    swing_error,
)
from ips_sim.economics.inventory import PROGRAMME
from ips_sim.economics.ledger import QUANTITIES, FloatArray
from ips_sim.evidence import PERSPECTIVES, unit_costs
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.how import How
from ips_sim.runs.model_error import missed_evenly
from ips_sim.runs.work import Holder, Store, complete

THRESHOLD_STEPS = 61
"""Thresholds at which curves are told, from zero to the high end of the range."""
DISPLACEMENTS = (0.0, 0.2, 0.5)
"""Shares of the work of people served that others would have done."""
OF_DISPLACEMENT = ("government", "society")
"""Perspectives for which displacement counts."""
BUDGET_YEARS = 5

Runs = tuple[FloatArray, ...]
"""For each strategy what was counted, shape (quantities, draws, replicates, years)."""


@dataclass(frozen=True)
class Case:
    """From whose side, and how much work is taken to be displaced."""

    perspective: str
    displacement: float


@dataclass(frozen=True)
class Strategy:
    """A row of the base-case table; money and effects per person referred."""

    variant: str
    perspective: str
    displacement_share: float
    effect: str
    strategy: str
    cost: float
    cost_low: float
    cost_high: float
    effect_mean: float
    effect_low: float
    effect_high: float
    increment_cost: float
    increment_cost_low: float
    increment_cost_high: float
    increment_effect: float
    increment_effect_low: float
    increment_effect_high: float
    ratio_to_reference: float
    ratio_on_frontier: float
    standing: str
    threshold: float
    net_benefit_gain: float
    net_benefit_gain_low: float
    net_benefit_gain_high: float
    probability_best: float


@dataclass(frozen=True)
class Worth:
    """What knowing an input would be worth where one is least sure, and how far it moves the gain.

    Money per person referred; the gain is net benefit at the threshold beyond the reference's.
    """

    input: str
    kind: str
    value: float
    error: float
    low_input: float
    high_input: float
    gain_at_low: float
    gain_at_high: float
    swing_error: float


@dataclass(frozen=True)
class Value:
    """A finished value analysis.

    Attributes
    ----------
    plan
        What was run.
    replicates
        How many replicates of each draw it came to.
    tables
        What single runs counted, by variant.
    priced
        By variant.
    chance
        Part of the variance between draws that is chance, by name of what varies; empty where
        runs are not at hand, or there is one draw.
    """

    plan: ValuePlan
    replicates: int
    tables: tuple[Runs, ...]
    priced: tuple[Priced, ...]
    chance: Mapping[str, float]

    @property
    def others(self) -> list[int]:
        """Every strategy but the reference."""
        return [one for one in range(len(self.plan.names)) if one != self.plan.reference]

    @cached_property
    def threshold(self) -> float:
        """What a unit of the effect is worth, in dollars."""
        return threshold_of(self.plan, self.plan.effect)

    @cached_property
    def thresholds(self) -> list[float]:
        """Thresholds at which curves are told."""
        most = max(unit_costs()[THRESHOLDS[self.plan.effect]].high or 0.0, 2.0 * self.threshold)
        return [most * step / (THRESHOLD_STEPS - 1) for step in range(THRESHOLD_STEPS)]

    def pair(self, variant: int = 0) -> tuple[FloatArray, FloatArray]:
        """Give cost and effect of the views, each of shape (draws, strategies)."""
        priced, plan = self.priced[variant], self.plan
        return priced.cost(plan.perspective), priced.effect(plan.effect, plan.perspective)

    @cached_property
    def gain(self) -> FloatArray:
        """Net benefit beyond the reference's at the threshold, shape (draws, strategies)."""
        benefit = net_benefit(*self.pair(), self.threshold)
        made: FloatArray = benefit - benefit[:, [self.plan.reference]]
        return made

    @cached_property
    def strategies(self) -> list[Strategy]:
        """The base-case table: every perspective, effect, displacement and variant."""
        return [
            row
            for variant in range(len(self.plan.variants))
            for case in cases()
            for effect in EFFECTS
            for row in self._rows(variant, case, effect)
        ]

    def _rows(self, variant: int, case: Case, effect: str) -> list[Strategy]:
        priced, reference = self.priced[variant], self.plan.reference
        changed = {DISPLACEMENT: case.displacement}
        cost = priced.cost(case.perspective, changed)
        brought = priced.effect(effect, case.perspective, changed)
        threshold = threshold_of(self.plan, effect)
        benefit = net_benefit(cost, brought, threshold)
        best = acceptability(cost, brought, [threshold])[0]
        on = frontier(cost.mean(axis=0), brought.mean(axis=0))
        rows = []
        for number, name in enumerate(self.plan.names):
            more_cost = cost[:, number] - cost[:, reference]
            more_effect = brought[:, number] - brought[:, reference]
            mean_effect = float(more_effect.mean())
            standing = "dominated" if on.is_dominated[number] else "on the frontier"
            if on.is_extended[number]:
                standing = "extended dominance"
            rows.append(
                Strategy(
                    self.plan.variants[variant] or "fit",
                    case.perspective,
                    case.displacement,
                    effect,
                    name,
                    *spread(cost[:, number]),
                    *spread(brought[:, number]),
                    *spread(more_cost),
                    *spread(more_effect),
                    float(more_cost.mean()) / mean_effect if mean_effect else math.nan,
                    float(on.ratio[number]),
                    standing,
                    threshold,
                    *spread(benefit[:, number] - benefit[:, reference]),
                    float(best[number]),
                )
            )
        return rows

    def base(self, perspective: str, effect: str, variant: str = "fit") -> list[Strategy]:
        """Give the rows of a perspective and effect at the displacement of the base case."""
        share = base_displacement()
        return [
            row
            for row in self.strategies
            if (row.variant, row.perspective, row.effect) == (variant, perspective, effect)
            and row.displacement_share == share
        ]

    @cached_property
    def curves(self) -> tuple[FloatArray, list[int]]:
        """Acceptability at every threshold, and who is best by mean; of the fit.

        Returns
        -------
        tuple
            Probabilities, shape (thresholds, strategies), and the number of a strategy for each.
        """
        cost, effect = self.pair()
        best = best_by_mean(cost, effect, self.thresholds).tolist()
        return acceptability(cost, effect, self.thresholds), best

    @cached_property
    def information(self) -> FloatArray:
        """Expected value of perfect information at every threshold, dollars a person."""
        return perfect_information(*self.pair(), self.thresholds)

    @cached_property
    def worth(self) -> list[Worth]:
        """What knowing each input would be worth, the most first; of the fit."""
        if self.plan.draws == 1 or not self.others:
            return []
        unsure = net_benefit(*self.pair(), self.least_sure)
        gain = self.gain[:, self.others].max(axis=1)
        found = []
        for name, kind, values in self._inputs():
            known = partial_information(unsure, values)
            low, high = np.quantile(values, (0.05, 0.95)).tolist()
            if kind == "price":
                at_low, at_high = (self._gain_at(name, end) for end in (low, high))
                error = 0.0
            else:
                at_low, at_high = followed(gain, values, (low, high)).tolist()
                error = swing_error(gain, values, (low, high))
            found.append(
                Worth(name, kind, known.value, known.error, low, high, at_low, at_high, error)
            )
        return sorted(found, key=lambda one: -abs(one.gain_at_high - one.gain_at_low))

    def _gain_at(self, key: str, price: float) -> float:
        """Give the mean gain at one value of a price: no regression is needed, nor a run."""
        priced, plan, changed = self.priced[0], self.plan, {key: price}
        cost = priced.cost(plan.perspective, changed)
        benefit = net_benefit(
            cost, priced.effect(plan.effect, plan.perspective, changed), self.threshold
        )
        more = benefit - benefit[:, [plan.reference]]
        return float(more[:, self.others].max(axis=1).mean())

    @cached_property
    def least_sure(self) -> float:
        """The threshold, of those told, at which perfect information would be worth most."""
        return self.thresholds[int(self.information.argmax())]

    def _inputs(self) -> list[tuple[str, str, FloatArray]]:
        """Every input that differs between draws: its name, kind and values, shape (draws,)."""
        plan = self.plan
        found: list[tuple[str, str, FloatArray]] = []
        parameters = parameter_draws(plan.scenarios[plan.reference], plan.draws)
        for name in parameters.dtype.names or ():
            values = np.asarray(parameters[name], dtype=np.float64)
            if np.ptp(values) > 0:
                found.append((name, "parameter", values))
        for key, price in self.priced[0].prices[plan.reference].items():
            if np.ptp(price) > 0:
                found.append((key, "price", price[:, 0]))
        deviates = missed_evenly(plan.seed, plan.draws)
        found.append(("error on unseen trials, alike", "model", deviates.level))
        found.append(("error on unseen trials, differences", "model", deviates.slope))
        return found

    def increments_by_year(self, strategy: int) -> FloatArray:
        """Give what a strategy costs more in each year, per person, shape (draws, years)."""
        yearly = self.priced[0].cost_by_year(self.plan.perspective)
        made: FloatArray = yearly[:, strategy] - yearly[:, self.plan.reference]
        return made

    def pays_back(self, strategy: int) -> float | None:
        """Give the year in which a strategy has paid for itself; None if not by the end."""
        return break_even_year(self.increments_by_year(strategy).mean(axis=0))

    def share_that_pays_back(self, strategy: int) -> float:
        """Give in what share of draws a strategy has paid for itself by the end."""
        return float((self.increments_by_year(strategy).sum(axis=1) <= 0).mean())

    def programme_cost(self, strategy: int) -> FloatArray:
        """Give what a strategy's programme costs per person, discounted, shape (draws,)."""
        priced = self.priced[0]
        items = priced.items(strategy)
        total = sum((items[name] for name in PROGRAMME), np.zeros(()))
        made: FloatArray = (total * priced.discount).sum(axis=-1) / priced.people[strategy]
        return made

    def turning_point(self, strategy: int) -> tuple[float, float, float]:
        """Give at what programme cost of the reference a strategy stops being cheaper.

        Returns
        -------
        tuple of float
            Mean and 90 % range, dollars per person; what the reference's programme costs now plus
            what the strategy costs more in all.
        """
        cost = self.priced[0].cost(self.plan.perspective)
        more = cost[:, strategy] - cost[:, self.plan.reference]
        return spread(self.programme_cost(self.plan.reference) + more)

    def benefit_cost(self, strategy: int) -> tuple[float, float, float] | None:
        """Give dollars back for each dollar more that is spent on the programme.

        None where the strategy's programme costs no more than the reference's in most draws.
        """
        cost = self.priced[0].cost(self.plan.perspective)
        more = cost[:, strategy] - cost[:, self.plan.reference]
        spent = self.programme_cost(strategy) - self.programme_cost(self.plan.reference)
        if self.plan.perspective == "participant" or np.quantile(spent, 0.05) <= 0:
            return None
        ratio = (spent - more) / spent
        mean = float((spent - more).mean() / spent.mean())
        return (mean, *spread(ratio)[1:])

    def budget_impact(self, strategy: int) -> FloatArray:
        """Give what a region pays more in each of some years, when every year brings people.

        Each year's people are followed as long as the scenario says, and then no longer counted.

        Returns
        -------
        array of float64, shape (draws, `BUDGET_YEARS`)
            Dollars a year, not discounted.
        """
        by_year = self.increments_by_year(strategy) / self.priced[0].discount
        made = np.zeros((len(by_year), BUDGET_YEARS))
        for first in range(BUDGET_YEARS):
            last = min(BUDGET_YEARS, first + by_year.shape[1])
            made[:, first:last] += by_year[:, : last - first]
        return made * self.plan.people_per_year


def cases() -> list[Case]:
    """Give every perspective, those for which displacement counts at each of its shares."""
    base = base_displacement()
    return [
        Case(one, share)
        for one in PERSPECTIVES
        for share in dict.fromkeys((base, *(DISPLACEMENTS if one in OF_DISPLACEMENT else ())))
    ]


def base_displacement() -> float:
    """Give the share of displaced work of the base case."""
    return unit_costs()[DISPLACEMENT].value


def threshold_of(plan: ValuePlan, effect: str) -> float:
    """Give what a unit of an effect is worth, by the reference."""
    from ips_sim.economics.prices import unit_costs_of

    return unit_costs_of(plan.scenarios[plan.reference])[THRESHOLDS[effect]].value


def work_out(plan: ValuePlan, store: Store, how: How) -> Value:
    """Run what is missing, and as many replicates as keep chance out of the curves."""
    first = PILOT if plan.replicates is None else min(PILOT, plan.replicates)
    variants = len(plan.variants)
    task = ValueTask(plan, 0, first, variants, plan.source_hash)
    tables = gather(plan, complete(task, store, how), first, variants)
    while True:
        wanted = plan.replicates or _replicates_needed(value_of(plan, tables))
        if wanted <= first:
            return value_of(plan, tables)
        # Variants are told by their means, which need no more.
        task = ValueTask(plan, first, wanted - first, 1, plan.source_hash)
        (added,) = gather(plan, complete(task, store, how), wanted - first, 1)
        tables[0] = tuple(
            np.concatenate(pair, axis=2) for pair in zip(tables[0], added, strict=True)
        )
        first = wanted


def _replicates_needed(made: Value) -> int:
    """Say how many replicates bring chance down to what is allowed."""
    if not made.chance:
        return MOST_REPLICATES if made.plan.draws == 1 else made.replicates
    worst = max(made.chance.values())
    if worst <= MOST_CHANCE:
        return made.replicates
    # Between draws there is what differs, and chance over the replicates.
    if worst >= 1.0:
        return MOST_REPLICATES
    needed = made.replicates * worst / (1.0 - worst) * (1.0 - MOST_CHANCE) / MOST_CHANCE
    return min(MOST_REPLICATES, math.ceil(1.2 * needed))


def gather(
    plan: ValuePlan, found: Mapping[str, Holder], replicates: int, variants: int
) -> list[Runs]:
    """Put blocks together: by variant, then strategy, shape (quantities, draws, replicates, …)."""
    holders = list(found.values())
    names = list(found)
    made = []
    for variant in range(variants):
        tables = []
        for number in range(len(plan.scenarios)):
            mine = f"variant-{variant}-scenario-{number}-"
            parts = [
                holder.load("counted")["counted"]
                for name, holder in zip(names, holders, strict=True)
                if name.startswith(mine)
            ]
            joined = np.concatenate(parts, axis=1)
            by_run = joined.reshape(len(QUANTITIES), replicates, plan.draws, -1)
            tables.append(by_run.swapaxes(1, 2))
        made.append(tuple(tables))
    return made


def value_of(plan: ValuePlan, tables: list[Runs]) -> Value:
    """Price what runs counted, and say how much of what differs between draws is chance."""
    priced = tuple(
        price_counted(plan, tuple(one.mean(axis=2) for one in of_variant)) for of_variant in tables
    )
    replicates = tables[0][0].shape[2]
    made = Value(plan, replicates, tuple(tables), priced, {})
    if plan.draws == 1 or replicates == 1:
        return made
    cost, effect = run_values(priced[0], tables[0], plan.perspective, plan.effect)
    whole_cost, whole_effect = made.pair()
    chance: dict[str, float] = {}
    for number in made.others:
        for name, runs, means in (
            ("cost", cost, whole_cost),
            ("effect", effect, whole_effect),
            (
                "net benefit",
                net_benefit(cost, effect, made.threshold),
                net_benefit(whole_cost, whole_effect, made.threshold),
            ),
        ):
            apart = runs[..., number] - runs[..., plan.reference]
            share = share_of_chance(apart, means[:, number] - means[:, plan.reference])
            chance[name] = max(share, chance.get(name, 0.0))
    return Value(plan, replicates, tuple(tables), priced, chance)
