"""The one resolver: from a file, a shipped name, a mapping or a scenario to a scenario.

Layers lie on top of each other: the complete file at the bottom, what is based on it above, and
overrides on top. In each layer ``drop`` sets the levers of the principles left out, then the
layer's own values count. A file may be based on several others: each says what it says itself,
the later one counts, and what they share lies beneath them all. Where each value came from is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ips_sim.evidence.mistakes import Mistake, describe
from ips_sim.scenario.catalogue import UNLIMITED, keys, keys_of, sections
from ips_sim.scenario.changes import CHANGES
from ips_sim.scenario.contradictions import KIND, READ_BY, contradictions, unread
from ips_sim.scenario.errors import OVERRIDE, ScenarioError
from ips_sim.scenario.layer import PEOPLE_ROWS, ChangeSaid, Layer
from ips_sim.scenario.principles import principles
from ips_sim.scenario.reader import Node, to_python
from ips_sim.scenario.schema import UNLIMITED_WEEKS, Change, Scenario
from ips_sim.scenario.sources import Sources, is_shipped

ScenarioSource = str | Path | Mapping[str, Any] | Scenario
"""What names a scenario: a path, a shipped name, a mapping with a file's keys, a scenario."""


@dataclass(frozen=True)
class Origin:
    """Where a value comes from.

    Attributes
    ----------
    where
        The file (or ``override``, ``mapping``, ``scenario``).
    line
        The line in the file, if it is one.
    dropped
        The principle whose ``drop`` set the value, if one did.
    reads
        The file that is named there and holds the value, if one does.
    """

    where: str
    line: int | None = None
    dropped: str | None = None
    reads: str | None = None

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        if self.reads:
            return f"{place} (reads {self.reads})"
        return f"{place} (drop {self.dropped})" if self.dropped else place


@dataclass(frozen=True)
class Resolved:
    """A scenario and how it came about.

    Attributes
    ----------
    scenario
        The full configuration.
    origins
        Where each value comes from, by dotted name (``programme.caseload_limit``, ``title``).
    chain
        What it was put together from: the source itself, then what it is based on, what counts
        more first and the complete scenario last.
    dropped
        The principles that ``drop`` names anywhere along the chain, in order.
    """

    scenario: Scenario
    origins: Mapping[str, Origin]
    chain: tuple[str, ...]
    dropped: tuple[str, ...]


def load_scenario(
    source: ScenarioSource, overrides: Mapping[str, object] | None = None
) -> Scenario:
    """Load a scenario, with everything inherited and checked.

    Parameters
    ----------
    source
        A path; the name of a shipped scenario (``"ips"`` or ``"ips.yaml"``; a file of exactly
        that path comes first); a mapping with the keys of a file, ``based_on`` and ``drop``
        included; or a `Scenario`.
    overrides
        Values by dotted name, ``{"programme.caseload_limit": 30}``; also ``title``,
        ``summary``, ``drop`` and ``parameters.<name>``. They count last.

    Raises
    ------
    ScenarioError
        With every mistake found.

    Examples
    --------
    >>> load_scenario("ips", {"programme.caseload_limit": 30}).programme.caseload_limit
    30
    """
    return resolve_scenario(source, overrides).scenario


def resolve_scenario(
    source: ScenarioSource, overrides: Mapping[str, object] | None = None
) -> Resolved:
    """Load a scenario and keep where each value comes from; otherwise as `load_scenario`."""
    sources = Sources()
    layers = _layers(source, sources)
    if overrides is not None and not isinstance(overrides, Mapping):
        allowed = "a mapping of dotted names to values"
        sources.mistakes.append(Mistake(OVERRIDE, None, "", describe(overrides), allowed))
    elif overrides:
        layers.insert(0, sources.of_overrides(overrides))
    _raise_if(sources.mistakes)
    return _merge(layers)


def _layers(source: ScenarioSource, sources: Sources) -> list[Layer]:
    if isinstance(source, Scenario):
        written = as_mapping(source)
        written["people"].pop("rows", None)
        layers = sources.of_mapping(written, "scenario")
        layers[0].people, layers[0].people_said = source.people_rows, Node([])
        return layers
    if isinstance(source, Mapping):
        return sources.of_mapping(source, "mapping")
    return sources.of_name(source)


def resolve_text(text: str, path: Path) -> Resolved:
    """Resolve the text of a scenario file as though it stood at a path; nothing is written.

    Raises
    ------
    ScenarioError
        With every mistake found.
    """
    sources = Sources()
    layers = sources.of_text(text, path)
    _raise_if(sources.mistakes)
    return _merge(layers)


def as_mapping(scenario: Scenario) -> dict[str, Any]:
    """A complete scenario as a file would write it; `load_scenario` reads it back."""
    money = ("prices", "budget")
    written: dict[str, Any] = scenario.model_dump(exclude={"people_rows", *money, CHANGES})
    for section in money:
        # Only what is said, so that scenarios without own prices are written as ever.
        if said := scenario.model_dump(include={section}, exclude_none=True)[section]:
            written[section] = said
    if scenario.people_rows:
        written["people"]["rows"] = [
            row.model_dump(exclude_none=True) for row in scenario.people_rows
        ]
    changes = [one.model_dump(exclude_defaults=True) for one in scenario.changes]
    if changes:
        written[CHANGES] = changes
    for key in keys().values():
        for holder in (written, *changes):
            values = holder.get(key.section, {})
            if key.may_be_unlimited and values.get(key.name) == UNLIMITED_WEEKS:
                values[key.name] = UNLIMITED
    return written


def _raise_if(mistakes: list[Mistake]) -> None:
    if mistakes:
        files = list(dict.fromkeys(mistake.where for mistake in mistakes))
        raise ScenarioError(
            sorted(mistakes, key=lambda one: (files.index(one.where), one.line or 0))
        )


def _merge(layers: list[Layer]) -> Resolved:
    values: dict[str, object] = {}
    origins: dict[str, Origin] = {}
    dropped: dict[str, None] = {}
    for layer in reversed(layers):
        for name in ("title", "summary"):
            if name in layer.texts:
                values[name] = layer.texts[name].value
                origins[name] = Origin(layer.where, layer.texts[name].line)
        for principle, line in layer.drops.items():
            dropped[principle] = None
            for lever, value in principles()[principle].levers.items():
                values[f"programme.{lever}"] = value
                origins[f"programme.{lever}"] = Origin(layer.where, line, principle)
        for dotted, node in layer.values.items():
            values[dotted] = to_python(node)
            origins[dotted] = Origin(layer.where, node.line)
        if layer.changes is not None and layer.changes_said is not None:
            values[CHANGES] = tuple(map(_change, layer.changes))
            origins[CHANGES] = Origin(layer.where, layer.changes_said.line)
        if layer.people is not None and layer.people_said is not None:
            values["people_rows"] = layer.people
            file = layer.people_said.value
            origins[PEOPLE_ROWS] = Origin(
                layer.where, layer.people_said.line, reads=file if isinstance(file, str) else None
            )
    if not values.get(CHANGES):
        origins.pop(CHANGES, None)
    if not values.get("people_rows"):
        origins.pop(PEOPLE_ROWS, None)
    _raise_if(_missing(values, layers))
    scenario = Scenario.model_validate(_nested(values))
    _raise_if(_contradictory(scenario, origins, layers) + _unread(scenario, layers))
    return Resolved(
        scenario=scenario,
        origins=MappingProxyType(origins),
        chain=tuple(layer.where for layer in layers),
        dropped=tuple(dropped),
    )


def _change(said: ChangeSaid) -> Change:
    """Put together what changes: the whole programme of another scenario, and single keys on it."""
    changed = {
        section: {name: to_python(node) for name, node in named.items()}
        for section, named in said.sections.items()
    }
    if said.layers:
        other = _merge(said.layers).scenario.programme
        changed["programme"] = other.model_dump() | changed.get("programme", {})
    values: dict[str, Any] = {name: _checked(name, one) for name, one in changed.items()}
    return Change(**(said.values | values))


def _checked(section: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values of some keys as their section holds them: ``unlimited`` as a number."""
    kind = sections()[section]
    return {
        name: UNLIMITED_WEEKS
        if value == UNLIMITED and keys()[f"{section}.{name}"].may_be_unlimited
        else float(value)
        if kind.model_fields[name].annotation is float
        else value
        for name, value in values.items()
    }


def _unread(scenario: Scenario, layers: list[Layer]) -> list[Mistake]:
    """Keys that a source says though the design that holds, for it and in the end, reads none.

    What ships says some of them for scenarios that are based on it, and a complete scenario has to
    say them all.
    """
    mistakes = []
    for place, layer in enumerate(layers):
        kinds = [one.values[KIND].value for one in layers[place:] if KIND in one.values]
        is_whole = all(key.dotted in layer.values for key in keys_of("design"))
        if is_shipped(layer.where) or is_whole or not kinds:
            continue
        for dotted, reader in READ_BY.items():
            if dotted in layer.values and reader not in (kinds[0], scenario.design.kind):
                one = unread(dotted, scenario)
                line = layer.values[dotted].line
                mistakes.append(Mistake(layer.where, line, dotted, one.found, one.allowed))
    return mistakes


def _missing(values: Mapping[str, object], layers: list[Layer]) -> list[Mistake]:
    """What a scenario that is based on nothing leaves out, a message for each section."""
    bottom = layers[-1]
    if sum(not layer.bases for layer in layers if layer.where != OVERRIDE) > 1:
        # A part at the bottom, under a whole, would count for nothing.
        values = {**bottom.values, **bottom.texts}
    allowed = "every key, or `based_on: ips.yaml` to inherit the rest"
    mistakes = []
    if "title" not in values:
        mistakes.append(Mistake(bottom.where, None, "title", "nothing", "a title"))
    for section in sections():
        names = [key.name for key in keys_of(section) if key.dotted not in values]
        if names:
            line = bottom.section_lines.get(section)
            whole = len(names) == len(keys_of(section))
            found = "nothing" if whole else f"no {', '.join(names)}"
            mistakes.append(Mistake(bottom.where, line, section, found, allowed))
    return mistakes


def _nested(values: Mapping[str, object]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for dotted, value in values.items():
        section, _, name = dotted.partition(".")
        if name:
            nested.setdefault(section, {})[name] = value
        else:
            nested[section] = value
    return nested


def _contradictory(
    scenario: Scenario, origins: Mapping[str, Origin], layers: list[Layer]
) -> list[Mistake]:
    order = {layer.where: position for position, layer in enumerate(layers)}
    mistakes = []
    for contradiction in contradictions(scenario):
        # Shown where it came about: at the key that was set last.
        last = min(contradiction.keys, key=lambda key: order[origins[key].where])
        origin = origins[last]
        mistakes.append(
            Mistake(origin.where, origin.line, last, contradiction.found, contradiction.allowed)
        )
    return mistakes
