"""*Compare*: scenario files uploaded, edited and checked, run as at a terminal, with a report."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from functools import cache, partial
from html import escape
from typing import Any

import solara

from ips_sim.dashboard.asked import Asked, Outcome, scenario_of, tried, uploaded_text
from ips_sim.dashboard.controls import Picks, programmes
from ips_sim.dashboard.parts import (
    Button,
    Html,
    download_html,
    files_html,
    sentences_html,
    table_html,
)
from ips_sim.dashboard.runner import OF_BEFORE, Runner, links_html
from ips_sim.dashboard.visitor import FILES, aside, files, pair, take_back
from ips_sim.dashboard.worlds import person_weeks
from ips_sim.report.short_table import run_lines
from ips_sim.runs.errors import RunError
from ips_sim.runs.plan import make_plan
from ips_sim.scenario import shipped
from ips_sim.scenario.reader import LARGEST_FILE_BYTES

MOST_PERSON_WEEKS = 100_000_000
"""Of all runs of a comparison: some minutes on two cores."""
_OWN = ""


@solara.component_vue("editor.vue", vuetify=False)
def Editor(at: int, text: str, most: int, event_edited: Callable[[dict[str, Any]], None]) -> None:
    """A scenario file, uploaded or typed."""


@solara.component
def Compare() -> None:
    """Files at the top, then how they are run, then what came out."""
    texts = files.value or pair().made or (_shipped("ips"), _shipped("traditional"))
    refused, set_refused = solara.use_state(())
    made, set_made = solara.use_state(((), None))
    of, job = made

    def edit(at: int, what: dict[str, Any]) -> None:
        outcome = tried(lambda: _edited(what))
        set_refused(outcome.sentences)
        if outcome.made is not None:
            files.set((*texts[:at], outcome.made, *texts[at + 1 :]))

    Html(
        "<h1>Compare</h1><p class=how>Two to four scenario files, run as they stand and with the "
        "same luck. Each is checked as you change it. A file without mistakes can be chosen on the "
        "other pages too, as a programme of yours.</p>"
    )
    Html(sentences_html(refused))
    outcomes = [tried(partial(scenario_of, *one)) for one in zip(texts, FILES, strict=False)]
    with solara.Div(classes=["editors"]):
        for at, text in enumerate(texts):
            with solara.Div():
                _File(at, text, outcomes[at], partial(edit, at))
    with solara.Div(classes=["row"]):
        Button(
            "One more file",
            lambda: files.set((*texts, _shipped("ips"))),
            plain=True,
            off=len(texts) >= len(FILES),
        )
        Button("Without the last", lambda: files.set(texts[:-1]), plain=True, off=len(texts) <= 2)
        if aside.value:
            Button("Back to the files of before", take_back, plain=True)
    Runner(
        "Run the comparison",
        lambda draws: _plan(texts, draws),
        "run",
        "comparison",
        ("ips-sim", "compare", *FILES[: len(texts)]),
        texts,
        lambda job: set_made((texts, job)),
        off=any(one.made is None for one in outcomes),
    )
    if job:
        Html(OF_BEFORE if of != texts else "")
        Html(links_html(job))
        Html(table_html(run_lines(job.made)))
    Html(files_html(texts))


@solara.component
def _File(
    at: int, text: str, checked: Outcome[Any], edit: Callable[[dict[str, Any]], None]
) -> None:
    """A file with what the check says of it."""
    own = [{"title": "", "options": [{"value": _OWN, "label": "A file of your own"}]}]
    start = {"key": f"start-{at}", "label": "Start from", "options": [*own, *programmes()]}
    Html(f"<h2>{FILES[at]}</h2>")
    Picks(
        picks=[start],
        values={start["key"]: _names_by_text().get(text, _OWN)},
        event_turned=lambda what: edit({"ships": what.get("value")}) if what.get("value") else None,
    )
    Editor(at=at, text=text, most=LARGEST_FILE_BYTES, event_edited=edit)
    Html(checked_html(checked))
    Html(download_html(text, FILES[at], "Take this file along"))


def _shipped(name: str) -> str:
    return Asked(name).text()


@cache
def _names_by_text() -> dict[str, str]:
    """What ships, by the text that a file has which starts from it."""
    names = [one["value"] for group in programmes() for one in group["options"]]
    return {_shipped(name): name for name in names}


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
    scenarios = [scenario_of(*one) for one in zip(texts, FILES, strict=False)]
    plan = make_plan(scenarios, draws=draws)
    total = sum(map(person_weeks, scenarios)) * plan.draws * plan.replicates
    if total > MOST_PERSON_WEEKS:
        raise RunError(
            f"that is {total:,} weeks of people; {MOST_PERSON_WEEKS:,} are run here: take fewer "
            "draws or people, or run it with `ips-sim compare`"
        )
    return plan
