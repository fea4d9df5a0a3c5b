"""Signal regions with published correlations: covariances, and pyhf's JSON simplified once; to and from arrays."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protomodels.results.catalog import CombinedRegions
from protomodels.results.names import listed_control
from protomodels.results.smodels_catalog import Key
from protomodels.statistics.pyhf_document import json_regions
from protomodels.statistics.pyhf_simplified import simplified_model
from protomodels.statistics.simplified import CovarianceModel, covariance_model

Arrays = dict[str, NDArray[Any]]


def gather_combined(database: Any, row_of: dict[Key, int], folder: Path) -> tuple[Arrays, dict[str, Any]]:
    """The combined regions of a database.

    Parameters
    ----------
    row_of: catalog row of each result.
    folder: the JSON documents are written here, named by their content.

    Returns
    -------
    arrays: ``start`` (first region of each set and one more), ``rows``, ``observed``, ``center``, ``curvature`` of the
        regions, and the ``weight`` matrices one after the other.
    meta: ``sets``: analysis, label, kind, regions and JSON of each set; ``not_combined``: reason by analysis.
    """
    sets: list[dict[str, Any]] = []
    parts: list[tuple[NDArray[np.int64], CovarianceModel]] = []
    refused: dict[str, str] = {}
    for result in database.expResultList:
        info, name = result.globalInfo, str(result.globalInfo.id)
        for label, make in _candidates(result, folder):
            try:
                names, model, about = make()
            except (ValueError, KeyError, np.linalg.LinAlgError) as error:
                refused[f"{name} {label}".strip()] = str(error)
                continue
            rows = np.array([row_of.get((name, region, False), -1) for region in names], dtype=np.int64)
            if (rows >= 0).any():
                sets.append({"analysis": str(info.id), "label": label, "regions": list(names), **about})
                parts.append((rows, model))
    counts = [0, *(len(rows) for rows, _ in parts)]

    def joined(pieces: list[NDArray[Any]], dtype: type) -> NDArray[Any]:
        return np.concatenate([np.ravel(piece) for piece in pieces]).astype(dtype) if pieces else np.zeros(0, dtype)

    arrays = {
        "start": np.cumsum(counts).astype(np.int64),
        "rows": joined([rows for rows, _ in parts], np.int64),
        "observed": joined([model.observed for _, model in parts], np.float64),
        "center": joined([model.center for _, model in parts], np.float64),
        "curvature": joined([model.curvature for _, model in parts], np.float64),
        "weight": joined([model.weight for _, model in parts], np.float64),
    }
    return arrays, {"sets": sets, "not_combined": refused}


def _candidates(result: Any, folder: Path) -> list[tuple[str, Any]]:
    """(label, maker) of each set of regions of an analysis."""
    info = result.globalInfo
    if hasattr(info, "covariance"):
        return [("", lambda: from_covariance(result))]
    if not hasattr(info, "jsonFiles"):
        return []
    documents = list(getattr(info, "jsons", []))
    listed = list(info.jsonFiles.items())
    return [
        (file, lambda i=i, entries=entries: _from_json(documents[i] if i < len(documents) else None, entries, folder))
        for i, (file, entries) in enumerate(listed)
    ]


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


def _from_json(document: Any, entries: Any, folder: Path) -> tuple[list[str], CovarianceModel, dict[str, Any]]:
    if document is None:
        raise ValueError("the JSON is missing in the database")
    text = json.dumps(document)
    name = hashlib.sha256(text.encode()).hexdigest() + ".json"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    regions = json_regions(document, entries)
    return list(regions.names), simplified_model(regions), {"kind": "json", "json": name, "listed": entries}


def combined_regions(arrays: Arrays, meta: dict[str, Any], first_row: int) -> dict[int, CombinedRegions]:
    """The sets of a compiled file by catalog row, the first of which is ``first_row``."""
    out = {}
    offset = 0
    for number, entry in enumerate(meta["sets"]):
        begin, end = arrays["start"][number], arrays["start"][number + 1]
        n = int(end - begin)
        weight = arrays["weight"][offset : offset + n * n].reshape(n, n)
        offset += n * n
        part = slice(begin, end)
        model = CovarianceModel(
            np.array(arrays["observed"][part]),
            np.array(arrays["center"][part]),
            np.array(arrays["curvature"][part]),
            np.array(weight),
        )
        control = tuple(listed_control(entry.get("listed", ())))
        out[first_row + number] = CombinedRegions(np.array(arrays["rows"][part]), model, entry["kind"], control)
    return out
