"""The compiled driver against Mesa's, and what tables and folders cost."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.measuring import Figure, fastest
from benchmarks.worlds import WEEKS, person_weeks, run, world

NANO = 1e9
REPLICATES = 5
"""Runs in one measurement on the compiled driver: short enough to fall into a quiet moment."""
MORE = 20
"""How many times as much is done to tell what grows from what is there anyhow."""
TURNS, BETWEEN = 8, 8
"""Times that the Mesa driver runs at least, and its weeks between two measurements of the other."""


def measure(full: bool) -> Iterator[Figure]:
    """Both drivers on IPS and on traditional services; then the parts."""
    seconds = 40.0 if full else 5.0
    for name in ("ips", "traditional"):
        yield from _drivers(name, seconds)
    yield from _parts(seconds)


def _drivers(name: str, seconds: float) -> Iterator[Figure]:
    from ips_sim.model.agents import IPSModel

    scenario = world(name)
    weeks = np.full(WEEKS, np.inf)
    best = np.inf
    run(scenario, REPLICATES)
    end = time.monotonic() + seconds
    turns = 0
    while turns < TURNS or time.monotonic() < end:
        model = IPSModel(scenario, seed=1)
        for week in range(WEEKS):
            began = time.process_time()
            model.step()
            weeks[week] = min(weeks[week], time.process_time() - began)
            # One measurement takes about as long as a few weeks on Mesa's driver.
            if week % BETWEEN == 0:
                began = time.process_time()
                run(scenario, REPLICATES)
                best = min(best, time.process_time() - began)
        turns += 1
    compiled = person_weeks(scenario, REPLICATES) / best
    mesa = person_weeks(scenario) / float(weeks.sum())
    note = f"one thread, week by week the best of {turns}, in turns"
    yield Figure(
        f"{name}: compiled driver against Mesa's", compiled / mesa, "times", 40, "at least", note
    )
    yield Figure(
        f"{name}: Mesa driver",
        mesa / 1e6,
        "million person-weeks a second",
        0.1,
        "at least",
        note,
    )
    yield Figure(
        f"{name}: compiled driver", compiled / 1e6, "million person-weeks a second", note=note
    )


def _parts(seconds: float) -> Iterator[Figure]:
    import ips_sim

    scenario = world()
    weeks = person_weeks(scenario, REPLICATES)
    overrides = {f"design.{key}": value for key, value in scenario.design.model_dump().items()}

    with tempfile.TemporaryDirectory() as folder:

        def with_tables(replicates: int) -> None:
            result = ips_sim.simulate(
                "ips", draws=1, replicates=replicates, jobs=1, overrides=overrides
            )
            result.save(Path(folder) / "result", force=True)

        best, many = (
            fastest(
                {
                    "run": partial(run, scenario, replicates),
                    "all": partial(with_tables, replicates),
                },
                seconds,
            )
            for replicates in (REPLICATES, MORE * REPLICATES)
        )
    unit = "ns a person-week"
    # What a small result costs anyhow (a folder, a manifest) is told apart by a larger one.
    slope = ((many["all"] - many["run"]) - (best["all"] - best["run"])) / ((MORE - 1) * weeks)
    yield Figure("tables", slope * NANO, unit, note="counted, priced, added up, written to Parquet")
    yield Figure(
        "a result folder, however small",
        (best["all"] - best["run"] - slope * weeks) * 1e3,
        "ms",
        note="plan, manifest, checksums, summary; beside the driver",
    )
