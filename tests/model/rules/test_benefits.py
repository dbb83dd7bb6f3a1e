"""Benefits month by month."""

import pytest

from ips_sim.model.entities import Benefit
from ips_sim.model.luck import Luck
from ips_sim.model.rules.benefits import benefit_due, full_benefit, settle_benefits
from tests.model.builders import levers, parameters, place, seeker

HERE = place(
    tapered_benefit_usd_per_month=967.0,
    taper_disregard_usd_per_month=85.0,
    taper_share=0.5,
    cliff_benefit_usd_per_month=1500.0,
    cliff_earnings_usd_per_month=1600.0,
    trial_work_usd_per_month=1100.0,
    trial_work_months=9,
)
REPORTS, FORGETS = Luck(reporting=0.9), Luck(reporting=0.1)


@pytest.mark.parametrize(
    ("earned", "due"), [(0.0, 967.0), (85.0, 967.0), (485.0, 767.0), (3000.0, 0.0)]
)
def test_a_tapered_benefit_falls_by_half_of_what_is_earned_above_the_disregard(
    earned: float, due: float
) -> None:
    assert benefit_due(seeker(benefit=Benefit.TAPERED, month_earnings_usd=earned), HERE) == due


@pytest.mark.parametrize(
    ("earned", "used", "due"),
    [(1600.0, 9, 1500.0), (1601.0, 8, 1500.0), (1601.0, 9, 0.0), (5000.0, 9, 0.0)],
)
def test_a_benefit_with_a_limit_stops_after_the_trial_months(
    earned: float, used: int, due: float
) -> None:
    person = seeker(benefit=Benefit.CLIFF, month_earnings_usd=earned, trial_months_used=used)
    assert benefit_due(person, HERE) == due


def test_without_a_benefit_nothing_is_due() -> None:
    assert benefit_due(seeker(month_earnings_usd=100.0), HERE) == 0.0
    assert full_benefit(seeker(), HERE) == 0.0
    assert full_benefit(seeker(benefit=Benefit.CLIFF), HERE) == 1500.0


def test_a_month_with_earnings_above_the_threshold_uses_up_a_trial_month() -> None:
    person = seeker(benefit=Benefit.CLIFF, month_earnings_usd=1101.0, trial_months_used=3)
    settle_benefits(person, levers(), HERE, parameters(), REPORTS)
    assert (person.trial_months_used, person.benefits_usd) == (4, 1500.0)
    assert person.month_earnings_usd == 0.0
    person.month_earnings_usd = 1100.0
    settle_benefits(person, levers(), HERE, parameters(), REPORTS)
    assert person.trial_months_used == 4


def test_who_reports_gets_less_and_no_shock() -> None:
    person = seeker(benefit=Benefit.TAPERED, month_earnings_usd=485.0, cut_shock=0.8)
    known = parameters(unreported_share=0.4, cut_shock_kept_per_month=0.5)
    settle_benefits(person, levers(), HERE, known, REPORTS)
    assert (person.benefits_usd, person.overpaid_months, person.cut_shock) == (767.0, 0, 0.4)


def test_who_does_not_report_is_overpaid_and_cut_months_later() -> None:
    known = parameters(unreported_share=0.4, months_until_overpayment_is_found=3.0, cut_on_fear=0.5)
    person = seeker(benefit=Benefit.TAPERED, benefit_fear=0.2)
    for months, shock, fear in ((1, 0.0, 0.2), (2, 0.0, 0.2), (0, 1.0, 0.6)):
        person.month_earnings_usd = 485.0
        settle_benefits(person, levers(), HERE, known, FORGETS)
        assert (person.overpaid_months, person.cut_shock) == (months, shock)
        assert person.benefit_fear == pytest.approx(fear)
    assert person.benefits_usd == 3 * 967.0


def test_nobody_is_overpaid_who_earned_nothing() -> None:
    person = seeker(benefit=Benefit.TAPERED)
    settle_benefits(person, levers(), HERE, parameters(unreported_share=1.0), FORGETS)
    assert person.overpaid_months == 0


@pytest.mark.parametrize(
    ("planned", "follow_up", "months"), [(False, 1.0, 1), (True, 0.0, 1), (True, 1.0, 0)]
)
def test_a_planner_who_follows_up_helps_to_report(
    planned: bool, follow_up: float, months: int
) -> None:
    known = parameters(
        unreported_share=0.4, plan_on_reporting=0.8, months_until_overpayment_is_found=4.0
    )
    person = seeker(benefit=Benefit.TAPERED, month_earnings_usd=485.0, has_benefits_plan=planned)
    settle_benefits(person, levers(benefits_follow_up_share=follow_up), HERE, known, FORGETS)
    assert person.overpaid_months == months


def test_who_earns_enough_has_left_benefits() -> None:
    person = seeker(benefit=Benefit.CLIFF, month_earnings_usd=2000.0, trial_months_used=9)
    settle_benefits(person, levers(), HERE, parameters(), REPORTS)
    assert (person.benefit_stopped, person.left_benefits, person.benefits_usd) == (True, True, 0.0)
    person.month_earnings_usd = 500.0
    settle_benefits(person, levers(), HERE, parameters(), REPORTS)
    assert (person.benefit_stopped, person.left_benefits) == (False, True)
