"""Figures of a sweep: response curves, heat maps, and where the goal is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ips_sim.analysis.experiments.point_means import PointMeans
from ips_sim.analysis.experiments.sweep import Sweep
from ips_sim.report.drawing import ToDraw, in_words, label, mark_values, titled
from ips_sim.report.figures import parts
from ips_sim.scenario.catalogue import show_value
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_FIGURES = 8
MOST_PANELS = 6
MOST_LINES = 6
BINS = 10
CELL_INCHES = 0.34
_MOST_CELLS_WITH_NUMBERS = 10


@dataclass(frozen=True)
class _Axis:
    """One factor of a grid: its name and what its levels are called."""

    name: str
    unit: str
    labels: tuple[str, ...]
    numbers: tuple[float, ...] | None


def sweep_figures(sweep: Sweep) -> list[ToDraw]:
    """Plan the figures of a sweep's outcomes.

    Grids of one factor become response curves, grids of more become heat maps and curves, other
    designs a curve along each factor. Points in the best region are framed.
    """
    return list(_figures(sweep))


def _figures(sweep: Sweep) -> Iterator[ToDraw]:
    for means in list(sweep.means.values())[:MOST_FIGURES]:
        if not np.isfinite(means.mean).any():
            continue
        about = label(means.outcome)
        if sweep.experiment.design in ("grid", "list"):
            axes = _axes(sweep)
            bands = (
                "Bands are 90 % ranges of the draws of the uncertain parameters."
                if means.by_draw.shape[1] > 1
                else "Bands are 90 % intervals of the mean: what is left of chance, and nothing of "
                "what one programme may differ by or of what nobody knows of the parameters."
            )
            yield ToDraw(
                _file_name(means, "curves"),
                f"{about}: how does it change?",
                f"{bands} All points share people and luck, so that they differ less by chance "
                "than their bands are wide.",
                partial(_curves, sweep, axes, means),
            )
            if len(axes) > 1:
                yield ToDraw(
                    _file_name(means, "map"),
                    f"{about}: what comes of which combination?",
                    "Each field is the mean of a point; darker is more.",
                    partial(_maps, sweep, axes, means),
                )
        else:
            yield ToDraw(
                _file_name(means, "along"),
                f"{about}: how does it change along each of them?",
                "Pale dots are points of the design, all else changing too; the line is the mean "
                "of each tenth of them.",
                partial(_along, sweep, means),
            )


def _file_name(means: PointMeans, kind: str) -> str:
    return f"{means.outcome}-{kind}".replace("_", "-")


def _axes(sweep: Sweep) -> list[_Axis]:
    factors = sweep.experiment.factors
    grids = [factor.grid() for factor in factors]
    if sweep.experiment.design == "list":
        # Points in a row, told apart by all that changes.
        labels = tuple(", ".join(map(show_value, values)) for values in sweep.plan.values)
        alone = len(factors) == 1 and factors[0].is_number
        numbers = tuple(float(values[0]) for values in grids[0]) if alone else None  # type: ignore[arg-type]
        return [_Axis(", ".join(in_words(one.name) for one in factors), "", labels, numbers)]
    return [
        _Axis(
            in_words(factor.name),
            factor.unit,
            tuple(show_value(values[0]) for values in grid),
            tuple(float(values[0]) for values in grid) if factor.is_number else None,  # type: ignore[arg-type]
        )
        for factor, grid in zip(factors, grids, strict=True)
    ]


def _titled(axis: _Axis) -> str:
    shown = axis.unit and axis.unit not in axis.name and axis.unit not in ("share", "people")
    return f"{axis.name} ({axis.unit})" if shown else axis.name


def _curves(sweep: Sweep, axes: Sequence[_Axis], means: PointMeans) -> Figure:
    """The outcome along the longest axis of numbers, a line for each level of another."""
    shape = [len(axis.labels) for axis in axes]
    along = max(range(len(axes)), key=lambda one: (axes[one].numbers is not None, shape[one], -one))
    others = [one for one in range(len(axes)) if one != along]
    low, high = means.interval
    mean, low, high = (one.reshape(shape) for one in (means.mean, low, high))
    combinations = list(product(*(range(shape[one]) for one in others)))
    chosen = [combinations[row] for row in _evenly(len(combinations), MOST_LINES)]
    labels = [_combined(axes, others, one) for one in chosen]
    lines = parts.looks(labels)
    key = sum(parts.key_rows(lines)) if others else 0.0
    figure = style.blank(3.1 + key)
    panel = style.panel(figure, 0.75, 0.6 + key, style.inches_wide() - 0.95, 2.2)
    axis = axes[along]
    places = axis.numbers or tuple(map(float, range(shape[along])))
    for combination, line in zip(chosen, lines, strict=True):
        at: list[Any] = [0] * len(axes)
        at[along] = slice(None)
        for one, level in zip(others, combination, strict=True):
            at[one] = level
        here = tuple(at)
        panel.fill_between(places, low[here], high[here], color=line.colour, alpha=0.14, lw=0)
        panel.plot(
            places,
            mean[here],
            color=line.colour,
            linestyle=line.dashes,
            marker=line.marker,
            markersize=3.5,
        )
    _name_levels(panel, axis, places)
    panel.set_xlabel(style.wrapped(_titled(axis), parts.letters(56), 1))
    _outcome_axis(panel, means)
    panel.grid(axis="y")
    if others:
        parts.line_key(figure, lines, most_lines=parts.KEY_LINES)
    return figure


def _combined(axes: Sequence[_Axis], others: Sequence[int], levels: Sequence[int]) -> str:
    return ", ".join(
        f"{axes[one].name} {axes[one].labels[level]}"
        for one, level in zip(others, levels, strict=True)
    )


def _short(labels: Sequence[str], letters: float, most_lines: int = 1) -> list[str]:
    """Names of levels in lines of so many letters, of which a few are always there."""
    return [style.wrapped(label, max(4.0, letters), most_lines) for label in labels]


def _evenly(count: int, most: int) -> list[int]:
    """Numbers from 0 to count, ends among them, at most so many."""
    if count <= most:
        return list(range(count))
    return sorted({round(row * (count - 1) / (most - 1)) for row in range(most)})


def _name_levels(panel: Axes, axis: _Axis, places: Sequence[float]) -> None:
    if axis.numbers is None:
        panel.set_xticks(list(places), _short(axis.labels, parts.letters(56) / len(places), 3))
    elif len(places) <= parts.letters(8):
        panel.set_xticks(list(places), _short(axis.labels, parts.letters(56) / len(places)))


def _outcome_axis(panel: Axes, means: PointMeans) -> None:
    """Name the outcome above its axis; shares are written in percent."""
    mark_values(panel, means.unit)
    said = style.wrapped(titled(means.outcome), parts.letters(60), 1)
    panel.set_title(said, fontsize=9.0, x=-0.12, pad=8)


def _maps(sweep: Sweep, axes: Sequence[_Axis], means: PointMeans) -> Figure:
    """Heat maps over the two longest axes, a panel for each combination of the others."""
    shape = [len(axis.labels) for axis in axes]
    order = sorted(range(len(axes)), key=lambda one: (-shape[one], one))
    across, up = order[:2] if not style.is_narrow() else order[1::-1]
    others = [one for one in range(len(axes)) if one not in (across, up)]
    mean = means.mean.reshape(shape)
    region = np.zeros(len(means.mean), dtype=bool)
    region[[one.point for one in sweep.judged if one.in_region]] = True
    framed = region.reshape(shape)
    combinations = list(product(*(range(shape[one]) for one in others)))
    chosen = [combinations[row] for row in _evenly(len(combinations), MOST_PANELS)]
    wide = style.inches_wide() - 1.05
    tall = max(1.0, CELL_INCHES * shape[up])
    each = tall + (0.78 if others else 0.62)
    said_below = f"Framed: {_goal(sweep)}." if sweep.judged else ""
    note = parts.note_inches(said_below) + 0.1 if said_below else 0.0
    figure = style.blank(each * len(chosen) + 0.35 + note)
    low, high = float(np.nanmin(mean)), float(np.nanmax(mean))
    for row, combination in enumerate(chosen):
        bottom = note + each * (len(chosen) - 1 - row) + 0.5
        panel = style.panel(figure, 0.9, bottom, wide, tall)
        at: list[Any] = [slice(None)] * len(axes)
        for one, level in zip(others, combination, strict=True):
            at[one] = level
        cells, frames = mean[tuple(at)], framed[tuple(at)]
        if across < up:
            cells, frames = cells.T, frames.T
        _heat(panel, cells, frames, (low, high), means.unit == "share")
        panel.set_xticks(
            range(shape[across]), _short(axes[across].labels, parts.letters(56) / shape[across])
        )
        panel.set_yticks(range(shape[up]), _short(axes[up].labels, 9))
        panel.set_ylabel(style.wrapped(_titled(axes[up]), max(14, 13 * tall), 2))
        if row == len(chosen) - 1:
            panel.set_xlabel(style.wrapped(_titled(axes[across]), parts.letters(56), 1))
        unit = ", %" if means.unit == "share" and style.is_narrow() else ""
        said = [f"{titled(means.outcome)}{unit}"] if row == 0 else []
        said += [_combined(axes, others, combination)] if others else []
        panel.set_title(style.wrapped(" · ".join(said), parts.letters(52), 2), fontsize=9.0, pad=6)
    if said_below:
        parts.note(figure, said_below)
    return figure


def _heat(panel: Axes, cells: Any, frames: Any, ends: tuple[float, float], is_share: bool) -> None:
    """One heat map with its numbers; cells without a figure stay white with a dash."""
    from matplotlib.patches import Rectangle

    low, high = ends
    span = high - low or 1.0
    panel.imshow(cells, origin="lower", aspect="auto", cmap="Blues", vmin=low, vmax=high)
    written = cells.shape[1] <= _MOST_CELLS_WITH_NUMBERS
    digits = _digits(span * (100 if is_share else 1))
    for up in range(cells.shape[0]):
        for across in range(cells.shape[1]):
            value = float(cells[up, across])
            if not np.isfinite(value):
                panel.text(across, up, "–", ha="center", va="center", color=style.MIDDLE)
                continue
            if written:
                # There is no room for a sign in each field on a phone.
                sign = "" if style.is_narrow() else " %"
                text = f"{100 * value:.{digits}f}{sign}" if is_share else f"{value:,.{digits}f}"
                colour = "white" if (value - low) / span > 0.6 else style.INK
                panel.text(
                    across, up, text, ha="center", va="center", color=colour, fontsize=style.SMALL
                )
            if frames[up, across]:
                panel.add_patch(
                    Rectangle(
                        (across - 0.47, up - 0.45),
                        0.94,
                        0.9,
                        fill=False,
                        edgecolor=style.VERMILLION,
                        linewidth=1.8,
                    )
                )
    for spine in panel.spines.values():
        spine.set_visible(False)
    panel.tick_params(length=0)


def _digits(span: float) -> int:
    """Decimals with which cells differ that lie a fiftieth of the whole span apart."""
    return max(0, min(3, int(np.ceil(-np.log10(span / 50)))))


def _goal(sweep: Sweep) -> str:
    """The goal in words, with what ties it for best."""
    said = str(sweep.experiment.goal)
    for outcome in sorted(sweep.means, key=len, reverse=True):
        said = said.replace(outcome, label(outcome).lower())
    return f"{said}, or tied with it"


def _along(sweep: Sweep, means: PointMeans) -> Figure:
    """The outcome along each factor of a free design: every point, and the mean of each tenth."""
    factors = sweep.experiment.factors
    columns = parts.columns_of(2)
    rows = -(-len(factors) // columns)
    each = 1.75
    figure = style.blank(rows * each + 0.35)
    wide = (style.inches_wide() - 0.65 - 0.45 * (columns - 1) - 0.15) / columns
    inside = np.zeros(len(means.mean), dtype=bool)
    inside[[one.point for one in sweep.judged if one.in_region]] = True
    column_of = np.cumsum([0, *(len(factor.targets) for factor in factors)])
    for position, factor in enumerate(factors):
        row, column = divmod(position, columns)
        bottom = (rows - 1 - row) * each + 0.5
        panel = style.panel(figure, 0.65 + column * (wide + 0.45), bottom, wide, each - 0.75)
        values = [point[column_of[position]] for point in sweep.plan.values]
        labels = list(dict.fromkeys(map(show_value, values)))
        places = (
            np.array(values, dtype=float)
            if factor.is_number
            else np.array([labels.index(show_value(one)) for one in values], dtype=float)
        )
        panel.plot(places, means.mean, ".", color=style.LIGHT, markersize=3, zorder=1)
        if inside.any():
            panel.plot(
                places[inside], means.mean[inside], ".", color=style.VERMILLION, markersize=4
            )
        panel.plot(*_binned(places, means.mean), color=style.BLUE, marker="o", markersize=3)
        if not factor.is_number:
            panel.set_xticks(range(len(labels)), _short(labels, 30 / len(labels)))
        panel.set_xlabel(style.wrapped(in_words(factor.name), 28, 2), fontsize=style.SMALL)
        panel.tick_params(labelsize=7.5)
        mark_values(panel, means.unit)
        panel.grid(axis="y")
    wide_inches, tall_inches = figure.get_size_inches()
    title = titled(means.outcome)
    if inside.any():
        title = style.wrapped(f"{title} · red: {_goal(sweep)}", parts.letters(58), 1)
    figure.text(0.15 / wide_inches, 1 - 0.2 / tall_inches, title, fontweight="bold", fontsize=9.5)
    return figure


def _binned(places: Any, values: Any) -> tuple[list[float], list[float]]:
    """Means of the values in each tenth of the places, or at each place if there are few."""
    known = np.isfinite(values)
    places, values = places[known], values[known]
    levels = np.unique(places)
    if len(levels) > BINS:
        order = np.argsort(places, kind="stable")
        parts = np.array_split(order, BINS)
    else:
        parts = [np.flatnonzero(places == level) for level in levels]
    return (
        [float(places[part].mean()) for part in parts if part.size],
        [float(values[part].mean()) for part in parts if part.size],
    )
