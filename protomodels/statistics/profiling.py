r"""Newton's method for the nuisance parameters of several regions; the formula is in :mod:`.simplified`.

.. math:: \max_\theta \sum_i \left[ n_i \ln \lambda_i - \lambda_i \right] - \tfrac12 \theta^T W \theta,
   \qquad \lambda_i = \mu s_i + a_i + \theta_i + c_i \theta_i^2

Every step solves with the Hessian and is shortened until ln L rises enough (Armijo's rule).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel

Floats = NDArray[np.float64]

MAX_ITERATIONS: Final = 100
"""Of Newton; a few are needed."""
DECREMENT: Final = 1e-11
"""Newton stops where it could gain no more than this, in ln L."""
ARMIJO: Final = 1e-4
"""Part of the gain that the slope promises which a step must reach."""


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
) -> None:
    """ln L(mu) - ln L(0) of k signals, into ``out``.

    Parameters
    ----------
    observed, signals: events, (k, n); data and signal for mu = 1 of each.
    center, curvature, weight: of a :class:`.simplified.CovarianceModel` of n regions.
    mu: signal strengths, (m,).
    order: indices that sort ``mu``, (m,).
    out: filled, (k, m).
    """
    n = len(center)
    for k in range(len(signals)):
        theta = np.zeros(n)
        reference = _profile(observed[k], center.copy(), curvature, weight, theta)
        for j in order:  # ascending: each starts from its neighbour's nuisance parameters
            value = _profile(observed[k], center + mu[j] * signals[k], curvature, weight, theta)
            out[k, j] = value - reference


@kernel
def _value(observed: Floats, base: Floats, curvature: Floats, weight: Floats, theta: Floats) -> float:
    """The function to be maximised; -inf where a rate is not possible."""
    total = 0.0
    for i in range(len(base)):
        rate = base[i] + theta[i] + curvature[i] * theta[i] * theta[i]
        if rate < 0.0 or (rate == 0.0 and observed[i] > 0.0):
            return -np.inf
        if observed[i] > 0.0:
            total += observed[i] * math.log(rate)
        pull = 0.0
        for j in range(len(base)):
            pull += weight[i, j] * theta[j]
        total -= rate + 0.5 * theta[i] * pull
    return total


@kernel
def _lowest(base: float, curvature: float) -> float:
    """The theta at which a rate becomes zero, coming from above; -inf where it never does."""
    if curvature == 0.0:
        return -base
    root = 1.0 - 4.0 * curvature * base
    if root < 0.0:
        return -np.inf
    return -2.0 * base / (1.0 + math.sqrt(root))


@kernel
def _start(observed: Floats, base: Floats, curvature: Floats, weight: Floats, low: Floats, theta: Floats) -> None:
    """Possible nuisance parameters: those of each region alone, where zero would give no rate."""
    for i in range(len(base)):
        theta[i] = max(0.0, low[i])
        if observed[i] > 0.0 and base[i] <= 0.0:
            variance = 1.0 / weight[i, i]
            half = 0.5 * (base[i] - variance)
            theta[i] = half + math.sqrt(half * half + observed[i] * variance) - base[i]
            while base[i] + theta[i] + curvature[i] * theta[i] * theta[i] <= 0.0 and theta[i] > 1e-300:
                theta[i] *= 0.5


@kernel
def _solve(matrix: Floats, right: Floats) -> None:
    """Solve a symmetric positive definite system in place, by Cholesky; the solution is left in ``right``."""
    n = len(right)
    for j in range(n):
        for k in range(j):
            factor = matrix[j, k]
            for i in range(j, n):
                matrix[i, j] -= factor * matrix[i, k]
        root = math.sqrt(max(matrix[j, j], 1e-300))
        for i in range(j, n):
            matrix[i, j] /= root
    for i in range(n):
        for k in range(i):
            right[i] -= matrix[i, k] * right[k]
        right[i] /= matrix[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            right[i] -= matrix[k, i] * right[k]
        right[i] /= matrix[i, i]


@kernel
def _profile(observed: Floats, base: Floats, curvature: Floats, weight: Floats, theta: Floats) -> float:
    """Maximise over the nuisance parameters, from ``theta`` on, which is left at the maximum.

    A projected Newton: a rate of a region without events may reach zero, and stays there while that is best.
    """
    n = len(base)
    low = np.full(n, -np.inf)
    for i in range(n):
        if observed[i] == 0.0:
            low[i] = _lowest(base[i], curvature[i])
            theta[i] = max(theta[i], low[i])
    value = _value(observed, base, curvature, weight, theta)
    if value == -np.inf:
        _start(observed, base, curvature, weight, low, theta)
        value = _value(observed, base, curvature, weight, theta)
    matrix, step, gradient, trial = np.empty((n, n)), np.empty(n), np.empty(n), np.empty(n)
    for _ in range(MAX_ITERATIONS):
        for i in range(n):
            pull = 0.0
            for j in range(n):
                pull += weight[i, j] * theta[j]
                matrix[i, j] = weight[i, j]
            rate = base[i] + theta[i] + curvature[i] * theta[i] * theta[i]
            slope = 1.0 + 2.0 * curvature[i] * theta[i]
            ratio = observed[i] / rate if observed[i] > 0.0 else 0.0
            gradient[i] = (ratio - 1.0) * slope - pull
            bend = -2.0 * curvature[i] * (ratio - 1.0)
            if observed[i] > 0.0:
                bend += ratio / rate * slope * slope
            matrix[i, i] += max(bend, 0.0)
        for i in range(n):
            if theta[i] <= low[i] and gradient[i] < 0.0:
                gradient[i] = 0.0
                for j in range(n):
                    matrix[i, j] = matrix[j, i] = 0.0
                matrix[i, i] = 1.0
        step[:] = gradient
        _solve(matrix, step)
        decrement = 0.0
        for i in range(n):
            decrement += gradient[i] * step[i]
        if decrement < DECREMENT:
            break
        scale = 1.0
        better = value
        while scale > 1e-12:
            for i in range(n):
                trial[i] = max(theta[i] + scale * step[i], low[i])
            better = _value(observed, base, curvature, weight, trial)
            if better >= value + ARMIJO * scale * decrement:
                break
            scale *= 0.5
        if not better > value:
            break
        theta[:] = trial
        value = better
    return value
