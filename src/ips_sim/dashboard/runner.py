"""Running what is planned, with progress and a way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import solara
from solara.lab import use_task

from ips_sim.dashboard.asked import Outcome, tried
from ips_sim.dashboard.controls import Picks
from ips_sim.dashboard.jobs import Job, StoppedError, do, forget
from ips_sim.dashboard.parts import Button, Html, sentences_html, waiting_html
from ips_sim.dashboard.worlds import ready
from ips_sim.runs.kinds import kind_named

_DRAWS = {
    20: "Quick: 20 draws, rough ranges",
    50: "50 draws",
    100: "As at a terminal: 100 draws",
}
_HOW_SURE = {
    "key": "draws",
    "label": "How thoroughly (draws of what nobody knows exactly)",
    "options": [
        {
            "title": "",
            "options": [{"value": str(one), "label": label} for one, label in _DRAWS.items()],
        }
    ],
}

OF_BEFORE = '<p class="changes" role="status">These figures are of what stood here before.</p>'
"""Said of a result while what it would be of is another."""


@solara.component
def Runner(
    label: str,
    plan_of: Callable[[int], Any],
    kind: str,
    name: str,
    command: Sequence[str],
    asked: object,
    done: Callable[[Job], None],
    off: bool = False,
    at_once: bool = False,
) -> None:
    """Run what is planned, with progress and a way to stop it.

    Parameters
    ----------
    label
        What the button says.
    plan_of
        Makes the plan from the number of draws.
    kind, name, command
        As `jobs.do` takes them; the kind by its name.
    asked
        What the result is of.
    done
        Told the result, which is forgotten with the next or when the visitor leaves.
    off
        Whether nothing can be run yet.
    at_once
        Whether it begins by itself, at first and when what it is of changes.
    """
    draws, set_draws = solara.use_state(min(_DRAWS))
    progress, set_progress = solara.use_state(None)
    said, set_said = solara.use_state("")
    stop = solara.use_memo(lambda: [threading.Event()], [])
    kept: list[Job | None] = solara.use_memo(lambda: [None], [])
    wanted, set_wanted = solara.use_state(None)

    def work() -> Outcome[None]:
        if wanted is None:
            return Outcome()
        event = stop[0]

        def made() -> None:
            ready(set_said)
            of = kind_named(kind)
            job = do(of, plan_of(draws), name, command, event, lambda *parts: set_progress(parts))
            before, kept[0] = kept[0], job
            done(job)
            forget(before)

        try:
            return tried(made, passing=(StoppedError,))
        except StoppedError:
            return Outcome(sentences=("Stopped; nothing is kept.",))

    task = use_task(work, dependencies=[wanted], raise_error=False)
    solara.use_effect(lambda: lambda: _left(stop, kept), [])
    times = solara.use_memo(lambda: [0], [])

    def thorough(what: dict[str, Any]) -> None:
        set_draws(next((one for one in _DRAWS if str(one) == what.get("value")), draws))

    def begin() -> None:
        times[0] += 1
        stop[0].set()  # what may still run is of something else
        stop[0] = threading.Event()  # before anybody can press Stop
        set_progress(None)
        set_wanted((times[0], asked, draws))

    solara.use_effect(lambda: begin() if at_once and not off else None, [asked])
    with solara.Div(classes=["row runner"]):
        Picks(picks=[_HOW_SURE], values={"draws": str(draws)}, event_turned=thorough)
        Button(label, begin, off=off or bool(task.pending))
        if task.pending and wanted is not None:
            Button("Stop", stop[0].set, plain=True)
    if task.pending and wanted is not None:
        runs, total = progress or (0, 0)
        Html(f'<progress aria-label="Runs done" max="{total or 1}" value="{runs}"></progress>')
        waiting = "Waiting for another visitor's run to end." if progress else said or "Starting."
        Html(waiting_html(f"{runs:,} of {total:,} runs done." if total else waiting))
        return
    outcome: Outcome[None] = task.latest or Outcome()
    Html(sentences_html(outcome.sentences))


def links_html(job: Job) -> str:
    """Links to a result's report and to everything in it."""
    return (
        f'<p class="row"><a class="button" target="_blank" rel="noopener" href="{job.page}">'
        f'Open the report</a> <a class="button plain" href="{job.packed}" download>'
        "Take tables and report along</a></p>"
    )


def _left(stop: list[threading.Event], kept: list[Job | None]) -> None:
    """Stop and forget what a visitor who leaves no longer wants."""
    stop[0].set()
    forget(kept[0])
