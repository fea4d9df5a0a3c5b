"""Small changes of one coordinate, to climb the last bit near a good model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from protomodels.changes import with_kappas, with_mass
from protomodels.editor import same_sections
from protomodels.model import ProtoModel, plain
from protomodels.particles import LBP, any_in_corridor, mass_interval
from protomodels.walker.moves.places import log_uniform


@dataclass(frozen=True)
class Refine:
    """One of

    60%  a mass by Norm(0, w), w log-uniform in ``mass_widths`` (GeV); of these 60% (never the LBP's) keep the cross
         sections, because mass and kappa together are one direction of almost constant signal;
    25%  the kappas that equal one another (within 3%) times exp[Norm(0, w)], w log-uniform in ``strength_widths``;
    15%  the kappa of one pair to 0, or to that of another pair: a simpler model is worth something.

    The widths span the scales between a wide bump and the edge of a bin of a map, so that none has to be tuned.
    Proposals are accepted only where K does not fall: this climbs, the other moves explore.
    """

    off_shell: bool = True
    mass_widths: tuple[float, float] = (2.0, 150.0)
    strength_widths: tuple[float, float] = (0.01, 0.3)

    def change(self, model: ProtoModel, rng: np.random.Generator) -> ProtoModel | None:
        """The model with a small change; None where it proposes what cannot exist."""
        u = rng.random()
        if u < 0.6:
            return self._mass(model, rng)
        values = [kappa for kappa in model.ssm.values() if kappa > 0.0]
        if not values:
            return None
        ssm, chosen = plain(model.ssm), values[int(rng.integers(len(values)))]
        if u < 0.85:
            factor = math.exp(rng.normal(0.0, log_uniform(*self.strength_widths, rng)))
            near = 0.03 * chosen
            ssm = {pair: k * factor if abs(k - chosen) <= near else k for pair, k in ssm.items()}
        else:
            pairs = list(ssm)
            ssm[pairs[int(rng.integers(len(pairs)))]] = 0.0 if rng.random() < 0.5 else chosen
        return with_kappas(model, ssm)

    def _mass(self, model: ProtoModel, rng: np.random.Generator) -> ProtoModel | None:
        pids = list(model.masses)
        pid = pids[int(rng.integers(len(pids)))]
        mass = model.masses[pid] + rng.normal(0.0, log_uniform(*self.mass_widths, rng))
        keep_sections = pid != LBP and rng.random() < 0.6
        low, high = mass_interval(pid, model.masses)
        if not low <= mass <= high:
            return None
        moved = with_mass(model, pid, mass, self.off_shell)
        if moved.masses.keys() != model.masses.keys() or any_in_corridor(moved.masses):
            return None
        return same_sections(model, moved, pid) if keep_sections else moved
