"""Results in a universe, and the record of what was drawn there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ConfigError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.numeric.observed import ObservedLimits, Shifts
from protomodels.predictor.protocol import Predictor
from protomodels.results.catalog import Catalog
from protomodels.statistics.counting_limits import counting_limit
from protomodels.statistics.upper_limits import upper_limit
from protomodels.universes.drawing import PseudoData, draw, expected
from protomodels.universes.fluctuations import draw_together, expected_together
from protomodels.universes.recipe import AS_PAPER, Universe
from protomodels.universes.signal import Signal, drawn_events, signal_of


def in_universe(predictor: Predictor, universe: Universe) -> CompiledPredictor:
    """The same maps with the data of a universe; what is remembered of structures is shared with ``predictor``.

    Upper-limit maps without an expected limit stay as published, but for an injected signal.

    Parameters
    ----------
    predictor: of the published results.
    universe: the recipe.

    Raises
    ------
    ConfigError: where the results are not compiled ones, or are in a universe already.
    PredictionError: where the injected model cannot be evaluated.
    """
    if not isinstance(predictor, CompiledPredictor):
        raise ConfigError("universe", universe.label, "compiled results")
    if predictor.universe is not None:
        raise ConfigError("universe", universe.label, "the published results as its base")
    catalog = predictor.catalog
    drawn, signal = _pseudo_data(predictor, universe)
    where = predictor.limit_rows  # of each map
    ratio, measured = (
        np.where(predictor.has_expected_limit, values[where], np.nan) for values in (drawn.limit_ratio, drawn.measured)
    )
    shifts = Shifts.none(len(where)) if signal is None else signal.shifts
    return predictor.with_data(_with_data(catalog, drawn, universe), ObservedLimits(ratio, measured, *shifts), universe)


def record(predictor: Predictor, universe: Universe) -> dict[str, Any]:
    """What a universe observes, as plain JSON values: counts of regions and of sets, and observed / expected of limits.

    ``unsampled`` lists upper limits without an expected one: they stay as published.
    """
    inside = in_universe(predictor, universe)
    catalog, limits = inside.catalog, inside.observed_limits
    regions: dict[str, dict[str, float]] = {}
    for row in np.flatnonzero(catalog.is_region).tolist():
        regions.setdefault(str(catalog.analysis[row]), {})[str(catalog.region[row])] = float(catalog.observed[row])
    sets: dict[str, dict[str, list[float]]] = {}
    for row, entry in sorted(catalog.combined.items()):
        own = sets.setdefault(str(catalog.analysis[row]), {})
        own[str(catalog.region[row])] = entry.model.observed.tolist()
    ratios: dict[str, dict[str, float]] = {}
    unsampled = []
    for row, ratio in zip(inside.limit_rows.tolist(), limits.ratio.tolist(), strict=True):
        name, topology = str(catalog.analysis[row]), str(catalog.region[row])
        if np.isfinite(ratio):
            ratios.setdefault(name, {})[topology] = ratio
        else:
            unsampled.append([name, topology])
    base = {"results": inside.name, "fingerprint": inside.fingerprint}
    return base | {
        "recipe": json.loads(universe.to_json()),
        "observed": regions,
        "sets": sets,
        "limit_ratio": ratios,
        "unsampled": sorted(unsampled),
    }


def _pseudo_data(predictor: CompiledPredictor, universe: Universe) -> tuple[PseudoData, Signal | None]:
    catalog, seed = predictor.catalog, universe.seed
    if universe.drawing == AS_PAPER:
        drawn = expected(catalog) if seed is None else draw(catalog, seed, universe.fudge)
    else:
        drawn = expected_together(catalog) if seed is None else draw_together(catalog, seed, universe.fudge)
    if universe.model is None:
        return drawn, None
    signal = signal_of(predictor, universe.model, universe.strength)
    events = signal.events if seed is None else drawn_events(catalog, signal.events, seed)
    combined = {
        row: counts + np.where(catalog.combined[row].rows >= 0, events[catalog.combined[row].rows], 0.0)
        for row, counts in drawn.combined.items()
    }
    return replace(drawn, observed=drawn.observed + events, combined=combined), signal


def _with_data(catalog: Catalog, drawn: PseudoData, universe: Universe) -> Catalog:
    """The catalog with the pseudo-data: counts, and the limits that follow from them."""
    combined = {row: entry.with_data(drawn.combined[row]) for row, entry in catalog.combined.items()}
    observed = np.where(np.isfinite(drawn.observed), drawn.observed, catalog.observed)
    for row, entry in combined.items():
        observed[row] = entry.model.observed.sum()
    limit = np.where(np.isfinite(drawn.observed), _limits(catalog, observed, universe), catalog.limit_observed)
    return replace(catalog, observed=observed, limit_observed=limit, combined=combined)


def _limits(catalog: Catalog, observed: NDArray[np.float64], universe: Universe) -> NDArray[np.float64]:
    """Observed limits on sigma x efficiency, fb: the published expected one times what the counts change about it.

    As the paper draws: by the asymptotic form.  Ours: by that of counts, since the asymptotic one is 10 to 30% low for
    0 to 3 events; the published expected limit is that of the median count, or of b where nothing is drawn.
    """
    b, delta = catalog.background, catalog.delta
    with np.errstate(invalid="ignore"):
        if universe.drawing == AS_PAPER:
            limit = upper_limit(observed, b, delta, moved=True)
            return np.asarray(catalog.limit_expected * limit / upper_limit(b, b, delta, moved=True))
        usual = counting_limit(b, b, delta) if universe.seed is None else catalog.median_limit
        return np.asarray(catalog.limit_expected * counting_limit(observed, b, delta) / usual)
