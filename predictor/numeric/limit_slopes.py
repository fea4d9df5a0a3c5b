"""How upper limits change with masses and weights: the derivatives of the limits of a cluster (:mod:`.clusters`)."""

from __future__ import annotations

import math

import numpy as np

from protomodels.kernel import kernel, part
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.maps.interpolate import values_at
from protomodels.predictor.numeric.arrays import TOPOLOGY, Arrays
from protomodels.predictor.numeric.map_slopes import locate_exactly, particle_at, value_and_slopes
from protomodels.predictor.numeric.observed import ObservedLimits, shift_at
from protomodels.predictor.numeric.points import is_swapped
from protomodels.predictor.numeric.regions import Bits
from protomodels.results.compiled.tables import Floats, Grids, Ints
from protomodels.statistics.measured_limits import LOWEST, limit_of
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA
from protomodels.statistics.upper_limits import ALPHA


@part
def _limit(grids: Grids, cells: Cells, cell: Ints, which: int, vector: Floats, slopes: Floats) -> float:
    """The observed (0) or expected (1) limit of a map at masses on its axes, and its slopes; NaN outside."""
    grid, start = cell[at.GRID + 2 * which], cell[at.START + 2 * which]
    slopes[:] = 0.0
    if grid < 0:
        return np.nan
    x, c, corners, rises = np.empty(8), np.empty((10, 9)), np.empty((10, 9), np.int64), np.zeros((9, 9))
    distance, rounded = locate_exactly(grids, grid, vector, x, c, corners, rises), np.empty(1)
    values_at(grids, grid, x, c, corners, distance, cells.values, start, len(rounded), rounded)
    if np.isnan(rounded[0]):
        return np.nan
    d, full = grids.about[grid].dimension, grids.about[grid].full
    return float(value_and_slopes(cells.values[start:], len(rounded), 0, d + 1, full, corners, rises, slopes))


@part
def _limits(
    grids: Grids, cells: Cells, cell: Ints, observed: ObservedLimits, vector: Floats, limits: Floats, slopes: Floats
) -> None:
    """Observed and expected limit at masses on the axes, fb, into ``limits``; their slopes, fb/GeV, (2, 8).

    With what a universe or an injected signal changes, as in :mod:`.observed`.
    """
    number = cell[at.MAP]
    ratio, measured = observed.ratio[number], observed.measured[number]
    limits[0] = _limit(grids, cells, cell, at.OBSERVED, vector, slopes[0])
    limits[1] = _limit(grids, cells, cell, at.EXPECTED, vector, slopes[1])
    if not (np.isnan(ratio) or np.isnan(limits[0]) or np.isnan(limits[1])):
        limits[0] = ratio * limits[1]
        slopes[0] = ratio * slopes[1]
    shift = shift_at(observed, number, vector, np.isnan(measured))
    if shift == 0.0 or np.isnan(measured) or np.isnan(limits[0]) or np.isnan(limits[1]):
        limits[0] += shift
        return
    width = limits[1] / EXPECTED_LIMIT_IN_SIGMA
    z = measured + shift / width
    in_sigma, rise = limit_of(z), 0.0
    if z > LOWEST:
        t = in_sigma - z
        rise = 1.0 - ALPHA * math.exp(0.5 * (t * t - z * z))
    limits[0] = width * in_sigma
    slopes[0] = (in_sigma - shift / width * rise) / EXPECTED_LIMIT_IN_SIGMA * slopes[1]


@kernel
def cluster_slopes(
    s: Arrays,
    grids: Grids,
    cells: Cells,
    columns: Ints,
    masses: Floats,
    sms_weights: Floats,
    observed: ObservedLimits,
    number: int,
    bits: Bits,
    share: Floats,
    limits: Floats,
    limit_share: Floats,
    limit_slopes: Floats,
) -> int:
    """A cluster of SMS in an upper-limit map: sigma is the sum of ``share`` times weights, limits lie at mean masses.

    Parameters
    ----------
    number: of the map.  bits: of its SMS, (words,).
    share, limits: filled: factors, (SMS,); observed and expected limit, fb, (2,).
    limit_share, limit_slopes: filled: d limit / d weight, (2, SMS); d limit / d mass, fb/GeV, (2, particles).

    Returns
    -------
    Energy column; -1 where the cluster is empty.
    """
    members, n, energy = np.empty((len(sms_weights), 3), np.int64), 0, -1
    vector, slopes, alone = np.empty(8), np.zeros((2, 8)), np.empty(2)
    for sms in range(len(sms_weights)):
        if bits[sms >> 6] >> np.uint64(sms & 63) & np.uint64(1) == 0:
            continue
        found = False
        for k in range(s.sms[sms, 0], s.sms[sms + 1, 0]):
            point = s.points[s.sms_points[k]]
            for own in range(cells.topologies[point[TOPOLOGY], at.FIRST], cells.topologies[point[TOPOLOGY], at.END]):
                cell = cells.cells[own]
                if found or cell[at.WIDTH] != 0 or cell[at.MAP] != number:
                    continue
                swapped = is_swapped(cells.topologies, point, masses)
                full = grids.about[cell[at.GRID]].full
                for j in range(full):
                    vector[j] = masses[particle_at(point, cell[at.SLOTS + j], swapped)]
                _limits(grids, cells, cell, observed, vector[:full], alone, slopes)
                if not np.isnan(alone[0]):
                    members[n, 0], members[n, 1], members[n, 2] = sms, s.sms_points[k], own
                    share[sms], energy = cells.factors[own], columns[cell[at.ENERGY]]
                    n, found = n + 1, True
    if n == 0:
        return -1
    # the axes among the map's particles, and who these are for each member
    cell = cells.cells[members[0, 2]]
    full = grids.about[cell[at.GRID]].full
    particles, total = np.empty((n, full), np.int64), 0.0
    for i in range(n):
        point, own = s.points[members[i, 1]], members[i, 2]
        swapped = is_swapped(cells.topologies, point, masses)
        for j in range(full):
            for node in range(at.N_NODES):
                if cell[at.NODES + node] >= 0 and cell[at.NODES + node] == cell[at.SLOTS + j]:
                    particles[i, j] = particle_at(point, cells.cells[own, at.NODES + node], swapped)
        total += sms_weights[members[i, 0], energy]
    vector[:] = 0.0
    for i in range(n):
        for j in range(full):
            vector[j] += masses[particles[i, j]] * sms_weights[members[i, 0], energy] / total
    _limits(grids, cells, cell, observed, vector[:full], limits, slopes)
    for i in range(n):
        part_of = sms_weights[members[i, 0], energy] / total
        for which in range(2):
            for j in range(full):
                limit_slopes[which, particles[i, j]] += slopes[which, j] * part_of
                limit_share[which, members[i, 0]] += slopes[which, j] * (masses[particles[i, j]] - vector[j]) / total
    return int(energy)
