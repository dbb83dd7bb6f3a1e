"""The scenarios that ship: a checkout has them in ``scenarios/``, a wheel in ``library/``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import Mistake
from ips_sim.scenario.errors import ScenarioError
from ips_sim.sources import library_folder


@cache
def shipped() -> dict[str, Path]:
    """Every shipped scenario by name: its path in the library without ``.yaml``."""
    folder = library_folder()
    files = sorted(folder.rglob("*.yaml"))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}


def shipped_path(name: str) -> Path | None:
    """The file of a shipped scenario by its name, with or without ``.yaml``."""
    return shipped().get(name.removesuffix(".yaml"))


def shipped_text(name: str) -> str:
    """The text of a shipped scenario.

    Raises
    ------
    ScenarioError
        If none ships under this name.
    """
    path = shipped_path(name)
    if path is None:
        allowed = f"a shipped scenario ({', '.join(shipped())})"
        found, meant = "nothing of this name", nearest(name, shipped())
        raise ScenarioError([Mistake(name, None, "", found, allowed, meant)])
    return path.read_text(encoding="utf-8")
