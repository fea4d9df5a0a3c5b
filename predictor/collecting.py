"""From what the kernels summed to the predictions of one model: small signals out, regions combined, rows in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.predictor.predictions import Predictions
from protomodels.results.catalog import Catalog

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMALLEST_SIGNAL: Final = 1e-6
"""fb; SModelS reports no smaller signals."""


@dataclass(frozen=True)
class RegionSums:
    """What a model gives in each row of a catalog.

    Attributes
    ----------
    sigma: sigma x BR x efficiency, fb, (rows,).
    particles: masks of the particles that it comes from, (rows,).
    topologies: bits of the model's topologies that it comes from, (rows, words).
    """

    sigma: Floats
    particles: Ints
    topologies: NDArray[np.uint64]


@dataclass(frozen=True)
class LimitClusters:
    """The clusters of a model in upper-limit maps, n of them.

    Attributes
    ----------
    rows, particles: catalog row and mask of particles, (n,).
    numbers: sigma, observed and expected limit, fb, (n, 3).
    topologies: bits of the model's topologies, (n, words).
    """

    rows: Ints
    particles: Ints
    numbers: Floats
    topologies: NDArray[np.uint64]


def collect(catalog: Catalog, members: Mapping[int, Ints], regions: RegionSums, clusters: LimitClusters) -> Predictions:
    """The predictions, sorted by catalog row and then by falling sigma.

    Parameters
    ----------
    members: rows of the regions behind each row that combines some; these rows of ``regions`` are filled here.
    """
    seen = np.flatnonzero(regions.sigma >= SMALLEST_SIGNAL)
    kept = clusters.numbers[:, 0] >= SMALLEST_SIGNAL
    limit_rows, limit_particles = clusters.rows[kept], clusters.particles[kept]
    numbers, limit_bits = clusters.numbers[kept], clusters.topologies[kept]
    region_signal, expected_limit = np.zeros(0), catalog.limit_expected
    if catalog.combined:
        region_signal = regions.sigma * catalog.lumi
        expected_limit = _combine_regions(catalog, members, regions)
        seen = np.flatnonzero(regions.sigma >= SMALLEST_SIGNAL)
    rows = np.concatenate([seen, limit_rows])
    values = np.concatenate([regions.sigma[seen], numbers[:, 0]])
    observed = np.concatenate([catalog.limit_observed[seen], numbers[:, 1]])
    expected = np.concatenate([expected_limit[seen], numbers[:, 2]])
    order = np.lexsort((-values, rows))
    return Predictions(
        catalog,
        rows[order],
        values[order],
        _positive(observed[order]),
        _positive(expected[order]),
        np.concatenate([regions.particles[seen], limit_particles])[order],
        np.concatenate([regions.topologies[seen], limit_bits])[order],
        region_signal,
    )


def _combine_regions(catalog: Catalog, members: Mapping[int, Ints], regions: RegionSums) -> Floats:
    """Fill the rows that combine regions; the expected limits of all rows.

    That of combined regions is the one at which their most sensitive region would reach its own.
    """
    sigma, particles, topologies = regions.sigma, regions.particles, regions.topologies
    limits = catalog.limit_expected.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        sensitivity = np.nan_to_num(sigma / limits)
    for row, own in members.items():
        total = sigma[own].sum()
        if total >= SMALLEST_SIGNAL:
            used = own[sigma[own] > 0.0]
            sigma[row] = total
            particles[row] = np.bitwise_or.reduce(particles[used])
            topologies[row] = np.bitwise_or.reduce(topologies[used], axis=0)
            largest = sensitivity[used].max()
            limits[row] = total / largest if largest > 0.0 else np.nan
    return limits


def _positive(limits: Floats) -> Floats:
    return np.where(limits > 0.0, limits, np.nan)
