"""The groups of people that ship: how their fields differ, and what the model makes of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ips_sim.scenario import Scenario, load_scenario, shipped
from ips_sim.shown.english import number
from tools.pages.markdown import code, table
from tools.pages.settings import PERCENT, contrast

CONTROL = "traditional"
_FIELDS: Mapping[str, tuple[str, float]] = {
    "age_mean_years": ("age", 1.0),
    "no_recent_work_share": ("no job in 5 years, %", PERCENT),
    "worked_past_year_share": ("worked in the past year, of those with a job in 5, %", PERCENT),
    "work_history_mean_weeks": ("weeks worked in 5 years, of those with any", 1.0),
    "psychotic_share": ("psychotic, %", PERCENT),
    "symptoms_mean": ("symptoms, of 100", PERCENT),
    "physical_limits_share": ("limits of the body, %", PERCENT),
    "substance_use_share": ("substance use, %", PERCENT),
    "legal_history_share": ("record, %", PERCENT),
    "homeless_share": ("no home, %", PERCENT),
    "cares_for_children_share": ("children, %", PERCENT),
    "no_transport_share": ("no way to work, %", PERCENT),
    "tapered_benefit_share": ("tapered benefit, %", PERCENT),
    "cliff_benefit_share": ("benefit with a limit, %", PERCENT),
    "assistance_share": ("assistance, %", PERCENT),
    "duties_share": ("duties, %", PERCENT),
    "on_leave_share": ("job kept on leave, %", PERCENT),
    "interest_mean": ("interest, of 100", PERCENT),
}
"""Fields of the table, what they are called there, and what they are multiplied by."""


def names() -> tuple[str, ...]:
    """Name the groups: adults with serious mental illness, then the files under ``people/``."""
    return ("ips", *(name for name in shipped() if name.startswith("people/")))


def combined(name: str) -> Mapping[str, Any]:
    """Give traditional services for a group, as a file of two lines would."""
    return {
        "title": f"Traditional services, {load_scenario(name).title.removeprefix('IPS, ')}",
        "based_on": [f"{CONTROL}.yaml", f"{name}.yaml"] if name != "ips" else f"{CONTROL}.yaml",
    }


def _title(scenario: Scenario) -> str:
    title = scenario.title.removeprefix("IPS, ")
    return "adults with serious mental illness" if title == "IPS" else title


def facts() -> Mapping[str, Any]:
    """Give everything that the page needs."""
    groups = {name: load_scenario(name) for name in names()}
    base = groups["ips"].people
    rows = []
    for scenario in groups.values():
        cells = [_title(scenario)]
        for field, (_, scale) in _FIELDS.items():
            value = getattr(scenario.people, field)
            text = number(scale * value, 0)
            cells.append(f"**{text}**" if value != getattr(base, field) else text)
        rows.append(cells)
    found = {name: contrast(name, combined(name)) for name in groups}
    made = [
        (
            _title(groups[name]),
            code(f"{name}.yaml"),
            number(PERCENT * one.first["employed_ever"]),
            number(PERCENT * one.second["employed_ever"]),
            one.of("employed_ever", PERCENT),
            number(one.first["weeks_worked"]),
            one.of("weeks_worked"),
            one.of("earnings_usd", decimals=0),
        )
        for name, one in found.items()
    ]
    header = (
        "people",
        "file",
        "IPS, %",
        "traditional, %",
        "IPS brings, points",
        "weeks under IPS",
        "weeks that IPS brings",
        "dollars that IPS brings",
    )
    under_ips = {name: PERCENT * one.first["employed_ever"] for name, one in found.items()}
    gains = [PERCENT * one.difference["employed_ever"][0] for one in found.values()]
    return {
        "fields": table(("people", *(words for words, _ in _FIELDS.values())), rows),
        "made": table(header, made),
        "lowest": _title(groups[min(under_ips, key=lambda name: under_ips[name])]),
        "highest": _title(groups[max(under_ips, key=lambda name: under_ips[name])]),
        "low": number(min(under_ips.values())),
        "high": number(max(under_ips.values())),
        "least": number(min(gains)),
        "most": number(max(gains)),
        "groups": [(_title(one), one.summary, name) for name, one in groups.items()][1:],
    }
