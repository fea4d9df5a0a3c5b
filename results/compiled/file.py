"""Loading a compiled file."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.results.catalog import Catalog, CombinedRegions
from protomodels.results.compiled.combined import combined_regions
from protomodels.results.compiled.container import DamagedFileError, read_arrays, read_meta
from protomodels.results.compiled.particle_table import other_particles

JSON_FOLDER: Final = "json"
"""Beside the compiled files: the JSON likelihoods, named by their content."""


class OtherParticlesError(DamagedFileError):
    """A compiled file that was made with another particle table than the program's: it has to be made again."""


@dataclass(frozen=True)
class CompiledResults:
    """What a compiled file holds.

    Attributes
    ----------
    arrays: by name, mapped into memory; see ``protomodels.results.compiled.gather``.
    meta: what else was compiled, and under ``about`` what was said of the results.
    catalog: what the results say, independent of any model.
    """

    arrays: dict[str, NDArray[Any]]
    meta: dict[str, Any]
    catalog: Catalog

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the results' text."""
        return str(self.meta["about"]["fingerprint"])

    @property
    def name(self) -> str:
        """What the user called the results."""
        return str(self.meta["about"]["name"])


def read_compiled(path: Path, check: bool = True) -> CompiledResults:
    """The content of a compiled file, mapped into memory.

    Parameters
    ----------
    check: compare every array with its checksum, for which all of the file is read.

    Raises
    ------
    DamagedFileError: where the file is not what was written.
    OtherParticlesError: where it was made with another particle table.
    """
    arrays, meta = read_arrays(path, check)
    _compare_particles(path, meta)
    # the catalog is small and used everywhere: ordinary arrays
    values: dict[str, Any] = {name: np.array(arrays[f"catalog_{name}"]) for name in columns()}
    single = Catalog(**values)
    parts = {name.removeprefix("combined_"): a for name, a in arrays.items() if name.startswith("combined_")}
    catalog = with_combined(single, combined_regions(parts, meta, len(single)), [s["label"] for s in meta["sets"]])
    meta["file"] = str(path)
    return CompiledResults(arrays, meta, catalog)


def columns() -> list[str]:
    """The array fields of the catalog."""
    return [field.name for field in fields(Catalog) if field.name != "combined"]


def with_combined(catalog: Catalog, combined: dict[int, CombinedRegions], labels: list[str]) -> Catalog:
    """The catalog with a row for each set of combined regions at its end.

    Parameters
    ----------
    combined: by the row that it will have.
    labels: what tells several sets of one analysis apart.
    """
    first = [int(entry.rows[entry.rows >= 0][0]) for entry in combined.values()]
    models = [entry.model for entry in combined.values()]
    own: dict[str, list[object]] = {
        "region": [f"(combined {label})" if label else "(combined)" for label in labels],
        "observed": [model.observed.sum() for model in models],
        "background": [model.center.sum() for model in models],
        "delta": [np.sqrt(model.covariance.sum()) for model in models],
        "limit_observed": [np.nan] * len(models),
        "limit_expected": [np.nan] * len(models),
    }
    values = {}
    for name in columns():
        column = getattr(catalog, name)
        added = np.array(own[name]) if name in own else column[first]
        values[name] = np.concatenate([column, added]) if len(first) else column
    return Catalog(**values, combined=combined)


def about_compiled(path: Path, *, any_particles: bool = False) -> dict[str, Any]:
    """What was said about the results, and what the file holds; reads the header only.

    Parameters
    ----------
    any_particles: also of a file that was made with another particle table.

    Raises
    ------
    DamagedFileError: where the header is not what was written.
    OtherParticlesError: where the file was made with another particle table.
    """
    arrays, meta = read_meta(path)
    if not any_particles:
        _compare_particles(path, meta)
    n_maps = math.prod(arrays["map_block_rows"][1]) + math.prod(arrays["map_limit_row"][1])
    counts: dict[str, Any] = {"n_maps": n_maps, "n_triangulations": math.prod(arrays["grid_full"][1])}
    # files of earlier versions hold what proto-models need only
    graphs = meta.get("graphs", {})
    counts |= {"n_general_maps": graphs.get("n_maps"), "not_compiled": graphs.get("skipped", {})}
    more = {key: meta[key] for key in ("skipped", "sets", "not_combined")}
    # files of earlier versions have no entry: those read all analyses or none
    return {"left_out": {}, **meta["about"], **counts, **more, "bytes": path.stat().st_size}


def _compare_particles(path: Path, meta: dict[str, Any]) -> None:
    reason = other_particles(meta)
    if reason is not None:
        raise OtherParticlesError("cache", f"{path} ({reason})", "a file made with the program's particles")
