"""The maps of an analysis as masses and values, read from compiled arrays: for pictures, not for predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import NotFoundError
from protomodels.results.catalog import Catalog

Chain = Sequence[Sequence[Any]]
OBSERVED: Final = "observed upper limit"
EXPECTED: Final = "expected upper limit"
EFFICIENCY: Final = "efficiency"


@dataclass(frozen=True)
class MapEntry:
    """A map of an analysis.

    Attributes
    ----------
    number: its place among the maps of the analysis, from 0.
    label: signal region of an efficiency map, topology (``T2tt``) of an upper limit.
    what: ``OBSERVED``, ``EXPECTED`` or ``EFFICIENCY``.
    topology: what is produced and how it decays, in words.
    grid, slots: triangulation, and where its masses come from: branch * 16 + depth.
    start, width, column: first value, values of a point, and which of them is the map's.
    """

    number: int
    label: str
    what: str
    topology: str
    grid: int
    slots: tuple[int, ...]
    start: int
    width: int
    column: int


@dataclass(frozen=True)
class MassMap:
    """A map.

    Attributes
    ----------
    entry: which one.
    masses: GeV, of n points, (n, masses); column m is the mass at ``entry.slots[m]``.
    values: efficiencies, or 95% CL limits on cross sections in fb, (n,).
    """

    entry: MapEntry
    masses: NDArray[np.float64]
    values: NDArray[np.float64]


def maps_of(
    arrays: Mapping[str, NDArray[Any]], chains: Sequence[Any], catalog: Catalog, analysis: str
) -> list[MapEntry]:
    """The maps of an analysis that proto-models can populate: upper limits first, then regions by name.

    Parameters
    ----------
    arrays: of a compiled file.
    chains: of each topology, from the meta data of the file.

    Raises
    ------
    NotFoundError: where the database has no such analysis.
    """
    if analysis not in catalog.analyses:
        raise NotFoundError("analysis", analysis, "one of these results; /results/{name}/analyses lists them")
    topology = np.searchsorted(arrays["map_cell_start"], np.arange(len(arrays["map_cell_block"])), side="right") - 1
    rows = np.flatnonzero(catalog.analysis == analysis)
    found: list[tuple[str, str, int, int, int, int, int]] = []
    for place in np.flatnonzero(np.isin(arrays["map_limit_row"], rows)).tolist():
        label = str(catalog.region[arrays["map_limit_row"][place]])
        pairs = zip(arrays["map_limit_grids"][place].tolist(), arrays["map_limit_starts"][place].tolist(), strict=True)
        for what, (grid, start) in zip((OBSERVED, EXPECTED), pairs, strict=True):
            if grid >= 0:
                found.append((label, what, -1 - place, grid, start, 1, 0))
    regions = []
    for place in np.flatnonzero(np.isin(arrays["map_block_rows"], rows)).tolist():
        block = int(np.searchsorted(arrays["map_block_maps"], place, side="right")) - 1
        first, end = arrays["map_block_maps"][block : block + 2].tolist()
        label = str(catalog.region[arrays["map_block_rows"][place]])
        start = int(arrays["map_block_start"][block])
        regions.append((label, EFFICIENCY, block, -1, start, end - first, place - first))
    entries: list[MapEntry] = []
    for label, what, block, grid, start, width, column in [*sorted(found, key=_observed_first), *sorted(regions)]:
        cells = np.flatnonzero(arrays["map_cell_block"] == block)
        if not len(cells):
            continue
        cell = int(cells[0])
        slots = tuple(int(slot) for slot in arrays["map_cell_slots"][cell] if slot >= 0)
        words = topology_words(chains[int(topology[cell])])
        grid = int(arrays["map_cell_grid"][cell]) if grid < 0 else grid
        entries.append(MapEntry(len(entries), label, what, words, grid, slots, start, width, column))
    return entries


def read_map(arrays: Mapping[str, NDArray[Any]], entry: MapEntry) -> MassMap:
    """The points and values of a map.

    Parameters
    ----------
    arrays: of the compiled file that the entry is from.
    """
    n, dimension, full = (int(arrays[f"grid_{name}"][entry.grid]) for name in ("n_points", "dimension", "full"))
    first = int(arrays["grid_point_start"][entry.grid])
    points = np.asarray(arrays["grid_points"][first : first + n * dimension], dtype=np.float64).reshape(n, dimension)
    # coordinates are (masses - shift) @ rotation, with an orthogonal rotation: the other ones are 0
    rotation = np.asarray(arrays["grid_rotation"][entry.grid]).reshape(8, 8)[:full, :dimension]
    # to a millionth of a GeV: a mass of zero is not -1e-13
    masses = np.round(points @ rotation.T + np.asarray(arrays["grid_shift"][entry.grid])[:full], 6) + 0.0
    values = np.asarray(arrays["map_values"][entry.start : entry.start + n * entry.width], dtype=np.float64)
    return MassMap(entry, masses, values.reshape(n, entry.width)[:, entry.column].copy())


def _observed_first(found: tuple[str, str, int, int, int, int, int]) -> tuple[object, ...]:
    label, what, *rest = found
    return label, what == EXPECTED, *rest


def topology_words(chains: Sequence[Chain]) -> str:
    """What is produced and how it decays.

    >>> topology_words([[["anyBSM", ["t"]], ["MET", []]], [["anyBSM", ["t"]], ["MET", []]]])
    'X → t MET, twice'
    """
    words = [_chain_words(chain) for chain in chains]
    return f"{words[0]}, twice" if len(words) == 2 and words[0] == words[1] else "; ".join(words)


def _chain_words(chain: Chain) -> str:
    out = "X" if len(chain) > 1 else str(chain[0][0])
    for (_, emitted), (label, _) in pairwise(chain):
        daughter = "X" if label != chain[-1][0] else str(label)
        out += f" → {' '.join([*map(str, emitted), daughter])}"
    return out
