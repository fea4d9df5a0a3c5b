"""Compiled results as general models read them: the maps of chains and the others in one table of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ResultsError
from protomodels.predictor.general.patterns import Patterns
from protomodels.predictor.maps import cells as at
from protomodels.predictor.maps.cells import Cells, cells_of
from protomodels.results.compiled.tables import Floats, Grids, Ints, Maps, grids_from, take

INNER_RADIUS = 0.000769
OUTER_RADIUS = 7.0
"""m; effective radii of a detector where a map has none of its own, SModelS's defaults."""


@dataclass(frozen=True)
class Tables:
    """All maps.

    Attributes
    ----------
    patterns: the topologies.
    cells: sorted by topology; slots are 2 * place of a node + 1 for its width.  ``values`` is empty.
    store: 0 for maps that proto-models use as well, 1 for the others, (cells,).
    grids, values: of both stores.
    order: slots that put the branches of each topology in order, (topologies, 8).
    names: of topologies.  row_names, limit_names: index into them, of each entry of ``cells.rows`` and of each
        upper-limit map.
    detectors: inner and outer radius in m, (d, 2).  row_detectors, limit_detectors: index into them.
    energies: TeV.
    """

    patterns: Patterns
    cells: Cells
    store: Ints
    grids: tuple[Grids, Grids]
    values: tuple[Floats, Floats]
    order: NDArray[np.int64]
    names: tuple[str, ...]
    row_names: Ints
    limit_names: Ints
    detectors: Floats
    row_detectors: Ints
    limit_detectors: Ints
    energies: tuple[float, ...]


def tables_of(arrays: dict[str, NDArray[Any]], meta: dict[str, Any]) -> Tables:
    """The tables of a compiled file.

    Raises
    ------
    ResultsError: where the file was made by a version that kept no topologies for general models.
    """
    if "graphs" not in meta:
        name = str(meta.get("about", {}).get("name", "these results"))
        allowed = "compiled again (protomodels results forget, then open them)"
        raise ResultsError("results", f"{name} (compiled without the topologies of general models)", allowed)
    about = meta["graphs"]
    patterns = Patterns(about)
    chains, other = take(Maps, arrays, "map_"), take(Maps, arrays, "more_map_")
    both = [_pointing(arrays, chains, len(patterns.topologies)), other]
    parts = [cells_of(maps) for maps in both]
    topology = [np.repeat(np.arange(len(patterns.topologies)), np.diff(maps.cell_start)) for maps in both]
    # the second store's maps and rows follow those of the first
    second = parts[1].cells
    is_limit = second[:, at.WIDTH] == 0
    second[is_limit, at.MAP] += len(chains.limit_row)
    second[~is_limit, at.ROWS] += len(chains.block_rows)
    number = np.concatenate(topology)
    order = np.argsort(number, kind="stable")
    table = np.concatenate([part.cells for part in parts])[order]
    table[:, at.NODES :] = -1
    for row, own in zip(table, number[order].tolist(), strict=True):
        row[at.SLOTS : at.NODES] = _by_place(row[at.SLOTS : at.NODES], patterns.topologies[own].place)
    sizes = np.where(table[:, at.WIDTH] == 0, 2, table[:, at.WIDTH]) + 1
    first = np.searchsorted(number[order], np.arange(len(patterns.topologies) + 1))
    sums = np.concatenate([[0], np.cumsum(sizes)])[first]
    topologies = np.full((len(patterns.topologies), at.ORDER + at.N_SLOTS), -1, dtype=np.int64)
    topologies[:, at.FIRST], topologies[:, at.END], topologies[:, at.N_VALUES] = first[:-1], first[1:], np.diff(sums)
    slots = arrays["graph_order"].astype(np.int64)
    rows = [_by_place(row, topology.place) for row, topology in zip(slots, patterns.topologies, strict=True)]
    radii = [[a or INNER_RADIUS, b or OUTER_RADIUS] for a, b in about["detectors"]]

    def joined(name: str) -> Ints:
        return np.concatenate([arrays[f"{prefix}_{name}"] for prefix in ("graph", "more")]).astype(np.int64)

    return Tables(
        patterns,
        Cells(
            topologies,
            table,
            np.concatenate([part.factors for part in parts])[order],
            np.concatenate([part.rows for part in parts]),
            np.zeros(0),
        ),
        np.repeat([0, 1], [len(part.cells) for part in parts])[order].astype(np.int64),
        (grids_from(arrays), grids_from(arrays, "more_grid_")),
        (chains.values, other.values),
        np.array(rows, dtype=np.int64).reshape(-1, at.N_SLOTS),
        tuple(about["names"]),
        joined("block_name"),
        joined("limit_name"),
        np.array(radii, dtype=np.float64).reshape(-1, 2),
        joined("block_detector"),
        joined("limit_detector"),
        tuple(about["energies"]),
    )


def _pointing(arrays: dict[str, NDArray[Any]], chains: Maps, n_topologies: int) -> Maps:
    """The maps of chains with the cells of graphs."""
    block = arrays["graph_cell_block"]
    grid_of = dict(zip(chains.cell_block.tolist(), chains.cell_grid.tolist(), strict=True))
    return chains._replace(
        cell_start=np.searchsorted(arrays["graph_cell_pattern"], np.arange(n_topologies + 1)).astype(np.int64),
        cell_grid=np.array([grid_of[number] for number in block.tolist()], dtype=np.int64),
        cell_block=block,
        cell_factor=arrays["graph_cell_factor"],
        cell_slots=arrays["graph_cell_slots"],
        cell_nodes=np.full((len(block), at.N_NODES), -1, dtype=np.int8),
        order_slots=arrays["graph_order"],
    )


def _by_place(slots: NDArray[Any], place: dict[int, int]) -> list[int]:
    """Slots with the place of a node among the new ones in place of its number in the tree."""
    return [2 * place[slot // 2] + slot % 2 if slot >= 0 else -1 for slot in slots.tolist()]
