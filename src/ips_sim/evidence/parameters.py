"""The parameters of the model as data: value, range, unit, origin and the evidence behind each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from ips_sim.evidence.tables import package_data

Origin = Literal["evidence", "calibrated", "assumed"]
Distribution = Literal["normal", "lognormal", "triangular", "fixed"]


@dataclass(frozen=True)
class ParameterInfo:
    """One row of ``model_parameters.csv``.

    ``value`` is what a run without draws uses, the centre of the calibrated draws where the
    parameter is free; ``prior_centre``, ``low`` and ``high`` are what was believed before.
    ``evidence`` names a row of ``parameters.csv``, ``targets.csv`` or ``findings.csv``, or is
    empty.
    """

    name: str
    value: float
    prior_centre: float
    low: float
    high: float
    unit: str
    distribution: Distribution
    origin: Origin
    evidence: str
    meaning: str


@cache
def load_parameters() -> dict[str, ParameterInfo]:
    """Read every parameter of the model, in the order of the file.

    Returns
    -------
    dict[str, ParameterInfo]
        By name.

    Raises
    ------
    ValueError
        If a value lies outside its own range.
    """
    path: Path = package_data("model_parameters.csv")
    found: dict[str, ParameterInfo] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            info = ParameterInfo(
                name=row["name"],
                value=float(row["value"]),
                prior_centre=float(row["prior_centre"]),
                low=float(row["low"]),
                high=float(row["high"]),
                unit=row["unit"],
                distribution=cast("Distribution", row["distribution"]),
                origin=cast("Origin", row["origin"]),
                evidence=row["evidence"],
                meaning=row["meaning"],
            )
            if not info.low <= info.value <= info.high:
                msg = f"{path.name}:{line}: {info.name} = {info.value} lies outside its range"
                raise ValueError(msg)
            found[info.name] = info
    return found
