"""Figures from the table of people: time to first job, tenure, weeks worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ips_sim.report.figures import parts
from ips_sim.report.figures.parts import Line
from ips_sim.report.folder import IntArray, PeopleCounts, Told
from ips_sim.report.survival import kaplan_meier
from ips_sim.runs.ranges import predictive_range
from ips_sim.shown import style
from ips_sim.shown.english import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEWEST_AT_RISK = 20
"""A curve ends where fewer simulated people than this are left to carry it."""

WORKED_CLASSES: tuple[tuple[int, str], ...] = (
    (0, style.PALE),
    (1, "#C6DBEF"),
    (13, "#8FBCDD"),
    (26, "#4A8FC3"),
    (52, "#1A5C9A"),
    (104, "#0A2F5C"),
)
"""Classes of weeks worked: fewest weeks, colour from pale to dark."""


def worked_class(number: int, follow_up: int) -> str:
    """Name a class of weeks worked, none of which is longer than the follow-up."""
    first = WORKED_CLASSES[number][0]
    beyond = [fewest for fewest, _ in WORKED_CLASSES[number + 1 :]]
    last = min([follow_up, *(fewest - 1 for fewest in beyond[:1])])
    if not first:
        return "No week"
    return counted(first, "week") if first == last else f"{first} to {counted(last, 'week')}"


def time_to_first_job(
    told: Sequence[Told], lines: Sequence[Line], people: Mapping[str, PeopleCounts]
) -> Figure:
    """Draw the share still without a first competitive job, by weeks since entry."""
    figure, axes = parts.line_panel(lines)
    weeks, ends = 1, []
    for one, line in zip(told, lines, strict=True):
        if one.name not in people:
            continue
        mine = people[one.name]
        pooled = kaplan_meier(mine.first_job.sum(axis=0), mine.without_job.sum(axis=0))
        last = _last_week(pooled.at_risk)
        week = np.arange(last + 1)
        runs = (mine.first_job + mine.without_job).sum(axis=1) > 0
        if runs.sum() > 1 and len(people) <= parts.MOST_BANDS:
            single = kaplan_meier(mine.first_job[runs], mine.without_job[runs]).surviving
            # Whoever has found a job by then, moved by what the model misses of them.
            single = 1.0 - (1.0 - single[:, : last + 1]) * mine.factors[runs, None]
            low, high = predictive_range(single.T, 0.0, 1.0)
            axes.fill_between(week, low, high, step="post", color=line.colour, alpha=0.16, lw=0)
        surviving = pooled.surviving[: last + 1]
        parts.draw_line(axes, week, surviving, line, steps=True)
        ends.append((float(last), float(surviving[-1]), line))
        weeks = max(weeks, min(parts.up_to_next_tick(last), mine.first_job.shape[1] - 1))
    _finish(axes, weeks, ends, "Weeks since entry", "Share without a competitive job so far")
    return figure


def job_tenure(
    told: Sequence[Told], lines: Sequence[Line], people: Mapping[str, PeopleCounts]
) -> Figure:
    """Draw the share of first jobs that last, by weeks since their start."""
    figure, axes = parts.line_panel(lines)
    weeks, ends = 1, []
    for one, line in zip(told, lines, strict=True):
        if one.name not in people:
            continue
        mine = people[one.name]
        curve = kaplan_meier(mine.tenure_ended, mine.tenure_censored)
        last = _last_week(curve.at_risk)
        if not last:
            continue
        surviving = curve.surviving[: last + 1]
        parts.draw_line(axes, np.arange(last + 1), surviving, line, steps=True)
        ends.append((float(last), float(surviving[-1]), line))
        weeks = max(weeks, min(parts.up_to_next_tick(last), mine.tenure_ended.shape[0] - 1))
    _finish(axes, weeks, ends, "Weeks since the first job began", "Share of first jobs still held")
    return figure


def _finish(
    axes: Axes,
    weeks: int,
    ends: Sequence[tuple[float, float, Line]],
    across: str,
    up: str,
) -> None:
    parts.weeks_axis(axes, weeks, across)
    parts.percent_axis(axes, 1.0, up)
    parts.end_labels(axes, ends)


def _last_week(at_risk: IntArray) -> int:
    """The last week with enough people at risk; a small world is shown as far as it goes."""
    enough = min(FEWEST_AT_RISK, max(1, int(at_risk[0]) // 10))
    carried = np.flatnonzero(at_risk >= enough)
    return int(carried[-1]) if carried.size else 0


def weeks_worked(told: Sequence[Told], people: Mapping[str, PeopleCounts]) -> Figure:
    """Draw how many people worked how long, as one bar per scenario that adds up to everyone."""
    shown = [one for one in told if one.name in people]
    longest = max(int(people[one.name].weeks_worked.nonzero()[0].max()) for one in shown)
    classes = [entry for entry in WORKED_CLASSES if entry[0] <= longest]
    bottom = parts.key_inches(len(classes), len(classes) - 3 * style.is_narrow()) + 0.48
    height = 0.55 * len(shown) + bottom + 0.2
    figure = style.blank(height, style.full_width())
    axes = style.panel(figure, 0.2, bottom, style.full_width() - 0.5, height - bottom)
    follow_up = max(people[one.name].weeks_worked.shape[0] for one in shown) - 1
    for number, one in enumerate(shown):
        counts = people[one.name].weeks_worked
        start = 0.0
        for place, (first, colour) in enumerate(classes):
            until = classes[place + 1][0] if place + 1 < len(classes) else counts.shape[0]
            share = float(counts[first:until].sum() / counts.sum())
            axes.barh(-number, share, left=start, height=0.5, facecolor=colour, edgecolor="white")
            if share >= 0.26 / style.full_width():
                axes.text(
                    start + share / 2,
                    -number,
                    f"{100 * share:.0f} %",
                    ha="center",
                    va="center",
                    fontsize=style.SMALL,
                    color="white" if first >= 26 else style.INK,
                )
            start += share
        parts.bar_title(axes, number, style.wrapped(one.name, parts.letters(60), 1))
    axes.set_xlim(0, 1)
    axes.set_ylim(-len(shown) + 0.6, 0.72)
    axes.set_yticks([])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Share of people, by weeks in competitive work")
    named = [(worked_class(place, follow_up), colour) for place, (_, colour) in enumerate(classes)]
    parts.key(figure, named, len(classes) - 3 * style.is_narrow())
    return figure
