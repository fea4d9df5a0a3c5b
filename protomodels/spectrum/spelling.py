"""Numbers as generators spell them: 8.0D+02, 1.d0, 1.0-100, NaN."""

from __future__ import annotations

import math
import re
from typing import Final

_FORTRAN: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[dDeEqQ]?([+-]\d{1,4})|[dDqQ](\d{1,4}))")
_MOST: Final = 1e10
"""No particle has a number this large."""


def number(word: str) -> float | None:
    """The number that a word spells; None where it spells none.

    >>> number("8.0D+02"), number("1.d0"), number("1.0-100"), number("nan"), number("Auto")
    (800.0, 1.0, 1e-100, nan, None)
    """
    try:
        # underscores are Python's, and no generator's
        return float(word) if "_" not in word else None
    except ValueError:
        found = _FORTRAN.fullmatch(word)
        return float(f"{found[1]}e{found[2] or found[3]}") if found and word.isascii() else None


def whole(word: str) -> int | None:
    """The whole number that a word spells, also as 1.000006E+06; None where it spells none.

    >>> whole("1000006"), whole("-1.000006E+06"), whole("6.5"), whole("t")
    (1000006, -1000006, None, None)
    """
    if len(word) < 10 and word.isascii() and (word.isdigit() or (word[:1] in "+-" and word[1:].isdigit())):
        return int(word)
    value = number(word)
    if value is None or not math.isfinite(value) or abs(value) > _MOST or value != int(value):
        return None
    return int(value)
