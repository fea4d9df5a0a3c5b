"""Take a particle out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.changes import without
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from protomodels.walker.moves.base import MoveContext


@dataclass(frozen=True)
class Remove:
    """Remove a particle, the likelier the more there are (arXiv:2012.12246, section 4.3).

    With n of N = 20 particles present, and more than two, it fires where u <= n/N, with
    u ~ Norm(0.4 / max(1, Z + 1), 0.5): 30% the heaviest, else one at random.  Decays into it are closed.

    Attributes
    ----------
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    """

    off_shell: bool = True
    name: str = "remove"

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The model with one particle less; None where the move does not fire."""
        if model.n_particles <= 2:
            return None
        u = rng.normal(0.4 / max(1.0, context.Z + 1.0), 0.5)
        if u > model.n_particles / len(PARTICLES):
            return None
        pids = model.unstable
        if rng.random() < 0.3:
            pid = max(pids, key=lambda p: (model.masses[p], p))
        else:
            pid = pids[int(rng.integers(len(pids)))]
        left = without(model, pid, self.off_shell)
        return left if left.n_particles > 1 else None
