"""Shapley shares against games whose solution is known."""

from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numbers

from ips_sim.analysis.principles.shapley import (
    coalitions_of,
    draw_orders,
    interactions,
    sampled_shares,
    shapley_shares,
)


def members(players: int) -> np.ndarray:
    """Shape (coalitions, players): who takes part in each coalition."""
    return (np.arange(1 << players)[:, None] >> np.arange(players) & 1).astype(float)


def test_in_an_additive_game_everyone_gets_what_they_bring():
    brings = np.array([3.0, -1.5, 0.25, 7.0, 0.0])
    worth = 10.0 + members(5) @ brings
    assert shapley_shares(worth, 5) == pytest.approx(brings, abs=1e-12)
    index = interactions(worth, 5)
    assert index[~np.eye(5, dtype=bool)] == pytest.approx(np.zeros(20), abs=1e-12)


def test_a_pair_that_needs_each_other_shares_equally_and_interacts():
    takes_part = members(4)
    worth = 2.0 * takes_part[:, 0] + 6.0 * takes_part[:, 1] * takes_part[:, 2]
    assert shapley_shares(worth, 4) == pytest.approx([2.0, 3.0, 3.0, 0.0], abs=1e-12)
    index = interactions(worth, 4)
    assert index[1, 2] == pytest.approx(6.0, abs=1e-12) == index[2, 1]
    assert index[0, 1] == pytest.approx(0.0, abs=1e-12)
    assert np.isnan(np.diag(index)).all()


def test_the_glove_game():
    """One left and two right gloves; a pair is worth 1: the published shares are 2/3, 1/6, 1/6."""
    left, right, other = members(3).T
    worth = left * np.maximum(right, other)
    assert shapley_shares(worth, 3) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-12)
    # Two right gloves replace each other.
    assert interactions(worth, 3)[1, 2] == pytest.approx(-0.5, abs=1e-12)


def test_three_that_need_each_other_interact_in_pairs_by_half():
    worth = members(3).prod(axis=1)
    assert interactions(worth, 3)[0, 1] == pytest.approx(0.5, abs=1e-12)


@given(
    numbers.arrays(np.float64, (32, 2), elements=st.floats(-1e5, 1e5)),
    st.integers(0, 4),
)
def test_shares_add_up_and_a_dead_player_gets_nothing(worth: np.ndarray, dead: int):
    coalition = np.arange(32)
    worth = worth[coalition & ~(1 << dead)]
    shares = shapley_shares(worth, 5)
    assert shares.sum(axis=0) == pytest.approx(worth[-1] - worth[0], abs=1e-9)
    assert (shares[dead] == 0).all()
    assert np.nan_to_num(interactions(worth, 5)[dead]) == pytest.approx(np.zeros((5, 2)), abs=1e-9)


def test_every_order_gives_the_exact_shares():
    """The definition: the mean contribution over all orders of entry."""
    from itertools import permutations

    worth = np.random.default_rng(4).normal(size=16)
    orders = np.array(list(permutations(range(4))))
    assert len(orders) == factorial(4)
    shares, _ = sampled_shares(worth, np.arange(16), orders)
    assert shares == pytest.approx(shapley_shares(worth, 4), abs=1e-12)


def test_sampled_shares_add_up_and_come_within_their_error():
    players = 12
    takes_part = members(players)
    brings = np.linspace(-1, 2, players)
    worth = takes_part @ brings + 4 * takes_part[:, 0] * takes_part[:, 11] * takes_part[:, 5]
    exact = shapley_shares(worth, players)
    orders = draw_orders(players, pairs=400, seed=1)
    coalitions = np.unique(coalitions_of(orders))
    shares, errors = sampled_shares(worth[coalitions], coalitions, orders)
    assert shares.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-9)
    off = np.abs(shares - exact)
    assert (off <= 3 * errors + 1e-9).all()
    assert 0 < errors.max() < 0.1
    # Players that only add get their share from any order.
    assert off[[1, 2, 3]] == pytest.approx(np.zeros(3), abs=1e-9)


def test_an_order_is_followed_by_its_reverse():
    orders = draw_orders(11, pairs=3, seed=5)
    assert orders.shape == (6, 11)
    assert (orders[::2] == orders[1::2, ::-1]).all()
    assert (np.sort(orders, axis=1) == np.arange(11)).all()
    met = coalitions_of(orders)
    assert (met[:, 0] == 0).all()
    assert (met[:, -1] == (1 << 11) - 1).all()
