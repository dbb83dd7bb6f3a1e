"""Where results go."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ips_sim.runs.errors import RunError

LONGEST_NAME_BYTES = 200
"""Of a name that we make up; disks take 255, and an unfinished result has a longer one."""


def place(out: str | Path) -> Path:
    """Give the folder that somebody names: ``~`` is the home folder.

    Raises
    ------
    RunError
        If no folder can be called so.
    """
    if not isinstance(out, str | os.PathLike):
        raise RunError(f"out must be the name of a folder, found {out!r}")
    text = os.fspath(out)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        shown = text.encode("utf-8", "backslashreplace").decode()
        raise RunError(f"{shown} is no name for a result: it is not UTF-8 text") from None
    if not text.isprintable() or not text:
        raise RunError(f"{text!r} is no name for a result: choose another (--out)")
    try:
        folder = Path(text).expanduser()
    except RuntimeError:
        raise RunError(f"{text}: there is no such home folder") from None
    if not folder.name or folder.name == "..":
        raise RunError(f"{text} is there already: choose another place (--out)")
    return folder


def name_of(sources: Sequence[str], between: str = "-vs-") -> str:
    """Make a name for a result from those of its files, as long as a disk takes."""
    stems = [
        Path(one).stem.encode("utf-8", "backslashreplace").decode() or "result" for one in sources
    ]
    whole = between.join(stems)
    if len(whole.encode()) <= LONGEST_NAME_BYTES:
        return whole
    if len(stems) <= 2:
        return between.join(_cut(one, LONGEST_NAME_BYTES // len(stems) - 8) for one in stems)
    first, last = (_cut(one, LONGEST_NAME_BYTES // 3) for one in (stems[0], stems[-1]))
    return f"{first}{between}{len(stems) - 2}-more{between}{last}"


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")
