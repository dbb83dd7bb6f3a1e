"""What a visitor asks for, as a scenario file says it: one reader checks it like any other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from io import StringIO
from pathlib import Path
from typing import Any, Generic, TypeVar

from ips_sim.runs.errors import RunError
from ips_sim.scenario import ScenarioError, principles, shipped
from ips_sim.scenario.catalogue import Key, keys
from ips_sim.scenario.contradictions import READ_BY
from ips_sim.scenario.own_prices import PRICES
from ips_sim.scenario.reader import LARGEST_FILE_BYTES, parse, to_python
from ips_sim.scenario.resolve import as_mapping, resolve_text
from ips_sim.scenario.schema import Scenario

Value = bool | int | float | str
Made = TypeVar("Made")

AS_IT_IS = ""
"""Compared with: the same programme, as it is before anything is changed."""
PICKED = ("programme", "people", "place")
"""What is chosen by name."""
_NOWHERE = Path("/ips-sim-uploads")
"""Where texts stand for the reader: a folder without files, so that they reach what ships alone."""
_SHARED = ("people", "place", "design", PRICES)
"""Sections that hold for whatever a programme is compared with."""
_OF_THE_POLICY = ("design.specialists_per_site", "design.staffed_share")
"""Keys of these sections that do not: posts are decided."""
_NO_ROWS: dict[str, dict[str, Any]] = {"people": {"rows": []}}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A scenario that ships or a file of the visitor's, and what is different.

    Attributes
    ----------
    programme
        Its name.
    file
        Text of the visitor's file of that name; empty for what ships.
    people, place
        Names of people and of a place that ship, without folder; those of the programme if empty.
    dropped
        Principles that are left out.
    changes
        Dotted names and values, as a file would write them.
    """

    programme: str = "ips"
    file: str = ""
    people: str = ""
    place: str = ""
    dropped: tuple[str, ...] = ()
    changes: tuple[tuple[str, Value], ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether anything is different from the programme as it is."""
        return bool(self.people or self.place or self.dropped or self.changes)

    @property
    def plain(self) -> Asked:
        """The programme as it is, before anything is changed."""
        return Asked(self.programme, self.file)

    @property
    def title(self) -> str:
        """What it is called."""
        own = scenario_of(self.file).title if self.file else title_of(self.programme)
        return own + (", changed" if self.is_changed else "")

    def having(self, key: str, value: Value) -> Asked:
        """The same with one thing set: a dotted key, a principle, or one of the attributes."""
        if key in PICKED:
            chosen: dict[str, Any] = {key: str(value)}
            return replace(self, **chosen)
        if key in principles():
            kept = [one for one in self.dropped if one != key]
            return replace(self, dropped=tuple([*kept, *([] if value else [key])]))
        kept_changes = {name: one for name, one in self.changes if name != key}
        if value != self.plain_value(key):
            kept_changes[key] = value
        return replace(self, changes=tuple(kept_changes.items()))

    def plain_value(self, key: str) -> Value:
        """The value that a key has where nothing is changed by itself; nothing without a range."""
        if key not in keys():
            return ""
        return value_of(scenario_of(replace(self, changes=()).text()), keys()[key])

    def without_money(self) -> tuple[Asked, dict[str, Value]]:
        """The same at the programme's own prices, and what is said of money."""
        money = {key: value for key, value in self.changes if is_money(key)}
        kept = tuple(one for one in self.changes if one[0] not in money)
        return replace(self, changes=kept), money

    def text(self, title: str = "") -> str:
        """The scenario file that says all this."""
        return _written({**self._said(), "title": title or self.title})

    def beside(self, other: Asked) -> str:
        """The scenario file of another programme for the same people, in the same place.

        How people are observed and what things cost is the same too; posts are the other's own.
        The programme as it is, before anything was changed, keeps what it has.
        """
        if other == self.plain:
            return other.text(f"{other.title}, {'as it is' if self.is_changed else 'again'}")
        moved = replace(other, people=self.people, place=self.place)
        mine, theirs = (as_mapping(scenario_of(one.text())) for one in (self, moved))
        said = {**moved._said(), "title": other.title}
        for one in (said, theirs):
            one.pop(PRICES, None)
        kind = mine["design"]["kind"]
        for section in _SHARED:
            here, there = (
                _NO_ROWS.get(section, {}) | one.get(section, {}) for one in (mine, theirs)
            )
            differing = {
                key: value
                for key, value in here.items()
                if there.get(key) != value
                and f"{section}.{key}" not in _OF_THE_POLICY
                and READ_BY.get(f"{section}.{key}", kind) == kind
            }
            if differing:
                said[section] = {**(said.get(section) or {}), **differing}
        return _written(said)

    def _said(self) -> dict[str, Any]:
        """What the file says, by its keys."""
        said: Any = {"based_on": f"{self.programme}.yaml"}
        if self.file:
            said = to_python(parse(self.file.encode(), "file").root)
        bases, left_out = _listed(said.pop("based_on", [])), _listed(said.pop("drop", []))
        for section, folder, name in (
            ("people", "people", self.people),
            ("place", "places", self.place),
        ):
            if name:
                said.pop(section, None)
                bases.append(f"{folder}/{name}.yaml")
        own = said.get("programme") or {}
        for one in self.dropped:
            left_out += [] if one in left_out else [one]
            for lever in principles()[one].levers:
                own.pop(lever, None)
        for dotted, value in self.changes:
            section, _, key = dotted.partition(".")
            said[section] = {**(said.get(section) or {}), key: value}
        first = {"title": "", "based_on": bases} | ({"drop": left_out} if left_out else {})
        return {**first, **said}


def is_money(key: str) -> bool:
    """Whether a key says what things cost or what there is to spend, and nothing that happens."""
    return key.startswith(f"{PRICES}.") or key == "budget.usd_per_year"


def _listed(said: Any) -> list[Any]:
    return list(said) if isinstance(said, list) else [said]


def _written(said: dict[str, Any]) -> str:
    """A scenario file's text, with short lists in a line."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedSeq

    writer, stream = YAML(), StringIO()
    writer.width = 4096
    lists = {}
    for key in ("based_on", "drop"):
        if key in said:
            lists[key] = CommentedSeq(said[key])
            lists[key].fa.set_flow_style()
    writer.dump({**said, **lists}, stream)
    return stream.getvalue()


def value_of(scenario: Scenario, key: Key) -> Value:
    """What a scenario has for a key, as a file writes it."""
    value: Value = getattr(getattr(scenario, key.section), key.name)
    shown = key.shown(value)
    return shown if key.may_be_unlimited and not shown.isdecimal() else value


@cache
def title_of(name: str) -> str:
    """The title of a scenario that ships; for a list of all, reading each whole takes seconds."""
    lines = shipped()[name].read_text(encoding="utf-8").splitlines()
    line = next(one for one in lines if one.startswith("title:"))
    said: Any = to_python(parse(line.encode(), name).root)
    return str(said["title"])


@lru_cache(maxsize=64)
def scenario_of(text: str, name: str = "scenario.yaml") -> Scenario:
    """Read a scenario file's text with every check; it can name what ships and nothing else.

    Parameters
    ----------
    text, name
        The text, and what messages call its file.

    Raises
    ------
    ScenarioError
        With every mistake.
    """
    return resolve_text(text, _NOWHERE / name).scenario


def uploaded_text(name: str, data: bytes) -> str:
    """Read what a visitor uploads as a scenario file's text.

    Raises
    ------
    RunError
        If it is too large or no text.
    """
    if len(data) > LARGEST_FILE_BYTES:
        raise RunError(
            f"{name} is larger than the {LARGEST_FILE_BYTES:,} bytes that a scenario file may have"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RunError(f"{name} is no text in UTF-8, as a scenario file is") from None


def mistakes_in(error: ScenarioError) -> list[str]:
    """What is wrong with an upload, a sentence for each mistake, without this machine's folders."""
    folder = f"{_NOWHERE}/"
    return [str(one).replace(folder, "") for one in error.mistakes]


@dataclass(frozen=True)
class Outcome(Generic[Made]):
    """What came of some work: something, or sentences that say why not."""

    made: Made | None = None
    sentences: tuple[str, ...] = ()


def tried(work: Callable[[], Made], passing: tuple[type[Exception], ...] = ()) -> Outcome[Made]:
    """Do something for a visitor, to whom an error is a sentence; some errors pass."""
    try:
        return Outcome(work())
    except passing:
        raise
    except ScenarioError as error:
        return Outcome(sentences=tuple(mistakes_in(error)))
    except RunError as error:
        return Outcome(sentences=(str(error),))
    except Exception as error:
        _log.exception("a visitor's work failed")
        said = f"Here the program itself is at fault ({type(error).__name__}); others are not hit."
        return Outcome(sentences=(said,))
