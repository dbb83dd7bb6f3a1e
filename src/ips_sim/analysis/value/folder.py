"""The result folder of `ips-sim value`: tables of one set of paired draws, and its prices."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from ips_sim.analysis.value.budget import BudgetRow, budget_rows
from ips_sim.analysis.value.cheers import checklist
from ips_sim.analysis.value.plan import EFFECTS, ValuePlan, seen_as, value_plan_from_json
from ips_sim.analysis.value.priced import DISPLACEMENT
from ips_sim.analysis.value.result import (
    Strategy,
    Value,
    Worth,
    base_displacement,
    cases,
    value_of,
    work_out,
)
from ips_sim.analysis.value.views import spread
from ips_sim.economics.ledger import QUANTITIES
from ips_sim.economics.prices import unit_costs_of
from ips_sim.evidence import PAYERS, PERSPECTIVES, impact_inventory
from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.runs.errors import RunError, reading
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind, plan_again
from ips_sim.runs.manifest import MANIFEST, read_manifest, refuse_altered
from ips_sim.runs.partial import fill
from ips_sim.runs.tables import Coded, Column, TableWriter, values_of, write_rows
from ips_sim.scenario import load_scenario
from ips_sim.scenario.resolve import as_mapping
from ips_sim.scenario.sources import is_file
from ips_sim.shown.aligned import json_rows
from ips_sim.shown.english import number, range_with_unit, with_unit

QUANTITIES_FILE = "quantities.parquet"


def _columns(kind: type) -> list[Column]:
    return [
        Column(one.name, "text" if one.type == "str" else "number", "", "") for one in fields(kind)
    ]


DRAWS_COLUMNS = (
    Column("draw", "whole number", "", "realisation of all that is uncertain, from 0"),
    Column("strategy", "text", "", "title of the scenario"),
    Column("cost", "number", "US dollars", "per person referred, discounted"),
    Column("effect", "number", "", "per person referred, discounted"),
    Column("variant", "text", "", "structural variant of the model"),
    Column("perspective", "text", "", "whose costs"),
    Column("effect_name", "text", "", "what is counted as effect"),
)
QUANTITY_COLUMNS = (
    Column("variant", "text", "", "structural variant of the model"),
    Column("strategy", "text", "", "title of the scenario"),
    Column("draw", "whole number", "", "realisation of the uncertain parameters, from 0"),
    Column("replicate", "whole number", "", "stochastic run of the draw, from 0"),
    Column("year", "whole number", "", "from 1"),
    *(Column(name, "number", "", "total over all people of the run") for name in QUANTITIES),
)


def value_to_folder(plan: ValuePlan, folder: Path, how: How = PLAIN) -> Value:
    """Run strategies into a folder, or go on with it where it was stopped.

    Raises
    ------
    RunError
        If there is a finished result already, or something begun with another plan.
    InterruptedRunError
        After Ctrl-C.
    """
    return fill(
        plan,
        folder,
        lambda store: work_out(plan, store, how),
        write_value,
        how,
        replicates=lambda made: made.replicates,
    )


def priced_again(
    folder: Path, overrides: Mapping[str, object], **views: Any
) -> tuple[ValuePlan, Value]:
    """Put other prices on the quantities of a finished result, without another run.

    Parameters
    ----------
    folder
        What `ips-sim value` or `ips-sim budget` left.
    overrides
        Prices by dotted name (``prices.specialist_year_usd``), or ``budget.usd_per_year``.
    views
        Other views of the same quantities: ``reference``, ``perspective``, ``effect`` or
        ``people_per_year`` as `make_value_plan` takes them.

    Raises
    ------
    RunError
        If the folder is no such result, or something is to be changed that needs other runs.
    ScenarioError
        If a price is not allowed.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != "value":
        raise RunError(f"{folder} is no result of `ips-sim value` or `ips-sim budget`")
    for key in overrides:
        if not key.startswith("prices.") and key != "budget.usd_per_year":
            raise RunError(
                f"{key} changes what happens and needs other runs; of a finished result only "
                "prices.* and budget.usd_per_year can be changed"
            )
    refuse_altered(folder, manifest)
    plan = plan_again(folder)[1]
    plan = seen_as(
        replace(
            plan,
            scenarios=tuple(load_scenario(as_mapping(one), overrides) for one in plan.scenarios),
            replicates=int(manifest["replicates"]),
            source_hash=str(manifest["source_hash"]),
        ),
        **views,
    )
    return plan, value_of(plan, _read_quantities(plan, folder / QUANTITIES_FILE))


def is_finished(sources: Sequence[object]) -> bool:
    """Say whether somebody names a finished result instead of scenarios."""
    first = sources[0] if len(sources) == 1 else None
    return isinstance(first, str | Path) and is_file(Path(first) / MANIFEST)


def repriced(
    folder: Path, overrides: Mapping[str, object], **views: Any
) -> tuple[Kind[Any, Any], ValuePlan]:
    """Give what writes a finished result again, as `priced_again` prices and sees it."""
    plan, made = priced_again(folder, overrides, **views)

    def run(plan: ValuePlan, place: Path, how: How = PLAIN) -> Value:
        return fill(plan, place, lambda store: made, write_value, how)

    return replace(KIND, run=run), plan


def _read_quantities(plan: ValuePlan, path: Path) -> list[tuple[Any, ...]]:
    from pyarrow import parquet  # type: ignore[import-untyped]

    with reading(path), path.open("rb") as file:
        table = parquet.read_table(file, use_threads=False)
    variant = np.array(table.column("variant").to_pylist())
    strategy = np.array(table.column("strategy").to_pylist())
    values = np.array([table.column(name).to_numpy() for name in QUANTITIES])
    years = int(np.max(table.column("year").to_numpy(), initial=0))
    each = plan.draws * int(plan.replicates or 0) * years
    if len(variant) != each * len(plan.names) * len(plan.variants):
        raise RunError(f"{path.name} has other runs than {path.with_name(MANIFEST)} says")
    return [
        tuple(
            values[:, (variant == (of or "fit")) & (strategy == name)].reshape(
                len(QUANTITIES), plan.draws, -1, years
            )
            for name in plan.names
        )
        for of in plan.variants
    ]


def write_value(value: Value, folder: Path) -> list[Path]:
    """Write every table of a value analysis, and give their paths."""
    written = [
        _write_quantities(value, folder / QUANTITIES_FILE),
        _write_draws(value, folder / "draws.parquet"),
    ]

    def rows(name: str, columns: Sequence[Column], content: Sequence[Sequence[object]]) -> None:
        written.append(folder / name)
        write_rows(folder / name, columns, content)

    rows("budget.csv", _columns(BudgetRow), [values_of(one) for one in budget_rows(value)])
    rows("prices.csv", [_text(one) for one in _PRICE_NAMES], _price_rows(value))
    rows("impact_inventory.csv", [_text(one) for one in _INVENTORY], _inventory_rows())
    if not value.others:
        return written
    rows("icers.csv", _columns(Strategy), [values_of(one) for one in value.strategies])
    probability, best = value.curves
    rows(
        "ceac.csv",
        [_text(one) for one in ("perspective", "effect", "threshold", "strategy", "probability")]
        + [_text("is_frontier")],
        [
            [
                value.plan.perspective,
                value.plan.effect,
                threshold,
                name,
                float(probability[place, number]),
                best[place] == number,
            ]
            for place, threshold in enumerate(value.thresholds)
            for number, name in enumerate(value.plan.names)
        ],
    )
    rows(
        "evpi.csv",
        [_text(one) for one in ("threshold", "known", "kind", "value_usd", "error_usd")],
        [
            [threshold, "everything", "all", float(value.information[place]), ""]
            for place, threshold in enumerate(value.thresholds)
        ]
        + [
            [value.least_sure, one.input, one.kind, one.value, one.error]
            for one in sorted(value.worth, key=lambda one: -one.value)
        ],
    )
    rows("inputs.csv", _columns(Worth), [values_of(one) for one in value.worth])
    rows(
        "budget_impact.csv",
        [_text(one) for one in ("year", "strategy", "perspective", "more_usd", "low", "high")],
        [
            [year + 1, value.plan.names[number], value.plan.perspective, *spread(more)]
            for number in value.others
            for year, more in enumerate(value.budget_impact(number).T)
        ],
    )
    rows("chance.csv", [_text("of"), _text("share")], list(value.chance.items()))
    rows("cheers.csv", [_text(one) for one in ("item", "topic", "answer")], checklist(value))
    return written


def _text(name: str) -> Column:
    return Column(name, "text", "", "")


_PRICE_NAMES = ("strategy", "key", "value", "low", "high", "unit", "source", "status")


def _price_rows(value: Value) -> list[list[object]]:
    rows: list[list[object]] = []
    for name, scenario in zip(value.plan.names, value.plan.scenarios, strict=True):
        rows += [
            [name, key, one.value, one.low, one.high, one.unit, one.source, one.status]
            for key, one in unit_costs_of(scenario).items()
        ]
    return rows


_INVENTORY = ("item", "label", "unit", *PERSPECTIVES, *PAYERS, "note")


def _inventory_rows() -> list[list[object]]:
    return [
        [one.item, one.label, one.unit, *one.counts.values(), *one.payers.values(), one.note]
        for one in impact_inventory().values()
    ]


def _write_quantities(value: Value, path: Path) -> Path:
    writer = TableWriter(path, QUANTITY_COLUMNS, "parquet")
    for variant, tables in zip(value.plan.variants, value.tables, strict=True):
        for name, table in zip(value.plan.names, tables, strict=True):
            _, draws, replicates, years = table.shape
            rows = draws * replicates * years
            writer.add(
                {
                    "variant": Coded((variant or "fit",), np.zeros(rows, dtype=np.int64)),
                    "strategy": Coded((name,), np.zeros(rows, dtype=np.int64)),
                    "draw": np.repeat(np.arange(draws), replicates * years),
                    "replicate": np.tile(np.repeat(np.arange(replicates), years), draws),
                    "year": np.tile(np.arange(1, years + 1), draws * replicates),
                    **{one: table[row].ravel() for row, one in enumerate(QUANTITIES)},
                }
            )
    writer.close()
    return path


def _write_draws(value: Value, path: Path) -> Path:
    writer = TableWriter(path, DRAWS_COLUMNS, "parquet")
    names = value.plan.names
    changed = {DISPLACEMENT: base_displacement()}
    kinds = [one for one in cases() if one.displacement == base_displacement()]
    for priced, variant in zip(value.priced, value.plan.variants, strict=True):
        for case in kinds:
            cost = priced.cost(case.perspective, changed)
            for effect in EFFECTS:
                brought = priced.effect(effect, case.perspective, changed)
                rows = cost.size
                writer.add(
                    {
                        "draw": np.repeat(np.arange(len(cost)), len(names)),
                        "strategy": Coded(names, np.tile(np.arange(len(names)), len(cost))),
                        "cost": cost.ravel(),
                        "effect": brought.ravel(),
                        **{
                            key: Coded((word,), np.zeros(rows, dtype=np.int64))
                            for key, word in (
                                ("variant", variant or "fit"),
                                ("perspective", case.perspective),
                                ("effect_name", effect),
                            )
                        },
                    }
                )
    writer.close()
    return path


UNITS = {"weeks_worked": "weeks", "people_employed": "share", "qalys": "QALYs"}
EFFECT_WORDS = {
    "weeks_worked": "weeks worked",
    "people_employed": "people employed",
    "qalys": "QALYs",
}


def shown_lines(value: Value) -> list[tuple[str, ...] | str]:
    """Give what a person at a terminal sees."""
    from ips_sim.analysis.value.sentences import sentences

    plan, unit = value.plan, UNITS[value.plan.effect]
    if not value.others:
        return [*_budget_lines(value), "", "The budget stands in budget.csv, with ranges."]
    bought = EFFECT_WORDS[plan.effect]
    rows = value.base(plan.perspective, plan.effect)
    others = [row for row in rows if row.strategy != plan.names[plan.reference]]
    lines: list[tuple[str, ...] | str] = [("", "cost", bought, "probably best")]
    lines += [
        (
            row.strategy,
            with_unit(row.cost, "US dollars"),
            with_unit(row.effect_mean, unit),
            f"{100 * row.probability_best:.0f} %",
        )
        for row in rows
    ]
    lines += ["", (f"more than {plan.names[plan.reference]}", "cost (90 %)", f"{bought} (90 %)")]
    for row in others:
        cost = row.increment_cost_low, row.increment_cost_high
        effect = row.increment_effect_low, row.increment_effect_high
        lines.append(
            (
                row.strategy,
                f"{with_unit(row.increment_cost, 'US dollars', sign=True)} "
                f"({range_with_unit(*cost, 'US dollars', sign=True)})",
                f"{with_unit(row.increment_effect, unit, sign=True)} "
                f"({range_with_unit(*effect, unit, sign=True)})",
            )
        )
    return [*lines, "", *sentences(value)]


def _budget_lines(value: Value) -> list[tuple[str, ...] | str]:
    rows = budget_rows(value)
    years = {row.year: row.weeks for row in rows}
    header = [
        f"year {one}" + ("" if weeks == WEEKS_PER_YEAR else f", {weeks} weeks")
        for one, weeks in years.items()
    ]
    lines: list[tuple[str, ...] | str] = []
    for name in value.plan.names:
        lines.append((name, *header))
        mine = [row for row in rows if row.strategy == name]
        for key in dict.fromkeys((row.section, row.item, row.label) for row in mine):
            cells = [row for row in mine if (row.section, row.item, row.label) == key]
            digits = 0 if cells[0].unit == "US dollars" else 1
            if any(one.mean for one in cells):
                said = (_or_none(one.mean, digits) for one in cells)
                lines.append((f"  {key[2]}", *said))
    return lines


def _or_none(mean: float, digits: int) -> str:
    return number(mean, digits, minus="-") if mean == mean else "-"


def shown_json(value: Value) -> dict[str, Any]:
    """Give the base-case table, the budget and what knowing inputs is worth."""
    found = {"budget": json_rows(budget_rows(value)), "chance": dict(value.chance)}
    if value.others:
        found |= {"strategies": json_rows(value.strategies), "inputs": json_rows(value.worth)}
    made: dict[str, Any] = json.loads(json.dumps(found))
    return made


KIND = Kind(
    name="value",
    plan_from_json=value_plan_from_json,
    run=value_to_folder,
    tables={
        "strategies": "icers.csv",
        "acceptability": "ceac.csv",
        "information": "evpi.csv",
        "inputs": "inputs.csv",
        "budget": "budget.csv",
        "budget_impact": "budget_impact.csv",
        "prices": "prices.csv",
        "inventory": "impact_inventory.csv",
        "chance": "chance.csv",
        "checklist": "cheers.csv",
        "draws": "draws.parquet",
        "quantities": QUANTITIES_FILE,
    },
    lines=shown_lines,
    json=shown_json,
    draw="ips_sim.report.value_page:write_value_page",
    has_own_page=True,
)
