"""Tables of what there is in the world, from the dataclasses that both drivers take it from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from ips_sim.model import entities
from tools.pages.markdown import code, table

ENTITIES: Mapping[str, type] = {
    "Job seeker": entities.JobSeekerFields,
    "Employment specialist": entities.SpecialistFields,
    "Employer": entities.EmployerFields,
    "Relationship": entities.RelationshipFields,
    "Site": entities.SiteFields,
}
KINDS: tuple[type[IntEnum], ...] = (
    entities.Service,
    entities.Work,
    entities.Benefit,
    entities.Problem,
    entities.Ending,
    entities.Tier,
)
_TYPES = {"int": "whole number", "float": "number", "bool": "yes or no"}


@cache
def phrases() -> Mapping[str, Mapping[str, str]]:
    """Read what each field holds, by entity and field."""
    from ruamel.yaml import YAML

    text = Path(__file__).with_name("fields.yaml").read_text(encoding="utf-8")
    found: Any = YAML(typ="safe", pure=True).load(text)
    return {entity: dict(said) for entity, said in found.items()}


def entity_table(entity: str) -> str:
    """Write the fields of one of `ENTITIES`."""
    kind = ENTITIES[entity]
    said = phrases()[kind.__name__]
    rows = [(code(field.name), _TYPES[str(field.type)], said[field.name]) for field in fields(kind)]
    return table(("field", "type", "holds"), rows)


def kinds_table() -> str:
    """Write the values of fields that name a state."""
    return table(
        ("field", "meaning", "values"),
        (
            (
                code(kind.__name__),
                (kind.__doc__ or "").strip(),
                ", ".join(one.name.lower().replace("_", " ") for one in kind),
            )
            for kind in KINDS
        ),
    )
