"""What a scenario may say, and reading, inheriting and checking it with line numbers."""

from ips_sim.evidence.mistakes import Mistake
from ips_sim.scenario.errors import ScenarioError
from ips_sim.scenario.library import shipped
from ips_sim.scenario.principles import Principle, principles
from ips_sim.scenario.resolve import (
    Origin,
    Resolved,
    ScenarioSource,
    as_mapping,
    load_scenario,
    resolve_scenario,
)
from ips_sim.scenario.schema import Design, Levers, People, Place, Scenario, Staff

__all__ = [
    "Design",
    "Levers",
    "Mistake",
    "Origin",
    "People",
    "Place",
    "Principle",
    "Resolved",
    "Scenario",
    "ScenarioError",
    "ScenarioSource",
    "Staff",
    "as_mapping",
    "load_scenario",
    "principles",
    "resolve_scenario",
    "shipped",
]
