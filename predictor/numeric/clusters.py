"""Upper limits: the SMS of one map are merged into clusters of similar limits, as SModelS does it.

Within a map, SMS from the same decay trees count once.  SMS of the same masses are one; then the closest pairs of
clusters, in the relative distance of their limits, are merged as long as the limit at their weighted mean masses is
close to the limits of all members.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.predictor.numeric.interpolate import evaluate_block, round_significant
from protomodels.predictor.numeric.limits import nodes_of
from protomodels.predictor.numeric.locate import transform
from protomodels.predictor.numeric.observed import ObservedLimits, observed_from, shift_at
from protomodels.predictor.numeric.order import stable_order
from protomodels.predictor.numeric.signals import Bits, Flags
from protomodels.predictor.structures.structure import Arrays
from protomodels.results.compiled.tables import Floats, Grids, Ints, Maps

MAX_DISTANCE: Final = 0.2
"""Largest relative distance of limits within a cluster, SModelS's default."""
MASS_DIGITS: Final = 5
"""Mean masses are rounded to so many significant digits, as in SModelS."""


@kernel
def _limit(grids: Grids, maps: Maps, number: int, which: int, vector: Floats) -> float:
    """The observed (0) or expected (1) limit of a map at a mass vector in GeV; NaN outside."""
    grid = maps.limit_grids[number, which]
    if grid < 0:
        return np.nan
    x, rounded, out = np.empty(8), np.empty(8), np.empty(1)
    for k in range(grids.about[grid].full):
        rounded[k] = np.rint(vector[k] * 100.0) / 100.0
    off = transform(grids, grid, rounded, x)
    evaluate_block(grids, grid, x, off, maps.values, maps.limit_starts[number, which], 1, out, 0)
    return float(out[0])


@kernel
def _observed_limit(grids: Grids, maps: Maps, data: ObservedLimits, number: int, vector: Floats) -> float:
    """The limit that is observed in a map at a mass vector in GeV; NaN outside."""
    published, ratio, expected = _limit(grids, maps, number, 0, vector), data.ratio[number], np.nan
    if not np.isnan(ratio):
        expected = _limit(grids, maps, number, 1, vector)
    return float(observed_from(published, expected, ratio) + shift_at(data, number, vector))


@kernel
def _distance(a: float, b: float) -> float:
    if a + b == 0.0:
        return 0.0
    return float(2.0 * abs(a - b) / (a + b))


@kernel
def _mean_masses(nodes: Floats, weights: Floats, members: NDArray[np.bool_], data: Ints, out: Floats) -> None:
    for k in range(len(data)):
        total, norm = 0.0, 0.0
        for i in range(len(weights)):
            if members[i]:
                total += nodes[i, data[k]] * weights[i]
                norm += weights[i]
        out[k] = round_significant(total / norm, MASS_DIGITS)


@kernel
def _groups(nodes: Floats, limits: Floats, members: NDArray[np.bool_]) -> int:
    """SMS of equal limits and masses are one cluster: its members by row, in the order of their limits.

    Returns
    -------
    Number of clusters.
    """
    n = len(limits)
    order = stable_order(np.zeros(n, np.int64), limits)
    done = np.zeros(n, np.bool_)
    found = 0
    for a in order:
        if done[a]:
            continue
        for b in order:
            if done[b] or limits[a] != limits[b]:
                continue
            equal = True
            for k in range(nodes.shape[1]):
                if nodes[a, k] != nodes[b, k]:
                    equal = False
            if equal:
                members[found, b] = True
                done[b] = True
        found += 1
    return found


@kernel
def _merge(
    grids: Grids,
    maps: Maps,
    observed: ObservedLimits,
    number: int,
    nodes: Floats,
    weights: Floats,
    limits: Floats,
    data: Ints,
    members: NDArray[np.bool_],
    means: Floats,
    limit: Floats,
) -> NDArray[np.bool_]:
    """Clusters of one map.

    Parameters
    ----------
    nodes: masses of all new particles, (n, nodes).  weights, limits: fb, (n,).
    data: which nodes are the map's axes.
    members, means, limit: filled with the SMS (n, n), masses (n, axes) and observed limit (n,) of each cluster.

    Returns
    -------
    Which rows of these are clusters, (clusters or more,).
    """
    n = _groups(nodes, limits, members)
    for i in range(n):
        first = 0
        while not members[i, first]:
            first += 1
        limit[i] = limits[first]
        for k in range(len(data)):
            means[i, k] = nodes[first, data[k]]
    # rows and columns that are not alive any more are NaN, as is the diagonal
    d = np.full((n, n), np.nan)
    alive = np.ones(n, np.bool_)
    for i in range(n):
        for j in range(i + 1, n):
            d[i, j] = d[j, i] = _distance(limit[i], limit[j])
    vector, joined = np.empty(len(data)), np.empty(len(limits), np.bool_)
    while True:
        best, first, second = np.inf, -1, -1
        for i in range(n):
            for j in range(n):
                if alive[i] and alive[j] and d[i, j] < best:
                    best, first, second = d[i, j], i, j
        if not best < MAX_DISTANCE:
            break
        low, high = (first, second) if first < second else (second, first)
        for i in range(len(limits)):
            joined[i] = members[low, i] or members[high, i]
        _mean_masses(nodes, weights, joined, data, vector)
        new = _observed_limit(grids, maps, observed, number, vector)
        valid = not np.isnan(new)
        for i in range(len(limits)):
            if valid and joined[i] and not _distance(new, limits[i]) <= MAX_DISTANCE:
                valid = False
        if valid:
            for i in range(len(limits)):
                members[low, i] = joined[i]
            limit[low] = new
            for k in range(len(data)):
                means[low, k] = vector[k]
            alive[high] = False
            # as in SModelS: the distances to later clusters stay those of the replaced one
            for i in range(low):
                if alive[i]:
                    d[i, low] = d[low, i] = _distance(limit[i], new)
        else:
            for j in range(n):
                d[first, j] = d[second, j] = 2.0 * MAX_DISTANCE
    return alive


@kernel
def cluster_limits(
    s: Arrays,
    grids: Grids,
    maps: Maps,
    masses: Floats,
    where: Ints,
    what: Floats,
    sms_particles: Ints,
    active: Flags,
    observed: ObservedLimits,
    n_words: int,
) -> tuple[Ints, Floats, Bits, Floats]:
    """All clusters of all maps.

    Parameters
    ----------
    where, what: from :func:`list_limits`.
    n_words: of 64 bits, for the SMS.

    Returns
    -------
    catalog row, particle mask and map (n, 3); sigma, observed and expected limit in fb (n, 3); bits of the SMS (n,
    words); masses of the axes in GeV (n, 8).
    """
    total = len(where)
    rows, numbers = np.zeros((total, 3), np.int64), np.zeros((total, 3))
    bits, centers = np.zeros((total, n_words), np.uint64), np.zeros((total, 8))
    stamp = np.full(len(active), -1, np.int64)
    found, begin = 0, 0
    while begin < total:
        number = where[begin, 0]
        end = begin
        while end < total and where[end, 0] == number:
            end += 1
        kept = np.empty(end - begin, np.int64)
        n = 0
        for entry in range(begin, end):  # the strongest come first
            sms = where[entry, 1]
            taken = False
            for k in range(s.sms_origin_first[sms], s.sms_origin_first[sms + 1]):
                if active[s.sms_origins[k]] == 1 and stamp[s.sms_origins[k]] == number:
                    taken = True
            if not taken:
                for k in range(s.sms_origin_first[sms], s.sms_origin_first[sms + 1]):
                    stamp[s.sms_origins[k]] = number
                kept[n] = entry
                n += 1
        kept = kept[:n]
        nodes, data = nodes_of(s, maps, masses, where, kept)
        weights, limits, vector = np.empty(n), np.empty(n), np.empty(len(data))
        for i in range(n):
            for k in range(len(data)):
                vector[k] = nodes[i, data[k]]
            weights[i], limits[i] = what[kept[i], 0], what[kept[i], 1] + shift_at(observed, number, vector)
        members, means, limit = np.zeros((n, n), np.bool_), np.empty((n, len(data))), np.empty(n)
        alive = _merge(grids, maps, observed, number, nodes, weights, limits, data, members, means, limit)
        for cluster in range(len(alive)):
            if not alive[cluster]:
                continue
            size = 0
            for i in range(n):
                if members[cluster, i]:
                    sms, size = where[kept[i], 1], size + 1
                    numbers[found, 0] += what[kept[i], 0] * what[kept[i], 3]
                    numbers[found, 2] = what[kept[i], 2]
                    rows[found, 1] |= sms_particles[sms]
                    bits[found, sms >> 6] |= np.uint64(1) << np.uint64(sms & 63)
            rows[found, 0], rows[found, 2] = maps.limit_row[number], number
            for k in range(len(data)):
                centers[found, k] = means[cluster, k]
            numbers[found, 1] = limit[cluster]
            if size > 1:
                numbers[found, 2] = _limit(grids, maps, number, 1, means[cluster])
            found += 1
        begin = end
    return rows[:found], numbers[:found], bits[:found], centers[:found]
