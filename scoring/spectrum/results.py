"""What each result says of a model: signal, limits, r and CLs for its cross sections as they are (mu = 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import PredictionError
from protomodels.predictor import Predictions
from protomodels.predictor.general import SpectrumPredictions
from protomodels.results.catalog import result_type
from protomodels.statistics.confidence import joint_cls, limit_cls, region_cls

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Result:
    """What one result says; NaN where something is not known.

    Attributes
    ----------
    analysis, region: the result; the region of an upper limit is its topology.
    is_ul: an upper-limit map, else a signal region or the combined regions of an analysis.
    topologies: those of the result that the model has.
    particles: positive pids of the new particles behind the signal.
    signal: fb for an upper limit, events for regions.
    limit_observed, limit_expected: 95% CL limits on sigma x BR (x efficiency), fb; combined regions publish none.
    r_obs, r_exp: signal / limit.
    cls_obs, cls_exp: CLs (:mod:`protomodels.statistics.confidence`), excluded at 95% below 0.05; NaN for an upper
        limit without an expected one, which has no likelihood.
    """

    analysis: str
    region: str
    is_ul: bool
    topologies: tuple[str, ...]
    particles: tuple[int, ...]
    signal: float
    limit_observed: float
    limit_expected: float
    r_obs: float
    r_exp: float
    cls_obs: float
    cls_exp: float

    def to_dict(self) -> dict[str, Any]:
        """As plain values; ``type`` is UL or EM."""
        return {
            "analysis": self.analysis,
            "region": self.region,
            "type": result_type(self.is_ul),
            "topologies": list(self.topologies),
            "particles": list(self.particles),
            "signal": self.signal,
            "limit_observed": self.limit_observed,
            "limit_expected": self.limit_expected,
            "r_obs": self.r_obs,
            "r_exp": self.r_exp,
            "cls_obs": self.cls_obs,
            "cls_exp": self.cls_exp,
        }


def results_of(predicted: SpectrumPredictions) -> tuple[Result, ...]:
    """A row for each prediction, those with the largest r_exp, or without one r_obs, first; combined regions lead."""
    p = predicted.predictions
    observed, expected = cls_of(p)
    columns = (
        *(p.analysis.tolist(), p.catalog.region[p.rows].tolist(), p.is_ul.tolist()),
        *(predicted.topologies, [tuple(sorted(pids)) for pids in predicted.particles]),
        *(p.signal.tolist(), p.limit_observed.tolist(), p.limit_expected.tolist()),
        *(p.r_obs.tolist(), p.r_exp.tolist(), observed.tolist(), expected.tolist()),
    )
    rows = [Result(*row) for row in zip(*columns, strict=True)]
    rank = np.nan_to_num(np.where(np.isnan(p.r_exp), p.r_obs, p.r_exp), nan=np.inf)
    return tuple(rows[i] for i in np.argsort(-rank, kind="stable"))


def cls_of(predictions: Predictions) -> tuple[Floats, Floats]:
    """CLs observed and expected of every row at mu = 1, (n,) each.

    NaN without a likelihood, and where that of combined regions has no certified maximum.
    """
    p, catalog, rows = predictions, predictions.catalog, predictions.rows
    observed, expected = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    single, limits = np.flatnonzero(catalog.is_region[rows]), np.flatnonzero(p.is_ul & p.has_likelihood)
    own = rows[single]
    counts = catalog.background[own], catalog.delta[own], catalog.observed[own]
    observed[single], expected[single] = region_cls(p.signal[single], *counts)
    published = p.limit_observed[limits], p.limit_expected[limits]
    observed[limits], expected[limits] = limit_cls(p.sigma[limits], *published)
    for i, row in enumerate(rows.tolist()):
        if row in catalog.combined:
            observed[i], expected[i] = joint_cls_of(p, row)
    return observed, expected


def joint_cls_of(predictions: Predictions, row: int) -> tuple[float, float]:
    """CLs observed and expected at mu = 1 of a catalog row that combines regions; NaN without a certified maximum."""
    try:
        return joint_cls(predictions.catalog.combined[row].likelihood, predictions.signals_of(row))
    except PredictionError:  # no certified maximum: the row is there, without a CLs
        return np.nan, np.nan
