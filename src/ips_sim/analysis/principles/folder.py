"""The result folder of `ips-sim principles`: resumed after a stop, whole at the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ips_sim.analysis.principles.plan import Basis, PrinciplesPlan, plan_from_json
from ips_sim.analysis.principles.shares import (
    Shares,
    VariantRow,
    by_variant,
    main_basis,
    work_out,
)
from ips_sim.analysis.principles.totals import ROWS, SHARED_OUTCOMES, WorldTotals
from ips_sim.analysis.principles.trial import PowerRow, trial_power
from ips_sim.analysis.principles.why import WhyRow, explain
from ips_sim.model.outcomes import FloatArray
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.partial import fill
from ips_sim.runs.tables import Coded, Column, TableWriter, values_of, write_small_tables
from ips_sim.runs.work import Holder, Store, complete
from ips_sim.shown.aligned import json_rows

_PRINCIPLE = Column("principle", "text", "", "a principle, or another player that was named")
_OUTCOME = (
    Column("outcome", "text", "", "outcome, per person referred or, by its name, per admitted"),
    Column("unit", "text", "", "unit of the values"),
)


def _ranged(name: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "number", "", meaning),
        Column(f"{name}_low", "number", "", f"lower end of the 90 % range of {name}"),
        Column(f"{name}_high", "number", "", f"upper end of the 90 % range of {name}"),
    )


PRINCIPLES_COLUMNS = (
    _PRINCIPLE,
    *_OUTCOME,
    *_ranged("dropped", "what is lost when it alone is dropped from everything"),
    *_ranged("alone", "what it brings alone, added to nothing"),
    *_ranged("shapley", "its share of the whole difference"),
    *_ranged("prior", "its share before the fit to trials"),
    Column("kept", "number", "", "part of the share's spread over parameters that the fit left"),
    Column("kept_low", "number", "", "lower end of the 90 % range of kept"),
    Column("kept_high", "number", "", "upper end of the 90 % range of kept"),
    Column("split_kept", "number", "", "kept for the share's part of the whole: who does the work"),
    Column("learned", "text", "", "learned if the fit took half of the spread, else assumed"),
    Column("tried_alone", "text", "", "experiment, partly or no: were people assigned to it alone"),
)
WHOLE_COLUMNS = (
    *_OUTCOME,
    Column("nothing", "number", "", "mean without any principle"),
    Column("everything", "number", "", "mean with all principles"),
    *_ranged("difference", "everything less nothing"),
)
_ENDS = (
    Column("low", "number", "", "lower end of the 90 % range"),
    Column("high", "number", "", "upper end of the 90 % range"),
)
INTERACTIONS_COLUMNS = (
    Column("first", "text", "", "one principle"),
    Column("second", "text", "", "another"),
    *_OUTCOME,
    Column("interaction", "number", "", "what both bring together beyond one by one"),
    *_ENDS,
)
WHY_COLUMNS = (
    _PRINCIPLE,
    Column("change", "text", "", "whole, dropped, alone or shapley"),
    Column("part", "text", "", "part of the change in weeks worked"),
    Column("unit", "text", "", "unit of the value"),
    Column("value", "number", "", "the part; parts add up to the change"),
    *_ENDS,
)
VARIANTS_COLUMNS = (
    _PRINCIPLE,
    *_OUTCOME,
    Column("variant", "text", "", "the fit, or a structural variant of the model"),
    Column("shapley", "number", "", "its share of the whole difference"),
    *_ENDS,
)
TRIAL_COLUMNS = (
    Column("first", "text", "", "one principle"),
    Column("second", "text", "", "another"),
    Column("question", "text", "", "apart, first, second or interaction"),
    *_OUTCOME,
    Column("people_per_arm", "whole number", "people", "people in each of the four arms"),
    Column("difference", "number", "", "what a trial without chance would find"),
    Column("power", "number", "share", "chance that a trial of this size finds it"),
)


@dataclass(frozen=True)
class PrinciplesResult:
    """What came out.

    Attributes
    ----------
    plan
        What was run.
    totals
        What all runs came to, by basis.
    shares
        What each principle brings.
    why
        The change in weeks worked in four parts.
    power
        The virtual factorial trial.
    variants
        Shares under the fit and under each structural variant; empty if that was not asked for.
    """

    plan: PrinciplesPlan
    totals: dict[Basis, WorldTotals]
    shares: Shares
    why: list[WhyRow]
    power: list[PowerRow]
    variants: list[VariantRow]


def share_principles(plan: PrinciplesPlan, store: Store, how: How = PLAIN) -> PrinciplesResult:
    """Run all worlds, apart from blocks that the store has, and share out what they bring."""
    found = complete(plan, store, how)
    totals = {basis: _gathered(plan, basis, found) for basis in plan.bases}
    main = totals[main_basis(plan)]
    shares = work_out(plan, totals)
    return PrinciplesResult(
        plan,
        totals,
        shares,
        explain(plan, main),
        trial_power(plan, main),
        by_variant(plan, totals, shares.rows),
    )


def _gathered(plan: PrinciplesPlan, basis: Basis, found: dict[str, Holder]) -> WorldTotals:
    """Put blocks together in the order of the plan, and give each coalition its world."""
    scenarios, lived = plan.worlds
    pieces: list[list[FloatArray]] = [[] for _ in scenarios]
    for block in plan.blocks():
        if block.basis == basis:
            pieces[block.world].append(found[block.name].load()["totals"])
    by_world = np.array([np.concatenate(parts, axis=1) for parts in pieces])
    shaped = by_world.transpose(1, 0, 2).reshape(
        len(ROWS), len(scenarios), plan.draws, plan.replicates
    )
    return WorldTotals(np.ascontiguousarray(shaped[:, lived]))


def principles_to_folder(plan: PrinciplesPlan, folder: Path, how: How = PLAIN) -> PrinciplesResult:
    """Run a plan into a folder, or go on with it where it was stopped; raises as `fill`."""
    return fill(plan, folder, lambda store: share_principles(plan, store, how), write_tables, how)


def write_tables(result: PrinciplesResult, folder: Path) -> list[Path]:
    """Write all tables into a folder and give their paths."""
    shares = result.shares
    tables = (
        ("principles.csv", PRINCIPLES_COLUMNS, [values_of(row) for row in shares.rows]),
        ("whole.csv", WHOLE_COLUMNS, [values_of(row) for row in shares.whole]),
        ("interactions.csv", INTERACTIONS_COLUMNS, [values_of(row) for row in shares.interactions]),
        ("why.csv", WHY_COLUMNS, [values_of(row) for row in result.why]),
        ("trial_power.csv", TRIAL_COLUMNS, [values_of(row) for row in result.power]),
        ("variants.csv", VARIANTS_COLUMNS, [values_of(row) for row in result.variants]),
    )
    combinations = _write_combinations(result, folder / "combinations.parquet")
    return [combinations, *write_small_tables(folder, tables)]


def _write_combinations(result: PrinciplesResult, path: Path) -> Path:
    """Write every run of every coalition: means of all outcomes."""
    plan = result.plan
    columns = (
        Column("combination", "whole number", "", "number of the combination, a bit for each"),
        *(Column(name, "yes or no", "", f"whether {name} takes part") for name in plan.names),
        Column(
            "basis", "text", "", "where parameters come from: centre, prior, posterior or a variant"
        ),
        Column("draw", "whole number", "", "realisation of the uncertain parameters, from 0"),
        Column("replicate", "whole number", "", "number of the people and luck, from 0"),
        *(Column(one.name, "number", one.unit, one.meaning) for one in SHARED_OUTCOMES),
    )
    writer = TableWriter(path, columns, "parquet")
    runs = plan.draws * plan.replicates
    combination = np.repeat(plan.coalitions, runs)
    for basis, totals in result.totals.items():
        means = totals.means.reshape(len(SHARED_OUTCOMES), -1)
        writer.add(
            {
                "combination": combination,
                **{name: combination >> bit & 1 for bit, name in enumerate(plan.names)},
                "basis": Coded((basis,), np.zeros(combination.shape, dtype=np.int64)),
                "draw": np.tile(
                    np.repeat(np.arange(plan.draws), plan.replicates), len(plan.coalitions)
                ),
                "replicate": np.tile(plan.lucks.ravel(), len(plan.coalitions)),
                **{one.name: means[row] for row, one in enumerate(SHARED_OUTCOMES)},
            }
        )
    writer.close()
    return path


def shown_json(result: PrinciplesResult) -> dict[str, Any]:
    """Give all shares as JSON can hold them."""
    return {
        "principles": json_rows(result.shares.rows),
        "variants": json_rows(result.variants),
    }


KIND = Kind(
    name="principles",
    plan_from_json=plan_from_json,
    run=principles_to_folder,
    tables={
        "shares": "principles.csv",
        "whole": "whole.csv",
        "interactions": "interactions.csv",
        "why": "why.csv",
        "trial_power": "trial_power.csv",
        "variants": "variants.csv",
        "combinations": "combinations.parquet",
    },
    lines="ips_sim.analysis.principles.lines:shown_lines",
    json=shown_json,
    draw="ips_sim.report.principles_page:write_principles_page",
    has_own_page=True,
)
