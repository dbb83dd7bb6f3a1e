"""The core of a budget sheet of a run or comparison: posts, people, what each costs, who pays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ips_sim.economics.inventory import INCOME, PROGRAMME
from ips_sim.economics.programme_year import programme_money
from ips_sim.evidence import impact_inventory
from ips_sim.report.costs import PRICED
from ips_sim.report.folder import Result, Told
from ips_sim.shown.english import listed, number

_FROM_PEOPLE = (*PRICED, "milestones")
_FROM_WEEKS = ("hours_team", "hours_travel")
_LEFT = "left"
_DIGITS = {"posts": 1, "served": 0, "employed": 0}
MONEY_DIGITS = -2
"""Dollars are told to the hundred."""


def budget_core(result: Result) -> list[tuple[str, tuple[str, ...]]]:
    """Give rows of a sheet, a figure for each scenario: means of one run, over the whole time.

    Empty where the tables of people or of weeks are not at hand, where there is no programme, and
    of open programmes, whose people are counted from before the weeks observed.
    """
    by_scenario = [_figures(result, one) for one in result.scenarios]
    if not all(by_scenario) or not any(figures["posts"] for figures in by_scenario):
        return []
    labels = {
        "posts": "Full-time posts that these people use, of those there are",
        "served": "People served",
        "employed": "of those served came to competitive work",
        "spent": "The programme spends, supervisors and overhead included, $",
        "per_served": "for each person served, $",
        "per_employed": "for each person who came to work, $",
        _LEFT: "of it from the mental health authority, $",
        **{name: f"{impact_inventory()[name].label}, $" for name in INCOME},
    }
    rows = [
        (
            label,
            tuple(_shown(figures[key], _DIGITS.get(key, MONEY_DIGITS)) for figures in by_scenario),
        )
        for key, label in labels.items()
        if any(figures[key] for figures in by_scenario)
    ]
    (label, used), *others = rows
    there = (number(one.posts).removesuffix(".0") for one in result.scenarios)
    return [(label, tuple(f"{a} of {b}" for a, b in zip(used, there, strict=True))), *others]


def about_budget(result: Result) -> str:
    """Say how the sheet goes together with the cards and the findings above it."""
    said = [
        "The cost above counts posts, training, places and plans; here supervisors, overhead, "
        "travel, hiring and start-up come on top. Prices are the central ones; ips-sim budget "
        "takes them from their ranges, and since many of these reach further up than down, its "
        "means may come out higher."
    ]
    refilled = [one.name for one in result.scenarios if one.others_fill_places]
    if refilled:
        under = (
            f"Under {listed(refilled)}, places"
            if len(refilled) < len(result.scenarios)
            else "Places"
        )
        said.append(f"{under} of those who leave go to others, who pay for the rest of the posts.")
    if any(_unserved_finders(result, one) for one in result.scenarios):
        said.append("Who found work without being served is not in it.")
    return " ".join(said)


def _unserved_finders(result: Result, told: Told) -> bool:
    """Whether, in whole people, more found work than had been served."""
    people = result.people.get(told.name)
    if people is None:
        return False
    of_a_run = result.weekly[told.name].runs if told.name in result.weekly else 1
    found = people.first_job.sum() / of_a_run
    return bool(round(found) > round(people.sums.get("served_employed", found) / of_a_run))


def _shown(value: float, digits: int) -> str:
    return "" if value != value else number(round(value, digits), max(digits, 0))


def _figures(result: Result, told: Told) -> Mapping[str, float]:
    people, weekly = result.people.get(told.name), result.weekly.get(told.name)
    if people is None or weekly is None or not told.is_cohort:
        return {}
    if not set(people.sums).issuperset((*_FROM_PEOPLE, "served")):
        return {}
    counted = {name: people.sums[name] for name in (*_FROM_PEOPLE, "served", "served_employed")}
    counted |= {name: float(weekly.totals[name].sum()) for name in _FROM_WEEKS}
    of_a_run = {name: total / weekly.runs for name, total in counted.items()}
    given = {name: np.array([of_a_run[name]]) for name in (*_FROM_PEOPLE, *_FROM_WEEKS)}
    money = {name: float(one[0]) for name, one in programme_money(told.scenario, given).items()}
    spent = sum(money[name] for name in PROGRAMME)
    hours = told.scenario.programme.specialist_hours_per_week * weekly.weeks
    return {
        "posts": of_a_run["staff_hours"] / hours if hours else 0.0,
        "served": of_a_run["served"],
        "employed": of_a_run["served_employed"],
        "spent": spent,
        "per_served": spent / of_a_run["served"] if of_a_run["served"] else np.nan,
        "per_employed": spent / of_a_run["served_employed"]
        if of_a_run["served_employed"]
        else np.nan,
        _LEFT: spent - sum(money[name] for name in INCOME),
        **{name: money[name] for name in INCOME},
    }
