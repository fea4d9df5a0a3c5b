"""How remarkable the counts of signal regions are: exact p-values, without toys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.results.catalog import Catalog
from protomodels.statistics.p_values import p_value
from protomodels.universes.drawing import backgrounds

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


def region_p_values(catalog: Catalog, fudge: float = 1.0, split: ArrayLike = 0.5) -> RegionPValues:
    """The p-values of all signal regions.

    Counts are whole: with a uniform random ``split`` the p-values of background-only data are uniform, with 0.5 (mid-p)
    their mean is 0.5.

    Parameters
    ----------
    fudge: factor on the uncertainties of the backgrounds.
    split: in [0, 1]; one for all or one a catalog row.
    """
    rows = np.setdiff1d(np.flatnonzero(~catalog.is_ul), np.fromiter(catalog.combined, np.int64, len(catalog.combined)))
    share = np.broadcast_to(np.asarray(split, dtype=np.float64), len(catalog))[rows]
    mean, width = backgrounds(catalog, fudge)
    return RegionPValues(rows, p_value(catalog.observed[rows], mean[rows], width[rows], share))
