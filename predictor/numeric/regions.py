"""The signal of every signal region: weights times efficiencies, summed over a model's SMS."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.predictor.numeric.order import stable_order
from protomodels.predictor.numeric.weights import Flags
from protomodels.predictor.structures.arrays import Arrays
from protomodels.results.compiled.tables import Floats, Ints, Maps

SMALLEST_EFFICIENCY: Final = 1e-14
"""Smaller efficiencies count as none, as in SModelS."""

Bits = NDArray[np.uint64]
"""A bit for each SMS, 64 a word."""


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
