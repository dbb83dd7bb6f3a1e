"""A scenario with some values changed, fast enough to be done a hundred thousand times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ips_sim.evidence.mistakes import Mistake, describe
from ips_sim.scenario.catalogue import PARAMETERS, keys, nearest_key, sections
from ips_sim.scenario.contradictions import contradictions
from ips_sim.scenario.errors import OVERRIDE, ScenarioError
from ips_sim.scenario.schema import Scenario


def vary(base: Scenario, values: Mapping[str, object]) -> Scenario:
    """Change values of a scenario, as `load_scenario` does with overrides, without its reading.

    Parameters
    ----------
    base
        The scenario, which stays as it is.
    values
        By dotted name, ``{"programme.caseload_limit": 30}``, also ``parameters.<name>``. Names of
        parameters and their ranges are taken as checked.

    Raises
    ------
    ScenarioError
        If a value is not allowed, or contradicts another.
    """
    changed: dict[str, dict[str, Any]] = {}
    for dotted, value in values.items():
        section, _, name = dotted.partition(".")
        changed.setdefault(section, {})[name] = value
    updated: dict[str, object] = {}
    for section, new in changed.items():
        if section == PARAMETERS:
            updated[section] = {**base.parameters, **new}
            continue
        unknown = [name for name in new if f"{section}.{name}" not in keys()]
        if unknown:
            raise _refusal(f"{section}.{unknown[0]}", "an unknown key", "a key of a scenario")
        before = getattr(base, section)
        try:
            updated[section] = sections()[section].model_validate(before.model_dump() | new)
        except ValidationError as error:
            wrong = str(error.errors()[0]["loc"][0])
            key = keys()[f"{section}.{wrong}"]
            raise _refusal(key.dotted, describe(new.get(wrong)), key.allowed) from None
    varied = base.model_copy(update=updated)
    for contradiction in contradictions(varied):
        said = next((key for key in contradiction.keys if key in values), contradiction.keys[0])
        raise _refusal(said, contradiction.found, contradiction.allowed)
    return varied


def _refusal(key: str, found: str, allowed: str) -> ScenarioError:
    section, _, name = key.partition(".")
    meant = "" if key in keys() else nearest_key(name or section, section)
    return ScenarioError([Mistake(OVERRIDE, None, key, found, allowed, meant)])
