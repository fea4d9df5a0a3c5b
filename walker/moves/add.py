"""A new particle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.changes import with_particle
from protomodels.channels import open_channels
from protomodels.model import ProtoModel, plain
from protomodels.particles import MULTIPLETS, PARTICLES, mass_interval
from protomodels.walker.moves.base import MoveContext
from protomodels.walker.moves.places import ATTEMPTS, draw_mass, initial_shares

FIRST_OF: Final = {second: first for first, second in MULTIPLETS}


@dataclass(frozen=True)
class Add:
    """Add a particle, the likelier the fewer there are (arXiv:2012.12246, section 4.3).

    With n of N = 20 particles present it fires where u >= n/N, with u ~ Norm(1 - 0.7 / max(1, Z + 1), 0.5); always
    beside a lone LBP.  All absent particles are equally likely; the second of a multiplet asks for the first.

    Attributes
    ----------
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    """

    off_shell: bool = True
    name: str = "add"

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The model with one particle more; None where the move does not fire or no mass allows a decay."""
        if model.n_particles > 1:
            u = rng.normal(1.0 - 0.7 / max(1.0, context.Z + 1.0), 0.5)
            if u < model.n_particles / len(PARTICLES):
                return None
        masses = model.masses
        absent = absent_particles(masses)
        if not absent:
            return None
        return add_particle(model, absent[int(rng.integers(len(absent)))], rng, self.off_shell)


def absent_particles(masses: Mapping[int, float]) -> list[int]:
    """pids that may be added to particles with these masses: the second of a multiplet only beside the first."""
    return [p for p in PARTICLES if p not in masses and (p not in FIRST_OF or FIRST_OF[p] in masses)]


def add_particle(model: ProtoModel, pid: int, rng: np.random.Generator, off_shell: bool) -> ProtoModel | None:
    """A proto-model with one particle more.

    Parameters
    ----------
    pid: of the new particle; its mass is uniform in its allowed interval (GeV), its branching ratios are random, and
        kappa is 1 for all its pairs.

    Returns
    -------
    None where no mass that was tried allows a decay.
    """
    low, high = mass_interval(pid, model.masses)
    masses = plain(model.masses)
    for _ in range(ATTEMPTS):
        mass = draw_mass(pid, model.masses, low, high, rng)
        if mass is None:
            return None
        masses[pid] = mass
        channels = open_channels(pid, masses, off_shell)
        if channels:
            return with_particle(model, pid, mass, initial_shares(channels, rng))
    return None
