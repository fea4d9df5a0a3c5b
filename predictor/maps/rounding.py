"""Rounding to significant digits, with the powers of ten and where they begin from tables: no logarithms."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protomodels.kernel import kernel

HIGHEST: Final = 30
"""Numbers from 1e-30 to 1e30 are rounded by the tables, others by the formula."""


def _first(power: int) -> float:
    """The smallest double whose logarithm to base 10 is, as a double, at least ``power``."""
    x = float(f"1e{power}")
    while math.log10(x) >= power:
        x = math.nextafter(x, 0.0)
    while math.log10(x) < power:
        x = math.nextafter(x, math.inf)
    return x


# what is a few bits below a power of ten has the logarithm of that power
_FIRST: Final = np.array([_first(power) for power in range(-HIGHEST - 1, HIGHEST + 2)])
_POWERS: Final = np.array([10.0**power for power in range(HIGHEST + 20)])


@kernel
def round_significant(x: float, digits: int) -> float:
    """``x`` rounded to significant digits, 1 to 10."""
    size = abs(x)
    if not 0.0 < size < np.inf:
        return x
    if not _FIRST[1] <= size < _FIRST[2 * HIGHEST + 1]:
        place = digits - 1 - (1.0 if x > 0.0 else -1.0) * np.floor(np.log10(size))
        if place >= 0.0:
            power = 10.0**place
            return float(np.rint(x * power) / power)
        power = 10.0**-place
        return float(np.rint(x / power) * power)
    # 1233 / 4096 is the logarithm of 2 to base 10, nearly
    exponent = ((math.frexp(size)[1] - 1) * 1233) >> 12
    while size < _FIRST[exponent + HIGHEST + 1]:
        exponent -= 1
    while size >= _FIRST[exponent + HIGHEST + 2]:
        exponent += 1
    # below zero the sign of the logarithm is turned, as in SModelS
    places = digits - 1 - exponent if x > 0.0 else digits - 1 + exponent
    if places >= 0:
        return float(np.rint(x * _POWERS[places]) / _POWERS[places])
    return float(np.rint(x / _POWERS[-places]) * _POWERS[-places])
