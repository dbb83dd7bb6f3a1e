"""The rules that a person meets, noted while they decide, and asked again afterwards.

Python itself tells of every call while the person lives, so that no agent and no rule knows that
it is watched, people who are not followed pay nothing, and a new rule is noted without a word
about it here.  A note holds copies of everything that the rule saw; so the rule can be asked again
with another lot or another lever, and no number of a rule is repeated.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from operator import attrgetter
from types import FrameType, SimpleNamespace
from typing import Any, TypeVar

from ips_sim.model.entities import (
    EmployerFields,
    JobSeekerFields,
    RelationshipFields,
    SiteFields,
    SpecialistFields,
)
from ips_sim.model.rules import RULES, arithmetic, counting

Thing = TypeVar("Thing")
Rule = Callable[..., Any]

_KINDS: tuple[type, ...] = (
    *(JobSeekerFields, SpecialistFields, EmployerFields),
    *(RelationshipFields, SiteFields),
)
_READ = {kind: attrgetter(*(each.name for each in fields(kind))) for kind in _KINDS}
_DECIDE_NOTHING = (arithmetic.__name__, counting.__name__)


def names_of(kind: type) -> tuple[str, ...]:
    """Name the fields of an entity or of a section of a scenario."""
    if is_dataclass(kind):
        return tuple(each.name for each in fields(kind))
    return tuple(getattr(kind, "model_fields"))  # noqa: B009 - a section of a scenario file


def copy_of(thing: Thing, kind: type[Thing]) -> Thing:
    """Copy the fields of an agent into a plain entity."""
    return kind(*_READ[kind](thing))


_kinds: dict[type, type[Any] | None] = {}


def _kind_of(thing: object) -> type[Any] | None:
    """Say which entity something is, agents among them; nothing if it is none."""
    one = type(thing)
    if one not in _kinds:
        _kinds[one] = next((kind for kind in _KINDS if issubclass(one, kind)), None)
    return _kinds[one]


def _copied(value: Any) -> Any:
    """Copy what a rule may change, and whatever it may change behind it."""
    if (kind := _kind_of(value)) is not None:
        return copy_of(value, kind)
    return [_copied(each) for each in value] if isinstance(value, list) else value


@dataclass
class Call:
    """A rule as it was called, with copies of all that it saw.

    Attributes
    ----------
    at
        The arguments by name, as they were before.
    rows
        The rows of the agents among them.
    result
        What the rule gave back.
    after
        The person's fields when the rule had ended, if it was about a person.
    calls
        The rules that it called in turn.
    """

    rule: Rule
    at: SimpleNamespace
    rows: Mapping[str, int] = field(default_factory=dict)
    result: Any = None
    after: JobSeekerFields | None = None
    calls: list[Call] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.rule.__name__

    def within(self) -> Iterator[Call]:
        """Give this call and all that came of it, in the order in which they began."""
        yield self
        for call in self.calls:
            yield from call.within()

    def ask(self, **changed: Any) -> tuple[Any, JobSeekerFields | None]:
        """Ask the rule again with some arguments changed: its result, the person.

        What it was asked with stays as it was: a rule that sets anything is asked of copies.
        """
        given = vars(self.at) | changed
        if fields_written(self.rule):
            given = {name: _copied(value) for name, value in given.items()}
        result = self.rule(**given)
        return result, given.get("seeker")


class Notes:
    """Notes of the rules that are called while they are taken.

    Attributes
    ----------
    calls
        The rules called by the agents themselves; each knows those that it called. Another list may
        be put here, to be filled from then on.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._open: list[tuple[FrameType, Call]] = []
        self._copies: dict[int, tuple[Any, tuple[Any, ...], Any]] = {}
        self._rules = {
            rule.__code__: rule for rule in RULES if rule.__module__ not in _DECIDE_NOTHING
        }

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take notes of what happens inside this."""
        before = sys.getprofile()
        sys.setprofile(self._hear)
        try:
            yield
        finally:
            sys.setprofile(before)

    def _hear(self, frame: FrameType, event: str, result: Any) -> None:
        if event == "call" and (rule := self._rules.get(frame.f_code)) is not None:
            if self._open and goes_through_many(self._open[-1][1].rule):
                return  # what it asks of each one is part of its own answer
            seen = frame.f_locals
            call = Call(
                rule,
                SimpleNamespace(**{name: self._copied(value) for name, value in seen.items()}),
                {name: value.row for name, value in seen.items() if hasattr(value, "row")},
            )
            (self._open[-1][1].calls if self._open else self.calls).append(call)
            self._open.append((frame, call))
        elif event == "return" and self._open and self._open[-1][0] is frame:
            _, call = self._open.pop()
            call.result = result
            if "seeker" in frame.f_locals:
                call.after = self._copied(frame.f_locals["seeker"])

    def _copied(self, value: Any) -> Any:
        """Copy what a rule may change; what is as it was copied last has that copy again."""
        kind = _kind_of(value)
        if kind is None:
            return [self._copied(each) for each in value] if isinstance(value, list) else value
        values = _READ[kind](value)
        held = self._copies.get(id(value))
        if held is None or held[1] != values:
            held = self._copies[id(value)] = value, values, kind(*values)
        return held[2]


# What a rule reads and writes, from its source.


@dataclass(frozen=True)
class _Source:
    reads: Mapping[str, tuple[str, ...]]
    writes: frozenset[str]
    calls: tuple[Rule, ...]
    loops: bool


@cache
def _source_of(rule: Rule) -> _Source:
    reads: dict[str, dict[str, None]] = {}
    writes = set()
    loops = False
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(rule)))):
        loops = loops or isinstance(node, ast.For)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            writes.add(node.attr)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            reads.setdefault(node.value.id, {})[node.attr] = None
    named = (rule.__globals__.get(name) for name in rule.__code__.co_names)
    called = tuple(each for each in named if each in RULES)
    read = {name: tuple(each) for name, each in reads.items()}
    return _Source(read, frozenset(writes), called, loops)


def goes_through_many(rule: Rule) -> bool:
    """Whether a rule compares many things, so that only its own answer is about the person."""
    return _source_of(rule).loops


def luck_read(rule: Rule) -> tuple[str, ...]:
    """Name the lots that a rule itself looks at."""
    return _source_of(rule).reads.get("luck", ())


@cache
def levers_read(rule: Rule) -> tuple[str, ...]:
    """Name the levers that a rule or a rule called by it looks at."""
    read = dict.fromkeys(_source_of(rule).reads.get("levers", ()))
    for called in _source_of(rule).calls:
        read |= dict.fromkeys(levers_read(called))
    return tuple(read)


@cache
def fields_written(rule: Rule) -> frozenset[str]:
    """Name the fields, of whatever thing, that a rule or a rule called by it sets."""
    source = _source_of(rule)
    return source.writes.union(*(fields_written(called) for called in source.calls))
