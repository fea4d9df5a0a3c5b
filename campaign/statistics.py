"""Numbers that campaigns answer with: p-values of counting, their intervals, the smooth density beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import beta, gaussian_kde


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


def counted_p(k: int, n: int) -> float:
    """(1 + k) / (1 + n): the p-value where ``k`` of ``n`` universes reach what was observed; never 0.

    >>> counted_p(0, 50)
    0.0196...
    """
    return (1.0 + k) / (1.0 + n)


def density_p(K_observed: float, K_fake: ArrayLike) -> float | None:
    """The part above ``K_observed`` of a Gaussian kernel density with Scott's width, as in arXiv:2012.12246; None for
    fewer than two different values.  Those of -inf (no model was seen) are below whatever was observed.
    """
    values = _finite(K_fake)
    if len(values) < 2 or np.ptp(values) == 0.0:
        return None
    above = float(gaussian_kde(values).integrate_box_1d(K_observed, math.inf))
    return above * len(values) / np.size(K_fake)


def density(K_fake: ArrayLike, at: ArrayLike) -> NDArray[np.float64]:
    """That density."""
    return np.asarray(gaussian_kde(_finite(K_fake))(np.asarray(at, dtype=float)), dtype=np.float64)


def significance(p: float) -> float:
    """Z of a one-sided p-value: the Gaussian tail beyond Z standard deviations.

    >>> round(significance(0.0228), 2)
    2.0
    """
    return float(-ndtri(p))


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    return given[np.isfinite(given)]


@dataclass(frozen=True)
class GlobalPValue:
    """How often universes without new physics reach what was observed.

    Attributes
    ----------
    K_observed: best K on the published data.
    K_fake: best K of each universe that was finished, -inf where no model was seen, (n,).
    at_least: K_fake of the universes of which only a lower bound of the best K was looked for, because it reaches
        K_observed already, (m,); they count as reaching.
    wanted: universes that were asked for.
    """

    K_observed: float
    K_fake: tuple[float, ...]
    at_least: tuple[float, ...] = ()
    wanted: int = 0

    @property
    def n(self) -> int:
        """Universes that count."""
        return len(self.K_fake) + len(self.at_least)

    @property
    def reaching(self) -> int:
        """Universes whose best K is not below the observed one."""
        return len(self.at_least) + sum(K >= self.K_observed for K in self.K_fake)

    @property
    def p(self) -> float:
        """(1 + reaching) / (1 + n)."""
        return counted_p(self.reaching, self.n)

    @property
    def fraction(self) -> float | None:
        """reaching / n, None without universes."""
        return self.reaching / self.n if self.n else None

    def interval(self, confidence: float = 0.95) -> Interval:
        """Clopper and Pearson's, of the probability that a universe reaches K_observed."""
        return clopper_pearson(self.reaching, self.n, confidence)

    @property
    def p_density(self) -> float | None:
        """By a kernel density; None with bounds among the values, or with fewer than two different ones."""
        return None if self.at_least else density_p(self.K_observed, self.K_fake)

    @property
    def significance(self) -> float:
        """The Gaussian equivalent of p."""
        return significance(self.p)


def kolmogorov_smirnov(first: Sequence[float], second: Sequence[float]) -> float:
    """p-value of two samples to come from one distribution (two-sided Kolmogorov-Smirnov test)."""
    from scipy.stats import ks_2samp

    return float(ks_2samp(first, second).pvalue)
