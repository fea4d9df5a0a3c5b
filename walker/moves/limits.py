"""Drawing masses that a particle may have in a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from protomodels.particles import any_in_corridor

ATTEMPTS: Final = 100
"""How often a mass is drawn again before a move gives up."""


def draw_mass(pid: int, masses: Mapping[int, float], low: float, high: float, rng: np.random.Generator) -> float | None:
    """A mass that a particle may have beside the others.

    Parameters
    ----------
    pid: whose mass is drawn.
    masses: GeV, of all particles by pid.
    low, high: GeV; the mass is uniform between them.

    Returns
    -------
    GeV; None where ``ATTEMPTS`` draws all put a stop into the corridor, or the interval is empty.
    """
    for _ in range(ATTEMPTS if high > low else 0):
        trial = {**masses, pid: float(rng.uniform(low, high))}
        if not any_in_corridor(trial):
            return trial[pid]
    return None
