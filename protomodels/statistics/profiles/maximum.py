r"""The maximum over the nuisance parameters of several regions (:mod:`protomodels.statistics.simplified`).

.. math:: \max_\theta \sum_i \left[ n_i \ln \lambda_i - \lambda_i \right] - \tfrac12 \theta^T W \theta,
   \qquad \lambda_i = \mu s_i + a_i + \theta_i + c_i \theta_i^2

Without third moments (c = 0) the function is concave: there is one maximum, and each mu may begin where its neighbour
ended.  With them each mu of :func:`fill_curves` begins anew.  Two theta of a region then give the same rate, left and
right of the vertex -1/(2c) of its parabola; where nothing proves that the maximum found is the largest (:mod:`.dual`),
one on the other side is looked for wherever one could be.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.statistics.profiles.cholesky import factorise, inverse_diagonal
from protomodels.statistics.profiles.dual import multipliers, offset_of_line
from protomodels.statistics.profiles.newton import SCRATCH, Regions, climb

Floats = NDArray[np.float64]

MARGIN: Final = 1.0
"""In ln L: a maximum on the other side of a vertex is looked for where a quadratic says that it is lower by less."""


PROVEN: Final = 1e-9
"""In ln L: a maximum that lies no more below its line (:mod:`.dual`) is the global one."""


@kernel
def fill_curves(
    observed: Floats,
    center: Floats,
    curvature: Floats,
    weight: Floats,
    signals: Floats,
    mu: Floats,
    order: NDArray[np.int64],
    out: Floats,
    missing: Floats,
) -> None:
    """ln L(mu) - ln L(0) of k signals, into ``out``.

    Parameters
    ----------
    observed, signals: events, (k, n); data and signal for mu = 1 of each.
    center, curvature, weight: of a :class:`protomodels.statistics.simplified.CovarianceModel` of n regions.
    mu: signal strengths, (m,).
    order: indices that sort ``mu``, (m,).
    out: filled, (k, m).
    missing: filled, (k,): the largest gain in ln L that is left at one of its maxima, inf where that is not known.
    """
    n = len(center)
    concave = not curvature.any()
    at_zero, theta = np.zeros(n), np.zeros(n)
    reference = gap = 0.0
    for k in range(len(signals)):
        same = k > 0 and np.array_equal(observed[k], observed[k - 1])
        theta[:] = at_zero
        missing[k] = gap
        for place in range(0 if same else -1, len(order)):
            j = order[place]
            strength = mu[j] if place >= 0 else 0.0
            base = center + strength * signals[k]
            value, left = profile(observed[k], base, curvature, weight, theta, concave and place >= 0)
            if place >= 0:
                out[k, j] = value - reference
                missing[k] = max(missing[k], left)
            else:
                reference, gap = value, left
                at_zero[:] = theta
                missing[k] = gap


@kernel
def profile(
    observed: Floats, base: Floats, curvature: Floats, weight: Floats, theta: Floats, begun: bool
) -> tuple[float, float]:
    """The maximum, whose nuisance parameters are left in ``theta``, (n,).

    Parameters
    ----------
    observed, base, curvature, weight: as in :class:`.newton.Regions`.
    begun: the search begins at ``theta``, which must give possible rates; else what is in it does not count.

    Returns
    -------
    ln L less that of rates equal to the data, and the gain that is left, inf where it is not known.
    """
    n = len(theta)
    if not begun:
        theta[:] = 0.0
    regions = regions_of(observed, base, curvature, weight, theta)
    scratch, matrix = np.empty((SCRATCH, n)), np.empty((n, n))
    value, missing = -np.inf, np.inf
    if begun:
        value, missing = climb(regions, theta, scratch, matrix)
    if not missing < np.inf:
        _start(regions, theta)
        value, missing = climb(regions, theta, scratch, matrix)
    if not (missing < np.inf and curvature.any()):
        return value, missing
    p = np.empty(n)
    multipliers(observed, base, curvature, weight, theta, p)
    if offset_of_line(observed, base, curvature, weight, p, False, weight) <= value + PROVEN:
        return value, missing  # nothing is above it, on no side of any vertex
    other, best = np.empty(n), np.empty(n)
    for _ in range(n):
        hope = _other_sides(regions, theta)
        found, which = value, -1
        for i in range(n):
            if hope[i] > -MARGIN:
                other[:] = theta
                # the same rate on the other side
                other[i] = -1.0 / curvature[i] - theta[i]
                across = regions_of(observed, base, curvature, weight, other)
                there, left = climb(across, other, scratch, matrix)
                if left < np.inf and there > found + 1e-9:
                    found, missing, which = there, left, i
                    best[:] = other
        if which < 0:
            break
        value = found
        theta[:] = best
        regions = regions_of(observed, base, curvature, weight, theta)
    return value, missing


@kernel
def regions_of(observed: Floats, base: Floats, curvature: Floats, weight: Floats, theta: Floats) -> Regions:
    """With the theta at which the rates reach zero, on those sides of the vertices where ``theta`` is."""
    low, high = np.empty(len(base)), np.full(len(base), np.inf)
    for i in range(len(base)):
        c = curvature[i]
        low[i] = _theta_of(0.0, base[i], c)
        if c < 0.0:
            high[i] = -1.0 / c - low[i]
        elif low[i] > -np.inf and c > 0.0 and theta[i] < -0.5 / c:
            high[i] = -1.0 / c - low[i]
            low[i] = -np.inf
    return Regions(observed, base, curvature, weight, low, high)


@kernel
def _theta_of(rate: float, base: float, curvature: float) -> float:
    """The theta at which a rate is reached, right of the vertex (left for c < 0); -inf where it never is."""
    missing = base - rate
    root = 1.0 - 4.0 * curvature * missing
    return -2.0 * missing / (1.0 + math.sqrt(root)) if root >= 0.0 else -np.inf


@kernel
def _start(regions: Regions, theta: Floats) -> None:
    """No shift of the backgrounds; where that is no possible rate, the best of the region alone, near enough."""
    for i in range(len(theta)):
        base, curvature, events = regions.base[i], regions.curvature[i], regions.observed[i]
        theta[i] = max(0.0, regions.low[i])
        if events > 0.0 and base <= 0.0:
            variance = 1.0 / regions.weight[i, i]
            half = 0.5 * (base - variance)
            root = math.sqrt(half * half + events * variance)
            rate = events * variance / (root - half)
            if curvature < 0.0:
                rate = min(rate, 0.5 * (base - 0.25 / curvature))
            theta[i] = _theta_of(rate, base, curvature)


@kernel
def _other_sides(regions: Regions, theta: Floats) -> Floats:
    """What a maximum beyond the vertex of each region could gain, in ln L, where the other regions follow.

    Theirs is the quadratic at this maximum, the region's own count is taken as met: an estimate, on the high side.
    """
    n = len(theta)
    matrix, hope = np.empty((n, n)), np.full(n, -np.inf)
    own, bend = np.empty(n), np.zeros(n)
    for i in range(n):
        c, events = regions.curvature[i], regions.observed[i]
        matrix[i] = regions.weight[i]
        rate = regions.base[i] + theta[i] + c * theta[i] * theta[i]
        own[i] = 0.0
        if events > 0.0:
            slope = 1.0 + 2.0 * c * theta[i]
            bend[i] = max(0.0, events / rate * slope * slope / rate - 2.0 * c * (events / rate - 1.0))
            own[i] = rate - events - events * math.log(rate / events)
        matrix[i, i] += bend[i]
    if not factorise(matrix):
        return hope
    for i in range(n):
        if regions.curvature[i] == 0.0:
            continue
        pull = 0.0
        for j in range(n):
            pull += regions.weight[i, j] * theta[j]
        stiffness = 1.0 / inverse_diagonal(matrix, i) - bend[i]
        distance = -0.5 / regions.curvature[i] - theta[i]
        if -pull / stiffness * np.sign(distance) > abs(distance):
            distance = -pull / stiffness
        hope[i] = own[i] - distance * (pull + 0.5 * stiffness * distance)
    return hope
