"""How fast sweeps and sensitivity designs run: the whole, its parts, and a cluster of two.

    python benchmarks/sensitivity.py [--samples 512] [--dask]

The Sobol design that ships: 20 factors, first and total order, 10 replicates of one arm of 100
people over 18 months; with 512 samples that is 112,640 runs.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from ips_sim.analysis.experiment_files import load_experiment
from ips_sim.analysis.sensitivity import run_sensitivity, sensitivity_plan
from ips_sim.analysis.sweep import run_sweep
from ips_sim.model.world import calendar
from ips_sim.runs import points
from ips_sim.runs.execution import compile_rules, cores

EXPERIMENTS = Path(__file__).resolve().parent.parent / "experiments"


class Simulating:
    """Adds up the processor time that goes into the driver and counting what it brought."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._lock = threading.Lock()

    def __enter__(self) -> Simulating:
        self._original = original = points._Batch.totals

        def timed(batch: Any, *arguments: Any) -> Any:
            began = time.thread_time()
            try:
                return original(batch, *arguments)
            finally:
                with self._lock:
                    self.seconds += time.thread_time() - began

        points._Batch.totals = timed  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        points._Batch.totals = self._original  # type: ignore[method-assign]


def sobol(samples: int, folder: Path) -> None:
    """Run the Sobol design on all cores, and say where the time went."""
    made = replace(load_experiment(EXPERIMENTS / "sobol.yaml", "sensitivity"), samples=samples)
    plan, _ = sensitivity_plan(made)
    compile_rules(plan.base, plan.parameters, plan.seed)
    began, used = time.perf_counter(), time.process_time()
    with Simulating() as simulating:
        run_sensitivity(made, folder / "sobol")
    wall, processor = time.perf_counter() - began, time.process_time() - used
    weeks = plan.runs * plan.base.design.people * calendar(plan.base).weeks_to_run
    print(f"Sobol design: {plan.runs:,} runs, {weeks / 1e6:,.0f} million person-weeks")
    print(f"  {wall:.1f} s on {cores()} cores, {processor:.1f} s of processor time")
    print(f"  simulation {simulating.seconds:.1f} s, {weeks / simulating.seconds / 1e6:.2f} "
          "million person-weeks a second a core")  # fmt: skip
    beside = processor - simulating.seconds
    print(f"  beside it {beside:.1f} s, {100 * beside / simulating.seconds:.1f} % of it: plan, "
          "store, merge, indices")  # fmt: skip


def on_dask(folder: Path) -> None:
    """Run a sweep on one and on two workers that have compiled already."""
    from distributed import LocalCluster

    made = load_experiment(EXPERIMENTS / "turnover.yaml", "sweep")
    taken = {}
    for workers in (1, 2):
        with LocalCluster(
            n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=":0"
        ) as cluster:
            for name, replicates in (("warm", 20), ("timed", 200)):
                began = time.perf_counter()
                run_sweep(
                    made.with_runs(None, replicates),
                    folder / f"dask-{workers}-{name}",
                    cluster=cluster.scheduler_address,
                )
                taken[workers] = time.perf_counter() - began
    print(
        f"Dask: one worker {taken[1]:.1f} s, two {taken[2]:.1f} s, ratio {taken[1] / taken[2]:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=512)
    parser.add_argument("--dask", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        sobol(asked.samples, Path(name))
        if asked.dask:
            on_dask(Path(name))


if __name__ == "__main__":
    main()
