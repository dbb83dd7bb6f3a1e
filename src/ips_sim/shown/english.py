"""How numbers, counts and lists are written in plain English."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

MINUS = "\N{MINUS SIGN}"
HYPHEN = "-"
"""What every console can print as a minus sign."""
NO_VALUE = "\N{EM DASH}"
_DECIMALS = {"US dollars": 0, "QALYs": 3}
"""Digits after the point where they are not one."""


def number(
    value: float | None, decimals: int = 1, *, sign: bool = False, minus: str = MINUS
) -> str:
    """Write a number with thousands separated; what is rounded to zero has no sign.

    Parameters
    ----------
    value
        None where it is not known.
    decimals
        Digits after the point.
    sign
        Whether a plus sign is written too, as of a difference.
    minus
        A true minus sign, or what a console can print.

    Examples
    --------
    >>> number(1234.56), number(-0.04), number(0.06, sign=True)
    ('1,234.6', '0.0', '+0.1')
    """
    if value is None:
        return NO_VALUE
    text = f"{abs(value):,.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{minus if value < 0 else '+' if sign else ''}{text}"


def with_unit(value: float, unit: str, *, sign: bool = False) -> str:
    """Write a value with its unit for a console: shares in per cent, their differences in points.

    >>> with_unit(0.125, "share"), with_unit(-0.125, "share", sign=True)
    ('12.5 %', '-12.5 points')
    """
    if math.isnan(value):
        return "-"
    scale, decimals = _digits(unit)
    said = number(scale * value, decimals, sign=sign, minus=HYPHEN)
    if unit == "share":
        return f"{said} {'points' if sign else '%'}"
    return f"{said} {'USD' if unit == 'US dollars' else unit}"


def _digits(unit: str) -> tuple[float, int]:
    """What a value is multiplied by for a console, and digits after the point."""
    return (100.0, 1) if unit == "share" else (1.0, _DECIMALS.get(unit, 1))


def gap_as_shown(value: float, base: float, unit: str) -> float:
    """Give a difference as readers take it from two values, which `with_unit` rounds.

    >>> gap_as_shown(0.4856, 0.2294, "share")
    0.257
    """
    scale, decimals = _digits(unit)
    gap = rounded_gap(scale * value, scale * base, decimals)
    return round(gap / scale, decimals + len(str(int(scale))) - 1)


def rounded_gap(value: float, base: float, decimals: int) -> float:
    """Give the difference of two values after each is rounded."""
    return round(round(value, decimals) - round(base, decimals), decimals)


def range_with_unit(
    low: float, high: float, unit: str, *, sign: bool = False, named: bool = True
) -> str:
    """Write a range for a console, its unit once, or not at all where it stands beside.

    >>> range_with_unit(0.1, 0.25, "share"), range_with_unit(0.1, 0.1, "share")
    ('10.0 to 25.0 %', '10.0 % nearly always')
    """
    if math.isnan(low) or math.isnan(high):
        return "-"
    first, last = (with_unit(end, unit, sign=sign) for end in (low, high))
    if first == last:
        return f"{last} {NEARLY_ALWAYS}"
    return f"{first.partition(' ')[0]} to {last if named else last.partition(' ')[0]}"


NEARLY_ALWAYS = "nearly always"
"""What a range comes to whose ends are written alike: nine in ten, and more digits are not told."""


def range_in_words(low: str, high: str, value: str) -> str:
    """Write a range of texts; one that is a point is none, and is said in words.

    >>> range_in_words("1", "3", "2"), range_in_words("2", "2", "2"), range_in_words("0", "0", "2")
    ('1 to 3', 'nearly always', '0 nearly always')
    """
    if low != high:
        return f"{low} to {high}"
    return NEARLY_ALWAYS if low == value else f"{low} {NEARLY_ALWAYS}"


def counted(count: int, thing: str, things: str = "") -> str:
    """Give a count with its noun in the right number."""
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def count_or_no(count: int, thing: str, things: str = "") -> str:
    """Give a count with its noun; none is no thing at all."""
    return counted(count, thing, things) if count else f"no {thing}"


def listed(parts: Sequence[str]) -> str:
    """Give parts as a list in a sentence."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def first_sentences(text: str, most: int) -> str:
    """Give the first sentences of a text.

    >>> first_sentences("One of 5.2 points. Two, e.g. this. Three.", 2)
    'One of 5.2 points. Two, e.g. this.'
    """
    return " ".join(re.split(r"(?<=[a-z0-9)\"][.!?])\s+(?=[A-Z])", text)[:most])


def sentence(text: str) -> str:
    """Give words as a sentence: a capital first, a full stop last."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
