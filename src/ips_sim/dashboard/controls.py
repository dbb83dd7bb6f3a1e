"""What can be turned: a control for every key of a scenario, made from the catalogue."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import solara

from ips_sim.dashboard.asked import (
    AS_IT_SHIPS,
    PICKED,
    Asked,
    Value,
    names_under,
    title_of,
    value_of,
)
from ips_sim.report.words import in_words
from ips_sim.scenario import Scenario, principles, shipped
from ips_sim.scenario.catalogue import Key, keys, keys_of
from ips_sim.scenario.principles import owner_of

AGAINST = "against"
"""Name of the control that says what a programme is compared with."""
_STEPS = 100
_GROUPS = {
    "staff": "Staff",
    "people": "People",
    "place": "Place: labour market and benefits",
    "design": "How it is observed",
}
_NO_PRINCIPLE = "Other levers of the programme"
_OF_PROGRAMMES = {
    "": "Programmes and populations",
    "services": "Services that trials compared with",
    "settings": "IPS and usual services in other settings",
    "policy": "Decisions of policy",
    "examples": "An example of one's own people",
}


@solara.component_vue("controls.vue", vuetify=False)
def Controls(
    picks: list[dict[str, Any]],
    switches: list[dict[str, Any]],
    groups: list[dict[str, Any]],
    values: dict[str, Value],
    changed: list[str],
    event_turned: Callable[[dict[str, Any]], None],
    event_reset: Callable[[object], None],
) -> None:
    """Native controls of a browser, which say what was turned."""


@solara.component_vue("picks.vue", vuetify=False)
def Picks(
    picks: list[dict[str, Any]],
    values: dict[str, str],
    event_turned: Callable[[dict[str, Any]], None],
) -> None:
    """Lists to choose from, beside each other."""


@cache
def picks() -> list[dict[str, Any]]:
    """Scenarios, people and places that ship, to choose from."""
    return [
        {"key": "programme", "label": "Programme", "options": programmes()},
        {
            "key": AGAINST,
            "label": "Compared with",
            "options": [
                {
                    "title": "The same",
                    "options": [_option(AS_IT_SHIPS, "The programme as it ships")],
                },
                *programmes(),
            ],
        },
        {"key": "people", "label": "People", "options": _parts("people", "Those of the programme")},
        {"key": "place", "label": "Place", "options": _parts("places", "That of the programme")},
    ]


@cache
def programmes() -> list[dict[str, Any]]:
    """Complete scenarios that ship, in groups."""
    return [
        {
            "title": title,
            "options": [
                _option(name, title_of(name))
                for name in (f"{folder}/{one}" if folder else one for one in names_under(folder))
            ],
        }
        for folder, title in _OF_PROGRAMMES.items()
    ]


def _parts(folder: str, own: str) -> list[dict[str, Any]]:
    named = [_option(one, _who(title_of(f"{folder}/{one}"))) for one in names_under(folder)]
    return [{"title": "", "options": [_option("", own), *named]}]


def _who(title: str) -> str:
    """People or a place without the programme that their file is based on."""
    name = title.rpartition("IPS, ")[2]
    return name[:1].upper() + name[1:]


def _option(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}


@cache
def switches() -> list[dict[str, Any]]:
    """The eight principles, each with what is done without it."""
    return [
        {"key": name, "label": in_words(name), "note": f"Without it: {one.why}"}
        for name, one in principles().items()
    ]


@cache
def groups() -> list[dict[str, Any]]:
    """Every key of a scenario as a control, by principle and section."""
    named = (*map(in_words, principles()), _NO_PRINCIPLE, *_GROUPS.values())
    titles: dict[str, list[dict[str, Any]]] = {title: [] for title in named}
    for key in keys_of("programme"):
        owner = owner_of(key.name)
        titles[in_words(owner) if owner else _NO_PRINCIPLE].append(_control(key))
    for section, title in _GROUPS.items():
        titles[title] += map(_control, keys_of(section))
    return [{"title": title, "controls": controls} for title, controls in titles.items()]


def _control(key: Key) -> dict[str, Any]:
    low, high = key.low or 0.0, key.high or 0.0
    whole = key.kind == "whole number"
    return {
        "key": key.dotted,
        **_named(key),
        "kind": key.kind,
        "meaning": key.meaning,
        "low": low,
        "high": None if key.may_be_unlimited or key.high is None else high,
        "step": 1 if whole or not high > low else _step(high - low),
        "choices": list(key.choices),
        "unlimited": key.may_be_unlimited,
    }


_OF_A_SPREAD = {"_mean": ", mean", "_sd": ", spread"}


def _named(key: Key) -> dict[str, str]:
    """A key in words, with the unit where the words do not say it."""
    words, parts = in_words(key.name), key.name.split("_")
    for ending, said in _OF_A_SPREAD.items():
        if key.name.endswith(ending):
            words = in_words(key.name.removesuffix(ending)) + said
    is_said = "per" in parts or key.unit.partition(" ")[0] in parts
    return {"label": words, "unit": "" if is_said else key.unit}


def _step(span: float) -> float:
    """A step that goes through a range in about a hundred, with one digit."""
    size = 10.0 ** math.floor(math.log10(span / _STEPS))
    return round(size, 6)


def values_of(asked: Asked, scenario: Scenario, against: str) -> dict[str, Value]:
    """Where every control stands."""
    chosen: dict[str, Value] = {
        "programme": asked.programme,
        "people": asked.people,
        "place": asked.place,
        AGAINST: against,
    }
    chosen |= {name: name not in asked.dropped for name in principles()}
    return chosen | {dotted: value_of(scenario, key) for dotted, key in keys().items()}


def turned(asked: Asked, key: str, value: object) -> Asked:
    """What is asked for after a control was turned; names are those of what ships."""
    if not isinstance(value, bool | int | float | str):
        return asked
    if key in PICKED:
        return asked.having(key, value) if ships(key, str(value)) else asked
    if key in keys() and keys()[key].kind == "whole number" and isinstance(value, float):
        value = int(value) if value.is_integer() else value
    return asked.having(key, value) if key in principles() or key in keys() else asked


def ships(key: str, name: str) -> bool:
    """Whether what a browser names is there: a scenario, or people or a place, which may be none.

    >>> ships("programme", "ips"), ships("place", ""), ships("people", "../ips")
    (True, True, False)
    """
    folder = {"people": "people/", "place": "places/"}.get(key, "")
    return f"{folder}{name}" in shipped() or bool(folder and not name)
