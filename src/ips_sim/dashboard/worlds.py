"""Running what visitors ask for, small enough to redraw at once."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ips_sim.dashboard.asked import scenario_of
from ips_sim.dashboard.figures import work_curves
from ips_sim.model.world import calendar
from ips_sim.report.at_once import result_at_once
from ips_sim.report.folder import Result
from ips_sim.report.headlines import Headline, headlines
from ips_sim.report.short_table import collected_lines
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import Say, silent
from ips_sim.runs.plan import Plan, distinct_names, make_plan
from ips_sim.runs.rounds import collect
from ips_sim.runs.work import MemoryStore
from ips_sim.scenario.schema import Scenario
from ips_sim.shown import style

PERSON_WEEKS = 400_000
"""Of all runs behind a picture; the compiled driver lives them in a fraction of a second."""
FEWEST_DRAWS, MOST_DRAWS = 10, 25
"""With fewer the ranges are too rough to read; more would not be seen."""
MOST_PERSON_WEEKS = 10 * PERSON_WEEKS
"""What is larger belongs on the page that compares, which shows how far it is."""

_SECONDS_BETWEEN_WORDS = 1.0
_last_word = deque(["Compiling the rules for this machine, only this once."], maxlen=1)
_compiling = threading.Lock()
_running = tuple(threading.Lock() for _ in range(64))
"""One for each of so many groups of texts; others of a group seldom have to wait."""


@dataclass(frozen=True)
class Seen:
    """What a page shows of one or two worlds.

    Attributes
    ----------
    result
        As the report has it.
    headlines, table
        The findings, and the short table: rows of texts, and sentences.
    figure
        The share in work by week, as SVG.
    draws
        Realisations of the uncertain parameters, each run once.
    seconds
        How long it took on this machine, the figure too.
    """

    result: Result
    headlines: tuple[Headline, ...]
    table: tuple[tuple[str, ...] | str, ...]
    figure: str
    draws: int
    seconds: float


def ready(say: Say = silent) -> None:
    """Compile the rules if they are not, and say so."""
    from ips_sim.model.compiled.execute import keep_compiled_code
    from ips_sim.runs.execution import check_settings

    check_settings()
    while not _compiling.acquire(timeout=_SECONDS_BETWEEN_WORDS):
        # Another does it; what that one is told is as good for everybody.
        say(_last_word[-1])

    def told(line: str) -> None:
        _last_word.append(line)
        say(line)

    try:
        keep_compiled_code(told)
    finally:
        _compiling.release()


def seen(texts: tuple[str, ...], say: Say = silent) -> Seen:
    """Run the texts of scenario files, the last as the reference, and draw what came out.

    Raises
    ------
    ScenarioError
        If a text has mistakes.
    RunError
        If they are too large for a page.
    """
    ready(say)
    # Who asks for the same meanwhile waits for it, and does not run it too.
    with _running[hash(texts) % len(_running)]:
        return _seen(texts)


@lru_cache(maxsize=32)
def _seen(texts: tuple[str, ...]) -> Seen:
    start = time.perf_counter()
    scenarios = tuple(map(scenario_of, texts))
    plan = replace(
        _any_plan(_draws(sum(map(person_weeks, scenarios)))),
        names=distinct_names(scenarios),
        scenarios=scenarios,
        reference=len(scenarios) - 1,
    )
    collected = collect(plan, MemoryStore())
    result = result_at_once(collected)
    figure = style.drawing(lambda: work_curves(result))
    return Seen(
        result=result,
        headlines=tuple(headlines(result)),
        table=tuple(collected_lines(collected)),
        figure=figure,
        draws=plan.draws,
        seconds=time.perf_counter() - start,
    )


def person_weeks(scenario: Scenario) -> int:
    """How many weeks of people a run of a scenario is."""
    return scenario.design.people * calendar(scenario).weeks_to_run


def _draws(person_weeks_each: int) -> int:
    """How many draws a picture has time for."""
    if FEWEST_DRAWS * person_weeks_each > MOST_PERSON_WEEKS:
        raise RunError(
            f"that is {person_weeks_each:,} weeks of people in a single run, too many for a page "
            "that redraws at once: ask for fewer people or weeks here, or for all of them at "
            "Compare or with `ips-sim compare`"
        )
    return min(MOST_DRAWS, max(FEWEST_DRAWS, PERSON_WEEKS // person_weeks_each))


@cache
def _any_plan(draws: int) -> Plan:
    """A plan whose scenarios are to be replaced; looking at all sources takes its time."""
    return make_plan(["ips"], draws=draws, replicates=1)


def told(scenarios: Sequence[Scenario], person: int) -> str:
    """Tell a person's story in one or two worlds, as a page of its own.

    Raises
    ------
    StoryError
        If it can't be told.
    """
    from ips_sim.story.figure import picture_of
    from ips_sim.story.telling import tell_story
    from ips_sim.story.writing import story_page

    story = tell_story(*scenarios, person=person)
    return story_page(story, picture_of(story))
