"""Change signal strength multipliers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.changes import with_kappas
from protomodels.model import Pair, ProtoModel, plain
from protomodels.walker.moves.base import MoveContext
from protomodels.xsec.terms import by_particle, content_of


@dataclass(frozen=True)
class ChangeStrength:
    """Change signal strength multipliers, with probability 0.25 (arXiv:2012.12246, section 4.3).

    80% of the time the pairs of one particle, else one pair.  The published proposal for one pair,
    kappa Norm(1, 0.1) + Norm(0.1, 0.1), drifts upwards by 0.1 a time.  The ``symmetric`` one is |kappa + Norm(0, 0.1)|,
    which is as likely forth as back.  The factor for all pairs of a particle, U(0.8, 1.2) in the paper, becomes
    exp(U(-0.2, 0.2)).

    Attributes
    ----------
    symmetric: use the proposals that do not drift (the refined search) instead of the published ones.
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    probability: of the move, in each step.
    """

    symmetric: bool
    off_shell: bool = True
    probability: float = 0.25
    name: str = "strength"

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The model with other multipliers; None where the move does not fire."""
        if rng.random() >= self.probability or not model.ssm:
            return None
        ssm = plain(model.ssm)
        pairs = tuple(ssm)
        if rng.random() < 0.8:
            content = content_of(model.masses)
            pairs_of = content.of if pairs == content.pairs else by_particle(pairs)
            pids = tuple(pairs_of)
            self._one_particle(ssm, pairs_of[pids[int(rng.integers(len(pids)))]], rng)
        else:
            pair = pairs[int(rng.integers(len(pairs)))]
            ssm[pair] = self.one_pair(ssm[pair], rng)
        return with_kappas(model, ssm)

    def _one_particle(self, ssm: dict[Pair, float], own: tuple[Pair, ...], rng: np.random.Generator) -> None:
        """10% one of its pairs to 0, 10% one to 1, 10% one copies another pair's value, else all times a factor."""
        u = rng.random()
        if u < 0.3:
            pair = own[int(rng.integers(len(own)))]
            others = list(ssm.values())
            copied = others[int(rng.integers(len(others)))]
            ssm[pair] = 0.0 if u < 0.1 else 1.0 if u < 0.2 else copied
            return
        factor = float(np.exp(rng.uniform(-0.2, 0.2)) if self.symmetric else rng.uniform(0.8, 1.2))
        for pair in own:
            ssm[pair] *= factor

    def one_pair(self, kappa: float, rng: np.random.Generator) -> float:
        """The proposal for the multiplier kappa of one pair; never negative.

        >>> move = ChangeStrength(symmetric=True)
        >>> round(move.one_pair(1.0, np.random.default_rng(1)), 3)
        1.035
        """
        if self.symmetric:
            return float(abs(kappa + rng.normal(0.0, 0.1)))
        return float(max(0.0, kappa * rng.normal(1.0, 0.1) + rng.normal(0.1, 0.1)))
