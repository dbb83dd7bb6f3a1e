"""The one resolver: from a file, a shipped name, a mapping or a scenario to a scenario.

Layers lie on top of each other: the complete file at the bottom, what is based on it above, and
overrides on top. In each layer ``drop`` sets the levers of the principles left out, then the
layer's own values count. Where each value came from is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ips_sim.scenario.catalogue import UNLIMITED, keys, keys_of, nearest, sections
from ips_sim.scenario.contradictions import contradictions
from ips_sim.scenario.errors import Mistake, ScenarioError, describe
from ips_sim.scenario.layer import Layer, check_layer
from ips_sim.scenario.library import library_folder, shipped, shipped_path
from ips_sim.scenario.principles import principles
from ips_sim.scenario.reader import Node, Parsed, Refused, from_python, parse, read_file, to_python
from ips_sim.scenario.schema import UNLIMITED_WEEKS, Scenario

ScenarioSource = str | Path | Mapping[str, Any] | Scenario
"""What names a scenario: a path, a shipped name, a mapping with a file's keys, a scenario."""

_SHIPPED = "shipped "
_LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Origin:
    """Where a value comes from.

    Attributes
    ----------
    where
        The file (or ``override``, ``mapping``, ``scenario``).
    line
        The line in the file, if it is one.
    dropped
        The principle whose ``drop`` set the value, if one did.
    """

    where: str
    line: int | None = None
    dropped: str | None = None

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        return f"{place} (drop {self.dropped})" if self.dropped else place


@dataclass(frozen=True)
class Resolved:
    """A scenario and how it came about.

    Attributes
    ----------
    scenario
        The full configuration.
    origins
        Where each value comes from, by dotted name (``programme.caseload_limit``, ``title``).
    chain
        What it was put together from, from the source itself down to the complete scenario.
    dropped
        The principles that ``drop`` names anywhere along the chain, in order.
    """

    scenario: Scenario
    origins: Mapping[str, Origin]
    chain: tuple[str, ...]
    dropped: tuple[str, ...]


def load_scenario(
    source: ScenarioSource, overrides: Mapping[str, object] | None = None
) -> Scenario:
    """Load a scenario, with everything inherited and checked.

    Parameters
    ----------
    source
        A path; the name of a shipped scenario (``"ips"`` or ``"ips.yaml"``; a file of that
        path comes first); a mapping with the keys of a file, ``based_on`` and ``drop``
        included; or a `Scenario`.
    overrides
        Values by dotted name, ``{"programme.caseload_limit": 30}``; also ``title``,
        ``summary``, ``drop`` and ``parameters.<name>``. They count last.

    Raises
    ------
    ScenarioError
        With every mistake found.

    Examples
    --------
    >>> load_scenario("ips", {"programme.caseload_limit": 30}).programme.caseload_limit
    30
    """
    return resolve_scenario(source, overrides).scenario


def resolve_scenario(
    source: ScenarioSource, overrides: Mapping[str, object] | None = None
) -> Resolved:
    """Load a scenario and keep where each value comes from; otherwise as `load_scenario`."""
    mistakes: list[Mistake] = []
    layers = _layers(source, mistakes)
    if overrides:
        layers.insert(0, _overrides(overrides, mistakes))
    _raise_if(mistakes)
    return _merge(layers)


def resolve_text(text: str, path: Path) -> Resolved:
    """Resolve the text of a scenario file as though it stood at a path; nothing is written.

    Raises
    ------
    ScenarioError
        With every mistake found.
    """
    mistakes: list[Mistake] = []
    where = str(path)
    layers = _parsed_layers(parse(text.encode(), where), path, where, (), mistakes)
    _raise_if(mistakes)
    return _merge(layers)


def as_mapping(scenario: Scenario) -> dict[str, Any]:
    """A complete scenario as a file would write it; `load_scenario` reads it back."""
    written: dict[str, Any] = scenario.model_dump()
    for key in keys().values():
        if key.may_be_unlimited and written[key.section][key.name] == UNLIMITED_WEEKS:
            written[key.section][key.name] = UNLIMITED
    return written


def _raise_if(mistakes: list[Mistake]) -> None:
    if mistakes:
        files = list(dict.fromkeys(mistake.where for mistake in mistakes))
        raise ScenarioError(
            sorted(mistakes, key=lambda one: (files.index(one.where), one.line or 0))
        )


# From a source to its layers, the source's own first.


def _layers(source: ScenarioSource, mistakes: list[Mistake]) -> list[Layer]:
    if isinstance(source, Scenario):
        layer, found = check_layer(from_python(source.model_dump()), "scenario")
        mistakes += found
        return [layer]
    if isinstance(source, Mapping):
        layer, found = check_layer(from_python(source), "mapping")
        mistakes += found
        return [layer, *_base(layer, Path(), "", (), mistakes)]
    path, where = _locate(source)
    return _file_layers(path, where, (), mistakes)


def _overrides(overrides: Mapping[str, object], mistakes: list[Mistake]) -> Layer:
    tree: dict[str, Any] = {}
    for dotted, value in overrides.items():
        section, _, name = str(dotted).partition(".")
        said = {name: value} if name else value
        if isinstance(said, Mapping) and isinstance(tree.get(section, {}), dict):
            tree[section] = {**tree.get(section, {}), **said}
        elif not name:
            tree[section] = value
    layer, found = check_layer(from_python(tree), "override")
    mistakes += found
    if "based_on" in layer.texts:
        mistakes.append(
            Mistake("override", None, "based_on", "another base", "values, title, summary, drop")
        )
    return layer


def _locate(source: str | Path) -> tuple[Path, str]:
    """The file that a source names, and what to call it in messages."""
    text = str(source)
    path = Path(source)
    own = shipped_path(text) if isinstance(source, str) else None
    if own is not None and (path.suffix == "" or not _exists(path)):
        return own, _shipped_name(own)
    if not _exists(path):
        meant = _nearest_file(text, [*shipped(), *_beside(path)])
        allowed = f"a scenario file or a shipped scenario ({', '.join(shipped())})"
        raise ScenarioError([Mistake(text, None, "", "nothing of this name", allowed, meant)])
    return path, text


def _file_layers(
    path: Path, where: str, above: tuple[Path, ...], mistakes: list[Mistake]
) -> list[Layer]:
    """The layers of a file and of what it is based on; ``above`` leads to this file."""
    return _parsed_layers(_read(path, where), path, where, above, mistakes)


def _parsed_layers(
    parsed: Parsed, path: Path, where: str, above: tuple[Path, ...], mistakes: list[Mistake]
) -> list[Layer]:
    layer, found = check_layer(parsed.root, where)
    mistakes += [*parsed.mistakes, *found]
    if isinstance(parsed.root.value, dict) and "title" not in parsed.root.value:
        mistakes.append(
            Mistake(where, 1, "title", "nothing", "a title in each file, since tables use it")
        )
    # Another file's summary would describe something else.
    layer.texts.setdefault("summary", Node(parsed.header))
    return [layer, *_base(layer, path.parent, where, (*above, path.resolve()), mistakes)]


def _base(
    layer: Layer, folder: Path, where: str, above: tuple[Path, ...], mistakes: list[Mistake]
) -> list[Layer]:
    """The layers that a layer is based on, which may be none."""
    said = layer.texts.get("based_on")
    if said is None or isinstance(said.value, Refused):
        return []
    text, said_text = str(said.value), describe(said.value)

    def refuse(found: str, allowed: str, meant: str = "") -> list[Layer]:
        mistakes.append(Mistake(layer.where, said.line, "based_on", found, allowed, meant))
        return []

    inside = f"a file in the folder of {layer.where} or below, or a shipped scenario"
    try:
        tree = _tree(folder.resolve())
        path, named = (folder / text).resolve(), str(folder / text)
        if Path(text).is_absolute() or not path.is_relative_to(tree):
            return refuse(f"{said_text}, which lies outside the folder", inside)
        if not _exists(path):
            own = shipped_path(text) if text.endswith(".yaml") else None
            if own is None:
                names = [f"{name}.yaml" for name in shipped()] + _beside(path)
                return refuse(
                    f"{said_text}, which is not there", inside, _nearest_file(text, names)
                )
            path, named = own.resolve(), _shipped_name(own)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name too long
        return refuse(f"{said_text}, which can't be looked up ({error})", inside)
    if path in above:
        loop = " -> ".join(step.name for step in (*above[above.index(path) :], path))
        return refuse(f"a circle ({loop})", "a base that is not based on this file")
    if len(above) >= _LONGEST_CHAIN:
        return refuse(f"more than {_LONGEST_CHAIN} files based on each other", "fewer")
    try:
        if where.startswith(_SHIPPED):
            named = _shipped_name(path)
        shown = path if named.startswith(_SHIPPED) else folder / text
        return _file_layers(shown, named, above, mistakes)
    except ScenarioError as error:
        mistakes += error.mistakes
        return []


def _tree(folder: Path) -> Path:
    """The folder that bases must lie in: the file's own, for the library the whole library."""
    library = library_folder().resolve()
    return library if folder.is_relative_to(library) else folder


def _shipped_name(path: Path) -> str:
    return _SHIPPED + path.resolve().relative_to(library_folder().resolve()).as_posix()


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _nearest_file(text: str, names: list[str]) -> str:
    """The file most like a name, endings and folders left aside."""
    by_stem = {Path(name).stem: name for name in reversed(names)}
    return by_stem.get(nearest(Path(text).stem, by_stem), "")


def _beside(path: Path) -> list[str]:
    """Names of scenario files in the folder where a file was looked for."""
    try:
        return sorted(file.name for file in path.parent.glob("*.yaml"))
    except (OSError, ValueError):
        return []


def _read(path: Path, where: str) -> Parsed:
    if not where.startswith(_SHIPPED):
        return read_file(path, where)
    # The library is read again and again, by sweeps and by pages that redraw.
    status = path.stat()
    return _read_shipped(path, where, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _read_shipped(path: Path, where: str, changed_ns: int, size_bytes: int) -> Parsed:
    return read_file(path, where)


# From layers to a scenario.


def _merge(layers: list[Layer]) -> Resolved:
    values: dict[str, object] = {}
    origins: dict[str, Origin] = {}
    dropped: dict[str, None] = {}
    for layer in reversed(layers):
        for name in ("title", "summary"):
            if name in layer.texts:
                values[name] = layer.texts[name].value
                origins[name] = Origin(layer.where, layer.texts[name].line)
        for principle, line in layer.drops.items():
            dropped[principle] = None
            for lever, value in principles()[principle].levers.items():
                values[f"programme.{lever}"] = value
                origins[f"programme.{lever}"] = Origin(layer.where, line, principle)
        for dotted, node in layer.values.items():
            values[dotted] = to_python(node)
            origins[dotted] = Origin(layer.where, node.line)
    _raise_if(_missing(values, layers[-1]))
    scenario = Scenario.model_validate(_nested(values))
    _raise_if(_contradictory(scenario, origins, layers))
    return Resolved(
        scenario=scenario,
        origins=MappingProxyType(origins),
        chain=tuple(layer.where for layer in layers),
        dropped=tuple(dropped),
    )


def _missing(values: Mapping[str, object], bottom: Layer) -> list[Mistake]:
    """What a scenario that is based on nothing leaves out, a message for each section."""
    allowed = "every key, or `based_on: ips.yaml` to inherit the rest"
    mistakes = []
    if "title" not in values:
        mistakes.append(Mistake(bottom.where, None, "title", "nothing", "a title"))
    for section in sections():
        names = [key.name for key in keys_of(section) if key.dotted not in values]
        if names:
            line = bottom.section_lines.get(section)
            whole = len(names) == len(keys_of(section))
            found = "nothing" if whole else f"no {', '.join(names)}"
            mistakes.append(Mistake(bottom.where, line, section, found, allowed))
    return mistakes


def _nested(values: Mapping[str, object]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for dotted, value in values.items():
        section, _, name = dotted.partition(".")
        if name:
            nested.setdefault(section, {})[name] = value
        else:
            nested[section] = value
    return nested


def _contradictory(
    scenario: Scenario, origins: Mapping[str, Origin], layers: list[Layer]
) -> list[Mistake]:
    order = {layer.where: position for position, layer in enumerate(layers)}
    mistakes = []
    for contradiction in contradictions(scenario):
        # Shown where it came about: at the key that was set last.
        last = min(contradiction.keys, key=lambda key: order[origins[key].where])
        origin = origins[last]
        mistakes.append(
            Mistake(origin.where, origin.line, last, contradiction.found, contradiction.allowed)
        )
    return mistakes
