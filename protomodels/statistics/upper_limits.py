r"""95% CL limits on the number of signal events in counting regions (no toys).

.. math:: CL_s(s) = \frac{1 - \Phi(\sqrt{\tilde q_s})}{\Phi(\sqrt{\tilde q_{s,A}} - \sqrt{\tilde q_s})} = 0.05

for q < q_A, with the test statistic q-tilde of arXiv:1007.1727 (eq. 16, section 3.7) in the data and in Asimov data
without signal.  The likelihood is that of :mod:`protomodels.statistics.region`: Pois(n | s + b + theta) x
Norm(theta | 0, delta), theta profiled in closed form.  For few events asymptotic limits are low: 1.9 where n = 0 and
delta is small, while the exact one is 3.0.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.kernel import kernel

ALPHA: Final = 0.05
"""CLs at the limit: 95% confidence level."""
_BISECTIONS: Final = 60


def upper_limit(
    observed: ArrayLike, background: ArrayLike, delta: ArrayLike, *, moved: bool = False
) -> NDArray[np.float64]:
    """The 95% CL upper limit on the number of signal events, ``observed`` on ``background`` +- ``delta``.

    Parameters
    ----------
    observed: n, events >= 0.
    background, delta: b and its Gaussian uncertainty, events, delta > 0.  The three broadcast.
    moved: in the Asimov data the measurement that ``background`` comes from is at the fitted background too, as in
        arXiv:1007.1727 and pyhf; it stays where it is otherwise, as in SModelS, which makes limits of deficits some 10%
        stricter.

    Returns
    -------
    Events, in the broadcast shape, by 60 bisections.

    >>> (upper_limit([100.0, 120.0], 100.0, 10.0) / 200.0**0.5).round(2).tolist()
    [2.01, 3.31]
    >>> (upper_limit([80.0, 100.0], 100.0, 10.0, moved=True)).round(1).tolist()
    [17.2, 28.4]
    """
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (observed, background, delta)))
    n, b, width = (np.ravel(a) for a in arrays)
    out = np.empty(len(n))
    _limits(n, b, width, moved, out)
    return out.reshape(arrays[0].shape)


@kernel
def _limits(
    n: NDArray[np.float64],
    background: NDArray[np.float64],
    delta: NDArray[np.float64],
    moved: bool,
    out: NDArray[np.float64],
) -> None:
    for i in range(len(n)):
        low = 0.0
        high = max(0.0, n[i] - background[i]) + 10.0 * (
            math.sqrt(background[i] + delta[i] * delta[i]) + math.sqrt(n[i]) + 3.0
        )
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            if _cls(middle, n[i], background[i], delta[i], moved) > ALPHA:
                low = middle
            else:
                high = middle
        out[i] = 0.5 * (low + high)


@kernel
def _rate(n: float, mean: float, delta: float) -> float:
    shifted = mean - delta * delta
    return 0.5 * (shifted + math.sqrt(shifted * shifted + 4.0 * n * delta * delta))


@kernel
def _profiled(n: float, mean: float, delta: float) -> float:
    """-ln L up to a constant, for ``n`` events where ``mean`` +- ``delta`` are expected."""
    rate = _rate(n, mean, delta)
    if rate <= 0.0:
        return mean * mean / (2.0 * delta * delta)
    poisson = rate - (n * math.log(rate) if n > 0.0 else 0.0)
    return poisson + (rate - mean) ** 2 / (2.0 * delta * delta)


@kernel
def _q_tilde(signal: float, n: float, background: float, delta: float) -> float:
    """The one-sided test statistic of ``signal`` events; 0 where the data prefer more signal."""
    best = max(0.0, n - background)
    if best >= signal:
        return 0.0
    excess = _profiled(n, background + signal, delta) - _profiled(n, background + best, delta)
    return max(0.0, 2.0 * excess)


@kernel
def _cls(signal: float, n: float, background: float, delta: float, moved: bool) -> float:
    """Asymptotic CLs of ``signal`` events; Asimov data: the background fitted to ``n`` without signal."""
    q = _q_tilde(signal, n, background, delta)
    rate = _rate(n, background, delta)
    asimov = _q_tilde(signal, rate, rate if moved else background, delta)
    root = math.sqrt(max(asimov, 1e-12))
    if q <= root * root:
        above, below = math.sqrt(q), math.sqrt(q) - root
    else:
        above, below = (q + root * root) / (2.0 * root), (q - root * root) / (2.0 * root)
    denominator = math.erfc(below / math.sqrt(2.0))
    return math.erfc(above / math.sqrt(2.0)) / denominator if denominator > 0.0 else 0.0
