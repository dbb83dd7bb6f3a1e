"""Pictures of the pages, small, and marked with the data that they show."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ips_sim.shown import style
from tools.pages.validation_files import Learned, Predicted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = 64
SHOWS = "Shows"
"""Key under which a picture bears the digest of its data."""
ROW_INCHES = 0.21
Z90 = 1.645


def digest(*parts: object) -> str:
    """Give a short digest of what a picture shows."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def small_png(png: bytes, shows: str) -> bytes:
    """Write a picture with few colours, and with the digest of its data in it."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    marks = PngInfo()
    marks.add_text(SHOWS, shows)
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    few.save(buffer, "PNG", optimize=True, pnginfo=marks)
    return buffer.getvalue()


def shown_by(path: Path) -> str:
    """Read the digest that a picture bears; empty without one."""
    from PIL import Image

    with Image.open(path) as image:
        marks: Any = image
        return str(marks.text.get(SHOWS, ""))


def forest_plot(predictions: Sequence[Predicted]) -> bytes:
    """Draw every arm with a published rate as the command ``validate`` does."""
    from ips_sim.report.validation_figures import forest

    shown = [one for one in predictions if one.published is not None]
    # Rows of the file have what is drawn of a prediction, and not its sample.
    drawn: Any = shown
    with style.settings():
        return small_png(style.png_bytes(forest(drawn)), digest(*shown))


def prior_and_posterior(learned: Sequence[Learned]) -> bytes:
    """Draw for each parameter the prior's and the posterior's spread, on the prior's scale."""
    shown = sorted(learned, key=lambda one: one.kept)
    with style.settings():
        return small_png(style.png_bytes(_learned(shown)), digest(*shown))


def _learned(shown: Sequence[Learned]) -> Figure:
    figure = style.blank(ROW_INCHES * len(shown) + 1.05, width=7.2)
    axes = style.panel(figure, 2.6, 0.8, 4.4, ROW_INCHES * len(shown))
    for row, one in enumerate(shown):
        axes.plot([-Z90, Z90], [-row, -row], color=style.LIGHT, linewidth=6)
        low, middle, high = (
            (value - one.prior_mean) / one.prior_sd for value in (one.low90, one.mean, one.high90)
        )
        axes.plot([low, high], [-row, -row], color=style.BLUE, linewidth=1.8)
        axes.plot(middle, -row, marker="o", color=style.BLUE, markersize=4)
    axes.set_yticks([-row for row in range(len(shown))], [one.parameter for one in shown])
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    axes.set_ylim(-len(shown) + 0.4, 0.6)
    axes.grid(axis="x")
    axes.set_xlabel("standard deviations of the prior from its mean")
    tall = figure.get_size_inches()[1]
    figure.text(
        0.02,
        0.12 / tall,
        "grey: prior, 90 %; blue: after the fit, mean and 90 %",
        fontsize=style.SMALL,
    )
    return figure
