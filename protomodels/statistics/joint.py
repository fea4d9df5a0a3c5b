"""All joint likelihoods of a catalog as flat arrays, and their curves: value, slope, and a line above each of them.

In come the sets of regions with correlations and their signals; out come points of ln L(mu) - ln L(0).  What does not
depend on a signal (the maximum at mu = 0) is computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.statistics.profiles.dual import multipliers, offset_of_line
from protomodels.statistics.profiles.maximum import profile
from protomodels.statistics.simplified import CERTIFIED, CovarianceModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REMEMBERED: Final = 12
"""Lines of each set that are remembered; the oldest gives way, but that of mu = 0 stays."""


class Joint(NamedTuple):
    """The k joint likelihoods of a catalog, r regions in all.

    Attributes
    ----------
    first: first region of each set and one more, (k + 1,).  square: first entry of its matrices, (k,).
    linear: without third moments, (k,).
    observed, center, curvature: as in :class:`.CovarianceModel`, (r,).
    weight, covariance: all matrices, row by row.
    theta: nuisance parameters without a signal, (r,).  value: ln L(0), less that of rates equal to the data, (k,).
    """

    first: Ints
    square: Ints
    linear: NDArray[np.bool_]
    observed: Floats
    center: Floats
    curvature: Floats
    weight: Floats
    covariance: Floats
    theta: Floats
    value: Floats


class Lines(NamedTuple):
    """Lines above the curves of each set, remembered; which ones decides how fast a bound is, never what is true.

    Attributes
    ----------
    found: how many of each set there ever were, (k,).
    offset: at mu = 0, less ln L(0), (k, REMEMBERED).  p: multipliers, whose product with a signal is the slope,
        (REMEMBERED, r).
    """

    found: Ints
    offset: Floats
    p: Floats


def joint_of(models: Sequence[CovarianceModel]) -> Joint:
    """The sets of a catalog in the order given."""
    sizes = [len(model.center) for model in models]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    squares = np.concatenate([[0], np.cumsum(np.square(sizes))]).astype(np.int64)

    def flat(parts: list[Floats]) -> Floats:
        return np.concatenate([np.zeros(0), *(np.asarray(part, dtype=np.float64).ravel() for part in parts)])

    nothing = [model.profile(np.zeros(len(model.center)), 0.0) for model in models]
    return Joint(
        first,
        squares[:-1],
        np.array([not model.curvature.any() for model in models], dtype=np.bool_),
        flat([model.observed for model in models]),
        flat([model.center for model in models]),
        flat([model.curvature for model in models]),
        flat([model.weight for model in models]),
        flat([model.covariance for model in models]),
        flat([found.theta for found in nothing]),
        np.array([found.log_likelihood for found in nothing]),
    )


def lines_of(joint: Joint) -> Lines:
    """The first lines: the tangents at mu = 0."""
    k, regions = len(joint.value), len(joint.theta)
    lines = Lines(np.zeros(k, np.int64), np.full((k, REMEMBERED), np.inf), np.zeros((REMEMBERED, regions)))
    for number in range(k):
        theta = joint.theta[joint.first[number] : joint.first[number + 1]].copy()
        point_of(joint, lines, number, np.zeros(len(theta)), 0.0, theta, 0)
        lines.found[number] = 1
    return lines


@kernel
def point_of(
    joint: Joint, lines: Lines, number: int, signal: Floats, mu: float, theta: Floats, keep: int
) -> tuple[float, float, float]:
    """One point of the curve of a set.

    Parameters
    ----------
    signal: events for mu = 1, (n,).
    theta: where the search begins: the maximum at a lower mu; left at the maximum, (n,).
    keep: place in ``lines`` where the line found is put; -1: the next one.

    Returns
    -------
    ln L(mu) - ln L(0), its slope in mu, and what may be missing (see :func:`.maximum.profile`).
    """
    a, b, n = joint.first[number], joint.first[number + 1], len(theta)
    at = joint.square[number]
    observed, center, curvature = joint.observed[a:b], joint.center[a:b], joint.curvature[a:b]
    weight = joint.weight[at : at + n * n].reshape((n, n))
    covariance = joint.covariance[at : at + n * n].reshape((n, n))
    base = center + mu * signal
    value, missing = profile(observed, base, curvature, weight, theta, True)
    if not missing <= CERTIFIED:
        return np.nan, np.nan, np.inf
    p = np.empty(n)
    multipliers(observed, base, curvature, weight, theta, p)
    slope = 0.0
    for i in range(n):
        slope += p[i] * signal[i]
    offset = offset_of_line(observed, center, curvature, weight, p, joint.linear[number], covariance)
    if offset < np.inf:
        place = keep
        if keep < 0:
            place = 1 + (lines.found[number] - 1) % (REMEMBERED - 1)
            lines.found[number] += 1
        lines.offset[number, place] = offset - joint.value[number]
        for i in range(n):
            lines.p[place, a + i] = p[i]
    return value - joint.value[number], slope, missing


@kernel
def lowest_line(joint: Joint, lines: Lines, number: int, slopes: Floats, mu: float) -> tuple[float, float]:
    """The lowest of the remembered lines at mu, which the curve cannot exceed, and its slope.

    Parameters
    ----------
    slopes: of the lines for the signal, from :func:`slopes_of`, (REMEMBERED,).
    """
    value, slope = np.inf, 0.0
    for place in range(min(lines.found[number], REMEMBERED)):
        there = lines.offset[number, place] + mu * slopes[place]
        if there < value:
            value, slope = there, slopes[place]
    return value, slope


@kernel
def slopes_of(joint: Joint, lines: Lines, number: int, signal: Floats, out: Floats) -> None:
    """Slopes of the remembered lines for a signal (n,), into ``out`` (REMEMBERED,)."""
    a = joint.first[number]
    for place in range(min(lines.found[number], REMEMBERED)):
        total = 0.0
        for i in range(len(signal)):
            total += lines.p[place, a + i] * signal[i]
        out[place] = total
