"""YAML 1.2 with line numbers, and without what a scenario has no use for.

The file becomes a tree of `Node`. Aliases, anchors, tags, directives, several documents,
duplicate keys, characters that do not print, deep nesting and large files are refused. Scalars
follow the core schema of YAML 1.2, so ``yes`` is a text and ``1e3`` a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ips_sim.evidence.mistakes import Mistake, describe, shortened
from ips_sim.evidence.text_files import NOT_PRINTABLE, decode, named, read_text
from ips_sim.scenario.errors import ScenarioError

LARGEST_FILE_BYTES = 100_000
DEEPEST_NESTING = 8
_LONGEST_NUMBER = 40

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0(o[0-7]+|x[0-9a-fA-F]+)")
_WIDE_SPACE = re.compile("^ *[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000][^#]*:")
_TWO_COLONS = re.compile(r"\s*[^:\s#][^:]*:\s+(\S.*:(\s.*)?)")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)")


@dataclass(frozen=True)
class Refused:
    """Stands for a value about which a mistake has already been told."""


@dataclass(frozen=True)
class Node:
    """A value and the line on which it, or its key, begins.

    ``value`` is a text, a number, true or false, nothing, a list of nodes, a mapping of names
    to nodes, or `Refused`.
    """

    value: object
    line: int | None = None


@dataclass
class Parsed:
    """What a file says, what was wrong with its YAML, and the comment at its top."""

    root: Node
    mistakes: list[Mistake] = field(default_factory=list)
    header: str = ""


def read_file(path: Path, where: str, what: str = "a scenario file (YAML)") -> Parsed:
    """Read and parse one file; ``what`` belongs there.

    Raises
    ------
    ScenarioError
        When there is nothing to parse: no file, not readable, too large, not UTF-8.
    """
    return _parsed(read_text(path, where, what, LARGEST_FILE_BYTES), where)


def parse(data: bytes, where: str) -> Parsed:
    """Parse the bytes of a file; ``where`` names it in messages.

    Raises
    ------
    ScenarioError
        When the bytes are no text, or the text has nothing in it.
    """
    return _parsed(decode(data, where), where)


def _parsed(text: str | Mistake, where: str) -> Parsed:
    if isinstance(text, Mistake):
        raise ScenarioError([text])
    parsed = _Builder(where).build(text)
    parsed.header = _header(text)
    if not parsed.mistakes and parsed.root.value is None:
        allowed = "a scenario, as `ips-sim new FILE` writes one to start from"
        raise ScenarioError([Mistake(where, None, "", "an empty file", allowed)])
    return parsed


def from_python(value: object, depth: int = 0) -> Node:
    """The same tree from Python's own mappings, lists and values, without line numbers."""
    if depth > DEEPEST_NESTING:
        return Node(None)  # what lies this deep is inside something refused already
    if isinstance(value, Mapping):
        # A name that is no text is refused with the unknown keys.
        return Node({str(name): from_python(item, depth + 1) for name, item in value.items()})
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return Node([from_python(item, depth + 1) for item in value])
    kind = type(value)
    if kind.__module__ == "numpy" and hasattr(value, "tolist"):
        return from_python(value.tolist(), depth + 1)  # a sweep's values come as NumPy scalars
    if kind.__module__.startswith("pandas."):
        if kind.__name__ == "DataFrame":
            return from_python(value.to_dict("records"), depth + 1)  # type: ignore[attr-defined]
        if kind.__name__ in ("NAType", "NaTType"):
            return Node(None)
    return Node(value)


def to_python(node: Node) -> object:
    """Plain Python values of a tree, line numbers dropped."""
    if isinstance(node.value, dict):
        return {name: to_python(item) for name, item in node.value.items()}
    if isinstance(node.value, list):
        return [to_python(item) for item in node.value]
    return node.value


def inside(node: Node, *path: str) -> Node:
    """What stands in a tree under some names; a node without value or line if nothing does."""
    for name in path:
        node = mapping(node).get(name, Node(None))
    return node


def mapping(node: Node) -> dict[str, Node]:
    """The names of a mapping with what stands there; none if the node is no mapping."""
    return node.value if isinstance(node.value, dict) else {}


def unprintable(text: str) -> str:
    """The first character of a text that does not print, as ``U+001B``; empty if all do."""
    bad = NOT_PRINTABLE.search(text)
    return named(bad.group()) if bad else ""


def _header(text: str) -> str:
    """The comment above the first key, without hints to editors, as one paragraph."""
    words = []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            break
        comment = stripped.removeprefix("#").strip()
        if not comment.startswith("yaml-language-server:"):
            words.append(comment)
    return " ".join(" ".join(words).split())


class _StopError(Exception):
    """Nothing after this point can be read."""


class _Builder:
    """Makes a tree from the events of ruamel's parser."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.mistakes: list[Mistake] = []
        self.lines: list[str] = []
        self.has_anchor = False

    def build(self, text: str) -> Parsed:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        root = Node(Refused())
        self.lines = re.split("\r\n|\n|\r", text)
        wide = [place for place, line in enumerate(self.lines, 1) if _WIDE_SPACE.match(line)]
        if wide:
            more = f", and on {len(wide) - 1} more lines" if len(wide) > 1 else ""
            found = f"a space that is none of the plain ones (such as U+00A0) at the start{more}"
            self.tell(wide[0], found, "plain spaces before a key")
            return Parsed(root, self.mistakes)
        try:
            root = self._documents(YAML(typ="safe", pure=True).parse(text))
        except _StopError:
            pass
        except YAMLError as error:
            self._not_yaml(error)
        except (ValueError, AssertionError, LookupError, TypeError) as error:
            # ruamel lets these through for escapes and versions out of range.
            self.tell(None, f"text that is not YAML ({error})", "YAML 1.2")
        return Parsed(root, self.mistakes)

    def tell(
        self, line: int | None, found: str, allowed: str, key: str = "", meant: str = ""
    ) -> None:
        self.mistakes.append(Mistake(self.where, line, key, found, allowed, meant))

    def _not_yaml(self, error: Any) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "no reason"
        line = None if mark is None else mark.line + 1
        text = self.lines[line - 1] if line is not None and line <= len(self.lines) else ""
        if "\t" in text[: len(text) - len(text.lstrip())]:
            self.tell(line, "a tab at the start", "spaces before a key")
            return
        two = _TWO_COLONS.fullmatch(text)
        if two and "mapping values are not allowed" in str(problem):
            value = two.group(1)
            allowed = "a text with a colon in it in quotation marks"
            self.tell(line, "a second colon on the line", allowed, meant=f'"{value}"')
            return
        said = " ".join(str(problem).split())
        self.tell(
            line, f"text that is not YAML ({said})", "YAML 1.2, with `key: value` on each line"
        )

    def _documents(self, events: Iterator[Any]) -> Node:
        from ruamel.yaml import events as kinds

        root = Node(None)
        documents = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, kinds.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.tell(line, "a second document", "one document in a file")
                    raise _StopError
                if event.version or event.tags:
                    self.tell(line, "a directive (%)", "YAML 1.2 without directives")
            elif isinstance(event, kinds.NodeEvent):
                root = self._node(event, events, kinds, "", 0)
        return root

    def _node(self, event: Any, events: Iterator[Any], kinds: Any, path: str, depth: int) -> Node:
        line = event.start_mark.line + 1
        if depth > DEEPEST_NESTING:
            self.tell(line, f"more than {DEEPEST_NESTING} levels of nesting", "two levels", path)
            raise _StopError
        is_alias = isinstance(event, kinds.AliasEvent)
        # One message for them all: what refers to an anchor goes where the anchor goes.
        if event.anchor is not None and not self.has_anchor:
            self.has_anchor = True
            found = f"an alias (*{event.anchor})" if is_alias else f"an anchor (&{event.anchor})"
            self.tell(line, found, "each value written out, without anchors and aliases", path)
        if is_alias:
            return Node(Refused(), line)
        if event.tag is not None:
            self.tell(line, f"a tag ({event.tag})", "values without tags", path)
        if isinstance(event, kinds.ScalarEvent):
            if event.tag is not None:
                return Node(Refused(), line)
            return Node(self._scalar(event, line, path), line)
        if isinstance(event, kinds.SequenceStartEvent):
            items = []
            while not isinstance(inner := next(events), kinds.SequenceEndEvent):
                items.append(self._node(inner, events, kinds, path, depth + 1))
            return Node(items, line)
        return Node(self._mapping(events, kinds, path, depth), line)

    def _mapping(self, events: Iterator[Any], kinds: Any, path: str, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not isinstance(inner := next(events), kinds.MappingEndEvent):
            name_node = self._node(inner, events, kinds, path, depth + 1)
            name, line = name_node.value, name_node.line
            is_text = isinstance(name, str)
            inside = f"{path}.{name}" if path and is_text else str(name) if is_text else path
            node = self._node(next(events), events, kinds, inside, depth + 1)
            if isinstance(name, Refused):
                continue
            if not isinstance(name, str):
                self.tell(line, f"{describe(name)} as a key", "a name as a key", path)
            elif name in found:
                first = found[name].line
                self.tell(line, f"the key a second time (first on line {first})", "once", inside)
            else:
                found[name] = replace(node, line=line)
        return found

    def _scalar(self, event: Any, line: int, path: str) -> object:
        text: str = event.value
        bad = unprintable(text)
        if bad:
            self.tell(line, f"the character {bad}", "text that prints", path)
            return Refused()
        if event.implicit[0] and _OTHER_BASE.fullmatch(text):
            found = f"the number {shortened(text)}, which is not decimal"
            meant = str(int(text, base=0)) if len(text) <= _LONGEST_NUMBER else ""
            self.tell(line, found, "decimal digits", path, meant)
            return Refused()
        return plain_value(text) if event.implicit[0] else text


def plain_value(text: str) -> object:
    """Give the value of an unquoted scalar by the core schema of YAML 1.2."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    # Python refuses to read integers of thousands of digits; as a float they are out of range.
    if _WHOLE.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    infinite = _INFINITE.fullmatch(text)
    if infinite:
        return float(infinite.group(1) + "inf")
    if _NOT_A_NUMBER.fullmatch(text):
        return float("nan")
    return text
