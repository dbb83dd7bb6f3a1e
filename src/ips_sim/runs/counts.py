"""What somebody asks for, checked: the same in Python, on the command line and in a manifest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from numbers import Integral, Real
from typing import Any, TypeVar

from ips_sim.runs.errors import RunError

Made = TypeVar("Made")

SEED_LIMIT = 2**64
REPLICATE_LIMIT = 2**32
DEFAULT_DRAWS = 100
"""Realisations of the uncertain parameters, spread evenly over the posterior."""
DEFAULT_RUNS = 200
"""Stochastic runs over all draws, unless somebody says how many replicates each draw has."""
PRINCIPLES_DRAWS, PRINCIPLES_REPLICATES = 128, 2
"""What `principles` takes: two seeds use the same words only with so many draws."""
CLASSROOM_DRAWS, CLASSROOM_REPLICATES = 32, 2
"""What `classroom` takes: each of its thousands of worlds has so many agencies."""
DEFAULT_AGENCIES = 30
"""Agencies that `fidelity` visits: as many draws, each with its own people and luck."""
DEFAULT_WAITING_WEEKS = 8.0
"""Mean wait that `plan` allows unless somebody says another one."""
MOST_LETTERS = 300
"""Of a message about what a file holds."""


def whole(what: str, value: object, low: int = 1, limit: int | None = None) -> int:
    """Give a whole number; NumPy's count, and so does 20.0.

    Parameters
    ----------
    what
        What it is called.
    value
        What was given.
    low, limit
        The lowest number allowed, and the first that is too large.

    Raises
    ------
    RunError
        If it is something else, or outside.
    """
    given: Any = value
    if _is_number(value) and (isinstance(value, Integral) or float(given).is_integer()):
        number = int(given)
        if low <= number and (limit is None or number < limit):
            return number
    allowed = f"{low} or more" if limit is None else f"a whole number from {low} to {limit - 1}"
    raise RunError(f"{what} must be {allowed}, found {_written(given)}")


def positive(what: str, value: object) -> float:
    """Give a number above zero that is not endless.

    Raises
    ------
    RunError
        If it is something else.
    """
    given: Any = value
    with suppress(OverflowError):  # a whole number beyond what a float holds
        if _is_number(value) and 0 < float(given) < math.inf:
            return float(given)
    raise RunError(f"{what} must be a positive number, found {_written(given)}")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _written(value: object) -> str:
    """Write what was found into a message."""
    try:
        written = str(value) if _is_number(value) else repr(value)
    except ValueError:  # Python does not write out integers of thousands of digits
        return "a number of thousands of digits"
    return written if len(written) <= MOST_LETTERS else f"{written[:MOST_LETTERS]}..."


def key_and_value(what: str, text: str) -> tuple[str, object]:
    """Read ``KEY=VALUE``, as options and tables have it.

    Parameters
    ----------
    what
        What is written so, for the message.
    text
        What was given.

    Raises
    ------
    RunError
        If key or value is missing.
    """
    from ips_sim.scenario.reader import plain_value

    key, _, value = (part.strip() for part in text.partition("="))
    if not (key and value):
        raise RunError(f"{what} is written as KEY=VALUE, found {text.strip()!r}")
    return key, plain_value(value)


def of_kind(what: str, value: object, kind: type | tuple[type, ...], allowed: str) -> None:
    """Refuse what is of another kind than was asked for.

    Raises
    ------
    RunError
        With what is allowed.
    """
    if not isinstance(value, kind):
        raise RunError(f"{what} must be {allowed}, found {_written(value)}")


def seed_of(value: object) -> int:
    """Check a seed; see `whole`."""
    return whole("the seed", value, 0, SEED_LIMIT)


def replicates_of(value: object) -> int:
    """Check a number of replicates; see `whole`."""
    replicates = whole("replicates", value)
    if replicates >= REPLICATE_LIMIT:
        raise RunError(f"replicates must be less than {REPLICATE_LIMIT}, found {value}")
    return replicates


def checked(kind: type[Made], values: Mapping[str, Any]) -> Made:
    """Make a dataclass from values that a file holds, if they are of its types.

    Raises
    ------
    RunError
        If one is missing, or of another type.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        made: Made = TypeAdapter(kind).validate_python(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            raise RunError(f"{key} is missing") from None
        raise RunError(f"{key}: {first['msg']}, found {first['input']!r}"[:MOST_LETTERS]) from None
    return made
