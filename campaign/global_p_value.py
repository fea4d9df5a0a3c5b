"""The answer of a global p-value: how often universes without new physics reach what was observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from protomodels.statistics.densities import density_p
from protomodels.statistics.intervals import Interval, clopper_pearson
from protomodels.statistics.p_values import counted_p, significance
from protomodels.statistics.tails import TailFit, no_fit, tail_fit
from protomodels.tables import Report, data_frame, finite

if TYPE_CHECKING:
    import pandas as pd

FEWEST_FOR_A_TAIL: Final = 100
"""Universes before which no tail is fitted."""
MOST_REACHING: Final = 10
"""Where more universes reach K, counting says more than a fit."""


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
    fudge: factor on the widths that the data of the universes are drawn with.

    >>> found = GlobalPValue(6.76, (7.0,) * 11 + (5.0,) * 39)
    >>> found
    <GlobalPValue p = 0.235: 11 of 50 universes reach K = 6.760>
    """

    K_observed: float
    K_fake: tuple[float, ...]
    at_least: tuple[float, ...] = ()
    wanted: int = 0
    campaign: str = field(default="", compare=False)
    fudge: float = 1.0

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

    @cached_property
    def tail(self) -> TailFit:
        """p from a fit of the tail of K, where few of many universes reach K_observed; else the reason why not."""
        if self.at_least:
            return no_fit(self.n, f"of {len(self.at_least)} universes only a lower bound of K is known")
        if self.n < FEWEST_FOR_A_TAIL:
            return no_fit(self.n, f"{self.n} universes: at least {FEWEST_FOR_A_TAIL} are needed")
        if self.reaching > MOST_REACHING:
            return no_fit(self.n, f"{self.reaching} universes reach K, more than {MOST_REACHING}: counting says more")
        rng = np.random.default_rng(0)  # a fixed seed: the same universes give the same answer
        return tail_fit(self.K_fake, self.K_observed, rng)

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
            "tail": tail_values(self.tail),
            "Z": self.significance if self.n else None,
            "K_fake": list(self.K_fake),
            "at_least": list(self.at_least),
            "fudge": self.fudge,
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
        return Report(title, notes=(reached + probable, tail_words(self.tail), f"best K there: {values}"))

    def __str__(self) -> str:
        p = f"p = {self.p:.3f}: " if self.n else ""
        return f"{p}{self.reaching} of {self.n} universes reach K = {self.K_observed:.3f}"

    def __repr__(self) -> str:
        return f"<GlobalPValue {self}>"

    def _repr_html_(self) -> str:
        return self.report().html()


def tail_values(tail: TailFit) -> dict[str, Any]:
    """As plain values; null where there is none, and then ``reason`` says why."""
    interval = tail.interval
    return {
        "p": tail.p,
        "at_most": tail.at_most,
        "interval_95": None if interval is None else [interval.low, interval.high],
        "shape": tail.shape,
        "scale": tail.scale,
        "threshold": tail.threshold,
        "above": tail.above,
        "goodness": tail.goodness,
        "reason": tail.reason,
    }


def tail_words(tail: TailFit) -> str:
    """In one line.

    >>> tail_words(no_fit(3, "3 universes: at least 100 are needed"))
    'no tail fit: 3 universes: at least 100 are needed'
    """
    if tail.p is None or tail.interval is None:
        return f"no tail fit: {tail.reason}"
    found = f"p {'at most' if tail.at_most else '='} {tail.p:.2g} (Z = {significance(tail.p):.2f})"
    return (
        f"by a tail fit {found}, 95% interval {tail.interval.low:.2g} to {tail.interval.high:.2g}: generalised Pareto, "
        f"shape {tail.shape:.2f}, of {tail.above} K above {tail.threshold:.2f} "
        f"(Anderson-Darling p = {tail.goodness:.2f})"
    )
