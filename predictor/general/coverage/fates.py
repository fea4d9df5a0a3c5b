"""All decays of the produced particles, summed up by what is left of them: without a tree for each."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import Final, NamedTuple

import numpy as np

from protomodels.errors import PredictionError
from protomodels.predictor.general.branches import least_ratios
from protomodels.predictor.general.coverage.final_states import Fate, Fates, joined, unseen
from protomodels.predictor.general.decomposition import Decomposition
from protomodels.predictor.general.forest import Tree
from protomodels.predictor.general.options import Options
from protomodels.predictor.general.sms import NEARLY, Event
from protomodels.results.compiled.tables import Floats, Ints

MOST_PATHS: Final = 5_000_000
"""A particle with more ways to decay above the cut is not followed, nor a pair."""


class Way(NamedTuple):
    """Decays that end alike.

    Attributes
    ----------
    fate: after compression.  visible: after that of soft decays only.
    tree: where soft decays alone would leave nothing but missing energy, before compression; -1 elsewhere.
    """

    fate: Fate
    visible: Fate
    tree: Tree


class Ways(NamedTuple):
    """All ways in which a particle decays.

    Attributes
    ----------
    ways: distinct ones.  number: index of each path into them.  ratio: product of its branching ratios, descending.
    """

    ways: list[Way]
    number: Ints
    ratio: Floats


class Follower:
    """Follows the decays of one model, from the lightest particle upwards."""

    def __init__(self, found: Decomposition, fates: Fates, options: Options) -> None:
        self._model, self._forest, self._fates, self._options = found.model, found.forest, fates, options
        self._needed = least_ratios(found.model, found.thresholds)
        self._known: dict[int, Ways] = {}
        self._open: set[int] = set()

    def ways(self, pid: int) -> Ways:
        """How a signed pid decays.

        Raises
        ------
        PredictionError: where decays go round in a circle, or there are more than ``MOST_PATHS``.
        """
        if pid not in self._known:
            if pid in self._open:
                raise PredictionError(f"the decays of particle {pid} lead back to it")
            self._open.add(pid)
            self._known[pid] = self._followed(pid)
            self._open.remove(pid)
        return self._known[pid]

    def _followed(self, pid: int) -> Ways:
        model, forest = self._model, self._forest
        needed = self._needed[pid]
        found: dict[Way, list[Floats]] = defaultdict(list)
        if pid in model.may_stay:
            leaf = forest.tree(model.classes[pid])
            fate = self._fates.of(leaf)
            found[Way(fate, fate, leaf if forest.is_invisible[leaf] else -1)].append(np.ones(1))
        total = 0
        for ratio, codes, daughters in model.decays[pid]:
            if ratio < needed:
                break
            for parts in product(*(self._split(daughter) for daughter in daughters)):
                paths = np.array([ratio])
                for _, own in parts:
                    paths = np.outer(paths, own).ravel()
                    paths = paths[paths >= needed]
                if len(paths):
                    found[self._way(pid, codes, daughters, [way for way, _ in parts])].append(paths)
                    total += len(paths)
            if total > MOST_PATHS:
                raise PredictionError(f"particle {pid} has more than {MOST_PATHS} ways to decay above the cut")
        lists = [np.concatenate(parts) for parts in found.values()]
        ratio_of = np.concatenate(lists) if lists else np.zeros(0)
        order = np.argsort(-ratio_of, kind="stable")
        number = np.repeat(np.arange(len(lists)), [len(own) for own in lists])
        return Ways(list(found), number[order], ratio_of[order])

    def _split(self, pid: int) -> list[tuple[Way, Floats]]:
        own = self.ways(pid)
        return [(way, own.ratio[own.number == i]) for i, way in enumerate(own.ways)]

    def _way(self, pid: int, codes: tuple[int, ...], daughters: tuple[int, ...], ways: list[Way]) -> Way:
        """What becomes of a decay after compression."""
        model, forest, options = self._model, self._forest, self._options
        state = model.states[model.classes[pid]]
        if options.doCompress and len(daughters) == 1 and state.is_prompt:
            gap = state.mass - model.states[model.classes[daughters[0]]].mass
            if gap < options.minmassgap:
                tree = -1
                if ways[0].tree >= 0:
                    leaves = tuple(forest.tree(-1 - code) for code in codes)
                    tree = forest.tree(model.classes[pid], (*leaves, ways[0].tree))
                return Way(ways[0].fate, ways[0].visible, tree)
        standard = [self._fates.of(forest.tree(-1 - code)) for code in codes]
        fates = standard + [way.fate for way in ways]
        visible = joined(standard + [way.visible for way in ways], state.width)
        hides = state.is_prompt or state.is_invisible
        if options.doInvisible and hides and all(fate.is_invisible for fate in fates):
            return Way(unseen(max(fate.width for fate in fates)), visible, -1)
        return Way(joined(fates, state.width), visible, -1)


def compressed(found: Decomposition, event: Event, options: Options) -> tuple[Event, Event]:
    """An event after all compression, and after that of soft decays only.

    Where only missing energy would be left the widest gap stays.
    """
    forest = found.forest
    if options.doCompress:
        gap = options.minmassgap
        while True:
            parts = [forest.compressed(tree, gap) for tree in event]
            largest = max(part[1] for part in parts)
            if largest < options.minmassgapISR or not all(forest.is_invisible[part[0]] for part in parts):
                break
            gap = NEARLY * largest
        event = tuple(part[0] for part in parts)
    return tuple(map(forest.hidden, event)) if options.doInvisible else event, event
