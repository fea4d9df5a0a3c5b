"""Efficiencies and limits at the points of a model, with the share of decays that happen in time; numba."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from protomodels.kernel import kernel, part
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.maps.edges import is_marked
from protomodels.predictor.maps.interpolate import SIMPLEX, find_place, values_at
from protomodels.predictor.numeric.merging import limit_at
from protomodels.results.compiled.tables import Floats, Grids, Ints

SMALLEST_SHARE: Final = 1e-10
"""A smaller share counts as none, as in SModelS."""


class Shares(NamedTuple):
    """How often the particles of each point decay in time; see :class:`protomodels.predictor.general.points.Points`.

    Attributes
    ----------
    share: (points, detectors, nodes).  inner: (points, detectors).
    rows, limits: detector of each entry of a cell's rows, and of each upper-limit map.
    """

    share: Floats
    inner: Floats
    rows: Ints
    limits: Ints


@part
def _shares(shares: Shares, p: int, cell: Ints, out: Floats) -> bool:
    """The share at each detector, without nodes whose width is an axis of the map; is there any?"""
    found = False
    for d in range(shares.share.shape[1]):
        total = shares.inner[p, d]
        for node in range(shares.share.shape[2]):
            in_map = False
            for k in range(at.N_SLOTS):
                if cell[at.SLOTS + k] == 2 * node + 1:
                    in_map = True
            if not in_map:
                total *= shares.share[p, d, node]
        out[d] = total if total >= SMALLEST_SHARE else 0.0
        found = found or out[d] > 0.0
    return found


@kernel
def fill_pool(
    grids: Grids,
    values: Floats,
    own: int,
    cells: Cells,
    store: Ints,
    columns: Ints,
    shares: Shares,
    topology: Ints,
    coordinates: Floats,
    first: Ints,
    pool: Floats,
) -> int:
    """Efficiencies and limits of all points from the maps of one store, times shares (limits: divided by them).

    Parameters
    ----------
    own: which store.
    columns: of the cross sections at each energy, -1 where there are none: such maps are passed over.
    topology, coordinates: of the points; see :class:`protomodels.predictor.general.points.Points`.
    first: where the values of each point begin in the pool, in the layout of
        :func:`protomodels.predictor.numeric.regions.add_regions`.

    Returns
    -------
    Number of look-ups.
    """
    x, vector, previous = np.empty(8), np.empty(8), np.zeros(8)
    c, corners = np.empty((10, 9)), np.empty((10, 10), np.int64)
    share = np.empty(shares.share.shape[1])
    count = 0
    for p in range(len(topology)):
        place, last_grid, distance, marked = first[p], -1, np.nan, False
        for number in range(cells.topologies[topology[p], at.FIRST], cells.topologies[topology[p], at.END]):
            cell = cells.cells[number]
            width = cell[at.WIDTH]
            end = place + (width if width > 0 else 2)
            if store[number] != own:
                place = end + 1
                continue
            pool[end] = 0.0
            possible = columns[cell[at.ENERGY]] >= 0 and _shares(shares, p, cell, share)
            for which in range(1 if width > 0 else 2):
                grid = cell[at.GRID + 2 * which]
                if grid < 0 or not possible:
                    for k in range(max(width, 1)):
                        pool[place + which + k] = np.nan
                    continue
                fresh = grid != last_grid
                for k in range(grids.about[grid].full):
                    coordinate = coordinates[p, cell[at.SLOTS + k]]
                    vector[k] = np.rint(coordinate * 100.0) / 100.0
                    fresh = fresh or vector[k] != previous[k]
                    previous[k] = vector[k]
                if fresh:
                    distance = find_place(grids, grid, vector, x, c, corners)
                    marked = is_marked(grids, grid, corners[0, SIMPLEX], distance)
                    last_grid = grid
                    count += 1
                if marked:
                    pool[end] = 1.0
                start, n = cell[at.START + 2 * which], max(width, 1)
                values_at(grids, grid, x, c, corners, distance, values, start, n, pool[place + which :])
                if width > 0:
                    for k in range(width):
                        pool[place + k] *= share[shares.rows[cell[at.ROWS] + k]]
                else:
                    own_share = share[shares.limits[cell[at.MAP]]]
                    pool[place + which] = pool[place + which] / own_share if own_share > 0.0 else np.nan
            place = end + 1
    return count


@kernel
def limit_there(grids: Grids, values: Floats, cell: Ints, which: int, vector: Floats) -> float:
    """The observed (0) or expected (1) limit of the map of a cell at coordinates, fb; NaN outside."""
    return float(limit_at(grids, values, cell, which, vector))
