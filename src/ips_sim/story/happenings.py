"""What happened in a week, in plain words: one table of what is said of turns and of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any

from ips_sim.model.entities import Benefit, Ending, JobSeekerFields, Service, Tier, Work
from ips_sim.model.rules.search import share_of_preferences_met
from ips_sim.model.turns import TURNS
from ips_sim.shown.english import counted, listed, sentence
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import MECHANISMS
from ips_sim.story.noting import Call
from ips_sim.story.watching import (
    ALONE,
    DECLINED,
    JOB,
    NOTHING_OPEN,
    REFUSED,
    TOO_EARLY,
    Life,
    Try,
    Week,
)
from ips_sim.story.words import (
    ENDING,
    PROBLEM,
    RESULTS,
    SAYINGS,
    TRIES,
    lot_against_chance,
    score,
    wishes_met,
)

Say = Callable[[Week, Life], str]
"""Makes a sentence about a week of a life, or none."""


@dataclass(frozen=True)
class Happening:
    """Something that happened.

    Attributes
    ----------
    week
        By the person's own clock, from 1.
    mark
        What kind of thing it was, for the figure.
    text
        In plain words, a sentence or two.
    is_minor
        Whether it may be told as one of many: what has come in this way before.
    attempt
        The try for a job, if it was one.
    """

    week: int
    mark: str
    text: str
    is_minor: bool = False
    attempt: Try | None = field(default=None, compare=False)


def happenings(life: Life) -> list[Happening]:
    """Everything that happened to a person, in order; what came before in this way is minor."""
    found: list[Happening] = []
    seen: set[object] = set()
    for week in life.weeks:
        for one in of_week(week, life):
            attempt = one.attempt
            like = (
                one.text if attempt is None else (attempt.kind, attempt.result, _opening(attempt))
            )
            may_be_minor = one.text.startswith(_REVIEW)
            if attempt is not None:
                may_be_minor = attempt.result not in (DECLINED, JOB)
            found.append(replace(one, is_minor=may_be_minor and like in seen))
            seen.add(like)
    return found


def of_week(week: Week, life: Life) -> Iterator[Happening]:
    """Everything that happened in a week, in the order of the table below."""
    for of, mark, say in SAYINGS:
        for saw in _saw(of, week):
            makes = _MAKES.get(say)
            text = makes(week, life) if makes else _WORDS.format(say, saw=saw, week=week)
            if text:
                yield Happening(week.number, mark, text)
        if of == "started_search":
            for attempt in week.tries:
                yield Happening(week.number, _mark(attempt), in_words(attempt), attempt=attempt)
    for decision in week.decisions:
        if decision.mechanism not in MECHANISMS and decision.happened:
            chance = lot_against_chance(decision.lot, decision.chance)
            text = f"{sentence(decision.mechanism.name)[:-1]} ({chance})."
            yield Happening(week.number, "service", text)


def _saw(of: str, week: Week) -> Iterator[JobSeekerFields]:
    """Give the person once for each time that a turn, a rule or a yes came up in a week."""
    if of in _TURNS:
        yield from (week.before for turn in week.turns if turn.name == of)
    elif of == "" or (of in _QUESTIONS and week.did(_QUESTIONS[of])):
        yield week.before
    elif call := week.called(of):
        yield call.at.seeker


class _Words(Formatter):
    """Fills what is said of a week: scores out of 100, problems, and counts of weeks and months."""

    def format_field(self, value: Any, spec: str) -> str:
        if spec == "score":
            return score(value)
        if spec == "problem":
            return PROBLEM[value]
        return counted(value, spec) if spec else str(value)


_WORDS = _Words()


# Tries for a job


def _mark(attempt: Try) -> str:
    if attempt.result in (REFUSED, DECLINED):
        return "refused" if attempt.result == REFUSED else "offer declined"
    return "contact" if attempt.through_specialist else "application"


def _opening(attempt: Try) -> str:
    if attempt.is_carved:
        return "the employer, who has nothing open, makes a job or gives a trial day; "
    if not attempt.is_hidden:
        return ""
    if attempt.through_specialist:
        return "the employer told of an opening that is not advertised; "
    return "a friend knew of the opening; "


def in_words(attempt: Try) -> str:
    """A try in a sentence."""
    if attempt.kind == ALONE and attempt.result == NOTHING_OPEN:
        return "Looks for work alone, and finds nothing open."
    what, asks = TRIES[attempt.kind]
    if attempt.result in (TOO_EARLY, NOTHING_OPEN):
        asks = ""
    result = f"{_opening(attempt)}{RESULTS[attempt.result][0]}"
    return f"{what.format(attempt.employer_row)}{asks}: {result}."


def summed(tries: Iterable[Try], *, why: bool = False) -> list[str]:
    """Sum up tries: those through a specialist, and those alone.

    Parameters
    ----------
    why
        Whether to say by how much the nearest refusal missed.
    """
    tries = list(tries)
    visits = [one for one in tries if one.through_specialist]
    own = [one for one in tries if one.employer is not None and not one.through_specialist]
    parts = []
    if visits:
        kinds = Counter(one.kind for one in visits)
        told = listed([counted(kinds[one], one) for one in TRIES if kinds[one]])
        count = counted(len(visits), "visit to an employer", "visits to employers")
        parts.append(f"{count} ({told}): {_outcomes(visits, why)}")
    if own:
        parts.append(f"{counted(len(own), 'own application')}: {_outcomes(own, why)}")
    if looked := len(tries) - len(visits) - len(own):
        parts.append(f"nothing open to apply for in {counted(looked, 'week')} of looking")
    return parts


def _outcomes(tries: Iterable[Try], why: bool) -> str:
    tries = list(tries)
    parts = []
    for result, (_, many) in RESULTS.items():
        found = [one for one in tries if one.result == result]
        if not found:
            continue
        text = many.format(len(found))
        decisions = [one.offer for one in found if one.offer]
        if result == DECLINED:
            decisions = [one.acceptance for one in found if one.acceptance]
        if why and decisions and result in (REFUSED, DECLINED):
            nearest = min(decisions, key=lambda one: one.lot - one.chance)
            said = lot_against_chance(nearest.lot, nearest.chance)
            text += f" ({said})" if len(found) == 1 else f", the nearest with {said}"
        parts.append(text)
    hidden = sum(one.is_hidden and one.through_specialist for one in tries)
    carved = sum(one.is_carved for one in tries)
    if hidden:
        parts.append(f"at {hidden} the employer told of an opening that is not advertised")
    if carved:
        parts.append(f"at {carved} the employer made a job or gave a trial day")
    return "; ".join(parts)


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


def _entry(week: Week, life: Life) -> str:
    if reason := why_turned_away(week):
        return f"Is referred and not admitted, {reason}. Can find work alone."
    if week.called("admit"):
        return f"Is referred, gets a place on a caseload at once and {_stage(week, life)}."
    return f"Is referred and joins the waiting list, {ahead_in_words(week)}."


def ahead_in_words(week: Week) -> str:
    """How many people wait before this one."""
    return f"{counted(week.ahead, 'person', 'people')} ahead" if week.ahead else "first in line"


def _place(week: Week, life: Life) -> str:
    if week.called("enter"):
        return ""
    wait = f"after {counted(week.after.weeks_waiting, 'week')} of waiting in all"
    return f"Gets a place on a caseload {wait} and {_stage(week, life)}."


def _stage(week: Week, life: Life) -> str:
    if week.did(asked.PREPARATION):
        weeks = counted(life.scenario.programme.preparation_weeks, "week")
        return f"starts {weeks} of assessment and prevocational training"
    if week.did(asked.STEERING):
        return "is not in search yet"
    if week.before.work == Work.COMPETITIVE:
        return "is supported in the job"
    again = "again starts" if week.before.admitted_ever else "starts"
    return f"{again} to search with an employment specialist"


def _no_plan(week: Week, life: Life) -> str:
    plan = week.decision(asked.PLAN)
    if plan is None or plan.happened:
        return ""
    why = "planning does not reach everybody" if plan.chance else _NO_PLANNING
    return f"Gets no benefits plan ({why})."


_NO_PLANNING = "the programme has no benefits planning"


def _specialist(week: Week, life: Life) -> str:
    """Tell who leaves a post and who takes it over."""
    if week.specialist_left:
        vacant = life.scenario.staff.post_vacant_weeks
        then = f"the post stays empty for {counted(vacant, 'week')}"
        if not vacant:
            then = "a successor takes over at once"
        return (
            "The employment specialist leaves, and of the ties to employers only what stands in "
            f"the team's log stays; {then}."
        )
    last = life.weeks[week.number - 2].specialist if week.number > 1 else None
    if last and last.vacant_weeks_left and week.specialist and not _is_vacant(week):
        return "A new employment specialist takes over, with what stands in the team's log."
    return ""


def _is_vacant(week: Week) -> bool:
    return week.specialist is not None and week.specialist.vacant_weeks_left > 0


def _search(week: Week, life: Life) -> str:
    if not week.is_preparation:
        return ""
    weeks = counted(life.scenario.programme.preparation_weeks, "week")
    return f"Preparation is over after {weeks}. Search with an employment specialist begins."


# Illness and work


def _relapse_over(week: Week, life: Life) -> str:
    ill = [week]
    for one in reversed(life.weeks[: week.number - 1]):
        if not one.after.in_relapse:
            break
        ill.append(one)
    height = score(max(each.after.symptoms for each in ill))
    now = score(week.after.symptoms)
    levels = f"{height} of 100, are at {now} and fall back"
    if height == now:
        levels = f"now with {now} of 100, fall back"
    lasted = counted(len(ill) - 1, "week")
    return f"The relapse is over after {lasted}; symptoms, at their height {levels}."


def _job(week: Week, life: Life) -> str:
    call = week.called("start_job")
    fields = call.after if call and call.after else week.after
    how = "Moves straight to a better job" if week.moved else "Starts a competitive job"
    found = "found by the specialist" if fields.job_found_by_specialist else "found alone"
    text = (
        f"{how}: employer {fields.employer_row}, {fields.job_hours:.0f} hours a week at "
        f"${fields.job_wage_usd:.2f} an hour, "
        f"{wishes_met(fields.preferences_met, unmet_wishes(call) if call else [])}, {found}"
    )
    if call:
        _, without = call.ask(seeker=replace(call.at.seeker, benefit=Benefit.NONE))
        if without and f"{without.job_hours:.0f}" != f"{fields.job_hours:.0f}":
            text += (
                f"; hours kept under a limit of the benefit ({without.job_hours:.0f} without one)"
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


def _job_over(of_new_job: bool) -> Say:
    """Tell how the job with which the week began ended, or one that began in it."""

    def say(week: Week, life: Life) -> str:
        had = week.before.work == Work.COMPETITIVE and not week.moved
        ending = week.job_over
        if ending is None or of_new_job == had:
            return ""
        text = ENDING[ending]
        if ending in (Ending.QUIT, Ending.DISMISSED):
            text += f" over an unsolved problem ({PROBLEM[week.before.problem]})"
        return f"The job ends after {counted(week.weeks_in_job_over, 'week')}: {text}."

    return say


def _warning(week: Week, life: Life) -> str:
    text = f"A warning: the employer would dismiss the person over {_problem(week)}. "
    if week.after.tier == Tier.TROUBLE:
        return f"{text}The specialist gives {week.after.hours_received:.1f} hours of help."
    return f"{text}No specialist is there to help."


def _problem(week: Week) -> str:
    return PROBLEM[week.before.problem or week.after.problem]


def _solved(week: Week, life: Life) -> str:
    lifted = ", and the warning is lifted" if week.before.warned else ""
    return f"The problem is solved ({_problem(week)}){lifted}."


def _learned(week: Week, life: Life) -> str:
    call = week.called("learn_from_job")
    if call is None or call.after is None:
        return ""
    before, after = call.at.seeker, call.after
    parts = []
    if score(before.preferred_hours) != score(after.preferred_hours):
        parts.append(
            f"about {after.preferred_hours:.0f} hours a week rather than "
            f"{before.preferred_hours:.0f}"
        )
    if before.preferred_kind != after.preferred_kind:
        parts.append("the kind of work of this job, which was liked")
    return f"The job changed what the person looks for: {listed(parts)}." if parts else ""


def _seen_after_loss(week: Week, life: Life) -> str:
    if week.after.tier != Tier.LOST_JOB or week.before.tier == Tier.LOST_JOB:
        return ""
    hours = f"{week.after.hours_received:.1f} hours of help this week"
    return f"The specialist sees the person within days of the loss: {hours}."


# Benefits


# The ways out, and back

_REVIEW = "A review: the place is kept"


def _review(week: Week, life: Life) -> str:
    """Tell of a review of somebody without work, and why the place was kept."""
    closing = week.decision(asked.CLOSING)
    if closing is None or closing.happened:
        return ""
    seeker = closing.at.seeker
    interest = f"interest in work {score(seeker.interest)} of 100"
    if closing.chance:
        return f"{_REVIEW}; person and specialist agree to go on ({interest})."
    if seeker.interest < closing.at.parameters.interest_that_is_a_work_goal:
        return f"{_REVIEW}; nobody is asked to give up so soon after losing a job."
    return f"{_REVIEW}; the person wants to work."


def closed_by_agreement(week: Week) -> bool:
    """Whether a place was given up by agreement, and not by a rule of the programme."""
    closing = week.decision(asked.CLOSING)
    return bool(
        closing
        and closing.happened
        and closing.at.seeker.jobless_weeks < closing.at.levers.close_after_weeks_without_work
    )


def closed(week: Week, life: Life) -> str:
    """How a place came to be given up."""
    if week.before.service == Service.TRANSFERRED:
        return "Without a job and without a specialist: the case is closed."
    if closed_by_agreement(week):
        interest = score(week.after.interest)
        return (
            f"A review: the place is given up by agreement; interest in work is {interest} of 100."
        )
    weeks = counted(life.scenario.programme.close_after_weeks_without_work, "week")
    return f"A review: the place is given up by the programme's rule, after {weeks} without a job."


def _came_back(week: Week, life: Life) -> str:
    if week.before.service != Service.TRANSFERRED:
        return ""
    return "Without a job again, comes back and joins the waiting list."


def _dropped_out(week: Week, life: Life) -> str:
    outreach = "The team goes on to seek the person out."
    if not life.scenario.programme.outreach_share:
        outreach = "Nobody seeks the person out: the programme has no outreach."
    interest = f"interest in work {score(week.after.interest)} of 100"
    return f"Stops coming, without agreement; {interest}. {outreach}"


def support_limit_reached(week: Week) -> bool:
    """Whether support ended because its time was over, and not because work was steady."""
    over = week.decision(asked.TRANSFER)
    return bool(
        over and over.happened and over.at.seeker.tenure_weeks >= over.at.levers.support_limit_weeks
    )


def _transferred(week: Week, life: Life) -> str:
    weeks = counted(week.after.tenure_weeks, "week")
    if support_limit_reached(week):
        return f"After {weeks} in the job the time limit of the programme's support is reached."
    return f"After {weeks} of steady work the treatment team takes over from the specialist."


_MAKES: dict[str, Say] = {
    "specialist": _specialist,
    "entry": _entry,
    "relapse_over": _relapse_over,
    "place": _place,
    "no_plan": _no_plan,
    "seen_after_loss": _seen_after_loss,
    "search": _search,
    "warning": _warning,
    "solved": _solved,
    "job_over": _job_over(of_new_job=False),
    "job": _job,
    "new_job_over": _job_over(of_new_job=True),
    "learned": _learned,
    "review": _review,
    "dropped_out": _dropped_out,
    "closed": closed,
    "transferred": _transferred,
    "came_back": _came_back,
}
"""The sentences that the table of ``words.yaml`` only names."""
_QUESTIONS = {mechanism.name: mechanism for mechanism in MECHANISMS}
_TURNS = frozenset(turn.name for turn in TURNS)
