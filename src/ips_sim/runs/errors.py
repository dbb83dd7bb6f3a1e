"""What can be wrong with a request for runs, said to the person who made it."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class RunError(Exception):
    """Something that was asked for can't be done; the message says what and what to do instead."""


class DrawingError(RunError):
    """A report or some figures could not be drawn; the tables are there all the same.

    Attributes
    ----------
    not_drawn
        What is missing, as ``name: why``.
    made
        What the work gave, if it came to an end.
    """

    def __init__(self, not_drawn: Sequence[str]) -> None:
        super().__init__(f"could not be drawn: {'; '.join(not_drawn)}")
        self.not_drawn = tuple(not_drawn)
        self.made: Any = None


class InterruptedRunError(Exception):
    """A run was stopped; ``partial`` holds what is finished."""

    def __init__(self, partial: Path) -> None:
        super().__init__(
            f"Stopped. {partial} holds what is finished; the same command goes on from there."
        )
        self.partial = partial


def in_words(error: OSError | MemoryError, place: Path | None = None) -> str:
    """Say in a sentence what the system refuses.

    Parameters
    ----------
    error
        What it raised.
    place
        Where, if the error does not say.
    """
    if isinstance(error, MemoryError):
        return "there is not enough memory for this: fewer --jobs or replicates need less"
    where = place or error.filename
    what = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what += ": make room and give the same command again"
    return f"{where} can't be written: {what}" if where else what
