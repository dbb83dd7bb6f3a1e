"""Where two lives part: the same person and the same lots in two worlds, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ips_sim.model.entities import JobSeekerFields, Service, Work
from ips_sim.scenario.principles import owner_of
from ips_sim.shown.english import count_or_no, listed, sentence
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import Decision, Influence, Mechanism
from ips_sim.story.happenings import told
from ips_sim.story.levers import Behind, Lever
from ips_sim.story.noting import names_of
from ips_sim.story.watching import JOB, Life, Week
from ips_sim.story.words import (
    SAID,
    difference_in_words,
    employer_name,
    field_in_words,
    said,
    standing,
    told_apart,
    value_in_words,
)

OTHER = "what happened before"
"""The mechanism of a difference that follows from earlier ones alone."""
WAITING = "waiting"
"""The mechanism of a difference between somebody who waits and somebody who does not."""
_MOST_INFLUENCES = 3


@dataclass(frozen=True)
class Cause:
    """Why something came out differently.

    Attributes
    ----------
    mechanism
        The name of a mechanism, `WAITING` or `OTHER`.
    text
        In plain words.
    decisions
        The decisions that parted the lives: one, or the same one in both worlds.
    """

    mechanism: str
    text: str
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Moment:
    """A week in which two lives part or meet again.

    Attributes
    ----------
    parts
        Whether they part; otherwise they meet again.
    here, there
        What it was like in either world.
    cause
        Why; nothing where they meet.
    levers
        The levers that moved what parted the lives: name, here and there.
    """

    week: int
    parts: bool
    here: str
    there: str
    cause: Cause | None
    levers: tuple[Lever, ...] = ()


class Trace(NamedTuple):
    """The first difference of all: the week, 0 if from the start; name, here and there of each."""

    week: int
    fields: tuple[tuple[str, Any, Any], ...]


class Side(NamedTuple):
    """A week of a life, and the world it is lived in."""

    week: Week
    life: Life

    @property
    def world(self) -> str:
        """What the world is called."""
        return self.life.scenario.title


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
    found: list[Moment] = []
    firsts: set[str] = set()
    apart_since: int | None = None
    for one, other in zip(here.weeks, there.weeks, strict=False):
        sides = Side(one, here), Side(other, there)
        pair = _stands(one.after), _stands(other.after)
        moved = pair != (_stands(one.before), _stands(other.before))
        apart = pair[0] != pair[1]
        cause = _cause(*sides) if apart and moved else None
        # Two lives that are apart already are worth a word when one of them takes a turn that has
        # a reason of its own.
        if cause is not None and (
            apart_since is None or (cause.mechanism != OTHER and _turns(one) != _turns(other))
        ):
            found.append(_parting(sides, standing(one.after), standing(other.after), cause))
        else:
            found += _first_differences(sides, firsts)
            if apart_since is not None and not apart:
                found.append(_meeting(sides, apart_since))
        apart_since = (apart_since or one.number) if apart else None
    return found


def _parting(sides: tuple[Side, Side], here: str, there: str, cause: Cause) -> Moment:
    number = sides[0].week.number
    behind = Behind(sides[0].life, sides[1].life, number)
    if cause.mechanism == WAITING:
        behind.places()
    elif len(cause.decisions) > 1:
        behind.differing(cause.decisions[0], cause.decisions[1], _MOST_INFLUENCES)
    for decision in cause.decisions[:1]:
        # The other life may have met the same question and have passed it.
        behind.decided(decision, *_same_in(sides, decision))
    return Moment(number, True, here, there, cause, behind.levers)


def _same_in(sides: tuple[Side, Side], decision: Decision) -> list[Decision]:
    """Find a decision and the one on the same question in the same week of the other life."""
    for weeks in zip(sides[0].life.weeks, sides[1].life.weeks, strict=False):
        found = [week.decision(decision.mechanism) for week in weeks]
        if decision in found:
            return [each for each in found if each is not None]
    return []


def _meeting(sides: tuple[Side, Side], since: int) -> Moment:
    """Say how two lives stand alike again, and what one of them held while they were apart."""
    one, other = (side.week.after for side in sides)
    text = standing(one)
    if text != standing(other):
        text = "at work, in the same job"
    worked = [
        week.after.weeks_worked - life.weeks[since - 1].before.weeks_worked for week, life in sides
    ]
    if worked[0] != worked[1]:
        parts = [
            f"{count_or_no(weeks, 'week')} worked in {side.world}"
            for weeks, side in zip(worked, sides, strict=True)
        ]
        text += f"; since week {since}, when they parted, {listed(parts)}"
    return Moment(sides[0].week.number, False, text, text, None)


def _stands(fields: JobSeekerFields) -> tuple[int, int, int]:
    """Say where a person stands: service, work, and the employer of a competitive job."""
    employer = fields.employer_row if fields.work == Work.COMPETITIVE else -1
    return fields.service, fields.work, employer


_STEPS = {turn: [asked.BY_NAME[each] for each in names] for turn, names in SAID["steps"].items()}
"""The turns that part two lives, the greater first, and the questions that lead to each."""
_WAYS = {way: [asked.BY_NAME[each] for each in names] for way, names in SAID["ways"].items()}
"""The questions that lead to a job: alone; with a specialist, for what is open or is made."""
_FIRSTS: dict[str, tuple[Mechanism, Callable[[Week], bool]]] = {
    "first_contact": (asked.CONTACT, lambda week: any(one.visit for one in week.tries)),
    "admission": (asked.ADMISSION, lambda week: week.in_hospital),
    "benefits_plan": (asked.PLAN, lambda week: week.after.has_benefits_plan),
}
"""Turns that change no standing and are worth a word the first time they differ.

The question, and whether a week has such a thing though it took no such turn.
"""


def _turns(week: Week) -> list[tuple[str, int]]:
    """List the great turns of a week, with the employer of a job that goes on."""
    goes_on = week.after.employer_row if week.after.work == Work.COMPETITIVE else -1
    taken = {turn.name: turn for turn in week.turns if turn.name in _STEPS}
    if week.moved:
        taken.pop("job_ended", None)
    return [
        (name, goes_on if name == "job_started" else taken[name].cause)
        for name in _STEPS
        if name in taken and not (name == "job_started" and goes_on < 0)
    ]


# Why


def _cause(one: Side, other: Side) -> Cause:
    """Say why the two lives stand differently at the end of a week in which one of them moved."""
    for name in _STEPS:
        for mine, theirs in ((one, other), (other, one)):
            turns = [dict(_turns(side.week)).get(name) for side in (mine, theirs)]
            if turns[0] is not None and turns[0] != turns[1]:
                return _why(name, mine, theirs)
    return _held_up(other) or _held_up(one) or _FOLLOWS


_FOLLOWS = Cause(OTHER, "It follows from what happened before.")


def _why(turn: str, mine: Side, theirs: Side) -> Cause:
    """Say why a life took a turn here and not there: the first step that came out differently."""
    within: tuple[str, ...] = ()
    steps = _STEPS[turn]
    had = theirs.week.before
    if turn == "job_started":
        attempt = next((one for one in mine.week.tries if one.result == JOB), None)
        if attempt is None:
            steps = [asked.MOVE]
        elif had.work == Work.COMPETITIVE:
            return Cause(OTHER, f"In {theirs.world}, the person had a job already.")
        else:
            within, steps = ("search_alone",), _WAYS["alone"]
            if attempt.through_specialist:
                within = asked.CONTACT.rule, "search_with_specialist"
                steps = _WAYS["a job made" if attempt.is_carved else "an opening"]
    elif turn == "job_ended" and had.employer_row != mine.week.before.employer_row:
        which = "another job" if had.work == Work.COMPETITIVE else "no job to lose"
        return Cause(OTHER, f"In {theirs.world}, the person had {which}.")
    elif turn == "job_ended" and theirs.week.called("warn"):
        return Cause(OTHER, f"In {theirs.world}, there was a warning first.")
    elif turn in ("closed", "transferred") and (rule := _by_rule(turn, mine, theirs)):
        return rule
    return _first_step(steps, within, mine, theirs)


def _first_step(
    steps: Sequence[Mechanism], within: tuple[str, ...], mine: Side, theirs: Side
) -> Cause:
    chosen: Cause | None = None
    cause = _FOLLOWS
    for step in steps:
        one, other = (side.week.decision(step, *within) for side in (mine, theirs))
        if one is None or (other is not None and one.outcome == other.outcome):
            continue
        if other is not None and step is asked.CHOICE:
            text = (
                f"The specialist visited {employer_name(one.outcome)} in {mine.world} and "
                f"{employer_name(other.outcome)} in {theirs.world}."
            )
            chosen = Cause(step.name, text, (one, other))
            continue
        if other is not None:
            cause = side_by_side(one, other, mine, theirs)
        elif chosen:
            cause = Cause(step.name, _did_not_come_up(step, theirs))
        else:
            cause = _came_up_in_one_only(step, theirs)
        break
    if chosen and cause is not _FOLLOWS:
        return replace(chosen, text=f"{chosen.text} {cause.text}")
    return chosen or cause


def _by_rule(turn: str, mine: Side, theirs: Side) -> Cause | None:
    """Say which rule of a programme ended a place or its support, if no agreement did."""
    (question,) = _STEPS[turn]
    decision, other = (side.week.decision(question) for side in (mine, theirs))
    if decision is None:
        return Cause(OTHER, f"In {mine.world}, the person has neither job nor specialist.")
    if not (rule := told(SAID["by rule"][turn], *mine)):
        return None
    pair = (decision, other) if other and other.happened != decision.happened else (decision,)
    return Cause(question.name, f"In {mine.world}, {rule}.", pair)


def _held_up(side: Side, *, all_week: bool = False) -> Cause | None:
    """Say what keeps a person from searching with a specialist, if anything does.

    The decision behind it may lie weeks back.  Where the person stands counts as the week ends;
    with ``all_week``, while it is lived.
    """
    week, life = side
    service, work = week.after.service, week.after.work
    if all_week and week.service:
        service, work = week.service, week.work
    stands, told_of = Service(service).name.lower(), week
    if stands not in ("not_admitted", "waiting", "preparing"):
        if work in (Work.SHELTERED, Work.TRANSITIONAL):
            stands = Work(work).name.lower()
        elif all_week and week.in_hospital:
            stands = "hospital"
    if stands not in SAID["held up"]:
        return None
    name, words = SAID["held up"][stands]
    question = asked.BY_NAME.get(name)
    if question is asked.ENROLMENT:
        told_of = next((one for one in life.weeks if one.decision(asked.ENROLMENT)), week)
        question = asked.SCREENING if told_of.did(asked.SCREENING) else question
    text = f"In {side.world}, {told(words, told_of, life, now=week)}."
    decision = _latest(question, side) if question else None
    if question is None or decision is None:
        return Cause(WAITING if name == WAITING else OTHER, text)
    return Cause(question.name, text, (decision,))


def _latest(mechanism: Mechanism, side: Side) -> Decision | None:
    """Find the decision by which something came about, this week or the last time before."""
    for week in reversed(side.life.weeks[: side.week.number]):
        decision = week.decision(mechanism)
        if decision is not None and (decision.happened or mechanism is asked.ENROLMENT):
            return decision
    return None


def _came_up_in_one_only(question: Mechanism, side: Side) -> Cause:
    """Say why a question did not come up for this side."""
    text = _did_not_come_up(question, side)
    if question in (asked.DROPOUT, asked.RETURN, asked.CLOSING):
        return Cause(OTHER, text)
    why = _held_up(side, all_week=True)
    return why or Cause(OTHER, f"{text[:-1]}: {standing(side.week.after)}.")


def _did_not_come_up(question: Mechanism, side: Side) -> str:
    why = SAID["did not come up"].get(question.name)
    return f"In {side.world}, {why or f'it did not come up whether {question.asks}'}."


def side_by_side(one: Decision, other: Decision, mine: Side, theirs: Side) -> Cause:
    """Set two decisions side by side; what came out alike in both explains no difference."""
    if one.outcome == other.outcome:
        return _FOLLOWS
    yes, no = (mine.world, theirs.world) if one.happened else (theirs.world, mine.world)
    lots = [one.lot, one.chance, other.chance, other.lot] if one.mechanism.luck else []
    made = [_said(each) for each in one.influences(other)[:_MOST_INFLUENCES]]
    things: dict[str, Any] = {
        "asks": one.mechanism.asks,
        "worlds": [mine.world, theirs.world],
        "yes": yes,
        "no": no,
        "made": made,
        "same_lot": bool(lots) and one.lot == other.lot,
    }
    text = said(SAID["side by side"], **things, lots=mine.life.lots, numbers=told_apart(lots))
    return Cause(one.mechanism.name, text, (one, other))


def _said(made: Influence) -> str:
    difference = difference_in_words(made.field, made.here, made.there)
    return field_in_words(made.field) + (f" ({difference})" if difference else "")


def _first_differences(sides: tuple[Side, Side], firsts: set[str]) -> Iterator[Moment]:
    """Give first-time differences that change no standing: a visit, a plan, a hospital stay."""
    for turn, (question, has_it) in _FIRSTS.items():
        took = [side.week.took(turn) for side in sides]
        mine, theirs = sides if took[0] else sides[::-1]
        if turn in firsts or took[0] == took[1] or has_it(theirs.week):
            continue
        firsts.add(turn)
        cause = _first_step((question,), (), mine, theirs)
        if cause.mechanism != OTHER:
            here, there = (SAID["firsts"][turn][0 if it else 1] for it in took)
            yield _parting(sides, here, there, cause)


# In words


def lever_in_words(name: str, here: Any, there: Any) -> str:
    """A lever that differs, with the principle that owns it."""
    owner = owner_of(name)
    belongs = f" ({owner.replace('_', ' ')})" if owner else ""
    values = f"{value_in_words(name, here)} against {value_in_words(name, there)}"
    return f"{name.replace('_', ' ')} {values}{belongs}"


def moment_in_words(moment: Moment, worlds: tuple[str, str]) -> tuple[str, str, str]:
    """A moment as what happened, why, and the levers behind it."""
    if not moment.parts:
        return f"The two lives stand alike again: {moment.here}.", "", ""
    what = f"{worlds[0]}: {moment.here}. {worlds[1]}: {moment.there}."
    why = sentence(moment.cause.text) if moment.cause else ""
    levers = "; ".join(lever_in_words(*lever) for lever in moment.levers)
    return what, why, levers
