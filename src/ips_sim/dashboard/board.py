"""*Watch* and *Two worlds*: people week by week on a board that a browser plays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara
from solara.lab import use_task

from ips_sim.dashboard import visitor
from ips_sim.dashboard.asked import Outcome, tried
from ips_sim.dashboard.controls import Picks
from ips_sim.dashboard.parts import (
    Frame,
    Html,
    changes_html,
    download_html,
    files_html,
    sentences_html,
    waiting_html,
)
from ips_sim.dashboard.watched import Watched, looks, watched_again
from ips_sim.dashboard.worlds import told
from ips_sim.report.figures.weekly_figures import USE_LOOKS

_USES = ("hours_trouble", "hours_new_job", "hours_search", "hours_keep_in_touch")
"""What a specialist's hours with people go to, in the order that a board notes them."""


@solara.component_vue("board.vue", vuetify=False)
def Board(
    boards: list[str],
    looks: list[dict[str, Any]],
    uses: list[Sequence[str]],
    picked: int | None,
    event_picked_one: Callable[[int], None],
) -> None:
    """One site, or two side by side, played by the browser; it says which person was picked."""


@solara.component
def Watch() -> None:
    """One site of the scenario in hand."""
    turn, refused = visitor.use_turning()
    asked = visitor.in_hand()
    Html(
        "<h1>Watch</h1><p>One agency week by week: people move between where they stand, "
        "specialists share their hours, employers come to know them. Nobody here is real.</p>"
    )
    lists = visitor.lists("programme", "people", "place")
    Picks(picks=lists, values=visitor.chosen(), event_turned=turn)
    Html(sentences_html(refused) + changes_html(asked))
    _played((asked.text(),))


@solara.component
def TwoWorlds() -> None:
    """The same people with the same luck under the scenario in hand and another."""
    turn, refused = visitor.use_turning()
    asked, texts = visitor.in_hand(), visitor.pair()
    Html(
        "<h1>Two worlds</h1><p>The same people, week by week, under two policies and with the same "
        "luck. Each has the same place in both pictures; a dark edge marks who stands elsewhere "
        "in the other world. What you change at <i>What if</i> and your own files at "
        "<i>Compare</i> can stand here too.</p>"
    )
    lists = visitor.lists("programme", "against", "people", "place")
    Picks(picks=lists, values=visitor.chosen(), event_turned=turn)
    Html(sentences_html((*refused, *texts.sentences)) + changes_html(asked))
    if asked == visitor.other():
        Html(
            '<p class="changes">Both are the same as yet: choose another to compare with, or '
            "change something at <i>What if</i>.</p>"
        )
    elif texts.made:
        _played(texts.made)


@solara.component
def _played(texts: tuple[str, ...]) -> None:
    """Live the worlds, show them, and tell of whoever is picked."""
    picked, set_picked = solara.use_state(None)
    said, set_said = solara.use_state("")

    def live() -> Outcome[list[Watched]]:
        set_picked(None)
        return tried(lambda: [watched_again(text, set_said) for text in texts])

    task = use_task(live, dependencies=[texts], raise_error=False)
    outcome: Outcome[list[Watched]] = task.latest or Outcome()
    Html(sentences_html(outcome.sentences))
    if task.pending:
        Html(waiting_html(said or "Living the first weeks."))
    if not outcome.made or task.pending:
        return
    worlds = outcome.made
    if len({len(one.board["weeks"][0]["status"]) for one in worlds}) > 1:
        said = "These two have not the same number of people: compare with another programme."
        Html(sentences_html([said]))
        return
    Board(
        boards=[one.text for one in worlds],
        looks=looks(),
        uses=[list(USE_LOOKS[name]) for name in _USES],
        picked=picked,
        event_picked_one=lambda row: set_picked(_row(row, worlds[0])),
    )
    if picked is not None:
        _told(worlds, picked)
    Html(files_html(texts))


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
    outcome: Outcome[str] = task.latest or Outcome()
    with solara.Div(classes=["told"]):
        Html(f"<h2>The story of person {person}</h2>")
        if task.pending:
            Html(waiting_html("Living this life once more, to tell it."))
            return
        Html(sentences_html(outcome.sentences))
        if outcome.made:
            Html(download_html(outcome.made, "story.html", "Take the story along, to print it"))
            Frame(title="The story", held=outcome.made)
