"""Random rates of backgrounds: what a Poisson number of events is drawn from.

Backgrounds are drawn from what the likelihoods say of them: a Gaussian above 0 for one region, correlated and possibly
skewed rates for several.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from protomodels.statistics.simplified import CovarianceModel

Floats = NDArray[np.float64]


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
    below = ndtr(-mean / width)
    # from the upper tail, so that nothing cancels; a uniform in (0, 1]
    tail = (1.0 - rng.random(mean.shape)) * (1.0 - below)
    return np.maximum(mean - width * ndtri(tail), 0.0)


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
    return np.asarray(model.center + model.curvature * fudge**2 * np.diag(np.linalg.inv(model.weight)))


def rate_widths(model: CovarianceModel, fudge: float = 1.0) -> Floats:
    r"""Standard deviation of each rate that :func:`correlated_rates` draws, but for what is cut off at 0.

    .. math:: \mathrm{sd}(\lambda_i) = \sqrt{v_i + 2 (c_i v_i)^2}, \qquad v_i = f^2 (W^{-1})_{ii}

    Parameters
    ----------
    model: of n regions.
    fudge: f, factor on the uncertainties.

    Returns
    -------
    Events, (n,).

    >>> rate_widths(CovarianceModel(np.zeros(1), np.array([10.0]), np.zeros(1), np.array([[0.25]]))).tolist()
    [2.0]
    """
    variance = fudge**2 * np.diag(np.linalg.inv(model.weight))
    return np.asarray(np.sqrt(variance + 2.0 * (model.curvature * variance) ** 2))
