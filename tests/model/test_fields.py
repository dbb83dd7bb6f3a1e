"""Every field has its declared type and is read by something; every parameter moves an outcome."""

import ast
import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest

import ips_sim
from ips_sim.model import arrays, entities, luck
from ips_sim.model.agents import Employer, IPSModel, JobSeeker, Specialist
from ips_sim.model.outcomes import TOTALS, count_outcomes
from ips_sim.model.parameters import Parameters
from ips_sim.scenario.schema import Levers, People, Place, Scenario, Staff
from tests.model.builders import (
    differing,
    ranges,
    run,
    scenario,
    special_scenarios,
)

PACKAGE = Path(str(ips_sim.__file__)).parent
RULES = tuple(sorted((PACKAGE / "model/rules").glob("*.py")))
DRIVERS = [PACKAGE / "model/agents.py", PACKAGE / "model/compiled/driver.py"]
OUTCOMES = [
    PACKAGE / "model/outcomes.py",
    PACKAGE / "runs/events.py",
    PACKAGE / "analysis/systems/counting.py",
    *sorted((PACKAGE / "story").glob("*.py")),
]
ENTITIES = [
    entities.JobSeekerFields,
    entities.SpecialistFields,
    entities.EmployerFields,
    entities.RelationshipFields,
    entities.SiteFields,
]


# Types


def wrong_types(things: Iterable[object], kind: type) -> list[str]:
    """The fields of things whose values are not exactly of the type that the class declares."""
    hints = get_type_hints(kind)
    declared = [(one.name, hints[one.name]) for one in dataclasses.fields(kind)]
    values = attrgetter(*(name for name, _ in declared))
    expected = [hint for _, hint in declared]
    wrong = []
    for thing in things:
        if [*map(type, values(thing))] == expected:
            continue
        for name, hint in declared:
            value = getattr(thing, name)
            # An enumeration's member is an int; a yes or no is not, nor is NumPy's number.
            if type(value) is not hint and not (hint is int and isinstance(value, IntEnum)):
                wrong.append(f"{kind.__name__}.{name}: {value!r} is a {type(value).__name__}")
    return wrong


def test_the_check_of_types_is_strict() -> None:
    class Thing:
        visits: Any = True
        last_week: Any = 4
        last_asked_week: Any = 4
        trust: Any = 1

    assert wrong_types([Thing()], entities.RelationshipFields) == [
        "RelationshipFields.visits: True is a bool",
        "RelationshipFields.trust: 1 is a int",
    ]
    Thing.visits, Thing.trust = entities.Service.GONE, np.float64(0.5)
    assert wrong_types([Thing()], entities.RelationshipFields) == [
        "RelationshipFields.trust: np.float64(0.5) is a float64"
    ]


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(scenario("ips", design={"people": 30}), id="ips"),
        pytest.param(scenario("traditional", design={"people": 30}), id="traditional"),
        *(pytest.param(one, id=name) for name, one in special_scenarios().items()),
    ],
)
def test_fields_have_their_declared_types_week_after_week(world: Scenario) -> None:
    model = IPSModel(world, seed=2)
    while True:
        if model.week % 3 and not model.is_over:
            model.step()
            continue
        ties = [tie for one in model.specialists for tie in one.relationships]
        wrong = [
            *wrong_types([model.site], entities.SiteFields),
            *wrong_types(model.seekers, entities.JobSeekerFields),
            *wrong_types(model.specialists, entities.SpecialistFields),
            *wrong_types(model.employers, entities.EmployerFields),
            *wrong_types(ties, entities.RelationshipFields),
        ]
        assert wrong == [], f"week {model.week}"
        if model.is_over:
            return
        model.step()


@pytest.mark.parametrize("kind", [*ENTITIES, Parameters, Levers, Staff, People, Place])
def test_array_types_hold_what_the_classes_declare(kind: type) -> None:
    dtype = arrays.record_type(kind)
    width = {int: np.dtype("i8"), float: np.dtype("f8"), bool: np.dtype("?")}
    hints = get_type_hints(kind)
    assert dtype.names
    assert {name: dtype[name] for name in dtype.names} == {
        name: width[hints[name]] for name in dtype.names
    }


@pytest.mark.parametrize("kind", ENTITIES)
def test_between_the_fields_of_records_is_nothing(kind: type) -> None:
    """So that records of the same values are the same bytes, by which drivers are compared."""
    dtype = arrays.record_type(kind)
    between = np.ones(dtype.itemsize, dtype=bool)
    for field, offset, *_ in (dtype.fields or {}).values():
        between[offset : offset + field.itemsize] = False
    for made in (arrays.as_records([kind()] * 40, dtype), arrays.blank(kind, dtype, 40)):
        assert not made.view((np.uint8, dtype.itemsize))[:, between].any()


def test_a_narrower_field_is_refused() -> None:
    @dataclasses.dataclass
    class Narrow:
        weeks: int
        share: np.float32  # type: ignore[type-arg, unused-ignore]

    Narrow.__annotations__ = {"weeks": int, "share": np.float32}
    with pytest.raises(TypeError, match="Narrow has fields that are not int, float or bool: share"):
        arrays.record_type(Narrow)


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (JobSeeker, entities.JobSeekerFields),
        (Specialist, entities.SpecialistFields),
        (Employer, entities.EmployerFields),
    ],
)
def test_no_field_is_called_like_something_of_mesa(agent: type, kind: type) -> None:
    mesa_agent = agent.__mro__[-2]
    assert mesa_agent.__module__ == "mesa.agent"
    names = {one.name for one in dataclasses.fields(kind)}
    own = {name for name in vars(agent) if not name.startswith("_")}
    given = {"unique_id", "model", "pos", "cell", "row", "luck", "relationships"}
    assert not names & (set(dir(mesa_agent)) | own | given)


# Reading


def reads(source: str) -> Iterator[tuple[str, int]]:
    """Names of attributes and items that a source reads, and the line.

    What only goes into its own new value (a count that goes up) is not read by that.
    """
    tree = ast.parse(source)
    own: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            target = ast.unparse(node.targets[0])
            own |= {
                id(inner)
                for inner in ast.walk(node.value)
                if isinstance(inner, ast.Attribute) and ast.unparse(inner) == target
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            if id(node) not in own:
                yield node.attr, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


@cache
def readers(paths: tuple[Path, ...]) -> dict[str, set[str]]:
    """Where each name is read."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        for name, line in reads(path.read_text(encoding="utf-8")):
            found[name].add(f"{path.name}:{line}")
    return found


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_field_is_read_by_a_rule_or_an_outcome(kind: type) -> None:
    found = readers((*RULES, *DRIVERS, *OUTCOMES))
    unread = [one.name for one in dataclasses.fields(kind) if one.name not in found]
    assert unread == []


@pytest.mark.parametrize("kind", [Parameters, Levers, Staff, People, Place])
def test_every_parameter_and_every_key_is_read_by_a_rule(kind: type) -> None:
    # How many there are is not the rules' to say.
    sizes = {"employers_per_100_people"}
    found = readers(RULES)
    names = set(arrays.record_type(kind).names or ())
    assert names - set(found) - sizes == set()
    assert sizes <= set(readers((PACKAGE / "model/world.py",)))


@pytest.mark.parametrize(
    "kind",
    [
        luck.Luck,
        luck.StartLuck,
        luck.PlaceLuck,
        luck.PlaceStartLuck,
        luck.StaffLuck,
        luck.SiteLuck,
    ],
)
def test_every_decision_is_taken(kind: Any) -> None:
    found = readers((*RULES, *DRIVERS))
    assert [name for name in kind._fields if name not in found] == []


def test_what_counts_is_read() -> None:
    text = (
        "seeker.jobs_held = seeker.jobs_held + 1\n"
        "seeker.interest = seeker.hope\n"
        "other.jobs_lost += 1\n"
        "people['wage']\n"
    )
    assert {name for name, _ in reads(text)} == {"hope", "wage"}


# Moving


def quantities(world: Scenario, replicates: int = 6, **changes: Any) -> list[bytes]:
    """Everything that outcomes are made of, from a few replicates."""
    result = run(world, replicates=replicates, seed=3, **changes)
    return [
        *(values.tobytes() for values in count_outcomes(result.people).values()),
        *(result.people[name].tobytes() for name in TOTALS if name in (arrays.SEEKER.names or ())),
        result.weekly.tobytes(),
    ]


@cache
def many_worlds() -> tuple[Scenario, ...]:
    few = {"people": 60}
    plain = (scenario(name, design=few) for name in ("ips", "traditional"))
    return (*plain, *special_scenarios().values())


@pytest.mark.parametrize("name", sorted(ranges()))
def test_every_parameter_moves_an_outcome(name: str) -> None:
    low, high = ranges()[name]
    assert low < high
    # What is rare, such as trouble over a surprise cut, shows only among many.
    assert any(
        quantities(world, often, **{name: low}) != quantities(world, often, **{name: high})
        for often in (1, 6, 60)
        for world in many_worlds()
    )


def moved(key: Any, value: Any) -> list[Any]:
    """Other values of a key of a scenario."""
    if key.kind == "yes or no":
        return [not value]
    if key.may_be_unlimited:
        return [6 if value != 6 else 3]
    middle = (key.low + key.high) / 2
    whole = key.kind == "whole number"
    near = [value * 0.5, value * 2 + (1 if whole else 0.05), middle, key.low]
    kept = [int(one) if whole else float(one) for one in near]
    return [one for one in kept if key.low <= one <= key.high and one != value]


@pytest.mark.parametrize("section", ["programme", "staff", "people", "place"])
def test_every_key_of_a_scenario_moves_somebody(section: str) -> None:
    from ips_sim.scenario import ScenarioError, as_mapping, load_scenario
    from ips_sim.scenario.catalogue import keys_of

    # What is rare shows among many people.
    bases = (scenario("ips"), scenario("traditional"), *many_worlds()[2:])
    plain = [run(base, seed=4).people for base in bases]
    written = [as_mapping(base)[section] for base in bases]
    idle = []
    for key in keys_of(section):
        for base, before, values in zip(bases, plain, written, strict=True):
            changed = False
            for other in moved(key, values[key.name]):
                try:
                    world = load_scenario(base, {key.dotted: other})
                except ScenarioError:  # does not go together with something else
                    continue
                after = run(world, seed=4).people
                changed = bool(differing(before, after)) if len(after) == len(before) else True
                break
            if changed:
                break
        else:
            idle.append(key.dotted)
    assert idle == []
