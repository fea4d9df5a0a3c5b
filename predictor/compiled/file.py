"""Loading a compiled file."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from predictor.catalog import Catalog
from predictor.compiled.container import read_arrays, read_meta
from predictor.compiled.predictor import CompiledPredictor


def load_compiled(path: Path, check: bool = True) -> CompiledPredictor:
    """The predictor of a compiled file, mapped into memory.

    Raises
    ------
    DamagedFileError: where the file is not what was written.
    """
    arrays, meta = read_arrays(path, check)
    # the catalog is small and used everywhere: ordinary arrays
    catalog = Catalog(**{field.name: np.array(arrays[f"catalog_{field.name}"]) for field in fields(Catalog)})
    return CompiledPredictor(arrays, meta, catalog, meta["about"]["fingerprint"], meta["about"]["name"])


def about_compiled(path: Path) -> dict[str, Any]:
    """What was said about the results, and what the file holds; reads the header only.

    Raises
    ------
    DamagedFileError: where the header is not what was written.
    """
    arrays, meta = read_meta(path)
    n_maps = math.prod(arrays["map_block_rows"][1]) + math.prod(arrays["map_limit_row"][1])
    counts = {"n_maps": n_maps, "n_triangulations": math.prod(arrays["grid_full"][1])}
    return {**meta["about"], **counts, "skipped": meta["skipped"], "bytes": path.stat().st_size}
