"""Put a story together: the person, their life in each world, where the lives part, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from ips_sim.model.entities import Work
from ips_sim.runs.counts import REPLICATE_LIMIT, seed_of, whole
from ips_sim.scenario import ScenarioSource, load_scenario
from ips_sim.shown.english import count_or_no, sentence
from ips_sim.story import StoryError
from ips_sim.story.choosing import check_alone, check_person, person_by_traits, read_wishes
from ips_sim.story.happenings import Happening, happenings, summed
from ips_sim.story.meeting import Beat, beats, first_and_job, who
from ips_sim.story.partings import Moment, Trace, first_trace, moment_in_words, moments
from ips_sim.story.reasons import Answer, Tally, answers
from ips_sim.story.watching import Life, Week, watch
from ips_sim.story.words import SAID, all_said, differing, person_in_words, said, standing

MOST_WORLDS = 2
_MOST_FIELDS = 4
"""Fields of the first difference that are named."""
_INTEREST_WORTH_A_WORD = 0.02


@dataclass(frozen=True)
class World:
    """A person's life in one world, told; the world bears the scenario's title."""

    life: Life

    @property
    def name(self) -> str:
        """What the world is called."""
        return self.life.title

    @cached_property
    def _all(self) -> list[Happening]:
        return happenings(self.life)

    @cached_property
    def happened(self) -> list[Happening]:
        """What happened, in order."""
        return [one for one in self._all if one.text]

    @cached_property
    def beats(self) -> list[Beat]:
        """What changed the life, in plain words."""
        return beats(self.life, self._all)

    @cached_property
    def answers(self) -> list[Answer]:
        """Why there was no job, or so late, and why it was lost."""
        return answers(self.life)

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


class Cell(NamedTuple):
    """What is told of some weeks in one world; `is_quiet` where nothing of note happened."""

    lines: tuple[str, ...]
    is_quiet: bool


class Row(NamedTuple):
    """Weeks from `first` to `last`, told for each world."""

    first: int
    last: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Story:
    """One person in one or two worlds; everything is told when it is asked for."""

    lives: tuple[Life, ...]

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """What happened in each world."""
        return tuple(World(life) for life in self.lives)

    @property
    def is_of_two(self) -> bool:
        """Whether there are two worlds to compare."""
        return len(self.lives) == MOST_WORLDS

    @property
    def person(self) -> int:
        """The person's number across sites."""
        return self.lives[0].number

    @property
    def headline(self) -> str:
        """Who the person is, in a line."""
        life = self.lives[0]
        return f"{life.name} (person {life.number}), {life.start.age_years:.0f} years"

    @property
    def title(self) -> str:
        """The person and the worlds, as a title."""
        return f"{self.headline}: {' and '.join(world.name for world in self.worlds)}"

    @property
    def traits(self) -> list[str]:
        """Who the person is at the start, in phrases."""
        return person_in_words(self.lives[0].start)

    @property
    def who(self) -> str:
        """Who the person is, in plain words."""
        return who(self.lives[0])

    @property
    def how_to_read(self) -> str:
        """What a reader has to know of weeks, scores and chance."""
        differs = self.trace is not None and self.trace.week == 0
        is_same = self.is_of_two and not differs
        return said(SAID["how to read"], lots=self.lives[0].lots, is_same=is_same)

    @property
    def notes(self) -> list[str]:
        """What to know before comparing: where the person or the time differ."""
        one, other = self.lives[0], self.lives[-1]
        both = zip(self.traits, person_in_words(other.start), strict=False)
        unlike = [f"{their} instead of {mine}" for mine, their in both if mine != their]
        return all_said(SAID["notes"], one=one, other=other, differing=unlike)

    @cached_property
    def trace(self) -> Trace | None:
        """The first difference in any field, if there are two worlds and they differ."""
        return first_trace(*self.lives) if self.is_of_two else None

    @cached_property
    def moments(self) -> list[Moment]:
        """The weeks where the lives part or meet."""
        return moments(*self.lives) if self.is_of_two else []

    @property
    def told_moments(self) -> list[tuple[int, str, str, str]]:
        """The week of each moment, what happened, why, and the levers behind it."""
        names = [life.title for life in self.lives]
        return [(one.week, *moment_in_words(one, names)) for one in self.moments]

    @property
    def parting(self) -> str:
        """Whether and when the lives differ at all, in a sentence or two; empty for one world."""
        if not self.is_of_two:
            return ""
        text = parting_in_words(self.trace)
        if self.trace and not self.moments:
            text += f" {SAID['parting']['nothing more']}"
        return text

    @cached_property
    def first_and_job(self) -> tuple[str, str]:
        """What came out differently first and why, and why there was a job in one world only."""
        return first_and_job(self.lives, self.moments)

    @cached_property
    def rows(self) -> list[Row]:
        """Week by week: those in which something of note happened alone, quiet ones as one."""
        busy = {one.week for world in self.worlds for one in world.happened if not one.is_minor}
        weeks = range(1, 1 + max(len(life.weeks) for life in self.lives))
        spans = [[*run] for _, run in groupby(weeks, lambda week: week if week in busy else 0)]
        return [
            Row(span[0], span[-1], tuple(_cell(world, span[0], span[-1]) for world in self.worlds))
            for span in spans
        ]


def parting_in_words(trace: Trace | None) -> str:
    """Say when two lives differ for the first time, and in what."""
    if trace is None:
        return str(SAID["parting"]["never"])
    fields = differing(trace.fields, "against", _MOST_FIELDS, named=True)
    return said(SAID["parting"]["first"], week=trace.week, fields=fields)


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
    RunError
        If there is no such person or run, or not one way of choosing.
    ScenarioError
        If a scenario can't be used.
    """
    if not 1 <= len(sources) <= MOST_WORLDS:
        raise StoryError(f"a story takes one or two scenarios, found {len(sources)}")
    if (person is None) == (like is None):
        raise StoryError("choose the person by --person N or by --like TRAITS, one of the two")
    seed, replicate = seed_of(seed), whole("--replicate", replicate, 0, REPLICATE_LIMIT)
    scenarios = [load_scenario(source) for source in sources]
    for scenario in scenarios:
        check_alone(scenario)
    if len({scenario.title for scenario in scenarios}) < len(scenarios):
        scenarios = [
            scenario.model_copy(update={"title": f"{scenario.title} ({number})"})
            for number, scenario in enumerate(scenarios, start=1)
        ]
    if like is not None:
        wishes = read_wishes(like)
        person = person_by_traits(scenarios[0], wishes, site or 0, seed=seed, replicate=replicate)
        site = None
    assert person is not None
    check_person(scenarios, person, site)
    return Story(
        tuple(
            watch(scenario, person, seed=seed, replicate=replicate, lots=lots)
            for scenario in scenarios
        )
    )


def _cell(world: World, first: int, last: int) -> Cell:
    weeks = world.life.weeks[first - 1 : last]
    if not weeks:
        return Cell(("Left for good." if world.life.weeks else "Not yet here.",), is_quiet=True)
    happened = [one for one in world.happened if first <= one.week <= last]
    if first == last and happened:
        return Cell(tuple(one.text for one in happened), all(one.is_minor for one in happened))
    return Cell((_quiet_weeks(weeks, happened),), is_quiet=True)


def _quiet_weeks(weeks: Sequence[Week], happened: Sequence[Happening]) -> str:
    """Sum up weeks in which nothing of note happened."""
    start, end = weeks[0], weeks[-1]
    stands = standing(start.after)
    if start is not end and start.after.work == Work.COMPETITIVE:
        first = start.after.tenure_weeks
        stands = standing(end.after).replace("week ", f"weeks {first} to ", 1)
    counts = Tally(weeks)
    texts = all_said(
        SAID["quiet weeks"],
        start=start,
        end=end,
        stands=stands,
        is_vacant=all(week.is_vacant for week in weeks),
        tries="; ".join(summed(counts.tries)),
        reviews=sum(one.is_minor and one.attempt is None for one in happened),
        counts=counts,
        lots=start.life.lots,
        moved=abs(end.after.interest - start.before.interest) >= _INTEREST_WORTH_A_WORD,
    )
    return sentence("; ".join(texts))


def outline(story: Story) -> list[str]:
    """The story in a few lines: who, how the lives part, and what came of each and why."""
    lines = [story.title, *filter(None, [story.parting])]
    for world in story.worlds:
        lines.append(f"{world.name}: {', '.join(world.ends_with)}")
        lines += [f"  {answer.question} {answer.short}" for answer in world.answers]
    return lines
