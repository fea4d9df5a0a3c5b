"""Random branching ratios."""

from __future__ import annotations

import math

import numpy as np

from protomodels.channels import Channel
from protomodels.walker.moves.places import log_uniform


def normalised(values: dict[Channel, float], rng: np.random.Generator) -> dict[Channel, float]:
    """Weights as branching ratios, which sum to 1; zeros are left out.

    Parameters
    ----------
    values: non-negative weight of each channel; where all vanish, one channel at random gets everything.

    >>> normalised({(1000022, 1): 3.0, (1000022, 2): 1.0, (1000022, 3): 0.0}, np.random.default_rng(1))
    {(1000022, 1): 0.75, (1000022, 2): 0.25}
    """
    total = sum(values.values())
    if total <= 0.0:
        channels = list(values)
        return {channels[int(rng.integers(len(channels)))]: 1.0}
    return {channel: value / total for channel, value in values.items() if value > 0.0}


def initial_shares(channels: tuple[Channel, ...], rng: np.random.Generator) -> dict[Channel, float]:
    """Branching ratios of a new particle: max(0, Norm(1/k, sqrt(0.5/k))) for each of k channels, normalised.

    One that is drawn below 0 is closed; arXiv:2012.12246, section 4.3.
    """
    k = len(channels)
    draws = rng.normal(1.0 / k, math.sqrt(0.5 / k), size=k)
    return normalised({c: max(0.0, x) for c, x in zip(channels, draws.tolist(), strict=True)}, rng)


ALONE = 0.55
SMALLEST_SHARE = 0.03


def tried_shares(channels: tuple[Channel, ...], rng: np.random.Generator) -> dict[Channel, float]:
    """Branching ratios to be tried for a particle: one channel alone (55%), or two.

    Of two, one has a share log-uniform between 0.03 and 1: data may want a small part of a large production.
    """
    if len(channels) == 1 or rng.random() < ALONE:
        return {channels[int(rng.integers(len(channels)))]: 1.0}
    first, second = rng.choice(len(channels), 2, replace=False).tolist()
    share = log_uniform(SMALLEST_SHARE, 1.0, rng)
    return {channels[first]: share, channels[second]: 1.0 - share}
