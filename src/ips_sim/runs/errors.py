"""What can be wrong with a request for runs, said to the person who made it."""

from __future__ import annotations

from pathlib import Path


class RunError(Exception):
    """Something that was asked for can't be done; the message says what and what to do instead."""


class DrawingError(RunError):
    """Some figures can't be drawn; tables and everything else are there."""


class InterruptedRunError(Exception):
    """A run was stopped; ``partial`` holds what is finished."""

    def __init__(self, partial: Path) -> None:
        super().__init__(
            f"Stopped. {partial} holds what is finished; the same command goes on from there."
        )
        self.partial = partial
