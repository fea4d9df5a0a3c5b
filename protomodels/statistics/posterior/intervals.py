"""Credible intervals: the shortest that holds a given share of the draws."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class HighestDensity:
    """A credible interval, in the units of the draws."""

    low: float
    high: float


def highest_density(values: ArrayLike, share: float) -> HighestDensity:
    """The shortest interval that holds a share of the draws; of a density with one peak that of highest density.

    Parameters
    ----------
    values: draws, (n,).
    share: more than 0, at most 1.

    Raises
    ------
    ValueError: without draws, or where the share is out of range.

    >>> highest_density([0.0, 1.0, 1.1, 1.2, 5.0], 0.6)
    HighestDensity(low=1.0, high=1.2)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if len(ordered) == 0 or not 0.0 < share <= 1.0:
        raise ValueError(f"an interval needs draws and a share between 0 and 1, not {len(ordered)} draws and {share}")
    inside = max(1, math.ceil(share * len(ordered) - 1e-9))
    widths = ordered[inside - 1 :] - ordered[: len(ordered) - inside + 1]
    first = int(np.argmin(widths))
    return HighestDensity(float(ordered[first]), float(ordered[first + inside - 1]))
