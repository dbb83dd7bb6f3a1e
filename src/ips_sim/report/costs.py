"""What a programme and hospital days cost by week, priced from the weekly table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ips_sim.economics.prices import Prices
from ips_sim.report.folder import FloatArray, PeopleCounts, WeeklyFigures

DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class WeeklyCosts:
    """Mean cost per person in each week, US dollars of the prices' year, not discounted.

    Attributes
    ----------
    programme, hospital
        Shape (weeks,).
    not_by_week
        Programme cost per person over the whole time that the weekly table does not place in a
        week (benefits plans); None if there is no table of people to tell.
    """

    programme: FloatArray
    hospital: FloatArray
    not_by_week: float | None


def weekly_costs(weekly: WeeklyFigures, people: PeopleCounts | None, prices: Prices) -> WeeklyCosts:
    """Price the weekly quantities of one scenario.

    Parameters
    ----------
    weekly
        Sums over runs.
    people
        Tells sheltered from transitional weeks, which the weekly table counts as one; without it
        both are taken to be as frequent.
    prices
        Unit costs.
    """
    specialists = weekly.per_person("staff_hours") * (
        prices.specialist_hour_usd * (1 + prices.overhead_share)
    )
    places = weekly.per_person("preparing") * prices.preparation_week_usd + weekly.per_person(
        "set_aside_work"
    ) * _set_aside_week(people, prices)
    programme = specialists + places
    hospital = weekly.per_person("in_hospital") * (DAYS_PER_WEEK * prices.inpatient_day_usd)
    rest = None
    if people is not None and "programme_cost_usd" in people.sums:
        rest = people.sums["programme_cost_usd"] / people.people - float(np.sum(programme))
    return WeeklyCosts(programme, hospital, rest)


def _set_aside_week(people: PeopleCounts | None, prices: Prices) -> float:
    sheltered = people.sums.get("weeks_sheltered", 0.0) if people else 0.0
    transitional = people.sums.get("weeks_transitional", 0.0) if people else 0.0
    if not sheltered + transitional:
        return (prices.sheltered_week_usd + prices.transitional_week_usd) / 2
    return (sheltered * prices.sheltered_week_usd + transitional * prices.transitional_week_usd) / (
        sheltered + transitional
    )
