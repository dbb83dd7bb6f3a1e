"""What a visitor asks for, as a scenario file says it: one reader checks it like any other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from ips_sim.runs.errors import RunError
from ips_sim.scenario import ScenarioError, load_scenario, principles, shipped
from ips_sim.scenario.catalogue import Key, keys
from ips_sim.scenario.reader import LARGEST_FILE_BYTES
from ips_sim.scenario.resolve import resolve_text
from ips_sim.scenario.schema import Scenario
from ips_sim.story.errors import StoryError

Value = bool | int | float | str
Made = TypeVar("Made")

AS_IT_SHIPS = ""
"""Compared with: the same scenario, as it is before anything is changed."""
PICKED = ("programme", "people", "place")
"""What is chosen by name."""
_NOWHERE = Path("/ips-sim-uploads")
"""Where texts stand for the reader: a folder without files, so that they reach what ships alone."""
_SHARED = ("people", "place", "design")
"""Sections that hold for whatever a programme is compared with."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A scenario that ships, and what is different.

    Attributes
    ----------
    programme
        Its name.
    people, place
        Names of people and of a place that ship, without folder; those of the programme if empty.
    dropped
        Principles that are left out.
    changes
        Dotted names and values, as a file would write them.
    """

    programme: str = "ips"
    people: str = ""
    place: str = ""
    dropped: tuple[str, ...] = ()
    changes: tuple[tuple[str, Value], ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether anything is different from what ships."""
        return bool(self.people or self.place or self.dropped or self.changes)

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
        """The value that a key has where nothing is changed by itself."""
        return value_of(scenario_of(replace(self, changes=()).text()), keys()[key])

    def text(self, title: str = "") -> str:
        """The scenario file that says all this."""
        bases = [f"{self.programme}.yaml"]
        bases += [f"people/{self.people}.yaml"] if self.people else []
        bases += [f"places/{self.place}.yaml"] if self.place else []
        name = title or title_of(self.programme) + (", changed" if self.is_changed else "")
        lines = [f"title: {name}", f"based_on: [{', '.join(bases)}]"]
        lines += [f"drop: [{', '.join(self.dropped)}]"] if self.dropped else []
        by_section: dict[str, list[str]] = {}
        for dotted, value in self.changes:
            section, _, key = dotted.partition(".")
            by_section.setdefault(section, []).append(f"  {key}: {written(value)}")
        for section, said in by_section.items():
            lines += [f"{section}:", *said]
        return "\n".join(lines) + "\n"

    def beside(self, other: str) -> str:
        """The scenario file of what it is compared with: the same people and place.

        Parameters
        ----------
        other
            Name of a scenario that ships, or `AS_IT_SHIPS`.
        """
        if other == AS_IT_SHIPS:
            title = f"{title_of(self.programme)}, as it ships"
            return Asked(self.programme).text(title)
        shared = tuple(one for one in self.changes if one[0].partition(".")[0] in _SHARED)
        title = title_of(other)
        if title == title_of(self.programme) and not self.is_changed:
            title += ", again"
        return replace(self, programme=other, dropped=(), changes=shared).text(title)


def written(value: Value) -> str:
    """A value as a file writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_of(scenario: Scenario, key: Key) -> Value:
    """What a scenario has for a key, as a file writes it."""
    value: Value = getattr(getattr(scenario, key.section), key.name)
    shown = key.shown(value)
    return shown if key.may_be_unlimited and not shown.isdecimal() else value


@cache
def title_of(name: str) -> str:
    """The title of a scenario that ships."""
    return load_scenario(shipped()[name]).title


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
    except (RunError, StoryError) as error:
        return Outcome(sentences=(str(error),))
    except Exception as error:
        _log.exception("a visitor's work failed")
        said = f"Here the program itself is at fault ({type(error).__name__}); others are not hit."
        return Outcome(sentences=(said,))


def names_under(folder: str) -> list[str]:
    """Names of the scenarios that ship in a folder, without it; of the first level if empty."""
    start = f"{folder}/" if folder else ""
    return [
        name.removeprefix(start)
        for name in shipped()
        if name.startswith(start) and "/" not in name.removeprefix(start)
    ]
