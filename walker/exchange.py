"""Walkers share what they found: at fixed steps the worst of them start again from the map of modes.

What happens is a function of the seed, the step and the states of all walkers at that step, so the chains still depend
on nothing else; but all walkers wait for the slowest there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from protomodels.walker.state import Peak, WalkState

SHARE: Final = 0.4
"""Of the walkers, the part that may start again."""
MODES: Final = 10
"""So many modes are started from."""
FAR: Final = 3.0
"""In K; a walker that is lower than its own polished model by more goes back to it."""
SPREAD: Final = 2.0
"""In K: a mode lower by so much is drawn e times less often.  Less, and all walkers soon sit on one mode."""


def modes(states: Mapping[int, WalkState]) -> list[int]:
    """The map of modes: the walker with the best model of each particle content, highest K first.

    Parameters
    ----------
    states: of all walkers, by number.  What counts is the polished model of a walker, where it has one.  Those
        without a K are on no mode.

    Light quark partners count as one: limits hardly tell X_d from X_c, and they would crowd the map.
    """
    best: dict[tuple[str, ...], int] = {}
    for walker, state in sorted(states.items()):
        place = _place(state)
        if place.K is not None:
            content = _content(place.model)
            if content not in best or place.K > _height(states[best[content]]):
                best[content] = walker
    return sorted(best.values(), key=lambda i: (-_height(states[i]), i))


def exchange(states: Mapping[int, WalkState], seed: int, step: int) -> dict[int, tuple[int, WalkState]]:
    """Let the worst walkers start again from the modes that others found.

    Each of the lowest two fifths by K (those without a K first) draws one of the ten best modes, with probability
    proportional to exp(K / SPREAD), and takes over its model where its K is higher.  What counts of a walker is its
    best polished model, where it has one.  Of the others, one that is lower than its own polished model by more than
    ``FAR`` goes back to it.  Random streams stay with their walkers.

    Parameters
    ----------
    states: of all walkers, by number; all have done ``step`` steps.
    seed: of the run.

    Returns
    -------
    For each walker that starts again: the walker whose model it takes, and its new state.
    """
    sources = modes(states)[:MODES]
    if not sources:
        return {}
    heights = np.array([_height(states[i]) for i in sources])
    weights = np.exp((heights - heights[0]) / SPREAD)
    # a walker's stream has a key of one number: this one is none of them
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(step, 0)))
    taken = {}
    order = sorted(states, key=lambda i: (_height(states[i]), -i))
    worst = order[: int(SHARE * len(states))]
    for walker in worst:
        source = sources[int(rng.choice(len(sources), p=weights / weights.sum()))]
        if _height(states[source]) > _height(states[walker]):
            taken[walker] = (source, _at(states[walker], _place(states[source])))
    for walker, state in sorted(states.items()):
        if walker not in taken and state.peak is not None and (state.K is None or state.K < state.peak.K - FAR):
            taken[walker] = (walker, _at(state, state.peak))
    return taken


def _at(state: WalkState, place: WalkState | Peak) -> WalkState:
    """The walker at another place; a polished model is known to it from then on."""
    moved = state.at(place)
    return replace(moved, peak=place, climbed=place.K) if isinstance(place, Peak) else moved


def _place(state: WalkState) -> WalkState | Peak:
    return state if state.peak is None else state.peak


def _content(model: ProtoModel) -> tuple[str, ...]:
    light = ("X_d", "X_u", "X_s", "X_c")
    names = (PARTICLES[pid].name for pid in model.masses)
    return tuple(sorted({"X_q" if name in light else name for name in names}))


def _height(state: WalkState) -> float:
    K = _place(state).K
    return -np.inf if K is None else K
