"""Confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import beta


@dataclass(frozen=True)
class Interval:
    """A confidence interval of a probability."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """high - low."""
        return self.high - self.low


def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> Interval:
    """The exact interval of a probability of which ``k`` cases in ``n`` were seen; at least ``confidence`` of such
    intervals hold the truth (Biometrika 26, 404).

    >>> clopper_pearson(11, 50)
    Interval(low=0.11..., high=0.35...)
    """
    tail = 0.5 * (1.0 - confidence)
    low = float(beta.ppf(tail, k, n - k + 1)) if k > 0 else 0.0
    high = float(beta.ppf(1.0 - tail, k + 1, n - k)) if k < n else 1.0
    return Interval(low, high)
