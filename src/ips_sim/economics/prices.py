"""Unit costs in dollars of one year: the only place where money changes year or currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from ips_sim.evidence import UnitCost, price_index, unit_costs
from ips_sim.evidence.tables import GENERAL_INDEX

if TYPE_CHECKING:
    from ips_sim.scenario.schema import Price, Scenario


@dataclass(frozen=True, slots=True)
class Prices:
    """What a unit of each quantity costs or is worth; every ``_usd`` is in `price_year` dollars.

    The model's own money (earnings, benefits, taxes) is in the dollars of the scenario's wages and
    benefit rules, which are those of `default_price_year` unless a scenario says otherwise; it is
    not converted here.

    Attributes
    ----------
    price_year, price_index
        Year of the money, and the index that brought it there.
    specialist_hour_usd
        Direct cost of a paid specialist hour, used or idle, without supervisors and overhead.
    preparation_week_usd, sheltered_week_usd, transitional_week_usd
        Cost of a person's week, beyond specialist hours.
    utility_stable, utility_relapse
        Utility of a year of life out of and in relapse.
    utility_gain_employment
        What a competitive job that the person likes adds to either.
    """

    price_year: int
    price_index: str
    specialist_hour_usd: float
    preparation_week_usd: float
    sheltered_week_usd: float
    transitional_week_usd: float
    benefits_plan_usd: float
    inpatient_day_usd: float
    utility_stable: float
    utility_relapse: float
    utility_gain_employment: float


def index_ratio(from_year: int, to_year: int, name: str = GENERAL_INDEX) -> float:
    """Give the factor that turns dollars of one year into dollars of another.

    Parameters
    ----------
    name
        The index: of prices in general, of care, or of wages.

    Raises
    ------
    ValueError
        If the price index does not have one of the years.
    """
    index = price_index(name)
    for year in (from_year, to_year):
        if year not in index:
            raise ValueError(
                f"no price index for {year}; there is one for {min(index)} to {max(index)}"
            )
    return index[to_year].value / index[from_year].value


def default_price_year() -> int:
    """Give the year in whose dollars results are reported."""
    return int(unit_costs()["report_price_year"].value)


@cache
def uprated_unit_costs(price_year: int | None = None) -> Mapping[str, UnitCost]:
    """Give all unit costs with their ranges in the dollars of one year, for tables and draws.

    Parameters
    ----------
    price_year
        Year of the money; the default is `default_price_year`.

    Returns
    -------
    mapping of str to UnitCost
        By key. Rows without a price year (utilities, shares, rates, the threshold) are unchanged.

    Raises
    ------
    ValueError
        If the price index does not have the year.
    """
    year = default_price_year() if price_year is None else price_year
    index_ratio(year, year)  # refuses a year without an index even if nothing needs uprating
    return MappingProxyType({key: _uprated(cost, year) for key, cost in unit_costs().items()})


def _uprated(cost: UnitCost, year: int) -> UnitCost:
    if cost.price_year is None:
        return cost
    ratio = index_ratio(cost.price_year, year, cost.index)
    return replace(
        cost,
        value=cost.value * ratio,
        low=None if cost.low is None else cost.low * ratio,
        high=None if cost.high is None else cost.high * ratio,
        price_year=year,
    )


def unit_costs_of(scenario: Scenario) -> Mapping[str, UnitCost]:
    """Give all unit costs in the dollars of the year of results, the scenario's own in their place.

    A price that a scenario says has no range: whoever says it knows it.
    """
    costs = uprated_unit_costs()
    if not scenario.prices:
        return costs
    own = {key: _own(costs[key], said) for key, said in scenario.prices.items()}
    return MappingProxyType({**costs, **own})


def _own(cost: UnitCost, said: Price) -> UnitCost:
    value = said.value
    if cost.price_year is not None:
        year = cost.price_year if said.price_year is None else said.price_year
        value *= said.usd_per_unit * index_ratio(year, cost.price_year, cost.index)
    return replace(cost, value=value, low=value, high=value, source=OWN, status="seen", note="")


OWN = "the scenario's own"
"""What is said of the source of a price that a scenario gives."""


def prices_of(scenario: Scenario) -> Prices:
    """Give the prices of a scenario: its own, and the default for what it doesn't say."""
    return prices_from(unit_costs_of(scenario)) if scenario.prices else default_prices()


@cache
def default_prices(price_year: int | None = None) -> Prices:
    """Give the default prices.

    Parameters
    ----------
    price_year
        Year of the money; the default is `default_price_year`.

    Raises
    ------
    ValueError
        If the price index does not have the year.
    """
    return prices_from(uprated_unit_costs(price_year))


def prices_from(costs: Mapping[str, UnitCost]) -> Prices:
    """Give prices from unit costs of one year."""
    year = costs["specialist_year_usd"].price_year or default_price_year()
    return Prices(
        price_year=year,
        price_index=price_index()[year].index,
        specialist_hour_usd=(
            costs["specialist_year_usd"].value / costs["specialist_paid_hours_per_year"].value
        ),
        preparation_week_usd=costs["preparation_week_usd"].value,
        sheltered_week_usd=costs["sheltered_week_usd"].value,
        transitional_week_usd=costs["transitional_week_usd"].value,
        benefits_plan_usd=costs["benefits_plan_usd"].value,
        inpatient_day_usd=costs["inpatient_day_usd"].value,
        utility_stable=costs["utility_stable"].value,
        utility_relapse=costs["utility_relapse"].value,
        utility_gain_employment=costs["utility_gain_employment"].value,
    )
