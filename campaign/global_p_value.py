"""The answer of a global p-value: how often universes without new physics reach what was observed."""

from __future__ import annotations

from dataclasses import dataclass

from protomodels.statistics.densities import density_p
from protomodels.statistics.intervals import Interval, clopper_pearson
from protomodels.statistics.p_values import counted_p, significance


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
