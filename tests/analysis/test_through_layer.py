"""Trials predicted through the layer: where their region lies, and how they stray."""

from dataclasses import replace

import numpy as np
import pytest

from ips_sim.analysis.calibration import trial_layer
from ips_sim.analysis.calibration.statistics import expit, logit
from ips_sim.analysis.trials.through_layer import middle_of_region, predict_arms
from ips_sim.analysis.trials.virtual_trials import shipped_trial
from ips_sim.evidence.trial_layer import LEVELS, SPREADS, strengths
from ips_sim.evidence.trials import trial_designs, trial_results
from ips_sim.runs.draws import records

IPS, CONTROL = 0, 1
NOTHING = dict.fromkeys([*strengths(), *LEVELS, *SPREADS], 0.0)


def draws(**changes: float) -> list[dict[str, float]]:
    return [NOTHING | changes] * 4


def predicted(trial_id: str, samples: int = 4, **changes: float) -> dict[str, np.ndarray]:
    few = records([{}] * 4)
    trial = shipped_trial(trial_id)
    return predict_arms(trial, few, draws(**changes), samples, 1, 1, is_left_out=False)


def test_the_mean_of_a_region_less_the_trial_that_is_left_out():
    mean, factor = middle_of_region(shipped_trial("lehman2002"), IPS, is_left_out=True)
    assert mean == pytest.approx((12 * 0.61 - 0.27) / 11)
    assert factor == pytest.approx(1 + 1 / 11)


@pytest.mark.parametrize(("us", "arm", "whole"), [(True, IPS, 0.61), (False, CONTROL, 0.23)])
def test_of_the_28_those_without_a_rate_have_what_the_others_leave(
    us: bool, arm: int, whole: float
):
    rates = [
        (one.ips_rate, one.control_rate)[arm] / 100
        for name, one in trial_results().items()
        if trial_designs()[name].us == us
    ]
    count = 12 if us else 16
    unseen = next(
        one
        for one in trial_designs()
        if trial_designs()[one].us == us and one not in trial_results()
    )
    seen = next(name for name in trial_results() if trial_designs()[name].us == us)
    of_seen, _ = middle_of_region(shipped_trial(seen), arm, is_left_out=False)
    assert of_seen == pytest.approx(np.mean(rates))
    mean, factor = middle_of_region(shipped_trial(unseen), arm, is_left_out=False)
    others = count - len(rates)
    assert (sum(rates) + others * mean) / count == pytest.approx(whole)
    assert factor == pytest.approx(1 - 1 / others)


def test_a_trial_beyond_the_28_has_the_whole_mean():
    trial = shipped_trial("gold2006")
    own = replace(trial, design=replace(trial.design, trial_id="ours", us=False))
    assert middle_of_region(own, CONTROL, is_left_out=False) == (0.23, 1 + 1 / 16)


def test_where_nothing_of_the_simulation_counts_the_plain_mean_comes():
    found = predicted("drake2013", samples=4_000)
    trial = shipped_trial("drake2013")
    for arm, name in enumerate(found):
        mean, _ = middle_of_region(trial, arm, is_left_out=False)
        assert found[name].mean() / 100 == pytest.approx(mean, abs=0.005)


def test_what_counts_moves_a_trial_from_the_mean_of_its_region():
    half, whole = (
        predicted("gold2006", 4_000, counted_ips=one, level_us_ips=-3) for one in (0.5, 1)
    )
    none = predicted("gold2006", 4_000)
    assert none["ips"].mean() < half["ips"].mean() < whole["ips"].mean()
    # Its control arm is not touched.
    assert none["control"].mean() == whole["control"].mean()


def test_months_count_from_eighteen():
    longer, usual = (
        predicted(name, 4_000, months_ips=1.0)["ips"].mean() for name in ("gold2006", "drake1996")
    )
    mean, _ = middle_of_region(shipped_trial("gold2006"), IPS, is_left_out=False)
    assert longer / 100 == pytest.approx(float(expit(logit(mean) + np.log(24 / 18))), abs=0.01)
    assert usual / 100 == pytest.approx(mean, abs=0.01)


def test_arms_stray_together_or_apart():
    together = predicted("gold2006", 4_000, strays_together=1.0)
    apart = predicted("gold2006", 4_000, strays_ips=1.0, strays_control=1.0)
    assert np.corrcoef(together["ips"], together["control"])[0, 1] > 0.7
    assert abs(np.corrcoef(apart["ips"], apart["control"])[0, 1]) < 0.08
    assert together["ips"].std() == pytest.approx(apart["ips"].std(), rel=0.1)


def test_two_control_conditions_of_one_trial_have_one_ips_arm():
    brokered, psr = (predicted(f"mueser2004_{name}", 50) for name in ("brokered", "psr"))
    assert np.array_equal(brokered["ips"], psr["ips"])
    assert not np.array_equal(brokered["control"], psr["control"])


def test_priors_of_the_layer_hold_and_end():
    random = np.random.default_rng(3)
    drawn = trial_layer.draw_prior(4_000, random)
    for column, one in enumerate(strengths().values()):
        assert one.low <= drawn[:, column].min() <= drawn[:, column].max() <= one.high
    assert np.isfinite(trial_layer.log_prior(drawn)).all()
    outside = drawn[:1].copy()
    outside[0, 0] = -0.01
    assert np.isneginf(trial_layer.log_prior(outside))
    one_sd = list(strengths().values())[2]
    gap = np.zeros((2, len(strengths())))
    gap[1, 2] = one_sd.sd
    low, high = trial_layer.log_prior(gap)
    assert high - low == pytest.approx(-0.5)
