"""Survival curves from counts by week, as Kaplan and Meier estimate them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Survival:
    """Estimated chance of no event yet, after each whole week.

    Attributes
    ----------
    surviving
        Shape (..., weeks + 1), from week 0; an event in week w counts at w.
    at_risk
        People under observation without an event just before week w, same shape.
    """

    surviving: FloatArray
    at_risk: IntArray

    def median_weeks(self) -> int | None:
        """Give the first week at which half or fewer are left; None if never reached.

        Raises
        ------
        ValueError
            If there is more than one curve.
        """
        if self.surviving.ndim != 1:
            raise ValueError("the median is asked of one curve at a time")
        reached = np.flatnonzero(self.surviving <= 0.5)
        return int(reached[0]) if reached.size else None


def kaplan_meier(events: npt.ArrayLike, censored: npt.ArrayLike) -> Survival:
    """Estimate survival from how many had the event, or were last seen, in each week.

    Parameters
    ----------
    events, censored
        Shape (..., weeks + 1), counts of people by whole week from 0. People censored in a week
        are still at risk in it, as is usual.

    Returns
    -------
    Survival
        One curve for each leading index. After everyone is gone the curve stays where it was.

    Raises
    ------
    ValueError
        If shapes differ or a count is negative.
    """
    had = np.asarray(events, dtype=np.int64)
    lost = np.asarray(censored, dtype=np.int64)
    if had.shape != lost.shape:
        raise ValueError(f"events have shape {had.shape}, censored {lost.shape}")
    if (had < 0).any() or (lost < 0).any():
        raise ValueError("counts of people must not be negative")
    leaving = had + lost
    at_risk = np.cumsum(leaving[..., ::-1], axis=-1)[..., ::-1]
    staying: FloatArray = 1.0 - had / np.maximum(at_risk, 1).astype(np.float64)
    surviving: FloatArray = np.cumprod(staying, axis=-1, dtype=np.float64)
    return Survival(surviving, at_risk)


def counted_by_week(
    weeks: npt.ArrayLike, observed: npt.ArrayLike, most_weeks: int
) -> tuple[IntArray, IntArray]:
    """Count people by the week of their event, and by the week they were last seen without it.

    Parameters
    ----------
    weeks
        Whole weeks until event or last sight, shape (people,), from 0 to `most_weeks`.
    observed
        Whether the event happened, shape (people,).
    most_weeks
        Longest follow-up.

    Returns
    -------
    tuple of two arrays of int64, shape (most_weeks + 1,)
        Events and censored, for `kaplan_meier`.

    Raises
    ------
    ValueError
        If someone's weeks lie outside 0 to `most_weeks`.
    """
    lengths = np.asarray(weeks, dtype=np.int64)
    happened = np.asarray(observed, dtype=bool)
    if lengths.size and (lengths.min() < 0 or lengths.max() > most_weeks):
        raise ValueError(f"weeks must lie between 0 and {most_weeks}")
    events = np.bincount(lengths[happened], minlength=most_weeks + 1)
    censored = np.bincount(lengths[~happened], minlength=most_weeks + 1)
    return events.astype(np.int64), censored.astype(np.int64)
