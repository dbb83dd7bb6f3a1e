"""Why something came out in one world and not in another: decisions set side by side."""

from __future__ import annotations

from dataclasses import dataclass

from ips_sim.model.entities import JobSeekerFields, Service, Work
from ips_sim.shown.english import counted, listed
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import Decision, Question
from ips_sim.story.happenings import (
    closed_by_agreement,
    job_began,
    job_over,
    why_no_offer,
    why_turned_away,
)
from ips_sim.story.watching import Attempt, Life, Week
from ips_sim.story.words import difference_in_words, field_in_words, standing, told_apart

LEVERS = {
    "screening": (
        "screened_out_above_symptoms",
        "screened_out_for_substance_use",
        "screened_out_for_legal_history",
    ),
    "enrolment": ("enrolment_share",),
    "waiting": ("caseload_limit",),
    "preparation": ("preparation_weeks",),
    "set-aside work": (
        "sheltered_share",
        "sheltered_weeks",
        "transitional_share",
        "transitional_weeks",
    ),
    "employer contact": (
        "employer_contacts_per_week",
        "caseload_limit",
        "specialist_hours_per_week",
        "office_share",
        "team_meeting_hours_per_week",
        "trouble_support_hours_per_week",
        "new_job_support_hours_per_week",
        "search_hours_per_week",
    ),
    "choice of employer": ("preference_weight", "visits_before_asking"),
    "offer": ("visits_before_asking", "employer_contacts_per_week"),
    "acceptance": ("preference_weight", "benefits_planning_share"),
    "own search": ("search_hours_per_week",),
    "support at work": (
        "trouble_support_hours_per_week",
        "new_job_support_hours_per_week",
        "support_limit_weeks",
        "team_contact_share",
        "benefits_follow_up_share",
    ),
    "benefits planning": ("benefits_planning_share",),
    "health": ("team_contact_share",),
    "leaving": ("outreach_share", "team_contact_share"),
    "closing": ("close_after_weeks_without_work", "return_without_referral"),
    "transfer": ("support_limit_weeks", "transfer_after_weeks_worked"),
}
"""The mechanisms by which lives part, and the levers that may stand behind each."""

OTHER = "what happened before"
"""The mechanism of a difference that follows from earlier ones alone."""

_MOST_INFLUENCES = 3
_SMALL_DIFFERENCE = "a difference too small to show here"


@dataclass(frozen=True)
class Cause:
    """Why something came out differently.

    Attributes
    ----------
    mechanism
        A key of `LEVERS`, or `OTHER`.
    text
        In plain words.
    """

    mechanism: str
    text: str


_FOLLOWS = Cause(OTHER, "It follows from what happened before.")


def turn(week: Week) -> tuple[int | None, int | None, int | None]:
    """What turn a life takes: a job begins somewhere, ends somehow, the programme is left."""
    moved = week.after.service != week.before.service and week.after.service in _LEAVING
    return _job_begun(week), job_over(week), week.after.service if moved else None


def _job_begun(week: Week) -> int | None:
    """The employer of a job that began this week and goes on."""
    if job_began(week) and week.after.work == Work.COMPETITIVE:
        return week.after.employer_row
    return None


def stands(fields: JobSeekerFields) -> tuple[int, int, int]:
    """Say where a person stands: service, work, and the employer of a competitive job."""
    employer = fields.employer_row if fields.work == Work.COMPETITIVE else -1
    return fields.service, fields.work, employer


def cause_of_difference(one: Week, other: Week, here: Life, there: Life) -> Cause:
    """Say why the two lives stand differently at the end of a week in which one of them moved."""
    for mine, theirs, my_world, their_world in (
        (one, other, here, there),
        (other, one, there, here),
    ):
        worlds = (my_world, their_world)
        if _job_begun(mine) is not None and _job_begun(mine) != _job_begun(theirs):
            return _why_job_here_only(mine, theirs, *worlds)
        if job_over(mine) is not None and job_over(mine) != job_over(theirs):
            return _why_job_over_here_only(mine, theirs, *worlds)
    for mine, theirs, my_world, their_world in (
        (one, other, here, there),
        (other, one, there, here),
    ):
        worlds = (my_world, their_world)
        if turn(mine)[-1] is not None and mine.after.service != theirs.after.service:
            return _why_left(mine, theirs, *worlds)
        if mine.before.service == Service.DISENGAGED and _happened(mine, asked.RETURN):
            return compared(asked.RETURN, "leaving", mine, theirs, *worlds)
    for mine, my_world in ((other, there), (one, here)):
        held_up = _held_up(mine, my_world, here, there)
        if held_up is not None and stands(mine.after) != (Service.SERVED, Work.NONE, -1):
            return held_up
    return _FOLLOWS


_LEAVING = (Service.DISENGAGED, Service.CLOSED, Service.TRANSFERRED, Service.GONE)


def _held_up(week: Week, world: Life, here: Life, there: Life) -> Cause | None:
    """Say what keeps a person from searching with a specialist this week, if anything does."""
    name, now, levers = world.scenario.title, week.after, world.scenario.programme
    if now.service == Service.NOT_ADMITTED:
        entry = next((one for one in world.weeks if one.decision(asked.ENROLMENT)), week)
        screening = entry.decision(asked.SCREENING)
        passed = screening is None or screening.happened
        text = f"In {name} the person was {why_turned_away(entry)}."
        return Cause("enrolment" if passed else "screening", text)
    if now.service == Service.WAITING:
        text = f"In {name} there is no free place; {_ahead(week)}."
        return Cause("waiting", text)
    if now.service == Service.PREPARING:
        text = (
            f"In {name} {counted(levers.preparation_weeks, 'week')} of assessment and "
            f"prevocational training come before search; this is week {now.stage_weeks}."
        )
        return Cause("preparation", text)
    if now.work in (Work.SHELTERED, Work.TRANSITIONAL):
        kind = "sheltered work" if now.work == Work.SHELTERED else "a transitional job"
        left = counted(now.stage_job_weeks_left, "week")
        text = f"In {name} the person was steered to {kind}; {left} of it lie ahead."
        return Cause("set-aside work", text)
    if now.service == Service.DISENGAGED:
        return Cause("leaving", f"In {name} the person no longer comes.")
    if now.service == Service.CLOSED:
        return Cause("closing", f"In {name} the place was given up.")
    if now.service == Service.TRANSFERRED:
        text = f"In {name} the specialist's support has ended."
        return Cause("transfer", text)
    if now.service == Service.GONE:
        return Cause(OTHER, f"In {name} the person has left for good.")
    return None


def _ahead(week: Week) -> str:
    if week.ahead == 0:
        return "nobody is ahead on the waiting list"
    return f"{counted(week.ahead, 'person is', 'people are')} ahead on the waiting list"


def _why_job_here_only(mine: Week, theirs: Week, here: Life, there: Life) -> Cause:
    """Say why a job began here and not there: the first step that came out differently."""
    attempt = next((one for one in mine.attempts if one.brought_job), None)
    if attempt is None:
        return compared(asked.MOVE, "support at work", mine, theirs, here, there)
    if theirs.before.work == Work.COMPETITIVE:
        return Cause(OTHER, f"In {there.scenario.title} the person had a job already.")
    if attempt.through_specialist:
        return _why_no_job_through_specialist(attempt, mine, theirs, here, there)
    if not _happened(theirs, asked.APPLICATION):
        return compared(asked.APPLICATION, "own search", mine, theirs, here, there)
    return _why_no_job_at_employer(attempt, theirs, here, there)


def _why_no_job_through_specialist(
    attempt: Attempt, mine: Week, theirs: Week, here: Life, there: Life
) -> Cause:
    contact = theirs.decision(asked.CONTACT)
    if contact is None:
        held_up = _held_up(theirs, there, here, there)
        if theirs.before.hospital_weeks_left > 0 or theirs.after.hospital_weeks_left > 0:
            held_up = Cause("health", f"In {there.scenario.title} the person is in hospital.")
        return held_up or Cause(
            OTHER, f"In {there.scenario.title} no visit to an employer came up for this person."
        )
    if not contact.happened:
        return compared(asked.CONTACT, "employer contact", mine, theirs, here, there)
    return _why_no_job_at_employer(attempt, theirs, here, there)


def _why_no_job_at_employer(attempt: Attempt, theirs: Week, here: Life, there: Life) -> Cause:
    """Say why the try brought a job here and not there, though there was one in both worlds."""
    other = next(
        one for one in theirs.attempts if one.through_specialist == attempt.through_specialist
    )
    if other.brought_job:
        text = (
            f"In {there.scenario.title} the job is at employer {other.employer_row}, "
            f"in {here.scenario.title} at employer {attempt.employer_row}."
        )
        return Cause("choice of employer", text)
    if other.acceptance is not None:
        assert attempt.acceptance is not None
        return _side_by_side(attempt.acceptance, other.acceptance, "acceptance", here, there)
    mechanism = "offer" if attempt.through_specialist else "own search"
    before = ""
    if attempt.employer_row != other.employer_row:
        mechanism = "choice of employer"
        before = (
            f"The specialist visited employer {attempt.employer_row} in {here.scenario.title} and "
            f"employer {other.employer_row} in {there.scenario.title}. "
        )
    if other.offer.chance == 0:
        text = f"{before}In {there.scenario.title}: {why_no_offer(other)}."
        return Cause(mechanism, text)
    cause = _side_by_side(attempt.offer, other.offer, mechanism, here, there)
    return Cause(cause.mechanism, before + cause.text)


def _why_job_over_here_only(mine: Week, theirs: Week, here: Life, there: Life) -> Cause:
    """Say why a job ended here and the one there did not, if they were the same."""
    if theirs.before.work != Work.COMPETITIVE:
        return Cause(OTHER, f"In {there.scenario.title} the person had no job to lose.")
    if mine.before.employer_row != theirs.before.employer_row:
        return Cause(OTHER, f"In {there.scenario.title} the person had another job.")
    solution = theirs.decision(asked.SOLUTION)
    if solution is not None and solution.happened and not _happened(mine, asked.SOLUTION):
        cause = compared(asked.SOLUTION, "support at work", theirs, mine, there, here)
        text = f"The problem was solved in {there.scenario.title}. {cause.text}"
        return Cause(cause.mechanism, text)
    if solution is None and mine.decision(asked.SOLUTION) is not None:
        text = f"In {there.scenario.title} the person had no such problem at the time."
        return Cause(OTHER, text)
    return compared(asked.ENDING, "support at work", mine, theirs, here, there)


def _why_left(mine: Week, theirs: Week, here: Life, there: Life) -> Cause:
    """Say why a person left a programme here and not there."""
    levers = here.scenario.programme
    if mine.after.service == Service.DISENGAGED:
        return compared(asked.DROPOUT, "leaving", mine, theirs, here, there)
    if mine.after.service == Service.CLOSED and closed_by_agreement(mine):
        return compared(asked.CLOSING, "closing", mine, theirs, here, there)
    if mine.after.service == Service.CLOSED:
        weeks = counted(levers.close_after_weeks_without_work, "week")
        text = f"In {here.scenario.title} a place is given up after {weeks} without work."
        return Cause("closing", text)
    if mine.after.service == Service.TRANSFERRED:
        weeks = counted(mine.after.tenure_weeks, "week")
        text = f"In {here.scenario.title} support ends or is handed over after {weeks} in a job."
        return Cause("transfer", text)
    return Cause(OTHER, f"In {here.scenario.title} the person leaves for good.")


def _happened(week: Week, question: Question) -> bool:
    decision = week.decision(question)
    return decision is not None and decision.happened


def compared(
    question: Question, mechanism: str, mine: Week, theirs: Week, here: Life, there: Life
) -> Cause:
    """Set the same decision in two worlds side by side: lot, chances, what made them differ."""
    one, other = mine.decision(question), theirs.decision(question)
    if one is None or other is None:
        if question in (asked.DROPOUT, asked.RETURN, asked.CLOSING):
            return Cause(OTHER, "In the other world this did not come up.")
        world, week = (here, mine) if one is None else (there, theirs)
        held_up = _held_up(week, world, here, there)
        return held_up or Cause(
            OTHER, f"In {world.scenario.title} this did not come up: {standing(week.after)}."
        )
    return _side_by_side(one, other, mechanism, here, there)


def _side_by_side(one: Decision, other: Decision, mechanism: str, here: Life, there: Life) -> Cause:
    """Set two decisions side by side; what came out alike in both explains no difference."""
    if one.happened == other.happened:
        return _FOLLOWS
    return Cause(mechanism, _chances(one, other, here, there))


def _chances(one: Decision, other: Decision, here: Life, there: Life) -> str:
    numbers = [one.lot, one.chance, other.chance, other.lot]
    lot, chance, other_chance, other_lot = told_apart(numbers)
    if one.lot == other.lot:
        drawn = f"Both drew the same lot, {lot} of 100."
    else:
        drawn = f"The lots drawn were {lot} and {other_lot} of 100."
    text = (
        f"{drawn} In {here.scenario.title} the chance was {chance} of 100, so it "
        f"{_did(one)}; in {there.scenario.title} it was {other_chance}, so it {_did(other)}."
    )
    influences = one.influences(other)[:_MOST_INFLUENCES]
    if influences:
        differences = [
            f"{field_in_words(each.field)} "
            f"({difference_in_words(each.field, each.here, each.there) or _SMALL_DIFFERENCE})"
            for each in influences
        ]
        text += f" What made the chance differ: {listed(differences)}."
    return text


def _did(decision: Decision) -> str:
    return "happened" if decision.happened else "did not happen"
