"""How fast: measured in one run, printed as ratios where ratios can be had.

    python benchmarks/run.py                    about a minute
    python benchmarks/run.py --full             a quarter of an hour, everything at full size
    python benchmarks/run.py --only drivers     one topic

Nothing here is a test: a slow machine fails nobody.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import WALL, Figure, cores

TOPICS = ("answers", "drivers", "c_week", "phases", "sizes", "analyses")
VERSIONED = ("ips-sim", "numpy", "numba", "llvmlite", "mesa", "pyarrow")


def main() -> None:
    """Measure, topic by topic, and print each figure as it comes."""
    parser = argparse.ArgumentParser(description="How fast: ratios measured in one run.")
    parser.add_argument("--full", action="store_true", help="everything at full size")
    parser.add_argument("--only", choices=TOPICS, action="append", help="one topic, or several")
    asked = parser.parse_args()
    print(_heading())
    began = time.monotonic()
    for topic in asked.only or TOPICS:
        print(f"\n{topic}")
        for figure in import_module(f"benchmarks.{topic}").measure(asked.full):
            print(_line(figure), flush=True)
    print(f"\nIt took {time.monotonic() - began:.0f} seconds. {_load()}")
    print(
        "Processor time and the best of several tell little of other work on the machine; "
        f"what says {WALL!r} is pessimistic wherever there is any."
    )


def _heading() -> str:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONED)
    return "\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            f"{_processor()}, {cores()} cores, {platform.system()} {platform.machine()}. {_load()}",
            f"Python {platform.python_version()}, {versions}",
        ]
    )


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _load() -> str:
    if not hasattr(os, "getloadavg"):
        return ""
    load = os.getloadavg()[0]
    return f"Load {load:.1f}{' (busy)' if load > cores() / 2 else ''}."


def _line(figure: Figure) -> str:
    wanted = ""
    if figure.wanted is not None:
        wanted = f"{'yes' if figure.is_met else 'NO'}: {figure.bound} {figure.wanted:g}"
    return f"  {figure.what:<72} {figure.value:>9.3g} {figure.unit:<30} {wanted:<20} {figure.note}"


if __name__ == "__main__":
    main()
