"""Other decays of a particle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.changes import with_shares
from protomodels.channels import open_channels
from protomodels.model import ProtoModel
from protomodels.walker.moves.places import tried_shares


@dataclass(frozen=True)
class Redirect:
    """Other branching ratios of one particle; of several tries.

    A third of the tries keeps the old ratios among themselves and gives a random part to one channel.

    Attributes
    ----------
    tries: models that are proposed.
    """

    off_shell: bool = True
    tries: int = 6

    def propose(self, model: ProtoModel, rng: np.random.Generator) -> tuple[list[ProtoModel], int | None]:
        """Up to ``tries`` models, and the particle that decays differently in them; none where it has one channel."""
        own = model.unstable
        if not own:
            return [], None
        pid = own[int(rng.integers(len(own)))]
        channels = open_channels(pid, model.masses, self.off_shell)
        if len(channels) < 2:
            return [], None
        found = []
        for _ in range(self.tries):
            if rng.random() < 1.0 / 3.0:
                part, channel = rng.random(), channels[int(rng.integers(len(channels)))]
                shares = {c: share * (1.0 - part) for c, share in model.decays[pid].items()}
                shares[channel] = shares.get(channel, 0.0) + part
            else:
                shares = tried_shares(channels, rng)
            found.append(with_shares(model, pid, shares))
        return found, pid
