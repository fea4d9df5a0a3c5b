r"""Masses change; contents, channels and shares stay, and so do multipliers, unless they are moved as well.

One particle's mass moves by a normal number, or those of all by the same one (compressed spectra stay so).  The width
is drawn anew each time, log-uniformly between 1 GeV and 1 TeV: the density of a step is the same for it and for its
reverse, and the Jacobian is 1.

Or one mass is drawn from its prior given those of earlier particles.  They stay, so that the old mass has the same
uniform density g on the way back: ratio = g(m) / g(m') = 1.

Or one mass moves in either way, and with it the multiplier that its particle has, its own or the common one, along a
line on which its pair production at 13 TeV stays, or falls by less than it would: x' = x + a [f(m) - f(m')] with
f = ln sigma, and a uniform between 0 and 1.2 drawn anew each time, as efficiencies and limits depend on the mass too.
The map (m, x, dm, a) -> (m + dm, x + a f(m) - a f(m + dm), -dm, a) is a shear, whose Jacobian is 1; that of
(m, x, m', a) -> (m', x + a f(m) - a f(m'), m, a) is too, but for the sign.  In each case ratio = 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from protomodels.particles import MASS_CEILING, PARTICLES
from protomodels.settings import OLDER_ORDER
from protomodels.walker.posterior.moves.move import Proposal, random_step
from protomodels.walker.posterior.point import Point, point_of
from protomodels.walker.posterior.prior import Prior
from protomodels.xsec import reference_cross_sections

WIDTHS: Final = (1.0, 1000.0)
"""GeV."""
TOGETHER: Final = 0.15
"""How often all masses move."""
COMPENSATED: Final = 0.3
"""How often a multiplier moves with a mass."""
ANYWHERE: Final = 0.4
"""How often a single mass is drawn from the prior."""
LARGEST_FRACTION: Final = 1.2
"""Of the change of ln sigma that a multiplier makes up for."""


class ChangeMass:
    """See above."""

    name = "mass"

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """The same particles with other masses."""
        kind = rng.random()
        if kind < TOGETHER:
            step = random_step(WIDTHS, rng)
            masses = {p: m + step for p, m in point.masses.items()}
            return Proposal(point_of(masses, point.decays, point.common, point.own), 0.0)
        if kind < TOGETHER + COMPENSATED:
            return self._compensated(point, prior, rng)
        pids = list(point.masses)
        masses = _moved(pids[int(rng.integers(len(pids)))], point.masses, prior, rng)
        return Proposal(point_of(masses, point.decays, point.common, point.own), 0.0)

    @staticmethod
    def _compensated(point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        if point.is_empty:
            return None
        pid = point.unstable[int(rng.integers(len(point.decays)))]
        masses = _moved(pid, point.masses, prior, rng)
        before, after = (_log_section(pid, given) for given in (point.masses, masses))
        if not math.isfinite(before) or not math.isfinite(after):
            return None
        change = LARGEST_FRACTION * rng.random() * (before - after)
        if pid in point.own:
            own = {**point.own, pid: point.own[pid] + change}
            return Proposal(point_of(masses, point.decays, point.common, own), 0.0)
        return Proposal(point_of(masses, point.decays, point.common + change, point.own), 0.0)


def _moved(pid: int, masses: Mapping[int, float], prior: Prior, rng: np.random.Generator) -> dict[int, float]:
    """Masses of which one has moved, a little or anywhere."""
    if rng.random() < ANYWHERE:
        return {**masses, pid: prior.masses.draw_one(pid, masses, rng)}
    return {**masses, pid: masses[pid] + random_step(WIDTHS, rng)}


def _log_section(pid: int, masses: Mapping[int, float]) -> float:
    """ln of the reference cross section (fb, 13 TeV) of a pair of this particle alone: a function of its mass only."""
    if not PARTICLES[pid].wall <= masses[pid] <= MASS_CEILING:
        return math.nan
    pairs, sigma = reference_cross_sections({pid: masses[pid]}, (13.0,), OLDER_ORDER)
    pair = (pid, pid) if PARTICLES[pid].self_conjugate else (-pid, pid)
    value = float(sigma[pairs.index(pair)][0]) if pair in pairs else 0.0
    return math.log(value) if value > 0.0 else math.nan
