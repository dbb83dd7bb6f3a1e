"""Who shares out the difference: the eight principles, and what else a file or a person names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ips_sim.runs.errors import RunError
from ips_sim.scenario import (
    Mistake,
    Scenario,
    ScenarioError,
    ScenarioSource,
    load_scenario,
    principles,
)
from ips_sim.scenario.catalogue import keys, nearest
from ips_sim.scenario.errors import describe
from ips_sim.scenario.reader import Node, plain_value, read_file, to_python

MOST_PLAYERS = 60
"""Coalitions are bits of a whole number."""


@dataclass(frozen=True)
class Player:
    """Something that takes part in a programme or does not.

    Attributes
    ----------
    name
        What tables call it.
    present
        Values by dotted name that hold when it takes part; empty where the scenario's own do.
    absent
        Values that hold when it does not.
    """

    name: str
    present: Mapping[str, Any]
    absent: Mapping[str, Any]

    @property
    def keys(self) -> set[str]:
        """What it decides."""
        return {*self.present, *self.absent}


@dataclass(frozen=True)
class Asked:
    """A scenario and the players that share out what it brings."""

    scenario: Scenario
    players: tuple[Player, ...]


def principle_players(names: Sequence[str] | None = None) -> tuple[Player, ...]:
    """The principles as players: without one, its levers are what traditional services have."""
    return tuple(
        Player(name, {}, {f"programme.{lever}": value for lever, value in known.levers.items()})
        for name, known in principles().items()
        if names is None or name in names
    )


def player_of_key(dotted: str, without: object) -> Player:
    """Make a player of one key, without which the key has the value that is given."""
    return Player(dotted.rpartition(".")[2], {}, {dotted: without})


def player_of_text(text: str) -> Player:
    """Read ``programme.caseload_limit=40``: a player without which the key has that value.

    Raises
    ------
    RunError
        If it is not of that form.
    """
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise RunError(
            f"a player is named as KEY=VALUE, the value without it "
            f"(programme.caseload_limit=40), found {text!r}"
        )
    return player_of_key(key.strip(), plain_value(value.strip()))


def ask(
    source: ScenarioSource,
    extra: Sequence[Player] = (),
    overrides: Mapping[str, object] | None = None,
) -> Asked:
    """Load a scenario, or an experiment that names one with its players, and check them.

    Parameters
    ----------
    source
        A scenario, as `load_scenario` takes it; or the path of an experiment: a YAML file with
        ``base`` (the scenario) and, where wanted, ``set`` (values by dotted name), ``principles``
        (which of the eight take part) and ``players`` (others).
    extra
        More players.
    overrides
        Values by dotted name, set in every world.

    Raises
    ------
    ScenarioError
        If the scenario, the experiment or a player's values have mistakes.
    RunError
        If players share a key or a name, or there are none.
    """
    lines: dict[str, int | None] = {}
    where = ""
    changes: dict[str, object] = {}
    players = principle_players()
    if isinstance(source, str | Path) and Path(source).is_file():
        where = str(source)
        root = read_file(Path(source), where)
        if isinstance(root.root.value, dict) and "base" in root.root.value:
            if root.mistakes:
                raise ScenarioError(root.mistakes)
            source, changes, players, lines = _read_experiment(root.root.value, Path(source), where)
    players = (*players, *extra)
    _refuse_overlap(players)
    try:
        scenario = load_scenario(source, {**changes, **(overrides or {})})
        scenario = load_scenario(
            scenario, {key: value for one in players for key, value in one.present.items()}
        )
        for one in players:
            load_scenario(scenario, one.absent)
    except ScenarioError as error:
        raise ScenarioError(
            replace(one, where=where, line=lines[one.key]) if one.key in lines else one
            for one in error.mistakes
        ) from None
    return Asked(scenario, players)


def worlds(asked: Asked, coalitions: Sequence[int]) -> list[Scenario]:
    """The scenario of each coalition: who is not in it is absent."""
    made = []
    for coalition in coalitions:
        absent = [one for place, one in enumerate(asked.players) if not coalition >> place & 1]
        values = {key: value for one in absent for key, value in one.absent.items()}
        made.append(load_scenario(asked.scenario, values))
    return made


def _refuse_overlap(players: Sequence[Player]) -> None:
    if not 1 <= len(players) <= MOST_PLAYERS:
        raise RunError(f"1 to {MOST_PLAYERS} players can share a difference, found {len(players)}")
    owner: dict[str, str] = {}
    for one in players:
        if one.name in owner.values():
            raise RunError(f"two players are called {one.name}")
        for key in sorted(one.keys):
            if key in owner:
                raise RunError(
                    f"{key} belongs to two players, {owner[key]} and {one.name}: leave it to one, "
                    "or leave the principle out with `principles:` in an experiment file"
                )
        owner |= dict.fromkeys(one.keys, one.name)


def _read_experiment(
    said: Mapping[str, Node], path: Path, where: str
) -> tuple[ScenarioSource, dict[str, object], tuple[Player, ...], dict[str, int | None]]:
    """Read an experiment: scenario, what it sets there, players, and the line of each key."""
    mistakes: list[Mistake] = []

    def wrong(node: Node, key: str, allowed: str, meant: str = "") -> None:
        found = describe(to_python(node))
        mistakes.append(Mistake(where, node.line, key, found, allowed, meant))

    for name, node in said.items():
        if name not in _KEYS:
            meant = nearest(name, _KEYS)
            mistakes.append(Mistake(where, node.line, name, "an unknown key", _ALLOWED, meant))
    source: ScenarioSource = "ips"
    named = said["base"]
    if isinstance(named.value, str):
        beside = path.parent / named.value
        source = str(beside) if beside.exists() else named.value
    else:
        wrong(named, "base", "the file of a scenario or the name of a shipped one")
    some: list[str] | None = None
    if (listed := said.get("principles")) is not None:
        some = []
        for item in listed.value if isinstance(listed.value, list) else [listed]:
            if isinstance(item.value, str) and item.value in principles():
                some.append(item.value)
            else:
                meant = nearest(str(item.value), principles())
                wrong(item, "principles", f"a list of {', '.join(principles())}", meant)
    players = list(principle_players(some))
    lines: dict[str, int | None] = {}
    changes: dict[str, object] = {}

    def set_value(key: str, node: Node, values: dict[str, Any]) -> None:
        lines[key] = node.line
        values[key] = to_python(node)
        if key not in keys() and not key.startswith("parameters."):
            allowed, meant = "a key of a scenario by its dotted name", nearest(key, keys())
            mistakes.append(Mistake(where, node.line, key, "an unknown key", allowed, meant))

    for top, allowed in (
        ("set", "KEY: VALUE, by dotted name"),
        ("players", "names, each with `without` and perhaps `with`"),
    ):
        if top in said and not isinstance(said[top].value, dict):
            wrong(said[top], top, allowed)
    if mistakes:
        raise ScenarioError(mistakes)
    for key, value in _inside(said, "set").items():
        set_value(key, value, changes)
    for name, player in _inside(said, "players").items():
        parts = player.value if isinstance(player.value, dict) else {}
        values: dict[str, dict[str, Any]] = {"with": {}, "without": {}}
        if "without" not in parts or not set(parts) <= set(values):
            wrong(player, f"players.{name}", "`without` and perhaps `with`, each KEY: VALUE")
            continue
        for part, content in parts.items():
            if not isinstance(content.value, dict):
                wrong(content, f"players.{name}.{part}", "KEY: VALUE, by dotted name")
                continue
            for key, value in content.value.items():
                set_value(key, value, values[part])
        players.append(Player(name, values["with"], values["without"]))
    if mistakes:
        raise ScenarioError(mistakes)
    return source, changes, tuple(players), lines


def _inside(said: Mapping[str, Node], name: str) -> dict[str, Node]:
    found = said[name].value if name in said else {}
    return found if isinstance(found, dict) else {}


_KEYS = ("title", "base", "set", "principles", "players")
_ALLOWED = ", ".join(_KEYS)
