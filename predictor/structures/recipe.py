"""From a model's numbers to those of its structure: the key it is remembered by, its ratios, its produced legs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from protomodels.channels import OFF_SHELL_MOTHERS, Channel, needs_off_shell
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from protomodels.predictor.structures.gaps import Gaps
from protomodels.predictor.structures.matching import Matcher
from protomodels.predictor.structures.structure import Structure, TooManyChainsError
from protomodels.production import CrossSections
from protomodels.results.compiled.tables import Floats, Ints
from protomodels.settings import MASS_GAP, SIGMACUT
from protomodels.slha import physical_channels


@dataclass(frozen=True)
class Recipe:
    """A structure and how a model's numbers enter it.

    Attributes
    ----------
    structure: see :mod:`protomodels.predictor.structures.structure`.
    source: for each physical decay the place of its channel among the model's branching ratios.
    share: its part of that branching ratio (charges, decays of a virtual boson).
    legs: first and one past the last chain of both legs of each produced pair, (pairs, 4).
    pruned: chains that are too weak for this one model are missing.
    key: what decides the structure; see :class:`Plan`.
    """

    structure: Structure
    source: Ints
    share: Floats
    legs: Ints
    pruned: bool
    key: object

    def ratios(self, model: ProtoModel) -> Floats:
        """Branching ratios of the physical decays, in the structure's order, shape (decays,).

        Parameters
        ----------
        model: one with the key of this recipe; only its branching ratios enter.
        """
        return _channel_ratios(model)[self.source] * self.share


@dataclass(frozen=True)
class Plan:
    """How to make a structure, and by what it is remembered.

    Attributes
    ----------
    key: what the structure depends on: two models with equal keys have the same structure.
    gaps: the part of it that decides how chains are compressed.
    """

    key: object
    gaps: Gaps

    def build(self, model: ProtoModel, sections: CrossSections, matcher: Matcher) -> Recipe:
        """Make the structure of a model.

        Where the model has too many chains, those that cannot reach the cut of SModelS (``SIGMACUT``) are left out;
        the recipe then says so in ``pruned`` and fits no other model.

        Parameters
        ----------
        model, sections: those that the plan was made of.
        matcher: which decays the results look for.

        Raises
        ------
        PredictionError: where the model has too many decay chains.
        """
        source, share, decays = _physical_decays(model)
        roots = sorted({_root(pid) for pair in sections.pairs for pid in pair})
        pruned = False
        try:
            structure = Structure(decays, model.masses, roots, matcher, self.gaps)
        except TooManyChainsError:
            pruned = True
            values = (_channel_ratios(model)[source] * share).tolist()
            keep = _strong_enough(values, sections)
            structure = Structure(decays, model.masses, roots, matcher, self.gaps, keep)
        legs = [[*structure.chains[_root(a)], *structure.chains[_root(b)]] for a, b in sections.pairs]
        return Recipe(structure, source, share, np.array(legs, dtype=np.int64).reshape(-1, 4), pruned, self.key)


def recipe_of(model: ProtoModel, sections: CrossSections) -> Plan:
    """The plan of a model's structure.

    Masses enter only by what they decide: which decays go through a virtual boson, and which mass gaps are below
    ``MASS_GAP`` so that the decay is compressed. So most steps of a walker that change a mass keep the structure.

    Parameters
    ----------
    sections: cross sections of the model; only the pairs that are produced enter.
    """
    masses = model.masses
    virtual, soft = [], []
    for pid, channels in model.decays.items():
        mass = masses[pid]
        for channel in channels:
            gap = mass - masses[channel[0]]
            if gap < MASS_GAP:
                soft.append((gap, (pid, channel[0])))
            if pid in OFF_SHELL_MOTHERS and needs_off_shell(pid, channel, masses):
                virtual.append((pid, channel))
    gaps = Gaps.of(soft)
    decays = tuple((pid, tuple(channels)) for pid, channels in model.decays.items())
    return Plan((tuple(masses), decays, tuple(virtual), gaps, sections.pairs), gaps)


def _root(pid: int) -> int:
    return abs(pid) if PARTICLES[abs(pid)].self_conjugate else pid


def _channel_ratios(model: ProtoModel) -> Floats:
    return np.array([ratio for channels in model.decays.values() for ratio in channels.values()])


def _physical_decays(model: ProtoModel) -> tuple[Ints, Floats, dict[int, list[tuple[int, Channel]]]]:
    source: list[int] = []
    share: list[float] = []
    decays: dict[int, list[tuple[int, Channel]]] = {}
    place = 0
    for pid, channels in model.decays.items():
        for channel in channels:
            for part, daughters in physical_channels(pid, channel, model.masses):
                decays.setdefault(pid, []).append((len(source), daughters))
                source.append(place)
                share.append(part)
            place += 1
    return np.array(source, dtype=np.int64), np.array(share), decays


def _strong_enough(ratios: list[float], sections: CrossSections) -> Callable[[int, tuple[int, ...]], bool]:
    """Can a chain of this produced particle with these branching ratios reach the cut?"""
    largest: dict[int, float] = {}
    for pair, sigma in zip(sections.pairs, sections.sigma.max(axis=1).tolist(), strict=True):
        for pid in pair:
            largest[_root(pid)] = max(largest.get(_root(pid), 0.0), sigma)

    def keep(root: int, used: tuple[int, ...]) -> bool:
        strength = largest[root]
        for place in used:
            strength *= ratios[place]
        return strength >= SIGMACUT

    return keep
