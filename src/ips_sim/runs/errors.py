"""What can be wrong with a request for runs, said to the person who made it."""

from __future__ import annotations

import errno
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
        Where, if the error does not say.
    """
    if isinstance(error, MemoryError):
        return "there is not enough memory for this: fewer --jobs or replicates need less"
    where = error.filename or place
    what = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what += ": make room and give the same command again"
    return f"{where} can't be written: {what}" if where else what
