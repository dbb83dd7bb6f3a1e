"""Benefits month by month, from earnings: what is due, what is paid, what is found later.

Rules are data (``benefit_rules.csv``); amounts that a scenario's place says are its own.  Nothing
here moves what people do: it is reckoned from what they earned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ips_sim.evidence import benefit_rules
from ips_sim.scenario.schema import Place

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Taper:
    """A benefit that is reduced as earnings rise, by the month.

    Attributes
    ----------
    full
        Without income, in money a month.
    general_disregard
        Income of any kind that doesn't count; unearned income uses it first.
    earned_disregard
        Earnings that don't count besides.
    taper
        Benefit lost for each unit of what counts of earnings.
    """

    full: float
    general_disregard: float
    earned_disregard: float
    taper: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A benefit that stops above a limit of earnings, after months of trial work.

    Attributes
    ----------
    full
        Money a month.
    limit
        Earnings above which work counts as gainful.
    trial_level, trial_months, trial_window
        Earnings that use up a month of trial work, and how many within how many months in a row.
    extended_months
        After trial work, in which the benefit comes and goes with earnings.
    grace_months
        Paid after the month of cessation, the first above the limit.
    reinstatement_months
        After the end, in which the benefit comes back without a new claim.
    health_cover_months
        Of health cover that is kept after trial work, with or without the benefit.
    """

    full: float
    limit: float
    trial_level: float
    trial_months: int
    trial_window: int
    extended_months: int
    grace_months: int
    reinstatement_months: int
    health_cover_months: int


@dataclass(frozen=True, slots=True)
class Support:
    """Support for food or rent that is withdrawn as income rises."""

    full: float
    earned_deduction: float
    taper: float


@dataclass(frozen=True, slots=True)
class Overpaid:
    """When pay that was not reported is found, and what share of a benefit brings it back."""

    months_until_found: int
    recovered_share: float


def taper_scheme(name: str = "us_ssi") -> Taper:
    """Give a tapered benefit as the rule table has it."""
    said = {key: rule.value for key, rule in benefit_rules()[name].items()}
    return Taper(**said)


def limit_scheme(name: str = "us_ssdi") -> Limit:
    """Give a benefit with a limit as the rule table has it."""
    rules = benefit_rules()[name]
    said = {
        key: int(rule.value) if rule.unit == "months" else rule.value for key, rule in rules.items()
    }
    return Limit(**said)  # type: ignore[arg-type]


def support_scheme(name: str) -> Support:
    """Give support for food or rent as the rule table has it."""
    return Support(**{key: rule.value for key, rule in benefit_rules()[name].items()})


def overpaid_rules() -> Overpaid:
    """Give how what was overpaid comes back, as the rule table has it."""
    said = {key: rule.value for key, rule in benefit_rules()["us_overpaid"].items()}
    return Overpaid(int(said["months_until_found"]), said["recovered_share"])


def taper_of(place: Place) -> Taper:
    """Give the tapered benefit of a place."""
    general = min(taper_scheme().general_disregard, place.taper_disregard_usd_per_month)
    return Taper(
        full=place.tapered_benefit_usd_per_month,
        general_disregard=general,
        earned_disregard=place.taper_disregard_usd_per_month - general,
        taper=place.taper_share,
    )


def limit_of(place: Place) -> Limit:
    """Give the benefit with an earnings limit of a place."""
    rules = limit_scheme()
    return Limit(
        full=place.cliff_benefit_usd_per_month,
        limit=place.cliff_earnings_usd_per_month,
        trial_level=place.trial_work_usd_per_month,
        trial_months=place.trial_work_months,
        trial_window=rules.trial_window,
        extended_months=rules.extended_months,
        grace_months=rules.grace_months,
        reinstatement_months=rules.reinstatement_months,
        health_cover_months=rules.health_cover_months,
    )


def taper_due(
    earned: FloatArray, scheme: Taper, unearned: FloatArray | float = 0.0, work_expenses: float = 0
) -> FloatArray:
    """Give what is due of a tapered benefit in a month.

    Parameters
    ----------
    earned, unearned
        Income of the month, any shape; another benefit is unearned income.
    work_expenses
        What a person needs because of an impairment in order to work; it is taken off earnings.
    """
    unused = np.maximum(0.0, scheme.general_disregard - unearned)
    counted = np.maximum(0.0, earned - unused - scheme.earned_disregard - work_expenses)
    other = np.maximum(0.0, np.asarray(unearned) - scheme.general_disregard)
    due: FloatArray = np.maximum(0.0, scheme.full - other - scheme.taper * counted)
    return due


def break_even(scheme: Taper) -> float:
    """Give the monthly earnings from which nothing of a tapered benefit is left."""
    return scheme.general_disregard + scheme.earned_disregard + scheme.full / scheme.taper


@dataclass(frozen=True)
class Months:
    """A benefit with a limit, month by month; shapes (people, months).

    Attributes
    ----------
    paid
        Whether the benefit is due.
    is_trial
        Months of trial work used.
    ended
        Whether it has been terminated.
    health_cover
        Whether the health cover that comes with it is kept.
    """

    paid: BoolArray
    is_trial: BoolArray
    ended: BoolArray
    health_cover: BoolArray


def limit_months(
    earned: FloatArray, scheme: Limit, work_expenses: FloatArray | float = 0.0
) -> Months:
    """Go through the months of a benefit with an earnings limit.

    Parameters
    ----------
    earned
        Earnings by person and month.
    work_expenses
        What a person needs because of an impairment in order to work; it is taken off earnings
        where they are held against the limit, not where trial work is.
    """
    people, months = earned.shape
    over = earned - work_expenses > scheme.limit
    tried = earned > scheme.trial_level
    never = months + scheme.extended_months + scheme.health_cover_months + 1
    trial_done = np.full(people, -1 if scheme.trial_months == 0 else never)
    ceased, terminated = np.full(people, never), np.full(people, never)
    used = np.zeros((people, months), dtype=bool)
    paid, ended, health = used.copy(), used.copy(), used.copy()
    for month in range(months):
        in_trial = trial_done == never
        used[:, month] = in_trial & tried[:, month]
        first = max(0, month + 1 - scheme.trial_window)
        is_full = used[:, first : month + 1].sum(axis=1) >= scheme.trial_months
        trial_done[in_trial & is_full] = month
        after = ~in_trial
        now_over = over[:, month]
        ceased[after & now_over & (ceased == never)] = month
        in_grace = (ceased <= month) & (month <= ceased + scheme.grace_months)
        in_extended = month <= trial_done + scheme.extended_months
        ends = after & now_over & ~in_grace & ~in_extended & (terminated == never)
        terminated[ends] = month
        is_back = ~now_over & (terminated < month)
        is_back &= month <= terminated + scheme.reinstatement_months
        terminated[is_back] = never
        is_ended = terminated <= month
        paid[:, month] = in_trial | in_grace | (~now_over & ~is_ended)
        ended[:, month] = is_ended
        health[:, month] = ~is_ended | (month <= trial_done + scheme.health_cover_months)
    return Months(paid, used, ended, health)


@dataclass(frozen=True)
class BenefitMonths:
    """What benefits come to, in money, by person and month; shapes (people, months).

    Attributes
    ----------
    ssi_full, ssdi_full
        Due without earnings, of the tapered benefit and of that with a limit.
    ssi_withdrawn, ssdi_withdrawn
        Less because of earnings.
    food_withdrawn, rent_withdrawn
        Less of support for food and rent, for somebody who gets it.
    overpaid, recovered
        Paid too much because earnings were not reported, and taken back once that was found.
    """

    ssi_full: FloatArray
    ssi_withdrawn: FloatArray
    ssdi_full: FloatArray
    ssdi_withdrawn: FloatArray
    food_withdrawn: FloatArray
    rent_withdrawn: FloatArray
    overpaid: FloatArray
    recovered: FloatArray


def benefits_by_month(
    earned: FloatArray,
    present: BoolArray,
    on_taper: BoolArray,
    on_limit: BoolArray,
    unreported: FloatArray,
    taper: Taper,
    limit: Limit,
) -> BenefitMonths:
    """Reckon benefits from earnings.

    Parameters
    ----------
    earned
        Earnings, shape (people, months).
    present
        Whether a person is followed in a month, shape (people, months).
    on_taper, on_limit
        Who is on which benefit at entry, shape (people,); both is concurrent: what is paid of the
        one with a limit is unearned income to the other.
    unreported
        Share of changes that is not reported in time, shape (people,); what is overpaid is its
        expected value.
    taper, limit
        The rules.
    """
    here = present.astype(np.float64)
    months = limit_months(earned, limit)
    ssdi_full = limit.full * here * on_limit[:, None]
    ssdi = np.where(months.paid, ssdi_full, 0.0)
    on_ssi = here * on_taper[:, None]
    nothing = np.zeros_like(earned)
    ssi_full = taper_due(nothing, taper, ssdi_full) * on_ssi
    ssi = taper_due(earned, taper, ssdi) * on_ssi
    lost = (ssi_full - ssi) + (ssdi_full - ssdi)
    on_any = here * (on_taper | on_limit)[:, None]
    food, rent = support_scheme("us_food"), support_scheme("us_rent")
    overpaid = np.maximum(lost, 0.0) * unreported[:, None]
    return BenefitMonths(
        ssi_full=ssi_full,
        ssi_withdrawn=ssi_full - ssi,
        ssdi_full=ssdi_full,
        ssdi_withdrawn=ssdi_full - ssdi,
        food_withdrawn=support_withdrawn(earned, lost, food) * on_any,
        rent_withdrawn=support_withdrawn(earned, lost, rent) * on_any,
        overpaid=overpaid,
        recovered=recovered(overpaid, ssi + ssdi, overpaid_rules()),
    )


def support_withdrawn(earned: FloatArray, lost: FloatArray, scheme: Support) -> FloatArray:
    """Give how much of a support is withdrawn: a share of earnings, less what benefits lost."""
    more = (1.0 - scheme.earned_deduction) * earned - lost
    withdrawn: FloatArray = np.clip(scheme.taper * more, 0.0, scheme.full)
    return withdrawn


def recovered(overpaid: FloatArray, due: FloatArray, rules: Overpaid) -> FloatArray:
    """Give what of overpaid benefits is withheld in each month, once it is found."""
    back = np.zeros_like(overpaid)
    owed = np.zeros(overpaid.shape[0])
    for month in range(overpaid.shape[1]):
        if month >= rules.months_until_found:
            owed += overpaid[:, month - rules.months_until_found]
        back[:, month] = np.minimum(owed, rules.recovered_share * due[:, month])
        owed -= back[:, month]
    return back
