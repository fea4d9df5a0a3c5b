"""Likelihood ratios at mu = 1: beside K, beside all legal combinations written out, and blind where they have to be."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.random_models import random_models
from protomodels.changes import scaled_model
from protomodels.combiner import combinability_for
from protomodels.combiner.cliques import legal_combinations
from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.scoring.decision.fixed_strength import FixedStrength
from protomodels.scoring.quick import quick_score
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.universes import Universe, in_universe
from tests.scoring.test_decision import models_of

POLICIES = {"default": policy("default"), "combined": policy("default", "combined"), "paper": policy("paper")}


def scorer_of(predictor: CompiledPredictor, name: str) -> Scorer:
    return Scorer(predictor, combinability_for("demo", None), POLICIES[name], n_runners_up=0)


@pytest.mark.parametrize("name", POLICIES)
def test_best_is_what_k_is_made_of(correlated: CompiledPredictor, name: str) -> None:
    scorer, seen = scorer_of(correlated, name), 0
    best = FixedStrength(scorer, "best", wall=False)
    for model in models_of(correlated, 40):
        found = quick_score(scorer, model)
        assert found is not None
        if found.K is None or not found.mu_hat > 0.01:
            continue
        # scaled as numbers: written down with other cross sections, a model has decay trees across sigmacut
        own = best.of_predictions(scorer.predictor.predict(found.model, found.sections).scaled(found.mu_hat))
        assert own.log_ratio == pytest.approx(0.5 * found.Z**2, abs=1e-6)
        assert own.mu_max == pytest.approx(found.mu_max / found.mu_hat)
        seen += 1
    assert seen > 10


@pytest.mark.parametrize("name", POLICIES)
def test_the_combination_is_the_one_with_the_largest_sum(correlated: CompiledPredictor, name: str) -> None:
    scorer, several = scorer_of(correlated, name), 0
    for model in models_of(correlated, 30):
        predictions = scorer.predictor.predict(model)
        found = FixedStrength(scorer, "expected", wall=False).of_predictions(predictions)
        observed = np.where(np.isfinite(predictions.limit_observed), predictions.sigma, np.nan)
        blind = replace(predictions, limit_observed=observed)
        candidates = scorer.candidates(blind, 1.0)
        legal = legal_combinations(scorer.pairwise(candidates), POLICIES[name].min_results)
        if legal is None:
            assert found.log_ratio == 0.0 and not len(found.members)
            continue
        sums = legal.rows @ candidates.r_exp**2
        ends = [*legal.starts.tolist()[1:], len(sums)]
        winners = [a + int(np.argmax(sums[a:b])) for a, b in zip(legal.starts.tolist(), ends, strict=True)]
        chosen = np.flatnonzero(legal.rows[winners].any(axis=0))
        members = candidates.take(chosen)
        own = predictions.take(found.members)
        assert own.rows.tolist() == members.rows.tolist()
        assert found.log_ratio == pytest.approx(float(own.log_likelihood_ratio([1.0]).sum()), abs=1e-8)
        several += len(chosen) > 1
    assert several > 10


def test_expected_does_not_look_at_the_data(demo: CompiledPredictor) -> None:
    other = in_universe(demo, Universe(4))
    asked = [FixedStrength(scorer_of(p, "default"), "expected", wall=False) for p in (demo, other)]
    values = []
    for model in random_models(3, 40):
        one, two = (of.of_predictions(of.scorer.predictor.predict(model)) for of in asked)
        assert one.members.tolist() == two.members.tolist()
        values.append((one.log_ratio, two.log_ratio))
    assert sum(a != b for a, b in values) > 20
    best = [FixedStrength(one.scorer, "best", wall=False) for one in asked]
    models = list(random_models(3, 40))
    here, there = (
        [one.of_predictions(one.scorer.predictor.predict(m)).members.tolist() for m in models] for one in best
    )
    assert here != there


def test_a_broken_limit_is_a_wall(scorer: Scorer) -> None:
    model = ProtoModel({1000022: 210.0, 1000006: 830.0}, {1000006: {(1000022, 6): 1.0}})
    free = FixedStrength(scorer, "expected", wall=False).of(model)
    assert math.isfinite(free.mu_max)
    wall = FixedStrength(scorer, "expected")
    assert math.isfinite(wall.of(scaled_model(model, 0.999 * free.mu_max)).log_ratio)
    assert wall.of(scaled_model(model, 1.001 * free.mu_max)).log_ratio == -math.inf


def test_lep_is_a_wall_where_the_policy_says_so(demo: CompiledPredictor) -> None:
    light = ProtoModel({1000022: 80.0, 1000024: 85.0}, {1000024: {(1000022, 24): 1.0}})
    assert FixedStrength(scorer_of(demo, "default")).of(light).log_ratio == -math.inf
    assert math.isfinite(FixedStrength(scorer_of(demo, "default"), wall=False).of(light).log_ratio)
    assert math.isfinite(FixedStrength(scorer_of(demo, "paper")).of(light).log_ratio)


def test_what_it_cannot_do_is_refused(scorer: Scorer) -> None:
    with pytest.raises(ConfigError, match="target"):
        FixedStrength(scorer, "all")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="min_results"):
        FixedStrength(replace(scorer, policy=replace(policy("paper"), min_results=3)))
    with pytest.raises(ConfigError, match="scorer"):
        FixedStrength(replace(scorer, choose_regions=lambda predictions, policy: [0]))
