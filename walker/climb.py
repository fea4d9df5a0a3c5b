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
from protomodels.walker.directions import (
    MASS_STEP,
    Direction,
    coarse_directions,
    directions,
    directions_of,
    hidden,
    simpler,
)

Scoring = Callable[[ProtoModel, float], QuickScore | None]
"""The score of a model scaled to mu-hat = 1; None where K is certainly below the second argument."""

SMALLEST: Final = 1.0 / 64.0
"""Of a direction's first step, below which its search ends: 0.5 GeV."""
ROUGH: Final = 1.0 / 8.0
"""The same where it is rough: 4 GeV."""
LARGEST: Final = 2.0
GAIN: Final = 1e-4
"""In K; a change that brings less is none."""
GAINED_BY_OTHERS: Final = 2.0
"""In K, at most, in most cases: by branching ratios and simpler models after masses and multipliers."""
ROUNDS: Final = 4
"""Searches for simpler models, each followed by small changes."""


def always(score: QuickScore) -> bool:
    """Every model may be kept."""
    return True


def climb(
    score: Scoring,
    start: QuickScore,
    off_shell: bool = True,
    worth: float = -math.inf,
    keeps: Callable[[QuickScore], bool] = always,
    known: ProtoModel | None = None,
    finest: float = SMALLEST,
) -> QuickScore | None:
    """The best model that small changes lead to, scaled to mu-hat = 1; None where none may be kept.

    Parameters
    ----------
    score: of models.
    start: score of the model to begin with, scaled to mu-hat = 1; one without a K stays as it is.
    off_shell: decays through a virtual W, Z or Higgs boson are open.
    worth: a model whose K is lower after rough steps is not brought up any further.
    keeps: may this model be kept?  Asked of the last one; where it may not, the way there begins anew and leads over
        models alone that may.
    known: what comes near this model is not brought up any further.
    finest: of a direction's first step, where its search ends.
    """
    if start.K is None:
        return start
    return _kept(lambda scored: _to_top(scored, start, off_shell, worth, known, finest), score, start, keeps)


def _kept(
    way: Callable[[Scoring], QuickScore], score: Scoring, start: QuickScore, keeps: Callable[[QuickScore], bool]
) -> QuickScore | None:
    """The end of a way, where it may be kept; else that of the same way over models alone that may."""
    found = way(score)
    if keeps(found):
        return found
    again = start if found is start else way(_only(score, keeps))
    return again if again is not start or (found is not start and keeps(start)) else None


def _to_top(
    score: Scoring, start: QuickScore, off_shell: bool, worth: float, known: ProtoModel | None, finest: float
) -> QuickScore:
    rough = _small_changes(score, start, lambda model: coarse_directions(model, off_shell), ROUGH)
    if _height(rough) < worth - GAINED_BY_OTHERS or (known is not None and _is_near(rough.model, known)):
        return rough
    rough = _climb(score, rough, off_shell, ROUGH)
    return rough if finest >= ROUGH or _height(rough) < worth else _climb(score, rough, off_shell, finest)


def _climb(score: Scoring, best: QuickScore, off_shell: bool, smallest: float) -> QuickScore:
    for _ in range(ROUNDS):
        before = _height(best)
        best = _small_changes(score, best, lambda model: directions(model, off_shell), smallest)
        for model in simpler(best.model, off_shell):
            best = _better(score, best, model) or best
        for pid in best.model.unstable:
            best = _hidden(score, best, pid, off_shell)
        if _height(best) < before + 10.0 * GAIN:
            break
    return best


def _is_near(model: ProtoModel, known: ProtoModel) -> bool:
    distance = 2.0 * ROUGH * MASS_STEP
    return model.masses.keys() == known.masses.keys() and all(
        abs(mass - known.masses[pid]) <= distance for pid, mass in model.masses.items()
    )


def settle(
    score: Scoring,
    start: QuickScore,
    pid: int,
    off_shell: bool = True,
    keeps: Callable[[QuickScore], bool] = always,
) -> QuickScore | None:
    """The best model that small changes of one particle's mass, decays and kappas lead to, roughly.

    Parameters
    ----------
    score, start, off_shell, keeps: as for :func:`climb`.
    pid: of the particle.
    """
    if start.K is None:
        return start
    return _kept(lambda scored: _settle(scored, start, pid, off_shell), score, start, keeps)


def _settle(score: Scoring, start: QuickScore, pid: int, off_shell: bool) -> QuickScore:
    def ways(model: ProtoModel) -> list[Direction]:
        return directions_of(model, pid, off_shell)

    best = _small_changes(score, start, ways, ROUGH)
    found = _hidden(score, best, pid, off_shell)
    return best if found is best else _small_changes(score, found, ways, ROUGH)


def _hidden(score: Scoring, best: QuickScore, pid: int, off_shell: bool) -> QuickScore:
    for model in hidden(best.model, pid, off_shell):
        best = _better(score, best, model) or best
    return best


def _only(score: Scoring, keeps: Callable[[QuickScore], bool]) -> Scoring:
    """The score of models that may be kept; those that may not have none."""

    def scored(model: ProtoModel, floor: float) -> QuickScore | None:
        found = score(model, floor)
        return None if found is None or _height(found) < floor or not keeps(found) else found

    return scored


def _small_changes(
    score: Scoring, best: QuickScore, ways_of: Callable[[ProtoModel], list[Direction]], smallest: float
) -> QuickScore:
    while True:
        content = best.model.decays.keys()
        ways = ways_of(best.model)
        steps, signs = [1.0] * len(ways), [1.0] * len(ways)
        while max(steps, default=0.0) >= smallest and best.model.decays.keys() == content:
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
        if best.model.decays.keys() == content:
            return best
        # a particle was lost: other directions


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
