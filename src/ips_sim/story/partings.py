"""Where two lives part: the same person and the same lots in two worlds, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ips_sim.model.entities import JobSeekerFields, Service, Work
from ips_sim.scenario.principles import owner_of
from ips_sim.shown.english import sentence
from ips_sim.story.decisions import QUESTIONS, Decision, Influence
from ips_sim.story.happenings import told
from ips_sim.story.levers import Behind, Lever
from ips_sim.story.noting import names_of
from ips_sim.story.watching import JOB, Life, Week
from ips_sim.story.words import (
    SAID,
    difference_in_words,
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
_SAID = SAID["parting"]
_MOST_INFLUENCES = 3
_HAS_IT: dict[str, Callable[[Week], bool]] = {
    "first_contact": lambda week: any(one.visit for one in week.tries),
    "admission": lambda week: week.in_hospital,
    "benefits_plan": lambda week: week.after.has_benefits_plan,
}
"""Whether a week has what a turn brings though it took no such turn."""

Sides = tuple[Week, Week]
"""The same week in two worlds."""


class Cause(NamedTuple):
    """Why something came out differently.

    Attributes
    ----------
    mechanism
        The name of a question, `WAITING` or `OTHER`.
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
    here, there
        What it was like in either world.
    cause
        Why they part; nothing where they meet.
    levers
        The levers that moved what parted the lives: name, here and there.
    """

    week: int
    here: str
    there: str
    cause: Cause | None = None
    levers: tuple[Lever, ...] = ()

    @property
    def parts(self) -> bool:
        """Whether the lives part; otherwise they meet again."""
        return self.cause is not None


class Trace(NamedTuple):
    """The first difference of all: the week, 0 if from the start; name, here and there of each."""

    week: int
    fields: tuple[tuple[str, Any, Any], ...]


def first_trace(here: Life, there: Life) -> Trace | None:
    """Find the first field in which a person's two lives differ; nothing if they never do."""
    weeks = zip(here.weeks, there.weeks, strict=False)
    pairs = [(here.start, there.start), *((one.after, other.after) for one, other in weeks)]
    for week, pair in enumerate(pairs):
        fields = [
            (name, *(getattr(one, name) for one in pair)) for name in names_of(JobSeekerFields)
        ]
        if differing := tuple(field for field in fields if field[1] != field[2]):
            return Trace(week, differing)
    return None


def moments(here: Life, there: Life) -> list[Moment]:
    """Find the weeks in which two lives part or meet again, with the reason."""
    found: list[Moment] = []
    firsts: set[str] = set()
    apart_since = 0
    for one, other in zip(here.weeks, there.weeks, strict=False):
        pair = _stands(one.after), _stands(other.after)
        moved = pair != (_stands(one.before), _stands(other.before))
        apart = pair[0] != pair[1]
        cause = _cause(one, other) if apart and moved else None
        # Two lives that are apart already are worth a word when one of them takes a turn that has
        # a reason of its own.
        if cause and (
            not apart_since or (cause.mechanism != OTHER and _turns(one) != _turns(other))
        ):
            found.append(_parting((one, other), standing(one.after), standing(other.after), cause))
        else:
            found += _first_differences((one, other), firsts)
            if apart_since and not apart:
                found.append(_meeting((one, other), apart_since))
        apart_since = (apart_since or one.number) if apart else 0
    return found


def _parting(sides: Sides, here: str, there: str, cause: Cause) -> Moment:
    behind = Behind(*sides)
    if cause.mechanism == WAITING:
        behind.places()
    elif len(cause.decisions) > 1:
        behind.differing(cause.decisions[0], cause.decisions[1], _MOST_INFLUENCES)
    for decision in cause.decisions[:1]:
        # The other life may have met the same question and have passed it.
        for weeks in zip(sides[0].life.weeks, sides[1].life.weeks, strict=False):
            met = [week.decision(decision.question.name) for week in weeks]
            if decision in met:
                behind.decided(decision, *filter(None, met))
                break
        else:
            behind.decided(decision)
    return Moment(sides[0].number, here, there, cause, behind.found)


def _meeting(sides: Sides, since: int) -> Moment:
    """Say how two lives stand alike again, and what one of them held while they were apart."""
    parted = [side.life.weeks[since - 1].before for side in sides]
    text = said(
        _SAID["between"],
        since=since,
        stands=[standing(side.after) for side in sides],
        worked=[
            side.after.weeks_worked - before.weeks_worked
            for side, before in zip(sides, parted, strict=True)
        ],
        worlds=[side.life.title for side in sides],
    )
    return Moment(sides[0].number, text, text)


def _first_differences(sides: Sides, firsts: set[str]) -> Iterator[Moment]:
    """Give first-time differences that change no standing: a visit, a plan, a hospital stay."""
    for turn, (question, *words) in SAID["firsts"].items():
        took = [side.took(turn) for side in sides]
        mine, theirs = sides if took[0] else sides[::-1]
        if turn in firsts or took[0] == took[1] or _HAS_IT[turn](theirs):
            continue
        firsts.add(turn)
        cause = _first_step([question], (), mine, theirs)
        if cause.mechanism != OTHER:
            here, there = (words[0 if it else 1] for it in took)
            yield _parting(sides, here, there, cause)


def _stands(fields: JobSeekerFields) -> tuple[int, int, int]:
    """Say where a person stands: service, work, and the employer of a competitive job."""
    employer = fields.employer_row if fields.work == Work.COMPETITIVE else -1
    return fields.service, fields.work, employer


def _turns(week: Week) -> dict[str, int]:
    """Give the great turns of a week, with how a job ended or the employer of one that goes on."""
    taken = {turn.name: int(turn.cause) for turn in week.turns if turn.name in SAID["steps"]}
    if week.moved:
        taken.pop("job_ended", None)
    if taken.pop("job_started", None) is not None and week.after.work == Work.COMPETITIVE:
        taken["job_started"] = week.after.employer_row
    return taken


# Why


_FOLLOWS = Cause(OTHER, _SAID["follows"])


def _in(week: Week, what: str) -> str:
    return said(_SAID["in one world"], world=week.life.title, what=what)


def _other(reason: str, week: Week) -> Cause:
    return Cause(OTHER, _in(week, SAID["other reasons"][reason]))


def _cause(one: Week, other: Week) -> Cause:
    """Say why the two lives stand differently at the end of a week in which one of them moved."""
    turns = _turns(one), _turns(other)
    for name in SAID["steps"]:
        here, there = (each.get(name) for each in turns)
        if here != there:
            return _why(name, one, other) if here is not None else _why(name, other, one)
    return _held_up(other) or _held_up(one) or _FOLLOWS


def _why(turn: str, mine: Week, theirs: Week) -> Cause:
    """Say why a life took a turn here and not there: the first step that came out differently."""
    within: tuple[str, ...] = ()
    steps = SAID["steps"][turn]
    had = theirs.before
    if turn == "job_started":
        attempt = next((one for one in mine.tries if one.result == JOB), None)
        if attempt is None:
            steps = ["move to a better job"]
        elif had.work == Work.COMPETITIVE:
            return _other("had a job", theirs)
        elif attempt.through_specialist:
            within = QUESTIONS["employer contact"].rule, "search_with_specialist"
            steps = SAID["ways"]["a job made" if attempt.is_carved else "an opening"]
        else:
            within, steps = ("search_alone",), SAID["ways"]["alone"]
    elif turn == "job_ended" and had.employer_row != mine.before.employer_row:
        return _other("had another job" if had.work == Work.COMPETITIVE else "had no job", theirs)
    elif turn == "job_ended" and theirs.called("warn"):
        return _other("was warned", theirs)
    elif turn in SAID["by rule"] and (rule := _by_rule(turn, mine, theirs)):
        return rule
    return _first_step(steps, within, mine, theirs)


def _first_step(steps: Sequence[str], within: tuple[str, ...], mine: Week, theirs: Week) -> Cause:
    """Say which of some questions, in their order, is the first that came out differently."""
    chosen: Cause | None = None
    for step in steps:
        one, other = (side.decision(step, *within) for side in (mine, theirs))
        if one is None or (other is not None and one.outcome == other.outcome):
            continue
        if other is None:
            cause = _did_not_come_up(step, theirs, go_on=not chosen)
        elif step == "choice of employer":
            worlds, rows = (mine.life.title, theirs.life.title), (one.outcome, other.outcome)
            text = said(_SAID["visits"], worlds=worlds, rows=rows)
            chosen = Cause(step, text, (one, other))
            continue
        else:
            cause = side_by_side(one, other, mine.life, theirs.life)
        return chosen._replace(text=f"{chosen.text} {cause.text}") if chosen else cause
    return chosen or _FOLLOWS


def _by_rule(turn: str, mine: Week, theirs: Week) -> Cause | None:
    """Say which rule of a programme ended a place or its support, if no agreement did."""
    (question,) = SAID["steps"][turn]
    decision, other = (side.decision(question) for side in (mine, theirs))
    if decision is None:
        return _other("stands alone", mine)
    if not (rule := told(SAID["by rule"][turn], mine)):
        return None
    pair = (decision, other) if other and other.happened != decision.happened else (decision,)
    return Cause(question, _in(mine, rule), pair)


def _held_up(week: Week, *, all_week: bool = False) -> Cause | None:
    """Say what keeps a person from searching with a specialist, if anything does.

    The decision behind it may lie weeks back.  Where the person stands counts as the week ends;
    with ``all_week``, while it is lived.
    """
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
    question, words = SAID["held up"][stands]
    before = week.life.weeks[: week.number]
    if question == "enrolment":
        told_of = next((one for one in week.life.weeks if one.decision(question)), week)
        question = "screening" if told_of.did("screening") else question
    text = _in(week, told(words, told_of, now=week))
    if question not in QUESTIONS:
        return Cause(question or OTHER, text)
    for one in reversed(before):
        decision = one.decision(question)
        if decision is not None and (decision.happened or question == "enrolment"):
            return Cause(question, text, (decision,))
    return Cause(OTHER, text)


def _did_not_come_up(question: str, week: Week, *, go_on: bool) -> Cause:
    """Say that a question did not come up; and, to ``go_on``, what kept it from coming up."""
    why = SAID["did not come up"]
    text = _in(week, said(why.get(question, why["others"]), asks=QUESTIONS[question].asks))
    if not go_on or question in ("dropout", "return", "closing"):
        return Cause(OTHER, text)
    held_up = _held_up(week, all_week=True)
    return held_up or Cause(OTHER, f"{text[:-1]}: {standing(week.after)}.")


def side_by_side(one: Decision, other: Decision, mine: Life, theirs: Life) -> Cause:
    """Set two decisions side by side; what came out alike in both explains no difference."""
    if one.outcome == other.outcome:
        return _FOLLOWS
    lots = [one.lot, one.chance, other.chance, other.lot] if one.question.luck else []
    worlds = [mine.title, theirs.title]
    yes, no = worlds if one.happened else worlds[::-1]
    text = said(
        SAID["side by side"],
        asks=one.question.asks,
        worlds=worlds,
        yes=yes,
        no=no,
        made=[_said(each) for each in one.influences(other)[:_MOST_INFLUENCES]],
        same_lot=bool(lots) and one.lot == other.lot,
        lots=mine.lots,
        numbers=told_apart(lots),
    )
    return Cause(one.question.name, text, (one, other))


def _said(made: Influence) -> str:
    difference = difference_in_words(made.field, made.here, made.there)
    return field_in_words(made.field) + (f" ({difference})" if difference else "")


# In words


def lever_in_words(name: str, here: Any, there: Any) -> str:
    """A lever that differs, with the principle that owns it."""
    owner = owner_of(name)
    belongs = f" ({owner.replace('_', ' ')})" if owner else ""
    values = f"{value_in_words(name, here)} against {value_in_words(name, there)}"
    return f"{name.replace('_', ' ')} {values}{belongs}"


def moment_in_words(moment: Moment, worlds: Sequence[str]) -> tuple[str, str, str]:
    """A moment as what happened, why, and the levers behind it."""
    pattern = _SAID["apart" if moment.cause else "alike"]
    what = said(pattern, worlds=worlds, stands=[moment.here, moment.there])
    levers = "; ".join(lever_in_words(*lever) for lever in moment.levers)
    return what, sentence(moment.cause.text) if moment.cause else "", levers
