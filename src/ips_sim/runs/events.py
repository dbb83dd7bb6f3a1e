"""What happened to whom and when: one week's fields set against the week before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ips_sim.model.arrays import Array
from ips_sim.model.entities import Ending, Service, Work
from ips_sim.model.results import RunResult, Runs
from ips_sim.model.world import calendar, site_size
from ips_sim.scenario.schema import Scenario

EVENT = np.dtype([("run", "i8"), ("person", "i8"), ("week", "i8"), ("kind", "i8"), ("cause", "i8")])

CAUSES = tuple("" if ending is Ending.NONE else ending.name.lower() for ending in Ending)
"""Words for the cause of an event, by `Ending`; most events have none."""

Happened = Callable[[Array, Array], Array]


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


@dataclass(frozen=True)
class EventKind:
    """A kind of event.

    Attributes
    ----------
    name, meaning
        For tables.
    times
        How often it happened this week to each person.
    cause
        Why, as `Ending` has it.
    """

    name: str
    meaning: str
    times: Happened
    cause: Ending = Ending.NONE


def _ends_uncounted(before: Array, after: Array) -> Array:
    """Say who lost a job without an ending being counted: they left for good."""
    started = after["jobs_held"] - before["jobs_held"]
    ended = sum(after[f"endings_{cause}"] - before[f"endings_{cause}"] for cause in CAUSES if cause)
    working = (after["work"] == Work.COMPETITIVE) * 1 - (before["work"] == Work.COMPETITIVE)
    uncounted: Array = started - ended - working
    return uncounted


_JOB_ENDED = "a competitive job ended; the cause is empty if the person left for good"

KINDS = (
    EventKind(
        "entered",
        "entered the study or was referred",
        lambda before, after: (before["weeks_since_entry"] < 0) & (after["weeks_since_entry"] >= 0),
    ),
    EventKind("not_admitted", "was turned away or not enrolled", _enters(Service.NOT_ADMITTED)),
    EventKind(
        "came_back",
        "joined the waiting list again",
        lambda before, after: (
            np.isin(before["service"], (int(Service.DISENGAGED), int(Service.TRANSFERRED)))
            & ~np.isin(after["service"], (int(Service.DISENGAGED), int(Service.TRANSFERRED)))
            & (after["service"] != Service.GONE)
            & (after["service"] != Service.CLOSED)
        ),
    ),
    EventKind(
        "admitted",
        "got a place on a caseload",
        lambda before, after: (before["specialist_row"] < 0) & (after["specialist_row"] >= 0),
    ),
    EventKind("started_preparation", "began preparation", _enters(Service.PREPARING)),
    EventKind("started_search", "began to be served", _enters(Service.SERVED)),
    EventKind(
        "relapse",
        "fell ill again",
        lambda before, after: after["in_relapse"] & ~before["in_relapse"],
    ),
    EventKind("admission", "was admitted to hospital", _more("hospital_admissions")),
    EventKind(
        "first_contact",
        "a specialist saw an employer for the person for the first time",
        lambda before, after: (
            (before["weeks_to_first_contact"] < 0) & (after["weeks_to_first_contact"] >= 0)
        ),
    ),
    EventKind("sheltered_started", "started sheltered work", _starts(Work.SHELTERED)),
    EventKind("sheltered_ended", "ended sheltered work", _ends(Work.SHELTERED)),
    EventKind("transitional_started", "started a transitional job", _starts(Work.TRANSITIONAL)),
    EventKind("transitional_ended", "ended a transitional job", _ends(Work.TRANSITIONAL)),
    EventKind("job_ended", _JOB_ENDED, _more("endings_quit"), Ending.QUIT),
    EventKind("job_ended", _JOB_ENDED, _more("endings_dismissed"), Ending.DISMISSED),
    EventKind("job_ended", _JOB_ENDED, _more("endings_temporary"), Ending.TEMPORARY),
    EventKind("job_ended", _JOB_ENDED, _more("endings_laid_off"), Ending.LAID_OFF),
    EventKind("job_ended", _JOB_ENDED, _ends_uncounted),
    EventKind("job_started", "started a competitive job", _more("jobs_held")),
    EventKind(
        "left_benefits",
        "a benefit stopped because of earnings for the first time",
        lambda before, after: after["left_benefits"] & ~before["left_benefits"],
    ),
    EventKind("dropped_out", "left the service without agreement", _enters(Service.DISENGAGED)),
    EventKind("closed", "was closed without work", _enters(Service.CLOSED)),
    EventKind(
        "transferred",
        "support ended while working: its limit was reached, or the treatment team took over",
        _enters(Service.TRANSFERRED),
    ),
    EventKind("gone", "moved away, died or went to prison", _enters(Service.GONE)),
)
"""Every kind of event; events of a person and week are listed in this order."""

FIELDS = (
    "weeks_since_entry",
    "service",
    "work",
    "specialist_row",
    "in_relapse",
    "hospital_admissions",
    "weeks_to_first_contact",
    "endings_quit",
    "endings_dismissed",
    "endings_temporary",
    "endings_laid_off",
    "jobs_held",
    "left_benefits",
)
"""What events are told by."""


def run_with_events(
    scenario: Scenario,
    parameters: Array,
    runs: Runs,
    seed: int,
    driver: str,
    agents: Mapping[str, type],
) -> tuple[RunResult, Array]:
    """Run sites week by week and note what happens to people.

    Returns
    -------
    RunResult
        As the drivers' own function for whole runs gives it.
    array of records of type ``EVENT``
        By run, week, person and kind. ``person`` is numbered across sites, ``week`` counts from 1
        by the person's own clock.
    """
    people, weekly, events = [], [], []
    for number in range(len(runs)):
        first_person = site_size(scenario, int(runs.site[number])).first_person
        steps = _STEPS[driver](scenario, parameters, runs, number, seed, agents)
        last = next(steps)
        before = _kept(last[0])
        for seekers, rows in steps:
            after = _kept(seekers)
            events.append(_happened(number, first_person, before, after))
            before, last = after, (seekers, rows)
        people.append(last[0].copy())
        weekly.append(np.array(last[1]))
    offsets = np.concatenate(([0], np.cumsum([len(part) for part in people], dtype=np.int64)))
    result = RunResult(runs, np.concatenate(people), offsets, np.array(weekly))
    return result, np.concatenate(events)


def _kept(seekers: Array) -> dict[str, Array]:
    return {name: seekers[name].copy() for name in FIELDS}


def _happened(
    run: int, first_person: int, before: Mapping[str, Array], after: Mapping[str, Array]
) -> Array:
    """List a week's events by person and kind."""
    rows: list[NDArray[np.int64]] = []
    kinds: list[NDArray[np.int64]] = []
    for number, kind in enumerate(KINDS):
        times = np.asarray(kind.times(before, after), dtype=np.int64)  # type: ignore[arg-type]
        who = np.repeat(np.arange(times.size), times)
        rows.append(who)
        kinds.append(np.full(who.size, number))
    row, kind_number = np.concatenate(rows), np.concatenate(kinds)
    order = np.lexsort((kind_number, row))
    events = np.empty(row.size, EVENT)
    events["run"] = run
    events["person"] = first_person + row[order]
    events["week"] = after["weeks_since_entry"][row[order]] + 1
    events["kind"] = kind_number[order]
    events["cause"] = _CAUSE_OF_KIND[kind_number[order]]
    return events


_CAUSE_OF_KIND = np.array([int(kind.cause) for kind in KINDS])


def _compiled_steps(
    scenario: Scenario,
    parameters: Array,
    runs: Runs,
    number: int,
    seed: int,
    agents: Mapping[str, type],
) -> Iterator[tuple[Array, Any]]:
    from ips_sim.model.compiled.execute import SteppedSite

    stepped = SteppedSite(
        scenario,
        parameters,
        seed,
        draw=int(runs.draw[number]),
        replicate=int(runs.replicate[number]),
        site=int(runs.site[number]),
    )
    yield stepped.seekers, stepped.weekly
    for _ in range(calendar(scenario).weeks_to_run):
        stepped.step()
        yield stepped.seekers, stepped.weekly


def _mesa_steps(
    scenario: Scenario,
    parameters: Array,
    runs: Runs,
    number: int,
    seed: int,
    agents: Mapping[str, type],
) -> Iterator[tuple[Array, Any]]:
    from ips_sim.model.agents import IPSModel
    from ips_sim.model.parameters import Parameters

    model = IPSModel(
        scenario,
        seed=seed,
        parameters=Parameters(*parameters[int(runs.draw[number])].tolist()),
        replicate=int(runs.replicate[number]),
        site=int(runs.site[number]),
        **agents,
    )
    yield model.snapshot()["seekers"], model.weekly
    while not model.is_over:
        model.step()
        yield model.snapshot()["seekers"], model.weekly


_STEPS: Mapping[str, Callable[..., Iterator[tuple[Array, Any]]]] = {
    "compiled": _compiled_steps,
    "mesa": _mesa_steps,
}
