"""What a few values of a concave function say about it everywhere else.

Every curve here is w(mu) = ln L(mu) - ln L(0) of one result, or a sum of such. For one counting region

    ln L(mu) = max_theta [ ln Pois(n | mu s + b + theta) - theta^2 / (2 delta^2) ]

is the maximum over theta of a function concave in (mu, theta) together, hence concave in mu; the truncated
Gaussian of an upper limit is a parabola in mu. Sums of concave functions are concave. Between two points, a
concave function lies above its chord; beyond them it lies *below* the chord extended. So between mu_1 and
mu_2 it lies below the extended chords of [mu_0, mu_1] and of [mu_2, mu_3]: a tent, whose top bounds it
rigorously.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def slopes(mu: Floats, values: Floats) -> Floats:
    """Slopes of the chords along the last axis, (..., m) -> (..., m + 1).

    Before the first point it is +inf and after the last -inf: nothing is known there, and nothing bounded.
    """
    chord = np.diff(values, axis=-1) / np.diff(mu, axis=-1)
    edge = np.full((*chord.shape[:-1], 1), np.inf)
    return np.concatenate([edge, chord, -edge], axis=-1)


def tents(
    width: Floats, left: Floats, right: Floats, slope_before: Floats, slope_after: Floats
) -> tuple[Floats, Floats]:
    """The top of the tent over an interval: its place, counted from the left end, and its height.

    Parameters
    ----------
    width: mu_2 - mu_1 > 0, broadcast against the others.
    left, right: values at mu_1 and mu_2.
    slope_before, slope_after: slopes of the chords next to the interval; +inf and -inf where there are none.

    >>> mu = np.array([0.0, 1.0, 2.0, 3.0]); f = 3 * mu - mu**2
    >>> s = slopes(mu, f)
    >>> place, height = tents(np.diff(mu)[1:2], f[1:2], f[2:3], s[1:2], s[3:4])
    >>> place + 1.0, height  # the maximum is 2.25 at 1.5
    (array([1.5]), array([3.]))
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        place = (right - slope_after * width - left) / (slope_before - slope_after)
        place = np.where(slope_before == np.inf, 0.0, np.where(slope_after == -np.inf, width, place))
        # a straight curve has 0/0: its tent is the chord, and the top is at one of the ends
        place = np.clip(np.nan_to_num(place, nan=0.0, posinf=0.0, neginf=0.0), 0.0, width)
        height = np.where(slope_before == np.inf, right - slope_after * width, left + slope_before * place)
    # without any neighbour nothing bounds the curve
    height = np.where(np.isnan(height), np.inf, height)
    return place, np.maximum(height, np.maximum(left, right))


def convexity(mu: Floats, values: Floats) -> float:
    """By how much the curves (rows) lie below one of their own chords: 0 where they are concave.

    In units of the values: the depth of f(mu_j) under the chord from mu_{j-1} to mu_{j+1}.

    >>> convexity(np.array([0.0, 1.0, 2.0]), np.array([[0.0, 1.0, 0.0], [0.0, -1.0, 0.0]]))
    1.0
    """
    if len(mu) < 3:
        return 0.0
    share = (mu[1:-1] - mu[:-2]) / (mu[2:] - mu[:-2])
    chord = values[:, :-2] + share * (values[:, 2:] - values[:, :-2])
    return max(0.0, float(np.max(chord - values[:, 1:-1])))
