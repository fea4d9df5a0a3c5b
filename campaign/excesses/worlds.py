"""The data of many universes over the same results, in a form in which one prediction serves all of them.

What a model gives in each result, what that is expected to exclude, and which region counts do not depend on the data;
counts, limits, local significances and sets of regions do, and are held here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from protomodels.errors import ConfigError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.protocol import Predictor
from protomodels.results.catalog import Catalog, CombinedRegions
from protomodels.statistics.confidence import measurement
from protomodels.statistics.p_values import p_value
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA
from protomodels.universes import Universe, in_universe

Floats = NDArray[np.float64]

MOST: Final = 1000
"""Universes of one scan."""


@dataclass(frozen=True)
class World:
    """What is observed in one universe, (rows,) of the catalog each.

    Attributes
    ----------
    observed: events of signal regions.
    limit: observed limit on sigma x efficiency of signal regions, fb.
    limit_ratio: observed / expected of upper-limit maps; NaN where the published observed limit holds.
    z: local significance of each signal region (:func:`region_z`); of an upper-limit map the measurement behind its
        limit in standard deviations, NaN where it follows from the published limits at the masses of a model.
    combined: sets of regions with their data, by row.
    added: what an injected signal adds to the published limits of maps without a ratio, fb.
    """

    observed: Floats
    limit: Floats
    limit_ratio: Floats
    z: Floats
    combined: Mapping[int, CombinedRegions]
    added: Floats


def region_z(catalog: Catalog, observed: Floats) -> Floats:
    """Local significance of the counts of each signal region, NaN for other rows, (rows,).

    It is that of the probability of at least as many events on the published background
    (:func:`protomodels.statistics.p_values.p_value`), negative where fewer than usual are observed.

    Parameters
    ----------
    observed: events, (rows,).
    """
    found = np.full(len(catalog), np.nan)
    rows = np.flatnonzero(catalog.is_region)
    p = p_value(observed[rows], catalog.background[rows], catalog.delta[rows], split=1.0)
    found[rows] = -ndtri(np.clip(p, 1e-300, 1.0 - 1e-16))
    return found


def published(catalog: Catalog) -> World:
    """The published data."""
    nothing = np.full(len(catalog), np.nan)
    z = region_z(catalog, catalog.observed)
    return World(catalog.observed, catalog.limit_observed, nothing, z, catalog.combined, np.zeros(len(catalog)))


def world_of(predictor: Predictor, universe: Universe) -> World:
    """The data of a universe.

    Parameters
    ----------
    predictor: of the published results.

    Raises
    ------
    ConfigError: as for :func:`protomodels.universes.in_universe`.
    """
    inside = in_universe(predictor, universe)
    catalog, limits = inside.catalog, inside.observed_limits
    ratio, z = np.full(len(catalog), np.nan), region_z(catalog, catalog.observed)
    ratio[inside.limit_rows] = limits.ratio
    measured = np.where(np.isnan(limits.measured), measurement(limits.ratio * EXPECTED_LIMIT_IN_SIGMA), limits.measured)
    z[inside.limit_rows] = np.where(np.isnan(limits.ratio), np.nan, measured)
    return World(catalog.observed, catalog.limit_observed, ratio, z, catalog.combined, np.zeros(len(catalog)))


def worlds_without_signal(predictor: CompiledPredictor, n: int, seed: int = 0, fudge: float = 1.0) -> tuple[World, ...]:
    """Universes without new physics, with the seeds ``seed``, ``seed`` + 1 and so on.

    Parameters
    ----------
    fudge: factor on the uncertainties that data are drawn with.

    Raises
    ------
    ConfigError: naming what is wrong.
    """
    if not 0 <= n <= MOST:
        raise ConfigError("--universes", n, f"a whole number between 0 and {MOST}")
    return tuple(world_of(predictor, Universe(seed + k, fudge)) for k in range(n))
