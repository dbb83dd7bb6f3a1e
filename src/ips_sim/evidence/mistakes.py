"""What is said about a mistake in a file: where, what was found, what is allowed."""

from __future__ import annotations

from dataclasses import dataclass

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
        return printable(f"{place}: {key}found {self.found}; allowed: {self.allowed}.{meant}")


def printable(text: str) -> str:
    """A text in which what does not print, or turns a line about, stands as Python writes it."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def describe(value: object) -> str:
    """What was found, in a few words that fit on a line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {shortened(value)!r}"
        case int() | float():
            return _number(value)
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return f"an object of type {type(value).__name__}"


def shortened(text: str) -> str:
    """A text, cut so that it fits into a message."""
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 3] + "..."


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
