"""Where a point lies in a triangulation: scipy's ``find_simplex``, step by step, compiled.

Most maps are square grids, whose triangulations need not be conforming where points are cospherical: several simplices
may contain a point.  The walk therefore takes scipy's steps in scipy's order (a walk over the lifted facets, a walk
along barycentric coordinates, all simplices in the end), with SModelS's tolerance.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import part
from protomodels.predictor.maps.barycentric import BROAD, TOLERANCE, barycentric, simplex_with
from protomodels.results.compiled.tables import Floats, Grids

Simplices = NDArray[np.int32]
Flat = NDArray[np.uint8]
OUTSIDE: Final = -1
LOST: Final = -2
"""What a walk may find instead of a simplex."""


@part
def _distance(d: int, equation: Floats, x: Floats, lifted: float) -> float:
    """Signed distance of the lifted point from the hyperplane of a facet."""
    value: float = equation[d + 1] + equation[d] * lifted
    for k in range(d):
        value += equation[k] * x[k]
    return value


@part
def _is_far(d: int, points: Floats, corners: Simplices, x: Floats) -> bool:
    """Is a point beyond the corners of a simplex on one axis?  Then no barycentric coordinates need be solved for."""
    for k in range(d):
        low = high = points[corners[0] * d + k]
        for corner in range(1, d + 1):
            value = points[corners[corner] * d + k]
            low, high = min(low, value), max(high, value)
        margin = BROAD * (high - low)
        if x[k] < low - margin or x[k] > high + margin:
            return True
    return False


@part
def _search_all(grids: Grids, grid: int, x: Floats, c: Floats) -> int:
    """The first simplex, in their order, that contains the point; through the boxes where there are some."""
    about = grids.about[grid]
    d, n = about.dimension, about.n_boxes
    points, vertices = grids.points[about.point_start :], grids.vertices[about.vertex_start :]
    neighbors, flat = grids.neighbors[about.vertex_start :], grids.degenerate[about.simplex_start :]
    begin, count = 0, about.n_simplices
    if n > 0:
        box = 0
        for k in range(d):
            low, high = grids.low[grid, k], grids.high[grid, k]
            index = int((x[k] - low) / ((high - low) / n))
            box = box * n + min(max(index, 0), n - 1)
        first = about.box_first + box
        begin = about.item_first + grids.box_starts[first]
        count = grids.box_starts[first + 1] - grids.box_starts[first]
    for item in range(count):
        simplex = grids.box_items[begin + item] if n > 0 else item
        if d > 2 and flat[simplex] == 0 and _is_far(d, points, vertices[simplex * (d + 1) :], x):
            continue
        found = simplex_with(d, points, vertices, neighbors, flat, simplex, x, c)
        if found >= 0:
            return int(found)
    return -1


@part
def _locate_on_line(points: Floats, x: float, c: Floats) -> int:
    """One dimension: the interval (points[i], points[i + 1]] that holds x, as SModelS's own search has it."""
    n = len(points)
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        if points[middle] < x:
            low = middle + 1
        else:
            high = middle
    interval = low - 1
    if interval == -1:
        if not abs(x - points[0]) < TOLERANCE:
            return -1
        interval = 0
    elif interval == n - 1:
        if not abs(x - points[n - 1]) < TOLERANCE:
            return -1
        interval = n - 2
    begin, end = points[interval], points[interval + 1]
    c[0] = (x - begin) / (end - begin)
    c[1] = 1.0 - c[0]
    return interval


@part
def _walk_in_plane(
    points: Floats, vertices: Simplices, neighbors: Simplices, flat: Flat, simplex: int, most: int, x: Floats, c: Floats
) -> int:
    """As :func:`_walk` in two dimensions, those of nearly all maps: a coordinate is made when it is asked for."""
    px, py = x[0], x[1]
    for _ in range(most):
        if flat[simplex] == 1:
            return LOST
        first = np.uint64(3 * simplex)
        i, j = np.uint64(2 * vertices[first]), np.uint64(2 * vertices[first + np.uint64(1)])
        o = np.uint64(2 * vertices[first + np.uint64(2)])
        x0, y0 = points[o], points[o + np.uint64(1)]
        ax, ay = points[i] - x0, points[i + np.uint64(1)] - y0
        bx, by = points[j] - x0, points[j + np.uint64(1)] - y0
        dx, dy = px - x0, py - y0
        det = ax * by - bx * ay
        side = 0
        one, two, three = (dx * by - bx * dy) / det, 0.0, 0.0
        if not one < -TOLERANCE:
            side = 1
            two = (ax * dy - dx * ay) / det
            if not two < -TOLERANCE:
                three = 1.0 - one - two
                side = 2 if three < -TOLERANCE else 3
        if side == 3:
            if one <= 1.0 + TOLERANCE and two <= 1.0 + TOLERANCE and three <= 1.0 + TOLERANCE:
                c[0], c[1], c[2] = one, two, three
                return simplex
            return LOST
        simplex = int(neighbors[first + np.uint64(side)])
        if simplex == -1:
            return OUTSIDE
    return LOST


@part
def _walk(
    d: int,
    points: Floats,
    vertices: Simplices,
    neighbors: Simplices,
    flat: Flat,
    simplex: int,
    most: int,
    x: Floats,
    c: Floats,
) -> int:
    """Walk along barycentric coordinates, into the first neighbour beyond whose facet the point lies.

    Parameters
    ----------
    points, vertices, neighbors, flat: of one triangulation.
    simplex: where the walk begins.
    most: number of steps.
    c: filled with the coordinates in the simplex that is found.

    Returns
    -------
    The simplex that contains the point; OUTSIDE where there is no neighbour, LOST where a search of all has to decide.
    """
    for _ in range(most):
        if flat[simplex] == 1:
            return LOST
        barycentric(d, points, vertices[simplex * (d + 1) : (simplex + 1) * (d + 1)], x, c)
        inside, moved = True, False
        for k in range(d + 1):
            if c[k] < -TOLERANCE:
                simplex = int(neighbors[simplex * (d + 1) + k])
                if simplex == -1:
                    return OUTSIDE
                moved = True
                break
            if not c[k] <= 1.0 + TOLERANCE:
                inside = False
        if not moved:
            return simplex if inside else LOST
    return LOST


@part
def locate(grids: Grids, grid: int, x: Floats, c: Floats) -> int:
    """The simplex that contains a point, -1 outside; its barycentric coordinates are left in ``c``.

    Parameters
    ----------
    x: coordinates; the first ``dimension`` entries count.
    """
    about = grids.about[grid]
    d = about.dimension
    points = grids.points[about.point_start : about.point_start + about.n_points * d]
    if d == 1:
        return int(_locate_on_line(points, x[0], c))
    lifted = 0.0
    for k in range(d):
        if x[k] < grids.low[grid, k] - TOLERANCE or x[k] > grids.high[grid, k] + TOLERANCE:
            return -1
        lifted += x[k] * x[k]
    lifted = lifted * about.scale + about.offset
    equations, neighbors = grids.equations[about.equation_start :], grids.neighbors[about.vertex_start :]
    vertices, flat = grids.vertices[about.vertex_start :], grids.degenerate[about.simplex_start :]
    simplex, before = int(np.int64(0)), -1  # no literal: the walks would be compiled for it as well
    best = _distance(d, equations, x, lifted)
    changed = True
    while changed and best <= 0.0:
        changed = False
        for k in range(d + 1):
            neighbor = neighbors[simplex * (d + 1) + k]
            if neighbor == -1 or neighbor == before:  # where the walk came from is worse
                continue
            value = _distance(d, equations[neighbor * (d + 2) :], x, lifted)
            if value > best + TOLERANCE * (1.0 + abs(best)):
                best = value
                before, simplex = simplex, neighbor
                changed = True
    most = 1 + about.n_simplices // 4
    if d == 2:
        found = _walk_in_plane(points, vertices, neighbors, flat, simplex, most, x, c)
    else:
        found = _walk(d, points, vertices, neighbors, flat, simplex, most, x, c)
    if found >= OUTSIDE:
        return int(found)
    return int(_search_all(grids, grid, x, c))


@part
def vertex(grids: Grids, grid: int, simplex: int, k: int) -> int:
    """The point at corner ``k`` of a simplex."""
    d = grids.about[grid].dimension
    if d == 1:
        return int(simplex + 1 - k)
    return int(grids.vertices[grids.about[grid].vertex_start + simplex * (d + 1) + k])


@part
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
