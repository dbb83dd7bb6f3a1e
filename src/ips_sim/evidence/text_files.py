"""Reading text that somebody wrote: a file of limited size, in UTF-8, or what is wrong with it."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from ips_sim.evidence.mistakes import Mistake

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS = {
    b"PK\x03\x04": "a workbook (such as .xlsx) or another zip",
    b"\xd0\xcf\x11\xe0": "an old workbook (.xls)",
}
_UTF_8 = "text in UTF-8"
NOT_PRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def read_text(
    path: Path, where: str, allowed: str, most_bytes: int, remedy: str = _UTF_8
) -> str | Mistake:
    """Read the text of a file of limited size.

    Parameters
    ----------
    path, where
        The file, and what to call it in messages.
    allowed
        What belongs there, for messages.
    most_bytes
        The largest size.
    remedy
        What the file should be where it holds something else than UTF-8.

    Returns
    -------
    str or Mistake
        The text, or why there is none: no file, not readable, too large, not UTF-8.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Mistake(where, None, "", "a folder", allowed)
        if not stat.S_ISREG(mode):
            return Mistake(where, None, "", "something that is not a file", allowed)
        with path.open("rb") as stream:
            data = stream.read(most_bytes + 1)
    except FileNotFoundError:
        return Mistake(where, None, "", "no such file", allowed)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Mistake(where, None, "", f"a file that can't be read ({reason})", allowed)
    if len(data) > most_bytes:
        found = f"a file of more than {most_bytes:,} bytes"
        return Mistake(where, None, "", found, f"at most {most_bytes:,} bytes")
    return decode(data, where, remedy)


def decode(data: bytes, where: str, remedy: str = _UTF_8) -> str | Mistake:
    """The text that bytes hold in UTF-8, or why they hold none."""
    for beginning, called in _WORKBOOKS.items():
        if data.startswith(beginning):
            return Mistake(where, None, "", f"{called} file", remedy)
    if data.startswith(_UTF_16) or _looks_like_utf_16(data):
        return Mistake(where, None, "", "text in UTF-16", remedy)
    data = data.removeprefix(_BOM)
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return Mistake(where, line, "", "binary data", remedy)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start : error.start + 1]
        there = byte.decode("cp1252", errors="ignore")
        meant = f", which is {there} in Windows-1252" if there else ""
        found = f"a byte that is not UTF-8 (0x{byte[0]:02x}{meant})"
        return Mistake(where, line, "", found, remedy)
    bad = NOT_PRINTABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        return Mistake(where, line, "", f"the character {named(bad.group())}", "text that prints")
    return text


def named(character: str) -> str:
    """A character that can't be seen, as ``U+001B``."""
    return f"U+{ord(character):04X}"


def _looks_like_utf_16(data: bytes) -> bool:
    """Whether every other byte of the beginning is nothing, as in Latin text in UTF-16."""
    beginning = data[:64]
    return len(beginning) > 3 and any(
        not any(beginning[start::2]) and all(beginning[1 - start :: 2]) for start in (0, 1)
    )
