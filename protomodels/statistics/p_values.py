"""p-values: of counts with an uncertain background, of counted universes, of two samples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, ndtr, ndtri
from scipy.stats import ks_2samp

Floats = NDArray[np.float64]

_NODES: Final = 400
_WIDTHS: Final = 8.0
_AT_A_TIME: Final = 500


def counted_p(k: int, n: int) -> float:
    r"""The p-value where ``k`` of ``n`` universes reach what was observed (arXiv:1603.05766).

    .. math:: p = \frac{1 + k}{1 + n}

    The observed data count as one more universe, so that p is never 0 and never too small on average.

    Parameters
    ----------
    k: universes that reach what was observed, from 0 to n.
    n: universes in all.

    >>> counted_p(0, 50)
    0.0196...
    """
    return (1.0 + k) / (1.0 + n)


def significance(p: float) -> float:
    r"""Z of a one-sided p-value: the Gaussian tail beyond Z standard deviations.

    .. math:: p = 1 - \Phi(Z)

    Parameters
    ----------
    p: between 0 and 1; 0 gives infinity, more than 0.5 a negative Z.

    >>> round(significance(0.0228), 2)
    2.0
    >>> significance(0.5)
    0.0
    """
    return 0.0 - float(ndtri(p))


def kolmogorov_smirnov(first: Sequence[float], second: Sequence[float]) -> float:
    """p-value of two samples to come from one distribution (two-sided Kolmogorov-Smirnov test of scipy).

    Parameters
    ----------
    first, second: the samples, of any sizes > 0, in the same units.

    Raises
    ------
    ValueError: where a sample is empty.

    >>> round(kolmogorov_smirnov([1.0, 2.0, 3.0], [1.5, 2.5, 3.5]), 2)
    1.0
    """
    return float(ks_2samp(first, second).pvalue)


def p_value(observed: ArrayLike, background: ArrayLike, delta: ArrayLike, split: ArrayLike = 0.5) -> Floats:
    r"""The p-value of counts on an uncertain background, averaged over the background (no toys).

    .. math:: p = \int_0^\infty d\lambda\, \frac{1}{N} e^{-(\lambda - b)^2 / 2 \delta^2}
       \left[ P(n' > n \,|\, \lambda) + u\, P(n' = n \,|\, \lambda) \right]

    with N the integral of the Gaussian above 0.  u = 0.5 is the mid-p of counts, which are whole numbers; a uniform
    random u makes p uniform.  The integral is a Gauss-Legendre sum of 400 nodes over b +- 8 delta.

    Parameters
    ----------
    observed: n, events.
    background, delta: b and its Gaussian uncertainty, events, delta > 0.
    split: u in [0, 1].  The four broadcast.

    Returns
    -------
    Probabilities, in the broadcast shape.

    >>> p_value([5, 25], 5.0, 1e-6).round(3).tolist()
    [0.472, 0.0]
    """
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (observed, background, delta, split)))
    n, b, width, share = (np.ravel(a) for a in arrays)
    parts = [slice(i, i + _AT_A_TIME) for i in range(0, len(n), _AT_A_TIME)]
    found = [_integrate(n[k], b[k], width[k], share[k]) for k in parts]
    return np.concatenate([*found, np.zeros(0)]).reshape(arrays[0].shape)


def p_value_of_rate(
    observed: ArrayLike, center: ArrayLike, curvature: ArrayLike, width: ArrayLike, split: ArrayLike = 0.5
) -> Floats:
    r"""The same on a background as sets of regions have it (:mod:`.simplified`), one region at a time.

    .. math:: \lambda = \max(0,\; a + \theta + c\, \theta^2), \qquad \theta \sim N(0, v)

    Parameters
    ----------
    observed: n, events.
    center, curvature, width: a, c and the square root of v, in events, 1/events and events, width > 0.
    split: u in [0, 1], as for :func:`p_value`.  All broadcast.

    Returns
    -------
    Probabilities, in the broadcast shape.

    >>> p_value_of_rate([5, 25], 5.0, 0.0, 1e-6).round(3).tolist()
    [0.472, 0.0]
    """
    given = (observed, center, curvature, width, split)
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in given))
    n, a, c, wide, share = (np.ravel(x)[:, None] for x in arrays)
    nodes, weights = _quadrature()
    pull = _WIDTHS * nodes
    theta = wide * pull
    density = _WIDTHS * weights * np.exp(-0.5 * pull * pull) / np.sqrt(2.0 * np.pi)
    tail = _tail(n, np.maximum(a + theta + c * theta * theta, 0.0), share)
    return np.asarray(np.clip((density * tail).sum(axis=1), 0.0, 1.0)).reshape(arrays[0].shape)


def _integrate(n: Floats, b: Floats, delta: Floats, split: Floats) -> Floats:
    nodes, weights = _quadrature()
    low, high = np.maximum(b - _WIDTHS * delta, 0.0), b + _WIDTHS * delta
    half = 0.5 * (high - low)[:, None]
    rate = low[:, None] + half * (1.0 + nodes)
    pull = (rate - b[:, None]) / delta[:, None]
    density = half * weights * np.exp(-0.5 * pull * pull) / np.sqrt(2.0 * np.pi) / delta[:, None]
    total = (density * _tail(n[:, None], rate, split[:, None])).sum(axis=1)
    return np.asarray(np.clip(total / ndtr(b / delta), 0.0, 1.0))


def _tail(count: Floats, rate: Floats, split: Floats) -> Floats:
    """P(n' > n) and ``split`` times P(n' = n)."""
    more = gammainc(count + 1.0, rate)
    # P(n' >= n) is 1 for n = 0, where gammainc has no value
    as_many = np.where(count > 0.0, gammainc(np.maximum(count, 1.0), rate), 1.0) - more
    as_many = np.where(count > 0.0, as_many, gammaincc(count + 1.0, rate))
    return np.asarray(more + split * as_many)


@cache
def _quadrature() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights
