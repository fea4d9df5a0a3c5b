r"""Likelihoods of several signal regions with correlated backgrounds.

.. math:: \ln L(\mu) = \max_\theta \sum_i \left[ n_i \ln \lambda_i - \lambda_i \right] - \tfrac12 \theta^T W \theta,
   \qquad \lambda_i = \mu s_i + a_i + \theta_i + c_i \theta_i^2

up to a constant. Linear (CMS-NOTE-2017-001): a = b, c = 0, W the inverse covariance. With third moments (skewed
backgrounds, arXiv:1809.05548, eqs. 2.9-2.12): a and c carry the skewness, and W belongs to the transformed theta.
The linear form is concave in mu; the skewed one nearly always.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.statistics.profiling import fill_curves

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CovarianceModel:
    """Several regions, their data and the knowledge of their backgrounds.

    Attributes
    ----------
    observed: n, events, (regions,).
    center: a, events, (regions,).
    curvature: c, 1/events, (regions,).
    weight: W, 1/events^2, (regions, regions).
    """

    observed: Floats
    center: Floats
    curvature: Floats
    weight: Floats

    def with_data(self, observed: Floats) -> CovarianceModel:
        """The same backgrounds with other data: events of each region, (regions,)."""
        return replace(self, observed=np.asarray(observed, dtype=np.float64))


def covariance_model(
    observed: ArrayLike, background: ArrayLike, covariance: ArrayLike, third_moment: ArrayLike | None = None
) -> CovarianceModel:
    """The model of published backgrounds.

    Parameters
    ----------
    observed, background: events, (n,).
    covariance: of the background, events^2, (n, n).
    third_moment: of the background, events^3, (n,).

    Raises
    ------
    ValueError: where the covariance is not positive definite, or a third moment too large for the expansion.

    >>> model = covariance_model([5.0], [4.0], [[1.0]])
    >>> round(float(log_likelihood_ratio(model, np.array([2.0]), [1.0])[0]), 4)
    0.0155
    """
    n, b = np.asarray(observed, dtype=np.float64), np.asarray(background, dtype=np.float64)
    v = np.asarray(covariance, dtype=np.float64)
    curvature = np.zeros_like(b)
    if third_moment is not None and np.abs(third_moment).sum() > 1e-10:
        b, curvature, v = _skewed(b, v, np.asarray(third_moment, dtype=np.float64))
    try:
        np.linalg.cholesky(v)
    except np.linalg.LinAlgError:
        raise ValueError("the covariance of the backgrounds is not positive definite") from None
    return CovarianceModel(n, b, curvature, np.asarray(np.linalg.inv(v), dtype=np.float64))


def _skewed(b: Floats, v: Floats, third: Floats) -> tuple[Floats, Floats, Floats]:
    """a, c and the covariance of theta from mean, covariance and third moments (arXiv:1809.05548, eqs. 2.9-2.12)."""
    variance = np.diag(v)
    third = np.where(third == 0.0, 1e-30, third)
    square = 8.0 * variance**3 / third**2 - 1.0
    if (square < 0.0).any():
        raise ValueError("a third moment is too large for its variance: m3^2 > 8 m2^3")
    angle = 4.0 * math.pi / 3.0 + np.arctan(np.sqrt(square)) / 3.0
    c = -np.sign(third) * np.sqrt(2.0 * variance) * np.cos(angle)
    spread = np.sqrt(variance - 2.0 * c * c)
    bb, cc = np.outer(spread, spread), np.outer(c, c)
    # (sqrt(B^2 + 8 C V) - B) / (4 C), in the form that does not cancel for small C
    correlation = 2.0 * v / (np.sqrt(bb * bb + 8.0 * cc * v) + bb)
    return b - c, c / spread**2, bb * correlation


def log_likelihood_ratio(model: CovarianceModel, signal: ArrayLike, mu: ArrayLike) -> Floats:
    """ln L(mu) - ln L(0) of one or many signals, each profiled over the n nuisance parameters.

    Parameters
    ----------
    model: of n regions.
    signal: events for mu = 1, >= 0, (n,), or (k, n) for many models.
    mu: signal strengths >= 0, (m,), in any order.

    Returns
    -------
    (m,), or (k, m).

    >>> model = covariance_model([5.0, 3.0], [4.0, 3.0], [[1.0, 0.5], [0.5, 1.0]])
    >>> log_likelihood_ratio(model, [1.0, 0.0], [0.0, 1.0, 2.0]).round(3).tolist()
    [0.0, 0.093, 0.016]
    """
    signals = np.atleast_2d(np.asarray(signal, dtype=np.float64))
    strengths = np.atleast_1d(np.asarray(mu, dtype=np.float64))
    out = np.empty((len(signals), len(strengths)))
    data = np.broadcast_to(model.observed, signals.shape)
    fill_curves(data, model.center, model.curvature, model.weight, signals, strengths, np.argsort(strengths), out)
    return out if np.ndim(signal) == 2 else out[0]


def log_likelihood_ratio_in(model: CovarianceModel, signal: Floats, observed: Floats, mu: ArrayLike) -> Floats:
    """One signal against the data of many universes: ln L(mu) - ln L(0).

    Parameters
    ----------
    model: of n regions; its own data do not count.
    signal: events for mu = 1, >= 0, (n,).
    observed: events in each universe, (u, n).
    mu: signal strengths >= 0, (m,).

    Returns
    -------
    (u, m).

    >>> model = covariance_model([0.0], [4.0], [[1.0]])
    >>> log_likelihood_ratio_in(model, np.array([2.0]), np.array([[4.0], [6.0]]), [1.0]).round(3).tolist()
    [[-0.328], [0.34]]
    """
    strengths = np.atleast_1d(np.asarray(mu, dtype=np.float64))
    data = np.asarray(observed, dtype=np.float64)
    out = np.empty((len(data), len(strengths)))
    signals = np.broadcast_to(signal, data.shape)
    fill_curves(data, model.center, model.curvature, model.weight, signals, strengths, np.argsort(strengths), out)
    return out
