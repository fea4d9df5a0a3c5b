r"""A particle splits into two that are like each other, or two merge into one.

Split and merge are chosen with probability 1/2 each.  Split: one of the S pairs (p present, r absent) of
:data:`.alike.LIKE`; d is drawn from a normal distribution (its positive half where r must be the heavier one), and

    (m, d) -> (m_p, m_r) = (m - d, m + d),            Jacobian 2.

Own multipliers share the cross section: e is drawn from a normal distribution, and

    (x, e) -> (x_p, x_r) = (x - ln 2 + e, x - ln 2 - e),   Jacobian 2;

with the common multiplier both have that.  The decays of r are those of p, with shares drawn from their prior Dir where
they are free.  Merge: one of the M pairs that are both present, the inverse; only of two that could have come from a
split: parallel channels, both free or both equal, both own or both common multipliers, and nobody decays into r.  For a
split

.. math:: \mathrm{ratio} = \frac{1/M'}{(1/S)\; N(d)\, [N(e)]\, [Dir]} \times 2 \times [2]

with M' counted after it.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Final

import numpy as np

from protomodels.walker.posterior.moves.alike import LIKE, taken_over
from protomodels.walker.posterior.moves.move import Proposal
from protomodels.walker.posterior.point import Decay, Point, decay_of, point_of
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.prior.contents import LIGHTER
from protomodels.walker.posterior.prior.multipliers import log_normal

APART: Final = 60.0
"""GeV, width of d."""
UNEVEN: Final = 0.5
"""Width of e."""


def splits(pids: Collection[int]) -> list[tuple[int, int]]:
    """Pairs of which the second may be split off the first."""
    return [(p, r) for p, r in LIKE if p in pids and r not in pids]


def merges(pids: Collection[int]) -> list[tuple[int, int]]:
    """Pairs that may be merged into the first."""
    return [(p, r) for p, r in LIKE if p in pids and r in pids]


class SplitMerge:
    """See above."""

    name = "split/merge"

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """A particle more, or less."""
        return self._split(point, prior, rng) if rng.random() < 0.5 else self._merge(point, prior, rng)

    def _split(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        possible = splits(point.masses)
        if not possible or len(point.masses) >= prior.contents.largest:
            return None
        p, r = possible[int(rng.integers(len(possible)))]
        d = float(rng.normal(0.0, APART))
        d = abs(d) if r in LIGHTER else d
        masses = {**point.masses, p: point.masses[p] - d, r: point.masses[p] + d}
        own = dict(point.own)
        if p in own:
            e, half = float(rng.normal(0.0, UNEVEN)), own[p] - math.log(2.0)
            own[p], own[r] = half + e, half - e
        copied = taken_over(point.decays[p], p, r)
        if copied is None:
            return None
        if copied.shares is not None:
            shares = prior.decays.draw_shares(len(copied.channels), rng)
            copied = decay_of(r, dict(zip(copied.channels, shares, strict=True)))
        after = point_of(masses, {**point.decays, r: copied}, point.common, own)
        return Proposal(after, -_log_split(after, p, r, prior))

    def _merge(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        possible = merges(point.masses)
        if not possible:
            return None
        p, r = possible[int(rng.integers(len(possible)))]
        copied = taken_over(point.decays[p], p, r)
        if copied is None or not _parallel(copied, point.decays[r]) or (p in point.own) != (r in point.own):
            return None
        if any(c[0] == r for decay in point.decays.values() for c in decay.channels):
            return None
        masses = {pid: mass for pid, mass in point.masses.items() if pid != r}
        masses[p] = 0.5 * (point.masses[p] + point.masses[r])
        own = {pid: value for pid, value in point.own.items() if pid != r}
        if p in own:
            own[p] = 0.5 * (point.own[p] + point.own[r]) + math.log(2.0)
        decays = {pid: decay for pid, decay in point.decays.items() if pid != r}
        return Proposal(point_of(masses, decays, point.common, own), _log_split(point, p, r, prior))


def _parallel(one: Decay, other: Decay) -> bool:
    return one.channels == other.channels and (one.shares is None) == (other.shares is None)


def _log_split(after: Point, p: int, r: int, prior: Prior) -> float:
    """ln of [the density of this split, over its Jacobian] / [the probability of the merge]."""
    total = math.log(len(merges(after.masses))) - math.log(len(splits([pid for pid in after.masses if pid != r])))
    total += log_normal(0.5 * (after.masses[r] - after.masses[p]), 0.0, APART) - math.log(2.0)
    if r in LIGHTER:
        total += math.log(2.0)
    if p in after.own:
        total += log_normal(0.5 * (after.own[p] - after.own[r]), 0.0, UNEVEN) - math.log(2.0)
    shares = after.decays[r].shares
    return total if shares is None else total + prior.decays.log_dirichlet(shares)
