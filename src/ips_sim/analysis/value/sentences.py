"""What a value analysis says in words: each figure with perspective, price year and reference."""

from __future__ import annotations

from ips_sim.analysis.value.plan import MOST_CHANCE, longest_fitted_weeks
from ips_sim.analysis.value.result import BUDGET_YEARS, Strategy, Value
from ips_sim.analysis.value.views import FloatArray, spread
from ips_sim.economics.benefits import limit_of, taper_of
from ips_sim.economics.prices import default_price_year
from ips_sim.scenario import load_scenario
from ips_sim.shown.english import number

EFFECT_WORDS = {
    "weeks_worked": ("week", "weeks of competitive work"),
    "people_employed": ("person", "people who come to competitive work"),
    "qalys": ("QALY", "QALYs"),
}


def usd(value: float) -> str:
    """Write dollars for a console."""
    sign = "-" if value < 0 else ""
    return f"{sign}${number(abs(value), 0)}"


def _range(low: float, high: float) -> str:
    return "" if low != low else f" ({usd(low)} to {usd(high)})"


def _usd_of(values: FloatArray) -> str:
    mean, low, high = spread(values)
    return f"{usd(mean)}{_range(low, high)}"


def _more(values: FloatArray) -> str:
    mean, low, high = spread(values)
    return f"{usd(abs(mean))} {'more' if mean > 0 else 'less'}{_range(low, high)}"


def sentences(value: Value) -> list[str]:
    """Say what decides, for every strategy against the reference."""
    plan = value.plan
    about = (
        f"Per person referred, over {plan.scenarios[0].design.weeks} weeks, for the perspective "
        f"{plan.perspective}, in US dollars of {default_price_year()}, discounted; differences are "
        f"from {plan.names[plan.reference]}; in brackets what nine draws of ten lie in."
    )
    said: list[str] = []
    rows = {row.strategy: row for row in value.base(plan.perspective, plan.effect)}
    for strategy in value.others:
        said += _of(value, strategy, rows[plan.names[strategy]])
    said.append(about)
    said += _elsewhere(value)
    if value.chance:
        worst = max(value.chance.values())
        enough = (
            "" if worst <= MOST_CHANCE else ", more than it should be: ask for more --replicates"
        )
        said.append(
            f"Chance makes up at most {100 * worst:.1f} % of the variance between draws "
            f"({plan.draws} draws with {value.replicates} replicates each){enough}."
        )
    if plan.is_beyond_trials:
        said.append(
            f"EXTRAPOLATED: no trial behind the fit followed anybody beyond "
            f"{longest_fitted_weeks()} weeks."
        )
    return said


def _elsewhere(value: Value) -> list[str]:
    """Say which of the benefits follow rules of the US although the scenarios lie elsewhere."""
    first = load_scenario("ips").place
    benefits = taper_of(first), limit_of(first)
    if all((taper_of(one.place), limit_of(one.place)) == benefits for one in value.plan.scenarios):
        return []
    return [
        "Benefits have the scenario's own amounts and limits. Support for food and rent, what "
        "happens to overpaid benefits, and all payers follow the rules of the US even so: where "
        "there are others, set prices.food_support_share and prices.rent_support_share to 0 and "
        "read the payers as a sum."
    ]


def _of(value: Value, strategy: int, row: Strategy) -> list[str]:
    plan = value.plan
    name, reference = plan.names[strategy], plan.names[plan.reference]
    said = [f"{name} {_against(row)}."]
    turn, low, high = value.turning_point(strategy)
    said.append(
        f"{name} is cheaper where the programme of {reference} costs more than "
        f"{usd(turn)}{_range(low, high)} a person, and stops being so below; here it costs "
        f"{_usd_of(value.programme_cost(plan.reference))}."
    )
    ratio = value.benefit_cost(strategy)
    if ratio is not None:
        said.append(
            f"Of each dollar more that is spent on the programme of {name}, {ratio[0]:.2f} comes "
            f"back to {plan.perspective} ({ratio[1]:.2f} to {ratio[2]:.2f})."
        )
    year = value.pays_back(strategy)
    if year is None:
        paid = "does not pay for itself within this time"
    elif year == 0:
        paid = "costs no more from the first year on"
    else:
        paid = f"has paid for itself after {year:.1f} years"
    share = 100 * value.share_that_pays_back(strategy)
    said.append(f"{name} {paid}; by the end it has in {share:.0f} % of draws.")
    impact = value.budget_impact(strategy)
    said.append(
        f"With {plan.people_per_year:,} people referred each year, {plan.perspective} pays "
        f"{_more(impact[:, 0])} in year 1 and {_more(impact[:, -1])} in year {BUDGET_YEARS}, not "
        "discounted."
    )
    others = [
        each
        for each in value.strategies
        if each.strategy == name
        and each.variant != "fit"
        and (each.perspective, each.effect) == (plan.perspective, plan.effect)
        and each.displacement_share == row.displacement_share
    ]
    for each in others:
        said.append(f"In the structural variant {each.variant}: {name} {_against(each)}.")
    return said


def _against(row: Strategy) -> str:
    one, many = EFFECT_WORDS[row.effect]
    cost, effect = row.increment_cost, row.increment_effect
    more = f"{usd(abs(cost))} {'more' if cost > 0 else 'less'}"
    what = (
        f"costs {more}{_range(row.increment_cost_low, row.increment_cost_high)} and brings "
        f"{number(abs(effect), 3 if abs(effect) < 1 else 1)} "
        f"{'more' if effect > 0 else 'fewer'} {many}"
    )
    if cost > 0 and effect > 0:
        return f"{what}: {usd(row.ratio_to_reference)} for each {one}"
    if cost <= 0 and effect >= 0:
        return f"{what}: it is cheaper and better"
    if cost >= 0 and effect <= 0:
        return f"{what}: it is dearer and no better"
    return f"{what}: it saves {usd(row.ratio_to_reference)} for each {one} less"
