"""An agent-based simulation of Individual Placement and Support (IPS).

What is public is reached from here: ``simulate`` and ``compare`` run scenarios,
``principles``, ``sweep`` and ``sensitivity`` analyse many runs, ``system`` runs many sites
together, ``fidelity`` reviews a programme by the IPS fidelity scale, ``plan`` searches staff
and rules for a budget, ``value`` says what strategies cost and bring, ``against`` sets a
scenario against what a programme knows, ``validate`` runs published trials as virtual ones,
``load_scenario`` reads a scenario, and ``IPSModel`` with its agents is the world to step
through, watch and change. Each name is imported when it is first asked for, so that
``import ips_sim`` alone stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ips_sim.api import (
        against,
        compare,
        fidelity,
        plan,
        principles,
        sensitivity,
        simulate,
        sweep,
        system,
        validate,
        value,
    )
    from ips_sim.model.agents import Employer, IPSModel, JobSeeker, Specialist
    from ips_sim.runs.errors import InterruptedRunError, RunError
    from ips_sim.scenario import Scenario, ScenarioError, load_scenario

__version__ = "0.1.0"

__all__ = [
    "Employer",
    "IPSModel",
    "InterruptedRunError",
    "JobSeeker",
    "RunError",
    "Scenario",
    "ScenarioError",
    "Specialist",
    "__version__",
    "against",
    "compare",
    "fidelity",
    "load_scenario",
    "plan",
    "principles",
    "sensitivity",
    "simulate",
    "sweep",
    "system",
    "validate",
    "value",
]

_HOME = {
    "Employer": "ips_sim.model.agents",
    "IPSModel": "ips_sim.model.agents",
    "InterruptedRunError": "ips_sim.runs.errors",
    "JobSeeker": "ips_sim.model.agents",
    "RunError": "ips_sim.runs.errors",
    "Scenario": "ips_sim.scenario",
    "ScenarioError": "ips_sim.scenario",
    "Specialist": "ips_sim.model.agents",
    "against": "ips_sim.api",
    "compare": "ips_sim.api",
    "fidelity": "ips_sim.api",
    "load_scenario": "ips_sim.scenario",
    "plan": "ips_sim.api",
    "principles": "ips_sim.api",
    "sensitivity": "ips_sim.api",
    "simulate": "ips_sim.api",
    "sweep": "ips_sim.api",
    "system": "ips_sim.api",
    "validate": "ips_sim.api",
    "value": "ips_sim.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found  # the next access finds it without coming here
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
