"""What a person-week costs in larger worlds: sites, the size of a site, threads, memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measuring import COMMAND, ROOT, WALL, Figure, fastest
from benchmarks.worlds import person_weeks, run, world

GIGABYTE = 1e9

PEAK = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"kilobytes": used.ru_maxrss}))
"""
"""Runs a command in a process of its own and says how much memory it held at most."""


def measure(full: bool) -> Iterator[Figure]:
    """Sites, size of a site, a region, threads, memory."""
    yield _sites(full)
    yield from _region(full)
    yield _largest_site(full)
    yield _threads(full)
    yield _memory(full)


def _sites(full: bool) -> Figure:
    # Short, so that a quiet moment is long enough for ten thousand sites.
    count, weeks = (10_000, 26) if full else (1_000, 26)
    one, many = world(weeks=weeks), world(weeks=weeks, sites=count, people=100 * count)
    best = fastest(
        {"one": lambda: run(one, 20), "many": lambda: run(many)}, 60.0 if full else 5.0, least=5
    )
    ratio = best["many"] / person_weeks(many) / (best["one"] / person_weeks(one, 20))
    return Figure(
        f"a person-week with {count:,} sites against one",
        ratio,
        "times",
        1.3,
        note="sites of 100 people" + ("" if full else "; 10,000 sites with --full"),
    )


def _region(full: bool) -> Iterator[Figure]:
    """A person-week in areas of ten sites that share employers, by people, against one site."""
    alone = world(people=100)
    for people in (1_000, 10_000, 100_000, *((1_000_000,) if full else ())):
        sites = people // 100
        region = world(people=people, sites=sites, sites_per_area=10)
        best = fastest(
            {"alone": partial(run, alone, 20), "region": partial(run, region)},
            20.0 if full else 4.0,
        )
        ratio = best["region"] / person_weeks(region) / (best["alone"] / person_weeks(alone, 20))
        yield Figure(
            f"a person-week of {people:,} people in areas of 1,000 against 100 people alone",
            ratio,
            "times",
            1.3,
            note="ten sites share their employers",
        )


def _largest_site(full: bool) -> Figure:
    small = world(programme__caseload_limit=63)
    large = world(people=500, programme__caseload_limit=63)
    best = fastest(
        {"small": lambda: run(small, 5), "large": lambda: run(large)}, 20.0 if full else 4.0
    )
    return Figure(
        "a person-week at the largest site (500 people, 8 posts) against 100 people",
        best["large"] / person_weeks(large) / (best["small"] / person_weeks(small, 5)),
        "times",
        1.3,
        note="caseload limit 63",
    )


def _threads(full: bool) -> Figure:
    scenario = world()
    best = fastest(
        {str(one): partial(run, scenario, 200, one) for one in (1, 2)},
        40.0 if full else 8.0,
        time.perf_counter,
        least=5,
    )
    return Figure("two threads against one", best["1"] / best["2"], "times", 1.8, "at least", WALL)


def _memory(full: bool) -> Figure:
    people = 1_000_000 if full else 100_000
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "scenarios" / "ips.yaml", folder)
        file = Path(folder) / "many.yaml"
        file.write_text(
            "title: Many people over two years\n"
            "based_on: ips.yaml\n"
            "design:\n"
            f"  people: {people}\n"
            f"  sites: {people // 100}\n"
            "  weeks: 104\n",
            encoding="utf-8",
        )
        command = [
            COMMAND,
            "run",
            file,
            "--draws",
            1,
            "--replicates",
            1,
            "--out",
            Path(folder) / "out",
            "--no-report",
        ]
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *(str(one) for one in command)],
            check=True,
            capture_output=True,
            text=True,
        )
    peak = json.loads(done.stdout)["kilobytes"] * 1024 / GIGABYTE
    return Figure(
        f"memory of {people:,} people over two years",
        peak,
        "GB",
        4.0,
        note="`ips-sim run`, tables written" + ("" if full else "; a million people with --full"),
    )
