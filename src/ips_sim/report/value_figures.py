"""Figures of a value analysis: the plane, acceptability, information, what moves it, who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ips_sim.analysis.value.budget import PAYER_WORDS
from ips_sim.analysis.value.result import Value
from ips_sim.analysis.value.views import spread
from ips_sim.economics.inventory import paid_by
from ips_sim.economics.prices import default_price_year
from ips_sim.evidence import PAYERS
from ips_sim.report.drawing import ToDraw
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_INPUTS = 12
TICKS = 5
EFFECT_AXIS = {
    "weeks_worked": "more weeks of competitive work per person",
    "people_employed": "more people employed, of each one referred",
    "qalys": "more QALYs per person",
}
_LEFT, _BOTTOM, _WIDE, _TALL = 0.75, 0.55, 4.3, 2.7


def value_figures(value: Value) -> list[ToDraw]:
    """Plan every figure of a value analysis."""
    plan = value.plan
    reference = plan.names[plan.reference]
    about = (
        f"Perspective {plan.perspective}; reference {reference}; US dollars of "
        f"{default_price_year()}; {plan.draws} draws."
    )
    figures = [
        ToDraw(
            "plane",
            "What does more work cost?",
            f"Each dot is one draw of everything that is uncertain. {about} Dots below the line "
            "cost nothing more; on the dashed line a unit costs what it is taken to be worth.",
            lambda: plane(value),
        ),
        ToDraw(
            "acceptability",
            "How sure is it, at each worth of a unit?",
            "The share of draws in which each strategy is best. The thick line marks whichever is "
            f"best by mean. {about}",
            lambda: acceptability_curves(value),
        ),
        ToDraw(
            "information",
            "What would it be worth to know more?",
            "Expected value of perfect information, per person referred: what wrong choices cost "
            "on average for want of knowing. Where it is near zero, more research changes nothing. "
            f"{about}",
            lambda: information(value),
        ),
    ]
    if value.worth:
        figures.append(
            ToDraw(
                "inputs",
                "Which inputs move the answer?",
                "Net benefit beyond the reference's where an input is low (blue) and where it is "
                "high (orange): 5 % and 95 % of its draws. Prices are changed one at a time, "
                "parameters followed by regression over the draws; pale bars are within twice "
                f"their standard error of none. {about}",
                lambda: inputs(value),
            )
        )
    figures.append(
        ToDraw(
            "payers",
            "Who pays more, and who gets more?",
            f"Per person over the whole time, not discounted, more than with {reference}; lines "
            "are what nine draws of ten lie in. What one pays another may get, so these do not add "
            f"up to a cost of society. US dollars of {default_price_year()}.",
            lambda: payers(value),
        )
    )
    return figures


def _colours(value: Value) -> dict[int, str]:
    return {
        number: style.COLOURS[number % len(style.COLOURS)]
        for number in range(len(value.plan.names))
    }


def _axes(tall: float = _TALL, left: float = _LEFT) -> tuple[Figure, Axes]:
    figure = style.blank(tall + _BOTTOM + 0.35)
    return figure, style.panel(figure, left, _BOTTOM, style.inches_wide() - left - 0.3, tall)


def dollars(amount: float, _: object = None) -> str:
    """Write dollars at an axis; what matplotlib says besides does not matter."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.0f}"


def plane(value: Value) -> Figure:
    """Draw the cost-effectiveness plane."""
    figure, axes = _axes()
    cost, effect = value.pair()
    reference = value.plan.reference
    for number in value.others:
        axes.plot(
            effect[:, number] - effect[:, reference],
            cost[:, number] - cost[:, reference],
            "o",
            markersize=3,
            alpha=0.6,
            color=_colours(value)[number],
            label=style.wrapped(value.plan.names[number], 40, 1),
        )
    axes.axhline(0, color=style.DARK, linewidth=0.8)
    axes.axvline(0, color=style.DARK, linewidth=0.8)
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    line = np.array([low, high])
    axes.plot(line, value.threshold * line, "--", color=style.MIDDLE, linewidth=1)
    axes.set_xlim(low, high)
    axes.set_ylim(bottom, top)
    axes.set_xlabel(EFFECT_AXIS[value.plan.effect], fontsize=style.SMALL)
    axes.yaxis.set_major_formatter(dollars)
    title = "more cost per person"
    if len(value.others) == 1:
        # A key beside one kind of dot would stand on the axis.
        title += f": {style.wrapped(value.plan.names[value.others[0]], 60, 1)}"
    else:
        axes.legend(fontsize=style.SMALL, frameon=False)
    axes.set_title(title, loc="left", fontsize=style.SMALL)
    return figure


def acceptability_curves(value: Value) -> Figure:
    """Draw acceptability curves and their frontier."""
    figure, axes = _axes()
    probability, best = value.curves
    thresholds = np.array(value.thresholds)
    for number, name in enumerate(value.plan.names):
        colour = _colours(value)[number]
        shares = 100 * probability[:, number]
        axes.plot(thresholds, shares, color=colour, linewidth=1.2, label=style.wrapped(name, 40, 1))
        where = np.array([one == number for one in best])
        axes.plot(thresholds, np.where(where, shares, np.nan), color=colour, linewidth=3)
    axes.axvline(value.threshold, color=style.MIDDLE, linestyle="--", linewidth=1)
    axes.set_ylim(0, 102)
    axes.set_title("probably best, % of draws", loc="left", fontsize=style.SMALL)
    _threshold_axis(axes, value)
    axes.legend(fontsize=style.SMALL, frameon=False)
    return figure


def _threshold_axis(axes: Axes, value: Value) -> None:
    unit = {"weeks_worked": "week worked", "people_employed": "person employed", "qalys": "QALY"}
    axes.set_xlim(0, value.thresholds[-1])
    axes.xaxis.set_major_formatter(dollars)
    axes.set_xlabel(f"what a {unit[value.plan.effect]} is worth", fontsize=style.SMALL)


def information(value: Value) -> Figure:
    """Draw what perfect information is worth at each threshold."""
    figure, axes = _axes(2.0)
    axes.plot(value.thresholds, value.information, color=style.BLUE)
    axes.axvline(value.threshold, color=style.MIDDLE, linestyle="--", linewidth=1)
    # Ticks tell whole dollars apart, and all may be nothing.
    axes.set_ylim(0, max(float(TICKS), axes.get_ylim()[1]))
    axes.yaxis.set_major_formatter(dollars)
    axes.set_title("per person referred", loc="left", fontsize=style.SMALL)
    _threshold_axis(axes, value)
    return figure


def inputs(value: Value) -> Figure:
    """Draw how far each input moves net benefit, the most first."""
    shown = value.worth[:MOST_INPUTS]
    figure, axes = _axes(0.27 * len(shown) + 0.2, 2.2)
    middle = float(value.gain[:, value.others].max(axis=1).mean())
    for place, one in enumerate(shown):
        swing = abs(one.gain_at_high - one.gain_at_low)
        alpha = 0.9 if swing > 2 * one.swing_error else 0.3
        for end, colour in ((one.gain_at_low, style.BLUE), (one.gain_at_high, style.VERMILLION)):
            axes.barh(-place, end - middle, left=middle, height=0.62, color=colour, alpha=alpha)
    axes.axvline(middle, color=style.DARK, linewidth=0.8)
    axes.set_yticks(
        [-place for place in range(len(shown))],
        [style.wrapped(one.input.replace("_usd", "").replace("_", " "), 32, 1) for one in shown],
        fontsize=style.SMALL - 0.5,
    )
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(dollars)
    axes.locator_params(axis="x", nbins=TICKS)
    axes.set_xlabel("net benefit beyond the reference's, per person", fontsize=style.SMALL)
    return figure


def payers(value: Value) -> Figure:
    """Draw who pays more than with the reference."""
    priced, reference = value.priced[0], value.plan.reference
    totals = []
    for number in range(len(value.plan.names)):
        shares = paid_by(priced.items(number), priced.prices[number])
        none = np.zeros((value.plan.draws, 1))
        totals.append(
            [
                sum(shares[payer].values(), none).sum(axis=1) / priced.people[number]
                for payer in PAYERS
            ]
        )
    left, letters = (1.35, 17) if style.is_narrow() else (2.2, 30)
    figure, axes = _axes(0.36 * len(PAYERS) * max(1, len(value.others)) + 0.2, left)
    height = 0.7 / max(1, len(value.others))
    for place in range(len(PAYERS)):
        for row, number in enumerate(value.others):
            more, *ends = spread(totals[number][place] - totals[reference][place])
            where = -place - row * height
            axes.barh(where, more, height=height, color=_colours(value)[number])
            axes.plot(ends, (where, where), color=style.INK, linewidth=0.8)
            axes.annotate(
                dollars(more),
                (np.nanmax((more, *ends)) if more >= 0 else np.nanmin((more, *ends)), where),
                xytext=(3 if more >= 0 else -3, 0),
                textcoords="offset points",
                ha="left" if more >= 0 else "right",
                va="center",
                fontsize=style.SMALL - 0.5,
            )
    axes.axvline(0, color=style.DARK, linewidth=0.8)
    axes.set_yticks(
        [-place for place in range(len(PAYERS))],
        [style.wrapped(PAYER_WORDS[payer].partition(" (")[0], letters, 2) for payer in PAYERS],
        fontsize=style.SMALL - 0.5,
    )
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.9 if style.is_narrow() else 0.25)
    axes.xaxis.set_major_formatter(_thousands)
    axes.set_xlabel("pays more (right) or gets more (left), per person", fontsize=style.SMALL)
    return figure


def _thousands(amount: float, _: object) -> str:
    """Write dollars at an axis in few letters."""
    short = f"{abs(amount) / 1000:g}k" if abs(amount) >= 1000 else f"{abs(amount):g}"
    return f"{'-' if amount < 0 else ''}${short}"
