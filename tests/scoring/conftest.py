"""What the tests of scores share."""

from __future__ import annotations

import numpy as np
import pytest

from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.catalog import CombinedRegions
from protomodels.results.compiled.file import with_combined
from protomodels.statistics.simplified import covariance_model


@pytest.fixture(scope="session")
def correlated(demo: CompiledPredictor) -> CompiledPredictor:
    """The demo with correlations for the regions of all analyses, every second set with third moments."""
    catalog, sets = demo.catalog, {}
    for name in catalog.analyses:
        rows = np.flatnonzero((catalog.analysis == name) & ~catalog.is_ul)
        if len(rows) >= 2:
            width = catalog.delta[rows]
            covariance = np.outer(width, width) * (0.3 + 0.7 * np.eye(len(rows)))
            third = 0.8 * width**3 if len(sets) % 2 else None
            model = covariance_model(catalog.observed[rows], catalog.background[rows], covariance, third)
            sets[len(catalog) + len(sets)] = CombinedRegions(rows, model, "covariance")
    assert len(sets) >= 4
    return demo.with_catalog(with_combined(catalog, sets, [""] * len(sets)))
