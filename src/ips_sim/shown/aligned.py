"""Tables as plain text, for terminals and for Python's ``print``, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any


def columns(parts: Sequence[tuple[str, ...] | str]) -> list[str]:
    """Give rows of texts as lines with aligned columns; sentences stand by themselves.

    Rows between two sentences are one table; a row of a single text stands by itself in it.
    """
    return [
        line
        for is_text, run in groupby(parts, lambda part: isinstance(part, str))
        for line in (run if is_text else _aligned(list(run)))  # type: ignore[arg-type]
        if isinstance(line, str)
    ]


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    tables = [row for row in rows if len(row) > 1]
    widest = max((len(row) for row in tables), default=0)
    widths = [max(len(row[i]) for row in tables if len(row) > i) for i in range(widest)]
    for row in rows:
        cells = (text.ljust(widths[i]) if len(row) > 1 else text for i, text in enumerate(row))
        yield "  ".join(cells).rstrip()


def json_rows(rows: Sequence[Any]) -> list[dict[str, object]]:
    """Give rows, which are dataclasses, as JSON can hold them; a number not known is null."""
    return [
        {name: None if value != value else value for name, value in asdict(row).items()}
        for row in rows
    ]
