"""The maps of compiled results as few arrays, a row a look-up: each array costs time at every call and to compile."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from protomodels.results.compiled.tables import Floats, Ints, Maps

FIRST: Final = 0
END: Final = 1
N_VALUES: Final = 2
ORDER: Final = 3
"""Columns of a topology: its cells, its number of values, and the 8 slots that put its branches in order."""

GRID: Final = 0
START: Final = 1
EXPECTED_GRID: Final = 2
EXPECTED_START: Final = 3
WIDTH: Final = 4
ROWS: Final = 5
ENERGY: Final = 6
MAP: Final = 7
SLOTS: Final = 8
NODES: Final = 16
"""Columns of a cell; see :class:`Cells`."""
OBSERVED: Final[Any] = np.int64(0)
EXPECTED: Final[Any] = np.int64(1)
"""Which limit; numbers of numpy, as numba compiles a kernel once more for each literal that it is handed."""
N_SLOTS: Final = 8
N_NODES: Final = 16
DEPTH_MASK: Final = 15
"""Of a slot, which is branch * 16 + depth."""


class Cells(NamedTuple):
    """Topologies and their cells; a cell is one look-up, of a block of efficiency maps or of an upper limit.

    Attributes
    ----------
    topologies: FIRST, END: of its cells; N_VALUES of a point, with a mark of each cell (1 at the edge of its map, else
        0) behind its values; ORDER: 8 slots, -1 beyond; (topologies, 11).
    cells: GRID and START: triangulation and first value; EXPECTED_GRID, EXPECTED_START: those of the expected limit, -1
        without.  WIDTH: number of maps, 0 for an upper limit (which has two values, observed and expected).  ROWS:
        first entry in ``rows``, for an upper limit its catalog row.  ENERGY: index into the energies.  MAP: number of
        the upper-limit map, -1 for efficiencies.  SLOTS: 8 slots of masses, NODES: 16 of all new particles, -1 beyond.
        (cells, 32).
    factors: coefficient of the topology in the maps' constraint, (cells,).
    rows: catalog rows of the efficiency maps.
    values: efficiencies, and limits in fb.
    """

    topologies: Ints
    cells: Ints
    factors: Floats
    rows: Ints
    values: Floats


def cells_of(maps: Maps) -> Cells:
    """The cells of compiled maps."""
    is_limit = maps.cell_block < 0
    table = np.full((len(maps.cell_grid), NODES + N_NODES), -1, dtype=np.int64)
    there, at = ~is_limit, maps.cell_block[~is_limit]
    table[there, GRID], table[there, START] = maps.cell_grid[there], maps.block_start[at]
    table[there, ROWS], table[there, ENERGY] = maps.block_maps[at], maps.block_energy[at]
    table[there, WIDTH], table[is_limit, WIDTH] = np.diff(maps.block_maps)[at], 0
    at = -1 - maps.cell_block[is_limit]
    table[is_limit, GRID], table[is_limit, EXPECTED_GRID] = maps.limit_grids[at].T
    table[is_limit, START], table[is_limit, EXPECTED_START] = maps.limit_starts[at].T
    table[is_limit, ROWS], table[is_limit, ENERGY] = maps.limit_row[at], maps.limit_energy[at]
    table[is_limit, MAP] = at
    table[:, SLOTS : SLOTS + N_SLOTS] = maps.cell_slots
    table[:, NODES:] = maps.cell_nodes
    sums = np.concatenate([[0], np.cumsum(np.where(is_limit, 2, table[:, WIDTH]) + 1)])
    topologies = np.full((len(maps.cell_start) - 1, ORDER + N_SLOTS), -1, dtype=np.int64)
    topologies[:, FIRST], topologies[:, END] = maps.cell_start[:-1], maps.cell_start[1:]
    topologies[:, N_VALUES] = np.diff(sums[maps.cell_start])
    topologies[:, ORDER:] = maps.order_slots
    return Cells(topologies, table, maps.cell_factor, maps.block_rows, maps.values)
