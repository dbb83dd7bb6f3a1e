"""The evidence behind a key: figure, source and grade, whichever table has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ips_sim.evidence import evidence_parameters, findings, mechanism_studies, targets


@dataclass(frozen=True)
class Source:
    """One row of the evidence.

    Attributes
    ----------
    table
        Where it stands.
    figure
        Value, range and unit in words, or what is known without a figure.
    grade
        Status, and confidence where there is one.
    """

    key: str
    table: str
    figure: str
    where: str
    grade: str
    note: str


@cache
def source_of(key: str) -> Source:
    """Find the row of the evidence that a key names.

    Raises
    ------
    KeyError
        If no table has it.
    """
    if key in evidence_parameters():
        row = evidence_parameters()[key]
        figure = f"{span(row.value, row.low, row.high)} {row.unit}; {row.population}"
        return Source(
            key,
            "parameters.csv",
            figure,
            row.source,
            f"{row.status}, {row.confidence} confidence",
            row.note,
        )
    if key in findings():
        finding = findings()[key]
        return Source(
            key,
            "findings.csv",
            finding.text,
            finding.source,
            f"{finding.status}, {finding.confidence} confidence",
            finding.note,
        )
    if key in mechanism_studies():
        study = mechanism_studies()[key]
        return Source(
            key,
            "mechanisms_new.csv",
            "; ".join(filter(None, (study.effect, study.population))),
            study.source,
            f"{study.status}, {study.confidence} confidence",
            study.note,
        )
    rows = [target for target in targets() if target.name == key]
    if not rows:
        raise KeyError(f"no table of the evidence has {key!r}")
    figure = "; ".join(f"{one.arm} {span(one.value, one.low, one.high)} {one.unit}" for one in rows)
    first = rows[0]
    return Source(
        key, "targets.csv", figure, first.source, f"{first.status}, pooled", first.definition
    )


def span(value: float, low: float | None, high: float | None) -> str:
    """Write a value with its range, as far as there is one."""
    if low is None and high is None:
        return short(value)
    if low is None:
        return f"{short(value)} (up to {short(high or 0.0)})"
    if high is None:
        return f"{short(value)} ({short(low)} or more)"
    return f"{short(value)} ({short(low)} to {short(high)})"


def short(value: float) -> str:
    """Write a number in at most four figures, with thousands set apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"
