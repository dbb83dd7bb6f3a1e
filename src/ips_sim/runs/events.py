"""What happened to whom and when: the turns of every life, week by week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ips_sim.model.arrays import Array
from ips_sim.model.entities import Ending
from ips_sim.model.results import RunResult, Runs
from ips_sim.model.turns import TURNS, fields_of
from ips_sim.model.world import calendar, site_size
from ips_sim.scenario.schema import Scenario

EVENT = np.dtype([("run", "i8"), ("person", "i8"), ("week", "i8"), ("kind", "i8"), ("cause", "i8")])

CAUSES = tuple("" if ending is Ending.NONE else ending.name.lower() for ending in Ending)
"""Words for the cause of an event, by `Ending`; most events have none."""

KINDS = tuple(turn for turn in TURNS if turn.is_event)
"""Every kind of event; events of a person and week are listed in this order."""

_CAUSE_OF_KIND = np.array([int(kind.cause) for kind in KINDS])


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
        before = fields_of(last[0])
        for seekers, rows in steps:
            after = fields_of(seekers)
            events.append(_happened(number, first_person, before, after))
            before, last = after, (seekers, rows)
        people.append(last[0].copy())
        weekly.append(np.array(last[1]))
    offsets = np.concatenate(([0], np.cumsum([len(part) for part in people], dtype=np.int64)))
    result = RunResult(runs, np.concatenate(people), offsets, np.array(weekly))
    return result, np.concatenate(events)


def _happened(
    run: int, first_person: int, before: Mapping[str, Array], after: Mapping[str, Array]
) -> Array:
    """List a week's events by person and kind."""
    rows: list[NDArray[np.int64]] = []
    kinds: list[NDArray[np.int64]] = []
    for number, kind in enumerate(KINDS):
        times = np.asarray(kind.times(before, after), dtype=np.int64)
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
    agents: Mapping[str, Any],
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
