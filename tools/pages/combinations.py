"""Fidelity totals of every combination of the principles, for the page for a class.

``python -m tools.pages.combinations FOLDER`` visits what is missing in the folder, which may be
stopped and gone on with, and writes the table of the package. About an hour on an idle core; call
it after a change that moves what a reviewer sees.

Every combination is visited at the caseload from which exercises begin. At the others a fraction
is, from which it can be told by how much another caseload changes the total with and without each
principle; what was not visited there has its total at the first caseload and that change. (Pairs of
principles change it by no more than chance: with them, what is left out is missed by more.) In
other labour markets a few are visited, to see how far totals there lie from the ordinary ones.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ips_sim.analysis.classroom.lesson import lesson
from ips_sim.analysis.classroom.plan import (
    COMBINATIONS,
    EVERYTHING,
    ClassroomPlan,
    World,
    make_classroom_plan,
)
from ips_sim.analysis.classroom.reviews import COLUMNS, ORDINARY, TABLE, key_of
from ips_sim.analysis.fidelity.review import Visits, in_steady_state, visited
from ips_sim.analysis.fidelity.scoring import total_of
from ips_sim.evidence.tables import package_data
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.how import How
from ips_sim.runs.plan import Driver
from ips_sim.runs.work import Content, FileStore, Task, complete
from ips_sim.scenario.schema import PRINCIPLES
from ips_sim.sources import source_hash

AGENCIES = 5
SEED = 1
_BITS = range(len(PRINCIPLES))
_FREE = 6
_WORDS = ((0, 1, 2, 3), (0, 1, 4, 5))
"""The last two principles follow from these of the others in the fraction that is visited."""


def dropped() -> list[int]:
    """Give all principles, each dropped alone, every other one, and none."""
    alternating = sum(1 << bit for bit in _BITS if bit % 2)
    several = (0, alternating, EVERYTHING ^ alternating, EVERYTHING)
    return sorted({*several, *(EVERYTHING ^ 1 << bit for bit in _BITS)})


def fraction() -> list[int]:
    """Give combinations from which the effects of principles can be told apart.

    A quarter of all, of resolution five; and beside these all principles, each dropped alone, and
    none.
    """
    found = {EVERYTHING, 0, *(EVERYTHING ^ 1 << bit for bit in _BITS)}
    for number in range(1 << _FREE):
        bits = [number >> bit & 1 for bit in range(_FREE)]
        bits += [1 ^ sum(bits[bit] for bit in word) % 2 for word in _WORDS]
        found.add(sum(bit << place for place, bit in enumerate(bits)))
    return sorted(found)


@dataclass(frozen=True)
class Visit:
    """Visits to a world."""

    world: World

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"{self.world.market}-{self.world.caseload}-{self.world.combination}"

    def __len__(self) -> int:
        return 1


@dataclass(frozen=True)
class VisitsPlan(Task[Visit]):
    """Visits to some agencies of every combination that is to be visited."""

    plan: ClassroomPlan
    source_hash: str

    stage = "visits"
    driver: Driver = "mesa"

    def blocks(self) -> Sequence[Visit]:
        """Name the visits, those at the first caseload first."""
        first = lesson()["extra_caseload"]
        caseloads = [one for one in self.plan.caseloads if one != first]
        markets = [one for one in self.plan.markets if one != ORDINARY]
        worlds = [
            *(World(ORDINARY, first, number) for number in range(COMBINATIONS)),
            *(World(ORDINARY, caseload, number) for caseload in caseloads for number in fraction()),
            *(World(market, first, number) for market in markets for number in dropped()),
        ]
        return [Visit(world) for world in worlds]

    def do(self, block: Visit, threads: int) -> Content:
        """Visit the agencies of a combination."""
        steady = in_steady_state(self.plan.scenario_of(block.world))
        parameters = parameter_draws(steady, AGENCIES)
        return visited([(steady, parameters[one], one) for one in range(AGENCIES)], SEED)


def scored(plan: ClassroomPlan, world: World, content: Content) -> tuple[int, list[int]]:
    """Give the total of the agency in the middle, and that of each."""
    scenario = plan.scenario_of(world)
    visits = Visits.gathered([content])
    each = [total_of(visits.of_agency(scenario, one)) for one in visits.agencies]
    return total_of(visits.rows(scenario)), each


def effects(numbers: Sequence[int]) -> np.ndarray:
    """Give which principles are there, after a one; shape (numbers, principles and one)."""
    return np.array([[1, *(number >> bit & 1 for bit in _BITS)] for number in numbers], dtype=float)


def reckoned(
    seen: Mapping[int, int], first: Mapping[int, int]
) -> tuple[dict[int, int], float, float]:
    """Reckon what was not visited from what was.

    Parameters
    ----------
    seen
        Totals of combinations that were visited.
    first
        Totals of all at the first caseload.

    Returns
    -------
    totals of all, and by how much one is off when it is left out: the most, and the mean
    """
    numbers = list(seen)
    design = effects(numbers)
    change = np.array([seen[number] - first[number] for number in numbers], dtype=float)
    found, *_ = np.linalg.lstsq(design, change, rcond=None)
    leverage = np.einsum("ij,ji->i", design, np.linalg.pinv(design))
    missed = np.abs((change - design @ found) / (1.0 - leverage))
    told = effects(range(COMBINATIONS)) @ found
    totals = {number: round(first[number] + told[number]) for number in range(COMBINATIONS)}
    return {**totals, **seen}, float(missed.max()), float(missed.mean())


def renew(folder: Path) -> None:
    """Visit what is missing, and write the table."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = make_classroom_plan()
    task = VisitsPlan(plan, source_hash())

    def tell(stage: str, done: int, total: int) -> None:
        print(f"{stage}: {done} of {total}", flush=True)

    found = complete(task, FileStore(folder), How(jobs=1, progress=tell))
    seen = {one.world: scored(plan, one.world, found[one.name].load()) for one in task.blocks()}
    first = lesson()["extra_caseload"]

    def totals_at(caseload: int) -> dict[int, int]:
        return {
            world.combination: total
            for world, (total, _) in seen.items()
            if (world.market, world.caseload) == (ORDINARY, caseload)
        }

    totals = {world: total for world, (total, _) in seen.items()}
    off_by = {}
    for caseload in plan.caseloads:
        if caseload != first:
            told, most, mean = reckoned(totals_at(caseload), totals_at(first))
            print(f"{caseload}: off by {mean:.2f}, and at most by {most:.2f}")
            totals |= {World(ORDINARY, caseload, number): one for number, one in told.items()}
            off_by[caseload] = most
    table = package_data("fidelity_scale.csv").with_name(TABLE)
    keys = {at: key_of(plan, *at) for at in {(one.market, one.caseload) for one in totals}}
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for world in (one for one in plan.worlds if one in totals):
            agencies = seen[world][1] if world in seen else []
            off = 0.0 if agencies else off_by[world.caseload]
            place = (world.market, world.caseload)
            said = " ".join(map(str, agencies))
            writer.writerow(
                [*place, world.combination, totals[world], said, f"{off:.1f}", keys[place]]
            )


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
