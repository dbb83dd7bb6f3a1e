"""Find the people to whom a principle matters: the same people and luck with it and without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ips_sim.evidence.likely import nearest
from ips_sim.model.compiled.execute import execute
from ips_sim.model.results import Runs
from ips_sim.model.world import site_size
from ips_sim.runs.draws import parameter_draws
from ips_sim.scenario import ScenarioSource, load_scenario
from ips_sim.scenario.principles import owner_of, principles
from ips_sim.scenario.schema import Scenario
from ips_sim.shown.english import counted
from ips_sim.story.choosing import check_alone
from ips_sim.story.errors import StoryError
from ips_sim.story.meeting import Meeting, meeting
from ips_sim.story.partings import moments
from ips_sim.story.watching import watch

MONTH_WEEKS = 4
"""A difference of so many weeks of work is one that people would notice."""
RUNS = 20
"""Runs in which people are looked for."""
_LOOKED_AT = 8
"""People whose lives are looked into at most, those with the largest differences."""


class _Who(NamedTuple):
    """A person: the run, and the number across sites."""

    replicate: int
    person: int


@dataclass(frozen=True)
class Matters:
    """To whom a principle matters.

    Attributes
    ----------
    principle
        Its name.
    scenarios
        With and without it.
    people
        In all runs looked at.
    more, less
        Of them, those who worked a month or more longer with it, and without it.
    found
        Those to whom it matters most, told; the largest difference first.
    """

    principle: str
    scenarios: tuple[Scenario, Scenario]
    people: int
    more: int
    less: int
    found: tuple[Meeting, ...]

    @property
    def in_words(self) -> str:
        """How many people it matters to, and that chance is the same."""
        words = self.principle.replace("_", " ")
        more, less = (f"{100 * many / self.people:.0f}" for many in (self.more, self.less))
        return (
            f"{counted(self.people, 'simulated person', 'simulated people')} live twice, with the "
            f"same luck: in {self.scenarios[0].title}, and in the same without {words}. Of 100, "
            f"{more} work a month or more longer with it, {less} a month or more longer without "
            f"it, and the others about as long. Those to whom it matters most:"
        )


def without(scenario: Scenario, principle: str) -> Scenario:
    """Give a scenario without a principle, as its levers are in traditional services.

    Raises
    ------
    StoryError
        If there is no such principle, or the scenario works without it already.
    """
    if principle not in principles():
        meant = nearest(principle, [*principles()])
        hint = f" Did you mean {meant}?" if meant else ""
        raise StoryError(
            f"--differs: found {principle!r}; principles are {', '.join(principles())}.{hint}"
        )
    levers = principles()[principle].levers
    words = principle.replace("_", " ")
    other = load_scenario(
        scenario,
        {
            "title": f"{scenario.title} without {words}",
            **{f"programme.{lever}": value for lever, value in levers.items()},
        },
    )
    if other.programme == scenario.programme:
        raise StoryError(f"--differs: {scenario.title} works without {words} already")
    return other


def find(
    source: ScenarioSource,
    principle: str,
    *,
    most: int = 2,
    replicate: int | None = None,
    seed: int = 1,
) -> Matters:
    """Find the people to whom a principle matters most, and tell of them.

    Parameters
    ----------
    source
        The scenario with the principle.
    principle
        Its name.
    most
        How many people are told of.
    replicate
        The run in which they are looked for; the first `RUNS` by default. Runs are lived with the
        centre of the draws of the parameters, as stories are.
    seed
        Key of all chance.

    Raises
    ------
    StoryError
        If there is no such principle, the scenario works without it already, or nobody works
        longer with it.
    ScenarioError
        If the scenario can't be used.
    """
    scenario = load_scenario(source)
    check_alone(scenario)
    other = without(scenario, principle)
    replicates = range(RUNS) if replicate is None else range(replicate, replicate + 1)
    everyone, worked = _weeks_worked(scenario, replicates, seed)
    others, as_long = _weeks_worked(other, replicates, seed)
    assert everyone == others, "a principle changes nobody's number"
    gained = [int(gain) for gain in worked - as_long]
    order = sorted(range(len(gained)), key=lambda place: (-gained[place], place))
    looked_at = [everyone[place] for place in order[:_LOOKED_AT] if gained[place] > 0]
    if not looked_at:
        words = principle.replace("_", " ")
        raise StoryError(f"--differs: nobody in {scenario.title} works longer with {words}")
    return Matters(
        principle=principle,
        scenarios=(scenario, other),
        people=len(gained),
        more=sum(weeks >= MONTH_WEEKS for weeks in gained),
        less=sum(weeks <= -MONTH_WEEKS for weeks in gained),
        found=tuple(_told(scenario, other, looked_at, principle, most, seed)),
    )


def _weeks_worked(
    scenario: Scenario, replicates: Sequence[int], seed: int
) -> tuple[list[_Who], NDArray[np.int64]]:
    """Give everybody of some runs, and the weeks that each of them worked."""
    sites = scenario.design.sites
    run = np.repeat(np.array(replicates, dtype=np.int64), sites)
    site = np.tile(np.arange(sites), len(replicates))
    runs = Runs(draw=np.zeros_like(run), replicate=run, site=site)
    result = execute(scenario, parameter_draws(scenario, 1), runs, seed)
    people: Any = result.people
    who: list[_Who] = []
    for at, here in enumerate(site):
        first = site_size(scenario, int(here)).first_person
        count = int(result.offsets[at + 1] - result.offsets[at])
        who += [_Who(int(run[at]), first + row) for row in range(count)]
    return who, np.asarray(people["weeks_worked"], dtype=np.int64)


def _told(
    scenario: Scenario,
    other: Scenario,
    people: Sequence[_Who],
    principle: str,
    most: int,
    seed: int,
) -> list[Meeting]:
    """Tell of those whose lives part for the first time by the principle, and then of others."""
    clear: list[Meeting] = []
    rest: list[Meeting] = []
    for who in people:
        here, there = (
            watch(one, who.person, seed=seed, replicate=who.replicate) for one in (scenario, other)
        )
        parted = moments(here, there)
        firsts = [one for one in parted if one.parts][:1]
        by_it = any(owner_of(name) == principle for one in firsts for name, *_ in one.levers)
        (clear if by_it else rest).append(meeting(here, there, parted))
        if len(clear) == most:
            break
    return [*clear, *rest][:most]
