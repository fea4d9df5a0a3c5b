r"""How large the sum of the best cliques can be between two signal strengths, from values and slopes at both.

The sums f_q(mu) of the cliques are concave: each lies below its tangents.  With any straight line l_k for each
connected piece k of the graph, and q running over the cliques of a piece,

.. math:: \sum_k \max_q f_q \le \max \sum_k l_k + \sum_k \max_q \max_\mu (f_q - l_k) .

The lines are the tangents of the cliques that are best at the near end, left and right of where the sums of these
tangents cross; close to a maximum the bound is then tight.  Lines of zero (the sum of all tops) are tried as well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel, part

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Points(NamedTuple):
    """What is known at p signal strengths, of q cliques in c pieces.

    Attributes
    ----------
    mu: (p,).  values, slopes: of the cliques, (p, q).  winner: best clique of each piece, (p, c).
    total, gradient: of the winners, summed, (p,).
    """

    mu: Floats
    values: Floats
    slopes: Floats
    winner: Ints
    total: Floats
    gradient: Floats


@part
def _top_above(
    a: float, ga: float, b: float, gb: float, h: float, line: float, tilt: float, low: float, high: float
) -> float:
    """The largest distance of a tent from a line on [low, high].

    Parameters
    ----------
    a, ga, b, gb: values and slopes of the tent's curve at 0 and h.
    line, tilt: value at 0 and slope of the line.
    """
    peak = low
    if ga > gb:
        peak = min(max((b - a - gb * h) / (ga - gb), low), high)
    best = -np.inf
    for k in range(3):
        y = low if k == 0 else high if k == 1 else peak
        best = max(best, min(a + ga * y, b - gb * (h - y)) - line - tilt * y)
    return best


@kernel
def bound_between(points: Points, component: Ints, left: int, right: int) -> tuple[float, float]:
    """The bound between two points, and where to look next.

    Parameters
    ----------
    component: first clique of each piece and one more.
    left, right: places of the points, mu[left] < mu[right].
    """
    h = points.mu[right] - points.mu[left]
    fa, ga, fb, gb = points.total[left], points.gradient[left], points.total[right], points.gradient[right]
    if ga <= 0.0:
        cross, peak = h, fa
    elif gb >= 0.0:
        cross, peak = 0.0, fb
    else:
        cross = min(max((fb - fa - gb * h) / (ga - gb), 0.0), h)
        peak = fa + ga * cross
    near_left = near_right = flat = 0.0
    for k in range(len(component) - 1):
        one, other = points.winner[left, k], points.winner[right, k]
        line_left, tilt_left = points.values[left, one], points.slopes[left, one]
        tilt_right = points.slopes[right, other]
        line_right = points.values[right, other] - tilt_right * h
        over_left = over_right = 0.0
        top = -np.inf
        for q in range(component[k], component[k + 1]):
            a, sa = points.values[left, q], points.slopes[left, q]
            b, sb = points.values[right, q], points.slopes[right, q]
            top = max(top, _top_above(a, sa, b, sb, h, 0.0, 0.0, 0.0, h))
            if cross > 0.0:
                over_left = max(over_left, _top_above(a, sa, b, sb, h, line_left, tilt_left, 0.0, cross))
            if cross < h:
                over_right = max(over_right, _top_above(a, sa, b, sb, h, line_right, tilt_right, cross, h))
        near_left += over_left
        near_right += over_right
        flat += top
    bound = min(peak + max(near_left, near_right), flat)
    return bound, points.mu[left] + _next_between(fa, ga, fb, gb, h)


@part
def _next_between(fa: float, ga: float, fb: float, gb: float, h: float) -> float:
    """The maximum of the cubic with these values and slopes at 0 and h; where it has none inside, the middle."""
    if not ga > 0.0 > gb:
        return 0.5 * h
    bend = 3.0 * (fb - fa) / h - ga - gb
    root = np.sqrt(bend * bend - ga * gb)
    place = h - h * (root - bend - gb) / (ga - gb + 2.0 * root)
    # not on the ends, so that the interval shrinks
    return float(min(max(place, 1e-3 * h), (1.0 - 1e-3) * h))


@kernel
def bound_beyond(points: Points, component: Ints, last: int, top: float) -> float:
    """The bound between the last point and the largest signal strength that is allowed."""
    h = top - points.mu[last]
    over = flat = 0.0
    for k in range(len(component) - 1):
        best = points.winner[last, k]
        line, tilt = points.values[last, best], points.slopes[last, best]
        most, highest = 0.0, -np.inf
        for q in range(component[k], component[k + 1]):
            value, slope = points.values[last, q], points.slopes[last, q]
            most = max(most, value - line + max(0.0, (slope - tilt) * h))
            highest = max(highest, value + max(0.0, slope * h))
        over += most
        flat += highest
    return float(min(points.total[last] + max(0.0, points.gradient[last] * h) + over, flat))
