"""What the calibration and the validation wrote down, read from the package's data."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypeVar

from ips_sim.evidence import package_data

Row = TypeVar("Row")


@dataclass(frozen=True)
class Learned:
    """What the data taught of one parameter; `kept` is the share of the prior's spread left."""

    parameter: str
    unit: str
    prior_mean: float
    prior_sd: float
    mean: float
    sd: float
    low90: float
    high90: float
    kept: float


@dataclass(frozen=True)
class Correlated:
    """Two parameters that the data can't tell apart well."""

    first: str
    second: str
    correlation: float


@dataclass(frozen=True)
class Predictive:
    """A figure of the likelihood: published, with its range, and what the fit predicts."""

    name: str
    arm: str
    published: float
    low: float | None
    high: float | None
    predicted: float
    low90: float
    high90: float


@dataclass(frozen=True)
class Predicted:
    """One arm of a virtual trial, rates in per cent; `published` is None where none is known."""

    trial_id: str
    arm: str
    n: int
    months: int
    published: float | None
    predicted: float
    low90: float
    high90: float

    @property
    def is_counted(self) -> bool:
        """Whether the trial is scored, as all are that were fitted."""
        return True

    @property
    def interval(self) -> tuple[float, float]:
        """The central 90 % interval."""
        return self.low90, self.high90

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds the published rate."""
        return self.published is not None and self.low90 <= self.published <= self.high90


@dataclass(frozen=True)
class Simulated:
    """A figure that the simulator gives at draws of a fit; the fit itself has an empty variant."""

    variant: str
    name: str
    arm: str
    role: str
    low: float | None
    high: float | None
    simulated: float
    mc_error: float
    low90: float
    high90: float

    @property
    def is_inside(self) -> bool:
        """Whether it lies in the plausible range; a figure without one does not."""
        if self.low is None or self.high is None:
            return False
        return self.low <= self.simulated <= self.high


@dataclass(frozen=True)
class Emulated:
    """How far the stand-in is from the simulator, and what the evidence leaves open, as SD."""

    name: str
    arm: str
    stand_in_error_sd: float
    evidence_sd: float


@dataclass(frozen=True)
class Sampled:
    """How well the chains of one fit mixed."""

    fit: str
    draws: int
    acceptance: float
    largest_r_hat: float


@cache
def learned() -> Mapping[str, Learned]:
    """Read what the data taught, by parameter; empty if no fit ships."""
    return {row.parameter: row for row in _rows("learned.csv", Learned)}


@cache
def correlations() -> tuple[Correlated, ...]:
    """Read the strongest correlations of the posterior, the strongest first."""
    return _rows("correlations.csv", Correlated)


@cache
def predictive() -> tuple[Predictive, ...]:
    """Read the posterior predictive check of every figure in the likelihood."""
    return _rows("predictive.csv", Predictive)


@cache
def validation() -> tuple[Predicted, ...]:
    """Read the predictions for every arm of every design."""
    return _rows("validation.csv", Predicted)


@cache
def cross_validation() -> tuple[Predicted, ...]:
    """Read the predictions for every fitted trial by the fit that left it out."""
    return _rows("cross_validation.csv", Predicted)


@cache
def simulated() -> tuple[Simulated, ...]:
    """Read what the simulator gives at draws of each fit."""
    return _rows("simulated.csv", Simulated)


@cache
def sampling() -> tuple[Sampled, ...]:
    """Read how well the chains of each fit mixed, the fit to all the evidence first."""
    return _rows("sampling.csv", Sampled)


@cache
def emulated() -> tuple[Emulated, ...]:
    """Read how far the stand-in of the fit is from the simulator."""
    return _rows("emulator.csv", Emulated)


_READ: Mapping[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "float | None": lambda text: float(text) if text.strip() not in ("", "nan") else None,
}


def _rows(name: str, kind: type[Row]) -> tuple[Row, ...]:
    try:
        path = package_data(name)
    except FileNotFoundError:
        return ()
    read = {field.name: _READ[str(field.type)] for field in fields(kind)}  # type: ignore[arg-type]
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            kind(**{name: of(row[name]) for name, of in read.items()})
            for row in csv.DictReader(file)
        )
