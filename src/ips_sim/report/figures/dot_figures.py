"""Figures that set scenarios side by side as dots: ways out, and how the service works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ips_sim.report.figures import parts
from ips_sim.report.figures.parts import Line
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class DotRow:
    """One line of dots.

    Attributes
    ----------
    label
        What is measured, with its unit.
    values, lows, highs
        One for each scenario; None where there is none.
    """

    label: str
    values: tuple[float | None, ...]
    lows: tuple[float | None, ...] = ()
    highs: tuple[float | None, ...] = ()


def share_dots(rows: Sequence[DotRow], lines: Sequence[Line], across: str) -> Figure:
    """Draw shares as dots with their ranges, all rows on one axis."""
    beside, in_a_line, least = (1.4, 19, 0.44) if style.is_narrow() else (1.75, 24, 0.36)
    each = max(least, 0.13 * len(lines) + 0.14)
    bottom = 0.55 + sum(_key_rows(lines))
    figure = style.blank(each * len(rows) + bottom + 0.15)
    axes = style.panel(
        figure, beside, bottom, style.inches_wide() - beside - 0.25, each * len(rows)
    )
    top = 0.05
    for number, row in enumerate(rows):
        axes.axhspan(
            -number - 0.5, -number + 0.5, color="#F6F6F6" if number % 2 == 0 else "white", lw=0
        )
        for place, line in enumerate(lines):
            value = row.values[place]
            if value is None:
                continue
            height = -number + _offset(place, len(lines))
            low = row.lows[place] if row.lows else None
            high = row.highs[place] if row.highs else None
            if low is not None and high is not None:
                axes.plot([low, high], [height, height], color=line.colour, linewidth=1.4)
                top = max(top, high)
            axes.plot(
                value, height, marker=line.marker, color=line.colour, markersize=5, linestyle=""
            )
            top = max(top, value)
    axes.set_yticks(
        [-number for number in range(len(rows))],
        [style.wrapped(r.label, in_a_line, 3) for r in rows],
    )
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(rows) + 0.5, 0.5)
    axes.set_xlim(-0.02 * top, min(1.02, top * 1.08))
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.grid(axis="x", color="white" if len(rows) < 2 else style.LIGHT, linewidth=0.6)
    axes.set_xlabel(across)
    axes.spines["left"].set_visible(False)
    _marker_key(figure, lines)
    return figure


def _offset(place: int, count: int) -> float:
    """How far above or below a row's middle a scenario's dot sits."""
    return 0.0 if count == 1 else (0.5 - place / (count - 1)) * 0.62


_BOLD_KEY_LETTERS = 31


def _key_rows(lines: Sequence[Line]) -> list[float]:
    return parts.key_rows(lines, letters=_BOLD_KEY_LETTERS)


def _marker_key(figure: Figure, lines: Sequence[Line]) -> None:
    from matplotlib.lines import Line2D

    wide, tall = figure.get_size_inches()
    needed = _key_rows(lines)
    for number, line in enumerate(lines):
        column, row = divmod(number, len(needed))
        left = 0.15 + column * 2.5
        middle = 0.055 + sum(needed[row + 1 :]) + needed[row] / 2
        figure.add_artist(
            Line2D(
                [left / wide],
                [middle / tall],
                marker=line.marker,
                markersize=5,
                color=line.colour,
                linestyle="",
                transform=figure.transFigure,
            )
        )
        figure.text(
            (left + 0.12) / wide,
            middle / tall,
            style.wrapped(line.label, _BOLD_KEY_LETTERS, parts.KEY_LINES),
            va="center",
            fontsize=style.SMALL,
            fontweight="bold",
            color=line.colour,
            linespacing=1.0,
        )


def small_bars(rows: Sequence[DotRow], lines: Sequence[Line]) -> Figure:
    """Draw each measure in a panel of its own with its own scale, values written at the bars."""
    each = 0.2 * len(lines) + 0.29 + 0.13 * _TITLE_LINES
    columns = 2 if style.is_narrow() else 5
    tall = -(-len(rows) // columns)
    bottom = 0.12 + sum(_key_rows(lines)) + 0.08
    figure = style.blank(tall * each + bottom, style.full_width())
    wide = (style.full_width() - 0.3 - 0.15 * (columns - 1)) / columns
    height = figure.get_size_inches()[1]
    for number, row in enumerate(rows):
        down, across = divmod(number, columns)
        axes = style.panel(
            figure,
            0.15 + across * (wide + 0.15),
            height - (down + 1) * each + 0.1,
            wide,
            each - 0.23 - 0.13 * _TITLE_LINES,
        )
        _bars(axes, row, lines)
    _marker_key(figure, lines)
    return figure


_TITLE_LINES = 2


def _bars(axes: Axes, row: DotRow, lines: Sequence[Line]) -> None:
    top = max((value for value in row.values if value is not None), default=0.0) or 1.0
    for place, line in enumerate(lines):
        value = row.values[place]
        if value is None:
            axes.text(0, -place, "none", va="center", fontsize=style.SMALL, color=style.DARK)
            continue
        axes.plot([0, value], [-place, -place], color=line.colour, linewidth=1.6)
        axes.plot(value, -place, marker=line.marker, markersize=5, color=line.colour)
        axes.text(value + top * 0.05, -place, written(value), va="center", fontsize=style.SMALL)
    said = style.wrapped(row.label, 20, _TITLE_LINES)
    axes.set_title(said, fontsize=style.SMALL, fontweight="normal", pad=3)
    axes.set_xlim(0, top * 1.3)
    axes.set_ylim(-len(lines) + 0.4, 0.6)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)


def written(value: float) -> str:
    """A value in three figures or so."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
