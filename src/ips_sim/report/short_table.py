"""The short table at the end of a run, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from ips_sim.report.alike import unlike
from ips_sim.report.words import NOT_KNOWN, mark
from ips_sim.runs.collected import Collected
from ips_sim.runs.folder import Finished
from ips_sim.runs.plan import Plan
from ips_sim.runs.ranges import PARTS, PREDICTIVE
from ips_sim.runs.summary import ContrastRow, SummaryRow
from ips_sim.scenario import as_mapping
from ips_sim.shown.aligned import json_rows
from ips_sim.shown.english import gap_as_shown, listed, range_with_unit, with_unit

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

LONGEST_NAME = 22
"""Letters of a scenario's name over its column, so that no line is longer than 100."""

WHAT_RANGES_ARE = (
    "Ranges are predictive: nine in ten results of one such programme lie inside. Their parts:",
    "luck (less with more people), sites (less with more sites), parameters (less with evidence),",
    "model (what it misses of unseen trials). More replicates narrow none of them.",
)
WITHOUT_MODEL = f"{NOT_KNOWN} The model part is not known and not in the range."
ONE_DRAW = "One draw, the centre of all: how unsure the parameters are is in no range (--draws)."

Lines = list[tuple[str, ...] | str]


def short_table(summary: Sequence[SummaryRow], contrasts: Sequence[ContrastRow]) -> Lines:
    """Give the headline outcomes as rows of texts, and sentences on what their ranges cover.

    One scenario is shown with error and range; of several, each stands beside the reference.
    """
    means = {(row.scenario, row.outcome): row for row in summary if row.interval == PREDICTIVE}
    lines: Lines = []
    if not contrasts:
        lines.append(("outcome", "mean", "error", "90 % range", "over"))
        for name in HEADLINES:
            row = means[summary[0].scenario, name]
            lines.append(
                (
                    _marked(name),
                    with_unit(row.mean, row.unit),
                    with_unit(row.mc_error, row.unit),
                    range_with_unit(row.low, row.high, row.unit),
                    f"{row.n:,} people",
                )
            )
        lines += ["", _parts_in_words([(row, row.mean) for row in summary])]
    pairs = {(row.scenario, row.outcome): row for row in contrasts if row.interval == PREDICTIVE}
    for other in dict.fromkeys(row.scenario for row in contrasts):
        reference = contrasts[0].reference
        lines.append(("outcome", _short(reference), _short(other), "difference (90 % range)"))
        for name in HEADLINES:
            base, mean, pair = means[reference, name], means[other, name], pairs[other, name]
            gap = with_unit(gap_as_shown(mean.mean, base.mean, pair.unit), pair.unit, sign=True)
            ends = range_with_unit(pair.low, pair.high, pair.unit, sign=True)
            lines.append(
                (
                    _marked(name),
                    with_unit(base.mean, base.unit),
                    with_unit(mean.mean, mean.unit),
                    f"{gap} ({' '.join(ends.split(' ')[:3])})",
                )
            )
        mine = [(row, row.difference) for row in contrasts if row.scenario == other]
        lines += ["", _parts_in_words(mine), ""]
    kinds = {row.interval for row in summary}
    lines += [*WHAT_RANGES_ARE, WITHOUT_MODEL, *([] if "parameters" in kinds else [ONE_DRAW])]
    return lines


def _marked(outcome: str) -> str:
    return outcome + mark(outcome)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."


def _parts_in_words(rows: Sequence[tuple[SummaryRow | ContrastRow, float]]) -> str:
    """Say how much of the first outcome's range comes from what, each by itself."""
    said = []
    for row, middle in rows:
        if row.outcome == HEADLINES[0] and row.interval in PARTS:
            # A part is cut off where no mean can be, at one end at most.
            half = with_unit(max(row.high - middle, middle - row.low), row.unit)
            said.append(f"{row.interval} {half.partition(' ')[0]}")
    return f"{HEADLINES[0]}, plus or minus in points: {listed(said)}."


def run_lines(finished: Finished) -> Lines:
    """Give what a person sees of runs: the short table, and whether scenarios are unlike."""
    return _with_notes(finished.plan, short_table(finished.summary, finished.contrasts))


def collected_lines(collected: Collected) -> Lines:
    """Give the same of runs in memory."""
    contrasts = collected.contrasts if len(collected.plan.scenarios) > 1 else []
    return _with_notes(collected.plan, short_table(collected.summary, contrasts))


def _with_notes(plan: Plan, table: Lines) -> Lines:
    said = unlike_of(plan)
    return [*table, *(["", said] if said else [])]


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
