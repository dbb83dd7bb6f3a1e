"""Which fonts hold which letters, and how wide letters are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

BASE = "DejaVu Sans"
"""Comes with matplotlib, so that figures look the same everywhere."""

USUAL_LETTER = 0.64
"""How wide a bold letter of English text is on average, in heights of the font."""

_WIDEST = 1.2
_MEASURED_AT = 100
"""Size at which letters are measured."""


def width(text: str) -> float:
    """How many usual letters a text is as wide as."""
    return sum(map(_width, text)) / USUAL_LETTER


@lru_cache(maxsize=4096)
def _width(letter: str) -> float:
    """The width of a bold letter, in heights of the font."""
    font = _base()
    if ord(letter) not in _letters_of_base():
        return _WIDEST  # Chinese, Japanese, emoji, and the box for what no font holds
    font.set_size(_MEASURED_AT, 72)
    glyph = font.load_char(ord(letter))
    return float(glyph.linearHoriAdvance / 65536 / _MEASURED_AT)


@lru_cache(maxsize=1)
def _base() -> Any:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return get_font(findfont(FontProperties(family=[BASE], weight="bold")))


@lru_cache(maxsize=1)
def _letters_of_base() -> frozenset[int]:
    return frozenset(_base().get_charmap())


def strange_letters(texts: Iterable[str]) -> frozenset[str]:
    """Letters that the usual font has no picture of."""
    held = _letters_of_base()
    return frozenset(
        letter
        for letter in frozenset("".join(texts))
        if ord(letter) not in held and not unicodedata.category(letter).startswith("C")
    )


@lru_cache(maxsize=64)
def families_for(letters: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Fonts of this machine that hold letters, and the letters that none of them holds.

    Parameters
    ----------
    letters
        What the usual font lacks.

    Returns
    -------
    tuple of families and letters
        The family that holds most comes first.
    """
    from matplotlib.font_manager import fontManager

    wanted = {ord(letter) for letter in letters}
    held: dict[str, set[int]] = {}
    for entry in sorted(fontManager.ttflist, key=lambda one: (one.name, str(one.fname))):
        if entry.name not in held and not entry.name.startswith("Last Resort"):
            held[entry.name] = wanted & _letters_of(str(entry.fname))
    families = []
    while wanted and held:
        best = max(held, key=lambda name: len(held[name] & wanted))
        if not held[best] & wanted:
            break
        families.append(best)
        wanted -= held[best]
    return tuple(families), frozenset(map(chr, wanted))


def _letters_of(path: str) -> set[int]:
    """What a font holds; nothing if its letters are coloured pictures, or if it can't be read."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
        return set(font.get_charmap()) if font.scalable else set()
    except (OSError, RuntimeError, ValueError):
        return set()
