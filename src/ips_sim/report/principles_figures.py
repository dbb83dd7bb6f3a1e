"""Figures of what principles bring: ranked shares, from nothing to everything, and interactions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ips_sim.analysis.principles.folder import PrinciplesResult
from ips_sim.analysis.principles.lines import shares_by_variant
from ips_sim.analysis.principles.sentences import ranked_for, whole_of
from ips_sim.analysis.principles.shares import Ranked
from ips_sim.report.drawing import ToDraw, in_words, label, titled
from ips_sim.report.figures import parts
from ips_sim.shown import english, style
from ips_sim.shown.english import with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _LABELS = 0.3, 1.65
_MARKS = {"learned": "●", "assumed": "○"}
MOST_WRITTEN = 10
"""With more players than this, numbers in the map of interactions would touch."""


def figures_of(result: PrinciplesResult, outcome: str) -> list[ToDraw]:
    """Give the figures of an outcome."""
    fitted = (
        " Orange: the mean and the range before the fit to trials, from draws of the same "
        "parameters. The figure at the right is what the fit left of that spread."
        if "posterior" in result.plan.bases
        else ""
    )
    found = [
        ToDraw(
            f"{outcome}-shares",
            "What does each principle bring?",
            "Shares of the whole difference (Shapley): what a principle brings when it joins the "
            f"others, averaged over all orders of joining. They add up.{fitted}",
            partial(ranked_bars, result, outcome),
        ),
        ToDraw(
            f"{outcome}-from-nothing",
            "How does one get from none to all?",
            "The same shares as steps, the largest first; ranges are those of each step.",
            partial(waterfall, result, outcome),
        ),
    ]
    if result.variants:
        found.append(
            ToDraw(
                f"{outcome}-variants",
                "Does it hold under other readings of the evidence?",
                "Two structural variants of the model, each fitted in its own right. What only "
                "one of them supports should not be said without the other.",
                partial(variant_dots, result, outcome),
            )
        )
    if result.shares.interactions:
        found.append(
            ToDraw(
                f"{outcome}-interactions",
                "Which principles help each other?",
                "What two bring together beyond what they bring one by one, averaged over the "
                "other principles (Shapley interaction).",
                partial(interaction_map, result, outcome),
            )
        )
    return found


def ranked_bars(result: PrinciplesResult, outcome: str) -> Figure:
    """Draw shares as bars, the largest on top, with the range now and the range before the fit."""
    ranked = ranked_for(result, outcome)
    whole = whole_of(result, outcome)
    is_fitted = "posterior" in result.plan.bases
    tall = _ROW * len(ranked)
    below = _below(3 if is_fitted else 2)
    figure = style.blank(tall + below + 0.4)
    axes = style.panel(figure, _LABELS, below, style.inches_wide() - _LABELS - 1.05, tall)
    for number, one in enumerate(ranked):
        _share_bar(axes, -number, one, is_fitted)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    _name_rows(axes, [one.row.principle for one in ranked])
    axes.set_ylim(-len(ranked) + 0.45, 0.55)
    _value_axis(axes, whole.unit)
    about = "" if style.is_narrow() else f"{titled(outcome)}: "
    axes.set_xlabel(f"{about}{_shown(whole.difference, whole.unit)} in all")
    for number, one in enumerate(ranked):
        left = f" {100 * one.row.kept:.0f} %" if one.row.kept == one.row.kept else ""
        axes.text(
            1.03,
            -number,
            f"{one.place}\n{_MARKS[one.row.learned]} {one.row.learned}{left}",
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=7.5,
            linespacing=1.05,
        )
    _place_head(axes, len(ranked))
    entries = [("share", style.SKY), ("90 % range", style.INK)]
    if is_fitted:
        entries.append(("before the fit", style.ORANGE))
    parts.key(figure, entries, columns=len(entries))
    return figure


def _below(entries: int) -> float:
    """How many inches lie under a panel with numbers, a label and a key in one row."""
    return 0.44 + parts.key_inches(entries, entries)


def _share_bar(axes: Axes, height: float, one: Ranked, is_fitted: bool) -> None:
    row = one.row
    axes.barh(height, row.shapley, 0.56, color=style.SKY)
    if is_fitted:
        axes.plot(
            [row.prior_low, row.prior_high],
            [height - 0.17] * 2,
            color=style.ORANGE,
            linewidth=2.4,
            solid_capstyle="butt",
        )
        axes.plot(row.prior, height - 0.17, marker="o", markersize=4.2, color=style.ORANGE)
    if row.shapley_low == row.shapley_low:
        axes.plot(
            [row.shapley_low, row.shapley_high],
            [height + 0.08] * 2,
            color=style.INK,
            linewidth=1.4,
            marker="|",
            markersize=5,
        )


def _place_head(axes: Axes, rows: int) -> None:
    axes.text(
        1.03,
        1 + 0.08 / (rows * _ROW),
        "place",
        transform=axes.transAxes,
        fontsize=style.SMALL,
        fontweight="bold",
    )


def waterfall(result: PrinciplesResult, outcome: str) -> Figure:
    """Draw the way from no principle to all, a step for each share, the largest first."""
    ranked = sorted(ranked_for(result, outcome), key=lambda one: -abs(one.row.shapley))
    whole = whole_of(result, outcome)
    tall, below = _ROW * (len(ranked) + 2), _below(3)
    figure = style.blank(tall + below + 0.25)
    axes = style.panel(figure, _LABELS, below, style.inches_wide() - _LABELS - 0.35, tall)
    at = whole.nothing
    axes.barh(0, at, 0.6, color=style.MIDDLE)
    _value(axes, at, 0, _plain(at, whole.unit))
    for number, one in enumerate(ranked, start=1):
        row = one.row
        reached = at + row.shapley
        colour = style.BLUE if row.shapley >= 0 else style.VERMILLION
        axes.plot([at, at], [-number + 0.7, -number - 0.3], color=style.MIDDLE, linewidth=0.7)
        axes.barh(-number, row.shapley, 0.6, left=at, color=colour)
        end = max(at, reached)
        if row.shapley_low == row.shapley_low:
            axes.plot(
                [at + row.shapley_low, at + row.shapley_high],
                [-number] * 2,
                color=style.INK,
                linewidth=1.1,
                marker="|",
                markersize=4,
            )
            end = max(end, at + row.shapley_high)
        _value(axes, end, -number, _shown(row.shapley, row.unit))
        at = reached
    last = -len(ranked) - 1
    axes.barh(last, whole.everything, 0.6, color=style.DARK)
    _value(axes, whole.everything, last, _plain(whole.everything, whole.unit))
    asked = result.plan.asked
    first, end_of_all = "none (traditional)", "all of them"
    if asked.against:
        first, end_of_all = asked.against, asked.scenario.title
    _name_rows(axes, [first, *(one.row.principle for one in ranked), end_of_all])
    axes.set_ylim(last - 0.55, 0.55)
    _value_axis(axes, whole.unit)
    left, right = axes.get_xlim()
    axes.set_xlim(min(0.0, left), right + (0.5 if style.is_narrow() else 0.16) * (right - left))
    axes.set_xlabel(titled(outcome) if whole.unit == "share" else f"{titled(outcome)}, per person")
    entries = [("raises it", style.BLUE), ("lowers it", style.VERMILLION)]
    parts.key(figure, [*entries, ("90 % range", style.INK)], columns=3)
    return figure


def variant_dots(result: PrinciplesResult, outcome: str) -> Figure:
    """Draw shares under the fit and both structural variants side by side, with their ranges."""
    names = [one.row.principle for one in ranked_for(result, outcome)]
    found = shares_by_variant(result, outcome)
    unit = whole_of(result, outcome).unit
    tall, below = 1.3 * _ROW * len(names), _below(3)
    figure = style.blank(tall + below + 0.25)
    axes = style.panel(figure, _LABELS, below, style.inches_wide() - _LABELS - 0.35, tall)
    colours = (style.INK, style.BLUE, style.VERMILLION)
    for place, (by_name, colour) in enumerate(zip(found.values(), colours, strict=True)):
        for number, name in enumerate(names):
            row, height = by_name[name], -number + 0.25 * (1 - place)
            axes.plot([row.low, row.high], [height] * 2, color=colour, linewidth=1.3)
            axes.plot(row.shapley, height, marker="o", markersize=3.8, color=colour)
    axes.axvline(0, color=style.MIDDLE, linewidth=0.8)
    for number in range(0, len(names), 2):
        axes.axhspan(-number - 0.5, -number + 0.5, color="#F6F6F6", lw=0, zorder=-1)
    _name_rows(axes, names)
    axes.set_ylim(-len(names) + 0.5, 0.5)
    _value_axis(axes, unit)
    about = "" if style.is_narrow() else f"{titled(outcome)}: "
    axes.set_xlabel(f"{about}shares, with 90 % ranges")
    parts.key(
        figure,
        [(name.replace("_", " "), colour) for name, colour in zip(found, colours, strict=True)],
        columns=3,
    )
    return figure


def interaction_map(result: PrinciplesResult, outcome: str) -> Figure:
    """Draw what each pair brings together beyond one by one, as a triangle of coloured fields."""
    names = result.plan.names
    unit = whole_of(result, outcome).unit
    scale = 100.0 if unit == "share" else 1.0
    rows = [row for row in result.shares.interactions if row.outcome == outcome]
    grid = np.full((len(names), len(names)), np.nan)
    clear = np.zeros(grid.shape, dtype=bool)
    for row in rows:
        place = names.index(row.second), names.index(row.first)
        grid[place] = scale * row.interaction
        clear[place] = row.low > 0 or row.high < 0
    is_narrow = style.is_narrow()
    labels_wide = 1.35 if is_narrow else _LABELS
    side = style.NARROW - labels_wide - 0.05 if is_narrow else 0.42 * len(names)
    wide = style.NARROW if is_narrow else max(style.WIDE, side + 1.9)
    figure = style.blank(side + 1.65, wide)
    axes = style.panel(figure, labels_wide, 1.45, side, side)
    most = max(float(np.nanmax(np.abs(grid))), 1e-12) if rows else 1.0
    image = axes.imshow(grid, cmap="PuOr_r", vmin=-most, vmax=most, aspect="equal")
    digits = 0 if most >= (9.5 if is_narrow else 20) else 1 if most >= 2 else 2
    for (down, across), value in np.ndenumerate(grid):
        if value == value and len(names) <= MOST_WRITTEN:
            axes.text(
                across,
                down,
                english.number(value, digits, sign=True),
                ha="center",
                va="center",
                fontsize=7.5,
                fontweight="bold" if clear[down, across] else "normal",
                color="white" if abs(value) > 0.7 * most else style.INK,
            )
    labels = [style.wrapped(in_words(name), 26, 1) for name in names]
    beside = [style.wrapped(in_words(name), parts.letters(26), 2) for name in names]
    axes.set_xticks(range(len(names) - 1), labels[:-1], rotation=40, ha="right", fontsize=7.5)
    axes.set_yticks(range(1, len(names)), beside[1:], fontsize=7.5)
    axes.set_xlim(-0.5, len(names) - 1.5)
    axes.set_ylim(len(names) - 0.5, 0.5)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    bar = style.panel(figure, labels_wide + side * 0.62, 1.45 + side * 0.8, side * 0.34, 0.11)
    figure.colorbar(image, cax=bar, orientation="horizontal")
    together = "" if is_narrow else " together"
    bar.set_xticks([-most, 0, most], [f"less{together}", "0", f"more{together}"], fontsize=7.5)
    shown = "points" if unit == "share" else unit
    figure.text(
        0.02,
        0.02,
        style.wrapped(
            f"{label(outcome)}, {shown}; bold where the 90 % range leaves out zero",
            parts.letters(76),
        ),
        fontsize=style.SMALL,
    )
    return figure


def _name_rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(
        [-number for number in range(len(names))],
        [style.wrapped(in_words(name), 22, 2) for name in names],
    )
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _value_axis(axes: Axes, unit: str) -> None:
    if unit == "share":
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    elif unit == "US dollars":
        axes.xaxis.set_major_formatter(lambda value, _: f"${value:,.0f}".replace("$-", "-$"))
        axes.locator_params(axis="x", nbins=6)
    axes.grid(axis="x")


def _value(axes: Axes, at: float, height: float, text: str) -> None:
    axes.annotate(
        text,
        (at, height),
        (4, 0),
        textcoords="offset points",
        va="center",
        fontsize=7.5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )


def _shown(value: float, unit: str) -> str:
    return with_unit(value, unit, sign=True)


def _plain(value: float, unit: str) -> str:
    return with_unit(value, unit)
