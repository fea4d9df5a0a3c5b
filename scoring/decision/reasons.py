"""Why a model has no K, in words."""

from __future__ import annotations

import math

import numpy as np

from protomodels.particles import PARTICLES
from protomodels.predictor import Predictions
from protomodels.production import CrossSections


def why_none(candidates: Predictions) -> str:
    """Why there is no best combination of these."""
    return "no legal combination of results sees it" if len(candidates) else "no result sees the model"


def why_impossible(K: float, sections: CrossSections) -> str | None:
    """Why the prior on multipliers makes a K minus infinity; None for a finite one.

    Multipliers are those of the highest energy.  A file may bring cross sections that vanish there and not below.

    Parameters
    ----------
    K: as the prior has it.
    sections: of the model.

    >>> sections = CrossSections(((-1000006, 1000006),), (8.0, 13.0), np.array([[1.0, 0.0]]), np.array([[2.0, 9.0]]))
    >>> why_impossible(-math.inf, sections)
    'X_t1 X_t1 is produced at 8 TeV and not at 13 TeV: a multiplier of 0, infinitely far from 1 for the prior'
    """
    if math.isfinite(K):
        return None
    top, sigma = sections.sqrts[-1], sections.sigma
    gone = np.where(sigma[:, -1:] == 0.0, sigma, 0.0)
    row, column = np.unravel_index(int(np.argmax(gone)), gone.shape)
    names = " ".join(PARTICLES[abs(pid)].name for pid in sections.pairs[row])
    return (
        f"{names} is produced at {sections.sqrts[column]:g} TeV and not at {top:g} TeV: "
        "a multiplier of 0, infinitely far from 1 for the prior"
    )
