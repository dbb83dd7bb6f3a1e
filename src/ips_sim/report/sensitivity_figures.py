"""Figures of a sensitivity analysis: ranked indices, Morris's plane, and how indices settle."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ips_sim.analysis.experiments.experiment import Method
from ips_sim.analysis.experiments.indices import Index, ranking_index
from ips_sim.analysis.experiments.sensitivity import (
    CHANCE,
    SHARE_OF_MEANS,
    SHARE_OF_RUNS,
    Sensitivity,
    ranking,
)
from ips_sim.report.drawing import ToDraw, in_words, label, titled
from ips_sim.report.figures import parts
from ips_sim.report.sensitivity_words import INDEX_WORDS
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_FACTORS = 20
MOST_SETTLING = 6
MOST_NAMES = 8
ROW_INCHES = 0.24


def sensitivity_figures(analysis: Sensitivity) -> list[ToDraw]:
    """Plan the figures of every outcome and method."""
    return [
        one
        for outcome in analysis.experiment.outcomes
        for method in analysis.experiment.methods
        for one in _of_method(analysis, outcome, method)
    ]


def _of_method(analysis: Sensitivity, outcome: str, method: Method) -> Iterator[ToDraw]:
    ranked = [one for one in ranking(analysis, outcome, method) if isinstance(one.value, float)]
    if not ranked:
        return  # an outcome that never changes has nothing to draw
    name, about = f"{method}-{outcome}".replace("_", "-"), label(outcome)
    yield ToDraw(
        f"{name}-ranked",
        f"{about}: what drives it?",
        f"By the method called {method.capitalize()}, over the ranges that the experiment names: "
        "with other ranges the order may be another. Lines are 90 % intervals of what a design of "
        "this size can tell. What is no larger than its own interval is not told from nothing.",
        partial(_ranked, analysis, outcome, method, ranked),
    )
    if method == "morris":
        yield ToDraw(
            f"{name}-plane",
            f"{about}: does each act in the same way everywhere?",
            "To the right: how much an input moves the outcome. Upwards: how differently it does "
            "so from place to place, since it bends or acts together with others.",
            partial(_plane, analysis, outcome, ranked),
        )
    if _sizes(analysis, outcome, method) > 1:
        yield ToDraw(
            f"{name}-settling",
            f"{about}: was the design large enough?",
            "The largest worked out again from growing parts of the design. Lines that are still "
            "moving at the right end ask for more points.",
            partial(_settling, analysis, outcome, method, ranked),
        )


def _sizes(analysis: Sensitivity, outcome: str, method: Method) -> int:
    """How many parts of the design gave indices; with one there is nothing to see settle."""
    return len(
        {
            one.points
            for one in analysis.settling
            if (one.outcome, one.index.method) == (outcome, method)
        }
    )


def _found(
    analysis: Sensitivity, outcome: str, method: str, factor: str, index: str
) -> Index | None:
    return next(
        (
            one
            for name, one in analysis.indices
            if (name, one.method, one.factor, one.index) == (outcome, method, factor, index)
            and isinstance(one.value, float)
        ),
        None,
    )


def _dot(panel: Axes, index: Index, height: float, colour: str, marker: str) -> None:
    if isinstance(index.value, str) or isinstance(index.low, str) or isinstance(index.high, str):
        return
    panel.plot([index.low, index.high], [height, height], color=colour, linewidth=1.4)
    panel.plot(index.value, height, marker=marker, color=colour, markersize=5, linestyle="")


def _ranked(analysis: Sensitivity, outcome: str, method: Method, ranked: list[Index]) -> Figure:
    """Indices with their intervals, the largest first, and the share of mere chance below."""
    shown = ranked[:MOST_FACTORS]
    shares = [
        (words, _found(analysis, outcome, method, CHANCE, index))
        for words, index in (
            ("chance, of one run", SHARE_OF_RUNS),
            ("chance, left in means", SHARE_OF_MEANS),
        )
    ]
    chance = [(words, one) for words, one in shares if one is not None]
    names, letters, lines_of = (1.35, 17, 2) if style.is_narrow() else (2.05, 28, 1)
    each = ROW_INCHES + (0.08 if style.is_narrow() else 0.0)
    tall = each * len(shown)
    key = 0.15 + 0.19 * (2 if method == "sobol" else 1)
    below = key + 0.3 + (each * len(chance) + 0.75 if chance else 0.0)
    figure = style.blank(tall + below + 0.45)
    wide = style.inches_wide() - names - 0.35
    panel = style.panel(figure, names, below, wide, tall)
    lines = parts.looks([INDEX_WORDS[method, ranking_index(method)]])
    if method == "sobol":
        lines = parts.looks(
            [INDEX_WORDS["sobol", "total_order"], INDEX_WORDS["sobol", "first_order"]]
        )
    for row, one in enumerate(shown):
        if row % 2 == 0:
            panel.axhspan(-row - 0.5, -row + 0.5, color="#F6F6F6", lw=0)
        shift = 0.16 if method == "sobol" else 0.0
        _dot(panel, one, -row + shift, lines[0].colour, lines[0].marker)
        first = _found(analysis, outcome, "sobol", one.factor, "first_order")
        if method == "sobol" and first is not None:
            _dot(panel, first, -row - shift, lines[1].colour, lines[1].marker)
    panel.set_yticks(
        [-row for row in range(len(shown))],
        [style.wrapped(in_words(one.factor), letters, lines_of) for one in shown],
    )
    panel.set_ylim(-len(shown) + 0.5, 0.5)
    panel.axvline(0, color=style.MIDDLE, linewidth=0.8)
    panel.tick_params(axis="y", length=0)
    panel.set_title(
        style.wrapped(f"{titled(outcome)}: {method}", parts.letters(58), 1),
        x=-(names - 0.1) / wide,
        pad=8,
    )
    if chance:
        lower = style.panel(figure, names, key + 0.45, wide, each * len(chance))
        for row, (_, share) in enumerate(chance):
            _dot(lower, share, -row, style.DARK, "D")
        lower.set_yticks(
            [-row for row in range(len(chance))],
            [style.wrapped(words, letters, 2) for words, _ in chance],
        )
        lower.set_xlim(0, 1)
        lower.set_ylim(-len(chance) + 0.5, 0.5)
        lower.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        lower.tick_params(axis="y", length=0)
        lower.set_xlabel("of the variance")
    parts.line_key(figure, lines, columns=1)
    return figure


def _settling(analysis: Sensitivity, outcome: str, method: Method, ranked: list[Index]) -> Figure:
    """The largest indices worked out from growing parts of the design."""
    names = [one.factor for one in ranked[:MOST_SETTLING]]
    lines = parts.looks([in_words(name) for name in names])
    rows = -(-len(lines) // parts.columns_of(2))
    figure = style.blank(3.05 + 0.19 * rows)
    panel = style.panel(figure, 0.6, 0.6 + 0.19 * rows, style.inches_wide() - 0.8, 2.1)
    ticks: set[int] = set()
    for name, line in zip(names, lines, strict=True):
        found = [
            (one.points, one.index.value, one.index.low, one.index.high)
            for one in analysis.settling
            if (one.outcome, one.index.method, one.index.factor) == (outcome, method, name)
        ]
        known = [tuple(map(float, one)) for one in found if not isinstance(one[1], str)]
        if not known:
            continue
        points, values, low, high = zip(*known, strict=True)
        ticks |= {int(one) for one in points}
        panel.fill_between(points, low, high, color=line.colour, alpha=0.12, lw=0)
        panel.plot(
            points,
            values,
            color=line.colour,
            linestyle=line.dashes,
            marker=line.marker,
            markersize=4,
        )
    panel.set_xscale("log")
    panel.set_xticks(sorted(ticks), [f"{one:,}" for one in sorted(ticks)])
    panel.set_xticks([], minor=True)
    panel.set_xlabel("points of the design")
    panel.set_title(
        style.wrapped(
            f"{titled(outcome)}: {method}, {ranking_index(method).replace('_', ' ')}",
            parts.letters(58),
            1,
        ),
        x=-0.1,
        pad=8,
    )
    panel.grid(axis="y")
    parts.line_key(figure, lines)
    return figure


def _plane(analysis: Sensitivity, outcome: str, ranked: list[Index]) -> Figure:
    """Morris's plane: how much a factor moves the outcome, and how unevenly."""
    figure = style.blank(3.6)
    panel = style.panel(figure, 0.75, 0.6, style.inches_wide() - 1.0, 2.6)
    points = []
    for one in ranked:
        spread = _found(analysis, outcome, "morris", one.factor, "sigma")
        if spread is not None:
            points.append((one.factor, float(one.value), float(spread.value)))
    top = max((max(x, y) for _, x, y in points), default=1.0) * 1.12 or 1.0
    panel.plot([0, top], [0, top], color=style.LIGHT, linewidth=1)
    panel.text(top * 0.86, top * 0.94, "uneven", ha="right", color=style.DARK, fontsize=7.5)
    panel.text(top * 0.98, top * 0.86, "even", ha="right", color=style.DARK, fontsize=7.5)
    wide, tall = panel.get_position().width * style.inches_wide(), 2.6
    taken: list[tuple[float, float, float, float]] = []
    for place, (name, x, y) in enumerate(points):
        panel.plot(x, y, "o", color=style.BLUE, markersize=4, clip_on=False)
        said = style.wrapped(in_words(name), 28, 1)
        right = x > 0.55 * top
        long, high = _LETTER_INCHES * len(said) / wide * top, _LINE_INCHES / tall * top
        box = (x - long if right else x, y, x if right else x + long, y + high)
        # A name that would stand on another is left out; the table has it.
        if place < MOST_NAMES and not any(_touch(box, one) for one in taken):
            taken.append(box)
            panel.annotate(
                said,
                (x, y),
                xytext=(-5 if right else 5, 4),
                textcoords="offset points",
                ha="right" if right else "left",
                fontsize=7.5,
            )
    panel.set_xlim(0, top)
    panel.set_ylim(0, top)
    panel.set_xlabel("mean absolute effect over the whole range")
    panel.set_title(
        style.wrapped(
            f"{titled(outcome)}: spread of the effect (interactions, bends)", parts.letters(58), 2
        ),
        x=-0.12,
        pad=8,
    )
    return figure


_LETTER_INCHES, _LINE_INCHES = 0.065, 0.15


def _touch(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    """Whether two boxes, given by left, bottom, right and top, have something in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
