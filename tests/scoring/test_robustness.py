"""The robustness of a hiscore: its numbers beside evaluations made one by one, and its verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from protomodels.combiner import Combinability, combinability_for
from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.production import cross_sections
from protomodels.scoring.ablation import ablate
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.judgement import (
    Judgements,
    errors_table,
    held_words,
    judgement_report,
    notes_of,
    robustness_table,
)
from protomodels.scoring.robustness import SHIFTS, Robustness, RobustnessJudge, robustness_of, share_at_edges
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.verdict import verdicts
from protomodels.settings import policy


def stop(mass: float, lightest: float, kappa: float = 1.0) -> ProtoModel:
    decays = {1000006: {(1000022, 6): 1.0}}
    return ProtoModel({1000022: lightest, 1000006: mass}, decays, {(-1000006, 1000006): kappa})


STRONG, ONE_ANALYSIS, AT_EDGE = stop(960.0, 200.0), stop(640.0, 250.0), stop(640.0, 400.0)


def scorer_with(demo: CompiledPredictor, guards: bool = True) -> Scorer:
    return Scorer(demo, combinability_for("demo", None), policy("default", guards=guards))


def found(evaluation: Evaluation, other: Combinability | None = None) -> Robustness:
    robustness = robustness_of(evaluation, other)
    assert robustness is not None
    return robustness


def test_verdicts(demo: CompiledPredictor) -> None:
    """Several results and close masses carry the one; the other is one excess."""
    scorer = scorer_with(demo)
    robust = found(scorer.evaluate(STRONG))
    assert (robust.verdict, robust.reasons) == ("robust", ())
    single = found(scorer.evaluate(ONE_ANALYSIS))
    assert single.verdict == "stands on one analysis"
    assert single.reasons == (
        f"stands on one analysis: K = {single.without_strongest_analysis:.2f} without {single.strongest_analysis}",
    )


def test_a_model_at_an_edge(demo: CompiledPredictor) -> None:
    """It scores where edges count, and is marked then; by policy default its results at the edge do not count."""
    counted = scorer_with(demo, guards=False).evaluate(AT_EDGE)
    robustness = found(counted)
    assert counted.K is not None and counted.K > 5.0
    assert robustness.verdict == "stands on an edge" and robustness.share_at_edges > 0.9
    assert robustness.reasons[0].startswith("stands on an edge: 100% of the evidence")
    assert all(c.marked > 0.9 for c in counted.contributions)
    assert (robustness.with_edges, robustness.without_edges) == (counted.K, None)
    guarded = scorer_with(demo).evaluate(AT_EDGE)
    assert guarded.K is None and robustness_of(guarded) is None


def test_numbers_are_those_of_evaluations_one_by_one(demo: CompiledPredictor) -> None:
    scorer = scorer_with(demo)
    model = stop(960.0, 200.0, 1.7)
    evaluation = scorer.evaluate(model)
    robustness, rests = found(evaluation), ablate(evaluation)
    assert rests is not None and evaluation.mu_hat is not None
    assert robustness.K == evaluation.K
    assert robustness.strongest_analysis == max(evaluation.contributions, key=lambda c: c.llr).analysis
    assert robustness.without_strongest_analysis == pytest.approx(
        rests.without_analysis[robustness.strongest_analysis], rel=1e-12
    )
    predictions = evaluation.predictions
    for name, K in robustness.without_each_experiment.items():
        rest = predictions.take(np.flatnonzero(~np.char.startswith(predictions.analysis.astype(str), name)))
        assert K == scorer.evaluate_predictions(model, evaluation.sections, rest, evaluation.allowed).K
    assert set(robustness.without_each_experiment) == {"ATLAS", "CMS"}
    assert robustness.without_each_particle == {"X_t1": None}
    moved = [stop(960.0 * (1 + s), 200.0, 1.7) for s in SHIFTS] + [stop(960.0, 200.0 * (1 + s), 1.7) for s in SHIFTS]
    values = [scorer.evaluate(one).K for one in moved]
    assert robustness.smallest_within_5_percent == pytest.approx(min(K for K in values if K is not None), rel=1e-9)
    assert len(values) == 8 and None not in values
    assert robustness.smallest_at == "X_t1 at 1008.0 instead of 960.0 GeV"
    kappa = float(cross_sections(model).kappas()[0]) * evaluation.mu_hat
    assert (robustness.smallest_multiplier, robustness.largest_multiplier) == (pytest.approx(kappa),) * 2
    rules = replace(scorer, combinability=Combinability.from_rules())
    assert robustness.by_rule == pytest.approx(rules.evaluate(model).K, rel=1e-12)
    assert robustness.by_rule != robustness.K and robustness.by_other_table is None


def test_another_table(demo: CompiledPredictor) -> None:
    """A table that allows nothing more is the rule."""
    none = Combinability(frozenset())
    robustness = found(scorer_with(demo).evaluate(STRONG), none)
    expected = replace(scorer_with(demo), combinability=none).evaluate(STRONG).K
    assert robustness.by_other_table == pytest.approx(expected, rel=1e-12)
    assert expected is not None and expected < robustness.K


def test_effects_of_the_guards(demo: CompiledPredictor) -> None:
    """Of a multiplier of 3: what the prior on multipliers takes from K is said, and K without any guard."""
    model = stop(960.0, 200.0, 3.0)
    guarded = found(scorer_with(demo).evaluate(model))
    bare = scorer_with(demo, guards=False).evaluate(model)
    assert guarded.without_prior_on_multipliers > guarded.K + 0.01
    assert guarded.without_guards == pytest.approx(bare.K, rel=1e-12)
    assert guarded.with_edges == pytest.approx(
        replace(scorer_with(demo), policy=replace(policy("default"), edges_count=True)).evaluate(model).K, rel=1e-12
    )
    unguarded = found(bare)
    assert unguarded.without_prior_on_multipliers == unguarded.without_guards == unguarded.K


def test_where_a_model_cannot_exist(demo: CompiledPredictor) -> None:
    """Where the stop could not decay into a top any more."""
    robustness = found(scorer_with(demo, guards=False).evaluate(stop(640.0, 450.0)))
    assert robustness.smallest_within_5_percent is None
    assert robustness.smallest_at == "X_t1 at 608.0 instead of 640.0 GeV, where it cannot exist"
    assert "stands on exact masses: no K is left with X_t1 at 608.0" in " ".join(robustness.reasons)
    with pytest.raises(ModelError):
        stop(608.0, 450.0)


def test_shares_at_edges_count_positive_evidence_only(demo: CompiledPredictor) -> None:
    evaluation = scorer_with(demo).evaluate(STRONG)
    assert evaluation.score is not None
    first, *rest = evaluation.contributions
    some = (replace(first, llr=3.0, marked=0.5), replace(rest[0], llr=1.0), replace(rest[1], llr=-2.0, marked=1.0))
    changed = replace(evaluation, score=replace(evaluation.score, contributions=some))
    assert share_at_edges(changed) == pytest.approx(0.375)


def test_the_worst_comes_first() -> None:
    said = verdicts(4.0, 0.31, ("A", None), ("m at 5", 1.9))
    assert [name for name, _ in said] == ["stands on an edge", "stands on one analysis", "stands on exact masses"]
    assert [words for _, words in said][1:] == ["no K is left without A", "K = 1.90 with m at 5"]
    assert verdicts(4.0, 0.3, ("A", 2.0), ("m at 5", 2.0)) == ()
    assert verdicts(-4.0, 0.0, ("A", -4.0), ("", None)) == ()
    assert [name for name, _ in verdicts(-4.0, 0.0, ("A", -4.5), ("", None))] == ["stands on one analysis"]


def test_a_judge_of_many_says_the_same(demo: CompiledPredictor) -> None:
    scorer = scorer_with(demo)
    judge = RobustnessJudge(scorer)
    for model in (STRONG, ONE_ANALYSIS):
        evaluation = judge.scorer.evaluate(model)
        assert judge.of(evaluation) == robustness_of(scorer.evaluate(model))


def test_a_judgement_as_plain_values(demo: CompiledPredictor) -> None:
    judge = Judgements(scorer_with(demo))
    evaluation = judge.scorer.evaluate(STRONG)
    said = judge.of(evaluation)
    assert said is not None
    values: dict[str, Any] = said["robustness"]
    assert values["verdict"] == "robust" and values["K"] == evaluation.K
    wanted = {"without_strongest_analysis", "without_each_experiment", "smallest_within_5_percent"}
    assert wanted | {"largest_multiplier", "share_at_edges", "reasons"} <= values.keys()
    methods = {(one["name"], one["method"]) for one in said["errors"]}
    assert {("m(X_t1)", "fisher"), ("m(X_t1)", "others fixed")} <= methods
    brief = judge.of(evaluation, profile=False)
    assert brief is not None and {one["method"] for one in brief["errors"]} == {"fisher"}
    table = robustness_table(values)
    assert judgement_report(said).title == "Verdict: robust" and ("as it is", f"{evaluation.K:.3f}") in table.rows
    assert "of the evidence stands at edges" in notes_of(values)[-1]
    bars = errors_table(said["errors"])
    assert bars.rows[0][0].startswith("m(") and " to " in bars.rows[0][3]
    assert held_words(said["errors"]) == ()
    nothing = judge.scorer.evaluate(stop(1900.0, 1800.0 - 100.0))
    assert nothing.K is None and judge.of(nothing) is None


def test_error_bars_are_said_as_they_can_be_read() -> None:
    """A parabola that reaches below 0 bounds from above alone; a value outside its bar is held by something else."""
    bar = {"name": "m(X_b1)", "unit": "GeV", "value": 884.0, "low_reached": True, "high_reached": True}
    fisher = {**bar, "method": "fisher", "low": -62.0, "high": 1830.0}
    fixed = {**bar, "method": "others fixed", "low": 685.8, "high": 814.5}
    assert errors_table([fisher, fixed]).rows == (("m(X_b1)", "884", "below 1830", "685.8 to 814.5", "GeV"),)
    (words,) = held_words([fisher, fixed])
    assert words.startswith("m(X_b1) lies outside its bar: it is held there by published limits or the prior")
    both = held_words([fixed, {**fixed, "name": "m(X_t1)"}])[0]
    assert both.startswith("m(X_b1), m(X_t1) lie outside their bars: they are")
