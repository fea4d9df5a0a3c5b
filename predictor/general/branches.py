"""The decay trees of each produced particle that a result may see, with their products of branching ratios."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

from protomodels.errors import PredictionError
from protomodels.predictor.general.forest import Forest, Tree
from protomodels.predictor.general.states import Model

MOST_TREES = 200_000
"""A particle with more of them is not evaluated."""

Weights = tuple[float, ...]
"""Products of branching ratios, one for each way in which the decays give the same tree, the largest first.

SModelS cuts before it adds up equal trees: so they are kept apart."""

Branches = dict[Tree, Weights]


class Grower:
    """Grows the decay trees of one model, from the lightest particle upwards.

    Parameters
    ----------
    thresholds: smallest product of branching ratios that is wanted of each produced signed pid.
    wanted: may the tree be part of what a result sees?
    """

    def __init__(
        self, model: Model, forest: Forest, thresholds: Mapping[int, float], wanted: Callable[[Tree], bool]
    ) -> None:
        self._model, self._forest, self._wanted = model, forest, wanted
        self._needed = least_ratios(model, thresholds)
        self._known: dict[int, Branches] = {}
        self._open: set[int] = set()

    def branches(self, pid: int) -> Branches:
        """The trees of a signed pid.

        Raises
        ------
        PredictionError: where decays go round in a circle, or there are more than ``MOST_TREES``.
        """
        if pid in self._known:
            return self._known[pid]
        if pid in self._open:
            raise PredictionError(f"the decays of particle {pid} lead back to it")
        self._open.add(pid)
        found: dict[Tree, list[float]] = {}
        model, forest = self._model, self._forest
        number, needed = model.classes[pid], self._needed[pid]
        if pid in model.may_stay:
            found[forest.tree(number)] = [1.0]
        for ratio, codes, daughters in model.decays[pid]:
            if ratio < needed:
                break
            leaves = tuple(forest.tree(-1 - code) for code in codes)
            for parts in product(*(self.branches(d).items() for d in daughters)):
                weights = [ratio]
                for _, own in parts:
                    weights = [a * b for a in weights for b in own if a * b >= needed]
                if weights:
                    tree = forest.tree(number, leaves + tuple(part[0] for part in parts))
                    if self._wanted(tree):
                        found.setdefault(tree, []).extend(weights)
            if len(found) > MOST_TREES:
                raise PredictionError(f"particle {pid} has more than {MOST_TREES} decay trees above the cut")
        self._open.remove(pid)
        self._known[pid] = {tree: tuple(sorted(weights, reverse=True)) for tree, weights in found.items()}
        return self._known[pid]


def least_ratios(model: Model, produced: Mapping[int, float]) -> dict[int, float]:
    """The smallest product of branching ratios that matters anywhere, for each signed pid."""
    needed = dict.fromkeys(model.classes, 2.0) | dict(produced)
    waiting = list(produced)
    while waiting:
        pid = waiting.pop()
        for ratio, _, daughters in model.decays[pid]:
            below = needed[pid] / ratio
            for daughter in daughters:
                if below < needed[daughter] and below <= 1.0:
                    needed[daughter] = below
                    waiting.append(daughter)
    return needed
