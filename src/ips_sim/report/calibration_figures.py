"""Figures of a calibration: prior against posterior, and what the fit predicts for its evidence."""

from __future__ import annotations

from functools import partial
from pathlib import Path
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
from ips_sim.report.drawing import write_figures
from ips_sim.report.figures import parts
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

FIGURES = "figures"
PRIOR_SAMPLE = 20_000
BINS = 24

_COLUMNS, _WIDTH = 4, 7.6
_ROW = 0.24


def write_calibration_figures(calibrated: Calibrated, folder: Path) -> list[Path]:
    """Draw all figures into a result folder, as SVG and as PNG.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    DrawingError
        If some can't be drawn, after all others were written.
    """
    figures = (
        ("prior-and-posterior", prior_and_posterior),
        ("predictive-targets", predictive_targets),
        ("predictive-trials", predictive_trials),
    )
    return write_figures(
        folder / FIGURES, [(name, partial(draw, calibrated)) for name, draw in figures]
    )


def prior_and_posterior(calibrated: Calibrated) -> Figure:
    """Draw a panel for each parameter, what the data taught most first."""
    fit, seed = calibrated.fit, calibrated.calibration.plan.seed
    prior = fit.space.draw_prior(PRIOR_SAMPLE, np.random.default_rng(seed))
    posterior = fit.posterior.coordinates
    kept = posterior.std(axis=0) / prior.std(axis=0)
    order = np.argsort(kept, kind="stable")
    rows = -(-len(order) // _COLUMNS)
    each = 0.92
    figure = style.blank(rows * each + 0.55, _WIDTH)
    tall = figure.get_size_inches()[1]
    wide = (_WIDTH - 0.3) / _COLUMNS
    edges = [-1 + 2 * bound / BINS for bound in range(BINS + 1)]
    for number, column in enumerate(order):
        down, across = divmod(number, _COLUMNS)
        info = fit.space.infos[column]
        axes = style.panel(
            figure, 0.2 + across * wide, tall - (down + 1) * each + 0.18, wide - 0.22, each - 0.42
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
        axes.set_xticks([-1, 1], [f"{info.low:g}", f"{info.high:g}"], fontsize=6.0)
        left, right = axes.get_xticklabels()
        left.set_horizontalalignment("left")
        right.set_horizontalalignment("right")
        axes.tick_params(axis="x", length=2, pad=1)
        axes.spines["left"].set_visible(False)
        axes.set_title(f"{info.name}", fontsize=6.4, fontweight="bold", pad=2)
        share = f"{kept[column]:.0%}"
        axes.text(0.5, -0.1, share, transform=axes.transAxes, va="top", ha="center", fontsize=6.0)
    parts.key(figure, [("prior", style.LIGHT), ("after the fit", style.BLUE)])
    figure.text(
        0.99,
        0.12 / tall,
        "number: share of the prior's spread that is left",
        ha="right",
        fontsize=7,
    )
    return figure


def predictive_targets(calibrated: Calibrated) -> Figure:
    """Draw every fitted target on the scale of its own plausible range."""
    fit = calibrated.fit
    simulated = split_table(fit.emulator(fit.posterior.coordinates)).targets
    targets = fitted_targets()
    tall = _ROW * len(targets)
    figure = style.blank(tall + 1.05, _WIDTH)
    axes = style.panel(figure, 3.1, 0.75, _WIDTH - 3.3, tall)
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
        [f"{target.name}, {target.arm}" for target in targets],
        fontsize=7,
    )
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(targets) + 0.5, 0.5)
    axes.set_xticks([-1, 1], ["low end of the\nplausible range", "high end"], fontsize=7.5)
    axes.spines["left"].set_visible(False)
    _note(figure)
    return figure


def predictive_trials(calibrated: Calibrated) -> Figure:
    """Draw the rates of the fitted trials, without what site and sampling add to a single trial."""
    fit = calibrated.fit
    simulated = 100 * expit(split_table(fit.emulator(fit.posterior.coordinates)).arms)
    trials = fitted_trials()
    tall = _ROW * len(trials)
    figure = style.blank(tall + 1.05, _WIDTH)
    for place, title in enumerate(("IPS", "Control")):
        axes = style.panel(figure, 1.3 + place * 3.15, 0.75, 2.95, tall)
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
        names = [result.trial_id for result in trials] if place == 0 else []
        axes.set_yticks([-row for row in range(len(trials))], names, fontsize=7.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_xlabel("% with the outcome", fontsize=style.SMALL)
    _note(figure)
    return figure


def _note(figure: Figure) -> None:
    tall = figure.get_size_inches()[1]
    text = "dot: published; bar and tick: median and 90 % of the draws, mean over sites"
    figure.text(0.02, 0.1 / tall, text, fontsize=style.SMALL)
