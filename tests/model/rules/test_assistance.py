"""Assistance month by month: what earnings leave of it, who must take part, sanctions, its end."""

import pytest

from ips_sim.model.entities import Benefit, Service, Work
from ips_sim.model.luck import Luck
from ips_sim.model.rules.assistance import (
    assistance_due,
    assistance_lost,
    end_assistance,
    is_sanctioned,
    settle_assistance,
    takes_part,
)
from ips_sim.model.rules.benefits import best_hours, gain_expected, settle_month
from tests.model.builders import levers, parameters, place, seeker

HERE = place(
    assistance_usd_per_month=600.0,
    assistance_disregard_usd_per_month=100.0,
    assistance_taper_share=0.5,
    assistance_earnings_limit_usd_per_month=900.0,
    assistance_limit_months=60,
    assistance_required_hours_per_week=20.0,
    conciliation_months=2,
    sanction_share=0.3,
)


@pytest.mark.parametrize(
    ("earned", "due"), [(0.0, 600.0), (100.0, 600.0), (500.0, 400.0), (900.0, 200.0), (901.0, 0.0)]
)
def test_assistance_falls_with_earnings_and_stops_above_its_limit(earned, due):
    assert assistance_due(earned, HERE) == due


def test_a_sanction_comes_after_the_months_of_conciliation():
    person = seeker(assistance=True, must_take_part=True)
    for months, paid in ((1, 600.0), (2, 1200.0), (3, 1620.0), (4, 2040.0)):
        settle_assistance(person, HERE)
        assert (person.months_not_taking_part, person.benefits_usd) == (months, paid)
    assert person.sanctioned_months == 2
    assert is_sanctioned(person, HERE)
    person.service = Service.SERVED
    settle_assistance(person, HERE)
    assert (person.months_not_taking_part, person.benefits_usd) == (0, 2640.0)
    assert not is_sanctioned(person, HERE)


def test_who_is_exempt_is_never_sanctioned():
    person = seeker(assistance=True)
    for _ in range(5):
        settle_assistance(person, HERE)
    assert (person.benefits_usd, person.sanctioned_months) == (3000.0, 0)


@pytest.mark.parametrize(
    ("person", "takes"),
    [
        (seeker(), False),
        (seeker(service=Service.WAITING), True),
        (seeker(service=Service.PREPARING), True),
        (seeker(service=Service.SERVED), True),
        (seeker(service=Service.CLOSED), False),
        (seeker(work=Work.COMPETITIVE, job_hours=20.0), True),
        (seeker(work=Work.COMPETITIVE, job_hours=19.0), False),
        (seeker(work=Work.SHELTERED, job_hours=20.0), False),
        (seeker(hospital_weeks_left=1), True),
        (seeker(held_weeks_left=1), True),
    ],
)
def test_a_service_or_a_job_of_enough_hours_counts_as_taking_part(person, takes):
    assert takes_part(person, HERE) is takes


def test_only_months_that_pay_count_and_the_last_one_ends_it():
    person = seeker(assistance=True, assistance_months=58, month_earnings_usd=2000.0)
    settle_assistance(person, HERE)
    assert (person.assistance_months, person.benefits_usd) == (58, 0.0)
    person.month_earnings_usd = 0.0
    settle_assistance(person, HERE)
    assert person.assistance
    settle_assistance(person, HERE)
    assert (person.assistance, person.time_limit_reached, person.benefits_usd) == (
        False,
        True,
        1200.0,
    )


def test_what_ends_takes_the_duty_along():
    person = seeker(assistance=True, must_take_part=True, months_not_taking_part=4)
    end_assistance(person)
    assert (person.must_take_part, person.months_not_taking_part) == (False, 0)


def test_a_job_takes_less_from_somebody_under_a_sanction_and_one_of_enough_hours_least():
    free = seeker(assistance=True)
    cut = seeker(assistance=True, months_not_taking_part=3)
    assert assistance_lost(free, 10.0, 500.0, HERE) == 200.0
    assert assistance_lost(cut, 10.0, 500.0, HERE) == pytest.approx(420.0 - 280.0)
    assert assistance_lost(cut, 20.0, 500.0, HERE) == pytest.approx(420.0 - 400.0)


def test_fear_takes_the_rest_of_it_as_soon_as_earnings_count():
    afraid = seeker(assistance=True, benefit_fear=0.5)
    assert assistance_lost(afraid, 10.0, 100.0, HERE) == 0.0
    assert assistance_lost(afraid, 10.0, 500.0, HERE) == 600.0 - 200.0


def test_assistance_and_a_disability_benefit_are_both_lost():
    both = seeker(assistance=True, benefit=Benefit.TAPERED)
    there = HERE.model_copy(update={"tapered_benefit_usd_per_month": 300.0, "taper_share": 0.5})
    # 50 hours a month at 10 dollars: 500 earned, 200 off assistance, 250 off the other.
    assert gain_expected(both, 12.5, 10.0, there, parameters()) == 50.0
    alone = seeker(assistance=True)
    assert gain_expected(alone, 12.5, 10.0, there, parameters()) == 300.0
    assert gain_expected(seeker(), 12.5, 10.0, there, parameters()) == 500.0


def test_hours_stay_under_the_limit_of_earnings_where_more_would_cost():
    person = seeker(assistance=True)
    # 900 dollars a month are 22.5 hours at 10 dollars; 24 hours would earn 60 more and cost 200.
    assert best_hours(person, 24.0, 10.0, HERE, parameters()) == 22.5
    assert best_hours(person, 40.0, 10.0, HERE, parameters()) == 40.0
    assert best_hours(seeker(), 24.0, 10.0, HERE, parameters()) == 24.0


def test_a_month_settles_both_benefits_by_the_same_earnings():
    there = HERE.model_copy(update={"tapered_benefit_usd_per_month": 300.0, "taper_share": 0.5})
    person = seeker(assistance=True, benefit=Benefit.TAPERED, month_earnings_usd=500.0)
    settle_month(person, levers(), there, parameters(), Luck())
    assert (person.benefits_usd, person.month_earnings_usd) == (450.0, 0.0)
    alone = seeker(assistance=True, month_earnings_usd=500.0)
    settle_month(alone, levers(), there, parameters(), Luck())
    assert (alone.benefits_usd, alone.month_earnings_usd) == (400.0, 0.0)
