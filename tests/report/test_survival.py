"""Survival curves: by hand, against lifelines, and what is refused."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]

from ips_sim.report.survival import counted_by_week, kaplan_meier


def test_worked_example():
    # Ten people: two events in week 1, one lost in week 1, one event in week 3, the rest stay.
    curve = kaplan_meier([0, 2, 0, 1, 0], [0, 1, 0, 0, 6])
    assert curve.at_risk.tolist() == [10, 10, 7, 7, 6]
    assert curve.surviving.tolist() == [
        1.0,
        0.8,
        0.8,
        pytest.approx(0.8 * 6 / 7),
        curve.surviving[3],
    ]


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_lifelines(seed):
    rng = np.random.default_rng(seed)
    most = 40
    weeks = rng.integers(0, most + 1, 300)
    observed = rng.random(300) < 0.6
    curve = kaplan_meier(*counted_by_week(weeks, observed, most))
    theirs = KaplanMeierFitter().fit(weeks, observed, timeline=np.arange(most + 1))
    np.testing.assert_allclose(
        curve.surviving, theirs.survival_function_.to_numpy()[:, 0], rtol=0, atol=1e-14
    )
    assert curve.at_risk[0] == theirs.event_table["at_risk"].iloc[0]
    median = theirs.median_survival_time_
    assert curve.median_weeks() == (None if np.isinf(median) else median)


def test_one_curve_for_each_run():
    events = np.array([[0, 2, 1], [0, 0, 0]])
    censored = np.array([[0, 0, 1], [0, 0, 4]])
    both = kaplan_meier(events, censored)
    for run in (0, 1):
        alone = kaplan_meier(events[run], censored[run])
        assert np.array_equal(both.surviving[run], alone.surviving)
    with pytest.raises(ValueError, match="one curve"):
        both.median_weeks()


def test_nobody_at_risk_leaves_the_curve_where_it_was():
    assert kaplan_meier([1, 1, 0], [0, 0, 0]).surviving.tolist() == [0.5, 0.0, 0.0]
    assert kaplan_meier([0, 0], [0, 0]).surviving.tolist() == [1.0, 1.0]


def test_median_is_the_first_week_with_half_or_fewer_left():
    assert kaplan_meier([0, 1, 1, 0], [0, 0, 0, 2]).median_weeks() == 2
    assert kaplan_meier([0, 1, 0, 0], [0, 0, 0, 3]).median_weeks() is None


@pytest.mark.parametrize(
    ("events", "censored", "said"),
    [([1, 2], [1], "shape"), ([1, -1], [0, 0], "negative"), ([1, 1], [0, -2], "negative")],
)
def test_refuses(events, censored, said):
    with pytest.raises(ValueError, match=said):
        kaplan_meier(events, censored)


def test_refuses_weeks_outside_the_follow_up():
    with pytest.raises(ValueError, match="between 0 and 5"):
        counted_by_week([2, 6], [True, True], 5)
    with pytest.raises(ValueError, match="between 0 and 5"):
        counted_by_week([-1, 3], [True, True], 5)
