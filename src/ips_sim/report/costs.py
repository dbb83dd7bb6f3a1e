"""What a programme and hospital days cost: by week, and part by part."""

from __future__ import annotations

from dataclasses import dataclass

from ips_sim.economics.costs import ProgrammeCosts, places_cost, posts_cost, programme_costs
from ips_sim.economics.prices import Prices
from ips_sim.evidence.parameters import load_parameters
from ips_sim.report.folder import FloatArray, PeopleCounts, Result, Told, WeeklyFigures
from ips_sim.report.hours import idle_share

DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class WeeklyCosts:
    """Mean cost per person in each week, US dollars of the prices' year, not discounted.

    Attributes
    ----------
    programme, hospital
        Shape (weeks,).
    not_by_week
        Cost of benefits plans per person over the whole time, which the weekly table does not
        place in a week; None if there is no table of people to tell.
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
    programme = posts_cost(weekly.per_person("staff_hours"), prices) + places_cost(
        weekly.per_person("preparing"),
        weekly.per_person("set_aside_work"),
        people.sums.get("weeks_sheltered", 0.0) if people else 0.0,
        people.sums.get("weeks_transitional", 0.0) if people else 0.0,
        prices,
    )
    hospital = weekly.per_person("in_hospital") * (DAYS_PER_WEEK * prices.inpatient_day_usd)
    plans = None
    if people is not None and set(people.sums).issuperset(PRICED):
        plans = float(_priced(people, prices).plans[0]) / people.people
    return WeeklyCosts(programme, hospital, plans)


@dataclass(frozen=True)
class CostPart:
    """One part of what a programme costs.

    Attributes
    ----------
    label
        What it is.
    usd
        Per person, by scenario; None where the tables do not say.
    """

    label: str
    usd: tuple[float | None, ...]


_STAFF = ("Specialists", "Specialists, hours that had a use", "Specialists, idle hours")
"""What comes first; the first of them where the others are not told apart."""


def cost_parts(result: Result) -> list[CostPart]:
    """Split the cost of each programme: staff, places, plans; empty without people.

    A post costs what it costs, used or idle.  Which hours are idle is told where posts are paid for
    these people alone: else those of free places are for others, who are not simulated.
    """
    by_scenario = [_parts(result, one) for one in result.scenarios]
    labels = dict.fromkeys((*_STAFF, *(label for parts in by_scenario for label in parts)))
    rows = [CostPart(label, tuple(parts.get(label) for parts in by_scenario)) for label in labels]
    return [row for row in rows if any(row.usd)]


def _parts(result: Result, told: Told) -> dict[str, float]:
    name, people = told.name, result.people.get(told.name)
    if people is None or not set(people.sums).issuperset(PRICED):
        return {}
    costs = _priced(people, told.prices)
    weekly, specialists = result.weekly.get(name), float(costs.specialists[0])
    all_hours, used, unused = _STAFF
    staff = {all_hours: specialists}
    if weekly and not told.others_fill_places:
        idle = idle_share(weekly)
        staff = {
            used: specialists * (1.0 - idle),
            unused: specialists * idle,
        }
    usd = {
        **staff,
        "Assessment and training": float(costs.preparation[0]),
        "Sheltered places": float(costs.sheltered[0]),
        "Transitional jobs": float(costs.transitional[0]),
        "Benefits plans": float(costs.plans[0]),
    }
    return {label: amount / people.people for label, amount in usd.items()}


def _priced(people: PeopleCounts, prices: Prices) -> ProgrammeCosts:
    return programme_costs({name: [people.sums[name]] for name in PRICED}, prices)


PRICED = (
    "staff_hours",
    "weeks_preparing",
    "weeks_sheltered",
    "weeks_transitional",
    "benefits_plans",
)
"""What the table of people has of the quantities that a programme pays for."""

_PAID_BY = {
    True: "free places go to others, whose share of a post is theirs",
    False: "posts are paid for these people alone, however few still come",
}


def who_pays(result: Result) -> str:
    """Say for whom the posts of each scenario are paid."""
    said = {one.others_fill_places for one in result.scenarios}
    if len(said) == 1:
        return f"A post costs what it costs, used or idle; {_PAID_BY[said.pop()]}."
    each = "; ".join(f"{one.name}: {_PAID_BY[one.others_fill_places]}" for one in result.scenarios)
    return f"A post costs what it costs, used or idle. {each}."


def why_hospital() -> str:
    """Say why hospital days differ between programmes, and on what that rests."""
    info = load_parameters()["early_response"]
    return (
        "Hospital days differ between scenarios for one reason: relapses are met early where the "
        "mental health team shares care with a specialist, or responds early by itself. Of the "
        f"admissions, that prevents at most a share of {info.value:.2g} ({info.low:g} to "
        f"{info.high:g}; {info.origin}). Work itself prevents none."
    )
