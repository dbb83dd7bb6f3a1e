"""What a result says of itself: how it was made, so that it can be made again."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from ips_sim import __version__
from ips_sim.economics.prices import default_prices
from ips_sim.runs.errors import RunError
from ips_sim.runs.plan import Plan, plan_from_json
from ips_sim.runs.tables import settle
from ips_sim.sources import PACKAGE

MANIFEST = "manifest.json"
WRITING_SUFFIX = ".writing"
FORMAT = 1
"""Number of the layout of result folders; it rises when a reader of older ones would stumble."""

_LIBRARIES = ("numpy", "numba", "llvmlite", "mesa", "pyarrow")


class Planned(Protocol):
    """A plan: all that the tables depend on."""

    def as_json(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it."""


def make_manifest(
    plan: Planned,
    replicates: int,
    command: Sequence[str],
    tables: Mapping[str, str],
    times: Mapping[str, Any],
) -> dict[str, Any]:
    """Put together what a finished result says of itself.

    Parameters
    ----------
    plan
        What was run.
    replicates
        How many replicates it came to.
    command
        How it was started.
    tables
        Checksum of each table by file name.
    times
        When it began and ended.
    """
    said = plan.as_json()
    return {
        "format": FORMAT,
        "command": list(command),
        **said,
        "replicates": replicates,
        "replicates_asked": said["replicates"],
        "price_year": default_prices().price_year,
        "versions": {
            "ips_sim": __version__,
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _LIBRARIES},
        },
        "git": git_state(),
        "times": dict(times),
        "tables": dict(tables),
    }


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file in one step: it is there whole, or not at all."""
    partial = path.with_name(path.name + WRITING_SUFFIX)
    partial.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    settle(partial)
    partial.replace(path)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a finished result.

    Raises
    ------
    RunError
        If the folder is none.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder} is not a finished result: it has no {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{folder / MANIFEST} can't be read ({error})") from None
    if manifest.get("format") != FORMAT:
        raise RunError(
            f"{folder} has layout {manifest.get('format')}, and this version reads {FORMAT}"
        )
    return manifest


def plan_of(manifest: Mapping[str, Any]) -> Plan:
    """Give the plan by which the same tables are made again, with the sources as they are now."""
    return plan_from_json({**manifest, "replicates": manifest["replicates_asked"]})


def check_comparable(folder: Path, other: Path) -> list[str]:
    """Say why two results can't be compared; nothing if they can.

    They can if the same model ran with the same chance: then they differ by their scenarios only.

    Raises
    ------
    RunError
        If one of the folders is not a finished result.
    """
    mine, theirs = read_manifest(folder), read_manifest(other)
    return [
        f"{folder} has {what} {mine[key]}, {other} has {theirs[key]}"
        for key, what in (
            ("source_hash", "source hash"),
            ("seed", "seed"),
            ("replicates", "replicates"),
            ("draws", "draws"),
            ("agents", "agent classes"),
        )
        if mine[key] != theirs[key]
    ]


def git_state() -> dict[str, Any] | None:
    """The commit that the sources stand at, and whether they differ from it; None outside git."""
    # An installed package may lie inside somebody else's repository.
    if _git("ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    commit = _git("rev-parse", "HEAD")
    changes = _git("status", "--porcelain", "--", ".")
    return None if commit is None else {"commit": commit, "changed": bool(changes)}


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=PACKAGE,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def now() -> str:
    """The time as manifests say it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
