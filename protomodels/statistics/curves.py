"""Likelihood curves of many results at once: ln L(mu) - ln L(0) on a grid of signal strengths, in one pass.

The formulas are those of :mod:`protomodels.statistics.region`, :mod:`protomodels.statistics.truncated_gaussian` and
:mod:`protomodels.statistics.simplified`; here they are compiled, and what does not depend on mu is computed once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.kernel import kernel
from protomodels.statistics.simplified import CovarianceModel
from protomodels.statistics.truncated_gaussian import limit_mode

Floats = NDArray[np.float64]

NO_LIKELIHOOD, REGION, LIMIT = 0, 1, 2
"""Kinds of results: nothing but an observed limit; counts of a region; observed and expected limits."""


@dataclass(frozen=True)
class Curves:
    """The curves of n results; call with signal strengths (m,) for ln L(mu) - ln L(0), shape (n, m).

    Attributes
    ----------
    kind: NO_LIKELIHOOD, REGION or LIMIT, (n,).
    signal: for mu = 1: events for regions, fb for limits, (n,).
    center: background of a region, events; the mode of a limit's truncated Gaussian, fb, (n,).
    width: uncertainty of the background, events; width of the Gaussian, fb, (n,).
    observed: events of a region, (n,).
    several: (row, model, signals) of each result that combines regions.

    >>> region = Curves(np.array([REGION]), np.array([2.0]), np.array([4.0]), np.array([1.0]), np.array([4.0]))
    >>> region([0.0, 1.0]).round(3).tolist()
    [[0.0, -0.328]]
    """

    kind: NDArray[np.int64]
    signal: Floats
    center: Floats
    width: Floats
    observed: Floats
    several: tuple[tuple[int, CovarianceModel, Floats], ...] = ()

    def __call__(self, mu: ArrayLike) -> Floats:
        """ln L(mu) - ln L(0), shape (n, m); NaN without a likelihood."""
        strengths = np.atleast_1d(np.asarray(mu, dtype=np.float64))
        out = np.empty((len(self.kind), len(strengths)))
        _evaluate(self.kind, self.signal, self.center, self.width, self.observed, strengths, out)
        for row, model, signals in self.several:
            out[row] = model.log_likelihood_ratio(signals, strengths)
        return out


def ratios_in_universes(
    curves: Curves,
    expected_limit: ArrayLike,
    observed: ArrayLike,
    observed_limit: ArrayLike,
    mu: ArrayLike,
    several: Sequence[ArrayLike] = (),
) -> Floats:
    """One signal against the data of many universes: ln L(mu) - ln L(0), shape (u, n, m).

    Signals do not depend on the data: they are predicted once.

    Parameters
    ----------
    curves: of the signal, n results; its own data do not count.
    expected_limit: fb, (n,); what is not a limit may be NaN.
    observed: events in each universe, (u, n); what is not a region may be NaN.
    observed_limit: fb in each universe, (u, n); what is not a limit may be NaN.
    mu: signal strengths, (m,).
    several: for each entry of ``curves.several`` the events of its regions, (u, regions).

    Raises
    ------
    ValueError: where ``several`` and ``curves.several`` are not equally many.

    >>> region = Curves(np.array([REGION]), np.array([2.0]), np.array([4.0]), np.array([1.0]), np.array([4.0]))
    >>> ratios_in_universes(region, [np.nan], [[4.0], [6.0]], [[np.nan], [np.nan]], [1.0]).round(3).tolist()
    [[[-0.328]], [[0.34]]]
    """
    strengths = np.atleast_1d(np.asarray(mu, dtype=np.float64))
    data = np.asarray(observed, dtype=np.float64)
    center = np.broadcast_to(curves.center, data.shape).copy()
    limits = np.flatnonzero(curves.kind == LIMIT)
    if len(limits):
        own = np.asarray(observed_limit, dtype=np.float64)[:, limits]
        center[:, limits] = limit_mode(own, np.asarray(expected_limit, dtype=np.float64)[limits])
    out = np.empty((*data.shape, len(strengths)))
    for universe in range(len(data)):
        _evaluate(curves.kind, curves.signal, center[universe], curves.width, data[universe], strengths, out[universe])
    for (row, model, signals), events in zip(curves.several, several, strict=True):
        out[:, row] = model.log_likelihood_ratio_in(signals, events, strengths)
    return out


@kernel
def region_profile(expected: float, width: float, observed: float) -> tuple[float, float]:
    """Profile ln L of a region at an expected number of events, up to a constant, and its slope in this number."""
    variance = width * width
    half = 0.5 * (expected - variance)
    root = math.sqrt(half * half + observed * variance)
    if half >= 0.0:
        rate = half + root
    elif root - half > 0.0:
        rate = observed * variance / (root - half)
    else:
        rate = 0.0
    pull = (rate - expected) / width
    logarithm = observed * math.log(rate) if observed > 0.0 else 0.0
    return logarithm - rate - 0.5 * pull * pull, pull / width


@kernel
def limit_point(signal: float, center: float, width: float, mu: float) -> tuple[float, float]:
    """ln L(mu) - ln L(0) of an upper limit and its slope; see :mod:`protomodels.statistics.truncated_gaussian`."""
    pull, there = center / width, (signal * mu - center) / width
    return 0.5 * (pull * pull - there * there), -there * signal / width


@kernel
def _evaluate(
    kind: NDArray[np.int64],
    signal: Floats,
    center: Floats,
    width: Floats,
    observed: Floats,
    mu: Floats,
    out: Floats,
) -> None:
    for i in range(len(kind)):
        if kind[i] == REGION:
            reference, _ = region_profile(center[i], width[i], observed[i])
            for j in range(len(mu)):
                value, _ = region_profile(center[i] + signal[i] * mu[j], width[i], observed[i])
                out[i, j] = value - reference
        elif kind[i] == LIMIT:
            for j in range(len(mu)):
                out[i, j], _ = limit_point(signal[i], center[i], width[i], mu[j])
        else:
            for j in range(len(mu)):
                out[i, j] = np.nan
