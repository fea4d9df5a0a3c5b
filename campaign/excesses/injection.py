"""A universe in which a full spectrum is there: for tests of whether the search finds it again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from protomodels.campaign.excesses.worlds import World, region_z, world_of
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options, SpectrumPredictor
from protomodels.spectrum import Spectrum
from protomodels.statistics.counting_limits import counting_limit
from protomodels.statistics.measured_limits import measured_limit
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA
from protomodels.universes import Universe
from protomodels.universes.signal import drawn_events


def world_with_spectrum(
    predictor: CompiledPredictor, spectrum: Spectrum, seed: int, strength: float = 1.0, options: Options | None = None
) -> World:
    """A universe with the signal of a spectrum in all signal regions, alone and in sets, and in all upper limits.

    Signal events are drawn.  A map sees the signal wherever one looks in it, as one signal region would: its
    measurement rises everywhere by the strongest pull that the spectrum has at its own masses; a limit that was
    published without an expected one rises by the cross section there.

    Parameters
    ----------
    seed: of the universe, and of the numbers of signal events.
    strength: factor on all cross sections.

    Raises
    ------
    ModelError, PredictionError: where the spectrum cannot be predicted.
    """
    catalog, world = predictor.catalog, world_of(predictor, Universe(seed))
    p = SpectrumPredictor.of(predictor).predict(spectrum, options=options).predictions
    expected = np.zeros(len(catalog))
    single = catalog.is_region[p.rows]
    expected[p.rows[single]] = strength * p.signal[single]
    events = drawn_events(catalog, expected, seed)
    observed = np.where(catalog.is_region, world.observed + events, world.observed)
    combined = {}
    for row, entry in world.combined.items():
        more = np.where(entry.rows >= 0, events[entry.rows], 0.0)
        combined[row] = entry.with_data(entry.model.observed + more)
        observed[row] = combined[row].model.observed.sum()
    rows = np.flatnonzero(catalog.is_region & (events > 0.0))
    limit = world.limit.copy()
    changed = counting_limit(observed[rows], catalog.background[rows], catalog.delta[rows])
    limit[rows] = catalog.limit_expected[rows] * changed / catalog.median_limit[rows]
    z = np.where(catalog.is_region, region_z(catalog, observed), world.z)
    added, pull = np.zeros(len(catalog)), np.zeros(len(catalog))
    maps = np.flatnonzero(p.is_ul)
    np.maximum.at(added, p.rows[maps], strength * p.sigma[maps])
    pulls = EXPECTED_LIMIT_IN_SIGMA * strength * p.r_exp[maps]
    np.maximum.at(pull, p.rows[maps], np.where(np.isnan(pulls), 0.0, pulls))
    z = np.where(catalog.is_ul, z + pull, z)
    ratio = np.where(pull > 0.0, measured_limit(z, 1.0), world.limit_ratio)
    return replace(world, observed=observed, limit=limit, limit_ratio=ratio, z=z, combined=combined, added=added)
