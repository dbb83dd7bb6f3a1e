"""The list of rules, so that the compiled driver can register every one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

RuleFunction = TypeVar("RuleFunction", bound=Callable[..., Any])

RULES: list[Callable[..., Any]] = []
"""Every rule and helper of a rule, in the order in which they were defined."""


def rule(function: RuleFunction) -> RuleFunction:
    """Mark a function as a rule: plain Python, readable by both drivers.

    A rule uses arithmetic, comparison, ``min``, ``max``, ``abs``, ``int``, ``len``, ``math.sqrt``,
    ``math.floor``, ``math.exp`` and ``math.log`` only, and the value of the last two never enters
    a field (``tests/model/test_rule_syntax.py`` reads the source and says so).
    """
    RULES.append(function)
    return function
