"""Reading a finished result folder into what the report needs: sums and counts, not rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ips_sim.economics.ledger import MILESTONE_WEEKS
from ips_sim.economics.prices import Prices, prices_of
from ips_sim.model.outcomes import MEASURES
from ips_sim.model.rules.counting import STATUSES, Weekly
from ips_sim.model.world import full_time_posts
from ips_sim.report.quarters import Quarters, read_quarters
from ips_sim.report.survival import counted_by_week
from ips_sim.runs.model_error import factors, log_odds, missed
from ips_sim.runs.ranges import PREDICTIVE, Ends, predictive_range
from ips_sim.scenario import load_scenario
from ips_sim.scenario.schema import Scenario

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

EMPLOYED = (Weekly.EMPLOYED_SUPPORTED.name.lower(), Weekly.EMPLOYED_ALONE.name.lower())
"""Columns that add up to everyone with a competitive job at the end of a week.

``in_competitive_work`` also counts jobs that ended in the week, and so is no ``employed_at_end``.
"""


@dataclass(frozen=True)
class Told:
    """A scenario as the manifest tells it.

    Attributes
    ----------
    name
        Its name in the tables: its title, with a number where two have the same.
    values
        The resolved scenario, section by section.
    """

    name: str
    values: Mapping[str, Any]

    @property
    def summary(self) -> str:
        """What it stands for, in its author's words."""
        return str(self.values.get("summary", ""))

    @property
    def weeks(self) -> int:
        """Weeks of follow-up (cohort) or of observation (open programme)."""
        return int(self.values["design"]["weeks"])

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario itself."""
        return load_scenario(dict(self.values))

    @cached_property
    def posts(self) -> float:
        """Full-time posts of employment specialists that are simulated, at all sites together."""
        return full_time_posts(self.scenario)

    @cached_property
    def prices(self) -> Prices:
        """What things cost under it."""
        return prices_of(self.scenario)

    @property
    def is_cohort(self) -> bool:
        """Whether weeks count from each person's own entry."""
        return bool(self.values["design"]["kind"] == "cohort")

    @property
    def others_fill_places(self) -> bool:
        """Whether free places go to others, who are not simulated and pay for them."""
        return bool(self.values["design"]["free_places_refilled"])


@dataclass(frozen=True)
class Estimate:
    """One row of ``summary.csv`` or ``contrasts.csv``; None where the file is empty."""

    n: int | None
    value: float | None
    low: float | None
    high: float | None
    unit: str
    interval: str
    mc_error: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None


Estimates: TypeAlias = dict[tuple[str, str], dict[str, Estimate]]
"""By scenario and outcome, then by kind of interval."""


@dataclass(frozen=True)
class WeeklyFigures:
    """The weekly table of one scenario, summed over its runs.

    Attributes
    ----------
    totals
        For each column, shape (weeks,).
    people
        People present, shape (weeks,).
    employed, low, high
        The share with a competitive job at the end of each week and its predictive range, shape
        (weeks,): of all people in a cohort, of those on the caseload in an open programme.
    runs
        How many runs were summed.
    """

    totals: Mapping[str, FloatArray]
    people: FloatArray
    employed: FloatArray
    low: FloatArray
    high: FloatArray
    runs: int

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return int(self.people.shape[0])

    def per_person(self, column: str) -> FloatArray:
        """A column divided by the people present, zero where nobody is."""
        result: FloatArray = np.divide(
            self.totals[column],
            self.people,
            out=np.zeros_like(self.people),
            where=self.people > 0,
        )
        return result

    def per_run(self, column: str) -> FloatArray:
        """A column of one run, on average."""
        result: FloatArray = self.totals[column] / self.runs
        return result


@dataclass
class PeopleCounts:
    """The people of one scenario, counted by week; shapes (runs, weeks + 1) or (weeks + 1,).

    `factors`, shape (runs,), say what is more or less in each run for what the model misses. `sums`
    are over all runs: of quantities by their name, and of people served, served and employed, and
    kept in a job until a milestone.
    """

    first_job: IntArray
    without_job: IntArray
    tenure_ended: IntArray
    tenure_censored: IntArray
    weeks_worked: IntArray
    factors: FloatArray
    sums: dict[str, float] = field(default_factory=dict)
    people: int = 0


@dataclass(frozen=True)
class Result:
    """A finished result folder, as far as the report reads it.

    Attributes
    ----------
    manifest
        As the folder has it.
    scenarios
        In the order in which they were given.
    reference
        Name of the scenario that the others are compared with.
    means, contrasts
        Rows of ``summary.csv`` and ``contrasts.csv``.
    outcomes, measures
        Names in the order of the table; measures are rates and shares over people or weeks.
    weekly, people
        By scenario; empty if the folder has no such table.
    quarters
        By scenario, of open programmes.
    """

    manifest: Mapping[str, Any]
    scenarios: tuple[Told, ...]
    reference: str
    means: Estimates
    contrasts: Estimates
    outcomes: tuple[str, ...]
    measures: tuple[str, ...]
    weekly: Mapping[str, WeeklyFigures]
    people: Mapping[str, PeopleCounts]
    quarters: Mapping[str, Quarters] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether every scenario is an open programme, to be told by shares and rates."""
        return not any(one.is_cohort for one in self.scenarios)

    @property
    def others(self) -> tuple[Told, ...]:
        """All scenarios but the reference."""
        return tuple(one for one in self.scenarios if one.name != self.reference)

    def told(self, name: str) -> Told:
        """The scenario of this name."""
        return next(one for one in self.scenarios if one.name == name)

    def mean(self, scenario: str, outcome: str) -> Estimate | None:
        """The mean of an outcome with its predictive range."""
        return _preferred(self.means.get((scenario, outcome)))

    def difference(self, scenario: str, outcome: str) -> Estimate | None:
        """The difference of an outcome from the reference, with its predictive range."""
        return _preferred(self.contrasts.get((scenario, outcome)))


def _preferred(kinds: Mapping[str, Estimate] | None) -> Estimate | None:
    return kinds.get(PREDICTIVE) if kinds else None


def read_result(folder: Path) -> Result:
    """Read a finished result folder.

    Parameters
    ----------
    folder
        What ``run`` or ``compare`` left. ``manifest.json`` and ``summary.csv`` must be there.

    Raises
    ------
    FileNotFoundError
        If the folder is not a finished result.
    """
    for name in ("manifest.json", "summary.csv"):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder} is not a finished result: it has no {name}")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    scenarios = _scenarios(manifest)
    means, _ = _estimates(folder / "summary.csv", "mean")
    contrasts, references = _estimates(folder / "contrasts.csv", "difference")
    named = dict.fromkeys(outcome for _, outcome in means)
    measures = {measure.name for measure in MEASURES}
    reference = next(iter(references), manifest.get("reference") or scenarios[0].name)
    people = _people(folder / "people.parquet", scenarios, manifest["seed"])
    return Result(
        manifest=manifest,
        scenarios=scenarios,
        reference=reference,
        means=means,
        contrasts=contrasts,
        outcomes=tuple(name for name in named if name not in measures),
        measures=tuple(name for name in named if name in measures),
        weekly=_weekly(folder / "weekly.parquet", scenarios, people, manifest["seed"]),
        people=people,
        quarters=read_quarters(folder / "quarters.csv"),
    )


def _scenarios(manifest: Mapping[str, Any]) -> tuple[Told, ...]:
    said: Mapping[str, Mapping[str, Any]] = manifest["scenarios"]
    return tuple(Told(name, values) for name, values in said.items())


def _estimates(path: Path, value: str) -> tuple[Estimates, list[str]]:
    """Rows of a table of estimates, and the references it names."""
    found: Estimates = {}
    references: list[str] = []
    if not path.is_file():
        return found, references
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            n = _number(row, "n")
            kinds = found.setdefault((row["scenario"], row["outcome"]), {})
            kinds[row["interval"]] = Estimate(
                n=None if n is None else int(n),
                value=_number(row, value),
                low=_number(row, "low"),
                high=_number(row, "high"),
                unit=row["unit"],
                interval=row["interval"],
                mc_error=_number(row, "mc_error"),
                ratio=_number(row, "ratio"),
                ratio_low=_number(row, "ratio_low"),
                ratio_high=_number(row, "ratio_high"),
            )
            if row.get("reference"):
                references.append(row["reference"])
    return found, references


def _number(row: Mapping[str, str | None], column: str) -> float | None:
    text = row.get(column) or ""
    number = float(text) if text else None
    return None if number is None or not np.isfinite(number) else number


def _weekly(
    path: Path, scenarios: tuple[Told, ...], counted: Mapping[str, PeopleCounts], seed: int
) -> dict[str, WeeklyFigures]:
    """Sum the weekly table over runs, a column at a time."""
    if not path.is_file():
        return {}
    from pyarrow import parquet  # type: ignore[import-untyped]

    with parquet.ParquetFile(path) as file:
        have = set(file.schema_arrow.names)
        keys = file.read(columns=["scenario", "replicate", "week"])
        scenario = _codes(keys.column("scenario"), scenarios)
        week = _integers(keys.column("week"))
        if not week.size:
            return {}
        week = week - week.min()
        run = _integers(keys.column("replicate"))
        weeks, runs = int(week.max()) + 1, int(run.max()) + 1
        cell = scenario * weeks + week
        columns = {
            column.name.lower(): _floats(file.read(columns=[column.name.lower()]).column(0))
            for column in Weekly
            if column.name.lower() in have
        }
    cells = len(scenarios) * weeks
    totals = {
        name: np.bincount(cell, values, cells).astype(np.float64).reshape(len(scenarios), weeks)
        for name, values in columns.items()
    }
    statuses = [Weekly(number).name.lower() for number in range(STATUSES)]
    present = np.sum([columns[name] for name in statuses if name in columns], axis=0)
    run_cell = (scenario * runs + run) * weeks + week
    shape = (len(scenarios), runs, weeks)
    people = np.bincount(run_cell, present, np.prod(shape)).reshape(shape)
    # Where people come all the time, those who were once referred grow without end.
    is_open = np.array([not one.is_cohort for one in scenarios])[scenario]
    employed = np.where(is_open, columns[EMPLOYED[0]], sum(columns[name] for name in EMPLOYED))
    base = np.where(is_open, columns["on_caseload"], present)
    working, among = (
        np.bincount(run_cell, values, np.prod(shape)).reshape(shape) for values in (employed, base)
    )
    found = {}
    for number, one in enumerate(scenarios):
        mine = people[number].sum(axis=1) > 0
        span = np.flatnonzero(people[number].sum(axis=0) > 0)
        if not span.size:
            continue
        last = int(span[-1]) + 1
        moved = np.ones(mine.size)
        if not one.is_cohort:
            moved = work_factors(working[number].sum(axis=1), among[number].sum(axis=1), seed)
        elif one.name in counted:
            moved = counted[one.name].factors
        low, high = work_band(
            one, working[number][mine, :last], among[number][mine, :last], moved[mine]
        )
        found[one.name] = WeeklyFigures(
            totals={name: table[number, :last] for name, table in totals.items()},
            people=people[number, :, :last].sum(axis=0),
            employed=working[number, :, :last].sum(axis=0)
            / np.maximum(among[number, :, :last].sum(axis=0), 1),
            low=low,
            high=high,
            runs=int(mine.sum()),
        )
    return found


_COUNTED = ("weeks_to_first_job", "first_job_weeks", "weeks_worked", "jobs_held", "employed_at_end")
_SUMMED = (
    "staff_hours",
    "weeks_preparing",
    "weeks_sheltered",
    "weeks_transitional",
    "benefits_plans",
    "programme_cost_usd",
    "hospital_days",
)
_LONGEST = "longest_job_weeks"


def _people(path: Path, scenarios: tuple[Told, ...], seed: int) -> dict[str, PeopleCounts]:
    """Count people by week, a batch of rows at a time, so that millions fit."""
    if not path.is_file():
        return {}
    from pyarrow import parquet

    most = max(one.weeks + _warm_up(one) for one in scenarios)
    with parquet.ParquetFile(path) as file:
        have = set(file.schema_arrow.names)
        if not have.issuperset(_COUNTED):
            return {}
        extra = [name for name in (*_SUMMED, "weeks_observed", _LONGEST) if name in have]
        runs = _highest(file, "replicate") + 1
        found = {one.name: _empty_counts(runs, most) for one in scenarios}
        for batch in file.iter_batches(
            batch_size=1 << 20, columns=["scenario", "replicate", *_COUNTED, *extra]
        ):
            codes = _codes(batch.column("scenario"), scenarios)
            run = _integers(batch.column("replicate"))
            values = {name: _floats(batch.column(name)) for name in (*_COUNTED, *extra)}
            for number, one in enumerate(scenarios):
                mine = codes == number
                if mine.any():
                    _count(
                        found[one.name],
                        run[mine],
                        {name: column[mine] for name, column in values.items()},
                        one.weeks + _warm_up(one),
                        most,
                    )
    for one in scenarios:
        counts = found[one.name]
        finders, others = counts.first_job.sum(axis=1), counts.without_job.sum(axis=1)
        counts.factors = work_factors(finders, finders + others, seed)
    return {name: counts for name, counts in found.items() if counts.people}


def work_factors(
    finders: IntArray | FloatArray, people: IntArray | FloatArray, seed: int
) -> FloatArray:
    """By how much more or less each replicate's work is, for what the model misses."""
    counted, total = people.astype(np.float64), float(people.sum())
    overall = log_odds(float(finders.sum()) / max(total, 1.0), total)
    moved = missed(seed, np.arange(people.size)).log_odds(overall)
    return factors(finders / np.maximum(counted, 1.0), counted, moved)


def work_band(
    one: Told,
    employed: IntArray | FloatArray,
    among: IntArray | FloatArray,
    moved: FloatArray,
) -> Ends:
    """Predictive ends of the share in work by week, each of shape (weeks,).

    Parameters
    ----------
    one
        The scenario: the share of an open programme's caseload is cut off at all of it.
    employed, among
        People in work, and of whom, shape (runs, weeks).
    moved
        By how much more or less each run's work is, shape (runs,); see `work_factors`.
    """
    shares = employed / np.maximum(among, 1) * moved[:, None]
    return predictive_range((shares if one.is_cohort else np.minimum(shares, 1.0)).T, 0.0, 1.0)


def _warm_up(one: Told) -> int:
    """Weeks before counting during which people of an open programme may already be followed."""
    return 0 if one.is_cohort else int(one.values["design"]["warm_up_weeks"])


def _empty_counts(runs: int, most_weeks: int) -> PeopleCounts:
    by_week = (most_weeks + 1,)
    return PeopleCounts(
        first_job=np.zeros((runs, most_weeks + 1), dtype=np.int64),
        without_job=np.zeros((runs, most_weeks + 1), dtype=np.int64),
        tenure_ended=np.zeros(by_week, dtype=np.int64),
        tenure_censored=np.zeros(by_week, dtype=np.int64),
        weeks_worked=np.zeros(by_week, dtype=np.int64),
        factors=np.ones(runs),
    )


def _count(
    counts: PeopleCounts,
    run: IntArray,
    values: Mapping[str, FloatArray],
    follow_up: int,
    most: int,
) -> None:
    started = np.isfinite(values["weeks_to_first_job"])
    seen = values.get("weeks_observed", np.full(run.shape, float(follow_up)))
    until = np.where(started, values["weeks_to_first_job"], seen).astype(np.int64)
    cell = run * (most + 1) + np.clip(until, 0, most)
    size = counts.first_job.size
    counts.first_job += np.bincount(cell[started], minlength=size).reshape(counts.first_job.shape)
    counts.without_job += np.bincount(cell[~started], minlength=size).reshape(
        counts.without_job.shape
    )
    # Someone who held one job and still works has that job; every other first job has ended.
    still = (values["jobs_held"] == 1) & (values["employed_at_end"] > 0)
    ended, censored = counted_by_week(
        np.clip(values["first_job_weeks"][started], 0, most), ~still[started], most
    )
    counts.tenure_ended += ended
    counts.tenure_censored += censored
    worked = np.clip(values["weeks_worked"], 0, most).astype(np.int64)
    counts.weeks_worked += np.bincount(worked, minlength=most + 1)
    for name in _SUMMED:
        if name in values:
            counts.sums[name] = counts.sums.get(name, 0.0) + float(values[name].sum())
    if {"staff_hours", _LONGEST} <= set(values):
        # Whoever has a place has a share of a post.
        served = values["staff_hours"] > 0
        for name, people in (
            ("served", served),
            ("served_employed", served & (values["jobs_held"] > 0)),
            ("milestones", served & (values[_LONGEST] >= MILESTONE_WEEKS)),
        ):
            counts.sums[name] = counts.sums.get(name, 0.0) + float(people.sum())
    counts.people += int(run.shape[0])


def _codes(column: Any, scenarios: tuple[Told, ...]) -> IntArray:
    """The number of each row's scenario.

    Raises
    ------
    ValueError
        If a row is of a scenario that the manifest does not name.
    """
    names = {one.name: number for number, one in enumerate(scenarios)}
    parts = [np.zeros(0, dtype=np.int64)]
    for chunk in _chunks(column):
        coded = chunk if hasattr(chunk, "dictionary") else chunk.dictionary_encode()
        found = [name.as_py() for name in coded.dictionary]
        if unknown := sorted(set(found) - set(names)):
            raise ValueError(f"the manifest names no scenario {', '.join(unknown)}")
        lookup = np.array([names[name] for name in found], dtype=np.int64)
        if len(coded):
            parts.append(lookup[np.from_dlpack(coded.indices)])
    return np.concatenate(parts)


def _chunks(column: Any) -> Iterator[Any]:
    yield from (column.chunks if hasattr(column, "chunks") else (column,))


def _integers(column: Any) -> IntArray:
    # By DLPack, since Arrow's own way to NumPy takes half a second to load pandas first.
    parts = [np.from_dlpack(chunk) for chunk in _chunks(column)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)


def _floats(column: Any) -> FloatArray:
    """A column as numbers; empty cells become not-a-number, yes and no become one and zero."""
    import pyarrow

    parts = [np.zeros(0)]
    for chunk in _chunks(column):
        if not len(chunk):
            continue
        numbers = chunk.cast(pyarrow.float64())
        values = np.frombuffer(numbers.buffers()[1])[numbers.offset :][: len(numbers)]
        if numbers.null_count:
            there = np.from_dlpack(numbers.is_valid().cast(pyarrow.int8()))
            values = np.where(there, values, np.nan)
        parts.append(values)
    return np.concatenate(parts)


def _highest(file: Any, column: str) -> int:
    """The highest value of a column of whole numbers."""
    highest = 0
    for batch in file.iter_batches(columns=[column]):
        if batch.num_rows:
            highest = max(highest, int(_integers(batch.column(0)).max()))
    return highest
