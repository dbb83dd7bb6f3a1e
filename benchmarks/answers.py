"""How long people wait: for help, for an answer in Python, for the demo."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator

from benchmarks.measuring import COMMAND, WALL, Figure, cores, fastest, timed
from benchmarks.worlds import PEOPLE, WEEKS

STARTS = 7


def measure(full: bool) -> Iterator[Figure]:
    """Starting, comparing, and the demo."""
    note = f"{WALL}, best of {STARTS}"
    starting = min(timed(sys.executable, "-c", "import ips_sim") for _ in range(STARTS))
    yield Figure("python -c 'import ips_sim'", starting, "s", 0.5, note=note)
    helping = min(timed(COMMAND, "--help") for _ in range(STARTS))
    yield Figure("ips-sim --help", helping, "s", 0.5, note=note)
    yield from _compare(full)
    turns = 3 if full else 1
    with tempfile.TemporaryDirectory() as folder:
        demo = min(timed("make", "demo", f"DEMO={folder}/demo") for _ in range(turns))
    yield Figure("make demo, once installed", demo, "s", 10.0, note=f"{WALL}, best of {turns}")


def _compare(full: bool) -> Iterator[Figure]:
    import ips_sim

    keys = {"design.people": PEOPLE, "design.weeks": WEEKS}

    def compare() -> None:
        comparison = ips_sim.compare("ips", "traditional", overrides=keys)
        assert len(comparison.summary)
        assert len(comparison.contrasts)

    seconds = 20.0 if full else 5.0
    wall = fastest({"all": compare}, seconds, time.perf_counter)["all"]
    cpu = fastest({"all": compare}, seconds)["all"]
    what = "ips_sim.compare, two programmes, 200 runs of each, warm"
    note = f"{WALL}, {cores()} cores, with summary and contrasts"
    yield Figure(what, wall, "s", 0.7, note=note)
    yield Figure(f"{what}: processor time", cpu, "s", note="of all threads together")
