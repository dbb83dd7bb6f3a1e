"""Facts about every key of a scenario, read off the schema: kind, range, unit, meaning."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from ips_sim.evidence.likely import TRUTHS, likely_numbers, nearest
from ips_sim.scenario.changes import CHANGES
from ips_sim.scenario.schema import (
    UNLIMITED_WEEKS,
    Allowed,
    Change,
    OneOf,
    PersonRow,
    Scenario,
    Section,
    Unit,
)

UNLIMITED = "unlimited"
PARAMETERS = "parameters"
"""The section of a file that sets parameters of the model."""

Kind = Literal["yes or no", "whole number", "number", "choice", "text"]

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
_TIMES = ("day", "days", "week", "weeks", "month", "months", "quarters", "year", "years")


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
    words
        What may stand there, where that is said in words of its own.
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
    words: str = ""

    @property
    def dotted(self) -> str:
        """Section and name, as in ``programme.caseload_limit``."""
        return f"{self.section}.{self.name}"

    @property
    def allowed(self) -> str:
        """What may stand there, in words."""
        if self.words:
            return self.words
        if self.kind == "text":
            return "a text"
        if self.kind == "yes or no":
            return "true or false"
        if self.kind == "choice":
            return " or ".join(self.choices)
        if self.may_be_unlimited:
            return f"a {self.kind} from 0 ({self.unit}) or {UNLIMITED}"
        if self.low is None or self.high is None:
            return f"a {self.kind}"
        unit = f" ({self.unit})" if self.unit else ""
        return f"a {self.kind} from {self.low:,} to {self.high:,}{unit}"

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


@cache
def change_keys() -> Mapping[str, Key]:
    """What may be said of a change beside keys of sections, by name, in the order of the schema."""
    return MappingProxyType(
        {
            name: _key(CHANGES, name, field)
            for name, field in Change.model_fields.items()
            if name not in sections()
        }
    )


def parameter_key(name: str) -> Key:
    """A parameter of the model as a key of a file."""
    from ips_sim.evidence.parameters import load_parameters

    one = load_parameters()[name]
    words = f"a number from {one.low:g} to {one.high:g} ({one.unit})"
    return Key(PARAMETERS, name, "number", one.low, one.high, one.unit, one.meaning, words=words)


@cache
def dotted_keys() -> Mapping[str, Key]:
    """Everything that has a dotted name: keys of sections, and parameters of the model."""
    from ips_sim.evidence.parameters import load_parameters

    parameters = [parameter_key(name) for name in load_parameters()]
    return MappingProxyType({**keys(), **{one.dotted: one for one in parameters}})


DOTTED_ALLOWED = (
    "the dotted name of a lever, a setting or a parameter, see `ips-sim show schema` and "
    "`ips-sim show parameters`"
)


def nearest_dotted(word: str) -> str:
    """The dotted name that was perhaps meant, with its unit; empty when none is like it."""
    from ips_sim.evidence.parameters import load_parameters

    section, _, name = word.partition(".")
    if section == PARAMETERS:
        near = nearest(name, load_parameters())
        return _with_unit(dotted_keys()[f"{PARAMETERS}.{near}"], None) if near else ""
    bare_name = name or section
    named = [key for key in keys().values() if key.name == bare_name]
    if named:
        return _with_unit(named[0], None)
    if bare_name in load_parameters():
        return f"{PARAMETERS}.{bare_name}"
    return nearest_key(bare_name, None)


def nearest_key(word: str, section: str | None) -> str:
    """The key that was perhaps meant, with its unit; empty when none is like it.

    The same words with another unit come first (``preparation_months`` for
    ``preparation_weeks``), then a like name in the section, then one elsewhere.
    """
    here = [key for key in keys().values() if section is None or key.section == section]
    elsewhere = [key for key in keys().values() if key not in here]
    for candidates in (here, elsewhere):
        same_name = [key for key in candidates if key.name == word.lower()]
        same_stem = [key for key in candidates if _stem(key.name) == _stem(word)]
        if not _stem(word):  # a word of time alone, such as years
            same_stem = [key for key in same_stem if section and word.lower() in _TIMES]
        # Of several keys with the same stem (mean and sd) the one spelled most alike.
        shares = word.lower().replace("percent", "share").replace("pct", "share")
        alike = nearest(shares, [key.name for key in same_stem or candidates])
        like_spelled = [key for key in candidates if key.name == alike]
        found = same_name or like_spelled or same_stem
        if found:
            return _with_unit(found[0], section)
    return ""


_THOUSAND = 1000
_LEAST_PER_CENT = 2
"""A number from here that stands for a share is taken for per cent, below it for a slip."""


def meant_value(value: object, key: Key) -> str:
    """The value that was perhaps meant by another; empty where none is near."""
    if key.kind == "text":
        is_plain = key.name == "title" and isinstance(value, bool | int | float)
        return f'"{show_value(value)}", in quotation marks' if is_plain else ""
    if key.kind == "choice":
        return nearest(value, key.choices) if isinstance(value, str) else ""
    if key.kind == "yes or no":
        if not isinstance(value, str):
            return ""
        return TRUTHS.get(value.strip().lower()) or nearest(value, ["true", "false"])
    numbers: list[float] = []
    if isinstance(value, str):
        numbers = list(_numbers_meant(value, key))
    elif not isinstance(value, bool) and isinstance(value, int | float):
        numbers = [value / 100] if key.unit == "share" and value >= _LEAST_PER_CENT else []
    for number in numbers:
        is_whole = number == int(number) if math.isfinite(number) else False
        # Thousands set apart are meant as such, even where there may be no thousands.
        is_apart = isinstance(value, str) and "," in value and number >= _THOUSAND
        if (is_apart or is_allowed_number(number, key)) and (is_whole or key.kind == "number"):
            return f"{int(number)}" if is_whole else f"{number:.12g}"
    if isinstance(value, str) and key.may_be_unlimited:
        return nearest(value, [UNLIMITED])
    return ""


def is_allowed_number(number: float, key: Key) -> bool:
    """Whether a number lies in the range of a key; nothing that is no number does."""
    low = -math.inf if key.low is None else key.low
    return low <= number <= (math.inf if key.high is None else key.high)


def _numbers_meant(text: str, key: Key) -> Iterator[float]:
    """What a text may say as a number of this key: a share may be given in per cent."""
    for number, is_per_cent in likely_numbers(text):
        if is_per_cent or (key.unit == "share" and number >= _LEAST_PER_CENT):
            yield number / 100
        yield number


def _with_unit(key: Key, section: str | None) -> str:
    name = key.name if key.section == section else key.dotted
    return f"{name} ({key.unit or key.allowed})"


def _stem(name: str) -> tuple[str, ...]:
    words = name.lower().replace("-", "_").replace(" ", "_").split("_")
    return tuple(word for word in words if word and word not in _UNIT_WORDS)


def _key(section: str, name: str, field: FieldInfo) -> Key:
    annotation, metadata = _unwrapped(field)
    return key_of(section, name, annotation, metadata, field.description or "")


def key_of(
    section: str, name: str, annotation: Any, metadata: Sequence[Any], meaning: str = ""
) -> Key:
    """Read a key off a type and what is said about it."""
    choices: tuple[str, ...] = ()
    kind: Kind = "number"
    if get_origin(annotation) is Literal:
        kind, choices = "choice", get_args(annotation)
    elif annotation in _KINDS:
        kind = _KINDS[annotation]
    words = next((item.words for item in metadata if isinstance(item, Allowed)), "")
    for item in metadata:
        if isinstance(item, OneOf):
            kind, choices, words = "choice", item.names, item.allowed
    low = _bound(metadata, "ge")
    high = _bound(metadata, "le")
    unit = next((item.name for item in metadata if isinstance(item, Unit)), "")
    return Key(
        section=section,
        name=name,
        kind=kind,
        low=low,
        high=high,
        unit=unit,
        meaning=meaning,
        choices=choices,
        may_be_unlimited=high == UNLIMITED_WEEKS and unit == "weeks",
        words=words,
    )


_KINDS: Mapping[Any, Kind] = {bool: "yes or no", int: "whole number", str: "text"}


def _unwrapped(field: FieldInfo) -> tuple[Any, list[Any]]:
    """The type of a field, without ``None`` where that is allowed, and what is said about it."""
    annotation: Any = field.annotation
    metadata = list(field.metadata)
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (one for one in get_args(annotation) if one is not NoneType)
    annotation, more = bare(annotation)
    return annotation, metadata + more


def bare(annotation: Any) -> tuple[Any, list[Any]]:
    """A type without what `Annotated` says about it, and that."""
    if get_origin(annotation) is Annotated:
        annotation, *said = get_args(annotation)
        facts: list[Any] = []
        for one in said:
            facts += one.metadata if isinstance(one, FieldInfo) else [one]
        return annotation, facts
    return annotation, []


def _bound(metadata: Iterable[Any], name: str) -> float | None:
    for item in metadata:
        bound = getattr(item, name, None)
        if bound is not None:
            return float(bound) if isinstance(bound, float) else int(bound)
    return None
