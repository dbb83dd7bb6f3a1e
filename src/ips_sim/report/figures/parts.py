"""What figures of the report are put together from: lines, axes, labels and keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ips_sim.shown import style
from ips_sim.shown.style import (
    COLOURS,
    DASHES,
    MARKERS,
    MIDDLE,
    SMALL,
    blank,
    panel,
    wrapped,
)

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The first line is wider, and dashes have a white edge: so both show where one covers the other.
WIDEST, WIDTH_OF_LINES = 2.6, 1.5
MOST_BANDS = 3
"""Bands of more scenarios than this would cover each other."""


@dataclass(frozen=True)
class Line:
    """One scenario's looks, the same in every figure."""

    label: str
    colour: str
    dashes: Any
    marker: str
    width: float


def looks(labels: Sequence[str]) -> list[Line]:
    """Give each scenario a colour, a dash pattern and a marker, in order."""
    return [
        Line(
            label,
            COLOURS[number % len(COLOURS)],
            DASHES[number % len(DASHES)],
            MARKERS[number % len(MARKERS)],
            WIDEST if number == 0 else WIDTH_OF_LINES,
        )
        for number, label in enumerate(labels)
    ]


COLUMN_OF_LABELS = 1.15
"""Inches kept free at the right for the names of lines."""


def letters(on_a_page: int) -> int:
    """How many letters fit where there is room for so many on a page."""
    return int(on_a_page * style.inches_wide() / style.WIDE)


def columns_of(on_a_page: int) -> int:
    """How many columns fit where there are so many on a page: one less on a phone."""
    return max(1, on_a_page - style.is_narrow())


def line_panel(lines: Sequence[Line]) -> tuple[Figure, Axes]:
    """A figure of one panel with room for the names of its lines at the right."""
    tall = max(1.95 if style.is_narrow() else 2.45, label_inches(lines))
    figure = blank(tall + (1.0 if style.is_narrow() else 0.85))
    return figure, panel(figure, 0.62, 0.5, style.inches_wide() - 0.62 - COLUMN_OF_LABELS, tall)


def draw_line(
    axes: Axes, across: npt.ArrayLike, up: npt.ArrayLike, line: Line, *, steps: bool = False
) -> None:
    """Draw a scenario's line so that it shows where others run along it."""
    from matplotlib.patheffects import withStroke

    edge = withStroke(linewidth=line.width + 1.0, foreground="white")
    axes.plot(
        across,
        up,
        color=line.colour,
        linestyle=line.dashes,
        linewidth=line.width,
        drawstyle="steps-post" if steps else "default",
        dash_capstyle="butt",
        marker=line.marker if np.size(up) == 1 else "",  # a line of one point is none
        path_effects=[] if line.dashes == "solid" else [edge],
    )


def _weeks_between_ticks(weeks: float) -> int:
    return next((step for step in (4, 13, 26, 52, 104) if weeks / step <= 7), 260)


def up_to_next_tick(weeks: int) -> int:
    """The end of an axis that ends with a tick, for curves that end where few people are left."""
    step = _weeks_between_ticks(weeks)
    return -(-weeks // step) * step


def weeks_axis(axes: Axes, weeks: float, label: str) -> None:
    """Ticks every quarter, half year or year, by how long the time is."""
    step = _weeks_between_ticks(weeks)
    axes.set_xlim(0, weeks)
    axes.set_xticks([float(tick) for tick in range(0, int(weeks) + 1, step)])
    axes.set_xlabel(label)


def percent_axis(axes: Axes, top: float, label: str) -> None:
    """A vertical axis of shares from zero, written in percent and named above it."""
    axes.set_ylim(0, top)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    wide = axes.get_position().width * style.inches_wide()
    said = wrapped(label, letters(70), 2)
    axes.set_title(said, fontsize=9.0, fontweight="normal", x=-0.58 / wide, pad=8)
    axes.grid(axis="y")


def spread(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Move labels apart, keeping their order and staying between two ends.

    Parameters
    ----------
    wanted
        Where the middles of the labels would like to be.
    heights
        How much room each takes up.
    low, high
        Ends; exceeded upwards only if the labels do not fit at all.
    """
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    places = [0.0] * len(wanted)
    floor = low
    for number in order:
        places[number] = max(wanted[number], floor + heights[number] / 2)
        floor = places[number] + heights[number] / 2
    ceiling = max(high, low + sum(heights))
    for number in reversed(order):
        places[number] = min(places[number], ceiling - heights[number] / 2)
        ceiling = places[number] - heights[number] / 2
    return places


LETTERS_AT_ENDS, LINES_AT_ENDS = 13.5, 4
_LINE_INCHES, _GAP_INCHES = 0.135, 0.06


def label_inches(lines: Sequence[Line]) -> float:
    """How much height the names of some lines need, one below the other."""
    return sum(map(_height, lines))


def _height(line: Line) -> float:
    rows = wrapped(line.label, LETTERS_AT_ENDS, LINES_AT_ENDS).count("\n") + 1
    return rows * _LINE_INCHES + _GAP_INCHES


def end_labels(axes: Axes, ends: Sequence[tuple[float, float, Line]]) -> None:
    """Name lines at their right ends, moved apart where they would touch.

    Parameters
    ----------
    axes
        With its limits set.
    ends
        For each line x, y and looks.
    """
    low, high = axes.get_ylim()
    left, right = axes.get_xlim()
    box = axes.get_position()
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    wide, tall = figure.get_size_inches()
    per_inch = (high - low) / (box.height * tall)
    places = spread(
        [y for _, y, _ in ends], [_height(line) * per_inch for _, _, line in ends], low, high
    )
    start = right + (right - left) / (box.width * wide) * 0.16
    for (x, y, line), place in zip(ends, places, strict=True):
        axes.plot(
            [x, right + (start - right) * 0.8],
            [y, place],
            color=line.colour,
            linewidth=0.7,
            clip_on=False,
        )
        axes.text(
            start,
            place,
            wrapped(line.label, LETTERS_AT_ENDS, LINES_AT_ENDS),
            color=line.colour,
            va="center",
            fontsize=SMALL,
            fontweight="bold",
            linespacing=1.0,
        )


KEY_LETTERS = 30
"""Letters of a scenario's name that fit into a line of a key of two columns."""

KEY_LINES = 3
_KEY_ROW_INCHES = 0.19


def key_rows(
    lines: Sequence[Line],
    columns: int = 2,
    letters: int = KEY_LETTERS,
    most_lines: int = KEY_LINES,
) -> list[float]:
    """How many inches each row of a key needs, so that long names are wrapped and not cut."""
    rows = -(-len(lines) // columns_of(columns))
    counts = [wrapped(line.label, letters, most_lines).count("\n") for line in lines]
    return [_KEY_ROW_INCHES + max(counts[row::rows]) * _LINE_INCHES for row in range(rows)]


def line_key(
    figure: Figure,
    lines: Sequence[Line],
    columns: int = 2,
    most_lines: int = 1,
    bottom: float = 0.0,
) -> None:
    """Name lines below the panels, so many inches from the bottom, with a piece of each line."""
    from matplotlib.lines import Line2D

    wide, tall = figure.get_size_inches()
    needed, columns = key_rows(lines, columns, most_lines=most_lines), columns_of(columns)
    for number, line in enumerate(lines):
        column, row = divmod(number, len(needed))
        left = 0.15 + column * (wide - 0.3) / columns
        height = (bottom + 0.085 + sum(needed[row + 1 :]) + needed[row] / 2) / tall
        figure.add_artist(
            Line2D(
                [left / wide, (left + 0.35) / wide],
                [height, height],
                color=line.colour,
                linestyle=line.dashes,
                transform=figure.transFigure,
            )
        )
        figure.text(
            (left + 0.42) / wide,
            height,
            wrapped(line.label, KEY_LETTERS, most_lines),
            va="center",
            fontsize=SMALL,
            color=line.colour,
            linespacing=1.0,
        )


def key_inches(entries: int, columns: int = 2) -> float:
    """How much height a key of colours needs."""
    return 0.12 + _KEY_ROW_INCHES * -(-entries // columns_of(columns))


def key(figure: Figure, entries: Sequence[tuple[str, str]], columns: int = 2) -> None:
    """Name colours below the panels, column by column; a phone has one column less."""
    from matplotlib.patches import Rectangle

    wide, tall = figure.get_size_inches()
    columns = columns_of(columns)
    rows = -(-len(entries) // columns)
    for number, (name, colour) in enumerate(entries):
        column, row = divmod(number, rows)
        left = 0.15 + column * (wide - 0.3) / columns
        bottom = 0.12 + (rows - 1 - row) * _KEY_ROW_INCHES
        figure.add_artist(
            Rectangle(
                (left / wide, bottom / tall),
                0.2 / wide,
                0.12 / tall,
                facecolor=colour,
                edgecolor=MIDDLE,
                linewidth=0.6,
                transform=figure.transFigure,
            )
        )
        figure.text((left + 0.27) / wide, (bottom + 0.06) / tall, name, va="center", fontsize=SMALL)


_NOTE_LETTER_INCHES, _NOTE_LINE_INCHES, _NOTE_LINES = 0.066, 0.145, 6


def note_inches(text: str) -> float:
    """How much height a note across the bottom of a figure needs."""
    return 0.1 + _NOTE_LINE_INCHES * len(_note(text).splitlines())


def note(figure: Figure, text: str) -> None:
    """Write how to read a figure across its bottom."""
    wide, tall = figure.get_size_inches()
    figure.text(0.1 / wide, 0.06 / tall, _note(text), fontsize=SMALL, color=style.DARK, va="bottom")


def _note(text: str) -> str:
    return wrapped(text, (style.full_width() - 0.2) / _NOTE_LETTER_INCHES, _NOTE_LINES)


def bar_title(axes: Axes, number: int, text: str) -> None:
    """Name a lying bar just above it."""
    axes.text(
        0, -number + 0.31, text, fontweight="bold", fontsize=SMALL, va="bottom", clip_on=False
    )
