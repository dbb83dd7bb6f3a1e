"""The tutorial's person is one from whom there is something to learn, quoted in whole sentences."""

import re

import pytest

from ips_sim.model.agents import IPSModel
from ips_sim.scenario import load_scenario
from ips_sim.story.telling import tell_story
from ips_sim.story.text import as_text

COMMAND = re.compile(r"^ips-sim story (\S+) (\S+) --person (\d+) ", re.MULTILINE)
QUOTE = re.compile(r"^```text\n(Where the two lives part\n.*?)\n```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs/tutorials/dropped-principle.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(page):
    (command,) = COMMAND.findall(page)
    return list(command[:2]), int(command[2])


def weeks_worked(name):
    model = IPSModel(load_scenario(name), seed=1)
    model.run()
    return [seeker.weeks_worked for seeker in model.seekers]


def test_the_person_is_the_first_who_works_in_the_first_world_only(told):
    names, person = told
    lives = zip(*map(weeks_worked, names), strict=True)
    assert person == next(at for at, (one, other) in enumerate(lives) if one > 0 == other)


def test_where_the_lives_part_is_quoted_whole(page, told):
    names, person = told
    (quote,) = QUOTE.findall(page)
    assert quote.endswith(".")
    assert f"\n{quote}\n\n" in as_text(tell_story(*names, person=person))
