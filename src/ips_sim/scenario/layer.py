"""One layer of a scenario: what a single file, mapping or set of overrides says, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ips_sim.scenario.catalogue import Key, keys, keys_of, nearest, nearest_key, sections
from ips_sim.scenario.errors import Mistake, describe
from ips_sim.scenario.people_rows import ROWS_ALLOWED, check_people
from ips_sim.scenario.principles import principles
from ips_sim.scenario.reader import Node, Refused, to_python, unprintable
from ips_sim.scenario.schema import PRINCIPLES, PersonRow, Scenario

VARIANT = "variant"
VARIANTS = get_args(Scenario.model_fields[VARIANT].annotation)
TOP_KEYS = ("title", "summary", "based_on", "drop", *sections(), VARIANT, "parameters")
_TEXTS = {
    "title": "one line of 1 to 120 characters",
    "summary": "a text",
}
_BASED_ON = "the name of a scenario file, or a list of names"
PEOPLE_ROWS = "people.rows"
"""The key under which own people stand, which is not a number like the others."""


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
    drops: dict[str, int | None] = field(default_factory=dict)
    section_lines: dict[str, int | None] = field(default_factory=dict)


def check_layer(root: Node, where: str) -> tuple[Layer, list[Mistake]]:
    """Check everything about a source that can be checked without what it is based on."""
    layer = Layer(where)
    checker = _Checker(layer)
    checker.check(root)
    return layer, checker.mistakes


class _Checker:
    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.mistakes: list[Mistake] = []

    def tell(
        self, line: int | None, key: str, found: str, allowed: str, suggestion: str = ""
    ) -> None:
        self.mistakes.append(Mistake(self.layer.where, line, key, found, allowed, suggestion))

    def check(self, root: Node) -> None:
        if isinstance(root.value, Refused):
            return
        if not isinstance(root.value, dict):
            self.tell(root.line, "", describe(root.value), f"a mapping with {', '.join(TOP_KEYS)}")
            return
        for name, node in root.value.items():
            if isinstance(node.value, Refused):
                continue
            if name in _TEXTS:
                self._text(name, node)
            elif name == "based_on":
                self._based_on(node)
            elif name == "drop":
                self._drop(node)
            elif name == VARIANT:
                self._variant(node)
            elif name == "parameters":
                self._parameters(node)
            elif name in sections():
                self._section(name, node)
            else:
                meant = nearest(name, TOP_KEYS) or nearest_key(name, None)
                self.tell(node.line, name, "an unknown key", ", ".join(TOP_KEYS), meant)
        self._dropped_and_set()

    def _text(self, name: str, node: Node) -> None:
        if _errors(Scenario, {name: to_python(node)}):
            self.tell(node.line, name, describe(node.value), _TEXTS[name])
        elif self._prints(name, node):
            self.layer.texts[name] = node

    def _prints(self, name: str, node: Node) -> bool:
        bad = unprintable(str(node.value))
        if bad:
            self.tell(node.line, name, f"the character {bad}", "text that prints")
        return not bad

    def _based_on(self, node: Node) -> None:
        """Names of files, which are looked up later and only have to be texts here."""
        if node.value == []:
            self.tell(node.line, "based_on", "an empty list", _BASED_ON)
        names = node.value if isinstance(node.value, list) else [node]
        for name in names:
            if isinstance(name.value, Refused):
                continue
            if not isinstance(name.value, str):
                self.tell(name.line, "based_on", describe(name.value), _BASED_ON)
            elif self._prints("based_on", name):
                self.layer.bases.append(name)

    def _drop(self, node: Node) -> None:
        allowed = f"a list of principles: {', '.join(PRINCIPLES)}"
        if node.value is None:
            return
        if not isinstance(node.value, list):
            meant = nearest(node.value, PRINCIPLES) if isinstance(node.value, str) else ""
            self.tell(
                node.line, "drop", describe(node.value), allowed, f"[{meant}]" if meant else ""
            )
            return
        for item in node.value:
            if isinstance(item.value, Refused):
                continue
            if not isinstance(item.value, str) or item.value not in PRINCIPLES:
                meant = nearest(str(item.value), PRINCIPLES) if isinstance(item.value, str) else ""
                self.tell(item.line, "drop", describe(item.value), allowed, meant)
            elif item.value in self.layer.drops:
                self.tell(item.line, "drop", f"{item.value} a second time", "each principle once")
            else:
                self.layer.drops[item.value] = item.line

    def _section(self, section: str, node: Node) -> None:
        self.layer.section_lines[section] = node.line
        if node.value is None:  # a heading whose keys are all comments
            return
        if not isinstance(node.value, dict):
            names = ", ".join(key.name for key in keys_of(section))
            self.tell(node.line, section, describe(node.value), f"a mapping with {names}")
            return
        known: dict[str, Node] = {}
        for name, item in node.value.items():
            dotted = f"{section}.{name}"
            if isinstance(item.value, Refused):
                continue
            if dotted in keys():
                known[name] = item
            elif dotted == PEOPLE_ROWS:
                self._people(item)
            else:
                allowed = f"a key of {section}, see `ips-sim show schema`"
                meant = nearest_key(name, section)
                if f"{section}.rows" == PEOPLE_ROWS and not meant:
                    meant = nearest(name, ["rows"])
                self.tell(item.line, dotted, "an unknown key", allowed, meant)
        wrong = _errors(
            sections()[section], {name: to_python(item) for name, item in known.items()}
        )
        for name, item in known.items():
            key = keys()[f"{section}.{name}"]
            if name in wrong:
                self.tell(
                    item.line, key.dotted, describe(item.value), key.allowed, _meant(key, item)
                )
            else:
                self.layer.values[key.dotted] = item

    def _people(self, node: Node) -> None:
        """A user's own people; a file of them is read later."""
        if isinstance(node.value, list):
            self.layer.people, mistakes = check_people(node.value, self.layer.where)
            self.mistakes += mistakes
        elif not isinstance(node.value, str):
            self.tell(node.line, PEOPLE_ROWS, describe(node.value), ROWS_ALLOWED)
            return
        elif not self._prints(PEOPLE_ROWS, node):
            return
        self.layer.people_said = node

    def _variant(self, node: Node) -> None:
        if node.value in VARIANTS:
            self.layer.values[VARIANT] = node
            return
        meant = nearest(node.value, VARIANTS) if isinstance(node.value, str) else ""
        self.tell(node.line, VARIANT, describe(node.value), " or ".join(VARIANTS), meant)

    def _parameters(self, node: Node) -> None:
        if node.value is None:
            return
        if not isinstance(node.value, dict):
            allowed = "a mapping of parameters to numbers, see `ips-sim show parameters`"
            self.tell(node.line, "parameters", describe(node.value), allowed)
            return
        from ips_sim.evidence.parameters import load_parameters

        known = load_parameters()
        for name, item in node.value.items():
            dotted = f"parameters.{name}"
            if isinstance(item.value, Refused):
                continue
            if name not in known:
                allowed = "a parameter, see `ips-sim show parameters`"
                near = nearest(name, known)
                meant = f"{near} ({known[near].unit})" if near else ""
                self.tell(item.line, dotted, "an unknown parameter", allowed, meant)
                continue
            parameter = known[name]
            wrong = _errors(Scenario, {"parameters": {name: to_python(item)}})
            low, high = parameter.low, parameter.high
            if wrong or not low <= float(_number(item)) <= high:
                allowed = f"a number from {low:g} to {high:g} ({parameter.unit})"
                self.tell(item.line, dotted, describe(item.value), allowed)
            else:
                self.layer.values[dotted] = item

    def _dropped_and_set(self) -> None:
        """A file that drops a principle and sets its lever says two things at once."""
        for name in self.layer.drops:
            for lever in principles()[name].levers:
                item = self.layer.values.get(f"programme.{lever}")
                if item is not None:
                    found = f"{describe(item.value)}, while `drop` leaves out {name}"
                    allowed = f"one of the two: `drop` sets {lever} itself"
                    self.tell(item.line, f"programme.{lever}", found, allowed)


def _number(item: Node) -> float:
    return item.value if isinstance(item.value, int | float) else float("nan")


def _errors(model: type[BaseModel], values: Mapping[str, Any]) -> set[str]:
    """The names among the values that the model refuses."""
    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        return {str(detail["loc"][0]) for detail in error.errors()} & set(values)
    return set()


def _meant(key: Key, item: Node) -> str:
    if not isinstance(item.value, str):
        return ""
    words: Iterable[str] = key.choices
    if key.kind == "yes or no":
        truths = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false"}
        return truths.get(item.value.lower()) or nearest(item.value, ["true", "false"])
    if key.may_be_unlimited:
        words = ["unlimited"]
    return nearest(item.value, words)
