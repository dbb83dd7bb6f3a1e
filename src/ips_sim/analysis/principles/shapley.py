"""Sharing out what several players bring together: exactly over all coalitions, or by sampling.

A coalition is a whole number whose bit i says whether player i takes part.  Worths may have any
further axes; each entry along them is a game of its own.
"""

from __future__ import annotations

from itertools import pairwise
from math import factorial

import numpy as np
from numpy.typing import NDArray

from ips_sim.model.outcomes import FloatArray

IntArray = NDArray[np.int64]


def shapley_shares(worth: FloatArray, players: int) -> FloatArray:
    """Give each player's exact Shapley share: its mean contribution over all orders of entry.

    Parameters
    ----------
    worth
        Shape (2**players, ...): what each coalition brings, by its number.
    players
        How many there are.

    Returns
    -------
    array of float64, shape (players, ...)
        The shares add up to what all bring less what nobody brings.
    """
    weights = np.array(
        [
            factorial(size) * factorial(players - size - 1) / factorial(players)
            for size in range(players)
        ]
    )
    shares = [
        np.tensordot(weights[_sizes(without)], worth[without | 1 << player] - worth[without], 1)
        for player in range(players)
        for without in [_coalitions_without(players, 1 << player)]
    ]
    return np.array(shares).reshape(players, *worth.shape[1:])


def interactions(worth: FloatArray, players: int) -> FloatArray:
    """Give the Shapley interaction index of each pair of players.

    It is what two bring together beyond what they bring one by one, averaged over the coalitions
    of the others; above zero they help each other, below they replace each other.

    Returns
    -------
    array of float64, shape (players, players, ...)
        Symmetric; NaN on the diagonal.
    """
    weights = np.array(
        [
            factorial(size) * factorial(players - size - 2) / factorial(players - 1)
            for size in range(players - 1)
        ]
    )
    found: FloatArray = np.full((players, players, *worth.shape[1:]), np.nan)
    for first in range(players):
        for second in range(first):
            one, other = 1 << first, 1 << second
            neither = _coalitions_without(players, one | other)
            beyond = worth[neither | one | other] - worth[neither | one]
            beyond = beyond - (worth[neither | other] - worth[neither])
            index = np.tensordot(weights[_sizes(neither)], beyond, 1)
            found[first, second] = found[second, first] = index
    return found


def draw_orders(players: int, pairs: int, seed: int) -> IntArray:
    """Draw orders in which players enter, each followed by its reverse.

    A player that is early in one is late in the other, so pairs settle sooner than single orders.

    Returns
    -------
    array of int64, shape (2 * pairs, players)
    """
    random = np.random.default_rng(seed)
    orders = np.array([random.permutation(players) for _ in range(pairs)], dtype=np.int64)
    return np.stack([orders, orders[:, ::-1]], axis=1).reshape(2 * pairs, players)


def coalitions_of(orders: IntArray) -> IntArray:
    """Give the coalitions met while players enter in each order: shape (orders, players + 1)."""
    entered = np.cumsum(1 << orders, axis=1)
    nobody = np.zeros((len(orders), 1), dtype=np.int64)
    return np.concatenate([nobody, entered], axis=1)


def sampled_shares(
    worth: FloatArray, coalitions: IntArray, orders: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Estimate Shapley shares from some orders of entry.

    Parameters
    ----------
    worth
        Shape (coalitions, ...).
    coalitions
        Numbers of the coalitions, ascending; all that the orders meet are among them.
    orders
        As `draw_orders` gives them: an order, then its reverse.

    Returns
    -------
    shares : array of float64, shape (players, ...)
        They add up as exact ones do.
    errors : array of float64, shape (players, ...)
        Their standard errors, over pairs of orders; NaN with a single pair.
    """
    count, players = orders.shape
    met = np.searchsorted(coalitions, coalitions_of(orders))
    brought: FloatArray = np.empty((players, count, *worth.shape[1:]))
    for order in range(count):
        for place, (before, after) in enumerate(pairwise(met[order])):
            brought[orders[order, place], order] = worth[after] - worth[before]
    paired = brought.reshape(players, count // 2, 2, *worth.shape[1:]).mean(axis=2)
    pairs = count // 2
    if pairs == 1:
        return paired[:, 0], np.full(paired[:, 0].shape, np.nan)
    return paired.mean(axis=1), paired.std(axis=1, ddof=1) / np.sqrt(pairs)


def _coalitions_without(players: int, some: int) -> IntArray:
    every = np.arange(1 << players, dtype=np.int64)
    without: IntArray = every[every & some == 0]
    return without


def _sizes(coalitions: IntArray) -> IntArray:
    return np.array([int(one).bit_count() for one in coalitions], dtype=np.int64)
