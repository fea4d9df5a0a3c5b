r"""95% CL limits on the number of signal events in counting regions, from the counts themselves: exact for few events.

.. math:: CL_s(s) = \frac{\sum_{N \le n} \int Pois(N | s + \lambda)\, g(\lambda)\, d\lambda}
                         {\sum_{N \le n} \int Pois(N | \lambda)\, g(\lambda)\, d\lambda} = 0.05

(A. L. Read, J. Phys. G 28 (2002) 2693) with the background marginalised: g is Norm(b, delta), cut at 0, as it is where
pseudo-data are drawn (R. D. Cousins and V. L. Highland, Nucl. Instrum. Meth. A 320 (1992) 331).  Published limits of
few events are of this kind.  The asymptotic form of :mod:`.upper_limits` is 2.0 to 2.5 for n = 0, and this one 3.0.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.kernel import kernel
from protomodels.statistics.upper_limits import ALPHA

Floats = NDArray[np.float64]

_NODES: Final = 48
_WIDTHS: Final = 7.0
_SPAN: Final = 16.0
"""The probability of n falls with the rate within sqrt(n): a set of nodes covers at most so many of these."""
_STEPS: Final = 200
_PRECISION: Final = 1e-10
_SMALLEST: Final = 1e-250
_X, _W = np.polynomial.legendre.leggauss(_NODES)


def counting_limit(observed: ArrayLike, background: ArrayLike, delta: ArrayLike) -> Floats:
    """The 95% CL upper limit on the number of signal events, ``observed`` on ``background`` +- ``delta``.

    Parameters
    ----------
    observed: n, events >= 0.  Between whole numbers the Poisson sum goes on as an incomplete gamma function: expected
        data are not whole.
    background, delta: b and its Gaussian uncertainty, events, delta > 0.  The three broadcast.

    Returns
    -------
    Events, in the broadcast shape, right within 1e-3; NaN where an argument is, and where the count is so far below the
    background that its probability cannot be written down.

    >>> counting_limit([0.0, 1.0, 3.0], [3.0, 0.001, 2.5], [0.5, 1e-4, 0.5]).round(1).tolist()
    [3.0, 4.7, 5.8]
    """
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (observed, background, delta)))
    n, b, width = (np.ravel(a) for a in arrays)
    out = np.empty(len(n))
    _limits(n, b, width, _X, _W, out)
    return out.reshape(arrays[0].shape)


def median_count(background: ArrayLike, delta: ArrayLike) -> Floats:
    """The median of the counts that an uncertain background gives: published expected limits are those of this count.

    >>> median_count([0.4, 3.0, 100.0], [0.2, 1.0, 10.0]).tolist()
    [0.0, 3.0, 100.0]
    """
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (background, delta)))
    b, width = (np.ravel(a) for a in arrays)
    out = np.empty(len(b))
    _medians(b, width, _X, _W, out)
    return out.reshape(arrays[0].shape)


@kernel
def _not_more(n: float, mean: float) -> float:
    """P(N <= n) of a Poisson number: the regularised incomplete gamma function Q(n + 1, mean)."""
    if mean <= 0.0:
        return 1.0
    a = n + 1.0
    front = math.exp(a * math.log(mean) - mean - math.lgamma(a))
    if mean < a + 1.0:
        term = total = 1.0 / a
        k = a
        while term > 1e-16 * total:
            k += 1.0
            term *= mean / k
            total += term
        return 1.0 - front * total
    # Lentz's continued fraction
    tiny = 1e-300
    b = mean + 1.0 - a
    c, d = 1.0 / tiny, 1.0 / b
    h = d
    for i in range(1, 10_000):
        an = -i * (i - a)
        b += 2.0
        d = an * d + b
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = b + an / c
        c = c if abs(c) > tiny else tiny
        h *= d * c
        if abs(d * c - 1.0) < 1e-15:
            break
    return front * h


@kernel
def _below(signal: float, n: float, background: float, delta: float, x: Floats, w: Floats) -> float:
    """P(N <= n) with the background marginalised, up to the normalisation of g."""
    low = max(0.0, background - _WIDTHS * delta)
    wide = background + _WIDTHS * delta - low
    panels = max(1, math.ceil(wide / (_SPAN * math.sqrt(n + 1.0))))
    half = 0.5 * wide / panels
    total = 0.0
    for panel in range(panels):
        begin = low + 2.0 * half * panel
        for i in range(len(x)):
            rate = begin + half * (1.0 + x[i])
            pull = (rate - background) / delta
            total += w[i] * math.exp(-0.5 * pull * pull) * _not_more(n, signal + rate)
    return total * half


@kernel
def _log_below(signal: float, n: float, background: float, delta: float, x: Floats, w: Floats) -> float:
    """Its logarithm, of what can be written down."""
    return math.log(max(_below(signal, n, background, delta, x, w), _SMALLEST))


@kernel
def _limits(n: Floats, background: Floats, delta: Floats, x: Floats, w: Floats, out: Floats) -> None:
    for i in range(len(n)):
        b, width = background[i], delta[i]
        if np.isnan(n[i] + b + width):
            out[i] = np.nan
            continue
        # ln CLs falls, ever more steeply: the secant from both sides (Illinois) needs some ten steps
        without = _below(0.0, n[i], b, width, x, w)
        if without < _SMALLEST:
            out[i] = np.nan
            continue
        wanted = math.log(ALPHA * without)
        low, f_low = 0.0, -math.log(ALPHA)
        high = 3.0 + 2.0 * math.sqrt(n[i] + 1.0)
        f_high = _log_below(high, n[i], b, width, x, w) - wanted
        while f_high > 0.0:
            low, f_low = high, f_high
            high *= 2.0
            f_high = _log_below(high, n[i], b, width, x, w) - wanted
        side = 0
        for _ in range(_STEPS):
            middle = (low * f_high - high * f_low) / (f_high - f_low)
            f = _log_below(middle, n[i], b, width, x, w) - wanted
            if f > 0.0:
                low, f_low = middle, f
                f_high *= 0.5 if side == 1 else 1.0
                side = 1
            else:
                high, f_high = middle, f
                f_low *= 0.5 if side == -1 else 1.0
                side = -1
            if abs(f) < _PRECISION or high - low < _PRECISION * high:
                break
        out[i] = middle


@kernel
def _medians(background: Floats, delta: Floats, x: Floats, w: Floats, out: Floats) -> None:
    for i in range(len(background)):
        b, width = background[i], delta[i]
        if np.isnan(b + width):
            out[i] = np.nan
            continue
        half = 0.5 * _below(0.0, 1e9, b, width, x, w)
        low, high = -1.0, 1.0 + b + 2.0 * width
        high = math.floor(high)
        while _below(0.0, high, b, width, x, w) < half:
            high = 2.0 * high + 1.0
        while high - low > 1.0:
            middle = math.floor(0.5 * (low + high))
            if _below(0.0, middle, b, width, x, w) < half:
                low = middle
            else:
                high = middle
        out[i] = high
