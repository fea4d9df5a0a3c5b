"""What the demo's results say of spectra, against the predictor's arrays, pyhf and the scorer of proto-models."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pyhf
import pytest
from numpy.testing import assert_allclose

from protomodels.critic import published_limits
from protomodels.errors import ConfigError, ModelError
from protomodels.model import ProtoModel
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options, predict_spectrum
from protomodels.production import cross_sections, in_order
from protomodels.scoring.report import evaluation_report
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.spectrum import FileScorer, Result, SpectrumEvaluation, SpectrumScorer
from protomodels.scoring.spectrum.reading import read_text
from protomodels.settings import policy
from protomodels.spectrum import Spectrum, spectrum_of, to_spectrum
from tests.slha_texts import DECAYS, MASSES, SECTIONS, slha


@pytest.fixture(scope="module")
def spectra(scorer: Scorer) -> SpectrumScorer:
    return SpectrumScorer.of(scorer, Options())


@pytest.fixture(scope="module")
def plain(spectra: SpectrumScorer) -> SpectrumEvaluation:
    return spectra.evaluate(_spectrum())


def _spectrum(**changes: object) -> Spectrum:
    return spectrum_of(slha(**changes), "test")  # type: ignore[arg-type]  # any of its arguments


def _by_name(results: tuple[Result, ...]) -> dict[tuple[str, str, bool, float], Result]:
    return {(r.analysis, r.region, r.is_ul, round(r.signal, 6)): r for r in results}


def _same(a: SpectrumEvaluation, b: SpectrumEvaluation) -> None:
    rows, others = _by_name(a.results), _by_name(b.results)
    assert rows.keys() == others.keys() and rows
    for key, row in rows.items():
        assert_allclose([row.r_obs, row.r_exp], [others[key].r_obs, others[key].r_exp], rtol=1e-6)
        assert row.topologies == others[key].topologies
    assert (a.Z, a.mu_hat, a.mu_max) == pytest.approx((b.Z, b.mu_hat, b.mu_max))


def test_rows_are_those_of_the_predictor(plain: SpectrumEvaluation, demo: CompiledPredictor) -> None:
    found = predict_spectrum(demo, _spectrum()).predictions
    assert len(plain.results) == len(found) > 20
    for column in ("signal", "r_obs", "r_exp", "limit_observed", "limit_expected"):
        ours = np.array([getattr(r, column) for r in plain.results])
        assert_allclose(np.sort(ours), np.sort(getattr(found, column)), err_msg=column)
    named = {(r.analysis, r.region) for r in plain.results}
    assert named == set(zip(found.analysis.tolist(), demo.catalog.region[found.rows].tolist(), strict=True))
    assert {r.topologies for r in plain.results} >= {("T2",), ("T2tt",)}
    assert all(set(r.particles) == {1000022, 1000006} for r in plain.results if r.topologies == ("T2tt",))
    ranks = [r.r_obs if math.isnan(r.r_exp) else r.r_exp for r in plain.results]
    assert ranks == sorted(ranks, reverse=True)


def test_cls_of_regions_is_that_of_pyhf(plain: SpectrumEvaluation, demo: CompiledPredictor) -> None:
    catalog, tried = demo.catalog, 0
    places = {(str(a), str(r)): i for i, (a, r) in enumerate(zip(catalog.analysis, catalog.region, strict=True))}
    for result in [r for r in plain.results if not r.is_ul][:6]:
        row = places[result.analysis, result.region]
        b, delta, n = (float(x[row]) for x in (catalog.background, catalog.delta, catalog.observed))
        shift = {"name": "b", "type": "histosys", "data": {"hi_data": [b + delta], "lo_data": [b - delta]}}
        strength = {"name": "mu", "type": "normfactor", "data": None}
        samples = [
            {"name": "s", "data": [result.signal], "modifiers": [strength]},
            {"name": "b", "data": [b], "modifiers": [shift]},
        ]
        spec = {"channels": [{"name": "one", "samples": samples}]}
        model = pyhf.Model(spec, poi_name="mu", validate=False)
        data = [n, *model.config.auxdata]
        by_pyhf = pyhf.infer.hypotest(1.0, data, model, test_stat="qtilde", return_expected=True)
        assert_allclose([result.cls_obs, result.cls_exp], [float(x) for x in by_pyhf], atol=1e-3)
        tried += 1
    assert tried == 6


def test_a_limit_without_an_expected_one_has_no_cls(plain: SpectrumEvaluation) -> None:
    alone = [r for r in plain.results if r.is_ul and math.isnan(r.limit_expected)]
    both = [r for r in plain.results if r.is_ul and not math.isnan(r.limit_expected)]
    assert alone and all(math.isnan(r.cls_obs) and math.isnan(r.r_exp) for r in alone)
    assert both and all((r.cls_obs < 0.05) == (r.r_obs > 1.0) for r in both)
    assert all((r.cls_exp < 0.05) == (r.r_exp > 1.0) for r in both)


def test_sets_of_regions_have_a_cls(correlated: CompiledPredictor, scorer: Scorer) -> None:
    spectra = SpectrumScorer(correlated, scorer.combinability, scorer.policy)
    found = spectra.evaluate(_spectrum())
    sets = {str(correlated.catalog.analysis[row]) for row in correlated.catalog.combined}
    joint = [r for r in found.results if not r.is_ul and math.isnan(r.limit_observed)]
    assert joint and {r.analysis for r in joint} <= sets
    assert all(0.0 <= r.cls_obs <= 1.0 and 0.0 < r.cls_exp <= 1.0 for r in joint)
    stronger = replace(_spectrum().sections, sigma=10.0 * _spectrum().sections.sigma)  # type: ignore[type-var]
    excluded = spectra.evaluate(_spectrum(), stronger)
    assert {r.analysis for r in joint} & {name for name, _, _ in excluded.excluded_by}


def test_it_has_z_and_no_k_and_says_why(plain: SpectrumEvaluation) -> None:
    assert plain.K is None and plain.model is None and plain.parsimony is None
    assert plain.reason is not None and "2000002" in plain.reason and "no proto-model" in plain.reason
    assert plain.Z is not None and plain.Z > 2.0 and plain.mu_hat is not None
    assert 0.0 < plain.mu_hat <= plain.mu_max and len(plain.contributions) >= 2
    seen = frozenset().union(*(c.particles for c in plain.contributions))
    assert seen <= set(MASSES) and 2000002 in seen
    limits = published_limits(plain.predicted.predictions, policy("default"))
    assert plain.mu_max == limits.mu_max
    assert [m.r_obs for m in plain.limits] == [m.r_obs for m in limits.limits]


def test_what_excludes_it_is_named(spectra: SpectrumScorer) -> None:
    weak, strong = (spectra.evaluate(_spectrum(sections={p: f * x for p, x in SECTIONS.items()})) for f in (0.1, 10.0))
    assert not weak.is_excluded and "not excluded" in str(weak) and weak.mu_max > 1.0
    assert strong.is_excluded and strong.mu_max < 1.0
    first = strong.limits[0]
    assert strong.excluded_by[0] == (first.analysis, first.region, "UL" if first.is_ul else "EM")
    assert len(strong.excluded_by) == sum(m.r_obs > 1.0 for m in strong.limits)


MODEL = ProtoModel(
    {1000022: 210.0, 1000001: 690.0, 1000006: 830.0},
    {1000001: {(1000022, 1): 1.0}, 1000006: {(1000022, 6): 1.0}},
    {(-1000006, 1000006): 0.22, (-1000001, 1000001): 0.28},
)


def test_a_proto_model_is_the_same_in_all_forms(spectra: SpectrumScorer, scorer: Scorer) -> None:
    model = in_order(MODEL, "NNLO_approx+NNLL")
    known = scorer.evaluate(model)
    own = spectra.evaluate(to_spectrum(model, cross_sections(model)))
    text = spectra.evaluate(spectrum_of(model.to_slha(), "text"))
    rows = sorted(zip(known.predictions.analysis.tolist(), known.predictions.r_obs.tolist(), strict=True))
    for found in (own, text):
        ours = sorted((r.analysis, r.r_obs) for r in found.results)
        assert [name for name, _ in ours] == [name for name, _ in rows]
        assert_allclose([r for _, r in ours], [r for _, r in rows], rtol=1e-5)
        assert found.reason is None and found.model is not None
        assert (found.K, found.Z, found.mu_max) == pytest.approx((known.K, known.Z, known.mu_max), rel=1e-4)
    assert text.to_dict()["n_particles"] == 3


def test_a_production_that_vanishes_at_the_highest_energy_has_no_k_and_says_why(scorer: Scorer) -> None:
    text = slha(
        masses={1000022: 210.0, 1000006: 830.0},
        decays={1000006: {(1000022, 6): 1.0}},
        sections={(-1000006, 1000006): 4.84},
        energies=(8.0, 13.0),
    )
    model, sections = read_text(text, "a.slha").model, read_text(text, "a.slha").sections
    assert model is not None and sections is not None
    one = replace(sections, sigma=sections.sigma * [1.0, 0.0])
    found = scorer.evaluate(model, one)
    why = "X_t1 X_t1 is produced at 8 TeV and not at 13 TeV"
    assert found.K is None and found.reason is not None and found.reason.startswith(why)
    assert found.to_dict()["K"] is None and why in str(found) and why in evaluation_report(found).title
    as_spectrum = SpectrumScorer.of(scorer, Options()).evaluate(to_spectrum(model, one))
    assert as_spectrum.reason == found.reason and as_spectrum.K is None and as_spectrum.Z is not None
    without = replace(scorer, policy=policy("default", guards=False)).evaluate(model, one)
    assert without.K is not None and math.isfinite(without.K) and without.reason is None


def test_a_long_lived_stop_never_scores_as_prompt_without_a_word(spectra: SpectrumScorer) -> None:
    masses, decays = {1000022: 210.0, 1000006: 830.0}, {1000006: {(1000022, 6): 1.0}}
    sections = {(-1000006, 1000006): 4.84}
    prompt = spectra.evaluate(_spectrum(masses=masses, decays=decays, sections=sections))
    assert prompt.K is not None and prompt.results and not any("long-lived" in w for w in prompt.warnings)
    for width in (1e-20, 1e-14):
        found = spectra.evaluate(_spectrum(masses=masses, decays=decays, sections=sections, widths={1000006: width}))
        assert found.K is None and found.reason is not None and f"{width:g} GeV of X_t1" in found.reason
        assert any("long-lived" in words and "X_t1" in words and "c tau" in words for words in found.warnings)
        assert sum(r.r_obs for r in found.results) < 0.01 * sum(r.r_obs for r in prompt.results)
    stable = spectra.evaluate(_spectrum(masses=masses, decays={}, sections=sections))
    assert any("leaves the detector" in words and "X_t1" in words for words in stable.warnings)


def test_names_of_heavy_particles_that_nothing_makes_do_not_matter(
    spectra: SpectrumScorer, plain: SpectrumEvaluation
) -> None:
    for pid in (2000001, 2000003, 2000005):
        more = _spectrum(masses=MASSES | {pid: 4000.0}, decays=DECAYS | {pid: {(1000022, pid % 10): 1.0}})
        assert pid in more.particles
        _same(spectra.evaluate(more), plain)


def test_names_of_produced_particles_do_not_matter(spectra: SpectrumScorer, plain: SpectrumEvaluation) -> None:
    mine = {2000002: 9000002}
    block = "BLOCK QNUMBERS 9000002 # mine\n 1 2\n 2 1\n 3 3\n 4 1\n"
    renamed = _spectrum(
        masses={mine.get(p, p): m for p, m in MASSES.items()},
        decays={mine.get(p, p): d for p, d in DECAYS.items()},
        sections={(-1000006, 1000006): 4.84, (-9000002, 9000002): 20.356},
        more=block,
    )
    _same(spectra.evaluate(renamed), plain)


def test_what_is_missing_is_said(spectra: SpectrumScorer) -> None:
    reference = spectra.evaluate(_spectrum(sections={}))  # of the squark and the stop, by their masses
    assert {(-1000006, 1000006), (-2000002, 2000002)} <= set(reference.sections.pairs) and reference.results
    order = spectra.policy.reference_order
    assert f"no cross sections in the file: reference ones, {order}" in reference.warnings
    assert not any("reference" in words for words in spectra.evaluate(_spectrum()).warnings)
    unknown = _spectrum(masses={1000022: 100.0, 1000039: 200.0}, decays={1000039: {(1000022, 22): 1.0}}, sections={})
    with pytest.raises(ModelError, match="cross sections: got none"):
        spectra.evaluate(unknown)
    elsewhere = spectra.evaluate(_spectrum(energies=(13.6,)))
    assert not elsewhere.results and elsewhere.Z is None and elsewhere.reason is not None
    assert any("13.6 TeV" in words for words in elsewhere.warnings)
    half = spectra.evaluate(_spectrum(energies=(13.0,)))
    assert any("no cross sections at 8 TeV" in words for words in half.warnings)
    incomplete = spectra.evaluate(_spectrum(decays=DECAYS | {1000006: {(1000022, 6): 0.9}}))
    assert any("1000006" in words and "0.9" in words for words in incomplete.warnings)


def test_reference_cross_sections_of_winos_beside_squarks_are_warned_of(spectra: SpectrumScorer) -> None:
    masses = {1000022: 100.0, 1000023: 300.0, 1000024: 300.0, 1000001: 750.0, 2000001: 750.0}
    decays = {1000023: {(1000022, 23): 1.0}, 1000024: {(1000022, 24): 1.0}}
    decays |= {pid: {(1000022, 1): 1.0} for pid in (1000001, 2000001)}
    said = "take squarks as decoupled"
    near = spectra.evaluate(_spectrum(masses=masses, decays=decays, sections={}))
    (warning,) = [words for words in near.warnings if said in words]
    assert "of 750 GeV" in warning and "(up to 2.6 times)" in warning and warning.count("times") == 2
    own = _spectrum(masses=masses, decays=decays, sections={(-1000024, 1000023): 1.0})
    heavy = _spectrum(masses=masses | {1000001: 1600.0}, decays=decays, sections={})
    for silent in (own, heavy):
        assert not any(said in words for words in spectra.evaluate(silent).warnings)


def test_options_are_those_of_smodels(spectra: SpectrumScorer) -> None:
    cut = replace(spectra, options=Options(sigmacut=100.0)).evaluate(_spectrum())
    assert not cut.results and any("sigmacut" in words for words in cut.warnings)
    masses, decays = MASSES | {1000024: 213.0}, DECAYS | {1000024: {(1000022, 211): 1.0}}
    soft = _spectrum(masses=masses, decays=decays | {2000002: {(1000024, 1): 1.0}})
    squeezed, kept = (replace(spectra, options=o).evaluate(soft) for o in (Options(), Options(doCompress=False)))
    assert any(r.topologies == ("T2",) for r in squeezed.results)
    assert not any(r.topologies == ("T2",) for r in kept.results)


def test_values_and_tables(spectra: SpectrumScorer, plain: SpectrumEvaluation) -> None:
    values = json.loads(json.dumps(plain.to_dict(), allow_nan=False))
    wanted = {"analysis", "region", "type", "topologies", "signal", "r_obs", "r_exp", "cls_obs", "cls_exp"}
    assert len(values["results"]) == len(plain.results) and wanted <= set(values["results"][0])
    assert values["K"] is None and values["reason"] == plain.reason
    coverage = values["coverage"]
    assert coverage["share_seen"] == pytest.approx(1.0) and coverage["produced"]["13"] == pytest.approx(25.196)
    assert replace(spectra, coverage=False).evaluate(_spectrum()).coverage is None
    text = plain.report().html()
    for words in ("what sees it", "what drives Z", "CLs obs", "no proto-model"):
        assert words in text


def test_files_hold_proto_models_or_others(scorer: Scorer) -> None:
    model = in_order(MODEL, "NNLO_approx+NNLL")
    files, text = FileScorer(scorer), model.to_slha()
    proto = read_text(text, "a.slha")
    assert proto.model is not None and files.evaluate(proto).K == scorer.evaluate(proto.model, proto.sections).K
    fortran = read_text(text.replace("830.0", "8.300D+02"), "a.slha")
    assert fortran.model is not None and fortran.sections is not None
    assert files.evaluate(fortran).K == pytest.approx(files.evaluate(proto).K)
    assert read_text(slha(), "b.slha").model is None
    values = read_text(json.dumps(model.as_dict()), "anything")
    assert values.model == model and values.spectrum is None
    tuned = FileScorer(scorer, Options(minmassgap=4.0)).evaluate(values)
    assert isinstance(tuned, SpectrumEvaluation) and tuned.K == pytest.approx(scorer.evaluate(model).K, rel=1e-4)
    with pytest.raises(ConfigError, match="sigmacut"):
        Options(sigmacut=0.0)
