"""What one run of a closure test found, beside the injected proto-model, and how masses come out over many runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protomodels.particles import LBP, LIGHT_QUARKS

ALIKE: Final = (LIGHT_QUARKS, (1000005, 2000005), (1000006, 2000006))
"""Particles that the results can hardly tell apart: one found for the other counts."""


@dataclass(frozen=True)
class ClosureResult:
    """The best proto-model of one run beside the injected one.

    Attributes
    ----------
    run: the run.
    K: of its best proto-model; None where it has none.
    masses: GeV by pid, empty where it has none.
    partner: for each injected pid the mass (GeV) of the particle that stands for it, None where there is none.
    """

    run: str
    K: float | None
    masses: Mapping[int, float]
    partner: Mapping[int, float | None]

    def within(self, injected: Mapping[int, float], gev: float) -> bool:
        """Are all injected particles there, their masses no further off than ``gev``?"""
        return all(mass is not None and abs(mass - injected[pid]) <= gev for pid, mass in self.partner.items())

    @property
    def complete(self) -> bool:
        """Are all injected particles there, whatever their masses?"""
        return None not in self.partner.values()

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        values = {"run": self.run, "K": self.K, "masses": dict(self.masses), "partner": dict(self.partner)}
        return values | {"complete": self.complete}


def partners(
    injected: Mapping[int, float], masses: Mapping[int, float], alike: Iterable[Iterable[int]] = ALIKE
) -> dict[int, float | None]:
    """For each injected particle the one of its kind that is nearest in mass; each stands for one only.

    Parameters
    ----------
    injected, masses: GeV by pid.
    alike: the kinds of more than one particle.

    >>> partners({1000022: 100.0, 1000001: 700.0}, {1000022: 120.0, 1000004: 650.0, 1000006: 700.0})
    {1000022: 120.0, 1000001: 650.0}
    """
    free, kinds = dict(masses), [tuple(group) for group in alike]
    out: dict[int, float | None] = {}
    for pid in sorted(injected, key=lambda p: (p != LBP, p)):
        kind = next((group for group in kinds if pid in group), (pid,))
        near = min((p for p in kind if p in free), key=lambda p: abs(free[p] - injected[pid]), default=None)
        out[pid] = None if near is None else free.pop(near)
    return out


@dataclass(frozen=True)
class MassSpread:
    """How masses come out: bias and spread (GeV) of what stands for an injected particle, in n runs that have it."""

    pid: int
    injected: float
    n: int
    bias: float
    spread: float


def mass_spreads(injected: Mapping[int, float], found: Iterable[ClosureResult]) -> tuple[MassSpread, ...]:
    """Bias and spread of each injected mass; NaN where no run, or for the spread only one, has the particle."""
    results = tuple(found)
    out = []
    for pid, mass in injected.items():
        masses = [m for f in results if (m := f.partner[pid]) is not None]
        n = len(masses)
        mean = sum(masses) / n if n else math.nan
        spread = math.sqrt(sum((m - mean) ** 2 for m in masses) / (n - 1)) if n > 1 else math.nan
        out.append(MassSpread(pid, mass, n, mean - mass, spread))
    return tuple(out)
