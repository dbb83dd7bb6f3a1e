"""What a class sees, computed into a folder: a table of all worlds, and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ips_sim.analysis.classroom.counting import MEASURES, PER_RUN
from ips_sim.analysis.classroom.plan import (
    COMBINATIONS,
    EVERYTHING,
    ClassroomPlan,
    World,
    plan_from_json,
)
from ips_sim.analysis.classroom.plan import (
    KIND as NAME,
)
from ips_sim.model.outcomes import FINDERS, FloatArray
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import PAGE, Kind
from ips_sim.runs.partial import fill
from ips_sim.runs.tables import Column, write_rows
from ips_sim.runs.work import Store, complete
from ips_sim.scenario.schema import PRINCIPLES

TABLE = "worlds.csv"
COLUMNS = (
    Column("market", "text", "", "labour market"),
    Column("caseload", "whole number", "people", "for each specialist"),
    Column("combination", "whole number", "", "number of the combination, a bit for each"),
    *(Column(name, "yes or no", "", f"whether {name} is on") for name in PRINCIPLES),
    Column("extra", "text", "", "a world beside the combinations"),
    *(Column(name, "number", one.unit, one.label) for name, one in MEASURES.items()),
    Column("programme_cost_usd", "number", "US dollars", "what the programme costs a person"),
)


@dataclass(frozen=True)
class ClassroomResult:
    """What came out.

    Attributes
    ----------
    plan
        What was run.
    curves, per_run, measures
        As `count_world` gives them, world after world.
    """

    plan: ClassroomPlan
    curves: FloatArray
    per_run: FloatArray
    measures: FloatArray

    def cost(self, world: int) -> float:
        """Give the cost of the programme, US dollars a person."""
        return float(self.per_run[world, PER_RUN.index("programme_cost_usd")].mean())


def run_classroom(plan: ClassroomPlan, store: Store, how: How = PLAIN) -> ClassroomResult:
    """Run all worlds, apart from blocks that the store has."""
    found = [one.load() for one in complete(plan, store, how).values()]
    return ClassroomResult(
        plan,
        *(
            np.concatenate([one[name] for one in found])
            for name in ("curves", "per_run", "measures")
        ),
    )


def classroom_to_folder(plan: ClassroomPlan, folder: Path, how: How = PLAIN) -> ClassroomResult:
    """Run a plan into a folder, or go on with it where it was stopped; raises as `fill`."""
    return fill(plan, folder, lambda store: run_classroom(plan, store, how), write_table, how)


def write_table(result: ClassroomResult, folder: Path) -> list[Path]:
    """Write what every world came to."""
    rows = []
    for place, world in enumerate(result.plan.worlds):
        rows.append(
            [
                world.market,
                world.caseload,
                world.combination,
                *(world.combination >> bit & 1 for bit in range(len(PRINCIPLES))),
                world.extra,
                *(round(float(value), 4) for value in result.measures[place]),
                round(result.cost(place), 2),
            ]
        )
    write_rows(folder / TABLE, COLUMNS, rows)
    return [folder / TABLE]


def _ends(result: ClassroomResult) -> list[tuple[World, list[float]]]:
    """Give people who ever work and cost, without any principle and with all."""
    row = list(MEASURES).index(FINDERS)
    found = []
    for first, world in enumerate(result.plan.worlds):
        if world.combination or world.extra:
            continue
        values = [
            value
            for place in (first, first + EVERYTHING)
            for value in (float(result.measures[place, row]), result.cost(place))
        ]
        found.append((world, values))
    return found


def shown_lines(result: ClassroomResult) -> Sequence[tuple[str, ...] | str]:
    """Give the ends of each caseload and market, as rows."""
    header = ("market", "caseload", "work, none", "cost, none", "work, all", "cost, all")
    rows = [
        (world.market, str(world.caseload), f"{a:.0f}", f"${b:,.0f}", f"{c:.0f}", f"${d:,.0f}")
        for world, (a, b, c, d) in _ends(result)
    ]
    return [
        header,
        *rows,
        "",
        "Of 100 people, those who ever have a competitive job, and what the programme costs a "
        "person, without any principle and with all eight.",
        f"{PAGE} holds all {COMBINATIONS} combinations: open it in a browser.",
    ]


def shown_json(result: ClassroomResult) -> dict[str, Any]:
    """Give the same as JSON can hold it."""
    return {
        "worlds": [
            {
                "market": world.market,
                "caseload": world.caseload,
                "nothing": {"people_who_work": a, "programme_cost_usd": b},
                "everything": {"people_who_work": c, "programme_cost_usd": d},
            }
            for world, (a, b, c, d) in _ends(result)
        ]
    }


KIND = Kind(
    name=NAME,
    plan_from_json=plan_from_json,
    run=classroom_to_folder,
    tables={"worlds": TABLE},
    lines=shown_lines,
    json=shown_json,
    draw="ips_sim.report.classroom_page:write_classroom_page",
    tells_progress=True,
    has_own_page=True,
)
