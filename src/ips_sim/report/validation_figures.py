"""The forest plot: what every trial published beside what the model predicts for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ips_sim.analysis.trials.scores import Prediction
from ips_sim.analysis.trials.validation import Validation, each_arm_once
from ips_sim.report.drawing import ToDraw
from ips_sim.report.figures import parts
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Z90 = 1.645
"""Normal deviate of a central 90 % interval."""

_ROW, _LABELS, _GAP = 0.22, 1.75, 0.25
_TITLES = {"ips": "IPS", "control": "Control"}


def validation_figures(validation: Validation) -> list[ToDraw]:
    """Plan the forest plots: of the fit, and of each trial by a fit without it."""
    figures = (
        (
            "forest",
            "What did trials publish, and what does the model say?",
            "Every trial as it was designed, by the fit that ships. What a trial published went "
            "into that fit where it is one of those behind it.",
            validation.predictions,
        ),
        (
            "forest-cross-validated",
            "And of trials that it has not seen?",
            "Each trial by a fit without it.",
            validation.cross_validated,
        ),
    )
    return [
        ToDraw(name, title, note, partial(forest, shown))
        for name, title, note, shown in figures
        if shown
    ]


def forest(predictions: Sequence[Prediction]) -> Figure:
    """Draw both arms of every trial: the published dot over the predicted interval."""
    trials = list(dict.fromkeys(each.trial_id for each in predictions))
    tall, columns = _ROW * len(trials), parts.columns_of(2)
    names, letters = (1.35, 19) if style.is_narrow() else (_LABELS, 26)
    below = 0.35 + 0.19 * len(_ENTRIES) / columns
    each_panel = tall + 0.75
    figure = style.blank(each_panel * 2 / columns + below, style.full_width())
    wide = (style.full_width() - names - _GAP * (columns - 1) - 0.15) / columns
    for place, (arm, title) in enumerate(_TITLES.items()):
        row, column = divmod(place, columns)
        bottom = below + 0.4 + each_panel * (2 // columns - 1 - row)
        axes = style.panel(figure, names + column * (wide + _GAP), bottom, wide, tall)
        for number in range(0, len(trials), 2):
            axes.axhspan(-number - 0.5, -number + 0.5, color="#F6F6F6", linewidth=0)
        shown = [each for each in each_arm_once(predictions) if each.arm == arm]
        for each in shown:
            _arm(axes, -trials.index(each.trial_id), each)
        for trial in set(trials) - {each.trial_id for each in shown}:
            text = "the same people as above"
            axes.text(2, -trials.index(trial), text, va="center", fontsize=7.0, color=style.DARK)
        axes.set_title(title)
        axes.set_xlim(0, 100)
        axes.set_ylim(-len(trials) + 0.5, 0.5)
        axes.set_yticks(
            [-number for number in range(len(trials))],
            [style.wrapped(trial, letters, 1) for trial in trials] if column == 0 else [],
            fontsize=7.5,
        )
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=style.LIGHT, linewidth=0.6)
        axes.set_xlabel("people with the outcome that the trial counted, %", fontsize=style.SMALL)
    _legend(figure, columns)
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


_ENTRIES = (
    ("predicted: mean, 90 %", {"color": style.SKY, "linewidth": 7, "alpha": 0.7}, ""),
    ("published, 90 % by sampling", {"color": style.INK, "linewidth": 1.0}, "o"),
    ("outside the prediction", {"color": style.VERMILLION, "linewidth": 0}, "o"),
    ("upper bound, not counted", {**_HOLLOW, "linewidth": 0}, "o"),
)


def _legend(figure: Figure, columns: int) -> None:
    from matplotlib.lines import Line2D

    wide, tall = figure.get_size_inches()
    rows = len(_ENTRIES) // columns
    for number, (text, looks, marker) in enumerate(_ENTRIES):
        column, row = divmod(number, rows)
        left, height = 0.2 + column * wide / columns, (0.16 + 0.19 * (rows - 1 - row)) / tall
        figure.add_artist(
            Line2D(
                [left / wide, (left + 0.15) / wide, (left + 0.3) / wide],
                [height] * 3,
                transform=figure.transFigure,
                solid_capstyle="butt",
                marker=marker,
                markevery=[1],
                markersize=4.5,
                **looks,  # type: ignore[arg-type]
            )
        )
        figure.text((left + 0.38) / wide, height, text, va="center", fontsize=style.SMALL)
