"""Merging the SMS of one upper-limit map into clusters of similar limits, as SModelS does it.

SMS of the same masses are one; then the closest pairs of clusters, in the relative distance of their limits, are merged
as long as the limit at their weighted mean masses is close to the limits of all members.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import part
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.interpolate import find_place, values_at
from protomodels.predictor.maps.rounding import round_significant
from protomodels.predictor.numeric.observed import ObservedLimits, observed_from, with_signal
from protomodels.predictor.numeric.order import stable_order
from protomodels.results.compiled.tables import Floats, Grids, Ints

MAX_DISTANCE: Final = 0.2
"""Largest relative distance of limits within a cluster, SModelS's default."""
MASS_DIGITS: Final[Any] = np.int64(5)
"""Mean masses are rounded to so many significant digits, as in SModelS."""


@part
def limit_at(grids: Grids, values: Floats, cell: Ints, which: int, vector: Floats) -> float:
    """The observed (0) or expected (1) limit of the map of a cell at a mass vector in GeV; NaN outside."""
    grid = cell[at.GRID + 2 * which]
    if grid < 0:
        return np.nan
    x, rounded, out = np.empty(8), np.empty(8), np.empty(1)
    c, corners = np.empty((10, 9)), np.empty((10, 10), np.int64)
    for k in range(grids.about[grid].full):
        rounded[k] = np.rint(vector[k] * 100.0) / 100.0
    distance = find_place(grids, grid, rounded, x, c, corners)
    values_at(grids, grid, x, c, corners, distance, values, cell[at.START + 2 * which], len(out), out)
    return float(out[0])


@part
def _observed_limit(grids: Grids, values: Floats, cell: Ints, data: ObservedLimits, vector: Floats) -> float:
    """The limit that is observed in the map of a cell at a mass vector in GeV; NaN outside."""
    number = cell[at.MAP]
    ratio, expected = data.ratio[number], np.nan
    published = limit_at(grids, values, cell, at.OBSERVED, vector)
    if not np.isnan(ratio):
        expected = limit_at(grids, values, cell, at.EXPECTED, vector)
    return float(with_signal(data, number, vector, observed_from(published, expected, ratio), expected))


@part
def _distance(a: float, b: float) -> float:
    if a + b == 0.0:
        return 0.0
    return float(2.0 * abs(a - b) / (a + b))


@part
def _mean_masses(nodes: Floats, weights: Floats, members: NDArray[np.bool_], data: Ints, out: Floats) -> None:
    for k in range(len(data)):
        total, norm = 0.0, 0.0
        for i in range(len(weights)):
            if members[i]:
                total += nodes[i, data[k]] * weights[i]
                norm += weights[i]
        out[k] = round_significant(total / norm, MASS_DIGITS)


@part
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


@part
def merge(
    grids: Grids,
    map_values: Floats,
    cell: Ints,
    observed: ObservedLimits,
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
    map_values, cell: values of all maps, and a cell of this one.
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
        new = _observed_limit(grids, map_values, cell, observed, vector)
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
