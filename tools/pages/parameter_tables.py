"""Tables of the parameters, of the evidence behind them, and of unit costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ips_sim.economics.prices import default_price_year, uprated_unit_costs
from ips_sim.evidence import unit_costs
from ips_sim.evidence.parameters import ParameterInfo, load_parameters
from tools.pages.markdown import code, table
from tools.pages.rule_texts import rule_modules
from tools.pages.sources import short, source_of, span
from tools.pages.validation_files import learned

IN_ORDER_OF_A_WEEK = (
    "beginnings",
    "labour_market",
    "health",
    "life",
    "referral",
    "staff",
    "caseload",
    "preparation",
    "school",
    "search",
    "relationships",
    "work",
    "week",
    "benefits",
    "interest",
    "leaving",
)
"""Modules of rules with parameters, in the order in which a week calls them."""


def parameter_groups() -> dict[str, tuple[str, ...]]:
    """Give the parameters by the module that reads them first in a week, each once."""
    modules = {one.name: one for one in rule_modules()}
    groups: dict[str, tuple[str, ...]] = {}
    said: set[str] = set()
    for name in IN_ORDER_OF_A_WEEK:
        groups[name] = tuple(one for one in modules[name].parameters if one not in said)
        said.update(groups[name])
    return groups


def parameter_table(names: Sequence[str]) -> str:
    """Write parameters with everything that is known of them."""
    fitted = learned()
    rows = []
    for name in names:
        info = load_parameters()[name]
        after = fitted.get(name)
        rows.append(
            (
                f"{code(name)}: {info.meaning}",
                info.unit,
                short(info.value),
                short(info.prior_centre),
                f"{short(info.low)} to {short(info.high)}",
                info.distribution,
                f"{after.low90:.3g} to {after.high90:.3g}" if after else "",
                info.origin,
                _rests_on(info),
            )
        )
    header = (
        "parameter",
        "unit",
        "value",
        "prior centre",
        "range",
        "prior",
        "90 % after the fit",
        "origin",
        "rests on",
    )
    return table(header, rows)


def short_parameter_table(names: Sequence[str]) -> str:
    """Write parameters with value, range, origin and the evidence's key."""
    rows = [
        (
            code(name),
            info.meaning,
            span(info.value, info.low, info.high),
            info.unit,
            info.origin,
            code(info.evidence),
        )
        for name in names
        for info in [load_parameters()[name]]
    ]
    return table(("parameter", "meaning", "value (range)", "unit", "origin", "evidence"), rows)


def evidence_table() -> str:
    """Write every row of the evidence on which a parameter rests."""
    used = sorted({one.evidence for one in load_parameters().values() if one.evidence})
    rows = []
    for key in used:
        source = source_of(key)
        names = [one.name for one in load_parameters().values() if one.evidence == key]
        rows.append(
            (
                f'<a id="{key}"></a>{code(key)}',
                source.figure,
                source.where,
                source.grade,
                source.note,
                ", ".join(map(code, names)),
            )
        )
    return table(("key", "figure", "source", "status", "note", "used for"), rows)


def origins() -> Counter[str]:
    """Count parameters by origin."""
    return Counter(info.origin for info in load_parameters().values())


def unit_cost_table() -> str:
    """Write unit costs as published and in the dollars of results."""
    year = default_price_year()
    now = uprated_unit_costs()
    rows = []
    for key, cost in unit_costs().items():
        money = cost.price_year is not None
        rows.append(
            (
                code(key),
                span(cost.value, cost.low, cost.high),
                cost.unit,
                str(cost.price_year or ""),
                span(now[key].value, now[key].low, now[key].high) if money else "",
                cost.source,
                cost.status,
                cost.note,
            )
        )
    header = ("key", "as published (range)", "unit", "price year", f"in {year} dollars")
    return table((*header, "source", "status", "note"), rows)


def _rests_on(info: ParameterInfo) -> str:
    if not info.evidence:
        return "judgement"
    source = source_of(info.evidence)
    return f"[`{info.evidence}`](#{info.evidence}): {source.where} ({source.grade})"
