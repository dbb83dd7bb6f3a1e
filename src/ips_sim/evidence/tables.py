"""The evidence tables that ship with the package, row by row, typed and as published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

from ips_sim.evidence.reading import Row, read_rows, stop_on_problems

Role = Literal["fit", "check"]
Status = Literal["seen", "derived", "recalled", "assumed"]
Confidence = Literal["high", "medium", "low"]

SchemeKind = Literal["taper", "limit", "support", "overpaid"]

GENERAL_INDEX = "CPI-U"
PRICE_INDICES = (GENERAL_INDEX, "medical care", "wages")
"""Prices in general, of care, and what people are paid: each inflates what it is about."""
PERSPECTIVES = ("participant", "programme", "government", "society")
"""For whom costs and effects may be counted."""
PAYERS = (
    "mental_health_authority",
    "medicaid",
    "vocational_rehabilitation",
    "social_security",
    "taxpayer",
    "employer",
    "person",
)
"""Whose money it is: the state's or county's mental health authority, Medicaid, vocational
rehabilitation, social security, other taxes, employers, and the people served."""

ANCHORS = ("anchor1", "anchor2", "anchor3", "anchor4", "anchor5")
"""Columns of the fidelity scale that describe the scores 1 to 5."""


@dataclass(frozen=True, slots=True)
class Target:
    """A pooled figure that a run is fitted to or compared with (``targets.csv``).

    Attributes
    ----------
    name, arm
        What is measured, and in whom. The same name and arm may come with two windows.
    value, low, high
        Published figure and plausible range, in `unit`.
    window, population, definition
        When, in whom, and how to compute it from a run.
    role
        *fit* enters the likelihood; *check* is compared afterwards.
    """

    name: str
    arm: str
    value: float
    low: float
    high: float
    unit: str
    window: str
    population: str
    definition: str
    role: Role
    source: str
    status: Status


@dataclass(frozen=True, slots=True)
class EvidenceParameter:
    """A figure for a single mechanism (``parameters.csv``), as published or judged.

    Attributes
    ----------
    low, high
        Range; None where none is known on that side. `note` says what kind of range it is.
    distribution
        Suggested distribution in words, often empty.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    distribution: str
    population: str
    source: str
    status: Status
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class ModelError:
    """What cross-validation says the model misses, in log odds of ever working.

    A row each of ``model_error.csv``.

    Attributes
    ----------
    level_sd
        Standard deviation of the error in a scenario whose log odds are the middle.
    slope_sd
        Of how much more or less the error is for each unit of log odds away from there.
    middle
        Log odds in the middle of what trials are about.
    """

    level_sd: float
    slope_sd: float
    middle: float


@dataclass(frozen=True, slots=True)
class Finding:
    """Something known without a figure (``findings.csv``); confidence none: a claim rejected."""

    name: str
    text: str
    unit: str
    population: str
    source: str
    status: Status
    confidence: Literal["high", "medium", "low", "none"]
    note: str


@dataclass(frozen=True, slots=True)
class MechanismStudy:
    """A study that moves one thing, or follows people without a programme (``mechanisms_new.csv``).

    Attributes
    ----------
    name
        Key; one study may have several rows.
    principle
        What it is about: a principle, a person factor, the labour market, and so on.
    design, comparison, arm_a, arm_b
        How it was done, and what was compared.
    rate_a, rate_b
        Per cent in each arm; None where no rates belong here.
    effect
        A probability or a size, or a sentence.
    n, months
        People, and follow-up in the words of the source.
    status
        Begins with a grade, such as *seen*, and may say of what.
    """

    name: str
    principle: str
    design: str
    comparison: str
    arm_a: str
    rate_a: float | None
    arm_b: str
    rate_b: float | None
    effect: str
    n: int | None
    months: str
    population: str
    other_figures: str
    source: str
    status: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class FidelityItem:
    """One item of the IPS fidelity scale (IPS-25) with what earns the scores 1 to 5."""

    item: int
    section: str
    name: str
    anchors: tuple[str, str, str, str, str]
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class UnitCost:
    """A price, a utility or a rule of valuing (``unit_costs.csv``), in its own price year.

    Attributes
    ----------
    low, high
        Range; None only where `value` is a choice and not an estimate.
    most
        The largest value that a scenario may give it.
    price_year
        Year of the money in `value`, US dollars; None for what is no price or is not uprated.
    index
        The price index that brings it to another year; empty where there is no price year.
    parameter
        Name of the row in ``parameters.csv`` on which it rests; empty if there is none.
    """

    key: str
    value: float
    low: float | None
    high: float | None
    most: float
    unit: str
    price_year: int | None
    index: str
    parameter: str
    source: str
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class PriceIndexValue:
    """The annual average of a price index in one year (``price_index.csv``)."""

    index: str
    year: int
    value: float
    source: str
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class BenefitRule:
    """One number of what a benefit scheme does with earnings (``benefit_rules.csv``).

    Attributes
    ----------
    kind
        *taper* is reduced as earnings rise, *limit* stops above an amount, *support* is reduced by
        income as a whole, *overpaid* is how what was paid too much comes back.
    """

    scheme: str
    kind: SchemeKind
    key: str
    value: float
    unit: str
    year: int
    source: str
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class Impact:
    """An item of cost or effect: for whom it counts, and who pays (``impact_inventory.csv``).

    Attributes
    ----------
    through_work
        Whether it comes about by competitive work, so that what cross-validation says of work says
        something of it.
    counts
        By perspective: 1 it is a cost, or an effect; -1 it is a gain of money; 0 it doesn't count.
    payers
        By payer, the share that each pays: -1, 0, 1, a key of ``unit_costs.csv``, or 1 less a key.
    """

    item: str
    label: str
    unit: str
    through_work: bool
    counts: Mapping[str, float]
    payers: Mapping[str, str]
    note: str


def package_data(name: str) -> Path:
    """Give the path of a table that ships with the package.

    Parameters
    ----------
    name
        File name, such as ``targets.csv``.

    Raises
    ------
    FileNotFoundError
        If the package has no such table; the message lists those it has.
    """
    folder = Path(str(files("ips_sim.evidence").joinpath("data")))
    path = folder / name
    if not path.is_file():
        have = ", ".join(sorted(entry.name for entry in folder.glob("*.csv")))
        raise FileNotFoundError(f"{name} is not among the evidence tables: {have}")
    return path


def columns_of(kind: type) -> tuple[str, ...]:
    """Give the columns of a table whose rows are this dataclass, field for column."""
    return tuple(field.name for field in fields(kind))


def _rows(name: str, columns: tuple[str, ...]) -> list[Row]:
    return read_rows(package_data(name), columns=columns, required=columns)


def _status(row: Row) -> Status:
    return cast(Status, row.choice("status", get_args(Status)))


def check_grade(row: Row, said: str) -> None:
    """Note a mistake where a status in words names no grade, such as *seen*."""
    if said and not any(grade in said for grade in (*get_args(Status), "mixed")):
        row.problem(f"status '{said}' names none of {', '.join(get_args(Status))}, mixed")


def _check_range(row: Row, value: float, low: float | None, high: float | None) -> None:
    if (low is not None and value < low) or (high is not None and value > high):
        row.problem(f"value {value:g} lies outside its range {low} to {high}")


@cache
def targets() -> tuple[Target, ...]:
    """Give all targets, in the order of the table."""
    rows = _rows("targets.csv", columns_of(Target))
    table = tuple(
        Target(
            name=row.text("name"),
            arm=row.text("arm"),
            value=row.number("value"),
            low=row.number("low"),
            high=row.number("high"),
            unit=row.text("unit"),
            window=row.text("window"),
            population=row.text("population"),
            definition=row.text("definition"),
            role=cast(Role, row.choice("role", get_args(Role))),
            source=row.text("source"),
            status=_status(row),
        )
        for row in rows
    )
    for row, target in zip(rows, table, strict=True):
        _check_range(row, target.value, target.low, target.high)
    stop_on_problems(rows)
    return table


@cache
def evidence_parameters() -> Mapping[str, EvidenceParameter]:
    """Give the figures for single mechanisms by name, read-only."""
    rows = _rows("parameters.csv", columns_of(EvidenceParameter))
    table: dict[str, EvidenceParameter] = {}
    for row in rows:
        parameter = EvidenceParameter(
            name=row.text("name"),
            value=row.number("value"),
            low=row.optional_number("low"),
            high=row.optional_number("high"),
            unit=row.text("unit"),
            distribution=row.text("distribution", required=False),
            population=row.text("population"),
            source=row.text("source"),
            status=_status(row),
            confidence=cast(Confidence, row.choice("confidence", get_args(Confidence))),
            note=row.text("note", required=False),
        )
        if parameter.name in table:
            row.problem(f"{parameter.name} is there twice")
        _check_range(row, parameter.value, parameter.low, parameter.high)
        table[parameter.name] = parameter
    stop_on_problems(rows)
    return MappingProxyType(table)


@cache
def findings() -> Mapping[str, Finding]:
    """Give what is known without a figure, by name, read-only."""
    rows = _rows("findings.csv", columns_of(Finding))
    table: dict[str, Finding] = {}
    for row in rows:
        finding = Finding(
            name=row.text("name"),
            text=row.text("text", required=False),
            unit=row.text("unit"),
            population=row.text("population", required=False),
            source=row.text("source", required=False),
            status=_status(row),
            confidence=cast(
                Literal["high", "medium", "low", "none"],
                row.choice("confidence", (*get_args(Confidence), "none")),
            ),
            note=row.text("note"),
        )
        if finding.name in table:
            row.problem(f"{finding.name} is there twice")
        table[finding.name] = finding
    stop_on_problems(rows)
    return MappingProxyType(table)


@cache
def mechanism_studies() -> Mapping[str, MechanismStudy]:
    """Give the studies that move one thing, by name, read-only."""
    rows = _rows("mechanisms_new.csv", columns_of(MechanismStudy))
    table: dict[str, MechanismStudy] = {}
    for row in rows:
        study = MechanismStudy(
            name=row.text("name"),
            principle=row.text("principle"),
            design=row.text("design"),
            comparison=row.text("comparison", required=False),
            arm_a=row.text("arm_a", required=False),
            rate_a=row.optional_number("rate_a", low=0, high=100),
            arm_b=row.text("arm_b", required=False),
            rate_b=row.optional_number("rate_b", low=0, high=100),
            effect=row.text("effect"),
            n=row.optional_integer("n", low=1),
            months=row.text("months", required=False),
            population=row.text("population", required=False),
            other_figures=row.text("other_figures", required=False),
            source=row.text("source"),
            status=row.text("status"),
            confidence=cast(Confidence, row.choice("confidence", get_args(Confidence))),
            note=row.text("note", required=False),
        )
        check_grade(row, study.status)
        if study.name in table:
            row.problem(f"{study.name} is there twice")
        table[study.name] = study
    stop_on_problems(rows)
    return MappingProxyType(table)


@cache
def fidelity_scale() -> tuple[FidelityItem, ...]:
    """Give the 25 items of the IPS fidelity scale, in order."""
    rows = _rows("fidelity_scale.csv", ("item", "section", "name", *ANCHORS, "source", "status"))
    table = []
    for number, row in enumerate(rows, start=1):
        first, second, third, fourth, fifth = (row.text(anchor) for anchor in ANCHORS)
        item = FidelityItem(
            item=row.integer("item"),
            section=row.text("section"),
            name=row.text("name"),
            anchors=(first, second, third, fourth, fifth),
            source=row.text("source"),
            status=row.text("status"),
        )
        if item.item != number:
            row.problem(f"item is {item.item}, expected {number}")
        table.append(item)
    stop_on_problems(rows)
    return tuple(table)


@cache
def unit_costs() -> Mapping[str, UnitCost]:
    """Give prices, utilities and rules of valuing by key, each in its own price year, read-only."""
    rows = _rows("unit_costs.csv", columns_of(UnitCost))
    table: dict[str, UnitCost] = {}
    for row in rows:
        cost = UnitCost(
            key=row.text("key"),
            value=row.number("value", low=0),
            low=row.optional_number("low", low=0),
            high=row.optional_number("high", low=0),
            most=row.number("most", low=0),
            unit=row.text("unit"),
            price_year=row.optional_integer("price_year"),
            index=row.text("index", required=False),
            parameter=row.text("parameter", required=False),
            source=row.text("source"),
            status=_status(row),
            note=row.text("note", required=False),
        )
        if cost.key in table:
            row.problem(f"{cost.key} is there twice")
        if cost.index not in (PRICE_INDICES if cost.price_year else ("",)):
            row.problem(f"index is '{cost.index}', allowed are {', '.join(PRICE_INDICES)}")
        _check_range(row, cost.value, cost.low, cost.high)
        table[cost.key] = cost
    stop_on_problems(rows)
    return MappingProxyType(table)


@cache
def model_error() -> ModelError:
    """Give how far unseen trials were missed, beyond chance and parameters."""
    rows = _rows("model_error.csv", ("name", "value", "unit", "note"))
    found = {}
    for row in rows:
        name = row.choice("name", columns_of(ModelError))
        found[name] = row.number("value", low=0 if name.endswith("_sd") else None)
    for name in columns_of(ModelError):
        if name not in found:
            rows[-1].problem(f"there is no row {name}")
    stop_on_problems(rows)
    return ModelError(**found)


@cache
def price_index(name: str = GENERAL_INDEX) -> Mapping[int, PriceIndexValue]:
    """Give a price index that converts money between years, by year, read-only.

    Parameters
    ----------
    name
        One of `PRICE_INDICES`.
    """
    rows = _rows("price_index.csv", columns_of(PriceIndexValue))
    table: dict[int, PriceIndexValue] = {}
    for row in rows:
        entry = PriceIndexValue(
            index=row.choice("index", PRICE_INDICES),
            year=row.integer("year"),
            value=row.number("value"),
            source=row.text("source"),
            status=_status(row),
            note=row.text("note", required=False),
        )
        if entry.value <= 0:
            row.problem("value must be above zero")
        if entry.index != name:
            continue
        if entry.year in table:
            row.problem(f"{entry.year} is there twice")
        table[entry.year] = entry
    stop_on_problems(rows)
    return MappingProxyType(table)


@cache
def benefit_rules() -> Mapping[str, Mapping[str, BenefitRule]]:
    """Give what benefit schemes do with earnings, by scheme and key, read-only."""
    rows = _rows("benefit_rules.csv", columns_of(BenefitRule))
    table: dict[str, dict[str, BenefitRule]] = {}
    for row in rows:
        rule = BenefitRule(
            scheme=row.text("scheme"),
            kind=cast("SchemeKind", row.choice("kind", get_args(SchemeKind))),
            key=row.text("key"),
            value=row.number("value", low=0),
            unit=row.text("unit"),
            year=row.integer("year"),
            source=row.text("source"),
            status=_status(row),
            note=row.text("note", required=False),
        )
        named = table.setdefault(rule.scheme, {})
        if rule.key in named:
            row.problem(f"{rule.key} of {rule.scheme} is there twice")
        named[rule.key] = rule
    stop_on_problems(rows)
    return MappingProxyType({name: MappingProxyType(named) for name, named in table.items()})


@cache
def impact_inventory() -> Mapping[str, Impact]:
    """Give which item counts for whom, and who pays it, by item, read-only."""
    rows = _rows(
        "impact_inventory.csv",
        ("item", "label", "unit", "through_work", *PERSPECTIVES, *PAYERS, "note"),
    )
    known, table = unit_costs(), {}
    for row in rows:
        shares = {name: row.text(name) for name in PAYERS}
        for name, text in shares.items():
            key = text.removeprefix("1 - ")
            if key not in known and text not in ("-1", "0", "1"):
                row.problem(f"{name} is '{text}', allowed are -1, 0, 1, a key, or 1 - a key")
        table[row.text("item")] = Impact(
            item=row.text("item"),
            label=row.text("label"),
            unit=row.choice("unit", ("US dollars", "QALYs")),
            through_work=row.choice("through_work", ("yes", "no")) == "yes",
            counts={name: row.number(name, low=-1, high=1) for name in PERSPECTIVES},
            payers=shares,
            note=row.text("note", required=False),
        )
    stop_on_problems(rows)
    return MappingProxyType(table)
