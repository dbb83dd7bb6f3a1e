"""What was perhaps meant: names, and numbers and truths as spreadsheets and people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

NOT_KNOWN = frozenset({"", "nan", "na", "n/a", "#n/a", "<na>", "none", "null"})
"""What stands for something not known, in small letters, among numbers and truths."""
TRUTHS = {
    **dict.fromkeys(("yes", "y", "on", "x", "wahr", "ja", "vrai", "oui", "si", "sí"), "true"),
    **dict.fromkeys(("no", "n", "off", "falsch", "nein", "faux", "non", "falso"), "false"),
}
_AS_WRITTEN = re.compile(r"([-+]?)([0-9][0-9.,'\u2019 \u00a0\u202f]*|[.,][0-9]+)\s*(%?)")
_OTHER_BASES = re.compile(r"0[xX][0-9a-fA-F]{1,12}|0[oO][0-7]{1,12}")


def likely_numbers(text: str) -> Iterator[tuple[float, bool]]:
    """The numbers that a text may stand for, the likelier first, each with whether it is per cent.

    ``30 %`` is 30 per cent, ``0,3`` 0.3, ``1,200`` 1200, ``1.200,5`` 1200.5, ``0x1F`` 31.
    """
    text = text.strip()
    if _OTHER_BASES.fullmatch(text):
        yield float(int(text, base=0)), False
        return
    found = _AS_WRITTEN.fullmatch(text)
    if found is None:
        return
    sign, digits, per_cent = found.groups()
    digits = re.sub(r"['\u2019 \u00a0\u202f]", "", digits)
    readings = []
    is_grouped = re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?", digits)
    if is_grouped or "," not in digits:
        readings.append(digits.replace(",", ""))
    if digits.count(",") == 1 and not is_grouped:
        readings.append(digits.replace(".", "").replace(",", "."))
    elif re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", digits):
        readings.append(digits.replace(".", ""))
    for reading in readings:
        try:
            yield float(sign + reading), bool(per_cent)
        except ValueError:
            continue


def nearest(word: str, names: Iterable[str]) -> str:
    """The name most like a word; empty when none is."""
    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else ""
