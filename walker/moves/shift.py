"""Several masses at once, so that the gaps between them stay, or change together; or one mass and multipliers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from protomodels.changes import with_kappas, with_masses
from protomodels.model import ProtoModel, plain
from protomodels.particles import LBP
from protomodels.walker.moves.places import log_uniform
from protomodels.xsec.terms import content_of


@dataclass(frozen=True)
class Shift:
    """Some particles, each with probability 1/2, by Norm(0, w), w log-uniform in ``widths`` (GeV); of several tries.

    A compressed spectrum lives in a narrow valley with several tops: its gap matters more than its masses, and one mass
    alone cannot move.  In half of the tries the gaps of the moved particles to X_Z1, where it moves too and they are
    below ``close``, are multiplied by exp[Norm(0, ``stretch``)].  Half of the time the cross sections stay, else the
    kappas.

    Attributes
    ----------
    tries: models that are proposed.
    family: share of the proposals that move a particle with those that decay into it instead.
    """

    off_shell: bool = True
    tries: int = 6
    family: float = 0.4
    widths: tuple[float, float] = (2.0, 100.0)
    close: float = 60.0
    stretch: float = 0.4

    def propose(self, model: ProtoModel, rng: np.random.Generator) -> list[ProtoModel]:
        """Up to ``tries`` models with the same particles moved, two or more."""
        own = [pid for pid in model.masses if rng.random() < 0.5]
        families = [family for family in map(partial(_family, model), model.unstable) if len(family) > 1]
        if families and rng.random() < self.family:
            own = families[int(rng.integers(len(families)))]
        if len(own) < 2:
            return []
        found = (self._one(model, own, rng) for _ in range(self.tries))
        return [one for one in found if one is not None]

    def _one(self, model: ProtoModel, own: list[int], rng: np.random.Generator) -> ProtoModel | None:
        by, keep_sections = rng.normal(0.0, log_uniform(*self.widths, rng)), rng.random() < 0.5
        factor = math.exp(rng.normal(0.0, self.stretch)) if rng.random() < 0.5 else 1.0
        masses = plain(model.masses)
        for pid in own:
            gap = model.masses[pid] - model.masses[LBP]
            masses[pid] += by + ((factor - 1.0) * gap if LBP in own and gap < self.close else 0.0)
        return with_masses(model, masses, self.off_shell, own if keep_sections else ())


def _family(model: ProtoModel, pid: int) -> list[int]:
    """A particle, and those that decay into it."""
    return [pid, *(other for other, channels in model.decays.items() if any(c[0] == pid for c in channels))]


@dataclass(frozen=True)
class Trade:
    """One particle's mass by Norm(0, w), w log-uniform in ``widths`` (GeV), its kappas times exp[Norm(0, ``spread``)].

    A larger gap to X_Z1 makes leptons visible more often, so that a smaller multiplier will do; one of the two alone
    gives too much signal or too little.

    Attributes
    ----------
    tries: models that are proposed.
    """

    off_shell: bool = True
    tries: int = 24
    widths: tuple[float, float] = (0.5, 40.0)
    spread: float = 0.5

    def propose(self, model: ProtoModel, rng: np.random.Generator) -> list[ProtoModel]:
        """Up to ``tries`` models, in all of which the same particle has changed."""
        own = model.unstable
        if not own:
            return []
        pid = own[int(rng.integers(len(own)))]
        found = (self._one(model, pid, rng) for _ in range(self.tries))
        return [one for one in found if one is not None]

    def _one(self, model: ProtoModel, pid: int, rng: np.random.Generator) -> ProtoModel | None:
        by, factor = rng.normal(0.0, log_uniform(*self.widths, rng)), math.exp(rng.normal(0.0, self.spread))
        moved = with_masses(model, plain(model.masses) | {pid: model.masses[pid] + by}, self.off_shell)
        if moved is None:
            return None
        own = content_of(moved.masses).of.get(pid, ())
        return with_kappas(moved, {pair: k * factor if pair in own else k for pair, k in moved.ssm.items()})
