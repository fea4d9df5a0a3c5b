"""Particles that are like each other: which may take each other's place, and what their decays become."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from protomodels.channels import Channel
from protomodels.editor import substitute
from protomodels.particles import LIGHT_QUARKS, MULTIPLETS
from protomodels.walker.posterior.point import Decay, decay_of

FAMILIES: Final = (LIGHT_QUARKS, (1000011, 1000013, 1000015), (1000012, 1000014, 1000016))
"""Partners with parallel decays, none before the others."""
TURNED: Final = ((1000005, 1000006), (1000011, 1000012), (1000013, 1000014), (1000015, 1000016))
"""Doublets of the weak isospin: they have parallel decays too."""
_WITHOUT: Final = frozenset(second for _, second in MULTIPLETS)


def like_pairs(orders: bool = True) -> tuple[tuple[int, int], ...]:
    """Ordered pairs of particles of one family; with ``orders`` also (first, second) of each multiplet."""
    within = tuple((p, r) for family in FAMILIES for p in family for r in family if p != r)
    return within + (MULTIPLETS if orders else ())


LIKE: Final = like_pairs()
"""Pairs of which the second may be split off the first, and merged with it."""
SWAPPED: Final = like_pairs(orders=False) + tuple(pair for a, b in TURNED for pair in ((a, b), (b, a)))
"""Pairs of which the second may take the place of the first."""


def swaps(pids: Collection[int]) -> list[tuple[int, int]]:
    """Pairs of a particle of a content and an absent one that may take its place.

    As many lead back: who is in a multiplet whose second is there stays.
    """
    firsts = {first for first, second in MULTIPLETS if second in pids}
    return [(p, r) for p, r in SWAPPED if p in pids and r not in pids and p not in firsts]


def taken_over(decay: Decay, pid: int, new: int) -> Decay | None:
    """The decay of ``pid`` as one of ``new``; None where this has no such channels."""
    renamed = [substitute(c, pid, pid, new) for c in decay.channels]
    return _decay(new, decay, renamed)


def redirected(mother: int, decay: Decay, old: int, new: int) -> Decay | None:
    """The decay of a mother into ``new`` instead of ``old``; None where it has no such channels."""
    if not any(c[0] == old for c in decay.channels):
        return decay
    return _decay(mother, decay, [substitute(c, mother, old, new) for c in decay.channels])


def _decay(pid: int, decay: Decay, renamed: list[Channel | None]) -> Decay | None:
    found = [c for c in renamed if c is not None]
    if len(found) < len(renamed) or len(set(found)) < len(found):
        return None
    if decay.shares is None:
        return decay_of(pid, None, tuple(found))
    return decay_of(pid, dict(zip(found, decay.shares, strict=True)))


def renamed_keys(values: Mapping[int, float], old: int, new: int) -> dict[int, float]:
    """A mapping by pid with one of them renamed."""
    return {new if pid == old else pid: value for pid, value in values.items()}
