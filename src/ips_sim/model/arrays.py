"""Array types for everything the rules read and write, derived from the annotations."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from ips_sim.evidence.parameters import load_parameters
from ips_sim.model import entities, luck
from ips_sim.model.parameters import Parameters
from ips_sim.scenario.schema import Levers, People, PersonRow, Place, Staff

_SCALARS: dict[Any, str] = {int: "i8", float: "f8", bool: "?"}


def record_type(kind: type) -> np.dtype[Any]:
    """Derive the record type of a class whose fields are int, float or bool.

    Raises
    ------
    TypeError
        If a field has another type: a narrower one would wrap in one driver only.
    """
    hints = get_type_hints(kind)
    if issubclass(kind, BaseModel):
        names = list(kind.model_fields)
    elif dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
    else:
        names = list(getattr(kind, "_fields"))  # noqa: B009 - a NamedTuple, unknown to mypy here
    unknown = [name for name in names if hints[name] not in _SCALARS]
    if unknown:
        msg = f"{kind.__name__} has fields that are not int, float or bool: {', '.join(unknown)}"
        raise TypeError(msg)
    return np.dtype([(name, _SCALARS[hints[name]]) for name in names], align=True)


SEEKER = record_type(entities.JobSeekerFields)
GIVEN = record_type(entities.GivenFields)
SPECIALIST = record_type(entities.SpecialistFields)
EMPLOYER = record_type(entities.EmployerFields)
RELATIONSHIP = record_type(entities.RelationshipFields)
SITE = record_type(entities.SiteFields)
LEVERS = record_type(Levers)
STAFF = record_type(Staff)
PEOPLE = record_type(People)
PLACE = record_type(Place)
PARAMETERS = record_type(Parameters)
LUCK = record_type(luck.Luck)
START_LUCK = record_type(luck.StartLuck)
PLACE_LUCK = record_type(luck.PlaceLuck)
PLACE_START_LUCK = record_type(luck.PlaceStartLuck)
STAFF_LUCK = record_type(luck.StaffLuck)
SITE_LUCK = record_type(luck.SiteLuck)

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def blank(kind: type, dtype: np.dtype[Any], shape: int | tuple[int, ...]) -> Array:
    """Make an array of things whose fields have the defaults of their class."""
    made = np.empty(shape, dtype)
    # As plain memory, which is copied fast.
    memory = f"V{dtype.itemsize}"
    made.view(memory)[...] = as_record(kind(), dtype).view(memory)
    return made


def as_record(thing: object, dtype: np.dtype[Any]) -> Array:
    """Copy an object's fields into an array of one record."""
    return as_records([thing], dtype)


def as_records(things: Sequence[object], dtype: np.dtype[Any]) -> Array:
    """Copy objects' fields into records, one for each; what lies between fields is zero."""
    fields = attrgetter(*(dtype.names or ()))
    records = np.zeros(len(things), dtype)
    records[:] = [fields(thing) for thing in things]
    return records


def given_people(rows: Sequence[PersonRow]) -> Array:
    """Copy what a user says of people into records of type `GIVEN`, one blank if nothing is said.

    Person number n of a scenario is the one in row n, modulo the number of rows.
    """
    if not rows:
        return blank(entities.GivenFields, GIVEN, 1)
    names = GIVEN.names or ()
    return np.array([tuple(_number(row, name) for name in names) for row in rows], GIVEN)


def _number(row: PersonRow, name: str) -> float:
    said = getattr(row, name)
    if said is None:
        return entities.NOT_GIVEN
    return float(entities.Benefit[said.upper()]) if isinstance(said, str) else float(said)


def default_parameters(overrides: dict[str, float] | None = None) -> Parameters:
    """Give every parameter its value from the data, some of them another.

    Raises
    ------
    KeyError
        If an override names no parameter.
    """
    values = {name: info.value for name, info in load_parameters().items()}
    for name, value in (overrides or {}).items():
        if name not in values:
            raise KeyError(name)
        values[name] = float(value)
    return Parameters(**values)
