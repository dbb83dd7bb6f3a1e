"""Bounds, chances and a normal number."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ips_sim.model.rules.arithmetic import (
    LARGEST_LOG_ODDS,
    TUKEY_SCALE,
    bounded,
    happens,
    normal,
    row_of,
    saturating,
)


@pytest.mark.parametrize(("value", "kept"), [(-1.0, 0.0), (0.0, 0.0), (0.4, 0.4), (7.0, 1.0)])
def test_bounded(value: float, kept: float) -> None:
    assert bounded(value, 0.0, 1.0) == kept


def test_the_normal_number_has_a_standard_deviation_of_one() -> None:
    """By the closed form of the variance of Tukey's lambda distribution with exponent 1/8."""
    power = 1 / 8
    squares = 1 / (2 * power + 1)
    products = math.gamma(power + 1) ** 2 / math.gamma(2 * power + 2)
    assert 1 / math.sqrt(2 * (squares - products)) == pytest.approx(TUKEY_SCALE, rel=1e-14)


def test_the_normal_number_is_nearly_normal() -> None:
    uniforms = (np.arange(100_000) + 0.5) / 100_000
    numbers = np.array([normal(float(uniform)) for uniform in uniforms])
    assert numbers.mean() == pytest.approx(0.0, abs=1e-9)
    assert numbers.std() == pytest.approx(1.0, abs=1e-3)
    assert (np.diff(numbers) > 0).all()
    # Quantiles of the normal distribution.
    for share, expected in ((0.5, 0.0), (0.8413, 1.0), (0.9772, 2.0), (0.025, -1.96)):
        assert normal(share) == pytest.approx(expected, abs=0.06)
    assert normal(0.3) == -normal(0.7)


def test_something_happens_as_often_as_its_odds_say() -> None:
    """Odds of 1 to 3 are a chance of a quarter; the log factor multiplies the odds."""
    third = 1 / 3
    assert happens(0.2499, third, 0.0)
    assert not happens(0.2501, third, 0.0)
    assert happens(0.4999, third, math.log(3.0))
    assert not happens(0.5001, third, math.log(3.0))
    assert happens(0.0999, third, math.log(1 / 3))
    assert not happens(0.1001, third, math.log(1 / 3))


@given(luck=st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_without_odds_nothing_happens(luck: float) -> None:
    assert not happens(luck, 0.0, 1000.0)
    assert not happens(luck, 0.5, -1000.0)


def test_an_enormous_factor_is_bounded_and_raises_nothing() -> None:
    assert happens(0.999, 1.0, 1e300)
    assert happens(0.5, 1e-9, LARGEST_LOG_ODDS) == happens(0.5, 1e-9, 1e300)


@pytest.mark.parametrize(("hours", "effect"), [(0.0, 0.0), (1.0, 1 / 3), (2.0, 0.5), (6.0, 0.75)])
def test_hours_have_diminishing_returns(hours: float, effect: float) -> None:
    assert saturating(hours, 2.0) == effect


def test_every_row_has_the_same_share_of_luck() -> None:
    assert [row_of((k + 0.5) / 10, 5) for k in range(10)] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert row_of(math.nextafter(1.0, 0.0), 3) == 2
    assert row_of(0.999, 1) == 0
