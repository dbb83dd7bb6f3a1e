"""The page on what principles bring: sentences, tables and figures in one offline file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ips_sim.analysis.principles.folder import PrinciplesResult
from ips_sim.analysis.principles.sentences import (
    BASES,
    SAID,
    figure,
    learned_sentences,
    order_sentences,
    ranged,
    ranked_for,
    sampling_sentences,
    trial_sentences,
    tried_sentence,
    whole_of,
    whole_sentence,
    why_sentences,
)
from ips_sim.analysis.principles.shares import main_basis
from ips_sim.analysis.principles.totals import SHARED_OUTCOMES
from ips_sim.report.drawing import Drawn, drawn_all, in_words, label, write_page
from ips_sim.report.principles_figures import figures_of
from ips_sim.report.writing import commands_again, provenance
from ips_sim.runs.manifest import MANIFEST
from ips_sim.scenario import principles
from ips_sim.shown.english import counted, listed

_TEMPLATE = Path(__file__).with_name("principles.html.j2")
UNITS = {"share": "people of 100", "US dollars": "US dollars"}
"""How units are named where they are not written out as they are."""


def write_principles_page(result: PrinciplesResult, folder: Path) -> Path:
    """Write ``report.html`` and ``figures/`` into a result folder.

    The page needs no network and no script.

    Parameters
    ----------
    result
        What was shared out.
    folder
        Its folder, with its manifest.

    Raises
    ------
    DrawingError
        If some figures can't be drawn, after everything else was written.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    drawn = {outcome: drawn_all(figures_of(result, outcome)) for outcome in SAID}
    figures = [one for some in drawn.values() for one in some]
    asked = result.plan.asked
    is_fitted = main_basis(result.plan) == "posterior"
    return write_page(
        folder,
        _TEMPLATE,
        figures,
        title=_title(result),
        summary=asked.scenario.summary,
        against=asked.against,
        runs=_runs(result),
        is_fitted=is_fitted,
        outcomes=[_outcome(result, name, drawn[name], is_fitted) for name in SAID],
        why=why_sentences(result),
        tried=[
            (in_words(name), one.tried_alone, one.tried, listed(one.studies))
            for name, one in principles().items()
            if name in result.plan.names
        ],
        tried_sentence=tried_sentence(result.plan.names),
        basis=BASES[main_basis(result.plan)],
        sampling=sampling_sentences(result.plan),
        trial=trial_sentences(result),
        everything=[_table(result, one.name, is_fitted) for one in SHARED_OUTCOMES],
        again=commands_again(manifest, folder),
        provenance=provenance(manifest),
    )


def _title(result: PrinciplesResult) -> str:
    asked = result.plan.asked
    if asked.against:
        return f"What makes the difference between {asked.scenario.title} and {asked.against}?"
    return f"Which principles matter in {asked.scenario.title}?"


def _runs(result: PrinciplesResult) -> str:
    plan = result.plan
    design = plan.asked.scenario.design
    worlds = counted(len(plan.coalitions), "combination")
    return (
        f"{worlds} of {counted(len(plan.names), 'principle')} or other things that differ, each "
        f"run with {counted(plan.draws, 'draw')} of the uncertain parameters and "
        f"{counted(plan.replicates, 'replicate')} of each, {design.people:,} people over "
        f"{design.weeks:,} weeks. The same people with the same luck live in every combination"
    )


def _outcome(
    result: PrinciplesResult, outcome: str, figures: list[Drawn], is_fitted: bool
) -> dict[str, Any]:
    ranked = ranked_for(result, outcome)
    said = [whole_sentence(result, outcome), *order_sentences(ranked)]
    if is_fitted:
        said += learned_sentences([one.row for one in ranked])
    return {
        "id": outcome,
        "title": SAID[outcome].title,
        "said": said,
        "table": _table(result, outcome, is_fitted),
        "figures": figures,
    }


def _table(result: PrinciplesResult, outcome: str, is_fitted: bool) -> dict[str, Any]:
    whole = whole_of(result, outcome)
    rows = []
    for one in ranked_for(result, outcome):
        row, unit = one.row, one.row.unit
        rows.append(
            {
                "name": in_words(row.principle),
                "share": _cell(row.shapley, row.shapley_low, row.shapley_high, unit),
                "prior": _cell(row.prior, row.prior_low, row.prior_high, unit),
                "dropped": _cell(-row.dropped, -row.dropped_high, -row.dropped_low, unit),
                "alone": _cell(row.alone, row.alone_low, row.alone_high, unit),
                "kept": "" if row.kept != row.kept else f"{100 * row.kept:.0f} %",
                "split": ""
                if row.split_kept != row.split_kept
                else f"{100 * row.split_kept:.0f} %",
                "word": row.learned if is_fitted else "",
            }
        )
    return {
        "title": label(outcome),
        "unit": UNITS.get(whole.unit, whole.unit),
        "whole": ranged(whole.difference, whole.difference_low, whole.difference_high, whole.unit),
        "nothing": figure(whole.nothing, whole.unit),
        "everything": figure(whole.everything, whole.unit),
        "rows": rows,
    }


def _cell(value: float, low: float, high: float, unit: str) -> tuple[str, str]:
    """A value, and its range beneath it."""
    if low != low or high != high:
        return figure(value, unit, sign=True), ""
    return figure(value, unit, sign=True), f"{figure(low, unit)} to {figure(high, unit)}"
