"""*Budget*: posts, people and dollars of each year, at prices of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import solara
from solara.lab import use_task

from ips_sim.dashboard import visitor
from ips_sim.dashboard.asked import Outcome, scenario_of, tried
from ips_sim.dashboard.controls import Controls, Picks, money_values, size_and_prices, values_of
from ips_sim.dashboard.jobs import Job, forget, priced
from ips_sim.dashboard.parts import (
    Html,
    changes_html,
    download_html,
    files_html,
    sentences_html,
)
from ips_sim.dashboard.runner import OF_BEFORE, Runner, links_html
from ips_sim.dashboard.worlds import person_weeks
from ips_sim.economics.prices import default_price_year
from ips_sim.evidence.units import WEEKS_PER_YEAR
from ips_sim.runs.errors import RunError
from ips_sim.shown.english import number

_REPLICATES = 4
_MOST_PERSON_WEEKS, _AT_ONCE = 50_000_000, 20_000
"""Of all runs of a budget, and of a single one for it to begin unasked."""
_INTRODUCTION = (
    "<h1>Budget</h1><p class=how>What a programme of your size takes in posts and dollars year by "
    "year, whom it serves, and whose money it is. Its size needs a run; prices do not: set yours, "
    f"and the amounts are reckoned again at once. Dollars are US dollars of {default_price_year()}."
    "</p>"
)


@solara.component
def Budget() -> None:
    """A programme's size and prices, and the sheet of what it costs."""
    turn, refused = visitor.use_turning()
    made, set_made = solara.use_state(("", None))
    asked = visitor.in_hand()
    plain, money = asked.without_money()
    scenario, text = scenario_of(asked.text()), plain.text()
    of, job = made
    outcome, is_pending = _use_sheet(job, money)
    sheet = outcome.made
    is_of_before = job is not None and of != text
    dimmed = ["pending"] if is_pending or is_of_before else []
    Html(_INTRODUCTION)
    with solara.Div(classes=["sides"]):
        with solara.Div(classes=["side"]):
            lists = visitor.lists("programme", "people", "place")
            Picks(picks=lists, values=visitor.chosen(), event_turned=turn)
            Controls(
                switches=[],
                groups=size_and_prices(scenario_of(text)),
                values={**values_of(asked, scenario), **money_values(scenario), **money},
                changed=[dotted for dotted, _ in asked.changes],
                event_turned=turn,
                event_reset=lambda _: visitor.undo(),
            )
        with solara.Div(classes=["found"]):
            with solara.Div(classes=["head"]):
                Html(sentences_html((*refused, *outcome.sentences)))
                Html(sheet.summary if sheet else "", classes=dimmed)
                Html(OF_BEFORE if is_of_before else "")
                Html(changes_html(asked))
            with solara.Div(classes=["rest"]):
                Runner(
                    "Make the budget",
                    lambda draws: _plan(text, draws),
                    "value",
                    "budget",
                    ("ips-sim", "budget", "budget.yaml"),
                    text,
                    lambda job: set_made((text, job)),
                    at_once=person_weeks(scenario) < _AT_ONCE,
                )
                Html(sheet.links + sheet.whole if sheet else "", classes=dimmed)
                Html(download_html(asked.text(), "budget.yaml", "Take this scenario along"))
                Html(files_html([asked.text()]))


@dataclass(frozen=True)
class _Sheet:
    """A budget as the page shows it, in HTML: the rows that decide, links, and all rows."""

    summary: str
    links: str
    whole: str


def _use_sheet(job: Job | None, money: Mapping[str, Any]) -> tuple[Outcome[_Sheet], bool]:
    """Put the visitor's prices on a budget, without a run; the last stays until the next is there.

    Returns
    -------
    Outcome, bool
        What there is, and whether another is on its way.
    """
    kept: list[Job | None] = solara.use_memo(lambda: [None], [])
    newest = solara.use_ref(money)
    newest.current = money

    def priced_sheet(job: Job) -> _Sheet:
        if not money:
            return _sheet(job)
        again = priced(job, money)
        if newest.current != money:
            forget(again)  # another price was typed meanwhile
            return _sheet(job)
        before, kept[0] = kept[0], again
        made = _sheet(again)
        forget(before)
        return made

    def work() -> Outcome[_Sheet]:
        return tried(lambda: priced_sheet(job)) if job else Outcome()

    token = job.token if job else ""
    task = use_task(work, dependencies=[token, dict(money)], raise_error=False)
    solara.use_effect(lambda: lambda: forget(kept[0]), [])
    last = solara.use_ref(Outcome())
    last.current = task.value or last.current
    return last.current, bool(task.pending)


def _sheet(job: Job) -> _Sheet:
    from ips_sim.report.value_page import sheets_html

    return _Sheet(_summary_html(job.made), links_html(job), sheets_html(job.made))


_SUMMARY = {
    ("posts", "posts"): 1,
    ("people", "people_served"): 0,
    ("spending", "total"): 0,
    ("income", "net"): 0,
    ("income", "left"): 0,
    ("ratio", "served_employed"): 0,
}
"""Rows of a budget by section and item, and digits after the point."""


def _summary_html(value: Any) -> str:
    """The rows that decide, year by year."""
    from ips_sim.analysis.value.budget import budget_rows

    rows = [one for one in budget_rows(value) if (one.section, one.item) in _SUMMARY]
    years = {one.year: one.weeks for one in rows}
    head = "".join(
        f'<th scope="col">Year {year}{"" if weeks == WEEKS_PER_YEAR else f", {weeks} weeks"}</th>'
        for year, weeks in years.items()
    )
    body = ""
    for key, digits in _SUMMARY.items():
        mine = [one for one in rows if (one.section, one.item) == key]
        if mine:
            unit = ", $" if mine[0].unit == "US dollars" else ""
            cells = "".join(f"<td>{number(one.mean, digits)}</td>" for one in mine)
            body += f'<tr><th scope="row">{escape(mine[0].label)}{unit}</th>{cells}</tr>'
    return (
        f'<div class="wide"><table class="figures"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


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
