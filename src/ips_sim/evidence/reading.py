"""Reading CSV tables so that every mistake is told at once, with file, line and column."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ips_sim.evidence.csv_files import read_csv
from ips_sim.evidence.likely import NOT_KNOWN, likely_numbers, nearest
from ips_sim.evidence.mistakes import Mistake, printable, shortened

LARGEST_TABLE_BYTES = 20_000_000
_HOLDS = "a table (CSV), in UTF-8, with a line of column names"

# Python's float() also takes "nan", "inf" and "1_000"; a table should hold plain numbers.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class EvidenceError(ValueError):
    """A table can't be used; `problems` holds one message per mistake.

    Parameters
    ----------
    problems
        The messages, each with file and line where there is one.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(printable(one) for one in problems)
        super().__init__("\n".join(self.problems))


def perhaps(word: str, known: Collection[str]) -> str:
    """Give ``"; perhaps 'known' was meant"``, or nothing where no word is near."""
    return f"; perhaps '{word}' was meant" if (word := nearest(word, known)) else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table; asking it for a bad cell notes a problem and goes on.

    Attributes
    ----------
    file, line
        Where the record starts.
    cells
        Text by column, without blanks at the ends.
    problems
        Messages so far, shared by all rows of the table.
    """

    file: str
    line: int
    cells: dict[str, str]
    problems: list[str] = field(repr=False)

    def problem(self, message: str) -> None:
        """Note a mistake in this row."""
        self.problems.append(f"{self.file}:{self.line}: {message}")

    def text(self, column: str, *, required: bool = True) -> str:
        """Give the text of a cell; empty where it may be, or where the column is absent."""
        value = self.cells.get(column, "")
        if required and not value:
            self.problem(f"{column} is empty")
        return value

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        """Give the text of a cell that must be one of `allowed`."""
        value = self.text(column)
        if value in allowed:
            return value
        if value:
            self.problem(
                f"{column} is '{value}', allowed are {', '.join(allowed)}{perhaps(value, allowed)}"
            )
        return allowed[0]  # never seen: the problem stops the reading

    def optional_number(
        self, column: str, *, low: float | None = None, high: float | None = None
    ) -> float | None:
        """Give the number in a cell within `low` to `high`, or None if the cell is empty."""
        value = self.text(column, required=False)
        if value.lower() in NOT_KNOWN:
            return None
        if not _NUMBER.fullmatch(value) or not math.isfinite(float(value)):
            meant = [number for number, _ in likely_numbers(value) if _is_in(number, low, high)]
            near = f"; perhaps {meant[0]:.12g} was meant" if meant else ""
            self.problem(f"{column} is '{shortened(value)}', expected a number{near}")
            return 0.0  # never seen: the problem stops the reading
        number = float(value)
        if not _is_in(number, low, high):
            self.problem(f"{column} is {shortened(value)}, allowed is {_range_words(low, high)}")
        return number

    def number(self, column: str, *, low: float | None = None, high: float | None = None) -> float:
        """Give the number in a cell that must not be empty."""
        number = self.optional_number(column, low=low, high=high)
        if number is None:
            self.problem(f"{column} is {self._nothing(column)}, expected a number")
            return 0.0  # never seen: the problem stops the reading
        return number

    def _nothing(self, column: str) -> str:
        """How a cell says that nothing is known."""
        value = self.text(column, required=False)
        return f"'{value}'" if value else "empty"

    def optional_integer(
        self, column: str, *, low: int | None = None, high: int | None = None
    ) -> int | None:
        """Give the whole number in a cell, or None if the cell is empty."""
        number = self.optional_number(column, low=low, high=high)
        if number is None:
            return None
        if number != int(number):
            self.problem(f"{column} is {self.cells[column]}, expected a whole number")
        return int(number)

    def integer(self, column: str, *, low: int | None = None, high: int | None = None) -> int:
        """Give the whole number in a cell that must not be empty."""
        number = self.optional_integer(column, low=low, high=high)
        if number is None:
            self.problem(f"{column} is {self._nothing(column)}, expected a whole number")
            return 0  # never seen: the problem stops the reading
        return number


def _is_in(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or low <= number) and (high is None or number <= high)


def _range_words(low: float | None, high: float | None) -> str:
    if low is None:
        return f"{high:g} or less"
    return f"{low:g} or more" if high is None else f"{low:g} to {high:g}"


def read_rows(path: Path, *, columns: Collection[str], required: Collection[str]) -> list[Row]:
    """Read a CSV file into rows that know their line.

    Parameters
    ----------
    path
        The file: UTF-8, a header line, commas.
    columns
        Columns that may be there.
    required
        Columns that must be there.

    Returns
    -------
    list of Row
        At least one. They share one list of problems; call `stop_on_problems` after use.

    Raises
    ------
    EvidenceError
        If the file is missing, is no text, is no CSV, has no rows, lacks a required column or
        has an unknown, repeated or unnamed one, or a row with too few or too many cells.
    """
    name = str(path)
    table = read_csv(path, name, columns, required, holds=_HOLDS, most_bytes=LARGEST_TABLE_BYTES)
    problems = [str(mistake) for mistake in table.mistakes]
    if not problems and not table.rows:
        problems = [str(Mistake(name, None, "", "column names without a row", "a row or more"))]
    if problems:
        raise EvidenceError(problems)
    return [Row(name, line, dict(cells), problems) for line, cells in table.rows]


def stop_on_problems(rows: Sequence[Row]) -> None:
    """Raise `EvidenceError` with everything that the rows noted, if anything."""
    if rows and rows[0].problems:
        raise EvidenceError(rows[0].problems)
