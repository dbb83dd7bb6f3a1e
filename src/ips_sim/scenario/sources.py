"""From what names a scenario to its layers: files looked up, read, checked and put in order."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import Mistake, describe
from ips_sim.scenario.changes import CHANGES
from ips_sim.scenario.errors import OVERRIDE, ScenarioError
from ips_sim.scenario.layer import PEOPLE_ROWS, Layer, check_layer
from ips_sim.scenario.library import shipped, shipped_path
from ips_sim.scenario.people_rows import read_people
from ips_sim.scenario.reader import Node, Parsed, from_python, parse, read_file
from ips_sim.sources import library_folder

_SHIPPED = "shipped "
_LONGEST_CHAIN = 20


class Sources:
    """Reads the files of one scenario, each once, and keeps every mistake found.

    Attributes
    ----------
    mistakes
        What is wrong with anything read so far.
    """

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._seen: dict[Path, list[Layer]] = {}

    def of_name(self, source: str | Path) -> list[Layer]:
        """Give the layers of a path or a shipped name, its own first, what lies beneath after it.

        Raises
        ------
        ScenarioError
            If there is nothing of this name, or nothing that can be read.
        """
        if not isinstance(source, str | Path):
            allowed = "a path, the name of a scenario that ships, a mapping, or a Scenario"
            raise ScenarioError([Mistake("scenario", None, "", describe(source), allowed)])
        path, where = _locate(source)
        return self._of_file(path, where, ())

    def of_text(self, text: str, path: Path) -> list[Layer]:
        """Give the layers of a text that stands at a path, or will; otherwise as `of_name`."""
        return self._of_parsed(parse(text.encode(), str(path)), path, str(path), ())

    def of_mapping(self, mapping: Mapping[str, Any], where: str) -> list[Layer]:
        """Give the layers of a mapping with a file's keys; names count from the working folder."""
        layer = self._layer(from_python(mapping), where)
        self._bring_people(layer, Path(), "")
        self._bring_programmes(layer, Path(), "")
        return [layer, *self._bases(layer, Path(), "", ())]

    def of_overrides(self, overrides: Mapping[str, object]) -> Layer:
        """Give the layer of values by dotted name."""
        tree: dict[str, Any] = {}
        for dotted, value in overrides.items():
            section, _, name = str(dotted).partition(".")
            said = {name: value} if name else value
            if isinstance(said, Mapping) and isinstance(tree.get(section, {}), dict):
                tree[section] = {**tree.get(section, {}), **said}
            elif not name:
                tree[section] = value
        layer = self._layer(from_python(tree), OVERRIDE)
        self._bring_people(layer, Path(), "")
        self._bring_programmes(layer, Path(), "")
        if layer.bases:
            allowed = "values, title, summary, drop"
            self.mistakes.append(Mistake(OVERRIDE, None, "based_on", "another base", allowed))
        return layer

    def _layer(self, root: Node, where: str) -> Layer:
        layer, found = check_layer(root, where)
        self.mistakes += found
        return layer

    def _of_file(self, path: Path, where: str, above: tuple[Path, ...]) -> list[Layer]:
        """Read a file and what it is based on; ``above`` leads to this file."""
        return self._of_parsed(_read(path, where), path, where, above)

    def _of_parsed(
        self, parsed: Parsed, path: Path, where: str, above: tuple[Path, ...]
    ) -> list[Layer]:
        self.mistakes += parsed.mistakes
        layer = self._layer(parsed.root, where)
        if isinstance(parsed.root.value, dict) and "title" not in parsed.root.value:
            allowed = "a title in each file, since tables use it"
            self.mistakes.append(Mistake(where, 1, "title", "nothing", allowed))
        # Another file's summary would describe something else.
        layer.texts.setdefault("summary", Node(parsed.header))
        self._bring_people(layer, path.parent, where)
        own = Path(os.path.realpath(path))  # not Path.resolve, which fails at a loop of links
        self._bring_programmes(layer, path.parent, where, (*above, own))
        return [layer, *self._bases(layer, path.parent, where, (*above, own))]

    def _refuse(
        self, layer: Layer, said: Node, key: str, found: str, allowed: str, meant: str = ""
    ) -> None:
        self.mistakes.append(Mistake(layer.where, said.line, key, found, allowed, meant))

    def _bring_people(self, layer: Layer, folder: Path, where: str) -> None:
        """Read the file of people that a layer names, if it does."""
        said = layer.people_said
        if said is None or not isinstance(said.value, str):
            return
        text, meant = said.value, ""
        try:
            path = _inside(folder, text)
            path = path and _as_spelled(path)
            wrong = "which lies outside the folder" if path is None else ""
            if path is not None and not _exists(path):
                wrong, meant = "which is not there", _nearest_file(text, _beside(path, "*.csv"))
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name too long
            path, wrong = None, f"which can't be looked up ({error})"
        if path is None or wrong:
            inside = f"a CSV file in the folder of {layer.where} or below"
            found = f"{describe(text)}, {wrong}"
            self._refuse(layer, said, PEOPLE_ROWS, found, inside, meant)
            return
        named = _shipped_name(path) if is_shipped(where) else str(folder / text)
        layer.people, found_in_file = read_people(path, named)
        self.mistakes += found_in_file

    def _bring_programmes(
        self, layer: Layer, folder: Path, where: str, above: tuple[Path, ...] = ()
    ) -> None:
        """Read the scenarios whose programmes a layer changes to."""
        for change in layer.changes or ():
            if change.programme_of is not None:
                key = f"{CHANGES}.programme_of"
                change.layers = self._base(layer, change.programme_of, folder, where, above, key)

    def _bases(
        self, layer: Layer, folder: Path, where: str, above: tuple[Path, ...]
    ) -> list[Layer]:
        """Give what lies beneath a layer, in order; nothing after telling what is wrong."""
        chains: list[list[Layer]] = []
        for said in layer.bases:
            chain = self._base(layer, said, folder, where, above)
            if not chain:
                return []
            tops = [other[0] for other in chains]
            if chain[0] in tops:
                found = f"{describe(said.value)} a second time"
                self._refuse(layer, said, "based_on", found, "each file once")
                return []
            for top, other in zip(tops, chains, strict=True):
                if chain[0] in other:
                    found = f"{chain[0].where} after {top.where}, which is based on it"
                    allowed = "each file after those that it is based on"
                    self._refuse(layer, said, "based_on", found, allowed)
                    return []
            chains.append(chain)
        merged = in_one_order(chains)
        if merged is None:
            found = "files that are based on the same others in different orders"
            self._refuse(layer, layer.bases[0], "based_on", found, "one order of them all")
            return []
        return merged

    def _base(
        self,
        layer: Layer,
        said: Node,
        folder: Path,
        where: str,
        above: tuple[Path, ...],
        key: str = "based_on",
    ) -> list[Layer]:
        """Give the layers of one base, which are none if it can't be used."""
        text, said_text = str(said.value), describe(said.value)

        def refuse(found: str, allowed: str, meant: str = "") -> list[Layer]:
            self._refuse(layer, said, key, found, allowed, meant)
            return []

        inside = f"a file in the folder of {layer.where} or below, or a shipped scenario"
        try:
            inner, named = _inside(folder, text), str(folder / text)
            if inner is None:
                return refuse(f"{said_text}, which lies outside the folder", inside)
            path = _as_spelled(inner)
            if not path.is_file():
                own = shipped_path(text)
                if own is None and not path.exists():
                    names = [f"{name}.yaml" for name in shipped()] + _beside(path, "*.yaml")
                    meant = _nearest_file(text, names)
                    return refuse(f"{said_text}, which is not there", inside, meant)
                if own is not None:
                    path, named = own.resolve(), _shipped_name(own)
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name too long
            return refuse(f"{said_text}, which can't be looked up ({error})", inside)
        if path in above:
            loop = " -> ".join(step.name for step in (*above[above.index(path) :], path))
            return refuse(f"a circle ({loop})", "a base that is not based on this file")
        if len(above) >= _LONGEST_CHAIN:
            return refuse(f"more than {_LONGEST_CHAIN} files based on each other", "fewer")
        if path not in self._seen:
            if is_shipped(where):
                named = _shipped_name(path)
            shown = path if is_shipped(named) else _as_spelled(folder / text)
            try:
                self._seen[path] = self._of_file(shown, named, above)
            except ScenarioError as error:
                self.mistakes += error.mistakes
                self._seen[path] = []
        return self._seen[path]


def named_beside(folder: Path, name: str) -> str | Path:
    """What a file in a folder means by the name of a scenario: one beside it, or a shipped one."""
    return folder / name if is_file(folder / name) else name


def is_shipped(where: str) -> bool:
    """Whether a source, as messages name it, ships."""
    return where.startswith(_SHIPPED)


def in_one_order(chains: Sequence[Sequence[Layer]]) -> list[Layer] | None:
    """Put several chains into one, none before what it is based on, later chains first.

    The linearisation by which Python orders the bases of a class (C3): each chain keeps its
    order, the tops keep theirs, and what several share lies beneath them all.

    Parameters
    ----------
    chains
        Layers with what they are based on after them, in the order in which a file names them.

    Returns
    -------
    list of Layer or None
        The layer that counts most first; None if there is no such order.
    """
    waiting = [list(chain) for chain in reversed(chains)]
    waiting.append([chain[0] for chain in reversed(chains)])
    merged: list[Layer] = []
    while waiting := [chain for chain in waiting if chain]:
        free = (
            chain[0] for chain in waiting if not any(chain[0] in other[1:] for other in waiting)
        )
        first = next(free, None)
        if first is None:
            return None
        merged.append(first)
        for chain in waiting:
            if chain[0] is first:
                del chain[0]
    return merged


def _locate(source: str | Path) -> tuple[Path, str]:
    """The file that a source names, and what to call it in messages."""
    text = str(source)
    path = _as_spelled(Path(source))
    own = shipped_path(text) if isinstance(source, str) else None
    if own is not None and not is_file(path):
        return own, _shipped_name(own)
    if not _exists(path):
        meant = _nearest_file(text, [*shipped(), *_beside(path, "*.yaml")])
        allowed = "a scenario file or a shipped scenario (`ips-sim show scenarios` lists them)"
        raise ScenarioError([Mistake(text, None, "", "nothing of this name", allowed, meant)])
    return path, text


def _inside(folder: Path, text: str) -> Path | None:
    """The path that a file in a folder names; none if it lies outside the folder."""
    path = (folder / text).resolve()
    outside = Path(text).is_absolute() or not path.is_relative_to(_tree(folder.resolve()))
    return None if outside else path


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


def is_file(path: Path) -> bool:
    """Whether a file is there, also of a path that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _as_spelled(path: Path) -> Path:
    """The path as its folder spells it: a letter with an accent may be one character or two."""
    if _exists(path):
        return path
    wanted = unicodedata.normalize("NFC", path.name)
    alike = [name for name in _beside(path, "*") if unicodedata.normalize("NFC", name) == wanted]
    return path.with_name(alike[0]) if alike else path


def _nearest_file(text: str, names: list[str]) -> str:
    """The file most like a name, endings and folders left aside."""
    by_stem = {Path(name).stem: name for name in reversed(names)}
    return by_stem.get(nearest(Path(text).stem, by_stem), "")


def _beside(path: Path, pattern: str) -> list[str]:
    """Names of files in the folder where a file was looked for."""
    try:
        return sorted(file.name for file in path.parent.glob(pattern))
    except (OSError, ValueError):
        return []


def _read(path: Path, where: str) -> Parsed:
    if not is_shipped(where):
        return read_file(path, where)
    # The library is read again and again, by sweeps and by pages that redraw.
    status = path.stat()
    return _read_shipped(path, where, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _read_shipped(path: Path, where: str, changed_ns: int, size_bytes: int) -> Parsed:
    return read_file(path, where)
