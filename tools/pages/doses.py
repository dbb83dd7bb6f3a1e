"""Dose-responses: one thing is moved, and what comes of it stands beside what was expected."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ips_sim.evidence.parameters import load_parameters
from ips_sim.model import arrays
from ips_sim.model.compiled.execute import execute
from ips_sim.model.outcomes import FloatArray, count_outcomes, segment_sums
from ips_sim.model.results import Runs
from ips_sim.scenario import Scenario, load_scenario
from ips_sim.scenario.schema import UNLIMITED_WEEKS
from ips_sim.scenario.vary import vary
from tools.pages.markdown import code, table
from tools.pages.sources import source_of

Expected = Literal["+", "-", "0", "bends", "unknown"]

OUTCOMES = ("employed_ever", "weeks_worked")
REPLICATES = 40
SEED = 1
THREADS = 2
SURE, VERY_SURE = 2.0, 3.0
"""Standard errors beyond which a difference counts, and beyond which a single step does."""
SMALL = {"employed_ever": 0.01, "weeks_worked": 0.5}
"""Differences below which nothing is expected to matter."""
PERCENT = 100.0
UNLIMITED = "unlimited"
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Dose:
    """One thing that is moved; the head of ``doses.yaml`` says what each field is."""

    dose: str
    part: str
    expected: Expected
    rests_on: str
    base: str = "ips"
    vary: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    scenarios: Sequence[str] = ()
    of: str = "employed_ever"
    between: Sequence[Any] = ()
    before: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        """What each point is called: its value, that of the first key where several move."""
        if self.scenarios:
            return [one.rpartition("/")[2] for one in self.scenarios]
        return [str(value) for value in next(iter(self.vary.values()))]

    @property
    def ends(self) -> tuple[int, int]:
        """Numbers of the two points that the expected sign is about."""
        if not self.between:
            return 0, len(self.labels) - 1
        first, last = (str(one).rpartition("/")[2] for one in self.between)
        return self.labels.index(first), self.labels.index(last)

    @property
    def points(self) -> list[Mapping[str, Any]]:
        """What differs from the base at each point, by dotted key."""
        if self.scenarios:
            return [_NOTHING for _ in self.scenarios]
        return [
            {**self.fixed, **dict(zip(self.vary, values, strict=True))}
            for values in zip(*self.vary.values(), strict=True)
        ]


@dataclass(frozen=True)
class Measured:
    """A dose with what came of it.

    Attributes
    ----------
    after
        By outcome, shape (points, replicates).
    """

    dose: Dose
    after: Mapping[str, FloatArray]

    @property
    def difference(self) -> tuple[float, float]:
        """Difference between the ends in the outcome of the sign, and its Monte Carlo error."""
        first, last = self.dose.ends
        return _step(self.after[self.dose.of], first, last)

    @property
    def agrees(self) -> str:
        """Whether the sign is the expected one, beyond Monte Carlo error, in words."""
        difference, error = self.difference
        goes = _goes(difference, error, SURE)
        if self.dose.expected == "unknown":
            return {"+": "rises", "-": "falls", "0": "no difference"}[goes]
        if self.dose.expected == "bends":
            return "yes" if self._bends() else "**no**"
        if self.dose.expected == "0":
            small = goes == "0" or abs(difference) < SMALL[self.dose.of]
            return "yes" if small else "**no**"
        if goes == "0":
            return "no difference seen"
        if goes != self.dose.expected:
            return "**no**"
        against = self._steps_against()
        return f"yes, but not {against}" if against else "yes"

    def _bends(self) -> bool:
        first, last = self.dose.ends
        values = self.after[self.dose.of]
        return any(
            all(_goes(*_step(values, end, inner), SURE) == "+" for end in (first, last))
            for inner in range(first + 1, last)
        )

    def _steps_against(self) -> str:
        first, last = self.dose.ends
        against = {"+": "-", "-": "+"}[self.dose.expected]
        labels = self.dose.labels
        return " and ".join(
            f"from {labels[one]} to {labels[one + 1]}"
            for one in range(first, last)
            if _goes(*_step(self.after[self.dose.of], one, one + 1), VERY_SURE) == against
        )


def _step(values: FloatArray, first: int, last: int) -> tuple[float, float]:
    apart: NDArray[np.float64] = values[last] - values[first]
    return float(apart.mean()), float(apart.std(ddof=1)) / math.sqrt(apart.size)


def _goes(difference: float, error: float, errors: float) -> str:
    if abs(difference) <= errors * error:
        return "0"
    return "+" if difference > 0 else "-"


@cache
def doses() -> tuple[Dose, ...]:
    """Read what is moved, in the order of the page."""
    from ruamel.yaml import YAML

    text = Path(__file__).with_name("doses.yaml").read_text(encoding="utf-8")
    found: Any = YAML(typ="safe", pure=True).load(text)
    return tuple(Dose(**one) for one in found)


def scenarios_of(dose: Dose) -> list[Scenario]:
    """Give the scenario of each point of a dose."""
    if dose.scenarios:
        return [load_scenario(one) for one in dose.scenarios]
    base = load_scenario(dose.base)
    return [
        vary(
            base,
            {key: UNLIMITED_WEEKS if value == UNLIMITED else value for key, value in point.items()},
        )
        for point in dose.points
    ]


def measure(dose: Dose, replicates: int = REPLICATES) -> Measured:
    """Simulate a dose: sites alike, parameters at their values, the same chance at every point."""
    alike = {name: 0.0 for name in load_parameters() if name.startswith("site_spread_of_")}
    none = np.zeros(replicates, np.int64)
    runs = Runs(none, np.arange(replicates), none)
    after: dict[str, list[FloatArray]] = {name: [] for name in OUTCOMES}
    for scenario in scenarios_of(dose):
        parameters = arrays.default_parameters({**scenario.parameters, **alike})
        result = execute(
            scenario, arrays.as_record(parameters, arrays.PARAMETERS), runs, SEED, THREADS
        )
        outcomes = count_outcomes(result.people)
        people = np.diff(result.offsets)
        for name in OUTCOMES:
            after[name].append(segment_sums(outcomes[name], result.offsets) / people)
    return Measured(dose, {name: np.array(rows) for name, rows in after.items()})


@cache
def measured() -> tuple[Measured, ...]:
    """Simulate every dose."""
    return tuple(map(measure, doses()))


def dose_tables() -> dict[str, str]:
    """Write a table in Markdown for each part of the page, by its heading."""
    parts: dict[str, list[Sequence[str]]] = {}
    for one in measured():
        parts.setdefault(one.dose.part, []).append(_row(one))
    return {part: table(_HEADER, rows) for part, rows in parts.items()}


_HEADER = (
    "what is moved",
    "values",
    "% with a job: before",
    "after",
    "weeks worked: before",
    "after",
    "from first to last",
    "expected",
    "rests on",
    "agrees",
)


def _row(one: Measured) -> Sequence[str]:
    dose = one.dose
    jobs, weeks = (one.after[name].mean(axis=1) for name in OUTCOMES)
    before = dose.before or _NOTHING
    difference, error = one.difference
    scale = PERCENT if dose.of == "employed_ever" else 1.0
    unit = "points" if dose.of == "employed_ever" else "weeks"
    shown = dose.dose
    if dose.between:
        first, last = dose.ends
        shown += f" (sign: {dose.labels[first]} to {dose.labels[last]})"
    return (
        shown,
        ", ".join(dose.labels),
        _shares(before.get("employed_ever", ())),
        _shares(jobs),
        _weeks(before.get("weeks_worked", ())),
        _weeks(weeks),
        f"{scale * difference:+.1f} ± {scale * error:.1f} {unit}".replace("-", "−"),
        _signed(dose.expected),
        _behind(dose.rests_on),
        one.agrees,
    )


def _signed(expected: Expected) -> str:
    return "−" if expected == "-" else expected


def _shares(values: Sequence[float] | FloatArray) -> str:
    return " ".join(f"{PERCENT * value:.1f}" for value in values) or "–"


def _weeks(values: Sequence[float] | FloatArray) -> str:
    return " ".join(f"{value:.1f}" for value in values) or "–"


def _behind(rests_on: str) -> str:
    try:
        return f"{code(rests_on)} ({source_of(rests_on).grade})"
    except KeyError:
        return f"{rests_on} (assumed)"


def counts() -> Mapping[str, int]:
    """Count the doses by whether they agree, for the head of the page."""
    known = [one for one in measured() if one.dose.expected != "unknown"]
    return {
        "all": len(measured()),
        "known": len(known),
        "agree": sum(one.agrees.startswith("yes") for one in known),
        "unseen": sum(one.agrees == "no difference seen" for one in known),
        "against": sum(one.agrees == "**no**" for one in known),
    }


def against() -> list[Measured]:
    """Give the doses whose sign is not the expected one."""
    return [
        one
        for one in measured()
        if one.dose.expected != "unknown" and not one.agrees.startswith("yes")
    ]
