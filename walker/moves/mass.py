"""Shift the mass of a particle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.editor import ModelEditor
from protomodels.model import ProtoModel
from protomodels.particles import mass_interval
from protomodels.walker.moves.base import MoveContext
from protomodels.walker.moves.limits import draw_mass


@dataclass(frozen=True)
class ChangeMass:
    """With probability 0.05, or always when nothing else fired: one particle, the LBP included, by U(-200, 200)."""

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
        editor = ModelEditor.of(model, self.off_shell)
        editor.masses[pid] = mass
        editor.close_channels()
        return editor.build() if len(editor.masses) > 1 else None
