"""A story as plain text, two worlds side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ips_sim.shown.english import sentence
from ips_sim.story.finding import Matters
from ips_sim.story.telling import Story

WIDTH = 100
_WHEN = 15
_GAP = 3


def as_text(story: Story) -> str:
    """Write a story as text, in lines of at most `WIDTH` letters."""
    life = story.lives[0]
    lines = [*_wrapped(story.title), "=" * min(len(story.title), WIDTH), ""]
    lines += _wrapped(sentence("; ".join(story.traits)))
    for note in story.notes:
        lines += _wrapped(f"Note: {note}")
    run = f"Seed {life.seed}, replicate {life.replicate}, site {life.size.site}."
    lines += _wrapped(f"{run} {story.how_to_read}")
    if story.is_of_two:
        lines += [*_heading("In short"), *meeting_as_lines(story)]
        lines += [*_heading("Where the two lives part"), *_wrapped(story.parting)]
        for number, (week, what, why, levers) in enumerate(story.told_moments, start=1):
            lines += _item(f"{number}. Week {week}. {what}") + _wrapped(why, "     ")
            lines += _wrapped(f"Levers behind it: {levers}." if levers else "", "     ")
    for world in story.worlds:
        for answer in world.answers:
            lines += [*_heading(f"{world.name}: {answer.question}"), *_wrapped(answer.short)]
            for point in answer.points:
                lines += _item(f"- {point}")
    lines += [*_heading("Week by week"), *_table(story)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def meeting_as_lines(story: Story) -> list[str]:
    """Write two lives in plain words, one after the other."""
    first, job = story.first_and_job
    lines = _wrapped(story.who)
    lines += _wrapped(f"What came out differently first: {first}" if first else "")
    lines += _wrapped(f"Why there was a job: {job}" if job else "")
    for world in story.worlds:
        lines += ["", world.name]
        for beat in world.beats:
            lines += _wrapped(f"{beat.when}: {beat.text}", "  ", "    ")
    return lines


def matters_as_lines(matters: Matters) -> list[str]:
    """Write to whom a principle matters, and how many they are."""
    lines = _wrapped(matters.in_words)
    for story in matters.found:
        life = story.lives[0]
        lines += _heading(f"{life.name} (person {life.number} of run {life.replicate})")
        lines += meeting_as_lines(story)
    return lines


def _heading(text: str) -> list[str]:
    lines = _wrapped(text)
    return ["", *lines, "-" * max(map(len, lines))]


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest or first)


def _item(text: str) -> list[str]:
    return _wrapped(text, "  ", " " * (len(text.partition(" ")[0]) + 3))


def _table(story: Story) -> Iterator[str]:
    columns = len(story.worlds)
    room = (WIDTH - _WHEN - _GAP * (columns - 1)) // columns
    rows: list[tuple[str, list[Sequence[str]]]] = [
        ("", [[world.name] for world in story.worlds]),
        ("", [["-" * room]] * columns),
    ]
    for row in story.rows:
        span = f"{row.first}-{row.last}" if row.first != row.last else f"{row.first}"
        rows.append((f"Week {span}", [cell.lines for cell in row.cells]))
    for when, cells in rows:
        sides = [
            [line for text in cell for line in textwrap.wrap(text, room, subsequent_indent="  ")]
            for cell in cells
        ]
        for number, parts in enumerate(zip_longest(*sides, fillvalue="")):
            head = "" if number else when
            yield head.ljust(_WHEN) + (" " * _GAP).join(part.ljust(room) for part in parts)
