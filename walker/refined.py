"""The refined search: which proposal comes next, and when a model is polished.

A new particle is tried at many places at once (:class:`Insert`), small changes climb (:class:`Refine`, :class:`Shift`),
the paper's moves explore, and at fixed steps the model is brought to the top of its mode (:func:`climb`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.walker.moves import Insert, Refine, Shift
from protomodels.walker.state import WalkState

CLIMB_EVERY: Final = 100
"""Steps."""
CLOSE: Final = 3.0
"""In K: a model that is lower than the best of its walk by more is not polished."""
LIGHTEST, HEAVIEST = 20.0, 700.0
"""GeV; the X_Z1 of a first model is log-uniform in between."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a step may lead to.

    Attributes
    ----------
    models: of which the best counts.
    name: of what was proposed.
    only_up: accepted only where K does not fall.
    """

    models: list[ProtoModel]
    name: str
    only_up: bool = False


@dataclass(frozen=True)
class Refined:
    """Proposals of the refined search; each step draws one kind.

    Attributes
    ----------
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    small, shift, insert: probabilities of a small change of one number, of several masses together, and of a new
        particle.  What is left belongs to the paper's moves.
    """

    off_shell: bool = True
    small: float = 0.5
    shift: float = 0.1
    insert: float = 0.15

    def propose(self, state: WalkState, rng: np.random.Generator) -> Proposal | None:
        """The next proposal; None where the paper's moves have their turn."""
        model, u = state.model, rng.random()
        if state.K is None or model.n_particles < 2:
            models = Insert(self.off_shell, replace=0.5).propose(model, rng)
            return Proposal(models, "insert") if models else None
        if u < self.small:
            changed = Refine(self.off_shell).change(model, rng)
            return Proposal([] if changed is None else [changed], "refine", True)
        if u < self.small + self.shift:
            return Proposal(Shift(self.off_shell).propose(model, rng), "shift")
        if u < self.small + self.shift + self.insert:
            return Proposal(Insert(self.off_shell).propose(model, rng), "insert")
        return None

    def first(self, rng: np.random.Generator) -> ProtoModel:
        """A first model: X_Z1 with a particle of random mass and decays."""
        models: list[ProtoModel] = []
        while not models:
            lightest = float(np.exp(rng.uniform(np.log(LIGHTEST), np.log(HEAVIEST))))
            models = Insert(self.off_shell, tries=1).propose(ProtoModel({LBP: lightest}), rng)
        return models[0]

    def climbs(self, state: WalkState) -> bool:
        """Is the next step one in which the model is polished?"""
        if state.K is None or state.K == state.climbed or (state.step + 1) % CLIMB_EVERY:
            return False
        return state.peak is None or state.K > state.peak.K - CLOSE
