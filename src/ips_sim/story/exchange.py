"""A story for other programs: everything told, and every lot and chance behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ips_sim.model.entities import Service, Work
from ips_sim.story.partings import Moment, Trace
from ips_sim.story.telling import Story, World
from ips_sim.story.watching import Week

_TOLD_AT_THE_END = (
    "weeks_to_first_job",
    "weeks_worked",
    "jobs_held",
    "employer_contacts",
    "weeks_waiting",
    "hospital_days",
    "earnings_usd",
)


def as_json(story: Story) -> dict[str, Any]:
    """Give a story as JSON can hold it."""
    return {
        "person": story.person,
        "site": story.site,
        "replicate": story.replicate,
        "seed": story.seed,
        "headline": story.headline,
        "traits": list(story.traits),
        "notes": list(story.notes),
        "first_difference": _trace_json(story.trace),
        "moments": [_moment_json(moment) for moment in story.moments],
        "worlds": [_world_json(world) for world in story.worlds],
        "rows": [
            {
                "first_week": row.first,
                "last_week": row.last,
                "cells": [asdict(cell) for cell in row.cells],
            }
            for row in story.rows
        ],
    }


def _trace_json(trace: Trace | None) -> Mapping[str, Any] | None:
    if trace is None:
        return None
    return {"week": trace.week, "fields": _pairs("field", trace.fields)}


def _moment_json(moment: Moment) -> Mapping[str, Any]:
    cause = moment.cause
    return {
        "week": moment.week,
        "parts": moment.parts,
        "here": moment.here,
        "there": moment.there,
        "mechanism": cause.mechanism if cause else None,
        "why": cause.text if cause else None,
        "levers": _pairs("lever", moment.levers),
    }


def _pairs(what: str, found: Iterable[tuple[str, Any, Any]]) -> list[dict[str, Any]]:
    return [{what: name, "here": here, "there": there} for name, here, there in found]


def _world_json(world: World) -> Mapping[str, Any]:
    return {
        "scenario": world.name,
        "answers": [asdict(answer) for answer in world.answers],
        "end": {name: getattr(world.life.end, name) for name in _TOLD_AT_THE_END},
        "weeks": [_week_json(world, week) for week in world.life.weeks],
    }


def _week_json(world: World, week: Week) -> Mapping[str, Any]:
    return {
        "week": week.number,
        "service": Service(week.after.service).name.lower(),
        "work": Work(week.after.work).name.lower(),
        "interest": week.after.interest,
        "symptoms": week.after.symptoms,
        "benefit_fear": week.after.benefit_fear,
        "in_relapse": week.after.in_relapse,
        "in_hospital": week.after.hospital_weeks_left > 0,
        "hours_received": week.after.hours_received if week.specialist else 0.0,
        "happened": [
            {"what": one.mark, "text": one.text}
            for one in world.happened
            if one.week == week.number
        ],
        "decisions": [
            {
                "question": decision.mechanism.name,
                "rule": decision.call.name,
                "lot": decision.lot,
                "chance": round(decision.chance, 9),
                "happened": decision.happened,
            }
            for decision in week.decisions
            if decision.mechanism.luck
        ],
        "rules": [call.name for call in week.calls],
    }
