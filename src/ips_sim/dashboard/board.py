"""*Watch* and *Two worlds*: people week by week on a board that a browser plays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara
from solara.lab import use_task

from ips_sim.dashboard.asked import Asked, Outcome, scenario_of, title_of, tried
from ips_sim.dashboard.controls import Picks, picks, programmes, ships
from ips_sim.dashboard.parts import Html, sentences_html, story_html, waiting_html
from ips_sim.dashboard.watched import Watched, looks, watched
from ips_sim.dashboard.worlds import told
from ips_sim.report.figures.weekly_figures import USE_LOOKS

_USES = ("hours_trouble", "hours_new_job", "hours_search", "hours_keep_in_touch")
"""What a specialist's hours with people go to, in the order that a board notes them."""


@solara.component_vue("board.vue", vuetify=False)
def Board(
    worlds: list[dict[str, Any]],
    looks: list[dict[str, Any]],
    uses: list[Sequence[str]],
    picked: int | None,
    event_picked_one: Callable[[int], None],
) -> None:
    """One site, or two side by side, played by the browser; it says which person was picked."""


@solara.component
def Watch() -> None:
    """One site of one scenario."""
    asked, set_asked = solara.use_state(Asked())

    def turn(what: dict[str, Any]) -> None:
        if one := chosen(what, ("programme", "people", "place")):
            set_asked(asked.having(*one))

    Html(
        "<h1>Watch</h1><p>One agency week by week: people move between where they stand, "
        "specialists share their hours, employers come to know them. Nobody here is real.</p>"
    )
    wanted = [one for one in picks() if one["key"] != "against"]
    values = {"programme": asked.programme, "people": asked.people, "place": asked.place}
    Picks(picks=wanted, values=values, event_turned=turn)
    _played((asked.text(title_of(asked.programme)),))


@solara.component
def TwoWorlds() -> None:
    """The same people with the same luck under two policies."""
    both, set_both = solara.use_state(("ips", "traditional"))
    asked, set_asked = solara.use_state(Asked())

    def turn(what: dict[str, Any]) -> None:
        one = chosen(what, ("first", "second", "people", "place"))
        if one is None:
            return
        key, value = one
        if key in ("first", "second"):
            set_both((value, both[1]) if key == "first" else (both[0], value))
        else:
            set_asked(asked.having(key, value))

    Html(
        "<h1>Two worlds</h1><p>The same people, week by week, under two policies and with the same "
        "luck. Each has the same place in both pictures; a dark edge marks who stands elsewhere "
        "in the other world.</p>"
    )
    named = {"first": "One policy", "second": "The other"}
    policies = [
        {"key": key, "label": label, "options": programmes()} for key, label in named.items()
    ]
    values = {"first": both[0], "second": both[1], "people": asked.people, "place": asked.place}
    Picks(picks=[*policies, *picks()[2:]], values=values, event_turned=turn)
    texts = [Asked(one, asked.people, asked.place).text(title_of(one)) for one in both]
    if both[0] == both[1]:
        Html(sentences_html(["Choose two policies that differ."]))
    else:
        _played(tuple(texts))


def chosen(what: dict[str, Any], keys: Sequence[str]) -> tuple[str, str] | None:
    """What a pick says, if it names something that there is."""
    key, value = str(what.get("key")), str(what.get("value"))
    return (key, value) if key in keys and ships(key, value) else None


@solara.component
def _played(texts: tuple[str, ...]) -> None:
    """Live the worlds, show them, and tell of whoever is picked."""
    picked, set_picked = solara.use_state(None)
    said, set_said = solara.use_state("")

    def live() -> Outcome[list[Watched]]:
        set_picked(None)
        return tried(lambda: [watched(scenario_of(text), say=set_said) for text in texts])

    task = use_task(live, dependencies=[texts], raise_error=False)
    outcome: Outcome[list[Watched]] = task.latest or Outcome()
    Html(sentences_html(outcome.sentences))
    if task.pending:
        Html(waiting_html(said or "Living the first weeks."))
    if not outcome.made or task.pending:
        return
    worlds = outcome.made
    if len({len(one.board["weeks"][0]["status"]) for one in worlds}) > 1:
        Html(sentences_html(["These two have not the same number of people: choose others."]))
        return
    Board(
        worlds=[one.board for one in worlds],
        looks=looks(),
        uses=[list(USE_LOOKS[name]) for name in _USES],
        picked=picked,
        event_picked_one=lambda row: set_picked(_row(row, worlds[0])),
    )
    if picked is not None:
        _told(worlds, picked)


def _row(value: object, world: Watched) -> int | None:
    """A person's row as a browser names it, if there is such a one."""
    is_one = isinstance(value, int) and 0 <= value < world.board["people"]
    return value if isinstance(value, int) and is_one else None


@solara.component
def _told(worlds: list[Watched], row: int) -> None:
    """Tell the story of a person."""
    person = worlds[0].first_person + row
    task = use_task(
        lambda: tried(lambda: told([one.scenario for one in worlds], person)),
        dependencies=[row, tuple(one.scenario.title for one in worlds)],
        raise_error=False,
    )
    Html(f"<h2>The story of person {person}</h2>")
    outcome: Outcome[str] = task.latest or Outcome()
    if task.pending:
        Html(waiting_html("Living this life once more, to tell it."))
    else:
        Html(story_html(outcome.made) if outcome.made else sentences_html(outcome.sentences))
