"""What happened in a week, in plain words, by the table of what is said of turns and of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ips_sim.model.entities import Benefit, JobSeekerFields
from ips_sim.model.rules.search import share_of_preferences_met
from ips_sim.model.turns import TURNS
from ips_sim.shown.english import counted, listed, sentence
from ips_sim.story.decisions import QUESTIONS, nearest
from ips_sim.story.noting import Call
from ips_sim.story.watching import DECLINED, JOB, KEPT, REFUSED, Life, Try, Week
from ips_sim.story.words import SAID, differing, lot_against_chance, said, score

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
        A sentence or two; may be empty where `plain` is not.
    plain
        The same in plain words, where it changed the life.
    when
        The turn, rule or question that it came of.
    like
        What it has in common with others that may be told as one; nothing if it stands alone.
    is_minor
        Whether something like it came before.
    attempt
        The try for a job, if it was one.
    """

    week: int
    mark: str
    text: str
    plain: str = ""
    when: str = ""
    like: object = None
    is_minor: bool = False
    attempt: Try | None = field(default=None, compare=False)


def happenings(life: Life) -> list[Happening]:
    """Everything that happened to a person, in order; what came before in this way is minor."""
    found: list[Happening] = []
    seen: set[object] = set()
    for week in life.weeks:
        for one in of_week(week):
            found.append(replace(one, is_minor=one.like is not None and one.like in seen))
            seen.add(one.like)
    return found


def of_week(week: Week) -> Iterator[Happening]:
    """Everything that happened in a week, in the order of the table."""
    job = next((one for one in week.tries if one.result == JOB), None)
    things = {"name": week.life.first_name, "job": job, "who": week.specialist_name}
    for row in SAID["sayings"]:
        when = row.get("when", "")
        for saw in seen_in(when, week):
            text, plain = (
                told(row.get(words, ""), week, saw=saw, **things) for words in ("say", "plain")
            )
            if text or plain:
                plain = sentence(plain) if plain else ""
                like = text if row.get("often") else None
                yield Happening(week.number, row.get("mark", "service"), text, plain, when, like)
        if when == "started_search":
            yield from (_tried(week, attempt) for attempt in week.tries)
    for decision in week.decisions:
        if decision.question.name not in QUESTIONS and decision.happened:
            yield Happening(
                week.number, "service", told(SAID["parts"]["unknown"], week, one=decision)
            )


def told(pattern: str, week: Week, **more: Any) -> str:
    """Fill a pattern with a week of a life, and with what more there is to it."""
    things = {
        "lots": week.life.lots,
        "week": week,
        "life": week.life,
        "last": week.last,
        "before": week.before,
        "after": week.after,
        "levers": week.levers,
        "staff": week.holds.staff,
        "holds": week.holds,
        "changed": _changed,
        "relapse_over": _relapse_over,
        "hours_without_benefit": _hours_without_benefit,
        "unmet_wishes": unmet_wishes,
    }
    return said(pattern, **(things | more))


def seen_in(when: str, week: Week) -> Iterator[JobSeekerFields]:
    """Give the person once for each time that a turn, a rule or a yes came up in a week."""
    if when in _TURNS:
        yield from (week.before for turn in week.turns if turn.name == when)
    elif when == "" or (when in QUESTIONS and week.did(when)):
        yield week.before
    elif call := week.called(when):
        yield call.at.seeker


def _changed(week: Week) -> str:
    before, now = week.life.phases[week.phase - 1], week.holds
    fields = [
        (name, value, getattr(getattr(before, section), name))
        for section in ("programme", "staff", "place")
        for name, value in getattr(now, section)
    ]
    return differing(fields, "instead of", _MOST_CHANGES)


def _relapse_over(week: Week) -> tuple[str, str, str]:
    """Look back on a relapse: how long it was, how bad the worst was, and how bad it is now."""
    ill = [week]
    while (last := ill[-1].last) and last.after.in_relapse:
        ill.append(last)
    lasted = counted(len(ill) - 1, "week")
    if ill[-1].before.in_relapse:
        lasted += " or more"  # it was there when the person came
    return lasted, score(max(each.after.symptoms for each in ill)), score(week.after.symptoms)


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
    fulfilled: dict[str, dict[str, float]] = {
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


def _tried(week: Week, attempt: Try) -> Happening:
    text = said(SAID["parts"]["try"], one=attempt, tries=SAID["tries"], results=SAID["results"])
    mark = "contact" if attempt.through_specialist else "application"
    mark = {REFUSED: "refused", DECLINED: "offer declined"}.get(attempt.result, mark)
    like = attempt.kind, attempt.result, attempt.is_carved, attempt.is_hidden
    often = like if attempt.result not in (DECLINED, JOB) else None
    return Happening(week.number, mark, text, like=often, attempt=attempt)


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
        made = [(words, kinds[kind]) for kind, words in SAID["tries"].items() if kinds[kind]]
        which = [counted(count, words["one"], words["many"]) for words, count in made]
        if len(which) > 1:
            what = counted(len(visits), "visit to an employer", "visits to employers")
            what = f"{what} ({listed(which)})"
        else:
            what = which[0] + made[0][0]["to"][len(visits) > 1]
        parts.append(f"{what}: {_outcomes(visits, why)}")
    if own:
        parts.append(f"{counted(len(own), 'own application')}: {_outcomes(own, why)}")
    if looked := len(tries) - len(visits) - len(own):
        parts.append(f"nothing open to apply for in {counted(looked, 'week')} of looking")
    return parts


def _outcomes(tries: Sequence[Try], why: bool) -> str:
    """Count what came of tries; with `why`, by how much the nearest one missed."""
    parts = []
    for result, words in SAID["results"].items():
        found = [one for one in tries if one.result == result]
        decided = [one.acceptance if result == DECLINED else one.offer for one in found]
        missed = [one for one in decided if one is not None] if why and result != JOB else []
        text = words["many"].format(len(found))
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
