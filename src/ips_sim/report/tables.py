"""The report's tables as rows of text, ready to be set."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ips_sim.economics.prices import unit_costs_of, uprated_unit_costs
from ips_sim.evidence import UnitCost, evidence_parameters, findings, mechanism_studies, targets
from ips_sim.evidence.parameters import Origin, load_parameters
from ips_sim.model.outcomes import MEASURES
from ips_sim.report.costs import CostPart
from ips_sim.report.folder import Estimate, Result, Told
from ips_sim.report.words import (
    GROUPS,
    NONE_SEEN,
    WORDINGS,
    Wording,
    difference_unit,
    in_words,
    mark,
    shown,
    shown_difference,
    wording_of,
)
from ips_sim.runs.ranges import PARTS, PREDICTIVE
from ips_sim.scenario.catalogue import Key, keys
from ips_sim.shown.english import NO_VALUE, number, range_in_words, rounded_gap


@dataclass(frozen=True)
class Cell:
    """A figure with its range below it, and how many people it is over if not everyone."""

    value: str
    span: str = ""
    note: str = ""


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome: a cell for each scenario, one for each difference, and both side by side."""

    name: str
    label: str
    unit: str
    means: tuple[Cell, ...]
    differences: tuple[Cell, ...]
    beside: tuple[tuple[Cell, Cell | None], ...]


@dataclass(frozen=True)
class OutcomeGroup:
    """Outcomes that belong together."""

    title: str
    rows: tuple[OutcomeRow, ...]


def outcome_groups(result: Result) -> list[OutcomeGroup]:
    """Give the table of outcomes, grouped; outcomes that the report does not know come last."""
    have = set(result.outcomes)
    if not any(
        (mean := result.mean(one.name, "enrolled_ever")) and mean.value for one in result.scenarios
    ):
        have -= {one.name for one in GROUPS["School"]}
    groups = [
        (title, [outcome for outcome in outcomes if outcome.name in have])
        for title, outcomes in GROUPS.items()
    ]
    unknown = [name for name in result.outcomes if name not in WORDINGS]
    groups.append(("Other", [wording_of(name, _unit(result, name)) for name in unknown]))
    shown_ones = (
        (title, [one for one in outcomes if not _is_nothing(result, one.name)])
        for title, outcomes in groups
    )
    return [
        OutcomeGroup(title, tuple(_outcome_row(result, outcome) for outcome in outcomes))
        for title, outcomes in shown_ones
        if outcomes
    ]


def without_any(result: Result) -> list[str]:
    """Name the outcomes that nobody had under any scenario, which the table leaves out."""
    return [
        outcome.label
        for outcomes in GROUPS.values()
        for outcome in outcomes
        if outcome.name in result.outcomes and _is_nothing(result, outcome.name)
    ]


def _is_nothing(result: Result, outcome: str) -> bool:
    means = [result.mean(one.name, outcome) for one in result.scenarios]
    return all(mean is not None and mean.value == mean.low == mean.high == 0 for mean in means)


def _unit(result: Result, outcome: str) -> str:
    for one in result.scenarios:
        if mean := result.mean(one.name, outcome):
            return mean.unit
    return ""


def _outcome_row(result: Result, outcome: Wording) -> OutcomeRow:
    means = tuple(
        _mean_cell(result.mean(one.name, outcome.name), outcome) for one in result.scenarios
    )
    differences = tuple(_difference_cell(result, one.name, outcome) for one in result.others)
    of_others = dict(zip((one.name for one in result.others), differences, strict=True))
    beside = tuple(
        (mean, of_others.get(one.name)) for one, mean in zip(result.scenarios, means, strict=True)
    )
    label = outcome.label + mark(outcome.name)
    return OutcomeRow(outcome.name, label, outcome.unit, means, differences, beside)


def _mean_cell(mean: Estimate | None, outcome: Wording) -> Cell:
    if mean is None or mean.value is None:
        return Cell(NO_VALUE, note="nobody" if outcome.finders_only else "")
    note = f"n = {mean.n:,}" if outcome.finders_only and mean.n is not None else ""
    if mean.low is None or mean.high is None:
        return Cell(shown(mean.value, outcome), note=note)
    return Cell(shown(mean.value, outcome), _range(mean, outcome), note)


def _gap(result: Result, scenario: str, outcome: Wording) -> str:
    """A difference as readers take it from two means, each of which is rounded."""
    means = [result.mean(one, outcome.name) for one in (scenario, result.reference)]
    value, base = (None if one is None else one.value for one in means)
    if value is None or base is None:
        return NO_VALUE
    scale = 100.0 if outcome.kind == "share" else 1.0
    gap = rounded_gap(scale * value, scale * base, outcome.decimals)
    return shown_difference(gap / scale, outcome)


def _difference_cell(result: Result, scenario: str, outcome: Wording) -> Cell:
    difference = result.difference(scenario, outcome.name)
    if difference is None or difference.value is None:
        return Cell(NO_VALUE)
    value = _gap(result, scenario, outcome)
    if difference.low is None or difference.high is None:
        return Cell(value)
    return Cell(value, _range(difference, outcome, signs=True))


def _bare(value: float, outcome: Wording) -> str:
    """The end of a range, without the sign for percent or dollars that its value already has."""
    return shown(value, outcome).removesuffix(" %").replace("$", "")


def some_lie_outside(result: Result) -> bool:
    """Whether the table shows a mean or difference that its range does not hold."""
    shown_ones = [
        find(one.name, outcome)
        for outcome in result.outcomes
        for find, scenarios in (
            (result.mean, result.scenarios),
            (result.difference, result.others),
        )
        for one in scenarios
    ]
    return any(
        one is not None
        and one.value is not None
        and one.low is not None
        and one.high is not None
        and not one.low <= one.value <= one.high
        for one in shown_ones
    )


def cost_rows(parts: Sequence[CostPart]) -> list[tuple[str, tuple[str, ...]]]:
    """Write the parts of a programme's cost, and last all of them together."""
    cost = WORDINGS["programme_cost_usd"]
    rows = [(part.label, tuple(shown(one, cost) for one in part.usd)) for part in parts]
    if rows:
        sums = (
            sum(filter(None, column)) for column in zip(*(one.usd for one in parts), strict=True)
        )
        rows.append(("All", tuple(shown(one, cost) for one in sums)))
    return rows


@dataclass(frozen=True)
class MeasureRow:
    """A rate or share with its value in each scenario."""

    meaning: str
    unit: str
    cells: tuple[Cell, ...]


def measure_rows(result: Result) -> list[MeasureRow]:
    """Give the measures that evidence speaks of."""
    rows = []
    for measure in MEASURES:
        if measure.name not in result.measures:
            continue
        outcome = wording_of(measure.name, measure.unit)
        cells = tuple(
            _mean_cell(result.mean(one.name, measure.name), outcome) for one in result.scenarios
        )
        unit = "%" if outcome.kind == "share" else measure.unit
        rows.append(MeasureRow(_sentence(measure.meaning), unit, cells))
    return rows


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class PartsRow:
    """What the range of one figure is made of."""

    label: str
    unit: str
    who: str
    value: str
    span: str
    halves: tuple[str, ...]


IN_PARTS = ("employed_ever", "weeks_worked", "programme_cost_usd")
"""Outcomes of which the page shows what their ranges are made of; a folded table has all."""


def parts_rows(result: Result) -> list[PartsRow]:
    """Give the range of the first outcomes and each of its parts, as so much more or less."""
    rows = []
    paired = bool(result.others)
    for name in IN_PARTS:
        outcome = wording_of(name)
        for one in result.others or result.scenarios:
            table = result.contrasts if paired else result.means
            estimates = table.get((one.name, name), {})
            whole = estimates.get(PREDICTIVE)
            if whole is None or whole.value is None:
                continue
            rows.append(
                PartsRow(
                    outcome.label,
                    difference_unit(outcome) if paired else outcome.unit,
                    f"{one.name} minus {result.reference}" if paired else one.name,
                    _gap(result, one.name, outcome) if paired else shown(whole.value, outcome),
                    _range(whole, outcome, signs=paired),
                    tuple(_half(estimates.get(part), outcome) for part in PARTS),
                )
            )
    return rows


def _half(part: Estimate | None, outcome: Wording) -> str:
    """How far a part reaches to either side; it is cut off where no mean can be."""
    if part is None or part.value is None or part.low is None or part.high is None:
        return "not known"
    half = max(part.high - part.value, part.value - part.low)
    if not any(digit in "123456789" for digit in _bare(half, outcome)):
        return NONE_SEEN
    return f"\N{PLUS-MINUS SIGN} {_bare(half, outcome)}"


@dataclass(frozen=True)
class IntervalRow:
    """Every kind of interval of one figure, for the folded table."""

    label: str
    unit: str
    who: str
    value: str
    mc_error: str
    spans: tuple[str, ...]


def interval_kinds(result: Result) -> list[str]:
    """The kinds of interval that the tables have, in the order of their first rows."""
    return list(
        dict.fromkeys(
            kind
            for table in (result.means, result.contrasts)
            for row in table.values()
            for kind in row
        )
    )


def interval_rows(result: Result) -> list[IntervalRow]:
    """Every mean and difference with all its intervals and its Monte Carlo error."""
    kinds = interval_kinds(result)
    rows = []
    for name in result.outcomes:
        outcome = wording_of(name, _unit(result, name))
        for one in result.scenarios:
            if estimates := result.means.get((one.name, name)):
                first = next(iter(estimates.values()))
                rows.append(
                    IntervalRow(
                        outcome.label,
                        outcome.unit,
                        one.name,
                        shown(first.value, outcome),
                        _error(first.mc_error, outcome),
                        tuple(_range(estimates.get(kind), outcome, kind=kind) for kind in kinds),
                    )
                )
        for one in result.others:
            if estimates := result.contrasts.get((one.name, name)):
                first = next(iter(estimates.values()))
                rows.append(
                    IntervalRow(
                        outcome.label,
                        difference_unit(outcome),
                        f"{one.name} minus {result.reference}",
                        _gap(result, one.name, outcome),
                        "",
                        tuple(
                            _range(estimates.get(kind), outcome, signs=True, kind=kind)
                            for kind in kinds
                        ),
                    )
                )
    return rows


def _error(error: float | None, outcome: Wording) -> str:
    """A Monte Carlo error in two digits, in the unit of the outcome."""
    if error is None:
        return NO_VALUE
    scaled = 100 * error if outcome.kind == "share" else error
    decimals = 0 if not scaled else max(0, 1 - math.floor(math.log10(abs(scaled))))
    return number(scaled, decimals)


def _range(
    estimate: Estimate | None, outcome: Wording, *, signs: bool = False, kind: str = PREDICTIVE
) -> str:
    """A range as text; of a part that is a point nothing was seen, of another it is said."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return NO_VALUE
    if signs:
        low, high = (
            shown_difference(end, outcome).replace("$", "") for end in (estimate.low, estimate.high)
        )
    else:
        low, high = (_bare(end, outcome) for end in (estimate.low, estimate.high))
    if low == high and kind in PARTS:
        return NONE_SEEN
    value = shown_difference if signs else shown
    written = value(estimate.value, outcome).removesuffix(" %").replace("$", "")
    return range_in_words(low, high, written)


@dataclass(frozen=True)
class LeverRow:
    """One key of the scenarios with its value in each."""

    section: str
    name: str
    meaning: str
    unit: str
    values: tuple[str, ...]


_POSTS = "As many as people and caseload limit, or the design of an open programme, ask for"


def posts_in_words(told: Told) -> str:
    """How many posts of employment specialists there are at all sites together."""
    posts = number(told.posts).removesuffix(".0")
    return f"{posts} full-time {'post' if posts == '1' else 'posts'}"


def differing_keys(result: Result) -> list[LeverRow]:
    """Give every key in which the scenarios differ; for one scenario, all levers."""
    told = result.scenarios
    rows = []
    for key in keys().values():
        values = [one.values.get(key.section, {}).get(key.name) for one in told]
        differs = any(value != values[0] for value in values)
        if differs or (len(told) == 1 and key.section == "programme"):
            rows.append(
                LeverRow(
                    key.section,
                    in_words(key.name),
                    key.meaning,
                    key.unit,
                    tuple(_setting(key, value) for value in values),
                )
            )
    posts = tuple(map(posts_in_words, told))
    if len(set(posts)) > 1 or len(told) == 1:
        rows.append(LeverRow("", "Posts simulated", _POSTS, "", posts))
    known = load_parameters()
    own: list[Mapping[str, Any]] = [one.values.get("parameters", {}) for one in told]
    for name in dict.fromkeys(name for one in own for name in one):
        info = known.get(name)
        default = f"{info.value:g}" if info else NO_VALUE
        values_of = [f"{one[name]:g}" if name in one else default for one in own]
        rows.append(
            LeverRow(
                "parameters",
                in_words(name),
                info.meaning if info else "",
                info.unit if info else "",
                tuple(values_of),
            )
        )
    return rows


def _setting(key: Key, value: object) -> str:
    """A value of a scenario for people who do not write scenario files."""
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else key.shown(value)


@dataclass(frozen=True)
class ParameterRow:
    """A parameter with what is known of it."""

    name: str
    meaning: str
    value: str
    span: str
    unit: str
    origin: Origin
    evidence: str
    grade: str
    source: str


def parameter_rows() -> list[ParameterRow]:
    """Give every parameter of the model with its origin, range, and the source behind it."""
    rows = []
    for info in load_parameters().values():
        grade, source = _behind(info.evidence)
        rows.append(
            ParameterRow(
                info.name,
                info.meaning,
                f"{info.value:g}",
                f"{info.low:g} to {info.high:g}",
                info.unit,
                info.origin,
                info.evidence,
                grade,
                source,
            )
        )
    return rows


def _behind(evidence: str) -> tuple[str, str]:
    """How well a row of the evidence tables is known, and where it is from."""
    if evidence in evidence_parameters():
        row = evidence_parameters()[evidence]
        return f"{row.status}, {row.confidence} confidence", row.source
    if evidence in findings():
        finding = findings()[evidence]
        return f"{finding.status}, {finding.confidence} confidence", finding.source
    if evidence in mechanism_studies():
        study = mechanism_studies()[evidence]
        return f"{study.status}, {study.confidence} confidence", study.source
    for target in targets():
        if target.name == evidence:
            return f"{target.status}, target", target.source
    return "", ""


def origin_counts() -> dict[str, int]:
    """How many parameters rest on what."""
    counts = {"evidence": 0, "calibrated": 0, "assumed": 0}
    for info in load_parameters().values():
        counts[info.origin] += 1
    return counts


@dataclass(frozen=True)
class PriceRow:
    """A unit cost with what is known of it."""

    name: str
    value: str
    span: str
    unit: str
    status: str
    source: str


def price_rows(result: Result) -> list[PriceRow]:
    """Give every unit cost in the dollars of the year of results, and scenarios' own after it."""
    costs: list[tuple[str, UnitCost]] = []
    for key, default in uprated_unit_costs().items():
        costs.append((in_words(key).replace("usd", "").strip(), default))
        for told in result.scenarios:
            if key in told.scenario.prices:
                costs.append((f"the same, in {told.name}", unit_costs_of(told.scenario)[key]))
    return [
        PriceRow(
            name,
            _amount(cost.value),
            NO_VALUE
            if cost.low is None or cost.high is None or cost.low == cost.high
            else f"{_amount(cost.low)} to {_amount(cost.high)}",
            cost.unit,
            cost.status,
            cost.source,
        )
        for name, cost in costs
        if cost.key != "report_price_year"
    ]


def _amount(value: float) -> str:
    return number(value, 0) if abs(value) >= 100 else f"{value:g}" if value < 10 else number(value)
