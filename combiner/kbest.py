"""The k largest sums that take one number from each of several lists, many such problems at once.

A combination takes one clique from each component, and its score is a sum over components. Among the k best
sums of the first c lists, only the k best of the first c - 1 and the k best of list c can occur; so lists are
merged one by one, keeping k, and the product of the lists is never formed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def _largest(scores: Floats, k: int) -> Ints:
    """Places of the k largest along the last axis (all, if fewer), descending; equal ones by place."""
    if scores.shape[-1] > 4 * k:
        place = np.sort(np.argpartition(-scores, k - 1, axis=-1)[..., :k], axis=-1)
        order = np.argsort(-np.take_along_axis(scores, place, axis=-1), axis=-1, kind="stable")
        return np.take_along_axis(place, order, axis=-1)
    return np.argsort(-scores, axis=-1, kind="stable")[..., :k]


def _relevant(scores: Floats, starts: Ints, owner: Ints, count: int) -> tuple[Ints, Ints]:
    """The rows that can occur in the k best sums of any problem, and where each list starts among them.

    A row's loss is what it lies below the best of its list. Undo all choices of a sum but one lossy row: the
    sum does not get worse. So a row can occur among the k best only if its loss is one of the k - 1 smallest
    besides the lists' best rows, which have loss 0.
    """
    if scores.shape[1] <= count:
        return np.arange(scores.shape[1]), starts
    loss = np.maximum.reduceat(scores, starts, axis=1)[:, owner] - scores
    limit = np.partition(loss, count - 1, axis=1)[:, count - 1 : count]
    kept = np.flatnonzero((loss <= limit).any(axis=0))
    return kept, np.searchsorted(owner[kept], np.arange(len(starts)))


def k_best(scores: Floats, starts: Ints, k: int) -> tuple[Floats, Ints]:
    """The k largest sums, in descending order.

    Parameters
    ----------
    scores: (m, n_rows) m problems; the rows of one list stand side by side.
    starts: (n_lists,) first row of each list.
    k: how many; fewer are returned where there are fewer.

    Returns
    -------
    sums (m, k') and, for each, the chosen row of every list (m, k', n_lists).

    >>> sums, rows = k_best(np.array([[5.0, 3.0, 1.0, 0.5, -9.0]]), np.array([0, 2]), 3)
    >>> sums.tolist(), rows.tolist()
    ([[6.0, 5.5, 4.0]], [[[0, 2], [0, 3], [1, 2]]])
    """
    m, n_lists = len(scores), len(starts)
    each = np.arange(m)[:, None]
    owner = np.zeros(scores.shape[1], dtype=np.intp)
    owner[starts[1:]] = 1
    owner = np.cumsum(owner)
    kept, kept_starts = _relevant(scores, starts, owner, n_lists + k - 1)
    scores = scores[:, kept]
    stops = np.append(kept_starts[1:], len(kept))
    single = stops - kept_starts == 1
    sums = scores[:, kept_starts[single]].sum(axis=1)[:, None]
    rows = np.zeros((m, 1, n_lists), dtype=np.intp)
    rows[:, 0, single] = kept[kept_starts[single]]
    for column in np.flatnonzero(~single):
        part = scores[:, kept_starts[column] : stops[column]]
        best = _largest(part, k)
        total = (sums[:, :, None] + part[each, best][:, None, :]).reshape(m, -1)
        place = _largest(total, k)
        sums = total[each, place]
        earlier, latest = np.divmod(place, best.shape[1])
        rows = rows[each, earlier]
        rows[:, :, column] = kept[kept_starts[column] + best[each, latest]]
    return sums, rows
