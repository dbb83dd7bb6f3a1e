"""The tables of a result: their columns with unit and meaning, and writing them, always alike."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from ips_sim.model.arrays import Array
from ips_sim.model.outcomes import FIGURES, FINDERS, PEOPLE, TOTALS, figures
from ips_sim.model.rules.counting import Weekly
from ips_sim.runs.blocks import PERSON_COLUMNS, Block
from ips_sim.runs.plan import TableFormat

ColumnKind = Literal["text", "whole number", "number", "yes or no"]


@dataclass(frozen=True)
class Coded:
    """A column of texts: each row's number among the words."""

    words: tuple[str, ...]
    codes: Array


Table: TypeAlias = dict[str, Array | Coded]
"""Columns by name, all of one length."""

ROWS_PER_GROUP = 50_000
"""Blocks are gathered until there are so many rows, and then written as one row group."""


@dataclass(frozen=True)
class Column:
    """A column of a table; a number that is NaN is empty there."""

    name: str
    kind: ColumnKind
    unit: str
    meaning: str


_KEYS = (
    Column("scenario", "text", "", "title of the scenario"),
    Column("draw", "whole number", "", "realisation of the uncertain parameters, from 0"),
    Column("replicate", "whole number", "", "stochastic run, from 0; no two draws share one"),
)
_SITE = Column("site", "whole number", "", "agency of the scenario, from 0")
_PERSON = Column("person", "whole number", "", "person, numbered across sites from 0")
_WEEK = "week of the person's own follow-up, from 1; in an open programme "

PEOPLE_COLUMNS = (
    *_KEYS,
    _SITE,
    _PERSON,
    *(
        Column(one.name, one.kind, "" if one.kind == "yes or no" else one.unit, one.meaning)
        for one in PERSON_COLUMNS
    ),
)

RUNS_COLUMNS = (
    *_KEYS,
    _SITE,
    Column(PEOPLE, "whole number", "people", "people counted"),
    Column(FINDERS, "whole number", "people", "people counted who had a competitive job"),
    *(Column(one.name, "number", one.unit, one.meaning) for one in FIGURES),
)

_WEEKLY_MEANINGS: Mapping[Weekly, tuple[str, str]] = {
    Weekly.WAITING: ("people", "on the waiting list and without a job"),
    Weekly.PREPARING: ("people", "in assessment or training before search, without a job"),
    Weekly.SEARCHING: ("people", "served and without any job"),
    Weekly.SET_ASIDE_WORK: ("people", "in a sheltered or transitional job"),
    Weekly.EMPLOYED_SUPPORTED: ("people", "in a competitive job and served"),
    Weekly.EMPLOYED_ALONE: ("people", "in a competitive job and not served"),
    Weekly.NOT_ADMITTED: ("people", "not admitted and without a job"),
    Weekly.DISENGAGED: ("people", "left without agreement and without a job"),
    Weekly.CLOSED: ("people", "closed, or support ended, and without a job"),
    Weekly.GONE: ("people", "moved away, died or in prison"),
    Weekly.IN_COMPETITIVE_WORK: ("people", "in a competitive job at some time in the week"),
    Weekly.ON_CASELOAD: ("people", "on a specialist's caseload"),
    Weekly.IN_HOSPITAL: ("people", "in psychiatric hospital"),
    Weekly.FIRST_JOBS: ("people", "who started their first competitive job"),
    Weekly.EMPLOYER_CONTACTS: ("contacts", "employers seen by a specialist for a person"),
    Weekly.HOURS_TROUBLE: ("hours", "of specialists for people with a problem at work"),
    Weekly.HOURS_NEW_JOB: ("hours", "of specialists for people new in a job"),
    Weekly.HOURS_SEARCH: ("hours", "of specialists for people in search"),
    Weekly.HOURS_EMPLOYER_CONTACT: ("hours", "of specialists with employers"),
    Weekly.HOURS_KEEP_IN_TOUCH: ("hours", "of specialists for everyone else on the caseload"),
    Weekly.STAFF_HOURS: (
        "hours",
        "of posts that these people pay for: all of them, or their places where free ones are "
        "others'",
    ),
    Weekly.HOURS_WORKED: ("hours", "worked in competitive jobs"),
    Weekly.EARNINGS_USD: ("US dollars", "earned in competitive jobs"),
    Weekly.HOURS_IDLE: (
        "hours",
        "of the same posts that nobody on the caseload needed",
    ),
    Weekly.HOURS_TEAM: ("hours", "of specialists with the care team, families and counsellors"),
    Weekly.HOURS_TRAVEL: ("hours", "of specialists on the way"),
    Weekly.BOOK_VISITS: (
        "visits",
        "to employers for no one person, shared equally by the people on the caseload",
    ),
    Weekly.HOURS_OFFICE: ("hours", "of specialists with records and supervision"),
    Weekly.REFERRED: ("people", "who entered the study or were referred"),
    Weekly.ON_WAITING_LIST: ("people", "on the waiting list, with a job or without"),
    Weekly.PLACES_TAKEN: ("people", "who got a place on a caseload"),
    Weekly.PLACES_LEFT: ("people", "who gave up their place on a caseload"),
    Weekly.STAY_WEEKS_ENDED: ("weeks", "that those who gave up their place had had it"),
    Weekly.JOB_STARTS_SERVED: (
        "jobs",
        "competitive, in their first week, of people on a caseload",
    ),
    Weekly.SERVED_IN_QUARTER: (
        "people",
        "in the last week of a quarter, those on a caseload at some time in it; else 0",
    ),
    Weekly.IN_SCHOOL: ("people", "at school or in training, in a term or between two"),
    Weekly.FIRST_ENROLMENTS: ("people", "who started their first term at school"),
    Weekly.HOURS_SCHOOL: ("hours", "of specialists for people whose goal is school"),
    Weekly.POSTS: ("posts", "of specialists, filled or vacant, in the week of the run"),
    Weekly.POSTS_LEFT: ("posts", "whose holder left in the week of the run"),
    Weekly.EMPLOYED_IN_QUARTER: ("people", "those of them who worked competitively in it"),
}


def _weekly_kind(column: Weekly) -> ColumnKind:
    return (
        "number"
        if _WEEKLY_MEANINGS[column][0] in ("hours", "visits", "US dollars")
        else "whole number"
    )


WEEKLY_COLUMNS = (
    *_KEYS,
    Column("week", "whole number", "", _WEEK + "week after the warm-up"),
    *(Column(one.name.lower(), _weekly_kind(one), *_WEEKLY_MEANINGS[one]) for one in Weekly),
)

EVENTS_COLUMNS = (
    *_KEYS,
    _SITE,
    _PERSON,
    Column("week", "whole number", "", "week since the person's entry, from 1"),
    Column("event", "text", "", "what happened"),
    Column(
        "cause", "text", "", "how a competitive job ended: quit, dismissed, temporary, laid_off"
    ),
)

_INTERVALS = (
    "predictive, all that one site's result is unsure by; its parts luck (shrinks with people), "
    "sites (with sites), parameters (with evidence) and model (with a better model), empty where "
    "not known; and people, who differ from each other"
)

SUMMARY_COLUMNS = (
    Column("scenario", "text", "", "title of the scenario"),
    Column("outcome", "text", "", "outcome or measure"),
    Column("unit", "text", "", "unit of mean, error and range"),
    Column(
        "n", "whole number", "", "how many people, jobs, weeks or other things the mean is over"
    ),
    Column("mean", "number", "", "mean over all draws, replicates and sites"),
    Column(
        "mc_error",
        "number",
        "",
        "Monte Carlo error of the mean: its standard error with these draws; more replicates "
        "shrink it and nothing else",
    ),
    Column("low", "number", "", "5 % of what the interval covers lie below"),
    Column("high", "number", "", "5 % lie above"),
    Column("interval", "text", "", f"what the range from low to high covers: {_INTERVALS}"),
)

CONTRASTS_COLUMNS = (
    Column("scenario", "text", "", "title of the scenario"),
    Column("reference", "text", "", "title of the scenario it is compared with"),
    Column("outcome", "text", "", "outcome or measure"),
    Column("unit", "text", "", "unit of the difference"),
    Column("n", "whole number", "", "how many pairs the interval is taken over"),
    Column("difference", "number", "", "mean under the scenario minus mean under the reference"),
    Column("low", "number", "", "5 % of what the interval covers lie below"),
    Column("high", "number", "", "5 % lie above"),
    Column("ratio", "number", "", "mean under the scenario over mean under the reference"),
    Column("ratio_low", "number", "", "5 % of the paired ratios lie below, of what is predicted"),
    Column("ratio_high", "number", "", "5 % lie above"),
    Column("interval", "text", "", "as in summary.csv, of paired differences"),
)


QUARTERS_COLUMNS = (
    Column("scenario", "text", "", "title of the scenario"),
    Column(
        "quarter",
        "whole number",
        "",
        "13 weeks after the warm-up, from 1; 0 is a quarter on average over all of them",
    ),
    Column("figure", "text", "", "what is told of the quarter"),
    Column("unit", "text", "", "unit of mean and range"),
    Column("mean", "number", "", "over all draws and replicates, sites added up"),
    Column("low", "number", "", "5 % of the results of a programme lie below, as predicted"),
    Column("high", "number", "", "5 % lie above"),
)


def people_table(name: str, block: Block) -> Table:
    """Give a block's people with every outcome."""
    counts = np.diff(block["offsets"])
    return {
        "scenario": _constant(name, block["person"]),
        **{key: np.repeat(block[key], counts) for key in ("draw", "replicate", "site")},
        "person": block["person"],
        **{one.name: block["people"][row] for row, one in enumerate(PERSON_COLUMNS)},
    }


def runs_table(name: str, block: Block) -> Table:
    """Give a block's runs with every mean, share and measure."""
    totals = block["totals"]
    values = figures(totals)
    return {
        "scenario": _constant(name, block["site"]),
        **{key: block[key] for key in ("draw", "replicate", "site")},
        **{key: totals[TOTALS.index(key)] for key in (PEOPLE, FINDERS)},
        **{one.name: values[row] for row, one in enumerate(FIGURES)},
    }


def weekly_table(name: str, block: Block) -> Table:
    """Give the weekly figures of a block's draws and replicates."""
    weekly = block["weekly"]
    groups, weeks, columns = weekly.shape
    flat = weekly.reshape(groups * weeks, columns)
    return {
        "scenario": _constant(name, flat[:, 0]),
        "draw": np.repeat(block["weekly_draw"], weeks),
        "replicate": np.repeat(block["weekly_replicate"], weeks),
        "week": np.tile(np.arange(1, weeks + 1), groups),
        **{one.name.lower(): flat[:, one] for one in Weekly},
    }


def events_table(name: str, block: Block) -> Table:
    """Give a block's events in words."""
    from ips_sim.runs.events import CAUSES, KINDS

    events = block["events"]
    return {
        "scenario": _constant(name, events),
        **{key: block[key][events["run"]] for key in ("draw", "replicate", "site")},
        "person": events["person"],
        "week": events["week"],
        "event": Coded(tuple(kind.name for kind in KINDS), events["kind"]),
        "cause": Coded(CAUSES, events["cause"]),
    }


def _constant(word: str, like: Array) -> Coded:
    """One text for every row of a column."""
    return Coded((word,), np.zeros(like.shape[0], dtype=np.int64))


def arrow_schema(columns: Sequence[Column]) -> Any:
    """The Arrow schema of a table: types, and unit and meaning of every column."""
    import pyarrow as pa  # type: ignore[import-untyped]

    kinds = {
        "text": pa.string(),
        "whole number": pa.int64(),
        "number": pa.float64(),
        "yes or no": pa.bool_(),
    }
    return pa.schema(
        [
            pa.field(one.name, kinds[one.kind], metadata={"unit": one.unit, "meaning": one.meaning})
            for one in columns
        ]
    )


def arrow_table(table: Table, columns: Sequence[Column]) -> Any:
    """Turn columns into an Arrow table of the fixed schema; NaN is empty.

    From buffers, because Arrow's own way from NumPy imports pandas.
    """
    import pyarrow as pa

    schema = arrow_schema(columns)
    arrays = []
    for column, field in zip(columns, schema, strict=True):
        values = table[column.name]
        if isinstance(values, Coded):
            codes = _arrow_numbers(values.codes, "whole number", pa.int64())
            arrays.append(pa.array(list(values.words), pa.string()).take(codes))
        else:
            arrays.append(_arrow_numbers(values, column.kind, field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _arrow_numbers(values: Array, kind: ColumnKind, wanted: Any) -> Any:
    import pyarrow as pa

    empty = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
    present = pa.py_buffer(np.packbits(~empty, bitorder="little")) if empty.any() else None
    if kind == "yes or no":
        content = np.packbits(values != 0, bitorder="little")
    elif kind == "whole number":
        content = np.where(empty, 0, values).astype(np.int64)
    else:
        content = np.where(empty, 0.0, values).astype(np.float64)
    buffers = [present, pa.py_buffer(content)]
    return pa.Array.from_buffers(wanted, values.shape[0], buffers, null_count=int(empty.sum()))


class TableWriter:
    """Writes a table piece by piece, so that it never has to fit into memory."""

    def __init__(self, path: Path, columns: Sequence[Column], table_format: TableFormat) -> None:
        self.path = path
        self._columns = columns
        schema = arrow_schema(columns)
        # An open file, because Arrow reads more into a name than the system does.
        self._file = path.open("wb")
        self._writer: Any
        if table_format == "csv":
            from pyarrow import csv as arrow_csv

            self._writer = arrow_csv.CSVWriter(self._file, schema)
        else:
            from pyarrow import parquet

            self._writer = parquet.ParquetWriter(self._file, schema, compression="zstd")
        self._pending: list[Any] = []
        self._rows = 0

    def add(self, table: Table) -> None:
        """Add rows at the end."""
        piece = arrow_table(table, self._columns)
        self._pending.append(piece)
        self._rows += piece.num_rows
        if self._rows >= ROWS_PER_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered, as one row group."""
        import pyarrow as pa

        if self._rows:
            self._writer.write_table(pa.concat_tables(self._pending).combine_chunks())
        self._pending, self._rows = [], 0

    def close(self) -> None:
        """Write the rest and make sure that it is on the disk."""
        self.flush()
        self._writer.close()
        self._file.close()
        settle(self.path)


SmallTable: TypeAlias = tuple[str, Sequence[Column], Sequence[Sequence[object]]]
"""A file's name, columns and rows."""


def values_of(row: Any) -> tuple[Any, ...]:
    """Give the fields of a dataclass in their order; `dataclasses.astuple` copies each of them."""
    return tuple([getattr(row, name) for name in row.__dataclass_fields__])


def write_rows(path: Path, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    """Write a small table as CSV; a number that is NaN is left empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([one.name for one in columns])
        writer.writerows([[_written(value) for value in row] for row in rows])
    settle(path)


def write_small_tables(folder: Path, tables: Iterable[SmallTable]) -> list[Path]:
    """Write small tables into a folder, those without rows left out, and give their paths.

    Parameters
    ----------
    folder
        Where.
    tables
        For each its file's name, columns and rows.
    """
    written = []
    for name, columns, rows in tables:
        if rows:
            write_rows(folder / name, columns, rows)
            written.append(folder / name)
    return written


def _written(value: object) -> object:
    return "" if isinstance(value, float) and value != value else value


def settle(path: Path) -> None:
    """Make sure that a file or a folder's list of names is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
