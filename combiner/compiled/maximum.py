"""The largest sum of the best cliques over all signal strengths, or the proof that it is not large enough.

Values and slopes at a few signal strengths bound everything in between (:mod:`.intervals`).  The interval with the
largest bound is looked at next, where the cubic through its ends has its maximum, until none exceeds what was found.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.compiled.curves import Signals, points_at
from protomodels.combiner.compiled.graph import Cliques
from protomodels.combiner.compiled.intervals import Points, bound_between, bound_beyond
from protomodels.kernel import kernel, part
from protomodels.statistics.joint import REMEMBERED, Joint, Lines, slopes_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SETTLED, BELOW, ABOVE, OPEN, FAILED = 0, 1, 2, 3, 4
"""The maximum is known; it is below what is asked for; a bound is above that; too many points; a curve has no value."""
TOLERANCE: Final = 1e-10
"""In ln L: what the maximum may still lie above the value found."""
MOST_POINTS: Final = 64
FIRST: Final = 1.0
"""The signal strength that is looked at first: models of a walk were scaled to it."""


class Found(NamedTuple):
    """What a search found.

    Attributes
    ----------
    state: one of SETTLED, BELOW, ABOVE, OPEN, FAILED.
    mu_hat, value: the best signal strength looked at, and ln L(mu_hat) - ln L(0) summed over the best cliques.
    upper: no combination has a larger value.
    cliques: the best of each piece, (components,).
    n_points: signal strengths looked at.
    """

    state: int
    mu_hat: float
    value: float
    upper: float
    cliques: Ints
    n_points: int


@kernel
def maximum(
    signals: Signals, joint: Joint | None, lines: Lines | None, cliques: Cliques, top: float, enough: float, exact: bool
) -> Found:
    """The largest sum for 0 <= mu <= top.

    Parameters
    ----------
    joint, lines: None where no result is a joint likelihood, for which less is compiled then.
    enough: the search ends once it is sure that the maximum is smaller.
    exact: find the maximum; else bound it, with remembered lines for joint likelihoods, and end (ABOVE) where the bound
        is not below ``enough``.
    """
    n, n_cliques, n_pieces = len(signals.kind), len(cliques.first) - 1, len(cliques.component) - 1
    points = Points(
        np.empty(MOST_POINTS),
        np.empty((MOST_POINTS, n_cliques)),
        np.empty((MOST_POINTS, n_cliques)),
        np.empty((MOST_POINTS, n_pieces), np.int64),
        np.empty(MOST_POINTS),
        np.empty(MOST_POINTS),
    )
    theta = np.empty((MOST_POINTS, len(signals.joint_signal) if exact else 0))
    slopes = np.empty((0 if joint is None else len(joint.value), REMEMBERED))
    if joint is not None and lines is not None:
        for i in range(n):
            if signals.joint[i] >= 0:
                number = signals.joint[i]
                own = signals.joint_signal[joint.first[number] : joint.first[number + 1]]
                slopes_of(joint, lines, number, own, slopes[number])
    values, gradients = np.empty(n), np.empty(n)
    order, bounds, following = np.empty(MOST_POINTS, np.int64), np.empty(MOST_POINTS), np.empty(MOST_POINTS)
    # no literal 0, which sums would be compiled for as well
    count, place, mu, best, upper = int(np.int64(0)), 0, 0.0, -1, np.inf
    while True:
        # the new point stands at ``place`` of the order
        points.mu[count] = mu
        if joint is not None and exact:
            for k in range(len(joint.theta)):
                theta[count, k] = joint.theta[k] if count == 0 else theta[order[place - 1], k]
        at_zero = count == 0
        if not points_at(signals, joint, lines, slopes, mu, exact and not at_zero, theta[count], values, gradients):
            return Found(FAILED, mu, np.nan, np.inf, points.winner[0], count)
        if at_zero:
            _at_zero(signals, slopes, values, gradients)
        _sum_up(points, cliques, count, values, gradients)
        for later in range(count, place, -1):
            order[later], bounds[later], following[later] = order[later - 1], bounds[later - 1], following[later - 1]
        order[place] = count
        if best < 0 or points.total[count] > points.total[best]:
            best = count
        count += 1
        for j in range(max(place - 1, 0), min(place + 1, count)):
            if j == count - 1:
                last = order[j]
                bounds[j] = points.total[last]
                if points.mu[last] < top:
                    bounds[j] = bound_beyond(points, cliques.component, last, top)
                    following[j] = _next_beyond(points, order[j - 1] if j > 0 else -1, last, top)
            else:
                bounds[j], following[j] = bound_between(points, cliques.component, order[j], order[j + 1])
        widest = 0
        for j in range(count):
            if bounds[j] > bounds[widest]:
                widest = j
        upper = max(bounds[widest], points.total[best])
        state = -1
        if upper < enough:
            state = BELOW
        elif not exact and points.total[best] >= enough:
            state = ABOVE
        elif upper <= points.total[best] + TOLERANCE:
            state = SETTLED if exact else ABOVE
        elif count == MOST_POINTS:
            state = OPEN if exact else ABOVE
        else:
            mu = following[widest]
            left = points.mu[order[widest]]
            right = top if widest == count - 1 else points.mu[order[widest + 1]]
            if count % 4 == 0 and widest < count - 1:
                mu = 0.5 * (left + right)  # where cubics do badly, the interval is halved now and then
            place = widest + 1
            if not left < mu <= right or (mu == right and widest < count - 1):
                state = OPEN if exact else ABOVE  # down to the resolution of floating point
        if state >= 0:
            return Found(state, points.mu[best], points.total[best], upper, points.winner[best].copy(), count)


@part
def _at_zero(signals: Signals, slopes: Floats, values: Floats, gradients: Floats) -> None:
    """Joint likelihoods at mu = 0: the first of the remembered lines is the tangent there."""
    for i in range(len(values)):
        if signals.joint[i] >= 0:
            values[i], gradients[i] = 0.0, slopes[signals.joint[i], 0]


@part
def _sum_up(points: Points, cliques: Cliques, at: int, values: Floats, gradients: Floats) -> None:
    """The sums of all cliques, and the winner of each piece: of equal ones the steepest, then the first."""
    total = gradient = 0.0
    for k in range(len(cliques.component) - 1):
        best = -1
        for q in range(cliques.component[k], cliques.component[k + 1]):
            value = slope = 0.0
            for m in range(cliques.first[q], cliques.first[q + 1]):
                value += values[cliques.members[m]]
                slope += gradients[cliques.members[m]]
            points.values[at, q], points.slopes[at, q] = value, slope
            ahead = best < 0 or value > points.values[at, best]
            if ahead or (value == points.values[at, best] and slope > points.slopes[at, best]):
                best = q
        points.winner[at, k] = best
        total += points.values[at, best]
        gradient += points.slopes[at, best]
    points.total[at], points.gradient[at] = total, gradient


@part
def _next_beyond(points: Points, before: int, last: int, top: float) -> float:
    """Beyond the last point: twice as far as a secant of the slopes says, so that the maximum lies in between."""
    mu = points.mu[last]
    if mu == 0.0:
        return min(top, FIRST)
    step = 7.0 * mu
    if before >= 0 and 0.0 < points.gradient[last] < points.gradient[before]:
        width = mu - points.mu[before]
        secant = points.gradient[last] * width / (points.gradient[before] - points.gradient[last])
        step = min(max(2.0 * secant, 0.01 * mu), step)
    return float(min(top, mu + step))
