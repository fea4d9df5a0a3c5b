"""A new particle where the data may want one: many tries, of which the best becomes the proposal."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from protomodels.changes import with_kappas, with_particle, without
from protomodels.channels import Channel, open_channels
from protomodels.model import ProtoModel, plain
from protomodels.particles import LBP, any_in_corridor, mass_interval
from protomodels.walker.moves.add import absent_particles
from protomodels.walker.moves.limits import draw_mass
from protomodels.walker.moves.refine import log_uniform
from protomodels.walker.moves.shares import tried_shares
from protomodels.xsec.terms import content_of


@dataclass(frozen=True)
class Insert:
    """A particle that is absent, tried with many masses, decays and strengths; the walk scores all and takes the best.

    A new particle at random fits no excess in most cases, and is gone before its mass is found.  Each try has

    - a mass: half of the time log-uniform above X_Z1 or another particle in ``gaps`` (GeV), as compressed spectra have
      it, else uniform below ``heaviest``;
    - branching ratios, see :func:`protomodels.walker.moves.shares.tried_shares`;
    - a common kappa of all its pairs, log-normal around 1, or log-uniform below it.

    Attributes
    ----------
    tries: models that are proposed.
    alike: so many of them in turn have the same branching ratios: what decays alike is predicted faster.
    replace: share of the proposals in which it takes the place of another particle.
    again: of these, the share in which it is the same particle, elsewhere.
    chain: share of the proposals that add another particle first, which the new one decays into: alone it may give
        nothing.
    rare: share of the tries with a kappa between ``rarest`` and 1; what it can do is found more easily without what
        excludes it, and :func:`protomodels.walker.directions.hidden` goes on from there.
    """

    off_shell: bool = True
    tries: int = 100
    alike: int = 20
    replace: float = 0.3
    again: float = 0.4
    chain: float = 0.3
    gaps: tuple[float, float] = (2.0, 600.0)
    heaviest: float = 1500.0
    spread: float = 0.5
    rare: float = 0.5
    rarest: float = 0.03

    def propose(self, model: ProtoModel, rng: np.random.Generator) -> tuple[list[ProtoModel], int | None]:
        """Up to ``tries`` models, and the pid of their new particle; none where no mass is possible."""
        others, gone, daughter = model.unstable, None, None
        if others and rng.random() < self.replace:
            gone = others[int(rng.integers(len(others)))]
            model = without(model, gone, self.off_shell)
        absent = absent_particles(model.masses)
        if gone in absent and gone is not None and rng.random() < self.again:
            pid = gone
        else:
            first = self._first_of_two(model, rng) if gone is None and rng.random() < self.chain else None
            if first is not None:
                model, daughter = first
                absent = absent_particles(model.masses)
            if not absent:
                return [], None
            pid = absent[int(rng.integers(len(absent)))]
        found: list[ProtoModel] = []
        shares: dict[Channel, float] = {}
        for i in range(self.tries):
            mass = self._mass(model, pid, rng)
            if mass is None:
                continue
            channels = open_channels(pid, plain(model.masses) | {pid: mass}, self.off_shell)
            if daughter is not None:
                channels = tuple(c for c in channels if c[0] == daughter)
            if channels and (i % self.alike == 0 or not shares.keys() <= set(channels)):
                shares = tried_shares(channels, rng)
            if channels and shares:
                rare = rng.random() < self.rare
                kappa = log_uniform(self.rarest, 1.0, rng) if rare else math.exp(rng.normal(0.0, self.spread))
                found.append(_with(model, pid, mass, shares, kappa))
        return found, pid

    def _first_of_two(self, model: ProtoModel, rng: np.random.Generator) -> tuple[ProtoModel, int] | None:
        """The model with a particle that the new one is to decay into."""
        absent = absent_particles(model.masses)
        if not absent:
            return None
        pid = absent[int(rng.integers(len(absent)))]
        mass = self._mass(model, pid, rng)
        channels = () if mass is None else open_channels(pid, plain(model.masses) | {pid: mass}, self.off_shell)
        if mass is None or not channels:
            return None
        return _with(model, pid, mass, {channels[int(rng.integers(len(channels)))]: 1.0}, 1.0), pid

    def _mass(self, model: ProtoModel, pid: int, rng: np.random.Generator) -> float | None:
        low, high = mass_interval(pid, model.masses)
        u, mass = rng.random(), None
        if u < 0.5:
            pids = list(model.masses)
            near = LBP if u < 0.25 else pids[int(rng.integers(len(pids)))]
            mass = model.masses[near] + log_uniform(*self.gaps, rng)
        if mass is None or not low <= mass <= high:
            mass = draw_mass(pid, model.masses, low, min(high, max(self.heaviest, low + 200.0)), rng)
        return None if mass is None or any_in_corridor(plain(model.masses) | {pid: mass}) else mass


def _with(model: ProtoModel, pid: int, mass: float, shares: dict[Channel, float], kappa: float) -> ProtoModel:
    new = with_particle(model, pid, mass, shares)
    ssm = plain(new.ssm)
    for pair in content_of(new.masses).of.get(pid, ()):
        ssm[pair] = kappa
    return with_kappas(new, ssm)
