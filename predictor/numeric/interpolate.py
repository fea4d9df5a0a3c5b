"""Values of maps at a point: linear in a simplex, with SModelS's rounding and its estimate of extrapolation errors."""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.kernel import kernel
from protomodels.predictor.numeric.locate import locate, vertex
from protomodels.results.compiled.tables import Floats, Grids

ACCEPTED_ERROR: Final = 0.05
"""Largest estimated relative error of a value off the plane of the map's points, as in SModelS."""
SMALLEST: Final = 100.0 * 2.220446049250313e-16
"""Smaller values count as zero, as in SModelS."""
DIGITS: Final = 6


@kernel
def round_significant(x: float, digits: int) -> float:
    """``x`` rounded to significant digits."""
    if x == 0.0 or not np.isfinite(x):
        return x
    place = digits - 1 - (1.0 if x > 0.0 else -1.0) * np.floor(np.log10(abs(x)))
    if place >= 0.0:
        power = 10.0**place
        return float(np.rint(x * power) / power)
    power = 10.0**-place
    return float(np.rint(x / power) * power)


@kernel
def value_in(
    grids: Grids, grid: int, simplex: int, c: Floats, values: Floats, start: int, width: int, column: int
) -> float:
    """The value of one map of a block in a simplex, never below the smallest of its corners.

    Parameters
    ----------
    c: barycentric coordinates.
    start, width, column: the block begins at ``values[start]``, has ``width`` maps, this is map ``column``.
    """
    total, smallest = 0.0, np.inf
    for k in range(grids.about[grid].dimension + 1):
        corner = values[start + vertex(grids, grid, simplex, k) * width + column]
        total += c[k] * corner
        if corner < smallest:
            smallest = corner
    if total < smallest:
        total = smallest
    return float(round_significant(total, DIGITS))


@kernel
def _value_at(
    grids: Grids, grid: int, x: Floats, c: Floats, values: Floats, start: int, width: int, column: int
) -> float:
    simplex = locate(grids, grid, x, c)
    if simplex < 0:
        return np.nan
    return float(value_in(grids, grid, simplex, c, values, start, width, column))


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
    """
    d, full = grids.about[grid].dimension, grids.about[grid].full
    c = np.empty(d + 1)
    simplex = locate(grids, grid, x, c)
    if simplex < 0:
        for column in range(width):
            out[at + column] = np.nan
        return
    for column in range(width):
        out[at + column] = value_in(grids, grid, simplex, c, values, start, width, column)
    distance = 0.0
    if off_plane:
        for k in range(d, full):
            distance += x[k] * x[k]
        distance = np.sqrt(distance)
    if distance > 0.0:
        _drop_uncertain(grids, grid, x, distance, values, start, width, out, at)
    for column in range(width):
        if abs(out[at + column]) < SMALLEST:
            out[at + column] = 0.0


@kernel
def _drop_uncertain(
    grids: Grids, grid: int, x: Floats, distance: float, values: Floats, start: int, width: int, out: Floats, at: int
) -> None:
    d = grids.about[grid].dimension
    corners = np.empty((d, d + 1))
    simplices = np.empty(d, np.int64)
    step = x.copy()
    for i in range(d):
        step[i] += distance
        simplices[i] = locate(grids, grid, step, corners[i])
        step[i] = x[i]
        if simplices[i] < 0:
            for column in range(width):
                out[at + column] = np.nan
            return
    c = np.empty(d + 1)
    for column in range(width):
        here = out[at + column]
        norm, total = 0.0, 0.0
        for i in range(d):
            there = value_in(grids, grid, simplices[i], corners[i], values, start, width, column)
            slope = (there - here) / distance
            norm += slope * slope
            total += slope
        if norm == 0.0:
            continue
        length = total / np.sqrt(norm) * distance
        step[d - 1] = x[d - 1] + length
        up = _value_at(grids, grid, step, c, values, start, width, column)
        step[d - 1] = x[d - 1] - length
        down = _value_at(grids, grid, step, c, values, start, width, column)
        step[d - 1] = x[d - 1]
        if here == 0.0:
            error = 1.0 if up != 0.0 or down != 0.0 else 0.0
        else:
            error = abs(up - here) / here
            if abs(down - here) / here > error:  # never where either is outside: NaN
                error = abs(down - here) / here
        if not error < ACCEPTED_ERROR:
            out[at + column] = np.nan
