"""The SModelS predictor, region choices and the critic, on the demo results."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from smodels.matching import theoryPrediction

from protomodels.critic import allowed_signal_strength
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictions, Predictor
from protomodels.predictor.regions import best_expected, most_excess
from protomodels.predictor.translation import to_smodels
from protomodels.production import cross_sections
from protomodels.results.demo.analyses import ANALYSES
from protomodels.results.demo.shapes import TOPOLOGIES, grid, region_efficiency
from protomodels.slha import write_slha


@pytest.fixture(scope="module")
def predictions(demo: Predictor) -> Predictions:
    model = ProtoModel(
        {LBP: 210.0, 1000001: 690.0, 1000006: 830.0}, {1000001: {(LBP, 1): 1.0}, 1000006: {(LBP, 6): 1.0}}
    )
    return demo.predict(model)


def test_objects_and_slha_text_predict_the_same(demo_oracle: Any, simple: ProtoModel) -> None:
    """Our translation against SModelS's own reading of our SLHA (masses there have 0.1 GeV)."""
    from smodels.base.model import Model
    from smodels.base.physicsUnits import GeV, fb
    from smodels.decomposition import decomposer
    from smodels.matching.theoryPrediction import theoryPredictionsFor
    from smodels.share.models.mssm import BSMList
    from smodels.share.models.SMparticles import SMList

    read = Model(BSMparticles=BSMList, SMparticles=SMList)
    read.updateParticles(inputFile=write_slha(simple))
    topologies = decomposer.decompose(read, 0.02 * fb, minmassgap=10 * GeV)
    found = theoryPredictionsFor(demo_oracle._database, topologies, useBestDataset=False, combinedResults=False)
    theirs = sorted((p.analysisId(), str(p.dataId()), p.xsection.asNumber(fb)) for p in found)
    ours = demo_oracle.predict(simple)
    rows = ours.rows
    regions = np.where(ours.is_ul, "None", demo_oracle.catalog.region[rows])
    mine = sorted(zip(ours.analysis.tolist(), regions.tolist(), ours.sigma.tolist(), strict=True))
    assert [x[:2] for x in mine] == [x[:2] for x in theirs]
    np.testing.assert_allclose([x[2] for x in mine], [x[2] for x in theirs], rtol=1e-5)


def test_translation_keeps_full_precision() -> None:
    model = ProtoModel({LBP: 100.123456})
    translated = to_smodels(
        ProtoModel({LBP: 100.123456, 1000001: 500.0}, {1000001: {(LBP, 1): 1.0}}),
        cross_sections(ProtoModel({LBP: 100.123456, 1000001: 500.0}, {1000001: {(LBP, 1): 1.0}})),
    )
    particle = next(p for p in translated.BSMparticles if p.pdg == LBP)
    assert particle.mass.asNumber() == model.masses[LBP]


def test_signals_are_those_of_the_formulas(demo: Predictor) -> None:
    """On a node of the demo's grids SModelS's signals are the maker's efficiency x cross section x luminosity."""
    model = ProtoModel({LBP: 300.0, 1000001: 600.0}, {1000001: {(LBP, 1): 1.0}}, {(-1000001, 1000001): 0.3})
    sections = cross_sections(model)
    predictions = demo.predict(model, sections)
    sigma = dict(zip((8.0, 13.0), sections.sigma[sections.pairs.index((-1000001, 1000001))], strict=True))
    catalog, seen = demo.catalog, 0
    for analysis in (a for a in ANALYSES if "T2" in a.topologies):
        point = next(p for p in grid(TOPOLOGIES["T2"], analysis.sqrts) if p[0] == 600.0 and 200.0 < p[1] < 450.0)
        here = ProtoModel({LBP: point[1], 1000001: 600.0}, model.decays, model.ssm)
        predictions = demo.predict(here)
        for row, signal in zip(predictions.rows, predictions.signal, strict=True):
            if catalog.analysis[row] != analysis.id:
                continue
            if catalog.is_ul[row]:
                expected = sigma[analysis.sqrts]
            else:
                number = int(str(catalog.region[row])[-1]) - 1
                window = (*analysis.thresholds, math.inf)[number : number + 2]
                efficiency = region_efficiency(TOPOLOGIES["T2"], *point, window, analysis.peak)
                expected = analysis.lumi * efficiency * sigma[analysis.sqrts]
            assert signal == pytest.approx(expected, rel=2e-3)
            seen += 1
    assert seen >= 5


def test_a_model_nothing_sees_gives_an_empty_container(demo: Predictor) -> None:
    empty = demo.predict(ProtoModel({LBP: 100.0}))
    assert len(empty) == 0 and empty.log_likelihood_ratio([0.0, 1.0]).shape == (0, 2)
    assert math.isinf(allowed_signal_strength(empty).mu_max)


def test_signal_scales_and_likelihood_ratio_starts_at_zero(predictions: Predictions) -> None:
    np.testing.assert_allclose(predictions.scaled(2.0).signal, 2.0 * predictions.signal)
    curve = predictions.log_likelihood_ratio([0.0, 0.5, 1.0])
    usable = predictions.has_likelihood
    assert np.all(curve[usable, 0] == 0.0) and np.all(np.isnan(curve[~usable]))
    half = predictions.scaled(0.5).log_likelihood_ratio([2.0])
    np.testing.assert_allclose(half[usable, 0], curve[usable, 2], rtol=1e-9, atol=1e-12)


def test_particles_of_each_row(predictions: Predictions) -> None:
    region = predictions.catalog.region[predictions.rows]
    for row, name in enumerate(region):
        if predictions.is_ul[row]:
            assert predictions.particles[row] == {LBP, {"T2": 1000001, "T2tt": 1000006}[str(name)]}


def test_one_region_per_analysis_and_type(predictions: Predictions) -> None:
    chosen = predictions.take(most_excess(predictions, em_before_ul=False))
    groups = list(zip(chosen.analysis.tolist(), chosen.is_ul.tolist(), strict=True))
    assert len(groups) == len(set(groups)) and chosen.has_likelihood.all()
    ratio = predictions.limit_observed / predictions.limit_expected
    for row, group in zip(most_excess(predictions, False), groups, strict=True):
        same = [
            i
            for i in range(len(predictions))
            if (predictions.analysis[i], predictions.is_ul[i]) == group and np.isfinite(ratio[i])
        ]
        assert ratio[row] == max(ratio[i] for i in same)


def test_em_before_ul(predictions: Predictions) -> None:
    """Give a UL row the name of an EM analysis: it then stands back."""
    ul = int(np.flatnonzero(predictions.is_ul & predictions.has_likelihood)[0])
    em = int(np.flatnonzero(~predictions.is_ul)[0])
    analysis = predictions.catalog.analysis.copy()
    analysis[predictions.rows[ul]] = analysis[predictions.rows[em]]
    renamed = replace(predictions, catalog=replace(predictions.catalog, analysis=analysis))
    pair = renamed.take([em, ul])
    assert most_excess(pair, em_before_ul=True) == [0]
    assert most_excess(pair, em_before_ul=False) == [0, 1]


def test_the_critic_takes_the_strongest_limit(predictions: Predictions) -> None:
    allowed = allowed_signal_strength(predictions, tolerance=1.3)
    largest = max(predictions.take(best_expected(predictions)).r_obs)
    assert allowed.mu_max == pytest.approx(1.3 / largest)
    r = [limit.r_obs for limit in allowed.limits]
    assert r == sorted(r, reverse=True)
    em = [(limit.analysis) for limit in allowed.limits if not limit.is_ul]
    assert len(em) == len(set(em)), "one region per efficiency-map analysis"
    scaled = allowed_signal_strength(predictions.scaled(allowed.mu_max), tolerance=1.3)
    assert scaled.mu_max == pytest.approx(1.0)


def test_an_analysis_that_raises_is_left_out_and_reported(
    demo_oracle: Any, simple: ProtoModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = demo_oracle.predict(simple)
    culprit = str(whole.analysis[0])
    original = theoryPrediction._getDataSetPredictions

    def broken(dataset: Any, *others: Any) -> Any:
        if dataset.globalInfo.id == culprit:
            raise ZeroDivisionError("a broken analysis")
        return original(dataset, *others)

    monkeypatch.setattr(theoryPrediction, "_getDataSetPredictions", broken)
    partial = demo_oracle.predict(simple)
    assert partial.left_out == ((culprit, "ZeroDivisionError: a broken analysis"),)
    assert set(partial.analysis.tolist()) == set(whole.analysis.tolist()) - {culprit}


def test_predictions_do_not_depend_on_calls_before(demo: Predictor, simple: ProtoModel) -> None:
    first = demo.predict(simple)
    demo.predict(ProtoModel({LBP: 60.0, 1000001: 400.0}, {1000001: {(LBP, 1): 1.0}}))
    again = demo.predict_many([simple])[0]
    np.testing.assert_array_equal(first.rows, again.rows)
    np.testing.assert_array_equal(first.sigma, again.sigma)
    assert first.particles == again.particles
