"""The catalog of a SModelS database."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from smodels.base.physicsUnits import TeV, fb

from protomodels.results.catalog import Catalog

Key = tuple[str, str, bool]

SMALLEST_DELTA = 1e-6
"""Events; a background that is published without an uncertainty gets this one, so that its pull is defined."""


def result_key(dataset: Any, txnames: Any) -> Key:
    """What identifies a catalog row: (analysis, region or topology, is UL).

    Parameters
    ----------
    dataset: of SModelS.
    txnames: its maps; of a UL data set the first one names the topology.
    """
    is_ul = dataset.getType() == "upperLimit"
    region = str(txnames[0].txName) if is_ul else str(dataset.getID())
    return str(dataset.globalInfo.id), region, is_ul


def catalog_of(results: list[Any]) -> tuple[Catalog, dict[Key, int]]:
    """The catalog of a SModelS database, sorted by key.

    Parameters
    ----------
    results: SModelS's experimental results (``Database.expResultList``).

    Returns
    -------
    The catalog, and the row of each key. A background without an uncertainty gets ``SMALLEST_DELTA`` events.
    """
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
    rows = [table[key] for key in keys]

    def numbers(column: int) -> NDArray[np.float64]:
        return np.array([row[column] for row in rows], dtype=np.float64)

    catalog = Catalog(
        analysis=np.array([key[0] for key in keys]),
        region=np.array([key[1] for key in keys]),
        is_ul=np.array([key[2] for key in keys], dtype=np.bool_),
        experiment=np.array([row[0] for row in rows]),
        sqrts=numbers(1),
        lumi=numbers(2),
        observed=numbers(3),
        background=numbers(4),
        delta=np.maximum(numbers(5), SMALLEST_DELTA),
        limit_observed=numbers(6),
        limit_expected=numbers(7),
        url=np.array([row[8] for row in rows]),
    )
    return catalog, {key: row for row, key in enumerate(keys)}


def _fb(limit: Any) -> float:
    return np.nan if limit is None else float(limit.asNumber(fb))
