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
class Seen:
    """What stood in people's fields, and in weekly figures, at the end of some weeks.

    Attributes
    ----------
    people
        Shape (weeks asked for, fields asked for, people).
    weekly
        Weekly figures so far, added up, shape (weeks asked for, runs, columns of ``Weekly``).
    """

    people: NDArray[np.float64]
    weekly: NDArray[np.float64]


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
    seen
        What stood there along the way, where that was asked for.
    """

    runs: Runs
    people: Array
    offsets: NDArray[np.int64]
    weekly: NDArray[np.float64]
    seen: Seen | None = None
