"""What the rules say of themselves: sentences, parameters and keys read, and the source."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ips_sim.evidence.parameters import load_parameters
from ips_sim.model.rules import RULES
from ips_sim.scenario.catalogue import keys

SECTION_OF = {"levers": "programme", "staff": "staff", "people": "people", "place": "place"}
"""Section of a scenario behind the argument of a rule."""


@dataclass(frozen=True)
class RuleText:
    """One rule: its name, what it says, its source, and the numbers it reads.

    Attributes
    ----------
    says
        First sentences of the docstring.
    parameters
        Names of the parameters it reads.
    keys
        Dotted names of the scenario's keys that it reads.
    """

    name: str
    says: str
    source: str
    parameters: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ModuleText:
    """One module of rules."""

    name: str
    says: str
    rules: tuple[RuleText, ...]

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ").capitalize()

    @property
    def sentence(self) -> str:
        """The first line of what it says."""
        return self.says.partition("\n")[0]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that its rules read, in the order of the data."""
        read = {name for one in self.rules for name in one.parameters}
        return tuple(name for name in load_parameters() if name in read)

    @property
    def keys(self) -> tuple[str, ...]:
        """Dotted names of the scenario's keys that its rules read, in the order of the schema."""
        read = {name for one in self.rules for name in one.keys}
        return tuple(name for name in keys() if name in read)


@cache
def rule_modules() -> tuple[ModuleText, ...]:
    """Give every module of rules by its name, in alphabetical order."""
    by_module: dict[str, list[RuleText]] = {}
    for function in RULES:
        by_module.setdefault(function.__module__, []).append(_rule_text(function))
    return tuple(
        ModuleText(
            module.rpartition(".")[2], inspect.getdoc(sys.modules[module]) or "", tuple(rules)
        )
        for module, rules in sorted(by_module.items())
    )


def module_text(name: str) -> ModuleText:
    """Give one module of rules.

    Raises
    ------
    KeyError
        If there is none of this name.
    """
    return {one.name: one for one in rule_modules()}[name]


def _rule_text(function: Callable[..., Any]) -> RuleText:
    source = textwrap.dedent(inspect.getsource(function))
    parameters, read = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "parameters":
                parameters.add(node.attr)
            elif section := SECTION_OF.get(node.value.id):
                read.add(f"{section}.{node.attr}")
    return RuleText(
        function.__name__,
        " ".join((inspect.getdoc(function) or "").split()),
        source,
        tuple(name for name in load_parameters() if name in parameters),
        tuple(name for name in keys() if name in read),
    )
