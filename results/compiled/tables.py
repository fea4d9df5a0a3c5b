"""The compiled results as named arrays, for the kernels; what each array means.

``Grids`` and ``Maps`` are tuples of arrays so that numba can take them whole; few arrays, because each costs seconds of
compilation.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


GRID: Final = np.dtype(
    [
        *((name, np.int64) for name in ("dimension", "full", "n_points", "n_simplices")),
        *((name, np.int64) for name in ("point_start", "vertex_start", "equation_start", "simplex_start")),
        *((name, np.int64) for name in ("n_boxes", "box_first", "item_first")),
        *((name, np.float64) for name in ("scale", "offset")),
    ]
)
"""One triangulation.

dimension, full: of the space that the points span, and of the mass vectors.
n_points, n_simplices; point_start, vertex_start (for the neighbours as well), equation_start, simplex_start: where its
part of the flat arrays begins.
n_boxes, box_first, item_first: boxes along an axis (0: none), first of ``box_starts`` and ``box_items``; see
:mod:`protomodels.results.compiled.bins`.
scale, offset: of the lifted coordinate.
"""


_SHAPES: Final = {"shift": (8,), "rotation": (8, 8), "low": (8,), "high": (8,), "paraboloid": (2,)}
"""Of one triangulation's part of an array."""


class Grids(NamedTuple):
    """Triangulations, t of them.

    Attributes
    ----------
    about: (t,) of ``GRID``.
    shift (t, 8), rotation (t, 8, 8): coordinates = (masses - shift) @ rotation, the first ``dimension`` of them.
    low, high: bounds of the coordinates, (t, 8).
    points: coordinates, GeV. vertices, neighbors: of the simplices, -1 outside.  equations: of the lifted facets.
    degenerate: 1 where scipy could not invert a simplex.
    box_starts, box_items: see :mod:`protomodels.results.compiled.bins`.
    """

    about: NDArray[Any]
    shift: Floats
    rotation: Floats
    low: Floats
    high: Floats
    points: Floats
    vertices: NDArray[np.int32]
    neighbors: NDArray[np.int32]
    equations: Floats
    degenerate: NDArray[np.uint8]
    box_starts: Ints
    box_items: NDArray[np.int32]


class Maps(NamedTuple):
    """Maps by topology: a topology has cells, a cell is one look-up that serves a block of maps.

    Attributes
    ----------
    cell_start: first cell of each topology and one more, (topologies + 1,).
    cell_grid: triangulation of a cell; cells of a topology are sorted by it.
    cell_block: its block, or for upper limits its map, as -1 - map.
    cell_factor: coefficient of the topology in the maps' constraint.
    cell_slots: where its masses come from, branch * 16 + depth, -1 beyond, (cells, 8).
    cell_nodes: the same for all new particles, in the map's order, (cells, 16); for the clusters of upper limits.
    order_slots: masses by which the branches of a topology are put in order, (topologies, 8).
    block_start: first value of a block (rows: points, columns: maps).
    block_maps: first entry in ``block_rows`` and one more, (blocks + 1,).
    block_rows: catalog row of each map.  block_energy: index into ``energies``.
    limit_row: catalog row of an upper-limit map; limit_energy: index into ``energies``.
    limit_grids: triangulations of the observed and the expected limit, -1 without, (maps, 2).
    limit_starts: first value of both, (maps, 2).
    values: efficiencies, and limits in fb.
    """

    cell_start: Ints
    cell_grid: Ints
    cell_block: Ints
    cell_factor: Floats
    cell_slots: NDArray[np.int8]
    cell_nodes: NDArray[np.int8]
    order_slots: NDArray[np.int8]
    block_start: Ints
    block_maps: Ints
    block_rows: Ints
    block_energy: Ints
    limit_row: Ints
    limit_energy: Ints
    limit_grids: Ints
    limit_starts: Ints
    values: Floats


def grids_from(arrays: dict[str, NDArray[Any]], prefix: str = "grid_") -> Grids:
    """The triangulations of a file's arrays."""

    def column(name: str) -> NDArray[Any]:
        # where there is no triangulation at all, arrays are stored without their shape
        return arrays[prefix + name].reshape(-1, *_SHAPES.get(name, ()))

    about = np.zeros(len(column("full")), dtype=GRID)
    for name in GRID.names or ():
        if name in ("scale", "offset"):
            about[name] = column("paraboloid")[:, int(name == "offset")]
        else:
            about[name] = column(name)
    return Grids(about, *(column(name) for name in Grids._fields[1:]))


def take(kind: type[Any], arrays: dict[str, NDArray[Any]], prefix: str) -> Any:
    """The named tuple ``kind`` from a file's arrays, whose names begin with ``prefix``."""
    return kind(*(arrays[prefix + name] for name in kind._fields))
