"""One model in one call: from cross sections and masses to the rows of its prediction."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from protomodels.kernel import kernel
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.maps.memory import Memory
from protomodels.predictor.numeric.arrays import Arrays
from protomodels.predictor.numeric.clusters import cluster_limits
from protomodels.predictor.numeric.collecting import LUMI, Sets, collect, combine_regions
from protomodels.predictor.numeric.limits import list_limits
from protomodels.predictor.numeric.observed import ObservedLimits
from protomodels.predictor.numeric.points import evaluate_points
from protomodels.predictor.numeric.regions import Bits, add_regions
from protomodels.predictor.numeric.weights import accumulate, decay_weights
from protomodels.results.compiled.tables import Floats, Grids, Ints


class Found(NamedTuple):
    """What one model gives.

    Attributes
    ----------
    unknown: pairs of chains that the structure does not know yet; the rest is empty where there are any.
    lookups: made; below 0 where the memory has to be larger: minus the numbers that are needed. The rest is empty then.
    ints: catalog row and particle mask, (2, n).
    floats: sigma, observed and expected limit, fb, and the share of sigma that is marked, (4, n).
    bits: of the topologies, (n, words).
    region_signal: events of each catalog row; empty where no row combines regions.
    cluster_rows, cluster_numbers, centers: see :func:`protomodels.predictor.numeric.clusters.cluster_limits`.
    """

    unknown: int
    lookups: int
    ints: Ints
    floats: Floats
    bits: Bits
    region_signal: Floats
    cluster_rows: Ints
    cluster_numbers: Floats
    centers: Floats


@kernel
def predict_model(
    grids: Grids,
    cells: Cells,
    memory: Memory,
    sets: Sets,
    numbers: Floats,
    observed: ObservedLimits,
    combined: bool,
    s: Arrays,
    masses: Floats,
    bits: Ints,
    ratios: Floats,
    sigma: Floats,
    legs: Ints,
    columns: Ints,
    cut: float,
    unknown: Ints,
) -> Found:
    """The prediction of one model.

    Parameters
    ----------
    numbers: of the catalog, (3, rows); see :mod:`.collecting`.
    combined: are there rows that combine regions?
    s: the model's structure.
    masses, bits: GeV, as doubles and the same as integers, (particles,).
    ratios: branching ratios of the physical decays.
    sigma: production cross sections in fb, (pairs, energies).
    legs: first and one past the last chain of both legs of each pair, (pairs, 4).
    columns: column of ``sigma`` of each of the maps' energies, -1 without.
    cut: fb; weaker decay trees are not followed.
    unknown: filled with pairs of classes of chains whose origin is not known, (m, 2).
    """
    n_energies, n_origins, n_sms = sigma.shape[1], len(s.origins) - 1, len(s.sms) - 1
    ints, floats, topology_bits = np.empty((2, 0), np.int64), np.empty((4, 0)), np.empty((0, 1), np.uint64)
    signal, rows, clusters, centers = np.empty(0), np.empty((0, 3), np.int64), np.empty((0, 4)), np.empty((0, 8))
    weights, active = np.zeros((n_origins, n_energies)), np.zeros(n_origins, np.bool_)
    found = decay_weights(s, ratios, sigma, legs, cut, weights, active, unknown)
    lookups = 0
    if found == 0:
        sms_weights, sms_particles = np.zeros((n_sms, n_energies)), np.zeros(n_sms, np.int64)
        needed, values = np.zeros(len(s.points), np.bool_), np.empty(len(s.points), np.int64)
        accumulate(s, weights, active, sms_weights, sms_particles, needed)
        lookups = evaluate_points(s, grids, cells, memory, masses, bits, needed, values)
        if lookups >= 0:
            pool, n_rows, n_words = memory.pool, numbers.shape[1], 1 + n_sms // 64
            total, marked, particles = np.zeros(n_rows), np.zeros(n_rows), np.zeros(n_rows, np.int64)
            topologies = np.zeros((n_rows, n_words), np.uint64)
            add_regions(
                s,
                cells,
                columns,
                sms_weights,
                sms_particles,
                active,
                pool,
                values,
                total,
                marked,
                particles,
                topologies,
            )
            where, what = list_limits(s, cells, columns, sms_weights, sms_particles, pool, values, observed)
            rows, clusters, cluster_bits, centers = cluster_limits(
                s, grids, cells, masses, where, what, sms_particles, active, observed, n_words
            )
            limits = numbers[2]
            if combined:
                signal = total * numbers[LUMI]
                limits = combine_regions(numbers, sets, total, marked, particles, topologies)
            ints, floats, topology_bits = collect(
                numbers, limits, total, marked, particles, topologies, rows, clusters, cluster_bits
            )
    return Found(found, lookups, ints, floats, topology_bits, signal, rows, clusters, centers)
