"""A tree of a file against a pydantic model: every mistake at once, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from annotated_types import MinLen
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import Mistake, describe
from ips_sim.scenario.catalogue import Key, bare, key_of, meant_value
from ips_sim.scenario.errors import Told
from ips_sim.scenario.reader import Node, Refused, to_python, unprintable
from ips_sim.scenario.schema import Allowed, Once, OneOf

Unknown = Callable[[str], tuple[str, str, str]]
"""Of the name of an unknown key: what was found, what is allowed, what was perhaps meant."""

UNKNOWN = "an unknown key"


class Said(BaseModel):
    """What a file says: no unknown keys, no text for numbers, no infinity."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True)
class _Shape:
    """What may stand at one place: a mapping, a list, something plain, or one of these.

    ``least`` is how many things a mapping or a list there holds at least; ``once`` says, for a
    list that may hold nothing twice, what is allowed instead.
    """

    key: Key
    plain: TypeAdapter[Any] | None = None
    one_of: OneOf | None = None
    model: type[BaseModel] | None = None
    names: OneOf | None = None
    values: _Shape | None = None
    items: _Shape | None = None
    least: int = 0
    once: str = ""
    is_anything: bool = False
    may_be_nothing: bool = False
    needed: bool = False
    default: Any = None


class _Wrong:
    """Stands for a value about which something was told."""


def check(
    node: Node,
    model: type[BaseModel],
    where: str,
    inside: str = "",
    *,
    unknown: Unknown | None = None,
    complete: bool = True,
) -> tuple[dict[str, Any], list[Mistake]]:
    """Check a mapping of a file: types, ranges, choices, unknown keys, keys that have to be there.

    Parameters
    ----------
    node
        The mapping as it was read.
    model
        What may stand in it: a pydantic model, whose fields may be plain, lists, mappings, other
        models, or one of several of these.
    where, inside
        The source, and the dotted name of the mapping in it, for messages.
    unknown
        What to say of an unknown key; all keys and the nearest one without.
    complete
        Whether keys that have to be there are missed, and others get their defaults.

    Returns
    -------
    dict
        By key, what is right, and the defaults of what isn't there or is wrong.
    list of Mistake
        Everything that is wrong.
    """
    told = Told(where)
    values = _mapping(told, node, model, inside, unknown, complete)
    return values, told.mistakes


def _mapping(
    told: Told,
    node: Node,
    model: type[BaseModel],
    inside: str,
    unknown: Unknown | None = None,
    complete: bool = True,
) -> dict[str, Any]:
    shapes = shapes_of(model)
    every = ", ".join(shapes)
    values = {name: one.default for name, one in shapes.items() if not one.needed and complete}
    if isinstance(node.value, Refused):
        return values
    if not isinstance(node.value, dict):
        told.tell(node.line, inside, describe(node.value), f"a mapping with {every}")
        return values
    for name, item in node.value.items():
        key = f"{inside}.{name}" if inside else name
        if isinstance(item.value, Refused):
            continue
        if name not in shapes:
            meant = nearest(name, shapes)
            told.tell(item.line, key, *(unknown(name) if unknown else (UNKNOWN, every, meant)))
            continue
        value = _value(told, item, shapes[name], key)
        if not isinstance(value, _Wrong):
            values[name] = value
    for name, shape in shapes.items():
        if complete and shape.needed and name not in node.value:
            key = f"{inside}.{name}" if inside else name
            told.tell(node.line, key, "nothing", shape.key.allowed)
    return values


def _value(told: Told, node: Node, shape: _Shape, key: str) -> Any:
    value = node.value
    if isinstance(value, Refused):
        return _Wrong()
    if shape.is_anything:
        return to_python(node)
    if value is None and shape.may_be_nothing:
        return None
    if isinstance(value, dict) and shape.model is not None:
        return _mapping(told, node, shape.model, key)
    if isinstance(value, dict) and shape.values is not None and len(value) >= shape.least:
        return _named(told, value, shape, key)
    if isinstance(value, list) and shape.items is not None and len(value) >= shape.least:
        return _listed(told, value, shape, key)
    if shape.plain is not None and not isinstance(value, dict | list):
        bad = unprintable(value) if isinstance(value, str) else ""
        if bad:
            told.tell(node.line, key, f"the character {bad}", "text that prints")
            return _Wrong()
        try:
            return shape.plain.validate_python(value)
        except ValidationError:
            pass
    told.tell(node.line, key, describe(value), shape.key.allowed, _meant(value, shape))
    return _Wrong()


def _named(told: Told, value: dict[str, Node], shape: _Shape, key: str) -> dict[str, Any]:
    found = {}
    assert shape.values is not None
    for name, item in value.items():
        inside = f"{key}.{name}" if key else name
        if shape.names is not None and name not in shape.names.names:
            meant = _nearest_of(shape.names, name)
            told.tell(item.line, inside, "an unknown name", shape.names.allowed, meant)
            continue
        one = _value(told, item, shape.values, inside)
        if not isinstance(one, _Wrong):
            found[name] = one
    return found


def _listed(told: Told, value: list[Node], shape: _Shape, key: str) -> list[Any]:
    found: list[Any] = []
    assert shape.items is not None
    for item in value:
        one = _value(told, item, shape.items, key)
        if isinstance(one, _Wrong):
            continue
        if shape.once and one in found:
            told.tell(item.line, key, f"{one} a second time", shape.once)
        else:
            found.append(one)
    return found


def _meant(value: object, shape: _Shape) -> str:
    if shape.one_of is not None:
        return _nearest_of(shape.one_of, value) if isinstance(value, str) else ""
    if shape.items is not None and isinstance(value, str):
        inner = _meant(value, shape.items) if shape.items.one_of is not None else ""
        return f"[{inner}]" if inner else ""
    return meant_value(value, shape.key)


def _nearest_of(names: OneOf, word: str) -> str:
    return names.meant(word) if names.meant else nearest(word, names.names)


@cache
def shapes_of(model: type[BaseModel]) -> dict[str, _Shape]:
    """What may stand at each key of a model."""
    return {
        field.alias or name: _of_field(name, field) for name, field in model.model_fields.items()
    }


def _of_field(name: str, field: FieldInfo) -> _Shape:
    shape = _shape(name, field.annotation, field.metadata)
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    key = replace(shape.key, meaning=field.description or "")
    return replace(shape, key=key, needed=field.is_required(), default=default)


def _shape(name: str, annotation: Any, metadata: Sequence[Any]) -> _Shape:
    """Read off a type, or a union of several, what may stand there."""
    annotation, more = bare(annotation)
    metadata = [*metadata, *more]
    is_union = get_origin(annotation) in (Union, UnionType)
    words = [one for one in metadata if isinstance(one, Allowed)]
    found: dict[str, Any] = {}
    plain: list[Any] = []
    for member in get_args(annotation) if is_union else (annotation,):
        inner, said = bare(member)
        arguments, said = get_args(inner), said if is_union else metadata
        if inner is NoneType:
            found["may_be_nothing"] = True
        elif inner is Any:
            found["is_anything"] = True
        elif get_origin(inner) in (list, dict):
            *names, values = arguments
            shape = _shape(name, values, ())
            if get_origin(inner) is list:
                # What a list may hold is said once, unless its items say it better.
                found["items"] = _shape(name, values, words) if not shape.key.words else shape
            else:
                found["values"] = shape
                of_names = bare(names[0])[1]
                found["names"] = next((one for one in of_names if isinstance(one, OneOf)), None)
            found["least"] = max(
                (one.min_length for one in said if isinstance(one, MinLen)), default=0
            )
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            found["model"] = inner
        else:
            plain.append(member)
    found["once"] = next((one.allowed for one in metadata if isinstance(one, Once)), "")
    kind, said = bare(plain[0] if plain else annotation)
    if plain:
        facts = [one for one in metadata if not isinstance(one, Once)]
        joined: Any = reduce(or_, plain)
        found["plain"] = TypeAdapter(
            Annotated[joined, *facts] if facts else joined, config=Said.model_config
        )
    one_of = next((one for one in (*metadata, *said) if isinstance(one, OneOf)), None)
    key = key_of("", name, kind, [*metadata, *said])
    shape = _Shape(key, one_of=one_of, **found)
    if key.words or not (shape.items or shape.values or shape.model):
        return shape
    return replace(shape, key=replace(key, words=_words(shape)))


def _words(shape: _Shape) -> str:
    """What may stand at a place, where the model doesn't say it in words of its own."""
    ways = [shape.key.allowed] if shape.plain else []
    if shape.items:
        ways.append(f"a list, each {shape.items.key.allowed}")
    if shape.values:
        ways.append("a mapping of names to values")
    if shape.model:
        ways.append(f"a mapping with {', '.join(shapes_of(shape.model))}")
    return ", or ".join(ways) or "anything"
