"""Kernel densities of samples."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import gaussian_kde


def density_p(K_observed: float, K_fake: ArrayLike) -> float | None:
    """The part above ``K_observed`` of a Gaussian kernel density with Scott's width, as in arXiv:2012.12246; None for
    fewer than two different values.  Those of -inf (no model was seen) are below whatever was observed.
    """
    values = _finite(K_fake)
    if len(values) < 2 or np.ptp(values) == 0.0:
        return None
    above = float(gaussian_kde(values).integrate_box_1d(K_observed, math.inf))
    return above * len(values) / np.size(K_fake)


def density(K_fake: ArrayLike, at: ArrayLike) -> NDArray[np.float64]:
    """That density."""
    return np.asarray(gaussian_kde(_finite(K_fake))(np.asarray(at, dtype=float)), dtype=np.float64)


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    given = np.asarray(values, dtype=np.float64)
    return given[np.isfinite(given)]
