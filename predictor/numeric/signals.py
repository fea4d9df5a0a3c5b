"""The numeric step: weights of decay trees, efficiencies of the points they need, sums per result."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.predictor.numeric.interpolate import evaluate_block
from protomodels.predictor.numeric.locate import transform
from protomodels.predictor.numeric.order import stable_order
from protomodels.predictor.structures.structure import UNKNOWN, Arrays
from protomodels.results.compiled.tables import Floats, Grids, Ints, Maps

SMALLEST_EFFICIENCY: Final = 1e-14
"""Smaller efficiencies count as none, as in SModelS."""
QUEUED: Final = -3
"""Pairs of classes that are on the list of unknown ones."""
DEPTH_MASK: Final = 15

Bits = NDArray[np.uint64]
Flags = NDArray[np.uint8]


@kernel
def decay_weights(
    s: Arrays, ratios: Floats, sigma: Floats, legs: Ints, cut: float, weights: Floats, active: Flags, unknown: Ints
) -> int:
    """Sum the weights of the decay trees that are at least ``cut`` (fb) at one energy.

    Parameters
    ----------
    ratios: branching ratios.
    sigma: production cross sections in fb, (pairs, energies).
    legs: first and one past the last chain of both legs of each pair, (pairs, 4).
    weights, active: filled for each origin, (origins, energies) and (origins,).
    unknown: filled with pairs of classes whose origin is not known, (m, 2).

    Returns
    -------
    Number of unknown pairs.
    """
    n_chains, depth = s.chain_ratios.shape
    product = np.ones(n_chains)
    for chain in range(n_chains):
        for k in range(depth):
            if s.chain_ratios[chain, k] < 0:
                break
            product[chain] *= ratios[s.chain_ratios[chain, k]]
    found = 0
    for pair in range(sigma.shape[0]):
        largest = sigma[pair].max()
        for i in range(legs[pair, 0], legs[pair, 1]):
            first = largest * product[i]
            if first < cut:
                continue
            for j in range(legs[pair, 2], legs[pair, 3]):
                if first * product[j] < cut:
                    continue
                a, b = s.chain_class[i], s.chain_class[j]
                origin = s.origin[a, b]
                if origin == UNKNOWN:
                    if found < len(unknown):
                        unknown[found, 0], unknown[found, 1] = a, b
                        s.origin[a, b] = s.origin[b, a] = QUEUED
                        found += 1
                elif origin >= 0:
                    active[origin] = 1
                    for energy in range(sigma.shape[1]):
                        weights[origin, energy] += sigma[pair, energy] * product[i] * product[j]
    return found


@kernel
def accumulate(s: Arrays, weights: Floats, active: Flags, sms_weights: Floats, sms_particles: Ints) -> None:
    """Weights and particle masks of the SMS that the origins compress to."""
    for origin in range(len(active)):
        if active[origin] == 0:
            continue
        for k in range(s.origin_first[origin], s.origin_first[origin + 1]):
            sms = s.origin_sms[k]
            sms_particles[sms] |= s.origin_particles[origin]
            for energy in range(weights.shape[1]):
                sms_weights[sms, energy] += weights[origin, energy]


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


@kernel
def add_regions(
    s: Arrays,
    maps: Maps,
    columns: Ints,
    sms_weights: Floats,
    sms_particles: Ints,
    active: Flags,
    efficiencies: Floats,
    sigma: Floats,
    particles: Ints,
    topologies: Bits,
) -> None:
    """Sum sigma x efficiency of every signal region.

    SMS that come from the same decay trees (before and after compression) count once in a region: the one with the
    largest sigma x efficiency.

    Parameters
    ----------
    columns: energy column of each of the maps' energies, -1 where there are no cross sections.
    sigma, particles, topologies: filled for each catalog row: fb, bit masks (rows,), bits (rows, words).
    """
    n_shared = 0
    for turn in range(2):
        # the second turn lists what shared SMS would give, of which add_once chooses
        if turn == 1:
            if n_shared == 0:
                return
            rows, sms_of = np.empty(n_shared, np.int64), np.empty(n_shared, np.int64)
            strength, value = np.empty(n_shared), np.empty(n_shared)
            n_shared = 0
        for sms in range(len(sms_weights)):
            if sms_particles[sms] == 0 or (turn == 1 and not s.shared[sms]):
                continue
            for k in range(s.sms_first[sms], s.sms_first[sms + 1]):
                point = s.sms_points[k]
                topology, at = s.point_topology[point], s.point_first[point]
                for cell in range(maps.cell_start[topology], maps.cell_start[topology + 1]):
                    block = maps.cell_block[cell]
                    if block < 0:
                        at += 2
                        continue
                    first, end = maps.block_maps[block], maps.block_maps[block + 1]
                    column = columns[maps.block_energy[block]]
                    weight = sms_weights[sms, column] if column >= 0 else 0.0
                    if weight > 0.0:
                        for k2 in range(first, end):
                            efficiency = efficiencies[at + k2 - first]
                            if not abs(efficiency) >= SMALLEST_EFFICIENCY:
                                continue
                            row = maps.block_rows[k2]
                            if s.shared[sms]:
                                if turn == 1:
                                    rows[n_shared], sms_of[n_shared] = row, sms
                                    strength[n_shared] = weight * efficiency
                                    value[n_shared] = weight * efficiency * maps.cell_factor[cell]
                                n_shared += 1
                            else:
                                sigma[row] += weight * efficiency * maps.cell_factor[cell]
                                particles[row] |= sms_particles[sms]
                                topologies[row, sms >> 6] |= np.uint64(1) << np.uint64(sms & 63)
                    at += end - first
    stamp = np.full(len(active), -1, np.int64)
    for i in stable_order(rows, -strength):
        row, sms = rows[i], sms_of[i]
        taken = False
        for k in range(s.sms_origin_first[sms], s.sms_origin_first[sms + 1]):
            if active[s.sms_origins[k]] == 1 and stamp[s.sms_origins[k]] == row:
                taken = True
        if taken:
            continue
        for k in range(s.sms_origin_first[sms], s.sms_origin_first[sms + 1]):
            stamp[s.sms_origins[k]] = row
        sigma[row] += value[i]
        particles[row] |= sms_particles[sms]
        topologies[row, sms >> 6] |= np.uint64(1) << np.uint64(sms & 63)
