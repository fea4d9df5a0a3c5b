r"""Small p-values from the tail of a sample: a generalised Pareto distribution above a high threshold.

Counting cannot say more than 1/(1 + n).  Above a threshold u the tail of nearly every distribution is that of
:mod:`.generalised_pareto`, and reaches further (Coles 2001, section 4.3.3):

.. math:: p = P(K > K_{obs}) = \zeta \left( 1 + \xi\, \frac{K_{obs} - u}{\sigma} \right)^{-1/\xi}, \qquad
   \zeta = P(K > u)

That is an extrapolation: it holds where no other kind of K begins beyond the sample, which no test can see.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from protomodels.statistics.generalised_pareto import SHAPES, fit, goodness, log_survival
from protomodels.statistics.intervals import Interval

Floats = NDArray[np.float64]

SHARE: Final = 0.25
"""Of the sample above the threshold."""
OTHER_SHARES: Final = (0.15, 0.2, 0.3, 0.4)
"""Above other thresholds, whose p must lie within the 95% interval."""
FEWEST: Final = 25
"""Values above the threshold."""
BAD_FIT: Final = 0.01
"""Fits whose Anderson-Darling p-value is less than this are not used."""
SMALL_SAMPLES: Final = 20.0
"""b of the factor 1 + b/N on what twice ln L may fall by in an interval, for N values above the threshold, chosen
so that intervals of 50 values hold what they promise (docs/universes/tails.md)."""
SMALLEST: Final = 1e-9
"""A smaller p, six standard deviations, is not told from 0."""

_LOG_P: Final = np.linspace(math.log(SMALLEST), 0.0, 400, endpoint=False)
_SHAPES: Final = np.linspace(*SHAPES, 62)  # 0 is between two of them
_STABLE: Final = 0.95


@dataclass(frozen=True)
class TailFit:
    """A p-value from the fit of a tail; without a number where the fit cannot be used.

    Attributes
    ----------
    p: the estimate; where that is 0 (K_obs is beyond the end of the fitted tail) the upper end of the interval; None
        where the fit is not usable.
    interval: of p, by the profile likelihood; 0 below for none at all.  None where the fit is not usable.
    at_most: p is the upper end of the interval.
    shape, scale: ξ, and σ in units of K; None where there was nothing to fit.
    threshold: u, the largest value below the fitted ones; None as for the shape.
    above: number of values above it.
    n: number of all values.
    goodness: p-value of the fit, by Anderson and Darling's distance; None as for the shape.
    stability: smallest and largest p from other thresholds, 0 where a tail ends before K_obs; None as for the shape.
    reason: why the fit is not usable; empty where it is.
    """

    p: float | None
    interval: Interval | None
    at_most: bool
    shape: float | None
    scale: float | None
    threshold: float | None
    above: int
    n: int
    goodness: float | None
    stability: Interval | None
    reason: str

    @property
    def usable(self) -> bool:
        """Is there a p?"""
        return not self.reason


def tail_fit(
    sample: ArrayLike, observed: float, rng: np.random.Generator, confidence: float = 0.95, share: float = SHARE
) -> TailFit:
    """The probability to reach ``observed``, from the tail of a sample.

    The threshold is the largest value below the upper quarter: a higher one leaves fewer values, a lower one is no
    tail.  Not usable is a fit of fewer than 25 values, one which Anderson and Darling's distance refuses (p < 0.01),
    one at the largest allowed shape, and one whose 95% interval leaves out p of a threshold at the upper 0.15, 0.2,
    0.3 or 0.4.

    Parameters
    ----------
    sample: K of the universes, (n,); -inf (no model was seen) counts as below the threshold.
    observed: K_obs, in the same units.
    rng: draws the samples that the fit's distance is compared with.
    confidence: of the interval; what is covered is measured in docs/universes/tails.md.
    share: of the sample above the threshold.

    Raises
    ------
    ValueError: for a NaN or +inf in the sample, an ``observed`` that is not finite, a confidence or share not within 0
        and 1.

    >>> K = np.random.default_rng(1).exponential(size=200)
    >>> found = tail_fit(K, -np.log(1e-3), np.random.default_rng(2))
    >>> found.above, found.interval.low < 1e-3 < found.interval.high
    (50, True)
    """
    values = np.sort(np.asarray(sample, dtype=np.float64))
    if values.ndim != 1 or np.isnan(values).any() or np.isposinf(values).any():
        raise ValueError("sample: a list of numbers below infinity is needed")
    if not math.isfinite(observed) or not 0.0 < confidence < 1.0 or not 0.0 < share < 1.0:
        raise ValueError(f"observed {observed}, confidence {confidence}, share {share}: finite, and two within 0 and 1")
    n = len(values)
    above = _above(values, share)
    if above is None:
        least = math.ceil(FEWEST / share)
        words = f"holds fewer than {FEWEST} different ones: {least} are needed"
        return no_fit(n, f"the upper {share:g} of {n} values {words}")
    threshold, y = above
    distance = observed - threshold
    if distance <= 0.0:
        return no_fit(n, f"the observed value is not above the threshold {threshold:.3f}: count instead")
    shape, scale = (float(found) for found in fit(y))
    p = len(y) / n * math.exp(log_survival(distance, shape, scale))
    profile = _profile(y, n, distance)
    interval = _interval(profile, len(y), confidence)
    good = goodness(y, rng)
    others = [q for other in OTHER_SHARES if (q := _other(values, observed, other)) is not None]
    stability = Interval(min(others, default=p), max(others, default=p))
    reason = _doubt(shape, good, stability, _interval(profile, len(y), _STABLE))
    at_most = p < SMALLEST
    told = None if reason else interval.high if at_most else p
    return TailFit(
        told,
        None if reason else interval,
        at_most and not reason,
        shape,
        scale,
        threshold,
        len(y),
        n,
        good,
        stability,
        reason,
    )


def no_fit(n: int, reason: str) -> TailFit:
    """No p from n values, for this reason."""
    return TailFit(None, None, False, None, None, None, 0, n, None, None, reason)


def _doubt(shape: float, good: float, stability: Interval, expected: Interval) -> str:
    if shape > SHAPES[1] - 1e-3:
        return f"the tail falls too slowly: its shape is at the largest allowed one, {SHAPES[1]:g}"
    if good < BAD_FIT:
        return f"the tail is not of this form: Anderson-Darling p = {good:.3f}"
    if stability.low < expected.low or stability.high > expected.high:
        return (
            f"p depends on the threshold: {stability.low:.2g} to {stability.high:.2g}, "
            f"outside the interval {expected.low:.2g} to {expected.high:.2g}"
        )
    return ""


def _above(values: Floats, share: float) -> tuple[float, Floats] | None:
    """Threshold and what is above it, from a sorted sample; None where that is too little."""
    count = int(share * len(values))
    if not 0 < count < len(values) or not math.isfinite(values[-count - 1]):
        return None
    threshold = float(values[-count - 1])
    y = values[values > threshold] - threshold
    return (threshold, y) if len(np.unique(y)) >= FEWEST else None


def _other(values: Floats, observed: float, share: float) -> float | None:
    above = _above(values, share)
    if above is None or observed <= above[0]:
        return None
    threshold, y = above
    return len(y) / len(values) * math.exp(log_survival(observed - threshold, *fit(y)))


def _profile(y: Floats, n: int, distance: float) -> Floats:
    r"""ln L of each p of the grid, at the best ζ and ξ, (400,).

    With q = p/ζ, the part of what is above the threshold that is above K_obs, σ follows from ξ:

    .. math:: \sigma = \xi\, (K_{obs} - u) / (q^{-\xi} - 1)

    The number above the threshold is binomial with ζ.
    """
    scale = _SHAPES * distance / np.expm1(-_SHAPES * _LOG_P[:, None])
    inside = scale + _SHAPES * y.max() > 0.0
    slope = np.where(inside, _SHAPES / scale, 0.0)
    logs = np.zeros_like(slope)
    for value in y:
        logs += np.log1p(slope * value)
    conditional = -len(y) * np.log(scale) - (1.0 + 1.0 / _SHAPES) * logs
    best = np.where(inside, conditional, -np.inf).max(axis=1)
    zeta = _LOG_P[:, None] - _LOG_P
    below = np.log(-np.expm1(np.minimum(zeta, -1e-12)))
    counted = np.where(zeta < 0.0, len(y) * zeta + (n - len(y)) * below, -np.inf)
    return np.asarray((counted + best).max(axis=1))


def _interval(profile: Floats, above: int, confidence: float) -> Interval:
    """Where twice ln L is within the quantile of chi-squared of its maximum (Wilks, Ann. Math. Stat. 9 (1938) 60).

    The quantile is larger for small samples, in the manner of Bartlett (Proc. R. Soc. A 160 (1937) 268).
    """
    root = np.sqrt(2.0 * (profile.max() - profile))
    best = int(root.argmin())
    limit = math.sqrt((1.0 + SMALL_SAMPLES / above) * chi2.ppf(confidence, 1))
    low, high = (np.flatnonzero(part > limit) for part in (root[:best], root[best:]))
    down = 0.0 if not len(low) else _crossing(root, int(low[-1]), int(low[-1]) + 1, limit)
    up = 1.0 if not len(high) else _crossing(root, best + int(high[0]), best + int(high[0]) - 1, limit)
    return Interval(down, up)


def _crossing(root: Floats, outside: int, inside: int, limit: float) -> float:
    share = (limit - root[inside]) / (root[outside] - root[inside]) if np.isfinite(root[outside]) else 0.0
    return math.exp(_LOG_P[inside] + share * (_LOG_P[outside] - _LOG_P[inside]))
