"""The signal that draws predict in each result: which analysis would see it first?"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.errors import PredictionError
from protomodels.predictor import Predictions, Predictor
from protomodels.walker.posterior import Draw

log = logging.getLogger(__name__)

DRAWS: Final = 100
"""Draws that are predicted, evenly spaced over all chains."""
BAND: Final = (0.16, 0.84)
"""Quantiles at the ends of bands."""
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class RegionSignal:
    """The signal in one result, over the draws; those without the signal count as 0.

    Attributes
    ----------
    analysis, region: of a UL result the region is its topology.
    type: EM (signal in events) or UL (in fb).
    signal, low, high: mean and 68% band.
    r_expected: mean of signal over the expected 95% CL limit: above 1 the result is expected to exclude what is drawn.
    """

    analysis: str
    region: str
    type: str
    signal: float
    low: float
    high: float
    r_expected: float


def region_signals(
    predictor: Predictor, chains: Sequence[Sequence[Draw]], shown: int = SHOWN
) -> tuple[RegionSignal, ...]:
    """Signals of the results with the largest expected sensitivity, the largest first.

    Parameters
    ----------
    shown: how many results.
    """
    draws = [draw for chain in chains for draw in chain]
    chosen = [draws[i] for i in (np.arange(min(DRAWS, len(draws))) * len(draws)) // min(DRAWS, len(draws))]
    signal: defaultdict[int, list[float]] = defaultdict(list)
    sensitivity: defaultdict[int, float] = defaultdict(float)
    failed = 0
    for draw in chosen:
        try:
            found = _by_row(predictor.predict(draw.model))
        except PredictionError as error:
            log.warning("a draw is left out of predicted signals: %s", error)
            failed += 1
            continue
        for row, (amount, ratio) in found.items():
            signal[row].append(amount)
            sensitivity[row] += ratio
    n = len(chosen) - failed
    rows = sorted(sensitivity, key=lambda row: (-sensitivity[row], row))[:shown]
    catalog = predictor.catalog
    answer = []
    for row in rows:
        values = np.array(signal[row] + [0.0] * (n - len(signal[row])))
        low, high = np.quantile(values, BAND)
        name, region = str(catalog.analysis[row]), str(catalog.region[row])
        kind = "UL" if catalog.is_ul[row] else "EM"
        band = (float(values.mean()), float(low), float(high))
        answer.append(RegionSignal(name, region, kind, *band, sensitivity[row] / n))
    return tuple(answer)


def _by_row(predictions: Predictions) -> dict[int, tuple[float, float]]:
    """Signal and ratio to the expected limit of each row of the catalog; of the clusters of a map the largest one."""
    found: dict[int, tuple[float, float]] = {}
    values = zip(predictions.rows, predictions.signal, predictions.r_exp, predictions.is_control, strict=True)
    for row, amount, ratio, control in values:
        known = row in predictions.catalog.combined or control or not np.isfinite(ratio)
        if not known and (row not in found or found[row][0] < amount):
            found[int(row)] = (float(amount), float(ratio))
    return found
