"""Upper limits: which SMS each map has a limit for, and the masses that its clusters are made by."""

from __future__ import annotations

import numpy as np

from protomodels.kernel import kernel
from protomodels.predictor.numeric.observed import ObservedLimits, observed_from
from protomodels.predictor.numeric.order import stable_order
from protomodels.predictor.numeric.points import is_swapped
from protomodels.predictor.structures.arrays import Arrays
from protomodels.results.compiled.tables import Floats, Ints, Maps


@kernel
def list_limits(
    s: Arrays,
    maps: Maps,
    columns: Ints,
    sms_weights: Floats,
    sms_particles: Ints,
    efficiencies: Floats,
    data: ObservedLimits,
) -> tuple[Ints, Floats]:
    """Every (map, SMS) with a limit.

    Returns
    -------
    map, SMS, point and cell (n, 4); weight in fb, observed (without shifts) and expected limit in fb, factor (n, 4);
    sorted by map.
    """
    count = 0
    where, what = np.empty((0, 4), np.int64), np.empty((0, 4))
    for turn in range(2):
        if turn == 1:
            where, what = np.empty((count, 4), np.int64), np.empty((count, 4))
            count = 0
        for sms in range(len(sms_weights)):
            if sms_particles[sms] == 0:
                continue
            for k in range(s.sms_first[sms], s.sms_first[sms + 1]):
                point = s.sms_points[k]
                topology, at = s.point_topology[point], s.point_first[point]
                for cell in range(maps.cell_start[topology], maps.cell_start[topology + 1]):
                    block = maps.cell_block[cell]
                    if block >= 0:
                        at += maps.block_maps[block + 1] - maps.block_maps[block]
                        continue
                    number = -1 - block
                    column = columns[maps.limit_energy[number]]
                    weight = sms_weights[sms, column] if column >= 0 else 0.0
                    ratio = data.ratio[number]
                    limit = observed_from(efficiencies[at], efficiencies[at + 1], ratio)
                    if weight > 0.0 and not np.isnan(limit):
                        if turn == 1:
                            where[count, 0], where[count, 1], where[count, 2], where[count, 3] = (
                                number,
                                sms,
                                point,
                                cell,
                            )
                            what[count, 0], what[count, 3] = weight, maps.cell_factor[cell]
                            what[count, 1], what[count, 2] = limit, efficiencies[at + 1]
                        count += 1
                    at += 2
    keys, strength = np.empty(count, np.int64), np.empty(count)
    for i in range(count):
        keys[i], strength[i] = where[i, 0], -what[i, 0]
    order = stable_order(keys, strength)
    sorted_where, sorted_what = np.empty((count, 4), np.int64), np.empty((count, 4))
    for i in range(count):
        for k in range(4):
            sorted_where[i, k], sorted_what[i, k] = where[order[i], k], what[order[i], k]
    return sorted_where, sorted_what


@kernel
def nodes_of(s: Arrays, maps: Maps, masses: Floats, where: Ints, kept: Ints) -> tuple[Floats, Ints]:
    """Masses of all new particles of some SMS in the order of their map, and which of them are its axes."""
    cell = where[kept[0], 3]
    width = 0
    while width < maps.cell_nodes.shape[1] and maps.cell_nodes[cell, width] >= 0:
        width += 1
    axes = 0
    while axes < maps.cell_slots.shape[1] and maps.cell_slots[cell, axes] >= 0:
        axes += 1
    data = np.zeros(axes, np.int64)
    for k in range(axes):
        for node in range(width):
            if maps.cell_nodes[cell, node] == maps.cell_slots[cell, k]:
                data[k] = node
    nodes = np.empty((len(kept), width))
    for i in range(len(kept)):
        point, own = where[kept[i], 2], where[kept[i], 3]
        swapped = is_swapped(s, maps, point, masses)
        for node in range(width):
            slot = maps.cell_nodes[own, node]
            branch = slot >> 4
            if swapped:
                branch = 1 - branch
            nodes[i, node] = masses[s.point_legs[point, branch, slot & 15]]
    return nodes, data
