r"""Likelihoods of several signal regions with correlated backgrounds.

.. math:: \ln L(\mu) = \max_\theta \sum_i \left[ n_i \ln \lambda_i - \lambda_i \right] - \tfrac12 \theta^T W \theta,
   \qquad \lambda_i = \mu s_i + a_i + \theta_i + c_i \theta_i^2

up to a constant. Linear (CMS-NOTE-2017-001): a = b, c = 0, W the inverse covariance. With third moments (skewed
backgrounds, arXiv:1809.05548, eqs. 2.9-2.12): a and c carry the skewness, and W belongs to the transformed theta.
The linear form is concave in mu; the skewed one nearly always.  Each profile is certified
(:mod:`protomodels.statistics.profiles.newton`); a value depends on nothing but the arguments it belongs to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.errors import PredictionError
from protomodels.statistics.profiles.maximum import fill_curves, profile

Floats = NDArray[np.float64]


CERTIFIED: Final = 1e-10
"""In ln L: a profile with more left to gain is no result."""


@dataclass(frozen=True)
class Profile:
    """The best nuisance parameters of n regions at one signal strength.

    Attributes
    ----------
    log_likelihood: ln L less that of rates equal to the data, <= 0.
    theta: shifts of the backgrounds, events, (n,).
    missing: g^T H^-1 g with gradient g and Hessian H of ln L in the regions that are free; those without events whose
        rate is held at zero would go below it. It bounds what is left to gain here; inf where there is no maximum.
    """

    log_likelihood: float
    theta: Floats
    missing: float

    @property
    def certified(self) -> bool:
        """Is it a maximum? Without third moments then the only one."""
        return self.missing <= CERTIFIED


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

    @cached_property
    def covariance(self) -> Floats:
        """Of the nuisance parameters theta, events^2, (regions, regions)."""
        return np.asarray(np.linalg.inv(self.weight), dtype=np.float64)

    @cached_property
    def widths(self) -> Floats:
        """Standard deviations of theta, events, (regions,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def with_data(self, observed: Floats) -> CovarianceModel:
        """The same backgrounds with other data: events of each region, (regions,)."""
        return replace(self, observed=np.asarray(observed, dtype=np.float64))

    def profile(self, signal: ArrayLike, mu: float) -> Profile:
        """The best nuisance parameters at one signal strength.

        Parameters
        ----------
        signal: events for mu = 1, >= 0, (n,).
        mu: signal strength, >= 0.

        >>> found = covariance_model([0.0], [0.5], [[4.0]]).profile([1.0], 1.0)  # the rate goes down to zero
        >>> found.theta.tolist(), found.log_likelihood, found.certified
        ([-1.5], -0.28125, True)
        """
        theta = np.zeros(len(self.center))
        base = self.center + mu * np.asarray(signal, dtype=np.float64)
        value, missing = profile(self.observed, base, self.curvature, self.weight, theta, False)
        return Profile(value, theta, missing)

    def log_likelihood_ratio(self, signal: ArrayLike, mu: ArrayLike) -> Floats:
        """ln L(mu) - ln L(0) of one or many signals, each profiled over the n nuisance parameters.

        Parameters
        ----------
        signal: events for mu = 1, >= 0, (n,), or (k, n) for many models.
        mu: signal strengths >= 0, (m,), in any order.

        Returns
        -------
        (m,), or (k, m).

        Raises
        ------
        PredictionError: where a profile is not certified.

        >>> model = covariance_model([5.0, 3.0], [4.0, 3.0], [[1.0, 0.5], [0.5, 1.0]])
        >>> model.log_likelihood_ratio([1.0, 0.0], [0.0, 1.0, 2.0]).round(3).tolist()
        [0.0, 0.093, 0.016]
        """
        signals = np.atleast_2d(np.asarray(signal, dtype=np.float64))
        out = self._ratios(np.broadcast_to(self.observed, signals.shape), signals, mu)
        return out if np.ndim(signal) == 2 else out[0]

    def log_likelihood_ratio_in(self, signal: ArrayLike, observed: ArrayLike, mu: ArrayLike) -> Floats:
        """One signal against the data of many universes: ln L(mu) - ln L(0).

        Parameters
        ----------
        signal: events for mu = 1, >= 0, (n,).
        observed: events in each universe, (u, n); the model's own data do not count.
        mu: signal strengths >= 0, (m,).

        Returns
        -------
        (u, m).

        Raises
        ------
        PredictionError: where a profile is not certified.

        >>> model = covariance_model([0.0], [4.0], [[1.0]])
        >>> model.log_likelihood_ratio_in([2.0], [[4.0], [6.0]], [1.0]).round(3).tolist()
        [[-0.328], [0.34]]
        """
        data = np.asarray(observed, dtype=np.float64)
        return self._ratios(data, np.broadcast_to(np.asarray(signal, dtype=np.float64), data.shape), mu)

    def _ratios(self, observed: Floats, signals: Floats, mu: ArrayLike) -> Floats:
        strengths = np.atleast_1d(np.asarray(mu, dtype=np.float64))
        out, missing = np.empty((len(signals), len(strengths))), np.empty(len(signals))
        # copies, so that the kernel is compiled for one layout only
        observed, signals = np.array(observed), np.array(signals)
        order = np.argsort(strengths)
        fill_curves(observed, self.center, self.curvature, self.weight, signals, strengths, order, out, missing)
        if not (missing <= CERTIFIED).all():
            k = int(np.argmax(~(missing <= CERTIFIED)))
            raise PredictionError(
                f"the likelihood of {len(self.center)} regions with correlations has no certified maximum "
                f"(data {observed[k].tolist()}, signal {signals[k].tolist()}, {missing[k]:.1e} in ln L is missing)"
            )
        return out


def covariance_model(
    observed: ArrayLike, background: ArrayLike, covariance: ArrayLike, third_moments: ArrayLike | None = None
) -> CovarianceModel:
    """The model of published backgrounds.

    Parameters
    ----------
    observed, background: events, (n,).
    covariance: of the background, events^2, (n, n).
    third_moments: of the background, events^3, (n,); None: linear.

    Raises
    ------
    ValueError: where the covariance is not positive definite, or a third moment too large for the expansion or the
        correlations.

    >>> model = covariance_model([5.0], [4.0], [[1.0]])
    >>> round(float(model.log_likelihood_ratio([2.0], [1.0])[0]), 4)
    0.0155
    """
    n, b = np.asarray(observed, dtype=np.float64), np.asarray(background, dtype=np.float64)
    v = np.asarray(covariance, dtype=np.float64)
    curvature = np.zeros_like(b)
    if third_moments is not None and np.abs(third_moments).sum() > 1e-10:
        b, curvature, v = _skewed(b, v, np.asarray(third_moments, dtype=np.float64))
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
    root = bb * bb + 8.0 * cc * v
    if (root < 0.0).any():
        raise ValueError("third moments of opposite signs are too large for the correlation of their regions")
    # (sqrt(B^2 + 8 C V) - B) / (4 C), in the form that does not cancel for small C
    correlation = 2.0 * v / (np.sqrt(root) + bb)
    return b - c, c / spread**2, bb * correlation


def log_likelihood_ratio(
    observed: ArrayLike,
    background: ArrayLike,
    covariance: ArrayLike,
    third_moments: ArrayLike | None,
    signal: ArrayLike,
    mu: ArrayLike,
) -> Floats:
    """ln L(mu) - ln L(0) of n regions from what was published, profiled over n nuisance parameters.

    Parameters
    ----------
    observed, background: events, (n,).
    covariance: of the background, events^2, (n, n).
    third_moments: of the background, events^3, (n,); None: linear.
    signal: events for mu = 1, >= 0, (n,), or (k, n) for many models.
    mu: signal strengths >= 0, (m,), in any order.

    Returns
    -------
    (m,), or (k, m).

    Raises
    ------
    ValueError: as :func:`covariance_model`.
    PredictionError: where a profile is not certified.

    >>> log_likelihood_ratio([0.0], [0.5], [[1.0]], [0.8], [1.0], [1.0, 2.0]).round(3).tolist()
    [-0.908, -1.908]
    """
    return covariance_model(observed, background, covariance, third_moments).log_likelihood_ratio(signal, mu)
