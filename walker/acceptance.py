"""Whether a proposal becomes the state of a walk (arXiv:2012.12246, section 4.3), and the K that it needs for that."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

NOT_LOWER: Final = 1e-9
"""In K: a small change that costs less does not fall; else rounding would decide about changes that change nothing."""


def is_accepted(
    K_old: float | None, K: float | None, u: float, only_up: bool = False, temperature: float = 1.0
) -> bool:
    """Metropolis on K / (2 ``temperature``), or only what does not fall; every proposal while no result sees the model.

    Parameters
    ----------
    K_old, K: of the state and of the proposal; None where there is none.
    u: uniform random number in [0, 1).
    """
    if K_old is None:
        return True
    if K is None:
        return False
    return K >= K_old - NOT_LOWER if only_up else bool(u < np.exp(min(0.0, 0.5 * (K - K_old) / temperature)))


def needed_score(K: float | None, u: float, only_up: bool, temperature: float = 1.0) -> float:
    """The smallest K that :func:`is_accepted` takes, with the same arguments; -inf where any is.

    >>> round(needed_score(5.0, math.exp(-1.0), False), 12)
    3.0
    """
    if K is None or (u == 0.0 and not only_up):
        return -math.inf
    return K - NOT_LOWER if only_up else K + 2.0 * temperature * math.log(u)
