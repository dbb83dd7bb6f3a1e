"""What is raised when something that was written for a scenario can't be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ips_sim.evidence.mistakes import Mistake


class ScenarioError(Exception):
    """A scenario that can't be used, with every mistake that was found in it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass
class Told:
    """The mistakes of one source, as they are found.

    Attributes
    ----------
    where
        The source, for messages.
    mistakes
        What was told so far.
    """

    where: str
    mistakes: list[Mistake] = field(default_factory=list)

    def tell(
        self, line: int | None, key: str, found: str, allowed: str, suggestion: str = ""
    ) -> None:
        """Tell one mistake."""
        self.mistakes.append(Mistake(self.where, line, key, found, allowed, suggestion))

    def stop(self) -> None:
        """Raise `ScenarioError` with all that was told, by line, if anything was."""
        if self.mistakes:
            raise ScenarioError(sorted(self.mistakes, key=lambda one: one.line or 0))
