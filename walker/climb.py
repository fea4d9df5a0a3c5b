"""To the top of the mode on which a model stands: no small change of one of its numbers raises K any more.

A pattern search: each direction has a step of its own, which doubles where K rises and falls to a quarter where it does
not, until all are small.  K has kinks at the cells of maps and jumps where a region or a combination changes, so that
slopes alone would lead nowhere.  Beside the small changes, simpler models are tried.  Nothing is random.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from protomodels.model import ProtoModel
from protomodels.scoring.quick import QuickScore
from protomodels.walker.directions import Direction, directions, directions_of, simpler

Scoring = Callable[[ProtoModel, float], QuickScore | None]
"""The score of a model scaled to mu-hat = 1; None where K is certainly below the second argument."""

SMALLEST: Final = 1.0 / 64.0
"""Of a direction's first step, below which its search ends: 0.5 GeV."""
ROUGH: Final = 1.0 / 8.0
"""The same where it is rough: 4 GeV."""
LARGEST: Final = 2.0
GAIN: Final = 1e-4
"""In K; a change that brings less is none."""
ROUNDS: Final = 4
"""Searches for simpler models, each followed by small changes."""


def climb(score: Scoring, start: QuickScore, off_shell: bool = True, worth: float = -math.inf) -> QuickScore:
    """The best model that small changes lead to, scaled to mu-hat = 1.

    Parameters
    ----------
    score: of models.
    start: score of the model to begin with, scaled to mu-hat = 1; one without a K stays as it is.
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    worth: a model whose K is lower after rough steps is not brought up any further.
    """
    if start.K is None:
        return start
    rough = _climb(score, start, off_shell, ROUGH)
    return rough if _height(rough) < worth else _climb(score, rough, off_shell, SMALLEST)


def _climb(score: Scoring, best: QuickScore, off_shell: bool, smallest: float) -> QuickScore:
    for _ in range(ROUNDS):
        before = _height(best)
        best = _small_changes(score, best, off_shell, None, smallest)
        for model in simpler(best.model, off_shell):
            best = _better(score, best, model) or best
        if _height(best) < before + 10.0 * GAIN:
            break
    return best


def settle(score: Scoring, start: QuickScore, pid: int, off_shell: bool = True) -> QuickScore:
    """The best model that small changes of one particle's mass, decays and kappas lead to, roughly.

    Parameters
    ----------
    score, start, off_shell: as for :func:`climb`.
    pid: of the particle.
    """
    return start if start.K is None else _small_changes(score, start, off_shell, pid, ROUGH)


def _small_changes(
    score: Scoring, best: QuickScore, off_shell: bool, own: int | None = None, smallest: float = SMALLEST
) -> QuickScore:
    ways = directions(best.model, off_shell) if own is None else directions_of(best.model, own, off_shell)
    steps = [1.0] * len(ways)
    signs = [1.0] * len(ways)
    content = best.model.decays.keys()
    while max(steps, default=0.0) >= smallest:
        for i, way in enumerate(ways):
            if steps[i] < smallest:
                continue
            found = None
            for sign in (signs[i], -signs[i]):
                found = _along(score, best, way, sign * steps[i])
                if found is not None:
                    best, signs[i], steps[i] = found, sign, min(LARGEST, 2.0 * steps[i])
                    break
            if found is None:
                steps[i] *= 0.25
        if best.model.decays.keys() != content:  # a particle was lost: other directions
            return best if own is not None else _small_changes(score, best, off_shell, None, smallest)
    return best


def _along(score: Scoring, best: QuickScore, way: Direction, step: float) -> QuickScore | None:
    model = way.move(best.model, step)
    return None if model is None else _better(score, best, model)


def _better(score: Scoring, best: QuickScore, model: ProtoModel) -> QuickScore | None:
    found = score(model, _height(best) + GAIN)
    if found is None or found.K is None:
        return None
    return found if _height(found) >= _height(best) + GAIN else None


def _height(score: QuickScore) -> float:
    return float("-inf") if score.K is None else score.K
