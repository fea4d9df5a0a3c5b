"""A channel opens, closes, or takes the place of another.

A particle, and one of its n channels that could be open, are chosen with equal probabilities, which do not depend on
which channels are.  One that is not open opens, and thins the shares of the others (:mod:`.extending`):
ratio = 1 / (density over Jacobian); one that is open closes, unless it is the only one, with the inverse.

Else (a third of the time) one that is not open takes the place, and the share, of one that is: as many pairs can be
chosen on the way back, the numbers stay the same, and ratio = 1.
"""

from __future__ import annotations

import numpy as np

from protomodels.channels import open_channels
from protomodels.walker.posterior.moves.extending import extended, log_density_of_extension, reduced
from protomodels.walker.posterior.moves.move import Proposal
from protomodels.walker.posterior.moves.shares import with_decay
from protomodels.walker.posterior.point import Decay, Point, decay_of
from protomodels.walker.posterior.prior import Prior


class ChangeChannels:
    """See above."""

    name = "channels"

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """A particle with other channels."""
        if point.is_empty:
            return None
        pids = point.unstable
        pid = pids[int(rng.integers(len(pids)))]
        decay, allowed = point.decays[pid], open_channels(pid, point.masses, prior.off_shell)
        closed = [c for c in allowed if c not in decay.channels]
        if rng.random() < 1.0 / 3.0:
            if not closed:
                return None
            old = decay.channels[int(rng.integers(len(decay.channels)))]
            new = closed[int(rng.integers(len(closed)))]
            return Proposal(with_decay(point, pid, _replaced(pid, decay, old, new)), 0.0)
        channel = allowed[int(rng.integers(len(allowed)))]
        if channel in decay.channels:
            left = reduced(pid, decay, (channel,))
            if left is None:
                return None
            log_ratio = log_density_of_extension(decay, (channel,), prior.decays)
            return Proposal(with_decay(point, pid, left), log_ratio)
        after = extended(pid, decay, (channel,), prior.decays, rng)
        return Proposal(with_decay(point, pid, after), -log_density_of_extension(after, (channel,), prior.decays))


def _replaced(pid: int, decay: Decay, old: tuple[int, ...], new: tuple[int, ...]) -> Decay:
    ratios = {new if c == old else c: share for c, share in decay.ratios().items()}
    return decay_of(pid, None, tuple(ratios)) if decay.shares is None else decay_of(pid, ratios)
