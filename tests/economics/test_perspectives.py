"""Cost-effectiveness: its signs, its reference, its discounting."""

from __future__ import annotations

import numpy as np
import pytest

from ips_sim.economics.costs import discount_factors
from ips_sim.economics.perspectives import cost_effectiveness, net_cost
from ips_sim.economics.prices import default_prices

PRICES = default_prices()
OUTCOMES = (
    "programme_cost_usd",
    "health_cost_usd",
    "benefits_usd",
    "taxes_usd",
    "earnings_usd",
    "qalys",
)


def table(people: int = 2, weeks: int = 52, **amounts: float) -> dict[str, np.ndarray]:
    """People who all have these outcomes and zero of the others."""
    filled = dict.fromkeys(OUTCOMES, 0.0) | {"weeks_observed": weeks} | amounts
    return {name: np.full(people, amount) for name, amount in filled.items()}


MONEY = table(
    programme_cost_usd=1000, health_cost_usd=200, benefits_usd=50, taxes_usd=30, earnings_usd=400
)


def test_each_perspective_counts_its_own_money() -> None:
    np.testing.assert_array_equal(net_cost(MONEY, "payer"), [1200, 1200])
    np.testing.assert_array_equal(net_cost(MONEY, "government"), [1220, 1220])
    np.testing.assert_array_equal(net_cost(MONEY, "society"), [800, 800])


def test_benefits_and_taxes_only_change_hands_in_society() -> None:
    other = MONEY | {"benefits_usd": np.zeros(2), "taxes_usd": np.full(2, 999.0)}
    np.testing.assert_array_equal(net_cost(other, "society"), net_cost(MONEY, "society"))


def test_an_unknown_perspective_is_refused() -> None:
    with pytest.raises(ValueError, match="'payers' is not known; allowed are payer, government"):
        net_cost(MONEY, "payers")  # type: ignore[arg-type]


def test_a_programme_against_itself_differs_by_exactly_zero() -> None:
    same = cost_effectiveness(MONEY, MONEY, prices=PRICES)
    assert (same.incremental_cost_usd, same.incremental_qalys, same.net_benefit_usd) == (0, 0, 0)
    assert same.verdict == "equal"
    assert same.usd_per_qaly is None


@pytest.mark.parametrize(
    ("cost", "qalys", "verdict", "ratio"),
    [
        (500, 0.25, "gains at a cost", 2000),
        (-500, -0.25, "saves with a loss", 2000),
        (-500, 0.25, "dominant", None),
        (500, -0.25, "dominated", None),
        (0, 0.25, "dominant", None),
        (500, 0, "dominated", None),
    ],
)
def test_differences_are_other_minus_reference(
    cost: float, qalys: float, verdict: str, ratio: float | None
) -> None:
    result = cost_effectiveness(
        table(programme_cost_usd=1000, qalys=0.5),
        table(programme_cost_usd=1000 + cost, qalys=0.5 + qalys),
        prices=PRICES,
        discount_rate_per_year=0,
    )
    assert (result.incremental_cost_usd, result.incremental_qalys) == (cost, qalys)
    assert result.verdict == verdict
    assert result.usd_per_qaly == ratio
    assert result.net_benefit_usd == qalys * 100_000 - cost


def test_swapping_the_reference_changes_every_sign() -> None:
    cheap, dear = table(programme_cost_usd=10, qalys=0.5), table(programme_cost_usd=90, qalys=0.75)
    one = cost_effectiveness(cheap, dear, prices=PRICES)
    two = cost_effectiveness(dear, cheap, prices=PRICES)
    assert two.incremental_cost_usd == -one.incremental_cost_usd
    assert two.incremental_qalys == -one.incremental_qalys
    assert two.net_benefit_usd == -one.net_benefit_usd


def test_means_are_per_person_in_groups_of_different_size() -> None:
    result = cost_effectiveness(
        table(people=3, programme_cost_usd=100),
        table(people=7, programme_cost_usd=300),
        prices=PRICES,
        discount_rate_per_year=0,
    )
    assert result.incremental_cost_usd == 200
    assert (result.people_reference, result.people_other) == (3, 7)


def test_costs_and_qalys_are_discounted_alike() -> None:
    reference = table(weeks=104)
    other = table(weeks=104, programme_cost_usd=1000, qalys=1)
    result = cost_effectiveness(reference, other, prices=PRICES)
    assert result.discount_rate_per_year == PRICES.discount_rate_per_year
    assert result.incremental_qalys == pytest.approx(discount_factors(104, 0.03).mean(), rel=1e-14)
    assert result.usd_per_qaly == pytest.approx(1000, rel=1e-14)


def test_no_people_are_refused() -> None:
    with pytest.raises(ValueError, match="IPS has no people"):
        cost_effectiveness(table(), table(people=0), prices=PRICES, other="IPS")


def test_the_text_says_reference_signs_discounting_and_year() -> None:
    result = cost_effectiveness(
        table(programme_cost_usd=1000, qalys=0.5),
        table(programme_cost_usd=1500, qalys=0.75),
        prices=PRICES,
        perspective="government",
        discount_rate_per_year=0,
        reference="Traditional",
        other="IPS",
    )
    assert str(result).splitlines() == [
        "IPS (2 people) minus Traditional (2 people), per person",
        "net cost    +500 USD of 2025 (positive: costs more)",
        "QALYs       +0.2500 (positive: healthier)",
        "net benefit +24,500 USD at 100,000 USD per QALY (positive: favours IPS)",
        "gains at a cost: 2,000 USD per QALY gained",
        "perspective government: net cost = programme_cost_usd + health_cost_usd "
        "+ benefits_usd - taxes_usd",
        "not discounted",
    ]
    discounted = cost_effectiveness(table(), table(qalys=1), prices=PRICES)
    assert str(discounted).endswith("costs and QALYs discounted at 3.0% a year to entry")
    assert "no ratio" in str(discounted)
