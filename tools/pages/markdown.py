"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; a bar within a cell is escaped."""
    lines = [_row(header), _row(["---"] * len(header))]
    lines += [_row(row) for row in rows]
    return "\n".join(lines)


def code(name: str) -> str:
    """Set a name as code; nothing stays nothing."""
    return f"`{name}`" if name else ""


def codes(names: Iterable[str]) -> str:
    """Set names as code, in a list."""
    return ", ".join(map(code, names))


def fenced(language: str, text: str, title: str = "") -> str:
    """Set a block of code."""
    named = f' title="{title}"' if title else ""
    return f"```{language}{named}\n{text.rstrip()}\n```"


def _row(cells: Sequence[str]) -> str:
    escaped = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
