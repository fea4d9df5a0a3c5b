"""Produced particles with their decay trees: weights, compression, and what comes from the same decays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protomodels.predictor.general.branches import Branches, Grower
from protomodels.predictor.general.forest import Forest, Tree
from protomodels.predictor.general.options import Options
from protomodels.predictor.general.patterns import Matcher, Patterns

Event = tuple[Tree, ...]
"""Trees of the produced particles, in ascending order."""

Profile = tuple[tuple[int, int], ...]
"""For each step of compression the topologies whose first and whose second branch a tree matches, a bit each."""

NEARLY = 0.999
"""Of the largest gap that was closed: below it SModelS keeps that one open where only missing energy would be left."""


@dataclass
class Events:
    """What a model produces, as far as any result may see it.

    Attributes
    ----------
    origins: distinct decays before compression.
    weights: fb at each energy, (origins, energies).
    seen: distinct events, compressed or not, that match a topology; the origins of each.
    """

    origins: list[Event] = field(default_factory=list)
    weights: list[NDArray[np.float64]] = field(default_factory=list)
    seen: dict[Event, list[int]] = field(default_factory=dict)


class Producer:
    """Joins the trees of produced particles."""

    def __init__(self, patterns: Patterns, forest: Forest, matcher: Matcher, grower: Grower, options: Options) -> None:
        self._patterns, self._forest, self._matcher, self._options = patterns, forest, matcher, options
        self._grower = grower
        self._profiles: dict[Tree, Profile] = {}
        self._grouped: dict[int, list[tuple[Profile, list[tuple[float, Tree]], Branches]]] = {}
        self._masks: dict[Tree, tuple[int, int]] = {}
        singles = [n for n, topology in enumerate(patterns.topologies) if len(topology.branches) == 1]
        self._single = sum(1 << number for number in singles)

    def events(self, pairs: Sequence[tuple[int, ...]], sigma: NDArray[np.float64]) -> Events:
        """All events of all production modes.

        Parameters
        ----------
        pairs: signed pids of one or two new particles each.
        sigma: fb, (pairs, energies).
        """
        events = Events()
        number: dict[Event, int] = {}
        for pair, own in zip(pairs, sigma, strict=True):
            largest = float(own.max(initial=0.0))
            if largest < self._options.sigmacut:
                continue
            found = self._single_events(pair[0], largest) if len(pair) == 1 else self._pair_events(pair, largest)
            for event, weight in found.items():
                place = number.setdefault(event, len(number))
                if place == len(events.origins):
                    events.origins.append(event)
                    events.weights.append(own * weight)
                else:
                    events.weights[place] = events.weights[place] + own * weight
        for place, event in enumerate(events.origins):
            for variant in self._variants(event):
                if self.topologies(variant):
                    events.seen.setdefault(variant, []).append(place)
        # of what comes from the same decays and is equally strong, the first one counts
        events.seen = {event: events.seen[event] for event in sorted(events.seen, key=self._key)}
        return events

    def _key(self, event: Event) -> tuple[Any, ...]:
        """SModelS's order of events: by shape, then by particles."""
        shapes = sorted(self._forest.shape[tree] for tree in event)
        return int(f"1{''.join(map(str, shapes))}0"), tuple(sorted(self._forest.keys[tree] for tree in event))

    def topologies(self, event: Event) -> int:
        """The topologies that an event matches, a bit each."""
        if len(event) == 1:
            return self._mask(event[0])[0] & self._single
        (a0, a1), (b0, b1) = self._mask(event[0]), self._mask(event[1])
        return (a0 & b1) | (a1 & b0)

    def _single_events(self, pid: int, largest: float) -> dict[Event, float]:
        found: dict[Event, float] = {}
        for tree, weights in self._grower.branches(pid).items():
            total = sum(weight for weight in weights if weight * largest >= self._options.sigmacut)
            if total > 0.0 and any(mask & self._single for mask, _ in self._profile(tree)):
                found[(tree,)] = total
        return found

    def _pair_events(self, pair: tuple[int, ...], largest: float) -> dict[Event, float]:
        found: dict[Event, float] = defaultdict(float)
        least = self._options.sigmacut / largest
        for profile, strong, branches in self._groups(pair[0]):
            for other_profile, other_strong, other_branches in self._groups(pair[1]):
                if not _meet(profile, other_profile):
                    continue
                for best, tree in strong:
                    if best * other_strong[0][0] < least:
                        break
                    for other_best, other in other_strong:
                        if best * other_best < least:
                            break
                        total = 0.0
                        for weight in branches[tree]:
                            for other_weight in other_branches[other]:
                                if weight * other_weight < least:
                                    break
                                total += weight * other_weight
                        found[(tree, other) if tree <= other else (other, tree)] += total
        return found

    def _groups(self, pid: int) -> list[tuple[Profile, list[tuple[float, Tree]], Branches]]:
        """The trees of a particle by what they match, the strongest first."""
        if pid not in self._grouped:
            branches = self._grower.branches(pid)
            groups: dict[Profile, list[tuple[float, Tree]]] = {}
            for tree, weights in branches.items():
                profile = self._profile(tree)
                if any(a | b for a, b in profile):
                    groups.setdefault(profile, []).append((weights[0], tree))
            self._grouped[pid] = [(p, sorted(listed, reverse=True), branches) for p, listed in groups.items()]
        return self._grouped[pid]

    def _profile(self, tree: Tree) -> Profile:
        if tree not in self._profiles:
            variants = self._forest.variants(tree)
            # two that both end in missing energy are compressed with another gap: no step here tells what they match
            missing = int(self._forest.is_invisible[variants[1]])
            self._profiles[tree] = (*map(self._mask, variants), (missing, missing))
        return self._profiles[tree]

    def _mask(self, tree: Tree) -> tuple[int, int]:
        if tree not in self._masks:
            sides = [0, 0]
            for part in self._matcher.branches(tree):
                for topology, branch in self._patterns.roots[part]:
                    sides[branch] |= 1 << topology
            self._masks[tree] = sides[0], sides[1]
        return self._masks[tree]

    def _variants(self, event: Event) -> set[Event]:
        """The event itself and after compression."""
        listed = [self._forest.variants(tree) for tree in event]
        soft = listed[0][1], listed[-1][1]
        if self._options.doCompress and all(map(self._is_missing, soft)) and soft != (listed[0][0], listed[-1][0]):
            return self._stepwise(event)
        return {_sorted(trees) for trees in zip(*listed, strict=True)}

    def _is_missing(self, tree: Tree) -> bool:
        return self._forest.is_invisible[tree]

    def _stepwise(self, event: Event) -> set[Event]:
        """The same where soft decays alone would leave nothing but missing energy: the widest gap may have to stay."""
        found, waiting = {event}, [event]
        while waiting:
            own = waiting.pop()
            steps = [self._soft(own, self._options.minmassgap)]
            if self._options.doInvisible:
                steps.append(_sorted(tuple(map(self._forest.hidden, own))))
            for new in steps:
                if new not in found:
                    found.add(new)
                    waiting.append(new)
        return found

    def _soft(self, event: Event, gap: float) -> Event:
        parts = [self._forest.compressed(tree, gap) for tree in event]
        largest = max(part[1] for part in parts)
        new = tuple(part[0] for part in parts)
        if largest >= self._options.minmassgapISR and all(map(self._is_missing, new)):
            return self._soft(event, NEARLY * largest)
        return _sorted(new)


def _meet(a: Profile, b: Profile) -> bool:
    return any((a0 & b1) | (a1 & b0) for (a0, a1), (b0, b1) in zip(a, b, strict=True))


def _sorted(event: Event) -> Event:
    return event if len(event) == 1 or event[0] <= event[1] else (event[1], event[0])
