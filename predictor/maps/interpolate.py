"""Values of maps at a point: linear in a simplex, with SModelS's rounding and its estimate of extrapolation errors."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from protomodels.kernel import part
from protomodels.predictor.maps.locate import locate, transform, vertex
from protomodels.predictor.maps.rounding import round_significant
from protomodels.results.compiled.tables import Floats, Grids, Ints

ACCEPTED_ERROR: Final = 0.05
"""Largest estimated relative error of a value off the plane of the map's points, as in SModelS."""
SMALLEST: Final = 100.0 * 2.220446049250313e-16
"""Smaller values count as zero, as in SModelS."""
DIGITS: Final[Any] = np.int64(6)
SIMPLEX: Final = 9
"""Column of ``corners`` with the number of the simplex."""


@part
def _corners(grids: Grids, grid: int, x: Floats, c: Floats, corners: Ints) -> bool:
    """Locate a point: the points at the corners of its simplex and its barycentric coordinates; False outside.

    Parameters
    ----------
    c, corners: filled, (dimension + 1,) or more; the simplex itself into ``corners[SIMPLEX]``.
    """
    simplex = locate(grids, grid, x, c)
    if simplex < 0:
        return False
    for k in range(grids.about[grid].dimension + 1):
        corners[k] = vertex(grids, grid, simplex, k)
    corners[SIMPLEX] = simplex
    return True


@part
def _value(values: Floats, width: int, corners: Ints, c: Floats, n: int, column: int) -> float:
    """The value of one map of a block in a simplex with n corners, never below the smallest of them."""
    total, smallest = 0.0, np.inf
    for k in range(n):
        corner = values[corners[k] * width + column]
        total += c[k] * corner
        if corner < smallest:
            smallest = corner
    if total < smallest:
        total = smallest
    return float(round_significant(total, DIGITS))


@part
def find_place(grids: Grids, grid: int, masses: Floats, x: Floats, c: Floats, corners: Ints) -> float:
    """Where a mass vector (GeV) lies in a triangulation, for the values of all maps over it.

    Parameters
    ----------
    x: filled with its coordinates, those beyond ``dimension`` measure the distance from the plane; (8,).
    c, corners: filled with barycentric coordinates and points at the corners of the simplex; off the plane from the
        second row on those after a step as long as the distance along each axis; (10, 9) and (10, 10).

    Returns
    -------
    Distance from the plane of the map's points, 0 on it; NaN outside.
    """
    d, full = grids.about[grid].dimension, grids.about[grid].full
    distance = 0.0
    if transform(grids, grid, masses, x):
        for k in range(d, full):
            distance += x[k] * x[k]
        distance = np.sqrt(distance)
    for i in range(1 + d if distance > 0.0 else 1):
        axis = max(i - 1, 0)
        coordinate = x[axis]
        if i > 0:
            x[axis] += distance
        inside = _corners(grids, grid, x, c[i], corners[i])
        x[axis] = coordinate
        if not inside:
            return np.nan
    return float(distance)


@part
def values_at(
    grids: Grids,
    grid: int,
    x: Floats,
    c: Floats,
    corners: Ints,
    distance: float,
    values: Floats,
    start: int,
    width: int,
    out: Floats,
) -> None:
    """The values of all maps of a block at one place into ``out[:width]``; NaN outside.

    Off the plane of the points the value at the projection counts where a step as long as the distance changes it
    by less than 5%.  SModelS takes all components of that step along the last coordinate: so is it done here.

    Parameters
    ----------
    x, c, corners, distance: from :func:`find_place`; a row of c and corners is used.
    values, start, width: the block begins at ``values[start]`` and has ``width`` maps; rows are points.
    """
    if np.isnan(distance):
        for column in range(width):
            out[column] = np.nan
        return
    d, block = grids.about[grid].dimension, values[start:]
    after, rows = c[d + 1], corners[d + 1]
    for column in range(width):
        here = _value(block, width, corners[0], c[0], d + 1, column)
        norm, total = 0.0, 0.0
        if distance > 0.0:
            for i in range(1, d + 1):
                slope = (_value(block, width, corners[i], c[i], d + 1, column) - here) / distance
                norm += slope * slope
                total += slope
        if norm != 0.0:
            length = total / np.sqrt(norm) * distance
            for sign in (1.0, -1.0):
                there, coordinate = np.nan, x[d - 1]
                x[d - 1] = coordinate + sign * length
                inside = _corners(grids, grid, x, after, rows)
                x[d - 1] = coordinate
                if inside:
                    there = _value(block, width, rows, after, d + 1, column)
                error = abs(there - here) / here
                if here == 0.0:
                    uncertain = there != 0.0
                elif sign > 0.0:
                    uncertain = not error < ACCEPTED_ERROR
                else:  # where this one is outside the map, as in SModelS, the other one decides
                    uncertain = error >= ACCEPTED_ERROR
                if uncertain:
                    here = np.nan
                    break
        out[column] = 0.0 if abs(here) < SMALLEST else here
