"""*What if*: any lever, place or population, redrawn as it is turned."""

from __future__ import annotations

from html import escape
from typing import Any

import solara
from solara.lab import use_task

from ips_sim.dashboard.asked import AS_IT_SHIPS, Asked, Outcome, scenario_of, tried
from ips_sim.dashboard.compare import Button, chosen_texts
from ips_sim.dashboard.controls import AGAINST, Controls, groups, picks, switches, turned, values_of
from ips_sim.dashboard.parts import (
    Html,
    download_html,
    figure_html,
    headlines_html,
    more_html,
    sentences_html,
    waiting_html,
)
from ips_sim.dashboard.worlds import Seen, seen
from ips_sim.scenario import shipped
from ips_sim.scenario.catalogue import keys

_INTRODUCTION = (
    "<h1>What if</h1><p>Choose a programme and turn what you like: the picture follows. People "
    "are made up, and both lines have the same people and the same luck.</p>"
)

AGAINST_FIRST = "traditional"
_asked = solara.reactive(Asked())
_against = solara.reactive(AGAINST_FIRST)
# A visitor may go to other pages and come back: Solara keeps one of these for each.
FIRST = (Asked().text(), Asked().beside(AGAINST_FIRST))
"""What the first picture is of."""


@solara.component
def WhatIf() -> None:
    """Controls at one side, what comes of them at the other."""
    asked, set_asked = _asked.value, _asked.set
    against, set_against = _against.value, _against.set
    router = solara.use_router()
    refused, set_refused = solara.use_state(())
    said, set_said = solara.use_state("")
    texts = (asked.text(), asked.beside(against))

    def turn(what: dict[str, Any]) -> None:
        """Take what a control says, unless the reader refuses it."""
        key, value = str(what.get("key")), what.get("value")
        if key == AGAINST:
            if value in shipped() or value == AS_IT_SHIPS:
                set_against(str(value))
            return

        def next_asked() -> Asked:
            wanted = turned(asked, key, value)
            scenario_of(wanted.text())
            return wanted

        outcome = tried(next_asked)
        set_refused(outcome.sentences)
        if outcome.made:
            set_asked(outcome.made)

    def reset(_: object) -> None:
        set_refused(())
        set_asked(Asked(asked.programme))

    def compare() -> None:
        chosen_texts.set(texts)
        router.push("/compare")

    task = use_task(
        lambda: tried(lambda: seen(texts, set_said)), dependencies=[texts], raise_error=False
    )
    # The last picture stays until the next is there.
    kept = solara.use_ref(Outcome())
    kept.current = task.value or kept.current
    outcome: Outcome[Seen] = kept.current
    now = tried(lambda: scenario_of(asked.text()))
    made = outcome.made
    dimmed = ["pending"] if task.pending and made else []
    with solara.Div(classes=["sides"]):
        with solara.Div(classes=["side"]):
            Controls(
                picks=picks(),
                switches=switches(),
                groups=groups(),
                values=values_of(asked, now.made, against) if now.made else {},
                changed=[dotted for dotted, _ in asked.changes],
                event_turned=turn,
                event_reset=reset,
            )
        # Always as many pieces, so that the browser keeps those that stay.
        picture = figure_html(made) if made else waiting_html(said or "Running the first picture.")
        with solara.Div(classes=["head"]):
            Html(_INTRODUCTION)
            Html(sentences_html((*refused, *outcome.sentences)))
            Html(_changes_html(asked))
            Html(picture if made or not outcome.sentences else "", classes=dimmed)
        with solara.Div(classes=["rest"]):
            Html(headlines_html(made.headlines) + more_html(made) if made else "", classes=dimmed)
            with solara.Div(classes=["row"]):
                Html(download_html(asked.text(), "scenario.yaml", "Take this scenario along"))
                Button("Compare both thoroughly", compare, plain=True)


def _changes_html(asked: Asked) -> str:
    """Say what differs from what ships."""
    said = [f"without {one.replace('_', ' ')}" for one in asked.dropped]
    for dotted, value in asked.changes:
        name, unit = keys()[dotted].name.replace("_", " "), keys()[dotted].unit
        said.append(f"{name}: {str(value).lower()}{f' ({unit})' if unit else ''}")
    return f'<p class="changes"><b>Changed:</b> {escape("; ".join(said))}</p>' if said else ""
