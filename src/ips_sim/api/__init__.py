"""The Python API: the verbs of the command line, with tables as tidy pandas frames."""

from ips_sim.api.analyses import (
    Analysis,
    against,
    fidelity,
    plan,
    principles,
    sensitivity,
    sweep,
    system,
    validate,
    value,
)
from ips_sim.api.runs import Comparison, Result, compare, simulate

__all__ = [
    "Analysis",
    "Comparison",
    "Result",
    "against",
    "compare",
    "fidelity",
    "plan",
    "principles",
    "sensitivity",
    "simulate",
    "sweep",
    "system",
    "validate",
    "value",
]
