"""Open programmes quarter by quarter: columns, rows of texts, and what to say of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ips_sim.runs.quarters import ALL_QUARTERS
from ips_sim.shown.english import HYPHEN, number


@dataclass(frozen=True)
class QuarterMean:
    """A figure of a quarter as the file has it; None where it is empty."""

    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class QuarterColumn:
    """A column of the table by quarter: the figure, its short name, digits, and its sign."""

    figure: str
    label: str
    decimals: int = 1
    scale: float = 1.0
    before: str = ""
    after: str = ""

    def shown(self, value: float | None) -> str:
        """Write a value."""
        if value is None or value != value:
            return HYPHEN
        return f"{self.before}{number(self.scale * value, self.decimals)}{self.after}"

    def span(self, one: QuarterMean) -> str:
        """Write a range, without its unit; empty where there is none, or where it is a point."""
        if one.low is None or one.high is None:
            return ""
        low, high = (number(self.scale * end, self.decimals) for end in (one.low, one.high))
        if low == high:
            return ""
        return f"{self.before}{low} to {high}"


EACH_COSTS = QuarterColumn("programme_cost_usd_per_served", "each", 0, before="$")

QUARTER_COLUMNS = (
    QuarterColumn("referred", "referred"),
    QuarterColumn("waiting", "wait"),
    QuarterColumn("caseload", "caseload"),
    QuarterColumn("served", "served"),
    QuarterColumn("employed_in_quarter_share", "worked", scale=100.0, after=" %"),
    QuarterColumn("job_starts", "starts"),
    QuarterColumn("places_left", "left"),
    QuarterColumn("stay_weeks", "stay"),
    QuarterColumn("turnover_per_year", "turnover", 2),
    QuarterColumn("programme_cost_usd", "cost", 0, before="$"),
    EACH_COSTS,
)
"""What the table shows of a quarter, at a terminal and in the report."""

WHAT_COLUMNS_ARE = (
    "Referred: people referred in the quarter. Wait and caseload: people on the waiting list and "
    "on the caseload, means of its weeks. Served: people on the caseload at some time in it. "
    "Worked: the share of them who worked competitively in it. Starts: jobs begun by people on the "
    "caseload. Left: people who gave up their place; stay: for how many weeks they had had it. "
    "Turnover: specialists who left, for each post and year at this rate. Cost: of the programme "
    "in the quarter; each: for each person served. Benefits plans belong to no quarter and are "
    "left out."
)
"""The short names of the columns in full."""


Quarters = Mapping[tuple[int, str], QuarterMean]
"""By quarter and figure; quarter `ALL_QUARTERS` is one on average."""


@dataclass(frozen=True)
class QuarterTable:
    """One programme's table as texts: for each quarter its name and a value and range a column."""

    scenario: str
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @property
    def has_ranges(self) -> bool:
        """Whether any is told: of a single run there is none."""
        return any(span for _, cells in self.rows for _, span in cells)


def read_quarters(path: Path) -> dict[str, Quarters]:
    """Read ``quarters.csv`` by scenario; empty if there is none."""
    if not path.is_file():
        return {}
    found: dict[str, dict[tuple[int, str], QuarterMean]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values = [float(row[name]) if row[name] else None for name in ("mean", "low", "high")]
            key = int(row["quarter"]), row["figure"]
            found.setdefault(row["scenario"], {})[key] = QuarterMean(*values)
    return dict(found)


def quarter_numbers(quarters: Quarters) -> list[int]:
    """Give the numbers of the quarters."""
    return sorted({quarter for quarter, _ in quarters} - {ALL_QUARTERS})


def quarter_tables(by_scenario: Mapping[str, Quarters]) -> list[QuarterTable]:
    """Give each programme's table, the mean quarter last."""
    tables = []
    for name, quarters in by_scenario.items():
        rows = []
        for quarter in (*quarter_numbers(quarters), ALL_QUARTERS):
            found = [(column, quarters[quarter, column.figure]) for column in QUARTER_COLUMNS]
            cells = tuple((column.shown(one.mean), column.span(one)) for column, one in found)
            rows.append(("Mean" if quarter == ALL_QUARTERS else str(quarter), cells))
        tables.append(QuarterTable(name, tuple(rows)))
    return tables
