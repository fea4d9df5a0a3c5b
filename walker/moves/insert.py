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
from protomodels.walker.moves.shares import initial_shares
from protomodels.xsec.terms import content_of


@dataclass(frozen=True)
class Insert:
    """A particle that is absent, tried with many masses and strengths; the walk scores all and takes the best.

    A new particle at random fits no excess in most cases, and is gone before its mass is found.  Each try has

    - a mass: half of the time log-uniform above X_Z1 or another particle in ``gaps`` (GeV), as compressed spectra have
      it, else uniform below ``heaviest``;
    - a common kappa of all its pairs, log-normal around 1.

    All have the same decays: one channel alone (70%), or random branching ratios.

    Attributes
    ----------
    tries: models that are proposed.
    replace: share of the proposals in which it takes the place of another particle.
    again: of these, the share in which it is the same particle, elsewhere.
    chain: share of the proposals that add another particle first, which the new one decays into: alone it may give
        nothing.
    """

    off_shell: bool = True
    tries: int = 16
    replace: float = 0.4
    again: float = 0.6
    chain: float = 0.25
    gaps: tuple[float, float] = (2.0, 600.0)
    heaviest: float = 1500.0
    spread: float = 0.8
    alone: float = 0.7

    def propose(self, model: ProtoModel, rng: np.random.Generator) -> list[ProtoModel]:
        """Up to ``tries`` models with the same new particle; none where all are present, or no mass was possible."""
        others, gone, daughter = model.unstable, None, None
        if others and rng.random() < self.replace:
            gone = others[int(rng.integers(len(others)))]
            model = without(model, gone, self.off_shell)
        absent = absent_particles(model.masses)
        if gone in absent and gone is not None and rng.random() < self.again:
            pid = gone
        else:
            daughter = self._first_of_two(model, rng) if rng.random() < self.chain else None
            if daughter is not None:
                model = daughter[0]
                absent = absent_particles(model.masses)
            if not absent:
                return []
            pid = absent[int(rng.integers(len(absent)))]
        found: list[ProtoModel] = []
        shares: dict[Channel, float] | None = None
        for _ in range(self.tries):
            mass = self._mass(model, pid, rng)
            if mass is None:
                continue
            channels = open_channels(pid, plain(model.masses) | {pid: mass}, self.off_shell)
            if daughter is not None:
                channels = tuple(c for c in channels if c[0] == daughter[1])
            if shares is None and channels:
                alone = rng.random() < self.alone
                shares = {channels[int(rng.integers(len(channels)))]: 1.0} if alone else initial_shares(channels, rng)
            if shares is not None and shares.keys() <= set(channels):
                kappa = math.exp(rng.normal(0.0, self.spread))
                found.append(_with(model, pid, mass, shares, kappa))
        return found

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
