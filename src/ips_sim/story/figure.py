"""A story as a picture: for each world a lane for the programme and a lane for work, over weeks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ips_sim.model.entities import Service, Work
from ips_sim.shown import style
from ips_sim.shown.style import BLUE, DARK, GREEN, INK, MIDDLE, ORANGE, PALE, VERMILLION
from ips_sim.story.happenings import Mark
from ips_sim.story.telling import Story, World
from ips_sim.story.watching import Week

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SERVICE_LOOKS = {
    Service.WAITING: ("waiting", "#FFFFFF", "////"),
    Service.PREPARING: ("preparing", "#F6DFA8", ""),
    Service.SERVED: ("with a specialist", "#BBDFF5", ""),
    Service.NOT_ADMITTED: ("not admitted", PALE, ".."),
    Service.DISENGAGED: ("stopped coming", MIDDLE, ""),
    Service.CLOSED: ("place given up", "#C9C9C9", ""),
    Service.TRANSFERRED: ("support over", "#B5E0D2", ""),
    Service.GONE: ("left for good", DARK, ""),
}
_WORK_LOOKS = {
    Work.SHELTERED: ("sheltered", "#E8C3D6", ""),
    Work.TRANSITIONAL: ("transitional", "#F3D08A", "\\\\\\\\"),
    Work.COMPETITIVE: ("competitive job", "#7DB4D8", ""),
}
_Look = tuple[str, str, str]
"""How a stretch of a lane looks: its name, its colour, its hatch."""
_RELAPSE: _Look = ("relapse", "#F6D5BF", "")
_HOSPITAL: _Look = ("in hospital", "#D98E5F", "")
_DARK_FILLS = (Service.GONE,)

_WIDTH, _LEFT, _RIGHT = 7.4, 1.0, 0.15
_LINES, _TRIES, _LANE, _GAP, _HEAD = 0.62, 0.3, 0.27, 0.06, 0.34
_TOP, _AXIS, _KEY_ROW = 0.42, 0.46, 0.2
_NUMBER = 0.15
"""Inches that a number above the lines takes."""
_LETTER = 0.066
"""Inches that a letter of the lanes' labels takes."""
_WEEK_STEPS = (4, 13, 26, 52, 104)
_MOST_TICKS = 8

_SETTINGS: dict[Any, Any] = {
    "font.size": 8.0,
    "axes.linewidth": 0.6,
    "hatch.color": MIDDLE,
    "hatch.linewidth": 0.6,
}
"""What this picture has otherwise than those of the report."""


@dataclass(frozen=True)
class Sign:
    """How a kind of happening is drawn: on which lane, at which height of it, as what."""

    label: str
    lane: str
    height: float
    marker: str
    colour: str
    is_filled: bool = True
    size: float = 22.0


_SIGNS: dict[Mark, Sign] = {
    "contact": Sign("visit to an employer", "tries", 0.72, "^", BLUE, size=18),
    "application": Sign("own application", "tries", 0.22, "o", MIDDLE, is_filled=False, size=12),
    "offer missed": Sign("a vacancy, no offer", "tries", 0.0, "x", VERMILLION),
    "offer declined": Sign("offer declined", "tries", 0.0, "D", VERMILLION, is_filled=False),
    "job": Sign("job starts", "work", 0.38, "*", "#FFFFFF", size=60),
    "job over": Sign("job ends", "work", 0.38, "X", INK, size=26),
    "problem": Sign("problem at work", "work", 0.8, "v", VERMILLION, size=20),
    "solved": Sign("problem solved", "work", 0.8, "P", GREEN, size=20),
    "benefits": Sign("benefits: plan, cut, stop", "service", 0.5, "s", ORANGE, size=16),
}
"""Relapses and hospital stays are shades behind the lines; moves in the programme are its lane."""


def draw(story: Story) -> Figure:
    """Draw the timeline of a story."""
    from matplotlib.figure import Figure

    most = max(len(world.life.weeks) for world in story.worlds)
    signs = _signs_in(story)
    each = _HEAD + _LINES + _TRIES + 2 * _LANE + 3 * _GAP
    keys = _key_entries(story, signs)
    key_rows = -(-len(keys) // _KEY_COLUMNS)
    tall = _TOP + each * len(story.worlds) + _AXIS + key_rows * _KEY_ROW + 0.08
    figure = Figure(figsize=(_WIDTH, tall), facecolor="white")
    figure.text(
        0.1 / _WIDTH, 1 - 0.2 / tall, story.headline, fontsize=10, weight="bold", va="center"
    )
    top = tall - _TOP
    panels = []
    for world in story.worlds:
        panels.append(_draw_world(figure, world, top, tall, most, signs))
        top -= each
    _draw_partings(figure, story, panels)
    _week_axis(panels[-1]["work"], most)
    _draw_key(figure, keys, tall)
    return figure


def _panel(figure: Figure, top: float, height: float, tall: float, weeks: int) -> Axes:
    axes = figure.add_axes(
        (
            _LEFT / _WIDTH,
            (top - height) / tall,
            (_WIDTH - _LEFT - _RIGHT) / _WIDTH,
            height / tall,
        )
    )
    axes.set_xlim(0.5, weeks + 0.5)
    axes.set_ylim(0, 1)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)
    return axes


def _draw_world(
    figure: Figure,
    world: World,
    top: float,
    tall: float,
    most: int,
    signs: Sequence[Mark],
) -> dict[str, Axes]:
    """Draw one world: a name, lines of symptoms and interest, tries, programme, work."""
    figure.text(
        0.1 / _WIDTH,
        (top - 0.14) / tall,
        style.wrapped(world.name, 80, 1),
        fontsize=9,
        weight="bold",
        va="center",
        zorder=10,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )
    top -= _HEAD
    panels = {}
    for name, height in (("lines", _LINES), ("tries", _TRIES), ("service", _LANE), ("work", _LANE)):
        panels[name] = _panel(figure, top, height, tall, most)
        top -= height + _GAP
    weeks = world.life.weeks
    _draw_lines(panels["lines"], weeks)
    _draw_lane(panels["service"], weeks, _service_look, most)
    _draw_lane(panels["work"], weeks, _work_look, most)
    for mark in signs:
        _draw_sign(panels[_SIGNS[mark].lane], world, mark)
    for name, label in (("tries", "Search"), ("service", "Programme"), ("work", "Work")):
        panels[name].text(
            -0.08 / (_WIDTH - _LEFT - _RIGHT),
            0.5,
            label,
            ha="right",
            va="center",
            transform=panels[name].transAxes,
        )
    panels["tries"].axhline(0, color=PALE, linewidth=0.8)
    return panels


def _worked(week: Week) -> int:
    """What work a week held; a job that ended in it was still worked."""
    if week.took("job_started") or week.before.work == Work.COMPETITIVE:
        return Work.COMPETITIVE
    return week.work


def _service_look(week: Week) -> _Look | None:
    """Show where a week ended, but the last week of preparation as what it was spent in."""
    moves_on = week.is_preparation and week.after.service == Service.SERVED
    return _SERVICE_LOOKS.get(Service(week.service if moves_on else week.after.service))


def _work_look(week: Week) -> _Look | None:
    return _WORK_LOOKS.get(Work(_worked(week)))


def _draw_lines(axes: Axes, weeks: Sequence[Week]) -> None:
    """Draw symptoms and interest as thin lines, relapses and hospital as shades behind them."""
    at = [week.number for week in weeks]
    for low, high in _runs(weeks, lambda week: week.after.in_relapse):
        axes.axvspan(low - 0.5, high + 0.5, color=_RELAPSE[1], linewidth=0)
    for low, high in _runs(weeks, lambda week: week.after.hospital_weeks_left > 0):
        axes.axvspan(low - 0.5, high + 0.5, color=_HOSPITAL[1], linewidth=0)
    axes.axhline(0, color=PALE, linewidth=0.8)
    axes.axhline(1, color=PALE, linewidth=0.8)
    for name, values, colour, dashes in (
        ("Interest", [week.after.interest for week in weeks], BLUE, "solid"),
        ("Symptoms", [week.after.symptoms for week in weeks], VERMILLION, (0, (4, 1.5))),
    ):
        axes.plot(at, values, color=colour, linewidth=1.1, linestyle=dashes)
        first = values[0] if values else 0.5
        other = weeks[0].after.symptoms if name == "Interest" else weeks[0].after.interest
        place = min(max(first, 0.12), 0.88)
        if abs(first - other) < _APART:
            middle = min(max((first + other) / 2, 0.12 + _APART / 2), 0.88 - _APART / 2)
            upper = first > other or (first == other and name == "Interest")
            place = middle + (_APART / 2 if upper else -_APART / 2)
        axes.text(
            -0.08 / (_WIDTH - _LEFT - _RIGHT),
            place,
            name,
            color=colour,
            ha="right",
            va="center",
            transform=axes.get_yaxis_transform(),
        )


_APART = 0.24
"""How far apart, on their scale, the names of the two lines must stand."""


def _runs(weeks: Sequence[Week], holds: Callable[[Week], bool]) -> Iterator[tuple[int, int]]:
    """Give first and last week of each run of weeks for which something holds."""
    first = None
    for week in weeks:
        if holds(week) and first is None:
            first = week.number
        if not holds(week) and first is not None:
            yield first, week.number - 1
            first = None
    if first is not None:
        yield first, weeks[-1].number


def _draw_lane(
    axes: Axes,
    weeks: Sequence[Week],
    look: Callable[[Week], _Look | None],
    most: int,
) -> None:
    """Draw a lane as boxes with their names inside, where there is room."""
    axes.axhline(0.5, color=PALE, linewidth=0.8, zorder=0)
    for first, last, (label, colour, hatch) in _boxes(weeks, look):
        axes.broken_barh(
            [(first - 0.5, last - first + 1)],
            (0, 1),
            facecolor=colour,
            edgecolor=DARK,
            hatch=hatch,
            linewidth=0.5,
        )
        if _has_room(last - first + 1, label, most):
            is_dark = any(_SERVICE_LOOKS[dark][1] == colour for dark in _DARK_FILLS)
            axes.text(
                (first + last) / 2,
                0.47,
                label,
                ha="center",
                va="center",
                fontsize=7.5,
                color="white" if is_dark else INK,
                bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.8} if hatch else None,
            )


def _boxes(
    weeks: Sequence[Week], look: Callable[[Week], _Look | None]
) -> list[tuple[int, int, _Look]]:
    """Put weeks that look alike together: first week, last week, looks."""
    boxes: list[tuple[int, int, _Look]] = []
    for week in weeks:
        found = look(week)
        if found is None:
            continue
        if boxes and boxes[-1][2] == found and boxes[-1][1] == week.number - 1:
            boxes[-1] = (boxes[-1][0], week.number, found)
        else:
            boxes.append((week.number, week.number, found))
    return boxes


def _has_room(weeks: int, label: str, most: int) -> bool:
    letters_per_week = (_WIDTH - _LEFT - _RIGHT) / most / _LETTER
    return weeks * letters_per_week >= len(label) + 2


def _draw_sign(axes: Axes, world: World, mark: Mark) -> None:
    sign = _SIGNS[mark]
    weeks = [one for one in world.happened if one.mark == mark]
    if not weeks:
        return
    heights = [sign.height] * len(weeks)
    if sign.lane == "tries" and sign.height == 0:
        heights = [
            _SIGNS["contact" if one.by_specialist else "application"].height for one in weeks
        ]
    axes.scatter(
        [one.week for one in weeks],
        heights,
        marker=sign.marker,
        s=sign.size,
        linewidths=_line_of(sign),
        zorder=5,
        clip_on=False,
        **_ink_of(sign),
    )


def _line_of(sign: Sign) -> float:
    return 1.3 if sign.marker == "x" else 0.7


def _ink_of(sign: Sign) -> dict[str, Any]:
    if sign.marker == "x":
        return {"color": sign.colour}
    return {
        "facecolors": sign.colour if sign.is_filled else "white",
        "edgecolors": INK if sign.is_filled else sign.colour,
    }


def _signs_in(story: Story) -> list[Mark]:
    present = {one.mark for world in story.worlds for one in world.happened}
    return [mark for mark in _SIGNS if mark in present]


_KEY_COLUMNS = 4


def _key_entries(story: Story, signs: Sequence[Mark]) -> list[Sign | _Look]:
    """Everything drawn that is not named in its lane."""
    entries: list[Sign | _Look] = [_SIGNS[mark] for mark in signs]
    weeks = [week for world in story.worlds for week in world.life.weeks]
    if any(week.after.in_relapse for week in weeks):
        entries.append(_RELAPSE)
    if any(week.after.hospital_weeks_left > 0 for week in weeks):
        entries.append(_HOSPITAL)
    most = max(len(world.life.weeks) for world in story.worlds)
    named, drawn = set(), []
    for world in story.worlds:
        for look in (_service_look, _work_look):
            for first, last, found in _boxes(world.life.weeks, look):
                if _has_room(last - first + 1, found[0], most):
                    named.add(found)
                if found not in drawn:
                    drawn.append(found)
    return entries + [one for one in drawn if one not in named]


def _draw_key(figure: Figure, entries: Sequence[Sign | _Look], tall: float) -> None:
    """Name the signs below the lanes, row by row."""
    axes = figure.add_axes((0, 0, 1, 1), facecolor="none")
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(0, tall)
    axes.axis("off")
    rows = -(-len(entries) // _KEY_COLUMNS)
    for number, entry in enumerate(entries):
        row, column = divmod(number, _KEY_COLUMNS)
        x = 0.2 + column * (_WIDTH - 0.2) / _KEY_COLUMNS
        y = 0.08 + (rows - row - 0.5) * _KEY_ROW
        if isinstance(entry, Sign):
            axes.scatter(
                [x],
                [y],
                marker=entry.marker,
                s=entry.size,
                linewidths=_line_of(entry),
                **_ink_of(entry),
            )
            axes.text(x + 0.12, y, entry.label, va="center")
        else:
            label, colour, hatch = entry
            axes.broken_barh(
                [(x - 0.08, 0.16)],
                (y - 0.06, 0.12),
                facecolor=colour,
                edgecolor=DARK,
                hatch=hatch * 2,
                linewidth=0.5,
            )
            axes.text(x + 0.12, y, label, va="center")


def _draw_partings(figure: Figure, story: Story, panels: Sequence[dict[str, Axes]]) -> None:
    """Number the moments where the lives part or meet, as thin lines through both worlds."""
    from matplotlib.lines import Line2D

    first, last = panels[0]["lines"], panels[-1]["work"]
    top = first.get_position().y1 + 0.03 / figure.get_size_inches()[1]
    bottom = last.get_position().y0
    low, high = first.get_xlim()
    left, right = first.get_position().x0, first.get_position().x1
    lines = [left + (moment.week - low) / (high - low) * (right - left) for moment in story.moments]
    places = _stepped_aside(lines, _NUMBER / _WIDTH, right)
    for number, (x, place) in enumerate(zip(lines, places, strict=True), start=1):
        figure.add_artist(
            Line2D([x, x], [bottom, top], color=INK, linewidth=0.6, linestyle=(0, (1, 2)), zorder=9)
        )
        figure.text(
            place,
            top + 0.07 / figure.get_size_inches()[1],
            str(number),
            ha="center",
            va="center",
            fontsize=6.5,
            weight="bold",
        )


def _stepped_aside(lines: Sequence[float], apart: float, right: float) -> list[float]:
    """Place the numbers of lines in neighbouring weeks beside each other, none beyond the right."""
    places: list[float] = []
    for line in lines:
        places.append(max(line, places[-1] + apart) if places else line)
    for at in reversed(range(len(places))):
        places[at] = min(places[at], right)
        right = places[at] - apart
    return places


def _week_axis(axes: Axes, most: int) -> None:
    step = next((step for step in _WEEK_STEPS if most / step < _MOST_TICKS), 260)
    axes.set_xticks([1.0, *(float(week) for week in range(step, most + 1, step))])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.spines["bottom"].set_visible(True)
    axes.tick_params(axis="x", length=3, pad=2)
    axes.set_xlabel("Weeks since the person entered", labelpad=2)


def svg_and_png(story: Story) -> tuple[bytes, bytes]:
    """The figure as SVG and as PNG, the same bytes each time."""
    picture = style.picture(lambda: draw(story), _SETTINGS)
    return picture.svg, picture.png
