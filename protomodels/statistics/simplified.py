r"""Likelihoods of several signal regions with correlated backgrounds, by an own Newton.

.. math:: \ln L(\mu) = \max_\theta \sum_i \left[ n_i \ln \lambda_i - \lambda_i \right] - \tfrac12 \theta^T W \theta,
   \qquad \lambda_i = \mu s_i + a_i + \theta_i + c_i \theta_i^2

up to a constant. Linear (CMS-NOTE-2017-001): a = b, c = 0, W the inverse covariance. With third moments (skewed
backgrounds, arXiv:1809.05548, eqs. 2.9-2.12): a and c carry the skewness, and W belongs to the transformed theta.
The linear form is concave in mu; the skewed one nearly always.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.kernel import kernel

Floats = NDArray[np.float64]

MAX_ITERATIONS: Final = 100
DECREMENT: Final = 1e-11
"""Newton stops where it could gain no more than this, in ln L."""
ARMIJO: Final = 1e-4


@dataclass(frozen=True)
class CovarianceModel:
    """Several regions, their data and the knowledge of their backgrounds.

    Attributes
    ----------
    observed: n, events, (regions,).
    center: a, events, (regions,).
    curvature: c, 1/events, (regions,).
    weight: W, 1/events^2, (regions, regions).
    """

    observed: Floats
    center: Floats
    curvature: Floats
    weight: Floats

    def with_data(self, observed: Floats) -> CovarianceModel:
        """The same backgrounds, other data."""
        return replace(self, observed=np.asarray(observed, dtype=np.float64))


def covariance_model(
    observed: ArrayLike, background: ArrayLike, covariance: ArrayLike, third_moment: ArrayLike | None = None
) -> CovarianceModel:
    """The model of published backgrounds.

    Parameters
    ----------
    observed, background: events, (n,).
    covariance: of the background, events^2, (n, n).
    third_moment: of the background, events^3, (n,).

    Raises
    ------
    ValueError: where the covariance is not positive definite, or a third moment too large for the expansion.

    >>> model = covariance_model([5.0], [4.0], [[1.0]])
    >>> round(float(log_likelihood_ratio(model, np.array([2.0]), [1.0])[0]), 4)
    0.0155
    """
    n, b = np.asarray(observed, dtype=np.float64), np.asarray(background, dtype=np.float64)
    v = np.asarray(covariance, dtype=np.float64)
    curvature = np.zeros_like(b)
    if third_moment is not None and np.abs(third_moment).sum() > 1e-10:
        b, curvature, v = _skewed(b, v, np.asarray(third_moment, dtype=np.float64))
    try:
        np.linalg.cholesky(v)
    except np.linalg.LinAlgError:
        raise ValueError("the covariance of the backgrounds is not positive definite") from None
    return CovarianceModel(n, b, curvature, np.asarray(np.linalg.inv(v), dtype=np.float64))


def _skewed(b: Floats, v: Floats, third: Floats) -> tuple[Floats, Floats, Floats]:
    """a, c and the covariance of theta from mean, covariance and third moments (arXiv:1809.05548, eqs. 2.9-2.12)."""
    variance = np.diag(v)
    third = np.where(third == 0.0, 1e-30, third)
    square = 8.0 * variance**3 / third**2 - 1.0
    if (square < 0.0).any():
        raise ValueError("a third moment is too large for its variance: m3^2 > 8 m2^3")
    angle = 4.0 * math.pi / 3.0 + np.arctan(np.sqrt(square)) / 3.0
    c = -np.sign(third) * np.sqrt(2.0 * variance) * np.cos(angle)
    spread = np.sqrt(variance - 2.0 * c * c)
    bb, cc = np.outer(spread, spread), np.outer(c, c)
    # (sqrt(B^2 + 8 C V) - B) / (4 C), in the form that does not cancel for small C
    correlation = 2.0 * v / (np.sqrt(bb * bb + 8.0 * cc * v) + bb)
    return b - c, c / spread**2, bb * correlation


def log_likelihood_ratio(model: CovarianceModel, signal: ArrayLike, mu: ArrayLike) -> Floats:
    """ln L(mu) - ln L(0).

    Parameters
    ----------
    signal: events for mu = 1, >= 0, (n,), or (k, n) for many models.
    mu: signal strengths >= 0, (m,), in any order.

    Returns
    -------
    (m,), or (k, m).
    """
    signals = np.atleast_2d(np.asarray(signal, dtype=np.float64))
    strengths = np.atleast_1d(np.asarray(mu, dtype=np.float64))
    out = np.empty((len(signals), len(strengths)))
    data = np.broadcast_to(model.observed, signals.shape)
    _curves(data, model.center, model.curvature, model.weight, signals, strengths, np.argsort(strengths), out)
    return out if np.ndim(signal) == 2 else out[0]


def log_likelihood_ratio_in(model: CovarianceModel, signal: Floats, observed: Floats, mu: ArrayLike) -> Floats:
    """One signal (n,) against the data of many universes, (u, n): ln L(mu) - ln L(0), (u, m)."""
    strengths = np.atleast_1d(np.asarray(mu, dtype=np.float64))
    data = np.asarray(observed, dtype=np.float64)
    out = np.empty((len(data), len(strengths)))
    signals = np.broadcast_to(signal, data.shape)
    _curves(data, model.center, model.curvature, model.weight, signals, strengths, np.argsort(strengths), out)
    return out


@kernel
def _curves(
    observed: Floats,
    center: Floats,
    curvature: Floats,
    weight: Floats,
    signals: Floats,
    mu: Floats,
    order: NDArray[np.int64],
    out: Floats,
) -> None:
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
