"""What the figures of sweeps and sensitivity analyses share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ips_sim.model.outcomes import FIGURES
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_UNITS = {one.name: one.unit for one in FIGURES}


def in_words(name: str) -> str:
    """A dotted name, or an outcome's, as words."""
    return name.rpartition(".")[2].replace("_usd", "").replace("_", " ")


def with_unit(outcome: str) -> str:
    """An outcome in words with its unit."""
    unit = _UNITS.get(outcome, "")
    words = in_words(outcome)
    if unit == "US dollars":
        return f"{words} (US dollars)"
    said = unit and unit not in words and unit.lower() not in ("share", "qalys")
    return f"{words} ({unit})" if said else words


def mark_values(axes: Axes, unit: str) -> None:
    """Write numbers along an outcome's axis; shares in percent."""
    scale, sign = (100.0, " %") if unit == "share" else (1.0, "")
    axes.yaxis.set_major_formatter(lambda value, _: f"{_tick(scale * value)}{sign}")


def _tick(value: float) -> str:
    """A place on an axis, with the digits that it has."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def number(value: float) -> str:
    """A number for a cell, short."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2g}" if abs(value) < 10 else f"{value:.0f}"


def save(folder: Path, name: str, draw: Callable[[], Figure]) -> list[Path]:
    """Draw one figure and write it as SVG and PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    with style.settings():
        figure = draw()
        written = []
        for ending, make in (("svg", style.svg_bytes), ("png", style.png_bytes)):
            path = folder / f"{stem}.{ending}"
            path.write_bytes(make(figure))
            written.append(path)
    return written
