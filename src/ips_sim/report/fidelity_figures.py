"""Figures of a fidelity review: the 25 scores, and what improvements would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ips_sim.analysis.fidelity.review import OUTCOMES, Review
from ips_sim.analysis.fidelity.scoring import HIGHEST
from ips_sim.analysis.fidelity.sites import Sites
from ips_sim.evidence.fidelity import fidelity_bands
from ips_sim.evidence.tables import fidelity_scale
from ips_sim.model.outcomes import FloatArray
from ips_sim.report.drawing import ToDraw
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW, _LABELS = 0.21, 2.75
_LETTERS = 46
HIGHEST_TOTAL = HIGHEST * len(fidelity_scale())
_COLOURS = {
    "measured": style.BLUE,
    "partly": style.SKY,
    "scenario": style.MIDDLE,
    "stand-in": style.PURPLE,
}


def scores(made: Review) -> Figure:
    """Draw the score of each item as a bar, its colour by where the score comes from."""
    rows = made.rows
    tall = _ROW * len(rows)
    figure = style.blank(tall + 0.75)
    axes = style.panel(figure, _LABELS, 0.4, style.inches_wide() - _LABELS - 0.15, tall)
    for place, row in enumerate(rows):
        axes.barh(-place, row.score, height=0.72, color=_COLOURS[row.basis])
        axes.text(
            row.score - 0.12,
            -place,
            str(row.score),
            color="white",
            fontsize=7.5,
            ha="right",
            va="center",
        )
    axes.set_yticks(
        [-place for place in range(len(rows))],
        [style.wrapped(f"{row.item}  {short_name(row.name)}", _LETTERS, 1) for row in rows],
        fontsize=7.5,
    )
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(rows) + 0.5, 0.5)
    axes.set_xlim(0, HIGHEST)
    axes.set_xticks(range(HIGHEST + 1))
    axes.set_xlabel("score")
    for name, colour in _COLOURS.items():
        axes.barh(0, 0, color=colour, label=name)
    figure.legend(
        loc="upper right",
        ncols=len(_COLOURS),
        frameon=False,
        fontsize=7.5,
        handlelength=1.0,
    )
    return figure


def gains(made: Review) -> Figure:
    """Draw what each improvement brings in people who find work, with its range."""
    rows = [one for one in made.improvements if one.outcome == OUTCOMES[0]]
    tall = 0.36 * len(rows)
    figure = style.blank(tall + 0.7)
    axes = style.panel(figure, 1.95, 0.5, style.inches_wide() - 2.1, tall)
    for place, one in enumerate(rows):
        axes.plot([100 * one.low, 100 * one.high], [-place, -place], color=style.INK, linewidth=1.2)
        axes.plot(100 * one.difference, -place, "o", color=style.BLUE, markersize=5)
    axes.axvline(0, color=style.MIDDLE, linewidth=0.8)
    axes.set_yticks(
        [-place for place in range(len(rows))],
        [style.wrapped(one.improvement, 30, 1) for one in rows],
        fontsize=8.0,
    )
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.set_xlabel("more people of 100 who find a competitive job")
    return figure


def short_name(name: str) -> str:
    """Give an item's name without what the scale adds in brackets."""
    return name.partition(" (")[0]


def sites_figures(made: Sites) -> list[ToDraw]:
    """Plan the figure of totals against employment."""
    reviewed = made.reviewed.sum(axis=1)
    return [
        ToDraw(
            "fidelity_and_work",
            "Do programmes of higher fidelity have more people in work?",
            "Each dot is one simulated programme. The line is the straight one that lies closest; "
            "upright lines are where the bands of the scale begin.",
            lambda: totals_and_work(reviewed, made.employed),
        )
    ]


def totals_and_work(totals: FloatArray, employed: FloatArray) -> Figure:
    """Draw each programme's total, as reviewed, against the share of people served who worked."""
    figure = style.blank(3.4)
    axes = style.panel(figure, 0.65, 0.5, style.inches_wide() - 0.8, 2.65)
    axes.plot(totals, 100 * employed, "o", color=style.BLUE, markersize=3.2, alpha=0.55, mew=0)
    slope, middle = np.polyfit(totals, 100 * employed, 1)
    ends = np.array([totals.min(), totals.max()])
    axes.plot(ends, middle + slope * ends, color=style.VERMILLION, linewidth=1.6)
    top = float(100 * employed.max()) * 1.06
    for band, least in fidelity_bands()[:-1]:
        axes.axvline(least, color=style.LIGHT, linewidth=0.9, zorder=0)
        axes.text(least + 0.5, top, band, fontsize=7.5, va="top", color=style.DARK)
    axes.set_ylim(0, top)
    axes.set_xlim(float(totals.min()) - 3, HIGHEST_TOTAL + 1)
    axes.set_xlabel("fidelity total, as a reviewer scores it")
    axes.set_ylabel("people served who worked in a quarter, %")
    return figure
