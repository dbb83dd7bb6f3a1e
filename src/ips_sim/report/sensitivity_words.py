"""What a sensitivity analysis found, as a short table and as JSON."""

from __future__ import annotations

from typing import Any

from ips_sim.analysis.experiments.indices import Index, ranking_index
from ips_sim.analysis.experiments.sensitivity import CHANCE, SHARE_OF_RUNS, Sensitivity, ranking

MOST_FACTORS = 8


def sensitivity_table(analysis: Sensitivity) -> list[tuple[str, ...]]:
    """Give the largest indices of each outcome and method, and the share of chance."""
    rows: list[tuple[str, ...]] = [
        ("outcome", "method", "factor", "index", "value", "90 % interval")
    ]
    for outcome in analysis.experiment.outcomes:
        for method in analysis.experiment.methods:
            ranked = ranking(analysis, outcome, method)
            for one in ranked[:MOST_FACTORS]:
                rows.append((outcome, method, *_shown(one)))
            left = len(ranked) - MOST_FACTORS
            if left > 0:
                rows.append((outcome, method, f"and {left} more", ranking_index(method)))
            rows += [(outcome, method, *_shown(one)) for one in _chance(analysis, outcome, method)]
    if analysis.failures:
        runs = sum(count for count, _ in analysis.failures.values())
        point, (_, why) = next(iter(analysis.failures.items()))
        said = f"{runs:,} runs at {len(analysis.failures):,} points failed; point {point}: {why}"
        rows.append((said,))
    return rows


def _chance(analysis: Sensitivity, outcome: str, method: str) -> list[Index]:
    return [
        one
        for name, one in analysis.indices
        if name == outcome
        and (one.method, one.factor, one.index) == (method, CHANCE, SHARE_OF_RUNS)
    ]


def _shown(index: Index) -> tuple[str, str, str, str]:
    if isinstance(index.value, str):
        return index.factor, index.index, index.value, ""
    interval = f"{index.low:.3g} to {index.high:.3g}"
    return index.factor, index.index, f"{index.value:.3g}", interval


def sensitivity_json(analysis: Sensitivity) -> dict[str, Any]:
    """Give every index."""
    return {
        "indices": [
            {
                "method": one.method,
                "outcome": outcome,
                "factor": one.factor,
                "index": one.index,
                "value": one.value,
                "low": one.low,
                "high": one.high,
            }
            for outcome, one in analysis.indices
        ],
        "failed_points": sorted(analysis.failures),
    }
