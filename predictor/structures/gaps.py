"""Which mass gaps of a model are small, so that the decays across them are compressed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from protomodels.predictor.structures.chains import RESIDUE, Chain

Edge = tuple[int, int]
"""Pids of mother and daughter, unsigned."""


@dataclass(frozen=True)
class Gaps:
    """The small gaps of a model.

    Where everything is compressed, the largest gap stays: their order counts, and which of them are nearly equal.

    Attributes
    ----------
    edges: the decays across them, smallest gap first.
    apart: for each two of them in order, is the first clearly smaller?
    """

    edges: tuple[Edge, ...]
    apart: tuple[bool, ...]

    @classmethod
    def of(cls, small: Sequence[tuple[float, Edge]]) -> Gaps:
        """From (gap in GeV, decay) of each.

        >>> Gaps.of([(8.0, (1000024, 1000022)), (3.0, (1000023, 1000022))]).edges
        ((1000023, 1000022), (1000024, 1000022))
        """
        ordered = sorted(small)
        apart = tuple(a[0] < RESIDUE * b[0] for a, b in combinations(ordered, 2))
        return cls(tuple(edge for _, edge in ordered), apart)

    def along(self, chain: Chain) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Those decays of a chain that are among them: their places in ``edges``, and their positions in the chain."""
        place, places, positions = self._place, [], []
        before = abs(chain[0][0])
        for i in range(1, len(chain) if place else 0):
            after = abs(chain[i][0])
            found = place.get((before, after))
            if found is not None:
                places.append(found)
                positions.append(i - 1)
            before = after
        return tuple(places), tuple(positions)

    @cached_property
    def _place(self) -> Mapping[Edge, int]:
        return {edge: i for i, edge in enumerate(self.edges)}


def gaps_between(gaps: Gaps, first: tuple[int, ...], second: tuple[int, ...]) -> Hashable:
    """What of the gaps decides how two chains are compressed together: equal for all models that agree in it.

    Parameters
    ----------
    first, second: small gaps along each chain, as :meth:`Gaps.along` gives them.
    """
    if len(first) > 1 or len(second) > 1:
        return gaps  # after one of them is gone, the next one is another gap
    if not first or not second or first == second:
        return tuple(gaps.edges[i] for i in (*first, *second))
    low, high = sorted((first[0], second[0]))
    n = len(gaps.edges)
    # combinations(range(n), 2) has the pairs of the first, then those of the second, ...
    apart = gaps.apart[low * n - low * (low + 1) // 2 + high - low - 1]
    return gaps.edges[first[0]], gaps.edges[second[0]], first < second, apart
