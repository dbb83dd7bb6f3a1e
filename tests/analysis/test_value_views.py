"""Views of paired draws against tables worked by hand and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pandas
import pytest
from heormodel import cea, models, voi

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
    swing_error,
    triangular,
)

MANY = 20_000


def normal(size: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(size)


def phi(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def test_three_strategies_with_extended_dominance() -> None:
    # A to C costs 400 for 1.0; A to B 300 for 0.5 (600 each), so a mix of A and C beats B.
    found = frontier(np.array([1000.0, 1300.0, 1400.0]), np.array([1.0, 1.5, 2.0]))
    assert found.is_extended.tolist() == [False, True, False]
    assert not found.is_dominated.any()
    assert math.isnan(found.ratio[0])
    assert math.isnan(found.ratio[1])
    assert found.ratio[2] == 400


def test_ratios_are_against_the_next_cheaper_on_the_frontier() -> None:
    cost = np.array([400.0, 0.0, 100.0, 450.0])
    effect = np.array([1.0, 0.0, 0.5, 0.9])
    found = frontier(cost, effect)
    assert found.is_dominated.tolist() == [False, False, False, True]
    np.testing.assert_array_equal(found.ratio, [600, np.nan, 200, np.nan])


def test_of_twins_and_of_equal_costs_one_is_left() -> None:
    twins = frontier(np.array([5.0, 5.0]), np.array([1.0, 1.0]))
    assert twins.is_dominated.tolist() == [False, True]
    equal = frontier(np.array([5.0, 5.0]), np.array([1.0, 2.0]))
    assert equal.is_dominated.tolist() == [True, False]


def test_several_can_fall_to_extended_dominance_one_after_another() -> None:
    cost = np.array([0.0, 90.0, 160.0, 200.0])
    effect = np.array([0.0, 1.0, 2.0, 4.0])
    found = frontier(cost, effect)
    assert found.is_extended.tolist() == [False, True, True, False]
    assert found.ratio[3] == 50


def test_acceptability_counts_draws_and_ties_share_them() -> None:
    cost = np.array([[0.0, 10.0], [0.0, 10.0], [0.0, 10.0], [0.0, 10.0]])
    effect = np.array([[0.0, 1.0], [0.0, 1.0], [0.0, -1.0], [0.0, 0.1]])
    np.testing.assert_array_equal(
        acceptability(cost, effect, [0, 20, 100]), [[1, 0], [0.5, 0.5], [0.375, 0.625]]
    )
    assert best_by_mean(cost, effect, [0, 20, 100]).tolist() == [0, 0, 1]


@pytest.mark.parametrize("threshold", [0.0, 150.0, 400.0])
def test_curves_and_perfect_information_have_their_closed_forms(threshold: float) -> None:
    # More cost 200, more effect normal(1, 0.8): net benefit is normal too.
    more = 1.0 + 0.8 * normal(MANY, 1)
    cost = np.tile([0.0, 200.0], (MANY, 1))
    effect = np.stack([np.zeros(MANY), more], axis=1)
    mean, sd = threshold - 200.0, 0.8 * threshold
    probability = acceptability(cost, effect, [threshold])[0, 1]
    value = perfect_information(cost, effect, [threshold])[0]
    if sd == 0:
        assert (probability, value) == (0, 0)
        return
    assert probability == pytest.approx(cdf(mean / sd), abs=0.01)
    expected = sd * phi(mean / sd) - abs(mean) * cdf(-abs(mean) / sd)
    assert value == pytest.approx(expected, rel=0.04)


def test_knowing_one_of_two_inputs_has_its_closed_form() -> None:
    first, second = normal(MANY, 2), normal(MANY, 3)
    benefit = np.stack([np.zeros(MANY), 0.2 + 3 * first + 4 * second], axis=1)
    found = partial_information(benefit, first)
    expected = 3 * phi(0.2 / 3) - 0.2 * cdf(-0.2 / 3)
    assert abs(found.value - expected) < 3 * found.error
    assert 0 < found.error < 0.05
    both = partial_information(benefit, np.stack([first, second], axis=1))
    assert both.value == pytest.approx(5 * phi(0.04) - 0.2 * cdf(-0.04), rel=0.03)


def test_knowing_what_moves_nothing_is_worth_nothing() -> None:
    benefit = np.stack([np.zeros(500), 3 + normal(500, 4)], axis=1)
    found = partial_information(benefit, normal(500, 5))
    assert found.value <= 2 * found.error + 1e-12


def test_an_input_is_followed_by_a_line() -> None:
    x = normal(400, 6)
    y = 5 + 2 * x + 0.1 * normal(400, 7)
    low, high = followed(y, x, (-1.0, 1.0))
    assert (low, high) == pytest.approx((3, 7), abs=0.05)
    assert swing_error(y, x, (-1.0, 1.0)) == pytest.approx(2 * 0.1 / 20, rel=0.5)


def test_net_benefit() -> None:
    np.testing.assert_array_equal(net_benefit(np.array([3.0]), np.array([2.0]), 10), [17])


@pytest.mark.parametrize(
    ("more", "year"),
    [
        ([-1.0, 5.0], None),
        ([-1.0, 0.5], 0.0),
        ([100.0, -50.0, -100.0], 2.5),
        ([100.0, -50.0], None),
        ([10.0, -20.0], 1.5),
    ],
)
def test_break_even(more: list[float], year: float | None) -> None:
    assert break_even_year(np.array(more)) == year


def test_share_of_chance_is_found_again() -> None:
    draws, replicates = 4000, 5
    truth = 2.0 * normal(draws, 8)
    noise = normal(draws * replicates, 9).reshape(draws, replicates)
    runs = truth[:, None] + noise
    expected = (1 / 5) / (4 + 1 / 5)
    assert share_of_chance(runs, runs.mean(axis=1)) == pytest.approx(expected, rel=0.1)
    same = np.ones((3, 4))
    assert share_of_chance(same, same.mean(axis=1)) == 0


def test_triangular_quantiles() -> None:
    share = np.array([0.0, 0.25, 1.0])
    np.testing.assert_allclose(triangular(share, 0, 1, 4), [0, 1, 4])
    shares = (np.arange(1000) + 0.5) / 1000
    assert triangular(shares, 2, 2, 8).mean() == pytest.approx(4, rel=1e-3)
    np.testing.assert_array_equal(triangular(share, 3, 3, 3), [3, 3, 3])


def test_a_public_package_finds_the_same() -> None:
    first, second = normal(3000, 10), normal(3000, 11)
    cost = np.stack([np.zeros(3000), 100 + 30 * first, 250 + 0 * first], axis=1)
    effect = np.stack([np.zeros(3000), 1 + second, 1.5 + 0.3 * first], axis=1)
    names = ["a", "b", "c"]
    outcomes = models.Outcomes.from_wide(
        pandas.DataFrame(cost, columns=names), pandas.DataFrame(effect, columns=names)
    )
    thresholds = [0.0, 100.0, 200.0, 500.0]
    np.testing.assert_allclose(
        acceptability(cost, effect, thresholds), cea.ceac(outcomes, thresholds)[names].to_numpy()
    )
    np.testing.assert_allclose(
        perfect_information(cost, effect, thresholds), voi.evpi(outcomes, thresholds), atol=1e-9
    )
    ours = frontier(cost.mean(axis=0), effect.mean(axis=0))
    theirs = cea.icer_table(outcomes).loc[names]
    np.testing.assert_allclose(ours.ratio, theirs["icer"].to_numpy(dtype=float))
    draws = pandas.DataFrame({"second": second}, index=pandas.RangeIndex(3000, name="iteration"))
    known = partial_information(net_benefit(cost, effect, 200.0), second)
    assert abs(known.value - voi.evppi(outcomes, draws, "second", 200.0)) < 4 * known.error
