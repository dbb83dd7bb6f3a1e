"""Whether scenarios that are compared hold the same people over the same time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ips_sim.report.words import span
from ips_sim.shown.english import counted, listed

Values = Mapping[str, Any]

_SIZES: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("kind", "design", lambda kind: str(kind).replace("_", " ")),
    ("people", "number of people", lambda count: f"{count:,}"),
    ("sites", "number of sites", lambda count: f"{count:,}"),
    ("entry_weeks", "time of entry", lambda weeks: counted(int(weeks), "week")),
    ("weeks", "follow-up", lambda weeks: span(int(weeks))),
)
"""What of a design makes worlds unlike: key, what it is called, how it is written."""


def unlike(scenarios: Mapping[str, Values]) -> str:
    """Say in what scenarios differ besides programme, place and labour market.

    Parameters
    ----------
    scenarios
        Resolved scenarios by name, as a manifest holds them.

    Returns
    -------
    str
        A sentence or two; empty where the same people are followed equally long.
    """
    said = []
    for key, called, written in _SIZES:
        by_value: dict[str, list[str]] = {}
        for name, values in scenarios.items():
            by_value.setdefault(written(values["design"][key]), []).append(name)
        if len(by_value) > 1:
            each = listed([f"{value} under {listed(names)}" for value, names in by_value.items()])
            said.append(f"the {called} ({each})")
    people = [values["people"] for values in scenarios.values()]
    if any(one != people[0] for one in people):
        said.append("who the people are")
    if not said:
        return ""
    return (
        f"The scenarios differ in {listed(said)}. So they do not hold the same people over the "
        "same time, and differences between them are not the programme's alone."
    )
