"""Signal regions with published correlations, from covariances and pyhf's JSONs; to and from arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protomodels.results.catalog import CombinedRegions
from protomodels.results.compiled.json_sets import Documents, json_sets, make_json_set, published_backgrounds
from protomodels.results.names import listed_control
from protomodels.results.renamed import NOT_COMBINED
from protomodels.results.smodels_catalog import Key
from protomodels.statistics.histfactory.fast import FastForm
from protomodels.statistics.simplified import CovarianceModel, covariance_model

Arrays = dict[str, NDArray[Any]]

PARTS = ("observed", "center", "curvature", "weight")
"""Arrays of a model."""


def gather_combined(
    database: Any, row_of: dict[Key, int], folder: Path, documents: Documents
) -> tuple[Arrays, dict[str, Any]]:
    """The combined regions of a database.

    Parameters
    ----------
    row_of: catalog row of each result.
    folder: the JSON documents are written here, named by their content.
    documents: all JSONs of the database's text.

    Returns
    -------
    arrays: ``start`` (first region of each set and one more), ``rows``, ``observed``, ``center``, ``curvature`` of the
        regions, and the ``weight`` matrices one after the other; the last four a second time, beginning with
        ``fitted_``, for the form of a JSON that was fitted for its own data.
    meta: ``sets``: analysis, label, kind and regions of each set, of a JSON its file, how far its fast form is from it
        and its backgrounds from published ones; ``not_combined``: reason by analysis.
    """
    sets: list[dict[str, Any]] = []
    parts: list[tuple[NDArray[np.int64], CovarianceModel, CovarianceModel]] = []
    refused: dict[str, str] = {}
    for result in database.expResultList:
        info, name = result.globalInfo, str(result.globalInfo.id)
        refused |= {f"{name} {label}": reason for label, reason in getattr(info, NOT_COMBINED, {}).items()}
        for label, make in _candidates(result, folder, documents):
            try:
                names, form, about = make()
            except (ValueError, KeyError, np.linalg.LinAlgError) as error:
                refused[f"{name} {label}".strip()] = str(error)
                continue
            rows = np.array([row_of.get((name, region, False), -1) for region in names], dtype=np.int64)
            if (rows >= 0).any():
                sets.append({"analysis": str(info.id), "label": label, "regions": list(names), **about})
                parts.append((rows, form.background, form.model))
    counts = [0, *(len(rows) for rows, _, _ in parts)]

    def joined(pieces: list[NDArray[Any]], dtype: type) -> NDArray[Any]:
        return np.concatenate([np.ravel(piece) for piece in pieces]).astype(dtype) if pieces else np.zeros(0, dtype)

    arrays = {
        "start": np.cumsum(counts).astype(np.int64),
        "rows": joined([rows for rows, _, _ in parts], np.int64),
    }
    for name in PARTS:
        arrays[name] = joined([getattr(model, name) for _, model, _ in parts], np.float64)
        arrays[f"fitted_{name}"] = joined([getattr(model, name) for _, _, model in parts], np.float64)
    return arrays, {"sets": sets, "not_combined": refused}


Maker = Callable[[], tuple[list[str], FastForm, dict[str, Any]]]


def _candidates(result: Any, folder: Path, documents: Documents) -> list[tuple[str, Maker]]:
    """(label, maker) of each set of regions of an analysis."""
    info = result.globalInfo
    if hasattr(info, "covariance"):
        return [("", lambda: _without_fit(*from_covariance(result)))]
    if not hasattr(info, "jsonFiles"):
        return []
    published = published_backgrounds(result)
    return [(wanted.label, partial(make_json_set, wanted, published, folder)) for wanted in json_sets(info, documents)]


def _without_fit(
    names: list[str], model: CovarianceModel, about: dict[str, Any]
) -> tuple[list[str], FastForm, dict[str, Any]]:
    return names, FastForm(model, model, {}), about


def from_covariance(result: Any) -> tuple[list[str], CovarianceModel, dict[str, Any]]:
    """Names of the regions, their model and what is noted of it, from SModelS's result with a covariance.

    Raises
    ------
    ValueError, KeyError: where they cannot be made.
    """
    info = result.globalInfo
    order = [info.datasetOrder] if isinstance(info.datasetOrder, str) else list(info.datasetOrder)
    by_name = {str(dataset.getID()): dataset.dataInfo for dataset in result.origdatasets}
    names = [name if name in by_name else name.rpartition(":")[2] for name in order]
    data = [by_name[name] for name in names]
    third: list[Any] = [getattr(entry, "thirdMoment", None) for entry in data]
    model = covariance_model(
        [float(entry.observedN) for entry in data],
        [float(entry.expectedBG) for entry in data],
        np.array(info.covariance, dtype=np.float64),
        None if any(moment is None for moment in third) else [float(moment) for moment in third],
    )
    return names, model, {"kind": "covariance"}


def combined_regions(arrays: Arrays, meta: dict[str, Any], first_row: int) -> dict[int, CombinedRegions]:
    """The sets of a compiled file by catalog row, the first of which is ``first_row``."""
    out = {}
    offset = 0
    for number, entry in enumerate(meta["sets"]):
        begin, end = arrays["start"][number], arrays["start"][number + 1]
        n = int(end - begin)
        square = slice(offset, offset + n * n)
        offset += n * n
        model_of = partial(_model, arrays, slice(begin, end), square)
        fitted = model_of("fitted_") if entry["kind"] == "json" else None
        rows = np.array(arrays["rows"][begin:end])
        control = tuple(listed_control(entry.get("listed", ())))
        out[first_row + number] = CombinedRegions(rows, model_of(""), entry["kind"], control, fitted)
    return out


def _model(arrays: Arrays, part: slice, square: slice, prefix: str) -> CovarianceModel:
    observed, center, curvature = (np.array(arrays[prefix + name][part]) for name in PARTS[:-1])
    weight = np.array(arrays[prefix + PARTS[-1]][square]).reshape(len(observed), len(observed))
    return CovarianceModel(observed, center, curvature, weight)
