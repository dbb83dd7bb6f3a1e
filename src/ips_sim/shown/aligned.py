"""Tables as plain text, for terminals and for Python's ``print``, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

WIDEST = 100
"""Letters of a line, so that a usual terminal shows all of it."""


def columns(parts: Sequence[tuple[str, ...] | str], *, has_heads: bool = True) -> list[str]:
    """Give rows of texts as lines with aligned columns; sentences stand by themselves.

    Rows between two sentences are one table; a row of a single text stands by itself in it. No
    line is longer than `WIDEST`: of a table that is too wide each row becomes lines of its own,
    every cell with what its column is called. Without heads, columns are called nothing, and lines
    stay as long as they are.

    Parameters
    ----------
    parts
        Rows and sentences.
    has_heads
        Whether the first row of every table says what its columns are.
    """
    lines: list[str] = []
    for is_text, run in groupby(parts, lambda part: isinstance(part, str)):
        rows: list[Any] = list(run)
        made = rows if is_text else list(_aligned(rows, has_heads))
        is_folded = is_text or has_heads
        lines += [line for part in made for line in (_folded(part) if is_folded else [part])]
    return lines


def _aligned(rows: Sequence[tuple[str, ...]], has_head: bool) -> Iterator[str]:
    tables = [row for row in rows if len(row) > 1]
    widest = max((len(row) for row in tables), default=0)
    widths = [max(len(row[i]) for row in tables if len(row) > i) for i in range(widest)]
    if has_head and sum(widths) + _GAP * (widest - 1) > WIDEST:
        yield from _one_by_one(rows, tables[0])
        return
    for row in rows:
        cells = (text.ljust(widths[i]) if len(row) > 1 else text for i, text in enumerate(row))
        yield (" " * _GAP).join(cells).rstrip()


_GAP = 2


def _one_by_one(rows: Sequence[tuple[str, ...]], head: tuple[str, ...]) -> Iterator[str]:
    wide = max(map(len, head[1:]))
    for row in rows:
        if row is head:
            continue
        yield row[0]
        for name, text in zip(head[1:], row[1:], strict=False):
            if text:
                yield f"{' ' * _GAP}{name.ljust(wide)}{' ' * _GAP}{text}"


def _folded(line: str) -> list[str]:
    """Break a line that is too long between words; what goes on is indented."""
    if len(line) <= WIDEST:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + _GAP)
    return textwrap.wrap(
        line, WIDEST, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def json_rows(rows: Sequence[Any]) -> list[dict[str, object]]:
    """Give rows, which are dataclasses, as JSON can hold them; a number not known is null."""
    return [
        {name: None if value != value else value for name, value in asdict(row).items()}
        for row in rows
    ]
