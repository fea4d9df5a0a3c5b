"""Probabilities from the share of draws, with errors that independent chains give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protomodels.statistics.posterior.mixing import mixing


@dataclass(frozen=True, slots=True)
class Probability:
    """A probability and the standard error of the computation."""

    value: float
    error: float


def probability(chains: Sequence[NDArray[np.bool_]]) -> Probability:
    r"""The share of draws in which something is true.

    The error is the larger of two estimates: the spread of the chains' shares over the root of their number, and
    :math:`\sqrt{p (1 - p) / n_{eff}}` with the effective size of the indicator (of chains that stand still, their
    number).  Where all draws agree, it is the width :math:`1 / (n + 2)` that a uniform prior leaves, with n draws:
    a lower bound then, as their effective number cannot be told.

    Parameters
    ----------
    chains: of each chain, draw by draw, (n_i,); equal weight for equal numbers of draws.

    Raises
    ------
    ValueError: without any draws.

    >>> probability([np.array([True, False] * 500), np.array([True, False] * 500)]).value
    0.5
    >>> probability([np.zeros(48, dtype=bool), np.zeros(50, dtype=bool)])
    Probability(value=0.0, error=0.01)
    """
    n = sum(map(len, chains))
    if n == 0:
        raise ValueError("a probability needs at least one draw")
    p = sum(int(chain.sum()) for chain in chains) / n
    if p in (0.0, 1.0):
        return Probability(p, 1.0 / (n + 2))
    shares = np.array([chain.mean() for chain in chains if len(chain)])
    between = float(shares.std(ddof=1)) / math.sqrt(len(shares)) if len(shares) > 1 else 0.0
    effective = mixing([chain.astype(np.float64) for chain in chains]).bulk
    within = math.sqrt(p * (1.0 - p) / effective) if effective > 0.0 else math.sqrt(p * (1.0 - p))
    return Probability(p, max(between, within))
