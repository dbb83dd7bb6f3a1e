"""The result folder of `ips-sim fidelity`: the review's tables, and what a terminal shows of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ips_sim.analysis.fidelity.review import (
    OUTCOMES,
    FidelityPlan,
    Improvement,
    Review,
    fidelity_plan_from_json,
    review,
)
from ips_sim.analysis.fidelity.scoring import ReviewRow, band_of, total_of
from ips_sim.evidence.fidelity import PARTS
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.partial import fill
from ips_sim.runs.tables import Column, values_of, write_small_tables
from ips_sim.shown.aligned import json_rows
from ips_sim.shown.english import listed, range_with_unit, with_unit

FIDELITY_COLUMNS = (
    Column("item", "whole number", "", "number of the item, 1 to 25"),
    Column("section", "text", "", "section of the scale"),
    Column("name", "text", "", "what the item is about"),
    Column("score", "whole number", "1 to 5", "the score, 5 is best"),
    Column("basis", "text", "", "measured, scenario (read off its levers), partly, or stand-in"),
    Column("value", "number", "as `unit` says", "what was found"),
    Column("anchor", "text", "", "what the scale says of this score"),
    Column("measure", "text", "", "what the value is of"),
    Column("unit", "text", "", "unit of the value"),
    Column("missing", "text", "", "parts of the item that do not hold"),
    Column("reads", "text", "", "how the item is read into the model"),
)
AGENCIES_COLUMNS = (
    Column("agency", "whole number", "", "agency that was visited, from 0: a draw of parameters"),
    Column("total", "whole number", "25 to 125", "its own total"),
    Column("band", "text", "", "exemplary, good, fair or not IPS"),
    Column("employed_in_quarter", "number", "share", "of people served in a quarter, who worked"),
)
IMPROVEMENTS_COLUMNS = (
    Column("improvement", "text", "", "a change of the programme"),
    Column("meaning", "text", "", "what the programme does then"),
    Column("items", "text", "", "numbers of the items that fell and that it speaks to"),
    Column("changes", "text", "", "levers that move, with their values before and after"),
    Column("outcome", "text", "", "outcome or measure"),
    Column("unit", "text", "", "its unit"),
    Column("difference", "number", "", "with the change, less the programme as it is"),
    Column("low", "number", "", "lower end of the predictive 90 % range"),
    Column("high", "number", "", "upper end of the predictive 90 % range"),
)
SHORT = 52
"""Letters of an item's name at a terminal."""


def review_to_folder(plan: FidelityPlan, folder: Path, how: How = PLAIN) -> Review:
    """Review a programme into a folder, or go on where it was stopped; raises as `fill`."""
    return fill(plan, folder, lambda store: review(plan, store, how), write_tables, how)


def write_tables(made: Review, folder: Path) -> list[Path]:
    """Write ``fidelity.csv``, ``agencies.csv`` and, if any was tried, ``improvements.csv``."""
    tables = (
        ("fidelity.csv", FIDELITY_COLUMNS, [values_of(row) for row in made.rows]),
        ("agencies.csv", AGENCIES_COLUMNS, agency_rows(made)),
        ("improvements.csv", IMPROVEMENTS_COLUMNS, [values_of(row) for row in made.improvements]),
    )
    return write_small_tables(folder, tables)


def agency_rows(made: Review) -> list[tuple[object, ...]]:
    """Give a row with `AGENCIES_COLUMNS` for each agency."""
    served, worked = made.visits.quarters
    return [
        (agency, total, band_of(total), worked[agency] / served[agency] if served[agency] else 0.0)
        for agency, total in enumerate(made.totals)
    ]


def total_sentence(made: Review) -> str:
    """Say the total, its band and how far agencies differ."""
    return (
        f"{made.plan.scenario.title} scores {made.total} of 125: {made.band}. Nine in ten agencies "
        f"of {made.plan.agencies} like it score {made.low:.0f} to {made.high:.0f}."
    )


def basis_sentence(made: Review) -> str:
    """Say how much of the total was measured, and how much of it only stands in for something."""
    said = []
    for basis, words in (
        ("measured", "are measured"),
        ("partly", "partly measured"),
        ("scenario", "read off the scenario"),
        ("stand-in", "stand in for what the model has no word for"),
    ):
        rows = [row for row in made.rows if row.basis == basis]
        items = ", ".join(str(row.item) for row in rows)
        which = f"items {items}" if basis == "stand-in" else f"{len(rows)} items"
        if rows:
            said.append(f"{total_of(rows)} {words} ({which})")
    return f"Of its {made.total} points {listed(said)}."


def shown_lines(made: Review) -> list[tuple[str, ...] | str]:
    """Give what a person at a terminal sees."""
    lines: list[tuple[str, ...] | str] = [("item", "", "score", "found", "basis")]
    lines += [
        (str(row.item), _short(row.name), str(row.score), found(row), row.basis)
        for row in made.rows
    ]
    lines += ["", total_sentence(made), basis_sentence(made)]
    by_outcome = [one for one in made.improvements if one.outcome == OUTCOMES[0]]
    if by_outcome:
        lines += ["", ("What to improve", "items", "more people who find work")]
        lines += [(one.improvement, one.items, gain(one)) for one in by_outcome]
    return lines


def found(row: ReviewRow) -> str:
    """Write what was found, with its unit."""
    if row.value != row.value:
        return "nothing"
    if row.unit.endswith(PARTS):
        return f"{row.value:.0f} {row.unit}"
    return with_unit(row.value, "share" if row.unit == "score" else row.unit)


def gain(one: Improvement) -> str:
    """Write what an improvement brings, with its range."""
    ends = range_with_unit(one.low, one.high, one.unit, sign=True)
    return f"{with_unit(one.difference, one.unit, sign=True)} ({ends})"


def _short(text: str) -> str:
    name = text.partition(" (")[0]
    return name if len(name) <= SHORT else name[: SHORT - 2] + " …"


def shown_json(made: Review) -> dict[str, Any]:
    """Give the review as JSON can hold it."""
    return {
        "total": total_of(made.rows),
        "band": made.band,
        "low": made.low,
        "high": made.high,
        "items": json_rows(made.rows),
        "improvements": json_rows(made.improvements),
    }


KIND = Kind(
    name="fidelity",
    plan_from_json=fidelity_plan_from_json,
    run=review_to_folder,
    tables={
        "items": "fidelity.csv",
        "agencies": "agencies.csv",
        "improvements": "improvements.csv",
    },
    lines=shown_lines,
    json=shown_json,
    draw="ips_sim.report.fidelity_page:write_fidelity_page",
    has_own_page=True,
)
