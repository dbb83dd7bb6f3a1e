"""The one reader of CSV files: rows with their lines, as spreadsheets write them, or why not."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import Mistake
from ips_sim.evidence.text_files import read_text

REMEDY = "a table saved as CSV UTF-8 (in Excel: Save As, CSV UTF-8)"
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_TOTALS = frozenset({"total", "totals", "sum", "summe", "gesamt", "mean", "average", "mittelwert"})
_TITLE_LINES = 10
"""So far down the line of column names is looked for when the first line is none."""


@dataclass(frozen=True)
class Table:
    """What a CSV file holds.

    Attributes
    ----------
    rows
        Each with the line where it begins, and text by column, without blanks at the ends.
    mistakes
        What is wrong with the file as a table.
    """

    rows: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_csv(
    path: Path,
    where: str,
    columns: Collection[str],
    required: Collection[str] = (),
    *,
    holds: str,
    most_bytes: int,
) -> Table:
    """Read a CSV file: UTF-8, a line of column names, commas.

    Rows and unnamed columns without anything in them, blank lines above the column names and a
    first line ``sep=,`` are left out, as spreadsheets write them.

    Parameters
    ----------
    path, where
        The file, and what to call it in messages.
    columns, required
        Columns that may be there, and that have to.
    holds
        What belongs there, for messages.
    most_bytes
        The largest size.
    """
    text = read_text(path, where, holds, most_bytes, REMEDY)
    if isinstance(text, Mistake):
        return Table(mistakes=[text])
    records: list[tuple[int, list[str]]] = []
    begun = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for row in reader:
            line, begun = begun + 1, reader.line_num
            cells = [cell.strip() for cell in row]
            if any(cells):
                records.append((line, cells))
    except csv.Error as error:
        return Table(mistakes=[_not_csv(text, begun + 1, str(error), where, holds)])
    if records and "".join(records[0][1]).lower().startswith("sep="):
        separator, records = records[0][1], records[1:]
        if "".join(separator).lower() != "sep=":  # a comma is what was split at
            return Table(mistakes=[_other_separator(records, where, separator[0][4:])])
    if not records:
        return Table(mistakes=[Mistake(where, None, "", "an empty file", holds)])
    (line, names), *rows = records
    filled = [place for place, name in enumerate(names) if name or _is_filled(rows, place)]
    names = [names[place] for place in filled]
    wrong = _wrong_columns(line, names, rows, where, columns, required)
    if wrong:
        return Table(mistakes=wrong)
    table = Table()
    for row_line, cells in rows:
        width = max((place + 1 for place, cell in enumerate(cells) if cell), default=0)
        if next(cell for cell in cells if cell).lower() in _TOTALS and cells[0]:
            found = f"a line of totals ({cells[0]})"
            table.mistakes.append(Mistake(where, row_line, "", found, "rows of data alone"))
        elif width > (filled[-1] + 1 if filled else 0) or len(cells) <= filled[-1]:
            found = f"{_counted(len(cells), 'cell')} under {_counted(len(names), 'column name')}"
            allowed = "a cell for each column, if empty"
            table.mistakes.append(Mistake(where, row_line, "", found, allowed))
        else:
            kept = {name: cells[place] for name, place in zip(names, filled, strict=True)}
            table.rows.append((row_line, kept))
    return table


def _not_csv(text: str, begun: int, reason: str, where: str, holds: str) -> Mistake:
    """Say why a text is no CSV: most often a quotation mark that is never closed."""
    opened, line = 0, 1
    for character in text:
        if character == '"':
            opened = 0 if opened else line
        line += character == "\n"
    if opened and reason == "unexpected end of data":
        found = "a quotation mark that opens here and is never closed"
        return Mistake(where, opened, "", found, "quotation marks in pairs")
    return Mistake(where, begun, "", f"text that is not CSV ({reason})", holds)


def _is_filled(rows: Sequence[tuple[int, list[str]]], place: int) -> bool:
    return any(place < len(cells) and cells[place] for _, cells in rows)


def _other_separator(
    records: Sequence[tuple[int, list[str]]], where: str, separator: str
) -> Mistake:
    line = records[0][0] if records else 1
    called = _SEPARATORS.get(separator, f"{separator!r}")
    found = f"columns separated by {called}"
    return Mistake(where, line, "", found, "columns separated by commas")


def _wrong_columns(
    line: int,
    names: Sequence[str],
    rows: Sequence[tuple[int, list[str]]],
    where: str,
    columns: Collection[str],
    required: Collection[str],
) -> list[Mistake]:
    for mark in _SEPARATORS:
        if len([name for name in names if name]) == 1 and mark in names[0]:
            return [_other_separator([(line, [])], where, mark)]
    if not set(names) & set(columns):
        for below, cells in rows[:_TITLE_LINES]:
            if len(set(cells) & set(columns)) * 2 > len([cell for cell in cells if cell]):
                found = f"a line above the column names, which stand on line {below}"
                return [Mistake(where, line, "", found, "the column names on the first line")]
    mistakes = []
    for place, name in enumerate(names):
        if name not in columns:
            found = "an unknown column" if name else "a column without a name"
            meant = nearest(name, columns)
            mistakes.append(Mistake(where, line, name, found, ", ".join(columns), meant))
        elif name in names[:place]:
            mistakes.append(Mistake(where, line, name, "the column a second time", "once"))
    missing = [name for name in required if name not in names]
    if missing:
        found = f"no column {', '.join(missing)}"
        mistakes.append(Mistake(where, line, "", found, f"{', '.join(required)} and others"))
    return mistakes


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
