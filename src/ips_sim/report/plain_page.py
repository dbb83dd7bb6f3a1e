"""A plain page for results that have none of their own: what the terminal says, and the figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from ips_sim.report.drawing import ToDraw, drawn_all, write_page
from ips_sim.report.writing import commands_again, provenance
from ips_sim.runs.manifest import MANIFEST

_TEMPLATE = Path(__file__).with_name("plain.html.j2")

_TITLES = {
    "calibration": "What the evidence taught",
    "fidelity_sites": "Fidelity and employment",
    "sensitivity": "What drives the outcomes?",
    "sweep": "What comes of other values?",
    "system": "A system of sites",
    "validation": "How far the model misses trials",
}
"""What a page is called of which nobody has said it, by the kind of result."""

Rows = Sequence[tuple[str, ...] | str]


def write_plain_page(rows: Rows, planned: Iterable[ToDraw], folder: Path) -> Path:
    """Write ``report.html`` and ``figures/`` into a result folder.

    The page needs no network and no script.

    Parameters
    ----------
    rows
        What a person at a terminal sees: rows of texts, each table's header first, and sentences.
    planned
        Its figures.
    folder
        A finished result with its manifest.

    Raises
    ------
    DrawingError
        If some figures can't be drawn, after everything else was written.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    parts = _parts(rows)
    # What stands under the last table is what is to be taken from all of them.
    last = max((place for place, one in enumerate(parts, 1) if not isinstance(one, str)), default=0)
    figures = drawn_all(planned)
    return write_page(
        folder,
        _TEMPLATE,
        figures,
        title=_title(manifest),
        kind=manifest["kind"].replace("_", " "),
        summary=manifest.get("summary", ""),
        said=parts[last:],
        parts=parts[:last],
        again=commands_again(manifest, folder),
        provenance=provenance({"draws": "", "driver": "compiled", **manifest}),
    )


def _title(manifest: Mapping[str, Any]) -> str:
    """What whoever asked for a result calls it, or its kind."""
    asked = (manifest.get(key, {}) for key in ("experiment", "system"))
    named = (one.get("title") for one in (manifest, *asked) if isinstance(one, dict))
    return str(next(filter(None, named), "") or _TITLES[manifest["kind"]])


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
