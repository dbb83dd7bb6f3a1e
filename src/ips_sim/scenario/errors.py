"""What is raised when something that was written for a scenario can't be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ips_sim.evidence.mistakes import Mistake


class ScenarioError(Exception):
    """A scenario that can't be used, with every mistake that was found in it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


OVERRIDE = "override"
"""What overrides are called in messages."""
_FROM_PYTHON = (OVERRIDE, "scenario", "mapping")


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

    @contextmanager
    def placing(self, lines: Mapping[str, int | None], source: object) -> Iterator[None]:
        """Tell what is wrong with a scenario that this source names, where this source says it.

        Parameters
        ----------
        lines
            The lines of the values by dotted name that are set in it, and of ``base``.
        source
            What ``base`` names.
        """
        try:
            yield
        except ScenarioError as error:
            for one in error.mistakes:
                is_name = not one.key and one.where == str(source)
                key = "base" if is_name else one.key
                is_here = key in lines and (is_name or one.where in _FROM_PYTHON)
                placed = replace(one, where=self.where, line=lines.get(key), key=key)
                self.mistakes.append(placed if is_here else one)

    def stop(self) -> None:
        """Raise `ScenarioError` with all that was told, by line, if anything was."""
        if self.mistakes:
            raise ScenarioError(sorted(self.mistakes, key=lambda one: one.line or 0))
