"""The page of a plan: the best way to run a programme, the frontier, and the next specialist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ips_sim.analysis.planning.choices import groups
from ips_sim.analysis.planning.folder import (
    PERCENT,
    asked_sentence,
    best_sentences,
    caseload_sentences,
    next_sentences,
    no_option_sentences,
    priced_sentence,
)
from ips_sim.analysis.planning.search import OptionRow, Planned
from ips_sim.report.drawing import ToDraw, drawn_all, write_page
from ips_sim.report.planning_figures import frontier
from ips_sim.report.writing import commands_again, provenance
from ips_sim.runs.manifest import MANIFEST

_TEMPLATE = Path(__file__).with_name("planning.html.j2")


def write_planning_page(made: Planned, folder: Path) -> Path:
    """Write ``report.html`` and ``figures/`` into a result folder.

    The page needs no network and no script.

    Raises
    ------
    DrawingError
        If the figure can't be drawn, after everything else was written.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    figures = drawn_all(
        [
            ToDraw(
                "frontier",
                "What does money buy in routine?",
                "More people in competitive work, of everyone referred so far, than without a "
                "programme. Points are the options that were run last, each with one more post "
                "too.",
                lambda: frontier(made),
            )
        ]
    )
    rows = [row for row in made.rows if row.phase == "routine" and row.on_frontier]
    return write_page(
        folder,
        _TEMPLATE,
        figures,
        title=f"A plan: {made.plan.scenario.title}",
        summary=made.plan.scenario.summary,
        asked=asked_sentence(made),
        said=[*best_sentences(made), *caseload_sentences(made), *next_sentences(made)]
        if rows
        else no_option_sentences(made),
        groups=list(groups()),
        rows=[_row(made, row) for row in sorted(rows, key=lambda row: row.cost)],
        priced=priced_sentence(),
        again=commands_again(manifest, folder),
        provenance=provenance(manifest),
    )


def _row(made: Planned, row: OptionRow) -> dict[str, Any]:
    return {
        "is_best": row.option == made.best,
        "posts": f"{row.posts:g}",
        "choices": row.choices.split("; "),
        "cost": f"{row.cost:,.0f}",
        "added": f"{row.added:.1f}",
        "range": f"{row.added_low:.0f} to {row.added_high:.0f}",
        "each": f"{row.cost_per_added:,.0f}",
        "per_post": f"{row.people_per_post:.0f}",
        "idle": f"{PERCENT * row.idle_share:.0f} % idle",
        "waiting": f"{row.waiting_weeks:.1f}",
        "fidelity": f"{row.fidelity:.0f}",
    }
