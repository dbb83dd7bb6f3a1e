"""What all figures share: colours that colour-blind people tell apart, settings, and files."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ips_sim.shown.fonts import BASE, families_for, strange_letters, width

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

WIDE, FULL, NARROW = 5.2, 7.6, 3.5
"""Inches of a figure beside its words, of one across the page, and on a phone or in a column of
print, where letters of `SMALL` have 11 pixels and 7 points."""
_inches: ContextVar[float] = ContextVar("inches", default=WIDE)

SMALL = 8.0
PNG_DOTS_PER_INCH = 180
NO_FONT = "A box stands for a letter that no font of this computer has."

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
    "font.family": [BASE],
    "font.size": 9.0,
    "grid.color": PALE,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "ips-sim",
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a title is a dollar
    "xtick.color": DARK,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.color": DARK,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8.5,
}


_alone = threading.RLock()
# Matplotlib's settings are one for the whole process, so that threads draw one after the other.


@contextmanager
def settings(more: Mapping[Any, Any] | None = None) -> Iterator[None]:
    """Draw and save inside this, whatever the user's own matplotlib settings are.

    Parameters
    ----------
    more
        What one picture has otherwise, by matplotlib's names.
    """
    import matplotlib as mpl

    with _alone, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**_SETTINGS, **(more or {})})
        yield


def inches_wide() -> float:
    """How wide figures are being drawn."""
    return _inches.get()


def is_narrow() -> bool:
    """Whether figures are being drawn for a phone."""
    return inches_wide() < WIDE


def full_width() -> float:
    """How wide figures across the page are being drawn."""
    return NARROW if is_narrow() else FULL


@contextmanager
def narrow() -> Iterator[None]:
    """Draw figures for a phone inside this."""
    before = _inches.set(NARROW)
    try:
        yield
    finally:
        _inches.reset(before)


def blank(height: float, width: float | None = None) -> Figure:
    """A figure without pyplot, so that nothing outside it changes."""
    from matplotlib.figure import Figure

    return Figure(figsize=(inches_wide() if width is None else width, height), facecolor="white")


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


@dataclass(frozen=True)
class Picture:
    """A figure as files.

    Attributes
    ----------
    svg, png
        The same bytes each time, on a machine with the same fonts.
    lacking
        Letters that no font of the machine holds; boxes stand for them, and the picture says so.
    narrow
        The SVG as it is for a phone; empty where there is none.
    is_full
        Whether the other goes across the page.
    """

    svg: bytes
    png: bytes
    lacking: str = ""
    narrow: bytes = b""
    is_full: bool = False


def picture(
    make: Callable[[], Figure], more: Mapping[Any, Any] | None = None, *, has_narrow: bool = False
) -> Picture:
    """Draw a figure, with fonts that hold what its texts hold.

    Parameters
    ----------
    make
        Draws it; called again with other fonts where the usual one lacks letters.
    more
        Settings, as in `settings`.
    has_narrow
        Whether to draw it for a phone too.
    """
    on_a_phone = b""
    if has_narrow:
        with narrow():
            on_a_phone = _drawn(lambda: _fitted(make()), more, lambda figure, _: svg_bytes(figure))
    return _drawn(
        make,
        more,
        lambda figure, lacking: Picture(
            svg_bytes(figure),
            png_bytes(figure),
            "".join(sorted(lacking)),
            on_a_phone,
            bool(figure.get_size_inches()[0] > (WIDE + FULL) / 2),
        ),
    )


_INCHES_PER_LETTER = 0.065


def _fitted(figure: Figure) -> Figure:
    """Make letters of a figure for a phone large enough, and what stands under axes fit."""
    from matplotlib.text import Text
    from matplotlib.ticker import AutoLocator, MaxNLocator

    for one in figure.findobj(Text):
        text: Any = one
        text.set_fontsize(max(text.get_fontsize(), SMALL))
    for axes in figure.axes:
        box = axes.get_position()
        for axis in (axes.xaxis, axes.yaxis):
            for tick in axis.get_ticklabels():
                axis.set_tick_params(labelsize=max(tick.get_fontsize(), SMALL))
                break
        if isinstance(axes.xaxis.get_major_locator(), (AutoLocator, MaxNLocator)):
            axes.locator_params(axis="x", nbins=4 if box.width > 0.5 else 2)
        label = axes.xaxis.get_label()
        letters = figure.get_size_inches()[0] / _INCHES_PER_LETTER
        room = 2.0 * letters * min(1.0 - box.x0 - box.width / 2.0, box.x0 + box.width / 2.0)
        if len(label.get_text()) > room:
            axes.set_xlabel(label.get_text(), loc="right")
    return figure


def drawing(make: Callable[[], Figure], more: Mapping[Any, Any] | None = None) -> str:
    """Draw a figure as SVG alone, to stand inside a page; otherwise as `picture`."""
    drawn = _drawn(make, more, lambda figure, _: svg_bytes(figure).decode())
    return drawn[drawn.index("<svg") :]  # its XML heading has no place inside a page


_Files = TypeVar("_Files")


def _drawn(
    make: Callable[[], Figure],
    more: Mapping[Any, Any] | None,
    save: Callable[[Figure, frozenset[str]], _Files],
) -> _Files:
    from matplotlib.text import Text

    with settings(more):
        figure = make()
        texts: list[Any] = figure.findobj(Text)
        families, lacking = families_for(strange_letters(one.get_text() for one in texts))
        if not families:
            return _saved(figure, lacking, save)
    with settings({**(more or {}), "font.family": [BASE, *families]}):
        return _saved(make(), lacking, save)


def _saved(
    figure: Figure,
    lacking: frozenset[str],
    save: Callable[[Figure, frozenset[str]], _Files],
) -> _Files:
    if lacking:
        figure.text(0.004, 0.004, NO_FONT, fontsize=5.0, color=DARK, va="bottom")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # the picture says it itself
        return save(figure, lacking)


def wrapped(text: str, letters: float, most_lines: int = 3) -> str:
    """A label in lines, cut where it would need too many.

    Parameters
    ----------
    text
        One line.
    letters
        How many letters of usual width a line has room for; a W counts more, a Chinese character
        nearly two.
    most_lines
        How many lines there may be.

    Examples
    --------
    >>> wrapped("one two three", 7, 1)
    'one …'
    """
    lines = _lines(text, letters)
    if len(lines) > most_lines:
        last = lines[most_lines - 1]
        while last and width(last + _CUT) > letters:
            head, blank, _ = last.rpartition(" ")
            last = head if blank else last[:-1]
        lines = [*lines[: most_lines - 1], last + _CUT]
    return "\n".join(lines)


_CUT = " …"


def _lines(text: str, letters: float) -> list[str]:
    """Break a text between words, and words that are longer than a line inside."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer) <= letters:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, letters)
        lines += whole
    return [*lines, line] if line else lines


def _pieces(word: str, letters: float) -> list[str]:
    """Cut a word into pieces that each fit into a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter) > letters:
            pieces.append("")
        pieces[-1] += letter
    return pieces
