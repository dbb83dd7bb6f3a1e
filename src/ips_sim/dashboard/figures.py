"""Figures of the pages: narrow, so that their letters can be read on a phone too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ips_sim.report.figures import parts
from ips_sim.report.figures.weekly_figures import week_label
from ips_sim.report.folder import Result
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 3.9, 2.75
"""Inches."""


def work_curves(result: Result) -> Figure:
    """Draw the share with a competitive job week by week, with ranges; the page names the lines."""
    told = result.scenarios
    lines = parts.looks([one.name for one in told])
    figure = style.blank(HEIGHT, WIDTH)
    axes = style.panel(figure, 0.52, 0.48, WIDTH - 0.72, HEIGHT - 0.85)
    top, weeks = 0.0, 1
    for one, line in zip(told, lines, strict=True):
        mine = result.weekly[one.name]
        week = np.arange(1, mine.weeks + 1)
        if mine.runs > 1:
            axes.fill_between(week, mine.low, mine.high, color=line.colour, alpha=0.16, lw=0)
            top = max(top, float(mine.high.max()))
        parts.draw_line(axes, week, mine.employed, line)
        top, weeks = max(top, float(mine.employed.max())), max(weeks, mine.weeks)
    parts.weeks_axis(axes, weeks, week_label(told))
    who = "people" if any(one.is_cohort for one in told) else "the caseload"
    up = f"Share of {who} in competitive work"
    parts.percent_axis(axes, min(1.0, max(0.05, 1.08 * top)), up)
    axes.set_title(up, fontsize=9.0, fontweight="normal", x=-0.14, pad=8)
    return figure
