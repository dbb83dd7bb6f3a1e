"""Assistance: a second benefit, with a limit of months, a duty to take part, and sanctions."""

from __future__ import annotations

from ips_sim.model.entities import JobSeekerFields
from ips_sim.model.rules.life import is_free
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import COMPETITIVE, PREPARING, SERVED, WAITING
from ips_sim.scenario.schema import Place


@rule
def assistance_due(monthly_usd: float, place: Place) -> float:
    """Say what a month's earnings leave of assistance, sanctions aside, in dollars."""
    if monthly_usd > place.assistance_earnings_limit_usd_per_month:
        return 0.0
    counted = max(0.0, monthly_usd - place.assistance_disregard_usd_per_month)
    return max(0.0, place.assistance_usd_per_month - place.assistance_taper_share * counted)


@rule
def is_sanctioned(seeker: JobSeekerFields, place: Place) -> bool:
    """Say whether somebody who must take part did not for longer than conciliation lasts."""
    return seeker.months_not_taking_part > place.conciliation_months


@rule
def assistance_lost(
    seeker: JobSeekerFields, hours: float, monthly_usd: float, place: Place
) -> float:
    """Say what a person expects a job to take from assistance, in dollars a month.

    Fear is the belief that earnings which count at all cost the whole of it.  A job of enough hours
    ends a sanction, and may so bring more than it takes.
    """
    now = assistance_due(0.0, place)
    kept = assistance_due(monthly_usd, place)
    if is_sanctioned(seeker, place):
        now = now * (1.0 - place.sanction_share)
        if hours < place.assistance_required_hours_per_week:
            kept = kept * (1.0 - place.sanction_share)
    if monthly_usd > place.assistance_disregard_usd_per_month:
        kept = kept * (1.0 - seeker.benefit_fear)
    return now - kept


@rule
def takes_part(seeker: JobSeekerFields, place: Place) -> bool:
    """Say whether a person does what assistance asks: a service, or a job of enough hours.

    In hospital or in custody nobody can.
    """
    if not is_free(seeker):
        return True
    if seeker.service == WAITING or seeker.service == PREPARING or seeker.service == SERVED:
        return True
    return (
        seeker.work == COMPETITIVE and seeker.job_hours >= place.assistance_required_hours_per_week
    )


@rule
def settle_assistance(seeker: JobSeekerFields, place: Place) -> None:
    """Close the month: see who took part, withhold or pay, and end what has reached its limit."""
    due = assistance_due(seeker.month_earnings_usd, place)
    if seeker.must_take_part and not takes_part(seeker, place):
        seeker.months_not_taking_part = seeker.months_not_taking_part + 1
    else:
        seeker.months_not_taking_part = 0
    if is_sanctioned(seeker, place):
        due = due * (1.0 - place.sanction_share)
        seeker.sanctioned_months = seeker.sanctioned_months + 1
    seeker.benefits_usd = seeker.benefits_usd + due
    if due > 0.0:
        seeker.assistance_months = seeker.assistance_months + 1
    if seeker.assistance_months >= place.assistance_limit_months:
        end_assistance(seeker)


@rule
def end_assistance(seeker: JobSeekerFields) -> None:
    """Lose assistance for good when its months are used up."""
    seeker.time_limit_reached = True
    seeker.assistance = False
    seeker.must_take_part = False
    seeker.months_not_taking_part = 0
