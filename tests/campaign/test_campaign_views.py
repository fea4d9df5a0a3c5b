"""Scans, credible regions and variants of one proto-model, on the demo results, and their pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.production import cross_sections, in_order
from protomodels.scoring import Scorer
from protomodels.scoring.credible import MassPlane, credible_region, mass_plane
from protomodels.scoring.scans import mass_scan, strength_scan, with_masses
from protomodels.scoring.variants import variants
from protomodels.settings import policy


def test_a_mass_scan_scores_the_model_at_each_mass(scorer: Scorer, simple: ProtoModel) -> None:
    scan = mass_scan(scorer, simple, 1000006, width=100.0, n=5)
    assert scan.name == "m(X_t1) [GeV]" and scan.here == 800.0
    assert scan.values.tolist() == [700.0, 750.0, 800.0, 850.0, 900.0]
    for mass, K in zip(scan.values.tolist(), scan.K.tolist(), strict=True):
        score = scorer.evaluate(replace(simple, masses={**simple.masses, 1000006: mass}))
        assert score.K is not None and K == score.K
    own = scorer.evaluate(simple)
    assert own.K is not None and scan.K_here == own.K and scan.mu_max[2] == own.mu_max


def test_a_mass_scan_may_keep_the_cross_sections(scorer: Scorer, simple: ProtoModel) -> None:
    kept = with_masses(simple, {1000006: 900.0}, keep_sections=True)
    assert kept is not None
    np.testing.assert_allclose(cross_sections(kept, (13.0,)).sigma, cross_sections(simple, (13.0,)).sigma, rtol=1e-9)
    assert with_masses(simple, {1000006: 150.0}, keep_sections=True) is None  # lighter than the LBP
    free = mass_scan(scorer, simple, 1000006, width=100.0, n=3)
    fixed = mass_scan(scorer, simple, 1000006, width=100.0, n=3, keep_sections=True)
    assert free.K_here == fixed.K_here and not np.array_equal(free.mu_max, fixed.mu_max)


def test_a_strength_scan_without_the_signal_is_a_model_without_the_particle(scorer: Scorer, simple: ProtoModel) -> None:
    scan = strength_scan(scorer, simple, [(-1000006, 1000006)], "kappa", [0.0, 2.0])
    assert scan.values.tolist() == [0.0, 1.0, 2.0]
    doubled = scorer.evaluate(replace(simple, ssm={**simple.ssm, (-1000006, 1000006): 0.8}))
    assert doubled.K is not None and scan.K[2] == doubled.K
    assert scan.Z[0] < scan.Z[1]


def test_scans_name_what_is_not_there(scorer: Scorer, simple: ProtoModel) -> None:
    with pytest.raises(ModelError, match=r"particle: got 1000021; allowed: one of the model: .*1000006"):
        mass_scan(scorer, simple, 1000021)
    with pytest.raises(ModelError, match="pair"):
        strength_scan(scorer, simple, [(1000021, 1000021)], "kappa")
    with pytest.raises(ModelError, match="particle"):
        mass_plane(scorer, simple, 1000021, LBP, np.array([1.0]), np.array([1.0]))


@pytest.fixture(scope="module")
def plane(scorer: Scorer, simple: ProtoModel) -> MassPlane:
    x, y = np.linspace(600.0, 1000.0, 9), np.linspace(50.0, 400.0, 8)
    return mass_plane(scorer, simple, 1000006, LBP, x, y)


def test_a_plane_holds_the_likelihoods_of_the_best_combination(
    scorer: Scorer, simple: ProtoModel, plane: MassPlane
) -> None:
    own = scorer.evaluate(simple)
    assert own.K is not None
    assert set(plane.llr) == {f"{c.analysis} {c.region}" for c in own.contributions}
    at = mass_plane(scorer, simple, 1000006, LBP, np.array([800.0]), np.array([200.0]))
    for name, llr in at.llr.items():
        predictions = scorer.predictor.predict(in_order(simple, scorer.policy.reference_order))
        rows = [
            i
            for i, row in enumerate(predictions.rows.tolist())
            if f"{predictions.catalog.analysis[row]} {predictions.catalog.region[row]}" == name
        ]
        strongest = max(rows, key=lambda i: float(predictions.sigma[i]))
        expected = predictions.take([strongest]).log_likelihood_ratio([1.0])[0, 0]
        assert llr[0, 0] == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(plane.combined, sum(plane.llr.values()))


@given(st.lists(st.floats(-30.0, 30.0), min_size=1, max_size=40), st.sampled_from([0.5, 0.68, 0.95]))
def test_credible_regions_are_the_smallest_that_hold_enough(values: list[float], level: float) -> None:
    llr = np.array(values)
    inside = credible_region(llr, level)
    weight = np.exp(llr - llr.max())
    share = weight / weight.sum()
    assert share[inside].sum() >= level - 1e-9
    if (~inside).any():
        assert share[inside].min() >= share[~inside].max() - 1e-12
    assert share[inside].sum() - share[inside].min() < level + 1e-9
    assert (credible_region(llr, 0.5) <= credible_region(llr, 0.95)).all()


def test_cells_that_cannot_exist_are_never_credible() -> None:
    assert credible_region(np.array([np.nan, 0.0]), 0.95).tolist() == [False, True]


def test_variants_change_one_thing_each(scorer: Scorer, simple: ProtoModel) -> None:
    found = {v.name: v for v in variants(scorer, simple)}
    own = scorer.evaluate(simple)
    assert own.K is not None
    assert found["as it is"].K == own.K == found["policy default"].K == found["regions best"].K
    paper = replace(scorer, policy=policy("paper")).evaluate(simple)
    assert found["policy paper"].K == paper.K
    tight, loose = found["tolerance 1"], found["tolerance 1.6"]
    assert tight.K is not None and loose.K is not None and tight.K <= own.K <= loose.K
    both = [found["ATLAS only"].K, found["CMS only"].K]
    assert all(K is not None for K in both)
    for analysis in {c.analysis for c in own.contributions}:
        assert f"without {analysis}" in found
