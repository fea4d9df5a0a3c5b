"""Regions with published correlations in the choice of candidates, in scores, and curves in many universes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from protomodels.critic import allowed_signal_strength
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions, Predictor
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.regions import best_expected, combined_or_most_excess, most_excess
from protomodels.results.catalog import CombinedRegions
from protomodels.results.compiled.file import columns, with_combined
from protomodels.scoring.scorer import Scorer
from protomodels.statistics.curves import ratios_in_universes
from protomodels.statistics.simplified import covariance_model


@pytest.fixture(scope="module")
def combined(demo: CompiledPredictor) -> CompiledPredictor:
    """The demo with correlations for the regions of one analysis that sees squarks, and a second, weaker set."""
    catalog = demo.catalog
    seen = demo.predict(squarks())
    name = str(seen.analysis[np.flatnonzero(~seen.is_ul)[0]])
    rows = np.flatnonzero((catalog.analysis == name) & ~catalog.is_ul)
    assert len(rows) >= 2
    width = catalog.delta[rows]
    v = np.outer(width, width) * (0.3 + 0.7 * np.eye(len(rows)))
    model = covariance_model(catalog.observed[rows], catalog.background[rows], v)
    vague = covariance_model(catalog.observed[rows], catalog.background[rows], 100.0 * v)
    first = len(catalog)
    sets = {first: CombinedRegions(rows, model, "covariance"), first + 1: CombinedRegions(rows, vague, "json")}
    return demo.with_catalog(with_combined(catalog, sets, ["", "weak.json"]))


def squarks(kappa: float = 0.5) -> ProtoModel:
    return ProtoModel({1000022: 210.0, 1000001: 690.0}, {1000001: {(1000022, 1): 1.0}}, {(-1000001, 1000001): kappa})


@pytest.fixture(scope="module")
def predictions(combined: Predictor) -> Predictions:
    return combined.predict(squarks())


def test_the_other_rows_are_those_without_correlations(demo: Predictor, predictions: Predictions) -> None:
    plain = demo.predict(squarks())
    rest = predictions.take(np.flatnonzero(predictions.rows < len(demo.catalog)))
    for name in ("rows", "sigma", "limit_observed", "limit_expected", "particle_masks"):
        np.testing.assert_array_equal(getattr(rest, name), getattr(plain, name))
    assert len(predictions) == len(plain) + 2


def test_its_curve_is_the_joint_likelihood(predictions: Predictions) -> None:
    row = len(predictions) - 2
    behind = predictions.catalog.combined[int(predictions.rows[row])]
    signals = predictions.region_signal[behind.rows]
    assert signals.sum() == pytest.approx(predictions.signal[row]) and signals.max() > 0.0
    mu = [0.0, 0.5, 2.0]
    expected = behind.model.log_likelihood_ratio(signals, mu)
    np.testing.assert_allclose(predictions.log_likelihood_ratio(mu)[row], expected, atol=1e-12)
    np.testing.assert_allclose(predictions.scaled(2.0).log_likelihood_ratio([1.0])[row, 0], expected[2], atol=1e-9)


def test_it_takes_the_place_of_the_single_regions(predictions: Predictions) -> None:
    chosen = combined_or_most_excess(predictions, em_before_ul=True)
    row = len(predictions) - 2
    assert row in chosen and row + 1 not in chosen, "the set with the larger expected significance"
    name = predictions.analysis[row]
    assert [i for i in chosen if predictions.analysis[i] == name and not predictions.is_ul[i]] == [row]
    others = {i for i in most_excess(predictions, True) if predictions.analysis[i] != name}
    assert others == {i for i in chosen if predictions.analysis[i] != name}
    assert not set(best_expected(predictions)) & {row, row + 1}, "the critic looks at published limits"


def test_scores_with_combined_regions(combined: CompiledPredictor, scorer: Scorer) -> None:
    both = {
        regions: Scorer(combined, scorer.combinability, replace(scorer.policy, regions=regions)).evaluate(squarks())
        for regions in ("best", "combined")
    }
    best, joint = both["best"], both["combined"]
    assert best.K is not None and joint.K is not None
    assert best.K == pytest.approx(scorer.evaluate(squarks()).K, abs=1e-9)
    assert "(combined)" in {c.region for c in joint.contributions}
    assert joint.allowed.mu_max == best.allowed.mu_max


def test_one_signal_in_many_universes(predictions: Predictions) -> None:
    """Against predictions whose catalog holds the data of that universe."""
    rng = np.random.default_rng(4)
    catalog, rows, mu = predictions.catalog, predictions.rows, [0.3, 1.0]
    observed = rng.poisson(np.nan_to_num(catalog.background), (3, len(catalog))).astype(float)
    limits = predictions.limit_expected * rng.uniform(0.5, 2.5, (3, len(predictions)))
    behind = [catalog.combined[int(row)] for row in rows if int(row) in catalog.combined]
    several = [observed[:, entry.rows] for entry in behind]
    curves = predictions.curves()
    together = ratios_in_universes(curves, predictions.limit_expected, observed[:, rows], limits, mu, several)
    for universe in range(3):
        sets = {row: entry.with_data(observed[universe, entry.rows]) for row, entry in catalog.combined.items()}
        own = replace(catalog, observed=observed[universe], combined=sets)
        alone = replace(predictions, catalog=own, limit_observed=limits[universe]).log_likelihood_ratio(mu)
        np.testing.assert_allclose(together[universe], alone, rtol=1e-12, atol=1e-12)


def test_signal_regions_without_sensitivity_change_nothing(predictions: Predictions) -> None:
    row = len(predictions) - 2
    behind = predictions.catalog.combined[int(predictions.rows[row])]
    signals = predictions.region_signal[behind.rows]
    n = len(signals)
    v = np.zeros((n + 1, n + 1))
    v[:n, :n], v[n, n] = np.linalg.inv(behind.model.weight), 4.0
    model = covariance_model(np.append(behind.model.observed, 9.0), np.append(behind.model.center, 7.0), v)
    wider = model.log_likelihood_ratio(np.append(signals, 0.0), [0.5, 1.5])
    np.testing.assert_allclose(wider, behind.model.log_likelihood_ratio(signals, [0.5, 1.5]), atol=1e-9)


def test_labels_and_counts_of_the_added_rows(combined: CompiledPredictor, demo: Predictor) -> None:
    catalog = combined.catalog
    assert catalog.region[-2:].tolist() == ["(combined)", "(combined weak.json)"]
    assert len(catalog) == len(demo.catalog) + 2 and set(catalog.combined) == {len(catalog) - 2, len(catalog) - 1}
    assert all(len(getattr(catalog, name)) == len(catalog) for name in columns())
    assert np.isnan(catalog.limit_observed[-2:]).all()


def test_the_critic_is_the_same_with_and_without(demo: Predictor, predictions: Predictions) -> None:
    plain = allowed_signal_strength(demo.predict(squarks()))
    assert allowed_signal_strength(predictions).mu_max == plain.mu_max
