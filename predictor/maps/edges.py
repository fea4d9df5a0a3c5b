"""Where a map ends: the cells beyond which a model leaves it, and the values that are too small to be trusted.

Next to its edge a map says least: the grid is coarse, often cut by what was simulated, and a model that moves a little
is not seen any more.  What stands there is marked; a policy decides whether it counts.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.kernel import part
from protomodels.particles import MASS_FLOOR
from protomodels.predictor.maps.locate import locate, vertex
from protomodels.results.compiled.tables import Grids

MOST_MARKED: Final = 0.1
"""A result with a larger share of its signal marked is marked itself.  With a half, a search leaned on it: winners had
results with 49.6%."""
FAR: Final = 1.0
"""GeV; a value so far from the plane of a map's points is extrapolated."""
BEYOND: Final = 0.01
"""Of a cell's size; so far beyond a side is looked for what comes next, more than the tolerance of the look-up."""
THIN: Final = 5.0
"""GeV; a map whose points span less in one direction is flat but for the rounding of its masses: each of its cells has
nothing beyond, and none says where the map ends."""
SMALLEST_SIMULATED: Final = 1e-5
"""Smaller efficiencies stand on a few simulated events: one in a sample of 100,000."""


@part
def is_last_cell(grids: Grids, grid: int, simplex: int) -> bool:
    """Is there nothing beyond one side of a cell?

    A side at the floor of masses, 10 GeV, is no edge: no model is lighter.  Cells of thin maps are not judged.

    Parameters
    ----------
    simplex: number within its triangulation.
    """
    about = grids.about[grid]
    d = about.dimension
    for k in range(d):
        if grids.high[grid, k] - grids.low[grid, k] < THIN:
            return False
    for side in range(d + 1):
        if d == 1:
            outside = simplex == 0 if side == 0 else simplex == about.n_points - 2
        else:
            other = grids.neighbors[about.vertex_start + simplex * (d + 1) + side]
            outside = other == -1
            # flat simplices hold no point: what is beyond them counts, be it one or a whole sheet of them
            if not outside and grids.degenerate[about.simplex_start + other] == 1:
                outside = _nothing_beyond(grids, grid, simplex, side)
        if outside and not _at_floor(grids, grid, simplex, side):
            return True
    return False


@part
def _nothing_beyond(grids: Grids, grid: int, simplex: int, side: int) -> bool:
    """Does a point a little beyond the middle of a side of a cell (all vertices but one) lie outside?"""
    about = grids.about[grid]
    d = about.dimension
    x, c = np.zeros(8), np.empty(9)
    for k in range(d + 1):
        weight = -BEYOND if k == side else (1.0 + BEYOND) / d
        point = about.point_start + vertex(grids, grid, simplex, k) * d
        for j in range(d):
            x[j] += weight * grids.points[point + j]
    return bool(locate(grids, grid, x, c) < 0)


@part
def _at_floor(grids: Grids, grid: int, simplex: int, side: int) -> bool:
    """Has one of the masses nowhere on a side of a cell (all vertices but one) more than the floor, and inside it has?

    A mass that is at the floor everywhere, as in maps for a massless X_Z1, says nothing of the other masses' ends.
    """
    for axis in range(grids.about[grid].full):
        low = _mass(grids, grid, simplex, side, axis) > MASS_FLOOR + 1e-6
        for k in range(grids.about[grid].dimension + 1):
            low = low and (k == side or _mass(grids, grid, simplex, k, axis) <= MASS_FLOOR + 1e-6)
        if low:
            return True
    return False


@part
def _mass(grids: Grids, grid: int, simplex: int, k: int, axis: int) -> float:
    """A mass at a vertex of a cell, GeV."""
    d = grids.about[grid].dimension
    point = grids.about[grid].point_start + vertex(grids, grid, simplex, k) * d
    mass: float = grids.shift[grid, axis]
    for j in range(d):
        mass += grids.points[point + j] * grids.rotation[grid, axis, j]
    return mass


@part
def is_marked(grids: Grids, grid: int, simplex: int, distance: float) -> bool:
    """Does a look-up stand at the edge of its map, or off the plane of its points?

    Parameters
    ----------
    distance: from that plane, GeV; NaN outside, where there is no value to mark.
    """
    if np.isnan(distance):
        return False
    return bool(distance > FAR or is_last_cell(grids, grid, simplex))
