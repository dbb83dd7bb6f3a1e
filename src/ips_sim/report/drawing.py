"""What the figures of analyses share: names as words, and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ips_sim.evidence.parameters import load_parameters
from ips_sim.model.outcomes import FIGURES
from ips_sim.runs.errors import DrawingError
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.principles import principles
from ips_sim.shown import style
from ips_sim.shown.english import counted
from ips_sim.shown.pages import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ips_sim.shown.style import Picture

_UNITS = {one.name: one.unit for one in FIGURES}


@cache
def _of_the_model() -> frozenset[str]:
    """Names that the model gives; others are what somebody called a thing."""
    parameters = (f"parameters.{name}" for name in load_parameters())
    return frozenset((*keys(), *principles(), *_UNITS, *parameters))


def in_words(name: str) -> str:
    """A name of the model as words; what somebody called a thing stays as it was written."""
    if name not in _of_the_model():
        return name
    return name.rpartition(".")[2].replace("_usd", "").replace("_", " ")


def titled(outcome: str) -> str:
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


def write_figures(folder: Path, figures: Iterable[tuple[str, Callable[[], Figure]]]) -> list[Path]:
    """Draw figures and write each as SVG and PNG.

    Each is drawn on its own, so that one that fails costs no other.

    Parameters
    ----------
    folder
        Made where it is not there.
    figures
        For each its name without ending, and what draws it.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    DrawingError
        If some can't be drawn, after all others were written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written, failed = [], {}
    for name, draw in figures:
        try:
            picture = style.picture(draw)
        except Exception as error:  # whatever a library makes of a text that people chose
            failed[name] = error
            continue
        written += write_picture(folder, name, picture)
    refuse_failed(failed)
    return written


def write_picture(folder: Path, name: str, picture: Picture) -> list[Path]:
    """Write both files of a picture."""
    return [
        write_whole(folder / f"{name}.svg", picture.svg),
        write_whole(folder / f"{name}.png", picture.png),
    ]


def why(error: Exception) -> str:
    """Why something could not be drawn, in a line."""
    said = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def refuse_failed(failed: Mapping[str, Exception]) -> None:
    """Name what could not be drawn, if there is any.

    Raises
    ------
    DrawingError
        With the name and the reason of each.
    """
    if failed:
        reasons = "; ".join(f"{name} ({why(error)})" for name, error in failed.items())
        raise DrawingError(
            f"{counted(len(failed), 'figure')} can't be drawn, everything else is there: {reasons}"
        )
