"""A simulation in memory as the report reads a folder: for pages that redraw at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ips_sim.model.outcomes import MEASURES
from ips_sim.model.rules.counting import STATUSES, Weekly
from ips_sim.report.folder import (
    EMPLOYED,
    Estimate,
    Estimates,
    FloatArray,
    Result,
    Told,
    WeeklyFigures,
    work_band,
    work_factors,
)
from ips_sim.runs.collected import Collected
from ips_sim.runs.summary import ContrastRow, SummaryRow
from ips_sim.scenario import as_mapping


def result_at_once(collected: Collected) -> Result:
    """Give what sentences and figures by week are made from; nobody's own outcomes are counted.

    Means, ranges and bands are those that the report of the same runs has.
    """
    plan = collected.plan
    scenarios = tuple(
        Told(name, as_mapping(one)) for name, one in zip(plan.names, plan.scenarios, strict=True)
    )
    contrasts = collected.contrasts if len(scenarios) > 1 else []
    named = dict.fromkeys(row.outcome for row in collected.summary)
    measures = {one.name for one in MEASURES}
    return Result(
        manifest={"seed": plan.seed, "draws": plan.draws, "replicates": collected.replicates},
        scenarios=scenarios,
        reference=plan.names[plan.reference],
        means=_estimates((row, row.mean, row.mc_error) for row in collected.summary),
        contrasts=_estimates((row, row.difference, None) for row in contrasts),
        outcomes=tuple(name for name in named if name not in measures),
        measures=tuple(name for name in named if name in measures),
        weekly=_weekly(collected, scenarios),
        people={},
    )


def _estimates(
    rows: Iterable[tuple[SummaryRow | ContrastRow, float, float | None]],
) -> Estimates:
    found: Estimates = {}
    for row, value, error in rows:
        kinds = found.setdefault((row.scenario, row.outcome), {})
        kinds[row.interval] = Estimate(
            n=row.n,
            value=_known(value),
            low=_known(row.low),
            high=_known(row.high),
            unit=row.unit,
            interval=row.interval,
            mc_error=error,
        )
    return found


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _weekly(collected: Collected, scenarios: tuple[Told, ...]) -> Mapping[str, WeeklyFigures]:
    by_scenario: list[list[FloatArray]] = [[] for _ in scenarios]
    for position, block in collected.weekly():
        by_scenario[position].append(block["weekly"])
    found = {}
    for number, one in enumerate(scenarios):
        table = np.concatenate(by_scenario[number])
        columns = {column.name.lower(): table[:, :, column] for column in Weekly}
        present = table[:, :, :STATUSES].sum(axis=2)
        # Where people come all the time, those who were once referred grow without end.
        if one.is_cohort:
            employed = sum((columns[name] for name in EMPLOYED), np.zeros(present.shape))
            base, counts = present, _finders(collected, number)
        else:
            employed, base = columns[EMPLOYED[0]], columns["on_caseload"]
            counts = employed.sum(axis=1), base.sum(axis=1)
        low, high = work_band(one, employed, base, work_factors(*counts, collected.plan.seed))
        found[one.name] = WeeklyFigures(
            totals={name: values.sum(axis=0) for name, values in columns.items()},
            people=present.sum(axis=0),
            employed=employed.sum(axis=0) / np.maximum(base.sum(axis=0), 1),
            low=low,
            high=high,
            runs=len(table),
        )
    return found


def _finders(collected: Collected, number: int) -> tuple[FloatArray, FloatArray]:
    """How many of each draw and replicate found a job, and how many people there were."""
    from ips_sim.runs.blocks import PERSON_COLUMNS

    row = [one.name for one in PERSON_COLUMNS].index("employed_ever")
    found: dict[tuple[int, int], list[float]] = {}
    for position, block in collected.blocks():
        if position != number:
            continue
        ever, ends = block["people"][row], block["offsets"]
        for place, (start, end) in enumerate(zip(ends[:-1], ends[1:], strict=True)):
            key = int(block["replicate"][place]), int(block["draw"][place])
            counts = found.setdefault(key, [0.0, 0.0])
            counts[0] += float(ever[start:end].sum())
            counts[1] += float(end - start)
    finders, people = np.array([found[key] for key in sorted(found)]).T
    return finders, people
