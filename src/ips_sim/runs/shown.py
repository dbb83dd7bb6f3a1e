"""The short table at the end of a run, as lines of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ips_sim.runs.plan import Plan
from ips_sim.runs.summary import ContrastRow, SummaryRow

HEADLINES = (
    "employed_ever",
    "employed_at_end",
    "weeks_to_first_job",
    "weeks_worked",
    "earnings_usd",
    "dropped_out",
    "hospital_days",
    "programme_cost_usd",
    "health_cost_usd",
    "benefits_usd",
    "qalys",
)
"""Outcomes of the short table."""

SHOWN_INTERVALS = ("parameters", "chance")
"""Which range is shown, the first that there is."""


def short_table(
    summary: Sequence[SummaryRow], contrasts: Sequence[ContrastRow]
) -> list[tuple[str, ...]]:
    """Give the headline outcomes as rows of texts, the first of them the heading.

    One scenario is shown with error and range, several side by side with their differences from
    the reference.
    """
    names = list(dict.fromkeys(row.scenario for row in summary))
    means = {(row.scenario, row.outcome): row for row in reversed(summary) if _shown(row, summary)}
    if len(names) == 1:
        heading = ("outcome", "mean", "error", "90 % range", "over")
        return [
            heading,
            *(
                (
                    name,
                    shown_value(row.mean, row.unit),
                    shown_value(row.mc_error, row.unit),
                    _range(row.low, row.high, row.unit),
                    f"{row.n:,} people",
                )
                for name in HEADLINES
                for row in [means[names[0], name]]
            ),
        ]
    differences = {
        (row.scenario, row.outcome): row for row in reversed(contrasts) if _shown(row, contrasts)
    }
    others = list(dict.fromkeys(row.scenario for row in contrasts))
    table = [
        (
            "outcome",
            *names,
            *(f"{other} less {contrasts[0].reference} (90 % range)" for other in others),
        )
    ]
    for name in HEADLINES:
        cells = [shown_value(means[one, name].mean, means[one, name].unit) for one in names]
        for other in others:
            pair = differences[other, name]
            cells.append(
                f"{shown_value(pair.difference, pair.unit, sign=True)}"
                f" ({_range(pair.low, pair.high, pair.unit, sign=True)})"
            )
        table.append((name, *cells))
    return table


def unlike(plan: Plan) -> list[str]:
    """Say in a sentence in what scenarios differ so that their people are not the same."""
    designs = [one.design for one in plan.scenarios]
    parts = []
    for what, values, unit in (
        ("follow-up", [one.weeks for one in designs], " weeks"),
        ("people", [one.people for one in designs], ""),
    ):
        if len(set(values)) > 1:
            *first, last = (f"{value:,}" for value in values)
            parts.append(f"{what} ({', '.join(first)} and {last}{unit})")
    if not parts:
        return []
    people = len({one.people for one in designs}) > 1
    so = "the same people do not live in each" if people else "means are over unlike times"
    return [f"the scenarios differ in {' and '.join(parts)}: {so}"]


def shown_value(value: float, unit: str, *, sign: bool = False) -> str:
    """Write a value with its unit for people: shares in per cent, their differences in points."""
    if math.isnan(value):
        return "-"
    if unit == "share":
        return f"{_number(100 * value, 1, sign=sign)} {'points' if sign else '%'}"
    if unit == "US dollars":
        return f"{_number(value, 0, sign=sign)} USD"
    return f"{_number(value, 3 if unit == 'QALYs' else 1, sign=sign)} {unit}"


def _number(value: float, digits: int, *, sign: bool) -> str:
    """Write a number; what is rounded to zero has no sign."""
    rounded = round(value, digits)
    if not rounded:
        return f"{0.0:.{digits}f}"
    return f"{rounded:{'+' if sign else ''},.{digits}f}"


def _range(low: float, high: float, unit: str, *, sign: bool = False) -> str:
    if math.isnan(low):
        return "-"
    first, last = (shown_value(end, unit, sign=sign) for end in (low, high))
    # The unit once is enough.
    return f"{first.partition(' ')[0]} to {last}"


def _shown(
    row: SummaryRow | ContrastRow, rows: Sequence[SummaryRow] | Sequence[ContrastRow]
) -> bool:
    kinds = {one.interval for one in rows}
    return row.interval == next(kind for kind in SHOWN_INTERVALS if kind in kinds)


def as_json_values(rows: Sequence[Any]) -> list[dict[str, object]]:
    """Give rows as JSON can hold them; a number that is not known is null."""
    return [
        {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in asdict(row).items()
        }
        for row in rows
    ]
