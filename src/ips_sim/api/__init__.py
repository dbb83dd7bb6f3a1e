"""The Python API: the verbs of the command line, with tables as tidy pandas frames."""

from ips_sim.api.analyses import (
    Analysis,
    Principles,
    Sensitivity,
    Sweep,
    principles,
    sensitivity,
    sweep,
)
from ips_sim.api.runs import Comparison, Result, compare, simulate

__all__ = [
    "Analysis",
    "Comparison",
    "Principles",
    "Result",
    "Sensitivity",
    "Sweep",
    "compare",
    "principles",
    "sensitivity",
    "simulate",
    "sweep",
]
