"""Where a map ends: the cells beyond which a model leaves it, and the values that are too small to be trusted.

Next to its edge a map says least: the grid is coarse, often cut by what was simulated, and a model that moves a little
is not seen any more.  What stands there is marked; a policy decides whether it counts.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.kernel import part
from protomodels.particles import MASS_FLOOR
from protomodels.predictor.maps.locate import vertex
from protomodels.results.compiled.tables import Grids

MOST_MARKED: Final = 0.5
"""A result with a larger share of its signal marked is marked itself."""
FAR: Final = 1.0
"""GeV; a value so far from the plane of a map's points is extrapolated."""
SMALLEST_SIMULATED: Final = 1e-5
"""Smaller efficiencies stand on a few simulated events: one in a sample of 100,000."""


@part
def is_last_cell(grids: Grids, grid: int, simplex: int) -> bool:
    """Is there nothing beyond one side of a cell?

    A side at the floor of masses, 10 GeV, is no edge: no model is lighter.  Flat simplices, which hold no point, are
    taken as a part of the edge.

    Parameters
    ----------
    simplex: number within its triangulation.
    """
    about = grids.about[grid]
    d = about.dimension
    if d == 1:
        return bool((simplex == 0 and not _at_floor(grids, grid, simplex, 0)) or simplex == about.n_points - 2)
    for side in range(d + 1):
        other = grids.neighbors[about.vertex_start + simplex * (d + 1) + side]
        if other == -1:
            if not _at_floor(grids, grid, simplex, side):
                return True
        elif grids.degenerate[about.simplex_start + other] == 1:
            for k in range(d + 1):
                outside = grids.neighbors[about.vertex_start + other * (d + 1) + k] == -1
                if outside and not _at_floor(grids, grid, simplex, side):
                    return True
    return False


@part
def _at_floor(grids: Grids, grid: int, simplex: int, side: int) -> bool:
    """Has one of the masses nowhere on a side of a cell (all vertices but one) more than the floor?"""
    about = grids.about[grid]
    d, full = about.dimension, about.full
    for axis in range(full):
        low = True
        for k in range(d + 1):
            if k == side:
                continue
            point = vertex(grids, grid, simplex, k)
            mass = grids.shift[grid, axis]
            for j in range(d):
                mass += grids.points[about.point_start + point * d + j] * grids.rotation[grid, axis, j]
            if mass > MASS_FLOOR + 1e-6:
                low = False
        if low:
            return True
    return False


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
