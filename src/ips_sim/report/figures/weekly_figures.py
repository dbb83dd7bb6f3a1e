"""Figures from the weekly table: work, status, hours and costs over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ips_sim.model.rules.counting import Weekly
from ips_sim.report.costs import WeeklyCosts
from ips_sim.report.figures import parts
from ips_sim.report.figures.parts import Line
from ips_sim.report.folder import FloatArray, Told, WeeklyFigures
from ips_sim.report.hours import hours_by_use
from ips_sim.report.quarters import Quarters, quarter_numbers
from ips_sim.shown import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STATUS_LOOKS: tuple[tuple[Weekly, str, str], ...] = (
    (Weekly.EMPLOYED_SUPPORTED, "Competitive job, with support", style.BLUE),
    (Weekly.EMPLOYED_ALONE, "Competitive job, on their own", style.SKY),
    (Weekly.SET_ASIDE_WORK, "Sheltered or transitional work", style.PURPLE),
    (Weekly.SEARCHING, "Searching with a specialist", style.ORANGE),
    (Weekly.PREPARING, "Assessment and training first", style.YELLOW),
    (Weekly.WAITING, "Waiting for a place", "#F7F3B5"),
    (Weekly.NOT_ADMITTED, "Not admitted", style.PALE),
    (Weekly.DISENGAGED, "Disengaged", "#C69C86"),
    (Weekly.CLOSED, "Closed or support ended, no job", "#BCC8D0"),
    (Weekly.GONE, "Gone: moved, died, prison", style.DARK),
)
"""From the bottom of the stack to its top: column, name, colour."""

USE_LOOKS: dict[str, tuple[str, str]] = {
    "hours_trouble": ("Trouble at work", style.VERMILLION),
    "hours_new_job": ("New in a job", style.BLUE),
    "hours_search": ("Search with the person", style.ORANGE),
    "hours_employer_contact": ("Employer contacts", style.GREEN),
    "hours_keep_in_touch": ("Keeping in touch", style.SKY),
    "hours_school": ("Help with school", "#8C6D31"),
    "hours_team": ("Mental health team, families, counsellor", style.PURPLE),
    "hours_travel": ("Travel", style.YELLOW),
    "hours_office": ("Records, supervision", style.LIGHT),
    "not_used": ("Not used", "#FFFFFF"),
}
"""Name and colour of everything that a paid hour goes to."""


def week_label(told: Sequence[Told]) -> str:
    """What a week counts from."""
    if all(one.is_cohort for one in told):
        return "Weeks since entry"
    return "Weeks observed"


def work_by_week(
    told: Sequence[Told], lines: Sequence[Line], weekly: Mapping[str, WeeklyFigures]
) -> Figure:
    """Draw the share with a competitive job at each week's end, with its predictive range."""
    figure, axes = parts.line_panel(lines)
    top, weeks, ends = 0.0, 1, []
    for one, line in zip(told, lines, strict=True):
        if one.name not in weekly:
            continue
        mine = weekly[one.name]
        share = mine.employed
        week = np.arange(1, mine.weeks + 1)
        if mine.runs > 1 and len(weekly) <= parts.MOST_BANDS:
            axes.fill_between(week, mine.low, mine.high, color=line.colour, alpha=0.16, lw=0)
            top = max(top, float(mine.high.max()))
        parts.draw_line(axes, week, share, line)
        ends.append((float(week[-1]), float(share[-1]), line))
        top, weeks = max(top, float(share.max())), max(weeks, mine.weeks)
    parts.weeks_axis(axes, weeks, week_label(told))
    who = "people" if any(one.is_cohort for one in told) else "the caseload"
    up = f"Share of {who} in a competitive job at the end of the week"
    parts.percent_axis(axes, min(1.0, max(0.05, 1.12 * top)), up)
    parts.end_labels(axes, ends)
    return figure


def status_by_week(told: Sequence[Told], weekly: Mapping[str, WeeklyFigures]) -> Figure:
    """Draw where people stand, as areas that add up to everyone, one panel per scenario.

    In shares of all, or where people come all the time in numbers, which then grow.
    """
    shown = [one for one in told if one.name in weekly]
    columns = 1 if len(shown) <= 2 else parts.columns_of(2)
    rows = -(-len(shown) // columns)
    used = {
        column
        for column, _, _ in STATUS_LOOKS
        for one in shown
        if weekly[one.name].per_person(column.name.lower()).any()
    }
    # Two columns of small panels, or a phone, where one stands below the other.
    tall, gap = (1.5, 0.6) if columns > 1 else (1.7, 0.42) if style.is_narrow() else (2.05, 0.42)
    key = parts.key_inches(len(used)) + 0.28
    head = 0.3 if columns == 1 else 0.42
    height = rows * (tall + gap) + key + 0.15
    figure = style.blank(height)
    wide = (style.inches_wide() - 0.62 - 0.15 - 0.3 * (columns - 1)) / columns
    in_shares = any(one.is_cohort for one in shown)
    top = 1.0
    if not in_shares:
        top = max(float((weekly[one.name].people / weekly[one.name].runs).max()) for one in shown)
    for number, one in enumerate(shown):
        row, column = divmod(number, columns)
        axes = style.panel(
            figure,
            0.62 + column * (wide + 0.3),
            height - head - tall - row * (tall + gap),
            wide,
            tall,
        )
        _status_panel(axes, weekly[one.name], top, named=columns == 1, shares=in_shares)
        last = number + columns >= len(shown)
        parts.weeks_axis(axes, weekly[one.name].weeks, week_label([one]) if last else "")
        axes.set_xlim(_ends(weekly[one.name].weeks))
        if not last:
            axes.set_xticklabels([])
        if in_shares:
            axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"] if column == 0 else [])
        elif column:
            axes.set_yticks([])
        if columns == 1:
            axes.set_title(style.wrapped(one.name, _TITLE_LETTERS_PER_INCH * wide, 1))
        else:
            axes.set_title(style.wrapped(one.name, 28, 2), fontsize=style.SMALL)
    ordered = [(name, colour) for column, name, colour in STATUS_LOOKS if column in used]
    parts.key(figure, ordered[::-1])
    return figure


_TITLE_LETTERS_PER_INCH = 11.74


def _ends(weeks: int) -> tuple[int, int]:
    """The first and the last week; a single week is an area too."""
    return (1, weeks) if weeks > 1 else (0, 1)


def _status_panel(
    axes: Axes, mine: WeeklyFigures, top: float, *, named: bool, shares: bool
) -> None:
    """Fill one panel up to its top."""
    week: FloatArray = np.linspace(*_ends(mine.weeks), max(mine.weeks, 2))
    below = np.zeros(week.shape[0])
    for column, name, colour in STATUS_LOOKS:
        name_of_column = column.name.lower()
        size = mine.per_person(name_of_column) if shares else mine.per_run(name_of_column)
        if not size.any():
            continue
        above = below + np.resize(size, below.shape)
        axes.fill_between(week, below, above, facecolor=colour, edgecolor="white", linewidth=0.6)
        if named:
            _name_inside(axes, name, colour, below, above, top)
        below = above
    axes.set_ylim(0, top)


_INCHES_PER_LETTER = 0.075
_ROOM_FOR_LETTERS = 0.09
"""Share of the panel's height that a line of small letters takes up."""


def _name_inside(
    axes: Axes, name: str, colour: str, below: FloatArray, above: FloatArray, top: float
) -> None:
    """Write a name into an area where it fits from its first letter to its last."""
    weeks = below.shape[0]
    panel_inches = style.inches_wide() - 0.77
    span = int(np.ceil(len(name) * _INCHES_PER_LETTER / panel_inches * weeks))
    if span >= weeks:
        return
    floor = np.lib.stride_tricks.sliding_window_view(below, span).max(axis=1)
    ceiling = np.lib.stride_tricks.sliding_window_view(above, span).min(axis=1)
    room = ceiling - floor
    start = int(np.argmax(room))
    if room[start] < _ROOM_FOR_LETTERS * top:
        return
    axes.text(
        start + 1 + span / 2,
        float(floor[start] + ceiling[start]) / 2,
        name,
        ha="center",
        va="center",
        fontsize=style.SMALL,
        color="white" if colour in {style.BLUE, style.DARK} else style.INK,
    )


_QUARTER_PANELS = (
    ("employed_in_quarter_share", "Worked in the quarter, % of served", 100.0),
    ("job_starts", "Job starts in the quarter", 1.0),
    ("waiting", "People waiting for a place", 1.0),
    ("programme_cost_usd", "Cost of the quarter, US dollars", 1.0),
)
"""What is drawn of quarters: figure, title, and what it is multiplied by."""


def quarters(
    told: Sequence[Told], lines: Sequence[Line], by_name: Mapping[str, Quarters]
) -> Figure:
    """Draw what open programmes do quarter by quarter, each figure with its predictive range."""
    columns = parts.columns_of(2)
    rows = len(_QUARTER_PANELS) // columns
    height = 0.25 + 2.15 * rows + sum(parts.key_rows(lines))
    figure = style.blank(height)
    wide = (style.inches_wide() - 0.62 * columns - 0.15) / columns
    for number, (name, title, scale) in enumerate(_QUARTER_PANELS):
        row, column = divmod(number, columns)
        left, bottom = 0.62 + column * (wide + 0.62), height - 0.35 - 1.55 - row * 2.15
        axes = style.panel(figure, left, bottom, wide, 1.55)
        top = 0.0
        for one, line in zip(told, lines, strict=True):
            if one.name not in by_name:
                continue
            mine = by_name[one.name]
            numbers = quarter_numbers(mine)
            found = [mine[quarter, name] for quarter in numbers]
            mean, low, high = (
                np.array([np.nan if end is None else scale * end for end in ends])
                for ends in zip(*((of.mean, of.low, of.high) for of in found), strict=True)
            )
            if len(by_name) <= parts.MOST_BANDS:
                axes.fill_between(numbers, low, high, color=line.colour, alpha=0.16, lw=0)
                top = max(top, float(np.nanmax(high, initial=0.0)))
            parts.draw_line(axes, numbers, mean, line)
            top = max(top, float(np.nanmax(mean, initial=0.0)))
            axes.set_xticks(
                [quarter for quarter in numbers if len(numbers) <= 8 or quarter % 4 == 0]
            )
        axes.set_title(title, fontsize=8)
        axes.set_ylim(0, 1.08 * top or 1)
        axes.grid(axis="y")
        axes.locator_params(axis="y", nbins=5)
        if name.endswith("_usd"):
            axes.yaxis.set_major_formatter(_dollars)
        if row == rows - 1:
            axes.set_xlabel("Quarter", fontsize=8.5)
    parts.line_key(figure, lines, most_lines=parts.KEY_LINES)
    return figure


def hours_bars(told: Sequence[Told], weekly: Mapping[str, WeeklyFigures]) -> Figure:
    """Draw what specialists' paid hours go to, per person on the caseload and week."""
    shown = [(one.name, hours_by_use(weekly[one.name])) for one in told if one.name in weekly]
    used = {use for _, hours in shown for use, part in hours.by_use.items() if part}
    bottom = parts.key_inches(len(used)) + 0.5
    height = 0.62 * len(shown) + bottom + 0.12
    figure = style.blank(height)
    axes = style.panel(figure, 0.12, bottom, style.inches_wide() - 0.3, height - bottom)
    longest = max(hours.total for _, hours in shown)
    for number, (name, hours) in enumerate(shown):
        start = 0.0
        for use, (_, colour) in USE_LOOKS.items():
            part = hours.by_use[use]
            axes.barh(
                -number,
                part,
                left=start,
                height=0.5,
                facecolor=colour,
                edgecolor=style.MIDDLE if use == "not_used" else "white",
                linewidth=0.7,
            )
            if longest and part / longest > 0.32 / style.inches_wide():
                axes.text(
                    start + part / 2,
                    -number,
                    f"{part:.2f}",
                    ha="center",
                    va="center",
                    fontsize=style.SMALL,
                    color="white" if colour in {style.BLUE, style.VERMILLION} else style.INK,
                )
            start += part
        parts.bar_title(
            axes, number, f"{style.wrapped(name, parts.letters(48), 1)}: {hours.total:.2f} hours"
        )
    axes.set_ylim(-len(shown) + 0.6, 0.72)
    axes.set_xlim(0, longest * 1.01 or 1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Paid hours per person on the caseload and week")
    parts.key(figure, [looks for use, looks in USE_LOOKS.items() if use in used])
    return figure


def costs_by_week(
    told: Sequence[Told], lines: Sequence[Line], costs: Mapping[str, WeeklyCosts], year: int
) -> Figure:
    """Draw programme and hospital cost per person by week, and added up."""
    below = sum(parts.key_rows(lines)) + 0.1
    columns = 1 if style.is_narrow() else 4
    tall = 1.15 if style.is_narrow() else 1.55
    each = tall + 0.5
    rows = 4 // columns
    figure = style.blank(0.3 + each * rows + below, style.full_width())
    left, gap = 0.62, 0.5
    wide = (style.full_width() - left - gap * (columns - 1) - 0.15) / columns
    kinds = (("Programme", "programme"), ("Hospital", "hospital"))

    def place(number: int) -> Axes:
        row, column = divmod(number, columns)
        bottom = below + each * (rows - 1 - row) + 0.45
        return style.panel(figure, left + column * (wide + gap), bottom, wide, tall)

    for row, (title, kind) in enumerate(kinds):
        by_week, added_up = place(2 * row), place(2 * row + 1)
        weeks = 1
        for one, line in zip(told, lines, strict=True):
            if one.name not in costs:
                continue
            dollars = getattr(costs[one.name], kind)
            week = np.arange(1, dollars.shape[0] + 1)
            total = np.cumsum(dollars)
            parts.draw_line(by_week, week, dollars, line)
            parts.draw_line(added_up, week, total, line)
            weeks = max(weeks, int(week[-1]))
        for axes, name in ((by_week, f"{title}, by week"), (added_up, f"{title}, added up")):
            axes.set_title(name, fontsize=8.5)
            is_lowest = columns > 1 or (row and axes is added_up)
            parts.weeks_axis(axes, weeks, week_label(told) if is_lowest else "")
            axes.xaxis.label.set_fontsize(8.5)
            axes.set_ylim(0, None)
            axes.yaxis.set_major_formatter(_dollars)
            axes.grid(axis="y")
            axes.locator_params(axis="y", nbins=5)
        if columns == 1 or not row:
            by_week.set_ylabel(f"{year} US dollars a person", fontsize=8.5)
    parts.line_key(figure, lines, most_lines=parts.KEY_LINES)
    return figure


def _dollars(value: float, _: object) -> str:
    return f"${value / 1000:g}k" if value >= 1000 else f"${value:g}"
