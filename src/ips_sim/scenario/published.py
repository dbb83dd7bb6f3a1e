"""The JSON Schema of scenario files, from which editors complete and explain keys."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from ips_sim.evidence import unit_costs
from ips_sim.scenario.catalogue import (
    UNLIMITED,
    Key,
    change_keys,
    keys_of,
    person_columns,
    sections,
)
from ips_sim.scenario.changes import NOT_CHANGED
from ips_sim.scenario.own_prices import COMMON, price_key, price_names
from ips_sim.scenario.schema import (
    CHANGES_TO_PROGRAMME,
    PEOPLE_ROWS_MEANING,
    PRINCIPLES,
    Budget,
    Change,
    Price,
    Scenario,
)

SCHEMA_FILE_NAME = "scenario.schema.json"
EDITOR_HINT = f"# yaml-language-server: $schema={SCHEMA_FILE_NAME}"


def file_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, complete or based on another."""
    texts = Scenario.model_json_schema()["properties"]
    title = {name: texts["title"][name] for name in ("minLength", "maxLength", "pattern")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of ips-sim",
        "description": "One programme in one place, and how it is observed.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "title": {
                "description": texts["title"]["description"],
                "type": "string",
                **title,
            },
            "summary": {
                "description": "What this scenario stands for; without it, the comment at the "
                "top of the file counts.",
                "type": "string",
            },
            "based_on": {
                "description": "What everything else is inherited from: a file in this folder or "
                "below, or a shipped one; or several, of which the later count more.",
                "anyOf": [
                    {"type": "string", **title},
                    {
                        "type": "array",
                        "items": {"type": "string", **title},
                        "minItems": 1,
                        "uniqueItems": True,
                    },
                ],
            },
            "drop": {
                "description": "Principles left out: their levers take the values of "
                "traditional services.",
                "type": ["array", "null"],
                "items": {"enum": list(PRINCIPLES)},
                "uniqueItems": True,
            },
            **{section: _section_schema(section) for section in sections()},
            "variant": {
                "description": texts["variant"]["description"],
                "enum": texts["variant"]["enum"],
            },
            "parameters": {
                "description": texts["parameters"]["description"],
                "type": ["object", "null"],
                "additionalProperties": {"type": "number"},
            },
            "prices": _prices_schema(),
            "budget": {**_model_schema(Budget), "description": texts["budget"]["description"]},
            "changes": {
                "description": texts["changes"]["description"],
                "type": ["array", "null"],
                "items": _change_schema(),
            },
        },
        "required": ["title"],
        # A file that is based on nothing has to be complete.
        "if": {"not": {"required": ["based_on"]}},
        "then": {
            "required": list(sections()),
            "properties": {
                section: {"type": "object", "required": [key.name for key in keys_of(section)]}
                for section in sections()
            },
        },
    }


def schema_text() -> str:
    """The JSON Schema as the published file has it."""
    return json.dumps(file_schema(), indent=2) + "\n"


def _section_schema(section: str) -> dict[str, Any]:
    properties = {key.name: key_schema(key) for key in keys_of(section)}
    if section == "people":
        properties["rows"] = _rows_schema()
    return {
        "description": first_sentence(sections()[section].__doc__ or ""),
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": properties,
    }


def _model_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a mapping that may be left empty."""
    said = model.model_json_schema()
    properties = {
        name: {key: value for key, value in one.items() if key not in ("title", "default")}
        for name, one in said["properties"].items()
    }
    return {"type": ["object", "null"], "additionalProperties": False, "properties": properties}


def _prices_schema() -> dict[str, Any]:
    one = _model_schema(Price)
    common = {name: one["properties"][name] for name in COMMON}
    named = {
        key.name: {
            "description": f"{unit_costs()[key.name].unit}. {key.meaning}".strip(),
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": key.high},
                {**one, "type": "object", "required": ["value"]},
            ],
        }
        for key in map(price_key, price_names())
    }
    return {
        "description": Scenario.model_fields["prices"].description,
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {**common, **named},
    }


def _change_schema() -> dict[str, Any]:
    fields = Change.model_fields
    properties = {name: key_schema(key) for name, key in change_keys().items()}
    properties["programme_of"] = {
        "description": CHANGES_TO_PROGRAMME,
        "type": "string",
        "minLength": 1,
    }
    for section, unread in NOT_CHANGED.items():
        keys = [key for key in keys_of(section) if key.name not in unread]
        properties[section] = {
            "description": fields[section].description,
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {key.name: key_schema(key) for key in keys},
        }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": ["week"],
    }


def _rows_schema() -> dict[str, Any]:
    person = {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {name: key_schema(key) for name, key in person_columns().items()},
    }
    return {
        "description": f"{PEOPLE_ROWS_MEANING} The name of a CSV file in this folder or below, or "
        "a list of people.",
        "anyOf": [
            {"type": "string", "minLength": 1},
            {"type": "array", "items": person},
        ],
    }


def key_schema(key: Key) -> dict[str, Any]:
    """The JSON Schema of the values of a key."""
    if key.kind == "yes or no":
        return {"description": key.meaning, "type": "boolean"}
    if key.kind == "choice":
        return {"description": key.meaning, "enum": list(key.choices)}
    number: dict[str, Any] = {
        "type": "integer" if key.kind == "whole number" else "number",
        "minimum": key.low,
        "maximum": key.high,
    }
    described = {"description": f"{key.meaning} Unit: {key.unit}.", "unit": key.unit}
    if key.may_be_unlimited:
        return {**described, "anyOf": [number, {"const": UNLIMITED}]}
    return {**described, **number}


def first_sentence(text: str) -> str:
    """The first line of a docstring, as a sentence."""
    return text.strip().splitlines()[0].split(" (section ")[0].rstrip(".") + "."
