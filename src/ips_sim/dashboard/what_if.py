"""*What if*: any lever, place or population, redrawn as it is turned."""

from __future__ import annotations

import threading

import solara
from solara.lab import use_task

from ips_sim.dashboard import visitor
from ips_sim.dashboard.asked import Outcome, scenario_of, tried
from ips_sim.dashboard.controls import Controls, Picks, groups, switches, values_of
from ips_sim.dashboard.parts import (
    Button,
    Html,
    changes_html,
    download_html,
    figure_html,
    files_html,
    headlines_html,
    more_html,
    sentences_html,
    spoken_html,
    waiting_html,
)
from ips_sim.dashboard.worlds import Seen, seen

_INTRODUCTION = (
    "<h1>What if</h1><p class=how>Choose a programme and turn what you like: the picture follows. "
    "People are made up. Both lines have the same people and luck; only <i>the programme as it "
    "is</i> keeps its own.</p>"
)


@solara.component
def WhatIf() -> None:
    """Controls at one side, what comes of them at the other."""
    turn, refused = visitor.use_turning()
    router = solara.use_router()
    said, set_said = solara.use_state("")
    asked, texts = visitor.in_hand(), visitor.pair()

    newest = solara.use_ref(texts)
    newest.current = texts
    one_at_a_time = solara.use_memo(threading.Lock, [])

    def work() -> Outcome[Seen]:
        both = texts.made
        with one_at_a_time:
            # What was passed through while a slider was dragged is not drawn.
            if both and newest.current == texts:
                return tried(lambda: seen(both, set_said))
            return Outcome()

    def compare() -> None:
        if texts.made:
            visitor.lay_down(texts.made)
        router.push("/compare")

    task = use_task(work, dependencies=[texts], raise_error=False)
    # The last picture stays until the next is there.
    kept = solara.use_ref(Outcome())
    kept.current = task.value or kept.current
    outcome: Outcome[Seen] = kept.current
    made = outcome.made
    dimmed = ["pending"] if task.pending and made else []
    Html(_INTRODUCTION)
    with solara.Div(classes=["sides"]):
        with solara.Div(classes=["side"]):
            lists = visitor.lists("programme", "against", "people", "place")
            Picks(picks=lists, values=visitor.chosen(), event_turned=turn)
            Controls(
                switches=switches(),
                groups=groups(),
                values=values_of(asked, scenario_of(asked.text())),
                changed=[dotted for dotted, _ in asked.changes],
                event_turned=turn,
                event_reset=lambda _: visitor.undo(),
            )
        # Always as many pieces, so that the browser keeps those that stay.
        with solara.Div(classes=["found"]):
            with solara.Div(classes=["head"]):
                sentences = (*refused, *texts.sentences, *outcome.sentences)
                Html(sentences_html(sentences))
                waiting = "" if sentences else waiting_html(said or "Running the first picture.")
                Html(figure_html(made) if made else waiting, classes=dimmed)
                Html(changes_html(asked))
                Html(spoken_html(made) if made else "", classes=["spoken"], is_live=True)
            with solara.Div(classes=["rest"]):
                found = headlines_html(made.headlines) + more_html(made) if made else ""
                Html(found, classes=dimmed)
                with solara.Div(classes=["row"]):
                    Button("See both week by week", lambda: router.push("/worlds"), plain=True)
                    Button("Compare both thoroughly", compare, plain=True)
                    Html(download_html(asked.text(), "scenario.yaml", "Take this scenario along"))
                Html(files_html(texts.made or ()))
