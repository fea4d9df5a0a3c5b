"""A toy that is small enough to enumerate: a few contents, with a likelihood that needs no results."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protomodels.channels import open_channels
from protomodels.particles import LBP
from protomodels.walker.posterior import PriorConfig
from protomodels.walker.posterior.moves.move import Move, Proposal
from protomodels.walker.posterior.point import Point, point_of
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.prior.contents import is_content

QUARK, OTHER, STOP, HEAVIER_STOP, CHARGED, GLUINO = 1000001, 1000002, 1000006, 2000006, 1000024, 1000021
NAMES: Final = (QUARK, OTHER, STOP, HEAVIER_STOP, CHARGED, GLUINO)
PRIOR: Final = Prior(PriorConfig(heaviest=900.0, max_particles=4, particle=0.0, contents="each"))


def _contents() -> list[tuple[int, ...]]:
    sets = ({LBP, *(pid for i, pid in enumerate(NAMES) if mask >> i & 1)} for mask in range(1 << len(NAMES)))
    return sorted(tuple(sorted(pids)) for pids in sets if is_content(pids) and len(pids) <= 4)


CONTENTS: Final = _contents()
"""Those that have a likelihood."""


def toy_likelihood(point: Point) -> float:
    """At most 1: prefers light X_Z1, more of X_d, strong production and uneven shares; 0 outside of the toy."""
    if any(pid not in NAMES for pid in point.decays):
        return -math.inf
    total = -point.masses[LBP] / 800.0 - 0.2 * point.common**2 - 0.3 * (QUARK not in point.masses)
    for pid, decay in point.decays.items():
        total -= 0.1 * abs(point.own.get(pid, 0.3)) + 0.1 * (decay.shares is None)
        total -= 0.3 * decay.ratios()[decay.channels[0]]
    return total


def exact_draw(rng: np.random.Generator) -> Point:
    """A point of prior x toy_likelihood, by rejection."""
    while True:
        pids = CONTENTS[int(rng.integers(len(CONTENTS)))]  # all have the same prior
        masses = PRIOR.masses.draw(pids, rng)
        decays, own = {}, {}
        for pid in pids:
            if pid != LBP:
                decays[pid] = PRIOR.decays.draw(pid, open_channels(pid, masses), rng)
                value = PRIOR.multipliers.draw_own(rng)
                if value is not None:
                    own[pid] = value
        point = point_of(masses, decays, PRIOR.multipliers.draw_value(rng), own)
        if math.log(1.0 - rng.random()) < toy_likelihood(point):
            return point


def cell(point: Point) -> tuple[object, ...]:
    """Which of the finitely many cells of the toy a point lies in."""
    decays = point.decays.values()
    return (
        len(point.masses),
        (QUARK in point.masses) - (OTHER in point.masses),
        max(point.masses.values()) > 600.0,
        min(sum(len(decay.channels) for decay in decays), 4),
        sum(decay.shares is not None for decay in decays),
        any(decay.shares is not None and decay.shares[0] > 0.4 for decay in decays),
        len(point.own),
        point.common + sum(point.own.values()) > 0.3,
    )


def numbers(point: Point) -> dict[str, float]:
    """Numbers that a balanced step raises as often as it lowers them."""
    decays = point.decays.values()
    return {
        "particles": len(point.masses),
        "X_d": QUARK in point.masses,
        "masses": sum(point.masses.values()),
        "channels": sum(len(decay.channels) for decay in decays),
        "free": sum(decay.shares is not None for decay in decays),
        "shares": sum(decay.shares[0] for decay in decays if decay.shares is not None),
        "multipliers": point.common + sum(point.own.values()),
    }


class Biased:
    """A move with a wrong Jacobian: as if masses, ln kappa and shares were measured in units that depend on them."""

    def __init__(self, move: Move) -> None:
        self.name, self._move = move.name, move

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """The move's own proposal, with another ratio."""
        found = self._move.propose(point, prior, rng)
        return found and Proposal(found.point, found.log_ratio + _bias(found.point) - _bias(point))


def _bias(point: Point) -> float:
    total = sum(2.0 * math.log(max(mass, 1.0) / 400.0) for mass in point.masses.values()) + 0.7 * point.common
    total += 0.7 * (QUARK in point.masses) - 0.7 * (OTHER in point.masses)
    for decay in point.decays.values():
        total += 0.6 * len(decay.channels) + (0.6 * math.log(decay.shares[0]) if decay.shares is not None else 0.0)
    return total + 0.7 * len(point.own)
