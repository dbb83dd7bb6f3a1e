"""The page of a fidelity review, as a reviewer would write it: one offline file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ips_sim.analysis.fidelity.folder import basis_sentence, found, gain, total_sentence
from ips_sim.analysis.fidelity.review import OUTCOMES, Improvement, Review
from ips_sim.analysis.fidelity.scoring import ReviewRow
from ips_sim.evidence.fidelity import fidelity_bands, visit_settings
from ips_sim.report import fidelity_figures
from ips_sim.report.drawing import ToDraw, drawn_all, titled, write_page
from ips_sim.report.writing import commands_again, provenance
from ips_sim.runs.manifest import MANIFEST
from ips_sim.shown.english import counted, listed, sentence

_TEMPLATE = Path(__file__).with_name("fidelity.html.j2")
BASES = {
    "measured": "measured in the simulated half-year",
    "partly": "partly measured, partly read off the scenario",
    "scenario": "read off the scenario",
    "stand-in": "a stand-in: the model has no word for what the item asks",
}


def write_fidelity_page(made: Review, folder: Path) -> Path:
    """Write ``report.html`` and ``figures/`` into a result folder.

    The page needs no network and no script.

    Raises
    ------
    DrawingError
        If some figures can't be drawn, after everything else was written.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    figures = drawn_all(_figures(made))
    return write_page(
        folder,
        _TEMPLATE,
        figures,
        title=f"Fidelity review: {made.plan.scenario.title}",
        summary=made.plan.scenario.summary,
        total=made.total,
        band=made.band,
        total_sentence=f"{total_sentence(made)} {basis_sentence(made)}",
        how=_how(made),
        bands=_bands(),
        fallen=[_fallen(row) for row in made.fallen],
        improvements=_improvements(made.improvements),
        outcomes=[titled(name) for name in OUTCOMES],
        sections=_sections(made.rows),
        again=commands_again(manifest, folder),
        provenance=provenance(manifest),
    )


def _figures(made: Review) -> list[ToDraw]:
    planned = [
        ToDraw(
            "scores",
            "How does each item score?",
            "Colours say whether an item was measured in the simulated half-year, read off the "
            "scenario's levers, or both, or only stands in for what the model has no word for.",
            lambda: fidelity_figures.scores(made),
        )
    ]
    if made.improvements:
        planned.append(
            ToDraw(
                "gains",
                "What would each improvement bring?",
                "The programme with the change less the programme as it is, with the same people "
                "and luck; lines are predictive 90 % ranges. Each is tried by itself, and they do "
                "not add up.",
                lambda: fidelity_figures.gains(made),
            )
        )
    return planned


def _how(made: Review) -> str:
    settings = visit_settings()
    return (
        f"{counted(made.plan.agencies, 'agency', 'agencies')} of this kind were visited, each with "
        "its own people, luck and draw of the uncertain parameters, in its steady state: people "
        f"are referred week by week for {settings.warm_up_weeks:.0f} weeks or more, and the "
        f"reviewer looks back on the last {settings.reviewed_weeks:.0f}. About "
        f"{made.visits.value('seekers'):.0f} people are in search at a time. A score is that of "
        "the agency in the middle, item by item; what was found is of all taken together"
    )


def _bands() -> str:
    bands = fidelity_bands()
    said = [f"{name} from {least}" for name, least in bands[:-1]]
    return f"{listed(said)}; below that it is {bands[-1][0]}"


def _fallen(row: ReviewRow) -> dict[str, Any]:
    return {
        "item": row.item,
        "name": fidelity_figures.short_name(row.name),
        "score": row.score,
        "found": f"{sentence(row.measure)[:-1]}: {found(row)}",
        "anchor": row.anchor,
        "missing": row.missing,
        "reads": row.reads,
    }


def _improvements(rows: list[Improvement]) -> list[dict[str, Any]]:
    by_name: dict[str, list[Improvement]] = {}
    for one in rows:
        by_name.setdefault(one.improvement, []).append(one)
    return [
        {
            "name": name,
            "meaning": some[0].meaning,
            "items": some[0].items.replace(" ", ", "),
            "changes": some[0].changes,
            "gains": [gain(one).partition(" (") for one in some],
        }
        for name, some in by_name.items()
    ]


def _sections(rows: list[ReviewRow]) -> list[tuple[str, list[dict[str, Any]]]]:
    found_sections: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found_sections.setdefault(row.section, []).append(
            {**_fallen(row), "basis": BASES[row.basis]}
        )
    return list(found_sections.items())
