"""Put a story together: the person, their life in each world, where the lives part, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from ips_sim.model.entities import Work
from ips_sim.runs.counts import REPLICATE_LIMIT
from ips_sim.scenario import ScenarioSource, load_scenario
from ips_sim.shown.english import count_or_no, counted, listed, sentence
from ips_sim.story.choosing import check_alone, check_person, person_by_traits, read_wishes
from ips_sim.story.errors import StoryError
from ips_sim.story.happenings import Happening, happenings, summed
from ips_sim.story.meeting import Meeting, meeting
from ips_sim.story.partings import Moment, Trace, first_trace, moment_in_words, moments
from ips_sim.story.reasons import Answer, answers, outreach_in_words
from ips_sim.story.watching import Life, Week, watch
from ips_sim.story.words import (
    SAID,
    all_said,
    difference_in_words,
    field_in_words,
    person_in_a_line,
    person_in_words,
    said,
    standing,
)

MOST_WORLDS = 2
_MOST_FIELDS = 4
"""Fields of the first difference that are named."""
_INTEREST_WORTH_A_WORD = 0.02


class World(NamedTuple):
    """A person's life in one world, told; the world bears the scenario's title."""

    name: str
    life: Life
    happened: tuple[Happening, ...]
    answers: tuple[Answer, ...]

    @property
    def ends_with(self) -> list[str]:
        """What came of the life, counted."""
        end = self.life.end
        return [
            count_or_no(end.employer_contacts, "employer contact"),
            count_or_no(end.jobs_held, "competitive job"),
            f"{count_or_no(end.weeks_worked, 'week')} worked",
            count_or_no(end.hospital_admissions, "hospital admission"),
        ]


@dataclass(frozen=True)
class Cell:
    """What is told of some weeks in one world; `is_quiet` where nothing of note happened."""

    lines: tuple[str, ...]
    is_quiet: bool


@dataclass(frozen=True)
class Row:
    """Weeks from `first` to `last`, told for each world."""

    first: int
    last: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Story:
    """One person in one or two worlds.

    Attributes
    ----------
    traits
        Who the person is at the start, in phrases.
    notes
        What to know before comparing: where the person or the time differ between the worlds.
    rows
        Week by week.
    trace, moments
        The first difference in any field, and the weeks where the lives part or meet.
    meeting
        Two worlds in plain words; nothing of one.
    """

    person: int
    site: int
    replicate: int
    seed: int
    headline: str
    traits: tuple[str, ...]
    notes: tuple[str, ...]
    worlds: tuple[World, ...]
    rows: tuple[Row, ...]
    trace: Trace | None
    moments: tuple[Moment, ...]
    meeting: Meeting | None

    @property
    def lots(self) -> bool:
        """Whether the lots drawn and the chances are told."""
        return self.worlds[0].life.lots

    @property
    def title(self) -> str:
        """The person and the worlds, as a title."""
        return f"{self.headline}: {' and '.join(world.name for world in self.worlds)}"

    @property
    def how_to_read(self) -> str:
        """What a reader has to know of weeks, scores and chance."""
        differs = self.trace is not None and self.trace.week == 0
        is_same = len(self.worlds) > 1 and not differs
        return said(SAID["how to read"], lots=self.lots, is_same=is_same)

    @property
    def names(self) -> tuple[str, str]:
        """What the two worlds are called; the same twice where there is one."""
        return self.worlds[0].name, self.worlds[-1].name

    @property
    def told_moments(self) -> list[tuple[int, str, str, str]]:
        """The week of each moment, what happened, why, and the levers behind it."""
        return [(one.week, *moment_in_words(one, self.names)) for one in self.moments]

    @property
    def parting(self) -> str:
        """Whether and when the lives differ at all, in a sentence or two; empty for one world."""
        if len(self.worlds) < MOST_WORLDS:
            return ""
        if self.trace is None:
            return "The two lives never part: every field is the same in every week."
        when = f"in week {self.trace.week}" if self.trace.week else "from the start"
        text = f"The first difference of all shows {when}: {_fields_in_words(self.trace)}."
        if not self.moments:
            text += " It never changes where the person stands, nor which job they have."
        return text


def _fields_in_words(trace: Trace) -> str:
    """Name what differs; what reads the same in both worlds is left out while anything does not."""
    # What people would name comes first, and counters only where there is nothing else.
    fields = sorted(trace.fields, key=lambda field: field[0] not in SAID["fields"])
    differ = {
        name: difference_in_words(name, here, there, "against") for name, here, there in fields
    }
    shown = [name for name in differ if differ[name]] or list(differ)
    most = max(1, min(_MOST_FIELDS, sum(name in SAID["fields"] for name in shown)))
    named = [
        f"{field_in_words(name)} ({differ[name] or 'by less than rounding shows'})"
        for name in shown[:most]
    ]
    more = len(shown) - len(named)
    return listed([*named, counted(more, "other field")] if more else named)


def tell_story(
    *sources: ScenarioSource,
    person: int | None = None,
    like: str | None = None,
    site: int | None = None,
    replicate: int = 0,
    seed: int = 1,
    lots: bool = False,
) -> Story:
    """Tell the story of one person in one or two worlds.

    Parameters
    ----------
    *sources
        One or two scenarios.
    person
        The person's number across sites, as in ``people.parquet``.
    like
        Traits to choose a person by instead, such as ``age=35,benefit=cliff``; they are looked
        for in the first scenario.
    site
        Where to look for such a person; by default the first site.
    replicate, seed
        As in the runs that the story belongs to.
    lots
        Whether to tell the lots drawn and the chances too, wherever chance decided.

    Raises
    ------
    StoryError
        If there is no such person, or not one way of choosing.
    ScenarioError
        If a scenario can't be used.
    """
    if not 1 <= len(sources) <= MOST_WORLDS:
        raise StoryError(f"a story takes one or two scenarios, found {len(sources)}")
    if (person is None) == (like is None):
        raise StoryError("choose the person by --person N or by --like TRAITS, one of the two")
    if not 0 <= replicate < REPLICATE_LIMIT:
        raise StoryError(f"--replicate: found {replicate}; allowed: 0 to {REPLICATE_LIMIT - 1}")
    if seed < 0:
        raise StoryError(f"--seed: found {seed}; allowed: a whole number from 0")
    scenarios = [load_scenario(source) for source in sources]
    for scenario in scenarios:
        check_alone(scenario)
    if len({scenario.title for scenario in scenarios}) < len(scenarios):
        scenarios = [
            scenario.model_copy(update={"title": f"{scenario.title} ({number})"})
            for number, scenario in enumerate(scenarios, start=1)
        ]
    if like is not None:
        person = person_by_traits(
            scenarios[0], read_wishes(like), site or 0, seed=seed, replicate=replicate
        )
        site = None
    assert person is not None
    check_person(scenarios, person, site)
    lives = [
        watch(scenario, person, seed=seed, replicate=replicate, lots=lots) for scenario in scenarios
    ]
    pair = lives if len(lives) == MOST_WORLDS else None
    worlds = tuple(
        World(life.scenario.title, life, tuple(happenings(life)), tuple(answers(life)))
        for life in lives
    )
    parted = tuple(moments(*pair)) if pair else ()
    return Story(
        person=person,
        site=lives[0].size.site,
        replicate=replicate,
        seed=seed,
        headline=person_in_a_line(lives[0].name, person, lives[0].start),
        traits=tuple(person_in_words(lives[0].start)),
        notes=tuple(_notes(lives)),
        worlds=worlds,
        rows=tuple(_rows(worlds)),
        trace=first_trace(*pair) if pair else None,
        moments=parted,
        meeting=meeting(lives[0], lives[-1], parted) if pair else None,
    )


def _notes(lives: Sequence[Life]) -> list[str]:
    one, other = lives[0], lives[-1]
    here, there = (person_in_words(life.start) for life in (one, other))
    both = zip(here, there, strict=False)
    differing = [f"{their} instead of {mine}" for mine, their in both if mine != their]
    return all_said(SAID["notes"], one=one, other=other, differing=differing)


def _rows(worlds: Sequence[World]) -> Iterator[Row]:
    """Tell weeks in which something of note happened one by one, and runs of quiet weeks as one."""
    busy = {one.week for world in worlds for one in world.happened if not one.is_minor}
    weeks = range(1, 1 + max(len(world.life.weeks) for world in worlds))
    for _, run in groupby(weeks, key=lambda week: week if week in busy else 0):
        first, last = (together := list(run))[0], together[-1]
        yield Row(first, last, tuple(_cell(world, first, last) for world in worlds))


def _cell(world: World, first: int, last: int) -> Cell:
    weeks = world.life.weeks[first - 1 : last]
    if not weeks:
        return Cell(("Left for good." if world.life.weeks else "Not yet here.",), is_quiet=True)
    happened = [one for one in world.happened if first <= one.week <= last]
    if first == last and happened:
        return Cell(tuple(one.text for one in happened), all(one.is_minor for one in happened))
    return Cell((_quiet_weeks(weeks, happened, lots=world.life.lots),), is_quiet=True)


def _quiet_weeks(weeks: Sequence[Week], happened: Sequence[Happening], *, lots: bool) -> str:
    """Sum up weeks in which nothing of note happened."""
    start, end = weeks[0], weeks[-1]
    stands = standing(start.after)
    if start is not end and start.after.work == Work.COMPETITIVE:
        first = start.after.tenure_weeks
        stands = standing(end.after).replace("week ", f"weeks {first} to ", 1)
    moved = abs(end.after.interest - start.before.interest) >= _INTEREST_WORTH_A_WORD
    things = {
        "start": start,
        "end": end,
        "stands": stands,
        "is_vacant": all(week.is_vacant for week in weeks),
        "tries": "; ".join(summed(attempt for week in weeks for attempt in week.tries)),
        "reviews": sum(one.is_minor and one.is_review for one in happened),
        "outreach": outreach_in_words(weeks, lots=lots),
        "moved": moved,
    }
    return sentence("; ".join(all_said(SAID["quiet weeks"], **things)))


def outline(story: Story) -> list[str]:
    """The story in a few lines: who, how the lives part, and what came of each and why."""
    lines = [story.title, *filter(None, [story.parting])]
    for world in story.worlds:
        lines.append(f"{world.name}: {', '.join(world.ends_with)}")
        lines += [f"  {answer.question} {answer.short}" for answer in world.answers]
    return lines
