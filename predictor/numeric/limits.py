"""Upper limits: which SMS each map has a limit for, and the masses that its clusters are made by."""

from __future__ import annotations

import numpy as np

from protomodels.kernel import part
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.numeric.arrays import TOPOLOGY, Arrays
from protomodels.predictor.numeric.observed import ObservedLimits, observed_from
from protomodels.predictor.numeric.order import stable_order
from protomodels.predictor.numeric.points import is_swapped, mass_of
from protomodels.results.compiled.tables import Floats, Ints


@part
def list_limits(
    s: Arrays,
    cells: Cells,
    columns: Ints,
    sms_weights: Floats,
    sms_particles: Ints,
    pool: Floats,
    values: Ints,
    data: ObservedLimits,
) -> tuple[Ints, Floats]:
    """Every (map, SMS) with a limit.

    Returns
    -------
    map, SMS, point and cell (n, 4); weight in fb, observed (without shifts) and expected limit in fb, factor, mark (n,
    5); sorted by map.
    """
    count = 0
    where, what = np.empty((0, 4), np.int64), np.empty((0, 5))
    for turn in range(2):
        if turn == 1:
            where, what = np.empty((count, 4), np.int64), np.empty((count, 5))
            count = 0
        for sms in range(len(sms_weights)):
            if sms_particles[sms] == 0:
                continue
            for k in range(s.sms[sms, 0], s.sms[sms + 1, 0]):
                point = s.sms_points[k]
                topology, place = s.points[point, TOPOLOGY], values[point]
                for cell in range(cells.topologies[topology, at.FIRST], cells.topologies[topology, at.END]):
                    width = cells.cells[cell, at.WIDTH]
                    if width > 0:
                        place += width + 1
                        continue
                    number = cells.cells[cell, at.MAP]
                    column = columns[cells.cells[cell, at.ENERGY]]
                    weight = sms_weights[sms, column] if column >= 0 else 0.0
                    limit = observed_from(pool[place], pool[place + 1], data.ratio[number])
                    if weight > 0.0 and not np.isnan(limit):
                        if turn == 1:
                            where[count, 0], where[count, 1] = number, sms
                            where[count, 2], where[count, 3] = point, cell
                            what[count, 0], what[count, 3] = weight, cells.factors[cell]
                            what[count, 1], what[count, 2] = limit, pool[place + 1]
                            what[count, 4] = pool[place + 2]
                        count += 1
                    place += 3
    keys, strength = np.empty(count, np.int64), np.empty(count)
    for i in range(count):
        keys[i], strength[i] = where[i, 0], -what[i, 0]
    order = stable_order(keys, strength)
    sorted_where, sorted_what = np.empty((count, 4), np.int64), np.empty((count, 5))
    for i in range(count):
        for k in range(4):
            sorted_where[i, k] = where[order[i], k]
        for k in range(5):
            sorted_what[i, k] = what[order[i], k]
    return sorted_where, sorted_what


@part
def axes_of(s: Arrays, cells: Cells, masses: Floats, where: Ints, out: Floats) -> int:
    """Masses on the axes of a map, of the SMS of one row of ``where``, into ``out``; number of axes.

    As :func:`nodes_of`, without a new array: most maps see one SMS.
    """
    point, cell = s.points[where[2]], cells.cells[where[3]]
    swapped, axes = is_swapped(cells.topologies, point, masses), 0
    while axes < at.N_SLOTS and cell[at.SLOTS + axes] >= 0:
        slot = cell[at.SLOTS + axes]
        out[axes] = mass_of(masses, point, slot, 1 - (slot >> 4) if swapped else slot >> 4)
        axes += 1
    return axes


@part
def nodes_of(s: Arrays, cells: Cells, masses: Floats, where: Ints, kept: Ints) -> tuple[Floats, Ints]:
    """Masses of all new particles of some SMS in the order of their map, and which of them are its axes."""
    cell = cells.cells[where[kept[0], 3]]
    width = 0
    while width < at.N_NODES and cell[at.NODES + width] >= 0:
        width += 1
    axes = 0
    while axes < at.N_SLOTS and cell[at.SLOTS + axes] >= 0:
        axes += 1
    data = np.zeros(axes, np.int64)
    for k in range(axes):
        for node in range(width):
            if cell[at.NODES + node] == cell[at.SLOTS + k]:
                data[k] = node
    nodes = np.empty((len(kept), width))
    for i in range(len(kept)):
        point, own = s.points[where[kept[i], 2]], where[kept[i], 3]
        swapped = is_swapped(cells.topologies, point, masses)
        for node in range(width):
            slot = cells.cells[own, at.NODES + node]
            branch = 1 - (slot >> 4) if swapped else slot >> 4
            nodes[i, node] = mass_of(masses, point, slot, branch)
    return nodes, data
