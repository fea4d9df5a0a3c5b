"""The prior over the decays of one particle: which of the open channels it has, and whether their shares are free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from protomodels.channels import Channel
from protomodels.walker.posterior.config import PriorConfig
from protomodels.walker.posterior.point import Decay, decay_of


class DecayPrior:
    """Densities of decays, with respect to counting (channels; equal or free) times all shares but the last.

    Each non-empty set of k of the n open channels has the weight q^k (1 - q)^(n - k), with equal shares 1 and, for
    k > 1, with free ones exp[-(k - 1) cost]; free ones have a symmetric Dirichlet distribution.

    Parameters
    ----------
    config: its ``inclusion``, ``share`` and ``concentration``.
    """

    def __init__(self, config: PriorConfig) -> None:
        self.inclusion, self.cost, self.concentration = config.inclusion, config.share, config.concentration
        self._log_total = cache(self._sum_of_weights)

    def log_free(self, k: int) -> float:
        """ln of the probability that the shares of k > 1 channels are free."""
        return -self.cost * (k - 1) - math.log1p(math.exp(-self.cost * (k - 1)))

    def log_equal(self, k: int) -> float:
        """ln of the probability that the shares of k channels are equal."""
        return 0.0 if k == 1 else -math.log1p(math.exp(-self.cost * (k - 1)))

    def log_density(self, decay: Decay, n_open: int) -> float:
        """ln of the density of a decay that has some of ``n_open`` channels."""
        k = len(decay.channels)
        value = k * math.log(self.inclusion) + (n_open - k) * math.log1p(-self.inclusion) - self._log_total(n_open)
        if decay.shares is None:
            return value
        return value - self.cost * (k - 1) + self.log_dirichlet(decay.shares)

    def log_dirichlet(self, shares: Sequence[float]) -> float:
        """ln of the density of shares; -inf where one is 0."""
        k, a = len(shares), self.concentration
        if not min(shares) > 0.0:
            return -math.inf
        return math.lgamma(k * a) - k * math.lgamma(a) + (a - 1.0) * sum(map(math.log, shares))

    def draw_shares(self, k: int, rng: np.random.Generator) -> list[float]:
        """Free shares of k channels."""
        return [float(x) for x in rng.dirichlet([self.concentration] * k)]

    def draw(self, pid: int, channels: Sequence[Channel], rng: np.random.Generator) -> Decay:
        """A decay of a particle with these open channels.

        Sets are drawn channel by channel, and taken with a probability proportional to the sum of the weights of their
        shares: empty ones never.
        """
        largest = 1.0 + math.exp(-self.cost)  # the weight of shares, summed, for k = 2
        while True:
            kept = [c for c, x in zip(channels, rng.random(len(channels)).tolist(), strict=True) if x < self.inclusion]
            k = len(kept)
            if k and rng.random() * largest < self._weight(k):
                break
        if k > 1 and rng.random() < math.exp(self.log_free(k)):
            return decay_of(pid, dict(zip(kept, self.draw_shares(k, rng), strict=True)))
        return decay_of(pid, None, tuple(kept))

    def _sum_of_weights(self, n: int) -> float:
        q = self.inclusion
        return math.log(sum(math.comb(n, k) * q**k * (1.0 - q) ** (n - k) * self._weight(k) for k in range(1, n + 1)))

    def _weight(self, k: int) -> float:
        """Of equal and of free shares together."""
        return 1.0 if k == 1 else 1.0 + math.exp(-self.cost * (k - 1))
