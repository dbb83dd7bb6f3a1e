"""What runs are asked for and what they bring, the same from both drivers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ips_sim.model.arrays import Array


@dataclass(frozen=True)
class Runs:
    """Which runs to do: for each its draw, replicate and site.

    Attributes
    ----------
    draw, replicate, site
        Whole numbers, shape (runs,).
    """

    draw: NDArray[np.int64]
    replicate: NDArray[np.int64]
    site: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.site.shape[0])


@dataclass(frozen=True)
class RunResult:
    """What runs bring.

    Attributes
    ----------
    runs
        Which runs they were.
    people
        Everybody at the end of follow-up, records of type ``arrays.SEEKER``, run after run.
    offsets
        Shape (runs + 1,): the people of run i are ``people[offsets[i]:offsets[i + 1]]``.
    weekly
        Shape (runs, weeks, columns of ``Weekly``): people, hours or events in each week.
    """

    runs: Runs
    people: Array
    offsets: NDArray[np.int64]
    weekly: NDArray[np.float64]
