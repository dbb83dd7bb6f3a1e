"""Benefits month by month, against the arithmetic that is published with the rules."""

from __future__ import annotations

import numpy as np
import pytest

from ips_sim.economics.benefits import (
    Limit,
    Overpaid,
    benefits_by_month,
    break_even,
    limit_months,
    limit_of,
    limit_scheme,
    overpaid_rules,
    recovered,
    support_scheme,
    support_withdrawn,
    taper_due,
    taper_of,
    taper_scheme,
)
from ips_sim.scenario import load_scenario

OVER, TRIAL, NONE = 2000.0, 1300.0, 0.0
NO_HEALTH = 93


def months(*stretches: tuple[int, float]) -> np.ndarray:
    """One person's earnings: so many months of so much."""
    return np.concatenate([np.full(count, amount) for count, amount in stretches])[None, :]


def paid(earned: np.ndarray, scheme: Limit | None = None) -> list[bool]:
    return limit_months(earned, scheme or limit_scheme()).paid[0].tolist()


@pytest.mark.parametrize(
    ("earned", "unearned", "due"),
    [
        (317, 0, 967 - 116),  # "Understanding SSI": 317 - 20 - 65 = 232, half of it is 116
        (0, 300, 967 - 280),  # the same: 300 of social security - 20 = 280
        (317, 300, 967 - 280 - 126),  # both: 317 - 65 = 252, half of it is 126
        (85, 0, 967),
        (0, 20, 967),
        (0, 987, 0),
        (2018, 0, 0.5),
        (2019, 0, 0),
    ],
)
def test_ssi_follows_the_published_examples(earned: float, unearned: float, due: float) -> None:
    assert taper_due(np.array([earned * 1.0]), taper_scheme(), unearned)[0] == due


def test_what_work_needs_is_taken_off_earnings() -> None:
    scheme = taper_scheme()
    assert taper_due(np.array([617.0]), scheme, 0.0, 300)[0] == taper_due(np.array([317.0]), scheme)
    earned = months((9, TRIAL), (6, 1700))
    assert not limit_months(earned, limit_scheme()).paid[0, -1]
    assert limit_months(earned, limit_scheme(), 100.0).paid[0, -1]


def test_ssi_ends_at_2019_dollars_out_of_a_grid_of_earnings() -> None:
    grid = np.arange(0.0, 3000.0)
    due = taper_due(grid, taper_scheme())
    assert grid[due == 0][0] == 2019 == break_even(taper_scheme())


def test_another_countrys_taper_is_a_row_of_the_same_table() -> None:
    credit = taper_scheme("uk_universal_credit")
    assert taper_due(np.array([411.0, 511.0]), credit) == pytest.approx([816, 761])


def test_nine_months_of_trial_work_then_cessation_and_two_months_of_grace() -> None:
    assert paid(months((15, OVER))) == [True] * 12 + [False] * 3


def test_trial_months_need_not_follow_each_other_and_count_within_sixty() -> None:
    scheme = limit_scheme()
    apart = months(*[(1, TRIAL), (1, NONE)] * 9)
    assert limit_months(apart, scheme).is_trial.sum() == 9
    # Eight months, then one more when the first has left the window: trial work is not over.
    spread = months((8, TRIAL), (53, NONE), (8, OVER))
    trial = limit_months(spread, scheme)
    assert trial.is_trial[0, 61:].all()
    assert trial.paid.all()


def test_in_the_extended_period_the_benefit_comes_and_goes() -> None:
    earned = months((9, OVER), (3, OVER), (2, OVER), (2, TRIAL), (1, OVER), (1, NONE))
    assert paid(earned) == [True] * 12 + [False] * 2 + [True] * 2 + [False, True]


def test_after_it_the_first_month_over_the_limit_ends_the_benefit() -> None:
    earned = months((9, OVER), (4, OVER), (32, NONE), (1, OVER), (1, NONE))
    found = limit_months(earned, limit_scheme())
    assert found.paid[0, 13:45].all()
    assert not found.paid[0, 45]
    assert found.ended[0, 45]
    # Below the limit again within five years: it comes back without a new claim.
    assert found.paid[0, 46]
    assert not found.ended[0, 46]


def test_too_late_it_does_not_come_back() -> None:
    earned = months((9, OVER), (37, OVER), (61, OVER), (3, NONE))
    found = limit_months(earned, limit_scheme())
    assert found.ended[0, 45:].all()
    assert not found.paid[0, 45:].any()


def test_somebody_who_first_earns_much_after_the_extended_period_has_grace_too() -> None:
    earned = months((9, TRIAL), (40, NONE), (4, OVER))
    assert paid(earned)[49:] == [True, True, True, False]


def test_health_cover_outlives_the_benefit() -> None:
    found = limit_months(months((120, OVER)), limit_scheme())
    last = 8 + NO_HEALTH
    assert found.health_cover[0, : last + 1].all()
    assert not found.health_cover[0, last + 1 :].any()


def test_concurrent_benefits_are_reckoned_together() -> None:
    place = load_scenario("ips").place.model_copy(update={"cliff_benefit_usd_per_month": 500.0})
    earned = months((1, NONE), (1, 585.0), (7, OVER), (6, OVER))
    yes = np.array([True])
    found = benefits_by_month(
        earned, earned >= 0, yes, yes, np.zeros(1), taper_of(place), limit_of(place)
    )
    assert found.ssi_full[0, 0] == 967 - 480
    assert found.ssi_withdrawn[0, 1] == pytest.approx((585 - 65) / 2)
    assert found.ssdi_withdrawn[0, :13].sum() == 0  # trial work, cessation and grace
    assert found.ssdi_withdrawn[0, -1] == 500
    # What SSDI no longer pays is no longer unearned income: SSI would be 967 but for earnings.
    assert found.ssi_withdrawn[0, -1] == pytest.approx(487 - (967 - (OVER - 85) / 2))


def test_support_falls_by_what_earnings_bring_beyond_lost_benefits() -> None:
    food = support_scheme("us_food")
    earned, lost = np.array([[500.0]]), np.array([[207.5]])
    assert support_withdrawn(earned, lost, food)[0, 0] == pytest.approx(0.3 * (400 - 207.5))
    assert support_withdrawn(10 * earned, lost, food)[0, 0] == food.full


def test_what_was_overpaid_is_found_months_later_and_withheld() -> None:
    overpaid = np.array([[100.0, 0, 0, 0, 0]])
    due = np.full((1, 5), 600.0)
    back = recovered(overpaid, due, Overpaid(2, 0.1))
    np.testing.assert_allclose(back, [[0, 0, 60, 40, 0]])
    assert overpaid_rules().months_until_found > 0


def test_the_rules_of_the_place_that_ships_are_those_of_the_table() -> None:
    place = load_scenario("ips").place
    assert taper_of(place) == taper_scheme()
    assert limit_of(place) == limit_scheme()
