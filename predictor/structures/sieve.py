"""Which pairs of chains cannot match anything in the results: most of a model's, found without making their SMS.

For each chain all that compression could make of it is compared with the branches that results ask for, whatever the
other leg does.  A pair whose branches meet in no topology is nothing; the others are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from protomodels.predictor.structures.chains import Chain, without_invisible

_ASK = -1
_GROWTH = 256


def variants(chain: Chain, soft: Sequence[int], neutrino: int) -> set[Chain]:
    """All that compression can make of one leg, and more.

    Parameters
    ----------
    soft: which of its decays, by position, have small mass gaps.  Which of them go depends on the other leg: here any
        may go and any may stay.
    neutrino: the class of neutrinos.

    Examples
    --------
    >>> chain = ((1000024, (12,)), (1000022, ()))
    >>> sorted(len(one) for one in variants(chain, [0], neutrino=12))  # as it is, invisible, and soft
    [1, 1, 2]
    """
    found = set()
    for n in range(len(soft) + 1):
        for gone in combinations(soft, n):
            left = tuple(vertex for i, vertex in enumerate(chain) if i not in gone)
            found |= {left, without_invisible(left, neutrino)}
    return found


class Sieve:
    """Sets of branches that chains can be, by number, and which two of them have a topology in common.

    Parameters
    ----------
    topologies: for each pair of branches of the results, the topologies made of them.
    """

    def __init__(self, topologies: Mapping[tuple[int, int], Collection[int]]) -> None:
        self._partners: dict[int, set[int]] = {}
        for first, second in topologies:
            self._partners.setdefault(first, set()).add(second)
            self._partners.setdefault(second, set()).add(first)
        self._numbers: dict[frozenset[int], int] = {}
        self._sets: list[frozenset[int]] = []
        self._table = np.full((_GROWTH, _GROWTH), _ASK, dtype=np.int8)

    def number_of(self, branches: frozenset[int]) -> int:
        """A number for the branches that a chain can be."""
        found = self._numbers.get(branches)
        if found is None:
            found = self._numbers[branches] = len(self._sets)
            self._sets.append(branches)
            if found == len(self._table):
                larger = np.full((found + _GROWTH, found + _GROWTH), _ASK, dtype=np.int8)
                larger[:found, :found] = self._table
                self._table = larger
        return found

    def passes(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For pairs of numbers: can they match anything?  Shapes (n,)."""
        found = self._table[first, second]
        ask = np.flatnonzero(found == _ASK)
        if len(ask):
            for a, b in {*zip(first[ask].tolist(), second[ask].tolist(), strict=True)}:
                self._table[a, b] = self._table[b, a] = self._meet(self._sets[a], self._sets[b])
            found = self._table[first, second]
        return found > 0

    def _meet(self, first: frozenset[int], second: frozenset[int]) -> bool:
        return any(not second.isdisjoint(self._partners.get(branch, ())) for branch in first)
