"""Kernel densities of samples: the shape of K in universes, as arXiv:2012.12246 shows it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import gaussian_kde


def density(K_fake: ArrayLike, at: ArrayLike) -> NDArray[np.float64]:
    r"""Gaussian kernel density of a sample, with the width of Scott's rule.

    .. math:: f(K) = \frac{1}{n h} \sum_i \varphi\!\left( \frac{K - K_i}{h} \right), \qquad h = n^{-1/5}\, s

    with the standard deviation s of the sample (Scott, Multivariate Density Estimation, 1992).

    Parameters
    ----------
    K_fake: the sample, (n,); what is not finite is left out.
    at: where the density is wanted, (m,).

    Returns
    -------
    (m,), in units of 1/K.

    Raises
    ------
    ValueError, numpy.linalg.LinAlgError: for fewer than two different values.

    >>> density([-1.0, 1.0], [0.0, 9.0]).round(3).tolist()
    [0.233, 0.0]
    """
    return np.asarray(gaussian_kde(_finite(K_fake))(np.asarray(at, dtype=float)), dtype=np.float64)


def density_p(K_observed: float, K_fake: ArrayLike) -> float | None:
    r"""The p-value by the kernel density of K in universes, as in arXiv:2012.12246.

    .. math:: p = \int_{K_{obs}}^\infty f(K)\, dK

    Parameters
    ----------
    K_observed: of the published data.
    K_fake: of each universe, (n,); -inf (no model was seen) counts as below whatever was observed.

    Returns
    -------
    The p-value; None for fewer than two different finite values.

    >>> round(density_p(0.0, [-1.0, 1.0]), 3)
    0.5
    >>> density_p(0.0, [1.0]) is None
    True
    """
    values = _finite(K_fake)
    if len(values) < 2 or np.ptp(values) == 0.0:
        return None
    above = float(gaussian_kde(values).integrate_box_1d(K_observed, math.inf))
    return above * len(values) / np.size(K_fake)


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    return given[np.isfinite(given)]
