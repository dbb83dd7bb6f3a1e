"""What a visitor has in hand: the same scenario on every page, and the files of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import solara

from ips_sim.dashboard.asked import AS_IT_IS, Asked, Made, Outcome, scenario_of, tried
from ips_sim.dashboard.controls import AGAINST, label_of, picks, ships, turned

_IN_A_FILE = re.compile(r"scenario\.yaml(?::\d+)?: (\w+\.\w+): (.*)", re.DOTALL)
AGAINST_FIRST = "traditional"
FILES = ("first.yaml", "second.yaml", "third.yaml", "fourth.yaml")
"""What the files of *Compare* are called."""

# Solara keeps one of each for every visitor, who may go to other pages and come back.
_asked = solara.reactive(Asked())
_against = solara.reactive(AGAINST_FIRST)
files = solara.reactive(())
"""Texts of the visitor's own files; none as long as *Compare* shows what is in hand."""
aside = solara.reactive(())
"""Own files that gave way to others, those that come back first at the end."""
_laid_down = solara.reactive(())


def yours() -> dict[str, str]:
    """Files of the visitor's own that are without mistakes, by name."""
    named = zip(FILES, files.value, strict=False)
    return {name: text for name, text in named if tried(partial(scenario_of, text)).made}


def in_hand() -> Asked:
    """What the visitor chose and changed; as it is while changes do not go with a file edited."""
    asked = _whole(_asked.value)
    if ships("programme", _asked.value.programme):
        return asked
    return asked if tried(lambda: scenario_of(asked.text())).made else asked.plain


def other() -> Asked:
    """What it is compared with."""
    against = _against.value
    return in_hand().plain if against == AS_IT_IS else _whole(Asked(against))


def pair() -> Outcome[tuple[str, str]]:
    """Both as texts of scenario files, with the same people in the same place; or why not."""

    def both() -> tuple[str, str]:
        texts = in_hand().text(), in_hand().beside(other())
        scenario_of(texts[1])
        return texts

    return _without_file(tried(both))


def _whole(asked: Asked) -> Asked:
    """What is asked for with its file, or IPS while that has mistakes."""
    if ships("programme", asked.programme):
        return replace(asked, file="")
    file = yours().get(asked.programme, "")
    return replace(asked, programme=asked.programme if file else "ips", file=file)


def lists(*keys: str) -> list[dict[str, Any]]:
    """The lists to choose from that have these keys, the visitor's own files first."""
    own = {name: f"{scenario_of(text).title} ({name})" for name, text in yours().items()}
    return [one for one in picks(own) if one["key"] in keys]


def chosen() -> dict[str, str]:
    """Where the lists stand."""
    asked = in_hand()
    against = AS_IT_IS if other() == asked.plain else other().programme
    return {
        "programme": asked.programme,
        AGAINST: against,
        "people": asked.people,
        "place": asked.place,
    }


def take(key: str, value: object) -> None:
    """Take what a control says; a name that there is not changes nothing.

    Raises
    ------
    ScenarioError
        If the reader refuses it.
    """
    if key == AGAINST:
        if value == AS_IT_IS or ships("programme", str(value)) or value in yours():
            _against.set(str(value))
        return
    wanted = _whole(turned(in_hand(), key, value, list(yours())))
    scenario_of(wanted.text())
    _asked.set(replace(wanted, file=""))


def use_turning() -> tuple[Callable[[dict[str, Any]], None], tuple[str, ...]]:
    """Give what takes what a control says, and why the reader refused the last of it."""
    refused, set_refused = solara.use_state(())

    def turn(what: dict[str, Any]) -> None:
        key = str(what.get("key"))
        outcome = _without_file(tried(lambda: take(key, what.get("value"))))
        set_refused(outcome.sentences)

    return turn, refused


def _without_file(outcome: Outcome[Made]) -> Outcome[Made]:
    """What the reader says, for who turns controls and sees no file: named as they are."""
    said = []
    for sentence in outcome.sentences:
        found = _IN_A_FILE.match(sentence)
        said.append(f"{label_of(found[1])}: {found[2]}" if found else sentence)
    return replace(outcome, sentences=tuple(said))


def lay_down(texts: tuple[str, str]) -> None:
    """Make what is in hand and what it is compared with the visitor's files.

    Where either was a file already, its place among them is another now, with its changes in it.
    Files of their own that give way are put aside.
    """
    aside.set((*aside.value, *_own()))
    if other().file:
        _against.set(FILES[1])
    if in_hand().file:
        _asked.set(Asked(FILES[0]))
    files.set(texts)
    _laid_down.set(texts)


def take_back() -> None:
    """Make the files put aside last the visitor's own again; own files that give way come last."""
    now = _own()
    files.set(aside.value[-1])
    aside.set((*now, *aside.value[:-1]))


def _own() -> tuple[tuple[str, ...], ...]:
    """The files there are, if the visitor wrote any of them."""
    return (files.value,) if files.value and files.value != _laid_down.value else ()


def undo() -> None:
    """Give the programme back as it is."""
    _asked.set(Asked(_asked.value.programme))
