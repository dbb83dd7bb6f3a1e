"""Analyses at full size: principles, Sobol's indices, a cluster of processes."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from benchmarks.measuring import COMMAND, ROOT, WALL, Figure, cores, timed

EXPERIMENTS = ROOT / "experiments"


def measure(full: bool) -> Iterator[Figure]:
    """Sobol's design, small unless all is asked for; then principles and a cluster."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _sobol(Path(folder), 512 if full else 32)
        if full:
            yield _principles(Path(folder))
            yield _cluster(Path(folder))


class Watched:
    """Processor seconds in what is watched, over all threads."""

    def __init__(self) -> None:
        self.seconds = 0.0


@contextmanager
def _watched(module: ModuleType, name: str) -> Iterator[Watched]:
    """Add up what calls of a module's function take."""
    plain, watched, lock = getattr(module, name), Watched(), threading.Lock()

    def clocked(*arguments, **named):
        began = time.thread_time()
        try:
            return plain(*arguments, **named)
        finally:
            with lock:
                watched.seconds += time.thread_time() - began

    setattr(module, name, clocked)
    try:
        yield watched
    finally:
        setattr(module, name, plain)


def _sobol(out: Path, samples: int) -> Iterator[Figure]:
    from ips_sim.analysis.experiments.files import load_experiment
    from ips_sim.analysis.experiments.sensitivity import run_sensitivity, sensitivity_plan
    from ips_sim.model.compiled import execute
    from ips_sim.runs import points

    whole = load_experiment(EXPERIMENTS / "sobol.yaml", "sensitivity")
    # Once for what is imported and compiled.
    run_sensitivity(replace(whole, samples=2), out / "warm")
    experiment = replace(whole, samples=samples)
    plan, _ = sensitivity_plan(experiment)
    began, used = time.perf_counter(), time.process_time()
    with _watched(execute, "execute_many") as driver, _watched(points, "count_people") as counting:
        run_sensitivity(experiment, out / "sobol")
    wall, processor = time.perf_counter() - began, time.process_time() - used
    assert min(driver.seconds, counting.seconds) > 0
    simulation = driver.seconds + counting.seconds
    yield Figure(
        f"Sobol's design, 20 factors: {plan.runs:,} runs",
        wall,
        "s",
        90.0 if samples == whole.samples else None,
        note=f"{WALL}, {cores()} cores" + ("" if samples == whole.samples else "; all with --full"),
    )
    yield Figure(
        "of it: plan, store, merge and indices",
        100 * (processor - simulation) / simulation,
        "% of the simulation's time",
        10.0 if samples == whole.samples else None,
        note="processor time; the simulation is driver and counting",
    )
    yield Figure(
        "of it: counting and pricing outcomes",
        100 * counting.seconds / driver.seconds,
        "% of the driver's time",
        note="part of the simulation",
    )


def _principles(out: Path) -> Figure:
    command: list[str | Path] = [COMMAND, "principles", ROOT / "scenarios" / "ips.yaml"]
    command += ["--draws", "1", "--replicates", "50"]
    command += ["--no-report", "--force", "--out", out / "principles"]
    return Figure(
        "ips-sim principles: 256 combinations, 50 replicates",
        min(timed(*command) for _ in range(2)),
        "s",
        15.0,
        note=f"{WALL}, {cores()} cores, start-up and tables included",
    )


def _cluster(out: Path) -> Figure:
    """Time a sweep on workers that have compiled already."""
    from distributed import LocalCluster

    from ips_sim.analysis.experiments.files import load_experiment
    from ips_sim.analysis.experiments.sweep import run_sweep
    from ips_sim.runs.how import How

    experiment = load_experiment(EXPERIMENTS / "turnover.yaml", "sweep")
    taken: dict[int, float] = {}
    for workers in (1, 2):
        with LocalCluster(
            n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=":0"
        ) as cluster:
            for name, replicates in (("warm", 20), ("timed", 200)):
                began = time.perf_counter()
                run_sweep(
                    experiment.with_runs(None, replicates),
                    out / f"dask-{workers}-{name}",
                    How(cluster=cluster.scheduler_address),
                )
                taken[workers] = time.perf_counter() - began
    return Figure(
        "Dask: two workers against one",
        taken[1] / taken[2],
        "times",
        1.7,
        "at least",
        f"{WALL}, workers have compiled already",
    )
