"""The worlds that are timed, and runs of them."""

from __future__ import annotations

import numpy as np

from ips_sim.model import arrays
from ips_sim.model.arrays import Array
from ips_sim.model.results import RunResult, Runs
from ips_sim.scenario import load_scenario
from ips_sim.scenario.schema import Scenario

PEOPLE, WEEKS = 100, 78
"""The job that figures per person-week are taken from: 100 people over 18 months."""


def world(name: str = "ips", **keys: object) -> Scenario:
    """A shipped scenario of this size; keys are those of its design, or dotted with ``__``."""
    values: dict[str, object] = {
        "design.people": PEOPLE,
        "design.weeks": WEEKS,
        "design.sites": 1,
        "design.entry_weeks": 1,
    }
    for key, value in keys.items():
        values[key.replace("__", ".") if "__" in key else f"design.{key}"] = value
    return load_scenario(name, values)


def parameters_of(scenario: Scenario) -> Array:
    """The values that the data give, as the driver takes them."""
    return arrays.as_record(arrays.default_parameters(scenario.parameters), arrays.PARAMETERS)


def person_weeks(scenario: Scenario, replicates: int = 1) -> int:
    """How many weeks of how many people a run of all sites is."""
    return scenario.design.people * scenario.design.weeks * replicates


def run(scenario: Scenario, replicates: int = 1, threads: int = 1) -> RunResult:
    """Run every site of a scenario on the compiled driver, and make no tables."""
    from ips_sim.model.compiled.execute import execute

    number = np.arange(replicates * scenario.design.sites, dtype=np.int64)
    replicate, site = np.divmod(number, scenario.design.sites)
    runs = Runs(np.zeros_like(number), replicate, site)
    return execute(scenario, parameters_of(scenario), runs, 1, threads)
