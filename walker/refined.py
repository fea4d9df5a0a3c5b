"""The refined search: which proposal comes next, and when a model is polished.

A new particle is tried at many places at once (:class:`Insert`), or taken from another walker (:class:`Borrow`); the
best try is brought to the top in its own masses and decays before it is judged.  Small changes climb (:class:`Refine`,
:class:`Shift`), the paper's moves explore, and at fixed steps the model is brought to the top of its mode
(:func:`climb`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.model import ProtoModel
from protomodels.walker.moves import Begin, Borrow, Chain, Insert, Redirect, Refine, Shift
from protomodels.walker.state import WalkState

CLIMB_EVERY: Final = 50
"""Steps; half-way between two climbs a model jumps."""
CLOSE: Final = 3.0
"""In K: a model that is lower than the best of its walk by more is not polished."""
GAINED: Final = 6.0
"""In K: a particle that settles in gains at most about so much."""
JUMP_TRIES: Final = 12
HOPS: Final = 0.6
"""Of the steps of a run, the last ones, which are hops."""
GAINED_BY_POLISH: Final = 0.2
"""In K, by fine steps after rough ones: where a walk has something better by more, the rough ones will do."""


def summit_begins(end: int) -> int:
    """The step after which all steps of a walk of ``end`` steps are hops.

    >>> summit_begins(270)
    108
    """
    return end - int(HOPS * end)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a step may lead to.

    Attributes
    ----------
    models: of which the best counts.
    name: of what was proposed.
    only_up: accepted only where K does not fall.
    settles: a particle whose mass, decays and kappas are brought to the top first; None for none.
    new: it is a new one, and has to contribute.
    climbs: the whole model is brought to the top of its mode first, after the particle that settles.
    gains: what K may gain by it; a proposal that misses more is given up.  A particle of another model may be excluded
        many times over before its mass and kappas fit this one.
    temperature: at which it is accepted.
    loses: a model that is lower by more in K after rough steps of its climb is not brought up any further.
    """

    models: list[ProtoModel]
    name: str
    only_up: bool = False
    settles: int | None = None
    new: bool = False
    climbs: bool = False
    gains: float = GAINED
    temperature: float = 1.0
    loses: float = GAINED_BY_POLISH


@dataclass(frozen=True)
class Refined:
    """Proposals of the refined search; each step draws one kind.

    Attributes
    ----------
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    small, shift, redirect, insert, chain, borrow: probabilities of a small change of one number, of several masses
        together, of other decays of a particle, of a new particle, of two, and of one as another walker has it.  What
        is left belongs to the paper's moves.
    """

    off_shell: bool = True
    small: float = 0.40
    shift: float = 0.05
    redirect: float = 0.03
    insert: float = 0.09
    chain: float = 0.03
    borrow: float = 0.12

    def propose(self, state: WalkState, rng: np.random.Generator) -> Proposal | None:
        """The next proposal; None where the paper's moves have their turn."""
        model = state.model
        if state.K is None:
            first, kind = Begin(self.off_shell).propose(rng)
            return Proposal(first, "first", settles=kind)
        if (state.step + 1) % CLIMB_EVERY == CLIMB_EVERY // 2:
            # far along a valley nothing fits at once: the best of other masses is climbed from
            return Proposal(Shift(self.off_shell, tries=JUMP_TRIES).propose(model, rng), "jump", climbs=True)
        u = rng.random() - self.small
        if u < 0.0:
            changed = Refine(self.off_shell).change(model, rng)
            return Proposal([] if changed is None else [changed], "refine", True)
        u -= self.shift
        if u < 0.0:
            return Proposal(Shift(self.off_shell).propose(model, rng), "shift")
        u -= self.redirect
        if u < 0.0:
            models, pid = Redirect(self.off_shell).propose(model, rng)
            return Proposal(models, "redirect", settles=pid)
        u -= self.insert
        if u < 0.0:
            models, pid = Insert(self.off_shell).propose(model, rng)
            return Proposal(models, "insert", settles=pid, new=True)
        u -= self.chain
        if u < 0.0:
            models, pid = Chain(self.off_shell).propose(model, rng)
            return Proposal(models, "chain", settles=pid, new=True)
        u -= self.borrow
        if u < 0.0 and state.met:
            models, pid = Borrow(self.off_shell).propose(model, [one.model for one in state.met], rng)
            return Proposal(models, "borrow", settles=pid, new=True, gains=math.inf)
        return None

    def climbs(self, state: WalkState, end: int | None = None) -> bool:
        """Is the next step one in which the model is polished?  So is the last one before the hops of ``end`` steps."""
        due = (state.step + 1) % CLIMB_EVERY == 0 or (end is not None and state.step + 1 == summit_begins(end))
        if state.K is None or state.K == state.climbed or not due:
            return False
        return state.peak is None or state.K > state.peak.K - CLOSE
