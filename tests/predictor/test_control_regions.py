"""Control and validation regions: known by name or by what the database lists, and never candidates nor limits."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from protomodels.critic import allowed_signal_strength
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.predictions import Predictions
from protomodels.predictor.regions import best_expected, combined_or_most_excess, most_excess
from protomodels.results.catalog import CombinedRegions
from protomodels.results.compiled.combined import combined_regions
from protomodels.results.compiled.file import with_combined
from protomodels.results.names import is_control_region
from protomodels.scoring.scorer import Scorer
from protomodels.statistics.simplified import covariance_model
from protomodels.universes import region_p_values
from tests.predictor.test_combined_regions import squarks

NAMES = ("CR_top", "CRZ", "VR2", "topCR", "WVR1", "cr_low", "Control region A", "validation-2", "Sideband")


def with_control(demo: CompiledPredictor, name: str | None) -> tuple[CompiledPredictor, int]:
    """The demo in which the region with the largest excess and the best sensitivity has a name, and its row."""
    seen = demo.predict(squarks())
    catalog = demo.catalog
    regions = np.flatnonzero(~seen.is_ul)
    counts = [(~catalog.is_ul & (catalog.analysis == seen.analysis[i])).sum() for i in regions.tolist()]
    row = int(seen.rows[regions[int(np.argmax(counts))]])
    limit, expected = catalog.limit_observed.copy(), catalog.limit_expected.copy()
    limit[row], expected[row] = 0.02, 1e-3  # nothing else is as sensitive, or shows as large an excess
    names = catalog.region.astype("U40")
    if name is not None:
        names[row] = name
    return demo.with_catalog(replace(catalog, limit_observed=limit, limit_expected=expected, region=names)), row


def chosen_rows(predictions: Predictions) -> set[int]:
    pick = (most_excess(predictions, True), combined_or_most_excess(predictions, True), best_expected(predictions))
    return {int(predictions.rows[i]) for rows in pick for i in rows}


@pytest.mark.parametrize("name", NAMES)
def test_a_control_region_is_no_candidate_and_no_limit(demo: CompiledPredictor, scorer: Scorer, name: str) -> None:
    predictor, row = with_control(demo, name)
    seen = predictor.predict(squarks())
    assert row in seen.rows and seen.is_control[seen.rows == row].all()
    assert row not in chosen_rows(seen)
    assert row not in allowed_signal_strength(seen).limiting.rows
    every = replace(scorer, predictor=predictor, choose_regions=lambda p, _: np.flatnonzero(p.has_likelihood))
    assert row not in every.candidates(seen, np.inf).rows, "whoever chooses, it is not offered"
    assert row not in region_p_values(predictor.catalog).rows


def test_under_another_name_it_is_chosen(demo: CompiledPredictor) -> None:
    """The test above can fail."""
    predictor, row = with_control(demo, None)
    seen = predictor.predict(squarks())
    assert row in chosen_rows(seen) and row in allowed_signal_strength(seen).limiting.rows


def test_what_the_database_lists_needs_no_name(demo: CompiledPredictor) -> None:
    predictor, row = with_control(demo, "Wjets")
    catalog = predictor.catalog
    regions = np.flatnonzero((catalog.analysis == catalog.analysis[row]) & ~catalog.is_ul)
    other = int(regions[regions != row][0])
    model = covariance_model([5.0], [4.0], [[1.0]])
    parts = {
        "observed": model.observed,
        "center": model.center,
        "curvature": model.curvature,
        "weight": model.weight.ravel(),
    }
    arrays = {"start": np.array([0, 1]), "rows": np.array([other]), **parts}
    arrays |= {f"fitted_{name}": value for name, value in parts.items()}
    listed = [{"smodels": "SR1", "type": "SR"}, {"smodels": "Wjets", "type": "CR"}]
    found = combined_regions(arrays, {"sets": [{"kind": "json", "listed": listed}]}, len(catalog))
    marked = with_combined(catalog, found, ["one.json"])
    assert marked.is_control.sum() == 1 and marked.is_control[row]
    unlisted = with_combined(catalog, {len(catalog): CombinedRegions(np.array([other]), model, "json")}, ["CR.json"])
    assert not unlisted.is_control.any(), "a set is not judged by the name of its file"


def test_names_of_all_releases_are_told_right(real: Callable[[str], Path]) -> None:
    """Twelve control regions of one analysis are all that the releases hold."""
    with tarfile.open(real("smodels-3.0.0.tar.xz")) as tar:
        names = {Path(n).parent.name for n in tar.getnames() if n.endswith("dataInfo.txt")}
    control = {name for name in names if is_control_region(name)}
    assert len(control) == 12 and all(name.startswith("CR_") for name in control)
