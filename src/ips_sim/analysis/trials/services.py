"""The control conditions of the trials as scenario files, derived from features by one mapping.

``services.csv`` says which conditions of which trials a service stands for, `trial_designs` what
features they had, and ``control_features.csv`` what each feature means for the levers. Nothing is
set for a service by itself, so conditions with the same features are one service under several
names, and their files say so.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ips_sim.analysis.trials.virtual_trials import features_of
from ips_sim.evidence.tables import package_data
from ips_sim.evidence.trials import trial_designs


@dataclass(frozen=True)
class Service:
    """One control condition (``services.csv``).

    Attributes
    ----------
    name, title
        Of its scenario file, and of the scenario.
    trials
        Ids of the trials whose control condition it stands for; all have the same features.
    stands_for
        What it is, in a sentence.
    features
        The features of those trials, as they stand in the table of designs.
    """

    name: str
    title: str
    trials: tuple[str, ...]
    stands_for: str
    features: Mapping[str, str]


@cache
def services() -> Mapping[str, Service]:
    """Give every service by name, in the order of the table, read-only.

    Raises
    ------
    ValueError
        If the trials of a service differ in a feature.
    """
    with package_data("services.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["service"]: _service(row) for row in csv.DictReader(file)})


def _service(row: Mapping[str, str]) -> Service:
    trials = tuple(row["trials"].split())
    first, *others = [features_of(trial_designs()[trial]) for trial in trials]
    if any(other != first for other in others):
        msg = f"the trials of {row['service']} differ in their features: {', '.join(trials)}"
        raise ValueError(msg)
    return Service(row["service"], row["title"], trials, row["stands_for"], first)
