"""Confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import binomtest


@dataclass(frozen=True)
class Interval:
    """A confidence interval of a probability.

    >>> round(Interval(0.1, 0.3).width, 3)
    0.2
    """

    low: float
    high: float

    @property
    def width(self) -> float:
        """high - low."""
        return self.high - self.low


def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> Interval:
    r"""The exact interval of a probability of which ``k`` cases in ``n`` were seen (Biometrika 26 (1934) 404).

    Its ends solve, with alpha = 1 - confidence,

    .. math:: P(k' \ge k \,|\, p_{low}) = \alpha / 2, \qquad P(k' \le k \,|\, p_{high}) = \alpha / 2

    with 0 below where k = 0, and 1 above where k = n.  At least ``confidence`` of such intervals hold the truth.

    Parameters
    ----------
    k: cases seen, from 0 to n.
    n: cases in all; without any the interval is 0 to 1.
    confidence: between 0 and 1.

    Raises
    ------
    ValueError: where k or the confidence is out of range.

    >>> clopper_pearson(11, 50)
    Interval(low=0.11..., high=0.35...)
    >>> clopper_pearson(0, 50).low
    0.0
    >>> clopper_pearson(0, 0)
    Interval(low=0.0, high=1.0)
    """
    if n == 0 == k:
        return Interval(0.0, 1.0)
    found = binomtest(k, n).proportion_ci(confidence, method="exact")
    return Interval(float(found.low), float(found.high))
