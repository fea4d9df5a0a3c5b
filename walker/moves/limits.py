"""Drawing masses that a particle may have in a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from protomodels.particles import LBP, in_corridor

ATTEMPTS: Final = 100
"""How often a mass is drawn again before a move gives up."""


def draw_mass(pid: int, masses: Mapping[int, float], low: float, high: float, rng: np.random.Generator) -> float | None:
    """A mass from U(low, high) in GeV that puts no stop into the corridor; None where none is found."""
    for _ in range(ATTEMPTS if high > low else 0):
        trial = {**masses, pid: float(rng.uniform(low, high))}
        if not any(in_corridor(p, m, trial[LBP]) for p, m in trial.items()):
            return trial[pid]
    return None
