"""A story as plain text, two worlds side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import zip_longest

from ips_sim.shown.english import sentence
from ips_sim.story.finding import Matters
from ips_sim.story.meeting import Meeting
from ips_sim.story.telling import Story

WIDTH = 100
_WHEN = 15
_GAP = 3


def as_text(story: Story, width: int = WIDTH) -> str:
    """Write a story as text.

    Parameters
    ----------
    width
        Letters in a line, at most; at least 60.
    """
    lines = [*_wrapped(story.title, width), "=" * min(len(story.title), width), ""]
    lines += _wrapped(sentence("; ".join(story.traits)), width)
    for note in story.notes:
        lines += _wrapped(f"Note: {note}", width)
    lines += _wrapped(
        f"Seed {story.seed}, replicate {story.replicate}, site {story.site}. {story.how_to_read}",
        width,
    )
    if story.meeting:
        lines += ["", *_heading("In short"), *meeting_as_lines(story.meeting, width)]
    if story.parting:
        lines += ["", *_heading("Where the two lives part"), *_wrapped(story.parting, width)]
        for number, (week, what, why, levers) in enumerate(story.told_moments, start=1):
            lines += _item(f"{number}. Week {week}. {what}", width)
            lines += _wrapped(why, width, "     ")
            if levers:
                lines += _wrapped(f"Levers behind it: {levers}.", width, "     ")
    for world in story.worlds:
        for answer in world.answers:
            lines += ["", *_heading(f"{world.name}: {answer.question}", width)]
            lines += _wrapped(answer.short, width)
            for point in answer.points:
                lines += _item(f"- {point}", width)
    lines += ["", *_heading("Week by week"), *_table(story, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def meeting_as_lines(meeting: Meeting, width: int = WIDTH) -> list[str]:
    """Write two lives in plain words, one after the other."""
    lines = _wrapped(meeting.who, width)
    if meeting.first:
        lines += _wrapped(f"What came out differently first: {meeting.first}", width)
    if meeting.job:
        lines += _wrapped(f"Why there was a job: {meeting.job}", width)
    for world, beats in zip(meeting.worlds, meeting.beats, strict=True):
        lines += ["", world]
        for beat in beats:
            lines += textwrap.wrap(
                f"{beat.when}: {beat.text}", width, initial_indent="  ", subsequent_indent="    "
            )
    return lines


def matters_as_lines(matters: Matters, width: int = WIDTH) -> list[str]:
    """Write to whom a principle matters, and how many they are."""
    lines = _wrapped(matters.in_words, width)
    for one in matters.found:
        lines += [
            "",
            *_heading(f"{one.name} (person {one.person} of run {one.replicate})"),
            *meeting_as_lines(one, width),
        ]
    return lines


def _heading(text: str, width: int = WIDTH) -> list[str]:
    lines = _wrapped(text, width)
    return [*lines, "-" * max(map(len, lines))]


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)


def _item(text: str, width: int) -> list[str]:
    first, _, _ = text.partition(" ")
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent=" " * (len(first) + 3))


def _table(story: Story, width: int) -> Iterator[str]:
    columns = len(story.worlds)
    room = (width - _WHEN - _GAP * (columns - 1)) // columns
    rows = [("", [[world.name] for world in story.worlds]), ("", [["-" * room]] * columns)]
    for row in story.rows:
        span = f"{row.first}-{row.last}" if row.first != row.last else f"{row.first}"
        rows.append((f"Week {span}", [list(cell.lines) for cell in row.cells]))
    for when, cells in rows:
        sides = [
            [line for text in cell for line in textwrap.wrap(text, room, subsequent_indent="  ")]
            for cell in cells
        ]
        for number, parts in enumerate(zip_longest(*sides, fillvalue="")):
            head = "" if number else when
            yield head.ljust(_WHEN) + (" " * _GAP).join(part.ljust(room) for part in parts)
