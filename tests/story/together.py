"""Lives of several people of one site, noted in a single replay of it."""

from collections.abc import Collection
from functools import cache

from ips_sim.model.entities import JobSeekerFields
from ips_sim.model.world import site_size
from ips_sim.scenario.schema import Scenario
from ips_sim.story.noting import copy_of
from ips_sim.story.telling import Story, tell_story
from ips_sim.story.watching import Life, model_with_followed


def watched(of: Scenario, people: Collection[int]) -> list[Life]:
    """What `watch` gives of each of these people of the first site, seed 1, replicate 0."""
    size = site_size(of, 0)
    model, followed = model_with_followed(of, size, people, seed=1, replicate=0)
    starts = [copy_of(one, JobSeekerFields) for one in followed]
    model.run()
    return [
        Life(of, size, person, start, one.weeks)
        for person, start, one in zip(people, starts, followed, strict=True)
    ]


@cache
def shipped_story(person: int) -> Story:
    """One person in both shipped scenarios; several tests look at the same people."""
    return tell_story("ips", "traditional", person=person)
