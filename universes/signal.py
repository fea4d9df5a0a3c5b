"""What an injected proto-model adds to the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protomodels.model import ProtoModel
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.numeric.observed import Shifts
from protomodels.production import cross_sections
from protomodels.results.catalog import Catalog
from protomodels.universes.drawing import stream

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Signal:
    """An injected signal.

    Attributes
    ----------
    events: expected in each signal region of the catalog, 0 for other rows, (rows,).
    shifts: what is added to the observed limits around the masses of the model.
    """

    events: Floats
    shifts: Shifts


def signal_of(predictor: CompiledPredictor, model: ProtoModel, strength: float) -> Signal:
    """What a model leaves in results, its cross sections times ``strength``.

    Raises
    ------
    PredictionError: where the model cannot be evaluated.
    """
    predictions, shifts = predictor.predict_with_places(model, cross_sections(model).scaled(strength))
    catalog = predictor.catalog
    events = np.zeros(len(catalog))
    single = catalog.is_region[predictions.rows]
    rows = predictions.rows[single]
    events[rows] = predictions.sigma[single] * catalog.lumi[rows]
    return Signal(events, shifts)


def drawn_events(catalog: Catalog, events: Floats, seed: int) -> Floats:
    """Poisson numbers of signal events, in streams of their own: without a signal nothing else changes, (rows,)."""
    out = np.zeros(len(catalog))
    for analysis in sorted(set(catalog.analysis[events > 0.0].tolist())):
        rows = np.flatnonzero((catalog.analysis == analysis) & ~catalog.is_ul)
        out[rows] = stream(seed, analysis, "signal").poisson(events[rows])
    return out
