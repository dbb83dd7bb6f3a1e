"""The short table at the end of a run, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from ips_sim.report.alike import unlike
from ips_sim.report.quarters import QUARTER_COLUMNS
from ips_sim.report.words import NONE_SEEN, NOT_KNOWN, mark, wording_of
from ips_sim.runs.collected import Collected
from ips_sim.runs.folder import Finished
from ips_sim.runs.plan import Plan
from ips_sim.runs.quarters import ALL_QUARTERS, QuarterRow
from ips_sim.runs.ranges import PARTS, PREDICTIVE
from ips_sim.runs.summary import ContrastRow, SummaryRow
from ips_sim.scenario import as_mapping
from ips_sim.shown.aligned import json_rows
from ips_sim.shown.english import (
    gap_as_shown,
    listed,
    range_with_unit,
    with_unit,
)

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

OF_SCHOOL = ("enrolled_ever", "weeks_enrolled", "work_or_school_ever")
"""What the short table tells besides where anybody went to school."""

OF_OPEN_PROGRAMMES = (
    "caseload_employed_in_quarter_share",
    "caseload_employed_share",
    "job_starts_per_100_caseload_years",
    "stay_on_caseload_weeks",
    "weeks_worked_per_year",
    "first_jobs_per_100_years",
    "admissions_per_person_year",
    "weeks_observed",
)
"""Shares of the caseload and rates of the short table where all scenarios are open programmes."""

WHY_RATES = (
    "People are referred all the time and followed for unlike lengths: read shares of the caseload",
    "of the time, and rates. What a person did in all says more of when they came than of the",
    "programme, and is in the report only.",
)

LONGEST_NAMES = 31
"""Letters of two scenarios' names over their columns, so that no line is longer than 100."""

WHAT_RANGES_ARE = (
    "Ranges are predictive: nine in ten results of one such programme lie inside. Their parts:",
    "luck (less with more people), sites (less with more sites), parameters (less with evidence),",
    "model (what it misses of unseen trials). More replicates narrow none of them.",
)
WITHOUT_MODEL = f"{NOT_KNOWN} The model part is not known and not in the range."
ONE_DRAW = "One draw, the centre of all: how unsure the parameters are is in no range (--draws)."

Lines = list[tuple[str, ...] | str]


def short_table(
    summary: Sequence[SummaryRow],
    contrasts: Sequence[ContrastRow],
    headlines: Sequence[str] = HEADLINES,
) -> Lines:
    """Give the headline outcomes as rows of texts, and sentences on what their ranges cover.

    One scenario is shown with error and range; of several, each stands beside the reference.
    """
    means = {(row.scenario, row.outcome): row for row in summary if row.interval == PREDICTIVE}
    by_person = headlines is HEADLINES
    if any(row.mean > 0 for row in summary if row.outcome == OF_SCHOOL[0]):
        headlines = (*headlines, *OF_SCHOOL)

    def said(value: float, unit: str, *, sign: bool = False) -> str:
        """Write a value; rates say their unit in their name."""
        written = with_unit(value, unit, sign=sign)
        return written if by_person or unit == "share" else written.partition(" ")[0]

    lines: Lines = []
    if not contrasts:
        over = ["people"] if by_person else []
        lines.append(("outcome", "mean", "error", "90 % range", *over))
        for name in headlines:
            row = means[summary[0].scenario, name]
            lines.append(
                (
                    _label(name),
                    said(row.mean, row.unit),
                    said(row.mc_error, row.unit),
                    range_with_unit(row.low, row.high, row.unit),
                    *([f"{row.n:,}"] if by_person else []),
                )
            )
        lines.append("")
        if by_person:
            lines.append(_parts_in_words([(row, row.mean) for row in summary]))
    given = list(dict.fromkeys(row.scenario for row in summary))
    pairs = {(row.scenario, row.outcome): row for row in contrasts if row.interval == PREDICTIVE}
    for other in dict.fromkeys(row.scenario for row in contrasts):
        reference = contrasts[0].reference
        both = [name for name in given if name in (reference, other)]
        which = "first less second" if other == both[0] else "second less first"
        lines.append(("outcome", *_short(both), f"{which} (90 %)"))
        for name in headlines:
            base, mean, pair = means[reference, name], means[other, name], pairs[other, name]
            gap = said(gap_as_shown(mean.mean, base.mean, pair.unit), pair.unit, sign=True)
            ends = range_with_unit(pair.low, pair.high, pair.unit, sign=True, named=False)
            lines.append(
                (
                    _label(name),
                    *(said(means[one, name].mean, base.unit) for one in both),
                    f"{gap} ({ends})",
                )
            )
        lines.append("")
        if by_person:
            mine = [(row, row.difference) for row in contrasts if row.scenario == other]
            lines += [_parts_in_words(mine), ""]
    kinds = {row.interval for row in summary}
    if not by_person:
        lines += [*WHY_RATES, ""]
    lines += [*WHAT_RANGES_ARE, WITHOUT_MODEL, *([] if "parameters" in kinds else [ONE_DRAW])]
    return lines


def quarter_lines(quarters: Sequence[QuarterRow]) -> Lines:
    """Give open programmes quarter by quarter, as means; ranges are in ``quarters.csv``."""
    lines: Lines = []
    for name in dict.fromkeys(row.scenario for row in quarters):
        mine = {(row.quarter, row.figure): row for row in quarters if row.scenario == name}
        lines += ["", f"{name}, quarter by quarter (means; ranges are in quarters.csv):"]
        lines.append(("quarter", *(column.label for column in QUARTER_COLUMNS)))
        for quarter in (*sorted({quarter for quarter, _ in mine} - {ALL_QUARTERS}), ALL_QUARTERS):
            lines.append(
                (
                    "mean" if quarter == ALL_QUARTERS else str(quarter),
                    *(
                        column.shown(mine[quarter, column.figure].mean)
                        for column in QUARTER_COLUMNS
                    ),
                )
            )
    return lines


def _label(outcome: str) -> str:
    """Say an outcome in few words, with its mark."""
    return wording_of(outcome).label.partition(":")[0] + mark(outcome)


def _short(names: Sequence[str]) -> list[str]:
    """Cut names that together are too long for one line."""
    if sum(map(len, names)) <= LONGEST_NAMES:
        return list(names)
    most = LONGEST_NAMES // len(names)
    return [name if len(name) <= most else f"{name[: most - 3]}..." for name in names]


def _parts_in_words(rows: Sequence[tuple[SummaryRow | ContrastRow, float]]) -> str:
    """Say how much of the first outcome's range comes from what, each by itself."""
    said = []
    for row, middle in rows:
        if row.outcome == HEADLINES[0] and row.interval in PARTS:
            # A part is cut off where no mean can be, at one end at most.
            half = max(row.high - middle, middle - row.low)
            written = with_unit(half, row.unit).partition(" ")[0]
            known = written if written.strip("0.") else NONE_SEEN
            # Of a single run a draw, sites and parameters are not told apart.
            said.append(f"{row.interval} {known if half == half else 'not told apart'}")
    return f"{_label(HEADLINES[0])}, points either way: {listed(said)}."


def run_lines(finished: Finished) -> Lines:
    """Give what a person sees of runs: the short table, and whether scenarios are unlike."""
    return _of_plan(finished.plan, finished.summary, finished.contrasts, finished.quarters)


def collected_lines(collected: Collected) -> Lines:
    """Give the same of runs in memory."""
    contrasts = collected.contrasts if len(collected.plan.scenarios) > 1 else []
    return _of_plan(collected.plan, collected.summary, contrasts, collected.quarters)


def _of_plan(
    plan: Plan,
    summary: Sequence[SummaryRow],
    contrasts: Sequence[ContrastRow],
    quarters: Sequence[QuarterRow],
) -> Lines:
    """Tell shares of the caseload and rates where people come all the time, and then quarters."""
    is_open = all(one.design.kind == "open_programme" for one in plan.scenarios)
    table = short_table(summary, contrasts, OF_OPEN_PROGRAMMES if is_open else HEADLINES)
    return _with_notes(plan, [*table, *quarter_lines(quarters)])


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
        "quarters": json_rows(finished.quarters),
        "notes": [said] if said else [],
    }


def unlike_of(plan: Plan) -> str:
    """Say in what the scenarios of a plan differ besides programme and place; see `unlike`."""
    return unlike(dict(zip(plan.names, map(as_mapping, plan.scenarios), strict=True)))
