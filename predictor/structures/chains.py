"""Decay chains of a model, and their compression: what SModelS calls decomposition, for one branch at a time.

A chain is a tuple of vertices ``(signed pid, classes of the SM particles of its decay)``.  The last vertex has no SM
particles: ``()`` for the LBP, ``None`` where everything below the particle was invisible and has been cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from protomodels.particles import LBP

Vertex = tuple[int, tuple[int, ...] | None]
Chain = tuple[Vertex, ...]
Decay = tuple[int, int, tuple[int, ...]]
"""Index of its branching ratio, signed pid of the new daughter, classes of the SM daughters."""
Legs = tuple[Chain, Chain]
T = TypeVar("T")

RESIDUE = 0.999
"""Of the largest compressed gap: what SModelS compresses again where everything would have become invisible."""


def chains_from(
    pid: int, decays: Mapping[int, Sequence[Decay]], keep: Callable[[tuple[int, ...]], bool] | None = None
) -> Iterator[tuple[tuple[int, ...], Chain]]:
    """All decay chains of a particle down to the LBP.

    Parameters
    ----------
    pid: signed pid.
    decays: of each signed pid.
    keep: given the branching ratios so far, follow this chain?

    Yields
    ------
    indices of the branching ratios along the chain, and the chain.
    """
    stack: list[tuple[int, tuple[int, ...], Chain]] = [(pid, (), ())]
    while stack:
        mother, ratios, chain = stack.pop()
        if mother == LBP:
            yield ratios, (*chain, (LBP, ()))
            continue
        for ratio, daughter, standard in reversed(decays[mother]):
            further = (*ratios, ratio)
            if keep is None or keep(further):
                stack.append((daughter, further, (*chain, (mother, standard))))


def without_soft(chain: Chain, masses: Mapping[int, float], gap: float) -> tuple[Chain, float]:
    """The chain without decays of less than ``gap`` (GeV), and the largest gap that went (-1: none)."""
    kept: list[Vertex] = []
    largest = -1.0
    for vertex, after in pairwise(chain):
        difference = masses[abs(vertex[0])] - masses[abs(after[0])]
        if difference < gap:
            largest = max(largest, difference)
        else:
            kept.append(vertex)
    return (*kept, chain[-1]), largest


def without_invisible(chain: Chain, neutrino: int) -> Chain:
    """The chain without decays at its end into nothing but neutrinos (class ``neutrino``) and missing energy."""
    while len(chain) > 1 and all(code == neutrino for code in chain[-2][1] or ()):
        chain = (*chain[:-2], (chain[-2][0], None))
    return chain


def soft_legs(legs: Legs, masses: Mapping[int, float], gap: float) -> Legs | None:
    """Both legs without soft decays, or None where none is soft.

    Where nothing but missing energy would remain the largest gap stays, and with it something to see.
    """
    (first, a), (second, b) = (without_soft(chain, masses, gap) for chain in legs)
    largest = max(a, b)
    if largest < 0.0:
        return None
    if len(first) == len(second) == 1:
        return soft_legs(legs, masses, RESIDUE * largest)
    return first, second


def closure(
    legs: tuple[T, T], soft: Callable[[T, T], tuple[T, T] | None], visible: Callable[[T], T]
) -> list[tuple[T, T]]:
    """Both legs as they are, and everything that mass and invisible compression make of them, each once.

    Parameters
    ----------
    soft: both without soft decays, None where none is soft.
    visible: one without what is invisible at its end.
    """
    found = [legs]
    done = 0
    while done < len(found):
        first, second = found[done]
        done += 1
        for new in (soft(first, second), (visible(first), visible(second))):
            if new is not None and new not in found and (new[1], new[0]) not in found:
                found.append(new)
    return found
