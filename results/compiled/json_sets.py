"""Sets of regions from pyhf JSONs: the full documents where the database has them, in a fast form fitted once.

The "simplified" JSONs beside them hold backgrounds that were fitted to the data of the signal regions, with one
nuisance parameter for all regions.  Scored with these data they would count them twice: a document whose backgrounds
are much narrower than the published ones is not combined.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np

from protomodels.statistics.histfactory.background import agreement
from protomodels.statistics.histfactory.document import json_regions
from protomodels.statistics.histfactory.fast import FastForm, fast_form
from protomodels.statistics.histfactory.full import full_likelihood

NARROW: Final = 0.75
"""Median of the widths over the published ones below which a background was fitted to the signal regions, too."""

Documents = Mapping[tuple[str, str], bytes]
"""JSON text by folder of the analysis and file name."""

Published = Mapping[str, tuple[float, float]]
"""b and delta by signal region, events."""


@dataclass(frozen=True)
class JsonSet:
    """A document of an analysis.

    Attributes
    ----------
    label: its file.
    document: its content, None where the database lacks it.
    listed: the database's list of its regions.
    missing: the full document that is listed for the same regions but not in the database; empty where none is.
    """

    label: str
    document: Any
    listed: list[dict[str, Any]]
    missing: str = ""


def documents_of(entries: list[tuple[str, bytes]]) -> Documents:
    """The JSONs among (path, content) of a database's text.

    >>> documents_of([("13TeV/ATLAS/A-eff/full.json", b"{}"), ("version", b"1")])
    {('A-eff', 'full.json'): b'{}'}
    """
    paths = ((PurePosixPath(path), content) for path, content in entries)
    return {(path.parent.name, path.name): content for path, content in paths if path.suffix == ".json"}


def json_sets(info: Any, documents: Documents) -> Iterator[JsonSet]:
    """The sets of an analysis, each by its full document where there is one.

    Parameters
    ----------
    info: SModelS's globalInfo of the analysis.
    """
    loaded = list(getattr(info, "jsons", []))
    folder = Path(str(info.path)).parent.name
    full = {
        _regions(entries): (file, entries) for file, entries in getattr(info, "jsonFiles_FullLikelihood", {}).items()
    }
    for i, (file, entries) in enumerate(info.jsonFiles.items()):
        better, listed = full.get(_regions(entries), (file, entries))
        text = documents.get((folder, better))
        if better == file or text is None:
            document = loaded[i] if i < len(loaded) else None
            yield JsonSet(file, document, entries, "" if better == file else better)
        else:
            yield JsonSet(better, json.loads(text), listed)


def _regions(entries: list[dict[str, Any]]) -> frozenset[str]:
    return frozenset(str(entry["smodels"]) for entry in entries if entry.get("type", "SR") == "SR")


def make_json_set(wanted: JsonSet, published: Published, folder: Path) -> tuple[list[str], FastForm, dict[str, Any]]:
    """Names of the regions of a set, its likelihood, and what is noted of it.

    Parameters
    ----------
    folder: the document is written here, named by its content.

    Raises
    ------
    ValueError, KeyError, numpy.linalg.LinAlgError: where it cannot be made, or counts the signal regions twice.
    """
    if wanted.document is None:
        raise ValueError("the JSON is missing in the database")
    regions = json_regions(wanted.document, wanted.listed)
    full = full_likelihood(regions)
    form = fast_form(full)
    numbers = np.array([published.get(name, (np.nan, np.nan)) for name in regions.names])
    found = agreement(form.background, numbers[:, 0], numbers[:, 1])
    rates = full.model.rates(full.best.point)[full.signal]
    after = agreement(replace(form.background, center=rates), numbers[:, 0], numbers[:, 1])
    if found.width < NARROW:
        without = f", and {wanted.missing} is missing in the database" if wanted.missing else ""
        raise ValueError(
            f"the backgrounds in the JSON were fitted to the data of the signal regions, too "
            f"(their widths are {found.width:.2f} of the published ones){without}"
        )
    about: dict[str, Any] = {
        "kind": "json",
        "json": _stored(wanted.document, folder),
        "listed": wanted.listed,
        "difference": form.difference,
        "published": {"shift": found.shift, "width": found.width, "shift_after": after.shift},
        "one_nuisance": len(full.model.start) == 1 < len(regions.names),
    }
    return list(regions.names), form, about


def _stored(document: Any, folder: Path) -> str:
    text = json.dumps(document)
    name = hashlib.sha256(text.encode()).hexdigest() + ".json"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return name


def published_backgrounds(result: Any) -> dict[str, tuple[float, float]]:
    """b and delta of the regions of SModelS's result."""
    data = {str(dataset.getID()): dataset.dataInfo for dataset in result.origdatasets}
    return {name: (float(entry.expectedBG), float(entry.bgError)) for name, entry in data.items()}
