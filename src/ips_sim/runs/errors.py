"""What can be wrong with a request for runs, said to the person who made it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class RunError(Exception):
    """Something that was asked for can't be done; the message says what and what to do instead."""


class DrawingError(RunError):
    """Some figures or a report can't be drawn; tables and everything else are there.

    Attributes
    ----------
    made
        What the work gave, if it came to an end.
    """

    made: Any = None


class InterruptedRunError(Exception):
    """A run was stopped; ``partial`` holds what is finished, unless all of it was."""

    def __init__(self, partial: Path, whole: Path | None = None) -> None:
        super().__init__(
            f"Stopped. {partial} holds what is finished; the same command goes on from there."
            if whole is None
            else f"Stopped, but {whole} is finished."
        )
        self.partial = partial


def in_words(error: OSError | MemoryError, place: Path | None = None) -> str:
    """Say in a sentence what the system refuses.

    Parameters
    ----------
    error
        What it raised.
    place
        What was written, if the error does not say where; a file that lies elsewhere was read.
    """
    if isinstance(error, MemoryError):
        return "there is not enough memory for this: fewer --jobs or replicates need less"
    where = error.filename or place
    named = error.filename
    if named is not None and place is not None and not _is_of(Path(os.fsdecode(named)), place):
        return unreadable(error)
    what = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what += ": make room and give the same command again"
    return f"{where} can't be written: {what}" if where else what


def unreadable(error: OSError, place: Path | None = None) -> str:
    """Say in a sentence what can't be read, and why."""
    return f"{error.filename or place} can't be read: {error.strerror or error}"


def _is_of(where: Path, place: Path) -> bool:
    """Say whether a path lies where a result is written: in its folder, beside it or above it."""
    return where.is_relative_to(place.parent) or place.is_relative_to(where)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say that something can't be read, where it was not to be written; no file is no mistake yet.

    Raises
    ------
    RunError
        If the system refuses it.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RunError(unreadable(error, path)) from error
