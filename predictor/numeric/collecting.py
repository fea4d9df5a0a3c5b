"""From the sums of regions and the clusters of limits to the rows of a prediction, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, Self

import numpy as np

from protomodels.kernel import part
from protomodels.predictor.numeric.order import stable_order
from protomodels.predictor.numeric.regions import Bits
from protomodels.results.compiled.tables import Floats, Ints

SMALLEST_SIGNAL: Final = 1e-6
"""fb; SModelS reports no smaller signals."""
LARGEST: Final = 1.7976931348623157e308
MATTERS: Final = 0.1
"""Of the sensitivity of the most sensitive region of a set; one with less does not matter for the set."""

LUMI: Final = 0
OBSERVED: Final = 1
EXPECTED: Final = 2
"""Rows of the catalog's numbers."""


class Sets(NamedTuple):
    """Rows that combine regions.

    Attributes
    ----------
    sets: catalog row, first and one past the last of its members, (sets, 3).
    members: catalog rows of the regions.
    """

    sets: Ints
    members: Ints

    @classmethod
    def of(cls, members: Mapping[int, Ints]) -> Self:
        """From the rows of the regions behind each row that combines some."""
        ends = np.cumsum([0, *(len(own) for own in members.values())])
        table = np.array([list(members), ends[:-1], ends[1:]], dtype=np.int64).T
        return cls(np.ascontiguousarray(table), np.concatenate([np.zeros(0, np.int64), *members.values()]))


@part
def combine_regions(
    numbers: Floats, sets: Sets, sigma: Floats, marked: Floats, particles: Ints, topologies: Bits
) -> Floats:
    """Fill the rows that combine regions; the expected limits of all rows.

    That of combined regions is the one at which their most sensitive region would reach its own.  Their share of marked
    signal is the largest of the regions that ``MATTERS`` in this sense, or that of the sum: one region with little
    background can decide over all.
    """
    limits = np.empty(len(sigma))
    for row in range(len(sigma)):
        limits[row] = numbers[EXPECTED, row]
    for i in range(len(sets.sets)):
        row, first, end = sets.sets[i, 0], sets.sets[i, 1], sets.sets[i, 2]
        total, doubtful = 0.0, 0.0
        for k in range(first, end):
            total += sigma[sets.members[k]]
            doubtful += marked[sets.members[k]]
        if not total >= SMALLEST_SIGNAL:
            continue
        largest = 0.0
        for k in range(first, end):
            member = sets.members[k]
            if sigma[member] > 0.0:
                particles[row] |= particles[member]
                for word in range(topologies.shape[1]):
                    topologies[row, word] |= topologies[member, word]
                sensitivity = sigma[member] / numbers[EXPECTED, member]
                if sensitivity > largest:  # not where there is no limit: NaN
                    largest = sensitivity if sensitivity < LARGEST else LARGEST
        share = doubtful / total
        for k in range(first, end):
            member = sets.members[k]
            if largest > 0.0 and sigma[member] / numbers[EXPECTED, member] >= MATTERS * largest:
                share = max(share, marked[member] / sigma[member])
        sigma[row], marked[row] = total, share * total
        limits[row] = total / largest if largest > 0.0 else np.nan
    return limits


@part
def collect(
    numbers: Floats,
    limits: Floats,
    sigma: Floats,
    marked: Floats,
    particles: Ints,
    topologies: Bits,
    cluster_rows: Ints,
    cluster_numbers: Floats,
    cluster_bits: Bits,
) -> tuple[Ints, Floats, Bits]:
    """All rows with a signal, sorted by catalog row and then by falling sigma.

    Parameters
    ----------
    numbers: LUMI, OBSERVED and EXPECTED of each catalog row, (3, rows).
    limits: expected limits, (rows,).
    sigma, marked, particles, topologies: of each catalog row; see
        :func:`protomodels.predictor.numeric.regions.add_regions`.
    cluster_rows, cluster_numbers, cluster_bits: see :func:`protomodels.predictor.numeric.clusters.cluster_limits`.

    Returns
    -------
    catalog row, particle mask (2, n); sigma, observed and expected limit in fb, NaN without, and the share of sigma
    that is marked (4, n); bits (n, words).
    """
    n = 0
    for row in range(len(sigma)):
        n += sigma[row] >= SMALLEST_SIGNAL
    for i in range(len(cluster_rows)):
        n += cluster_numbers[i, 0] >= SMALLEST_SIGNAL
    rows, falling, source = np.empty(n, np.int64), np.empty(n), np.empty(n, np.int64)
    n = 0
    for row in range(len(sigma)):
        if sigma[row] >= SMALLEST_SIGNAL:
            rows[n], falling[n], source[n] = row, -sigma[row], -1
            n += 1
    for i in range(len(cluster_rows)):
        if cluster_numbers[i, 0] >= SMALLEST_SIGNAL:
            rows[n], falling[n], source[n] = cluster_rows[i, 0], -cluster_numbers[i, 0], i
            n += 1
    order = stable_order(rows, falling)
    ints, floats, bits = np.empty((2, n), np.int64), np.empty((4, n)), np.empty((n, topologies.shape[1]), np.uint64)
    for place in range(n):
        row, i = rows[order[place]], source[order[place]]
        ints[0, place] = row
        if i < 0:
            ints[1, place] = particles[row]
            for word in range(bits.shape[1]):
                bits[place, word] = topologies[row, word]
            floats[0, place], floats[1, place], floats[2, place] = sigma[row], numbers[OBSERVED, row], limits[row]
            floats[3, place] = marked[row]
        else:
            ints[1, place] = cluster_rows[i, 1]
            for word in range(bits.shape[1]):
                bits[place, word] = cluster_bits[i, word]
            for k in range(4):
                floats[k, place] = cluster_numbers[i, k]
        for k in range(1, 3):
            if not floats[k, place] > 0.0:
                floats[k, place] = np.nan
        floats[3, place] /= floats[0, place]
    return ints, floats, bits
