"""Doing what is missing: blocks of a task, done here or on a cluster, and kept.

A task is anything that falls into blocks which hold all that they need and depend on nothing else:
runs of scenarios, points of a design, worlds, virtual trials. What a block brings are plain arrays,
kept in memory or as a file that holds its own checksum in its name.
"""

from __future__ import annotations

import hashlib
import io
from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeAlias, TypeVar

import numpy as np

from ips_sim.model.arrays import Array
from ips_sim.runs.errors import reading
from ips_sim.runs.execution import check_settings, spread
from ips_sim.runs.how import How
from ips_sim.runs.plan import Driver
from ips_sim.runs.tables import checksum

Content: TypeAlias = Mapping[str, Array]
"""What a block brings: arrays by name."""

_ENDING = ".npz"
_CHECKSUM_DIGITS = 16


class AnyBlock(Protocol):
    """A part of a task."""

    @property
    def name(self) -> str:
        """A file name that says the place."""

    def __len__(self) -> int:
        """How much of the whole it is."""


Block = TypeVar("Block", bound=AnyBlock)


def stretches(end: int, size: int, first: int = 0) -> list[tuple[int, int]]:
    """Cut what is numbered into stretches of a size, the last with what is left.

    Examples
    --------
    >>> stretches(7, 3)
    [(0, 3), (3, 6), (6, 7)]
    """
    return [(start, min(start + size, end)) for start in range(first, end, size)]


class Task(ABC, Generic[Block]):
    """Work in blocks.

    Attributes
    ----------
    stage
        What is done, in a word.
    driver
        What runs the blocks.
    source_hash
        Of the package that does it; a cluster with another is refused.
    """

    stage: str = "runs"
    driver: Driver = "compiled"
    source_hash: str

    @abstractmethod
    def blocks(self) -> Sequence[Block]:
        """Cut the task into blocks, always alike: how many workers there are does not matter."""

    @abstractmethod
    def do(self, block: Block, threads: int) -> Content:
        """Do a block; what it brings does not depend on the threads."""


class Holder(Protocol):
    """Something that has what a block brought, at hand or in a file."""

    def load(self, *names: str) -> Content:
        """Give the arrays of these names at least, or all without any."""


@dataclass(frozen=True)
class Held:
    """A block in memory."""

    content: Content

    def load(self, *names: str) -> Content:
        """Give all of the block."""
        return self.content


@dataclass(frozen=True)
class Stored:
    """A block in a file, read when it is needed."""

    path: Path

    def load(self, *names: str) -> Content:
        """Read the arrays of these names, or all without any."""
        with reading(self.path), np.load(self.path, allow_pickle=False) as file:
            return {name: file[name] for name in names or file.files}


class Store(Protocol):
    """Where finished blocks are."""

    def find(self, name: str) -> Holder | None:
        """Give a block that is finished already."""

    def keep(self, name: str, content: Content) -> Holder:
        """Keep a block that has just been finished."""


class MemoryStore:
    """Blocks in memory."""

    def __init__(self) -> None:
        self._found: dict[str, Held] = {}

    def find(self, name: str) -> Holder | None:
        """Give a block that was kept."""
        return self._found.get(name)

    def keep(self, name: str, content: Content) -> Holder:
        """Hold a block."""
        self._found[name] = Held(content)
        return self._found[name]


class FileStore:
    """Blocks in the files of a folder.

    A file has its own checksum in its name and need not be forced to the disk, which would take as
    long as the block: if it was lost on the way there, or damaged since, that shows, and the block
    is done again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[str, Stored] = {}
        with reading(folder):
            there = sorted(path for path in folder.iterdir() if path.is_file())
        for path in there:
            name, _, digits = path.name.removesuffix(_ENDING).rpartition("-")
            with reading(path):
                whole = path.name.endswith(_ENDING) and checksum(path)[:_CHECKSUM_DIGITS] == digits
            if whole:
                self._found[name] = Stored(path)
            else:
                path.unlink()

    def find(self, name: str) -> Holder | None:
        """Give a block whose file is there and undamaged."""
        return self._found.get(name)

    def keep(self, name: str, content: Content) -> Holder:
        """Write a block's file in one step: it is there whole, or not at all."""
        buffer = io.BytesIO()
        np.savez(buffer, **dict(content))  # type: ignore[arg-type]
        written = buffer.getbuffer()
        digits = hashlib.sha256(written).hexdigest()[:_CHECKSUM_DIGITS]
        unfinished = self._folder / f"{name}.writing"
        unfinished.write_bytes(written)
        made = unfinished.replace(self._folder / f"{name}-{digits}{_ENDING}")
        self._found[name] = Stored(made)
        return self._found[name]


def complete(task: Task[Block], store: Store, how: How) -> dict[str, Holder]:
    """Do every block that the store does not have.

    Parameters
    ----------
    task
        What to do.
    store
        Where blocks are found and kept.
    how
        By how many, where, and who is told; what comes out does not depend on it.

    Returns
    -------
    dict of name to Holder
        Every block, in the order of the task.
    """
    blocks = task.blocks()
    found = {block.name: store.find(block.name) for block in blocks}
    missing = [block for block in blocks if found[block.name] is None]
    total = sum(map(len, blocks))
    done = total - sum(map(len, missing))
    how.progress(task.stage, done, total)
    if missing and task.driver == "compiled":
        # Before threads start, so that none waits for another to compile.
        check_settings()
        from ips_sim.model.compiled.execute import keep_compiled_code

        keep_compiled_code(how.say)
    with closing(do_blocks(task, missing, how)) as finished:
        for block, content in finished:
            found[block.name] = store.keep(block.name, content)
            done += len(block)
            how.progress(task.stage, done, total)
    return {name: holder for name, holder in found.items() if holder is not None}


def do_blocks(
    task: Task[Block], blocks: Sequence[Block], how: How
) -> Generator[tuple[Block, Content], None, None]:
    """Do blocks, here or on a cluster, and hand over each when it is finished, in any order."""
    if not blocks:
        return  # without a cluster that may be gone by now
    if how.cluster is None:
        yield from spread(task.do, blocks, how.workers, task.driver)
    else:
        from ips_sim.runs.cluster import spread_on_cluster

        yield from spread_on_cluster(
            task.do, blocks, how.cluster, how.workers, task.source_hash, how.say
        )
