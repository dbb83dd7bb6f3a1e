"""The pages of a value analysis: the report, and a budget that prints on one sheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ips_sim.analysis.value.budget import BudgetRow, budget_rows
from ips_sim.analysis.value.cheers import checklist
from ips_sim.analysis.value.folder import EFFECT_WORDS
from ips_sim.analysis.value.plan import longest_fitted_weeks
from ips_sim.analysis.value.result import Strategy, Value
from ips_sim.analysis.value.sentences import sentences
from ips_sim.economics.prices import default_price_year, unit_costs_of
from ips_sim.evidence import PERSPECTIVES, impact_inventory
from ips_sim.report.drawing import drawn_all, write_page
from ips_sim.report.value_figures import value_figures
from ips_sim.report.writing import commands_again, provenance
from ips_sim.runs.kinds import PAGE
from ips_sim.runs.manifest import MANIFEST
from ips_sim.shown.english import number
from ips_sim.shown.pages import rendered, write_whole

BUDGET_PAGE = "budget.html"
SECTIONS = {
    "posts": "Posts",
    "people": "People",
    "spending": "The programme spends",
    "income": "Others pay of it",
    "ratio": "What it comes to",
    "payer": "Whose money it is, care and benefits included (minus: gains)",
}
_HERE = Path(__file__)


def write_value_page(value: Value, folder: Path) -> Path:
    """Write ``report.html`` and ``figures/``, and the budget beside it; of one strategy it is all.

    The pages need no network and no script.

    Raises
    ------
    DrawingError
        If some figures can't be drawn, after everything else was written.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    again, made = commands_again(manifest, folder), provenance({"driver": "compiled", **manifest})
    path = write_whole(
        folder / (BUDGET_PAGE if value.others else PAGE),
        rendered(
            _HERE.with_name("budget.html.j2"),
            title=" and ".join(value.plan.names),
            again=again,
            **_on_sheets(value),
        ),
    )
    if not value.others:
        return path
    figures = drawn_all(value_figures(value))
    plan = value.plan
    return write_page(
        folder,
        _HERE.with_name("value.html.j2"),
        figures,
        title=f"What {' and '.join(plan.names)} cost and bring",
        plan=plan,
        reference=plan.names[plan.reference],
        weeks=plan.scenarios[0].design.weeks,
        price_year=default_price_year(),
        beyond=_beyond(value),
        sentences=sentences(value),
        cases=_cases(value),
        inventory=[
            (one.label, [_counts(one.counts[name]) for name in PERSPECTIVES], one.note)
            for one in impact_inventory().values()
        ],
        perspectives=PERSPECTIVES,
        prices=[
            (key, _amount(one.value), f"{_amount(one.low)} to {_amount(one.high)}", one)
            for key, one in unit_costs_of(plan.scenarios[plan.reference]).items()
            if one.low is not None and one.high is not None
        ],
        checklist=checklist(value),
        again=again,
        provenance=made,
    )


def _beyond(value: Value) -> str:
    if not value.plan.is_beyond_trials:
        return ""
    return (
        f"Extrapolated: no trial behind the fit followed anybody beyond {longest_fitted_weeks()} "
        "weeks."
    )


def _counts(weight: float) -> str:
    return {1.0: "cost", -1.0: "gain"}.get(weight, "")


def _amount(value: float) -> str:
    return number(value, 0) if abs(value) >= 100 else f"{value:.3g}"


def _cases(value: Value) -> list[dict[str, Any]]:
    """The base-case table, a block for each variant, perspective and displacement."""
    reference = value.plan.names[value.plan.reference]
    found: dict[tuple[str, str, float], list[Strategy]] = {}
    for row in value.strategies:
        key = (row.variant, row.perspective, row.displacement_share)
        if row.strategy != reference:
            found.setdefault(key, []).append(row)
    return [
        {
            "title": f"{perspective}, {100 * share:.0f} % of work displaced"
            if perspective in ("government", "society")
            else perspective,
            "variant": "" if variant == "fit" else variant,
            "rows": [_row(one) for one in rows],
        }
        for (variant, perspective, share), rows in found.items()
    ]


_DIGITS = {"weeks_worked": 1, "people_employed": 3, "qalys": 4}


def _row(row: Strategy) -> dict[str, str]:
    digits = _DIGITS[row.effect]
    return {
        "strategy": row.strategy,
        "effect": EFFECT_WORDS[row.effect],
        "cost": number(row.increment_cost, 0, sign=True),
        "cost_range": _span(row.increment_cost_low, row.increment_cost_high, 0),
        "brings": number(row.increment_effect, digits, sign=True),
        "brings_range": _span(row.increment_effect_low, row.increment_effect_high, digits),
        "ratio": _ratio(row),
        "best": f"{100 * row.probability_best:.0f} % at ${number(row.threshold, 0)}",
    }


def _ratio(row: Strategy) -> str:
    if row.increment_effect > 0 and row.increment_cost > 0:
        return number(row.ratio_to_reference, 0)
    if row.increment_cost <= 0 and row.increment_effect >= 0:
        return "costs no more, brings no less"
    if row.increment_cost >= 0 and row.increment_effect <= 0:
        return "costs no less, brings no more"
    return f"saves {number(row.ratio_to_reference, 0)} for each less"


def _span(low: float, high: float, digits: int) -> str:
    """A range; empty where there is none, or where it is a point."""
    if low != low or number(low, digits) == number(high, digits):
        return ""
    return f"{number(low, digits)} to {number(high, digits)}"


def sheets_html(value: Value) -> str:
    """Give the budget sheets alone, for a page that has more on it."""
    return rendered(_HERE.with_name("budget_sheets.html.j2"), **_on_sheets(value)).decode()


def _on_sheets(value: Value) -> dict[str, Any]:
    return {
        "sheets": _sheets(value),
        "price_year": default_price_year(),
        "beyond": _beyond(value),
    }


def _sheets(value: Value) -> list[dict[str, Any]]:
    rows = budget_rows(value)
    sheets = []
    for scenario, name in zip(value.plan.scenarios, value.plan.names, strict=True):
        mine = [row for row in rows if row.strategy == name]
        years = {row.year: row.weeks for row in mine}
        sections = []
        for section, title in SECTIONS.items():
            by_label: dict[str, list[BudgetRow]] = {}
            for row in mine:
                if row.section == section:
                    by_label.setdefault(row.label, []).append(row)
            lines = [
                (label, [(_cell(one), _ends(one)) for one in cells], cells[0].item)
                for label, cells in by_label.items()
                if any(one.mean for one in cells)
            ]
            if lines:
                sections.append((title, lines))
        design = scenario.design
        sheets.append(
            {
                "name": name,
                "about": f"{design.people:,} people referred, {design.sites:,} "
                f"site{'' if design.sites == 1 else 's'}"
                + (
                    "; free places go to others, who pay for them: posts are those that these "
                    "people use"
                    if design.free_places_refilled
                    else "; posts are paid whether used or not"
                ),
                "years": [
                    f"Year {year}" + ("" if weeks == 52 else f" ({weeks} weeks)")
                    for year, weeks in years.items()
                ],
                "sections": sections,
            }
        )
    return sheets


def _cell(row: BudgetRow) -> str:
    if row.mean != row.mean:
        return "–"
    if row.unit == "US dollars":
        return number(row.mean, 0)
    return number(row.mean, 1)


def _ends(row: BudgetRow) -> str:
    return _span(row.low, row.high, 0 if row.unit == "US dollars" else 1)
