r"""Masses change; contents, channels, shares and multipliers stay.

One particle's mass moves by a normal number, or those of all by the same one (compressed spectra stay so).  The width
is drawn anew each time, log-uniformly between 1 GeV and 1 TeV: the density of a step is the same for it and for its
reverse, and the Jacobian is 1.

Or one mass moves, and with it the particle's own multiplier (where it has one), so that its pair production at 13 TeV
stays: x' = x + ln sigma(m) - ln sigma(m').  The map (m, x, dm) -> (m + dm, x + f(m) - f(m + dm), -dm) is a shear, whose
Jacobian is 1.  In each case ratio = 1.
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
COMPENSATED: Final = 0.2
"""How often all masses move, and how often a multiplier moves with one."""


class ChangeMass:
    """See above."""

    name = "mass"

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """The same particles with other masses."""
        kind = rng.random()
        step = random_step(WIDTHS, rng)
        if kind < TOGETHER:
            return Proposal(
                point_of({p: m + step for p, m in point.masses.items()}, point.decays, point.common, point.own), 0.0
            )
        if kind < TOGETHER + COMPENSATED:
            return self._compensated(point, step, rng)
        pids = list(point.masses)
        pid = pids[int(rng.integers(len(pids)))]
        masses = {**point.masses, pid: point.masses[pid] + step}
        return Proposal(point_of(masses, point.decays, point.common, point.own), 0.0)

    @staticmethod
    def _compensated(point: Point, step: float, rng: np.random.Generator) -> Proposal | None:
        if not point.own:
            return None
        pids = list(point.own)
        pid = pids[int(rng.integers(len(pids)))]
        masses = {**point.masses, pid: point.masses[pid] + step}
        before, after = (_log_section(pid, given) for given in (point.masses, masses))
        if not math.isfinite(before) or not math.isfinite(after):
            return None
        own = {**point.own, pid: point.own[pid] + before - after}
        return Proposal(point_of(masses, point.decays, point.common, own), 0.0)


def _log_section(pid: int, masses: Mapping[int, float]) -> float:
    """ln of the reference cross section (fb, 13 TeV) of a pair of this particle alone: a function of its mass only."""
    if not PARTICLES[pid].wall <= masses[pid] <= MASS_CEILING:
        return math.nan
    pairs, sigma = reference_cross_sections({pid: masses[pid]}, (13.0,), OLDER_ORDER)
    pair = (pid, pid) if PARTICLES[pid].self_conjugate else (-pid, pid)
    value = float(sigma[pairs.index(pair)][0]) if pair in pairs else 0.0
    return math.log(value) if value > 0.0 else math.nan
