r"""Branching ratios change, or become free, or equal.

Half of the time, two of a particle's free shares change, and their sum s stays: u = v_i / s moves on the logit scale by
a normal number.  As d logit / du = 1 / [u (1 - u)], ratio = u' (1 - u') / [u (1 - u)].

Else a particle with k > 1 channels, chosen among all such, goes from equal shares to free ones, drawn from their prior
Dir (ratio = 1 / Dir), or back (ratio = Dir).  Neither changes how many particles may be chosen.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protomodels.walker.posterior.moves.move import Proposal, random_step
from protomodels.walker.posterior.point import Decay, Point, decay_of, point_of
from protomodels.walker.posterior.prior import Prior

WIDTHS: Final = (0.1, 3.0)
"""Of that number."""


class ChangeShares:
    """See above."""

    name = "shares"

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """The same channels with other shares."""
        if rng.random() < 0.5:
            return self._shift(point, rng)
        pids = [pid for pid, decay in point.decays.items() if len(decay.channels) > 1]
        if not pids:
            return None
        pid = pids[int(rng.integers(len(pids)))]
        decay = point.decays[pid]
        if decay.shares is not None:
            log_ratio = prior.decays.log_dirichlet(decay.shares)
            return Proposal(with_decay(point, pid, Decay(decay.channels)), log_ratio)
        shares = prior.decays.draw_shares(len(decay.channels), rng)
        free = decay_of(pid, dict(zip(decay.channels, shares, strict=True)))
        return Proposal(with_decay(point, pid, free), -prior.decays.log_dirichlet(shares))

    @staticmethod
    def _shift(point: Point, rng: np.random.Generator) -> Proposal | None:
        pids = [pid for pid, decay in point.decays.items() if decay.shares is not None]
        if not pids:
            return None
        pid = pids[int(rng.integers(len(pids)))]
        ratios = point.decays[pid].ratios()
        i, j = rng.permutation(len(ratios))[:2].tolist()
        first, second = (point.decays[pid].channels[place] for place in (i, j))
        total = ratios[first] + ratios[second]
        logs = math.log(ratios[first]), math.log(ratios[second])
        logit = logs[0] - logs[1] + random_step(WIDTHS, rng)
        new = 1.0 / (1.0 + math.exp(-logit)) if logit > -500.0 else 0.0
        if not 0.0 < new < 1.0:
            return None  # beyond the resolution of floating point
        ratios[first], ratios[second] = new * total, (1.0 - new) * total
        log_ratio = math.log(new) + math.log1p(-new) - (sum(logs) - 2.0 * math.log(total))
        return Proposal(with_decay(point, pid, decay_of(pid, ratios)), log_ratio)


def with_decay(point: Point, pid: int, decay: Decay) -> Point:
    """The point with another decay of a particle."""
    return point_of(point.masses, {**point.decays, pid: decay}, point.common, point.own)
