"""The space of the uncertain parameters: priors, and coordinates from -1 to 1 along each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ips_sim.evidence.parameters import ParameterInfo, load_parameters

Floats = NDArray[np.float64]

PRIOR_SD = 0.5
"""Standard deviation of normal and lognormal priors: a quarter of the range, which is 2 wide."""
LEAST_DENSITY = 1e-3
"""Density that a triangular prior keeps at its ends, so that a bound is no wall."""


@dataclass(frozen=True)
class Pin:
    """A prior that a structural variant narrows: normal, in the parameter's own unit."""

    centre: float
    sd: float


@dataclass(frozen=True)
class Space:
    """Free parameters and their priors.

    Coordinates run from -1 at ``low`` to 1 at ``high``, on the log scale where the prior is
    lognormal.  Normal and lognormal priors are centred on ``centre`` with a quarter of the range
    as standard deviation; triangular ones peak there; all are cut off at the range.

    Attributes
    ----------
    infos
        The parameters, in order.
    centre
        Shape (parameters,): coordinates of the priors' centres.
    pins
        By name, priors that a structural variant puts in place of the parameter's own.
    """

    infos: tuple[ParameterInfo, ...]
    centre: Floats
    pins: Mapping[str, Pin] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Names of the parameters, in order."""
        return [info.name for info in self.infos]

    def coordinates(self, values: Floats) -> Floats:
        """Turn values, shape (points, parameters), into coordinates."""
        low, high, is_log = self._bounds()
        scaled = np.where(is_log, np.log(np.where(is_log, values, 1.0)), values)
        return np.asarray(2 * (scaled - low) / (high - low) - 1)

    def values(self, coordinates: Floats) -> Floats:
        """Turn coordinates, shape (points, parameters), into values."""
        low, high, is_log = self._bounds()
        scaled = low + (coordinates + 1) / 2 * (high - low)
        return np.asarray(np.where(is_log, np.exp(np.where(is_log, scaled, 0.0)), scaled))

    def log_prior(self, coordinates: Floats) -> Floats:
        """Evaluate the log density of the priors up to a constant, shape (points,)."""
        total = np.zeros(len(coordinates))
        for column, info in enumerate(self.infos):
            along, centre = coordinates[:, column], self.centre[column]
            sd = self._normal_sd(info)
            if sd is None:
                rising = (along + 1) / max(centre + 1, LEAST_DENSITY)
                falling = (1 - along) / max(1 - centre, LEAST_DENSITY)
                total += np.log(np.clip(np.minimum(rising, falling), LEAST_DENSITY, 1))
            else:
                total -= ((along - centre) / sd) ** 2 / 2
        total[(np.abs(coordinates) > 1).any(axis=1)] = -np.inf
        return total

    def draw_prior(self, count: int, random: np.random.Generator) -> Floats:
        """Draw coordinates from the priors, shape (count, parameters)."""
        drawn = np.empty((count, len(self.infos)))
        for column, info in enumerate(self.infos):
            centre = self.centre[column]
            sd = self._normal_sd(info)
            if sd is None:
                drawn[:, column] = random.triangular(-1, centre, 1, count)
            else:
                # Redrawing what falls outside cuts the normal density off at the range.
                values = random.normal(centre, sd, count)
                while (outside := np.abs(values) > 1).any():
                    values[outside] = random.normal(centre, sd, int(outside.sum()))
                drawn[:, column] = values
        return drawn

    def _normal_sd(self, info: ParameterInfo) -> float | None:
        """Give the standard deviation of a normal prior in coordinates; None if triangular."""
        if info.name in self.pins:
            return 2 * self.pins[info.name].sd / (info.high - info.low)
        return None if info.distribution == "triangular" else PRIOR_SD

    def _bounds(self) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        is_log = np.array([info.distribution == "lognormal" for info in self.infos])
        low = np.array([info.low for info in self.infos])
        high = np.array([info.high for info in self.infos])
        low = np.where(is_log, np.log(np.where(is_log, low, 1.0)), low)
        high = np.where(is_log, np.log(np.where(is_log, high, 1.0)), high)
        return low, high, is_log


def space_of(names: list[str], pins: Mapping[str, Pin] | None = None) -> Space:
    """Build the space of some parameters.

    Parameters
    ----------
    names
        Parameters to free.
    pins
        Narrower priors of some of them, by which a structural variant is told apart.

    Raises
    ------
    KeyError
        If a name is no parameter.
    ValueError
        If a fixed parameter is named, or a pinned one is not free or on the log scale.
    """
    known, pinned = load_parameters(), dict(pins or {})
    infos = tuple(known[name] for name in names)
    fixed = [info.name for info in infos if info.distribution == "fixed"]
    if fixed:
        msg = f"fixed parameters can't be calibrated: {', '.join(fixed)}"
        raise ValueError(msg)
    usable = [info.name for info in infos if info.distribution != "lognormal"]
    if wrong := [name for name in pinned if name not in usable]:
        msg = f"only free parameters on their own scale can be pinned, not {', '.join(wrong)}"
        raise ValueError(msg)
    space = Space(infos, np.zeros(len(infos)), pinned)
    centre = [
        pinned[info.name].centre if info.name in pinned else info.prior_centre for info in infos
    ]
    return Space(infos, space.coordinates(np.array([centre]))[0], pinned)
