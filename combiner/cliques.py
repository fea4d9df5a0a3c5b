"""The legal combinations: maximal cliques of the compatibility graph, one connected piece at a time.

A combination is legal where every pair in it is allowed and no further result could be added: a *maximal
clique* of the graph of allowed pairs. Take the opposite graph, of *forbidden* pairs, and its connected
components (two results of different experiment or sqrt(s) are never joined there). Results of different
components are always allowed together, so a set is a maximal clique exactly if its part in every component is
one of that component::

    legal combinations = (cliques of component 1) x (cliques of component 2) x ...

Only the factors are listed (networkx), not the product, which easily has millions of members.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from protomodels.errors import CombinationError

MAX_CLIQUES: Final = 200_000
"""Most maximal cliques of one component; beyond, the exact search is refused."""
CACHE_BYTES: Final = 32 * 2**20
"""Memory of one process for remembered components."""


@dataclass(frozen=True, slots=True)
class Legal:
    """All legal combinations of n results, as a product of components.

    Attributes
    ----------
    rows: (n_cliques, n), 1.0 where the clique has the result, the cliques of one component after the other.
    starts: (n_components,), the first row of each component.
    """

    rows: NDArray[np.float64]
    starts: NDArray[np.intp]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of cliques of each component."""
        return tuple(int(size) for size in np.diff(np.append(self.starts, len(self.rows))))

    @property
    def count(self) -> int:
        """Number of legal combinations: the product of the sizes."""
        return math.prod(self.sizes)


class _Remembered:
    """The cliques of components seen before, the most recent ones, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit, self._used, self._lock = limit, 0, Lock()
        self._store: OrderedDict[tuple[bytes, int], NDArray[np.bool_]] = OrderedDict()

    def get(self, allowed: NDArray[np.bool_], cap: int) -> NDArray[np.bool_]:
        key = (allowed.tobytes(), cap)
        with self._lock:
            found = self._store.get(key)
            if found is not None:
                self._store.move_to_end(key)
                return found
        found = _enumerate(allowed, cap)
        with self._lock:
            if key not in self._store and found.nbytes <= self._limit:
                self._store[key] = found
                self._used += found.nbytes + len(key[0])
            while self._used > self._limit:
                (matrix, _), dropped = self._store.popitem(last=False)
                self._used -= dropped.nbytes + len(matrix)
        return found


_remembered = _Remembered(CACHE_BYTES)


def components(allowed: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """The connected components of the graph of forbidden pairs: sorted members, by first member.

    The diagonal of ``allowed`` is False.

    >>> components(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool))
    [array([0, 2]), array([1])]
    """
    joined = ~allowed
    unseen = np.ones(len(allowed), dtype=np.bool_)
    found = []
    for first in range(len(allowed)):
        if not unseen[first]:
            continue
        reached = joined[first] & unseen
        reached[first] = True
        size = 0
        while (now := int(reached.sum())) > size:
            size, reached = now, joined[reached].any(axis=0) & unseen
        unseen &= ~reached
        found.append(np.flatnonzero(reached))
    return found


def _enumerate(allowed: NDArray[np.bool_], cap: int) -> NDArray[np.bool_]:
    """(n_cliques, m): the maximal cliques of one component, in lexicographic order of their members."""
    m = len(allowed)
    if m == 1:
        return np.ones((1, 1), dtype=np.bool_)
    graph = nx.Graph()
    graph.add_nodes_from(range(m))
    graph.add_edges_from(np.argwhere(np.triu(allowed, 1)).tolist())
    cliques = [sorted(clique) for clique in islice(nx.find_cliques(graph), cap + 1)]
    if len(cliques) > cap:
        raise CombinationError(
            f"{m} results that exclude one another in part have more than {cap} maximal combinations; "
            "use fewer candidates (one region per analysis), or a table that lists more of their pairs"
        )
    rows = np.zeros((len(cliques), m), dtype=np.bool_)
    for row, clique in zip(rows, sorted(cliques), strict=True):
        row[clique] = True
    rows.setflags(write=False)
    return rows


def legal_combinations(allowed: NDArray[np.bool_], min_size: int = 1, max_cliques: int = MAX_CLIQUES) -> Legal | None:
    """All legal combinations of at least ``min_size`` results; None where there is none.

    Every combination has at least one result per component, so ``min_size`` matters only where it exceeds the
    number of components. Then the product is written out as one component, and the small ones are struck out.

    Raises
    ------
    CombinationError: where one component (or that product) has more than ``max_cliques`` cliques.
    """
    n = len(allowed)
    if n == 0:
        return None
    rows: list[NDArray[np.float64]] = []
    for members in components(allowed):
        local = _remembered.get(allowed[np.ix_(members, members)], max_cliques)
        block = np.zeros((len(local), n))
        block[:, members] = local
        rows.append(block)
    if min_size > len(rows):
        if math.prod(len(block) for block in rows) > max_cliques:
            raise CombinationError(
                f"more than {max_cliques} combinations to search for those of at least {min_size} results"
            )
        product = rows[0]
        for block in rows[1:]:
            product = (product[:, None, :] + block[None, :, :]).reshape(-1, n)
        product = product[product.sum(axis=1) >= min_size]
        if not len(product):
            return None
        rows = [product]
    starts = np.cumsum([0, *(len(block) for block in rows[:-1])], dtype=np.intp)
    return Legal(np.concatenate(rows), starts)
