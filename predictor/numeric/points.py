"""Efficiencies and limits at the points of a model: which are needed, and their values in the maps."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import part
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import DEPTH_MASK, Cells
from protomodels.predictor.maps.edges import is_marked
from protomodels.predictor.maps.interpolate import SIMPLEX, find_place, values_at
from protomodels.predictor.maps.memory import POINTS, USED, Memory, forget, mix, slot_of
from protomodels.predictor.numeric.arrays import FREE, LEGS, TOPOLOGY, Arrays
from protomodels.results.compiled.tables import Floats, Grids, Ints

MASSES: Final = 2
"""First mass in the key of a point, after its topology and the number of masses of the first branch."""


@part
def mass_of(masses: Floats, point: Ints, slot: int, branch: int) -> float:
    """The mass (GeV) that a point has at the depth of a slot in one of its legs."""
    depth = (len(point) - LEGS) // 2
    return float(masses[point[LEGS + branch * depth + (slot & DEPTH_MASK)]])


@part
def is_swapped(topologies: Ints, point: Ints, masses: Floats) -> bool:
    """Is the second leg the first branch?  Where both fit, SModelS takes the order with the larger masses."""
    if point[FREE] == 0:
        return False
    for k in range(at.N_SLOTS):
        slot = topologies[point[TOPOLOGY], at.ORDER + k]
        if slot < 0:
            return False
        branch = slot >> 4
        straight, crossed = mass_of(masses, point, slot, branch), mass_of(masses, point, slot, 1 - branch)
        if straight != crossed:
            return bool(crossed > straight)
    return False


@part
def _key(topologies: Ints, point: Ints, masses: Floats, bits: Ints, key: Floats) -> tuple[int, np.uint64]:
    """Topology, number of masses of the first branch and masses of both into ``key``.

    Parameters
    ----------
    bits: the masses as integers.

    Returns
    -------
    How many numbers that are, and one made of them.
    """
    swapped = is_swapped(topologies, point, masses)
    n, depth, mixed = MASSES, (len(point) - LEGS) // 2, mix(np.uint64(0), point[TOPOLOGY])
    key[0] = point[TOPOLOGY]
    for branch in range(2):
        first = LEGS + (1 - branch if swapped else branch) * depth
        for k in range(first, first + depth):
            if point[k] < 0:
                break
            key[n] = masses[point[k]]
            mixed = mix(mixed, bits[point[k]])
            n += 1
        if branch == 0:
            key[1] = n - MASSES
    return n, mixed


@part
def _look_up(grids: Grids, cells: Cells, key: Floats, out: Floats) -> int:
    """All values of the point with a key into ``out``; number of look-ups."""
    topology, second = int(key[0]), MASSES + int(key[1])
    x, vector, previous = np.empty(8), np.empty(8), np.zeros(8)
    c, corners = np.empty((10, 9)), np.empty((10, 10), np.int64)
    count, place, last_grid, distance, marked = 0, 0, -1, np.nan, False
    for number in range(cells.topologies[topology, at.FIRST], cells.topologies[topology, at.END]):
        cell = cells.cells[number]
        width = cell[at.WIDTH]
        end = place + (width if width > 0 else 2)
        out[end] = 0.0
        for which in range(1 if width > 0 else 2):
            grid = cell[at.GRID + 2 * which]
            if grid < 0:
                out[place + which] = np.nan
                continue
            fresh = grid != last_grid
            for k in range(grids.about[grid].full):
                slot = cell[at.SLOTS + k]
                mass = key[(second if slot >> 4 else MASSES) + (slot & DEPTH_MASK)]
                vector[k] = np.rint(mass * 100.0) / 100.0
                fresh = fresh or vector[k] != previous[k]
                previous[k] = vector[k]
            if fresh:
                distance = find_place(grids, grid, vector, x, c, corners)
                marked = is_marked(grids, grid, corners[0, SIMPLEX], distance)
                last_grid = grid
                count += 1
            if marked:
                out[end] = 1.0
            start = cell[at.START + 2 * which]
            values_at(grids, grid, x, c, corners, distance, cells.values, start, max(width, 1), out[place + which :])
        place = end + 1
    return count


@part
def evaluate_points(
    s: Arrays,
    grids: Grids,
    cells: Cells,
    memory: Memory,
    masses: Floats,
    bits: Ints,
    needed: NDArray[np.bool_],
    values: Ints,
) -> int:
    """Efficiencies and limits of the needed points; those that are remembered are not looked up again.

    Parameters
    ----------
    masses, bits: GeV, as doubles and the same as integers, (particles,).
    needed: (points,).
    values: filled with the place in the pool where the values of each needed point begin, NaN for a limit outside its
        map, (points,).

    Returns
    -------
    Number of look-ups; below 0 where the memory is too small for this model: minus the room that it needs.
    """
    key = np.empty(MASSES + s.points.shape[1])
    for turn in range(2):
        room, new = 0, 0
        for p in range(len(needed)):
            values[p] = -1
            if needed[p]:
                n, mixed = _key(cells.topologies, s.points[p], masses, bits, key)
                entry = memory.slots[slot_of(memory, key, n, mixed)]
                if entry >= 0:
                    values[p] = entry + n
                else:
                    room += n + cells.topologies[s.points[p, TOPOLOGY], at.N_VALUES]
                    new += 1
        if memory.used[USED] + room <= len(memory.pool) and 2 * (memory.used[POINTS] + new) <= len(memory.slots):
            break
        if turn == 1:
            return -max(room, 2 * new)
        forget(memory)
    count = 0
    for p in range(len(needed)):
        if needed[p] and values[p] < 0:
            n, mixed = _key(cells.topologies, s.points[p], masses, bits, key)
            slot = slot_of(memory, key, n, mixed)
            if memory.slots[slot] < 0:
                entry = memory.used[USED]
                for k in range(n):
                    memory.pool[entry + k] = key[k]
                count += _look_up(grids, cells, key, memory.pool[entry + n :])
                memory.slots[slot] = entry
                memory.used[USED] += n + cells.topologies[s.points[p, TOPOLOGY], at.N_VALUES]
                memory.used[POINTS] += 1
            values[p] = memory.slots[slot] + n
    return count
