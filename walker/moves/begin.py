"""A first model: one particle with one decay, at many masses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.channels import Channel, open_channels
from protomodels.model import ProtoModel, plain
from protomodels.particles import LBP
from protomodels.walker.moves.add import absent_particles
from protomodels.walker.moves.places import log_uniform, placed, tried_kappa, tried_mass


@dataclass(frozen=True)
class Begin:
    """X_Z1 and a particle with one decay to it, or through another one; of many tries.

    All tries of a proposal have the same particles and decays: were they random, the best of them would be the largest
    excess of the data each time, and nobody would begin at another one.

    Attributes
    ----------
    tries: models that are proposed, fewer where the decay is not open.
    through: share of the proposals with another particle between.
    lightest, heaviest: GeV; X_Z1 is log-uniform in between.
    """

    off_shell: bool = True
    tries: int = 60
    through: float = 0.33
    lightest: float = 20.0
    heaviest: float = 700.0

    def propose(self, rng: np.random.Generator) -> tuple[list[ProtoModel], int]:
        """Models, at least one, and the pid of their particle."""
        through, found, pid = rng.random() < self.through, list[ProtoModel](), LBP
        while not found:
            kinds = [_drawn(self._kinds(LBP), rng)]
            mothers = self._kinds(kinds[0][0]) if through else []
            if through and not mothers:
                continue
            kinds += [_drawn(mothers, rng)] if mothers else []
            pid = kinds[-1][0]
            for _ in range(self.tries):
                model = self._model(kinds, rng)
                if model is not None:
                    found.append(model)
        return found, pid

    def _kinds(self, daughter: int) -> list[tuple[int, Channel]]:
        """Each particle with each decay to ``daughter`` that may be open."""
        masses = {LBP: 100.0, daughter: 100.0 if daughter == LBP else 700.0}
        return [
            (pid, channel)
            for pid in absent_particles(masses)
            for channel in open_channels(pid, masses | {pid: 1500.0}, self.off_shell)
            if channel[0] == daughter
        ]

    def _model(self, kinds: list[tuple[int, Channel]], rng: np.random.Generator) -> ProtoModel | None:
        """A model with these particles and decays; None where they are not open at the masses that were drawn."""
        model = ProtoModel({LBP: log_uniform(self.lightest, self.heaviest, rng)})
        for pid, channel in kinds:
            mass = tried_mass(model, pid, rng)
            if mass is None or channel not in open_channels(pid, plain(model.masses) | {pid: mass}, self.off_shell):
                return None
            model = placed(model, pid, mass, {channel: 1.0}, tried_kappa(rng))
        return model


def _drawn(kinds: list[tuple[int, Channel]], rng: np.random.Generator) -> tuple[int, Channel]:
    return kinds[int(rng.integers(len(kinds)))]
