"""Meet a person: two lives told in plain words, with names, and without a lot or a chance.

What is told is what the longer story tells; here it is chosen and summed up for people who want to
know what happened, and who did what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ips_sim.shown.english import listed, sentence
from ips_sim.story.happenings import seen_in, told
from ips_sim.story.partings import Moment
from ips_sim.story.watching import ALONE, JOB, KEPT, Life, Try, Week
from ips_sim.story.words import SAID, all_said, employer_name, said, standing

_PLAIN = SAID["meeting"]
_MOST_NAMES = 3
"""Employers that are named of those who were asked in vain."""


@dataclass(frozen=True)
class Beat:
    """Something that happened, in a sentence or two, from week `first` to week `last`."""

    first: int
    last: int
    text: str

    @property
    def when(self) -> str:
        """The week or the weeks."""
        if self.first == self.last:
            return f"Week {self.first}"
        return f"Weeks {self.first} to {self.last}"


@dataclass(frozen=True)
class Meeting:
    """A person in two worlds, told to people who meet them for the first time.

    Attributes
    ----------
    person, replicate
        The number across sites, and the run.
    who
        Who the person is, in a few sentences.
    worlds
        What the two worlds are called.
    beats
        What happened in each.
    weeks_worked
        In each.
    first
        What came out differently first, and why.
    job
        Why there was a job in one world when there was none in the other; empty where `first`
        says it.
    """

    name: str
    person: int
    replicate: int
    who: str
    worlds: tuple[str, str]
    beats: tuple[tuple[Beat, ...], tuple[Beat, ...]]
    weeks_worked: tuple[int, int]
    first: str
    job: str


def meeting(here: Life, there: Life, parted: Sequence[Moment]) -> Meeting:
    """Tell of a person in two worlds.

    Parameters
    ----------
    parted
        The moments at which the two lives part and meet, as `partings.moments` gives them.
    """
    partings = [one for one in parted if one.parts]
    jobs = [one for one in partings if _is_about_a_job(one, here, there)]
    first = partings[:1]
    # What parted the lives at first may be all that there is to say of the job too.
    job = [one for one in jobs[:1] if not any(_is_alike(one, other) for other in first)]
    return Meeting(
        name=here.name,
        person=here.number,
        replicate=here.replicate,
        who=" ".join(map(sentence, all_said(_PLAIN["who"], start=here.start, name=_called(here)))),
        worlds=(here.scenario.title, there.scenario.title),
        beats=(tuple(beats(here)), tuple(beats(there))),
        weeks_worked=(here.end.weeks_worked, there.end.weeks_worked),
        first="".join(_parting(one, here, there) for one in first),
        job="".join(_parting(one, here, there) for one in job),
    )


def _called(life: Life) -> str:
    return life.name.partition(" ")[0]


def _is_about_a_job(moment: Moment, here: Life, there: Life) -> bool:
    weeks = [life.weeks[moment.week - 1] for life in (here, there)]
    return any(week.took("job_started") for week in weeks)


def _is_alike(one: Moment, other: Moment) -> bool:
    mechanisms = [each.cause and each.cause.mechanism for each in (one, other)]
    return mechanisms[0] == mechanisms[1]


def _parting(moment: Moment, here: Life, there: Life) -> str:
    """Say what differed in a week and why, in plain words and with the name."""
    text = said(
        _PLAIN["parting"],
        week=moment.week,
        worlds=[here.scenario.title, there.scenario.title],
        stands=[moment.here, moment.there],
        why=sentence(moment.cause.text) if moment.cause else "",
    )
    return re.sub(r"\b([Tt]he|this) person\b", _called(here), text)


# What happened


def beats(life: Life) -> list[Beat]:
    """Tell a life: what changed it, and between that who went to see whom."""
    told_of: dict[tuple[int, int], list[str]] = {}
    for beat in sorted(_beats(life), key=lambda beat: (beat.first, beat.last)):
        told_of.setdefault((beat.first, beat.last), []).append(beat.text)
    return [Beat(*when, " ".join(texts)) for when, texts in told_of.items()]


def _beats(life: Life) -> Iterator[Beat]:
    tries: list[tuple[Week, Try]] = []
    trouble = 0
    for week in life.weeks:
        tries += [(week, one) for one in week.tries if one.result != JOB and one.kind != KEPT]
        told_of = [
            Beat(trouble if of == "solved" else week.number, week.number, text)
            for of, text in _turns(week, life)
        ]
        if tries and (_ends_a_stretch(week) or week is life.weeks[-1]):
            searched = Beat(tries[0][0].number, week.number, _search(life, tries))
            # Who has just got a place looks for a job after that.
            told_of.insert(len(told_of) if week.took("started_search") else 0, searched)
            tries = []
        yield from told_of
        if week.took("problem"):
            trouble = week.number
    if life.weeks:
        last = life.weeks[-1]
        text = told(_PLAIN["end"], last, life, name=_called(life), stands=standing(last.after))
        yield Beat(last.number, last.number, sentence(text))


def _ends_a_stretch(week: Week) -> bool:
    return any(week.took(turn) for turn in _PLAIN["ends a stretch of search"])


def _turns(week: Week, life: Life) -> Iterator[tuple[str, str]]:
    job = next((one for one in week.tries if one.result == JOB), None)
    things = {"name": _called(life), "job": job, "who": week.specialist_name}
    for of, words in _PLAIN["beats"]:
        for saw in seen_in(of, week):
            if text := told(words, week, life, saw=saw, **things):
                yield of, sentence(text)


def _search(life: Life, tries: Sequence[tuple[Week, Try]]) -> str:
    """Sum up tries for a job of which none came to anything: who called whom."""
    visits = [(week, one) for week, one in tries if one.through_specialist]
    alone = [one for _, one in tries if one.kind == ALONE and one.employer]
    seen = list(dict.fromkeys(one.employer_row for _, one in visits if one.was_asked))
    names = [employer_name(row) for row in seen[:_MOST_NAMES]]
    more = len(seen) - len(names)
    things: dict[str, Any] = {
        "name": _called(life),
        "who": list(dict.fromkeys(week.specialist_name for week, _ in visits)),
        "visits": len(visits),
        "asked": listed([*names, f"{more} more"] if more else names),
        "alone": len(alone),
        "looked": len(tries) - len(visits) - len(alone),
        "declined": sum(one.result == "declined" for _, one in tries),
    }
    return sentence(said(_PLAIN["search"], **things))
