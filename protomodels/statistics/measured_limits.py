r"""The upper limit that follows from a measurement: what the truncated Gaussian of upper limits reads back.

A measurement x of a signal, in units of its uncertainty w = UL_exp / 1.96, has the 95% CL limit

.. math:: UL_{obs} = w \left[ x + \Phi^{-1}\!\left( 1 - 0.05\, \Phi(x) \right) \right]

by the likelihood of :mod:`.truncated_gaussian`.  Without a signal, x ~ Norm(0, 1), limits have a standard deviation of
0.666 w, and none is below 0.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.kernel import kernel
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA
from protomodels.statistics.upper_limits import ALPHA

LOWEST: Final = -30.0
"""Measurements further below count as this one, where the error function is about to underflow."""
_STEPS: Final = 12


@kernel
def limit_of(x: float) -> float:
    """The limit that a measurement gives, both in units of w."""
    low = max(x, LOWEST)
    wanted = math.log(ALPHA * 0.5 * math.erfc(-low / math.sqrt(2.0)))
    # Newton for ln Phi(-t) = wanted: concave, from above the root, so that no step goes too far
    t = math.sqrt(-2.0 * wanted)
    for _ in range(_STEPS):
        tail = 0.5 * math.erfc(t / math.sqrt(2.0))
        t += (math.log(tail) - wanted) * tail * math.sqrt(2.0 * math.pi) * math.exp(0.5 * t * t)
    return low + t


@kernel
def _fill(x: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    for i in range(len(x)):
        out[i] = limit_of(x[i]) if not np.isnan(x[i]) else np.nan


def measured_limit(x: ArrayLike, expected_limit: ArrayLike) -> NDArray[np.float64]:
    """The observed upper limits of some measurements.

    Parameters
    ----------
    x: measured signals in units of w = UL_exp / 1.96.
    expected_limit: UL_exp, fb.  The two broadcast.

    Returns
    -------
    UL_obs, fb, > 0, in the broadcast shape; NaN where x is.

    >>> measured_limit([-3.0, 0.0, 1.0], 1.96).round(3).tolist()
    [0.817, 1.96, 2.727]
    """
    measured = np.asarray(x, dtype=np.float64)
    in_sigma = np.empty(measured.size)
    _fill(np.ravel(measured), in_sigma)
    width = np.asarray(expected_limit, dtype=np.float64) / EXPECTED_LIMIT_IN_SIGMA
    return np.asarray(in_sigma.reshape(measured.shape) * width)
