"""The signals that a fast form is fitted and judged with: in one region, spread, and in all regions at once.

Sizes are in standard deviations of a region's data, the square root of b + V_ii.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.statistics.histfactory.model import Floats
from protomodels.statistics.simplified import CovarianceModel

ONE, SPREAD, ALL = "in one region", "spread", "in all regions"
KINDS: Final = (ONE, SPREAD, ALL)

STRENGTHS: Final = (0.5, 1.0, 2.0, 3.0)
"""Of a signal in one region, and of a spread one in all."""
IN_EACH: Final = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
"""Of a signal in all regions, in each of them."""
FEW: Final = 4
"""Up to so many regions each is tried with every strength."""
N_SPREAD: Final = 50
"""Spread signals to fit to."""
N_JUDGED: Final = 12
"""Spread signals of each strength to judge with."""

Labelled = list[tuple[str, Floats]]


def sizes(model: CovarianceModel) -> Floats:
    """One standard deviation of the data of each region, events, (n,)."""
    return np.asarray(np.sqrt(np.maximum(model.center, 0.0) + np.diag(model.covariance)))


def _one(size: Floats, region: int, strength: float) -> tuple[str, Floats]:
    return ONE, np.where(np.arange(len(size)) == region, strength * size, 0.0)


def _spread(size: Floats, strength: float, rng: np.random.Generator) -> tuple[str, Floats]:
    """A random half of the regions, of random sizes."""
    parts = rng.random(len(size)) * (rng.random(len(size)) < 0.5)
    parts[rng.integers(len(size))] += 0.5
    return SPREAD, strength * size * parts / np.sqrt(parts @ parts)


def for_fitting(model: CovarianceModel, rng: np.random.Generator) -> Labelled:
    """Every region alone, spread signals, and coherent ones; kind and events, (n,), of each.

    Parameters
    ----------
    model: backgrounds of n regions.
    """
    size = sizes(model)
    n = len(size)
    strengths = STRENGTHS if n <= FEW else (1.0, 3.0)
    found = [_one(size, region, strength) for region in range(n) for strength in strengths]
    if n > 1:
        found += [(ALL, strength * size) for strength in IN_EACH]
        found += [_spread(size, rng.uniform(0.5, 3.0), rng) for _ in range(N_SPREAD)]
    return found


def for_judging(model: CovarianceModel, rng: np.random.Generator) -> Labelled:
    """The region with the largest excess, three others, spread signals and coherent ones, each of several strengths."""
    size = sizes(model)
    n = len(size)
    excess = int(np.argmax((model.observed - model.center) / size))
    found: Labelled = []
    for strength in STRENGTHS:
        found += [_one(size, region, strength) for region in (excess, *rng.integers(n, size=3).tolist())]
        if n > 1:
            found.append((ALL, strength * size))
            found += [_spread(size, strength, rng) for _ in range(N_JUDGED)]
    return found
