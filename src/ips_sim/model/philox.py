"""Random numbers that are looked up instead of drawn: Philox 4x32-10.

A number is a function of seed, replicate, week, thing and decision, so nothing depends on the
order in which numbers are asked for, and two scenarios share every one of them. The generator
is that of Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".

Three fillers give the same words: plain Python here (the reference, checked against the
published test vectors), NumPy here, and compiled code in :mod:`ips_sim.model.compiled.philox`.

Every block of four decisions is one call of the generator:

==============  ================================================
counter word 0  block of four decisions
counter word 1  week
counter word 2  kind of thing (4 bits), number within it (28)
counter word 3  replicate
key             the seed, low and high half
==============  ================================================
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

WORD_BITS = 32
WORDS_PER_BLOCK = 4
ROUNDS = 10
NUMBER_BITS = 28
"""Bits of the third counter word that number the things of one kind."""
NUMBER_LIMIT = 1 << NUMBER_BITS
WORD_LIMIT = 1 << WORD_BITS
SEED_LIMIT = 1 << (2 * WORD_BITS)
WORD_MASK = WORD_LIMIT - 1

# The constants of the published generator.
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)

# The middle of a word's cell: never 0, never 1, and exact in a double.
HALF_CELL = 0.5
CELL_WIDTH = 1.0 / WORD_LIMIT

Words = tuple[int, int, int, int]


class Kind(IntEnum):
    """Kinds of thing that have chance of their own; the top bits of the third counter word."""

    SEEKER = 0
    SEEKER_START = 1
    EMPLOYER = 2
    EMPLOYER_START = 3
    SPECIALIST = 4
    SITE = 5
    MODEL = 6
    """What the model itself misses; nothing in a simulated world draws it."""


def philox4x32(counter: Words, key: tuple[int, int]) -> Words:
    """Four random words for a counter and a key, in plain Python.

    Parameters
    ----------
    counter
        Four words of 32 bits.
    key
        Two words of 32 bits.

    Returns
    -------
    tuple of int
        Four words of 32 bits.
    """
    word_0, word_1, word_2, word_3 = counter
    key_0, key_1 = key
    for _ in range(ROUNDS):
        product_0 = MULTIPLIERS[0] * word_0
        product_1 = MULTIPLIERS[1] * word_2
        word_0, word_1, word_2, word_3 = (
            (product_1 >> WORD_BITS) ^ word_1 ^ key_0,
            product_1 & WORD_MASK,
            (product_0 >> WORD_BITS) ^ word_3 ^ key_1,
            product_0 & WORD_MASK,
        )
        key_0 = (key_0 + KEY_STEPS[0]) & WORD_MASK
        key_1 = (key_1 + KEY_STEPS[1]) & WORD_MASK
    return word_0, word_1, word_2, word_3


def uniforms_reference(
    seed: int,
    replicate: int,
    week: int,
    kind: Kind,
    first_number: int,
    count: int,
    decisions: int,
) -> list[list[float]]:
    """The numbers of :func:`uniforms`, one at a time in plain Python.

    Parameters
    ----------
    seed, replicate, week, kind, first_number, count, decisions
        As in :func:`uniforms`.

    Returns
    -------
    list of list of float
        For each thing, one number in (0, 1) per decision.

    Raises
    ------
    ValueError
        If an argument does not fit its place in the counter or key.
    """
    check_place(seed, replicate, week, first_number, count, decisions)
    key = (seed & WORD_MASK, seed >> WORD_BITS)
    rows = []
    for number in range(first_number, first_number + count):
        thing = (kind << NUMBER_BITS) | number
        row = []
        for decision in range(decisions):
            block, place = divmod(decision, WORDS_PER_BLOCK)
            words = philox4x32((block, week, thing, replicate), key)
            row.append((words[place] + HALF_CELL) * CELL_WIDTH)
        rows.append(row)
    return rows


def uniforms(
    seed: int,
    replicate: int,
    week: int,
    kind: Kind,
    first_number: int,
    count: int,
    decisions: int,
) -> NDArray[np.float64]:
    """Uniform numbers for consecutive things of one kind in one week.

    Parameters
    ----------
    seed
        From 0 to 2**64 - 1.
    replicate, week
        From 0 to 2**32 - 1.
    kind
        What kind of thing decides.
    first_number
        Number of the first thing, counted across sites.
    count
        How many things; their numbers stay below 2**28.
    decisions
        How many numbers each thing gets.

    Returns
    -------
    ndarray
        Shape (count, decisions), each in (0, 1).

    Raises
    ------
    ValueError
        If an argument does not fit its place in the counter or key.
    """
    weeks = uniforms_by_week(seed, replicate, week, 1, kind, first_number, count, decisions)
    return np.asarray(weeks[0])


def uniforms_by_week(
    seed: int,
    replicate: int,
    first_week: int,
    weeks: int,
    kind: Kind,
    first_number: int,
    count: int,
    decisions: int,
) -> NDArray[np.float64]:
    """The numbers of :func:`uniforms` for several weeks at once, which costs NumPy much less.

    Parameters
    ----------
    seed, replicate, kind, first_number, count, decisions
        As in :func:`uniforms`.
    first_week, weeks
        The first week and how many.

    Returns
    -------
    ndarray
        Shape (weeks, count, decisions), each in (0, 1).

    Raises
    ------
    ValueError
        If an argument does not fit its place in the counter or key.
    """
    check_place(seed, replicate, first_week + weeks - 1, first_number, count, decisions)
    _check_below("week", first_week, WORD_LIMIT)
    shift = np.uint64(WORD_BITS)
    mask = np.uint64(WORD_MASK)
    multiplier_0, multiplier_1 = (np.uint64(multiplier) for multiplier in MULTIPLIERS)
    blocks = -(-decisions // WORDS_PER_BLOCK)
    things = (kind << NUMBER_BITS) + np.arange(first_number, first_number + count, dtype=np.uint64)
    # Axes: week, thing, block; the words take their full shape when they first meet.
    word_0 = np.arange(blocks, dtype=np.uint64)[np.newaxis, np.newaxis, :]
    word_1 = np.arange(first_week, first_week + weeks, dtype=np.uint64)[:, np.newaxis, np.newaxis]
    word_2 = things[np.newaxis, :, np.newaxis]
    word_3 = np.full((1, 1, 1), replicate, dtype=np.uint64)
    key_0, key_1 = seed & WORD_MASK, seed >> WORD_BITS
    for _ in range(ROUNDS):
        product_0 = multiplier_0 * word_0
        product_1 = multiplier_1 * word_2
        word_0 = (product_1 >> shift) ^ word_1 ^ np.uint64(key_0)
        word_1 = product_1 & mask
        word_2 = (product_0 >> shift) ^ word_3 ^ np.uint64(key_1)
        word_3 = product_0 & mask
        key_0 = (key_0 + KEY_STEPS[0]) & WORD_MASK
        key_1 = (key_1 + KEY_STEPS[1]) & WORD_MASK
    words = np.stack((word_0, word_1, word_2, word_3), axis=-1)
    words = words.reshape(weeks, count, blocks * WORDS_PER_BLOCK)[:, :, :decisions]
    return (words.astype(np.float64) + HALF_CELL) * CELL_WIDTH


def check_place(
    seed: int, replicate: int, week: int, first_number: int, count: int, decisions: int
) -> None:
    """Refuse what does not fit its place in the counter or key.

    Two things that shared a place would share their chance without a word.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    _check_below("seed", seed, SEED_LIMIT)
    _check_below("replicate", replicate, WORD_LIMIT)
    _check_below("week", week, WORD_LIMIT)
    if first_number < 0 or count < 0 or first_number + count > NUMBER_LIMIT:
        raise ValueError(
            f"numbers {first_number} to {first_number + count - 1} of one kind: "
            f"allowed are 0 to {NUMBER_LIMIT - 1}"
        )
    _check_below("decisions", decisions, WORD_LIMIT)


def _check_below(name: str, value: int, limit: int) -> None:
    if not 0 <= value < limit:
        raise ValueError(f"{name} {value}: allowed are 0 to {limit - 1}")
