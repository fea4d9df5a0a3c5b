"""Sums over the events of a model: regions, what stands in upper-limit maps, and the rows of the prediction; numba."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from protomodels.kernel import kernel, part
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.numeric.arrays import TOPOLOGY, Arrays
from protomodels.predictor.numeric.collecting import LUMI, Sets, collect, combine_regions
from protomodels.predictor.numeric.limits import list_limits
from protomodels.predictor.numeric.observed import ObservedLimits
from protomodels.predictor.numeric.regions import SMALLEST_EFFICIENCY, Bits, add_regions
from protomodels.predictor.numeric.weights import Flags
from protomodels.results.compiled.tables import Floats, Ints


class Sums(NamedTuple):
    """What the events of a model give.

    Attributes
    ----------
    where, what: of upper limits; see :func:`protomodels.predictor.numeric.limits.list_limits`.
    sigma, marked, particles, bits: of each catalog row; see
        :func:`protomodels.predictor.numeric.regions.add_regions`.
    names: topologies of the results that give each row a signal, a bit each, (rows, words).
    """

    where: Ints
    what: Floats
    sigma: Floats
    marked: Floats
    particles: Ints
    bits: Bits
    names: Bits


@part
def _names(s: Arrays, cells: Cells, names: Ints, pool: Floats, values: Ints, n_rows: int, n_words: int) -> Bits:
    """The topologies of the results that give each signal region a signal, a bit each, (rows, words)."""
    out = np.zeros((n_rows, n_words), np.uint64)
    for k in range(len(s.points)):
        place, topology = values[k], s.points[k, TOPOLOGY]
        for number in range(cells.topologies[topology, at.FIRST], cells.topologies[topology, at.END]):
            width, first = cells.cells[number, at.WIDTH], cells.cells[number, at.ROWS]
            for i in range(width):
                if abs(pool[place + i]) >= SMALLEST_EFFICIENCY:
                    name = names[first + i]
                    out[cells.rows[first + i], name >> 6] |= np.uint64(1) << np.uint64(name & 63)
            place += (width if width > 0 else 2) + 1
    return out


@kernel
def sum_up(
    s: Arrays,
    cells: Cells,
    columns: Ints,
    weights: Floats,
    particles: Ints,
    active: Flags,
    pool: Floats,
    first: Ints,
    limits: ObservedLimits,
    names: Ints,
    n_rows: int,
    n_names: int,
) -> Sums:
    """Sum up the events of a model.

    Parameters
    ----------
    weights: fb of each event at each energy.  particles: mask of each, not 0.  active: of the origins, all of them.
    pool, first: efficiencies and limits of each point; see :func:`protomodels.predictor.general.lookups.fill_pool`.
    names: topology of each entry of ``cells.rows``.  n_names: how many topologies there are.
    """
    n_words = 1 + len(weights) // 64
    sigma, marked, masks = np.zeros(n_rows), np.zeros(n_rows), np.zeros(n_rows, np.int64)
    bits = np.zeros((n_rows, n_words), np.uint64)
    add_regions(s, cells, columns, weights, particles, active, pool, first, sigma, marked, masks, bits)
    where, what = list_limits(s, cells, columns, weights, particles, pool, first, limits)
    named = _names(s, cells, names, pool, first, n_rows, 1 + n_names // 64)
    return Sums(where, what, sigma, marked, masks, bits, named)


@kernel
def rows_of(
    numbers: Floats, sets: Sets, sums: Sums, cluster_rows: Ints, cluster_numbers: Floats, cluster_bits: Bits
) -> tuple[Floats, Ints, Floats, Bits]:
    """Events of each catalog row, and what :func:`protomodels.predictor.numeric.collecting.collect` gives."""
    signal = sums.sigma * numbers[LUMI]
    limits = combine_regions(numbers, sets, sums.sigma, sums.marked, sums.particles, sums.bits)
    ints, floats, bits = collect(
        numbers,
        limits,
        sums.sigma,
        sums.marked,
        sums.particles,
        sums.bits,
        cluster_rows,
        cluster_numbers,
        cluster_bits,
    )
    return signal, ints, floats, bits
