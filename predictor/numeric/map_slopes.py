"""How values of maps change with masses.

Inside a simplex of its map a value is linear in masses, up to SModelS's rounding: here it is not rounded, so that it
has exact derivatives.  A look-up finds its simplex where the predictor does, at masses rounded to 0.01 GeV, and then
takes the exact masses.
"""

from __future__ import annotations

import numpy as np

from protomodels.kernel import part
from protomodels.predictor.maps.barycentric import barycentric
from protomodels.predictor.maps.cells import DEPTH_MASK
from protomodels.predictor.maps.interpolate import find_place
from protomodels.predictor.maps.locate import transform
from protomodels.predictor.numeric.arrays import LEGS
from protomodels.results.compiled.tables import Floats, Grids, Ints


@part
def particle_at(point: Ints, slot: int, swapped: bool) -> int:
    """Which of the structure's particles has the mass of a slot."""
    depth = (len(point) - LEGS) // 2
    branch = 1 - (slot >> 4) if swapped else slot >> 4
    return int(point[LEGS + branch * depth + (slot & DEPTH_MASK)])


@part
def locate_exactly(
    grids: Grids, grid: int, masses: Floats, x: Floats, c: Floats, corners: Ints, rises: Floats
) -> float:
    """As :func:`.find_place`, at rounded masses; then barycentric coordinates of the exact masses, and their slopes.

    Parameters
    ----------
    masses: GeV, on the axes of the map.
    rises: filled with the coordinates, (9,) in the last column, and d coordinate / d mass in 1/GeV, (9, 8 + 1).
    """
    d, full = grids.about[grid].dimension, grids.about[grid].full
    rounded, own = np.empty(8), np.empty(d + 1, np.int32)
    for k in range(full):
        rounded[k] = np.rint(masses[k] * 100.0) / 100.0
    distance = find_place(grids, grid, rounded, x, c, corners)
    if np.isnan(distance):
        return float(distance)
    for k in range(d + 1):
        own[k] = corners[0, k]
    y, here, there = np.empty(8), np.empty(9), np.empty(9)
    transform(grids, grid, masses, y)
    points = grids.points[grids.about[grid].point_start :]
    barycentric(d, points, own, y, here)
    rises[:] = 0.0
    for axis in range(d):
        coordinate = y[axis]
        y[axis] += 1.0  # GeV: coordinates are linear, so that any step gives the slope
        barycentric(d, points, own, y, there)
        y[axis] = coordinate
        for k in range(d + 1):
            for j in range(full):
                rises[k, j] += (there[k] - here[k]) * grids.rotation[grid, j, axis]
    for k in range(d + 1):
        rises[k, 8] = here[k]
    return float(distance)


@part
def value_and_slopes(
    block: Floats, width: int, column: int, n: int, full: int, corners: Ints, rises: Floats, out: Floats
) -> float:
    """The value of a map in a simplex with n corners; its slopes with the masses of its ``full`` axes into ``out``."""
    total, smallest = 0.0, np.inf
    out[:full] = 0.0
    for k in range(n):
        corner = block[corners[0, k] * width + column]
        smallest = min(smallest, corner)
        total += rises[k, 8] * corner
        for j in range(full):
            out[j] += rises[k, j] * corner
    if total < smallest:
        total = smallest
        out[:full] = 0.0
    return float(total)
