"""The short table at the end of a run, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from ips_sim.report.alike import unlike
from ips_sim.runs.folder import Finished
from ips_sim.runs.plan import Plan
from ips_sim.runs.summary import ContrastRow, SummaryRow
from ips_sim.scenario import as_mapping
from ips_sim.shown.aligned import json_rows
from ips_sim.shown.english import range_with_unit, with_unit

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
                    with_unit(row.mean, row.unit),
                    with_unit(row.mc_error, row.unit),
                    range_with_unit(row.low, row.high, row.unit),
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
        cells = [with_unit(means[one, name].mean, means[one, name].unit) for one in names]
        for other in others:
            pair = differences[other, name]
            cells.append(
                f"{with_unit(pair.difference, pair.unit, sign=True)}"
                f" ({range_with_unit(pair.low, pair.high, pair.unit, sign=True)})"
            )
        table.append((name, *cells))
    return table


def _shown(
    row: SummaryRow | ContrastRow, rows: Sequence[SummaryRow] | Sequence[ContrastRow]
) -> bool:
    kinds = {one.interval for one in rows}
    return row.interval == next(kind for kind in SHOWN_INTERVALS if kind in kinds)


def run_lines(finished: Finished) -> list[tuple[str, ...] | str]:
    """Give what a person sees of runs: the short table, and whether scenarios are unlike."""
    said = unlike_of(finished.plan)
    return [
        *short_table(finished.summary, finished.contrasts),
        *(["", said] if said else []),
    ]


def run_json(finished: Finished) -> dict[str, object]:
    """Give summary and contrasts as JSON can hold them, and whether scenarios are unlike."""
    said = unlike_of(finished.plan)
    return {
        "replicates": finished.replicates,
        "summary": json_rows(finished.summary),
        "contrasts": json_rows(finished.contrasts),
        "notes": [said] if said else [],
    }


def unlike_of(plan: Plan) -> str:
    """Say in what the scenarios of a plan differ besides programme and place; see `unlike`."""
    return unlike(dict(zip(plan.names, map(as_mapping, plan.scenarios), strict=True)))
