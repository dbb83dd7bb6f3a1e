"""Figures of a calibration: prior against posterior, and what the fit predicts for its evidence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.calibration.folder import Calibrated
from ips_sim.analysis.calibration.statistics import (
    expit,
    fitted_targets,
    fitted_trials,
    scale_of,
    split_table,
)
from ips_sim.report.drawing import ToDraw, in_words
from ips_sim.report.figures import parts
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

PRIOR_SAMPLE = 20_000
BINS = 24

_ROW = 0.24


def calibration_figures(calibrated: Calibrated) -> list[ToDraw]:
    """Plan what was learned, and what the fit says of its evidence."""
    return [
        ToDraw(
            "prior-and-posterior",
            "What did the evidence teach?",
            "A panel for each parameter, over the range that was thought possible, what was "
            "learned most first. The number is the share of the prior's spread that is left: near "
            "100 % the evidence says nothing of it.",
            partial(prior_and_posterior, calibrated),
        ),
        ToDraw(
            "predictive-targets",
            "Does the fit meet what was pooled from studies?",
            f"Each on the scale of its own plausible range. {_NOTE}",
            partial(predictive_targets, calibrated),
        ),
        ToDraw(
            "predictive-trials",
            "Does it meet the trials behind it?",
            f"Without what a site and sampling add to a single trial. {_NOTE}",
            partial(predictive_trials, calibrated),
        ),
    ]


_NOTE = "Dot: published; bar and tick: 90 % of the draws and their median, as means over sites."


def prior_and_posterior(calibrated: Calibrated) -> Figure:
    """Draw a panel for each parameter, what the data taught most first."""
    fit, seed = calibrated.fit, calibrated.calibration.plan.seed
    prior = fit.space.draw_prior(PRIOR_SAMPLE, np.random.default_rng(seed))
    posterior = fit.posterior.coordinates
    kept = posterior.std(axis=0) / prior.std(axis=0)
    order = np.argsort(kept, kind="stable")
    columns = 2 if style.is_narrow() else 4
    rows = -(-len(order) // columns)
    each = 1.05
    figure = style.blank(rows * each + 0.45, style.full_width())
    tall = figure.get_size_inches()[1]
    wide = (style.full_width() - 0.3) / columns
    edges = [-1 + 2 * bound / BINS for bound in range(BINS + 1)]
    for number, column in enumerate(order):
        down, across = divmod(number, columns)
        info = fit.space.infos[column]
        axes = style.panel(
            figure, 0.2 + across * wide, tall - (down + 1) * each + 0.18, wide - 0.22, each - 0.55
        )
        axes.hist(prior[:, column], edges, density=True, color=style.LIGHT)
        axes.hist(
            posterior[:, column],
            edges,
            density=True,
            histtype="step",
            color=style.BLUE,
            linewidth=1.3,
        )
        axes.set_xlim(-1, 1)
        axes.set_yticks([])
        axes.set_xticks([-1, 1], [f"{info.low:g}", f"{info.high:g}"], fontsize=7.0)
        left, right = axes.get_xticklabels()
        left.set_horizontalalignment("left")
        right.set_horizontalalignment("right")
        axes.tick_params(axis="x", length=2, pad=1)
        axes.spines["left"].set_visible(False)
        axes.set_title(
            style.wrapped(in_words(f"parameters.{info.name}"), 9.5 * wide, 2), fontsize=7.5, pad=2
        )
        share = f"{kept[column]:.0%}"
        axes.text(0.5, -0.1, share, transform=axes.transAxes, va="top", ha="center", fontsize=7.0)
    parts.key(figure, [("prior", style.LIGHT), ("after the fit", style.BLUE)])
    return figure


def predictive_targets(calibrated: Calibrated) -> Figure:
    """Draw every fitted target on the scale of its own plausible range."""
    fit = calibrated.fit
    simulated = split_table(fit.emulator(fit.posterior.coordinates)).targets
    targets = fitted_targets()
    each, names, letters = (0.36, 1.7, 25) if style.is_narrow() else (_ROW, 3.1, 50)
    tall = each * len(targets)
    figure = style.blank(tall + 0.6, style.full_width())
    axes = style.panel(figure, names, 0.45, style.full_width() - names - 0.2, tall)
    axes.axvspan(-1, 1, color=style.PALE, linewidth=0)
    for row, target in enumerate(targets):
        scale = scale_of(target)
        low, middle, high = (float(scale(x)) for x in (target.low, target.value, target.high))
        half = (high - low) / 2
        values = (simulated[:, row] - (high + low) / 2) / half
        ends = np.quantile(values, [0.05, 0.95])
        axes.plot(ends, [-row] * 2, color=style.SKY, linewidth=6, solid_capstyle="butt")
        axes.plot(np.median(values), -row, marker="|", markersize=8, color=style.BLUE, mew=1.6)
        axes.plot(
            (middle - (high + low) / 2) / half, -row, marker="o", markersize=4, color=style.INK
        )
    axes.set_yticks(
        [-row for row in range(len(targets))],
        [
            style.wrapped(f"{target.name.replace('_', ' ')}, {target.arm}", letters, 2)
            for target in targets
        ],
        fontsize=7.5,
    )
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(targets) + 0.5, 0.5)
    axes.set_xticks([-1, 1], ["low", "high"], fontsize=7.5)
    axes.set_xlabel("plausible range", fontsize=style.SMALL)
    axes.spines["left"].set_visible(False)
    return figure


def predictive_trials(calibrated: Calibrated) -> Figure:
    """Draw the rates of the fitted trials, without what site and sampling add to a single trial."""
    fit = calibrated.fit
    simulated = 100 * expit(split_table(fit.emulator(fit.posterior.coordinates)).arms)
    trials = fitted_trials()
    tall, columns = _ROW * len(trials), parts.columns_of(2)
    each = tall + 0.75
    figure = style.blank(each * 2 / columns + 0.1, style.full_width())
    apart = 0.35  # as far as the last tick of one panel and the first of the next need
    wide = (style.full_width() - 1.3 - apart * columns) / columns
    for place, title in enumerate(("IPS", "Control")):
        row, column = divmod(place, columns)
        bottom = 0.5 + each * (2 // columns - 1 - row)
        axes = style.panel(figure, 1.3 + column * (wide + apart), bottom, wide, tall)
        for row, result in enumerate(trials):
            published = (result.ips_rate, result.control_rate)[place]
            values = simulated[:, row, place]
            ends = np.quantile(values, [0.05, 0.95])
            axes.plot(ends, [-row] * 2, color=style.SKY, linewidth=6, solid_capstyle="butt")
            axes.plot(np.median(values), -row, marker="|", markersize=8, color=style.BLUE, mew=1.6)
            axes.plot(published, -row, marker="o", markersize=4, color=style.INK)
        axes.set_title(title)
        axes.set_xlim(0, 100)
        axes.set_ylim(-len(trials) + 0.5, 0.5)
        names = [result.trial_id for result in trials] if column == 0 else []
        axes.set_yticks([-row for row in range(len(trials))], names, fontsize=7.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_xlabel("% with the outcome", fontsize=style.SMALL)
    return figure
