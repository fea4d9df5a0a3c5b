"""The whole prior of a point."""

from __future__ import annotations

import math

import numpy as np

from protomodels.channels import open_channels
from protomodels.particles import LBP
from protomodels.walker.posterior.config import PriorConfig
from protomodels.walker.posterior.point import Point, point_of
from protomodels.walker.posterior.prior.contents import ContentPrior, is_content
from protomodels.walker.posterior.prior.decays import DecayPrior
from protomodels.walker.posterior.prior.masses import MassPrior
from protomodels.walker.posterior.prior.multipliers import MultiplierPrior


class Prior:
    """p(content) p(masses | content) p(decays | masses) p(multipliers | content); docs/reference/posterior.md.

    Parameters
    ----------
    config: widths and weights.
    off_shell: X_Z2 and X_W1 may decay through a virtual Z or W.
    """

    def __init__(self, config: PriorConfig, off_shell: bool = True) -> None:
        self.contents, self.masses = ContentPrior(config), MassPrior(config, off_shell)
        self.decays, self.multipliers = DecayPrior(config), MultiplierPrior(config)
        self.off_shell = off_shell

    def log_density(self, point: Point) -> float:
        """ln of the density of a point, with respect to counting (contents, channels, equal or free shares, own or
        common multipliers) times GeV of masses, all but the last of free shares, and ln kappa; -inf outside."""
        if not is_content(point.masses):
            return -math.inf
        total = self.contents.log_probability(len(point.masses)) + self.masses.log_density(point.masses)
        if total == -math.inf:
            return total
        for pid, decay in point.decays.items():
            allowed = open_channels(pid, point.masses, self.off_shell)
            if not all(channel in allowed for channel in decay.channels):
                return -math.inf
            total += self.decays.log_density(decay, len(allowed))
        return total + self.multipliers.log_density(len(point.decays), point.common, point.own)

    def draw(self, rng: np.random.Generator) -> Point:
        """A point."""
        pids = self.contents.draw(rng)
        masses = self.masses.draw(pids, rng)
        decays, own = {}, {}
        for pid in pids:
            if pid != LBP:
                decays[pid] = self.decays.draw(pid, open_channels(pid, masses, self.off_shell), rng)
                value = self.multipliers.draw_own(rng)
                if value is not None:
                    own[pid] = value
        return point_of(masses, decays, self.multipliers.draw_value(rng), own)
