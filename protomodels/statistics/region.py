r"""Likelihood of one signal region: Poisson counts on a background with a Gaussian uncertainty.

.. math:: \ln L(s) = \max_\theta \left[ \ln \mathrm{Pois}(n \,|\, s + b + \theta) - \frac{\theta^2}{2 \delta^2} \right]

The best theta is the root of a quadratic, so that nothing is minimised numerically.  ln L is concave in s, which the
exact search of combinations relies on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlogy

Array = NDArray[np.float64]


def region_rate(expected: ArrayLike, delta: ArrayLike, observed: ArrayLike) -> Array:
    r"""The Poisson rate lambda = mu s + b + theta at the best nuisance parameter theta.

    .. math:: \hat\lambda = \tfrac12 \left[a - \delta^2 + \sqrt{(a - \delta^2)^2 + 4 n \delta^2}\right], a = \mu s + b

    which solves n / lambda - 1 - theta / delta^2 = 0.  theta is free also for n = 0, where lambda may reach 0.

    Parameters
    ----------
    expected: a, events.
    delta: Gaussian uncertainty of the background, events, > 0.
    observed: n, events, >= 0; the three broadcast.

    Returns
    -------
    Events, >= 0, in the broadcast shape.

    >>> float(region_rate(5.0, 1.0, 5))
    5.0
    >>> region_rate([4.0, 4.0], 2.0, [0, 8]).round(3).tolist()   # pulled towards the data
    [0.0, 5.657]
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

    The Gaussian has no normalisation: it cancels in every likelihood ratio.  This is the simplified likelihood of
    CMS-NOTE-2017-001 for one region, with theta profiled.

    Parameters
    ----------
    signal: s = mu times the signal for mu = 1, events.
    background: b, events.
    delta: uncertainty of b, events, > 0.
    observed: n, events, >= 0; the four broadcast.

    Returns
    -------
    ln L in the broadcast shape; -inf where events were observed and the rate is 0.

    >>> round(float(region_log_likelihood(0.0, 4.0, 1.0, 4)), 6)   # ln Pois(4 | 4)
    -1.632876
    >>> curve = region_log_likelihood([0.0, 2.0, 4.0], 4.0, 1.0, 6)   # an excess of two events
    >>> (curve - curve[0]).round(3).tolist()
    [0.0, 0.34, 0.095]
    """
    b, n, width = np.asarray(background, float), np.asarray(observed, float), np.asarray(delta, float)
    a = np.asarray(signal, float) + b
    rate = region_rate(a, width, n)
    pull = (rate - a) / width
    return np.asarray(xlogy(n, rate) - rate - gammaln(n + 1.0) - 0.5 * pull * pull)
