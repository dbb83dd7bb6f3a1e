"""What happened in a week, in plain words: read off the person's fields and the decisions noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ips_sim.model.entities import Benefit, Ending, JobSeekerFields, Problem, Service, Work
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.scenario.schema import Levers
from ips_sim.shown.english import counted, listed
from ips_sim.story import decisions as asked
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
    return [
        happening for week in life.weeks for happening in of_week(week, life.scenario.programme)
    ]


def of_week(week: Week, levers: Levers) -> Iterator[Happening]:
    """Everything that happened in a week, in the order of the model's week."""
    yield from _entry(week)
    yield from _health(week)
    yield from _place_on_caseload(week, levers)
    for attempt in week.attempts:
        yield from _attempt(week, attempt)
    yield from _set_aside_work(week, levers)
    yield from _job(week)
    yield from _benefits(week)
    yield from _ways_out(week, levers)


def why_turned_away(week: Week) -> str:
    """Why intake did not admit a person, and an empty text where it did."""
    entry = week.decision(asked.ENROLMENT)
    if entry is None or entry.happened:
        return ""
    at = entry.at
    reasons = []
    if at.seeker.symptoms > at.levers.screened_out_above_symptoms:
        reasons.append(
            f"symptoms ({score(at.seeker.symptoms)} of 100) above the programme's limit "
            f"({score(at.levers.screened_out_above_symptoms)})"
        )
    if at.levers.screened_out_for_substance_use and at.seeker.substance_use:
        reasons.append("a substance use disorder")
    if at.levers.screened_out_for_legal_history and at.seeker.legal_history:
        reasons.append("a criminal record")
    if reasons:
        return f"screened out because of {listed(reasons)}"
    return f"not enrolled: {lot_against_chance(entry.lot, entry.chance)}"


def _entry(week: Week) -> Iterator[Happening]:
    entry = week.decision(asked.ENROLMENT)
    if entry is None:
        return
    if entry.happened:
        yield Happening(week.number, "service", "Is referred and joins the waiting list.")
    else:
        text = f"Is referred and not admitted, {why_turned_away(week)}. Can find work alone."
        yield Happening(week.number, "service", text)


def _health(week: Week) -> Iterator[Happening]:
    before, after, at = week.before, week.after, week.number
    if after.in_relapse and not before.in_relapse:
        yield Happening(
            at, "relapse", f"A relapse begins; symptoms {score(after.symptoms)} of 100."
        )
    admission = week.decision(asked.ADMISSION)
    if admission is not None and admission.happened:
        stay = counted(after.hospital_weeks_left, "week")
        yield Happening(at, "hospital", f"Is admitted to hospital, for {stay}.")
    elif before.hospital_weeks_left > 0 and after.hospital_weeks_left == 0:
        yield Happening(at, "hospital", "Comes home from hospital.")
    if before.in_relapse and not after.in_relapse:
        yield Happening(
            at, "relapse", f"The relapse is over; symptoms {score(after.symptoms)} of 100."
        )


def was_admitted(week: Week) -> bool:
    """Whether the person got a place on a caseload this week."""
    return week.before.specialist_row < 0 and (
        week.specialist is not None or week.after.specialist_row >= 0
    )


def _place_on_caseload(week: Week, levers: Levers) -> Iterator[Happening]:
    before, after, at = week.before, week.after, week.number
    if week.specialist_left:
        text = "The employment specialist leaves, and takes the ties to employers along."
        yield Happening(at, "service", text)
    if was_admitted(week):
        waited = after.weeks_waiting
        wait = f"after {counted(waited, 'week')} of waiting" if waited else "without waiting"
        first = "starts" if not before.admitted_ever else "again starts"
        if levers.preparation_weeks > 0 and not before.admitted_ever:
            stage = (
                f"starts {counted(levers.preparation_weeks, 'week')} of assessment and "
                "prevocational training"
            )
        else:
            stage = f"{first} to search with an employment specialist"
        yield Happening(at, "service", f"Gets a place on a caseload {wait} and {stage}.")
    if week.is_preparation and after.service == Service.SERVED:
        text = f"Preparation is over after {counted(levers.preparation_weeks, 'week')}."
        yield Happening(at, "service", f"{text} The employment specialist begins to serve them.")
    if after.benefits_plans > before.benefits_plans:
        yield Happening(
            at,
            "benefits",
            "A benefits planner works out what earnings would mean; fear of losing benefits "
            f"falls from {score(before.benefit_fear)} to {score(after.benefit_fear)} of 100.",
        )


def _attempt(week: Week, attempt: Attempt) -> Iterator[Happening]:
    offer, acceptance = attempt.offer, attempt.acceptance
    if attempt.through_specialist:
        start = f"The employment specialist visits employer {attempt.employer_row}"
        start += f" (visit {attempt.visit})"
        mark: Mark = "contact"
    else:
        start = f"Applies alone to employer {attempt.employer_row}"
        mark = "application"
    if acceptance is None:
        result = why_no_offer(attempt)
        if offer.chance > 0:
            mark = "offer missed"
    elif not acceptance.happened:
        mark = "offer declined"
        result = f"an offer, and the person declines it ({_about_declining(attempt)})"
    else:
        result = "an offer, and the person takes the job"
    is_minor = offer.chance == 0 and not is_first_contact(week)
    yield Happening(week.number, mark, f"{start}: {result}.", is_minor, attempt.through_specialist)


def is_first_contact(week: Week) -> bool:
    """Whether the specialist saw an employer for this person for the first time."""
    return week.before.weeks_to_first_contact < 0 <= week.after.weeks_to_first_contact


def why_no_offer(attempt: Attempt) -> str:
    """Why a try for a job brought no offer."""
    if attempt.too_early_to_ask:
        first = attempt.offer.at.levers.visits_before_asking
        return f"to get to know the business; the specialist asks from visit {first} on"
    if attempt.vacancies == 0:
        return "no vacancy there"
    return f"no offer ({lot_against_chance(attempt.offer.lot, attempt.offer.chance)})"


def _about_declining(attempt: Attempt) -> str:
    acceptance = attempt.acceptance
    assert acceptance is not None
    return (
        f"taking it had {lot_against_chance(acceptance.lot, acceptance.chance)}; "
        f"fear of losing benefits {score(acceptance.at.seeker.benefit_fear)} of 100"
    )


def _set_aside_work(week: Week, levers: Levers) -> Iterator[Happening]:
    before, after, at = week.before, week.after, week.number
    aside = (Work.SHELTERED, Work.TRANSITIONAL)
    if after.work in aside and before.work not in aside:
        kind = "sheltered work" if after.work == Work.SHELTERED else "a transitional job"
        weeks = counted(after.stage_job_weeks_left, "week")
        yield Happening(at, "service", f"Is steered to {kind}, for {weeks}.")
    elif before.work in aside and after.work == Work.NONE and is_on_caseload(after):
        kind = "Sheltered work" if before.work == Work.SHELTERED else "The transitional job"
        yield Happening(at, "service", f"{kind} is over.")


def job_began(week: Week) -> bool:
    """Whether a competitive job began this week."""
    return week.after.jobs_held > week.before.jobs_held


def job_over(week: Week) -> Ending | None:
    """How a competitive job ended this week, if one did."""
    before, after = week.before, week.after
    for ending, name in (
        (Ending.QUIT, "endings_quit"),
        (Ending.DISMISSED, "endings_dismissed"),
        (Ending.TEMPORARY, "endings_temporary"),
        (Ending.LAID_OFF, "endings_laid_off"),
    ):
        if getattr(after, name) > getattr(before, name):
            return ending
    had_job = before.work == Work.COMPETITIVE or job_began(week)
    if had_job and after.work != Work.COMPETITIVE:
        return Ending.NONE
    return None


def _job(week: Week) -> Iterator[Happening]:
    before, after, at = week.before, week.after, week.number
    ending = job_over(week)
    move = week.decision(asked.MOVE)
    moved = move is not None and move.happened
    if job_began(week) and not moved and ending is None:
        yield Happening(at, "job", f"Starts a competitive job: {_job_in_words(after)}.")
    if after.problems_met > before.problems_met:
        kind = PROBLEM[Problem(after.problem)]
        yield Happening(at, "problem", f"A problem at work: {kind}.")
    if after.problems_solved > before.problems_solved:
        kind = PROBLEM[Problem(before.problem)]
        yield Happening(at, "solved", f"The problem is solved ({kind}).")
    if moved:
        yield Happening(at, "job", f"Moves straight to a better job: {_job_in_words(after)}.")
    elif ending is not None:
        yield Happening(at, "job over", f"The job ends after {_time_in_job(week)}: {_why(week)}.")


def _time_in_job(week: Week) -> str:
    return counted(weeks_in_job_over(week), "week")


def weeks_in_job_over(week: Week) -> int:
    """Weeks worked in a job that ended this week, which was worked too."""
    held = week.before.tenure_weeks if week.before.work == Work.COMPETITIVE else 0
    return held + week.after.weeks_worked - week.before.weeks_worked


def _why(week: Week) -> str:
    ending = job_over(week)
    assert ending is not None
    text = ENDING[ending]
    if ending in (Ending.QUIT, Ending.DISMISSED):
        text += f" over an unsolved problem ({PROBLEM[Problem(week.before.problem)]})"
    return text


def _job_in_words(fields: JobSeekerFields) -> str:
    found = "found by the specialist" if fields.job_found_by_specialist else "found alone"
    text = (
        f"employer {fields.employer_row}, {fields.job_hours:.0f} hours a week at "
        f"${fields.job_wage_usd:.2f} an hour, {wishes_met(fields.preferences_met)}, {found}"
    )
    if fields.fixed_weeks_left >= 0:
        # The first week is worked already when the week is told.
        text += f"; temporary, for {counted(fields.fixed_weeks_left + 1, 'week')}"
    return text


def _benefits(week: Week) -> Iterator[Happening]:
    before, after, at = week.before, week.after, week.number
    if after.cut_shock > before.cut_shock:
        yield Happening(
            at,
            "benefits",
            "An overpayment is found and claimed back: a surprise cut; fear of losing benefits "
            f"is now {score(after.benefit_fear)} of 100.",
        )
    if after.benefit != Benefit.NONE and after.benefit_stopped != before.benefit_stopped:
        text = "stops because of earnings" if after.benefit_stopped else "is paid again"
        yield Happening(at, "benefits", f"The benefit {text}.")


def _ways_out(week: Week, levers: Levers) -> Iterator[Happening]:
    before, after, at = week.before, week.after, week.number
    moved = after.service != before.service
    if after.service == Service.GONE:
        yield Happening(
            at,
            "service",
            "Leaves for good: moves away, goes to prison or dies. No service decides this.",
        )
    elif after.service == Service.DISENGAGED and moved:
        dropout = week.decision(asked.DROPOUT)
        risk = f" ({in_100(dropout.chance)} that week)" if dropout is not None else ""
        yield Happening(
            at,
            "service",
            f"Stops coming{risk}, without agreement; interest in work {score(after.interest)} "
            "of 100.",
        )
    elif after.service == Service.CLOSED and moved:
        yield Happening(at, "service", _closing(week, levers))
    elif after.service == Service.TRANSFERRED and moved:
        yield Happening(
            at,
            "service",
            f"After {counted(after.tenure_weeks, 'week')} in the job the specialist's support "
            "ends; the treatment team takes over.",
        )
    elif after.service == Service.WAITING and before.service in (
        Service.DISENGAGED,
        Service.TRANSFERRED,
    ):
        why = "Outreach brings them back" if before.service == Service.DISENGAGED else "Comes back"
        yield Happening(at, "service", f"{why}; joins the waiting list again.")


def closed_by_agreement(week: Week) -> bool:
    """Whether a place was given up by agreement, and not by a rule of the programme."""
    closing = week.decision(asked.CLOSING)
    return closing is not None and closing.happened and closing.chance < 1


def _closing(week: Week, levers: Levers) -> str:
    if week.before.service == Service.TRANSFERRED:
        return "Without a job and without a specialist: the case is closed."
    if closed_by_agreement(week):
        interest = score(week.after.interest)
        return f"The place is given up by agreement: interest in work is {interest} of 100."
    weeks = counted(levers.close_after_weeks_without_work, "week")
    return f"The place is given up: the programme's rule, after {weeks} without a job."
