"""Reading CSV tables so that every mistake is told at once, with file, line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

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
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def nearest(word: str, known: Collection[str]) -> str:
    """Give ``"; perhaps 'known' was meant"`` for a misspelt word, or nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f"; perhaps '{close[0]}' was meant" if close else ""


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
                f"{column} is '{value}', allowed are {', '.join(allowed)}{nearest(value, allowed)}"
            )
        return allowed[0]  # never seen: the problem stops the reading

    def optional_number(
        self, column: str, *, low: float | None = None, high: float | None = None
    ) -> float | None:
        """Give the number in a cell within `low` to `high`, or None if the cell is empty."""
        value = self.text(column, required=False)
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            self.problem(f"{column} is '{value}', expected a number")
            return None
        number = float(value)
        if (low is not None and number < low) or (high is not None and number > high):
            self.problem(f"{column} is {value}, allowed is {_range_words(low, high)}")
        return number

    def number(self, column: str, *, low: float | None = None, high: float | None = None) -> float:
        """Give the number in a cell that must not be empty."""
        number = self.optional_number(column, low=low, high=high)
        if number is None:
            if not self.text(column, required=False):
                self.problem(f"{column} is empty, expected a number")
            return 0.0  # never seen: the problem stops the reading
        return number

    def optional_integer(self, column: str, *, low: int | None = None) -> int | None:
        """Give the whole number in a cell, or None if the cell is empty."""
        number = self.optional_number(column, low=low)
        if number is None:
            return None
        if number != int(number):
            self.problem(f"{column} is {self.cells[column]}, expected a whole number")
        return int(number)

    def integer(self, column: str, *, low: int | None = None) -> int:
        """Give the whole number in a cell that must not be empty."""
        number = self.optional_integer(column, low=low)
        if number is None:
            if not self.text(column, required=False):
                self.problem(f"{column} is empty, expected a whole number")
            return 0  # never seen: the problem stops the reading
        return number


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
    records = _records(path)
    if not records:
        raise EvidenceError([f"{name}: the file is empty, expected a header line"])
    header_line, header = records[0]
    problems: list[str] = []
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            problems.append(f"{name}:{header_line}: column '{column}' is there more than once")
        if column not in columns:
            what = f"unknown column '{column}'" if column else "a column has no name"
            problems.append(
                f"{name}:{header_line}: {what}{nearest(column, columns)}; "
                f"allowed are {', '.join(columns)}"
            )
    missing = [column for column in required if column not in header]
    if missing:
        problems.append(f"{name}:{header_line}: missing column {', '.join(missing)}")
    if len(records) == 1:
        problems.append(f"{name}: there is a header but no row")
    if problems:
        raise EvidenceError(problems)

    rows = []
    for line, cells in records[1:]:
        if len(cells) != len(header):
            problems.append(
                f"{name}:{line}: {len(cells)} cells where the header has {len(header)} columns"
            )
        rows.append(Row(name, line, dict(zip(header, cells, strict=False)), problems))
    stop_on_problems(rows)
    return rows


def stop_on_problems(rows: Sequence[Row]) -> None:
    """Raise `EvidenceError` with everything that the rows noted, if anything."""
    if rows and rows[0].problems:
        raise EvidenceError(rows[0].problems)


def _records(path: Path) -> list[tuple[int, list[str]]]:
    """Read the records that are not blank, each with the line where it starts."""
    name = str(path)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    records.append((line, [cell.strip() for cell in cells]))
                line = reader.line_num + 1
    except OSError as error:
        raise EvidenceError([f"{name}: can't be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise EvidenceError([f"{name}: is not UTF-8 text"]) from error
    except csv.Error as error:
        raise EvidenceError([f"{name}:{line}: is not CSV: {error}"]) from error
    return records
