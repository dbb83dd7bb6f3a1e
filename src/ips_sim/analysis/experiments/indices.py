"""Sensitivity indices through SALib, with bootstrap intervals, and never a NaN.

Everything here works on plain arrays, places of points from 0 to 1 and a value for each, so the
same functions serve the model and the test functions whose indices are known.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.experiments.designs import Part
from ips_sim.analysis.experiments.experiment import Method
from ips_sim.runs.ranges import HIGH, LOW, NORMAL_90

Floats = NDArray[np.float64]

CONFIDENCE = 0.9
CONSTANT, FAILED = "constant", "failed"
"""Words that stand for an index of an outcome that never changes, or is missing at most points."""

LEAST_SHARE = 0.5
"""Share of a part's points that must have a value."""
LEAST_GROUPS = 4
"""Base samples or trajectories that must be whole."""
SMALLEST_SPREAD = 1e-12
"""Spread, relative to the size of the values, below which an outcome counts as constant."""

PAWN_SLIDES = 10
REGIONS = 10
MOST_RESAMPLES: Mapping[Method, int] = {"pawn": 50, "regional": 50, "delta": 20}
"""Bootstrap samples at most, for methods that take long over each."""


@dataclass(frozen=True)
class Index:
    """A sensitivity index.

    Attributes
    ----------
    method
        The method.
    factor
        What it is of; for the second order two factors, joined by `` × ``.
    index
        Which of the method's indices.
    value, low, high
        The index with its 90 % bootstrap interval, or a word that says why there is none.
    """

    method: str
    factor: str
    index: str
    value: float | str
    low: float | str
    high: float | str


@dataclass(frozen=True)
class Settings:
    """How indices are worked out.

    Attributes
    ----------
    problem
        The factors, as SALib wants them.
    names
        What indices are given for: factors, or groups of them.
    resamples
        Bootstrap samples behind an interval.
    second_order
        Whether Sobol's design holds the points for pairs.
    levels
        Of Morris's grid.
    seed
        Of the bootstrap.
    """

    problem: Mapping[str, Any]
    names: Sequence[str]
    resamples: int
    second_order: bool = False
    levels: int = 4
    seed: int = 1


def indices_of(part: Part, method: Method, values: Floats, settings: Settings) -> list[Index]:
    """Work out the indices of one method for one outcome.

    Parameters
    ----------
    part
        The points that the method reads.
    method
        One of the part's methods.
    values
        The outcome at each of them, shape (points,); NaN where there is none. A base sample or a
        trajectory with such a point is left out.
    settings
        How.

    Raises
    ------
    ValueError
        If there is not a value for each point.
    """
    if values.shape != (len(part.places),):
        msg = f"{len(part.places)} points and {values.shape} values: design and results differ"
        raise ValueError(msg)
    groups = values.reshape(-1, part.step)
    whole = np.isfinite(groups).all(axis=1)
    needed = max(LEAST_SHARE * len(groups), LEAST_GROUPS)
    if whole.sum() < needed:
        return _in_a_word(method, settings, FAILED)
    kept = np.repeat(whole, part.step)
    y, places = values[kept], part.places[kept]
    if np.ptp(y) <= SMALLEST_SPREAD * max(1.0, float(np.abs(y).max())):
        return _in_a_word(method, settings, CONSTANT)
    with _calm():
        found = _ANALYSES[method](places, y, settings)
    return [_without_nan(one) for one in found]


def _in_a_word(method: Method, settings: Settings, word: str) -> list[Index]:
    return [
        Index(method, name, index, word, word, word)
        for name in settings.names
        for index in INDEX_NAMES[method]
        if index != "second_order"
    ]


INDEX_NAMES: Mapping[Method, tuple[str, ...]] = {
    "morris": ("mu_star", "mu", "sigma"),
    "sobol": ("first_order", "total_order", "second_order"),
    "pawn": ("median", "maximum"),
    "delta": ("delta", "first_order"),
    "regional": ("mean", "maximum"),
}
"""The indices that each method gives; the first is the one that factors are ranked by, but for
Sobol's, which are ranked by the total order."""


def ranking_index(method: str) -> str:
    """Name the index that factors are ranked by."""
    return "total_order" if method == "sobol" else INDEX_NAMES[_as_method(method)][0]


def _as_method(method: str) -> Method:
    return next(one for one in INDEX_NAMES if one == method)


def _sobol(places: Floats, y: Floats, settings: Settings) -> list[Index]:
    from SALib.analyze import sobol  # type: ignore[import-untyped]

    found = sobol.analyze(
        dict(settings.problem),
        y,
        calc_second_order=settings.second_order,
        num_resamples=settings.resamples,
        conf_level=CONFIDENCE,
        seed=_seed(settings),
    )
    made = []
    for position, name in enumerate(settings.names):
        for index, key in (("first_order", "S1"), ("total_order", "ST")):
            made.append(
                _around("sobol", name, index, found[key][position], found[f"{key}_conf"][position])
            )
    if settings.second_order:
        for one, other in _pairs(len(settings.names)):
            pair = f"{settings.names[one]} × {settings.names[other]}"
            value, error = found["S2"][one, other], found["S2_conf"][one, other]
            made.append(_around("sobol", pair, "second_order", value, error))
    return made


def _morris(places: Floats, y: Floats, settings: Settings) -> list[Index]:
    from SALib.analyze import morris

    def analysed(rows: slice, resamples: int) -> dict[str, Floats]:
        found = morris.analyze(
            dict(settings.problem),
            places[rows],
            y[rows],
            num_resamples=resamples,
            conf_level=CONFIDENCE,
            num_levels=settings.levels,
            seed=_seed(settings),
        )
        return {
            name: np.ma.filled(np.ma.asarray(found[name], dtype=float), np.nan)
            for name in ("mu_star", "mu", "sigma", "mu_star_conf")
        }

    found = analysed(slice(None), settings.resamples)
    # The mean of a single trajectory is its effect: resampling these is resampling trajectories.
    step = len(settings.names) + 1
    effects = np.array(
        [analysed(slice(first, first + step), 2)["mu"] for first in range(0, len(y), step)]
    )
    random = np.random.default_rng(_seed(settings))
    chosen = effects[random.integers(len(effects), size=(settings.resamples, len(effects)))]
    spread = np.array([chosen.mean(axis=1), chosen.std(axis=1, ddof=1)])
    ends = np.quantile(spread, (LOW, HIGH), axis=1)
    made = []
    for position, name in enumerate(settings.names):
        value, error = found["mu_star"][position], found["mu_star_conf"][position]
        made.append(_around("morris", name, "mu_star", value, error, least=0.0))
        for row, index in enumerate(("mu", "sigma")):
            if np.isnan(found[index][position]):
                continue  # a group has no sigma: its effects are not those of one factor
            low, high = ends[0, row, position], ends[1, row, position]
            made.append(Index("morris", name, index, float(found[index][position]), low, high))
    return made


def _pawn(places: Floats, y: Floats, settings: Settings) -> list[Index]:
    from SALib.analyze import pawn

    def analysed(rows: NDArray[np.intp] | slice) -> Floats:
        found = pawn.analyze(
            _ungrouped(settings), places[rows], y[rows], S=PAWN_SLIDES, seed=_seed(settings)
        )
        return _by_name(np.array([found["median"], found["maximum"]]), settings)

    return _resampled("pawn", analysed, len(y), settings)


def _regional(places: Floats, y: Floats, settings: Settings) -> list[Index]:
    from SALib.analyze import rsa

    problem = _ungrouped(settings)

    def analysed(rows: NDArray[np.intp] | slice) -> Floats:
        found = rsa.analyze(problem, places[rows], y[rows], bins=REGIONS, target="Y")
        table = np.array([found[name] for name in problem["names"]])
        # Bins without two different outcomes have no distance; the others tell.
        # The statistic grows with the points; divided by this it is a distance.
        size = len(y) * (REGIONS - 1) / REGIONS**2
        filled = np.where(np.isnan(table), 0.0, table) / size
        count = np.maximum(np.isfinite(table).sum(axis=1), 1)
        return _by_name(np.array([filled.sum(axis=1) / count, filled.max(axis=1)]), settings)

    return _resampled("regional", analysed, len(y), settings)


def _delta(places: Floats, y: Floats, settings: Settings) -> list[Index]:
    from SALib.analyze import delta

    found = delta.analyze(
        _ungrouped(settings),
        places,
        y,
        num_resamples=_resamples("delta", settings),
        conf_level=CONFIDENCE,
        seed=_seed(settings),
    )
    # SALib 1.6 tells three ways to resample apart; the one that follows the sample is the old one.
    key = "delta_raw" if "delta_raw" in found else "delta"
    made = []
    values = _by_name(np.array([found[key], found["S1"]], dtype=float), settings)
    errors = _by_name(np.array([found[f"{key}_conf"], found["S1_conf"]], dtype=float), settings)
    for position, name in enumerate(settings.names):
        for row, index in enumerate(INDEX_NAMES["delta"]):
            value, error = values[row, position], errors[row, position]
            made.append(_around("delta", name, index, value, error))
    return made


_ANALYSES: Mapping[Method, Callable[[Floats, Floats, Settings], list[Index]]] = {
    "morris": _morris,
    "sobol": _sobol,
    "pawn": _pawn,
    "delta": _delta,
    "regional": _regional,
}


def _resampled(
    method: Method,
    analysed: Callable[[NDArray[np.intp] | slice], Floats],
    points: int,
    settings: Settings,
) -> list[Index]:
    """Indices of a method for which SALib gives no interval, with one from resampled points.

    A point that is drawn twice makes distances larger, so that the resampled indices lie above the
    index itself; their standard deviation is taken, as SALib does for other methods.
    """
    values = analysed(slice(None))
    random = np.random.default_rng(_seed(settings))
    resamples = [
        analysed(random.integers(points, size=points)) for _ in range(_resamples(method, settings))
    ]
    errors = NORMAL_90 * np.std(resamples, axis=0, ddof=1)
    return [
        _around(method, name, index, values[row, position], errors[row, position], least=0.0)
        for position, name in enumerate(settings.names)
        for row, index in enumerate(INDEX_NAMES[method])
    ]


def _resamples(method: Method, settings: Settings) -> int:
    return min(settings.resamples, MOST_RESAMPLES.get(method, settings.resamples))


def _around(
    method: Method, name: str, index: str, value: float, error: float, least: float = -np.inf
) -> Index:
    return Index(
        method, name, index, float(value), max(float(value - error), least), float(value + error)
    )


def _without_nan(index: Index) -> Index:
    numbers = (index.value, index.low, index.high)
    if all(isinstance(one, str) or np.isfinite(one) for one in numbers):
        return index
    word = FAILED
    return Index(index.method, index.factor, index.index, word, word, word)


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    return ((one, other) for one in range(count) for other in range(one + 1, count))


def _ungrouped(settings: Settings) -> dict[str, Any]:
    return {name: value for name, value in settings.problem.items() if name != "groups"}


def _by_name(values: Floats, settings: Settings) -> Floats:
    """Give each group the mean of its factors, as SALib does for methods without groups."""
    groups = settings.problem.get("groups")
    if groups is None:
        return values
    labels = list(dict.fromkeys(groups))
    member = np.array([[group == label for group in groups] for label in labels], dtype=float)
    means: Floats = values @ (member / member.sum(axis=1, keepdims=True)).T
    return means


def _seed(settings: Settings) -> int:
    """A seed that SALib takes for one: not 0, which it reads as none, and of 32 bits."""
    return settings.seed % (2**32 - 1) + 1


@contextmanager
def _calm() -> Iterator[None]:
    """Leave NumPy's generator and Python's warnings as they were, which SALib does not."""
    state, written = np.random.get_state(), warnings.formatwarning  # noqa: NPY002
    try:
        # Recorded and dropped: SALib sets filters of its own, so a filter would not hold.
        with warnings.catch_warnings(record=True), np.errstate(all="ignore"):
            yield
    finally:
        np.random.set_state(state)  # noqa: NPY002
        warnings.formatwarning = written
