"""The three fillers against the published test vectors and against each other."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from ips_sim.model.compiled import philox
from ips_sim.model.compiled.compiling import Whole
from ips_sim.model.compiled.philox import CHUNK, Scratch, scratch
from ips_sim.model.philox import (
    CELL_WIDTH,
    HALF_CELL,
    NUMBER_LIMIT,
    SEED_LIMIT,
    WORD_LIMIT,
    Kind,
    Words,
    philox4x32,
    uniforms,
    uniforms_reference,
)

# The three lines for philox4x32 with 10 rounds of kat_vectors in Random123.
PUBLISHED = [
    "00000000 00000000 00000000 00000000 00000000 00000000   6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff   408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0   d16cfe09 94fdcceb 5001e420 24126ea1",
]


@njit(pipeline_class=Whole, no_cfunc_wrapper=True)  # type: ignore[untyped-decorator]
def fill_uniforms(
    out: Any, room: Scratch, seed: Any, replicate: int, week: int, kind: int, first: int, count: int
) -> None:
    """Let Python call what only compiled code calls."""
    philox.fill_uniforms(out, room, seed, replicate, week, kind, first, count)


def filled(
    seed: int,
    replicate: int,
    week: int,
    kind: Kind,
    first_number: int,
    count: int,
    decisions: int,
) -> Any:
    out = np.full((count, decisions), np.nan)
    fill_uniforms(out, scratch(), np.uint64(seed), replicate, week, int(kind), first_number, count)
    return out


@pytest.mark.parametrize("line", PUBLISHED, ids=["zeros", "ones", "pi"])
def test_published_vectors(line: str) -> None:
    words = [int(word, 16) for word in line.split()]
    counter: Words = (words[0], words[1], words[2], words[3])
    assert philox4x32(counter, (words[4], words[5])) == tuple(words[6:])


def test_fillers_give_the_published_words() -> None:
    # The first published line is block 0 of person 0 in week 0 of replicate 0 at seed 0.
    expected = [(word + 0.5) / 2**32 for word in (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)]
    place = (0, 0, 0, Kind.SEEKER, 0, 1, 4)
    assert uniforms_reference(*place) == [expected]
    assert uniforms(*place).tolist() == [expected]
    assert filled(*place).tolist() == [expected]


def test_each_decision_has_its_place_in_counter_and_key() -> None:
    seed, replicate, week, number, decision = 0x299F31D0A4093822, 7, 77, 12345, 30
    words = philox4x32(
        (decision // 4, week, (Kind.SPECIALIST << 28) + number, replicate),
        (0xA4093822, 0x299F31D0),
    )
    row = uniforms_reference(seed, replicate, week, Kind.SPECIALIST, number, 1, decision + 1)[0]
    assert row[decision] == (words[decision % 4] + 0.5) / 2**32


@given(
    seed=st.integers(0, SEED_LIMIT - 1),
    replicate=st.integers(0, WORD_LIMIT - 1),
    week=st.integers(0, WORD_LIMIT - 1),
    kind=st.sampled_from(Kind),
    first_number=st.integers(0, NUMBER_LIMIT - 5),
    count=st.integers(0, 5),
    decisions=st.integers(0, 11),
)
def test_fillers_agree(
    seed: int,
    replicate: int,
    week: int,
    kind: Kind,
    first_number: int,
    count: int,
    decisions: int,
) -> None:
    place = (seed, replicate, week, kind, first_number, count, decisions)
    reference = uniforms_reference(*place)
    assert uniforms(*place).tolist() == reference
    assert filled(*place).tolist() == reference


@pytest.mark.parametrize("count", [1, 23, CHUNK - 1, CHUNK, CHUNK + 1, 100, 250, 500])
@pytest.mark.parametrize("decisions", [1, 27, 28, 30])
def test_compiled_fills_whole_and_broken_chunks_and_blocks(count: int, decisions: int) -> None:
    place = (2**64 - 3, 2, 51, Kind.EMPLOYER, 1000, count, decisions)
    assert filled(*place).tobytes() == uniforms(*place).tobytes()


@pytest.mark.parametrize(
    ("seed", "replicate", "week", "last"),
    [(0, 0, 0, 0), (SEED_LIMIT - 1, WORD_LIMIT - 1, WORD_LIMIT - 1, NUMBER_LIMIT - 1)],
    ids=["lowest", "highest"],
)
def test_fillers_agree_at_the_limits(seed: int, replicate: int, week: int, last: int) -> None:
    place = (seed, replicate, week, Kind.SITE, last, 1, 8)
    reference = uniforms_reference(*place)
    assert uniforms(*place).tolist() == reference
    assert filled(*place).tolist() == reference


def test_compiled_leaves_other_rows_alone() -> None:
    out = np.full((5, 6), np.nan)
    fill_uniforms(out, scratch(), np.uint64(1), 0, 0, int(Kind.SEEKER), 0, 3)
    assert not np.isnan(out[:3]).any()
    assert np.isnan(out[3:]).all()


def test_a_thing_has_the_same_numbers_wherever_it_stands() -> None:
    together = uniforms(9, 1, 5, Kind.SEEKER, 0, 200, 28)
    assert together[150:160].tobytes() == uniforms(9, 1, 5, Kind.SEEKER, 150, 10, 28).tobytes()
    # A new decision at the end leaves the others as they were.
    assert together[:, :25].tobytes() == uniforms(9, 1, 5, Kind.SEEKER, 0, 200, 25).tobytes()


@pytest.mark.parametrize("word", [0, 1, WORD_LIMIT // 2, WORD_LIMIT - 1])
def test_a_word_becomes_the_exact_middle_of_its_cell(word: int) -> None:
    uniform = (word + HALF_CELL) * CELL_WIDTH
    assert Fraction(uniform) == Fraction(2 * word + 1, 2 * WORD_LIMIT)
    assert 0.0 < uniform < 1.0


def test_kinds_keep_their_numbers() -> None:
    assert [(kind.name, kind.value) for kind in Kind] == [
        ("SEEKER", 0),
        ("SEEKER_START", 1),
        ("EMPLOYER", 2),
        ("EMPLOYER_START", 3),
        ("SPECIALIST", 4),
        ("SITE", 5),
        ("MODEL", 6),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": -1}, "seed -1"),
        ({"seed": SEED_LIMIT}, f"seed {SEED_LIMIT}"),
        ({"replicate": WORD_LIMIT}, f"replicate {WORD_LIMIT}"),
        ({"week": -1}, "week -1"),
        ({"first_number": NUMBER_LIMIT}, f"numbers {NUMBER_LIMIT} to"),
        ({"first_number": NUMBER_LIMIT - 1, "count": 2}, "allowed are 0 to 268435455"),
        ({"first_number": -1}, "numbers -1 to -1"),
        ({"decisions": -1}, "decisions -1"),
    ],
)
def test_what_has_no_place_is_refused(change: dict[str, Any], message: str) -> None:
    place = {
        "seed": 0,
        "replicate": 0,
        "week": 0,
        "kind": Kind.SEEKER,
        "first_number": 0,
        "count": 1,
        "decisions": 4,
    }
    for filler in (uniforms, uniforms_reference):
        with pytest.raises(ValueError, match=message):
            filler(**(place | change))


@pytest.mark.parametrize(
    ("replicate", "week", "first_number", "count", "message"),
    [
        (0, 0, 0, 3, "more things than rows"),
        (0, 0, NUMBER_LIMIT - 1, 2, "number is outside"),
        (0, 0, -1, 2, "number is outside"),
        (0, WORD_LIMIT, 0, 2, "week or replicate"),
        (-1, 0, 0, 2, "week or replicate"),
    ],
)
def test_compiled_refuses_what_has_no_place(
    replicate: int, week: int, first_number: int, count: int, message: str
) -> None:
    out = np.full((2, 4), np.nan)
    with pytest.raises(ValueError, match=message):
        fill_uniforms(out, scratch(), np.uint64(0), replicate, week, 0, first_number, count)
    assert np.isnan(out).all()
