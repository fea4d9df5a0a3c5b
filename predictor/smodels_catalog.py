"""The catalog of a SModelS database."""

from __future__ import annotations

from typing import Any

import numpy as np
from smodels.base.physicsUnits import TeV, fb

from predictor.catalog import Catalog

Key = tuple[str, str, bool]


def result_key(dataset: Any, txnames: Any) -> Key:
    """(analysis, region or topology, is UL) of a SModelS data set."""
    is_ul = dataset.getType() == "upperLimit"
    region = str(txnames[0].txName) if is_ul else str(dataset.getID())
    return str(dataset.globalInfo.id), region, is_ul


def catalog_of(results: list[Any]) -> tuple[Catalog, dict[Key, int]]:
    """The catalog of SModelS's experimental results, and the row of each key; sorted by key."""
    table: dict[Key, tuple[Any, ...]] = {}
    for result in results:
        info = result.globalInfo
        for dataset in result.datasets:
            common = (
                "CMS" if "CMS" in info.id else "ATLAS",
                info.sqrts.asNumber(TeV),
                (dataset.getLumi() * fb).asNumber(),
            )
            url = str(getattr(info, "url", ""))
            if dataset.getType() == "upperLimit":
                for txname in dataset.txnameList:
                    table[result_key(dataset, [txname])] = (*common, *[np.nan] * 5, url)
            else:
                data = dataset.dataInfo
                limits = [_fb(getattr(data, name, None)) for name in ("upperLimit", "expectedUpperLimit")]
                counts = [float(data.observedN), float(data.expectedBG), float(data.bgError)]
                table[result_key(dataset, ())] = (*common, *counts, *limits, url)
    keys = sorted(table)
    columns = list(zip(*(table[key] for key in keys), strict=True))
    names = [np.array(column) for column in zip(*keys, strict=True)]
    numbers = [np.array(column, dtype=np.float64) for column in columns[1:8]]
    catalog = Catalog(names[0], names[1], names[2], np.array(columns[0]), *numbers, np.array(columns[8]))
    return catalog, {key: row for row, key in enumerate(keys)}


def _fb(limit: Any) -> float:
    return np.nan if limit is None else float(limit.asNumber(fb))
