"""The eight principles: the levers each owns and what traditional services do with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from ips_sim.scenario.reader import read_file, to_python
from ips_sim.scenario.schema import PRINCIPLES

_FILE = Path(__file__).with_name("principles.yaml")


@dataclass(frozen=True)
class Principle:
    """One practice principle of IPS.

    Attributes
    ----------
    name
        Its name, as scenario files write it under ``drop``.
    levers
        The levers it owns, with the value that traditional services give them, as files write
        it; names without their section, which is ``programme``.
    why
        What traditional services do instead, in a sentence.
    status
        How well the values are known: ``assumed``, unless something was measured.
    rests_on
        What speaks for the values.
    tried_alone
        Whether people were ever assigned to it alone: ``experiment``, ``partly`` (to a part of it,
        or to more than it) or ``no``.
    tried
        What such studies, or comparisons within a service, say of it, in a sentence.
    studies
        Their keys in the evidence tables.
    """

    name: str
    levers: Mapping[str, float | bool | str]
    why: str
    status: str
    rests_on: str
    tried_alone: Literal["experiment", "partly", "no"]
    tried: str
    studies: tuple[str, ...]


@cache
def principles() -> Mapping[str, Principle]:
    """All eight principles by name, in the order of the IPS Employment Center."""
    parsed = read_file(_FILE, _FILE.name)
    said: Any = to_python(parsed.root)
    return MappingProxyType(
        {
            name: Principle(
                name=name,
                levers=MappingProxyType(said[name]["levers"]),
                why=said[name]["why"],
                status=said[name]["status"],
                rests_on=said[name]["rests_on"],
                tried_alone=said[name]["tried_alone"],
                tried=said[name]["tried"],
                studies=tuple(said[name]["studies"]),
            )
            for name in PRINCIPLES
        }
    )


def owner_of(lever: str) -> str | None:
    """The principle that a lever belongs to, if any."""
    for principle in principles().values():
        if lever in principle.levers:
            return principle.name
    return None
