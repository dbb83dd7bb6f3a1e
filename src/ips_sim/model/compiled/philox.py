"""The random numbers of :mod:`ips_sim.model.philox` for compiled code.

The words are those of the reference. Two things make it fast. People are innermost, in chunks
that stay in the nearest cache, so that vector instructions work on eight of them at a time. And
of the ten rounds two need no multiplication per block and person: the counter words that differ
between blocks and those that differ between people meet only in the third round, so rounds one
and two are worked out once per person and once per block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from ips_sim.model import philox
from ips_sim.model.compiled.compiling import AS_PART, UNCOUNTED

if TYPE_CHECKING:
    from ips_sim.model.arrays import Floats

CHUNK = 128
"""People worked on together: the six rows of `Scratch` stay in the first-level cache."""

_BITS = np.uint64(philox.WORD_BITS)
_MASK = np.uint64(philox.WORD_MASK)
_NUMBER_BITS = np.uint64(philox.NUMBER_BITS)
_MULTIPLIER_0, _MULTIPLIER_1 = (np.uint64(value) for value in philox.MULTIPLIERS)
_STEP_0, _STEP_1 = (np.uint64(value) for value in philox.KEY_STEPS)
_LATER_ROUNDS = philox.ROUNDS - 2
_WORDS = philox.WORDS_PER_BLOCK
_WORD_LIMIT = philox.WORD_LIMIT
_NUMBER_LIMIT = philox.NUMBER_LIMIT
_HALF_CELL = philox.HALF_CELL
_CELL_WIDTH = philox.CELL_WIDTH


part = njit(error_model="numpy", **UNCOUNTED, **AS_PART)


class Scratch(NamedTuple):
    """Room for a chunk: compiled code makes no arrays."""

    low: NDArray[np.uint64]
    product: NDArray[np.uint64]
    numbers: Floats


def scratch() -> Scratch:
    """Make room for a chunk."""
    return Scratch(
        np.zeros(CHUNK, np.uint64), np.zeros(CHUNK, np.uint64), np.zeros((_WORDS, CHUNK))
    )


@part
def fill_uniforms(
    out: Floats,
    room: Scratch,
    seed: int,
    replicate: int,
    week: int,
    kind: int,
    first_number: int,
    count: int,
) -> None:
    """Fill rows with the uniform numbers of consecutive things of one kind in one week.

    Every column of the rows; otherwise as `fill_columns`.
    """
    fill_columns(out, room, seed, replicate, week, kind, first_number, count, out.shape[1])


@part
def fill_columns(
    out: Floats,
    room: Scratch,
    seed: int,
    replicate: int,
    week: int,
    kind: int,
    first_number: int,
    count: int,
    decisions: int,
) -> None:
    """Fill the first columns of rows with uniform numbers, as many as decisions are taken.

    Compiled into whatever calls it; Python can't call it.

    Parameters
    ----------
    out
        Shape (at least `count`, decisions), C-contiguous. Rows from `count` on are left alone.
    room
        What `scratch` makes.
    seed
        From 0 to 2**64 - 1; pass `numpy.uint64`.
    replicate, week
        From 0 to 2**32 - 1.
    kind
        A value of :class:`ips_sim.model.philox.Kind`.
    first_number
        Number of the thing in row 0, counted across sites.
    count
        How many rows to fill.
    decisions
        How many columns to fill; the others are left alone.

    Raises
    ------
    ValueError
        If there are fewer rows than `count`, or a counter does not fit its place.
    """
    if count < 0 or count > out.shape[0]:
        raise ValueError("fill_uniforms: more things than rows to fill")
    if first_number < 0 or first_number + count > _NUMBER_LIMIT:
        raise ValueError("fill_uniforms: a thing's number is outside 0 to 2**28 - 1")
    if week < 0 or week >= _WORD_LIMIT or replicate < 0 or replicate >= _WORD_LIMIT:
        raise ValueError("fill_uniforms: week or replicate is outside 0 to 2**32 - 1")
    whole_blocks = decisions // _WORDS
    rest = decisions - whole_blocks * _WORDS
    thing = (uint64(kind) << _NUMBER_BITS) | uint64(first_number)
    key_0 = uint64(seed) & _MASK
    key_1 = uint64(seed) >> _BITS
    low, product, numbers = room.low, room.product, room.numbers
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        _rounds_by_person(low, product, thing + uint64(start), uint64(week), key_0, size)
        for block in range(whole_blocks):
            _block(numbers, low, product, uint64(block), uint64(replicate), key_0, key_1, size)
            first = block * _WORDS
            for person in range(size):
                # A constant number of columns, so that a row's four go out in one store.
                for word in range(_WORDS):
                    out[start + person, first + word] = numbers[word, person]
        if rest:
            _block(
                numbers, low, product, uint64(whole_blocks), uint64(replicate), key_0, key_1, size
            )
            first = whole_blocks * _WORDS
            for person in range(size):
                for word in range(rest):
                    out[start + person, first + word] = numbers[word, person]


@part
def _rounds_by_person(
    low: NDArray[np.uint64],
    product: NDArray[np.uint64],
    thing: np.uint64,
    week: np.uint64,
    key_0: np.uint64,
    size: int,
) -> None:
    """What rounds one and two multiply of the words that differ between people."""
    for person in range(size):
        first_product = _MULTIPLIER_1 * ((thing + uint64(person)) & _MASK)
        low[person] = first_product & _MASK
        product[person] = _MULTIPLIER_0 * (((first_product >> _BITS) ^ week ^ key_0) & _MASK)


@part
def _block(
    numbers: Floats,
    low: NDArray[np.uint64],
    product: NDArray[np.uint64],
    block: np.uint64,
    replicate: np.uint64,
    key_0: np.uint64,
    key_1: np.uint64,
    size: int,
) -> None:
    """Four numbers of one block for each person of a chunk.

    Words are masked although they are short enough: so the compiler knows, and multiplies fast.
    """
    # Round one and two of the words that differ between blocks only.
    second_key_0 = (key_0 + _STEP_0) & _MASK
    second_key_1 = (key_1 + _STEP_1) & _MASK
    first_product = _MULTIPLIER_0 * block
    second_product = _MULTIPLIER_1 * (((first_product >> _BITS) ^ replicate ^ key_1) & _MASK)
    mix_0 = (second_product >> _BITS) ^ second_key_0
    mix_1 = second_product & _MASK
    mix_2 = (first_product & _MASK) ^ second_key_1
    for person in range(size):
        word_0 = (low[person] ^ mix_0) & _MASK
        word_1 = mix_1
        word_2 = ((product[person] >> _BITS) ^ mix_2) & _MASK
        word_3 = product[person] & _MASK
        round_key_0 = second_key_0
        round_key_1 = second_key_1
        for _ in range(_LATER_ROUNDS):
            round_key_0 = (round_key_0 + _STEP_0) & _MASK
            round_key_1 = (round_key_1 + _STEP_1) & _MASK
            product_0 = _MULTIPLIER_0 * word_0
            product_1 = _MULTIPLIER_1 * word_2
            word_0 = (product_1 >> _BITS) ^ word_1 ^ round_key_0
            word_1 = product_1 & _MASK
            word_2 = (product_0 >> _BITS) ^ word_3 ^ round_key_1
            word_3 = product_0 & _MASK
        numbers[0, person] = (float(word_0) + _HALF_CELL) * _CELL_WIDTH
        numbers[1, person] = (float(word_1) + _HALF_CELL) * _CELL_WIDTH
        numbers[2, person] = (float(word_2) + _HALF_CELL) * _CELL_WIDTH
        numbers[3, person] = (float(word_3) + _HALF_CELL) * _CELL_WIDTH
