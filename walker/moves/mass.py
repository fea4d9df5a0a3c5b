"""Shift the mass of a particle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.changes import with_mass
from protomodels.model import ProtoModel
from protomodels.particles import mass_interval
from protomodels.walker.moves.base import MoveContext
from protomodels.walker.moves.places import draw_mass


@dataclass(frozen=True)
class ChangeMass:
    """Shift the mass of one particle, the LBP included, by U(-200, 200) GeV (arXiv:2012.12246, section 4.3).

    With probability 0.05, and always where no other move has fired, so that every step proposes something.  The new
    mass keeps to the walls, to the order of multiplets and out of the stop's corridor.

    Attributes
    ----------
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    probability: of the move, where another has fired.
    width: GeV, of the shift to either side.
    """

    off_shell: bool = True
    probability: float = 0.05
    width: float = 200.0
    name: str = "mass"

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The model with one mass changed inside its limits; None where the move does not fire."""
        if rng.random() >= self.probability and context.fired:
            return None
        pids = list(model.masses)
        pid = pids[int(rng.integers(len(pids)))]
        low, high = mass_interval(pid, model.masses)
        centre = model.masses[pid]
        low, high = max(low, centre - self.width), min(high, centre + self.width)
        mass = draw_mass(pid, model.masses, low, high, rng)
        if mass is None:
            return None
        moved = with_mass(model, pid, mass, self.off_shell)
        return moved if moved.n_particles > 1 else None
