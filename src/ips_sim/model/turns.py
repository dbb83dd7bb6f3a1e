"""The turns that a life takes: one week's fields set against those of the week before.

Events and stories tell the same turns; each is defined here, once, over arrays of people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ips_sim.model.arrays import Array
from ips_sim.model.entities import Benefit, Ending, Service, Work

Fields = Mapping[str, Any]
"""Fields of people by name, an array each; `FIELDS` names those that turns are told by."""
Happened = Callable[[Fields, Fields], Any]


@dataclass(frozen=True)
class Turn:
    """A turn that a life may take in a week.

    Attributes
    ----------
    name, meaning
        For tables.
    times
        How often it happened to each person, from the fields before and after the week.
    cause
        Why, as `Ending` has it.
    is_event
        Whether tables of events list it; stories tell all.
    """

    name: str
    meaning: str
    times: Happened
    cause: Ending = Ending.NONE
    is_event: bool = True


def _enters(service: int) -> Happened:
    """Say who has come to stand somewhere this week."""
    return lambda before, after: (after["service"] == service) & (before["service"] != service)


def _starts(work: int) -> Happened:
    return lambda before, after: (after["work"] == work) & (before["work"] != work)


def _ends(work: int) -> Happened:
    return lambda before, after: (after["work"] != work) & (before["work"] == work)


def _more(field: str) -> Happened:
    """Say by how much a counter has grown this week."""
    return lambda before, after: after[field] - before[field]


def _begins(field: str) -> Happened:
    """Say for whom something holds that did not hold before."""
    return lambda before, after: after[field] & ~before[field]


def _is_over(field: str) -> Happened:
    return lambda before, after: before[field] & ~after[field]


def _comes_back(before: Fields, after: Fields) -> Any:
    """Say who waits again after they had left a caseload, or has a place again at once."""
    away = (int(Service.DISENGAGED), int(Service.TRANSFERRED))
    out = (*away, int(Service.GONE), int(Service.CLOSED))
    return np.isin(before["service"], away) & ~np.isin(after["service"], out)


_COUNTED = (Ending.QUIT, Ending.DISMISSED, Ending.TEMPORARY, Ending.LAID_OFF)


def _ended(cause: Ending, before: Fields, after: Fields) -> Any:
    """Say how many jobs ended by a cause; no ending is counted of those who left for good."""
    if cause != Ending.NONE:
        name = f"endings_{cause.name.lower()}"
        return after[name] - before[name]
    working = (after["work"] == Work.COMPETITIVE) * 1 - (before["work"] == Work.COMPETITIVE)
    counted = sum(_ended(each, before, after) for each in _COUNTED)
    return after["jobs_held"] - before["jobs_held"] - counted - working


def _job_held_ends(cause: Ending) -> Happened:
    """Say who lost the job with which the week began."""

    def times(before: Fields, after: Fields) -> Any:
        held = before["work"] == Work.COMPETITIVE
        if cause == Ending.NONE:
            # Who left for good after moving to another job has lost the other one.
            held = held & (after["jobs_held"] == before["jobs_held"])
        return held * _ended(cause, before, after)

    return times


def _new_job_ends(cause: Ending) -> Happened:
    """Say who lost a job that had begun this week."""
    held_ends = _job_held_ends(cause)
    return lambda before, after: _ended(cause, before, after) - held_ends(before, after)


_JOB_ENDED = "a competitive job ended; the cause is empty if the person left for good"


def _told(name: str, meaning: str, times: Happened) -> Turn:
    return Turn(name, meaning, times, is_event=False)


TURNS = (
    Turn(
        "entered",
        "entered the study or was referred",
        lambda before, after: (before["weeks_since_entry"] < 0) & (after["weeks_since_entry"] >= 0),
    ),
    Turn("not_admitted", "was turned away or not enrolled", _enters(Service.NOT_ADMITTED)),
    Turn("relapse", "fell ill again", _begins("in_relapse")),
    Turn("admission", "was admitted to hospital", _more("hospital_admissions")),
    _told(
        "home",
        "came home from hospital",
        lambda before, after: (
            (before["hospital_weeks_left"] > 0) & (after["hospital_weeks_left"] == 0)
        ),
    ),
    _told("relapse_over", "was well again after a relapse", _is_over("in_relapse")),
    Turn(
        "admitted",
        "got a place on a caseload",
        lambda before, after: (before["specialist_row"] < 0) & (after["specialist_row"] >= 0),
    ),
    Turn("started_preparation", "began preparation", _enters(Service.PREPARING)),
    _told("benefits_plan", "got a benefits plan", _more("benefits_plans")),
    Turn("started_search", "began to be served", _enters(Service.SERVED)),
    Turn("sheltered_started", "started sheltered work", _starts(Work.SHELTERED)),
    Turn("sheltered_ended", "ended sheltered work", _ends(Work.SHELTERED)),
    Turn("transitional_started", "started a transitional job", _starts(Work.TRANSITIONAL)),
    Turn("transitional_ended", "ended a transitional job", _ends(Work.TRANSITIONAL)),
    Turn("enrolled", "started at school or in training", _more("enrolments")),
    _told("term_finished", "finished a term at school", _more("terms_finished")),
    Turn("left_school", "dropped out of school", _more("school_dropouts")),
    Turn("credential", "finished school with a credential", _begins("has_credential")),
    Turn(
        "first_contact",
        "a specialist saw an employer for the person for the first time",
        lambda before, after: (
            (before["weeks_to_first_contact"] < 0) & (after["weeks_to_first_contact"] >= 0)
        ),
    ),
    _told("solved", "solved a problem at work", _more("problems_solved")),
    *(
        Turn("job_ended", _JOB_ENDED, _job_held_ends(cause), cause)
        for cause in (*_COUNTED, Ending.NONE)
    ),
    Turn("job_started", "started a competitive job", _more("jobs_held")),
    _told("problem", "met a problem at work", _more("problems_met")),
    *(
        Turn("job_ended", _JOB_ENDED, _new_job_ends(cause), cause)
        for cause in (*_COUNTED, Ending.NONE)
    ),
    _told(
        "benefit_cut",
        "was surprised by a cut of the benefit",
        lambda before, after: after["cut_shock"] > before["cut_shock"],
    ),
    _told(
        "benefit_stopped",
        "lost the benefit of a month to earnings",
        lambda before, after: (
            (after["benefit"] != Benefit.NONE) & _begins("benefit_stopped")(before, after)
        ),
    ),
    _told(
        "benefit_back",
        "was paid the benefit again",
        lambda before, after: (
            (after["benefit"] != Benefit.NONE) & _is_over("benefit_stopped")(before, after)
        ),
    ),
    Turn(
        "left_benefits",
        "a benefit stopped because of earnings for the first time",
        _begins("left_benefits"),
    ),
    Turn("dropped_out", "left the service without agreement", _enters(Service.DISENGAGED)),
    Turn("closed", "was closed without work", _enters(Service.CLOSED)),
    Turn(
        "transferred",
        "support ended while working: its limit was reached, or the treatment team took over",
        _enters(Service.TRANSFERRED),
    ),
    Turn("came_back", "joined the waiting list again", _comes_back),
    Turn("gone", "moved away, died or went to prison", _enters(Service.GONE)),
)
"""Every turn, in the order in which a week lets them happen."""

FIELDS = (
    "weeks_since_entry",
    "service",
    "work",
    "specialist_row",
    "in_relapse",
    "hospital_weeks_left",
    "hospital_admissions",
    "weeks_to_first_contact",
    "endings_quit",
    "endings_dismissed",
    "endings_temporary",
    "endings_laid_off",
    "jobs_held",
    "problems_met",
    "problems_solved",
    "enrolments",
    "terms_finished",
    "school_dropouts",
    "has_credential",
    "benefit",
    "benefits_plans",
    "benefit_stopped",
    "cut_shock",
    "left_benefits",
)
"""What turns are told by."""


def fields_of(people: Any) -> dict[str, Array]:
    """Copy the fields that turns are told by, from an array of records or from one person."""
    if isinstance(people, np.ndarray):
        return {name: people[name].copy() for name in FIELDS}
    return {name: np.array([getattr(people, name)]) for name in FIELDS}


def turns_of(before: Any, after: Any) -> list[Turn]:
    """List the turns that one person took, in the order of the week."""
    was, now = fields_of(before), fields_of(after)
    return [turn for turn in TURNS for _ in range(int(turn.times(was, now)[0]))]
