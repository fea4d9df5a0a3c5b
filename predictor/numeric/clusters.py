"""Upper limits: the clusters of all maps.

Within a map, SMS from the same decay trees count once; those that are left are merged (:mod:`.merging`).
"""

from __future__ import annotations

import numpy as np

from protomodels.kernel import part
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.numeric.arrays import Arrays
from protomodels.predictor.numeric.limits import axes_of, nodes_of
from protomodels.predictor.numeric.merging import limit_at, merge
from protomodels.predictor.numeric.observed import ObservedLimits, with_signal
from protomodels.predictor.numeric.regions import Bits
from protomodels.predictor.numeric.weights import Flags
from protomodels.results.compiled.tables import Floats, Grids, Ints


@part
def cluster_limits(
    s: Arrays,
    grids: Grids,
    cells: Cells,
    masses: Floats,
    where: Ints,
    what: Floats,
    sms_particles: Ints,
    active: Flags,
    observed: ObservedLimits,
    n_words: int,
) -> tuple[Ints, Floats, Bits, Floats]:
    """All clusters of all maps.

    Parameters
    ----------
    where, what: from :func:`list_limits`.
    n_words: of 64 bits, for the SMS.

    Returns
    -------
    catalog row, particle mask and map (n, 3); sigma, observed and expected limit, and the part of sigma that is marked
    (:mod:`..maps.edges`), in fb (n, 4); bits of the SMS (n, words); masses of the axes in GeV (n, 8).
    """
    total = len(where)
    rows, numbers = np.zeros((total, 3), np.int64), np.zeros((total, 4))
    bits, centers = np.zeros((total, n_words), np.uint64), np.zeros((total, 8))
    stamp = np.full(len(active), -1, np.int64)
    of_map, axes = np.empty(total, np.int64), np.empty(at.N_SLOTS)
    found, begin = 0, 0
    while begin < total:
        number = where[begin, 0]
        end = begin
        while end < total and where[end, 0] == number:
            end += 1
        n = 0
        for entry in range(begin, end):  # the strongest come first
            sms = where[entry, 1]
            taken = False
            for k in range(s.sms[sms, 1], s.sms[sms + 1, 1]):
                if active[s.sms_origins[k]] and stamp[s.sms_origins[k]] == number:
                    taken = True
            if not taken:
                for k in range(s.sms[sms, 1], s.sms[sms + 1, 1]):
                    stamp[s.sms_origins[k]] = number
                of_map[n] = entry
                n += 1
        kept, cell = of_map[:n], cells.cells[where[begin, 3]]
        if n == 1:  # nothing to merge, as in nine maps of ten
            sms, width = where[begin, 1], axes_of(s, cells, masses, where[begin], axes)
            numbers[found, 0] = what[begin, 0] * what[begin, 3]
            numbers[found, 1] = with_signal(observed, number, axes[:width], what[begin, 1], what[begin, 2])
            numbers[found, 2] = what[begin, 2]
            numbers[found, 3] = what[begin, 0] * what[begin, 3] * what[begin, 4]
            rows[found, 0], rows[found, 1], rows[found, 2] = cell[at.ROWS], sms_particles[sms], number
            bits[found, sms >> 6] = np.uint64(1) << np.uint64(sms & 63)
            centers[found, :width] = axes[:width]
            found, begin = found + 1, end
            continue
        nodes, data = nodes_of(s, cells, masses, where, kept)
        weights, limits, vector = np.empty(n), np.empty(n), np.empty(len(data))
        for i in range(n):
            for k in range(len(data)):
                vector[k] = nodes[i, data[k]]
            weights[i] = what[kept[i], 0]
            limits[i] = with_signal(observed, number, vector, what[kept[i], 1], what[kept[i], 2])
        members, means, limit = np.zeros((n, n), np.bool_), np.empty((n, len(data))), np.empty(n)
        alive = merge(grids, cells.values, cell, observed, nodes, weights, limits, data, members, means, limit)
        for cluster in range(len(alive)):
            if not alive[cluster]:
                continue
            size = 0
            for i in range(n):
                if members[cluster, i]:
                    sms, size = where[kept[i], 1], size + 1
                    numbers[found, 0] += what[kept[i], 0] * what[kept[i], 3]
                    numbers[found, 2] = what[kept[i], 2]
                    numbers[found, 3] += what[kept[i], 0] * what[kept[i], 3] * what[kept[i], 4]
                    rows[found, 1] |= sms_particles[sms]
                    bits[found, sms >> 6] |= np.uint64(1) << np.uint64(sms & 63)
            rows[found, 0], rows[found, 2] = cell[at.ROWS], number
            for k in range(len(data)):
                centers[found, k] = means[cluster, k]
            numbers[found, 1] = limit[cluster]
            if size > 1:
                numbers[found, 2] = limit_at(grids, cells.values, cell, at.EXPECTED, means[cluster])
            found += 1
        begin = end
    return rows[:found], numbers[:found], bits[:found], centers[:found]
