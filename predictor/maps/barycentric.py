"""Barycentric coordinates of a point in a simplex, and whether it is inside, with scipy's tolerances."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import part
from protomodels.results.compiled.tables import Floats

TOLERANCE: Final = 1e-6
"""In barycentric coordinates, as SModelS asks for."""
BROAD: Final = 1e-3
"""Towards degenerate neighbours: the square root of the tolerance, as in scipy."""


@part
def barycentric(d: int, points: Floats, corners: NDArray[np.int32], x: Floats, c: Floats) -> None:
    """Barycentric coordinates of ``x`` in a simplex, into ``c``.

    Parameters
    ----------
    d: dimension.
    points: coordinates of all points, one after the other.
    corners: the points at the d + 1 vertices.
    x: coordinates, the first d entries count.
    c: filled, one entry a vertex; the last is one minus the others.
    """
    origin = corners[d] * d
    if d == 2:
        x0, y0 = points[origin], points[origin + 1]
        i, j = corners[0] * 2, corners[1] * 2
        ax, ay = points[i] - x0, points[i + 1] - y0
        bx, by = points[j] - x0, points[j + 1] - y0
        px, py = x[0] - x0, x[1] - y0
        det = ax * by - bx * ay
        c[0] = (px * by - bx * py) / det
        c[1] = (ax * py - px * ay) / det
        c[2] = 1.0 - c[0] - c[1]
    elif d == 3:
        x0, y0, z0 = points[origin], points[origin + 1], points[origin + 2]
        i, j, k = corners[0] * 3, corners[1] * 3, corners[2] * 3
        ax, ay, az = points[i] - x0, points[i + 1] - y0, points[i + 2] - z0
        bx, by, bz = points[j] - x0, points[j + 1] - y0, points[j + 2] - z0
        dx, dy, dz = points[k] - x0, points[k + 1] - y0, points[k + 2] - z0
        px, py, pz = x[0] - x0, x[1] - y0, x[2] - z0
        ux, uy, uz = by * dz - bz * dy, bz * dx - bx * dz, bx * dy - by * dx
        det = ax * ux + ay * uy + az * uz
        c[0] = (px * ux + py * uy + pz * uz) / det
        c[1] = (ax * (py * dz - pz * dy) + ay * (pz * dx - px * dz) + az * (px * dy - py * dx)) / det
        c[2] = (ax * (by * pz - bz * py) + ay * (bz * px - bx * pz) + az * (bx * py - by * px)) / det
        c[3] = 1.0 - c[0] - c[1] - c[2]
    else:
        _eliminate(d, points, corners, x, c)


@part
def _eliminate(d: int, points: Floats, corners: NDArray[np.int32], x: Floats, c: Floats) -> None:
    """Barycentric coordinates in any dimension, by elimination with pivots."""
    origin = corners[d] * d
    matrix = np.empty((d, d + 1))
    for row in range(d):
        matrix[row, d] = x[row] - points[origin + row]
        for column in range(d):
            matrix[row, column] = points[corners[column] * d + row] - points[origin + row]
    for k in range(d):
        pivot = k
        for row in range(k + 1, d):
            if abs(matrix[row, k]) > abs(matrix[pivot, k]):
                pivot = row
        for column in range(d + 1):
            matrix[k, column], matrix[pivot, column] = matrix[pivot, column], matrix[k, column]
        for row in range(d):
            if row != k:
                factor = matrix[row, k] / matrix[k, k]
                for column in range(k, d + 1):
                    matrix[row, column] -= factor * matrix[k, column]
    c[d] = 1.0
    for k in range(d):
        c[k] = matrix[k, d] / matrix[k, k]
        c[d] -= c[k]


@part
def simplex_with(
    d: int,
    points: Floats,
    vertices: NDArray[np.int32],
    neighbors: NDArray[np.int32],
    flat: NDArray[np.uint8],
    simplex: int,
    x: Floats,
    c: Floats,
) -> int:
    """The simplex itself where it contains the point, a neighbour where it is degenerate, else -1.

    Towards a degenerate simplex its neighbours are taken with more tolerance, as in scipy.

    Parameters
    ----------
    points, vertices, neighbors, flat: of one triangulation; flat is 1 for degenerate simplices.
    """
    alone = flat[simplex] == 0
    for side in range(1 if alone else d + 1):
        one = simplex if alone else neighbors[simplex * (d + 1) + side]
        if one == -1 or flat[one] == 1:
            continue
        barycentric(d, points, vertices[one * (d + 1) : (one + 1) * (d + 1)], x, c)
        inside = True
        for k in range(d + 1):
            towards = not alone and neighbors[one * (d + 1) + k] == simplex
            margin = BROAD if towards else TOLERANCE
            if not -margin <= c[k] <= 1.0 + margin:
                inside = False
                break
        if inside:
            return int(one)
    return -1
