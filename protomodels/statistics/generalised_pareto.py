r"""The generalised Pareto distribution: what is left above a high threshold, whatever the sample is drawn from.

.. math:: P(Y > y) = \left( 1 + \xi\, y / \sigma \right)^{-1/\xi}, \qquad y \ge 0

For shape ξ = 0 it is exponential, for ξ > 0 it falls like a power, for ξ < 0 it ends at y = -σ/ξ.  Pickands (Ann.
Statist. 3 (1975) 119), Balkema and de Haan (Ann. Probab. 2 (1974) 792) prove the limit; Coles, An Introduction to
Statistical Modeling of Extreme Values (2001), chapter 4, is the way it is used here.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SHAPES: Final = (-0.5, 1.0)
"""Allowed shapes.  Below -1/2 maximum likelihood has no known errors (Smith, Biometrika 72 (1985) 67), from 1 on the
distribution has no mean."""

_EXPONENTIAL: Final = 1e-7
_GOLDEN: Final = (np.sqrt(5.0) - 1.0) / 2.0
_SHAPE_STEPS: Final = 30
_NEWTON_STEPS: Final = 60


def log_survival(y: ArrayLike, shape: ArrayLike, scale: ArrayLike) -> Floats:
    """ln P(Y > y), -inf beyond the end.

    Parameters
    ----------
    y: above the threshold, at least 0; shape: ξ; scale: σ > 0, in units of y.  The three broadcast.

    >>> log_survival([1.0, 3.0], [0.0, -0.5], 1.0).tolist()
    [-1.0, -inf]
    """
    xi = np.asarray(shape, dtype=np.float64)
    ratio = np.asarray(y, dtype=np.float64) / np.asarray(scale, dtype=np.float64)
    exponential = np.abs(xi) < _EXPONENTIAL
    safe = np.where(exponential, 1.0, xi)
    with np.errstate(divide="ignore"):
        bent = -np.log1p(np.maximum(safe * ratio, -1.0)) / safe
    return np.asarray(np.where(exponential, -ratio, bent))


def log_likelihood(y: Floats, shape: ArrayLike, scale: ArrayLike) -> Floats:
    """Of samples, one a row; sums over the last axis.

    Parameters
    ----------
    y: (..., n); shape, scale: (...), one for each sample.
    """
    xi, sigma = np.asarray(shape, dtype=np.float64), np.asarray(scale, dtype=np.float64)
    logs = log_survival(y, xi[..., None], sigma[..., None]).sum(axis=-1)
    return np.asarray(-y.shape[-1] * np.log(sigma) + (1.0 + xi) * logs)


def fit(y: ArrayLike) -> tuple[Floats, Floats]:
    """Maximum likelihood, with ξ within :data:`SHAPES`: golden sections over ξ, σ by Newton's method for each.

    Parameters
    ----------
    y: samples above the threshold, (..., n), n at least 2, all positive.

    Returns
    -------
    shape, scale, each (...).

    >>> shape, scale = fit(-np.log(np.linspace(0.02, 0.98, 25)))
    >>> round(float(shape), 2), round(float(scale), 2)
    (-0.07, 1.06)
    """
    values = np.asarray(y, dtype=np.float64)
    low, high = (np.full(values.shape[:-1], end) for end in SHAPES)

    def height(shape: Floats) -> Floats:
        return log_likelihood(values, shape, best_scale(values, shape))

    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = height(left), height(right)
    for _ in range(_SHAPE_STEPS):
        up = at_right > at_left
        low, high = np.where(up, left, low), np.where(up, high, right)
        new = np.where(up, low + _GOLDEN * (high - low), high - _GOLDEN * (high - low))
        found = height(new)
        left, right = np.where(up, right, new), np.where(up, new, left)
        at_left, at_right = np.where(up, at_right, found), np.where(up, found, at_left)
    shape = 0.5 * (low + high)
    return shape, best_scale(values, shape)


def best_scale(y: Floats, shape: Floats) -> Floats:
    r"""The σ of the largest likelihood for given ξ > -1, the one root of

    .. math:: h(\sigma) = \frac{1}{n} \sum_i \frac{(1 + \xi)\, y_i}{\sigma + \xi\, y_i} = 1

    1/h is concave and increasing, so that Newton's method climbs to its root from below and never passes it.

    Parameters
    ----------
    y: (..., n); shape: (...).
    """
    top = y.max(axis=-1)
    least = np.maximum(-shape * top, 0.0)
    sigma = least + 1e-6 * top
    weight = (1.0 + shape)[..., None] * y
    for _ in range(_NEWTON_STEPS):
        below = sigma[..., None] + shape[..., None] * y
        terms = weight / below
        h = terms.mean(axis=-1)
        step = (h - 1.0) * h / (terms / below).mean(axis=-1)
        sigma = np.maximum(sigma + step, least + 1e-12 * top)
        if np.all(np.abs(step) <= 1e-12 * sigma):
            break
    return np.asarray(sigma)


def draw(shape: float, scale: float, size: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Random values above the threshold, by the inverse of the distribution function."""
    logs = rng.standard_exponential(size)
    return logs * scale if abs(shape) < _EXPONENTIAL else scale * np.expm1(shape * logs) / shape


def anderson_darling(y: Floats, shape: ArrayLike, scale: ArrayLike) -> Floats:
    r"""How far samples are from a distribution, with weight on the tails (Anderson and Darling, JASA 49 (1954) 765).

    .. math:: A^2 = -n - \frac{1}{n} \sum_{i=1}^n (2i - 1) \left[ \ln F(y_{(i)}) + \ln(1 - F(y_{(n+1-i)})) \right]

    Parameters
    ----------
    y: (..., n), within the support; shape, scale: (...).
    """
    ordered = np.sort(y, axis=-1)
    above = log_survival(ordered, np.asarray(shape)[..., None], np.asarray(scale)[..., None])
    n = y.shape[-1]
    odd = 2.0 * np.arange(1, n + 1) - 1.0
    below = np.log(-np.expm1(above))
    return np.asarray(-n - (odd * (below + above[..., ::-1])).sum(axis=-1) / n)


def goodness(y: Floats, rng: np.random.Generator, samples: int = 199) -> float:
    """p-value that a sample is of this distribution, by Anderson and Darling's distance.

    Shape and scale are fitted, so that the distance is compared with those of samples which are drawn from the fit and
    fitted again (parametric bootstrap; Stute et al., Metrika 40 (1993) 243).

    Parameters
    ----------
    y: (n,), n at least 2, all positive.
    samples: drawn ones, B; p is (1 + those as far) / (1 + B).
    """
    shape, scale = fit(y)
    observed = anderson_darling(y, shape, scale)
    drawn = draw(float(shape), float(scale), (samples, len(y)), rng)
    distances = anderson_darling(drawn, *fit(drawn))
    return float((1 + np.sum(distances >= observed)) / (1 + samples))
