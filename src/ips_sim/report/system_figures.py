"""A system of sites drawn: before and after, quarter by quarter, or as IPS grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ips_sim.analysis.systems.counting import COUNTS, SITE_FIGURES
from ips_sim.analysis.systems.folder import quantiles
from ips_sim.analysis.systems.running import SystemResult, benchmarks
from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.report.drawing import ToDraw, mark_values
from ips_sim.report.figures import parts
from ips_sim.shown import style
from ips_sim.shown.english import listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ips_sim.model.arrays import Floats

_KNOWN_DRAWS = 0.9
"""Share of draws in which something has to come of IPS, for a figure of what it takes."""
_NAMES = [one.name for one in SITE_FIGURES]
_LEFT, _GAP, _RIGHT = 0.75, 0.75, 0.2


def system_figures(made: SystemResult) -> list[ToDraw]:
    """Plan the figure that a system's file asks for."""
    drawn: dict[str, tuple[str, str, Callable[[SystemResult], Figure]]] = {
        "before_and_after": (
            "What was different in the year after?",
            "Each panel counts the last two windows of each group.",
            before_and_after,
        ),
        "quarters": (
            "How do programmes develop?",
            "Bands of the share who worked are those by which programmes are told apart.",
            quarters,
        ),
        "saturation": (
            "What comes of it as IPS grows?",
            "Whatever is displaced are jobs that people outside these agencies no longer get. "
            "Where so few people are in IPS that chance would be most of it, nothing is drawn.",
            saturation,
        ),
    }
    title, note, draw = drawn[made.system.picture]
    name = made.system.picture.replace("_", "-")
    return [ToDraw(name, title, note, partial(draw, made))]


_BEFORE_AND_AFTER = (
    ("employed_share", "Worked competitively in the year", "people, %", 100.0),
    ("hours_in_community_per_week", "Hours in the community", "hours a week", 1.0),
    ("admissions_per_person_year", "Hospital admissions", "for each person in the year", 1.0),
    ("programme_cost_usd_per_person_year", "Cost of the programme", "$1,000 a person", 0.001),
)


_BEFORE_AND_AFTER_NOTE = (
    "Bars: mean. Thick lines: nine tenths of draws of the group. Thin lines: nine tenths of single "
    "sites. Dots: the sites in one run."
)


def before_and_after(made: SystemResult) -> Figure:
    """Draw the last two windows of each group side by side, each site as a dot."""
    each, tall = 2.65, 1.75
    columns = parts.columns_of(2)
    rows = len(_BEFORE_AND_AFTER) // columns
    below = parts.note_inches(_BEFORE_AND_AFTER_NOTE)
    figure = style.blank(below + each * rows, style.full_width())
    wide = (style.full_width() - _LEFT - _GAP * (columns - 1) - _RIGHT) / columns
    for number, (name, title, unit, scale) in enumerate(_BEFORE_AND_AFTER):
        row, column = divmod(number, columns)
        bottom = below + each * (rows - 1 - row) + 0.55
        axes = style.panel(figure, _LEFT + column * (wide + _GAP), bottom, wide, tall)
        _pairs(axes, made, _NAMES.index(name), scale)
        axes.set_title(title)
        axes.set_ylabel(unit, fontsize=style.SMALL)
    parts.note(figure, _BEFORE_AND_AFTER_NOTE)
    return figure


def _pairs(axes: Axes, made: SystemResult, row: int, scale: float) -> None:
    looks = (("before", style.LIGHT), ("after", style.SKY))
    ticks: list[tuple[float, str]] = []
    for number in range(len(made.system.groups)):
        mean, draws = scale * made.mean(number)[row], scale * made.of_draws(number)[row]
        sites = scale * made.of_sites(number)[row]
        for place, (word, colour) in enumerate(looks):
            window = made.system.windows - len(looks) + place
            at = number * 2.6 + place
            axes.bar(at, mean[window], width=0.82, color=colour, linewidth=0)
            of_one = quantiles(sites[window].reshape(-1))
            axes.plot([at, at], of_one, color=style.MIDDLE, linewidth=0.9)
            axes.plot([at, at], quantiles(draws[window]), color=style.INK, linewidth=2.4)
            seen = sites[window, :, 0]
            axes.plot(
                at + np.linspace(-0.3, 0.3, len(seen)),
                seen,
                linestyle="none",
                marker="o",
                markersize=3.2,
                markerfacecolor="white",
                markeredgecolor=style.BLUE,
                markeredgewidth=0.8,
            )
            ticks.append((at, word))
        axes.annotate(
            style.wrapped(made.system.groups[number].name, 20, 2),
            (number * 2.6 + 0.5, 0.0),
            xytext=(0, -19),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=style.SMALL,
        )
    axes.set_xticks([at for at, _ in ticks], [word for _, word in ticks], fontsize=style.SMALL)
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0, None)


_QUARTERS = (
    ("employed_served_share", "People served who worked in the quarter", "share"),
    ("job_starts", "Competitive jobs started in the quarter", "jobs a programme"),
    ("served", "People served in the quarter", "people a programme"),
)


def quarters(made: SystemResult) -> Figure:
    """Draw each group quarter by quarter: the mean, and the middle nine tenths of programmes."""
    lines = parts.looks([group.name for group in made.system.groups])
    first = made.system.groups[0].name
    said = f"Lines: mean of all programmes. Shaded: nine tenths of single programmes, {first}."
    right = _RIGHT
    if style.is_narrow():
        bands = [f"{word} from {low:.0%}" for word, low in benchmarks()]
        said += f" Grey bands: {listed(bands)}."
    else:
        right = 1.45
    below = parts.note_inches(said) + sum(parts.key_rows(lines)) + 0.15
    tall, gap = (3.0, 1.55, 1.55), 0.75
    head = 0.42 if style.is_narrow() else 0.3
    figure = style.blank(
        below + sum(tall) + gap * (len(tall) - 1) + head + 0.45, style.full_width()
    )
    at = np.arange(1, made.system.windows + 1)
    bottom = below + sum(tall) + gap * (len(tall) - 1) + 0.45
    for place, (name, title, unit) in enumerate(_QUARTERS):
        bottom -= tall[place]
        axes = style.panel(figure, _LEFT, bottom, style.full_width() - _LEFT - right, tall[place])
        bottom -= gap
        row = _NAMES.index(name)
        for number, line in enumerate(lines):
            if number == 0:
                ends = [quantiles(one.reshape(-1)) for one in made.of_sites(number)[row]]
                low, upper = np.array(ends).T
                axes.fill_between(at, low, upper, color=line.colour, alpha=0.13, linewidth=0)
            parts.draw_line(axes, at, made.mean(number)[row], line)
        axes.set_title(style.wrapped(title, 32 if style.is_narrow() else 80, 2))
        axes.set_ylabel("" if unit == "share" else unit, fontsize=style.SMALL)
        axes.set_xlim(at[0], at[-1])
        axes.set_xticks(at)
        mark_values(axes, unit)
        axes.set_ylim(0, None)
        if name == "employed_served_share":
            _benchmarks(axes)
    axes.set_xlabel(f"stretch of {made.system.window_weeks} weeks")
    parts.line_key(figure, lines, most_lines=parts.KEY_LINES, bottom=parts.note_inches(said))
    parts.note(figure, said)
    return figure


def _benchmarks(axes: Axes) -> None:
    """Mark the bands in which programmes are called minimal, average and excellent."""
    top = max(0.62, axes.get_ylim()[1])
    axes.set_ylim(0, top)
    known = benchmarks()
    for number, (word, low) in enumerate(known):
        upper = known[number + 1][1] if number + 1 < len(known) else top
        shade = (style.PALE, style.LIGHT, "#BDBDBD")[number]
        axes.axhspan(low, upper, color=shade, linewidth=0, alpha=0.55, zorder=0)
        if style.is_narrow():
            continue  # there is no room beside the panel; the note says it
        axes.annotate(
            f"{word}, from {low:.0%}",
            (1.015, low),
            xycoords=("axes fraction", "data"),
            va="bottom",
            fontsize=style.SMALL,
            color=style.DARK,
        )


def saturation(made: SystemResult) -> Figure:
    """Draw what grows and what falls with the share of an area's job seekers who are in IPS."""
    each, tall, said = 2.75, 1.85, "Lines: median of draws. Shaded: nine tenths of draws."
    columns = parts.columns_of(2)
    below = parts.note_inches(said)
    curve = Saturation(made)
    shown: Sequence[tuple[str, str, Sequence[tuple[str, Floats]]]] = (
        (
            "Worked in the last year",
            "share",
            (
                ("where there is IPS", curve.ips_work),
                ("where there is none", curve.others_work),
                ("all who look for work", curve.all_work),
            ),
        ),
        (
            "Jobs of the area's people",
            "jobs a year for 100 people",
            (("all of them", curve.jobs),),
        ),
        (
            "Displaced for each job gained",
            "jobs",
            (("jobs that others no longer get", curve.displaced),),
        ),
        (
            "Cost for each job gained",
            "$1,000",
            (("over no IPS", curve.cost_of_job / 1000.0),),
        ),
    )
    rows = len(shown) // columns
    figure = style.blank(below + each * rows, style.full_width())
    wide = (style.full_width() - _LEFT - _GAP * (columns - 1) - _RIGHT) / columns
    for number, (title, unit, lines) in enumerate(shown):
        row, column = divmod(number, columns)
        bottom = below + each * (rows - 1 - row) + 0.5
        axes = style.panel(figure, _LEFT + column * (wide + _GAP), bottom, wide, tall)
        for place, (word, values) in enumerate(lines):
            known = ~np.isnan(values).all(axis=-1)
            if not known.any():
                continue
            low, middle, high = np.nanquantile(values[known], (0.05, 0.5, 0.95), axis=-1)
            at = 100.0 * curve.share[known]
            colour = style.COLOURS[place]
            axes.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
            axes.plot(
                at,
                middle,
                color=colour,
                linestyle=style.DASHES[place],
                marker=style.MARKERS[place],
                markersize=3.0,
                label=word,
            )
        axes.set_title(title)
        axes.set_ylabel("" if unit == "share" else unit, fontsize=style.SMALL)
        mark_values(axes, unit)
        axes.set_ylim(0, (1.4 if len(lines) > 1 else 1.05) * axes.get_ylim()[1])
        axes.set_xlim(0, None)
        axes.set_xlabel("job seekers at agencies with IPS, %", fontsize=style.SMALL)
        if len(lines) > 1:
            axes.legend(frameon=False, fontsize=style.SMALL, loc="upper left")
    parts.note(figure, said)
    return figure


class Saturation:
    """What IPS brings and takes as more of an area's people are in it, against the first group.

    Groups stand in the order of how many people are where there is IPS; what is offered to all
    stands apart and is left out.

    Attributes
    ----------
    share
        People at agencies with IPS, of all who look for work in the last window, shape (groups,).
    ips_work, others_work, all_work
        Share of people who worked at agencies with IPS, at those without, and at all, shape
        (groups, draws).
    jobs
        Jobs that all of them started, for 100 people and year.
    displaced
        Vacancies that others no longer filled, for each job more than without IPS.
    cost_of_job
        Cost of the programme for each job more, in US dollars.
    """

    def __init__(self, made: SystemResult) -> None:
        chosen = [
            number
            for number, group in enumerate(made.system.groups)
            if not group.scenario.programme.offered_unasked
        ]
        counts = np.array([made.counts[number].sum(axis=2) for number in chosen])

        def of(name: str) -> Floats:
            """Give a count of the last window, shape (groups, draws)."""
            values: Floats = counts[:, COUNTS.index(name), -1]
            return values

        def over(name: str) -> Floats:
            """Give a count of all windows together."""
            values: Floats = counts[:, COUNTS.index(name)].sum(axis=1)
            return values

        with np.errstate(divide="ignore", invalid="ignore"):
            self.share = (of("with_programme") / of("people")).mean(axis=-1)
            self.ips_work = of("employed_with_programme") / of("with_programme")
            self.others_work = of("employed_without_programme") / of("without_programme")
            self.all_work = of("employed") / of("people")
            self.jobs = 100.0 * WEEKS_PER_YEAR * over("jobs_held") / over("weeks_observed")
            more = over("jobs_held") - over("jobs_held")[0]
            lost = over("others_hired")[0] - over("others_hired")
            # Of the few that a handful of places bring, chance would be most.
            enough = more > 0.01 * of("people")
            enough &= enough.mean(axis=-1, keepdims=True) > _KNOWN_DRAWS
            self.displaced = np.where(enough, lost / more, np.nan)
            self.cost_of_job = np.where(enough, over("programme_cost_usd") / more, np.nan)
