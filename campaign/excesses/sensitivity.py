"""What each analysis is expected to say of a model, before anybody looks at data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from protomodels.errors import PredictionError
from protomodels.predictor import Predictions
from protomodels.predictor.regions import best_expected
from protomodels.results.catalog import Catalog
from protomodels.statistics.confidence import joint_cls, region_cls
from protomodels.statistics.draws import mean_rates
from protomodels.statistics.simplified import CovarianceModel
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA

Floats = NDArray[np.float64]

LOOSEST: Final = 0.2
"""Analyses whose expected CLs is larger are not recorded: no criterion may ask for them."""


@dataclass(frozen=True, slots=True)
class Sensitive:
    """An analysis that is sensitive to a model.

    Attributes
    ----------
    analysis: its name.
    expected: CLs of its most sensitive result, with the published background as data.
    result: its place among the predictions.
    region: place of its most sensitive single signal region, or of the upper-limit map where it has no regions.
    """

    analysis: str
    expected: float
    result: int
    region: int


def asimov_sets(catalog: Catalog) -> dict[int, CovarianceModel]:
    """The likelihood of each set of regions for data that are the published background, by row."""
    return {row: entry.with_data(mean_rates(entry.model)).likelihood for row, entry in catalog.combined.items()}


def expected_cls(p: Predictions, sets: Mapping[int, CovarianceModel]) -> Floats:
    """CLs that every row is expected to have at mu = 1, (n,): that of the published background as data.

    Unlike the expected CLs of an evaluation, whose background is fitted to the data first, it is the same in all
    universes.  NaN without a likelihood, and for control and validation regions.

    Parameters
    ----------
    sets: of :func:`asimov_sets`.
    """
    catalog, found = p.catalog, np.full(len(p), np.nan)
    single = np.flatnonzero(catalog.is_region[p.rows] & ~p.is_control)
    b, delta = catalog.background[p.rows[single]], catalog.delta[p.rows[single]]
    found[single] = region_cls(p.signal[single], b, delta, b)[1]
    limits = np.flatnonzero(p.is_ul & p.has_likelihood)
    found[limits] = 2.0 * ndtr(-EXPECTED_LIMIT_IN_SIGMA * p.r_exp[limits])
    for place, row in enumerate(p.rows.tolist()):
        if row in sets:
            try:
                found[place] = joint_cls(sets[row], p.signals_of(row))[1]
            except PredictionError:  # no certified maximum: the other results of the analysis stand
                continue
    return found


def sensitive_analyses(p: Predictions, expected: Floats, loosest: float = LOOSEST) -> tuple[Sensitive, ...]:
    """The analyses that are expected to have a CLs of at most ``loosest``, the most sensitive first.

    Parameters
    ----------
    expected: of :func:`expected_cls`.
    """
    best: dict[str, int] = {}
    region: dict[str, int] = {}
    names, joint = p.analysis.tolist(), [row in p.catalog.combined for row in p.rows.tolist()]
    for place in np.argsort(expected, kind="stable").tolist():
        if np.isnan(expected[place]):
            break  # these are last
        best.setdefault(names[place], place)
        if not joint[place] and not p.is_ul[place]:
            region.setdefault(names[place], place)
    for name, place in best.items():
        if name not in region and not joint[place]:
            region[name] = place
    found = [
        Sensitive(name, float(expected[place]), place, region[name])
        for name, place in best.items()
        if expected[place] <= loosest and name in region
    ]
    return tuple(found)


Critical = tuple[NDArray[np.intp], Sequence[int]]


def critical_rows(p: Predictions) -> Critical:
    """Places of the rows whose limit may exclude the model, and catalog rows of sets whose CLs may.

    The rule of :mod:`protomodels.scoring.spectrum.exclusion`, whose choice of regions does not depend on the data.
    """
    sets = [row for row in p.rows.tolist() if row in p.catalog.combined]
    return np.array(best_expected(p), dtype=np.intp), sets
