"""What lies between the model and a trial's published rates: a layer whose strengths are fitted.

How far a trial's design moves a prediction is not left to the model alone.  In log odds, an arm's
rate lies at

    mean of the region + counted × (simulated trial − simulated mean of the region)
        + months × log(follow-up / 18 months) + deviation of the trial,

where the trial's own deviation is made of what its sites differ by, as simulated, and of more that
its two arms share or have for themselves.  The strengths are sampled with the parameters.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import cast, get_args

from ips_sim.evidence.reading import read_rows, stop_on_problems
from ips_sim.evidence.tables import Status, columns_of, package_data

TABLE, DRAWS = "trial_layer.csv", "trial_layer_draws.csv"
LEVELS = (
    "level_us_ips",
    "level_us_control",
    "level_elsewhere_ips",
    "level_elsewhere_control",
)
"""Columns of a draw: log odds of the simulated mean of each region at a middle site."""
SPREADS = ("spread_ips", "spread_control", "spread_both")
"""Columns of a draw: simulated variances of log odds between sites, and their covariance."""


@dataclass(frozen=True, slots=True)
class Strength:
    """A strength of the layer and its prior, normal within bounds (``trial_layer.csv``)."""

    name: str
    mean: float
    sd: float
    low: float
    high: float
    unit: str
    meaning: str
    grade: Status
    basis: str


@cache
def strengths() -> Mapping[str, Strength]:
    """Give the layer's strengths by name, in the order of the table, read-only."""
    columns = columns_of(Strength)
    rows = read_rows(package_data(TABLE), columns=columns, required=columns)
    found = {}
    for row in rows:
        one = Strength(
            name=row.text("name"),
            mean=row.number("mean"),
            sd=row.number("sd"),
            low=row.number("low"),
            high=row.number("high"),
            unit=row.text("unit"),
            meaning=row.text("meaning"),
            grade=cast(Status, row.choice("grade", get_args(Status))),
            basis=row.text("basis"),
        )
        found[one.name] = one
    stop_on_problems(rows)
    return MappingProxyType(found)


def layer_draws(variant: str = "", left_out: str = "") -> tuple[Mapping[str, float], ...]:
    """Read the draws of the layer, one for each draw of the parameters of the same fit.

    Parameters
    ----------
    variant
        Structural variant; empty for the fit itself.
    left_out
        Trial that the fit left out; empty where it left out none.

    Returns
    -------
    tuple of mappings
        Value by strength, and by `LEVELS` and `SPREADS`; empty if none ships.
    """
    return _every_draw().get((variant, left_out), ())


@cache
def _every_draw() -> Mapping[tuple[str, str], tuple[Mapping[str, float], ...]]:
    """Read all draws at once, by variant and by the trial that is left out."""
    found: dict[tuple[str, str], list[Mapping[str, float]]] = {}
    try:
        path = package_data(DRAWS)
    except FileNotFoundError:
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            of = row.pop("variant"), row.pop("left_out")
            values = {name: float(value) for name, value in row.items()}
            found.setdefault(of, []).append(MappingProxyType(values))
    return {of: tuple(rows) for of, rows in found.items()}
