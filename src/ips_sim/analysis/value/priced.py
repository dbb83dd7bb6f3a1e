"""Prices on what was counted, draw by draw: costs and effects of every strategy, by perspective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from ips_sim.analysis.value.plan import ValuePlan, referred
from ips_sim.analysis.value.views import triangular
from ips_sim.economics.costs import discount_factors
from ips_sim.economics.inventory import cost_for, qalys_for
from ips_sim.economics.ledger import (
    QUANTITIES,
    THROUGH_WORK,
    Facts,
    FloatArray,
    amounts,
    facts_of,
)
from ips_sim.economics.prices import unit_costs_of, uprated_unit_costs
from ips_sim.runs.model_error import factors, log_odds, missed_evenly
from ips_sim.scenario.schema import Scenario

Prices: TypeAlias = Mapping[str, FloatArray]
"""Unit costs by key, each of shape (draws, 1)."""

DISPLACEMENT = "displacement_share"
_CHOICES = (
    "report_price_year",
    "discount_rate_per_year",
    DISPLACEMENT,
    "willingness_to_pay_usd_per_qaly",
    "willingness_to_pay_usd_per_week_worked",
    "willingness_to_pay_usd_per_person_employed",
)
"""Keys that somebody decides: they are varied openly and not drawn."""
THRESHOLDS = {
    "weeks_worked": "willingness_to_pay_usd_per_week_worked",
    "people_employed": "willingness_to_pay_usd_per_person_employed",
    "qalys": "willingness_to_pay_usd_per_qaly",
}
"""What a unit of each effect is worth, by key of the table of unit costs."""


def price_shares(draws: int, seed: int) -> dict[str, FloatArray]:
    """Draw where in its range each price lies, evenly spread over the draws, shape (draws,).

    Latin hypercube: each price has one value in each of as many slices as there are draws.
    """
    chance = np.random.default_rng(seed)
    return {
        key: (chance.permutation(draws) + chance.random(draws)) / draws
        for key in uprated_unit_costs()
        if key not in _CHOICES
    }


def drawn_prices(scenario: Scenario, draws: int, seed: int) -> dict[str, FloatArray]:
    """Give the prices of every draw; a scenario's own have no range, a single draw the values."""
    shares = price_shares(draws, seed)
    found = {}
    for key, cost in unit_costs_of(scenario).items():
        known = np.full(draws, cost.value)
        if draws > 1 and key in shares and cost.low is not None and cost.high is not None:
            known = triangular(shares[key], cost.low, cost.value, cost.high)
        found[key] = known[:, None]
    return found


@dataclass(frozen=True)
class Priced:
    """Every strategy priced, in one structural variant.

    Attributes
    ----------
    plan
        What was run.
    counted
        For each strategy, `QUANTITIES` by name with what the model misses in them, totals over all
        people, shape (draws, years).
    prices
        For each strategy.
    facts
        For each strategy.
    """

    plan: ValuePlan
    counted: tuple[Mapping[str, FloatArray], ...]
    prices: tuple[Prices, ...]
    facts: tuple[Facts, ...]

    @cached_property
    def discount(self) -> FloatArray:
        """What each year is worth at the beginning, by the rate of the reference."""
        rate = float(self.prices[self.plan.reference]["discount_rate_per_year"][0, 0])
        return discount_factors(len(self.facts[0].year_weeks), rate)

    @cached_property
    def people(self) -> FloatArray:
        """People referred, shape (strategies,)."""
        return np.array([referred(one) for one in self.plan.scenarios])

    def items(
        self, strategy: int, changed: Mapping[str, float] | None = None
    ) -> dict[str, FloatArray]:
        """Give every item of a strategy, not discounted, totals, shape (draws, years)."""
        prices: dict[str, float | FloatArray] = {**self.prices[strategy], **(changed or {})}
        return amounts(self.counted[strategy], self.facts[strategy], prices)

    def cost_by_year(
        self, perspective: str, changed: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Give costs per person referred, discounted, shape (draws, strategies, years)."""
        return self._per_person(
            [
                cost_for(perspective, self.items(number, changed))
                for number in range(len(self.counted))
            ]
        )

    def cost(self, perspective: str, changed: Mapping[str, float] | None = None) -> FloatArray:
        """Give costs per person referred, discounted, shape (draws, strategies)."""
        total: FloatArray = self.cost_by_year(perspective, changed).sum(axis=2)
        return total

    def effect(
        self, name: str, perspective: str, changed: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Give effects per person referred, discounted, shape (draws, strategies)."""
        found = [
            _brought(name, perspective, counted, self.items(number, changed))
            for number, counted in enumerate(self.counted)
        ]
        total: FloatArray = self._per_person(found).sum(axis=2)
        return total

    def _per_person(self, yearly: list[FloatArray]) -> FloatArray:
        made: FloatArray = np.stack(yearly, axis=1) * self.discount / self.people[:, None]
        return made


def _brought(
    effect: str,
    perspective: str,
    counted: Mapping[str, FloatArray],
    items: Mapping[str, FloatArray],
) -> FloatArray:
    if effect in _OF_EFFECTS:
        return counted[_OF_EFFECTS[effect]]
    return qalys_for(perspective, items)


_OF_EFFECTS = {"weeks_worked": "weeks_worked", "people_employed": "first_employed"}


def price_counted(plan: ValuePlan, means: tuple[FloatArray, ...]) -> Priced:
    """Put prices, and what the model misses, on what was counted in one variant.

    Parameters
    ----------
    plan
        What was run.
    means
        For each strategy what was counted, means over replicates, shape (quantities, draws,
        years).
    """
    deviates = missed_evenly(plan.seed, plan.draws)
    counted = []
    for scenario, table in zip(plan.scenarios, means, strict=True):
        people = referred(scenario)
        share = table[QUANTITIES.index("first_employed")].sum(axis=1) / people
        more = np.ones(plan.draws)
        # The centre of everything is no draw of an error.
        if plan.draws > 1:
            overall = log_odds(float(share.mean()), people * plan.draws)
            more = factors(share, np.full(plan.draws, people), deviates.log_odds(overall))
        counted.append(
            {
                name: table[row] * (more[:, None] if name in THROUGH_WORK else 1.0)
                for row, name in enumerate(QUANTITIES)
            }
        )
    return Priced(
        plan,
        tuple(counted),
        tuple(drawn_prices(one, plan.draws, plan.seed) for one in plan.scenarios),
        tuple(facts_of(one) for one in plan.scenarios),
    )


def run_values(
    priced: Priced, runs: tuple[FloatArray, ...], perspective: str, effect: str
) -> tuple[FloatArray, FloatArray]:
    """Give cost and effect of single runs, at the prices of their draws.

    Parameters
    ----------
    runs
        For each strategy, shape (quantities, draws, replicates, years).

    Returns
    -------
    tuple of two arrays
        Costs and effects, shape (draws, replicates, strategies).
    """
    costs, effects = [], []
    for number, table in enumerate(runs):
        counted = dict(zip(QUANTITIES, table, strict=True))
        prices = {key: one[:, :, None] for key, one in priced.prices[number].items()}
        items = amounts(counted, priced.facts[number], prices)
        effects.append(_brought(effect, perspective, counted, items))
        costs.append(cost_for(perspective, items))
    weight = priced.discount / priced.people[0]
    cost = np.stack([(one * weight).sum(axis=-1) for one in costs], axis=-1)
    brought_by = np.stack([(one * weight).sum(axis=-1) for one in effects], axis=-1)
    return cost, brought_by
