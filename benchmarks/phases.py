"""Where the time of a person's week goes in the compiled driver, phase by phase."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.measuring import Figure, fastest
from benchmarks.worlds import WEEKS, parameters_of, person_weeks, run, world
from ips_sim.model.compiled import driver, execute  # before numba, so that its mathematics is ours
from ips_sim.model.compiled.compiling import UNCOUNTED, Whole
from ips_sim.model.results import Runs
from ips_sim.model.rules.counting import Weekly

from llvmlite import ir  # type: ignore[import-untyped]  # isort: skip
from numba import njit, types  # isort: skip
from numba.core import cgutils  # isort: skip
from numba.extending import intrinsic  # isort: skip

NANO = 1e9
PHASES = (
    "employers and staff",
    "chance",
    "illness and needs",
    "waiting list and hours",
    "search, work, leaving, counting",
)
TURNS = 200


def measure(full: bool) -> Iterator[Figure]:
    """The phases of weeks of IPS and of traditional services."""
    for name in ("ips", "traditional"):
        yield from _phases(name, TURNS * (5 if full else 1), 10.0 if full else 2.0)


def _phases(name: str, turns: int, seconds: float) -> Iterator[Figure]:
    scenario = world(name)
    first = np.zeros(1, np.int64)
    table, phases = execute._site_runs([scenario], first, Runs(first, first, first))
    all_of_it = execute._world([scenario], parameters_of(scenario), 1, phases)
    chance, best = execute._chance(table), np.full(len(PHASES), np.inf)
    weekly = np.zeros((1, WEEKS, len(Weekly)))
    for _ in range(turns):
        stage = execute._everything(table)
        driver.run_sites(table, stage, chance, all_of_it, weekly, 0, 0)
        ticks = np.zeros(len(PHASES))
        _timed_weeks(table, stage, chance, all_of_it, weekly, WEEKS, ticks)
        best = np.minimum(best, ticks)
    whole = fastest({name: lambda: run(scenario, 5)}, seconds)[name] / person_weeks(scenario, 5)
    for phase, share in zip(PHASES, best / best.sum(), strict=True):
        note = f"about {share * whole * NANO:.0f} of {whole * NANO:.0f} ns a person-week"
        yield Figure(f"{name}: {phase}", 100 * share, "% of a week", note=note)


@intrinsic  # type: ignore[untyped-decorator]
def _ticks(context: object):
    """The processor's own count of cycles, which takes a few of them to read."""

    def code(context, builder, signature, arguments):
        kind = ir.FunctionType(ir.IntType(64), ())
        read = cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter")
        return builder.call(read, ())

    return types.int64(), code


@njit(error_model="python", pipeline_class=Whole, no_cfunc_wrapper=True, **UNCOUNTED)
def _timed_weeks(runs, stage, chance, world, weekly, weeks, ticks):
    """What `driver.live_week` does, with a look at the clock between."""
    run = runs[0]
    for week in range(1, weeks + 1):
        began = _ticks()
        driver.turn_phase(week, stage, world, run)
        driver.open_market(week, stage, chance, world, run)
        driver.open_week(week, stage, chance, world, run)
        first, end = driver.who_is_there(week, stage, world, run)
        opened = _ticks()
        driver.draw_luck(week, end, chance, world, run)
        drawn = _ticks()
        driver.state_needs(first, end, stage, chance, world, run)
        stated = _ticks()
        driver.give_places(first, end, stage, chance, world, run)
        driver.plan_all_hours(stage, chance, world, run)
        planned = _ticks()
        driver.live_people(week, first, end, stage, chance, world, run, weekly[0])
        lived = _ticks()
        ticks[0] += opened - began
        ticks[1] += drawn - opened
        ticks[2] += stated - drawn
        ticks[3] += planned - stated
        ticks[4] += lived - planned
