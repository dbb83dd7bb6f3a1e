"""*Compare*: scenario files uploaded, edited and checked, run as at a terminal, with a report."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

import solara
from solara.lab import use_task

from ips_sim.dashboard.asked import Asked, Outcome, scenario_of, title_of, tried, uploaded_text
from ips_sim.dashboard.controls import Picks, programmes
from ips_sim.dashboard.jobs import Job, StoppedError, do, forget
from ips_sim.dashboard.parts import Html, download_html, sentences_html, table_html, waiting_html
from ips_sim.dashboard.worlds import person_weeks, ready
from ips_sim.report.short_table import run_lines
from ips_sim.runs.errors import RunError
from ips_sim.runs.plan import make_plan
from ips_sim.scenario import shipped
from ips_sim.scenario.reader import LARGEST_FILE_BYTES

MOST_FILES = 4
MOST_PERSON_WEEKS = 100_000_000
"""Of all runs of a comparison: some minutes on two cores."""
_DRAWS = {
    20: "20 draws: quick, with rough ranges",
    50: "50 draws",
    100: "100 draws: as at a terminal",
}
_HOW_SURE = {
    "key": "draws",
    "label": "Draws of what nobody knows exactly",
    "options": [
        {
            "title": "",
            "options": [{"value": str(one), "label": label} for one, label in _DRAWS.items()],
        }
    ],
}
_NAMES = ("first.yaml", "second.yaml", "third.yaml", "fourth.yaml")


chosen_texts = solara.reactive(())
"""The files of a visitor, who may go to other pages and come back: Solara keeps one for each."""


@solara.component_vue("editor.vue", vuetify=False)
def Editor(
    at: int,
    label: str,
    text: str,
    programmes: list[dict[str, Any]],
    most: int,
    event_edited: Callable[[dict[str, Any]], None],
) -> None:
    """A scenario file, uploaded or typed."""


@solara.component
def Compare() -> None:
    """Files at the top, then how they are run, then what came out."""
    texts = chosen_texts.value or (_shipped("ips"), _shipped("traditional"))
    set_texts = chosen_texts.set
    refused, set_refused = solara.use_state(("", ()))

    def edit(what: dict[str, Any]) -> None:
        at = what.get("at")
        if not isinstance(at, int) or not 0 <= at < len(texts):
            return
        outcome = tried(lambda: _edited(what))
        set_refused((str(what.get("name", "")), outcome.sentences))
        if outcome.made is not None:
            set_texts((*texts[:at], outcome.made, *texts[at + 1 :]))

    Html(
        "<h1>Compare</h1><p>Two to four scenario files, run with the same people and luck. Each "
        "is checked as you change it, like <code>ips-sim check</code> does.</p>"
    )
    Html(sentences_html(refused[1]))
    outcomes = [tried(partial(scenario_of, *one)) for one in zip(texts, _NAMES, strict=False)]
    with solara.Div(classes=["editors"]):
        for at, text in enumerate(texts):
            with solara.Div():
                Editor(
                    at=at,
                    label=_NAMES[at],
                    text=text,
                    programmes=programmes(),
                    most=LARGEST_FILE_BYTES,
                    event_edited=edit,
                )
                Html(checked_html(outcomes[at]))
                Html(download_html(text, _NAMES[at], "Take this file along"))
    with solara.Div(classes=["row"]):
        Button(
            "One more",
            lambda: set_texts((*texts, _shipped("ips"))),
            plain=True,
            off=len(texts) >= MOST_FILES,
        )
        Button("One less", lambda: set_texts(texts[:-1]), plain=True, off=len(texts) <= 2)
    Runner(
        "Run the comparison",
        lambda draws: _plan(texts, draws),
        "run",
        "comparison",
        ("ips-sim", "compare", *_NAMES[: len(texts)]),
        texts,
        off=any(one.made is None for one in outcomes),
    )


def _shipped(name: str) -> str:
    return Asked(name).text(title_of(name))


def _edited(what: dict[str, Any]) -> str:
    """The text that a visitor uploads, types or starts from."""
    name = str(what.get("name", "the file"))[:80]
    if what.get("ships") in shipped():
        return _shipped(str(what["ships"]))
    if what.get("tooLarge"):
        return uploaded_text(name, b" " * (LARGEST_FILE_BYTES + 1))
    if "base64" in what:
        try:
            data = base64.b64decode(str(what["base64"]), validate=True)
        except binascii.Error:
            raise RunError(f"{name} did not arrive whole: upload it once more") from None
        return uploaded_text(name, data)
    return uploaded_text("the text", str(what.get("text", "")).encode())


def checked_html(outcome: Outcome[Any]) -> str:
    """What the check says of a file."""
    if outcome.made is None:
        return sentences_html(outcome.sentences)
    one = outcome.made
    design = one.design
    return (
        f'<p class="checked">Checked: <b>{escape(one.title)}</b>, {design.people:,} people, '
        f"{design.weeks} weeks, {design.sites:,} site{'' if design.sites == 1 else 's'}.</p>"
    )


def _plan(texts: Sequence[str], draws: int) -> Any:
    scenarios = [scenario_of(*one) for one in zip(texts, _NAMES, strict=False)]
    plan = make_plan(scenarios, draws=draws)
    total = sum(map(person_weeks, scenarios)) * plan.draws * plan.replicates
    if total > MOST_PERSON_WEEKS:
        raise RunError(
            f"that is {total:,} weeks of people; {MOST_PERSON_WEEKS:,} are run here: take fewer "
            "draws or people, or run it with `ips-sim compare`"
        )
    return plan


@solara.component
def Button(
    label: str, on_click: Callable[[], None], plain: bool = False, off: bool = False
) -> None:
    """A button of the browser."""
    classes = ["button", *(["plain"] if plain else [])]
    PlainButton(label=label, look=" ".join(classes), off=off, event_clicked=lambda _: on_click())


@solara.component_vue("button.vue", vuetify=False)
def PlainButton(label: str, look: str, off: bool, event_clicked: Callable[[object], None]) -> None:
    """A native button."""


@solara.component
def Runner(
    label: str,
    plan_of: Callable[[int], Any],
    kind: str,
    name: str,
    command: Sequence[str],
    asked: object,
    off: bool = False,
) -> None:
    """Run what is planned, with progress and a way to stop it, and show what came out.

    Parameters
    ----------
    label
        What the button says.
    plan_of
        Makes the plan from the number of draws.
    kind, name, command
        As `jobs.do` takes them.
    asked
        What the result is of; when it changes, the result shown is said to be of something else.
    off
        Whether nothing can be run yet.
    """
    draws, set_draws = solara.use_state(min(_DRAWS))
    progress, set_progress = solara.use_state((0, 0))
    said, set_said = solara.use_state("")
    stop = solara.use_memo(lambda: [threading.Event()], [])
    kept: list[Job | None] = solara.use_memo(lambda: [None], [])
    wanted, set_wanted = solara.use_state(None)

    def work() -> Outcome[tuple[Any, Job]]:
        if wanted is None:
            return Outcome()
        stop[0] = event = threading.Event()
        set_progress((0, 0))

        def made() -> tuple[Any, Job]:
            ready(set_said)
            job = do(kind, plan_of(draws), name, command, event, lambda *parts: set_progress(parts))
            forget(kept[0])
            kept[0] = job
            return wanted, job

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
        set_wanted((times[0], asked, draws))

    with solara.Div(classes=["row runner"]):
        Picks(picks=[_HOW_SURE], values={"draws": str(draws)}, event_turned=thorough)
        Button(label, begin, off=off or bool(task.pending))
        if task.pending and wanted is not None:
            Button("Stop", stop[0].set, plain=True)
    if task.pending and wanted is not None:
        done, total = progress
        Html(f'<progress max="{total or 1}" value="{done}"></progress>')
        Html(waiting_html(f"{done:,} of {total:,} runs done." if total else said or "Waiting."))
        return
    outcome: Outcome[tuple[Any, Job]] = task.latest or Outcome()
    Html(sentences_html(outcome.sentences))
    if outcome.made:
        (_, of, _), job = outcome.made
        if of != asked:
            Html('<p class="changes">What follows is of what stood above when it was run.</p>')
        Html(
            f'<p class="row"><a class="button" target="_blank" rel="noopener" href="{job.page}">'
            f'Open the report</a> <a class="button plain" href="{job.packed}" download>'
            "Take tables and report along</a></p>"
        )
        if kind == "run":
            Html(table_html(run_lines(job.made)))
        else:
            Html(f'<iframe class="story" title="{escape(label)}" src="{job.page}"></iframe>')


def _left(stop: list[threading.Event], kept: list[Job | None]) -> None:
    """Stop and forget what a visitor who leaves no longer wants."""
    stop[0].set()
    forget(kept[0])
