"""What all figures of pages share: names as words, drawing one by one, and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ips_sim.evidence.parameters import load_parameters
from ips_sim.model.outcomes import FIGURES
from ips_sim.report.words import WORDINGS
from ips_sim.runs.errors import DrawingError
from ips_sim.runs.kinds import PAGE
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.principles import principles
from ips_sim.shown import style
from ips_sim.shown.english import counted
from ips_sim.shown.pages import address_of, rendered, write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ips_sim.shown.style import Picture

FIGURES_FOLDER = "figures"
"""Where figures lie in the folder of a result."""
NEEDED = "This figure needs it."
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


def label(outcome: str) -> str:
    """An outcome as the report's table calls it."""
    if outcome in WORDINGS:
        return WORDINGS[outcome].label
    return outcome.replace("_usd", "").replace("_", " ").capitalize()


def titled(outcome: str) -> str:
    """An outcome with its unit."""
    unit = _UNITS.get(outcome, "")
    words = label(outcome)
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


@dataclass(frozen=True)
class ToDraw:
    """A figure that is yet to be drawn.

    Attributes
    ----------
    name
        File name without ending.
    title
        What it answers.
    note
        How to read it; called after the figure is drawn where it is no text.
    draw
        Draws it, for a page and for a phone.
    missing
        What a result lacks of what it needs; empty where nothing.
    """

    name: str
    title: str
    note: str | Callable[[], str]
    draw: Callable[[], Figure]
    missing: str = ""


@dataclass(frozen=True)
class Drawn:
    """A figure of a page.

    Attributes
    ----------
    name
        File name without ending.
    title
        What it answers.
    note
        How to read it, in a few sentences.
    picture
        The drawing; None if `missing` says why there is none.
    error
        What went wrong, where it can't be drawn.
    """

    name: str
    title: str
    note: str = ""
    picture: Picture | None = None
    missing: str = ""
    error: Exception | None = None


def drawn_all(planned: Iterable[ToDraw]) -> list[Drawn]:
    """Draw figures, each on its own, so that one that fails costs no other."""
    return [_drawn(one) for one in planned]


def _drawn(one: ToDraw) -> Drawn:
    """Draw a figure; one that fails says so in its place."""
    if one.missing:
        return Drawn(one.name, one.title, missing=f"{one.missing} {NEEDED}")
    try:
        picture = style.picture(one.draw, has_narrow=True)
        said = one.note if isinstance(one.note, str) else one.note()
    except Exception as error:  # whatever a library makes of a text that people chose
        missing = f"This figure can't be drawn ({why(error)})."
        return Drawn(one.name, one.title, missing=missing, error=error)
    if picture.lacking:
        said += f" No font of the computer that drew this holds {picture.lacking}."
    return Drawn(one.name, one.title, said, picture)


def write_drawn(folder: Path, figures: Sequence[Drawn]) -> None:
    """Write figures as SVG and PNG, and take away those of an earlier report that are gone."""
    folder.mkdir(exist_ok=True)
    for figure in figures:
        for ending in ("svg", "png"):
            path = folder / f"{figure.name}.{ending}"
            if figure.picture:
                write_whole(path, getattr(figure.picture, ending))
            else:
                path.unlink(missing_ok=True)


def write_page(folder: Path, page: Path, drawn: Sequence[Drawn], **values: object) -> Path:
    """Write the report of a result, with its figures in it and beside it.

    Parameters
    ----------
    folder
        Of the result.
    page
        The template; it finds the figures as ``figures``, unless a value of this name is given.
    drawn
        The figures.
    **values
        What else the template asks for.

    Raises
    ------
    DrawingError
        If some figures can't be drawn, after everything else was written.
    """
    write_drawn(folder / FIGURES_FOLDER, drawn)
    content = rendered(page, **{"figures": drawn, "image": image_of, **values})
    path = write_whole(folder / PAGE, content)
    refuse_failed(drawn)
    return path


def image_of(figure: Drawn, *, narrow: bool = False) -> str:
    """Give a drawing, or how it is on a phone, as an address that holds it."""
    if not figure.picture:
        return address_of(b"")
    return address_of(figure.picture.narrow if narrow else figure.picture.svg)


def why(error: Exception) -> str:
    """Why something could not be drawn, in a line."""
    said = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def refuse_failed(figures: Iterable[Drawn]) -> None:
    """Name what could not be drawn, if there is any.

    Raises
    ------
    DrawingError
        With the name and the reason of each.
    """
    failed = {one.name: one.error for one in figures if one.error}
    if failed:
        reasons = "; ".join(f"{name} ({why(error)})" for name, error in failed.items())
        raise DrawingError(
            f"{counted(len(failed), 'figure')} can't be drawn, everything else is there: {reasons}"
        )
