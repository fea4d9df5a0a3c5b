"""R-hat and effective sizes of one quantity: do independent chains tell the same, and how many draws are they worth?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TAIL: Final = (0.05, 0.95)
"""Quantiles at which the tails are judged."""
SHORTEST: Final = 4
"""Draws of a chain, below which nothing can be said: halves of two draws each."""


@dataclass(frozen=True, slots=True)
class Mixing:
    """How well chains have mixed in one quantity.

    Attributes
    ----------
    r_hat: rank-normalised and split; 1 for chains that tell the same; infinite where each chain stands still somewhere
        else; NaN where it is not defined.
    bulk, tail: effective number of independent draws of all chains together; NaN where it is not defined.
    draws: of all chains together.
    constant: all draws are equal: nothing moved, or nothing can.
    """

    r_hat: float
    bulk: float
    tail: float
    draws: int
    constant: bool

    @property
    def effective(self) -> float:
        """The smaller of the two effective numbers."""
        return min(self.bulk, self.tail)


def mixing(chains: Sequence[Floats]) -> Mixing:
    """Rank-normalised split R-hat, bulk and tail effective sizes (Vehtari et al., Bayesian Anal. 16 (2021) 667).

    Parameters
    ----------
    chains: draws of each chain in their order, (n_i,).  Lengths differ where the quantity is not always there, such as
        the mass of a particle: longer chains are then thinned evenly to the shortest, so that sizes are lower bounds.

    >>> rng = np.random.default_rng(1)
    >>> good = mixing([rng.normal(size=1000) for _ in range(4)])
    >>> good.r_hat < 1.01, good.bulk > 3000
    (True, True)
    >>> mixing([rng.normal(i, size=1000) for i in range(4)]).r_hat > 1.5
    True
    """
    draws = sum(map(len, chains))
    shortest = min(map(len, chains), default=0)
    values = np.concatenate(chains) if draws else np.zeros(0)
    constant = bool(draws) and bool((values == values[0]).all())
    if constant or shortest < SHORTEST:
        return Mixing(math.nan, math.nan, math.nan, draws, constant)
    table = np.stack([_thinned(chain, shortest) for chain in chains])
    if _halves_stand_still(table):
        return Mixing(math.inf, float(len(chains)), float(len(chains)), draws, constant=False)
    # imported here: it takes its time, and most commands need none of it
    from arviz_stats.base.array import array_stats

    axes = {"chain_axis": 0, "draw_axis": 1}
    # an indicator has no tails of its own, and its distance from the median may be constant
    two = len(np.unique(table)) == 2
    r_hat = float(array_stats.rhat(table, method="z_scale" if two else "rank", **axes))
    bulk = float(array_stats.ess(table, method="bulk", **axes))
    tail = bulk if two else float(array_stats.ess(table, method="tail", prob=TAIL, **axes))
    return Mixing(r_hat, bulk, tail, draws, constant=False)


def _thinned(chain: Floats, n: int) -> Floats:
    """``n`` draws of a chain, evenly spaced, as finite numbers."""
    chosen = chain if len(chain) == n else chain[(np.arange(n) * len(chain)) // n]
    return np.asarray(chosen, dtype=np.float64)


def _halves_stand_still(table: Floats) -> bool:
    """Does no half of any chain move?  Then there is no spread within chains to compare with."""
    half = table.shape[1] // 2
    return bool(np.ptp(table[:, :half], axis=1).max() == 0.0 and np.ptp(table[:, -half:], axis=1).max() == 0.0)
