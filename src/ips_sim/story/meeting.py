"""Meet a person: lives told in plain words, with names, and without a lot or a chance.

What is told is what the longer story tells; here it is chosen and summed up for people who want to
know what happened, and who did what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ips_sim.shown.english import listed, sentence
from ips_sim.story.happenings import Happening, told
from ips_sim.story.partings import Moment
from ips_sim.story.watching import ALONE, DECLINED, JOB, KEPT, Life, Try, Week
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


def who(life: Life) -> str:
    """Say who a person is, in a few sentences."""
    texts = all_said(_PLAIN["who"], start=life.start, name=life.first_name)
    return " ".join(map(sentence, texts))


def first_and_job(lives: Sequence[Life], moments: Sequence[Moment]) -> tuple[str, str]:
    """Say what came out differently first and why, and why there was a job in one world only.

    The second is empty where the first says it.
    """
    partings = [one for one in moments if one.cause]
    about_jobs = (
        one
        for one in partings
        if any(life.weeks[one.week - 1].took("job_started") for life in lives)
    )
    texts, mechanisms = [], []
    for one in (next(iter(partings), None), next(about_jobs, None)):
        # What parted the lives at first may be all that there is to say of the job too.
        if one is None or one.cause is None or one.cause.mechanism in mechanisms:
            texts.append("")
            continue
        mechanisms.append(one.cause.mechanism)
        text = said(
            _PLAIN["parting"],
            week=one.week,
            worlds=[life.title for life in lives],
            stands=[one.here, one.there],
            why=sentence(one.cause.text),
        )
        texts.append(re.sub(r"\b([Tt]he|this) person\b", lives[0].first_name, text))
    return texts[0], texts[1]


def beats(life: Life, happened: Iterable[Happening]) -> list[Beat]:
    """Tell a life: what changed it, and between that who went to see whom."""
    found = sorted(_beats(life, happened), key=lambda beat: (beat.first, beat.last))
    runs = groupby(found, key=lambda beat: (beat.first, beat.last))
    return [Beat(*when, " ".join(beat.text for beat in run)) for when, run in runs]


def _beats(life: Life, happened: Iterable[Happening]) -> Iterator[Beat]:
    plain = [one for one in happened if one.plain]
    tries: list[tuple[Week, Try]] = []
    trouble = 0
    for week in life.weeks:
        tries += [(week, one) for one in week.tries if one.result != JOB and one.kind != KEPT]
        told_of = [
            Beat(trouble if one.when == "solved" else week.number, week.number, one.plain)
            for one in plain
            if one.week == week.number
        ]
        ends = any(map(week.took, _PLAIN["ends a stretch of search"])) or week is life.weeks[-1]
        if tries and ends:
            searched = Beat(tries[0][0].number, week.number, _search(tries))
            # Who has just got a place looks for a job after that.
            told_of.insert(len(told_of) if week.took("started_search") else 0, searched)
            tries = []
        yield from told_of
        if week.took("problem"):
            trouble = week.number
    for last in life.weeks[-1:]:
        text = told(_PLAIN["end"], last, name=life.first_name, stands=standing(last.after))
        yield Beat(last.number, last.number, sentence(text))


def _search(tries: Sequence[tuple[Week, Try]]) -> str:
    """Sum up tries for a job of which none came to anything: who called whom."""
    visits = [(week, one) for week, one in tries if one.through_specialist]
    alone = sum(one.kind == ALONE and one.employer is not None for _, one in tries)
    asked = list(dict.fromkeys(one.employer_row for _, one in visits if one.was_asked))
    names = [employer_name(row) for row in asked[:_MOST_NAMES]]
    more = [f"{len(asked) - len(names)} more"] if len(asked) > len(names) else []
    text = said(
        _PLAIN["search"],
        name=tries[0][0].life.first_name,
        who=list(dict.fromkeys(week.specialist_name for week, _ in visits)),
        visits=len(visits),
        asked=listed(names + more),
        alone=alone,
        looked=len(tries) - len(visits) - alone,
        declined=sum(one.result == DECLINED for _, one in tries),
    )
    return sentence(text)
