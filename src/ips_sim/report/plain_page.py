"""A plain page for results that have none of their own: what the terminal says, and the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from ips_sim.report.writing import FIGURES, commands_again, provenance
from ips_sim.runs.kinds import PAGE
from ips_sim.runs.manifest import MANIFEST
from ips_sim.shown.pages import address_of, template, write_whole

_TEMPLATE = Path(__file__).with_name("plain.html.j2")

Rows = Sequence[tuple[str, ...] | str]


def write_plain_page(rows: Rows, folder: Path) -> Path:
    """Write ``report.html`` into a result folder, with its figures in it.

    The page needs no network and no script.

    Parameters
    ----------
    rows
        What a person at a terminal sees: rows of texts, each table's header first, and sentences.
    folder
        A finished result with its manifest and figures.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    page = template(_TEMPLATE).render(
        title=manifest.get("title") or manifest["kind"].capitalize(),
        kind=manifest["kind"],
        summary=manifest.get("summary", ""),
        parts=_parts(rows),
        figures=[
            (one.stem, address_of(one.read_bytes()))
            for one in sorted((folder / FIGURES).glob("*.svg"))
        ],
        again=commands_again(manifest, folder),
        provenance=provenance({"draws": "", "driver": "compiled", **manifest}),
    )
    return write_whole(folder / PAGE, page.encode())


def _parts(rows: Rows) -> list[str | list[tuple[str, ...]]]:
    """Give sentences, and tables with rows of one length: a header, then what it is over."""
    parts: list[str | list[tuple[str, ...]]] = []
    for is_text, some in groupby(rows, lambda row: isinstance(row, str) or len(row) == 1):
        if is_text:
            parts += filter(None, (row if isinstance(row, str) else row[0] for row in some))
            continue
        table = [row for row in some if isinstance(row, tuple)]
        widest = max(map(len, table))
        parts.append([row + ("",) * (widest - len(row)) for row in table])
    return parts
