r"""A particle is born, or dies.

Birth and death are chosen with probability 1/2 each.  Birth: one of the B particles that may be added, at a mass, with
a decay and a multiplier from the prior given everything else: densities g(m), g(d), g(x).  Each mother of it has a
channel more, or several; each of these opens with probability h, and what opens thins the mother's shares
(:mod:`.extending`, e its density over its Jacobian).  Death: one of the D particles that may go; channels into it go
with it, and a mother that has no other keeps it alive.  Death draws nothing, and mass, decay and multiplier are taken
over as they are drawn (Jacobian 1), so that for birth

.. math:: \mathrm{ratio} = \frac{1/D'}{(1/B)\; g(m)\, g(d)\, g(x) \prod_{mothers} h^{j} (1 - h)^{n - j} e}

with D' counted after it; for death the inverse, with B counted after it and D before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from protomodels.channels import Channel, open_channels
from protomodels.walker.posterior.moves.extending import extended, log_density_of_extension, reduced
from protomodels.walker.posterior.moves.move import Proposal
from protomodels.walker.posterior.point import Point, point_of
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.prior.contents import births, deaths

OPENING: Final = 0.3
"""Probability that a mother decays into the newborn by a channel that it could."""


class BirthDeath:
    """See above."""

    name = "birth/death"

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """A particle more, or less."""
        return self._birth(point, prior, rng) if rng.random() < 0.5 else self._death(point, prior, rng)

    def _birth(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        possible = births(point.masses)
        if not possible or len(point.masses) >= prior.contents.largest:
            return None
        pid = possible[int(rng.integers(len(possible)))]
        mass = prior.masses.draw_one(pid, point.masses, rng)
        masses = {**point.masses, pid: mass}
        allowed = open_channels(pid, masses, prior.off_shell)
        if not allowed:
            return None  # earlier particles leave no room
        decays = dict(point.decays)
        for mother in point.decays:
            new = [c for c in _channels_into(pid, mother, masses, prior) if rng.random() < OPENING]
            if new:
                decays[mother] = extended(mother, decays[mother], new, prior.decays, rng)
        decays[pid] = prior.decays.draw(pid, allowed, rng)
        value = prior.multipliers.draw_own(rng)
        own = dict(point.own) if value is None else {**point.own, pid: value}
        after = point_of(masses, decays, point.common, own)
        return Proposal(after, -self._log_birth(after, pid, prior))

    def _death(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        possible = deaths(point.masses)
        if not possible:
            return None
        pid = possible[int(rng.integers(len(possible)))]
        masses = {p: mass for p, mass in point.masses.items() if p != pid}
        decays = {}
        for mother, decay in point.decays.items():
            if mother != pid:
                left = reduced(mother, decay, [c for c in decay.channels if c[0] == pid])
                if left is None:
                    return None
                decays[mother] = left
        own = {p: value for p, value in point.own.items() if p != pid}
        return Proposal(point_of(masses, decays, point.common, own), self._log_birth(point, pid, prior))

    @staticmethod
    def _log_birth(after: Point, pid: int, prior: Prior) -> float:
        """ln of [the density of this birth, over its Jacobian] / [the probability of the death]."""
        before = [p for p in after.masses if p != pid]
        total = math.log(len(deaths(after.masses))) - math.log(len(births(before)))
        total += prior.masses.log_density_of(pid, after.masses[pid], after.masses)
        total += prior.decays.log_density(after.decays[pid], len(open_channels(pid, after.masses, prior.off_shell)))
        total += prior.multipliers.log_own(after.own.get(pid))
        for mother, decay in after.decays.items():
            possible = () if mother == pid else _channels_into(pid, mother, after.masses, prior)
            if possible:
                new = [c for c in decay.channels if c[0] == pid]
                total += len(new) * math.log(OPENING) + (len(possible) - len(new)) * math.log1p(-OPENING)
                if new:
                    total += log_density_of_extension(decay, new, prior.decays)
        return total


def _channels_into(pid: int, mother: int, masses: Mapping[int, float], prior: Prior) -> list[Channel]:
    return [c for c in open_channels(mother, masses, prior.off_shell) if c[0] == pid]
