"""The prior over masses: each uniform in what those of the particles before it leave.

Particles come in an order (``ORDER``) in which each one's allowed range depends on earlier ones only: no lighter than
its wall, X_Z1, and the first of its multiplet; heavy enough for one of its decays; a stop not in the excluded corridor.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from protomodels.channels import CHANNELS, OFF_SHELL_MOTHERS
from protomodels.particles import LBP, MASS_FLOOR, PARTICLES, SM_MASSES
from protomodels.walker.posterior.config import ROOM, PriorConfig
from protomodels.walker.posterior.prior.contents import LIGHTER

ORDER: Final = (
    *(LBP, 1000024, 1000037, 1000023, 1000025),
    *(1000011, 1000012, 1000013, 1000014, 1000015, 1000016),
    *(1000005, 2000005, 1000006, 2000006),
    *(1000001, 1000002, 1000003, 1000004, 1000021),
)
"""The lightest decays of all particles are into earlier ones, which a test shows."""
_PLACE: Final = {pid: place for place, pid in enumerate(ORDER)}

Intervals = tuple[tuple[float, float], ...]


class MassPrior:
    """Densities of masses, with respect to GeV.

    Parameters
    ----------
    config: its ``heaviest``.
    off_shell: X_Z2 and X_W1 may decay through a virtual Z or W.
    """

    def __init__(self, config: PriorConfig, off_shell: bool) -> None:
        self.heaviest = config.heaviest
        self._thresholds: dict[int, tuple[tuple[int, float], ...]] = {}
        for mother in ORDER:
            lowest: dict[int, float] = {}
            for daughter, *others in CHANNELS[mother]:
                if _PLACE[daughter] < _PLACE[mother]:
                    virtual = off_shell and mother in OFF_SHELL_MOTHERS and others in ([23], [24])
                    gap = 0.0 if virtual else sum(SM_MASSES.get(s, 0.0) for s in others)
                    lowest[daughter] = min(gap, lowest.get(daughter, math.inf))
            self._thresholds[mother] = tuple(sorted(lowest.items()))

    def intervals(self, pid: int, masses: Mapping[int, float]) -> Intervals:
        """Where the mass of a particle may lie, GeV: one interval, or two on both sides of the corridor.

        Parameters
        ----------
        masses: GeV by pid; only those of earlier particles matter.
        """
        if pid == LBP:
            return ((MASS_FLOOR, self.heaviest - ROOM),)
        lightest = masses[LBP]
        decaying = min(masses[d] + gap for d, gap in self._thresholds[pid] if d in masses)
        low, high = max(PARTICLES[pid].wall, lightest, decaying, masses.get(LIGHTER.get(pid, 0), 0.0)), self.heaviest
        if PARTICLES[pid].family == "stop":
            ends = ((low, min(high, lightest + 150.0)), (max(low, min(280.0, lightest + 200.0)), high))
            if lightest + 150.0 < 280.0:
                return tuple((a, b) for a, b in ends if a < b)
        return ((low, high),) if low < high else ()

    def log_density(self, masses: Mapping[int, float]) -> float:
        """ln of the density of all masses of a content; -inf outside of the allowed ranges."""
        total = 0.0
        for pid in masses:
            total += self.log_density_of(pid, masses[pid], masses)
        return total

    def log_density_of(self, pid: int, mass: float, masses: Mapping[int, float]) -> float:
        """ln of the density of one mass, given those of earlier particles."""
        allowed = self.intervals(pid, masses)
        if not any(low < mass < high for low, high in allowed):
            return -math.inf
        return -math.log(sum(high - low for low, high in allowed))

    def draw_one(self, pid: int, masses: Mapping[int, float], rng: np.random.Generator) -> float:
        """A mass, given those of earlier particles; NaN where these leave no room."""
        allowed = self.intervals(pid, masses)
        place = rng.random() * sum(high - low for low, high in allowed)
        for low, high in allowed:
            if place < high - low:
                return low + place
            place -= high - low
        return allowed[-1][1] if allowed else math.nan

    def draw(self, pids: Collection[int], rng: np.random.Generator) -> dict[int, float]:
        """Masses of a content, pids ascending."""
        masses: dict[int, float] = {}
        for pid in ORDER:
            if pid in pids:
                masses[pid] = self.draw_one(pid, masses, rng)
        return {pid: masses[pid] for pid in sorted(masses)}
