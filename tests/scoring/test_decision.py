"""The compiled decision beside the general way: critic, choice of regions, allowed pairs, combination; and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.random_models import random_models
from protomodels.combiner import Combinability, best_combination, combinability_for
from protomodels.combiner.compiled.maximum import BELOW, SETTLED
from protomodels.critic import published_limits
from protomodels.errors import CombinationError
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.scoring.decision import judge
from protomodels.scoring.decision.decide import NOTHING
from protomodels.scoring.quick import MARGIN, quick_score
from protomodels.scoring.scorer import REGION_STATISTICS, Scorer
from protomodels.settings import Policy, policy
from protomodels.universes import Universe, in_universe
from protomodels.walker import Walk

POLICIES = {
    "default": policy("default"),
    "combined": policy("default", "combined"),
    "paper": policy("paper"),
    "all but one": replace(policy("default", "combined"), em_before_ul=False, strict=False, min_sensitivity=0.0),
    "large": replace(policy("paper"), min_results=3),
}


def models_of(predictor: CompiledPredictor, n: int) -> Iterator[ProtoModel]:
    """Random ones, and those of a walk, which score."""
    yield from random_models(5, n)
    walk = Walk(Scorer(predictor, combinability_for("demo", None), policy("default", "combined")))
    state = walk.start(2, 0)
    for _ in range(n):
        state = walk.advance(state, 3).state
        yield state.model


@pytest.fixture(scope="module", params=[None, 7], ids=["published", "universe"])
def predicted(
    request: pytest.FixtureRequest, correlated: CompiledPredictor
) -> tuple[CompiledPredictor, list[Predictions]]:
    predictor = correlated if request.param is None else in_universe(correlated, Universe(request.param))
    return predictor, [predictor.predict(model) for model in models_of(correlated, 25)]


@pytest.mark.parametrize("name", POLICIES)
def test_a_decision_is_what_the_general_way_says(
    predicted: tuple[CompiledPredictor, list[Predictions]], name: str
) -> None:
    predictor, several = predicted
    chosen_policy = POLICIES[name]
    scorer = Scorer(predictor, combinability_for("demo", None), chosen_policy)
    decided = scored = joint = 0
    for predictions in several:
        found = scorer.judge.decide(predictions)
        if found is None:
            continue  # more than two results are asked for, of as many components
        decided += 1
        allowed = published_limits(predictions, chosen_policy)
        assert found.mu_max == pytest.approx(allowed.mu_max, rel=1e-13)
        able = ~predictions.is_control
        if np.isfinite(allowed.mu_max):
            able &= predictions.r_exp * allowed.mu_max >= chosen_policy.min_sensitivity
        seeing = np.flatnonzero(able)
        listed = REGION_STATISTICS[chosen_policy.regions](predictions.take(seeing), chosen_policy)
        expected = [i for i in seeing[listed].tolist() if chosen_policy.edges_count or predictions.marked[i] <= 0.1]
        assert found.chosen.tolist() == expected
        candidates = predictions.take(found.chosen)
        best = best_combination(
            candidates.curves(),
            scorer.pairwise(candidates),
            allowed.mu_max,
            min_size=chosen_policy.min_results,
            n_runners_up=0,
        )
        assert (found.state == NOTHING) is (best is None)
        if best is not None:
            scored += 1
            joint += any(row in predictions.catalog.combined for row in candidates.rows.tolist())
            assert found.state == SETTLED
            assert found.log_ratio == pytest.approx(best.log_ratio, abs=1e-9)
            assert found.pieces.tolist() == list(best.certificate.cliques)
            if best.log_ratio > 1e-6:  # else any combination is as good
                assert found.members.tolist() == list(best.members)
                masks = candidates.particle_masks[list(best.members)]
                assert found.particles == np.bitwise_or.reduce(masks)
    assert decided > 10 and scored > 5 and (joint > 5) is (chosen_policy.regions == "combined")


def test_nothing_stands_in_for_a_marked_result(
    predicted: tuple[CompiledPredictor, list[Predictions]],
) -> None:
    """Neither the single regions of a marked set, nor the limit of an analysis whose region is marked."""
    predictor, several = predicted
    scorer = Scorer(predictor, combinability_for("demo", None), policy("default", "combined"), n_runners_up=0)
    sets = 0
    for predictions in several:
        before = scorer.judge.decide(predictions)
        if before is None or not len(before.chosen):
            continue
        for place in before.chosen.tolist():
            marked = predictions.marked.copy()
            marked[place] = 1.0
            changed = replace(predictions, marked=marked)
            found = scorer.judge.decide(changed)
            assert found is not None
            expected = [i for i in before.chosen.tolist() if i != place]
            assert found.chosen.tolist() == expected
            candidates = scorer.candidates(changed, found.mu_max)
            assert candidates.rows.tolist() == predictions.rows[expected].tolist()
            sets += int(predictions.rows[place]) in predictions.catalog.combined
    assert sets > 5


def test_mu_max_may_be_given(scorer: Scorer, simple: ProtoModel) -> None:
    predictions = scorer.predictor.predict(simple)
    own, given = scorer.judge.decide(predictions), scorer.judge.decide(predictions, mu_max=0.01)
    assert own is not None and given is not None
    assert given.mu_max == 0.01 < own.mu_max and given.mu_hat <= 0.01
    assert given.log_ratio < own.log_ratio


@pytest.mark.parametrize("chosen", [policy("default", "combined"), policy("paper")], ids=["combined", "paper"])
def test_a_quick_score_is_the_score(correlated: CompiledPredictor, chosen: Policy) -> None:
    """K, Z, particles; also after scaling; and no proposal that reaches the floor is refused."""
    scorer = Scorer(correlated, combinability_for("demo", None), chosen, n_runners_up=0)
    refused = 0
    for model in models_of(correlated, 20):
        quick, full = quick_score(scorer, model), scorer.evaluate(model)
        assert quick is not None
        assert (quick.K, quick.Z, quick.mu_max) == (full.K, full.Z or 0.0, full.mu_max)
        if full.score is None:
            continue
        assert quick.mu_hat == full.mu_hat and quick.used == full.score.used_particles
        scaled, slow = quick.normalised(), scorer.normalised(full)
        assert scaled.model == slow.model and scaled.parsimony == slow.parsimony
        assert scaled.K is not None and scaled.K == pytest.approx(slow.K, abs=1e-12)
        for floor in (scaled.K - 1e-6, scaled.K, scaled.K + 0.5 * MARGIN):
            assert quick_score(scorer, model, floor) is not None
        refused += quick_score(scorer, model, scaled.K + 5.0) is None
    assert refused > 10


def test_runners_up_follow_the_best(demo: CompiledPredictor) -> None:
    scorer = Scorer(demo, combinability_for("demo", None), policy("paper"))
    listed = 0
    for model in models_of(demo, 15):
        full, quick = scorer.evaluate(model), replace(scorer, n_runners_up=0).evaluate(model)
        assert (full.K, full.mu_hat) == (quick.K, quick.mu_hat)
        if full.score is None or full.Z == 0.0:
            continue
        best = full.score.best
        values = [best.log_ratio, *(other.log_ratio for other in best.runners_up)]
        assert values == pytest.approx(sorted(values, reverse=True), abs=1e-9)
        assert best.members not in [other.members for other in best.runners_up]
        listed += len(best.runners_up)
    assert listed > 3


def test_too_many_combinations_are_said_and_not_searched(
    demo: CompiledPredictor, simple: ProtoModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The general search, which is asked then, refuses with its reason; a walk refuses the proposal and goes on."""
    crowded = Combinability.from_rules(combinability_for("demo", None).listed)
    scorer = Scorer(demo, crowded, policy("default"))
    monkeypatch.setattr(judge, "MAX_CLIQUES", 0)
    monkeypatch.setattr("protomodels.combiner.best.legal_combinations", _refuse)
    with pytest.raises(CombinationError, match="too many"):
        scorer.evaluate(simple)
    walk = Walk(scorer)
    chunk = walk.advance(walk.start(1, 0), 3)
    assert [step.K for step in chunk.steps] == [None, None, None]


def _refuse(*_: object, **__: object) -> None:
    raise CombinationError("too many combinations, says the test")


def test_a_model_far_below_is_refused_by_lines_alone(correlated: CompiledPredictor) -> None:
    """Once joint likelihoods were met, a bound needs no maximum of them."""
    scorer = Scorer(correlated, combinability_for("demo", None), policy("default", "combined"))
    for model in models_of(correlated, 10):
        predictions = correlated.predict(model)
        first = scorer.judge.decide(predictions)
        if first is not None and first.state == SETTLED:
            again = scorer.judge.decide(predictions, first.log_ratio + 3.0)
            assert again is not None and again.state == BELOW and again.upper >= first.log_ratio - 1e-9
