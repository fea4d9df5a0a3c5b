"""The topologies of the results as patterns, and the decay trees that match a part of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from protomodels.predictor.general.forest import LEAF_SHAPE, Forest, Tree
from protomodels.predictor.general.states import Model
from protomodels.results.compiled.graphs import INCLUSIVE, LIST, NEW, STANDARD

Part = int
"""Number of a distinct part of a topology: a node with all below it."""

Nodes = tuple[int, ...]
"""Classes of the particles at the nodes of a part that are new or inclusive, mothers before daughters."""


class Topology(NamedTuple):
    """One topology.

    Attributes
    ----------
    branches: its parts, one or two.
    place: of each node that is new or inclusive, where it stands among the nodes of both parts.
    decays: for each of these whether it decays in the topology.
    inclusive: index of the branch that is inclusive; -1 without.
    """

    branches: tuple[Part, ...]
    place: dict[int, int]
    decays: tuple[bool, ...]
    inclusive: int


class Patterns:
    """All topologies, with each distinct part once.

    Parameters
    ----------
    about: ``graphs`` of a compiled file's meta data.

    Attributes
    ----------
    labels, kinds, children: of each part.
    topologies: in the order of the compiled file.
    roots: parts that are branches: (topology, branch) of each.
    by_shape: parts that match trees of one shape only.  anywhere: the others.
    standard_codes: code of each signed SM pid.  invisible_codes: those of missing energy.
    """

    def __init__(self, about: Mapping[str, Any]) -> None:
        self.labels: list[str] = []
        self.kinds: list[int] = []
        self.children: list[tuple[Part, ...]] = []
        self._shapes: list[int] = []
        self._parts: dict[tuple[str, int, tuple[Part, ...]], Part] = {}
        self.new_labels: dict[str, list[list[float | None]]] = about["labels"]
        self.standard = {label: frozenset(codes) for label, codes in about["standard_matches"].items()}
        self.standard_codes = {int(pid): int(code) for pid, code in about["standard_codes"].items()}
        self.invisible_codes = frozenset(about["standard_invisible"])
        self.topologies = [self._topology(nodes) for nodes in about["patterns"]]
        self.roots: dict[Part, list[tuple[int, int]]] = {}
        for number, topology in enumerate(self.topologies):
            for branch, part in enumerate(topology.branches):
                self.roots.setdefault(part, []).append((number, branch))
        self.by_shape: dict[int, list[Part]] = {}
        self.anywhere: list[Part] = []
        for part, shape in enumerate(self._shapes):
            if self.kinds[part] == NEW:
                (self.anywhere if shape < 0 else self.by_shape.setdefault(shape, [])).append(part)

    def _topology(self, nodes: Sequence[tuple[str, int, int]]) -> Topology:
        daughters: dict[int, list[int]] = {}
        for index, (_, parent, _) in enumerate(nodes):
            daughters.setdefault(parent, []).append(index)
        order: list[int] = []

        def part_of(index: int) -> Part:
            label, _, kind = nodes[index]
            if kind in (NEW, INCLUSIVE):
                order.append(index)
            mark = len(order)
            part = self._part(label, kind, tuple(part_of(child) for child in daughters.get(index, ())))
            if kind == INCLUSIVE:
                del order[mark:]
            return part

        branches = tuple(part_of(index) for index in daughters[0])
        kinds = [nodes[index][2] for index in daughters[0]]
        inclusive = kinds.index(INCLUSIVE) if INCLUSIVE in kinds else -1
        decays = tuple(index in daughters for index in order)
        return Topology(branches, {index: place for place, index in enumerate(order)}, decays, inclusive)

    def final_labels(self, part: Part) -> set[str]:
        """Labels of the new particles that do not decay in a part."""
        below = [label for child in self.children[part] for label in self.final_labels(child)]
        own = {self.labels[part]} if self.kinds[part] == NEW and not self.children[part] else set()
        return own.union(below)

    def _part(self, label: str, kind: int, children: tuple[Part, ...]) -> Part:
        key = (label, kind, children)
        if key not in self._parts:
            self._parts[key] = len(self.labels)
            self.labels.append(label)
            self.kinds.append(kind)
            self.children.append(children)
            shapes = sorted(self._shapes[child] for child in children)
            if kind in (INCLUSIVE, LIST) or (shapes and shapes[0] < 0):
                shape = -1
            else:
                shape = int(f"1{''.join(map(str, shapes))}0") if children else LEAF_SHAPE
            self._shapes.append(shape)
        return self._parts[key]


class Matcher:
    """Which parts the trees of one model match; remembered."""

    def __init__(self, patterns: Patterns, forest: Forest) -> None:
        self._patterns, self._forest = patterns, forest
        self._known: dict[tuple[Part, Tree], Nodes | None] = {}
        self._labels: dict[tuple[str, int], bool] = {}
        self._somewhere: dict[Tree, bool] = {}
        self._branches: dict[Tree, dict[Part, Nodes]] = {}

    def branches(self, tree: Tree) -> dict[Part, Nodes]:
        """Whole branches that a tree matches, with the classes at their nodes."""
        if tree not in self._branches:
            patterns, found = self._patterns, {}
            for part in patterns.roots:
                if patterns._shapes[part] in (-1, self._forest.shape[tree]):
                    nodes = self.match(part, tree)
                    if nodes is not None:
                        found[part] = nodes
            self._branches[tree] = found
        return self._branches[tree]

    def wanted(self, model: Model) -> Callable[[Tree], bool]:
        """May a decay tree be, or become by compression, a part of an event that matches a topology?

        Behind an inclusive node anything may decay: where the model can match the other branch, all trees are wanted.
        """
        patterns, forest = self._patterns, self._forest
        others = {
            topology.branches[1 - topology.inclusive] for topology in patterns.topologies if topology.inclusive >= 0
        }
        labels = {label for part in others for label in patterns.final_labels(part)}
        stays = {model.classes[pid] for pid in model.may_stay}
        if any(self._is(label, particle) for label in labels for particle in stays):
            return lambda tree: True
        return lambda tree: any(self.matches_somewhere(variant) for variant in set(forest.variants(tree)))

    def matches_somewhere(self, tree: Tree) -> bool:
        """Is the tree a part of any topology, other than within an inclusive node?"""
        known = self._somewhere.get(tree)
        if known is None:
            parts = self._patterns.by_shape.get(self._forest.shape[tree], [])
            known = any(self.match(part, tree) is not None for part in parts) or any(
                self.match(part, tree) is not None for part in self._patterns.anywhere
            )
            self._somewhere[tree] = known
        return known

    def match(self, part: Part, tree: Tree) -> Nodes | None:
        """The classes at the nodes of a part where the tree matches it."""
        key = (part, tree)
        if key not in self._known:
            self._known[key] = self._match(part, tree)
        return self._known[key]

    def _match(self, part: Part, tree: Tree) -> Nodes | None:
        patterns, forest = self._patterns, self._forest
        particle, kind = forest.particle[tree], patterns.kinds[part]
        if kind == INCLUSIVE:
            below = self._below(patterns.children[part], forest.leaves(tree))
            return None if below is None else (particle,)
        if kind != NEW or particle < 0 or not self._is(patterns.labels[part], particle):
            return None
        below = self._below(patterns.children[part], forest.children[tree])
        return None if below is None else (particle, *below)

    def _below(self, parts: Sequence[Part], trees: Sequence[Tree]) -> Nodes | None:
        """Classes at all nodes where every part has its own tree, and lists take any number of them."""
        patterns, forest = self._patterns, self._forest
        standard = [-1 - forest.particle[t] for t in trees if forest.particle[t] < 0]
        new = [t for t in trees if forest.particle[t] >= 0]
        wanted, new_parts = [], []
        for part in parts:
            kind = patterns.kinds[part]
            if kind == NEW:
                new_parts.append(part)
                continue
            codes = patterns.standard[patterns.labels[part]]
            if kind == STANDARD:
                wanted.append(codes)
            else:
                standard = [code for code in standard if code not in codes]
        if len(standard) != len(wanted) or len(new) != len(new_parts) or not _assign(wanted, standard):
            return None
        if len(new) == 1:
            return self.match(new_parts[0], new[0])
        return self._assign_new(new_parts, new)

    def _assign_new(self, parts: Sequence[Part], trees: Sequence[Tree]) -> Nodes | None:
        """The first way to give each part its own tree, as SModelS finds it."""
        if not parts:
            return ()
        for i, tree in enumerate(trees):
            first = self.match(parts[0], tree)
            if first is not None:
                rest = self._assign_new(parts[1:], [*trees[:i], *trees[i + 1 :]])
                if rest is not None:
                    return first + rest
        return None

    def _is(self, label: str, particle: int) -> bool:
        """Is a new particle of this class what the label stands for?"""
        key = (label, particle)
        if key not in self._labels:
            state = self._forest.states[particle]
            own = (*state[:3], state.mass, state.width)
            self._labels[key] = any(
                all(a is None or b is None or a == b for a, b in zip(numbers, own, strict=True))
                for numbers in self._patterns.new_labels[label]
            )
        return self._labels[key]


def _assign(wanted: Sequence[frozenset[int]], codes: Sequence[int]) -> bool:
    """Can each of the wanted sets be given its own code?"""
    if not wanted:
        return not codes
    return any(code in wanted[0] and _assign(wanted[1:], [*codes[:i], *codes[i + 1 :]]) for i, code in enumerate(codes))
