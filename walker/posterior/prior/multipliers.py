"""The prior over multipliers: a common one, and those of particles that have their own."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from protomodels.walker.posterior.config import PriorConfig


class MultiplierPrior:
    """Densities of ln kappa, with respect to counting (own or common, of each particle) times all ln kappa.

    Parameters
    ----------
    config: its ``spread``, ``multiplier`` and ``repeated``.
    """

    def __init__(self, config: PriorConfig) -> None:
        self.width = math.log(config.spread)
        own, common = math.exp(-config.multiplier), math.exp(-config.multiplier * config.repeated)
        self.probability_own = own / (own + common)
        self._log_own, self._log_common = math.log(own / (own + common)), math.log(common / (own + common))

    def log_value(self, value: float) -> float:
        """ln of the density of one ln kappa: normal around 0."""
        return log_normal(value, 0.0, self.width)

    def log_own(self, value: float | None) -> float:
        """ln of the density of one particle's own ln kappa; of having the common one where it is None."""
        return self._log_common if value is None else self._log_own + self.log_value(value)

    def log_density(self, n_unstable: int, common: float, own: Mapping[int, float]) -> float:
        """ln of the density of all of a model with so many particles besides X_Z1."""
        total = self.log_value(common) + (n_unstable - len(own)) * self._log_common
        for value in own.values():
            total += self._log_own + self.log_value(value)
        return total

    def draw_value(self, rng: np.random.Generator) -> float:
        """One ln kappa."""
        return float(rng.normal(0.0, self.width))

    def draw_own(self, rng: np.random.Generator) -> float | None:
        """One particle's own ln kappa, or None for the common one."""
        return self.draw_value(rng) if rng.random() < self.probability_own else None


def log_normal(x: float, mean: float, width: float) -> float:
    """ln of the density of a normal distribution."""
    return -0.5 * ((x - mean) / width) ** 2 - math.log(width) - 0.5 * math.log(2.0 * math.pi)
