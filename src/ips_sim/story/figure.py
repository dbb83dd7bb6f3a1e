"""A story as a picture: for each world a lane for the programme and a lane for work, over weeks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from ips_sim.model.entities import Service, Work
from ips_sim.shown import style
from ips_sim.shown.style import BLUE, DARK, INK, MIDDLE, PALE, VERMILLION
from ips_sim.story.happenings import Happening
from ips_sim.story.telling import Story, World
from ips_sim.story.watching import Week
from ips_sim.story.words import SAID

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEAD, _GAP, _AXIS, _KEY_ROW = 0.34, 0.06, 0.46, 0.2
_LANES = {"lines": 0.62, "tries": 0.3, "service": 0.27, "work": 0.27}
"""How high each lane is, in inches."""
_WORLD = _HEAD + sum(_LANES.values()) + _GAP * (len(_LANES) - 1)
_NUMBER, _LETTER = 0.15, 0.066
"""Inches that a number above the lines takes, and a letter of the lanes' labels."""
_WEEK_STEPS = (4, 13, 26, 52, 104, 260)
_APART, _EDGE = 0.24, 0.12
"""How far apart, on their scale, the names of the two lines must stand, and how far from an end."""
_SETTINGS: dict[Any, Any] = {"font.size": 8.0, "axes.linewidth": 0.6}
_SETTINGS |= {"hatch.color": MIDDLE, "hatch.linewidth": 0.6}
"""What this picture has otherwise than those of the report."""
_CENTRED: Any = {"ha": "center", "va": "center"}


class _Shape(NamedTuple):
    """What a page and a phone have otherwise: inches, weeks written, columns of the key."""

    wide: float
    left: float
    inside: float
    top: float
    ticks: int
    columns: int


_ON_A_PAGE = _Shape(wide=7.4, left=1.0, inside=6.25, top=0.42, ticks=8, columns=4)
# A phone's page has the headline above.
_ON_A_PHONE = _Shape(style.NARROW, left=0.82, inside=style.NARROW - 0.97, top=0, ticks=5, columns=2)


def _shape() -> _Shape:
    return _ON_A_PHONE if style.is_narrow() else _ON_A_PAGE


class Look(NamedTuple):
    """How a stretch of weeks is drawn."""

    label: str
    colour: str
    hatch: str = ""
    ink: str = INK


class Sign(NamedTuple):
    """How a kind of happening is drawn: on which lane, at which height of it, as what."""

    label: str
    lane: str
    height: float
    size: float
    marker: str
    face: str
    edge: str = INK


def _drawn(row: dict[str, Any]) -> dict[str, Any]:
    """Put colours for their names."""
    return {key: getattr(style, str(each), each) for key, each in row.items()}


_LOOKS = {name: Look(**_drawn(row)) for name, row in SAID["looks"].items()}
_SIGNS = {name: Sign(**_drawn(row)) for name, row in SAID["signs"].items()}


def draw(story: Story) -> Figure:
    """Draw the timeline of a story."""
    most = max(len(world.life.weeks) for world in story.worlds)
    keys = _key(story)
    shape = _shape()
    rows = -(-len(keys) // shape.columns)
    top = shape.top
    tall = top + _WORLD * len(story.worlds) + _AXIS + rows * _KEY_ROW + 0.08
    figure = style.blank(tall, shape.wide)
    if top:
        _bold(figure, 1 - 0.2 / tall, story.headline, fontsize=10)
    panels = [
        _draw_world(figure, world, tall - top - number * _WORLD, tall, most)
        for number, world in enumerate(story.worlds)
    ]
    _draw_partings(figure, story, panels[0]["lines"], panels[-1]["work"], tall)
    _week_axis(panels[-1]["work"], most)
    _draw_key(figure, keys, tall)
    return figure


def _bold(figure: Figure, up: float, text: str, **more: Any) -> None:
    figure.text(0.1 / _shape().wide, up, text, weight="bold", va="center", **more)


def _draw_world(
    figure: Figure, world: World, top: float, tall: float, most: int
) -> dict[str, Axes]:
    """Draw one world: a name, lines of symptoms and interest, tries, programme, work."""
    name = style.wrapped(world.name, 10.5 * _shape().wide, 1)
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    _bold(figure, (top - 0.14) / tall, name, fontsize=9, zorder=10, bbox=behind)
    top -= _HEAD
    panels = {}
    for name, height in _LANES.items():
        axes = style.panel(figure, _shape().left, top - height, _shape().inside, height)
        axes.set(xlim=(0.5, most + 0.5), ylim=(0, 1), xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        panels[name] = axes
        top -= height + _GAP
    _draw_lines(panels["lines"], world.life.weeks)
    _name(panels["tries"], 0.5, "Search")
    panels["tries"].axhline(0, color=PALE, linewidth=0.8)
    for name, label, look in (("service", "Programme", service_look), ("work", "Work", work_look)):
        _name(panels[name], 0.5, label)
        _draw_lane(panels[name], boxes(world.life.weeks, look), most)
    for mark, sign in _SIGNS.items():
        if found := [one for one in world.happened if one.mark == mark]:
            heights = [_height(sign, one) for one in found]
            weeks = [one.week for one in found]
            _scatter(panels[sign.lane], weeks, heights, sign, zorder=5, clip_on=False)
    return panels


def _scatter(
    axes: Axes, across: Sequence[float], up: Sequence[float], sign: Sign, **more: Any
) -> None:
    look: dict[str, Any] = {"facecolors": sign.face, "edgecolors": sign.edge, "linewidths": 0.7}
    if sign.marker == "x":  # it has no face
        look = {"color": sign.face, "linewidths": 1.3}
    axes.scatter(across, up, marker=sign.marker, s=sign.size, **look, **more)


def _height(sign: Sign, one: Happening) -> float:
    """Give the height of a sign; what came of a try stands where the try would."""
    if one.attempt is None:
        return sign.height
    return _SIGNS["contact" if one.attempt.through_specialist else "application"].height


def _name(axes: Axes, place: float, label: str, colour: str = INK) -> None:
    at = -0.08 / _shape().inside
    axes.text(at, place, label, color=colour, ha="right", va="center", transform=axes.transAxes)


def service_look(week: Week) -> Look | None:
    """Show where a week ended, but the last week of preparation as what it was spent in."""
    moves_on = week.is_preparation and week.after.service == Service.SERVED
    service = Service(week.service if moves_on else week.after.service)
    return _LOOKS.get(service.name.lower())


def work_look(week: Week) -> Look | None:
    """Show what work a week held; a job that ended in it was still worked."""
    worked = week.took("job_started") or week.before.work == Work.COMPETITIVE
    return _LOOKS.get(Work(Work.COMPETITIVE if worked else week.work).name.lower())


def _ill(week: Week) -> Look | None:
    return _LOOKS["relapse"] if week.after.in_relapse else None


def _in_hospital(week: Week) -> Look | None:
    return _LOOKS["hospital"] if week.after.hospital_weeks_left > 0 else None


def boxes(
    weeks: Sequence[Week], look: Callable[[Week], Look | None]
) -> list[tuple[int, int, Look]]:
    """Put weeks that look alike together: first week, last week, looks."""
    runs = ((found, [week.number for week in run]) for found, run in groupby(weeks, look))
    return [(run[0], run[-1], found) for found, run in runs if found is not None]


def _draw_lines(axes: Axes, weeks: Sequence[Week]) -> None:
    """Draw symptoms and interest as thin lines, relapses and hospital as shades behind them."""
    for look in (_ill, _in_hospital):
        for low, high, found in boxes(weeks, look):
            axes.axvspan(low - 0.5, high + 0.5, color=found.colour, linewidth=0)
    for level in (0, 1):
        axes.axhline(level, color=PALE, linewidth=0.8)
    lines: tuple[tuple[str, list[float], str, Any], ...] = (
        ("Interest", [week.after.interest for week in weeks], BLUE, "solid"),
        ("Symptoms", [week.after.symptoms for week in weeks], VERMILLION, (0, (4, 1.5))),
    )
    places = _kept_apart([values[0] if values else 0.5 for _, values, *_ in lines])
    for place, (name, values, colour, dashes) in zip(places, lines, strict=True):
        numbers = [week.number for week in weeks]
        axes.plot(numbers, values, color=colour, linewidth=1.1, linestyle=dashes)
        _name(axes, place, name, colour)


def _kept_apart(starts: Sequence[float]) -> list[float]:
    """Place the names of two lines beside where these start, but apart and within the panel."""
    first, second = starts
    if abs(first - second) < _APART:
        middle = min(max((first + second) / 2, _EDGE + _APART / 2), 1 - _EDGE - _APART / 2)
        up = _APART / 2 if first >= second else -_APART / 2
        first, second = middle + up, middle - up
    return [min(max(place, _EDGE), 1 - _EDGE) for place in (first, second)]


def _draw_lane(axes: Axes, lane: Sequence[tuple[int, int, Look]], most: int) -> None:
    """Draw a lane as boxes with their names inside, where there is room."""
    axes.axhline(0.5, color=PALE, linewidth=0.8, zorder=0)
    for first, last, look in lane:
        weeks = last - first + 1
        _box(axes, first - 0.5, weeks, 0, 1, look)
        if weeks * _shape().inside / most >= _LETTER * (len(look.label) + 2):
            behind = {"facecolor": look.colour, "edgecolor": "none", "pad": 0.8}
            text = axes.text((first + last) / 2, 0.47, look.label, color=look.ink, **_CENTRED)
            text.set(fontsize=7.5, bbox=behind if look.hatch else None)


def _box(axes: Axes, left: float, wide: float, low: float, high: float, look: Look) -> None:
    fill: dict[str, Any] = {"facecolor": look.colour, "edgecolor": DARK, "hatch": look.hatch}
    axes.broken_barh([(left, wide)], (low, high), linewidth=0.5, **fill)


def _key(story: Story) -> list[Sign | Look]:
    """Name everything that is drawn."""
    marks = {one.mark for world in story.worlds for one in world.happened}
    looks = {
        found
        for world in story.worlds
        for look in (_ill, _in_hospital, service_look, work_look)
        for *_, found in boxes(world.life.weeks, look)
    }
    return [
        *(sign for mark, sign in _SIGNS.items() if mark in marks),
        *(look for look in _LOOKS.values() if look in looks),
    ]


def _draw_key(figure: Figure, entries: Sequence[Sign | Look], tall: float) -> None:
    """Name the signs below the lanes, row by row."""
    axes = figure.add_axes((0, 0, 1, 1), facecolor="none")
    axes.set(xlim=(0, _shape().wide), ylim=(0, tall))
    axes.axis("off")
    columns, wide = _shape().columns, _shape().wide
    rows = -(-len(entries) // columns)
    for number, entry in enumerate(entries):
        row, column = divmod(number, columns)
        x = 0.2 + column * (wide - 0.2) / columns
        y = 0.08 + (rows - row - 0.5) * _KEY_ROW
        if isinstance(entry, Sign):
            _scatter(axes, [x], [y], entry)
        else:
            _box(axes, x - 0.08, 0.16, y - 0.06, 0.12, entry)
        axes.text(x + 0.12, y, entry.label, va="center")


def _draw_partings(figure: Figure, story: Story, first: Axes, last: Axes, tall: float) -> None:
    """Number the moments where the lives part or meet, as thin lines through both worlds."""
    from matplotlib.lines import Line2D

    box = first.get_position()
    top, bottom = box.y1 + 0.03 / tall, last.get_position().y0
    low, high = first.get_xlim()
    lines = [box.x0 + (one.week - low) / (high - low) * box.width for one in story.moments]
    apart = min(_NUMBER / _shape().wide, box.width / max(1, len(lines)))
    places = _stepped_aside(lines, apart, box.x1)
    dots: Any = (0, (1, 2))
    for number, (x, place) in enumerate(zip(lines, places, strict=True), start=1):
        line = Line2D([x, x], [bottom, top], color=INK, linewidth=0.6, linestyle=dots, zorder=9)
        figure.add_artist(line)
        above = top + 0.07 / tall
        figure.text(place, above, str(number), fontsize=6.5, weight="bold", **_CENTRED)


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
    few = (step for step in _WEEK_STEPS if most / step < _shape().ticks)
    step = next(few, _WEEK_STEPS[-1])
    axes.set_xticks([1.0, *(float(week) for week in range(step, most + 1, step))])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.spines["bottom"].set_visible(True)
    axes.tick_params(axis="x", length=3, pad=2)
    axes.set_xlabel("Weeks since the person entered", labelpad=2)


def picture_of(story: Story) -> style.Picture:
    """Draw the timeline as files, for a page and for a phone; the same bytes each time."""
    return style.picture(lambda: draw(story), _SETTINGS, has_narrow=True)
