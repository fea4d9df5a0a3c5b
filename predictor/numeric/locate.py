"""Where a point lies in a triangulation: scipy's ``find_simplex``, step by step, compiled.

Most maps are square grids, whose triangulations need not be conforming where points are cospherical: several simplices
may contain a point.  The walk therefore takes scipy's steps in scipy's order (a walk over the lifted facets, a walk
along barycentric coordinates, all simplices in the end), with SModelS's tolerance.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.kernel import kernel
from protomodels.results.compiled.tables import Floats, Grids

TOLERANCE: Final = 1e-6
"""In barycentric coordinates, as SModelS asks for."""
BROAD: Final = 1e-3
"""Towards degenerate neighbours: the square root of the tolerance, as in scipy."""


@kernel
def barycentric(grids: Grids, grid: int, simplex: int, x: Floats, c: Floats) -> None:
    """Barycentric coordinates of ``x`` in a simplex, into ``c``; NaN where it is degenerate.

    Parameters
    ----------
    x: coordinates, the first ``dimension`` entries count.
    c: filled, one entry a vertex; the last is one minus the others.
    """
    d = grids.about[grid].dimension
    if grids.degenerate[grids.about[grid].simplex_start + simplex] == 1:
        for k in range(d + 1):
            c[k] = np.nan
        return
    points, at, vertices = grids.points, grids.about[grid].point_start, grids.vertices
    first = grids.about[grid].vertex_start + simplex * (d + 1)
    origin = at + vertices[first + d] * d
    if d == 2:
        x0, y0 = points[origin], points[origin + 1]
        i, j = at + vertices[first] * 2, at + vertices[first + 1] * 2
        ax, ay = points[i] - x0, points[i + 1] - y0
        bx, by = points[j] - x0, points[j + 1] - y0
        px, py = x[0] - x0, x[1] - y0
        det = ax * by - bx * ay
        c[0] = (px * by - bx * py) / det
        c[1] = (ax * py - px * ay) / det
        c[2] = 1.0 - c[0] - c[1]
    elif d == 3:
        x0, y0, z0 = points[origin], points[origin + 1], points[origin + 2]
        i, j, k = at + vertices[first] * 3, at + vertices[first + 1] * 3, at + vertices[first + 2] * 3
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
        _eliminate(grids, at, first, origin, d, x, c)


@kernel
def _eliminate(grids: Grids, at: int, first: int, origin: int, d: int, x: Floats, c: Floats) -> None:
    """Barycentric coordinates in any dimension, by elimination with pivots."""
    points, vertices = grids.points, grids.vertices
    matrix = np.empty((d, d + 1))
    for row in range(d):
        matrix[row, d] = x[row] - points[origin + row]
        for column in range(d):
            matrix[row, column] = points[at + vertices[first + column] * d + row] - points[origin + row]
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


@kernel
def _distance(grids: Grids, grid: int, simplex: int, x: Floats, lifted: float) -> float:
    """Signed distance of the lifted point from the hyperplane of a facet."""
    d = grids.about[grid].dimension
    first = grids.about[grid].equation_start + simplex * (d + 2)
    value: float = grids.equations[first + d + 1] + grids.equations[first + d] * lifted
    for k in range(d):
        value += grids.equations[first + k] * x[k]
    return value


@kernel
def _inside(grids: Grids, grid: int, simplex: int, x: Floats, c: Floats) -> int:
    """The simplex itself where it contains the point, a neighbour where it is degenerate, else -1.

    Towards a degenerate simplex its neighbours are taken with more tolerance, as in scipy.
    """
    d, first_vertex = grids.about[grid].dimension, grids.about[grid].vertex_start
    flat, first = grids.degenerate, grids.about[grid].simplex_start
    if flat[first + simplex] == 0:
        barycentric(grids, grid, simplex, x, c)
        for k in range(d + 1):
            if not -TOLERANCE <= c[k] <= 1.0 + TOLERANCE:
                return -1
        return simplex
    for side in range(d + 1):
        neighbor = grids.neighbors[first_vertex + simplex * (d + 1) + side]
        if neighbor == -1 or flat[first + neighbor] == 1:
            continue
        barycentric(grids, grid, neighbor, x, c)
        inside = True
        for k in range(d + 1):
            towards = grids.neighbors[first_vertex + neighbor * (d + 1) + k] == simplex
            margin = BROAD if towards else TOLERANCE
            if not -margin <= c[k] <= 1.0 + margin:
                inside = False
                break
        if inside:
            return int(neighbor)
    return -1


@kernel
def _search_all(grids: Grids, grid: int, x: Floats, c: Floats) -> int:
    """The first simplex, in their order, that contains the point; through the boxes where there are some."""
    n = grids.about[grid].n_boxes
    if n == 0:
        for simplex in range(grids.about[grid].n_simplices):
            found = _inside(grids, grid, simplex, x, c)
            if found >= 0:
                return int(found)
        return -1
    box = 0
    for k in range(grids.about[grid].dimension):
        low, high = grids.low[grid, k], grids.high[grid, k]
        index = int((x[k] - low) / ((high - low) / n))
        box = box * n + min(max(index, 0), n - 1)
    begin = grids.about[grid].box_first + box
    items = grids.about[grid].item_first
    for item in range(grids.box_starts[begin], grids.box_starts[begin + 1]):
        found = _inside(grids, grid, grids.box_items[items + item], x, c)
        if found >= 0:
            return int(found)
    return -1


@kernel
def _locate_on_line(grids: Grids, grid: int, x: float, c: Floats) -> int:
    """One dimension: the interval (points[i], points[i + 1]] that holds x, as SModelS's own search has it."""
    points, at, n = grids.points, grids.about[grid].point_start, grids.about[grid].n_points
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        if points[at + middle] < x:
            low = middle + 1
        else:
            high = middle
    interval = low - 1
    if interval == -1:
        if not abs(x - points[at]) < TOLERANCE:
            return -1
        interval = 0
    elif interval == n - 1:
        if not abs(x - points[at + n - 1]) < TOLERANCE:
            return -1
        interval = n - 2
    begin, end = points[at + interval], points[at + interval + 1]
    c[0] = (x - begin) / (end - begin)
    c[1] = 1.0 - c[0]
    return interval


@kernel
def locate(grids: Grids, grid: int, x: Floats, c: Floats) -> int:
    """The simplex that contains a point, -1 outside; its barycentric coordinates are left in ``c``.

    Parameters
    ----------
    x: coordinates; the first ``dimension`` entries count.
    """
    d = grids.about[grid].dimension
    if d == 1:
        return int(_locate_on_line(grids, grid, x[0], c))
    for k in range(d):
        if x[k] < grids.low[grid, k] - TOLERANCE or x[k] > grids.high[grid, k] + TOLERANCE:
            return -1
    lifted = 0.0
    for k in range(d):
        lifted += x[k] * x[k]
    lifted = lifted * grids.about[grid].scale + grids.about[grid].offset
    first = grids.about[grid].vertex_start
    simplex = 0
    best = _distance(grids, grid, simplex, x, lifted)
    changed = True
    while changed and best <= 0.0:
        changed = False
        for k in range(d + 1):
            neighbor = grids.neighbors[first + simplex * (d + 1) + k]
            if neighbor == -1:
                continue
            value = _distance(grids, grid, neighbor, x, lifted)
            if value > best + TOLERANCE * (1.0 + abs(best)):
                best = value
                simplex = neighbor
                changed = True
    for _ in range(1 + grids.about[grid].n_simplices // 4):
        barycentric(grids, grid, simplex, x, c)
        inside, moved = True, False
        for k in range(d + 1):
            if c[k] < -TOLERANCE:
                neighbor = grids.neighbors[first + simplex * (d + 1) + k]
                if neighbor == -1:
                    return -1
                simplex = neighbor
                moved = True
                break
            if not c[k] <= 1.0 + TOLERANCE:
                inside = False
        if moved:
            continue
        if inside:
            return int(simplex)
        return int(_search_all(grids, grid, x, c))
    return int(_search_all(grids, grid, x, c))


@kernel
def vertex(grids: Grids, grid: int, simplex: int, k: int) -> int:
    """The point at corner ``k`` of a simplex."""
    d = grids.about[grid].dimension
    if d == 1:
        return int(simplex + 1 - k)
    return int(grids.vertices[grids.about[grid].vertex_start + simplex * (d + 1) + k])


@kernel
def transform(grids: Grids, grid: int, masses: Floats, out: Floats) -> bool:
    """Coordinates of a mass vector (GeV) into ``out``; True where it lies off the plane of the map's points."""
    full, d = grids.about[grid].full, grids.about[grid].dimension
    count = 0
    for k in range(full):
        value = 0.0
        for j in range(full):
            value += (masses[j] - grids.shift[grid, j]) * grids.rotation[grid, j, k]
        out[k] = value
        if abs(value) > 1e-4:
            count += 1
    return bool(count > d)
