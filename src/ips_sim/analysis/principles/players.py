"""Who shares out the difference: the eight principles, and what else a file or a person names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from annotated_types import MinLen
from pydantic import Field

from ips_sim.model.outcomes import FIGURES
from ips_sim.runs.counts import key_and_value, of_kind
from ips_sim.runs.errors import RunError
from ips_sim.scenario import (
    Scenario,
    ScenarioSource,
    as_mapping,
    load_scenario,
    principles,
)
from ips_sim.scenario.catalogue import DOTTED_ALLOWED, dotted_keys, keys, nearest_dotted
from ips_sim.scenario.checking import Said, check
from ips_sim.scenario.errors import Told
from ips_sim.scenario.reader import Node, inside, mapping, read_file
from ips_sim.scenario.schema import PRINCIPLES, Allowed, Once, OneOf, Title
from ips_sim.scenario.sources import is_file, named_beside

MOST_PLAYERS = 60
"""Coalitions are bits of a whole number."""
EVERYTHING_ELSE = "everything_else"
"""The player of what two scenarios do differently beyond the principles."""
SAME_IN_BOTH = "design."
"""How keys begin that are the same in two scenarios whose difference is shared out."""


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


_OUTCOMES = frozenset(one.name for one in FIGURES)

Dotted = Annotated[str, OneOf(tuple(dotted_keys()), DOTTED_ALLOWED, nearest_dotted)]
_Values = Annotated[
    dict[Dotted, Any], MinLen(1), Allowed("KEY: VALUE, by dotted name, once or more")
]
_LIST = f"a list of {', '.join(PRINCIPLES)}"
_Principle = Annotated[str, OneOf(PRINCIPLES, _LIST)]


class PlayerSaid(Said):
    """Something that takes part or does not."""

    without: _Values = Field(description="Values that hold when it does not take part.")
    with_: _Values = Field(
        default={}, alias="with", description="Values that hold when it takes part."
    )


class PlayersFile(Said):
    """Which principles, and what else, share out the difference that a scenario brings."""

    title: Title = Field(default="", description="Short name on one line.")
    base: Annotated[str, Allowed("the file of a scenario or the name of a shipped one")] = Field(
        description="The scenario whose difference is shared out."
    )
    set: dict[Dotted, Any] | None = Field(
        default=None, description="Values by dotted name that hold in every world."
    )
    principles: Annotated[
        list[_Principle] | _Principle | None, Once("each principle once"), Allowed(_LIST)
    ] = Field(default=None, description="Those that take part; all eight without.")
    players: dict[
        str, Annotated[PlayerSaid, Allowed("`without` and perhaps `with`, each KEY: VALUE")]
    ] = Field(default={}, description="Others that take part, by name.")


@dataclass(frozen=True)
class Asked:
    """A scenario and the players that share out what it brings.

    Attributes
    ----------
    scenario
        With all players present.
    players
        Who takes part.
    against
        Title of the scenario without any of them, where it was named; else empty.
    """

    scenario: Scenario
    players: tuple[Player, ...]
    against: str = ""


def words_of(name: str) -> str:
    """A principle or an outcome in words; what somebody called a player stays as it is."""
    own = name in principles() or name == EVERYTHING_ELSE or name in _OUTCOMES
    return name.removesuffix("_usd").replace("_", " ") if own else name


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
    what = "a player, with the value that its key has without it (programme.caseload_limit=40),"
    return player_of_key(*key_and_value(what, text))


def ask(
    source: ScenarioSource,
    extra: Sequence[Player] = (),
    overrides: Mapping[str, object] | None = None,
    against: ScenarioSource | None = None,
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
    against
        A second scenario: the players are then what it does otherwise, principle by principle,
        and `EVERYTHING_ELSE` where it differs beyond them.

    Raises
    ------
    ScenarioError
        If the scenario, the experiment or a player's values have mistakes.
    RunError
        If players share a key or a name, or there are none; or if two scenarios can't be shared
        out, as where they follow other people for another time.
    """
    of_kind("overrides", overrides or {}, Mapping, "a mapping of dotted names to values")
    if against is not None:
        return _ask_both(source, against, extra, overrides)
    lines: dict[str, int | None] = {}
    where = ""
    changes: dict[str, Any] = {}
    players = principle_players()
    if isinstance(source, str | Path) and is_file(Path(source)):
        where = str(source)
        parsed = read_file(Path(source), where)
        if "base" in mapping(parsed.root):
            told = Told(where, parsed.mistakes)
            source, changes, players, lines = _read_experiment(parsed.root, told, Path(source))
    players = (*players, *extra)
    _refuse_overlap(players)
    told = Told(where)
    with told.placing(lines, source):
        scenario = load_scenario(source, {**changes, **(overrides or {})})
        scenario = load_scenario(
            scenario, {key: value for one in players for key, value in one.present.items()}
        )
        for one in players:
            load_scenario(scenario, one.absent)
    told.stop()
    return Asked(scenario, players)


def _ask_both(
    source: ScenarioSource,
    against: ScenarioSource,
    extra: Sequence[Player],
    overrides: Mapping[str, object] | None,
) -> Asked:
    """Make players of what two scenarios do differently."""
    for said in (source, against):
        if isinstance(said, str | Path) and is_file(Path(said)):
            parsed = read_file(Path(said), str(said))
            if "base" in mapping(parsed.root):
                raise RunError(
                    f"{said} is an experiment: of two that are named, both are scenarios"
                )
    scenario, other = (load_scenario(one, dict(overrides or {})) for one in (source, against))
    mine, others = as_mapping(scenario), as_mapping(other)
    differing = {
        dotted: (_value_at(mine, dotted), _value_at(others, dotted))
        for dotted in keys()
        if _value_at(mine, dotted) != _value_at(others, dotted)
    }
    fixed = [dotted for dotted in differing if dotted.startswith(SAME_IN_BOTH)]
    fixed += [one for one in ("parameters", "variant") if mine.get(one) != others.get(one)]
    if scenario.people_rows != other.people_rows:
        fixed.append("people.rows")
    if fixed:
        raise RunError(
            f"{scenario.title} and {other.title} differ in {', '.join(fixed)}, which no principle "
            "decides: make it the same in both"
        )
    players = []
    for name, known in principles().items():
        here = {f"programme.{lever}" for lever in known.levers} & set(differing)
        players.append(_player_between(name, here, differing))
    rest = {dotted for dotted in differing if not any(dotted in one.keys for one in players)}
    if rest:
        players.append(_player_between(EVERYTHING_ELSE, rest, differing))
    everyone = (*(one for one in players if one.keys), *extra)
    if not any(one.keys for one in players):
        raise RunError(
            f"{scenario.title} and {other.title} don't differ: there is nothing to share out"
        )
    _refuse_overlap(everyone)
    for one in everyone:
        load_scenario(scenario, {**one.present, **one.absent})
    return Asked(scenario, everyone, other.title)


def _player_between(
    name: str, here: Collection[str], differing: Mapping[str, tuple[Any, Any]]
) -> Player:
    return Player(
        name, {}, {dotted: differing[dotted][1] for dotted in differing if dotted in here}
    )


def worlds(asked: Asked, coalitions: Sequence[int]) -> list[Scenario]:
    """The scenario of each coalition: who is not in it is absent."""
    made = []
    for coalition in coalitions:
        absent = [one for place, one in enumerate(asked.players) if not coalition >> place & 1]
        values = {key: value for one in absent for key, value in one.absent.items()}
        made.append(load_scenario(asked.scenario, values))
    return made


def _value_at(values: Mapping[str, Any], dotted: str) -> Any:
    section, _, name = dotted.partition(".")
    return values[section][name]


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
    root: Node, told: Told, path: Path
) -> tuple[ScenarioSource, dict[str, Any], tuple[Player, ...], dict[str, int | None]]:
    """Read an experiment: scenario, what it sets there, players, and the line of each key."""
    said, mistakes = check(root, PlayersFile, told.where)
    told.mistakes += mistakes
    told.stop()
    some = said["principles"]
    players = principle_players([some] if isinstance(some, str) else some)
    lines = {"base": inside(root, "base").line, **_lines(inside(root, "set"))}
    for name, parts in said["players"].items():
        for part in ("with", "without"):
            lines |= _lines(inside(root, "players", name, part))
        players += (Player(name, parts["with"], parts["without"]),)
    return named_beside(path.parent, said["base"]), said["set"] or {}, players, lines


def _lines(node: Node) -> dict[str, int | None]:
    return {key: item.line for key, item in mapping(node).items()}
