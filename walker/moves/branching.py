"""Change the branching ratios of a particle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from protomodels.changes import with_shares
from protomodels.channels import Channel, open_channels
from protomodels.model import ProtoModel
from protomodels.walker.moves.base import MoveContext
from protomodels.walker.moves.places import normalised


@dataclass(frozen=True)
class ChangeBranching:
    """Change the branching ratios of a particle, with probability 0.2 (arXiv:2012.12246, section 4.3).

    The particle is drawn from those with at least two open channels.  5%: one channel gets everything.  Else, with k
    channels and dx = 0.1 / sqrt(k), each branching ratio b becomes 0 (5%) or U(max(0, b - dx), min(1, b + dx)), and all
    are normalised.

    Attributes
    ----------
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    probability: of the move, in each step.
    """

    off_shell: bool = True
    probability: float = 0.2
    name: str = "branching"

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The model with other branching ratios; None where the move does not fire."""
        if rng.random() >= self.probability:
            return None
        choices = {p: open_channels(p, model.masses, self.off_shell) for p in model.unstable}
        pids = [pid for pid, channels in choices.items() if len(channels) >= 2]
        if not pids:
            return None
        pid = pids[int(rng.integers(len(pids)))]
        return with_shares(model, pid, _shaken(model.decays[pid], choices[pid], rng))


def _shaken(
    ratios: Mapping[Channel, float], channels: tuple[Channel, ...], rng: np.random.Generator
) -> dict[Channel, float]:
    """Other branching ratios, as :class:`ChangeBranching` says."""
    if rng.random() < 0.05:
        return {channels[int(rng.integers(len(channels)))]: 1.0}
    dx = 0.1 / math.sqrt(len(channels))
    values = {}
    for channel in channels:
        b = ratios.get(channel, 0.0)
        off = rng.random() < 0.05
        values[channel] = 0.0 if off else float(rng.uniform(max(0.0, b - dx), min(1.0, b + dx)))
    return normalised(values, rng)
