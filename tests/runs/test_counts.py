"""Numbers that somebody asks for, and values that a file holds."""

from dataclasses import dataclass

import numpy as np
import pytest

from ips_sim.runs.counts import checked, replicates_of, seed_of, whole
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import How


@pytest.mark.parametrize("value", [2, 2.0, np.int32(2), np.uint64(2), np.float64(2.0)])
def test_whole_numbers_of_any_kind(value: object):
    found = whole("jobs", value)
    assert found == 2
    assert type(found) is int


@pytest.mark.parametrize("value", [0, -1, 2.5, float("nan"), float("inf"), "2", True, [2]])
def test_anything_else_is_refused(value: object):
    with pytest.raises(RunError, match="jobs must be 1 or more, found"):
        How(jobs=value)  # type: ignore[arg-type]
    with pytest.raises(RunError, match="replicates must be 1 or more"):
        replicates_of(value)


def test_limits():
    assert seed_of(2**64 - 1) == 2**64 - 1
    for value in (-1, 2**64, None):
        with pytest.raises(RunError, match="the seed must be a whole number from 0"):
            seed_of(value)
    for many in (2**32, 1e12):
        with pytest.raises(RunError, match="less than 4294967296"):
            replicates_of(many)
    with pytest.raises(RunError, match="found a number of thousands of digits"):
        seed_of(10**5000)


@dataclass(frozen=True)
class Pair:
    first: int
    second: tuple[str, ...] = ()


def test_values_of_a_file():
    assert checked(Pair, {"first": 1, "second": ["a"], "more": 2}) == Pair(1, ("a",))
    with pytest.raises(RunError, match="^first is missing$"):
        checked(Pair, {"second": []})
    with pytest.raises(RunError, match="second: .* found 3"):
        checked(Pair, {"first": 1, "second": 3})
