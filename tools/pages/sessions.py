"""Commands and Python that a page shows with what they print: run where the page is written."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.pages.markdown import fenced

COLUMNS = 100


class Session:
    """A folder with the shipped scenarios in which a page's examples run one after the other.

    Parameters
    ----------
    folder
        Where; it has copies of ``scenarios`` and ``experiments``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, command: str, first: int = 0) -> str:
        """Run a command of ips-sim and show it with what it prints.

        Parameters
        ----------
        command
            As typed, beginning with ``ips-sim``.
        first
            Lines to show; 0 shows all.
        """
        return "\n\n".join((fenced("console", command), self._shown(self.output(command), first)))

    def quiet(self, command: str) -> str:
        """Run a command and show it without what it prints."""
        self.output(command)
        return fenced("console", command)

    def output(self, command: str) -> str:
        """Run a command of ips-sim and give what it prints."""
        program, *words = shlex.split(command)
        if program != "ips-sim":
            raise ValueError(f"only ips-sim is run on pages: {command}")
        return self._call([sys.executable, "-m", "ips_sim.cli", *words])

    def python(self, code: str) -> str:
        """Run Python and show it with what it prints, if anything."""
        shown = fenced("python", code)
        printed = self._call([sys.executable, "-c", code])
        return "\n\n".join((shown, self._shown(printed, 0))) if printed.strip() else shown

    def file(self, name: str, text: str) -> str:
        """Write a file of the reader's own and show it."""
        (self.folder / name).write_text(text.rstrip() + "\n", encoding="utf-8")
        return fenced("yaml", text, title=name)

    def lines(self, name: str, begins: str, count: int) -> str:
        """Show lines of a text file that a command wrote, from the one that begins so."""
        lines = (self.folder / name).read_text(encoding="utf-8").splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith(begins))
        return fenced("text", "\n".join(lines[first : first + count]))

    def _shown(self, printed: str, first: int) -> str:
        lines = printed.rstrip().splitlines()
        if first and len(lines) > first:
            lines = [*lines[:first], "..."]
        return fenced("text", "\n".join(lines))

    def _call(self, command: Sequence[str]) -> str:
        plain = {"COLUMNS": str(COLUMNS), "NO_COLOR": "1", "TERM": "dumb", "MPLBACKEND": "Agg"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, **plain},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{shlex.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def session(repository: Path) -> Iterator[Session]:
    """Open a session in a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="ips-sim-documents-") as made:
        folder = Path(made)
        for name in ("scenarios", "experiments"):
            shutil.copytree(repository / name, folder / name)
        yield Session(folder)
