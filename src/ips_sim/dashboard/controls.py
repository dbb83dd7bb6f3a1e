"""What can be turned: a control for every key of a scenario, made from the catalogue."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any

import solara

from ips_sim.dashboard.asked import AS_IT_IS, PICKED, Asked, Value, title_of, value_of
from ips_sim.economics.prices import unit_costs_of
from ips_sim.evidence import UnitCost
from ips_sim.report.words import in_words
from ips_sim.scenario import Scenario, principles, shipped
from ips_sim.scenario.catalogue import UNLIMITED, Key, keys, keys_of
from ips_sim.scenario.library import shipped_by_folder
from ips_sim.scenario.own_prices import PRICES, price_names
from ips_sim.scenario.principles import owner_of
from ips_sim.scenario.schema import Budget
from ips_sim.shown.english import number, sentence

AGAINST = "against"
"""Name of the control that says what a programme is compared with."""
_STEPS = 100
_LONGEST_SLIDER = 2000.0
"""What goes beyond is typed: a slider would jump over all that is usual."""
_GROUPS = {
    "staff": "Staff",
    "people": "People",
    "place": "Place: labour market and benefits",
    "design": "How it is observed",
}
_NO_PRINCIPLE = "Other levers of the programme"
_OF_PROGRAMMES = {
    "": "Programmes and populations",
    "examples": "An example of one's own people",
    "policy": "Decisions of policy",
    "services": "Services that trials compared with",
    "settings": "IPS and usual services in other settings",
}
"""Folders of whole programmes; people and places have lists of their own."""
_SIZE = ("design.people", "design.sites", "design.weeks", "programme.caseload_limit")
_BUDGET = {f"budget.{name}": field for name, field in Budget.model_fields.items()}
_MONEY = {
    "budget.posts": "Posts that there are",
    "budget.usd_per_year": "US dollars there are in a year",
    "prices.specialist_year_usd": "A full-time specialist's year",
    "prices.specialist_paid_hours_per_year": "Hours paid in that year",
    "prices.preparation_week_usd": "A week of training or assessment",
    "prices.sheltered_week_usd": "A week in a sheltered place",
    "prices.transitional_week_usd": "A week in a transitional place",
    "prices.benefits_plan_usd": "A benefits plan",
    "prices.mileage_usd_per_mile": "A mile driven",
    "prices.start_up_usd_per_site": "Setting up a site",
    "prices.programme_review_usd": "A review of fidelity",
    "prices.day_programme_hour_usd": "An hour in groups",
    "prices.inpatient_day_usd": "A day in hospital",
    "prices.outpatient_week_usd": "A week of care outside hospital",
    "prices.care_team_hour_usd": "An hour of the care team",
    "prices.vr_milestone_usd": "A milestone of vocational rehabilitation",
}
"""What controls of money are called, where the words of a key do not do."""
_NOT_IN_A_BUDGET = ("utility_", "willingness_", "discount_")
"""How health is valued, thresholds and discounting: a budget has none of them."""
_OF_OTHERS = (
    "inpatient_",
    "outpatient_",
    "care_team_",
    "vr_",
    "medicaid_",
    "employer_",
    "displacement_",
    "food_",
    "rent_",
)
"""How prices begin that are not the programme's own."""


@solara.component_vue("controls.vue", vuetify=False)
def Controls(
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
    """Lists to choose from."""


def picks(own: Mapping[str, str]) -> list[dict[str, Any]]:
    """Scenarios, people and places to choose from, a visitor's own files first.

    Parameters
    ----------
    own
        What these are called, by name.
    """
    named = [_option(*one) for one in own.items()]
    there = [
        *([{"title": "Your files at Compare", "options": named}] if own else []),
        *programmes(),
    ]
    as_it_is = {"title": "", "options": [_option(AS_IT_IS, "The programme as it is")]}
    return [
        {"key": "programme", "label": "Programme", "options": there},
        {"key": AGAINST, "label": "Compared with", "options": [as_it_is, *there]},
        {"key": "people", "label": "People", "options": _parts("people", "Those of the programme")},
        {"key": "place", "label": "Place", "options": _parts("places", "That of the programme")},
    ]


@cache
def programmes() -> list[dict[str, Any]]:
    """Complete scenarios that ship, in groups and in order as `ips-sim show scenarios` has them."""
    return [
        {
            "title": _OF_PROGRAMMES[folder],
            "options": [_option(name, title_of(name)) for name in names],
        }
        for folder, names in shipped_by_folder().items()
        if folder in _OF_PROGRAMMES
    ]


def _parts(folder: str, own: str) -> list[dict[str, Any]]:
    named = [
        _option(name.removeprefix(f"{folder}/"), _who(title_of(name)))
        for name in shipped_by_folder()[folder]
    ]
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


def size_and_prices(scenario: Scenario) -> list[dict[str, Any]]:
    """What a budget asks: how large a programme is, and what a unit of each thing costs."""
    money = [_money_control(name, field.description or "") for name, field in _BUDGET.items()]
    size = [*(_control(keys()[dotted]) for dotted in _SIZE), *money]
    programme: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for name, cost in unit_costs_of(scenario).items():
        if name in price_names() and not name.startswith(_NOT_IN_A_BUDGET):
            control = _money_control(f"{PRICES}.{name}", _price_in_words(cost))
            control["unit"] = "assumed" if cost.status == "assumed" else ""
            (others if name.startswith(_OF_OTHERS) else programme).append(control)
    return [
        {"title": "Its size, and what there is", "controls": size, "open": True},
        {"title": "Prices of the programme", "controls": programme},
        {"title": "Prices of care and benefits, and who pays", "controls": others},
    ]


def _price_in_words(cost: UnitCost) -> str:
    """Unit, source and range of a price; what is assumed says so."""
    is_said = cost.status == "seen" or cost.status in cost.source
    source = cost.source if is_said else f"{cost.status}: {cost.source}"
    span = "" if cost.low == cost.high else f", {_plain(cost.low)} to {_plain(cost.high)}"
    return sentence(f"{cost.unit}{span}") + f" Source: {sentence(source)}"


def _plain(value: float | None) -> str:
    return "" if value is None else number(value, 0) if value >= 100 else f"{value:.3g}"


def _money_control(dotted: str, meaning: str) -> dict[str, Any]:
    words = [one for one in dotted.rpartition(".")[2].split("_") if one != "usd"]
    label = in_words("_".join(words)).replace("Vr ", "VR ")
    whole = {"kind": "number", "low": 0, "high": None, "step": 1, "choices": [], "unlimited": False}
    return {
        "key": dotted,
        "label": _MONEY.get(dotted, label),
        "unit": "",
        "meaning": meaning,
        **whole,
    }


def money_values(scenario: Scenario) -> dict[str, Value]:
    """Where the controls of posts, dollars and prices stand, to five digits."""
    budget = {name: getattr(scenario.budget, name.rpartition(".")[2]) for name in _BUDGET}
    prices = {f"{PRICES}.{name}": one.value for name, one in unit_costs_of(scenario).items()}
    found = {**budget, **prices}
    return {name: "" if one is None else float(f"{one:.5g}") for name, one in found.items()}


def _control(key: Key) -> dict[str, Any]:
    low, high = key.low or 0.0, key.high or 0.0
    whole = key.kind == "whole number"
    return {
        "key": key.dotted,
        **_named(key),
        "kind": key.kind,
        "meaning": key.meaning,
        "low": low,
        "high": None if key.may_be_unlimited or not 0 < high <= _LONGEST_SLIDER else high,
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


def values_of(asked: Asked, scenario: Scenario) -> dict[str, Value]:
    """Where every control stands."""
    principle = {name: name not in asked.dropped for name in principles()}
    return principle | {dotted: value_of(scenario, key) for dotted, key in keys().items()}


def turned(asked: Asked, key: str, value: object, own: Collection[str] = ()) -> Asked:
    """What is asked for after a control was turned.

    Parameters
    ----------
    own
        Names of the visitor's files; all other names are those of what ships.
    """
    if not isinstance(value, bool | int | float | str):
        return asked
    if key in PICKED:
        there = ships(key, str(value)) or (key == "programme" and value in own)
        return asked.having(key, value) if there else asked
    if key in keys() and keys()[key].kind == "whole number" and isinstance(value, float):
        value = int(value) if value.is_integer() else value
    known = key in principles() or key in keys() or key in _BUDGET
    return asked.having(key, value) if known or _is_price(key) else asked


def _is_price(key: str) -> bool:
    section, _, name = key.partition(".")
    return section == PRICES and name in price_names()


def ships(key: str, name: str) -> bool:
    """Whether what a browser names is there: a scenario, or people or a place, which may be none.

    >>> ships("programme", "ips"), ships("place", ""), ships("people", "../ips")
    (True, True, False)
    """
    folder = {"people": "people/", "place": "places/"}.get(key, "")
    return f"{folder}{name}" in shipped() or bool(folder and not name)


def label_of(dotted: str) -> str:
    """What the control of a key is called."""
    key = keys().get(dotted)
    return _named(key)["label"] if key else str(_money_control(dotted, "")["label"])


def changes_in_words(asked: Asked) -> str:
    """What differs from the programme as it is."""
    lists = {one["key"]: one for one in picks({})}
    said = []
    for key, name in (("people", asked.people), ("place", asked.place)):
        named = {one["value"]: one["label"] for one in lists[key]["options"][0]["options"]}
        said += [f"{named[name]} as {key}"] if name else []
    said += [f"without {in_words(one).lower()}" for one in asked.dropped]
    for dotted, value in asked.changes:
        shown = ("no", "yes")[value] if isinstance(value, bool) else _shown(value)
        unit = _named(keys()[dotted])["unit"] if dotted in keys() and value != UNLIMITED else ""
        label = label_of(dotted)
        begin = label[:1] if label[:2].isupper() else label[:1].lower()
        said.append(f"{begin}{label[1:]}: {shown} {unit}".rstrip())
    return "; ".join(said)


def _shown(value: float | str) -> str:
    return value.replace("_", " ") if isinstance(value, str) else f"{value:,}"
