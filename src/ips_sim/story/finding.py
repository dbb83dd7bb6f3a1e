"""Find the people to whom a principle matters: the same people and luck with it and without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ips_sim.evidence.likely import nearest
from ips_sim.model.arrays import Array
from ips_sim.model.compiled.execute import execute
from ips_sim.model.results import Runs
from ips_sim.model.world import site_size
from ips_sim.runs.counts import REPLICATE_LIMIT, seed_of, whole
from ips_sim.runs.draws import parameter_draws
from ips_sim.scenario import ScenarioSource, load_scenario
from ips_sim.scenario.principles import owner_of, principles
from ips_sim.scenario.schema import Scenario
from ips_sim.shown.english import counted
from ips_sim.story import StoryError
from ips_sim.story.choosing import check_alone
from ips_sim.story.telling import Story
from ips_sim.story.watching import watch

MONTH_WEEKS = 4
"""A difference of so many weeks of work is one that people would notice."""
RUNS = 20
"""Runs in which people are looked for."""
_LOOKED_AT, _TOLD_OF = 8, 2
"""People whose lives are looked into at most, those with the largest differences; and told."""


@dataclass(frozen=True)
class Matters:
    """To whom a principle matters.

    Attributes
    ----------
    scenarios
        With the principle and without it.
    people
        In all runs looked at.
    more, less
        Of them, those who worked a month or more longer with it, and without it.
    found
        Stories of those to whom it matters most; the largest difference first.
    """

    principle: str
    scenarios: tuple[Scenario, Scenario]
    people: int
    more: int
    less: int
    found: tuple[Story, ...]

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
    words = principle.replace("_", " ")
    changes = {f"programme.{lever}": to for lever, to in principles()[principle].levers.items()}
    other = load_scenario(scenario, {"title": f"{scenario.title} without {words}", **changes})
    if other.programme == scenario.programme:
        raise StoryError(f"--differs: {scenario.title} works without {words} already")
    return other


def find(
    source: ScenarioSource,
    principle: str,
    *,
    replicate: int | None = None,
    seed: int = 1,
    lots: bool = False,
) -> Matters:
    """Find the people to whom a principle matters most, and tell of them.

    Parameters
    ----------
    source
        The scenario with the principle.
    principle
        Its name.
    replicate
        The run in which they are looked for; the first `RUNS` by default. Runs are lived with the
        centre of the draws of the parameters, as stories are.
    seed
        Key of all chance.
    lots
        Whether to tell the lots drawn and the chances too.

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
    both = scenario, without(scenario, principle)
    seed, replicates = seed_of(seed), range(RUNS)
    if replicate is not None:
        replicates = range(whole("--replicate", replicate, 0, REPLICATE_LIMIT), replicate + 1)
    (who, worked), (others, as_long) = (_weeks_worked(each, replicates, seed) for each in both)
    assert (who == others).all(), "a principle changes nobody's number"
    gained = worked - as_long
    order = np.argsort(-gained, kind="stable")[:_LOOKED_AT]
    looked_at = who[order[gained[order] > 0]].tolist()
    if not looked_at:
        words = principle.replace("_", " ")
        raise StoryError(f"--differs: nobody in {scenario.title} works longer with {words}")
    # Those whose lives part for the first time by the principle come first.
    clear: list[Story] = []
    rest: list[Story] = []
    for run, person in looked_at:
        story = Story(
            tuple(watch(each, person, seed=seed, replicate=run, lots=lots) for each in both)
        )
        firsts = [one for one in story.moments if one.parts][:1]
        by_it = any(owner_of(name) == principle for one in firsts for name, *_ in one.levers)
        if len(told_of := clear if by_it else rest) < _TOLD_OF:
            told_of.append(story)  # each takes some megabytes
        if len(clear) == _TOLD_OF:
            break
    return Matters(
        principle=principle,
        scenarios=both,
        people=len(gained),
        more=int((gained >= MONTH_WEEKS).sum()),
        less=int((gained <= -MONTH_WEEKS).sum()),
        found=tuple([*clear, *rest][:_TOLD_OF]),
    )


def _weeks_worked(scenario: Scenario, replicates: Sequence[int], seed: int) -> tuple[Array, Array]:
    """Give everybody of some runs, as the run and the person's number, and their weeks of work."""
    sites = range(scenario.design.sites)
    run, site = (each.ravel() for each in np.meshgrid(replicates, sites, indexing="ij"))
    runs = Runs(draw=np.zeros_like(run), replicate=run, site=site)
    result = execute(scenario, parameter_draws(scenario, 1), runs, seed)
    first = np.array([site_size(scenario, each).first_person for each in sites])[site]
    counts = np.diff(result.offsets)
    row = np.arange(result.offsets[-1]) - np.repeat(result.offsets[:-1], counts)
    who = np.column_stack([np.repeat(run, counts), np.repeat(first, counts) + row])
    return who, result.people["weeks_worked"].astype(np.int64)
