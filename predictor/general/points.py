"""Where the events of a model stand in the maps: masses, rescaled widths, and how often particles decay in time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.predictor.general.forest import Forest, Tree
from protomodels.predictor.general.patterns import Matcher, Nodes
from protomodels.predictor.general.results import Tables
from protomodels.predictor.general.sms import Event, Events, Producer
from protomodels.results.compiled.tables import Floats, Ints

HBAR_C: Final = 197.327e-18
"""GeV m, with SModelS's digits."""
NARROWEST: Final = 1e-30
WIDEST: Final = 1e50
"""GeV; unit and largest of the widths that maps have as axes, as in SModelS."""
LINEAR: Final = 1e-10
"""Below it SModelS takes ln(1 + x) to be x."""

Key = tuple[int, Nodes, Tree]
"""Topology, classes at its nodes, and the tree at an inclusive node (-1 without)."""


@dataclass(frozen=True)
class Points:
    """Points p and the events s that stand there.

    Attributes
    ----------
    topology: of each point.  coordinates: mass (GeV) and rescaled width of each node, (p, 2 nodes).
    share: for each detector the fraction of particles at each node that decay before it, or, where they do not decay,
        leave it; 1 beyond the nodes, (p, detectors, nodes).
    inner: the same of all within an inclusive node, (p, detectors).
    widths: GeV, (p, nodes).  n_nodes: of each point.
    first, listed: points of each event: ``listed[first[s]:first[s + 1]]``.
    """

    topology: Ints
    coordinates: Floats
    share: Floats
    inner: Floats
    widths: Floats
    n_nodes: Ints
    first: Ints
    listed: Ints


def rescaled(width: float) -> float:
    """A width (GeV) as maps have it on an axis: ln(1 + width / 1e-30 GeV).

    >>> rescaled(0.0), round(rescaled(1e-16), 3)
    (0.0, 32.236)
    """
    x = min(width, WIDEST) / NARROWEST
    return x if x < LINEAR else float(np.log(1.0 + x))


def decayed(width: float, radius: float) -> float:
    """Fraction of particles of a width (GeV) that decay within a radius (m), as SModelS has it: without their boost.

    >>> round(decayed(1e-15, 1.0), 4)
    0.9937
    """
    return 1.0 - math.exp(-width * radius / HBAR_C)


class Placer:
    """Puts the events of one model onto the maps."""

    def __init__(self, tables: Tables, forest: Forest, matcher: Matcher, producer: Producer) -> None:
        self._tables, self._forest, self._matcher, self._producer = tables, forest, matcher, producer
        self._order = [[slot for slot in row if slot >= 0] for row in tables.order.tolist()]
        self._inner: dict[Tree, list[float]] = {}
        self._class_numbers: dict[int, tuple[float, float]] = {}

    def points(self, events: Events) -> Points:
        """The points of all events."""
        number: dict[Key, int] = {}
        first, listed = [0], list[int]()
        for event in events.seen:
            mask = self._producer.topologies(event)
            while mask:
                bit = mask & -mask
                mask ^= bit
                key = self._key(bit.bit_length() - 1, event)
                listed.append(number.setdefault(key, len(number)))
            first.append(len(listed))
        return self._arrays(list(number), np.array(first, dtype=np.int64), np.array(listed, dtype=np.int64))

    def _key(self, number: int, event: Event) -> Key:
        """The point of an event that matches a topology; of two orders the one with the larger masses."""
        topology = self._tables.patterns.topologies[number]
        own = [self._matcher.branches(tree) for tree in event]
        if len(event) == 1:
            return number, own[0][topology.branches[0]], -1
        a, b = topology.branches
        found: list[tuple[list[float], int, Key]] = []
        for turn, (x, y) in enumerate(((0, 1), (1, 0))):
            if a in own[x] and b in own[y]:
                nodes = own[x][a] + own[y][b]
                inner = -1 if topology.inclusive < 0 else event[(x, y)[topology.inclusive]]
                found.append((self._vector(number, nodes), -turn, (number, nodes, inner)))
        return max(found)[2] if len(found) > 1 else found[0][2]

    def _vector(self, number: int, nodes: Nodes) -> list[float]:
        return [self._numbers(nodes[slot >> 1])[slot & 1] for slot in self._order[number]]

    def _numbers(self, particle: int) -> tuple[float, float]:
        if particle not in self._class_numbers:
            if particle < 0:
                self._class_numbers[particle] = 0.0, 0.0
            else:
                state = self._forest.states[particle]
                self._class_numbers[particle] = state.mass, rescaled(state.width)
        return self._class_numbers[particle]

    def _arrays(self, keys: list[Key], first: Ints, listed: Ints) -> Points:
        tables, states = self._tables, self._forest.states
        detectors = tables.detectors.tolist()
        n, width = len(keys), max((len(key[1]) for key in keys), default=1)
        per_class = np.array([self._numbers(c) for c in range(len(states))]).reshape(-1, 2)
        prompt = np.array([[decayed(s.width, inner) for s in states] for inner, _ in detectors])
        stable = np.array([[1.0 - decayed(s.width, outer) for s in states] for _, outer in detectors])
        classes = np.full((n, width), -1, dtype=np.int64)
        falls = np.zeros((n, width), dtype=np.bool_)
        inner = np.ones((n, len(detectors)))
        for row, (number, nodes, tree) in enumerate(keys):
            topology = tables.patterns.topologies[number]
            classes[row, : len(nodes)], falls[row, : len(nodes)] = nodes, topology.decays
            if tree >= 0:  # the inclusive node is the only one of its branch, and counted within
                classes[row, 0 if topology.inclusive == 0 else len(nodes) - 1] = -1
                inner[row] = self._shares(tree, prompt, stable)
        there = classes >= 0
        known = np.where(there, classes, 0)
        share = np.where(there, np.where(falls, prompt[:, known], stable[:, known]), 1.0).transpose(1, 0, 2)
        coordinates = (per_class[known] * there[..., None]).reshape(n, 2 * width)
        # of what decays at once the width is infinite: no factor of 0
        widths = np.where(there, np.array([s.width for s in states])[known], 0.0) if n else np.zeros((0, width))
        counts = np.array([len(key[1]) for key in keys], dtype=np.int64)
        return Points(
            np.array([key[0] for key in keys], dtype=np.int64),
            np.ascontiguousarray(coordinates),
            np.ascontiguousarray(share),
            inner,
            widths,
            counts,
            first,
            listed,
        )

    def _shares(self, tree: Tree, prompt: NDArray[np.float64], stable: NDArray[np.float64]) -> NDArray[np.float64]:
        """Product over all new particles of a tree."""
        particle, children = self._forest.particle[tree], self._forest.children[tree]
        out = np.ones(len(prompt)) if particle < 0 else (prompt if children else stable)[:, particle]
        for child in children:
            out = out * self._shares(child, prompt, stable)
        return out
