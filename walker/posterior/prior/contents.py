"""The prior over particle contents: the number of particles, and which."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import cache
from typing import Final

import numpy as np

from protomodels.particles import HEAVIER, LBP, MULTIPLETS, PARTICLES
from protomodels.walker.posterior.config import PriorConfig

LIGHTER: Final[dict[int, int]] = {second: first for first, second in MULTIPLETS}
"""The first of each multiplet by its second."""
OTHERS: Final = tuple(sorted(pid for pid in PARTICLES if pid != LBP))


@cache
def counts_of_contents() -> tuple[int, ...]:
    """How many contents have n particles, X_Z1 included, for n = 0, 1, ...; the second of a multiplet needs the first.

    >>> counts_of_contents()[:4]
    (0, 1, 15, 109)
    """
    found = np.array([1], dtype=object)
    for _ in MULTIPLETS:
        found = np.convolve(found, np.array([1, 1, 1], dtype=object))
    for _ in range(len(OTHERS) - 2 * len(MULTIPLETS)):
        found = np.convolve(found, np.array([1, 1], dtype=object))
    return (0, *(int(n) for n in found))


def is_content(pids: Collection[int]) -> bool:
    """Is X_Z1 in it, and the first of each multiplet whose second is?"""
    return LBP in pids and all(first in pids for first, second in MULTIPLETS if second in pids)


def births(pids: Collection[int]) -> list[int]:
    """The particles that may be added to a content, ascending."""
    return [pid for pid in OTHERS if pid not in pids and (pid not in LIGHTER or LIGHTER[pid] in pids)]


def deaths(pids: Collection[int]) -> list[int]:
    """The particles that may be taken out of a content, ascending."""
    return [pid for pid in OTHERS if pid in pids and HEAVIER.get(pid) not in pids]


class ContentPrior:
    """Probabilities of contents.

    Parameters
    ----------
    config: its ``contents``, ``particle`` and ``max_particles``.
    """

    def __init__(self, config: PriorConfig) -> None:
        self.largest = config.max_particles
        counts = counts_of_contents()
        logs = np.array([-config.particle * n for n in range(1, self.largest + 1)])
        many = np.log(np.array([float(counts[n]) for n in range(1, self.largest + 1)]))
        if config.contents == "each":
            logs = logs + many
        logs = logs - math.log(float(np.sum(np.exp(logs))))
        self.number_probabilities = np.exp(logs)
        """Of 1, 2, ... particles."""
        self._logs: list[float] = (logs - many).tolist()

    def log_probability(self, n: int) -> float:
        """ln of the probability of one content with ``n`` particles."""
        return self._logs[n - 1] if 1 <= n <= self.largest else -math.inf

    def draw(self, rng: np.random.Generator) -> tuple[int, ...]:
        """A content, pids ascending."""
        n = 1 + int(np.searchsorted(np.cumsum(self.number_probabilities)[:-1], rng.random(), side="right"))
        while True:  # all subsets of this size equally often, of which contents are kept
            pids = {LBP, *(OTHERS[i] for i in rng.permutation(len(OTHERS))[: n - 1].tolist())}
            if is_content(pids):
                return tuple(sorted(pids))
