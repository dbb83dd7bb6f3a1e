"""Disability benefits month by month: earnings reduce or stop them, and cuts come as a surprise."""

from __future__ import annotations

from ips_sim.model.entities import JobSeekerFields
from ips_sim.model.luck import Luck
from ips_sim.model.parameters import Parameters
from ips_sim.model.rules.arithmetic import bounded
from ips_sim.model.rules.assistance import assistance_lost, settle_assistance
from ips_sim.model.rules.registry import rule
from ips_sim.model.rules.standing import CLIFF, NO_BENEFIT, TAPERED
from ips_sim.scenario.schema import Levers, Place

LEAST_GAIN, MOST_GAIN = -3.0, 3.0
SHORTEST_HOURS = 4.0
"""Hours a week below which there are no jobs."""


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
def loss_by_rule(seeker: JobSeekerFields, monthly_usd: float, place: Place) -> float:
    """Say what monthly earnings take from a benefit by its rules, in dollars."""
    if seeker.benefit == TAPERED:
        counted = max(0.0, monthly_usd - place.taper_disregard_usd_per_month)
        return min(place.tapered_benefit_usd_per_month, place.taper_share * counted)
    if (
        seeker.benefit == CLIFF
        and seeker.trial_months_used >= place.trial_work_months
        and monthly_usd > place.cliff_earnings_usd_per_month
    ):
        return place.cliff_benefit_usd_per_month
    return 0.0


@rule
def loss_expected(seeker: JobSeekerFields, monthly_usd: float, place: Place) -> float:
    """Say what a person expects to lose: what the rules take, and as much of the rest as is feared.

    Fear is the belief that earnings which count at all cost the whole benefit.
    """
    by_rule = loss_by_rule(seeker, monthly_usd, place)
    if seeker.benefit == TAPERED:
        counts = monthly_usd > place.taper_disregard_usd_per_month
    else:
        counts = monthly_usd > place.trial_work_usd_per_month
    if counts:
        return by_rule + seeker.benefit_fear * (full_benefit(seeker, place) - by_rule)
    return by_rule


@rule
def gain_expected(
    seeker: JobSeekerFields, hours: float, wage: float, place: Place, parameters: Parameters
) -> float:
    """Say what a job would bring in a month, as a person expects: after tax and lost benefits.

    In dollars.
    """
    monthly_usd = hours * wage * parameters.weeks_per_month
    kept = monthly_usd * (1.0 - place.employee_tax_share)
    if seeker.assistance:
        kept = kept - assistance_lost(seeker, hours, monthly_usd, place)
    if seeker.benefit == NO_BENEFIT:
        return kept
    return kept - loss_expected(seeker, monthly_usd, place)


@rule
def gain_in_reference(
    seeker: JobSeekerFields, hours: float, wage: float, place: Place, parameters: Parameters
) -> float:
    """Say how far the gain expected from a job lies above the reference gain, in its units."""
    return bounded(
        gain_expected(seeker, hours, wage, place, parameters)
        / parameters.reference_gain_usd_per_month
        - 1.0,
        LEAST_GAIN,
        MOST_GAIN,
    )


@rule
def best_hours(
    seeker: JobSeekerFields, hours: float, wage: float, place: Place, parameters: Parameters
) -> float:
    """Keep the hours of a job under a limit of earnings, where a person expects to gain by it.

    Not where hardly any would be left: nobody hires for an hour a week.
    """
    if wage <= 0.0 or (seeker.benefit == NO_BENEFIT and not seeker.assistance):
        return hours
    best = hours
    if seeker.assistance:
        limit = place.assistance_earnings_limit_usd_per_month
        best = hours_under(limit, seeker, best, wage, place, parameters)
    if seeker.benefit == TAPERED:
        limit = place.taper_disregard_usd_per_month
        return hours_under(limit, seeker, best, wage, place, parameters)
    if seeker.benefit == NO_BENEFIT:
        return best
    limit = place.cliff_earnings_usd_per_month
    best = hours_under(limit, seeker, best, wage, place, parameters)
    limit = place.trial_work_usd_per_month
    return hours_under(limit, seeker, best, wage, place, parameters)


@rule
def hours_under(
    limit_usd_per_month: float,
    seeker: JobSeekerFields,
    hours: float,
    wage: float,
    place: Place,
    parameters: Parameters,
) -> float:
    """Give the hours that stay under a limit of earnings, if a person expects more of them."""
    under = limit_usd_per_month / (wage * parameters.weeks_per_month)
    if SHORTEST_HOURS <= under < hours and gain_expected(
        seeker, under, wage, place, parameters
    ) > gain_expected(seeker, hours, wage, place, parameters):
        return under
    return hours


@rule
def look_at_money(seeker: JobSeekerFields, place: Place, parameters: Parameters) -> None:
    """Reckon once a month what a job of the wished hours would bring."""
    wage = place.minimum_wage_usd_per_hour * place.wage_over_minimum_mean
    hours = best_hours(seeker, seeker.preferred_hours, wage, place, parameters)
    seeker.gain_expected = gain_in_reference(seeker, hours, wage, place, parameters)


@rule
def settle_month(
    seeker: JobSeekerFields, levers: Levers, place: Place, parameters: Parameters, luck: Luck
) -> None:
    """Close the month for whoever is on benefits, and see what a job would bring in the next."""
    if seeker.assistance:
        settle_assistance(seeker, place)
        if seeker.benefit == NO_BENEFIT:
            seeker.month_earnings_usd = 0.0
    if seeker.benefit != NO_BENEFIT:
        settle_benefits(seeker, levers, place, parameters, luck)
    look_at_money(seeker, place, parameters)


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
    seeker.benefit_stopped = due == 0.0 and full > 0.0
    if seeker.benefit_stopped:
        seeker.months_without_benefit = seeker.months_without_benefit + 1
        if seeker.months_without_benefit > place.months_until_benefit_ends:
            leave_benefits(seeker)
            return
    else:
        seeker.months_without_benefit = 0
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


@rule
def leave_benefits(seeker: JobSeekerFields) -> None:
    """Lose a benefit for good, after months in which earnings left nothing of it."""
    seeker.left_benefits = True
    seeker.benefit = NO_BENEFIT
    if not seeker.assistance:
        seeker.benefit_fear = 0.0
    seeker.benefit_stopped = False
    seeker.cut_shock = 0.0
    seeker.month_earnings_usd = 0.0
