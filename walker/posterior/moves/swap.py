"""A particle becomes another one like it: all numbers stay, so that the Jacobian is 1.

One of the pairs (present, absent) is chosen with equal probability (:func:`.alike.swaps`), and as many can be chosen on
the way back, n': ratio = n / n'.  Decays become the parallel ones, where there are.
"""

from __future__ import annotations

import math

import numpy as np

from protomodels.walker.posterior.moves.alike import redirected, renamed_keys, swaps, taken_over
from protomodels.walker.posterior.moves.move import Proposal
from protomodels.walker.posterior.point import Point, point_of
from protomodels.walker.posterior.prior import Prior


class Swap:
    """See above."""

    name = "swap"

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """The same model with another particle."""
        possible = swaps(point.masses)
        if not possible:
            return None
        old, new = possible[int(rng.integers(len(possible)))]
        decays = {}
        for pid, decay in point.decays.items():
            changed = taken_over(decay, old, new) if pid == old else redirected(pid, decay, old, new)
            if changed is None:
                return None
            decays[new if pid == old else pid] = changed
        masses, own = renamed_keys(point.masses, old, new), renamed_keys(point.own, old, new)
        after = point_of(masses, decays, point.common, own)
        return Proposal(after, math.log(len(possible)) - math.log(len(swaps(masses))))
