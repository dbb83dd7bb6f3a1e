"""*Budget*: posts, people and dollars of each year for a programme of one's own size."""

from __future__ import annotations

from typing import Any

import solara

from ips_sim.dashboard.asked import Asked, Outcome, scenario_of, title_of, tried
from ips_sim.dashboard.board import chosen
from ips_sim.dashboard.compare import Runner, checked_html
from ips_sim.dashboard.controls import Picks, picks
from ips_sim.dashboard.parts import Html, download_html
from ips_sim.dashboard.worlds import person_weeks
from ips_sim.runs.errors import RunError
from ips_sim.scenario.reader import plain_value

_REPLICATES = 4
_MOST_PERSON_WEEKS = 50_000_000
_NUMBERS = {
    "design.people": "People referred",
    "design.sites": "Sites",
    "design.weeks": "Weeks",
    "programme.caseload_limit": "People on a caseload at most",
    "budget.posts": "Posts that there are (empty: as many as it takes)",
    "budget.usd_per_year": "US dollars there are in a year (may stay empty)",
}
"""What can be said of one's own programme, by dotted key."""


@solara.component
def Budget() -> None:
    """A programme's size, and the sheet of what it costs."""
    asked, set_asked = solara.use_state(Asked())
    numbers, set_numbers = solara.use_state({"design.people": "60", "budget.usd_per_year": ""})

    def turn(what: dict[str, Any]) -> None:
        key, value = str(what.get("key")), str(what.get("value"))
        if key in _NUMBERS:
            set_numbers({**numbers, key: value[:20]})
        elif one := chosen(what, ("programme", "people", "place")):
            set_asked(asked.having(*one))

    Html(
        "<h1>Budget</h1><p>What a programme of your size takes in posts and dollars year by year, "
        "whom it serves, and whose money it is. What stays empty is as the programme ships; prices "
        "are those of the United States.</p>"
    )
    wanted = [one for one in picks() if one["key"] != "against"]
    fields = [{"key": key, "label": label, "kind": "number"} for key, label in _NUMBERS.items()]
    values = {"programme": asked.programme, "people": asked.people, "place": asked.place}
    Picks(picks=[*wanted, *fields], values={**values, **numbers}, event_turned=turn)
    text = _text(asked, numbers)
    outcome: Outcome[Any] = tried(lambda: scenario_of(text, "budget.yaml"))
    Html(checked_html(outcome))
    Runner(
        "Make the budget",
        lambda draws: _plan(text, draws),
        "value",
        "budget",
        ("ips-sim", "budget", "budget.yaml"),
        text,
        off=outcome.made is None,
    )
    Html(download_html(text, "budget.yaml", "Take this scenario along"))


def _text(asked: Asked, numbers: dict[str, str]) -> str:
    """The scenario file of a programme with some numbers of its own."""
    sections: dict[str, list[str]] = {}
    for key, value in numbers.items():
        section, _, name = key.partition(".")
        if value.strip():
            sections.setdefault(section, []).append(f"  {name}: {_number(value)}")
    said = [line for name, lines in sections.items() for line in (f"{name}:", *lines)]
    return "\n".join([asked.text(title_of(asked.programme)).strip(), *said]) + "\n"


def _number(value: str) -> str:
    """A number as it was typed; anything else in quotation marks, for the reader to refuse."""
    is_number = isinstance(plain_value(value.strip()), int | float)
    return value.strip() if is_number else repr(value)


def _plan(text: str, draws: int) -> Any:
    from ips_sim.analysis.value.plan import make_value_plan

    scenario = scenario_of(text, "budget.yaml")
    total = person_weeks(scenario) * draws * _REPLICATES
    if total > _MOST_PERSON_WEEKS:
        raise RunError(
            f"that is {total:,} weeks of people; {_MOST_PERSON_WEEKS:,} are run here: take fewer "
            "draws or people, or run it with `ips-sim budget`"
        )
    return make_value_plan([scenario], variants=False, draws=draws, replicates=_REPLICATES)
