"""How the fidelity scale is read off a simulated programme: measures, limits, parts, levers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType

from ips_sim.evidence.reading import Row, read_rows, stop_on_problems
from ips_sim.evidence.tables import fidelity_scale, package_data

SCORES = (2, 3, 4, 5)
"""Scores that have a limit; whoever reaches none scores 1."""
PARTS = "parts"
"""Measure of an item that counts how many of its parts hold."""


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """What a reviewer's visit goes by (``fidelity_visit.csv``), in the units said there."""

    reviewed_weeks: float
    warm_up_weeks: float
    referred_per_place_per_year: float
    least_seekers: float
    visit_hours: float
    month_weeks: float
    four_months_weeks: float
    half_year_weeks: float
    nine_months_weeks: float
    year_weeks: float
    weeks_after_loss: float
    wishes_for_choice: float
    hours_in_a_type: float
    visits_planned: float
    reviewer_error_share: float
    quality_shared_share: float


@cache
def visit_settings() -> VisitSettings:
    """Give what a reviewer's visit goes by."""
    columns = ("key", "value", "unit", "status", "meaning")
    rows = _rows("fidelity_visit.csv", columns)
    found = {row.text("key"): row.number("value", low=0) for row in rows}
    names = [one.name for one in fields(VisitSettings)]
    if list(found) != names:
        rows[0].problem(f"keys are {', '.join(found)}, expected {', '.join(names)}")
    stop_on_problems(rows)
    return VisitSettings(**found)


@dataclass(frozen=True, slots=True)
class Reading:
    """How an item is scored (``fidelity_review.csv``).

    Attributes
    ----------
    measure
        What is measured, `PARTS`, or the dotted name of a key of the scenario.
    limits
        From which value on the scores 2 to 5 are given; falling limits are upper ones.
    remedies
        Names of what would raise it (``fidelity_remedies.csv``).
    stands_in
        Whether the model has no word for what the item asks, and something near stands in for it.
    reads
        What is read into the model, in a sentence.
    """

    item: int
    measure: str
    limits: tuple[float, float, float, float]
    status: str
    remedies: tuple[str, ...]
    stands_in: bool
    reads: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """Levers that go together when a programme improves: each goes to its value in ``ips.yaml``.

    Attributes
    ----------
    keys
        Their dotted names.
    meaning
        What the programme does then.
    """

    name: str
    keys: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an item that holds or not (``fidelity_parts.csv``).

    Attributes
    ----------
    at_least, at_most
        Between what the measure has to be.
    otherwise
        The highest score where it does not hold; None for a part that is counted.
    """

    item: int
    part: str
    measure: str
    at_least: float
    at_most: float
    otherwise: int | None
    status: str

    def holds(self, value: float) -> bool:
        """Say whether a value is between the limits; one that is not known is not."""
        return self.at_least <= value <= self.at_most


@cache
def fidelity_readings() -> tuple[Reading, ...]:
    """Give how each of the 25 items is scored, in order."""
    limits = tuple(f"from{score}" for score in SCORES)
    columns = ("item", "measure", *limits, "status", "remedies", "stands_in", "reads")
    rows = _rows("fidelity_review.csv", columns)
    table = []
    for row in rows:
        second, third, fourth, fifth = (row.number(limit) for limit in limits)
        table.append(
            Reading(
                item=row.integer("item"),
                measure=row.text("measure"),
                limits=(second, third, fourth, fifth),
                status=row.text("status"),
                remedies=_listed(row.text("remedies", required=False)),
                stands_in=row.choice("stands_in", ("yes", "no")) == "yes",
                reads=row.text("reads"),
            )
        )
        for name in table[-1].remedies:
            if name not in fidelity_remedies():
                row.problem(f"no remedy is called {name!r}")
    if [one.item for one in table] != [one.item for one in fidelity_scale()]:
        rows[0].problem("items are not those of fidelity_scale.csv, in order")
    stop_on_problems(rows)
    return tuple(table)


@cache
def fidelity_remedies() -> Mapping[str, Remedy]:
    """Give what raises items, by name."""
    rows = _rows("fidelity_remedies.csv", ("remedy", "keys", "meaning"))
    table = [
        Remedy(row.text("remedy"), tuple(row.text("keys").split()), row.text("meaning"))
        for row in rows
    ]
    stop_on_problems(rows)
    return MappingProxyType({one.name: one for one in table})


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(";") if name.strip())


@cache
def fidelity_parts() -> tuple[Part, ...]:
    """Give the parts of items, in order."""
    columns = ("item", "part", "measure", "at_least", "at_most", "otherwise", "status")
    rows = _rows("fidelity_parts.csv", columns)
    table = []
    for row in rows:
        least, most = row.optional_number("at_least"), row.optional_number("at_most")
        table.append(
            Part(
                item=row.integer("item", low=1, high=len(fidelity_scale())),
                part=row.text("part"),
                measure=row.text("measure"),
                at_least=-math.inf if least is None else least,
                at_most=math.inf if most is None else most,
                otherwise=row.optional_integer("otherwise", low=1, high=SCORES[-1] - 1),
                status=row.text("status"),
            )
        )
    stop_on_problems(rows)
    return tuple(table)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a key differs between programmes (``programme_spread.csv``).

    Attributes
    ----------
    key
        Its dotted name.
    worst, best
        Its ends; yes and no are 1 and 0.
    is_either
        Whether it is one of the ends and nothing between.
    with_quality
        Whether it goes together with others in a good programme; what a place brings does not.
    """

    key: str
    worst: float
    best: float
    is_either: bool
    with_quality: bool
    status: str
    rests_on: str


@cache
def programme_spread() -> tuple[Spread, ...]:
    """Give what differs between programmes, and how far."""
    columns = ("key", "worst", "best", "steps", "with_quality", "status", "rests_on")
    rows = _rows("programme_spread.csv", columns)
    table = tuple(
        Spread(
            key=row.text("key"),
            worst=row.number("worst"),
            best=row.number("best"),
            is_either=row.optional_integer("steps", low=2, high=2) is not None,
            with_quality=row.choice("with_quality", ("yes", "no")) == "yes",
            status=row.text("status"),
            rests_on=row.text("rests_on"),
        )
        for row in rows
    )
    stop_on_problems(rows)
    return table


@cache
def fidelity_bands() -> tuple[tuple[str, int], ...]:
    """Give the bands of the total and from what each begins, the highest first."""
    rows = _rows("fidelity_bands.csv", ("band", "from_total", "source", "status"))
    table = tuple((row.text("band"), row.integer("from_total")) for row in rows)
    stop_on_problems(rows)
    return table


def _rows(name: str, columns: tuple[str, ...]) -> list[Row]:
    return read_rows(package_data(name), columns=columns, required=columns)
