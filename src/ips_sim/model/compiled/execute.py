"""Run sites on the compiled driver, many at a time, on one thread or several."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import numpy as np
from numba.core import event

from ips_sim.model import arrays, entities
from ips_sim.model.arrays import Array, Floats, Ints
from ips_sim.model.compiled.compiling import quickly
from ips_sim.model.compiled.driver import Chance, Design, SiteRun, Stage, World, run_sites
from ips_sim.model.compiled.philox import scratch
from ips_sim.model.luck import Luck
from ips_sim.model.results import RunResult, Runs
from ips_sim.model.rules import RULES
from ips_sim.model.rules.counting import Weekly
from ips_sim.model.world import SitePhase, SiteSize, calendar, site_phases, site_size
from ips_sim.scenario.changes import phases
from ips_sim.scenario.schema import Scenario

_SITE_SIZE = arrays.record_type(SiteSize)
_SITE_PHASE = arrays.record_type(SitePhase)
_SITE_RUN = arrays.record_type(SiteRun)
_KINDS = (
    (entities.JobSeekerFields, arrays.SEEKER),
    (entities.SpecialistFields, arrays.SPECIALIST),
    (entities.EmployerFields, arrays.EMPLOYER),
    (entities.RelationshipFields, arrays.RELATIONSHIP),
    (entities.SiteFields, arrays.SITE),
)
_ROWS = (
    arrays.LEVERS,
    arrays.STAFF,
    arrays.PEOPLE,
    arrays.PLACE,
    _SITE_PHASE,
    arrays.PARAMETERS,
    arrays.GIVEN,
)


Look = Callable[[int, Stage, Array, Floats], None]
"""Takes a week, everything as it is at its end, records of type `SiteRun`, and weekly figures."""


def execute(
    scenario: Scenario,
    parameters: Array,
    runs: Runs,
    seed: int,
    threads: int = 1,
    person_offset: int = 0,
) -> RunResult:
    """Run sites of a scenario.

    Parameters
    ----------
    scenario
        What to simulate.
    parameters
        Records of type ``arrays.PARAMETERS``, one per draw.
    runs
        Which draw, replicate and site each run is of.
    seed
        Key of all chance, from 0 to 2**64 - 1.
    threads
        How many threads share the runs; the result does not depend on it.
    person_offset
        Added to the number of every person: the arms of a trial are different people.

    Returns
    -------
    RunResult
        Everybody at the end, and the weekly figures.
    """
    alone = np.zeros(len(runs), dtype=np.int64)
    return execute_many([scenario], alone, parameters, runs, seed, threads, person_offset)


def execute_many(
    scenarios: Sequence[Scenario],
    which: Ints,
    parameters: Array,
    runs: Runs,
    seed: int,
    threads: int = 1,
    person_offset: int = 0,
    looks: Sequence[int] = (),
    look: Look | None = None,
) -> RunResult:
    """Run sites of several scenarios in one call, as sweeps need it; otherwise as `execute`.

    Parameters
    ----------
    scenarios
        What to simulate; all of them with the same weeks, criteria of entry and people's rows.
    which
        The scenario of each run, shape (runs,).
    looks, look
        Weeks of the run, in order, and what is then shown everything that there is at all sites.

    Raises
    ------
    ValueError
        If the scenarios do not go together, or runs hold only some sites of an area.
    """
    keep_compiled_code()
    common = [(_laid_out([one])[:-1], one.people_rows) for one in scenarios]
    if any(one != common[0] for one in common):
        raise ValueError("scenarios of different design or people's rows can't share a call")
    table, over_time = _site_runs(scenarios, which, runs, person_offset)
    everything = _everything(table)
    weeks = calendar(scenarios[0])
    weekly = np.zeros((len(runs), weeks.rows, len(Weekly)))
    world = _world(scenarios, parameters, seed, over_time)
    (firsts,) = np.nonzero(_is_first(table))
    parts = np.array_split(firsts, max(1, min(threads, len(firsts))))
    edges = [int(part[0]) for part in parts if part.size] + [len(runs)]
    parts = [np.arange(first, end) for first, end in itertools.pairwise(edges)]

    def run_part(part: Ints) -> None:
        if part.size:
            mine = slice(part[0], part[-1] + 1)
            sites = everything._replace(sites=everything.sites[mine])
            chance = _chance(table[mine])
            begin = 0
            for end in sorted({*looks, weeks.weeks_to_run}):
                run_sites(table[mine], sites, chance, world, weekly[mine], begin, end)
                begin = end + 1
                if look is not None and end in looks:
                    look(end, everything, table, weekly)

    if look is not None:
        run_part(np.arange(len(runs)))
    elif len(parts) > 1:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(run_part, parts))
    elif parts:
        run_part(parts[0])
    seekers: Any = everything.seekers
    offsets = np.append(table["first_person_row"], len(seekers))
    return RunResult(runs=runs, people=seekers, offsets=offsets, weekly=weekly)


def _site_runs(
    scenarios: Sequence[Scenario], which: Ints, runs: Runs, person_offset: int = 0
) -> tuple[Array, Array]:
    """Make a record of type `SiteRun` for each run, and those of their phases.

    People of the runs stand one after another.
    """
    pairs = np.stack((which, runs.site), axis=1)
    known, back = np.unique(pairs, axis=0, return_inverse=True)
    back = back.reshape(-1)
    sizes = arrays.as_records(
        [site_size(scenarios[scenario], site) for scenario, site in known.tolist()], _SITE_SIZE
    )[back]
    table = np.zeros(len(runs), _SITE_RUN)
    for name in _SITE_SIZE.names or ():
        table[name] = sizes[name]
    table["first_person"] += person_offset
    table["draw"], table["replicate"] = runs.draw, runs.replicate
    counts = np.array([len(one.changes) + 1 for one in scenarios], dtype=np.int64)
    table["scenario"] = (np.cumsum(counts) - counts)[which]
    of_known = counts[known[:, 0]]
    table["phase"] = (np.cumsum(of_known) - of_known)[back]
    in_area = np.array([one.design.sites_per_area for one in scenarios], dtype=np.int64)[which]
    table["sites_in_area"] = in_area
    areas, places = runs.site // in_area, runs.site % in_area
    is_first = places == 0
    whole = np.cumsum(is_first) - 1
    if len(runs) and (
        not is_first[0]
        or np.any(places != np.arange(len(runs)) - np.flatnonzero(is_first)[whole])
        or np.any(np.bincount(whole) != in_area[is_first])
        or np.any(areas != areas[is_first][whole])
    ):
        raise ValueError("sites that share employers are run together or not at all")
    for first, count in (
        ("first_person_row", table["people"]),
        ("first_post_row", table["specialists"]),
        ("first_tie_row", table["specialists"] * table["employers"]),
    ):
        table[first] = np.cumsum(count) - count
    of_area = np.where(is_first, table["employers"], 0)
    table["first_employer_row"] = (np.cumsum(of_area) - of_area)[is_first][whole]
    before = table["first_post_row"]
    table["first_post_in_area"] = before - before[is_first][whole]
    over_time = [
        phase
        for scenario, site in known.tolist()
        for phase in site_phases(scenarios[scenario], site)
    ]
    return table, arrays.as_records(over_time, _SITE_PHASE)


def _is_first(table: Array) -> Array:
    """Say which runs are of the first site of an area."""
    first: Array = table["site"] % table["sites_in_area"] == 0
    return first


def _everything(table: Array) -> Stage:
    """Make all the things at the sites of some runs, with the defaults of their fields."""
    specialists, employers = table["specialists"], table["employers"]
    of_area = np.where(_is_first(table), employers, 0)
    counts = (table["people"], specialists, of_area, specialists * employers, len(table))
    things: Any = (
        arrays.blank(kind, dtype, int(np.sum(count)))
        for (kind, dtype), count in zip(_KINDS, counts, strict=True)
    )
    return Stage(*things)


def _world(scenarios: Sequence[Scenario], parameters: Array, seed: int, known: Array) -> World:
    """Copy scenarios' sections into records, one for each phase of each scenario."""
    stretches = [(one, phase) for one in scenarios for phase in phases(one)]
    rows: Any = (
        arrays.as_records([phase.programme for _, phase in stretches], arrays.LEVERS),
        arrays.as_records([phase.staff for _, phase in stretches], arrays.STAFF),
        arrays.as_records([one.people for one, _ in stretches], arrays.PEOPLE),
        arrays.as_records([phase.place for _, phase in stretches], arrays.PLACE),
        known,
        # Whatever its layout and rights, or another one would be compiled.
        np.require(parameters, requirements=["C", "W"]),
        arrays.given_people(scenarios[0].people_rows),
    )
    return World(_laid_out(scenarios), np.uint64(seed), *rows)


def _laid_out(scenarios: Sequence[Scenario]) -> Design:
    """Say what the first of some scenarios has in common with all of a call."""
    design, weeks = scenarios[0].design, calendar(scenarios[0])
    return Design(
        design.work_goal_required,
        design.jobless_at_entry,
        design.free_places_refilled,
        weeks.entry_weeks,
        weeks.follow_up_weeks,
        weeks.is_cohort,
        weeks.warm_up_weeks,
        decisions_of(scenarios),
    )


_SCHOOL = ("school_application", "school_dropout")
_OUTSIDE_WORK = ("hold_up", "use", "home", "child_care")
_CHANCES_OUTSIDE_WORK = (
    "hold_ups_per_year",
    "use_relapses_per_year",
    "use_remissions_per_year",
    "homes_lost_per_year",
    "homes_found_per_year",
)


def decisions_of(scenarios: Sequence[Scenario]) -> int:
    """Count the fields of `Luck`, from the first, that anything can come of.

    Drawing them takes a third of a week's time.  The last ones are for school and for what claims
    people besides work: in most scenarios nobody goes to school and the other chances are zero, so
    that whatever stands there decides nothing.
    """
    needed = {
        _SCHOOL: any(one.people.school_goal_share > 0.0 for one in scenarios),
        _OUTSIDE_WORK: any(
            any(phase.programme.child_care_help_share > 0.0 for phase in phases(one))
            or any(getattr(one.people, name) > 0.0 for name in _CHANCES_OUTSIDE_WORK)
            for one in scenarios
        ),
    }
    fields: tuple[str, ...] = Luck._fields
    for group, is_needed in needed.items():
        if is_needed or fields[-len(group) :] != group:
            break
        fields = fields[: -len(group)]
    return len(fields)


def _chance(table: Array) -> Chance:
    """Make room for the chance of the largest site of some runs."""
    people, specialists, employers = (
        int(table[name].max(initial=0)) for name in ("people", "specialists", "employers")
    )
    return Chance(
        *_luck_space(arrays.LUCK, people),
        *_luck_space(arrays.PLACE_LUCK, employers),
        *_luck_space(arrays.STAFF_LUCK, specialists),
        *_luck_space(arrays.SITE_LUCK, 2),
        *_luck_space(arrays.START_LUCK, people),
        *_luck_space(arrays.PLACE_START_LUCK, employers),
        scratch(),
    )


def _luck_space(dtype: np.dtype[Any], count: int) -> tuple[Floats, Any]:
    """Make a table of uniforms, and the same memory as records."""
    uniforms = np.zeros((max(1, count), len(dtype.names or ())))
    return uniforms, uniforms.view(dtype)[:, 0]


class SteppedSite:
    """One site on the compiled driver, week by week, with all its arrays in view.

    For tests and for following people; whole runs go through `execute`.

    Attributes
    ----------
    seekers, specialists, employers, relationships, site, weekly
        The arrays as they are after the last week lived.
    """

    def __init__(
        self,
        scenario: Scenario,
        parameters: Array,
        seed: int,
        *,
        draw: int = 0,
        replicate: int = 0,
        site: int = 0,
    ) -> None:
        keep_compiled_code()
        first = np.zeros(1, np.int64)
        self._table, over_time = _site_runs(
            [scenario], first, Runs(first + draw, first + replicate, first + site)
        )
        self._world = _world([scenario], parameters, seed, over_time)
        self._chance = _chance(self._table)
        self._everything = _everything(self._table)
        stage: tuple[Any, ...] = self._everything
        self.seekers, self.specialists, self.employers, self.relationships, self.site = stage
        self._weekly = np.zeros((1, calendar(scenario).rows, len(Weekly)))
        self.weekly = self._weekly[0]
        self.week = 0
        self._live()

    def step(self) -> None:
        """Live one more week."""
        self.week += 1
        self._live()

    def _live(self) -> None:
        run_sites(
            self._table,
            self._everything,
            self._chance,
            self._world,
            self._weekly,
            self.week,
            self.week,
        )


def keep_compiled_code(say: Callable[[str], None] | None = None) -> None:
    """Compile the rules unless that is done or kept, and keep the code for later processes.

    Parameters
    ----------
    say
        Told that they are compiled, which takes time, and how far that is.
    """
    if run_sites.signatures:
        return
    no_runs = np.zeros(0, _SITE_RUN)
    no_rows: Any = (np.zeros(0, dtype) for dtype in _ROWS)
    world = World(Design(False, False, False, 0, 0, False, 0, 0), np.uint64(0), *no_rows)
    no_figures = np.zeros((0, 0, len(Weekly)))
    watch = _Watch(say) if say else nullcontext()
    collects = gc.isenabled()
    # A compiler makes much and forgets little, so looking for what is forgotten takes a tenth.
    gc.disable()
    try:
        with watch, quickly():
            run_sites(no_runs, _everything(no_runs), _chance(no_runs), world, no_figures, 0, 0)
    finally:
        if collects:
            gc.enable()


class _Watch(event.Listener):  # type: ignore[misc]
    """Says how far compiling is, less and less often."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._began = self._done = 0.0
        self._next_after = _FIRST_LINE_AFTER_SECONDS

    def __enter__(self) -> None:
        event.register("numba:compile", self)

    def __exit__(self, *failure: object) -> None:
        event.unregister("numba:compile", self)
        if self._began:
            self._say(f"Compiled in {time.monotonic() - self._began:.0f} seconds.")

    def on_start(self, event: Any) -> None:
        if not self._began:
            self._began = time.monotonic()
            self._say("Compiling the rules for this machine, only this once.")

    def on_end(self, event: Any) -> None:
        self._done += 1
        passed = time.monotonic() - self._began
        if passed > self._next_after:
            self._next_after *= 2
            share = _TRANSLATING_SHARE * min(self._done / len(RULES), 1.0)
            self._say(f"Compiling: {share:.0%} after {passed:.0f} seconds.")


_FIRST_LINE_AFTER_SECONDS = 5.0
_TRANSLATING_SHARE = 0.5
"""Of the time, before all functions together become machine code."""
