"""Contents of models, and the prior probabilities of contents and particles."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import cache
from typing import Final

import numpy as np

from protomodels.particles import LBP, MULTIPLETS, PARTICLES
from protomodels.walker.posterior.prior.contents import ContentPrior

EMPTY: Final = frozenset({LBP})
"""The content of the Standard Model: the lightest particle alone, which no result sees."""


def prior_of_content(contents: ContentPrior, pids: Collection[int]) -> float:
    """Prior probability of a content, X_Z1 included."""
    return math.exp(contents.log_probability(len(pids)))


def prior_of_particle(contents: ContentPrior, pid: int) -> float:
    """Prior probability that a particle is there: the sum over all contents with it."""
    counts = counts_with(pid)
    return math.fsum(
        count * math.exp(contents.log_probability(n))
        for n, count in enumerate(counts)
        if n <= contents.largest and count
    )


@cache
def counts_with(pid: int) -> tuple[int, ...]:
    """How many contents have a particle and n in all, X_Z1 included, for n = 0, 1, ...

    The second of a multiplet is there only with the first.

    >>> counts_with(1000021)[:4], counts_with(2000006)[:4]
    ((0, 0, 1, 14), (0, 0, 0, 1))
    """
    found = np.array([0, 1], dtype=object)
    for pair in MULTIPLETS:
        # none, the first, both
        ways = [1, 1, 1] if pid not in pair else [0, 1, 1] if pid == pair[0] else [0, 0, 1]
        found = np.convolve(found, np.array(ways, dtype=object))
    paired = {member for pair in MULTIPLETS for member in pair}
    for other in PARTICLES:
        if other != LBP and other not in paired:
            found = np.convolve(found, np.array([int(other != pid), 1], dtype=object))
    return tuple(int(n) for n in found)
