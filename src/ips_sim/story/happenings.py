"""What happened in a week, in plain words: the turns of the life, and the tries for a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ips_sim.model.entities import Ending, Problem, Service, Work
from ips_sim.model.rules.search import share_of_preferences_met
from ips_sim.model.turns import TURNS, Turn
from ips_sim.shown.english import counted, listed, sentence
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import MECHANISMS, Mechanism
from ips_sim.story.noting import Call
from ips_sim.story.watching import Attempt, Life, Week
from ips_sim.story.words import ENDING, PROBLEM, in_100, lot_against_chance, score, wishes_met

Mark = Literal[
    "service",
    "contact",
    "application",
    "offer missed",
    "offer declined",
    "job",
    "job over",
    "problem",
    "solved",
    "relapse",
    "hospital",
    "benefits",
]
"""What a happening is, for the figure."""
Say = Callable[[Week, Life], str]
"""Gives a sentence about a week of a life, or nothing."""


@dataclass(frozen=True)
class Happening:
    """Something that happened.

    Attributes
    ----------
    week
        By the person's own clock, from 1.
    mark
        What kind of thing it was.
    text
        In plain words, a sentence or two.
    is_minor
        Whether it may be told as one of many: a try where there was nothing to get.
    by_specialist
        Whether it is a try for a job through a specialist.
    """

    week: int
    mark: Mark
    text: str
    is_minor: bool = False
    by_specialist: bool = False


def happenings(life: Life) -> list[Happening]:
    """Everything that happened to a person, in order."""
    return [happening for week in life.weeks for happening in of_week(week, life)]


def of_week(week: Week, life: Life) -> Iterator[Happening]:
    """Everything that happened in a week, in the order of the model's week."""

    def told(said: Iterable[tuple[Mark, str]]) -> Iterator[Happening]:
        for mark, text in said:
            yield Happening(week.number, mark, text)

    turns = {
        is_early: [turn for turn in week.turns if (turn.name in _BEFORE_SEARCH) == is_early]
        for is_early in (True, False)
    }
    yield from told(_in_service(_specialist(week, life), _entry(week, life)))
    yield from told(_turns(turns[True], week, life))
    yield from told(_in_service(_place(week, life)))
    yield from (_attempt(week, attempt) for attempt in week.attempts)
    yield from told(_turns(turns[False], week, life))
    yield from told(_in_service(_unknown(week)))


_FIRST_CONTACT = [turn.name for turn in TURNS].index("first_contact")
_BEFORE_SEARCH = frozenset(turn.name for turn in TURNS[:_FIRST_CONTACT])


def _in_service(*texts: Iterable[str]) -> Iterator[tuple[Mark, str]]:
    return (("service", text) for part in texts for text in part)


def _turns(turns: Iterable[Turn], week: Week, life: Life) -> Iterator[tuple[Mark, str]]:
    for turn in turns:
        mark, say = _SAYS.get(turn.name, ("service", ""))
        text = say if isinstance(say, str) else say(week, life)
        if turn.name == "job_ended":
            mark, text = "job over", _job_over(turn, week)
        if text:
            yield mark, text


def _unknown(week: Week) -> Iterator[str]:
    """Tell what a rule decided for which there are no words."""
    for decision in week.decisions:
        if decision.mechanism not in MECHANISMS and decision.happened:
            chance = lot_against_chance(decision.lot, decision.chance)
            yield f"{sentence(decision.mechanism.name)[:-1]} ({chance})."


# The way in


def why_turned_away(week: Week) -> str:
    """Why intake did not admit a person, and an empty text where it did."""
    entry, screening = week.decision(asked.ENROLMENT), week.decision(asked.SCREENING)
    if entry is None or entry.happened:
        return ""
    if screening is None or not screening.happened:
        return f"not enrolled: {lot_against_chance(entry.lot, entry.chance)}"
    seeker, levers = screening.at.seeker, screening.at.levers
    reasons = []
    if seeker.symptoms > levers.screened_out_above_symptoms:
        reasons.append(
            f"symptoms ({score(seeker.symptoms)} of 100) above the programme's limit "
            f"({score(levers.screened_out_above_symptoms)})"
        )
    if levers.screened_out_for_substance_use and seeker.substance_use:
        reasons.append("a substance use disorder")
    if levers.screened_out_for_legal_history and seeker.legal_history:
        reasons.append("a criminal record")
    return f"screened out because of {listed(reasons)}"


def _entry(week: Week, life: Life) -> Iterator[str]:
    entry = week.decision(asked.ENROLMENT)
    if entry is None:
        return
    if not entry.happened:
        yield f"Is referred and not admitted, {why_turned_away(week)}. Can find work alone."
    elif week.called("admit"):
        yield f"Is referred, gets a place on a caseload at once and {_stage(week, life)}."
        yield from _no_plan(week)
    else:
        yield f"Is referred and joins the waiting list, {ahead_in_words(week)}."


def ahead_in_words(week: Week) -> str:
    """How many people wait before this one."""
    return f"{counted(week.ahead, 'person', 'people')} ahead" if week.ahead else "first in line"


def _place(week: Week, life: Life) -> Iterator[str]:
    if week.called("admit") and not week.called("enter"):
        wait = f"after {counted(week.after.weeks_waiting, 'week')} of waiting in all"
        yield f"Gets a place on a caseload {wait} and {_stage(week, life)}."
        yield from _no_plan(week)


def _stage(week: Week, life: Life) -> str:
    if week.did(asked.PREPARATION):
        weeks = counted(life.scenario.programme.preparation_weeks, "week")
        return f"starts {weeks} of assessment and prevocational training"
    if week.did(asked.STEERING):
        return "is not in search yet"
    again = "again starts" if week.before.admitted_ever else "starts"
    return f"{again} to search with an employment specialist"


def _no_plan(week: Week) -> Iterator[str]:
    plan = week.decision(asked.PLAN)
    if plan is not None and not plan.happened:
        why = "the programme has no benefits planning"
        if plan.chance > 0:
            why = f"planning does not reach everybody: {lot_against_chance(plan.lot, plan.chance)}"
        yield f"Gets no benefits plan ({why})."


def _specialist(week: Week, life: Life) -> Iterator[str]:
    """Tell who leaves a post and who takes it over."""
    if week.specialist_left:
        vacant = life.scenario.staff.post_vacant_weeks
        then = f"the post stays empty for {counted(vacant, 'week')}"
        if not vacant:
            then = "a successor takes over at once, and has to start with the employers anew"
        yield f"The employment specialist leaves, and takes the ties to employers along; {then}."
    elif week.number > 1 and week.specialist and not week.specialist.vacant_weeks_left:
        last = life.weeks[week.number - 2].specialist
        if last and last.vacant_weeks_left:
            yield "A new employment specialist takes over, and starts with the employers anew."


# The turns of a life


def _relapse_over(week: Week, life: Life) -> str:
    ill = [week]
    for one in reversed(life.weeks[: week.number - 1]):
        if not one.after.in_relapse:
            break
        ill.append(one)
    height = score(max(each.after.symptoms for each in ill))
    now = score(week.after.symptoms)
    lasted = counted(len(ill) - 1, "week")
    levels = f"{height} of 100, are at {now} and fall back"
    if height == now:
        levels = f"now with {now} of 100, fall back"
    return f"The relapse is over after {lasted}; symptoms, at their height {levels}."


def _plan(week: Week, life: Life) -> str:
    call = week.called("admit")
    before, after = week.before, week.after
    if call and call.after:
        before, after = call.at.seeker, call.after
    return (
        "A benefits planner works out what earnings would mean; fear of losing benefits falls "
        f"from {score(before.benefit_fear)} to {score(after.benefit_fear)} of 100."
    )


def _search(week: Week, life: Life) -> str:
    if not week.is_preparation:
        return ""
    weeks = counted(life.scenario.programme.preparation_weeks, "week")
    return f"Preparation is over after {weeks}. Search with an employment specialist begins."


def _aside(kind: str) -> Say:
    def say(week: Week, life: Life) -> str:
        return f"Is steered to {kind}, for {counted(week.after.stage_job_weeks_left, 'week')}."

    return say


def moved(week: Week) -> bool:
    """Whether the person moved from one job straight to another."""
    return week.before.work == Work.COMPETITIVE and week.took("job_started")


def _job(week: Week, life: Life) -> str:
    call = week.called("start_job")
    fields = call.after if call and call.after else week.after
    how = "Moves straight to a better job" if moved(week) else "Starts a competitive job"
    found = "found by the specialist" if fields.job_found_by_specialist else "found alone"
    unmet = unmet_wishes(call) if call else []
    text = (
        f"{how}: employer {fields.employer_row}, {fields.job_hours:.0f} hours a week at "
        f"${fields.job_wage_usd:.2f} an hour, {wishes_met(fields.preferences_met, unmet)}, {found}"
    )
    if fields.fixed_weeks_left >= 0:
        text += f"; temporary, for {counted(fields.fixed_weeks_left, 'week')}"
    return f"{text}."


def unmet_wishes(start: Call) -> list[str]:
    """Name the wishes that a job does not meet: those that, if they were others, more would be."""
    seeker, employer = start.at.seeker, start.at.employer
    fulfilled = {
        "kind of work": {"preferred_kind": employer.kind},
        "hours": {"preferred_hours": employer.hours_per_week},
        "time of day": {"prefers_days": employer.is_days},
        "distance": {"travel_limit": employer.distance},
        "company": {"prefers_people": employer.with_people},
    }

    def met(**wish: float) -> float:
        asks = replace(seeker, **wish)
        return share_of_preferences_met(asks, employer, start.at.parameters)

    return [name for name, wish in fulfilled.items() if met(**wish) > met()]


def _job_over(turn: Turn, week: Week) -> str:
    if moved(week) and turn.cause == Ending.QUIT:
        return ""
    text = ENDING[turn.cause]
    if turn.cause in (Ending.QUIT, Ending.DISMISSED):
        text += f" over an unsolved problem ({PROBLEM[Problem(week.before.problem)]})"
    return f"The job ends after {counted(weeks_in_job_over(week), 'week')}: {text}."


def job_over(week: Week) -> Ending | None:
    """How a competitive job ended this week, if one did; a move to another is none."""
    endings = [turn.cause for turn in week.turns if turn.name == "job_ended"]
    if moved(week):
        endings = endings[1:]
    return endings[-1] if endings else None


def weeks_in_job_over(week: Week) -> int:
    """Weeks worked in a job that ended this week, which was worked too."""
    held = week.before.tenure_weeks if week.before.work == Work.COMPETITIVE else 0
    return held + week.after.weeks_worked - week.before.weeks_worked


def _dropped_out(week: Week, life: Life) -> str:
    outreach = "The team goes on to seek the person out."
    if not life.scenario.programme.outreach_share:
        outreach = "Nobody seeks the person out: the programme has no outreach."
    return (
        f"Stops coming{_chance_of(week, asked.DROPOUT)}, without agreement; interest in work "
        f"{score(week.after.interest)} of 100. {outreach}"
    )


def _chance_of(week: Week, mechanism: Mechanism) -> str:
    decision = week.decision(mechanism)
    return f" ({in_100(decision.chance)} that week)" if decision else ""


def closed_by_agreement(week: Week) -> bool:
    """Whether a place was given up by agreement, and not by a rule of the programme."""
    closing = week.decision(asked.CLOSING)
    return closing is not None and closing.happened and closing.chance < 1


def _closed(week: Week, life: Life) -> str:
    if week.before.service == Service.TRANSFERRED:
        return "Without a job and without a specialist: the case is closed."
    if closed_by_agreement(week):
        interest = score(week.after.interest)
        return f"The place is given up by agreement: interest in work is {interest} of 100."
    weeks = counted(life.scenario.programme.close_after_weeks_without_work, "week")
    return f"The place is given up: the programme's rule, after {weeks} without a job."


def support_limit_reached(week: Week) -> bool:
    """Whether support ended because its time was over, and not because work was steady."""
    over = week.decision(asked.TRANSFER)
    if over is None or not over.happened:
        return False
    return bool(over.at.seeker.tenure_weeks >= over.at.levers.support_limit_weeks)


def _transferred(week: Week, life: Life) -> str:
    weeks = counted(week.after.tenure_weeks, "week")
    if support_limit_reached(week):
        return f"After {weeks} in the job the time limit of the programme's support is reached."
    return f"After {weeks} of steady work the treatment team takes over from the specialist."


def _came_back(week: Week, life: Life) -> str:
    if week.before.service != Service.DISENGAGED:
        return "Without a job again, comes back and joins the waiting list."
    chance = _chance_of(week, asked.RETURN)
    return f"Outreach brings the person back{chance}; joins the waiting list again."


_SAYS: dict[str, tuple[Mark, Say | str]] = {
    "relapse": (
        "relapse",
        lambda week, _: (
            f"A relapse begins; symptoms, now {score(week.after.symptoms)} of 100, rise."
        ),
    ),
    "relapse_over": ("relapse", _relapse_over),
    "admission": (
        "hospital",
        lambda week, _: (
            f"Is admitted to hospital, for {counted(week.after.hospital_weeks_left, 'week')}."
        ),
    ),
    "home": ("hospital", "Comes home from hospital."),
    "benefits_plan": ("benefits", _plan),
    "started_search": ("service", _search),
    "sheltered_started": ("service", _aside("sheltered work")),
    "transitional_started": ("service", _aside("a transitional job")),
    "sheltered_ended": ("service", "Sheltered work is over."),
    "transitional_ended": ("service", "The transitional job is over."),
    "job_started": ("job", _job),
    "problem": (
        "problem",
        lambda week, _: f"A problem at work: {PROBLEM[Problem(week.after.problem)]}.",
    ),
    "solved": (
        "solved",
        lambda week, _: f"The problem is solved ({PROBLEM[Problem(week.before.problem)]}).",
    ),
    "benefit_cut": (
        "benefits",
        lambda week, _: (
            "An overpayment is found and claimed back: a surprise cut; fear of losing benefits "
            f"is now {score(week.after.benefit_fear)} of 100."
        ),
    ),
    "benefit_stopped": ("benefits", "The benefit stops because of earnings."),
    "benefit_back": ("benefits", "The benefit is paid again."),
    "dropped_out": ("service", _dropped_out),
    "closed": ("service", _closed),
    "transferred": ("service", _transferred),
    "came_back": ("service", _came_back),
    "gone": (
        "service",
        "Leaves for good: moves away, goes to prison or dies. No service decides this.",
    ),
}
"""What is said of turns; `_entry`, `_place`, `_job_over` and the tries tell the others."""


# Tries for a job


def _attempt(week: Week, attempt: Attempt) -> Happening:
    mark: Mark = "contact" if attempt.through_specialist else "application"
    start = f"Applies alone to employer {attempt.employer_row}"
    if attempt.through_specialist:
        start = (
            f"The employment specialist visits employer {attempt.employer_row} "
            f"(visit {attempt.visit})"
        )
    acceptance = attempt.acceptance
    if acceptance is None:
        result = why_no_offer(attempt)
        if attempt.chance > 0:
            mark = "offer missed"
    elif acceptance.happened:
        result = "an offer, and the person takes the job"
    else:
        mark = "offer declined"
        result = (
            "an offer, and the person declines it (taking it had "
            f"{lot_against_chance(acceptance.lot, acceptance.chance)}; fear of losing benefits "
            f"{score(acceptance.at.seeker.benefit_fear)} of 100)"
        )
    is_minor = attempt.chance == 0 and not (attempt.through_specialist and is_first_contact(week))
    text = f"{start}: {result}."
    return Happening(week.number, mark, text, is_minor, attempt.through_specialist)


def is_first_contact(week: Week) -> bool:
    """Whether the specialist saw an employer for this person for the first time."""
    return week.took("first_contact")


def why_no_offer(attempt: Attempt) -> str:
    """Why a try for a job brought no offer."""
    if attempt.offer is None:
        return "a visit to get to know the business, too early to ask for a job"
    if attempt.vacancies == 0:
        return "no vacancy there"
    return f"no offer ({lot_against_chance(attempt.offer.lot, attempt.chance)})"
