"""IPS in other settings: against its control, and with each mechanism switched off in turn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from ips_sim.api.runs import compare
from ips_sim.evidence.parameters import load_parameters
from ips_sim.model import arrays
from ips_sim.model.compiled.execute import execute
from ips_sim.model.outcomes import FloatArray, count_outcomes, segment_sums
from ips_sim.model.results import Runs
from ips_sim.scenario import Scenario, as_mapping, load_scenario
from ips_sim.scenario.catalogue import PARAMETERS
from ips_sim.scenario.vary import vary
from ips_sim.shown.english import number
from tools.pages.markdown import code, fenced, table

REPLICATES = 30
SEED = 1
THREADS = 2
PERCENT = 100.0
SURE = 2.0
"""Standard errors beyond which a change counts."""
BOTH = "both arms, as in `ips.yaml`"
CONTROL = "control, as in IPS here"
IPS = "IPS, as in `ips.yaml`"
_SPECIAL = {
    "sanctioned_months": "months a person under a sanction",
    "time_limit_share": "% whose assistance ran out",
    "weeks_held": "weeks a person in custody, residence or a hold-up",
    "weeks_homeless": "weeks a person without a home",
    "milestones_paid": "milestones paid a person, of three",
}
"""Measures that only some settings move, and what they are called here."""


@dataclass(frozen=True)
class Switched:
    """What one mechanism does to the difference that IPS makes.

    Attributes
    ----------
    part
        The mechanism, in words.
    where
        In which arm, and what is there instead.
    is_lever
        Whether it is of the programme; else it is of people, place or rules.
    without
        Difference in the share who ever worked, with it switched off.
    change
        By how much that is more than with it.
    error
        Monte Carlo error of the change.
    """

    part: str
    where: str
    is_lever: bool
    without: float
    change: float
    error: float

    @property
    def is_sure(self) -> bool:
        """Whether the change is more than chance."""
        return abs(self.change) > SURE * self.error


@dataclass(frozen=True)
class Contrast:
    """Two scenarios side by side: means, and differences with their predictive ranges."""

    first: Mapping[str, float]
    second: Mapping[str, float]
    difference: Mapping[str, tuple[float, float, float]]

    def of(self, outcome: str, scale: float = 1.0, decimals: int = 1) -> str:
        """Write a difference with its range."""
        middle, low, high = (
            number(scale * one, decimals, sign=True) for one in self.difference[outcome]
        )
        return f"{middle} ({low} to {high})"


@cache
def _said() -> Any:
    from ruamel.yaml import YAML

    text = Path(__file__).with_name("settings.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)


def names() -> tuple[str, ...]:
    """Name the settings in the order of the page."""
    return tuple(_said()["settings"])


def contrast(first: Any, second: Any) -> Contrast:
    """Compare two scenarios as the command does, the first less the second."""
    found = compare(first, second, jobs=THREADS)
    means: dict[str, dict[str, float]] = {}
    for row in found.collected.summary:
        means.setdefault(row.scenario, {})[row.outcome] = row.mean
    mine, other = (means[name] for name in found.plan.names)
    apart = {
        row.outcome: (row.difference, row.low, row.high)
        for row in found.collected.contrasts
        if row.interval == "predictive"
    }
    return Contrast(mine, other, apart)


def _value(scenario: Scenario, dotted: str) -> Any:
    section, _, name = dotted.partition(".")
    if section == PARAMETERS:
        return scenario.parameters.get(name, load_parameters()[name].value)
    return getattr(getattr(scenario, section), name)


def _with_values_of(scenario: Scenario, other: Scenario, keys: Sequence[str]) -> Scenario:
    return vary(scenario, {key: _value(other, key) for key in keys})


def shares_employed(scenario: Scenario) -> FloatArray:
    """Give the share who ever worked in each replicate: parameters at their values, sites alike."""
    alike = {name: 0.0 for name in load_parameters() if name.startswith("site_spread_of_")}
    none = np.zeros(REPLICATES, np.int64)
    record = arrays.as_record(
        arrays.default_parameters({**scenario.parameters, **alike}), arrays.PARAMETERS
    )
    runs = Runs(none, np.arange(REPLICATES), none)
    result = execute(scenario, record, runs, SEED, THREADS)
    worked = count_outcomes(result.people)["employed_ever"]
    shares: FloatArray = segment_sums(worked, result.offsets) / np.diff(result.offsets)
    return shares


def switched_off(name: str) -> tuple[float, list[Switched]]:
    """Switch each mechanism of a setting off, one at a time.

    Returns
    -------
    tuple of float and list of Switched
        The difference with all of them, and what each does to it, the largest change first.
    """
    plain = load_scenario("ips")
    ips, usual = load_scenario(f"settings/{name}"), load_scenario(f"settings/{name}_usual")
    of_ips = shares_employed(ips)
    whole = of_ips - shares_employed(usual)
    found = []
    for part, keys in _said()["people"].items():
        if any(_value(one, key) != _value(plain, key) for one in (ips, usual) for key in keys):
            both = [shares_employed(_with_values_of(one, plain, keys)) for one in (ips, usual)]
            found.append(_switched(part, BOTH, both[0] - both[1], whole))
    for part, keys in _said()["levers"].items():
        if any(_value(ips, key) != _value(usual, key) for key in keys):
            given = shares_employed(_with_values_of(usual, ips, keys))
            found.append(_switched(part, CONTROL, of_ips - given, whole))
        if any(_value(ips, key) != _value(plain, key) for key in keys):
            given = shares_employed(_with_values_of(ips, plain, keys))
            found.append(_switched(part, IPS, given - of_ips + whole, whole))
    return float(whole.mean()), sorted(found, key=lambda one: -abs(one.change))


def _switched(part: str, where: str, without: FloatArray, whole: FloatArray) -> Switched:
    apart = without - whole
    error = float(apart.std(ddof=1)) / math.sqrt(apart.size)
    return Switched(part, where, where != BOTH, float(without.mean()), float(apart.mean()), error)


def keys_that_differ(name: str) -> set[str]:
    """Name every key in which an arm of a setting differs from ips.yaml, or the arms do."""
    plain = as_mapping(load_scenario("ips"))
    arms = [as_mapping(load_scenario(f"settings/{one}")) for one in (name, f"{name}_usual")]
    return {
        f"{section}.{key}"
        for section in ("programme", "people", "place", "design", PARAMETERS)
        for key in {key for arm in arms for key in arm[section]}
        if any(arm[section].get(key) != plain[section].get(key) for arm in arms)
    }


def keys_said() -> set[str]:
    """Name every key that belongs to a mechanism of the page."""
    groups = [*_said()["people"].values(), *_said()["levers"].values()]
    return {key for keys in groups for key in keys}


def _decides(switched: Sequence[Switched], is_lever: bool) -> str:
    """Name what changes the difference most, if anything does beyond chance."""
    sure = [one for one in switched if one.is_lever == is_lever and one.is_sure]
    if not sure:
        return "nothing beyond chance"
    return f"{sure[0].part} ({number(PERCENT * sure[0].change, sign=True)} without)"


def _table_of(switched: Sequence[Switched]) -> str:
    return table(
        ("what is changed", "where", "IPS brings then", "change"),
        [
            (
                one.part,
                one.where,
                number(PERCENT * one.without, sign=True),
                f"{number(PERCENT * one.change, sign=True)} ± {number(PERCENT * one.error)}",
            )
            for one in switched
            if one.is_sure
        ],
    )


def _specials(found: Contrast) -> list[str]:
    told = []
    for name, words in _SPECIAL.items():
        scale = PERCENT if words.startswith("%") else 1.0
        mine, other = (number(scale * side[name], 2) for side in (found.first, found.second))
        if (name != "weeks_homeless" and found.second[name] > 0) or mine != other:
            told.append(f"{words}: {mine} under IPS, {other} in the control")
    return told


def facts() -> Mapping[str, Any]:
    """Give everything that the page of settings needs."""
    told = []
    for name in names():
        ips, usual = f"settings/{name}", f"settings/{name}_usual"
        found = contrast(ips, usual)
        whole, switched = switched_off(name)
        scenario, control = load_scenario(ips), load_scenario(usual)
        told.append(
            SimpleNamespace(
                name=name,
                title=scenario.title,
                summary=scenario.summary,
                control=control.title,
                control_summary=control.summary,
                command=fenced(
                    "console",
                    f"ips-sim compare {ips} {usual}",
                ),
                found=found,
                whole=number(PERCENT * whole, sign=True),
                programme=_decides(switched, True),
                people=_decides(switched, False),
                switched=_table_of(switched),
                unsure=list(dict.fromkeys(one.part for one in switched if not one.is_sure)),
                specials=_specials(found),
                doubt=_said()["settings"][name],
            )
        )
    header = ("setting", "IPS", "control", "IPS brings", "weeks worked", "programme", "people")
    overview = table(
        header,
        [
            (
                f"[{one.title}](#{one.title.lower().replace(' ', '-')})",
                number(PERCENT * one.found.first["employed_ever"]),
                number(PERCENT * one.found.second["employed_ever"]),
                one.found.of("employed_ever", PERCENT),
                one.found.of("weeks_worked"),
                one.programme,
                one.people,
            )
            for one in told
        ],
    )
    brought = [PERCENT * one.found.difference["employed_ever"][0] for one in told]
    return {
        "settings": told,
        "overview": overview,
        "least": number(min(brought)),
        "most": number(max(brought)),
        "replicates": REPLICATES,
        "code": code,
    }
