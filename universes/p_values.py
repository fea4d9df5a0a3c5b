"""How remarkable the counts of signal regions are: exact p-values, without toys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.results.catalog import Catalog
from protomodels.settings import RegionChoice
from protomodels.statistics.p_values import p_value, p_value_of_rate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RegionPValues:
    """p-values of the signal regions of a catalog, n of them.

    Attributes
    ----------
    rows: catalog rows, (n,).
    p: probability, without a signal, of more events than observed, and ``split`` times that of as many, (n,).
    """

    rows: NDArray[np.int64]
    p: Floats


def region_p_values(
    catalog: Catalog, fudge: float = 1.0, split: ArrayLike = 0.5, regions: RegionChoice = "best"
) -> RegionPValues:
    """The p-values of all signal regions, by the backgrounds that they are scored with.

    Counts are whole: with a uniform random ``split`` the p-values of background-only data are uniform, with 0.5 (mid-p)
    their mean is 0.5.

    Parameters
    ----------
    fudge: factor on the uncertainties of the backgrounds.
    split: in [0, 1]; one for all or one a catalog row.
    regions: ``best``: each region has its published background; ``combined``: regions of a set have that of its
        likelihood, and one that is in several sets is there as often.
    """
    share = np.broadcast_to(np.asarray(split, dtype=np.float64), len(catalog))
    single = catalog.is_region & ~catalog.is_control
    rows, values = [], []
    if regions == "combined":
        for row in sorted(catalog.combined):
            entry = catalog.combined[row]
            inside = entry.rows >= 0
            own, model = entry.rows[inside], entry.model
            background = (model.center[inside], model.curvature[inside], fudge * entry.model.widths[inside])
            rows.append(own)
            values.append(p_value_of_rate(model.observed[inside], *background, share[own]))
            single[own] = False
    alone = np.flatnonzero(single)
    b, delta = catalog.background[alone], fudge * catalog.delta[alone]
    rows.append(alone)
    values.append(p_value(catalog.observed[alone], b, delta, share[alone]))
    return RegionPValues(np.concatenate(rows), np.concatenate(values))
