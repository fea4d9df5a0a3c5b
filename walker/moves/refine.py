"""Small changes of one coordinate, to climb the last bit near a good model."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.production import cross_sections
from walker.editing import Draft
from walker.moves.base import MoveContext
from walker.moves.limits import mass_interval


@dataclass(frozen=True)
class Refine:
    """With probability 0.6, where Z > 1, instead of the other moves: one of

    60%  a mass by Norm(0, w), w log-uniform in ``mass_widths`` (GeV); of these 60% (never the LBP's) keep the cross
         sections, because mass and kappa together are one direction of almost constant signal;
    25%  the kappas that equal one another (within 3%) times exp[Norm(0, w)], w log-uniform in ``strength_widths``;
    15%  the kappa of one pair to 0, or to that of another pair: a simpler model is worth something.

    The widths span the scales between a wide bump and the edge of a bin of a map, so that none has to be tuned.
    Proposals are accepted only where K does not fall: this climbs, the other moves explore.
    """

    off_shell: bool = True
    probability: float = 0.6
    mass_widths: tuple[float, float] = (2.0, 150.0)
    strength_widths: tuple[float, float] = (0.01, 0.3)
    name: str = "refine"

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The model with a small change; None where the move does not fire, or proposes what cannot exist."""
        if context.Z < 1.0 or rng.random() >= self.probability:
            return None
        u = rng.random()
        if u < 0.6:
            return self._mass(model, rng)
        values = [kappa for kappa in model.ssm.values() if kappa > 0.0]
        if not values:
            return None
        draft, chosen = Draft.of(model, self.off_shell), values[int(rng.integers(len(values)))]
        if u < 0.85:
            factor = math.exp(rng.normal(0.0, log_uniform(*self.strength_widths, rng)))
            equal = [pair for pair, kappa in model.ssm.items() if abs(kappa - chosen) <= 0.03 * chosen]
            draft.ssm.update({pair: model.ssm[pair] * factor for pair in equal})
        else:
            pairs = list(model.ssm)
            draft.ssm[pairs[int(rng.integers(len(pairs)))]] = 0.0 if rng.random() < 0.5 else chosen
        return draft.finish()

    def _mass(self, model: ProtoModel, rng: np.random.Generator) -> ProtoModel | None:
        pids = list(model.masses)
        pid = pids[int(rng.integers(len(pids)))]
        mass = model.masses[pid] + rng.normal(0.0, log_uniform(*self.mass_widths, rng))
        keep_sections = pid != LBP and rng.random() < 0.6
        low, high = mass_interval(pid, model.masses)
        if not low <= mass <= high:
            return None
        draft = Draft.of(model, self.off_shell)
        draft.masses[pid] = mass
        draft.close_channels()
        if set(draft.masses) != set(model.masses):
            return None
        try:
            moved = draft.finish()
        except ModelError:
            return None  # in the corridor
        return same_sections(model, moved, pid) if keep_sections else moved


def same_sections(before: ProtoModel, after: ProtoModel, pid: int) -> ProtoModel:
    """``after`` with the 13 TeV cross sections that the pairs of ``pid`` had ``before``."""
    old, new = cross_sections(before, (13.0,)), cross_sections(after, (13.0,))
    sigma = dict(zip(old.pairs, old.sigma[:, 0].tolist(), strict=True))
    ssm = dict(after.ssm)
    for pair, reference in zip(new.pairs, new.reference[:, 0].tolist(), strict=True):
        if pid in (abs(pair[0]), abs(pair[1])) and reference > 0.0 and pair in sigma:
            ssm[pair] = sigma[pair] / reference
    return replace(after, ssm=ssm)


def log_uniform(low: float, high: float, rng: np.random.Generator) -> float:
    """A number between ``low`` and ``high`` whose logarithm is uniform."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))
