"""What a sweep found, as a short table and as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from ips_sim.analysis.experiments.sweep import Sweep, region_in_words
from ips_sim.report.drawing import in_words, titled
from ips_sim.scenario.catalogue import show_value

MOST_ROWS = 12
MOST_OUTCOMES = 4


def sweep_table(sweep: Sweep) -> list[tuple[str, ...]]:
    """Give the first points and outcomes as rows of a table, then the best region in words."""
    plan = sweep.plan
    shown = list(sweep.means.values())[:MOST_OUTCOMES]
    rows: list[tuple[str, ...]] = [
        ("point", *map(in_words, plan.names), *(titled(one.outcome) for one in shown))
    ]
    for point, values in enumerate(plan.values[:MOST_ROWS]):
        means = (_mean(float(one.mean[point]), float(one.error[point])) for one in shown)
        rows.append((str(point), *map(show_value, values), *means))
    if len(plan.values) > MOST_ROWS:
        rows.append((f"and {len(plan.values) - MOST_ROWS:,} more points, in points.csv",))
    if sweep.failures:
        runs = sum(count for count, _ in sweep.failures.values())
        point, (_, why) = next(iter(sweep.failures.items()))
        rows.append(
            (f"{runs:,} runs at {len(sweep.failures):,} points failed; point {point}: {why}",)
        )
    return rows + [(line,) for line in region_in_words(sweep)]


def _mean(mean: float, error: float) -> str:
    if np.isnan(mean):
        return "none"
    text = f"{mean:.3g}" if abs(mean) < 1000 else f"{mean:,.0f}"
    return text if np.isnan(error) else f"{text} ± {error:.2g}"


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
