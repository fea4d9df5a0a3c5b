"""Scores as a whole: what must not change K does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protomodels.combiner import Combinability
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions
from protomodels.production import cross_sections
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy


@pytest.fixture(scope="module")
def predictions(scorer: Scorer) -> tuple[ProtoModel, Predictions]:
    model = ProtoModel(
        {1000022: 210.0, 1000001: 690.0, 1000006: 830.0},
        {1000001: {(1000022, 1): 1.0}, 1000006: {(1000022, 6): 1.0}},
        {(-1000001, 1000001): 0.3, (-1000006, 1000006): 0.3},
    )
    return model, scorer.predictor.predict(model)


def with_extra(predictions: Predictions, row: int, analysis: str, share: float) -> Predictions:
    """``predictions`` and one result more: a copy of ``row`` under another name, with ``share`` of its signal."""
    catalog = predictions.catalog
    fields = {name: np.append(getattr(catalog, name), getattr(catalog, name)[predictions.rows[row]]) for name in FIELDS}
    fields["analysis"] = np.append(catalog.analysis, analysis).astype(str)
    one = predictions.take([row])
    return Predictions(
        replace(catalog, **fields),
        np.append(predictions.rows, len(catalog)),
        np.append(predictions.sigma, share * one.sigma),
        np.append(predictions.limit_observed, one.limit_observed),
        np.append(predictions.limit_expected, one.limit_expected),
        np.append(predictions.particle_masks, one.particle_masks),
        np.append(predictions.topology_bits, one.topology_bits, axis=0),
    )


FIELDS = (
    "analysis", "region", "is_ul", "experiment", "sqrts", "lumi", "observed", "background", "delta",
    "limit_observed", "limit_expected", "url",
)  # fmt: skip


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_result_without_sensitivity_changes_nothing(
    data: st.DataObject, scorer: Scorer, predictions: tuple[ProtoModel, Predictions]
) -> None:
    model, before = predictions
    row = data.draw(st.sampled_from(np.flatnonzero(before.has_likelihood).tolist()))
    after = with_extra(before, row, "ATLAS-NEW-01", share=data.draw(st.floats(1e-9, 1e-4)))
    sections = cross_sections(model)
    one, two = (scorer.evaluate_predictions(model, sections, p) for p in (before, after))
    assert one.K is not None and two.K is not None and two.K == pytest.approx(one.K, abs=1e-9)


def test_without_the_cut_an_insensitive_result_could_hide_a_deficit(
    scorer: Scorer, predictions: tuple[ProtoModel, Predictions]
) -> None:
    """Why the cut is there: a blind result that excludes nothing but a deficit takes its place and raises K."""
    model, before = predictions
    sections = cross_sections(model)
    base = scorer.evaluate_predictions(model, sections, before)
    assert base.K is not None
    deficit = base.contributions[-1]
    assert deficit.llr < 0.0
    row = next(i for i in range(len(before)) if before.analysis[i] == deficit.analysis)
    after = with_extra(before, row, "ATLAS-NEW-01", 1e-6)
    others = [(name, "ATLAS-NEW-01") for name in before.catalog.analyses if name != deficit.analysis]
    table = Combinability.from_rules([*scorer.combinability.listed, *others])
    scores = []
    for cut in (0.0, policy("default").min_sensitivity):
        free = replace(scorer, combinability=table, policy=replace(policy("default"), min_sensitivity=cut))
        score = free.evaluate_predictions(model, sections, after)
        assert score.K is not None
        scores.append(score.K)
    assert scores[0] > base.K + 1e-3 and scores[1] == pytest.approx(base.K, abs=1e-9)


@given(order=st.permutations(range(30)))
@settings(max_examples=25, deadline=None)
def test_the_order_of_results_does_not_matter(
    order: list[int], scorer: Scorer, predictions: tuple[ProtoModel, Predictions]
) -> None:
    model, before = predictions
    shuffled = before.take([i for i in order if i < len(before)] + list(range(30, len(before))))
    sections = cross_sections(model)
    one, two = (scorer.evaluate_predictions(model, sections, p) for p in (before, shuffled))
    assert one.K is not None and two.K is not None and two.K == pytest.approx(one.K, abs=1e-9)
    assert [c.analysis for c in one.contributions] == [c.analysis for c in two.contributions]


def test_paper_policy_wants_two_results(scorer: Scorer, predictions: tuple[ProtoModel, Predictions]) -> None:
    model, before = predictions
    single = before.take([int(np.flatnonzero(before.has_likelihood)[0])])
    paper = replace(scorer, policy=policy("paper"))
    sections = cross_sections(model)
    assert paper.evaluate_predictions(model, sections, single).K is None
    assert scorer.evaluate_predictions(model, sections, single).K is not None


def test_paper_policy_refuses_a_topology_twice(scorer: Scorer, predictions: tuple[ProtoModel, Predictions]) -> None:
    model, before = predictions
    sections = cross_sections(model)
    score = replace(scorer, policy=policy("paper")).evaluate_predictions(model, sections, before)
    assert score.K is not None
    catalog = before.catalog
    group = {a: (e, s) for a, e, s in zip(catalog.analysis, catalog.experiment, catalog.sqrts, strict=True)}
    for i, one in enumerate(score.contributions):
        for two in score.contributions[:i]:
            if group[one.analysis] == group[two.analysis]:
                assert not (one.particles - {1000022}) & (two.particles - {1000022})


def test_a_blind_region_does_not_keep_out_one_that_sees_the_model(
    scorer: Scorer, predictions: tuple[ProtoModel, Predictions]
) -> None:
    """Version 0.1.0 chose the largest excess first, and dropped the analysis where that was in a blind region."""
    _, before = predictions
    regions = np.flatnonzero(~before.is_ul & before.has_likelihood)
    names, counts = np.unique(before.analysis[regions], return_counts=True)
    own = regions[before.analysis[regions] == names[int(np.argmax(counts))]]
    assert len(own) > 1
    sigma, observed = before.sigma.copy(), before.limit_observed.copy()
    sigma[own[0]], observed[own[0]] = 1e-6, 10.0 * before.limit_expected[own[0]]
    changed = replace(before, sigma=sigma, limit_observed=observed)
    blind, analysis = int(before.rows[own[0]]), before.analysis[own[0]]
    chosen = scorer.candidates(changed, 1.0)
    assert blind not in chosen.rows and analysis in chosen.analysis
    assert blind in scorer.candidates(changed, np.inf).rows, "without a limit every region could see the model"
