"""How remarkable the counts of signal regions are: exact p-values, without toys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, ndtr

from predictor.catalog import Catalog
from predictor.universes.drawing import backgrounds

Floats = NDArray[np.float64]

_NODES: Final = 400
_WIDTHS: Final = 8.0
_AT_A_TIME: Final = 500


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


def p_value(observed: ArrayLike, background: ArrayLike, delta: ArrayLike, split: ArrayLike = 0.5) -> Floats:
    r"""The p-value of counts.

    .. math:: p = \int_0^\infty d\lambda\, \frac{1}{N} e^{-(\lambda - b)^2 / 2 \delta^2}
       \left[ P(n' > n \,|\, \lambda) + u\, P(n' = n \,|\, \lambda) \right]

    Parameters
    ----------
    observed, background, delta: events, delta > 0; split: u in [0, 1]; they broadcast.

    >>> p_value([5, 25], 5.0, 1e-6).round(3).tolist()
    [0.472, 0.0]
    """
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (observed, background, delta, split)))
    n, b, width, share = (np.ravel(a) for a in arrays)
    parts = [slice(i, i + _AT_A_TIME) for i in range(0, len(n), _AT_A_TIME)]
    found = [_integrate(n[k], b[k], width[k], share[k]) for k in parts]
    return np.concatenate([*found, np.zeros(0)]).reshape(arrays[0].shape)


def _integrate(n: Floats, b: Floats, delta: Floats, split: Floats) -> Floats:
    nodes, weights = _quadrature()
    low, high = np.maximum(b - _WIDTHS * delta, 0.0), b + _WIDTHS * delta
    half = 0.5 * (high - low)[:, None]
    rate = low[:, None] + half * (1.0 + nodes)
    pull = (rate - b[:, None]) / delta[:, None]
    density = half * weights * np.exp(-0.5 * pull * pull) / np.sqrt(2.0 * np.pi) / delta[:, None]
    count = n[:, None]
    more = gammainc(count + 1.0, rate)
    # P(n' >= n) is 1 for n = 0, where gammainc has no value
    as_many = np.where(count > 0.0, gammainc(np.maximum(count, 1.0), rate), 1.0) - more
    as_many = np.where(count > 0.0, as_many, gammaincc(count + 1.0, rate))
    total = (density * (more + split[:, None] * as_many)).sum(axis=1)
    return np.asarray(np.clip(total / ndtr(b / delta), 0.0, 1.0))


@cache
def _quadrature() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights
