"""Drop what does not help."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.editor import ModelEditor
from protomodels.model import ProtoModel
from protomodels.particles import LBP, MULTIPLETS
from protomodels.walker.moves.base import MoveContext


@dataclass(frozen=True)
class Trim:
    """Drop every particle that gives no signal in any result of the current best combination; never the LBP.

    Attributes
    ----------
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    """

    off_shell: bool = True
    name: str = "trim"

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The trimmed model; None where every particle contributes or nothing is known of it."""
        if context.used is None:
            return None
        idle = [pid for pid in model.unstable if pid not in context.used]
        if not idle or len(idle) == len(model.unstable):
            return None
        editor = ModelEditor.of(model, self.off_shell)
        # the heavier of a multiplet first: the lighter's place is then taken by nobody who must go as well
        heavier = {second for _, second in MULTIPLETS}
        for pid in sorted(idle, key=lambda p: p not in heavier):
            if pid in editor.masses and pid != LBP:
                editor.remove(pid)
        return editor.unchecked() if len(editor.masses) > 1 else None
