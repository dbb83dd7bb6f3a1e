"""Every key and pattern of the words means something, also of what seldom happens."""

from dataclasses import fields

import pytest
from jinja2 import meta, nodes

from ips_sim.model.entities import JobSeekerFields, Service, Work
from ips_sim.model.rules import RULES
from ips_sim.model.turns import TURNS
from ips_sim.scenario.schema import Levers, Staff
from ips_sim.story import watching
from ips_sim.story.decisions import QUESTIONS
from ips_sim.story.reasons import Tally
from ips_sim.story.watching import Life, Try, Week
from ips_sim.story.words import SAID, _environment

TURN_NAMES = {turn.name for turn in TURNS}
RULE_NAMES = {rule.__name__ for rule in RULES}
PERSON = {each.name for each in fields(JobSeekerFields)}
HAS = {
    "week": {each.name for each in fields(Week)} | set(dir(Week)),
    "life": {each.name for each in fields(Life)} | set(dir(Life)),
    "job": {each.name for each in fields(Try)} | set(dir(Try)) | PERSON,
    "levers": set(Levers.model_fields),
    "staff": set(Staff.model_fields),
    "counts": set(vars(Tally([]))),
    **dict.fromkeys(("before", "after", "saw"), PERSON),
}
"""What patterns may ask of what they are given."""
TOLD = {"life", "lots", "last", "holds", "changed", "relapse_over", "hours_without_benefit"}
TOLD |= {"week", "before", "after", "levers", "staff", "unmet_wishes"}
NAMED = {"name", "job", "who"}
GIVEN = {
    "standing": {"now"},
    "person": {"start"},
    "sayings": TOLD | NAMED | {"saw"},
    "parts": TOLD | NAMED | {"one", "tries", "results", "counts"},
    "answers": TOLD | {"counts", "start", "end", "trouble"},
    "points": TOLD
    | {"counts", "start", "end", "trouble", "reviews", "solutions", "nearest", "warned", "at"}
    | {"hours", "shared_care"},
    "side by side": {"asks", "worlds", "yes", "no", "made", "same_lot", "lots", "numbers"},
    "how to read": {"lots", "is_same"},
    "notes": {"one", "other", "differing"},
    "quiet weeks": {"start", "end", "stands", "is_vacant", "tries", "reviews", "moved", "counts"},
    "held up": TOLD | {"now"},
    "did not come up": {"asks"},
    "parting": {"world", "worlds", "what", "week", "fields", "stands", "worked", "since", "rows"},
    "by rule": TOLD,
    "meeting": TOLD
    | {"name", "start", "stands", "worlds", "why", "who", "visits", "asked", "alone", "looked"}
    | {"declined"},
}
"""What the patterns under a heading are given."""


def texts(said, *where):
    """All texts under a heading, each with where it stands."""
    for key, value in said.items() if isinstance(said, dict) else enumerate(said):
        if isinstance(value, str):
            yield (*where, key), value
        elif isinstance(value, (dict, list)):
            name = value.get("when", key) if isinstance(value, dict) else key
            yield from texts(value, *where, name)


PATTERNS = [(where, text) for where, text in texts(SAID) if "{{" in text or "{%" in text]


@pytest.mark.parametrize(("where", "text"), PATTERNS, ids=lambda each: str(each)[:60])
def test_a_pattern_asks_for_what_there_is(where, text):
    environment = _environment()
    environment.from_string(text)  # knows its filters
    tree = environment.parse(text)
    names = list(tree.find_all(nodes.Name))
    own = {one.name for one in names if one.ctx == "store"} | {"loop", *environment.globals}
    asked = {one.name for one in names} - own
    assert asked <= GIVEN[where[0]], f"{where}: nothing is called {asked - GIVEN[where[0]]}"
    parts = set(meta.find_referenced_templates(tree))
    assert parts <= SAID["parts"].keys(), f"{where}: no part is called {parts}"
    for one in tree.find_all(nodes.Getattr):
        if isinstance(one.node, nodes.Name) and one.node.name in HAS:
            assert one.attr in HAS[one.node.name], f"{where}: {one.node.name} has no {one.attr}"
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr in ("did", "decision", "called"):
            known = RULE_NAMES if call.node.attr == "called" else QUESTIONS.keys()
            name = call.args[0].as_const()
            assert name in known, f"{where}: {call.node.attr}({name!r}) means nothing"


def test_every_occasion_is_a_turn_a_rule_or_a_question():
    for row in SAID["sayings"]:
        assert row.keys() <= {"when", "mark", "say", "plain", "often"}, row
        known = TURN_NAMES | RULE_NAMES | QUESTIONS.keys() | {""}
        assert row.get("when", "") in known, f"sayings: nothing is called {row['when']!r}"
        marks = SAID["signs"].keys() | {"service", "relapse", "hospital"}
        assert row.get("mark", "service") in marks, f"sayings: no sign for {row['mark']!r}"


def test_every_question_that_is_named_is_one():
    named = [name for part in ("steps", "ways") for names in SAID[part].values() for name in names]
    named += [row[0] for part in ("firsts", "held up") for row in SAID[part].values()]
    named += SAID["did not come up"]
    assert set(named) - QUESTIONS.keys() <= {"waiting", "others", ""}
    turns = {*SAID["steps"], *SAID["firsts"], *SAID["meeting"]["ends a stretch of search"]}
    assert turns <= TURN_NAMES
    assert SAID["by rule"].keys() <= SAID["steps"].keys()
    for rule, *_ in SAID["questions"].values():
        assert rule in RULE_NAMES, f"questions: no rule is called {rule!r}"


def test_every_kind_of_try_and_what_came_of_it_has_words():
    kinds = {watching.ALONE, watching.INTRODUCTION, watching.APPOINTMENT, watching.RETURN}
    assert SAID["tries"].keys() == kinds
    results = {watching.TOO_EARLY, watching.NOTHING_OPEN, watching.ASKED_LATELY}
    results |= {watching.NOT_WISHED, watching.REFUSED, watching.DECLINED, watching.JOB}
    assert SAID["results"].keys() == results


def test_where_a_person_can_stand_is_drawn():
    names = {each.name.lower() for kind in (Service, Work) for each in kind}
    assert names - SAID["looks"].keys() == {"none", "not_yet_referred"}
    assert SAID["looks"].keys() - names == {"relapse", "hospital"}
