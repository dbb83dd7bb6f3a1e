"""A user's own people: a CSV beside the scenario file or a list in it, checked cell by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from ips_sim.scenario.catalogue import Key, nearest, person_columns
from ips_sim.scenario.errors import Mistake, ScenarioError, describe
from ips_sim.scenario.reader import Node, Refused, plain_value, read_text, to_python
from ips_sim.scenario.schema import PersonRow

LARGEST_PEOPLE_FILE_BYTES = 2_000_000
MOST_MISTAKES = 100
"""Mistakes told of one file of people; a wrong column makes as many as there are rows."""
ROWS_ALLOWED = "the name of a CSV file, or a list of people"

_CSV = "a CSV file of people, in UTF-8, with a line of column names"
_YES_OR_NO = "true or false, or 1 or 0"


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
        known = {}
        for name, cell in item.value.items():
            if isinstance(cell.value, Refused):
                continue
            if name in person_columns():
                known[name] = cell
            else:
                mistakes.append(_unknown(name, where, cell.line, f"{key}, "))
        person = _person(known, item.line, where, f"{key}, ", mistakes)
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
            mistakes.append(_unknown(name, where, 1, ""))
        elif name in columns[:position]:
            mistakes.append(Mistake(where, 1, name, "the column a second time", "once"))
    return mistakes


def _unknown(name: str, where: str, line: int | None, prefix: str) -> Mistake:
    found = "an unknown column" if name else "a column without a name"
    allowed, meant = ", ".join(person_columns()), nearest(name, person_columns())
    return Mistake(where, line, f"{prefix}{name}".rstrip(", "), found, allowed, meant)


def _cell(text: str) -> object:
    value = plain_value(text)
    return text if value is None else value  # only an empty cell says nothing


def _person(
    cells: dict[str, Node], line: int | None, where: str, prefix: str, mistakes: list[Mistake]
) -> PersonRow | None:
    """The person that a row tells of; none after telling what is wrong with it."""
    if not cells:
        found = "a row that says nothing about the person"
        mistakes.append(Mistake(where, line, prefix.rstrip(", "), found, "at least one value"))
        return None
    values = {name: _as_column(name, to_python(cell)) for name, cell in cells.items()}
    wrong = {name for name, value in values.items() if value is None}
    try:
        person = PersonRow.model_validate(values)
    except ValidationError as error:
        wrong |= {str(detail["loc"][0]) for detail in error.errors()}
    for name, cell in cells.items():
        if name in wrong:
            mistakes.append(
                Mistake(
                    where,
                    cell.line,
                    f"{prefix}{name}",
                    describe(cell.value),
                    _allowed(person_columns()[name]),
                    _meant(person_columns()[name], cell),
                )
            )
    if wrong:
        return None
    if person.benefit == "none" and person.benefit_fear:
        found = f"{person.benefit_fear} for a person without a benefit"
        allowed = "0 or nothing where benefit is none"
        mistakes.append(
            Mistake(where, cells["benefit_fear"].line, f"{prefix}benefit_fear", found, allowed)
        )
        return None
    return person


def _as_column(name: str, value: object) -> object:
    """Spreadsheets write 1 and 0 for yes and no."""
    if person_columns()[name].kind == "yes or no" and type(value) is int and value in (0, 1):
        return bool(value)
    return value


def _allowed(key: Key) -> str:
    return _YES_OR_NO if key.kind == "yes or no" else key.allowed


def _meant(key: Key, cell: Node) -> str:
    return nearest(cell.value, key.choices) if isinstance(cell.value, str) else ""
