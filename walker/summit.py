"""The last steps of a refined search: all walkers hop around the best models that any of them has found.

After the last ordinary exchange a search has seen the right particles, and most walkers stand a few tenths below the
top that they know: in another valley of masses, with one particle too few, with a multiplier that a larger gap makes
needless.  Each step is a hop: a large change, climbed from before it is judged, and accepted by Metropolis at a low
temperature (basin hopping: Wales and Doye, J. Phys. Chem. A 101 (1997) 5111).  They gather often.
At first they spread over many valleys of masses, most shift everything light, and they borrow from each other, because
what can be added differs from one valley to the next; then over the few best ones; at last all go on from what one has
found.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.changes import with_masses
from protomodels.model import ProtoModel, plain
from protomodels.particles import LBP
from protomodels.walker.exchange import Gathering
from protomodels.walker.moves import Borrow, Chain, Insert, Rewire, Shift, Trade
from protomodels.walker.refined import GAINED as SETTLED
from protomodels.walker.refined import JUMP_TRIES, Proposal, summit_begins
from protomodels.walker.state import WalkState

ELSEWHERE: Final = 2.0 / 3.0
"""Of the walkers, those whose first hop shifts all that is light together."""
LIGHT: Final = (60.0, 120.0)
"""GeV above X_Z1: what is closer moves together with it, in each half of the cases."""
FARTHEST: Final = 20.0
"""GeV, of such a shift: tops of valleys are 5 to 15 GeV apart, and 1 in K above what lies between them."""
OFTEN: Final = 16
"""Gatherings during the hops: a third of them in many valleys, a third in few, a third at the best modes."""
TEMPERATURE: Final = 0.05
"""Of hops; that of the other steps is 1.  A hop that costs 0.1 in K is accepted with probability 1/e."""
GAINED: Final = 8.0
"""In K: a climb gains at most about so much."""
INSERTED: Final = 0.15
CHAINED: Final = 0.4
REWIRED: Final = 0.2
"""Of the hops; most fail at once, and cost little."""
TRADED: Final = 0.1
BORROWED: Final = 0.2
"""Of the hops while valleys are apart: what one of them has may be missing in another."""
REPLACED: Final = 0.8
"""Of the chains, those that take the place of a particle: beside one that explains an excess already, another
explanation of it gains nothing."""
HOT: Final = 2.0
"""Of the first hop: further ones tell which valley is the best."""

SparesOf = Callable[[ProtoModel], list[int]]


def gatherings(end: int) -> dict[int, Gathering]:
    """The steps of a walk of ``end`` steps after which all walkers gather, and where.

    >>> {where: step for step, where in reversed(gatherings(270).items())}  # the first of each kind
    {<Gathering.BEST: 'best'>: 228, <Gathering.FEW: 'few'>: 168, <Gathering.MANY: 'many'>: 108}
    """
    begin = summit_begins(end)
    steps = list(range(begin, end, max(1, (end - begin) // OFTEN)))
    kinds = list(Gathering)
    return {step: kinds[len(kinds) * i // len(steps)] for i, step in enumerate(steps)}


def comes_together(end: int) -> int:
    """The first step after which walkers gather at the best modes; before it hops are brought up roughly.

    >>> comes_together(200)
    164
    """
    return next((step for step, where in gatherings(end).items() if where is Gathering.BEST), summit_begins(end))


@dataclass(frozen=True)
class Summit:
    """Hops; each step draws one kind.

    Attributes
    ----------
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    """

    off_shell: bool = True

    def propose(self, state: WalkState, first: bool, spares: SparesOf, rng: np.random.Generator) -> Proposal:
        """The next hop of a walk whose model has a K; the first one leads most walkers into another valley.

        ``spares`` says without which particles a model loses little; see :class:`Chain`.
        """
        off = self.off_shell
        if first and rng.random() < ELSEWHERE:
            models, any_loss = self._elsewhere(state.model, rng), math.inf
            return Proposal(models, "hop-valley", climbs=True, gains=any_loss, temperature=HOT, loses=any_loss)
        if state.met and rng.random() < BORROWED:
            models, pid = Borrow(off).propose(state.model, [one.model for one in state.met], rng)
            return _joins("hop-borrow", models, pid, math.inf)
        u = rng.random()
        if u < INSERTED:
            return _joins("hop-insert", *Insert(off).propose(state.model, rng))
        if u < INSERTED + CHAINED:
            return _joins("hop-chain", *Chain(off, replace=REPLACED).propose(state.model, rng, spares(state.model)))
        if u < INSERTED + CHAINED + REWIRED:
            models, name = Rewire(off).propose(state.model, rng), "hop-rewire"
        elif u < INSERTED + CHAINED + REWIRED + TRADED:
            models, name = Trade(off).propose(state.model, rng), "hop-trade"
        else:
            models, name = Shift(off, tries=JUMP_TRIES).propose(state.model, rng), "hop-shift"
        return Proposal(models, name, climbs=True, gains=GAINED, temperature=TEMPERATURE)

    def _elsewhere(self, model: ProtoModel, rng: np.random.Generator) -> list[ProtoModel]:
        by, near = float(rng.uniform(-FARTHEST, FARTHEST)), LIGHT[int(rng.integers(len(LIGHT)))]
        lightest = model.masses[LBP]
        masses = {pid: mass + by if mass - lightest < near else mass for pid, mass in plain(model.masses).items()}
        moved = with_masses(model, masses, self.off_shell)
        return [] if moved is None else [moved]


def _joins(name: str, models: list[ProtoModel], pid: int | None, gains: float = SETTLED) -> Proposal:
    """A proposal with another particle, which has to contribute."""
    return Proposal(models, name, settles=pid, new=True, climbs=True, gains=gains, temperature=TEMPERATURE)
