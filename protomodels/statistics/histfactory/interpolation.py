r"""Between the variations of a sample: HistFactory's interpolations and their slopes (CERN-OPEN-2012-016, section 4).

Polynomials within one standard deviation of the nominal value, that go over smoothly into lines (additive variations,
pyhf's code 4p) or exponentials (factors, code 4) outside.  ATLAS made its documents so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shift(alpha: Floats, up: Floats, down: Floats) -> tuple[Floats, Floats, Floats]:
    r"""Additive variation, its slope and its bend.

    .. math:: \Delta(\alpha) = \alpha S + A (15 \alpha^2 - 10 \alpha^4 + 3 \alpha^6) \quad (|\alpha| \le 1),
       \qquad \alpha\, u \quad (\alpha > 1), \qquad \alpha\, d \quad (\alpha < -1)

    with S = (u + d) / 2 and A = (u - d) / 16.

    Parameters
    ----------
    alpha: parameter in standard deviations, (v,).
    up, down: u, events at +1 less nominal; d, nominal less events at -1, (v,).

    Returns
    -------
    Value, first and second derivative, (v,) each.

    >>> [x.tolist() for x in shift(np.array([2.0, -2.0]), np.array([3.0, 3.0]), np.array([1.0, 1.0]))]
    [[6.0, -2.0], [3.0, 1.0], [0.0, 0.0]]
    """
    mean, skew = 0.5 * (up + down), 0.0625 * (up - down)
    square = alpha * alpha
    value = alpha * mean + skew * square * (15.0 + square * (-10.0 + 3.0 * square))
    slope = mean + skew * alpha * (30.0 + square * (-40.0 + 18.0 * square))
    outside = np.where(alpha > 0.0, up, down)
    beyond = np.abs(alpha) > 1.0
    bend = np.where(beyond, 0.0, skew * (30.0 + square * (-120.0 + 90.0 * square)))
    return np.where(beyond, alpha * outside, value), np.where(beyond, outside, slope), bend


def _polynomials() -> Floats:
    """Rows: values, slopes and second derivatives at +1 and -1 of the powers 1 to 6 of alpha; inverted."""
    power = np.arange(1, 7, dtype=np.float64)
    ends = []
    for factor, lower in ((np.ones(6), 0), (power, 1), (power * (power - 1.0), 2)):
        ends += [factor, factor * np.where((np.arange(1, 7) - lower) % 2 == 0, 1.0, -1.0)]
    return np.asarray(np.linalg.inv(np.array(ends)), dtype=np.float64)


_FROM_ENDS = _polynomials()


def factor_coefficients(up: Floats, down: Floats) -> Floats:
    """Polynomials of degree 6 that go over smoothly into ``up**alpha`` and ``down**-alpha`` at +1 and -1.

    Parameters
    ----------
    up, down: factors at +1 and -1, > 0, (v,).

    Returns
    -------
    Coefficients of alpha to alpha^6, (6, v); the constant is 1.
    """
    log_up, log_down = np.log(up), np.log(down)
    ends = np.array([up - 1.0, down - 1.0, log_up * up, -log_down * down, log_up**2 * up, log_down**2 * down])
    return np.asarray(_FROM_ENDS @ ends, dtype=np.float64)


def factor(alpha: Floats, up: Floats, down: Floats, coefficients: Floats) -> tuple[Floats, Floats, Floats]:
    """A factor, its slope and its bend; between -1 and 1 the polynomial of a large one may fall below 0, as in pyhf.

    Parameters
    ----------
    alpha: parameter in standard deviations, (v,).
    up, down: factors at +1 and -1, > 0, (v,).
    coefficients: of :func:`factor_coefficients`.

    Returns
    -------
    Value, first and second derivative, (v,) each.

    >>> up, down = np.array([1.2]), np.array([0.8])
    >>> value, slope, _ = factor(np.array([2.0]), up, down, factor_coefficients(up, down))
    >>> value.round(4).tolist(), (slope / value).round(4).tolist()   # 1.2^2, ln 1.2
    ([1.44], [0.1823])
    """
    value, slope, bend = np.zeros_like(alpha), np.zeros_like(alpha), np.zeros_like(alpha)
    for k in range(5, -1, -1):
        value = (value + coefficients[k]) * alpha
        slope = slope * alpha + (k + 1) * coefficients[k]
        if k > 0:
            bend = bend * alpha + (k + 1) * k * coefficients[k]
    rate = np.where(alpha > 0.0, np.log(up), -np.log(down))
    outside = np.exp(alpha * rate)
    beyond = np.abs(alpha) > 1.0
    parts = ((outside, 1.0 + value), (rate * outside, slope), (rate * rate * outside, bend))
    first, second, third = (np.where(beyond, far, near) for far, near in parts)
    return first, second, third
