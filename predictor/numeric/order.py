"""A stable sort by two keys, compiled once for all uses (numba's own costs seconds of compilation for each)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel


@kernel
def stable_order(first: NDArray[np.int64], second: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices that sort by ``first`` and then by ``second``, ascending; what is equal keeps its order.

    >>> stable_order(np.array([2, 1, 1, 1]), np.array([0.0, 5.0, 3.0, 5.0])).tolist()
    [2, 1, 3, 0]
    """
    n = len(first)
    order, other = np.arange(n), np.empty(n, np.int64)
    width = 1
    while width < n:
        for begin in range(0, n, 2 * width):
            middle, end = min(begin + width, n), min(begin + 2 * width, n)
            left, right = begin, middle
            for place in range(begin, end):
                take_right = left >= middle
                if left < middle and right < end:
                    a, b = order[left], order[right]
                    take_right = first[b] < first[a] or (first[b] == first[a] and second[b] < second[a])
                if take_right:
                    other[place] = order[right]
                    right += 1
                else:
                    other[place] = order[left]
                    left += 1
        order, other = other, order
        width *= 2
    return order
