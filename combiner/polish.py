"""The maximum of several concave functions of mu, all at once, with a bound on what is missing.

Scipy's bounded Brent would do this one function at a time, one mu at a call. The curves of all results come
from one kernel that is cheap per mu and dear per call, and several combinations are to be polished, so the
bracketing is done here for all of them together: per round, seven new points in each bracket, dense around
the top of the parabola through the best point and its neighbours (Brent's step), spread enough to halve the
bracket at worst. The best point and its neighbours are the next bracket: a concave function has its maximum
between them. The tents over the two intervals bound what a finer search could still gain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.concave import slopes, tents

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_FRACTIONS: Final = np.array([0.5, 0.125, 1.0 / 128.0])
MAX_ROUNDS: Final = 60
UNCHECKED: Final = 2
"""Rounds before the bound is looked at: it is never small enough earlier."""


def _parabola_top(mu: Floats, f: Floats) -> Floats:
    """Vertex of the parabola through three points, kept inside them; (r, 3), (r, 3) -> (r,)."""
    h1, h2 = mu[:, 1] - mu[:, 0], mu[:, 2] - mu[:, 1]
    s1, s2 = (f[:, 1] - f[:, 0]) / h1, (f[:, 2] - f[:, 1]) / h2
    bend = s1 - s2
    with np.errstate(divide="ignore", invalid="ignore"):
        top = mu[:, 0] + 0.5 * (h1 + s1 * (h1 + h2) / bend)
    margin = 1e-3 * (h1 + h2)
    top = np.where(bend > 0.0, top, mu[:, 1])
    return np.clip(top, mu[:, 0] + margin, mu[:, 2] - margin)


def _three(mu: Floats, f: Floats) -> tuple[Floats, Floats]:
    """The best point with its two neighbours (at an end: the end and the next two); (r, m) -> (r, 3)."""
    middle = np.clip(np.argmax(f, axis=1), 1, mu.shape[1] - 2)
    place = middle[:, None] + np.array([-1, 0, 1])
    return np.take_along_axis(mu, place, axis=1), np.take_along_axis(f, place, axis=1)


def polish(
    evaluate: Callable[[Ints, Floats], Floats], mu: Floats, values: Floats, tolerance: float
) -> tuple[Floats, Floats, Floats]:
    """Maximise r concave functions.

    Parameters
    ----------
    evaluate: which functions (k,), their points (k, m) -> their values (k, m).
    mu: (m,) at least three ascending points; the maxima are sought between the first and the last.
    values: (r, m) the functions there.
    tolerance: stop once the tents leave no more than this to gain.

    Returns
    -------
    mu_hat (r,), the value there (r,), and a bound of what the true maximum may lie above it (r,).

    >>> f = lambda which, mu: 3.0 * mu - mu**2
    >>> grid = np.array([[0.0, 1.0, 8.0]])
    >>> mu_hat, value, missing = polish(f, grid[0], f(None, grid), 1e-12)
    >>> round(float(mu_hat[0]), 6), round(float(value[0]), 9), bool(missing[0] <= 1e-12)
    (1.5, 2.25, True)
    """
    x, f = _three(np.broadcast_to(mu, values.shape), values)
    upper = np.full(len(values), np.inf)
    active = np.arange(len(values))
    for turn in range(MAX_ROUNDS):
        low, high, top = x[active, :1], x[active, 2:], _parabola_top(x[active], f[active])[:, None]
        below = top - (top - low) * _FRACTIONS
        above = top + (high - top) * _FRACTIONS[::-1]
        points = np.concatenate([low, below, top, above, high], axis=1)
        room = np.all(np.diff(points, axis=1) > 0.0, axis=1)  # else down to the resolution of floating point
        active, points = active[room], points[room]
        if not len(active):
            break
        inner = evaluate(active, points[:, 1:-1])
        found = np.concatenate([f[active, :1], inner, f[active, 2:]], axis=1)
        x[active], f[active] = _three(points, found)
        if turn < UNCHECKED:
            continue
        s = slopes(points, found)
        height = tents(np.diff(points, axis=1), found[:, :-1], found[:, 1:], s[:, :-2], s[:, 2:])[1].max(axis=1)
        upper[active] = np.minimum(upper[active], height)
        active = active[upper[active] - f[active].max(axis=1) > tolerance]
        if not len(active):
            break
    best = np.argmax(f, axis=1)[:, None]
    value = np.take_along_axis(f, best, axis=1)[:, 0]
    return np.take_along_axis(x, best, axis=1)[:, 0], value, np.maximum(upper - value, 0.0)
