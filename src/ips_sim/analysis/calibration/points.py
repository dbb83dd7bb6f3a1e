"""Simulated points: where the simulator was asked, and what it said there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.space import Space
from ips_sim.analysis.calibration.statistics import (
    ARMS,
    fitted_targets,
    fitted_trials,
    simulate_statistics,
)
from ips_sim.model.arrays import Array
from ips_sim.runs.draws import records
from ips_sim.runs.how import How
from ips_sim.runs.tables import Coded, Column, TableWriter
from ips_sim.runs.work import Content, Store, Task, complete, stretches
from ips_sim.sources import source_hash

Floats = NDArray[np.float64]

POINTS = "points.parquet"
LOOKS = ("wide", "near", "again")
"""Over the whole prior range, around the first posterior, and some of those once more."""
BLOCK = 32
"""Points simulated and kept together."""
AGAIN = 64
"""Points that are simulated twice, to tell the simulator's own chance."""
REPLICATES_APART = 16
"""More than the replicates that any design takes for one point, so that no two points share."""


@dataclass(frozen=True)
class SimulatedPoints:
    """What was simulated for a fit.

    Attributes
    ----------
    coordinates
        Shape (points, parameters), those over the whole prior range first.
    table
        Shape (points, outputs) as `Statistics.table`.
    wide
        How many lie over the whole prior range.
    again
        Shape (some, outputs): the first of those near the posterior, simulated once more.
    """

    coordinates: Floats
    table: Floats
    wide: int
    again: Floats

    @property
    def noise(self) -> Floats:
        """Variance of the simulator's own chance at a point, shape (outputs,)."""
        apart = self.table[self.wide : self.wide + len(self.again)] - self.again
        finite = np.isfinite(apart).all(axis=1)
        return np.asarray((apart[finite] ** 2).mean(axis=0) / 2)


def parameter_records(space: Space, coordinates: Floats) -> Array:
    """Turn coordinates into parameter records, the parameters not free at their values."""
    values = space.values(coordinates)
    return records([dict(zip(space.names, map(float, row), strict=True)) for row in values])


@dataclass(frozen=True)
class PointBlock:
    """Points from ``first`` up to, not including, ``end``."""

    look: str
    first: int
    end: int

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"{self.look}-{self.first:06d}"

    def __len__(self) -> int:
        return self.end - self.first


class Look(Task[PointBlock]):
    """Points to simulate.

    Parameters
    ----------
    name
        One of `LOOKS`.
    parameters
        Records of the points.
    seed, first_replicate
        Of all chance; each point takes replicates of its own.
    """

    def __init__(self, name: str, parameters: Array, seed: int, first_replicate: int) -> None:
        self.name, self.parameters = name, parameters
        self.seed, self.first_replicate = seed, first_replicate
        self.stage = f"simulating {name}"
        self.source_hash = source_hash()

    def blocks(self) -> list[PointBlock]:
        """Cut the points into blocks."""
        return [
            PointBlock(self.name, *stretch) for stretch in stretches(len(self.parameters), BLOCK)
        ]

    def do(self, block: PointBlock, threads: int) -> Content:
        """Simulate the statistics of some points."""
        statistics = simulate_statistics(
            self.parameters[block.first : block.end],
            self.seed,
            threads,
            self.first_replicate + REPLICATES_APART * block.first,
        )
        return {"table": statistics.table()}


def simulate_look(look: Look, store: Store, how: How) -> Floats:
    """Simulate the points that a store does not have; gives all, shape (points, outputs)."""
    found = complete(look, store, how).values()
    return np.concatenate([holder.load("table")["table"] for holder in found])


def _columns(space: Space) -> tuple[Column, ...]:
    outputs = [
        *(
            (f"{one.name} {one.arm}", "simulated, on the scale of the fit")
            for one in fitted_targets()
        ),
        *(
            (f"{one.trial_id} {arm}", "simulated log odds of work")
            for one in fitted_trials()
            for arm in ARMS
        ),
        *((f"spread {what}", "of log odds between sites") for what in (*ARMS, "both")),
    ]
    return (
        Column(
            "look",
            "text",
            "",
            "wide: over the prior range; near: where the first fit lies; again: the first of those "
            "once more, with other chance",
        ),
        *(
            Column(name, "number", "", "place in the prior's range, from -1 to 1")
            for name in space.names
        ),
        *(Column(name, "number", "", meaning) for name, meaning in outputs),
    )


def write_points(points: SimulatedPoints, space: Space, folder: Path) -> Path:
    """Write simulated points as a table."""
    columns = _columns(space)
    again = slice(points.wide, points.wide + len(points.again))
    coordinates = np.concatenate([points.coordinates, points.coordinates[again]])
    numbers = np.concatenate([coordinates, np.concatenate([points.table, points.again])], axis=1)
    writer = TableWriter(folder / POINTS, columns, "parquet")
    near = len(points.table) - points.wide
    look = np.repeat(np.arange(len(LOOKS)), [points.wide, near, len(points.again)])
    writer.add(
        {
            "look": Coded(LOOKS, look),
            **{one.name: numbers[:, row] for row, one in enumerate(columns[1:])},
        }
    )
    writer.close()
    return folder / POINTS


def read_points(folder: Path, parameters: int) -> SimulatedPoints:
    """Read the table of simulated points."""
    from pyarrow import parquet  # type: ignore[import-untyped]

    with (folder / POINTS).open("rb") as file:
        table = parquet.read_table(file, use_threads=False)
    look = np.array(table.columns[0].to_pylist())
    numbers = np.array([column.to_numpy() for column in table.columns[1:]], dtype=np.float64).T
    again = look == LOOKS[2]
    return SimulatedPoints(
        numbers[~again, :parameters],
        np.ascontiguousarray(numbers[~again, parameters:]),
        int((look == LOOKS[0]).sum()),
        np.ascontiguousarray(numbers[again, parameters:]),
    )
