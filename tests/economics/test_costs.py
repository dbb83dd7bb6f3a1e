"""Costs and QALYs from quantities, by small worked cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ips_sim.economics.costs import (
    QUANTITIES,
    column,
    discount_factors,
    priced_outcomes,
    programme_costs,
)
from ips_sim.economics.prices import Prices, default_prices

ROUND_PRICES = Prices(
    price_year=2025,
    price_index="CPI-U",
    specialist_hour_usd=40,
    preparation_week_usd=50,
    sheltered_week_usd=200,
    transitional_week_usd=100,
    benefits_plan_usd=400,
    inpatient_day_usd=1000,
    utility_stable=0.75,
    utility_relapse=0.5,
    utility_gain_employment=0.125,
)
UNIT_COST = {
    "staff_hours": 40,
    "weeks_preparing": 50,
    "weeks_sheltered": 200,
    "weeks_transitional": 100,
    "benefits_plans": 400,
}


def people(**amounts: float) -> dict[str, np.ndarray]:
    """One person followed for a year, with these quantities and no others."""
    table = dict.fromkeys(QUANTITIES, 0.0) | {"weeks_observed": 52.0} | amounts
    return {name: np.array([amount]) for name, amount in table.items()}


@pytest.mark.parametrize("quantity", UNIT_COST)
def test_each_quantity_adds_its_own_price_to_the_programme_and_nothing_else(quantity: str) -> None:
    priced = priced_outcomes(people(**{quantity: 3}), ROUND_PRICES)
    assert priced["programme_cost_usd"] == 3 * UNIT_COST[quantity]
    assert priced["health_cost_usd"] == 0
    assert priced["qalys"] == 0.75


def test_days_in_hospital_are_the_health_cost() -> None:
    priced = priced_outcomes(people(hospital_days=7), ROUND_PRICES)
    assert priced["health_cost_usd"] == 7000
    assert priced["programme_cost_usd"] == 0


def test_qalys_weigh_weeks_by_relapse_and_liked_work() -> None:
    # Half a year in relapse, a quarter in a job that is liked.
    priced = priced_outcomes(people(weeks_in_relapse=26, weeks_in_liked_jobs=13), ROUND_PRICES)
    assert priced["qalys"] == 0.5 * 0.75 + 0.5 * 0.5 + 0.25 * 0.125


def test_who_dies_after_half_a_year_gains_half() -> None:
    assert priced_outcomes(people(weeks_observed=26), ROUND_PRICES)["qalys"] == 0.375


def test_work_can_be_worth_nothing() -> None:
    prices = replace(ROUND_PRICES, utility_gain_employment=0)
    assert priced_outcomes(people(weeks_in_liked_jobs=52), prices)["qalys"] == 0.75


def test_structured_arrays_of_model_types_are_priced_like_mappings() -> None:
    types = [(name, np.float64 if name == "staff_hours" else np.int64) for name in QUANTITIES]
    records = np.zeros(2, dtype=types)
    records["weeks_observed"] = 78
    records["staff_hours"] = [10.5, 0]
    priced = priced_outcomes(records, ROUND_PRICES)
    np.testing.assert_array_equal(priced["programme_cost_usd"], [420, 0])
    np.testing.assert_array_equal(priced["qalys"], [0.75 * 1.5, 0.75 * 1.5])
    assert all(values.dtype == np.float64 for values in priced.values())


def test_parts_add_up_to_the_cost_of_the_programme() -> None:
    table = people(**dict.fromkeys(UNIT_COST, 3.0))
    costs = programme_costs(table, ROUND_PRICES)
    assert (costs.specialists[0], costs.plans[0]) == (120, 1200)
    assert (costs.preparation[0], costs.sheltered[0], costs.transitional[0]) == (150, 600, 300)
    np.testing.assert_array_equal(
        costs.all, priced_outcomes(table, ROUND_PRICES)["programme_cost_usd"]
    )


def test_nobody_costs_nothing() -> None:
    empty = {name: np.zeros(0) for name in QUANTITIES}
    assert all(values.shape == (0,) for values in priced_outcomes(empty, ROUND_PRICES).values())


@pytest.mark.parametrize("quantity", ["weeks_in_relapse", "weeks_in_liked_jobs"])
def test_more_weeks_than_observed_are_refused(quantity: str) -> None:
    with pytest.raises(ValueError, match=f"more {quantity} than weeks_observed"):
        priced_outcomes(people(**{quantity: 53}), ROUND_PRICES)


def test_a_missing_or_bad_column_is_named() -> None:
    table = people()
    del table["hospital_days"]
    with pytest.raises(ValueError, match="no column of numbers 'hospital_days'"):
        priced_outcomes(table, ROUND_PRICES)
    with pytest.raises(ValueError, match="no column of numbers 'weeks'"):
        column(np.zeros(2, dtype=[("other", float)]), "weeks")
    with pytest.raises(ValueError, match="no column of numbers 'weeks'"):
        column({"weeks": ["a few"]}, "weeks")
    with pytest.raises(ValueError, match="'weeks' holds values that are no finite numbers"):
        column({"weeks": [1, np.nan]}, "weeks")


def test_a_caseload_of_twenty_costs_what_was_published_per_client() -> None:
    # 44,082 dollars of 2001 over 20 clients, when a person's share of the post is one place of it.
    priced = priced_outcomes(people(staff_hours=52 * 37.5 / 20), default_prices(2001))
    assert priced["programme_cost_usd"] == pytest.approx(2204.1, rel=1e-12)


def test_a_year_later_a_dollar_is_worth_a_years_discount_less() -> None:
    np.testing.assert_allclose(discount_factors(3, 0.03), [1, 1 / 1.03, 1 / 1.03**2], rtol=1e-15)
    np.testing.assert_array_equal(discount_factors(3, 0), [1, 1, 1])


def test_bad_years_and_rates_are_refused() -> None:
    for rate in (-0.01, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="discount rate must be zero or more"):
            discount_factors(10, rate)
    with pytest.raises(ValueError, match="years must not be negative"):
        discount_factors(-1, 0.03)
