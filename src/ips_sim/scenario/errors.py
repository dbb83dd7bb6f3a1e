"""What is said about a mistake in a scenario: where, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

_LONGEST_TEXT = 40
_LONGEST_KEY = 80


@dataclass(frozen=True)
class Mistake:
    """One mistake, for the person who wrote the file.

    Attributes
    ----------
    where
        The file, or what else the value came from (``override``, ``mapping``).
    line
        Line number in the file, counted from 1, where there is one.
    key
        The key, with its section (``programme.caseload_limit``); empty for a whole file.
    found
        What stands there.
    allowed
        What may stand there.
    suggestion
        The nearest right name, with its unit, where there is one.
    """

    where: str
    line: int | None
    key: str
    found: str
    allowed: str
    suggestion: str = ""

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        key = f"{_on_one_line(self.key)}: " if self.key else ""
        meant = f" Did you mean {self.suggestion}?" if self.suggestion else ""
        return f"{place}: {key}found {self.found}; allowed: {self.allowed}.{meant}"


class ScenarioError(Exception):
    """A scenario that can't be used, with every mistake that was found in it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass
class Told:
    """The mistakes of one source, as they are found.

    Attributes
    ----------
    where
        The source, for messages.
    mistakes
        What was told so far.
    """

    where: str
    mistakes: list[Mistake] = field(default_factory=list)

    def tell(
        self, line: int | None, key: str, found: str, allowed: str, suggestion: str = ""
    ) -> None:
        """Tell one mistake."""
        self.mistakes.append(Mistake(self.where, line, key, found, allowed, suggestion))

    def stop(self) -> None:
        """Raise `ScenarioError` with all that was told, by line, if anything was."""
        if self.mistakes:
            raise ScenarioError(sorted(self.mistakes, key=lambda one: one.line or 0))


def describe(value: object) -> str:
    """What was found, in a few words that fit on a line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            text = value if len(value) <= _LONGEST_TEXT else value[: _LONGEST_TEXT - 3] + "..."
            return f"the text {text!r}"
        case int() | float():
            return _number(value)
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return f"an object of type {type(value).__name__}"


def _on_one_line(key: str) -> str:
    """A key may be anything, also many lines of a file in quotation marks."""
    words = " ".join(key.split())
    return words if len(words) <= _LONGEST_KEY else words[: _LONGEST_KEY - 3] + "..."


def _number(value: float) -> str:
    try:
        text = str(value)
    except ValueError:  # Python does not write out integers of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST_TEXT else f"a number of {len(text)} digits"
