"""Run sites on the compiled driver, many at a time, on one thread or several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ips_sim.model import arrays, entities, luck
from ips_sim.model.arrays import Array
from ips_sim.model.compiled import CACHE
from ips_sim.model.compiled.cache import seal
from ips_sim.model.compiled.driver import begin_world, live_week, run_sites
from ips_sim.model.results import RunResult, Runs
from ips_sim.model.rules.counting import Weekly
from ips_sim.model.world import SiteSize, calendar, site_size
from ips_sim.scenario.schema import Scenario

_LUCK = (
    (luck.Luck, arrays.LUCK),
    (luck.PlaceLuck, arrays.PLACE_LUCK),
    (luck.StaffLuck, arrays.STAFF_LUCK),
    (luck.SiteLuck, arrays.SITE_LUCK),
)
_START_LUCK = ((luck.StartLuck, arrays.START_LUCK), (luck.PlaceStartLuck, arrays.PLACE_START_LUCK))
_STAGE = (
    (entities.SpecialistFields, arrays.SPECIALIST),
    (entities.EmployerFields, arrays.EMPLOYER),
    (entities.RelationshipFields, arrays.RELATIONSHIP),
    (entities.SiteFields, arrays.SITE),
)
_SEEKER = (entities.JobSeekerFields, arrays.SEEKER)


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
    which: Array,
    parameters: Array,
    runs: Runs,
    seed: int,
    threads: int = 1,
    person_offset: int = 0,
) -> RunResult:
    """Run sites of several scenarios in one call, as sweeps need it; otherwise as `execute`.

    Parameters
    ----------
    scenarios
        What to simulate; all of them with the same design and the same people's rows.
    which
        The scenario of each run, shape (runs,).

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
    pairs = [(int(scenario), int(site)) for scenario, site in zip(which, runs.site, strict=True)]
    known = {pair: site_size(scenarios[pair[0]], pair[1]) for pair in dict.fromkeys(pairs)}
    sizes = [known[pair] for pair in pairs]
    offsets = np.concatenate(([0], np.cumsum([size.people for size in sizes], dtype=np.int64)))
    # Each thread makes its own people blank.
    seekers = np.zeros(int(offsets[-1]), arrays.SEEKER)
    weekly = np.zeros((len(runs), calendar(scenarios[0]).rows, len(Weekly)))
    parts = np.array_split(np.arange(len(runs)), max(1, min(threads, len(runs))))

    def run_part(part: np.ndarray[Any, Any]) -> None:
        if part.size:
            _run(
                scenarios,
                which,
                parameters,
                runs,
                seed,
                sizes,
                offsets,
                seekers,
                weekly,
                part,
                person_offset,
            )

    if len(parts) > 1:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(run_part, parts))
    else:
        run_part(parts[0])
    return RunResult(runs=runs, people=seekers, offsets=offsets, weekly=weekly)


def _run(
    scenarios: Sequence[Scenario],
    which: Array,
    parameters: Array,
    runs: Runs,
    seed: int,
    sizes: list[SiteSize],
    offsets: Array,
    seekers: Array,
    weekly: Array,
    part: Array,
    person_offset: int,
) -> None:
    mine = [sizes[run] for run in part]
    table = np.array(
        [
            (
                size.site,
                size.first_person + person_offset,
                size.people,
                size.specialists,
                size.employers,
                size.first_employer,
                offsets[run],
                which[run],
            )
            for run, size in zip(part, mine, strict=True)
        ],
        dtype=np.int64,
    )
    shares = np.array([size.full_time_share for size in mine])
    workspace, blanks, luck_space, start_space = _workspace(mine)
    scenario = scenarios[0]
    weeks = calendar(scenario)
    run_sites(
        seekers,
        weekly[part[0] : part[-1] + 1],
        workspace,
        blanks,
        luck_space,
        start_space,
        sections(*scenarios),
        parameters,
        runs.draw[part],
        runs.replicate[part],
        table,
        shares,
        np.uint64(seed),
        (
            (
                scenario.design.work_goal_required,
                scenario.design.jobless_at_entry,
                scenario.design.free_places_refilled,
            ),
            weeks.entry_weeks,
            weeks.follow_up_weeks,
            weeks.is_cohort,
            weeks.warm_up_weeks,
            weeks.weeks_to_run,
            arrays.given_people(scenario.people_rows),
        ),
    )


def sections(*scenarios: Scenario) -> tuple[Array, Array, Array, Array]:
    """Copy scenarios' sections into records, one for each scenario."""
    return (
        arrays.as_records([one.programme for one in scenarios], arrays.LEVERS),
        arrays.as_records([one.staff for one in scenarios], arrays.STAFF),
        arrays.as_records([one.people for one in scenarios], arrays.PEOPLE),
        arrays.as_records([one.place for one in scenarios], arrays.PLACE),
    )


def _workspace(sizes: list[SiteSize]) -> tuple[Any, Any, Any, Any]:
    """Make room for the largest of some sites, with what a blank row looks like."""
    people = max(size.people for size in sizes)
    specialists = max(size.specialists for size in sizes)
    employers = max(size.employers for size in sizes)
    counts = (specialists, employers, specialists * employers, 1)
    workspace = tuple(
        arrays.blank(kind, dtype, count)
        for (kind, dtype), count in zip(_STAGE, counts, strict=True)
    )
    blanks = tuple(arrays.blank(kind, dtype, 1) for kind, dtype in (*_STAGE, _SEEKER))
    luck_space = tuple(_luck_space(_LUCK, (people, employers, specialists, 2)))
    start_space = tuple(_luck_space(_START_LUCK, (people, employers)))
    return workspace, blanks, luck_space, start_space


def _luck_space(
    kinds: tuple[tuple[type, np.dtype[Any]], ...], counts: tuple[int, ...]
) -> Iterator[Array]:
    """Make each table of uniforms, and the same memory as records."""
    for (_, dtype), count in zip(kinds, counts, strict=True):
        uniforms = np.zeros((max(1, count), len(dtype.names or ())))
        yield uniforms
        yield uniforms.view(dtype)[:, 0]


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
        size = site_size(scenario, site)
        weeks = calendar(scenario)
        stage, _, self._luck, start = _workspace([size])
        self.specialists, self.employers, self.relationships, self.site = stage
        self.seekers = arrays.blank(entities.JobSeekerFields, arrays.SEEKER, size.people)
        self.weekly = np.zeros((weeks.rows, len(Weekly)))
        self.week = 0
        self._settings = (
            *(section[0] for section in sections(scenario)),
            parameters[draw],
            (
                scenario.design.work_goal_required,
                scenario.design.jobless_at_entry,
                scenario.design.free_places_refilled,
            ),
            weeks.entry_weeks,
            weeks.follow_up_weeks,
            weeks.is_cohort,
            weeks.warm_up_weeks,
            arrays.given_people(scenario.people_rows),
        )
        self._size = (
            np.uint64(seed),
            np.int64(replicate),
            np.int64(size.site),
            np.int64(size.first_person),
            np.int64(size.first_employer),
            size.full_time_share,
        )
        begin_world(
            self.seekers,
            self.specialists,
            self.employers,
            self.relationships,
            self.site[0],
            self._luck,
            start,
            self._settings,
            self._size,
        )

    def step(self) -> None:
        """Live one more week."""
        self.week += 1
        live_week(
            self.week,
            self.seekers,
            self.specialists,
            self.employers,
            self.relationships,
            self.site[0],
            self.weekly,
            self._luck,
            self._settings,
            self._size,
        )


def keep_compiled_code() -> None:
    """Keep what has been compiled, for later processes."""
    seal(CACHE)
