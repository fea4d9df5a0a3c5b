"""Efficiencies and limits at the points of a model: which are needed, and their values in the maps."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.predictor.numeric.interpolate import evaluate_block
from protomodels.predictor.numeric.locate import transform
from protomodels.predictor.structures.arrays import Arrays
from protomodels.results.compiled.tables import Floats, Grids, Ints, Maps

DEPTH_MASK: Final = 15
"""Of a slot, which is branch * 16 + depth."""


@kernel
def needed_points(s: Arrays, sms_particles: Ints) -> NDArray[np.bool_]:
    """The points of the SMS that have a weight, (points,)."""
    needed = np.zeros(len(s.point_topology), np.bool_)
    for sms in range(len(sms_particles)):
        if sms_particles[sms] != 0:
            for k in range(s.sms_first[sms], s.sms_first[sms + 1]):
                needed[s.sms_points[k]] = True
    return needed


@kernel
def _mass(masses: Floats, legs: Ints, slot: int, swapped: bool) -> float:
    branch = slot >> 4
    if swapped:
        branch = 1 - branch
    return float(masses[legs[branch, slot & DEPTH_MASK]])


@kernel
def is_swapped(s: Arrays, maps: Maps, point: int, masses: Floats) -> bool:
    """Is the second leg the first branch?  Where both fit, SModelS takes the order with the larger masses."""
    if not s.point_free[point]:
        return False
    order, legs = maps.order_slots[s.point_topology[point]], s.point_legs[point]
    for slot in order:
        if slot < 0:
            return False
        straight, crossed = _mass(masses, legs, slot, False), _mass(masses, legs, slot, True)
        if straight != crossed:
            return bool(crossed > straight)
    return False


@kernel
def evaluate_points(
    s: Arrays, grids: Grids, maps: Maps, masses: Floats, needed: NDArray[np.bool_], efficiencies: Floats, memory: Floats
) -> int:
    """Efficiencies and limits of the needed points; those whose masses are remembered are not looked up again.

    Parameters
    ----------
    needed: (points,).
    efficiencies: of all points; NaN for a limit outside its map.
    memory: the masses that they belong to, (points, 2 * depth).

    Returns
    -------
    Number of look-ups.
    """
    depth = s.point_legs.shape[2]
    x, vector, previous = np.empty(8), np.empty(8), np.empty(8)
    count = 0
    for point in range(len(needed)):
        if not needed[point]:
            continue
        same = True
        for k in range(2 * depth):
            place = s.point_legs[point, k // depth, k % depth]
            mass = masses[place] if place >= 0 else 0.0
            if memory[point, k] != mass:
                memory[point, k] = mass
                same = False
        if same:
            continue
        topology, at = s.point_topology[point], s.point_first[point]
        swapped = is_swapped(s, maps, point, masses)
        last_grid, off = -1, False
        for cell in range(maps.cell_start[topology], maps.cell_start[topology + 1]):
            block = maps.cell_block[cell]
            n_values = 1 if block >= 0 else 2
            for which in range(n_values):
                grid = maps.cell_grid[cell]
                if block < 0:
                    grid = maps.limit_grids[-1 - block, which]
                    if grid < 0:
                        efficiencies[at + which] = np.nan
                        continue
                full = grids.about[grid].full
                fresh = grid != last_grid
                for k in range(full):
                    mass = _mass(masses, s.point_legs[point], maps.cell_slots[cell, k], swapped)
                    vector[k] = np.rint(mass * 100.0) / 100.0
                    fresh = fresh or vector[k] != previous[k]
                    previous[k] = vector[k]
                if fresh:
                    off = transform(grids, grid, vector, x)
                    last_grid = grid
                if block >= 0:
                    first = maps.block_maps[block]
                    width = maps.block_maps[block + 1] - first
                    evaluate_block(grids, grid, x, off, maps.values, maps.block_start[block], width, efficiencies, at)
                else:
                    start = maps.limit_starts[-1 - block, which]
                    evaluate_block(grids, grid, x, off, maps.values, start, 1, efficiencies, at + which)
                count += 1
            at += maps.block_maps[block + 1] - maps.block_maps[block] if block >= 0 else 2
    return count
