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
def counts_of_contents(with_one: int = 0) -> tuple[int, ...]:
    """How many contents have n particles, X_Z1 included, for n = 0, 1, ...; the second of a multiplet needs the first.

    Parameters
    ----------
    with_one: only those with this particle.

    >>> counts_of_contents()[:4], counts_of_contents(2000006)[:5]
    ((0, 1, 15, 109), (0, 0, 0, 1, 14))
    """
    choices = {pid: [1, 1] for pid in OTHERS if pid not in LIGHTER}  # by how many particles come with a choice
    choices |= {first: [1, 1, 1] for first in HEAVIER}
    if with_one:
        first = LIGHTER.get(with_one, with_one)
        choices[first] = [0, *choices[first][1:]] if first == with_one else [0, 0, 1]
    found = np.ones(1, dtype=np.int64)
    for ways in choices.values():
        found = np.convolve(found, np.array(ways, dtype=np.int64))
    return (0, *found.tolist(), *[0] * (len(OTHERS) + 1 - len(found)))


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

    def inclusion(self) -> dict[int, float]:
        """The probability of each particle but X_Z1."""
        counts = {pid: counts_of_contents(pid) for pid in OTHERS}
        weights = [math.exp(log) for log in self._logs]
        return {
            pid: sum(weight * n for weight, n in zip(weights, own[1:], strict=False)) for pid, own in counts.items()
        }

    def draw(self, rng: np.random.Generator) -> tuple[int, ...]:
        """A content, pids ascending."""
        n = 1 + int(np.searchsorted(np.cumsum(self.number_probabilities)[:-1], rng.random(), side="right"))
        while True:  # all subsets of this size equally often, of which contents are kept
            pids = {LBP, *(OTHERS[i] for i in rng.permutation(len(OTHERS))[: n - 1].tolist())}
            if is_content(pids):
                return tuple(sorted(pids))
