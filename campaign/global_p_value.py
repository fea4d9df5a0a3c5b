"""The answer of a global p-value: how often universes without new physics reach what was observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from protomodels.statistics.densities import density_p
from protomodels.statistics.intervals import Interval, clopper_pearson
from protomodels.statistics.p_values import counted_p, significance
from protomodels.tables import Report, data_frame, finite

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class GlobalPValue:
    """The global p-value of a run, counted: how often universes without new physics reach its best K.

    Attributes
    ----------
    K_observed: best K on the published data.
    K_fake: best K of each universe that was finished, -inf where no model was seen, (n,).
    at_least: K_fake of the universes of which only a lower bound of the best K was looked for, because it reaches
        K_observed already, (m,); they count as reaching.
    wanted: universes that were asked for.
    campaign: its id in the storage; empty for one that was not stored.

    >>> found = GlobalPValue(6.76, (7.0,) * 11 + (5.0,) * 39)
    >>> found
    <GlobalPValue p = 0.235: 11 of 50 universes reach K = 6.760>
    """

    K_observed: float
    K_fake: tuple[float, ...]
    at_least: tuple[float, ...] = ()
    wanted: int = 0
    campaign: str = field(default="", compare=False)

    @property
    def n(self) -> int:
        """Number of universes that are finished: walked, or decided by a bound."""
        return len(self.K_fake) + len(self.at_least)

    @property
    def reaching(self) -> int:
        """Number k of universes whose best K is not below the observed one."""
        return len(self.at_least) + sum(K >= self.K_observed for K in self.K_fake)

    @property
    def p(self) -> float:
        """p = (1 + k) / (1 + n) for k of n universes that reach K: never 0, and never too small on average."""
        return counted_p(self.reaching, self.n)

    @property
    def fraction(self) -> float | None:
        """The fraction k / n that the interval is of; None without universes."""
        return self.reaching / self.n if self.n else None

    def interval(self, confidence: float = 0.95) -> Interval:
        """Clopper and Pearson's, of the probability that a universe reaches K_observed; 0 to 1 without universes."""
        return clopper_pearson(self.reaching, self.n, confidence)

    @property
    def p_density(self) -> float | None:
        """By a kernel density; None with bounds among the values, or with fewer than two different ones."""
        return None if self.at_least else density_p(self.K_observed, self.K_fake)

    @property
    def significance(self) -> float:
        """Z of p: the one-sided Gaussian equivalent, in standard deviations."""
        return significance(self.p)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the names of ``protomodels pvalue --format json``; None for what is not finite."""
        interval = self.interval()
        values = {
            "campaign": self.campaign,
            "K": self.K_observed,
            "universes": self.n,
            "wanted": self.wanted,
            "reaching": self.reaching,
            "p": self.p if self.n else None,
            "interval_95": [interval.low, interval.high],
            "p_density": self.p_density,
            "Z": self.significance if self.n else None,
            "K_fake": list(self.K_fake),
            "at_least": list(self.at_least),
        }
        plain: dict[str, Any] = finite(values)
        return plain

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each finished universe (pandas): its best K, and whether that is only a lower bound.

        Raises
        ------
        MissingExtraError: where pandas is not installed.
        """
        rows = [{"K": K, "bound": False} for K in self.K_fake] + [{"K": K, "bound": True} for K in self.at_least]
        return data_frame(rows, ("K", "bound"))

    def report(self) -> Report:
        """As text for people."""
        if not self.n:
            return Report("no universe is finished yet")
        interval = self.interval()
        unwalked = f" ({len(self.at_least)} by a model known before, not walked)" if self.at_least else ""
        smooth = "" if self.p_density is None else f"; by a kernel density {self.p_density:.3f}"
        title = f"global p-value of K = {self.K_observed:.3f}: p = {self.p:.3f} (Z = {self.significance:.2f})"
        reached = f"{self.reaching} of {self.n} universes without new physics reach it{unwalked}: "
        probable = f"95% interval of this probability {interval.low:.3f} to {interval.high:.3f}{smooth}"
        values = ", ".join(f"{K:.2f}" for K in sorted(self.K_fake))
        return Report(title, notes=(reached + probable, f"best K there: {values}"))

    def __str__(self) -> str:
        p = f"p = {self.p:.3f}: " if self.n else ""
        return f"{p}{self.reaching} of {self.n} universes reach K = {self.K_observed:.3f}"

    def __repr__(self) -> str:
        return f"<GlobalPValue {self}>"

    def _repr_html_(self) -> str:
        return self.report().html()
