"""The compiled predictor on the demo results: SModelS's predictions, whatever was asked before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_models import random_models
from protomodels.channels import Channel
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictions
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_compiled
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.predictor.structures import structure
from protomodels.production import CrossSections, cross_sections
from protomodels.results.store import open_results
from protomodels.settings import SIGMACUT

Fresh = Callable[[], CompiledPredictor]


@pytest.fixture(scope="module")
def fresh(demo: CompiledPredictor) -> Fresh:
    """Predictors of the demo that were never asked."""
    file = Path(open_results("demo").file)
    return lambda: load_compiled(file, check=False)


def _same(a: Predictions, b: Predictions, rtol: float = 0.0) -> None:
    np.testing.assert_array_equal(a.rows, b.rows)
    for x, y in ((a.sigma, b.sigma), (a.limit_observed, b.limit_observed), (a.limit_expected, b.limit_expected)):
        np.testing.assert_allclose(x, y, rtol=rtol, atol=0.0)
    assert a.particles == b.particles
    np.testing.assert_array_equal(a.sharing(), b.sharing())


def _varied(model: ProtoModel, rng: np.random.Generator, weakest: float = -3.0) -> ProtoModel:
    """The same particles with other branching ratios and signal strengths, some of them small."""
    decays = {}
    for pid, channels in model.decays.items():
        decays[pid] = dict(zip(channels, rng.dirichlet(np.full(len(channels), 0.5)).tolist(), strict=True))
    return ProtoModel(model.masses, decays, {pair: float(10.0 ** rng.uniform(weakest, 1.0)) for pair in model.ssm})


def test_predictions_are_those_of_smodels(demo: CompiledPredictor, demo_oracle: SModelSPredictor) -> None:
    differences = []
    for number, model in enumerate(random_models(11, 40)):
        sections = cross_sections(model) if number % 2 else None
        got, expected = demo.predict(model, sections), demo_oracle.predict(model, sections)
        # values of maps are rounded to six digits: a tie may go either way
        _same(got, expected, 1.01e-5)
        assert got.left_out == expected.left_out == ()
        for name in ("sigma", "limit_observed", "limit_expected"):
            ours, theirs = getattr(got, name), getattr(expected, name)
            differences += np.abs(ours / theirs - 1.0)[np.isfinite(theirs)].tolist()
    assert len(differences) > 900 and sum(d > 1e-6 for d in differences) <= 3


def test_many_models_are_predicted_as_one_by_one(demo: CompiledPredictor, fresh: Fresh) -> None:
    models = [*random_models(12, 8), ProtoModel({LBP: 100.0})]
    for got, model in zip(demo.predict_many(models), models, strict=True):
        _same(got, fresh().predict(model), 1e-14)
    assert demo.predict_many([]) == []


def test_predictions_do_not_depend_on_the_calls_before(fresh: Fresh) -> None:
    """Bit by bit: walks have to give the same wherever and after whatever they are computed."""
    rng = np.random.default_rng(5)
    models = [other for model in random_models(5, 12) for other in (model, *(_varied(model, rng) for _ in range(4)))]
    alone = [fresh().predict(model) for model in models]
    for _ in range(3):
        one = fresh()
        for number in rng.permutation(len(models)).tolist():
            _same(one.predict(models[number]), alone[number])
        assert one.counters.structures < len(models), "structures are remembered"


def test_forgotten_structures_are_built_again(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protomodels.predictor.compiled.STRUCTURE_BYTES", 1)
    models, one = list(random_models(6, 10)), fresh()
    for model in models * 2:
        _same(one.predict(model), fresh().predict(model))
    assert one.counters.structures == 2 * len(models)


def test_only_masses_cause_look_ups(fresh: Fresh) -> None:
    rng = np.random.default_rng(3)
    searched = 0
    for model in random_models(3, 12):
        one = fresh()
        one.predict(ProtoModel(model.masses, model.decays))
        before = one.counters.lookups
        searched += before > 0
        strong = [model, *(_varied(model, rng, weakest=0.5) for _ in range(3))]
        # a decay may have been too weak to be looked at: once it was seen, it is known
        for other in strong:
            one.predict(other)
        before = one.counters.lookups
        for other in reversed(strong):
            _same(one.predict(other), fresh().predict(other), 1e-14)
        one.predict(ProtoModel(model.masses, model.decays, {pair: 2.0 * kappa for pair, kappa in model.ssm.items()}))
        assert one.counters.lookups == before
    assert searched > 6


def test_other_masses_are_looked_up_once(fresh: Fresh, simple: ProtoModel) -> None:
    one = fresh()
    for shift, new in ((0.0, True), (0.004, True), (0.5, True), (30.0, True), (0.5, False), (0.0, False)):
        before = one.counters.lookups
        model = replace(simple, masses={**simple.masses, 1000001: 700.0 + shift})
        _same(one.predict(model), fresh().predict(model))
        assert (one.counters.lookups > before) == new
    assert one.counters.structures == 1


@pytest.mark.parametrize("other", [1000002, 1000003, 1000004])
def test_light_flavours_are_the_same_to_jets(other: int, demo: CompiledPredictor) -> None:
    def with_squark(squark: int) -> tuple[ProtoModel, CrossSections]:
        pairs = ((-squark, squark), (squark, squark), (squark, 1000021))
        sigma = np.array([[3.0, 20.0], [2.0, 11.0], [1.0, 9.0]])
        masses = {LBP: 150.0, squark: 700.0, 1000021: 1000.0}
        gluino: dict[Channel, float] = {(squark, squark - 1000000): 0.4, (LBP, 5, 5): 0.6}
        model = ProtoModel(masses, {squark: {(LBP, squark - 1000000): 1.0}, 1000021: gluino})
        return model, CrossSections(pairs, (8.0, 13.0), sigma, sigma)

    down, up = demo.predict(*with_squark(1000001)), demo.predict(*with_squark(other))
    assert len(down) > 5
    np.testing.assert_array_equal(down.rows, up.rows)
    np.testing.assert_allclose(down.sigma, up.sigma, rtol=1e-13)
    assert [{other if pid == 1000001 else pid for pid in some} for some in down.particles] == list(up.particles)


def test_models_with_nothing_to_see(demo: CompiledPredictor, simple: ProtoModel) -> None:
    sections = cross_sections(simple)
    below = replace(sections, sigma=np.full_like(sections.sigma, 0.999 * SIGMACUT))
    heavy = ProtoModel({LBP: 2300.0, 1000001: 2350.0}, {1000001: {(LBP, 1): 1.0}})
    cases = [(ProtoModel({LBP: 100.0}), None), (simple, sections.scaled(0.0)), (simple, below), (heavy, None)]
    for model, given in cases:
        empty = demo.predict(model, given)
        assert len(empty) == 0 and empty.sharing().shape == (0, 0) and empty.particles == ()
    assert len(demo.predict(simple, replace(below, sigma=below.sigma * 1.002))) > 0


def test_signals_follow_the_cross_sections(demo: CompiledPredictor, simple: ProtoModel) -> None:
    sections = cross_sections(simple)
    whole = demo.predict(simple, sections)
    for factor in (0.5, 3.0, 1e4):
        _same(demo.predict(simple, sections.scaled(factor)), whole.scaled(factor), 1e-13)
    kappas = demo.predict(ProtoModel(simple.masses, simple.decays, {p: 2.0 * k for p, k in simple.ssm.items()}))
    alone = [demo.predict(simple, replace(sections, sigma=sections.sigma * (np.arange(2) == i))) for i in range(2)]
    energy = demo.catalog.sqrts[whole.rows]
    for column, part in enumerate(alone):
        _same(part, whole.take(np.flatnonzero(energy == sections.sqrts[column])), 1e-13)
    one = replace(sections, sqrts=(13.0,), sigma=sections.sigma[:, 1:], reference=sections.reference[:, 1:])
    _same(demo.predict(simple, one), alone[1])
    assert np.all(kappas.sigma >= whole.sigma * (1.0 - 1e-12))


def test_too_many_chains_are_pruned_for_one_model(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    models = list(random_models(8, 12))
    whole = [fresh().predict(model) for model in models]
    monkeypatch.setattr(structure, "MAX_CHAINS", 3)
    one = fresh()
    for _ in range(2):
        for model, expected in zip(models, whole, strict=True):
            _same(one.predict(model), expected, 1e-13)
    assert one.counters.structures > len(models), "pruned structures are not kept"
