"""Facts about every key of a scenario, read off the schema: kind, range, unit, meaning."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from ips_sim.scenario.schema import (
    UNLIMITED_WEEKS,
    PersonRow,
    Scenario,
    Section,
    Unit,
)

UNLIMITED = "unlimited"

Kind = Literal["yes or no", "whole number", "number", "choice"]

# Words in a key that tell its unit or kind and not what it is about.
_UNIT_WORDS = frozenset(
    # fmt: off
    [
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "quarter",
        "quarters",
        "year",
        "years",
        "hour",
        "hours",
        "h",
        "minute",
        "minutes",
        "per",
        "percent",
        "pct",
        "rate",
        "share",
        "ratio",
        "mean",
        "average",
        "sd",
        "usd",
        "eur",
        "gbp",
        "dollar",
        "dollars",
        "euro",
        "euros",
        "pounds",
        "cents",
        "number",
        "n",
        "count",
        "score",
        "index",
        "weight",
    ]
    # fmt: on
)


@dataclass(frozen=True)
class Key:
    """One key of a section.

    Attributes
    ----------
    section, name
        Where it stands and how it is called.
    kind
        What kind of value it takes.
    low, high
        The smallest and the largest number allowed; none for yes or no and choices.
    unit
        The unit of a number; empty for yes or no and choices.
    meaning
        What it says, in a sentence.
    choices
        The words allowed, for a choice.
    may_be_unlimited
        Whether the word ``unlimited`` may stand for a number.
    """

    section: str
    name: str
    kind: Kind
    low: float | None
    high: float | None
    unit: str
    meaning: str
    choices: tuple[str, ...] = ()
    may_be_unlimited: bool = False

    @property
    def dotted(self) -> str:
        """Section and name, as in ``programme.caseload_limit``."""
        return f"{self.section}.{self.name}"

    @property
    def allowed(self) -> str:
        """What may stand there, in words."""
        if self.kind == "yes or no":
            return "true or false"
        if self.kind == "choice":
            return " or ".join(self.choices)
        if self.may_be_unlimited:
            return f"a {self.kind} from 0 ({self.unit}) or {UNLIMITED}"
        return f"a {self.kind} from {self.low:,} to {self.high:,} ({self.unit})"

    def shown(self, value: object) -> str:
        """The value as a file writes it."""
        return show_value(
            UNLIMITED if self.may_be_unlimited and value == UNLIMITED_WEEKS else value
        )


def show_value(value: object) -> str:
    """A value as a file writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


@cache
def sections() -> Mapping[str, type[Section]]:
    """The sections of a scenario that hold keys of their own, in order."""
    return MappingProxyType(
        {
            name: field.annotation
            for name, field in Scenario.model_fields.items()
            if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
        }
    )


@cache
def keys() -> Mapping[str, Key]:
    """Every key by its dotted name, in the order of the schema."""
    found = [
        _key(section, name, field)
        for section, model in sections().items()
        for name, field in model.model_fields.items()
    ]
    return MappingProxyType({key.dotted: key for key in found})


def keys_of(section: str) -> tuple[Key, ...]:
    """The keys of one section."""
    return tuple(key for key in keys().values() if key.section == section)


@cache
def person_columns() -> Mapping[str, Key]:
    """What may be said of each of a user's own people, by name, in the order of the schema."""
    return MappingProxyType(
        {name: _key("people.rows", name, field) for name, field in PersonRow.model_fields.items()}
    )


def nearest(word: str, names: Iterable[str]) -> str:
    """The name most like a word; empty when none is."""
    by_lower = {name.lower(): name for name in names}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else ""


def nearest_key(word: str, section: str | None) -> str:
    """The key that was perhaps meant, with its unit; empty when none is like it.

    The same words with another unit come first (``preparation_months`` for
    ``preparation_weeks``), then a like name in the section, then one elsewhere.
    """
    here = [key for key in keys().values() if section is None or key.section == section]
    elsewhere = [key for key in keys().values() if key not in here]
    for candidates in (here, elsewhere):
        same_name = [key for key in candidates if key.name == word.lower()]
        same_stem = [key for key in candidates if _stem(word) and _stem(key.name) == _stem(word)]
        # Of several keys with the same stem (mean and sd) the one spelled most alike.
        shares = word.lower().replace("percent", "share").replace("pct", "share")
        alike = nearest(shares, [key.name for key in same_stem or candidates])
        like_spelled = [key for key in candidates if key.name == alike]
        found = same_name or like_spelled or same_stem
        if found:
            return _with_unit(found[0], section)
    return ""


def _with_unit(key: Key, section: str | None) -> str:
    name = key.name if key.section == section else key.dotted
    return f"{name} ({key.unit or key.allowed})"


def _stem(name: str) -> tuple[str, ...]:
    words = name.lower().replace("-", "_").replace(" ", "_").split("_")
    return tuple(word for word in words if word and word not in _UNIT_WORDS)


def _key(section: str, name: str, field: FieldInfo) -> Key:
    annotation, metadata = _unwrapped(field)
    choices: tuple[str, ...] = ()
    kind: Kind
    if get_origin(annotation) is Literal:
        kind, choices = "choice", get_args(annotation)
    elif annotation is bool:
        kind = "yes or no"
    else:
        kind = "whole number" if annotation is int else "number"
    low = _bound(metadata, "ge")
    high = _bound(metadata, "le")
    return Key(
        section=section,
        name=name,
        kind=kind,
        low=low,
        high=high,
        unit=next((item.name for item in metadata if isinstance(item, Unit)), ""),
        meaning=field.description or "",
        choices=choices,
        may_be_unlimited=high == UNLIMITED_WEEKS,
    )


def _unwrapped(field: FieldInfo) -> tuple[Any, list[Any]]:
    """The type of a field, without ``None`` where that is allowed, and what is said about it."""
    annotation: Any = field.annotation
    metadata = list(field.metadata)
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (one for one in get_args(annotation) if one is not NoneType)
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        metadata += more
    return annotation, metadata


def _bound(metadata: Iterable[Any], name: str) -> float | None:
    for item in metadata:
        bound = getattr(item, name, None)
        if bound is not None:
            return float(bound) if isinstance(bound, float) else int(bound)
    return None
