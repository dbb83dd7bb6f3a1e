"""What a sweep found, as a short table and as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from ips_sim.analysis.experiments.point_means import PointMeans
from ips_sim.analysis.experiments.sweep import POINTS, Sweep, region_in_words
from ips_sim.report.drawing import in_words, label
from ips_sim.scenario.catalogue import show_value
from ips_sim.shown.aligned import WIDEST
from ips_sim.shown.english import listed, with_unit

MOST_ROWS = 12


def sweep_table(sweep: Sweep) -> list[tuple[str, ...] | str]:
    """Give the first points and outcomes as rows of a table, then the best region in words."""
    plan, means = sweep.plan, list(sweep.means.values())
    points = range(min(MOST_ROWS, len(plan.values)))
    columns = [("point", *map(str, points))]
    for place, name in enumerate(plan.names):
        columns.append((in_words(name), *(show_value(plan.values[one][place]) for one in points)))
    told = 0
    for one in means:
        column = (label(one.outcome), *(_mean(one, point) for point in points))
        if told and sum(max(map(len, each)) + 2 for each in (*columns, column)) > WIDEST:
            break
        columns.append(column)
        told += 1
    notes = [f"Points 0 to {len(points) - 1} of {len(plan.values):,}; {POINTS} has all"]
    if told < len(means):
        notes[0] += f", and {listed([label(one.outcome).lower() for one in means[told:]])} too"
    if len(means[0].counts[0]) > 1:
        notes.append("\N{PLUS-MINUS SIGN} is the standard error of a mean: what is left of chance")
    if sweep.failures:
        runs = sum(count for count, _ in sweep.failures.values())
        point, (_, why) = next(iter(sweep.failures.items()))
        notes.append(
            f"{runs:,} runs at {len(sweep.failures):,} points failed; point {point}: {why}"
        )
    region = [_told(sweep, line) for line in region_in_words(sweep)]
    return [*(f"{one}." for one in notes), "", *zip(*columns, strict=True), "", *region]


def _told(sweep: Sweep, line: str) -> str:
    """A line on the best region with names as words."""
    for name in sweep.plan.names:
        line = line.replace(f"{name}:", f"{in_words(name)}:")
    for outcome in sorted(sweep.means, key=len, reverse=True):
        line = line.replace(outcome, label(outcome).lower())
    return line


def _mean(means: PointMeans, point: int) -> str:
    mean, error = float(means.mean[point]), float(means.error[point])
    if np.isnan(mean):
        return "none"
    said = with_unit(mean, means.unit)
    if np.isnan(error):
        return said
    value, blank, unit = said.partition(" ")
    return f"{value} ± {with_unit(error, means.unit).partition(' ')[0]}{blank}{unit}"


def sweep_json(sweep: Sweep) -> dict[str, Any]:
    """Give every mean at every point, and the best region."""
    return {
        "points": [
            {
                "point": point,
                "values": dict(zip(sweep.plan.names, values, strict=True)),
                "failed": sweep.failures.get(point, (0, ""))[0],
                "outcomes": {
                    name: {"mean": _json(one.mean[point]), "mc_error": _json(one.error[point])}
                    for name, one in sweep.means.items()
                },
            }
            for point, values in enumerate(sweep.plan.values)
        ],
        "goal": str(sweep.experiment.goal) if sweep.experiment.goal else None,
        "region": [one.point for one in sweep.judged if one.in_region],
    }


def _json(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
