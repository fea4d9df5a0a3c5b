"""95% CL limits on the number of signal events in one counting region (no toys).

The likelihood is Pois(n | s + b + theta) x Norm(theta | 0, delta), with theta profiled in closed form; the
test statistic is the one-sided q-tilde with its asymptotic distributions (arXiv:1007.1727), and the limit is
the s at which CLs = 0.05.
"""

from __future__ import annotations

import math
from typing import Final

from scipy.optimize import brentq
from scipy.special import log_ndtr

ALPHA: Final = 0.05


def profiled_nll(n: float, mean: float, delta: float) -> float:
    """-ln L up to a constant, for ``n`` events where ``mean`` +- ``delta`` are expected, theta profiled.

    >>> profiled_nll(4.0, 4.0, 1.0) < profiled_nll(4.0, 6.0, 1.0)
    True
    """
    shifted = mean - delta**2
    rate = 0.5 * (shifted + math.sqrt(shifted**2 + 4.0 * n * delta**2))
    if rate <= 0.0:
        return mean**2 / (2.0 * delta**2)
    poisson = rate - (n * math.log(rate) if n > 0.0 else 0.0)
    return poisson + (rate - mean) ** 2 / (2.0 * delta**2)


def q_tilde(signal: float, n: float, background: float, delta: float) -> float:
    """The one-sided test statistic of ``signal`` events; 0 where the data prefer more signal."""
    best = max(0.0, n - background)
    if best >= signal:
        return 0.0
    excess = profiled_nll(n, background + signal, delta) - profiled_nll(n, background + best, delta)
    return max(0.0, 2.0 * excess)


def cls(signal: float, n: float, background: float, delta: float) -> float:
    """Asymptotic CLs of ``signal`` events; Asimov data: the background fitted to ``n`` without signal."""
    shifted = background - delta**2
    asimov = 0.5 * (shifted + math.sqrt(shifted**2 + 4.0 * n * delta**2))
    q = q_tilde(signal, n, background, delta)
    root_asimov = math.sqrt(max(q_tilde(signal, asimov, background, delta), 1e-12))
    if q <= root_asimov**2:
        numerator, denominator = -math.sqrt(q), root_asimov - math.sqrt(q)
    else:
        numerator = -(q + root_asimov**2) / (2.0 * root_asimov)
        denominator = -(q - root_asimov**2) / (2.0 * root_asimov)
    return math.exp(log_ndtr(numerator) - log_ndtr(denominator))


def upper_limit(n: float, background: float, delta: float) -> float:
    """The 95% CL upper limit on the number of signal events, ``n`` observed on ``background`` +- ``delta``.

    >>> 1.8 < upper_limit(100.0, 100.0, 10.0) / (200.0**0.5) < 2.2
    True
    """
    spread = math.sqrt(background + delta**2) + math.sqrt(n) + 3.0
    top = max(0.0, n - background) + 10.0 * spread
    limit = brentq(lambda signal: cls(signal, n, background, delta) - ALPHA, 1e-3, top, xtol=1e-10, rtol=1e-12)
    return float(limit)
