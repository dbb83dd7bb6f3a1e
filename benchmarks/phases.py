"""Where the time of a person's week goes in the compiled driver, phase by phase."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.measuring import Figure, fastest
from benchmarks.worlds import WEEKS, parameters_of, person_weeks, run, world
from ips_sim.model.compiled import driver, execute  # before numba, so that its mathematics is ours
from ips_sim.model.compiled.compiling import UNCOUNTED, Whole
from ips_sim.model.compiled.philox import fill_columns, fill_uniforms
from ips_sim.model.results import Runs
from ips_sim.model.rules.counting import Weekly
from ips_sim.model.world import MOST_SPECIALISTS

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
    run, site, design = runs[0], stage.sites[0], world.design
    luck, of_post, people = chance.of_person, chance.of_post, run.people
    for week in range(1, weeks + 1):
        began = _ticks()
        driver.turn_phase(week, stage, world, run)
        driver.open_market(week, stage, chance, world, run)
        here = run.scenario + site.phase
        levers, staff, place = world.levers[here], world.staff[here], world.place[here]
        parameters, phase = world.parameters[run.draw], world.phases[run.phase + site.phase]
        seed, replicate, room = world.seed, run.replicate, chance.scratch
        post, posts = run.site * MOST_SPECIALISTS, len(stage.specialists)
        fill_uniforms(chance.posts, room, seed, replicate, week, driver._SPECIALIST, post, posts)
        warm_up, decisions = design.warm_up_weeks, design.decisions
        driver.open_week(week, stage, warm_up, phase, staff, levers, parameters, of_post)
        first, end = driver.who_is_there(week, stage, people, design.follow_up_weeks)
        opened = _ticks()
        person = run.first_person
        fill_columns(
            chance.people, room, seed, replicate, week, driver._SEEKER, person, end, decisions
        )
        drawn = _ticks()
        driver.state_needs(first, end, stage, world.people[here], levers, parameters, luck)
        stated = _ticks()
        driver.give_places(first, end, stage, levers, parameters, luck)
        driver.plan_all_hours(stage, levers, parameters, of_post)
        planned = _ticks()
        driver.live_people(
            week, first, end, stage, design, levers, place, parameters, luck, weekly[0]
        )
        lived = _ticks()
        ticks[0] += opened - began
        ticks[1] += drawn - opened
        ticks[2] += stated - drawn
        ticks[3] += planned - stated
        ticks[4] += lived - planned
