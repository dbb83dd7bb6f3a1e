"""What all figures share: colours that colour-blind people tell apart, settings, and files."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito, without the yellow that white paper swallows.
BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, ORANGE, YELLOW, INK = "#56B4E9", "#E69F00", "#F0E442", "#222222"
PALE, LIGHT, MIDDLE, DARK = "#E9E9E9", "#D0D0D0", "#A3A3A3", "#5E5E5E"

COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, "#8A6D00", "#3A8FC4", "#7A4B00", INK)
# Colours repeat in the eye of some readers; dashes never do.
DASHES: tuple[Any, ...] = (
    "solid",
    (0, (6, 2)),
    (0, (3, 4)),
    (0, (6, 2, 1, 2)),
    (0, (10, 3)),
    (0, (3, 1.5)),
    (0, (6, 2, 1, 2, 1, 2)),
    (0, (2, 4)),
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")

WIDTH = 5.2
"""Inches; narrow, so that letters stay readable on a phone."""

SMALL = 8.0
PNG_DOTS_PER_INCH = 180

_SETTINGS: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MIDDLE,
    "axes.grid": False,
    "axes.labelcolor": INK,
    "axes.labelsize": 9.0,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titley": 1.0,  # else each drawing measures everything first
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "grid.color": PALE,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "ips-sim",
    "text.color": INK,
    "xtick.color": DARK,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.color": DARK,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8.5,
}


@contextmanager
def settings(more: Mapping[Any, Any] | None = None) -> Iterator[None]:
    """Draw and save inside this, whatever the user's own matplotlib settings are.

    Parameters
    ----------
    more
        What one picture has otherwise, by matplotlib's names.
    """
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**_SETTINGS, **(more or {})})
        yield


def blank(height: float, width: float = WIDTH) -> Figure:
    """A figure without pyplot, so that nothing outside it changes."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white")


def panel(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches."""
    wide, high = figure.get_size_inches()
    return figure.add_axes((left / wide, bottom / high, width / wide, height / high))


def svg_bytes(figure: Figure) -> bytes:
    """The figure as SVG, the same bytes each time."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.BytesIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def png_bytes(figure: Figure) -> bytes:
    """The figure as PNG for slides, the same bytes each time."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(PNG_DOTS_PER_INCH)
    buffer = io.BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(buffer, metadata={"Software": None}, pil_kwargs={"compress_level": 3})
    return buffer.getvalue()


def wrapped(text: str, width: int, most_lines: int = 3) -> str:
    """A label in lines of at most some letters, cut where it would need too many lines."""
    import textwrap

    return "\n".join(textwrap.wrap(text, width, max_lines=most_lines, placeholder=" …"))
