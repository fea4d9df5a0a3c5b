r"""CLs of a signal at its predicted strength, observed and expected, without toys.

.. math:: CL_s = \frac{1 - \Phi(\sqrt{\tilde q})}{\Phi(\sqrt{\tilde q_A} - \sqrt{\tilde q})}, \qquad
          CL_s^{exp} = 2 \left[ 1 - \Phi(\sqrt{\tilde q_A}) \right]

with the test statistic q-tilde of arXiv:1007.1727 (eq. 16; above q_A the form of section 3.7) in the data and in Asimov
data without signal.  These are the rates fitted to the data at mu = 0, with the measurements of backgrounds at their
fitted values, as in pyhf; the expected CLs is the median for such data.  Below 0.05 the signal is excluded at 95%.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr

from protomodels.statistics.measured_limits import LOWEST, measured_limit
from protomodels.statistics.region import region_log_likelihood, region_rate
from protomodels.statistics.simplified import CovarianceModel
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA

Floats = NDArray[np.float64]

_POINTS: Final = 9
_BISECTIONS: Final = 60
_SMALLEST: Final = 1e-12


def asymptotic_cls(q: ArrayLike, q_asimov: ArrayLike) -> tuple[Floats, Floats]:
    """CLs observed and expected of the test statistic in the data and in Asimov data, >= 0; the two broadcast.

    >>> observed, expected = asymptotic_cls([0.0, 3.84, 9.0], 3.84)
    >>> observed.round(3).tolist(), expected.round(3).tolist()
    ([0.513, 0.05, 0.006], [0.05, 0.05, 0.05])
    """
    value, asimov = np.broadcast_arrays(np.maximum(q, 0.0), np.maximum(q_asimov, _SMALLEST))
    root = np.sqrt(asimov)
    inside = value <= asimov
    above = np.where(inside, np.sqrt(value), (value + asimov) / (2.0 * root))
    below = np.where(inside, np.sqrt(value) - root, (value - asimov) / (2.0 * root))
    # of logarithms: both probabilities may be too small to be written down, their ratio is not
    return np.minimum(np.exp(log_ndtr(-above) - log_ndtr(-below)), 1.0), 2.0 * ndtr(-root)


def region_cls(
    signal: ArrayLike, background: ArrayLike, delta: ArrayLike, observed: ArrayLike
) -> tuple[Floats, Floats]:
    """CLs observed and expected in single regions, by the likelihood of :mod:`.region`.

    Parameters
    ----------
    signal: events, >= 0.
    background, delta, observed: b, its Gaussian uncertainty > 0, and n, events; the four broadcast.

    >>> observed, expected = region_cls([5.0, 10.0], 10.0, 2.0, 10)
    >>> observed.round(3).tolist(), expected.round(3).tolist()
    ([0.218, 0.022], [0.218, 0.022])
    """
    s, b, width, n = np.broadcast_arrays(
        *(np.asarray(a, dtype=np.float64) for a in (signal, background, delta, observed))
    )
    best = np.clip(n - b, 0.0, s)
    q = region_log_likelihood(best, b, width, n) - region_log_likelihood(s, b, width, n)
    rate = region_rate(b, width, n)
    asimov = region_log_likelihood(0.0, rate, width, rate) - region_log_likelihood(s, rate, width, rate)
    return asymptotic_cls(2.0 * q, 2.0 * asimov)


def limit_cls(signal: ArrayLike, limit_observed: ArrayLike, limit_expected: ArrayLike) -> tuple[Floats, Floats]:
    """CLs observed and expected of upper limits, by the Gaussian measurement of :mod:`.measured_limits` behind both.

    At the observed limit the first is 0.05, at the expected one the second.

    Parameters
    ----------
    signal: fb, >= 0.
    limit_observed, limit_expected: 95% CL limits, fb, > 0; the three broadcast.  NaN gives NaN.

    >>> [float(x.round(3)) for x in limit_cls(3.0, 3.0, 2.0)]
    [0.05, 0.003]
    """
    s, up, median = np.broadcast_arrays(
        *(np.asarray(a, dtype=np.float64) for a in (signal, limit_observed, limit_expected))
    )
    width = median / EXPECTED_LIMIT_IN_SIGMA
    x, pull = measurement(up / width), s / width
    return np.minimum(np.exp(log_ndtr(x - pull) - log_ndtr(x)), 1.0), 2.0 * ndtr(-pull)


def measurement(limit: ArrayLike) -> Floats:
    """What was measured where the observed limit is this one, both in units of w = UL_exp / 1.96; at least ``LOWEST``.

    >>> measurement([0.817, 1.96, 2.727, np.nan]).round(2).tolist()
    [-3.0, 0.0, 1.0, nan]
    """
    limit = np.asarray(limit, dtype=np.float64)
    low, high = np.full(limit.shape, LOWEST), np.maximum(limit, 0.0)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        above = measured_limit(middle, EXPECTED_LIMIT_IN_SIGMA) > limit
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(np.isnan(limit), np.nan, 0.5 * (low + high))


def joint_cls(model: CovarianceModel, signal: ArrayLike) -> tuple[float, float]:
    """CLs observed and expected of several regions with correlated backgrounds.

    Parameters
    ----------
    signal: events for mu = 1 in each region, >= 0, (n,).

    Raises
    ------
    PredictionError: where a profile is not certified.

    >>> from protomodels.statistics.simplified import covariance_model
    >>> [round(x, 3) for x in joint_cls(covariance_model([10.0], [10.0], [[4.0]]), [5.0])]
    [0.218, 0.218]
    """
    signals = np.asarray(signal, dtype=np.float64)
    # Asimov data are likeliest without a signal: nothing to be searched
    asimov = -2.0 * float(_asimov(model, signals).log_likelihood_ratio(signals, [1.0])[0])
    observed, expected = asymptotic_cls(_q_tilde(model, signals), asimov)
    return float(observed), float(expected)


def _q_tilde(model: CovarianceModel, signals: Floats) -> float:
    """2 [max ln L(mu <= 1) - ln L(1)], by two grids over mu >= 0 and a parabola in the finer one."""
    mu = np.linspace(0.0, 1.0, _POINTS)
    ratios = model.log_likelihood_ratio(signals, mu)
    there, best = float(ratios[-1]), int(np.argmax(ratios))
    mu = np.linspace(mu[max(best - 1, 0)], mu[min(best + 1, _POINTS - 1)], _POINTS)
    ratios = model.log_likelihood_ratio(signals, mu)
    best = int(np.argmax(ratios))
    highest = float(ratios[best])
    if 0 < best < _POINTS - 1:
        bend, slope = 2.0 * highest - ratios[best - 1] - ratios[best + 1], ratios[best + 1] - ratios[best - 1]
        highest += float(slope * slope / (8.0 * bend)) if bend > 0.0 else 0.0
    return 2.0 * (highest - there)


def _asimov(model: CovarianceModel, signals: Floats) -> CovarianceModel:
    """Rates and measurements at the values fitted without a signal.

    With theta = t + u (t fitted) the rates are again linear and quadratic in u: u is scaled to keep its coefficient 1.
    """
    t = model.profile(signals, 0.0).theta
    rate = model.center + t + model.curvature * t * t
    slope = np.maximum(1.0 + 2.0 * model.curvature * t, 1e-3)
    return CovarianceModel(
        np.maximum(rate, 0.0), rate, model.curvature / slope**2, model.weight / np.outer(slope, slope)
    )
