"""The sum of numbers in numpy's order, to the last bit."""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.kernel import kernel, part
from protomodels.results.compiled.tables import Floats

BLOCK: Final = 128
"""What is longer is halved."""


@part
def _block(values: Floats) -> float:
    """At most ``BLOCK`` numbers: eight sums side by side, and then the rest."""
    n = len(values)
    whole, total = n - n % 8, 0.0
    if whole > 0:
        r = np.zeros(8)
        for k in range(whole):
            r[k & 7] += values[k]
        total = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
    for k in range(whole, n):
        total += values[k]
    return total


@kernel
def sum_of(values: Floats) -> float:
    """As ``values.sum()``.

    >>> import numpy as np
    >>> numbers = np.random.default_rng(1).uniform(size=1000)
    >>> sum_of(numbers) == numbers.sum()
    True
    """
    # parts that are still to be halved (-1: what is left of it is summed already), without recursion, which numba
    # cannot load from its cache
    begin, size, left = np.zeros(64, np.int64), np.zeros(64, np.int64), np.full(64, np.nan)
    size[0] = len(values)
    halved = np.zeros(64, np.bool_)
    top, total = 0, 0.0
    while top >= 0:
        if size[top] > BLOCK:
            half = size[top] // 2
            begin[top + 1], size[top + 1], halved[top], halved[top + 1] = begin[top], half - half % 8, False, False
            top += 1
            continue
        total = _block(values[begin[top] : begin[top] + size[top]])
        top -= 1
        while top >= 0 and halved[top]:
            total += left[top]
            top -= 1
        if top >= 0:
            half = size[top] // 2
            half -= half % 8
            left[top], halved[top] = total, True
            begin[top + 1], size[top + 1] = begin[top] + half, size[top] - half
            top += 1
    return total
