"""Why a person got no job, or so late, or lost it: answered from what happened.

Questions, answers and what they rest on stand in ``words.yaml``; here they are given what to count.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from ips_sim.model.entities import Ending, Service, Work
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.health import shared_care
from ips_sim.shown.english import counted, sentence
from ips_sim.story.decisions import Decision, nearest
from ips_sim.story.happenings import summed, told
from ips_sim.story.watching import ALONE, DECLINED, JOB, Life, Week
from ips_sim.story.words import SAID


@dataclass(frozen=True)
class Answer:
    """A question about a life, a short answer, and points on which it rests."""

    question: str
    short: str
    points: tuple[str, ...]


class Tally:
    """What stood between a person and a job over some weeks, counted.

    Attributes
    ----------
    applications, visits
        Tries for a job made alone to an employer, and those through a specialist.
    preparing, set_aside
        Weeks spent in them, the last one too, at whose end the person moves on.
    in_search
        Weeks of search with a specialist and no other.
    no_visit, no_specialist
        Weeks of these in which no employer was visited for this person, or nobody held the post.
    had_a_chance, chance_of_an_offer
        How many tries might have brought an offer, and the chance that they all together had.
    spent, went
        Where the weeks went that were no search with a specialist, and where all went, in words.
    sought, chance_of_return
        When the team sought out a person who had stopped coming, and the chance that it brought
        them back.
    """

    def __init__(self, weeks: Sequence[Week]) -> None:
        def count(holds: Callable[[Week], bool]) -> int:
            return sum(map(holds, weeks))

        self.weeks = len(weeks)
        self.tries = [one for week in weeks for one in week.tries]
        self.applications = [one for one in self.tries if one.kind == ALONE and one.employer]
        self.visits = [one for one in self.tries if one.through_specialist]
        self.found_by_specialist = any(one.result == JOB for one in self.visits)
        self.asked = sum(one.offer is not None for one in self.tries)
        self.declined = sum(one.result == DECLINED for one in self.tries)
        self.had_a_chance = sum(one.chance > 0 for one in self.tries)
        self.chance_of_an_offer = _at_least_once(self.tries)
        self.vacancies = sum(week.vacancies for week in weeks)
        self.some_vacancy = count(lambda week: week.vacancies > 0)
        self.not_admitted = count(lambda week: week.after.service == Service.NOT_ADMITTED)
        self.waiting = count(lambda week: week.after.service == Service.WAITING)
        self.away = count(lambda week: week.after.service in (Service.DISENGAGED, Service.CLOSED))
        self.hospital = count(lambda week: week.after.hospital_weeks_left > 0)
        self.relapse = count(lambda week: week.after.in_relapse)
        self.relapses = count(lambda week: week.took("relapse"))
        self.preparing = count(lambda week: is_on_caseload(week.after) and week.is_preparation)
        self.set_aside = count(lambda week: is_on_caseload(week.after) and week.is_set_aside)
        search = [
            week
            for week in weeks
            if week.decision("employer contact") and not (week.is_preparation or week.is_set_aside)
        ]
        self.in_search = len(search)
        self.no_visit = sum(not week.did("employer contact") for week in search)
        self.no_specialist = sum(week.is_vacant for week in search)
        self.sought = decisions_on("return", weeks)
        self.chance_of_return = _at_least_once(self.sought)
        self.plan = next(iter(decisions_on("benefits planning", weeks[::-1])), None)
        spent = ((getattr(self, name), what) for name, what in SAID["spent"].items())
        self.spent = [(count, what) for count, what in spent if count]
        went = [*self.spent, (self.in_search, "in search with a specialist")]
        self.went = [
            f"{'all' if count == self.weeks else count} {what}" for count, what in went if count
        ]


def decisions_on(question: str, weeks: Iterable[Week]) -> list[Decision]:
    """List the decisions on a question, one a week."""
    return [one for week in weeks if (one := week.decision(question)) is not None]


def _at_least_once(tries: Iterable[Any]) -> float:
    return 1.0 - float(math.prod(1.0 - one.chance for one in tries))


def answers(life: Life) -> list[Answer]:
    """Answer why there was no job, or why so late, and why jobs and places were lost."""
    found = []
    first = next((week for week in life.weeks if week.took("job_started")), None)
    if life.weeks and life.start.work != Work.COMPETITIVE:
        name, until = ("first job", first.number) if first else ("no job", len(life.weeks))
        found.append(_about_search(name, life.weeks[:until]))
    for week in life.weeks:
        if week.job_over is not None:
            found.append(_lost(week))
        if week.called("place_is_closed") and week.took("closed"):
            reviews = len(decisions_on("closing", life.weeks[: week.number]))
            start = life.weeks[0].before
            found.append(_answer("given up", "given up", week, reviews=reviews, start=start))
    return found


def _answer(name: str, rests_on: str, week: Week, **more: Any) -> Answer:
    """Give the first short answer that says something, and all points that do."""
    question, *shorts = (told(each, week, **more) for each in SAID["answers"][name])
    points: list[str] = []
    for each in SAID["points"][rests_on]:
        # A star stands for points of which there may be several.
        points += more[each[1:]] if each.startswith("*") else [told(each, week, **more)]
    short = sentence(next(filter(None, shorts)))
    return Answer(question, short, tuple(map(sentence, filter(None, points))))


def _about_search(name: str, weeks: Sequence[Week]) -> Answer:
    """Say what filled the weeks until the first job, or until the end where there was none."""
    counts = Tally(weeks)
    whole = counted(counts.weeks, "week")
    return _answer(
        name,
        "circumstances",
        weeks[0],
        counts=counts,
        spent=[f"{count} of {whole} {what}" for count, what in counts.spent],
        tries=summed(counts.tries, why=weeks[0].life.lots),
        start=weeks[0].before,
        end=weeks[-1].after,
    )


def _lost(week: Week) -> Answer:
    """Say why a job was lost, and who could have helped."""
    trouble: list[Week] | None = None
    more: dict[str, Any] = {"solutions": [], "warned": None}
    if week.job_over in (Ending.QUIT, Ending.DISMISSED):
        back = reversed(week.life.weeks[: week.number])
        trouble = list(takewhile(lambda one: one.decision("solution") is not None, back))[::-1]
        solutions = decisions_on("solution", trouble)
        more["warned"] = next((one for one in trouble if one.called("warn")), None)
        if solutions:
            at = solutions[-1].at
            more |= {
                "solutions": solutions,
                "nearest": nearest(solutions),
                "at": at,
                "hours": sum(one.at.seeker.hours_received for one in solutions) / len(solutions),
                "shared_care": shared_care(at.seeker, at.levers),
            }
    return _answer("lost", "lost", week, trouble=trouble, **more)
