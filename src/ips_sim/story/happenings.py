"""What happened in a week, in plain words, by the table of what is said of turns and of rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ips_sim.model.entities import Benefit, JobSeekerFields
from ips_sim.model.rules.search import share_of_preferences_met
from ips_sim.model.turns import TURNS
from ips_sim.shown.english import counted, listed
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import BY_NAME, MECHANISMS, nearest
from ips_sim.story.noting import Call
from ips_sim.story.watching import DECLINED, JOB, KEPT, REFUSED, Life, Try, Week
from ips_sim.story.words import (
    SAID,
    difference_in_words,
    field_in_words,
    lot_against_chance,
    said,
    score,
)

_MOST_CHANGES = 6
"""Things that are named where a service changes."""
_TURNS = frozenset(turn.name for turn in TURNS)


@dataclass(frozen=True)
class Happening:
    """Something that happened.

    Attributes
    ----------
    week
        By the person's own clock, from 1.
    mark
        What kind of thing it was, for the figure.
    text
        In plain words, a sentence or two.
    is_minor
        Whether it may be told as one of many: what has come in this way before.
    attempt
        The try for a job, if it was one.
    """

    week: int
    mark: str
    text: str
    is_minor: bool = False
    attempt: Try | None = field(default=None, compare=False)

    @property
    def is_review(self) -> bool:
        """Whether it was a review at which the place was kept."""
        return self.text.startswith("A review: the place is kept")


def happenings(life: Life) -> list[Happening]:
    """Everything that happened to a person, in order; what came before in this way is minor."""
    found: list[Happening] = []
    seen: set[object] = set()
    for week in life.weeks:
        for one in of_week(week, life):
            like: object = one.text
            may_be_minor = one.is_review
            if one.attempt is not None:
                tried = one.attempt
                like = tried.kind, tried.result, tried.is_carved, tried.is_hidden
                may_be_minor = one.attempt.result not in (DECLINED, JOB)
            found.append(replace(one, is_minor=may_be_minor and like in seen))
            seen.add(like)
    return found


def of_week(week: Week, life: Life) -> Iterator[Happening]:
    """Everything that happened in a week, in the order of the table."""
    for of, mark, words in SAID["sayings"]:
        for saw in seen_in(of, week):
            if text := told(words, week, life, saw=saw):
                yield Happening(week.number, mark, text)
        if of == "started_search":
            for attempt in week.tries:
                yield Happening(week.number, _mark(attempt), in_words(attempt), attempt=attempt)
    for decision in week.decisions:
        if decision.mechanism not in MECHANISMS and decision.happened:
            text = told(SAID["parts"]["unknown"], week, life, one=decision)
            yield Happening(week.number, "service", text)


def told(words: str, week: Week, life: Life, **more: Any) -> str:
    """Fill a template with a week of a life, and with what more there is to it."""
    things = {
        "asked": asked,
        "lots": life.lots,
        "week": week,
        "life": life,
        "last": life.weeks[week.number - 2] if week.number > 1 else None,
        "before": week.before,
        "after": week.after,
        "levers": life.holds_in(week.number).programme,
        "staff": life.holds_in(week.number).staff,
        "holds": life.holds_in(week.number),
        "changed": _changed,
        "relapse_over": _relapse_over,
        "hours_without_benefit": _hours_without_benefit,
        "unmet_wishes": unmet_wishes,
    }
    return said(words, **(things | more))


def seen_in(of: str, week: Week) -> Iterator[JobSeekerFields]:
    """Give the person once for each time that a turn, a rule or a yes came up in a week."""
    if of in _TURNS:
        yield from (week.before for turn in week.turns if turn.name == of)
    elif of == "" or (of in BY_NAME and week.did(BY_NAME[of])):
        yield week.before
    elif call := week.called(of):
        yield call.at.seeker


def _changed(week: Week, life: Life) -> str:
    """Name what changes as a phase begins, what people have a word for first."""
    before, now = life.phases[week.phase - 1], life.phases[week.phase]
    pairs = [
        (name, value, getattr(getattr(before, section), name))
        for section in ("programme", "staff", "place")
        for name, value in getattr(now, section)
    ]
    said = {
        name: difference_in_words(name, there, here, "instead of") for name, there, here in pairs
    }
    named = sorted(
        (name for name in said if said[name]), key=lambda name: name not in SAID["fields"]
    )
    parts = [f"{field_in_words(name)} ({said[name]})" for name in named[:_MOST_CHANGES]]
    if more := len(named) - len(parts):
        parts.append(counted(more, "other thing"))
    return listed(parts)


def _relapse_over(week: Week, life: Life) -> tuple[str, str, str]:
    """Look back on a relapse: how long it was, how bad the worst was, and how bad it is now."""
    ill = [week]
    for one in reversed(life.weeks[: week.number - 1]):
        if not one.after.in_relapse:
            break
        ill.append(one)
    height = max(each.after.symptoms for each in ill)
    lasted = counted(len(ill) - 1, "week")
    if ill[-1].before.in_relapse:
        lasted += " or more"  # it was there when the person came
    return lasted, score(height), score(week.after.symptoms)


def _hours_without_benefit(start: Call | None) -> str:
    """Say how many hours a job would have without a benefit, if that is more or less."""
    if start is None or start.after is None:
        return ""
    _, without = start.ask(seeker=replace(start.at.seeker, benefit=Benefit.NONE))
    hours = [f"{each.job_hours:.0f}" for each in (without, start.after) if each]
    return hours[0] if hours[0] != hours[-1] else ""


def unmet_wishes(start: Call | None) -> list[str]:
    """Name the wishes that a job does not meet: those that, if they were others, more would be."""
    if start is None:
        return []
    seeker, employer = start.at.seeker, start.at.employer
    fulfilled = {
        "kind of work": {"preferred_kind": employer.kind},
        "hours": {"preferred_hours": employer.hours_per_week},
        "time of day": {"prefers_days": employer.is_days},
        "distance": {"travel_limit": employer.distance},
        "company": {"prefers_people": employer.with_people},
    }

    def met(**wish: float) -> float:
        asks = replace(seeker, **wish)
        return share_of_preferences_met(asks, employer, start.at.parameters)

    return [name for name, wish in fulfilled.items() if met(**wish) > met()]


# Tries for a job


def _mark(attempt: Try) -> str:
    if attempt.result in (REFUSED, DECLINED):
        return "refused" if attempt.result == REFUSED else "offer declined"
    return "contact" if attempt.through_specialist else "application"


def in_words(attempt: Try) -> str:
    """A try in a sentence."""
    return said(SAID["parts"]["try"], one=attempt, tries=SAID["tries"], results=SAID["results"])


def summed(tries: Iterable[Try], *, why: bool = False) -> list[str]:
    """Sum up tries: those through a specialist, and those alone.

    Parameters
    ----------
    why
        Whether to say by how much the nearest refusal missed.
    """
    tries = [one for one in tries if one.kind != KEPT]
    visits = [one for one in tries if one.through_specialist]
    own = [one for one in tries if one.employer is not None and not one.through_specialist]
    parts = []
    if visits:
        kinds = Counter(one.kind for one in visits)
        named = {kind: words[2:] for kind, words in SAID["tries"].items()}
        which = [counted(kinds[one], *named[one]) for one in named if kinds[one]]
        if len(which) > 1:
            kinds_alone = listed([re.split(" to | with ", one)[0] for one in which])
            all_of_them = counted(len(visits), "visit to an employer", "visits to employers")
            which = [f"{all_of_them} ({kinds_alone})"]
        parts.append(f"{which[0]}: {_outcomes(visits, why)}")
    if own:
        parts.append(f"{counted(len(own), 'own application')}: {_outcomes(own, why)}")
    if looked := len(tries) - len(visits) - len(own):
        parts.append(f"nothing open to apply for in {counted(looked, 'week')} of looking")
    return parts


def _outcomes(tries: Sequence[Try], why: bool) -> str:
    """Count what came of tries; with `why`, by how much the nearest one missed."""
    parts = []
    for result, (_, many) in SAID["results"].items():
        found = [one for one in tries if one.result == result]
        decided = [one.acceptance if result == DECLINED else one.offer for one in found]
        missed = [one for one in decided if one is not None] if why and result != JOB else []
        text = many.format(len(found))
        if missed:
            closest = nearest(missed)
            how = lot_against_chance(closest.lot, closest.chance)
            text += f" ({how})" if len(found) == 1 else f", the nearest with {how}"
        parts += [text] if found else []
    if hidden := sum(one.is_hidden and one.through_specialist for one in tries):
        parts.append(f"at {hidden} the employer told of an opening that is not advertised")
    if carved := sum(one.is_carved for one in tries):
        parts.append(f"at {carved} the employer made a job or gave a trial day")
    return "; ".join(parts)
