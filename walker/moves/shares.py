"""Random branching ratios."""

from __future__ import annotations

import math

import numpy as np

from protomodels.channels import Channel


def normalised(values: dict[Channel, float], rng: np.random.Generator) -> dict[Channel, float]:
    """Non-negative weights as branching ratios; where all vanish one channel at random gets everything."""
    total = sum(values.values())
    if total <= 0.0:
        channels = list(values)
        return {channels[int(rng.integers(len(channels)))]: 1.0}
    return {channel: value / total for channel, value in values.items() if value > 0.0}


def initial_shares(channels: tuple[Channel, ...], rng: np.random.Generator) -> dict[Channel, float]:
    """Each of k open channels max(0, Norm(1/k, sqrt(0.5/k))), normalised."""
    k = len(channels)
    draws = rng.normal(1.0 / k, math.sqrt(0.5 / k), size=k)
    return normalised({c: max(0.0, float(x)) for c, x in zip(channels, draws, strict=True)}, rng)
