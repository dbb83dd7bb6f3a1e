"""Tables as plain text, for terminals and for Python's ``print``."""

from __future__ import annotations

from collections.abc import Sequence


def columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Give rows of texts as lines with aligned columns; a single text stands by itself."""
    tables = [row for row in rows if len(row) > 1]
    widest = max((len(row) for row in tables), default=0)
    widths = [max(len(row[i]) for row in tables if len(row) > i) for i in range(widest)]
    return [
        "  ".join(
            text.ljust(widths[i]) if len(row) > 1 else text for i, text in enumerate(row)
        ).rstrip()
        for row in rows
    ]
