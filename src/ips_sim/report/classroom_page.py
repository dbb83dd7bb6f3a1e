"""The page for a class: every combination of principles in one offline file that redraws itself."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from ips_sim.analysis.classroom.counting import (
    AFTERWARDS_WEEKS,
    BAND,
    CURVES,
    EARLY_WEEKS,
    MEASURES,
    PER_RUN,
    STANDING,
)
from ips_sim.analysis.classroom.folder import ClassroomResult
from ips_sim.analysis.classroom.lesson import lesson
from ips_sim.analysis.classroom.plan import ClassroomPlan
from ips_sim.analysis.classroom.reviews import (
    ORDINARY,
    StoredReview,
    items_by_basis,
    reviews_of,
)
from ips_sim.analysis.fidelity.scoring import HIGHEST
from ips_sim.evidence.fidelity import fidelity_bands, fidelity_readings
from ips_sim.model.outcomes import FloatArray
from ips_sim.report.words import in_words
from ips_sim.report.writing import commands_again, provenance
from ips_sim.runs.how import Progress, unseen
from ips_sim.runs.kinds import PAGE
from ips_sim.runs.manifest import MANIFEST
from ips_sim.scenario import principles
from ips_sim.shown.pages import template, write_whole
from ips_sim.story import StoryError
from ips_sim.story.finding import Matters, find

_TEMPLATE = Path(__file__).with_name("classroom.html.j2")
_BY_CHANCE = 0.01
"""How often a difference is told though there is none."""
_FINE, _COARSE = np.dtype("<u2"), np.dtype("u1")


def write_classroom_page(
    result: ClassroomResult, folder: Path, progress: Progress = unseen
) -> Path:
    """Write ``report.html`` into a result folder; it needs no network.

    Parameters
    ----------
    result
        All worlds.
    folder
        Its folder, with its manifest.
    progress
        Told how far the search for people to meet is.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    plan = result.plan
    design = plan.scenario.design
    met = people_met(result, progress)
    data = classroom_data(result) | {"met": met}
    page = template(_TEMPLATE).render(
        data=json.dumps(data).replace("<", "\\u003c"),
        title=plan.scenario.title,
        principles=[in_words(name) for name in principles()],
        markets=[(name, lesson()["markets"][name]) for name in plan.markets],
        caseloads=plan.caseloads,
        first_caseload=lesson()["extra_caseload"],
        exercises=[one["title"] for one in _exercises(result)],
        met=[(one["principle"], in_words(one["principle"])) for one in met],
        weeks=design.weeks,
        people=design.people,
        runs=data["runs"],
        sure=data["sure"],
        draws=plan.draws,
        is_fitted=plan.draws > 1,
        early_weeks=EARLY_WEEKS,
        afterwards_weeks=AFTERWARDS_WEEKS,
        share_in_band=f"{BAND[1] - BAND[0]:.0f}",
        reviewed=_reviewed(plan),
        again=commands_again(manifest, folder),
        provenance=provenance(manifest),
    )
    return write_whole(folder / PAGE, page.encode())


def people_met(result: ClassroomResult, progress: Progress = unseen) -> list[dict[str, Any]]:
    """Find the people to whom each principle matters most; a principle without any is left out."""
    plan = result.plan
    found = []
    for done, name in enumerate(principles()):
        progress("people to meet", done, len(principles()))
        with suppress(StoryError):
            found.append(_met(find(plan.scenario, name, seed=plan.seed)))
    progress("people to meet", len(principles()), len(principles()))
    return found


def _errors_to_be_sure(runs: int) -> float:
    """Give how many standard errors of runs chance alone passes in one of a hundred cases."""
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    return round(float(stdtrit(runs - 1, 1 - _BY_CHANCE / 2)), 1) if runs > 1 else 0.0


def _reviewed(plan: ClassroomPlan) -> dict[str, Any]:
    """Say how many of the worlds shown were reviewed, and how far others may be off."""
    shown = [(at, one) for at, one in zip(plan.worlds, reviews_of(plan), strict=True) if one]
    visited = [len(one.agencies) for _, one in shown if one.agencies]

    def most(is_ordinary: bool) -> float:
        off = [one.off_by for at, one in shown if (at.market == ORDINARY) == is_ordinary]
        return max(off, default=0.0)

    return {
        "shown": len(shown),
        "visited": len(visited),
        "agencies": max(visited, default=0),
        "off_by": math.ceil(most(is_ordinary=True)),
        "off_by_elsewhere": math.ceil(most(is_ordinary=False)),
        "items": len(fidelity_readings()),
        "bases": items_by_basis(),
    }


def _met(matters: Matters) -> dict[str, Any]:
    return {
        "principle": matters.principle,
        "text": matters.in_words,
        "people": [
            {
                "name": one.lives[0].name,
                "number": one.person,
                "run": one.lives[0].replicate,
                "who": one.who,
                "weeks": [life.end.weeks_worked for life in one.lives],
                "beats": [[[beat.when, beat.text] for beat in world.beats] for world in one.worlds],
                "first": one.first_and_job[0],
                "job": one.first_and_job[1],
            }
            for one in matters.found
        ],
    }


def classroom_data(result: ClassroomResult) -> dict[str, Any]:
    """Give all that the page draws and says, as JSON can hold it.

    Curves and runs are whole numbers between nothing and the largest value, in two bytes where a
    sentence or a line rests on them and in one for the picture.
    """
    plan, said = result.plan, lesson()
    work = CURVES.index("work")
    rest = [place for place in range(len(CURVES)) if place != work]
    return {
        "weeks": plan.scenario.design.weeks,
        "runs": (runs := plan.draws * plan.replicates),
        "sure": _errors_to_be_sure(runs),
        "caseloads": list(plan.caseloads),
        "extraCaseload": said["extra_caseload"],
        "markets": [{"name": name, **_texts(said["markets"][name])} for name in plan.markets],
        "principles": [
            {
                "name": name,
                "title": in_words(name),
                "why": one.why,
                "measure": said["principles"][name],
            }
            for name, one in principles().items()
        ],
        "caseloadMeasure": said["caseload"],
        "extras": [
            {
                "name": name,
                "title": one["title"],
                # Traditional services were run in one agency: they are no comparison then.
                "isApart": any(key.startswith("design.") for key in one["values"]),
            }
            for name, one in said["extras"].items()
        ],
        "exercises": _exercises(result),
        "standing": list(STANDING),
        "work": _packed(result.curves[:, work], _FINE),
        "curveNames": [CURVES[place] for place in rest],
        "curves": _packed(result.curves[:, rest], _COARSE),
        "perRunNames": list(PER_RUN),
        "perRun": [_packed(result.per_run[:, place], _FINE) for place in range(len(PER_RUN))],
        "measureNames": list(MEASURES),
        "measureTexts": {
            name: {"label": one.label, "unit": one.unit, "digits": one.digits}
            for name, one in MEASURES.items()
        },
        "measures": base64.b64encode(result.measures.astype("<f4").tobytes()).decode(),
        "fidelity": _fidelity(reviews_of(plan)),
        "fidelityBands": fidelity_bands(),
        "fidelityMost": HIGHEST * len(fidelity_readings()),
    }


def _fidelity(reviews: Sequence[StoredReview | None]) -> dict[str, Any]:
    """Pack totals, and between which those of agencies lie; nothing of what was not reviewed."""

    def packed(value: Callable[[StoredReview], float]) -> str:
        values = np.array([value(one) if one else 0 for one in reviews], dtype=_COARSE)
        return base64.b64encode(values.tobytes()).decode()

    return {
        "total": packed(lambda one: one.total),
        "low": packed(lambda one: min(one.agencies, default=0)),
        "high": packed(lambda one: max(one.agencies, default=0)),
    }


def _texts(market: dict[str, Any]) -> dict[str, str]:
    return {name: market[name] for name in ("title", "note")}


def _exercises(result: ClassroomResult) -> list[dict[str, Any]]:
    """Give the exercises whose caseload was computed."""
    return [
        {"name": name, **one}
        for name, one in lesson()["exercises"].items()
        if one.get("caseload", result.plan.caseloads[0]) in result.plan.caseloads
    ]


def _packed(values: FloatArray, kind: np.dtype[Any]) -> dict[str, Any]:
    """Store values between nothing and the largest as whole numbers of a kind."""
    steps = np.iinfo(kind).max
    unit = max(float(values.max()), 1e-9) / steps
    whole = np.rint(values / unit).astype(kind)
    return {"unit": unit, "text": base64.b64encode(whole.tobytes()).decode()}
