"""The forest plot: what every trial published beside what the model predicts for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ips_sim.analysis.trials.scores import Prediction
from ips_sim.analysis.trials.validation import Validation, each_arm_once
from ips_sim.report.drawing import write_figures
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIGURES = "figures"
Z90 = 1.645
"""Normal deviate of a central 90 % interval."""

_ROW, _LABELS, _WIDTH, _GAP = 0.22, 1.75, 7.6, 0.25
_TITLES = {"ips": "IPS", "control": "Control"}


def write_validation_figures(validation: Validation, folder: Path) -> list[Path]:
    """Draw the forest plots into a result folder, as SVG and as PNG.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    DrawingError
        If some can't be drawn, after all others were written.
    """
    figures = {
        "forest": validation.predictions,
        "forest-cross-validated": validation.cross_validated,
    }
    return write_figures(
        folder / FIGURES,
        [(name, partial(forest, shown)) for name, shown in figures.items() if shown],
    )


def forest(predictions: Sequence[Prediction]) -> Figure:
    """Draw both arms of every trial: the published dot over the predicted interval."""
    trials = list(dict.fromkeys(each.trial_id for each in predictions))
    tall = _ROW * len(trials)
    figure = style.blank(tall + 1.2, _WIDTH)
    wide = (_WIDTH - _LABELS - _GAP - 0.15) / 2
    for place, (arm, title) in enumerate(_TITLES.items()):
        axes = style.panel(figure, _LABELS + place * (wide + _GAP), 0.85, wide, tall)
        for number in range(0, len(trials), 2):
            axes.axhspan(-number - 0.5, -number + 0.5, color="#F6F6F6", linewidth=0)
        shown = [each for each in each_arm_once(predictions) if each.arm == arm]
        for each in shown:
            _arm(axes, -trials.index(each.trial_id), each)
        for trial in set(trials) - {each.trial_id for each in shown}:
            text = "the same people as above"
            axes.text(2, -trials.index(trial), text, va="center", fontsize=6.5, color=style.DARK)
        axes.set_title(title)
        axes.set_xlim(0, 100)
        axes.set_ylim(-len(trials) + 0.5, 0.5)
        axes.set_yticks(
            [-number for number in range(len(trials))],
            [style.wrapped(trial, 26, 1) for trial in trials] if place == 0 else [],
            fontsize=7.5,
        )
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=style.LIGHT, linewidth=0.6)
        axes.set_xlabel("people with the outcome that the trial counted, %", fontsize=style.SMALL)
    _legend(figure)
    return figure


def _arm(axes: Axes, height: float, each: Prediction) -> None:
    axes.plot(
        each.interval, [height] * 2, color=style.SKY, linewidth=7, solid_capstyle="butt", alpha=0.7
    )
    axes.plot([each.predicted], [height], marker="|", markersize=8, color=style.BLUE, mew=1.6)
    if math.isnan(each.published):
        return
    axes.plot(published_interval(each), [height] * 2, color=style.INK, linewidth=1.0)
    colour = style.INK if each.is_covered else style.VERMILLION
    axes.plot(
        [each.published],
        [height],
        marker="o",
        markersize=4.5 if each.is_counted else 4.0,
        markerfacecolor=colour if each.is_counted else "white",
        markeredgecolor="white" if each.is_counted else colour,
        markeredgewidth=0.5 if each.is_counted else 1.0,
    )


def published_interval(each: Prediction) -> tuple[float, float]:
    """Give Wilson's 90 % interval of a published rate for the size of its arm, in per cent."""
    share, people = each.published / 100, each.n
    middle = share + Z90**2 / (2 * people)
    half = Z90 * math.sqrt(share * (1 - share) / people + (Z90 / (2 * people)) ** 2)
    whole = 1 + Z90**2 / people
    return 100 * (middle - half) / whole, 100 * (middle + half) / whole


_HOLLOW = {
    "color": style.MIDDLE,
    "markerfacecolor": "white",
    "markeredgecolor": style.INK,
    "markeredgewidth": 1.0,
}


def _legend(figure: Figure) -> None:
    from matplotlib.lines import Line2D

    wide, tall = figure.get_size_inches()
    entries = (
        ("predicted: mean, 90 %", {"color": style.SKY, "linewidth": 7, "alpha": 0.7}, ""),
        ("published, 90 % by sampling", {"color": style.INK, "linewidth": 1.0}, "o"),
        ("outside the prediction", {"color": style.VERMILLION, "linewidth": 0}, "o"),
        ("upper bound, not counted", {**_HOLLOW, "linewidth": 0}, "o"),
    )
    lefts = (0.2, 2.0, 4.05, 5.65)
    for left, (text, looks, marker) in zip(lefts, entries, strict=True):
        figure.add_artist(
            Line2D(
                [left / wide, (left + 0.15) / wide, (left + 0.3) / wide],
                [0.16 / tall] * 3,
                transform=figure.transFigure,
                solid_capstyle="butt",
                marker=marker,
                markevery=[1],
                markersize=4.5,
                **looks,  # type: ignore[arg-type]
            )
        )
        figure.text(
            (left + 0.38) / wide, 0.16 / tall, text, va="center", fontsize=style.SMALL - 0.5
        )
