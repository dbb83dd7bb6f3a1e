"""What an experiment changes: factors, each with its values or its range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Literal

Scale = Literal["uniform", "logarithmic", "normal", "lognormal", "triangular"]

_NORMAL = NormalDist()
PRIOR_SD_SHARE = 0.25
"""Standard deviation of normal and lognormal priors, as a share of the range."""


@dataclass(frozen=True)
class Range:
    """Values between two ends.

    Attributes
    ----------
    low, high
        The ends.
    whole
        Whether only whole numbers count.
    scale
        How the values are spread between the ends; all but ``uniform`` and ``logarithmic`` are
        priors of parameters, cut off at the ends.
    centre
        Where a prior peaks.
    steps
        How many values a grid takes, the ends among them.
    """

    low: float
    high: float
    whole: bool = False
    scale: Scale = "uniform"
    centre: float = math.nan
    steps: int = 0

    def at(self, share: float) -> float | int:
        """Give the value below which a share of all values lies."""
        if self.whole:
            count = int(self.high) - int(self.low) + 1
            return int(self.low) + min(int(share * count), count - 1)
        low, centre, high = self._ends
        if self.scale == "triangular":
            value = _triangular(share, low, centre, high)
        elif self.scale in ("normal", "lognormal"):
            below, beneath = self._cut_off
            spread = PRIOR_SD_SHARE * (high - low)
            value = centre + spread * _NORMAL.inv_cdf(below + share * (beneath - below))
        else:
            value = low + share * (high - low)
        # Rounding must not carry a value past the ends.
        return min(max(math.exp(value) if self._is_log else value, self.low), self.high)

    @property
    def _is_log(self) -> bool:
        return self.scale in ("logarithmic", "lognormal")

    @cached_property
    def _ends(self) -> tuple[float, float, float]:
        """Low end, centre and high end, as logarithms where the scale is of these."""
        centre = self.low if math.isnan(self.centre) else self.centre
        low, middle, high = (
            math.log(one) if self._is_log else one for one in (self.low, centre, self.high)
        )
        return low, middle, high

    @cached_property
    def _cut_off(self) -> tuple[float, float]:
        """How much of a normal prior lies below the low end, and below the high end."""
        low, centre, high = self._ends
        spread = PRIOR_SD_SHARE * (high - low)
        return _NORMAL.cdf((low - centre) / spread), _NORMAL.cdf((high - centre) / spread)

    def grid(self) -> list[float | int]:
        """Give ``steps`` values at equal distances, the ends among them; each whole one once."""
        if self.whole:
            distance = (self.high - self.low) / (self.steps - 1)
            rounded = (math.floor(self.low + row * distance + 0.5) for row in range(self.steps))
            return list(dict.fromkeys(rounded))
        flat = Range(self.low, self.high, scale="logarithmic" if self._is_log else "uniform")
        return [flat.at(row / (self.steps - 1)) for row in range(self.steps)]


def _triangular(share: float, low: float, centre: float, high: float) -> float:
    width = high - low
    if share * width <= centre - low:
        return low + math.sqrt(share * width * (centre - low))
    return high - math.sqrt((1 - share) * width * (high - centre))


@dataclass(frozen=True)
class Factor:
    """One thing that an experiment varies, or several that it moves together.

    Attributes
    ----------
    name
        The dotted name; for several together, the name that the file gives them.
    targets
        The dotted names that it sets.
    unit, meaning
        Of the first of them.
    levels
        Values listed, for each a value of every target; empty if there is a range.
    range
        The range, if no values are listed.
    """

    name: str
    targets: tuple[str, ...]
    unit: str
    meaning: str
    levels: tuple[tuple[object, ...], ...] = ()
    range: Range | None = None

    @property
    def is_number(self) -> bool:
        """Whether its (first) values lie on an axis of numbers."""
        return self.range is not None or all(
            isinstance(level[0], int | float) and not isinstance(level[0], bool)
            for level in self.levels
        )

    def at(self, share: float) -> tuple[object, ...]:
        """Give the values of its targets at a place from 0 to 1; listed ones are equally likely."""
        if self.range is not None:
            return (self.range.at(share),)
        return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]

    def grid(self) -> list[tuple[object, ...]]:
        """Give all values that a grid takes."""
        if self.range is not None:
            return [(value,) for value in self.range.grid()]
        return list(self.levels)
