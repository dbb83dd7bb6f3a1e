"""Where two lives part: the same person and the same lots in two worlds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ips_sim.model.entities import JobSeekerFields
from ips_sim.scenario.principles import principles
from ips_sim.scenario.schema import UNLIMITED_WEEKS, Levers
from ips_sim.story import decisions as asked
from ips_sim.story.causes import LEVERS, OTHER, Cause, cause_of_difference, compared, stands, turn
from ips_sim.story.decisions import Question, names_of
from ips_sim.story.happenings import is_first_contact
from ips_sim.story.watching import Life, Week
from ips_sim.story.words import standing


@dataclass(frozen=True)
class Moment:
    """A week in which two lives part or meet again.

    Attributes
    ----------
    week
        By the person's own clock, from 1.
    parts
        Whether they part; otherwise they meet again.
    here, there
        What it was like in either world.
    cause
        Why; nothing where they meet.
    levers
        The levers of the mechanism that differ between the two worlds: name, here and there.
    """

    week: int
    parts: bool
    here: str
    there: str
    cause: Cause | None
    levers: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True)
class Trace:
    """The first difference of all, in any field.

    Attributes
    ----------
    week
        By the person's own clock; 0 if the person differs from the start.
    fields
        Name, value here and value there.
    """

    week: int
    fields: tuple[tuple[str, Any, Any], ...]


def first_trace(here: Life, there: Life) -> Trace | None:
    """Find the first field in which a person's two lives differ; nothing if they never do."""
    pairs = [(0, here.start, there.start)]
    pairs += [
        (one.number, one.after, other.after)
        for one, other in zip(here.weeks, there.weeks, strict=False)
    ]
    for week, one, other in pairs:
        differing = tuple(
            (name, getattr(one, name), getattr(other, name))
            for name in names_of(JobSeekerFields)
            if getattr(one, name) != getattr(other, name)
        )
        if differing:
            return Trace(week, differing)
    return None


def moments(here: Life, there: Life) -> list[Moment]:
    """Find the weeks in which two lives part or meet again, with the reason."""
    one, other = here.scenario.programme, there.scenario.programme
    return [
        replace(moment, levers=differing_levers(LEVERS[moment.cause.mechanism], one, other))
        if moment.cause is not None and moment.cause.mechanism in LEVERS
        else moment
        for moment in _moments(here, there)
    ]


def _moments(here: Life, there: Life) -> list[Moment]:
    found: list[Moment] = []
    firsts: set[str] = set()
    were_apart = False
    for one, other in zip(here.weeks, there.weeks, strict=False):
        pair = (stands(one.after), stands(other.after))
        moved = pair != (stands(one.before), stands(other.before))
        apart = pair[0] != pair[1]
        cause = cause_of_difference(one, other, here, there) if apart and moved else None
        # Two lives that are apart already are worth a word when one of them takes a turn that has
        # a reason of its own.
        if cause is not None and (
            not were_apart or (cause.mechanism != OTHER and turn(one) != turn(other))
        ):
            found.append(
                Moment(one.number, True, standing(one.after), standing(other.after), cause)
            )
        else:
            found += _first_differences(one, other, here, there, firsts)
            if were_apart and not apart:
                text = standing(one.after)
                found.append(Moment(one.number, False, text, standing(other.after), None))
        were_apart = apart
    return found


@dataclass(frozen=True)
class _First:
    """Something that changes no standing and is worth a word the first time it differs.

    Attributes
    ----------
    begins
        Whether it comes about in a week.
    holds
        Whether a week has such a thing all the same; then it is no difference.
    text, otherwise
        What it is like with it and without it.
    question
        What decides it, if chance does.
    """

    mechanism: str
    begins: Callable[[Week], bool]
    holds: Callable[[Week], bool]
    text: str
    otherwise: str
    question: Question | None = None


def _first_differences(
    one: Week, other: Week, here: Life, there: Life, firsts: set[str]
) -> Iterator[Moment]:
    """Give first-time differences that change no standing: a visit, a plan, a hospital stay."""
    for first in _FIRSTS:
        mine, theirs = first.begins(one), first.begins(other)
        with_it, without = (one, other) if mine else (other, one)
        if first.mechanism in firsts or not (mine or theirs) or first.holds(without):
            continue
        firsts.add(first.mechanism)
        worlds = (here, there) if mine else (there, here)
        if first.question is None:
            names = [world.scenario.title for world in worlds]
            planner = f"In {names[0]} a planner works with the person, in {names[1]} none does."
            cause = Cause(first.mechanism, planner)
        else:
            cause = compared(first.question, first.mechanism, with_it, without, *worlds)
        if cause.mechanism == OTHER:
            continue
        yield Moment(
            one.number,
            True,
            first.text if mine else first.otherwise,
            first.text if theirs else first.otherwise,
            cause,
        )


def _is_visited_for(week: Week) -> bool:
    return any(attempt.through_specialist for attempt in week.attempts)


def _is_admitted(week: Week) -> bool:
    return week.after.hospital_admissions > week.before.hospital_admissions


def _is_in_hospital(week: Week) -> bool:
    return week.before.hospital_weeks_left > 0 or week.after.hospital_weeks_left > 0


def _gets_plan(week: Week) -> bool:
    return week.after.benefits_plans > week.before.benefits_plans


def _has_plan(week: Week) -> bool:
    return week.after.has_benefits_plan


_FIRSTS = (
    _First(
        "employer contact",
        is_first_contact,
        _is_visited_for,
        "the specialist visits an employer for this person, for the first time",
        "no visit to an employer this week",
        asked.CONTACT,
    ),
    _First(
        "health",
        _is_admitted,
        _is_in_hospital,
        "the relapse leads to a hospital stay",
        "no hospital stay",
        asked.ADMISSION,
    ),
    _First("benefits planning", _gets_plan, _has_plan, "a benefits plan", "no benefits plan"),
)


def differing_levers(
    names: tuple[str, ...], one: Levers, other: Levers
) -> tuple[tuple[str, Any, Any], ...]:
    """The levers among some that differ between two programmes: name, here and there."""
    return tuple(
        (name, getattr(one, name), getattr(other, name))
        for name in names
        if getattr(one, name) != getattr(other, name)
    )


def lever_in_words(name: str, here: Any, there: Any) -> str:
    """A lever that differs, with the principle that owns it."""
    owner = next((key for key, one in principles().items() if name in one.levers), None)
    belongs = f" ({owner.replace('_', ' ')})" if owner else ""
    return f"{name.replace('_', ' ')} {_shown(here)} against {_shown(there)}{belongs}"


def _shown(value: Any) -> str:
    if value == UNLIMITED_WEEKS and not isinstance(value, bool):
        return "unlimited"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}"
