"""One layer of a scenario: what a single file, mapping or set of overrides says, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, cast, get_args

from annotated_types import MinLen

from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import Mistake, describe
from ips_sim.scenario.catalogue import (
    PARAMETERS,
    change_keys,
    is_allowed_number,
    meant_value,
    nearest_key,
    parameter_key,
    sections,
)
from ips_sim.scenario.changes import CHANGES, NOT_CHANGED
from ips_sim.scenario.checking import UNKNOWN, Said, check
from ips_sim.scenario.errors import Told
from ips_sim.scenario.own_prices import PRICES, check_prices
from ips_sim.scenario.people_rows import ROWS_ALLOWED, check_people
from ips_sim.scenario.principles import principles
from ips_sim.scenario.reader import Node, Refused, unprintable
from ips_sim.scenario.schema import (
    PRINCIPLES,
    Allowed,
    Budget,
    Change,
    Once,
    OneOf,
    PersonRow,
    Scenario,
    Title,
)

VARIANT = "variant"
BUDGET = "budget"
VARIANTS = get_args(Scenario.model_fields[VARIANT].annotation)
_DROPS = f"a list of principles: {', '.join(PRINCIPLES)}"
PEOPLE_ROWS = "people.rows"
"""The key under which own people stand, which is not a number like the others."""


class _File(Said):
    """A scenario file, as far as each key can be checked by itself; sections come after."""

    title: Title = ""
    summary: str = ""
    based_on: Annotated[
        Annotated[list[str], MinLen(1)] | str,
        Allowed("the name of a scenario file, or a list of names"),
    ] = ""
    drop: Annotated[
        list[Annotated[str, OneOf(PRINCIPLES, _DROPS)]] | None,
        Once("each principle once"),
        Allowed(_DROPS),
    ] = None
    programme: Any = None
    staff: Any = None
    people: Any = None
    place: Any = None
    design: Any = None
    variant: Annotated[str, OneOf(VARIANTS, " or ".join(VARIANTS))] = VARIANTS[0]
    parameters: Any = None
    prices: Any = None
    budget: Any = None
    changes: Any = None


class _Change(Said):
    """An item of ``changes``, as far as each key can be checked by itself."""

    week: Annotated[int, *Change.model_fields["week"].metadata]
    programme_of: Annotated[str, Allowed("the name of a scenario file")] = ""
    programme: Any = None
    staff: Any = None
    place: Any = None
    specialists_per_site: (
        Annotated[float, *Change.model_fields["specialists_per_site"].metadata] | None
    ) = None
    referred_anew: bool = False
    staff_begin_anew: bool = False


@dataclass(eq=False)
class ChangeSaid:
    """What a source says of a change, before the programme that it names is known.

    Attributes
    ----------
    values
        The fields of a `Change`, what is said of sections aside.
    sections
        Values by section and name, with their lines.
    programme_of
        The scenario whose whole programme holds, if one is named.
    layers
        That scenario's layers, once they are read.
    """

    values: dict[str, Any]
    sections: dict[str, dict[str, Node]]
    programme_of: Node | None = None
    layers: list[Layer] = field(default_factory=list)


@dataclass(eq=False)
class Layer:
    """What one source says, before anything is inherited.

    Attributes
    ----------
    where
        The source, for messages.
    values
        Values by dotted name, as the source has them, with their lines.
    texts
        ``title`` and ``summary``, where the source has them.
    bases
        The names that ``based_on`` gives, in order.
    people
        A user's own people; none if the source says nothing of them, and empty if it says that
        there are none.
    people_said
        Where the source speaks of them: the name of a file that is still to be read, or a list.
    changes, changes_said
        What changes over time, and where the source says it; none if it says nothing.
    drops
        The principles left out, each with its line.
    section_lines
        The line of each section that the source has.
    """

    where: str
    values: dict[str, Node] = field(default_factory=dict)
    texts: dict[str, Node] = field(default_factory=dict)
    bases: list[Node] = field(default_factory=list)
    people: tuple[PersonRow, ...] | None = None
    people_said: Node | None = None
    changes: list[ChangeSaid] | None = None
    changes_said: Node | None = None
    drops: dict[str, int | None] = field(default_factory=dict)
    section_lines: dict[str, int | None] = field(default_factory=dict)


def check_layer(root: Node, where: str) -> tuple[Layer, list[Mistake]]:
    """Check everything about a source that can be checked without what it is based on."""
    layer, told = Layer(where), Told(where)
    said, mistakes = check(root, _File, where, unknown=_unknown_key, complete=False)
    told.mistakes += mistakes
    nodes = root.value if isinstance(root.value, dict) else {}
    for name, value in said.items():
        node = nodes[name]
        if name in ("title", "summary"):
            layer.texts[name] = node
        elif name == "based_on":
            listed = node.value if isinstance(node.value, list) else [node]
            layer.bases = [one for one in listed if isinstance(one.value, str)]
        elif name == "drop":
            listed = node.value if isinstance(node.value, list) else []
            lines = {one.value: one.line for one in reversed(listed) if one.value in PRINCIPLES}
            layer.drops = {principle: lines[principle] for principle in value or ()}
        elif name == VARIANT:
            layer.values[VARIANT] = node
        elif name in sections():
            _section(layer, told, name, node)
    if "changes" in nodes:
        _changes(layer, told, nodes["changes"])
    for dotted, node in _parameters(told, nodes.get(PARAMETERS)).items():
        layer.values[dotted] = node
    layer.values |= check_prices(told, nodes.get(PRICES))
    budget = nodes.get(BUDGET)
    if budget is not None and budget.value is not None:
        _budget(layer, told, budget)
    _dropped_and_set(layer, told)
    return layer, told.mistakes


def check_values(values: Mapping[str, Node], where: str) -> list[Mistake]:
    """Check values by dotted name as a file would have them."""
    tree: dict[str, dict[str, Node]] = {}
    for dotted, node in values.items():
        section, _, name = dotted.partition(".")
        tree.setdefault(section, {})[name] = node
    root = Node({section: Node(named) for section, named in tree.items()})
    return check_layer(root, where)[1]


def _unknown_key(name: str) -> tuple[str, str, str]:
    keys_of_file = list(_File.model_fields)
    return UNKNOWN, ", ".join(keys_of_file), nearest(name, keys_of_file) or nearest_key(name, None)


def _section(layer: Layer, told: Told, section: str, node: Node) -> None:
    layer.section_lines[section] = node.line
    if node.value is None:  # a heading whose keys are all comments
        return

    def unknown(name: str) -> tuple[str, str, str]:
        meant = nearest_key(name, section)
        if f"{section}.rows" == PEOPLE_ROWS and not meant:
            meant = nearest(name, ["rows"])
        return UNKNOWN, f"a key of {section}, see `ips-sim show schema`", meant

    found = dict(node.value) if isinstance(node.value, dict) else node.value
    rows = found.pop("rows", None) if section == "people" and isinstance(found, dict) else None
    said, mistakes = check(
        Node(found, node.line),
        sections()[section],
        layer.where,
        section,
        unknown=unknown,
        complete=False,
    )
    told.mistakes += mistakes
    if isinstance(found, dict):
        layer.values |= {f"{section}.{name}": found[name] for name in said}
    if rows is not None:
        _people(layer, told, rows)


def _people(layer: Layer, told: Told, node: Node) -> None:
    """A user's own people; a file of them is read later."""
    if isinstance(node.value, Refused):
        return
    if isinstance(node.value, list):
        layer.people, mistakes = check_people(node.value, layer.where)
        told.mistakes += mistakes
    elif not isinstance(node.value, str):
        told.tell(node.line, PEOPLE_ROWS, describe(node.value), ROWS_ALLOWED)
        return
    elif bad := unprintable(node.value):
        told.tell(node.line, PEOPLE_ROWS, f"the character {bad}", "text that prints")
        return
    layer.people_said = node


def _changes(layer: Layer, told: Told, node: Node) -> None:
    """What changes over time, an item for each week in which something does."""
    items = [] if node.value is None else node.value
    if isinstance(items, Refused):
        return
    if not isinstance(items, list):
        told.tell(node.line, CHANGES, describe(items), "a list, an item for each change")
        return
    layer.changes, layer.changes_said = [], node
    last = 0
    for number, item in enumerate(items, start=1):
        inside = f"{CHANGES}, item {number}"
        values, mistakes = check(item, _Change, layer.where, inside)
        told.mistakes += mistakes
        if mistakes or not isinstance(item.value, dict):
            continue
        if values["week"] <= last:
            allowed = f"a week after {last}, where the one before begins"
            told.tell(item.value["week"].line, f"{inside}.week", str(values["week"]), allowed)
        last = values["week"]
        said = {
            section: _changed_keys(layer, told, section, inside, item.value[section])
            for section in NOT_CHANGED
            if section in item.value
        }
        named = item.value.get("programme_of")
        plain = {name: one for name, one in values.items() if name in change_keys()}
        layer.changes.append(ChangeSaid(plain, said, named))


def _changed_keys(
    layer: Layer, told: Told, section: str, inside: str, node: Node
) -> dict[str, Node]:
    """The keys of a section that a change sets."""
    if node.value is None:
        return {}

    def unknown(name: str) -> tuple[str, str, str]:
        return UNKNOWN, f"a key of {section}", nearest_key(name, section)

    where = f"{inside}.{section}"
    said, mistakes = check(
        node, sections()[section], layer.where, where, unknown=unknown, complete=False
    )
    told.mistakes += mistakes
    found: dict[str, Node] = node.value if isinstance(node.value, dict) else {}
    for name in said:
        if name in NOT_CHANGED[section]:
            allowed = f"no {name}, which is read at the beginning alone"
            told.tell(found[name].line, f"{where}.{name}", describe(found[name].value), allowed)
    return {name: found[name] for name in said}


def _parameters(told: Told, node: Node | None) -> dict[str, Node]:
    """The parameters that a source sets, by dotted name."""
    if node is None or node.value is None or isinstance(node.value, Refused):
        return {}
    if not isinstance(node.value, dict):
        allowed = "a mapping of parameters to numbers, see `ips-sim show parameters`"
        told.tell(node.line, PARAMETERS, describe(node.value), allowed)
        return {}
    from ips_sim.evidence.parameters import load_parameters

    known, right = load_parameters(), {}
    for name, item in node.value.items():
        dotted = f"{PARAMETERS}.{name}"
        if isinstance(item.value, Refused):
            continue
        if name not in known:
            allowed = "a parameter, see `ips-sim show parameters`"
            near = nearest(name, known)
            meant = f"{near} ({known[near].unit})" if near else ""
            told.tell(item.line, dotted, "an unknown parameter", allowed, meant)
            continue
        key = parameter_key(name)
        value = item.value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and is_allowed_number(cast(float, value), key):
            right[dotted] = item
        else:
            meant = meant_value(item.value, key)
            told.tell(item.line, dotted, describe(item.value), key.allowed, meant)
    return right


def _budget(layer: Layer, told: Told, node: Node) -> None:
    """What a source says of posts and money."""
    said, mistakes = check(node, Budget, layer.where, BUDGET, complete=False)
    told.mistakes += mistakes
    if isinstance(node.value, dict):
        named = {f"{BUDGET}.{name}": node.value[name] for name in said}
        layer.values |= {dotted: one for dotted, one in named.items() if one.value is not None}


def _dropped_and_set(layer: Layer, told: Told) -> None:
    """A file that drops a principle and sets its lever says two things at once."""
    for name in layer.drops:
        for lever in principles()[name].levers:
            item = layer.values.get(f"programme.{lever}")
            if item is not None:
                found = f"{describe(item.value)}, while `drop` leaves out {name}"
                allowed = f"one of the two: `drop` sets {lever} itself"
                told.tell(item.line, f"programme.{lever}", found, allowed)
