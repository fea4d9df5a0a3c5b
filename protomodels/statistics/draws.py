"""Random rates of backgrounds: what a Poisson number of events is drawn from.

Backgrounds are drawn from what the likelihoods say of them: a Gaussian above 0 for one region, correlated and possibly
skewed rates for several.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, pdtr, pdtrik

from protomodels.statistics.simplified import CovarianceModel

Floats = NDArray[np.float64]

_FARTHEST: Final = 8.0
"""Beyond so many standard deviations Phi is rounded to 1."""


def truncated_normal(mean: Floats, width: Floats, rng: np.random.Generator) -> Floats:
    r"""One draw from each Norm(mean, width) above 0, by inversion.

    .. math:: \lambda = b - \delta\, \Phi^{-1}\!\left[ (1 - u)\, \Phi(b / \delta) \right], \qquad u \sim U[0, 1)

    Parameters
    ----------
    mean, width: b and delta, events, delta > 0, (n,).
    rng: one uniform number is taken for each.

    Returns
    -------
    Events >= 0, (n,).

    >>> rates = truncated_normal(np.full(1000, 0.1), np.ones(1000), np.random.default_rng(1))
    >>> bool((rates > 0).all()), round(float(rates.mean()), 1)
    (True, 0.8)
    """
    return truncated_normal_at(mean, width, 1.0 - rng.random(mean.shape))


def truncated_normal_at(mean: Floats, width: Floats, above: Floats) -> Floats:
    r"""Where each Norm(mean, width), cut at 0, leaves a probability ``above`` to larger values.

    Parameters
    ----------
    mean, width: b and delta, events, delta > 0, (n,).
    above: 1 - u in the formula of :func:`truncated_normal`, in (0, 1], (n,).

    Returns
    -------
    Events >= 0, (n,).

    >>> truncated_normal_at(np.array([10.0]), np.array([2.0]), np.array([0.5])).round(3).tolist()
    [10.0]
    """
    below = ndtr(-mean / width)
    # from the upper tail, so that nothing cancels
    return np.maximum(mean - width * ndtri(above * (1.0 - below)), 0.0)


def poisson_at(rate: Floats, z: Floats) -> Floats:
    r"""The Poisson number at a Gaussian quantile: the smallest n with P(n' <= n) >= Phi(z).

    With z ~ Norm(0, 1) it is a draw from Pois(rate), and z says by how many standard deviations it is an excess.

    Parameters
    ----------
    rate: events >= 0, (n,).
    z: (n,).

    Returns
    -------
    Events, whole numbers, (n,).

    >>> poisson_at(np.array([0.0, 4.0, 4.0, 4.0]), np.array([3.0, -2.0, 0.0, 2.0])).tolist()
    [0.0, 1.0, 4.0, 8.0]
    """
    positive = np.maximum(rate, 1e-300)
    below = ndtr(np.minimum(z, _FARTHEST))
    n = np.maximum(np.ceil(pdtrik(below, positive)), 0.0)
    # the inverse is good to rounding only: one less may do
    one_less = np.maximum(n - 1.0, 0.0)
    n = np.where(pdtr(one_less, positive) >= below, one_less, n)
    return np.where(rate > 0.0, n, 0.0)


def correlated_rates(model: CovarianceModel, fudge: float, rng: np.random.Generator) -> Floats:
    r"""Background rates of several regions, drawn together (arXiv:1809.05548, section 2).

    .. math:: \lambda_i = \max(0,\; a_i + \theta_i + c_i \theta_i^2), \qquad \theta = f z,\; z \sim N(0, W^{-1})

    Parameters
    ----------
    model: of n regions; see :mod:`.simplified` for a, c and W.
    fudge: f, factor on the uncertainties.
    rng: n normal numbers are taken.

    Returns
    -------
    Events >= 0, (n,).

    >>> model = CovarianceModel(np.zeros(2), np.array([50.0, 80.0]), np.zeros(2), np.eye(2))
    >>> correlated_rates(model, 0.0, np.random.default_rng(1)).tolist()
    [50.0, 80.0]
    """
    # theta has the covariance W^-1: solve L^T theta = z with W = L L^T
    factor = np.linalg.cholesky(model.weight)
    theta = fudge * np.linalg.solve(factor.T, rng.standard_normal(len(model.center)))
    return rates_at(model, theta)


def rates_at(model: CovarianceModel, theta: Floats) -> Floats:
    """max(0, a + theta + c theta^2): events of each region at some nuisance parameters, (n,)."""
    return np.asarray(np.maximum(model.center + theta + model.curvature * theta * theta, 0.0))


def mean_rates(model: CovarianceModel, fudge: float = 1.0) -> Floats:
    r"""Mean of each rate that :func:`correlated_rates` draws, but for what is cut off at 0.

    .. math:: \langle \lambda_i \rangle = a_i + c_i f^2 (W^{-1})_{ii}

    Parameters
    ----------
    model: of n regions.
    fudge: f, factor on the uncertainties.

    Returns
    -------
    Events, (n,).

    >>> mean_rates(CovarianceModel(np.zeros(1), np.array([10.0]), np.array([0.1]), np.array([[0.25]]))).tolist()
    [10.4]
    """
    return np.asarray(model.center + model.curvature * fudge**2 * np.diag(model.covariance))
