"""A story for other programs: everything told, and every lot and chance behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ips_sim.model.entities import Service, Work
from ips_sim.story.finding import Matters
from ips_sim.story.telling import Story, World
from ips_sim.story.watching import Week

_WEEKLY = ("interest", "symptoms", "benefit_fear", "in_relapse")
_AT_THE_END = (
    *("weeks_to_first_job", "weeks_worked", "jobs_held", "employer_contacts", "applications"),
    *("refusals", "weeks_waiting", "hospital_days", "earnings_usd"),
)


def as_json(story: Story) -> dict[str, Any]:
    """Give a story as JSON can hold it."""
    life, trace = story.lives[0], story.trace
    return {
        "person": life.number,
        "site": life.size.site,
        "replicate": life.replicate,
        "seed": life.seed,
        **_fields(story, ("headline", "traits", "notes")),
        "first_difference": trace and {"week": trace.week, "fields": _pairs("field", trace.fields)},
        "moments": [
            {
                **_fields(moment, ("week", "parts", "here", "there")),
                "mechanism": moment.cause and moment.cause.mechanism,
                "why": moment.cause and moment.cause.text,
                "levers": _pairs("lever", moment.levers),
            }
            for moment in story.moments
        ],
        "worlds": [
            {
                "scenario": world.name,
                "answers": [asdict(answer) for answer in world.answers],
                "end": _fields(world.life.end, _AT_THE_END),
                "weeks": [_week(world, week) for week in world.life.weeks],
            }
            for world in story.worlds
        ],
        "rows": [
            {**row._asdict(), "cells": [cell._asdict() for cell in row.cells]} for row in story.rows
        ],
    }


def matters_as_json(matters: Matters) -> dict[str, Any]:
    """Give those to whom a principle matters as JSON can hold it."""
    return {
        "principle": matters.principle,
        "scenarios": [one.title for one in matters.scenarios],
        **_fields(matters, ("people", "more", "less")),
        "found": [meeting_as_json(one) for one in matters.found],
    }


def meeting_as_json(story: Story) -> dict[str, Any]:
    """Give what people hear of a person whom they meet for the first time."""
    life, (first, job) = story.lives[0], story.first_and_job
    return {
        "name": life.name,
        "person": life.number,
        "replicate": life.replicate,
        "who": story.who,
        "worlds": [world.name for world in story.worlds],
        "beats": [[asdict(beat) for beat in world.beats] for world in story.worlds],
        "weeks_worked": [each.end.weeks_worked for each in story.lives],
        "first": first,
        "job": job,
    }


def _fields(thing: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _pairs(what: str, found: Iterable[tuple[str, Any, Any]]) -> list[dict[str, Any]]:
    return [{what: name, "here": here, "there": there} for name, here, there in found]


def _week(world: World, week: Week) -> dict[str, Any]:
    happened = [one for one in world.happened if one.week == week.number]
    return {
        "week": week.number,
        "service": Service(week.after.service).name.lower(),
        "work": Work(week.after.work).name.lower(),
        **_fields(week.after, _WEEKLY),
        "in_hospital": week.after.hospital_weeks_left > 0,
        "hours_received": week.after.hours_received if week.specialist else 0.0,
        "happened": [{"what": one.mark, "text": one.text} for one in happened],
        "decisions": [
            {
                "question": decision.question.name,
                "rule": decision.call.name,
                "lot": decision.lot,
                "chance": round(decision.chance, 9),
                "happened": decision.happened,
            }
            for decision in week.decisions
            if decision.question.luck
        ],
        "rules": [call.name for call in week.calls],
    }
