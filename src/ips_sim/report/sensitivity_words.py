"""What a sensitivity analysis found, as a short table and as JSON."""

from __future__ import annotations

from typing import Any

from ips_sim.analysis.experiments.indices import Index, ranking_index
from ips_sim.analysis.experiments.sensitivity import (
    CHANCE,
    INDICES,
    SHARE_OF_RUNS,
    Sensitivity,
    ranking,
)
from ips_sim.report.drawing import in_words, titled

MOST_FACTORS = 8


INDEX_WORDS = {
    ("morris", "mu_star"): "mean absolute effect",
    ("sobol", "first_order"): "first order, the factor alone",
    ("sobol", "total_order"): "total order, interactions included",
    ("pawn", "median"): "median distance (PAWN)",
    ("delta", "delta"): "shift of the distribution (delta)",
    ("regional", "mean"): "mean distance between regions",
}
"""What the index is that each method ranks by."""


def sensitivity_table(analysis: Sensitivity) -> list[tuple[str, ...] | str]:
    """Give the largest indices of each outcome and method, and the share of chance."""
    rows: list[tuple[str, ...] | str] = []
    for outcome in analysis.experiment.outcomes:
        for method in analysis.experiment.methods:
            ranked = ranking(analysis, outcome, method)
            rows.append(f"{titled(outcome)}, by {method.capitalize()}:")
            rows.append(("", INDEX_WORDS[method, ranking_index(method)], "90 % interval"))
            rows += [_shown(one) for one in ranked[:MOST_FACTORS]]
            left = len(ranked) - MOST_FACTORS
            if left > 0:
                rows.append((f"and {left} more, in {INDICES}",))
            rows += [_shown(one) for one in _chance(analysis, outcome, method)]
            rows.append("")
    if analysis.failures:
        runs = sum(count for count, _ in analysis.failures.values())
        point, (_, why) = next(iter(analysis.failures.items()))
        rows.append(
            f"{runs:,} runs at {len(analysis.failures):,} points failed; point {point}: {why}"
        )
    return rows


def _chance(analysis: Sensitivity, outcome: str, method: str) -> list[Index]:
    return [
        one
        for name, one in analysis.indices
        if name == outcome
        and (one.method, one.factor, one.index) == (method, CHANCE, SHARE_OF_RUNS)
    ]


def _shown(index: Index) -> tuple[str, str, str]:
    name = (
        "chance, of the variance of one run" if index.factor == CHANCE else in_words(index.factor)
    )
    if isinstance(index.value, str):
        return name, index.value, ""
    return name, _number(index.value), f"{_number(index.low)} to {_number(index.high)}"


def _number(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


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
