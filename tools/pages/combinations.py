"""Fidelity totals of every combination of the principles, for the page for a class.

``python -m tools.pages.combinations FOLDER`` visits what is missing in the folder, which may be
stopped and gone on with, and writes the table of the package. About an hour on an idle core; call
it after a change that moves what a reviewer sees.

Every combination is visited at the caseload from which exercises begin. At the others a fraction
is, from which it can be told by how much another caseload changes the total with and without each
principle; what was not visited there has its total at the first caseload and that change. (Pairs of
principles change it by no more than chance: with them, what is left out is missed by more.)
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
from ips_sim.analysis.classroom.reviews import COLUMNS, TABLE, key_of
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
MARKET = "ordinary"
_BITS = range(len(PRINCIPLES))
_FREE = 6
_WORDS = ((0, 1, 2, 3), (0, 1, 4, 5))
"""The last two principles follow from these of the others in the fraction that is visited."""


def fraction() -> list[int]:
    """Give combinations from which the effects of principles can be told apart.

    A quarter of all, of resolution five, with all principles among them; and beside these each
    principle dropped alone, and none.
    """
    found = {EVERYTHING, 0, *(EVERYTHING ^ 1 << bit for bit in _BITS)}
    for number in range(1 << _FREE):
        bits = [number >> bit & 1 for bit in range(_FREE)]
        bits += [1 ^ sum(bits[bit] for bit in word) % 2 for word in _WORDS]
        found.add(sum(bit << place for place, bit in enumerate(bits)))
    return sorted(found)


@dataclass(frozen=True)
class Visit:
    """A combination at a caseload."""

    caseload: int
    combination: int

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"visits-{self.caseload}-{self.combination}"

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
        others = [one for one in self.plan.caseloads if one != first]
        return [
            *(Visit(first, number) for number in range(COMBINATIONS)),
            *(Visit(caseload, number) for caseload in others for number in fraction()),
        ]

    def do(self, block: Visit, threads: int) -> Content:
        """Visit the agencies of a combination."""
        world = World(MARKET, block.caseload, block.combination)
        steady = in_steady_state(self.plan.scenario_of(world))
        parameters = parameter_draws(steady, AGENCIES)
        return visited([(steady, parameters[one], one) for one in range(AGENCIES)], SEED)


def scored(plan: ClassroomPlan, visit: Visit, content: Content) -> tuple[int, list[int]]:
    """Give the total of the agency in the middle, and that of each."""
    scenario = plan.scenario_of(World(MARKET, visit.caseload, visit.combination))
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
    seen = {one: scored(plan, one, found[one.name].load()) for one in task.blocks()}
    first = lesson()["extra_caseload"]
    at_first = {one.combination: total for one, (total, _) in seen.items() if one.caseload == first}
    table = package_data("fidelity_scale.csv").with_name(TABLE)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for caseload in plan.caseloads:
            key = key_of(plan, MARKET, caseload)
            here = {one.combination: made for one, made in seen.items() if one.caseload == caseload}
            totals, off_by, mean = (
                reckoned({number: total for number, (total, _) in here.items()}, at_first)
                if caseload != first
                else (at_first, 0.0, 0.0)
            )
            print(f"{caseload}: {len(here)} visited, off by {mean:.2f} and at most {off_by:.2f}")
            for number in range(COMBINATIONS):
                agencies = " ".join(map(str, here[number][1])) if number in here else ""
                off = 0.0 if number in here else off_by
                writer.writerow([caseload, number, totals[number], agencies, f"{off:.1f}", key])


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
