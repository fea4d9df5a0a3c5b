"""A new particle where the data may want one: many tries, of which the best becomes the proposal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.changes import without
from protomodels.channels import Channel, open_channels
from protomodels.model import ProtoModel, plain
from protomodels.walker.moves.add import absent_particles
from protomodels.walker.moves.places import placed, tried_kappa, tried_mass, tried_particle, tried_shares


@dataclass(frozen=True)
class Insert:
    """A particle that is absent, tried with many masses, decays and strengths; the walk scores all and takes the best.

    A new particle at random fits no excess in most cases, and is gone before its mass is found.  Each try has a mass, a
    common kappa of all its pairs (:mod:`protomodels.walker.moves.places`), and branching ratios
    (:func:`protomodels.walker.moves.places.tried_shares`).

    Attributes
    ----------
    tries: models that are proposed.
    alike: so many of them in turn have the same branching ratios: what decays alike is predicted faster.
    replace: share of the proposals in which it takes the place of another particle.
    again: of these, the share in which it is the same particle, elsewhere.
    """

    off_shell: bool = True
    tries: int = 100
    alike: int = 20
    replace: float = 0.3
    again: float = 0.4

    def propose(self, model: ProtoModel, rng: np.random.Generator) -> tuple[list[ProtoModel], int | None]:
        """Up to ``tries`` models, and the pid of their new particle; none where no mass is possible."""
        others, gone = model.unstable, None
        if others and rng.random() < self.replace:
            gone = others[int(rng.integers(len(others)))]
            model = without(model, gone, self.off_shell)
        absent = absent_particles(model.masses)
        if not absent:
            return [], None
        again = gone is not None and gone in absent and rng.random() < self.again
        pid = gone if again and gone is not None else tried_particle(absent, rng)
        found: list[ProtoModel] = []
        shares: dict[Channel, float] = {}
        for i in range(self.tries):
            mass = tried_mass(model, pid, rng)
            if mass is None:
                continue
            channels = open_channels(pid, plain(model.masses) | {pid: mass}, self.off_shell)
            if channels and (i % self.alike == 0 or not shares.keys() <= set(channels)):
                shares = tried_shares(channels, rng)
            if channels and shares:
                found.append(placed(model, pid, mass, shares, tried_kappa(rng)))
        return found, pid
