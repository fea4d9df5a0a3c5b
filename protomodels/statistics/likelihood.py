"""Log-likelihoods of single results: one formula a function, all of them vectorised and free of state.

All of them are concave in the signal strength, which the exact search of combinations relies on.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq
from scipy.special import gammaln, ndtr, xlogy

Array = NDArray[np.float64]

EXPECTED_LIMIT_IN_SIGMA = 1.96
"""The 95% upper limit of a half-Gaussian at 0, in units of its width."""


def region_rate(expected: ArrayLike, delta: ArrayLike, observed: ArrayLike) -> Array:
    r"""The Poisson rate lambda = mu s + b + theta at the best nuisance parameter theta.

    .. math:: \hat\lambda = \tfrac12 \left[a - \delta^2 + \sqrt{(a - \delta^2)^2 + 4 n \delta^2}\right], a = \mu s + b

    which solves n / lambda - 1 - theta / delta^2 = 0.  theta is free also for n = 0, where lambda may reach 0.

    Parameters
    ----------
    expected: a, events.
    delta: Gaussian uncertainty of the background, events, > 0.
    observed: n, events.

    >>> float(region_rate(5.0, 1.0, 5))
    5.0
    """
    a, n = np.asarray(expected, float), np.asarray(observed, float)
    variance = np.asarray(delta, float) ** 2
    half = 0.5 * (a - variance)
    root = np.sqrt(half * half + n * variance)
    # of the two equal forms the one without cancellation
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(half >= 0.0, half + root, np.where(root - half > 0.0, n * variance / (root - half), 0.0))


def region_log_likelihood(signal: ArrayLike, background: ArrayLike, delta: ArrayLike, observed: ArrayLike) -> Array:
    r"""ln L = max_theta [ln Pois(n | s + b + theta) - theta^2 / (2 delta^2)] of one signal region.

    Parameters
    ----------
    signal, background, delta, observed: events; they broadcast.

    >>> round(float(region_log_likelihood(0.0, 4.0, 1.0, 4)), 6)   # ln Pois(4 | 4)
    -1.632876
    """
    b, n, width = np.asarray(background, float), np.asarray(observed, float), np.asarray(delta, float)
    a = np.asarray(signal, float) + b
    rate = region_rate(a, width, n)
    pull = (rate - a) / width
    return np.asarray(xlogy(n, rate) - rate - gammaln(n + 1.0) - 0.5 * pull * pull)


def _limit_excess(mode: float, limit: float) -> float:
    """Probability above 5% that a Gaussian(mode, 1) truncated at 0 lies above ``limit``."""
    return float(ndtr(mode - limit) - 0.05 * ndtr(mode))


@cache
def _mode_spline() -> CubicSpline:
    limits = np.linspace(EXPECTED_LIMIT_IN_SIGMA, EXPECTED_LIMIT_IN_SIGMA + 2.0, 401)
    # 1.96 is a rounded 1.95996: the first mode is 0 by definition
    modes = [0.0] + [brentq(_limit_excess, -0.1, 5.0, args=(limit,), xtol=1e-13) for limit in limits[1:]]
    return CubicSpline(limits, np.maximum(modes, 0.0))


def limit_mode(observed_limit: ArrayLike, expected_limit: ArrayLike) -> Array:
    """Where the truncated Gaussian of an upper limit has its maximum, in the units of the limits (fb).

    The width is sigma = UL_exp / 1.96; the mode is where the 95% limit of the Gaussian truncated at 0 equals
    UL_obs, 0 where UL_obs <= UL_exp, and UL_obs counts at most as UL_exp + 2 sigma (arXiv:2012.12246, eq. 3.2).

    >>> limit_mode([2.0, 4.5], [2.5, 2.5]).round(2)
    array([0.  , 2.38])
    """
    expected = np.asarray(expected_limit, float)
    sigma = expected / EXPECTED_LIMIT_IN_SIGMA
    reduced = np.clip(np.asarray(observed_limit, float) / sigma, EXPECTED_LIMIT_IN_SIGMA, EXPECTED_LIMIT_IN_SIGMA + 2.0)
    return np.asarray(_mode_spline()(reduced) * sigma)


def limit_log_likelihood(signal: ArrayLike, observed_limit: ArrayLike, expected_limit: ArrayLike) -> Array:
    """ln L of a signal (fb) in a result that publishes only its limits (fb), up to a constant.

    The normalisation of the truncated Gaussian does not depend on the signal and is left out: it cancels in every
    likelihood ratio.
    """
    sigma = np.asarray(expected_limit, float) / EXPECTED_LIMIT_IN_SIGMA
    pull = (np.asarray(signal, float) - limit_mode(observed_limit, expected_limit)) / sigma
    return np.asarray(-0.5 * pull * pull)
