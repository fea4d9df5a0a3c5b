"""Results with some of their analyses: the same maps, without the cells and the rows of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.catalog import Catalog

Ints = NDArray[np.int64]


def drawn(predictor: CompiledPredictor, n: int, rng: np.random.Generator) -> list[str]:
    """n analyses at random; those whose maps lie together in a block of the file are taken or left together."""
    groups = {name: {name} for name in predictor.catalog.analyses}
    start, rows = predictor._arrays["map_block_maps"], predictor._arrays["map_block_rows"]
    for first, end in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        both: set[str] = set().union(*(groups[name] for name in set(predictor.catalog.analysis[rows[first:end]])))
        groups |= dict.fromkeys(both, both)
    chosen: set[str] = set()
    for name in rng.permutation(sorted(groups)).tolist():
        if len(chosen | groups[name]) <= n:
            chosen |= groups[name]
    return sorted(chosen)


def restricted(predictor: CompiledPredictor, analyses: Sequence[str]) -> CompiledPredictor:
    """What a database of these analyses alone would predict, and at its cost; it remembers nothing yet.

    Topologies that no analysis asks for any more stay known, without cells.

    Parameters
    ----------
    analyses: from :func:`drawn`.
    """
    catalog, arrays = predictor.catalog, dict(predictor._arrays)
    rows = np.flatnonzero(np.isin(catalog.analysis, list(analyses)))
    number = np.full(len(catalog), -1, dtype=np.int64)  # in the smaller catalog
    number[rows] = np.arange(len(rows))
    block, topology = arrays["map_cell_block"], _topology_of(arrays["map_cell_start"])
    blocks, limits = np.maximum(block, 0), np.maximum(-1 - block, 0)
    of_block = arrays["map_block_rows"][arrays["map_block_maps"][:-1]]  # one stands for all: see drawn
    there = number[np.where(block >= 0, of_block[blocks], arrays["map_limit_row"][limits])] >= 0
    for name in ("grid", "block", "factor", "slots", "nodes"):
        arrays[f"map_cell_{name}"] = arrays[f"map_cell_{name}"][there]
    counts = np.bincount(topology[there], minlength=len(arrays["map_cell_start"]) - 1)
    arrays["map_cell_start"] = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    arrays["map_block_rows"] = np.maximum(number[arrays["map_block_rows"]], 0)
    arrays["map_limit_row"] = np.maximum(number[arrays["map_limit_row"]], 0)
    meta = {name: value for name, value in predictor.meta.items() if name != "file"}
    return CompiledPredictor(arrays, meta, _rows_of(catalog, rows, number), predictor.fingerprint, predictor.name)


def _topology_of(start: Ints) -> Ints:
    """The topology of each cell."""
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def _rows_of(catalog: Catalog, rows: Ints, number: Ints) -> Catalog:
    combined = {
        int(number[row]): replace(entry, rows=np.where(entry.rows >= 0, number[entry.rows], -1))
        for row, entry in catalog.combined.items()
        if number[row] >= 0
    }
    arrays = {f.name: getattr(catalog, f.name)[rows] for f in fields(catalog) if f.name != "combined"}
    return Catalog(**arrays, combined=combined)
