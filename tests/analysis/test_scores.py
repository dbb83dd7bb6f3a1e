"""Scores of predictions: against a library, and worked by hand."""

import sys
from dataclasses import replace
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest

from ips_sim.analysis.trials.scores import (
    QUANTILES,
    SEED_CONSTANTS,
    Prediction,
    baseline_of_constants,
    baseline_of_means,
    score,
)
from ips_sim.evidence.trials import TrialResult, trial_designs


def predicted(sample: list[float], published: float, arm: str = "ips") -> Prediction:
    return Prediction("gold2006", arm, 66, 24, published, np.array(sample))


@pytest.fixture(scope="module")
def scoringrules() -> ModuleType:
    """The library without its compiled functions: to compile them takes longer than all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numba", None)
        return import_module("scoringrules")


def given(trial_id: str, ips: float, control: float) -> TrialResult:
    return TrialResult(trial_id, 24, 66, 77, ips, control, "fit", "", "", "", "", "")


@pytest.mark.parametrize("published", [-3.0, 20.0, 47.5, 100.0])
def test_crps_is_that_of_scoringrules(scoringrules: ModuleType, published: float):
    sample = np.random.default_rng(1).gamma(4, 12, 333)
    mine = predicted(list(sample), published).crps
    assert mine == pytest.approx(
        scoringrules.crps_ensemble(published, sample, backend="numpy"), rel=1e-12
    )


@pytest.mark.parametrize("published", [1.0, 30.0, 99.0])
def test_interval_score_is_that_of_scoringrules(scoringrules: ModuleType, published: float):
    each = predicted(list(np.random.default_rng(2).normal(40, 12, 500)), published)
    low, high = each.interval
    theirs = scoringrules.interval_score(np.array(published), low, high, 0.1)
    assert each.interval_score == pytest.approx(float(theirs), rel=1e-12)


def test_interval_by_hand():
    each = predicted([float(rate) for rate in range(101)], published=98)
    assert each.interval == pytest.approx((5, 95))
    assert not each.is_covered
    assert each.error == 48
    # 90 wide, and 20 for each of the 3 points by which it misses
    assert each.interval_score == pytest.approx(90 + 60)


def test_summary_by_hand():
    sample = [float(rate) for rate in range(101)]  # mean 50, 5 to 95
    scores = {
        one.arm: one
        for one in score(
            "model",
            [
                predicted(sample, 60),
                predicted(sample, 20),
                predicted(sample, 97, arm="control"),
            ],
        )
    }
    assert {arm: one.arms for arm, one in scores.items()} == {"ips": 2, "control": 1, "both": 3}
    assert scores["ips"].mean_absolute_error == 20
    assert scores["ips"].error_se == pytest.approx(10)  # errors 10 and 30: SD 14.1 over √2
    assert (scores["ips"].covered, scores["control"].covered, scores["both"].covered) == (2, 0, 2)
    assert scores["both"].mean_absolute_error == pytest.approx((10 + 30 + 47) / 3)
    assert scores["both"].mean_width == pytest.approx(90)


def test_no_row_for_an_arm_without_predictions():
    assert [one.arm for one in score("model", [predicted([1.0, 2.0], 1)])] == ["ips", "both"]


US = [given("drake1996", 60, 30), given("lehman2002", 40, 10), given("gold2006", 80, 20)]
ELSEWHERE = [given("latimer2006", 30, 5), given("burns2007", 50, 15), given("wong2008", 10, 1)]


def test_means_are_those_of_the_other_trials_of_the_region():
    design = trial_designs()["gold2006"]
    made = baseline_of_means(design, "ips", US + ELSEWHERE, 80)
    assert np.median(made.sample) == pytest.approx(50)  # of 60 and 40, its own left out
    low, high = made.interval
    # Student's 95th percentile with 1 degree of freedom is 6.31; SD 14.14 × √1.5: off both ends
    assert (low, high) == (0, 100)
    assert (made.n, made.months, made.published) == (66, 24, 80)


def test_spread_of_the_means_baseline():
    design = trial_designs()["latimer2006"]
    rates = [given(name, 45 + step, 10) for name, step in (("burns2007", 0), ("wong2008", 1))]
    rates += [given("tsang2009", 47, 10)]
    made = baseline_of_means(design, "ips", [*rates, *US], 30)
    # SD 1 × √(1 + 1/3), and Student's 95th percentile with 2 degrees of freedom: 2.920
    assert made.interval[1] - 46 == pytest.approx(2.920 * (4 / 3) ** 0.5, rel=2e-2)
    assert len(made.sample) == QUANTILES


@pytest.mark.parametrize(
    ("trial_id", "arm", "constant"),
    [
        ("gold2006", "ips", 61),
        ("gold2006", "control", 27),
        ("latimer2006", "ips", 51),
        ("latimer2006", "control", 23),
    ],
)
def test_constants_of_the_seed(trial_id: str, arm: str, constant: float):
    """A trial in the mean leaves it, of 12 in the US and 16 elsewhere; a new one does not."""
    design = trial_designs()[trial_id]
    made = baseline_of_constants(design, arm, US + ELSEWHERE, 50)
    studies = 12 if design.us else 16
    others = (studies * constant - 50) / (studies - 1)
    assert np.median(made.sample) == pytest.approx(others, abs=1e-9)
    new = baseline_of_constants(replace(design, trial_id="mine"), arm, US + ELSEWHERE, 50)
    assert np.median(new.sample) == pytest.approx(constant, abs=1e-9)
    assert SEED_CONSTANTS[design.us, arm] == constant
    assert made.sample.min() >= 0
    assert made.sample.max() <= 100
