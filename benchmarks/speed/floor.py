"""The floor of look-ups: memory accesses whose address depends on the one before, at the speed of cache and of memory.

To locate a point in a triangulation is a walk from simplex to simplex.  Each move asks for the neighbours of a simplex
and then for a facet or the corners of one of them: two accesses, the second of which depends on the first.  At the end
stand three more: corners, points, values.
"""

from __future__ import annotations

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.maps.barycentric import TOLERANCE, barycentric
from protomodels.predictor.maps.locate import locate
from protomodels.results.compiled.tables import Grids

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SAMPLE: Final = 4000
A_MOVE: Final = 2
AT_THE_END: Final = 3


def print_floor(predictor: CompiledPredictor, lookups: float, spent: float, step: float) -> None:
    """Print the floor of a step.

    Parameters
    ----------
    lookups: of a step.
    spent: ms of a step on look-ups.
    step: ms of a whole step.
    """
    grids = predictor._grids
    rng = np.random.default_rng(1)
    grid = rng.integers(0, len(grids.about), SAMPLE)
    grid = grid[grids.about["dimension"][grid] > 1]
    where = np.zeros((len(grid), 8))
    for row, number in enumerate(grid):
        d = grids.about["dimension"][number]
        where[row, :d] = rng.uniform(grids.low[number, :d], grids.high[number, :d])
    accesses = A_MOVE * _moves(grids, grid, where) + AT_THE_END
    _locate_all(grids, grid, where)
    start = time.perf_counter()
    _locate_all(grids, grid, where)
    each = 1e6 * (time.perf_counter() - start) / len(grid)
    far, near = _latency(grids.equations.nbytes // 8), _latency(2048)
    floor_far, floor_near = (1e-6 * lookups * accesses * ns for ns in (far, near))
    print(f"   {1e3 * spent / max(lookups, 1e-9):.2f} us a look-up; locating a random point {each:.2f} us,")
    print(f"   {accesses:.0f} dependent accesses, {far:.0f} ns each in memory, {near:.2f} ns in cache")
    print(
        f"   floor of the look-ups of a step: {1e3 * floor_near:.1f} us in cache, {1e3 * floor_far:.0f} us in memory;"
    )
    print(f"   look-ups / floor: {spent / floor_near:.1f}, {spent / floor_far:.2f}; step / floor: ", end="")
    print(f"{step / floor_near:.0f}, {step / floor_far:.1f}")


@kernel
def _moves(grids: Grids, grid: Ints, where: Floats) -> float:
    """Mean number of moves from simplex to simplex: over the lifted facets, then along barycentric coordinates."""
    total, c = 0, np.empty(9)
    for row in range(len(grid)):
        about = grids.about[grid[row]]
        d, x = about.dimension, where[row]
        lifted = 0.0
        for k in range(d):
            lifted += x[k] * x[k]
        lifted = lifted * about.scale + about.offset
        points, vertices = grids.points[about.point_start :], grids.vertices[about.vertex_start :]
        neighbors, flat = grids.neighbors[about.vertex_start :], grids.degenerate[about.simplex_start :]
        equations = grids.equations[about.equation_start :]
        simplex, changed = 0, True
        best = _above(d, equations, x, lifted)
        while changed and best <= 0.0:
            changed = False
            for k in range(d + 1):
                neighbor = neighbors[simplex * (d + 1) + k]
                if neighbor != -1:
                    value = _above(d, equations[neighbor * (d + 2) :], x, lifted)
                    if value > best + TOLERANCE * (1.0 + abs(best)):
                        best, simplex, changed = value, neighbor, True
                        total += 1
        for _ in range(1 + about.n_simplices // 4):
            if flat[simplex] == 1:
                break
            barycentric(d, points, vertices[simplex * (d + 1) : (simplex + 1) * (d + 1)], x, c)
            following = simplex
            for k in range(d + 1):
                if c[k] < -TOLERANCE:
                    following = neighbors[simplex * (d + 1) + k]
                    break
            if following == simplex or following == -1:
                break
            simplex = following
            total += 1
    return total / len(grid)


@kernel
def _above(d: int, equation: Floats, x: Floats, lifted: float) -> float:
    """Signed distance of the lifted point from a facet."""
    value = equation[d + 1] + equation[d] * lifted
    for k in range(d):
        value += equation[k] * x[k]
    return float(value)


@kernel
def _locate_all(grids: Grids, grid: Ints, where: Floats) -> int:
    c, found = np.empty(9), 0
    for row in range(len(grid)):
        found += locate(grids, grid[row], where[row], c) >= 0
    return found


@kernel
def _chase(following: Ints, n: int) -> int:
    place = 0
    for _ in range(n):
        place = following[place]
    return place


def _latency(size: int) -> float:
    """Nanoseconds of an access whose address depends on the one before, in an array of ``size`` numbers."""
    order = np.random.default_rng(1).permutation(size)
    following = np.empty(size, dtype=np.int64)
    following[order] = np.roll(order, -1)
    n = 2_000_000
    _chase(following, 1000)
    start = time.perf_counter()
    _chase(following, n)
    return 1e9 * (time.perf_counter() - start) / n
