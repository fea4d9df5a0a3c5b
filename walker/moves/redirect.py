"""Other decays of a particle; or of two at once: each way alone may lose what both together gain."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from protomodels.changes import with_shares
from protomodels.channels import Channel, open_channels
from protomodels.model import ProtoModel
from protomodels.walker.moves.places import tried_shares

SEEN: Final = 0.01
"""A channel with less does not tell one way to decay from another."""


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


@dataclass(frozen=True)
class Rewire:
    """Ways to decay, of two random particles: one channel alone, or two in equal parts, which cost no branching ratio.

    One of the two particles may stay as it is.

    Attributes
    ----------
    tries: models that are proposed, drawn from all.
    """

    off_shell: bool = True
    tries: int = 60

    def propose(self, model: ProtoModel, rng: np.random.Generator) -> list[ProtoModel]:
        """Up to ``tries`` models; none where nothing can decay in another way."""
        own = model.unstable
        if not own:
            return []
        chosen = rng.choice(len(own), min(2, len(own)), replace=False).tolist()
        found: list[dict[int, dict[Channel, float]]] = [{}]
        for pid in (own[i] for i in chosen):
            ways = self._ways(model, pid)
            found += [before | {pid: way} for before in found for way in ways]
        drawn = rng.permutation(len(found) - 1)[: self.tries] + 1  # the first one changes nothing
        return [self._with(model, found[i]) for i in drawn.tolist()]

    def _ways(self, model: ProtoModel, pid: int) -> list[dict[Channel, float]]:
        channels = open_channels(pid, model.masses, self.off_shell)
        present = {channel for channel, share in model.decays[pid].items() if share > SEEN}
        ways = [{channel: 1.0} for channel in channels] + [{a: 0.5, b: 0.5} for a, b in combinations(channels, 2)]
        return [way for way in ways if way.keys() != present]

    def _with(self, model: ProtoModel, ways: dict[int, dict[Channel, float]]) -> ProtoModel:
        for pid, way in ways.items():
            model = with_shares(model, pid, way)
        return model
