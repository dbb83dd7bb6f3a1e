"""Why a person got no job, or so late, or lost it: answered from what happened.

Questions, answers and what they rest on stand in ``words.yaml``; here they are given what to count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from ips_sim.model.entities import Ending, Service, Work
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.health import shared_care
from ips_sim.shown.english import counted, sentence
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import Decision, Mechanism, nearest
from ips_sim.story.happenings import summed, told
from ips_sim.story.watching import ALONE, JOB, Life, Week
from ips_sim.story.words import SAID, said


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
    tries, applications, visits
        Every try for a job; those made alone to an employer, and those through a specialist.
    preparing, set_aside
        Weeks spent in them, the last one too, at whose end the person moves on.
    in_search
        Weeks of search with a specialist and no other.
    no_visit, no_specialist
        Weeks of these in which no employer was visited for this person, or nobody held the post.
    """

    def __init__(self, weeks: Sequence[Week]) -> None:
        def count(holds: Callable[[Week], bool]) -> int:
            return sum(map(holds, weeks))

        self.weeks = len(weeks)
        self.tries = [one for week in weeks for one in week.tries]
        self.applications = [one for one in self.tries if one.kind == ALONE and one.employer]
        self.visits = [one for one in self.tries if one.through_specialist]
        self.found_by_specialist = any(one.result == JOB for one in self.visits)
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
            if week.decision(asked.CONTACT) and not (week.is_preparation or week.is_set_aside)
        ]
        self.in_search = len(search)
        self.no_visit = sum(not week.did(asked.CONTACT) for week in search)
        self.no_specialist = sum(week.is_vacant for week in search)
        self.plan = next(iter(decisions_on(asked.PLAN, weeks[::-1])), None)

    def came_to(self, result: str) -> int:
        """Count the tries of which something came; refusals where an offer was in question."""
        if result == "refused":
            return sum(one.offer is not None for one in self.tries)
        return sum(one.result == result for one in self.tries)

    @property
    def had_a_chance(self) -> int:
        """How many tries might have brought an offer."""
        return sum(one.chance > 0 for one in self.tries)

    @property
    def chance_of_an_offer(self) -> float:
        """The chance that all tries together had of at least one offer."""
        return _at_least_once(self.tries)

    @property
    def spent(self) -> list[tuple[int, str]]:
        """Where the weeks went that were no search with a specialist."""
        weeks = [(getattr(self, name), what) for name, what in SAID["spent"].items()]
        return [(count, what) for count, what in weeks if count]

    @property
    def where_it_went(self) -> list[str]:
        """Where all the weeks went."""
        search = [(self.in_search, "in search with a specialist")] if self.in_search else []
        return [
            f"{'all' if count == self.weeks else count} {what}"
            for count, what in self.spent + search
        ]


def decisions_on(mechanism: Mechanism, weeks: Iterable[Week]) -> list[Decision]:
    """List the decisions on a question, one a week."""
    return [one for week in weeks if (one := week.decision(mechanism)) is not None]


def _at_least_once(tries: Iterable[Any]) -> float:
    never = 1.0
    for one in tries:
        never *= 1.0 - one.chance
    return 1.0 - never


def outreach_in_words(weeks: Sequence[Week], *, lots: bool) -> str:
    """Sum up the weeks in which the team sought out somebody who had stopped coming."""
    return said(SAID["parts"]["outreach"], **_sought(weeks), lots=lots)


def _sought(weeks: Sequence[Week]) -> dict[str, Any]:
    return {"sought": decisions_on(asked.RETURN, weeks), "at_least_once": _at_least_once}


def answers(life: Life) -> list[Answer]:
    """Answer why there was no job, or why so late, and why jobs and places were lost."""
    found = []
    first = next((at for at, week in enumerate(life.weeks) if week.took("job_started")), None)
    if life.weeks and life.start.work != Work.COMPETITIVE:
        if first is None:
            found.append(_about_search("no job", life, life.weeks))
        else:
            found.append(_about_search("first job", life, life.weeks[: first + 1]))
    for week in life.weeks:
        if week.job_over is not None:
            found.append(_lost(life, week))
        if week.called(asked.CLOSING.rule) and week.took("closed"):
            reviews = len(decisions_on(asked.CLOSING, life.weeks[: week.number]))
            start = life.weeks[0].before
            found.append(_answer("given up", "given up", life, week, reviews=reviews, start=start))
    return found


def _answer(name: str, rests_on: str, life: Life, week: Week, **more: Any) -> Answer:
    """Give the first short answer that says something, and all points that do."""
    question, *shorts = (told(each, week, life, **more) for each in SAID["answers"][name])
    points: list[str] = []
    for each in SAID["points"][rests_on]:
        # A star stands for points of which there may be several.
        points += more[each[1:]] if each.startswith("*") else [told(each, week, life, **more)]
    short = sentence(next(filter(None, shorts)))
    return Answer(question, short, tuple(map(sentence, filter(None, points))))


def _about_search(name: str, life: Life, weeks: Sequence[Week]) -> Answer:
    """Say what filled the weeks until the first job, or until the end where there was none."""
    counts = Tally(weeks)
    whole = counted(counts.weeks, "week")
    return _answer(
        name,
        "circumstances",
        life,
        weeks[0],
        counts=counts,
        spent=[f"{count} of {whole} {what}" for count, what in counts.spent],
        tries=summed(counts.tries, why=life.lots),
        start=weeks[0].before,
        end=weeks[-1].after,
        **_sought(weeks),
    )


def _lost(life: Life, week: Week) -> Answer:
    """Say why a job was lost, and who could have helped."""
    trouble: list[Week] | None = None
    more: dict[str, Any] = {"solutions": [], "warned": None}
    if week.job_over in (Ending.QUIT, Ending.DISMISSED):
        back = reversed(life.weeks[: week.number])
        trouble = list(takewhile(lambda one: one.decision(asked.SOLUTION) is not None, back))[::-1]
        solutions = decisions_on(asked.SOLUTION, trouble)
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
    return _answer("lost", "lost", life, week, trouble=trouble, **more)
