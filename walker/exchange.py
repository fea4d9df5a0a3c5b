"""Walkers share what they found: at fixed steps they meet others, and the worst of them start again.

What happens is a function of the seed, the step and the states of all walkers at that step, so the chains still depend
on nothing else; but all walkers wait for the slowest there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Final

import numpy as np

from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.walker.moves.places import ALIKE
from protomodels.walker.state import Peak, WalkState

SHARE: Final = 0.2
"""Of the settlers, the part that may start again from a mode."""
MODES: Final = 10
"""So many modes are started from."""
MET: Final = 2
"""Modes that a walker meets at an exchange, of the best ``KNOWN``."""
OTHERS: Final = 4
"""And of all: a small excess can be added to a large one.  Fewer, and it is soon forgotten."""
KNOWN: Final = 30
FAR: Final = 3.0
"""In K; a walker that is lower than its own polished model by more goes back to it."""
SPREAD: Final = 2.0
"""In K: a mode lower by so much is drawn e times less often.  Less, and all walkers soon sit on one mode."""
SCOUTS: Final = 0.4
"""Of all walkers, those that begin anew from time to time."""
VALLEY: Final = 4.0
"""GeV."""
ANEW: Final = 1.0 / 3.0
"""Probability of that, of each of them at each exchange."""


class Gathering(Enum):
    """Where all walkers go: to the best models of many valleys of masses, of few, or to the best modes.

    The first two are equally often gone to, however high: a valley that is 4 lower may end 4 higher.
    """

    MANY = "many"
    FEW = "few"
    BEST = "best"


GATHERED: Final = {Gathering.MANY: (10, math.inf), Gathering.FEW: (4, math.inf), Gathering.BEST: (MODES, 0.3)}
"""So many modes, and what stands for ``SPREAD``, in K."""


def modes(states: Mapping[int, WalkState], gather: Gathering | None = None) -> list[tuple[int, Peak]]:
    """The map of modes: the best model of each particle content with a walker that knows it, highest K first.

    Parameters
    ----------
    states: of all walkers, by number.  What counts is the polished model of a walker, where it has one, and what it has
        met.  Those without a K are on no mode.
    gather: where walkers gather, modes with X_Z1 in different intervals of ``VALLEY`` are apart, and for valleys
        different contents in one interval are not.

    Light quark partners count as one, and sleptons and sneutrinos of the first two generations: limits hardly tell them
    apart, and they would crowd the map.
    """
    best: dict[tuple[frozenset[tuple[int, ...]], int], tuple[int, Peak]] = {}
    for walker, state in sorted(states.items()):
        for peak in (_place(state), *state.met):
            if peak is not None:
                content = (
                    frozenset[tuple[int, ...]]() if gather in (Gathering.MANY, Gathering.FEW) else _content(peak.model),
                    int(peak.model.masses[LBP] // VALLEY) if gather else 0,
                )
                if content not in best or peak.K > best[content][1].K:
                    best[content] = walker, peak
    return sorted(best.values(), key=lambda mode: -mode[1].K)


def is_scout(walker: int, n: int) -> bool:
    """Is the walker of this number one that begins anew from time to time?  Of ``n``, the last two fifths are."""
    return walker >= n - int(SCOUTS * n)


def exchange(
    states: Mapping[int, WalkState], seed: int, step: int, gather: Gathering | None = None
) -> dict[int, tuple[int, WalkState]]:
    """Let walkers meet, and the worst start again.

    Every walker meets some of the best modes, each equally often, and some of all, and may take particles over from
    them.  Scouts begin anew, each with probability 1/3.  Of the others, the lowest fifth draws one of the ten best
    modes, with probability proportional to exp(K / SPREAD), and takes it where its K is higher; one that is lower than
    its own polished model by more than ``FAR`` goes back to it.  Random streams stay with their walkers.

    Parameters
    ----------
    states: of all walkers, by number; all have done ``step`` steps.
    seed: of the run.
    gather: every walker goes to one of the best modes of this kind, as ``GATHERED`` says; where valleys are together it
        has met nobody.

    Returns
    -------
    For each walker, whose model it takes over, often its own, and its new state; empty where nobody has a K.
    """
    every = modes(states, gather)
    if not every:
        return {}
    known = every[:KNOWN]
    # a walker's stream has a key of one number: this one is none of them
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(step, 0)))
    n_modes, spread = (MODES, SPREAD) if gather is None else GATHERED[gather]
    sources = known[:n_modes]
    weights = np.exp((np.array([peak.K for _, peak in sources]) - sources[0][1].K) / spread)
    settlers = [walker for walker in sorted(states) if not is_scout(walker, len(states))]
    order = sorted(settlers, key=lambda i: (_height(states[i]), i))
    worst = frozenset(order[: int(SHARE * len(order))])
    after = {}
    for walker, state in sorted(states.items()):
        drawn = rng.choice(len(known), size=min(MET, len(known)), replace=False).tolist()
        drawn += rng.integers(len(every), size=OTHERS).tolist()
        source, new = walker, replace(state, met=tuple(every[i][1] for i in dict.fromkeys(drawn)))
        if gather:
            source, peak = sources[int(rng.choice(len(sources), p=weights / weights.sum()))]
            new = replace(new.at(peak), peak=peak, climbed=peak.K, met=() if gather is Gathering.BEST else new.met)
        elif is_scout(walker, len(states)):
            if rng.random() < ANEW:
                new = replace(new, K=None, Z=0.0, used=None, peak=None, climbed=None)
        elif walker in worst:
            other, peak = sources[int(rng.choice(len(sources), p=weights / weights.sum()))]
            if peak.K > _height(state):
                source, new = other, new.at(peak)
        elif state.peak is not None and (state.K is None or state.K < state.peak.K - FAR):
            new = replace(new.at(state.peak), climbed=state.peak.K)
        after[walker] = source, new
    return after


def _place(state: WalkState) -> Peak | None:
    """The polished model of a walker, or where it stands while it has none."""
    return state.here if state.peak is None else state.peak


def _content(model: ProtoModel) -> frozenset[tuple[int, ...]]:
    return frozenset(next((kind for kind in ALIKE if pid in kind), (pid,)) for pid in model.masses)


def _height(state: WalkState) -> float:
    place = _place(state)
    return -np.inf if place is None else place.K
