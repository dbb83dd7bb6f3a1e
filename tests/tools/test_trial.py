"""The page on trials: sixteen arms that the plan has, and numbers of people as they are read."""

import math

import pytest

from ips_sim.analysis.principles.trial import fraction
from ips_sim.scenario.schema import PRINCIPLES
from tools.pages.trial import _people, fraction_combinations


def test_arms_are_combinations_of_the_plan():
    chosen = fraction_combinations()
    assert len(set(chosen)) == 16
    assert {0, 2 ** len(PRINCIPLES) - 1} <= set(chosen)
    for arm, number in zip(fraction(), chosen, strict=True):
        assert [bool(number >> bit & 1) for bit in range(len(PRINCIPLES))] == arm.tolist()


@pytest.mark.parametrize(
    ("needed", "said"), [(1234.5, "1,300"), (97.2, "98"), (250_001.0, "260,000"), (math.inf, "–")]
)
def test_people_are_rounded_up_to_two_digits(needed: float, said: str):
    assert _people(needed) == said
