"""Several masses by one amount, so that the gaps between them stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.changes import with_masses
from protomodels.editor import same_sections
from protomodels.model import ProtoModel, plain
from protomodels.particles import LBP
from protomodels.walker.moves.refine import log_uniform


@dataclass(frozen=True)
class Shift:
    """Some particles, each with probability 1/2, by Norm(0, w), w log-uniform in ``widths`` (GeV).

    A compressed spectrum lives in a narrow valley: its gap matters more than its masses, and one mass alone cannot
    move.  Half of the time the cross sections stay, else the kappas.
    """

    off_shell: bool = True
    widths: tuple[float, float] = (2.0, 100.0)

    def propose(self, model: ProtoModel, rng: np.random.Generator) -> ProtoModel | None:
        """The model with several masses changed; None where that cannot exist, or is the change of one mass."""
        own = [pid for pid in model.masses if rng.random() < 0.5]
        by, keep_sections = rng.normal(0.0, log_uniform(*self.widths, rng)), rng.random() < 0.5
        if len(own) < 2:
            return None
        masses = plain(model.masses)
        for pid in own:
            masses[pid] += by
        moved = with_masses(model, masses, self.off_shell)
        if moved is not None and keep_sections:
            for pid in own:
                if pid != LBP:
                    moved = same_sections(model, moved, pid)
        return moved
