r"""Likelihood of a result that publishes its upper limits only: a truncated Gaussian (arXiv:2012.12246, eq. 3.2).

.. math:: \ln L(\sigma) = -\frac{(\sigma - m)^2}{2 w^2} + \mathrm{const}, \qquad w = \frac{UL_{exp}}{1.96}

The mode m is where the 95% CL limit of this Gaussian, truncated at 0, is UL_obs.  ln L is concave in sigma, which the
exact search of combinations relies on.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq
from scipy.special import ndtr

Array = NDArray[np.float64]

EXPECTED_LIMIT_IN_SIGMA: Final = 1.96
"""The 95% upper limit of a half-Gaussian at 0, in units of its width."""


def limit_mode(observed_limit: ArrayLike, expected_limit: ArrayLike) -> Array:
    r"""Where the truncated Gaussian of an upper limit has its maximum.

    With w = UL_exp / 1.96 the mode m solves

    .. math:: \frac{\Phi((m - UL_{obs}) / w)}{\Phi(m / w)} = 0.05

    It is 0 where UL_obs <= UL_exp, and UL_obs counts at most as UL_exp + 2 w (arXiv:2012.12246, eq. 3.2 and below).
    The equation is solved once on 401 points and splined; the spline is good to 1e-9 of the width.

    Parameters
    ----------
    observed_limit, expected_limit: 95% CL limits on sigma x BR, fb, > 0; they broadcast.

    Returns
    -------
    m, in the units of the limits (fb), in the broadcast shape.

    >>> limit_mode([2.0, 4.5], [2.5, 2.5]).round(2)
    array([0.  , 2.38])
    """
    expected = np.asarray(expected_limit, float)
    sigma = expected / EXPECTED_LIMIT_IN_SIGMA
    reduced = np.clip(np.asarray(observed_limit, float) / sigma, EXPECTED_LIMIT_IN_SIGMA, EXPECTED_LIMIT_IN_SIGMA + 2.0)
    return np.asarray(mode_spline()(reduced) * sigma)


def limit_center_and_width(observed_limit: ArrayLike, expected_limit: ArrayLike) -> tuple[Array, Array]:
    """Mode m and width w = UL_exp / 1.96 of the truncated Gaussian of upper limits, fb; see :func:`limit_mode`.

    >>> center, width = limit_center_and_width([2.0, 4.5], [2.5, 2.5])
    >>> center.round(2).tolist(), width.round(2).tolist()
    ([0.0, 2.38], [1.28, 1.28])
    """
    expected = np.asarray(expected_limit, dtype=np.float64)
    return limit_mode(observed_limit, expected), expected / EXPECTED_LIMIT_IN_SIGMA


def limit_log_likelihood(signal: ArrayLike, observed_limit: ArrayLike, expected_limit: ArrayLike) -> Array:
    r"""ln L of a signal in a result that publishes only its limits, up to a constant.

    .. math:: \ln L = -\tfrac12 \left( \frac{\sigma - m}{w} \right)^2

    The normalisation of the truncated Gaussian does not depend on the signal and is left out: it cancels in every
    likelihood ratio.

    Parameters
    ----------
    signal: sigma x BR, fb.
    observed_limit, expected_limit: 95% CL limits on it, fb, > 0; the three broadcast.

    Returns
    -------
    ln L <= 0 in the broadcast shape.

    >>> limit_log_likelihood([0.0, 2.38], 4.5, 2.5).round(2).tolist()   # the data prefer 2.38 fb
    [-1.74, -0.0]
    """
    sigma = np.asarray(expected_limit, float) / EXPECTED_LIMIT_IN_SIGMA
    pull = (np.asarray(signal, float) - limit_mode(observed_limit, expected_limit)) / sigma
    return np.asarray(-0.5 * pull * pull)


def _limit_excess(mode: float, limit: float) -> float:
    """Probability above 5% that a Gaussian(mode, 1) truncated at 0 lies above ``limit``."""
    return float(ndtr(mode - limit) - 0.05 * ndtr(mode))


@cache
def mode_spline() -> CubicSpline:
    """The mode against UL_obs, both in units of w, for UL_obs from 1.96 to 3.96: equally spaced knots."""
    limits = np.linspace(EXPECTED_LIMIT_IN_SIGMA, EXPECTED_LIMIT_IN_SIGMA + 2.0, 401)
    # 1.96 is a rounded 1.95996: the first mode is 0 by definition
    modes = [0.0] + [brentq(_limit_excess, -0.1, 5.0, args=(limit,), xtol=1e-13) for limit in limits[1:]]
    return CubicSpline(limits, np.maximum(modes, 0.0))
