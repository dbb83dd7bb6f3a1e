"""Prices: one year, one index, one place."""

from __future__ import annotations

import pytest

from ips_sim.economics.prices import default_prices, index_ratio, uprated_unit_costs
from ips_sim.evidence import targets, unit_costs


def test_a_specialist_hour_is_the_published_year_in_dollars_of_2025_over_its_paid_hours() -> None:
    prices = default_prices()
    assert prices.price_year == 2025
    assert prices.price_index == "CPI-U"
    assert prices.specialist_hour_usd == pytest.approx(44082 * 321.943 / 177.1 / 1950, rel=1e-12)


def test_a_year_of_paid_hours_costs_the_published_specialist_year() -> None:
    (target,) = (row for row in targets() if row.name == "cost_per_specialist_year")
    prices = default_prices(2001)
    assert prices.specialist_hour_usd * 52 * 37.5 == pytest.approx(target.value, rel=1e-12)


def test_ranges_are_uprated_with_the_value() -> None:
    sheltered = uprated_unit_costs()["sheltered_week_usd"]
    ratio = 321.943 / 195.3
    assert (sheltered.value, sheltered.low, sheltered.high) == pytest.approx(
        (120 * ratio, 48 * ratio, 240 * ratio), rel=1e-12
    )
    assert sheltered.price_year == 2025


def test_what_is_no_price_is_not_uprated() -> None:
    for key in ("utility_stable", "discount_rate_per_year", "willingness_to_pay_usd_per_qaly"):
        assert uprated_unit_costs(2012)[key] == unit_costs()[key]


def test_the_published_conversion_to_2012_is_reproduced() -> None:
    # targets.csv: the low end of programme_cost is Latimer uprated at a caseload of 20.
    (target,) = (row for row in targets() if row.name == "programme_cost")
    per_client = uprated_unit_costs(2012)["specialist_year_usd"].value / 20
    assert round(per_client, -2) == target.low


def test_there_and_back_is_one() -> None:
    assert index_ratio(2001, 2025) * index_ratio(2025, 2001) == pytest.approx(1, rel=1e-15)
    assert index_ratio(2010, 2010) == 1


def test_a_year_without_an_index_is_refused() -> None:
    with pytest.raises(ValueError, match="no price index for 1999; there is one for 2001 to 2025"):
        default_prices(1999)
