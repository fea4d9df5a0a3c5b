"""How the signals of signal regions change with masses: the derivatives of :mod:`.regions`."""

from __future__ import annotations

import numpy as np

from protomodels.kernel import kernel
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.maps.interpolate import values_at
from protomodels.predictor.numeric.arrays import TOPOLOGY, Arrays
from protomodels.predictor.numeric.map_slopes import locate_exactly, particle_at, value_and_slopes
from protomodels.predictor.numeric.order import stable_order
from protomodels.predictor.numeric.points import is_swapped
from protomodels.predictor.numeric.regions import SMALLEST_EFFICIENCY
from protomodels.predictor.numeric.weights import Flags
from protomodels.results.compiled.tables import Floats, Grids, Ints


@kernel
def add_slopes(
    s: Arrays,
    grids: Grids,
    cells: Cells,
    columns: Ints,
    masses: Floats,
    sms_weights: Floats,
    sms_particles: Ints,
    active: Flags,
    wanted: Ints,
    share: Floats,
    slopes: Floats,
    column_of: Ints,
) -> None:
    """Signal regions: sigma is the sum over SMS of ``share`` times their weights.

    Of SMS from the same decay trees one counts, as in :func:`.add_regions`.

    Parameters
    ----------
    columns: energy column of each of the maps' energies, -1 where there are no cross sections.
    masses: GeV, (particles,).
    sms_weights, sms_particles, active: from :func:`protomodels.predictor.numeric.weight_slopes.weigh`.
    wanted: number of each catalog row among the k that are wanted, -1 for others, (rows,).
    share, slopes, column_of: filled: efficiency times factor, (k, SMS); d sigma / d mass at fixed weights, fb/GeV, (k,
        particles); energy column, (k,); -1 for a region without signal.
    """
    x, c, corners, rises = np.empty(8), np.empty((10, 9)), np.empty((10, 9), np.int64), np.zeros((9, 9))
    vector, axes, own = np.empty(8), np.empty(8, np.int64), np.empty(8)
    n_shared = 0
    for turn in range(2):
        if turn == 1:
            if n_shared == 0:
                return
            which, sms_of, strength = np.empty(n_shared, np.int64), np.empty(n_shared, np.int64), np.empty(n_shared)
            part_of, rise = np.empty(n_shared), np.zeros((n_shared, len(masses)))
            n_shared = 0
        for sms in range(len(sms_weights)):
            shared = s.sms[sms, 2] != 0
            if sms_particles[sms] == 0 or (turn == 1 and not shared):
                continue
            for k in range(s.sms[sms, 0], s.sms[sms + 1, 0]):
                point = s.points[s.sms_points[k]]
                topology = point[TOPOLOGY]
                swapped = is_swapped(cells.topologies, point, masses)
                for number in range(cells.topologies[topology, at.FIRST], cells.topologies[topology, at.END]):
                    cell = cells.cells[number]
                    width, first, column = cell[at.WIDTH], cell[at.ROWS], columns[cell[at.ENERGY]]
                    weight = sms_weights[sms, column] if column >= 0 else 0.0
                    n_wanted = 0
                    for k2 in range(width):
                        n_wanted += wanted[cells.rows[first + k2]] >= 0
                    if n_wanted == 0 or not weight > 0.0:
                        continue
                    if turn == 0 and shared:
                        n_shared += n_wanted
                        continue
                    grid, start = cell[at.GRID], cell[at.START]
                    d, full = grids.about[grid].dimension, grids.about[grid].full
                    for j in range(full):
                        axes[j] = particle_at(point, cell[at.SLOTS + j], swapped)
                        vector[j] = masses[axes[j]]
                    distance = locate_exactly(grids, grid, vector, x, c, corners, rises)
                    rounded = np.empty(width)
                    values_at(grids, grid, x, c, corners, distance, cells.values, start, width, rounded)
                    for k2 in range(width):
                        place = wanted[cells.rows[first + k2]]
                        if place < 0 or not abs(rounded[k2]) >= SMALLEST_EFFICIENCY:
                            continue
                        factor = cells.factors[number]
                        value = value_and_slopes(cells.values[start:], width, k2, d + 1, full, corners, rises, own)
                        column_of[place] = column
                        if shared:
                            which[n_shared], sms_of[n_shared] = place, sms
                            strength[n_shared], part_of[n_shared] = weight * rounded[k2], value * factor
                            for j in range(full):
                                rise[n_shared, axes[j]] += weight * factor * own[j]
                            n_shared += 1
                        else:
                            share[place, sms] += value * factor
                            for j in range(full):
                                slopes[place, axes[j]] += weight * factor * own[j]
    which, strength = which[:n_shared], strength[:n_shared]
    stamp = np.full(len(active), -1, np.int64)
    for i in stable_order(which, -strength):
        place, sms = which[i], sms_of[i]
        taken = False
        for k in range(s.sms[sms, 1], s.sms[sms + 1, 1]):
            if active[s.sms_origins[k]] and stamp[s.sms_origins[k]] == place:
                taken = True
        if taken:
            continue
        for k in range(s.sms[sms, 1], s.sms[sms + 1, 1]):
            stamp[s.sms_origins[k]] = place
        share[place, sms] += part_of[i]
        for j in range(len(masses)):
            slopes[place, j] += rise[i, j]
