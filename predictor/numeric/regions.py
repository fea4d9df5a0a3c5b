"""The signal of every signal region: weights times efficiencies, summed over a model's SMS."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import part
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.maps.edges import SMALLEST_SIMULATED
from protomodels.predictor.numeric.arrays import TOPOLOGY, Arrays
from protomodels.predictor.numeric.order import stable_order
from protomodels.predictor.numeric.weights import Flags
from protomodels.results.compiled.tables import Floats, Ints

SMALLEST_EFFICIENCY: Final = 1e-14
"""Smaller efficiencies count as none, as in SModelS."""

Bits = NDArray[np.uint64]
"""A bit for each SMS, 64 a word."""


@part
def add_regions(
    s: Arrays,
    cells: Cells,
    columns: Ints,
    sms_weights: Floats,
    sms_particles: Ints,
    active: Flags,
    pool: Floats,
    values: Ints,
    sigma: Floats,
    marked: Floats,
    particles: Ints,
    topologies: Bits,
) -> None:
    """Sum sigma x efficiency of every signal region.

    SMS that come from the same decay trees (before and after compression) count once in a region: the one with the
    largest sigma x efficiency.

    Parameters
    ----------
    columns: energy column of each of the maps' energies, -1 where there are no cross sections.
    pool, values: efficiencies of each point, from ``pool[values[point]]`` on.
    sigma, marked: filled for each catalog row: fb, and the part of it that is marked (:mod:`..maps.edges`), (rows,).
    particles, topologies: filled for each catalog row: bit masks (rows,), bits (rows, words).
    """
    n_shared = 0
    for turn in range(2):
        # the second turn lists what shared SMS would give, of which add_once chooses
        if turn == 1:
            if n_shared == 0:
                return
            rows, sms_of = np.empty(n_shared, np.int64), np.empty(n_shared, np.int64)
            strength, value, doubtful = np.empty(n_shared), np.empty(n_shared), np.empty(n_shared)
            n_shared = 0
        for sms in range(len(sms_weights)):
            shared = s.sms[sms, 2] != 0
            if sms_particles[sms] == 0 or (turn == 1 and not shared):
                continue
            for k in range(s.sms[sms, 0], s.sms[sms + 1, 0]):
                point = s.sms_points[k]
                topology, place = s.points[point, TOPOLOGY], values[point]
                for number in range(cells.topologies[topology, at.FIRST], cells.topologies[topology, at.END]):
                    width, first = cells.cells[number, at.WIDTH], cells.cells[number, at.ROWS]
                    if width == 0:
                        place += 3
                        continue
                    column = columns[cells.cells[number, at.ENERGY]]
                    weight = sms_weights[sms, column] if column >= 0 else 0.0
                    if weight > 0.0:
                        factor, at_edge = cells.factors[number], pool[place + width]
                        for k2 in range(width):
                            efficiency = pool[place + k2]
                            if not abs(efficiency) >= SMALLEST_EFFICIENCY:
                                continue
                            row = cells.rows[first + k2]
                            share = 1.0 if abs(efficiency) < SMALLEST_SIMULATED else at_edge
                            if shared:
                                if turn == 1:
                                    rows[n_shared], sms_of[n_shared] = row, sms
                                    strength[n_shared] = weight * efficiency
                                    value[n_shared] = weight * efficiency * factor
                                    doubtful[n_shared] = share * value[n_shared]
                                n_shared += 1
                            else:
                                sigma[row] += weight * efficiency * factor
                                marked[row] += share * (weight * efficiency * factor)
                                particles[row] |= sms_particles[sms]
                                topologies[row, sms >> 6] |= np.uint64(1) << np.uint64(sms & 63)
                    place += width + 1
    stamp = np.full(len(active), -1, np.int64)
    for i in stable_order(rows, -strength):
        row, sms = rows[i], sms_of[i]
        taken = False
        for k in range(s.sms[sms, 1], s.sms[sms + 1, 1]):
            if active[s.sms_origins[k]] and stamp[s.sms_origins[k]] == row:
                taken = True
        if taken:
            continue
        for k in range(s.sms[sms, 1], s.sms[sms + 1, 1]):
            stamp[s.sms_origins[k]] = row
        sigma[row] += value[i]
        marked[row] += doubtful[i]
        particles[row] |= sms_particles[sms]
        topologies[row, sms >> 6] |= np.uint64(1) << np.uint64(sms & 63)
