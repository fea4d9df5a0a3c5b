"""What is left of an event when all has decayed: SM particles in classes, and the fate of the last new particles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from protomodels.predictor.general.forest import Forest, Tree
from protomodels.predictor.general.points import decayed
from protomodels.predictor.general.results import INNER_RADIUS, OUTER_RADIUS
from protomodels.predictor.general.states import State

CLASSES: Final[Mapping[str, tuple[int, ...]]] = {
    "W": (24, -24),
    "l": (11, -11, 13, -13),
    "t": (6, -6),
    "ta": (15, -15),
    "nu": (12, -12, 14, -14, 16, -16),
    "jet": (1, -1, 2, -2, 3, -3, 4, -4, 21, 111, 211, -211),
    "b": (5, -5),
    "photon": (22,),
    "Z": (23,),
    "higgs": (25,),
}
"""SModelS's symbols of SM particles in final states, by signed pid."""

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "jet": ("jet", "jets"),
    "b": ("b jet", "b jets"),
    "t": ("top", "tops"),
    "W": ("W", "W"),
    "Z": ("Z", "Z"),
    "higgs": ("Higgs", "Higgs"),
    "photon": ("photon", "photons"),
    "l": ("lepton", "leptons"),
    "ta": ("tau", "taus"),
    "nu": ("neutrino", "neutrinos"),
    "HSCP": ("heavy charged particle", "heavy charged particles"),
    "RHadronG": ("R-hadron", "R-hadrons"),
    "RHadronQ": ("R-hadron", "R-hadrons"),
}
"""One and several, in the order of the words."""

RANKS: Final = {
    symbol: rank for rank, symbol in enumerate(("HSCP", "MET", "RHadronQ", "RHadronG", "jet", "higgs", "l", "ta", "nu"))
} | {"t": 9, "b": 10, "W": 11, "photon": 12, "Z": 13}
"""SModelS writes the highest first; other symbols, those of exotic new particles, come last."""

LONG_LIVED: Final = frozenset({"HSCP", "RHadronG", "RHadronQ"})
"""Symbols of new particles that leave tracks."""

Branch = tuple[bool, tuple[str, ...]]
"""Does a produced particle decay, and the symbols of what it becomes, in the order in which SModelS writes them."""

FinalState = tuple[Branch, ...]


class Fate(NamedTuple):
    """What becomes of a particle.

    Attributes
    ----------
    branch: its final states.
    is_invisible: it is missing energy and does not decay.
    width: of a particle that does not decay, GeV.
    prompt: probability that all decays are prompt.  in_time: that none is outside the detector.
    stable: that the last new particles leave it undecayed.
    """

    branch: Branch
    is_invisible: bool
    width: float
    prompt: float
    in_time: float
    stable: float


class Fates:
    """The fates of the decay trees of one model.

    Parameters
    ----------
    codes: of signed SM pids.  names: of the classes of new particles.
    """

    def __init__(self, forest: Forest, codes: Mapping[int, int], names: Mapping[int, str]) -> None:
        self._forest, self._names = forest, names
        self._symbols = {codes[pid]: symbol for symbol, pids in CLASSES.items() for pid in pids if pid in codes}
        self._known: dict[Tree, Fate] = {}

    def of(self, tree: Tree) -> Fate:
        """The fate of the root of a tree."""
        if tree not in self._known:
            forest = self._forest
            children = [self.of(child) for child in forest.children[tree]]
            if children:
                fate = joined(children, forest.states[forest.particle[tree]].width)
            else:
                fate = self._of_leaf(forest.particle[tree], forest.is_invisible[tree])
            self._known[tree] = fate
        return self._known[tree]

    def _of_leaf(self, particle: int, is_invisible: bool) -> Fate:
        if particle < 0:
            return Fate((False, (self._symbols[-1 - particle],)), is_invisible, 0.0, 1.0, 1.0, 1.0)
        state = self._forest.states[particle]
        symbol = symbol_of(state) or self._names[particle]
        return Fate((False, (symbol,)), is_invisible, state.width, 1.0, 1.0, 1.0 - decayed(state.width, OUTER_RADIUS))


def joined(fates: Sequence[Fate], width: float) -> Fate:
    """The fate of a particle of this width (GeV) that decays into others."""
    symbols = tuple(sorted((s for fate in fates for s in fate.branch[1]), key=_rank, reverse=True))
    prompt, in_time, stable = decayed(width, INNER_RADIUS), decayed(width, OUTER_RADIUS), 1.0
    for fate in fates:
        prompt, in_time, stable = prompt * fate.prompt, in_time * fate.in_time, stable * fate.stable
    return Fate((True, symbols), False, 0.0, prompt, in_time, stable)


def unseen(width: float) -> Fate:
    """The fate of what decayed into invisible particles only, the widest of this width (GeV)."""
    return Fate((False, ("MET",)), True, width, 1.0, 1.0, 1.0 - decayed(width, OUTER_RADIUS))


def symbol_of(state: State) -> str | None:
    """SModelS's symbol of a new particle that does not decay; None for one that is none of its kinds."""
    charge = None if state.thrice_charge is None else abs(state.thrice_charge)
    kinds = (("MET", 1, (0,)), ("HSCP", 1, (3,)), ("RHadronG", 8, (0,)), ("RHadronQ", 3, (1, 2)))
    for symbol, colour, charges in kinds:
        if state.colour in (None, colour) and (charge is None or charge in charges):
            return symbol
    return None


def final_state(branches: Iterable[Branch]) -> FinalState:
    """Branches in SModelS's order: those with less in them first."""

    def key(branch: Branch) -> tuple[int, list[tuple[int, str]]]:
        decays, symbols = branch
        return (len(symbols) if decays else 0, [_rank(symbol) for symbol in reversed(symbols)])

    return tuple(sorted(branches, key=key))


def _rank(symbol: str) -> tuple[int, str]:
    return RANKS.get(symbol, -1), symbol


def as_text(state: FinalState) -> str:
    """As SModelS writes it.

    >>> as_text(((True, ("jet", "MET")), (True, ("W", "MET"))))
    'PV > (jet,MET),(W,MET)'
    """
    return "PV > " + ",".join(f"({','.join(symbols)})" for _, symbols in state)


def in_words(state: FinalState) -> str:
    """In the field's words.

    >>> in_words(((True, ("jet", "MET")), (True, ("W", "jet", "MET"))))
    '2 jets + W + missing energy'
    >>> in_words(((False, ("MET",)), (False, ("MET",))))
    'missing energy'
    """
    counts = Counter(symbol for _, symbols in state for symbol in symbols)
    of_words: Counter[tuple[str, str]] = Counter()
    for symbol in sorted(counts, key=lambda symbol: (_PLACES.get(symbol, len(_PLACES)), symbol)):
        if symbol != "MET":
            of_words[WORDS.get(symbol, (symbol, symbol))] += counts[symbol]
    parts = [one if number == 1 else f"{number} {several}" for (one, several), number in of_words.items()]
    return " + ".join(parts + ["missing energy"] * ("MET" in counts))


_PLACES: Final = {symbol: place for place, symbol in enumerate(WORDS)}
