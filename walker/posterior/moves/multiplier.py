r"""A multiplier changes, or a particle gets one of its own, or gives it up.

Half of the time, one of the n + 1 multipliers (the common one, and those of n particles) moves on the log scale by a
normal number, whose width is drawn anew each time: ratio = 1.

Else one of the particles besides X_Z1, each with equal probability: where it has the common multiplier it gets its own,
drawn from q, half the prior and half a normal distribution around the common one (ratio = 1 / q); where it has its own
it gives it up (ratio = q).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protomodels.walker.posterior.moves.move import Proposal, random_step
from protomodels.walker.posterior.point import Point, point_of
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.prior.multipliers import log_normal

NEAR: Final = 0.3
"""Width of that distribution, in ln kappa."""
WIDTHS: Final = (0.03, 2.0)
"""In ln kappa."""


class ChangeMultiplier:
    """See above."""

    name = "multiplier"

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """The same particles with other multipliers."""
        if rng.random() < 0.5:
            step = random_step(WIDTHS, rng)
            pids = list(point.own)
            place = int(rng.integers(len(pids) + 1))
            if place == len(pids):
                return Proposal(point_of(point.masses, point.decays, point.common + step, point.own), 0.0)
            return self._with_own(point, {**point.own, pids[place]: point.own[pids[place]] + step}, 0.0)
        if point.is_empty:
            return None
        pid = point.unstable[int(rng.integers(len(point.decays)))]
        if pid in point.own:
            own = {p: value for p, value in point.own.items() if p != pid}
            return self._with_own(point, own, _log_q(point.own[pid], point.common, prior))
        near = rng.random() < 0.5
        value = float(rng.normal(point.common, NEAR)) if near else prior.multipliers.draw_value(rng)
        return self._with_own(point, {**point.own, pid: value}, -_log_q(value, point.common, prior))

    @staticmethod
    def _with_own(point: Point, own: dict[int, float], log_ratio: float) -> Proposal:
        return Proposal(point_of(point.masses, point.decays, point.common, own), log_ratio)


def _log_q(value: float, common: float, prior: Prior) -> float:
    both = log_normal(value, common, NEAR), prior.multipliers.log_value(value)
    return float(np.logaddexp(*both)) - math.log(2.0)
