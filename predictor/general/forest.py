"""Decay trees, each kept once under a number, and their compression as SModelS does it."""

from __future__ import annotations

from typing import Any, Final

from protomodels.predictor.general.options import Options
from protomodels.predictor.general.states import State

Tree = int
"""Number of a decay tree."""

LEAF_SHAPE: Final = 10
"""SModelS's canonical name of a particle that does not decay."""


class Forest:
    """All decay trees of one model that were met.

    Attributes
    ----------
    particle: of the root of each tree: a class of new particles from 0 on, or -1 - code of an SM particle.
    children: trees of its decay, in the order in which SModelS sorts them.
    shape: SModelS's canonical name, a number that tells shapes apart.
    is_invisible: the root does not decay and is missing energy.
    keys: by which SModelS sorts trees.
    states: of the classes; compression adds invisible ones.
    """

    def __init__(self, states: list[State], invisible_codes: frozenset[int], options: Options) -> None:
        self.states = list(states)
        self._classes = {state: number for number, state in enumerate(states)}
        self._invisible_codes = invisible_codes
        self._options = options
        self._numbers: dict[tuple[int, tuple[Tree, ...]], Tree] = {}
        self.particle: list[int] = []
        self.children: list[tuple[Tree, ...]] = []
        self.shape: list[int] = []
        self.is_invisible: list[bool] = []
        self.keys: list[tuple[Any, ...]] = []
        self._soft: dict[float, dict[Tree, tuple[Tree, float]]] = {}
        self._hidden: dict[Tree, Tree] = {}
        self._variants: dict[Tree, tuple[Tree, ...]] = {}

    def tree(self, particle: int, children: tuple[Tree, ...] = ()) -> Tree:
        """The number of a tree; children in any order."""
        if len(children) > 1:
            children = tuple(sorted(children, key=self.keys.__getitem__))
        known = self._numbers.get((particle, children))
        if known is not None:
            return known
        number = self._numbers[(particle, children)] = len(self.particle)
        self.particle.append(particle)
        self.children.append(children)
        shapes = sorted(self.shape[child] for child in children)
        shape = int(f"1{''.join(map(str, shapes))}0") if children else LEAF_SHAPE
        self.shape.append(shape)
        if particle < 0:
            key: tuple[float, ...] = (1.0, float(particle))
            invisible = -1 - particle in self._invisible_codes
        else:
            state = self.states[particle]
            # what compression made invisible has no spin: it is put in order among neutralinos
            quantum = [1.0 if x is None else float(x) for x in state[:3]]
            key, invisible = (0.0, *quantum, state.mass, state.width, float(particle)), state.is_invisible
        self.keys.append((shape, key, tuple(self.keys[child] for child in children)))
        self.is_invisible.append(invisible and not children)
        return number

    def new_children(self, tree: Tree) -> list[Tree]:
        """Those of new particles."""
        return [child for child in self.children[tree] if self.particle[child] >= 0]

    def leaves(self, tree: Tree) -> list[Tree]:
        """What is left when all has decayed."""
        children = self.children[tree]
        return [leaf for child in children for leaf in self.leaves(child)] if children else [tree]

    def compressed(self, tree: Tree, gap: float) -> tuple[Tree, float]:
        """The tree without soft decays, and the largest gap that was closed, GeV; -inf where none was.

        Prompt mothers of one new particle that is less than ``gap`` lighter stand where it stands; the SM particles of
        the decay are dropped.
        """
        known = self._soft.setdefault(gap, {})
        if tree in known:
            return known[tree]
        largest = float("-inf")
        children = self.children[tree]
        result = tree
        if children:
            parts = [self.compressed(child, gap) for child in children]
            largest = max(part[1] for part in parts)
            state = self.states[self.particle[tree]]
            new = [i for i, child in enumerate(children) if self.particle[child] >= 0]
            difference = state.mass - self.states[self.particle[children[new[0]]]].mass if len(new) == 1 else gap
            if difference < gap and state.is_prompt:
                result, largest = parts[new[0]][0], max(largest, difference)
            else:
                result = self.tree(self.particle[tree], tuple(part[0] for part in parts))
        known[tree] = result, largest
        return result, largest

    def hidden(self, tree: Tree) -> Tree:
        """The tree in which prompt or invisible mothers of invisible particles only are one invisible particle.

        It has the mother's mass and the largest width of the daughters.
        """
        if tree in self._hidden:
            return self._hidden[tree]
        result, children = tree, self.children[tree]
        if children:
            children = tuple(self.hidden(child) for child in children)
            state = self.states[self.particle[tree]]
            if (state.is_prompt or state.is_invisible) and all(self.is_invisible[child] for child in children):
                widths = [self.states[self.particle[c]].width if self.particle[c] >= 0 else 0.0 for c in children]
                result = self.tree(self._class_of(State(None, 1, 0, state.mass, max(widths), False, True)))
            else:
                result = self.tree(self.particle[tree], children)
        self._hidden[tree] = result
        return result

    def _class_of(self, state: State) -> int:
        number = self._classes.setdefault(state, len(self.states))
        if number == len(self.states):
            self.states.append(state)
        return number

    def variants(self, tree: Tree) -> tuple[Tree, ...]:
        """The tree itself and after one to three steps of compression, beginning with either kind.

        Trees of one event are compressed together: the same place in two of these tuples is one event.
        """
        known = self._variants.get(tree)
        if known is None:
            soft = (lambda t: self.compressed(t, self._options.minmassgap)[0]) if self._options.doCompress else _same
            hidden = self.hidden if self._options.doInvisible else _same
            first = soft(tree)
            second = hidden(first)
            third = soft(second)
            other = hidden(tree)
            another = soft(other)
            known = (tree, first, second, third, hidden(third), other, another, hidden(another))
            self._variants[tree] = known
        return known


def _same(tree: Tree) -> Tree:
    return tree
