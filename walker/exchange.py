"""Walkers share what they found: at fixed steps the worst of them go on from models of the best.

What happens is a function of the seed, the step and the states of all walkers at that step, so the chains still depend
on nothing else; but all walkers wait for the slowest there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from walker.state import WalkState

SHARE: Final = 0.2
"""Of the walkers, the part that takes over, and the part that is taken over from."""


def exchange(states: Mapping[int, WalkState], seed: int, step: int) -> dict[int, tuple[int, WalkState]]:
    """Who takes over whose model after ``step`` steps: by walker the source and the new state.

    The lowest fifth by K (those without a K first) draw one of the best fifth each, and take over its model where its K
    is higher. Random streams stay with their walkers.
    """
    ranked = sorted(states, key=lambda i: (-_height(states[i]), i))
    n = int(SHARE * len(ranked))
    # a walker's stream has a key of one number: this one is none of them
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(step, 0)))
    taken = {}
    for walker in ranked[len(ranked) - n :]:
        source = ranked[int(rng.integers(n))]
        own, other = states[walker], states[source]
        if _height(other) > _height(own):
            best = other.K if own.best_K is None or (other.K is not None and other.K > own.best_K) else own.best_K
            taken[walker] = (source, replace(other, step=own.step, best_K=best, rng=own.rng))
    return taken


def _height(state: WalkState) -> float:
    return -np.inf if state.K is None else state.K
