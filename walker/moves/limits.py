"""The interval of masses a particle may have in a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from protomodels.particles import LBP, MASS_CEILING, MASS_FLOOR, MULTIPLETS, PARTICLES, in_corridor

ATTEMPTS: Final = 100
"""How often a mass is drawn again before a move gives up."""


def mass_interval(pid: int, masses: Mapping[int, float]) -> tuple[float, float]:
    """(smallest, largest) mass in GeV of ``pid`` beside the other particles of a model."""
    if pid == LBP:
        return MASS_FLOOR, min((m for p, m in masses.items() if p != LBP), default=MASS_CEILING)
    low, high = max(PARTICLES[pid].wall, masses[LBP]), MASS_CEILING
    for first, second in MULTIPLETS:
        if pid == second and first in masses:
            low = max(low, masses[first])
        if pid == first and second in masses:
            high = min(high, masses[second])
    return low, high


def draw_mass(pid: int, masses: Mapping[int, float], low: float, high: float, rng: np.random.Generator) -> float | None:
    """A mass from U(low, high) in GeV that puts no stop into the corridor; None where none is found."""
    for _ in range(ATTEMPTS if high > low else 0):
        trial = {**masses, pid: float(rng.uniform(low, high))}
        if not any(in_corridor(p, m, trial[LBP]) for p, m in trial.items()):
            return trial[pid]
    return None
