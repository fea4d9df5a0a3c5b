"""Is an injected proto-model found again?  The definition that the page on power uses.

An injected particle *contributes* where K of the model on the published data falls by 1 or more without it, which is
what the prior asks for a particle.  It *carries* the model where less than half of K is left without it.

The *content* is found where the best model of a search has, for each particle that contributes, one of its own kind
(:data:`ALIKE`); each stands for one only, and further particles do not matter.  The model is *found again* where the
content is found, and the masses of the LBP and of each particle that carries the model lie within 20% or 30 GeV of the
injected ones, whichever is more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from protomodels.campaign.closure_result import partners
from protomodels.particles import LBP, LIGHT_LEPTONS, MERGE_GROUPS
from protomodels.scoring.ablation import Ablation

ALIKE: Final = (*MERGE_GROUPS, LIGHT_LEPTONS)
"""Kinds: partners of the first two generations of quarks, and of leptons; both X_b, X_t and X_W; X_Z2 and X_Z3."""
NEEDED: Final = 1.0
"""In K."""
CARRIES: Final = 0.5
"""Of K."""
NEAR: Final = (0.2, 30.0)
"""Of the mass, and in GeV."""


@dataclass(frozen=True)
class Injected:
    """The injected model: what has to be found.

    Attributes
    ----------
    masses: GeV by pid.
    contributing, carrying: pids; the LBP is among neither.
    """

    masses: Mapping[int, float]
    contributing: frozenset[int]
    carrying: frozenset[int]

    @classmethod
    def of(cls, masses: Mapping[int, float], rests: Ablation) -> Injected:
        """From K without each particle, on the published data.

        >>> rests = Ablation(10.0, {1000024: 4.0, 1000006: 9.5, 1000013: 8.0}, {})
        >>> found = Injected.of({1000022: 100.0, 1000024: 110.0, 1000006: 900.0, 1000013: 200.0}, rests)
        >>> sorted(found.contributing), sorted(found.carrying)
        ([1000013, 1000024], [1000024])
        """
        left = {pid: 0.0 if K is None else K for pid, K in rests.without_particle.items()}
        contributing = frozenset(pid for pid, K in left.items() if rests.K - K >= NEEDED)
        return cls(masses, contributing, frozenset(pid for pid in contributing if left[pid] < CARRIES * rests.K))

    def role(self, pid: int) -> str:
        """In a word.

        >>> Injected({1000022: 100.0, 1000006: 900.0}, frozenset(), frozenset()).role(1000006)
        'not needed'
        """
        if pid == LBP or pid in self.carrying:
            return "its mass counts"
        return "contributes" if pid in self.contributing else "not needed"

    def has_content(self, masses: Mapping[int, float]) -> bool:
        """Has a model with these masses (GeV) what contributes?

        >>> injected = Injected({1000022: 100.0, 1000013: 200.0}, frozenset({1000013}), frozenset({1000013}))
        >>> injected.has_content({1000022: 10.0, 1000012: 900.0}), injected.has_content({1000022: 10.0})
        (True, False)
        """
        found = self._partners(masses)
        return bool(masses) and all(found[pid] is not None for pid in self.contributing)

    def is_found(self, masses: Mapping[int, float]) -> bool:
        """Also with the masses that count?

        >>> injected = Injected({1000022: 100.0, 1000013: 200.0}, frozenset({1000013}), frozenset({1000013}))
        >>> injected.is_found({1000022: 130.0, 1000011: 240.0}), injected.is_found({1000022: 131.0, 1000011: 240.0})
        (True, False)
        """
        found = self._partners(masses)
        pairs = [(self.masses[pid], found[pid]) for pid in (LBP, *self.carrying)]
        share, gev = NEAR
        near = all(m is not None and abs(m - mass) <= max(share * mass, gev) for mass, m in pairs)
        return self.has_content(masses) and near

    def _partners(self, masses: Mapping[int, float]) -> dict[int, float | None]:
        wanted = {pid: mass for pid, mass in self.masses.items() if pid == LBP or pid in self.contributing}
        return partners(wanted, masses, ALIKE)
