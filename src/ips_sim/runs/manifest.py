"""What a result says of itself: how it was made, so that it can be made again."""

from __future__ import annotations

import json
import os
import platform
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from ips_sim import __version__
from ips_sim.economics.prices import default_prices
from ips_sim.runs.counts import checked
from ips_sim.runs.errors import RunError
from ips_sim.runs.tables import checksum, settle
from ips_sim.sources import PACKAGE

MANIFEST = "manifest.json"
PARTIAL_SUFFIX = ".partial"
"""A result is called so while it is unfinished."""
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


@dataclass(frozen=True)
class _Said:
    """What every manifest says, whatever kind of result it is of."""

    command: list[str]
    seed: int
    replicates: int
    replicates_asked: int
    source_hash: str
    versions: dict[str, str]
    tables: dict[str, str]
    kind: str = ""


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a finished result.

    Raises
    ------
    RunError
        If the folder is none, or the manifest is not what this version writes.
    """
    path = folder / MANIFEST
    # Not Path.resolve, which fails at a loop of links.
    if os.path.realpath(folder).endswith(PARTIAL_SUFFIX):
        raise RunError(f"{folder} is an unfinished result: the command that began it goes on")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder} is not a finished result: it has no {MANIFEST}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path} can't be read ({error})") from None
    if not isinstance(manifest, dict):
        raise RunError(f"{path} is no manifest: it holds no keys with values")
    if manifest.get("format") != FORMAT:
        raise RunError(
            f"{path} has layout {manifest.get('format')!r}, and this version reads {FORMAT}"
        )
    try:
        checked(_Said, manifest)
    except RunError as error:
        raise RunError(f"{path} is no whole manifest: {error}") from None
    for name in manifest["tables"]:
        if name != Path(name).name or name == "..":
            raise RunError(
                f"{path} is no whole manifest: tables has {name!r}; allowed are names of files "
                "beside it"
            )
    return manifest


def altered(folder: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Hash the tables of a result, and say which are not as they were written, and why.

    Raises
    ------
    RunError
        If there is something else than a file in the place of one: reading that may never end.
    """
    found = {}
    for name, digits in manifest["tables"].items():
        table = folder / name
        try:
            if not stat.S_ISREG(table.stat().st_mode):
                raise RunError(f"{table} is no regular file, as every table of a result is")
            if checksum(table) != digits:
                found[name] = "was changed since it was written"
        except FileNotFoundError:
            found[name] = "is missing"
        except (OSError, ValueError) as error:  # no file can have such a name
            found[name] = f"can't be read ({getattr(error, 'strerror', None) or error})"
    return found


def refuse_altered(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse to read a result that is not as it was written.

    Raises
    ------
    RunError
        With the names of the tables.
    """
    if found := altered(folder, manifest):
        what = ", ".join(f"{name} {why}" for name, why in found.items())
        raise RunError(f"{folder} is not as it was written: {what}")


def compare_manifests(made: Path, original: Path) -> tuple[list[str], list[str]]:
    """Say how what one folder holds differs from another of the same plan.

    Returns
    -------
    differing : list of str
        Tables that are not the same to the byte.
    notes : list of str
        What has changed since that may explain it.
    """
    old, new = read_manifest(original), read_manifest(made)
    differing = sorted(
        name
        for name in {*old["tables"], *new["tables"]}
        if old["tables"].get(name) != new["tables"].get(name)
    )
    notes = []
    if old["source_hash"] != new["source_hash"]:
        notes.append("the sources have changed since")
    notes += [
        f"{library} was {version}, is {new['versions'].get(library)}"
        for library, version in old["versions"].items()
        if new["versions"].get(library) != version
    ]
    return differing, notes


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
