"""Benefits month by month, and what people expect a job to bring."""

from typing import Any

import pytest

from ips_sim.model.entities import Benefit
from ips_sim.model.luck import Luck
from ips_sim.model.rules.benefits import (
    benefit_due,
    best_hours,
    full_benefit,
    gain_expected,
    gain_in_reference,
    leave_benefits,
    look_at_money,
    loss_by_rule,
    loss_expected,
    settle_benefits,
)
from tests.model.builders import levers, parameters, place, seeker

HERE = place(
    tapered_benefit_usd_per_month=967.0,
    taper_disregard_usd_per_month=85.0,
    taper_share=0.5,
    cliff_benefit_usd_per_month=1500.0,
    cliff_earnings_usd_per_month=1600.0,
    trial_work_usd_per_month=1100.0,
    trial_work_months=9,
    months_until_benefit_ends=3,
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


def test_months_without_benefit_end_it_for_good() -> None:
    """Three months in a row are borne; with the fourth it is over."""
    person = seeker(
        benefit=Benefit.CLIFF, benefit_at_entry=Benefit.CLIFF, trial_months_used=9, benefit_fear=0.6
    )
    for months in (1, 2, 3):
        person.month_earnings_usd = 2000.0
        settle_benefits(person, levers(), HERE, parameters(), REPORTS)
        assert (person.benefit_stopped, person.left_benefits) == (True, False)
        assert (person.months_without_benefit, person.benefits_usd) == (months, 0.0)
    person.month_earnings_usd = 2000.0
    settle_benefits(person, levers(), HERE, parameters(), REPORTS)
    assert (person.left_benefits, person.benefit, person.benefit_stopped) == (True, 0, False)
    assert (person.benefit_fear, person.benefit_at_entry) == (0.0, Benefit.CLIFF)


def test_a_month_with_some_benefit_begins_the_count_again() -> None:
    person = seeker(benefit=Benefit.CLIFF, trial_months_used=9, months_without_benefit=3)
    person.month_earnings_usd = 500.0
    settle_benefits(person, levers(), HERE, parameters(), REPORTS)
    assert (person.months_without_benefit, person.benefit_stopped) == (0, False)
    assert (person.left_benefits, person.benefits_usd) == (False, 1500.0)


def test_a_benefit_that_is_worth_nothing_is_not_left_by_earning() -> None:
    nothing = HERE.model_copy(update={"tapered_benefit_usd_per_month": 0.0})
    person = seeker(benefit=Benefit.TAPERED)
    for _ in range(9):
        person.month_earnings_usd = 2000.0
        settle_benefits(person, levers(), nothing, parameters(), REPORTS)
    assert (person.left_benefits, person.benefit_stopped) == (False, False)


def test_leaving_benefits_leaves_nothing_of_them() -> None:
    person = seeker(
        benefit=Benefit.TAPERED,
        benefit_fear=0.4,
        benefit_stopped=True,
        cut_shock=0.5,
        month_earnings_usd=900.0,
    )
    leave_benefits(person)
    assert (person.benefit, person.benefit_fear, person.benefit_stopped) == (0, 0.0, False)
    assert (person.cut_shock, person.month_earnings_usd, person.left_benefits) == (0.0, 0.0, True)


# What a job is expected to bring


@pytest.mark.parametrize(
    ("benefit", "used", "monthly", "by_rule"),
    [
        (Benefit.NONE, 9, 5000.0, 0.0),
        (Benefit.TAPERED, 0, 85.0, 0.0),
        (Benefit.TAPERED, 0, 485.0, 200.0),
        (Benefit.TAPERED, 0, 9000.0, 967.0),
        (Benefit.CLIFF, 9, 1600.0, 0.0),
        (Benefit.CLIFF, 9, 1601.0, 1500.0),
        (Benefit.CLIFF, 8, 1601.0, 0.0),
    ],
)
def test_what_earnings_take_by_the_rules(
    benefit: Benefit, used: int, monthly: float, by_rule: float
) -> None:
    person = seeker(benefit=benefit, trial_months_used=used, month_earnings_usd=monthly)
    assert loss_by_rule(person, monthly, HERE) == by_rule
    assert full_benefit(person, HERE) - benefit_due(person, HERE) == by_rule


@pytest.mark.parametrize(
    ("benefit", "fear", "monthly", "expected"),
    [
        (Benefit.TAPERED, 0.0, 485.0, 200.0),
        (Benefit.TAPERED, 0.5, 485.0, 200.0 + 0.5 * 767.0),
        (Benefit.TAPERED, 1.0, 485.0, 967.0),
        # Earnings that do not count at all frighten nobody.
        (Benefit.TAPERED, 1.0, 85.0, 0.0),
        (Benefit.CLIFF, 1.0, 1100.0, 0.0),
        (Benefit.CLIFF, 0.4, 1101.0, 600.0),
        (Benefit.CLIFF, 1.0, 1101.0, 1500.0),
    ],
)
def test_fear_is_what_people_expect_beyond_the_rules(
    benefit: Benefit, fear: float, monthly: float, expected: float
) -> None:
    person = seeker(benefit=benefit, benefit_fear=fear)
    assert loss_expected(person, monthly, HERE) == pytest.approx(expected)


def test_a_gain_is_what_tax_and_lost_benefits_leave() -> None:
    """20 hours at 15 dollars and 4 weeks a month are 1200 dollars."""
    here = HERE.model_copy(update={"employee_tax_share": 0.1})
    known = parameters()
    assert gain_expected(seeker(), 20.0, 15.0, here, known) == pytest.approx(1080.0)
    tapered = seeker(benefit=Benefit.TAPERED)
    assert gain_expected(tapered, 20.0, 15.0, here, known) == pytest.approx(1080.0 - 557.5)
    # Without a benefit there is nothing to fear for.
    assert gain_expected(seeker(benefit_fear=1.0), 20.0, 15.0, here, known) == pytest.approx(1080.0)


@pytest.mark.parametrize(
    ("wage", "gain"), [(0.0, -1.0), (5.0, -0.6), (12.5, 0.0), (25.0, 1.0), (100.0, 3.0)]
)
def test_a_gain_is_told_in_units_of_the_reference(wage: float, gain: float) -> None:
    """20 hours and 4 weeks a month: 12.50 dollars an hour are the reference of 1000."""
    assert gain_in_reference(seeker(), 20.0, wage, HERE, parameters()) == pytest.approx(gain)


def test_a_loss_is_felt_to_a_limit() -> None:
    rich = HERE.model_copy(update={"cliff_benefit_usd_per_month": 5000.0})
    afraid = seeker(benefit=Benefit.CLIFF, benefit_fear=1.0)
    assert gain_in_reference(afraid, 30.0, 12.5, rich, parameters()) == -3.0


@pytest.mark.parametrize(
    ("fields", "hours", "wage", "agreed"),
    [
        # 1600 dollars at 20 dollars and 4 weeks are 20 hours; over them 1500 would be lost.
        ({"benefit": Benefit.CLIFF, "trial_months_used": 9}, 30.0, 20.0, 20.0),
        # As long as there are trial months it costs nothing.
        ({"benefit": Benefit.CLIFF, "trial_months_used": 3}, 30.0, 20.0, 30.0),
        # Who earns much over the limit gains by it.
        ({"benefit": Benefit.CLIFF, "trial_months_used": 9}, 40.0, 45.0, 40.0),
        # Who fears that any earnings that count cost everything stays under those: 13.75 hours.
        (
            {"benefit": Benefit.CLIFF, "trial_months_used": 9, "benefit_fear": 1.0},
            30.0,
            20.0,
            13.75,
        ),
        ({"benefit": Benefit.CLIFF, "benefit_fear": 1.0}, 30.0, 20.0, 13.75),
        ({"benefit": Benefit.CLIFF, "benefit_fear": 0.1}, 30.0, 20.0, 30.0),
        # Fewer hours than offered anyway need no limit.
        ({"benefit": Benefit.CLIFF, "trial_months_used": 9}, 18.0, 20.0, 18.0),
        # The taper leaves half of each dollar.
        ({"benefit": Benefit.TAPERED}, 30.0, 10.0, 30.0),
        # 85 dollars are two hours a week: nobody hires for those.
        ({"benefit": Benefit.TAPERED, "benefit_fear": 1.0}, 20.0, 10.0, 20.0),
        ({"benefit": Benefit.TAPERED, "benefit_fear": 1.0}, 20.0, 5.0, 4.25),
        ({"benefit_fear": 1.0}, 30.0, 20.0, 30.0),
        ({"benefit": Benefit.CLIFF, "benefit_fear": 1.0}, 30.0, 0.0, 30.0),
    ],
)
def test_hours_stay_under_a_limit_where_people_expect_to_gain_by_it(
    fields: dict[str, Any], hours: float, wage: float, agreed: float
) -> None:
    assert best_hours(seeker(**fields), hours, wage, HERE, parameters()) == pytest.approx(agreed)


def test_the_monthly_look_at_money_is_at_the_usual_wage_for_the_wished_hours() -> None:
    """Half above a minimum of 10 dollars, 20 hours, 4 weeks a month: 1200, against 1000."""
    here = HERE.model_copy(
        update={"minimum_wage_usd_per_hour": 10.0, "wage_over_minimum_mean": 1.5}
    )
    person = seeker(preferred_hours=20.0)
    look_at_money(person, here, parameters())
    assert person.gain_expected == pytest.approx(0.2)
    # A plan takes fear away, and that shows.
    afraid = seeker(preferred_hours=20.0, benefit=Benefit.CLIFF, benefit_fear=0.2)
    look_at_money(afraid, here, parameters())
    assert afraid.gain_expected == pytest.approx(0.1)  # 1100 within the limit, not 1200 less 300
    afraid.benefit_fear = 0.0
    look_at_money(afraid, here, parameters())
    assert afraid.gain_expected == pytest.approx(0.2)
