"""Values of maps at a point: linear in a simplex, with SModelS's rounding and its estimate of extrapolation errors."""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.kernel import kernel
from protomodels.predictor.numeric.locate import locate, vertex
from protomodels.predictor.numeric.rounding import round_significant
from protomodels.results.compiled.tables import Floats, Grids, Ints

ACCEPTED_ERROR: Final = 0.05
"""Largest estimated relative error of a value off the plane of the map's points, as in SModelS."""
SMALLEST: Final = 100.0 * 2.220446049250313e-16
"""Smaller values count as zero, as in SModelS."""
DIGITS: Final = 6


@kernel
def _corners(grids: Grids, grid: int, x: Floats, c: Floats, width: int, corners: Ints) -> bool:
    """Locate a point: where in a block the rows of its simplex's corners begin; False outside.

    Parameters
    ----------
    c, corners: filled with barycentric coordinates and the beginnings of the rows, (dimension + 1,).
    """
    simplex = locate(grids, grid, x, c)
    if simplex < 0:
        return False
    for k in range(grids.about[grid].dimension + 1):
        corners[k] = vertex(grids, grid, simplex, k) * width
    return True


@kernel
def _value(values: Floats, corners: Ints, c: Floats, column: int) -> float:
    """The value of one map of a block in a simplex, never below the smallest of its corners."""
    total, smallest = 0.0, np.inf
    for k in range(len(c)):
        corner = values[corners[k] + column]
        total += c[k] * corner
        if corner < smallest:
            smallest = corner
    if total < smallest:
        total = smallest
    return float(round_significant(total, DIGITS))


@kernel
def evaluate_block(
    grids: Grids, grid: int, x: Floats, off_plane: bool, values: Floats, start: int, width: int, out: Floats, at: int
) -> None:
    """The values of all maps of a block at one point into ``out[at : at + width]``; NaN outside.

    Off the plane of the points the value at the projection counts where a step as long as the distance changes it
    by less than 5%.  SModelS takes all components of that step along the last coordinate: so is it done here.

    Parameters
    ----------
    x: coordinates, those beyond ``dimension`` measure the distance from the plane.
    values, start, width: the block begins at ``values[start]`` and has ``width`` maps; rows are points.
    """
    d, full = grids.about[grid].dimension, grids.about[grid].full
    block = values[start:]
    distance = 0.0
    if off_plane:
        for k in range(d, full):
            distance += x[k] * x[k]
        distance = np.sqrt(distance)
    # the point itself, and where it is off the plane a step along each axis
    n = 1 + d if distance > 0.0 else 1
    step, c, corners = x.copy(), np.empty((n, d + 1)), np.empty((n, d + 1), np.int64)
    for i in range(n):
        if i > 0:
            step[i - 1] += distance
        inside = _corners(grids, grid, step, c[i], width, corners[i])
        if i > 0:
            step[i - 1] = x[i - 1]
        if not inside:
            for column in range(width):
                out[at + column] = np.nan
            return
    for column in range(width):
        out[at + column] = _value(block, corners[0], c[0], column)
    if n > 1:
        _drop_uncertain(grids, grid, x, distance, block, width, c, corners, out[at:])
    for column in range(width):
        if abs(out[at + column]) < SMALLEST:
            out[at + column] = 0.0


@kernel
def _drop_uncertain(
    grids: Grids,
    grid: int,
    x: Floats,
    distance: float,
    block: Floats,
    width: int,
    steps: Floats,
    corners: Ints,
    out: Floats,
) -> None:
    """NaN for the values that are not certain; ``steps`` and ``corners`` are those of the steps along the axes."""
    d = len(steps) - 1
    last, c, rows = x.copy(), np.empty(d + 1), np.empty(d + 1, np.int64)
    for column in range(width):
        here = out[column]
        norm, total = 0.0, 0.0
        for i in range(1, d + 1):
            slope = (_value(block, corners[i], steps[i], column) - here) / distance
            norm += slope * slope
            total += slope
        if norm == 0.0:
            continue
        length = total / np.sqrt(norm) * distance
        for sign in (1.0, -1.0):
            last[d - 1] = x[d - 1] + sign * length
            there = np.nan
            if _corners(grids, grid, last, c, width, rows):
                there = _value(block, rows, c, column)
            error = abs(there - here) / here
            if here == 0.0:
                uncertain = there != 0.0
            elif sign > 0.0:
                uncertain = not error < ACCEPTED_ERROR
            else:  # where this one is outside the map, as in SModelS, the other one decides
                uncertain = error >= ACCEPTED_ERROR
            if uncertain:
                out[column] = np.nan
                break
