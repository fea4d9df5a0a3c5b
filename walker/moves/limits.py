"""Drawing masses that a particle may have in a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from protomodels.model import plain
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
    trial = plain(masses)
    for _ in range(ATTEMPTS if high > low else 0):
        trial[pid] = mass = float(rng.uniform(low, high))
        if not any_in_corridor(trial):
            return mass
    return None
