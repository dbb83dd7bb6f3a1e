"""One site week by week on Mesa agents, noted down for a board that a browser plays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ips_sim.dashboard.asked import scenario_of
from ips_sim.model.agents import IPSModel, JobSeeker
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.counting import status_of
from ips_sim.model.world import calendar
from ips_sim.report.figures.weekly_figures import STATUS_LOOKS
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import Say, silent
from ips_sim.scenario.schema import Scenario
from ips_sim.shown import style

MOST_PERSON_WEEKS = 120_000
"""Of a site that is watched: agents take the interpreter some seconds for it."""
_WEEKS_BETWEEN_WORDS = 13
_NOBODY = -1
_MOST_KEPT = 8
_kept: dict[str, Watched] = {}
"""By text, the last that was asked for at the end."""


@dataclass(frozen=True)
class Watched:
    """A site's weeks.

    Attributes
    ----------
    scenario
        What was lived.
    first_person
        The number of its first person, across sites.
    board
        All that the browser shows, as JSON can hold it; people and employers by their rows.
    """

    scenario: Scenario
    first_person: int
    board: dict[str, Any]

    @cached_property
    def text(self) -> str:
        """The board as JSON: a text goes to the browser whole, of lists every item costs."""
        return json.dumps(self.board, separators=(",", ":"))


def looks() -> list[dict[str, Any]]:
    """The statuses from work to no place, with the names and colours that the figures have."""
    return [
        {
            "status": int(status),
            "name": name,
            "colour": colour,
            "ink": "#fff" if colour in (style.BLUE, style.DARK) else style.INK,
        }
        for status, name, colour in STATUS_LOOKS
    ]


def watched(scenario: Scenario, seed: int = 1, say: Say = silent) -> Watched:
    """Live the first site of a scenario on agents and note every week.

    Raises
    ------
    RunError
        If it is too large to be watched, or shares its employers with others.
    """
    if scenario.design.sites_per_area > 1:
        raise RunError(f"a site is watched alone, and those of {scenario.title} share employers")
    people = -(-scenario.design.people // scenario.design.sites)
    person_weeks = people * calendar(scenario).weeks_to_run
    if person_weeks > MOST_PERSON_WEEKS:
        raise RunError(
            f"a site of {people:,} people over so long is {person_weeks:,} weeks of people, and "
            f"{MOST_PERSON_WEEKS:,} are what can be watched: choose a programme with fewer people "
            "or weeks"
        )
    model = IPSModel(scenario, seed=seed)
    weeks: list[dict[str, Any]] = []
    warm_up = model.calendar.warm_up_weeks
    while not model.is_over:
        model.step()
        if model.week > warm_up:
            weeks.append(_week(model))
        if model.week % _WEEKS_BETWEEN_WORDS == 0:
            say(f"Living week {model.week} of {model.calendar.weeks_to_run}.")
    board = {
        "name": scenario.title,
        "people": len(model.seekers),
        "first": model.size.first_person,
        "posts": len(model.specialists),
        "employers": [
            {"hours": round(one.hours_per_week), "wage": round(one.wage_usd, 2)}
            for one in model.employers
        ],
        "weeks": weeks,
    }
    return Watched(scenario, model.size.first_person, board)


def watched_again(text: str, say: Say = silent) -> Watched:
    """Give the weeks of a scenario file's text; those asked for last are not lived once more.

    Raises
    ------
    ScenarioError
        If the text has mistakes.
    RunError
        As `watched` does.
    """
    found = _kept.pop(text, None) or watched(scenario_of(text), say=say)
    _kept[text] = found
    for oldest in list(_kept)[:-_MOST_KEPT]:
        _kept.pop(oldest, None)
    return found


def _week(model: IPSModel) -> dict[str, Any]:
    """Everything at the end of a week."""
    return {
        "status": [_status(one, model.week) for one in model.seekers],
        "post": [one.specialist_row if is_on_caseload(one) else _NOBODY for one in model.seekers],
        "at": [one.employer_row for one in model.seekers],
        "ill": [row for row, one in enumerate(model.seekers) if one.hospital_weeks_left > 0],
        "trouble": [row for row, one in enumerate(model.seekers) if one.problem],
        "staff": [
            {
                "vacant": one.vacant_weeks_left > 0,
                "places": one.places,
                "hours": [
                    round(hours, 1)
                    for hours in (
                        one.trouble_met * one.trouble_needed,
                        one.new_job_met * one.new_job_needed,
                        one.search_met * one.search_needed,
                        one.keep_met * one.keep_needed,
                    )
                ],
            }
            for one in model.specialists
        ],
        "open": [one.vacancies for one in model.employers],
        "hidden": [one.hidden_vacancies for one in model.employers],
        "trust": [
            [round(100 * tie.trust) if tie.visits else _NOBODY for tie in one.relationships]
            for one in model.specialists
        ],
        "visits": [[tie.visits for tie in one.relationships] for one in model.specialists],
    }


def _status(one: JobSeeker, week: int) -> int:
    """Where a person stands; nowhere before they have come."""
    return status_of(one) if one.entry_week <= week else _NOBODY
