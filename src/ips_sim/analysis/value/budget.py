"""The budget sheet: dollars, posts and people of each year, and whose money it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ips_sim.analysis.value.result import Value
from ips_sim.analysis.value.views import spread
from ips_sim.economics.inventory import INCOME, PROGRAMME, paid_by
from ips_sim.economics.ledger import FloatArray, full_time_years
from ips_sim.evidence import PAYERS, impact_inventory
from ips_sim.evidence.units import WEEKS_PER_YEAR

_PEOPLE = {
    "people_served": "People served",
    "served_employed": "of them in competitive work",
    "served_jobs": "Jobs they started",
    "served_weeks_worked": "Weeks they worked",
    "first_employed": "Of everyone referred, first in competitive work",
}
_RATIOS = {
    "people_served": "Cost per person served",
    "client_years": "Cost per client-year (a person on the caseload for a year)",
    "served_employed": "Cost per person served who worked",
    "served_jobs": "Cost per job started",
    "served_weeks_worked": "Cost per week worked",
}
PAYER_WORDS = {
    "mental_health_authority": "Mental health authority (state or county)",
    "medicaid": "Medicaid (federal and state)",
    "vocational_rehabilitation": "Vocational rehabilitation (federal and state)",
    "social_security": "Social security",
    "taxpayer": "Other taxes",
    "employer": "Employers",
    "person": "People served",
}


@dataclass(frozen=True)
class BudgetRow:
    """A figure of a year of a strategy, over all its people and sites.

    Attributes
    ----------
    section
        *posts*, *people*, *spending*, *income*, *ratio* or *payer*.
    year
        From 1; the last may be short, as `weeks` says.
    mean, low, high
        Mean over draws, and 90 % range; not discounted.
    """

    strategy: str
    section: str
    item: str
    label: str
    unit: str
    year: int
    weeks: int
    mean: float
    low: float
    high: float


def budget_rows(value: Value) -> list[BudgetRow]:
    """Give the budget of every strategy, year by year."""
    return [row for number in range(len(value.plan.names)) for row in _rows(value, number)]


def _rows(value: Value, number: int) -> list[BudgetRow]:
    priced, scenario = value.priced[0], value.plan.scenarios[number]
    facts, items = priced.facts[number], priced.items(number)
    counted = {
        **priced.counted[number],
        "client_years": priced.counted[number]["weeks_on_caseload"] / WEEKS_PER_YEAR,
    }
    inventory = impact_inventory()
    posts = full_time_years(counted, facts) * WEEKS_PER_YEAR / facts.year_weeks
    spending = sum((items[name] for name in PROGRAMME), np.zeros(posts.shape))
    income = sum((items[name] for name in INCOME), np.zeros(posts.shape))
    lines: list[tuple[str, str, str, str, FloatArray]] = [
        ("posts", "posts", "Full-time posts of specialists", "posts", posts),
        ("posts", "places", "Places", "places", posts * scenario.programme.caseload_limit),
    ]
    lines += [
        ("people", name, label, "weeks" if name == "served_weeks_worked" else "", counted[name])
        for name, label in _PEOPLE.items()
    ]
    lines += [
        ("spending", name, inventory[name].label, "US dollars", items[name]) for name in PROGRAMME
    ]
    lines.append(("spending", "total", "Spending in all", "US dollars", spending))
    lines += [("income", name, inventory[name].label, "US dollars", items[name]) for name in INCOME]
    lines.append(("income", "net", "Left for the authority", "US dollars", spending - income))
    if scenario.budget.usd_per_year is not None:
        there = scenario.budget.usd_per_year * facts.year_weeks / WEEKS_PER_YEAR
        lines.append(("income", "left", "Budget less spending", "US dollars", there - spending))
    for name, label in _RATIOS.items():
        if not counted[name].any():
            continue
        # Of means, as a budget has it: a year in which nobody works has no cost per job.
        lines.append(("ratio", name, label, "US dollars", spending / _not_zero(counted[name])))
    payers = paid_by(items, priced.prices[number])
    lines += [
        (
            "payer",
            payer,
            PAYER_WORDS[payer],
            "US dollars",
            sum(payers[payer].values(), np.zeros(posts.shape)),
        )
        for payer in PAYERS
    ]
    rows = []
    for section, name, label, unit, table in lines:
        for year, weeks in enumerate(facts.year_weeks.astype(int).tolist()):
            mean, low, high = spread(table[:, year])
            if section == "ratio":
                people = float(counted[name][:, year].mean())
                mean = float(spending[:, year].mean()) / people if people else math.nan
            row = (value.plan.names[number], section, name, label, unit, year + 1, weeks)
            rows.append(BudgetRow(*row, mean, low, high))
    return rows


def _not_zero(values: FloatArray) -> FloatArray:
    made: FloatArray = np.where(values > 0, values, np.nan)
    return made
