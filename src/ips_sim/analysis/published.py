"""The JSON Schema of each kind of file, for editors; tests hold them to the models."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from ips_sim.scenario.catalogue import PARAMETERS, dotted_keys
from ips_sim.scenario.published import file_schema, key_schema


class _WithoutTitles(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def models() -> Mapping[str, tuple[type[BaseModel], ...]]:
    """The models of each kind of file that is no scenario; of two, the first has ``methods``."""
    from ips_sim.analysis.calibration.plan_files import CalibrationFile
    from ips_sim.analysis.experiments.files import SensitivityFile, SweepFile
    from ips_sim.analysis.principles.players import PlayersFile
    from ips_sim.analysis.systems.system import SystemFile

    return {
        "experiment": (SensitivityFile, SweepFile),
        "calibration": (CalibrationFile,),
        "players": (PlayersFile,),
        "system": (SystemFile,),
    }


def schemas() -> Mapping[str, Callable[[], dict[str, Any]]]:
    """What makes the JSON Schema of each kind of file."""
    of_kind = {kind: partial(_schema, kind, found) for kind, found in models().items()}
    return {"scenario": file_schema, **of_kind}


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of file as the published file has it."""
    return json.dumps(schemas()[kind](), indent=1, ensure_ascii=False) + "\n"


def _schema(kind: str, of_kind: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    parts = [one.model_json_schema(schema_generator=_WithoutTitles) for one in of_kind]
    kept: dict[str, Any] = {}
    for part in parts:
        kept |= part.pop("$defs", {})
    body = parts[0]
    if len(parts) > 1:
        body = {"type": "object", "if": {"required": ["methods"]}, "then": body, "else": parts[1]}
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{kind.capitalize()} of ips-sim",
        **{name: value for name, value in body.items() if name != "title"},
        "$defs": kept,
    }
    if any(_names_of(one) for one in _nodes(made)):
        kept |= {name: key_schema(key) for name, key in dotted_keys().items()}
    for node in _nodes(made):
        # pydantic writes bounds so that stand behind a function, as those of whole numbers do.
        for name, bound in (("ge", "minimum"), ("le", "maximum")):
            if isinstance(node.get(name), int):
                node[bound] = node.pop(name)
        if _names_of(node):
            _spell_out(node, kept)
    return made


def _nodes(node: Any) -> list[dict[str, Any]]:
    """Every mapping in a schema."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = [node] if isinstance(node, dict) else []
    return own + [found for one in inner for found in _nodes(one)]


def _names_of(node: dict[str, Any]) -> list[str]:
    """The names that a mapping may have, where these are dotted ones."""
    names = node.get("propertyNames", {})
    found = names.get("enum", []) if isinstance(names, dict) else []
    return found if set(dotted_keys()) <= set(found) else []


def _spell_out(node: dict[str, Any], kept: dict[str, Any]) -> None:
    """Say for each dotted name what its values may be, where a schema says only the names."""
    names, inner = _names_of(node), node.pop("additionalProperties", {})
    del node["propertyNames"]
    by_name = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _of_key(inner, name) for name in names},
    }
    known = [name for name, one in kept.items() if one == by_name]
    called = known[0] if known else f"by_name_{sum('by_name' in name for name in kept) + 1}"
    kept[called] = by_name
    node.pop("type", None)
    node["$ref"] = f"#/$defs/{called}"


def _of_key(inner: Any, name: str) -> Any:
    """What stands at a dotted name: its own values wherever the schema leaves them open."""
    value = {"$ref": f"#/$defs/{name}"} if name != PARAMETERS else {}
    if inner in ({}, True):
        return value
    if "anyOf" in inner:
        return {**inner, "anyOf": [_of_key(one, name) for one in inner["anyOf"]]}
    return {**inner, "items": value} if inner.get("type") == "array" else inner
