"""The demo results: what they hold, and that they come out of their maker as they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from protomodels.combiner import Combinability
from protomodels.files import model_from_dict
from protomodels.predictor import Predictor
from protomodels.production import cross_sections
from protomodels.results.demo import ARCHIVE, COMBINABLE, HIDDEN, hidden, make
from protomodels.scoring.scorer import Scorer


def test_the_maker_makes_what_is_committed() -> None:
    assert make.differing() == []


def test_the_pinned_cross_sections_are_the_reference_ones() -> None:
    model = model_from_dict(json.loads(HIDDEN.read_text()))
    sections = cross_sections(model)
    for pair, by_energy in hidden.REFERENCE_FB.items():
        ours = sections.reference[sections.pairs.index(pair)]
        np.testing.assert_allclose(ours, [by_energy[8], by_energy[13]], rtol=0.01)


def test_size_and_labels(demo: Predictor) -> None:
    assert sum(p.stat().st_size for p in (ARCHIVE, HIDDEN, COMBINABLE)) < 1_000_000
    assert all("-DEMO-" in name for name in demo.catalog.analyses)


def test_experiments_energies_kinds_and_topologies(demo: Predictor) -> None:
    catalog = demo.catalog
    assert len(catalog.analyses) >= 16
    assert set(catalog.experiment) == {"ATLAS", "CMS"} and set(catalog.sqrts) == {8.0, 13.0}
    assert catalog.is_ul.any() and not catalog.is_ul.all()
    assert {"T2", "T2tt", "T2bb", "T1", "TChiWZ"} <= set(catalog.region[catalog.is_ul])
    em = ~catalog.is_ul
    assert (catalog.observed[em] != np.round(catalog.background[em])).mean() > 0.5


def test_some_limits_have_no_expected_one(demo: Predictor) -> None:
    predictions = demo.predict(model_from_dict(json.loads(HIDDEN.read_text())))
    expected = predictions.limit_expected[predictions.is_ul]
    assert np.isnan(expected).any() and np.isfinite(expected).any()


def test_the_hidden_model_scores_and_breaks_no_limit(scorer: Scorer) -> None:
    score = scorer.evaluate(model_from_dict(json.loads(HIDDEN.read_text())))
    assert score.K is not None and score.K > 6.0
    assert score.limits[0].r_obs < scorer.policy.tolerance


def test_the_table_pairs_known_analyses_of_one_experiment_and_energy(demo: Predictor) -> None:
    catalog = demo.catalog
    group = dict(zip(catalog.analysis, zip(catalog.experiment, catalog.sqrts, strict=True), strict=True))
    pairs = json.loads(Path(COMBINABLE).read_text())["pairs"]
    assert pairs and all(group[a] == group[b] and a != b for a, b in pairs)
    assert len(Combinability.from_file(COMBINABLE).listed) == len(pairs)


@pytest.mark.parametrize("argument", [["--check"]])
def test_check_succeeds(argument: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main(argument) == 0
    assert "as made" in capsys.readouterr().out
