"""A user's own people: a CSV beside the scenario file or a list in it, checked cell by cell."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ips_sim.scenario.catalogue import nearest, person_columns
from ips_sim.scenario.checking import UNKNOWN, check
from ips_sim.scenario.errors import Mistake, ScenarioError, Told, describe
from ips_sim.scenario.reader import Node, Refused, plain_value, read_text
from ips_sim.scenario.schema import PersonRow

LARGEST_PEOPLE_FILE_BYTES = 2_000_000
MOST_MISTAKES = 100
"""Mistakes told of one file of people; a wrong column makes as many as there are rows."""
ROWS_ALLOWED = "the name of a CSV file, or a list of people"

_CSV = "a CSV file of people, in UTF-8, with a line of column names"


def read_people(path: Path, where: str) -> tuple[tuple[PersonRow, ...], list[Mistake]]:
    """Read people from a CSV file.

    Parameters
    ----------
    path
        The file.
    where
        What to call it in messages.

    Returns
    -------
    tuple of PersonRow
        In the order of the file, those without a mistake; an empty cell is something not known.
    list of Mistake
        What is wrong with it, with lines.
    """
    people: list[PersonRow] = []
    mistakes: list[Mistake] = []
    try:
        text = read_text(path, where, _CSV, LARGEST_PEOPLE_FILE_BYTES)
        for line, cells in _records(text, where, mistakes):
            person = _person(cells, line, where, "", mistakes)
            if person is not None:
                people.append(person)
    except ScenarioError as error:
        mistakes += error.mistakes
    except csv.Error as error:
        mistakes.append(Mistake(where, None, "", f"text that is not CSV ({error})", _CSV))
    if not people and not mistakes:
        mistakes.append(Mistake(where, None, "", "no people", "a line for each person"))
    return tuple(people), _shortened(mistakes)


def check_people(items: list[Node], where: str) -> tuple[tuple[PersonRow, ...], list[Mistake]]:
    """Check people who are listed in a scenario file or a mapping; otherwise as `read_people`."""
    people: list[PersonRow] = []
    mistakes: list[Mistake] = []
    for number, item in enumerate(items, start=1):
        key = f"people.rows, person {number}"
        if isinstance(item.value, Refused):
            continue
        if not isinstance(item.value, dict):
            allowed = f"a mapping with some of {', '.join(person_columns())}"
            mistakes.append(Mistake(where, item.line, key, describe(item.value), allowed))
            continue
        person = _person(item.value, item.line, where, f"{key}, ", mistakes)
        if person is not None:
            people.append(person)
    return tuple(people), _shortened(mistakes)


def _shortened(mistakes: list[Mistake]) -> list[Mistake]:
    more = len(mistakes) - MOST_MISTAKES
    if more <= 0:
        return mistakes
    rest = Mistake(mistakes[0].where, mistakes[-1].line, "", f"{more:,} more mistakes", "none")
    return [*mistakes[:MOST_MISTAKES], rest]


def _records(
    text: str, where: str, mistakes: list[Mistake]
) -> Iterator[tuple[int, dict[str, Node]]]:
    """The rows of a CSV with their lines: by column, what is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = [name.strip() for name in next(reader, [])]
    if not any(columns):
        mistakes.append(Mistake(where, None, "", "an empty file", _CSV))
        return
    wrong = _wrong_columns(columns, where)
    if wrong:
        mistakes += wrong
        return
    begun = reader.line_num
    for row in reader:
        line, begun = begun + 1, reader.line_num
        cells = [cell.strip() for cell in row]
        if len(cells) <= 1 and not any(cells):
            continue  # an empty line
        if len(cells) != len(columns):
            found = f"{_counted(len(cells), 'cell')} under {_counted(len(columns), 'column name')}"
            mistakes.append(Mistake(where, line, "", found, "a cell for each column, if empty"))
            continue
        yield (
            line,
            {
                name: Node(_cell(cell), line)
                for name, cell in zip(columns, cells, strict=True)
                if cell
            },
        )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _wrong_columns(columns: list[str], where: str) -> list[Mistake]:
    for mark, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and mark in columns[0]:
            found = f"columns separated by {called}"
            return [Mistake(where, 1, "", found, "columns separated by commas")]
    mistakes = []
    for position, name in enumerate(columns):
        if name not in person_columns():
            mistakes.append(_unknown(name, where, 1))
        elif name in columns[:position]:
            mistakes.append(Mistake(where, 1, name, "the column a second time", "once"))
    return mistakes


def _unknown(name: str, where: str, line: int | None) -> Mistake:
    _, allowed, meant = _unknown_key(name)
    found = "an unknown column" if name else "a column without a name"
    return Mistake(where, line, name, found, allowed, meant)


def _unknown_key(name: str) -> tuple[str, str, str]:
    return UNKNOWN, ", ".join(person_columns()), nearest(name, person_columns())


def _cell(text: str) -> object:
    value = plain_value(text)
    return text if value is None else value  # only an empty cell says nothing


def _as_column(name: str, cell: Node) -> Node:
    """A cell as its column takes it: spreadsheets write 1 and 0 for yes and no."""
    key, value = person_columns().get(name), cell.value
    if isinstance(value, float) and math.isnan(value):
        return Node(None, cell.line)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if key is not None and key.kind == "yes or no" and is_number and value in (0, 1):
        return Node(bool(value), cell.line)
    return cell


def _person(
    cells: dict[str, Node], line: int | None, where: str, prefix: str, mistakes: list[Mistake]
) -> PersonRow | None:
    """The person that a row tells of; none after telling what is wrong with it."""
    told = Told(where)
    known = {name: _as_column(name, cell) for name, cell in cells.items()}
    if all(cell.value is None for cell in known.values()):
        found = "a row that says nothing about the person"
        told.tell(line, "", found, "at least one value")
    values, found_in_row = check(
        Node(known, line), PersonRow, where, unknown=_unknown_key, complete=False
    )
    told.mistakes += found_in_row
    if not told.mistakes and values.get("benefit") == "none" and values.get("benefit_fear"):
        found = f"{values['benefit_fear']} for a person without a benefit"
        allowed = "0 or nothing where benefit is none"
        told.tell(cells["benefit_fear"].line, "benefit_fear", found, allowed)
    for one in told.mistakes:
        allowed = f"{one.allowed}, or 1 or 0" if one.allowed == "true or false" else one.allowed
        mistakes.append(replace(one, key=f"{prefix}{one.key}".rstrip(", "), allowed=allowed))
    return None if told.mistakes else PersonRow(**values)
