"""Disability benefits month by month: earnings reduce or stop them, and cuts come as a surprise."""

from __future__ import annotations

from ips_sim.model.entities import JobSeekerFields
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import bounded
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import CLIFF, TAPERED
from ips_sim.scenario.schema import Levers, Place


@rule
def benefit_due(seeker: JobSeekerFields, place: Place) -> float:
    """Say what benefit a person is owed for a month with this month's earnings, in dollars."""
    if seeker.benefit == TAPERED:
        counted = max(0.0, seeker.month_earnings_usd - place.taper_disregard_usd_per_month)
        return max(0.0, place.tapered_benefit_usd_per_month - place.taper_share * counted)
    if seeker.benefit == CLIFF:
        if (
            seeker.trial_months_used >= place.trial_work_months
            and seeker.month_earnings_usd > place.cliff_earnings_usd_per_month
        ):
            return 0.0
        return place.cliff_benefit_usd_per_month
    return 0.0


@rule
def full_benefit(seeker: JobSeekerFields, place: Place) -> float:
    """Say what benefit a person gets in a month without earnings, in dollars."""
    if seeker.benefit == TAPERED:
        return place.tapered_benefit_usd_per_month
    if seeker.benefit == CLIFF:
        return place.cliff_benefit_usd_per_month
    return 0.0


@rule
def settle_benefits(
    seeker: JobSeekerFields, levers: Levers, place: Place, parameters: Parameters, luck: Luck
) -> None:
    """Close the month: pay the benefit, notice trial work, overpay, and cut months later.

    Earnings that are not reported are paid in full for some months and then claimed back, which
    frightens; a planner who helps to report prevents it.
    """
    due = benefit_due(seeker, place)
    full = full_benefit(seeker, place)
    if (
        seeker.benefit == CLIFF
        and seeker.month_earnings_usd > place.trial_work_usd_per_month
        and seeker.trial_months_used < place.trial_work_months
    ):
        seeker.trial_months_used = seeker.trial_months_used + 1
    seeker.benefit_stopped = due == 0.0
    if seeker.benefit_stopped:
        seeker.left_benefits = True
    unreported = parameters.unreported_share
    if seeker.has_benefits_plan:
        unreported = unreported * bounded(
            1.0 - parameters.plan_on_reporting * levers.benefits_follow_up_share, 0.0, 1.0
        )
    if due < full and luck.reporting < unreported:
        seeker.overpaid_months = seeker.overpaid_months + 1
        seeker.benefits_usd = seeker.benefits_usd + full
        if seeker.overpaid_months >= parameters.months_until_overpayment_is_found:
            seeker.overpaid_months = 0
            seeker.cut_shock = 1.0
            seeker.benefit_fear = seeker.benefit_fear + parameters.cut_on_fear * (
                1.0 - seeker.benefit_fear
            )
    else:
        seeker.benefits_usd = seeker.benefits_usd + due
        seeker.cut_shock = seeker.cut_shock * parameters.cut_shock_kept_per_month
    seeker.month_earnings_usd = 0.0
