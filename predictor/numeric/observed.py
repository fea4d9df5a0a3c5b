"""Observed upper limits in other universes than the published one.

There the observed limit of a map is its expected limit times a number.  Wherever the data are from, an injected signal
raises it around the masses of the injected model: it is added to the limit, or to the measurement that the limit is of.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import part
from protomodels.results.compiled.tables import Grids, Maps
from protomodels.statistics.measured_limits import limit_of
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RADIUS: Final = 100.0
"""GeV; an injected signal raises limits where no mass differs by more from those of the injected model."""


class Shifts(NamedTuple):
    """Where m maps see an injected signal.

    Attributes
    ----------
    first: first shift of each map and one more, (m + 1,).
    center: masses of the map's axes, GeV, (shifts, 8).
    sigma: fb, (shifts,).
    """

    first: Ints
    center: Floats
    sigma: Floats

    @classmethod
    def none(cls, n_maps: int) -> Self:
        """No shift in any of the maps: nothing was injected."""
        return cls(np.zeros(n_maps + 1, np.int64), np.zeros((0, 8)), np.zeros(0))

    @classmethod
    def of(cls, n_maps: int, number: Ints, center: Floats, sigma: Floats) -> Self:
        """The shifts of clusters that come in any order.

        Parameters
        ----------
        n_maps: number of upper-limit maps, m.
        number: map of each cluster, (k,).
        center: its masses on the map's axes, GeV, (k, 8).
        sigma: its cross section times branching ratios, fb, (k,).
        """
        order = np.argsort(number, kind="stable")
        first = np.searchsorted(number[order], np.arange(n_maps + 1))
        return cls(first.astype(np.int64), center[order], sigma[order])


class ObservedLimits(NamedTuple):
    """How observed limits come about.

    Attributes
    ----------
    ratio: observed / expected of each map; NaN where the observed limit is the published one, (m,).
    measured: the measurement that this ratio is of, in units of UL_exp / 1.96; NaN where there is none, so that signals
        are added to the limit, (m,).
    first, center, sigma: see :class:`Shifts`.
    """

    ratio: Floats
    measured: Floats
    first: Ints
    center: Floats
    sigma: Floats

    @classmethod
    def published(cls, n_maps: int) -> Self:
        """The published limits of all maps: no ratio replaces them, and nothing is added."""
        return cls(np.full(n_maps, np.nan), np.full(n_maps, np.nan), *Shifts.none(n_maps))


def published_excesses(grids: Grids, maps: Maps) -> Floats:
    """z = 1.96 (UL_obs / UL_exp - 1) of each map, as published: the median over its nodes, (maps,).

    NaN where there are no expected limits, or none at the same masses.
    """
    z = np.full(len(maps.limit_row), np.nan)
    for number, (grid, other) in enumerate(maps.limit_grids.tolist()):
        if grid != other:
            continue
        nodes = np.arange(grids.about["n_points"][grid])
        observed, limit = maps.values[maps.limit_starts[number][:, None] + nodes]
        there = limit > 0.0
        z[number] = EXPECTED_LIMIT_IN_SIGMA * np.median(observed[there] / limit[there] - 1.0)
    return z


@part
def observed_from(published: float, expected: float, ratio: float) -> float:
    """The observed limit: ``ratio`` times the expected one, where there is a ratio and both were published here.

    NaN where none was published, so that a model is seen in the same maps whatever the data.
    """
    if np.isnan(ratio) or np.isnan(published) or np.isnan(expected):
        return published
    return float(ratio * expected)


@part
def with_signal(observed: ObservedLimits, number: int, vector: Floats, limit: float, expected: float) -> float:
    """The observed limit of a map at a mass vector with what an injected signal changes, fb.

    Parameters
    ----------
    limit, expected: observed and expected limit there without the signal, fb.
    """
    measured = observed.measured[number]
    shift = shift_at(observed, number, vector, np.isnan(measured))
    if shift == 0.0 or np.isnan(measured) or np.isnan(limit) or np.isnan(expected):
        return limit + shift
    width = expected / EXPECTED_LIMIT_IN_SIGMA
    return float(width * limit_of(measured + shift / width))


@part
def shift_at(observed: ObservedLimits, number: int, vector: Floats, together: bool) -> float:
    """Cross section of the injected signals near a mass vector of a map, fb: where no mass is further than ``RADIUS``.

    Parameters
    ----------
    number: of the map.
    vector: masses on the map's axes, GeV, (axes,).
    together: the sum of all clusters that are near, as version 0.1.0 adds them to limits; else the nearest one alone,
        so that each cluster is read back as it was put in.
    """
    total, nearest = 0.0, np.inf
    for k in range(observed.first[number], observed.first[number + 1]):
        distance = 0.0
        for axis in range(len(vector)):
            distance = max(distance, abs(vector[axis] - observed.center[k, axis]))
        if together and distance <= RADIUS:
            total += observed.sigma[k]
        elif distance <= RADIUS and distance < nearest:
            total, nearest = observed.sigma[k], distance
    return total
