"""Boxes of simplices: a search of all simplices in their order, without looking at those that are far away.

Where scipy's walk meets a degenerate simplex, it looks at all simplices and takes the first that contains the point.
Grids of masses have thousands of degenerate ones; with boxes the same simplex is found a thousand times faster.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel

PER_BOX: Final = 64
"""Simplices a box, on average, were they all of one size."""
MOST: Final = 24
"""Boxes along an axis, at most."""
MARGIN: Final = 4e-6
"""Of the size of a simplex: a point within the tolerance of its faces is not further outside its box."""
BROAD_MARGIN: Final = 4e-3
"""The same for the neighbours of degenerate simplices."""

Floats = NDArray[np.float64]


def boxes_of(
    points: Floats, simplices: NDArray[np.int32], neighbors: NDArray[np.int32], degenerate: NDArray[np.uint8]
) -> tuple[int, NDArray[np.int64], NDArray[np.int32]]:
    """Boxes over the bounds of the points.

    Parameters
    ----------
    points (n, d), simplices and neighbors (s, d + 1), degenerate (s,).

    Returns
    -------
    boxes along an axis, first item of each box and one more (boxes + 1,), and the items: simplices, ascending in each
    box; a degenerate one stands in the boxes of its neighbours.  Without degenerate simplices there are no boxes.
    """
    if not degenerate.any():
        return 0, np.zeros(1, np.int64), np.zeros(0, np.int32)
    d = points.shape[1]
    n = int(np.clip(round((len(simplices) / PER_BOX) ** (1.0 / d)), 1, MOST))
    corners = points[simplices]
    low, high = corners.min(axis=1), corners.max(axis=1)
    owner, low, high = _with_neighbors(low, high, neighbors, degenerate)
    origin, width = points.min(axis=0), (points.max(axis=0) - points.min(axis=0)) / n
    first = np.clip(((low - origin) / width).astype(np.int64), 0, n - 1)
    last = np.clip(((high - origin) / width).astype(np.int64), 0, n - 1)
    counts = np.zeros(n**d + 1, dtype=np.int64)
    _fill(first, last, owner, n, counts, np.zeros(0, np.int32))
    starts = np.concatenate([[0], np.cumsum(counts[:-1])])
    items = np.zeros(starts[-1], dtype=np.int32)
    _fill(first, last, owner, n, starts.copy(), items)
    return n, starts, items


def _with_neighbors(
    low: Floats, high: Floats, neighbors: NDArray[np.int32], degenerate: NDArray[np.uint8]
) -> tuple[NDArray[np.int32], Floats, Floats]:
    """One row a simplex and its bounds, and for degenerate ones a row for each of their neighbours; by simplex."""
    flat = degenerate.astype(bool)
    own = np.flatnonzero(~flat)
    of, side = np.nonzero(flat[:, None] & (neighbors >= 0))
    near = neighbors[of, side]
    owner: NDArray[Any] = np.concatenate([own, of])
    source = np.concatenate([own, near])
    size = (high - low)[source].max(axis=1, keepdims=True)
    margin = size * np.where(np.arange(len(owner)) < len(own), MARGIN, BROAD_MARGIN)[:, None]
    order = np.argsort(owner, kind="stable")
    return owner[order].astype(np.int32), (low[source] - margin)[order], (high[source] + margin)[order]


@kernel
def _fill(
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    owner: NDArray[np.int32],
    n: int,
    place: NDArray[np.int64],
    items: NDArray[np.int32],
) -> None:
    """Count the items of each box, or, where ``items`` has room, put them in; an owner once a box."""
    d = first.shape[1]
    latest = np.full(len(place), -1, np.int64)
    index = np.empty(d, np.int64)
    for row in range(len(owner)):
        index[:] = first[row]
        while True:
            box = 0
            for k in range(d):
                box = box * n + index[k]
            if latest[box] != owner[row]:
                latest[box] = owner[row]
                if len(items) > 0:
                    items[place[box]] = owner[row]
                place[box] += 1
            k = d - 1
            while k >= 0:
                index[k] += 1
                if index[k] <= last[row, k]:
                    break
                index[k] = first[row, k]
                k -= 1
            if k < 0:
                break
