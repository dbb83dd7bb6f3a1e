"""Scoring: what was seen and what the scenario says become 25 scores and a total."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ips_sim.analysis.fidelity.measures import MEASURES
from ips_sim.evidence.fidelity import (
    PARTS,
    SCORES,
    Part,
    Reading,
    fidelity_bands,
    fidelity_parts,
    fidelity_readings,
)
from ips_sim.evidence.tables import FidelityItem, fidelity_scale
from ips_sim.scenario import Scenario
from ips_sim.scenario.catalogue import keys

Basis = Literal["measured", "partly", "scenario", "stand-in"]
Values = Callable[[str], float]
"""Gives a measure's value by its name, or that of a key of the scenario by its dotted one."""

LOWEST, HIGHEST = 1, SCORES[-1]


@dataclass(frozen=True)
class ReviewRow:
    """A row of ``fidelity.csv``: an item of the scale.

    Attributes
    ----------
    basis
        ``measured`` in the simulated half-year, ``scenario`` if it is read off the levers,
        ``partly``, or ``stand-in`` where the model has no word for what the item asks.
    value
        What was found: of the measure, or how many parts hold.
    anchor
        What the scale says of this score.
    measure, unit
        What the value is of.
    missing
        Parts that do not hold.
    reads
        What the model has no word for, and how it is read all the same.
    """

    item: int
    section: str
    name: str
    score: int
    basis: Basis
    value: float
    anchor: str
    measure: str
    unit: str
    missing: str
    reads: str

    def with_score(self, score: int) -> ReviewRow:
        """Give the same with another score, and what the scale says of that."""
        return replace(self, score=score, anchor=fidelity_scale()[self.item - 1].anchors[score - 1])


def values_of(
    tops: Mapping[str, float], bottoms: Mapping[str, float], scenario: Scenario
) -> Values:
    """Look things up that were seen, or that a scenario says."""

    def value(name: str) -> float:
        section, dot, key = name.partition(".")
        if dot:
            return float(getattr(getattr(scenario, section), key))
        bottom = bottoms.get(name, 0.0)
        return MEASURES[name].per * tops.get(name, 0.0) / bottom if bottom > 0 else math.nan

    return value


def score_all(values: Values) -> list[ReviewRow]:
    """Score every item, in order."""
    return [
        _score(item, reading, values)
        for item, reading in zip(fidelity_scale(), fidelity_readings(), strict=True)
    ]


def total_of(rows: list[ReviewRow]) -> int:
    """Add the scores up."""
    return sum(row.score for row in rows)


def band_of(total: float) -> str:
    """Say in which band a total lies."""
    return next(band for band, least in fidelity_bands() if total >= least or least == _LEAST)


_LEAST = fidelity_bands()[-1][1]


def _score(item: FidelityItem, reading: Reading, values: Values) -> ReviewRow:
    parts = [one for one in fidelity_parts() if one.item == item.item]
    failing = [one for one in parts if not one.holds(values(one.measure))]
    counted = sum(one.otherwise is None and one not in failing for one in parts)
    value = float(counted) if reading.measure == PARTS else values(reading.measure)
    highest = min((one.otherwise for one in failing if one.otherwise is not None), default=HIGHEST)
    score = min(score_of(value, reading.limits), highest)
    return ReviewRow(
        item=item.item,
        section=item.section,
        name=item.name,
        score=score,
        basis=_basis(reading, parts),
        value=value,
        anchor=item.anchors[score - 1],
        measure=_said(reading.measure),
        unit=_unit(reading.measure, sum(one.otherwise is None for one in parts)),
        missing="; ".join(one.part for one in failing),
        reads=reading.reads,
    )


def score_of(value: float, limits: tuple[float, ...]) -> int:
    """Score a value: the highest score whose limit it reaches; one that is not known scores 1.

    Examples
    --------
    >>> score_of(22, (40.5, 30.5, 25.5, 20.5)), score_of(0.7, (0.5, 0.6, 0.7, 0.85))
    (4, 4)
    """
    is_upper = limits[-1] < limits[0]
    reached = (
        score
        for score, limit in zip(SCORES, limits, strict=True)
        if (value <= limit if is_upper else value >= limit)
    )
    return max(reached, default=LOWEST)


def _basis(reading: Reading, parts: list[Part]) -> Basis:
    if reading.stands_in:
        return "stand-in"
    names = {reading.measure, *(one.measure for one in parts)} - {PARTS}
    seen = sum("." not in name and not MEASURES[name].is_read for name in names)
    if seen == len(names):
        return "measured"
    return "partly" if seen else "scenario"


def _said(measure: str) -> str:
    if measure == PARTS:
        return "parts that hold"
    if "." in measure:
        return f"lever {measure.partition('.')[2].replace('_', ' ')}"
    return MEASURES[measure].meaning


def _unit(measure: str, parts: int) -> str:
    if measure == PARTS:
        return f"of {parts} parts"
    return keys()[measure].unit if "." in measure else MEASURES[measure].unit
