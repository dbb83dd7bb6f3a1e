"""What is pooled over trials, on numbers that can be checked by hand."""

import numpy as np
import pytest

from ips_sim.analysis.trials.trial_spread import pooled_risk_ratio, spread_of_trials

# Three trials of 100 people an arm: risk ratios 2, 3 and 4.
RATES = np.array([[[0.4], [0.6], [0.8]], [[0.2], [0.2], [0.2]]])
PEOPLE = np.full((2, 3), 100)


def test_alike_trials_have_no_spread_and_their_own_ratio():
    rates = np.array([[[0.5]] * 4, [[0.25]] * 4])
    ratio, tau = pooled_risk_ratio(rates, np.full((2, 4), 80))
    assert ratio == pytest.approx([2.0])
    assert tau == pytest.approx([0.0])


def test_random_effects_by_hand():
    log_ratio = np.log([2.0, 3.0, 4.0])
    variance = np.array([1 / 40, 1 / 60, 1 / 80]) + 1 / 20 - 2 / 100
    weight = 1 / variance
    fixed = (weight @ log_ratio) / weight.sum()
    apart = weight @ (log_ratio - fixed) ** 2
    tau2 = (apart - 2) / (weight.sum() - (weight**2).sum() / weight.sum())
    assert tau2 > 0
    random = 1 / (variance + tau2)
    ratio, tau = pooled_risk_ratio(RATES, PEOPLE)
    assert tau == pytest.approx([np.sqrt(tau2)])
    assert np.log(ratio) == pytest.approx([(random @ log_ratio) / random.sum()])


def test_an_arm_without_jobs_is_kept_by_half_a_person():
    rates = np.array([[[0.5], [0.5]], [[0.0], [0.25]]])
    ratio, tau = pooled_risk_ratio(rates, np.full((2, 2), 40))
    assert np.isfinite(ratio).all()
    assert np.isfinite(tau).all()
    assert ratio[0] > 2.0


def test_means_and_spread_by_arm_and_region():
    values = spread_of_trials(
        RATES,
        PEOPLE,
        in_us=np.array([True, False, True]),
        counted_once=np.array([False, False, True]),
    )
    assert values["employed_ever", "ips"] == pytest.approx([0.5])
    assert values["employed_ever", "control"] == pytest.approx([0.2])
    assert values["employed_ever_us", "ips"] == pytest.approx([0.4])
    assert values["employed_ever_outside_us", "ips"] == pytest.approx([0.6])
    assert values["employed_ever_between_trial_sd", "ips"] == pytest.approx([np.sqrt(0.02)])


def test_arms_that_go_together_are_correlated():
    shared = np.linspace(-0.1, 0.1, 5)[:, None]
    rates = np.stack([0.5 + shared, 0.25 + shared / 2])
    values = spread_of_trials(
        rates, np.full((2, 5), 50), np.array([True] * 4 + [False]), np.zeros(5, dtype=bool)
    )
    assert values["employed_ever_between_arm_correlation", "ips,control"] == pytest.approx([1.0])
