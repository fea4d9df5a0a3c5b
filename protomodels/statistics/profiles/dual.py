r"""A straight line above the likelihood of several regions, for every signal strength at once; and a proof of maxima.

With multipliers p > -1 of the rates' definition, weak duality gives, whatever p is,

.. math:: \max_\theta \ln L(\mu) \le \sum_i \left[ -n_i \ln(1 + p_i) + p_i (\mu s_i + a_i) \right]
   + \tfrac12 p^T (W - 2\,\mathrm{diag}(p c))^{-1} p

(ln L less that of rates equal to the data, as in :mod:`.newton`) as long as the matrix is positive definite.  It needs
no convexity.  At a stationary point of theta, p = n / lambda - 1 makes both sides equal: that point is then the global
maximum also with third moments, where there may be several, and the line is the tangent of the curve.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.statistics.profiles.cholesky import factorise, substitute

Floats = NDArray[np.float64]


@kernel
def multipliers(observed: Floats, base: Floats, curvature: Floats, weight: Floats, theta: Floats, out: Floats) -> None:
    """p at nuisance parameters (n,), into ``out``; a rate that is held at zero has that of its pull.

    Parameters
    ----------
    observed, base, curvature, weight: as in :class:`.newton.Regions`.
    """
    n = len(theta)
    for i in range(n):
        if observed[i] > 0.0:
            rate = base[i] + theta[i] + curvature[i] * theta[i] * theta[i]
            out[i] = observed[i] / rate - 1.0
        else:
            pull = 0.0
            for j in range(n):
                pull += weight[i, j] * theta[j]
            slope = 1.0 + 2.0 * curvature[i] * theta[i]
            out[i] = max(-1.0, pull / slope) if slope != 0.0 else -1.0


@kernel
def offset_of_line(
    observed: Floats, center: Floats, curvature: Floats, weight: Floats, p: Floats, linear: bool, covariance: Floats
) -> float:
    """The line's value at mu = 0 without a signal; inf where the matrix is not positive definite: there is no line.

    Its slope is p^T s.

    Parameters
    ----------
    center: a, events, (n,).
    p: multipliers, (n,).
    linear: no third moments, so that the inverse of W, ``covariance``, serves.
    """
    n = len(p)
    total = 0.0
    for i in range(n):
        total += p[i] * center[i]
        if observed[i] > 0.0:
            if not p[i] > -1.0:
                return np.inf
            total -= observed[i] * math.log1p(p[i])
    if linear:
        for i in range(n):
            row = 0.0
            for j in range(n):
                row += covariance[i, j] * p[j]
            total += 0.5 * p[i] * row
        return total
    matrix = weight.copy()
    for i in range(n):
        matrix[i, i] -= 2.0 * p[i] * curvature[i]
    if not factorise(matrix):
        return np.inf
    solved = p.copy()
    substitute(matrix, solved)
    for i in range(n):
        total += 0.5 * p[i] * solved[i]
    return total
