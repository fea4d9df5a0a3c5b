"""Clusters of upper limits, as SModelS makes them, with lifetimes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.predictor.general.lookups import SMALLEST_SHARE, limit_there
from protomodels.predictor.general.points import Points, decayed, rescaled
from protomodels.predictor.general.results import Tables
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.rounding import round_significant
from protomodels.predictor.numeric.merging import MASS_DIGITS, MAX_DISTANCE
from protomodels.results.compiled.tables import Floats, Ints

MAP: Final = 0
SMS: Final = 1
POINT: Final = 2
CELL: Final = 3
"""Columns of what stands in a map; see :func:`protomodels.predictor.numeric.limits.list_limits`."""


@dataclass
class Cluster:
    """Events of similar limits.

    Attributes
    ----------
    members: entries of the map.
    limit: observed, fb; NaN where the mean has none.
    mean: mass and width of each node, GeV, (nodes, 2).
    """

    members: list[int]
    limit: float
    mean: Floats


def clusters_of(
    tables: Tables, points: Points, where: Ints, what: Floats, origins: list[list[int]]
) -> Iterator[tuple[int, int, list[int], float, float]]:
    """All clusters of all maps.

    Parameters
    ----------
    where, what: from :func:`protomodels.predictor.numeric.limits.list_limits`.
    origins: of each event.

    Yields
    ------
    Catalog row, number of the map, entries of ``where``, observed and expected limit in fb.
    """
    ends = np.flatnonzero(np.diff(where[:, MAP], append=-1)) + 1
    begin = 0
    for end in ends.tolist():
        kept = _unrelated(where[begin:end, SMS].tolist(), begin, origins)
        number, cell = int(where[begin, MAP]), tables.cells.cells[where[begin, CELL]]
        for cluster in _merged(tables, points, where, what, kept):
            expected = float(what[cluster.members[0], 2])
            if len(cluster.members) > 1:
                expected = _limit(tables, int(where[begin, CELL]), points, where[begin, POINT], cluster.mean, 1)
            yield int(cell[at.ROWS]), number, cluster.members, cluster.limit, expected
        begin = end


def _unrelated(sms: list[int], begin: int, origins: list[list[int]]) -> list[int]:
    """Entries, the strongest first, without those that come from the same decays as one before."""
    seen: set[int] = set()
    kept = []
    for i, number in enumerate(sms):
        if seen.isdisjoint(origins[number]):
            kept.append(begin + i)
            seen.update(origins[number])
    return kept


def _merged(tables: Tables, points: Points, where: Ints, what: Floats, kept: list[int]) -> list[Cluster]:
    clusters = _groups(points, where, what, kept)
    n = len(clusters)
    if n < 2:
        return clusters
    limits = np.array([cluster.limit for cluster in clusters])
    with np.errstate(invalid="ignore"):
        d = 2.0 * np.abs(limits[:, None] - limits) / (limits[:, None] + limits)
    d[np.isnan(d)] = 0.0
    np.fill_diagonal(d, np.inf)
    cell, point = int(where[kept[0], CELL]), int(where[kept[0], POINT])
    alive = list(range(n))
    while len(alive) > 1:
        first, second = divmod(int(np.argmin(d)), n)
        if not d[first, second] < MAX_DISTANCE:
            break
        low, high = min(first, second), max(first, second)
        members = clusters[low].members + clusters[high].members
        # SModelS adds in the order of the pair that it found
        ordered = clusters[first].members + clusters[second].members
        mean = _mean(points, where, what, ordered)
        limit = _limit(tables, cell, points, point, mean, 0)
        if not np.isnan(limit) and all(_distance(limit, float(what[i, 1])) <= MAX_DISTANCE for i in members):
            clusters[low] = Cluster(ordered, limit, mean)
            alive.remove(high)
            d[high, :] = d[:, high] = np.inf
            # as in SModelS: the distances to later clusters stay those of the replaced one
            for i in alive:
                if i < low:
                    d[i, low] = d[low, i] = _distance(clusters[i].limit, limit)
        else:
            d[first, :], d[second, :] = 2.0 * MAX_DISTANCE, 2.0 * MAX_DISTANCE
            d[[i for i in range(n) if i not in alive], :] = np.inf
            d[:, [i for i in range(n) if i not in alive]] = np.inf
    return [clusters[i] for i in alive]


def _groups(points: Points, where: Ints, what: Floats, kept: list[int]) -> list[Cluster]:
    """Events of equal limits, masses and widths are one; in the order of their limits."""
    found: dict[object, Cluster] = {}
    for i in sorted(kept, key=lambda i: float(what[i, 1])):
        mean = _of_point(points, int(where[i, POINT]))
        limit = float(what[i, 1])
        found.setdefault((limit, mean.tobytes()), Cluster([], limit, mean)).members.append(i)
    return list(found.values())


def _of_point(points: Points, point: int) -> Floats:
    n = int(points.n_nodes[point])
    return np.stack([points.coordinates[point, 0 : 2 * n : 2], points.widths[point, :n]], axis=1)


def _mean(points: Points, where: Ints, what: Floats, members: list[int]) -> NDArray[np.float64]:
    """Means with the weights of the events, to five digits."""
    weights = what[members, 0]
    parts = np.stack([_of_point(points, int(where[i, POINT])) for i in members])
    total = np.zeros(parts.shape[1:])
    for weight, part in zip(weights.tolist(), parts, strict=True):
        total += weight * part
    mean = total / weights.sum()
    return np.array([[round_significant(float(x), MASS_DIGITS) for x in row] for row in mean])


def _limit(tables: Tables, number: int, points: Points, point: int, mean: Floats, which: int) -> float:
    """The limit of a map at mean masses and widths, divided by the share of decays in time there; NaN without."""
    cell = tables.cells.cells[number]
    if cell[at.GRID + 2 * which] < 0:
        return float("nan")
    slots = [int(slot) for slot in cell[at.SLOTS : at.NODES] if slot >= 0]
    vector = np.zeros(at.N_SLOTS)
    for k, slot in enumerate(slots):
        vector[k] = rescaled(mean[slot >> 1, 1]) if slot & 1 else mean[slot >> 1, 0]
    inner, outer = tables.detectors[tables.limit_detectors[cell[at.MAP]]].tolist()
    topology = tables.patterns.topologies[points.topology[point]]
    share = float(points.inner[point, tables.limit_detectors[cell[at.MAP]]])
    within = {0: 0, 1: len(topology.decays) - 1}.get(topology.inclusive)
    for node, decays in enumerate(topology.decays):
        if 2 * node + 1 not in slots and node != within:
            width = float(mean[node, 1])
            share *= decayed(width, inner) if decays else 1.0 - decayed(width, outer)
    if share < SMALLEST_SHARE:
        return float("nan")
    store = int(tables.store[number])
    return limit_there(tables.grids[store], tables.values[store], cell, at.EXPECTED if which else at.OBSERVED, vector) / share


def _distance(a: float, b: float) -> float:
    return 0.0 if a + b == 0.0 else 2.0 * abs(a - b) / (a + b)
