"""Scenarios and experiments that ship: in a checkout beside ``src``, in a wheel inside."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import Mistake, describe
from ips_sim.scenario.errors import ScenarioError
from ips_sim.sources import experiments_folder, library_folder


@cache
def shipped() -> dict[str, Path]:
    """Every shipped scenario by name: its path in the library without ``.yaml``."""
    folder = library_folder()
    files = sorted(folder.rglob("*.yaml"))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}


_FIRST = ("ips", "traditional")


@cache
def shipped_by_folder() -> dict[str, tuple[str, ...]]:
    """Names of the shipped scenarios as lists show them: those of no folder, then by folder.

    IPS comes first, and what it is compared with second.
    """
    found: dict[str, list[str]] = {"": list(_FIRST)}
    for name in shipped():
        if name not in _FIRST:
            found.setdefault(name.rpartition("/")[0], []).append(name)
    return {folder: tuple(found[folder]) for folder in sorted(found)}


def shipped_path(name: str) -> Path | None:
    """The file of a shipped scenario by its name, with or without ``.yaml``."""
    return shipped().get(name.removesuffix(".yaml"))


def shipped_text(name: str) -> str:
    """The text of a shipped scenario, or of the CSV file of people beside one.

    Raises
    ------
    ScenarioError
        If none ships under this name.
    """
    tables = {path.relative_to(library_folder()).as_posix(): path for path in _tables()}
    path = shipped_path(name) or tables.get(name)
    if path is None:
        allowed = "a shipped scenario, as `ips-sim show scenarios` lists them"
        found, meant = "nothing of this name", nearest(name, [*shipped(), *tables])
        raise ScenarioError([Mistake(name, None, "", found, allowed, meant)])
    return path.read_text(encoding="utf-8")


def _tables() -> list[Path]:
    return sorted(library_folder().rglob("*.csv"))


@cache
def shipped_experiments() -> dict[str, Path]:
    """Every file of an experiment, a system or a calibration that ships, by name."""
    return {path.stem: path for path in sorted(experiments_folder().glob("*.yaml"))}


def experiment_path(said: str | Path) -> Path:
    """The file of an experiment: a file of one's own, or one that ships under this name.

    Raises
    ------
    ScenarioError
        If there is neither, and one that ships is called almost so.
    """
    allowed = "a file, or a name that `ips-sim show experiments` lists"
    if not isinstance(said, str | Path):
        raise ScenarioError([Mistake("experiment", None, "", describe(said), allowed)])
    path = Path(said)
    try:
        is_own = path.exists() or len(path.parts) != 1
    except OSError:  # a name too long, say: whoever reads it tells why it can't be
        is_own = True
    if is_own:
        return path
    found = shipped_experiments().get(path.name.removesuffix(".yaml"))
    meant = nearest(path.name.removesuffix(".yaml"), list(shipped_experiments()))
    if found is None and meant:
        raise ScenarioError([Mistake(str(said), None, "", "no such file", allowed, meant)])
    return found or path
