"""Run sites on the compiled driver, many at a time, on one thread or several."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import numpy as np
from numba.core import event

from ips_sim.model import arrays, entities
from ips_sim.model.arrays import Array, Floats, Ints
from ips_sim.model.compiled.driver import Chance, Design, SiteRun, Stage, World, run_sites
from ips_sim.model.compiled.philox import scratch
from ips_sim.model.luck import Luck
from ips_sim.model.results import RunResult, Runs, Seen
from ips_sim.model.rules import RULES
from ips_sim.model.rules.counting import Weekly
from ips_sim.model.world import SiteSize, calendar, site_size
from ips_sim.scenario.schema import Scenario

_SITE_SIZE = arrays.record_type(SiteSize)
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
    arrays.PARAMETERS,
    arrays.GIVEN,
)


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
    look_in: Sequence[int] = (),
    look_at: Sequence[str] = (),
) -> RunResult:
    """Run sites of several scenarios in one call, as sweeps need it; otherwise as `execute`.

    Parameters
    ----------
    scenarios
        What to simulate; all of them with the same design and the same people's rows.
    which
        The scenario of each run, shape (runs,).
    look_in, look_at
        Weeks, ascending, at whose end to note these fields of people; that changes nothing.

    Raises
    ------
    ValueError
        If the designs or the people's rows differ.
    """
    if any(
        (one.design, one.people_rows) != (scenarios[0].design, scenarios[0].people_rows)
        for one in scenarios[1:]
    ):
        raise ValueError("scenarios of different design or people's rows can't share a call")
    table = _site_runs(scenarios, which, runs, person_offset)
    everything = _everything(table)
    weeks = calendar(scenarios[0])
    weekly = np.zeros((len(runs), weeks.rows, len(Weekly)))
    world = _world(scenarios, parameters, seed)
    parts = np.array_split(np.arange(len(runs)), max(1, min(threads, len(runs))))
    seekers: Any = everything.seekers
    offsets = np.append(table["first_person_row"], len(seekers))
    seen = Seen(
        np.zeros((len(look_in), len(look_at), len(seekers))),
        np.zeros((len(look_in), len(runs), len(Weekly))),
    )

    def run_part(part: Ints) -> None:
        if not part.size:
            return
        mine = slice(part[0], part[-1] + 1)
        people = slice(offsets[part[0]], offsets[part[-1] + 1])
        sites = everything._replace(sites=everything.sites[mine])
        chance, first = _chance(table[mine]), 0
        for number, week in enumerate((*look_in, weeks.weeks_to_run)):
            run_sites(table[mine], sites, chance, world, weekly[mine], first, week)
            first = week + 1
            if number < len(look_in):
                for row, name in enumerate(look_at):
                    seen.people[number, row, people] = seekers[name][people]
                seen.weekly[number, mine] = weekly[mine].sum(axis=1)

    if len(parts) > 1:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(run_part, parts))
    else:
        run_part(parts[0])
    return RunResult(runs, seekers, offsets, weekly, seen if look_in else None)


def _site_runs(
    scenarios: Sequence[Scenario], which: Ints, runs: Runs, person_offset: int = 0
) -> Array:
    """Make a record of type `SiteRun` for each run; their people stand one after another."""
    pairs = np.stack((which, runs.site), axis=1)
    known, back = np.unique(pairs, axis=0, return_inverse=True)
    sizes = arrays.as_records(
        [site_size(scenarios[scenario], site) for scenario, site in known.tolist()], _SITE_SIZE
    )[back.reshape(-1)]
    table = np.zeros(len(runs), _SITE_RUN)
    for name in _SITE_SIZE.names or ():
        table[name] = sizes[name]
    table["first_person"] += person_offset
    table["scenario"], table["draw"], table["replicate"] = which, runs.draw, runs.replicate
    for first, count in (
        ("first_person_row", table["people"]),
        ("first_post_row", table["specialists"]),
        ("first_employer_row", table["employers"]),
        ("first_tie_row", table["specialists"] * table["employers"]),
    ):
        table[first] = np.cumsum(count) - count
    return table


def _everything(table: Array) -> Stage:
    """Make all the things at the sites of some runs, with the defaults of their fields."""
    specialists, employers = table["specialists"], table["employers"]
    counts = (table["people"], specialists, employers, specialists * employers, len(table))
    things: Any = (
        arrays.blank(kind, dtype, int(np.sum(count)))
        for (kind, dtype), count in zip(_KINDS, counts, strict=True)
    )
    return Stage(*things)


def _world(scenarios: Sequence[Scenario], parameters: Array, seed: int) -> World:
    """Copy scenarios' sections into records, one for each scenario."""
    design, weeks = scenarios[0].design, calendar(scenarios[0])
    rows: Any = (
        arrays.as_records([one.programme for one in scenarios], arrays.LEVERS),
        arrays.as_records([one.staff for one in scenarios], arrays.STAFF),
        arrays.as_records([one.people for one in scenarios], arrays.PEOPLE),
        arrays.as_records([one.place for one in scenarios], arrays.PLACE),
        # Whatever its layout and rights, or another one would be compiled.
        np.require(parameters, requirements=["C", "W"]),
        arrays.given_people(scenarios[0].people_rows),
    )
    laid_out = Design(
        design.work_goal_required,
        design.jobless_at_entry,
        design.free_places_refilled,
        weeks.entry_weeks,
        weeks.follow_up_weeks,
        weeks.is_cohort,
        weeks.warm_up_weeks,
        decisions_of(scenarios),
    )
    return World(laid_out, np.uint64(seed), *rows)


_OUTSIDE_WORK = ("hold_up", "use", "home", "child_care")
_CHANCES_OUTSIDE_WORK = (
    "hold_ups_per_year",
    "use_relapses_per_year",
    "use_remissions_per_year",
    "homes_lost_per_year",
    "homes_found_per_year",
)


def decisions_of(scenarios: Sequence[Scenario]) -> int:
    """Count the fields of `Luck` that anything can come of.

    Drawing them takes a third of a week's time, and in most scenarios the chance of each of the
    last four is zero, so that whatever stands there decides nothing.
    """
    is_needed = any(
        one.programme.child_care_help_share > 0.0
        or any(getattr(one.people, name) > 0.0 for name in _CHANCES_OUTSIDE_WORK)
        for one in scenarios
    )
    fields = Luck._fields
    if is_needed or fields[-len(_OUTSIDE_WORK) :] != _OUTSIDE_WORK:
        return len(fields)
    return len(fields) - len(_OUTSIDE_WORK)


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
        first = np.zeros(1, np.int64)
        self._table = _site_runs(
            [scenario], first, Runs(first + draw, first + replicate, first + site)
        )
        self._world = _world([scenario], parameters, seed)
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
        with watch:
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
            share = min(self._done / len(RULES), 1.0)
            self._say(f"Compiling: {share:.0%} after {passed:.0f} seconds.")


_FIRST_LINE_AFTER_SECONDS = 5.0
