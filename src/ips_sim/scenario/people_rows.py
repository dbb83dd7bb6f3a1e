"""A user's own people: a CSV beside the scenario file or a list in it, checked cell by cell."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from ips_sim.evidence.csv_files import read_csv
from ips_sim.evidence.likely import NOT_KNOWN, nearest
from ips_sim.evidence.mistakes import Mistake, describe
from ips_sim.scenario.catalogue import person_columns
from ips_sim.scenario.checking import UNKNOWN, check
from ips_sim.scenario.errors import Told
from ips_sim.scenario.reader import Node, Refused, plain_value
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
    table = read_csv(
        path, where, person_columns(), holds=_CSV, most_bytes=LARGEST_PEOPLE_FILE_BYTES
    )
    mistakes = table.mistakes
    if not table.rows and not mistakes:
        mistakes.append(Mistake(where, None, "", "no people", "a line for each person"))
    for line, cells in table.rows:
        known = {name: Node(_cell(name, cell), line) for name, cell in cells.items()}
        person = _person(known, line, where, "", mistakes)
        if person is not None:
            people.append(person)
    return tuple(people), _shortened(sorted(mistakes, key=lambda one: one.line or 0))


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


def _unknown_key(name: str) -> tuple[str, str, str]:
    return UNKNOWN, ", ".join(person_columns()), nearest(name, person_columns())


def _cell(name: str, text: str) -> object:
    """What a cell says; nothing where it is empty, or says that nothing is known."""
    not_known = text.lower() in NOT_KNOWN and text.lower() not in person_columns()[name].choices
    value = None if not_known else plain_value(text)
    return text if value is None and not not_known else value


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
    if not told.mistakes and values.get("ever_worked") is False:
        _tell_of_work(cells, values, told)
    for one in told.mistakes:
        allowed = f"{one.allowed}, or 1 or 0" if one.allowed == "true or false" else one.allowed
        mistakes.append(replace(one, key=f"{prefix}{one.key}".rstrip(", "), allowed=allowed))
    return None if told.mistakes else PersonRow(**values)


def _tell_of_work(cells: dict[str, Node], values: dict[str, Any], told: Told) -> None:
    """Tell of work in the past of a person who has never worked."""
    for name, allowed in (("work_history_weeks", "0"), ("worked_past_year", "false")):
        if values.get(name):
            found = f"{cells[name].value} for a person who has never worked"
            told.tell(
                cells[name].line, name, found, f"{allowed} or nothing where ever_worked is false"
            )
