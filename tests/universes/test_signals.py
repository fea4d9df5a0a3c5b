"""What an injected signal adds to a universe, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.numeric.observed import RADIUS
from protomodels.scoring.scorer import Scorer
from protomodels.universes import Universe, in_universe


def same_data(one: CompiledPredictor, two: CompiledPredictor) -> bool:
    """Bit by bit."""
    names = ("observed", "limit_observed")
    catalogs = all(np.array_equal(getattr(one.catalog, n), getattr(two.catalog, n), equal_nan=True) for n in names)
    limits = zip(one.observed_limits, two.observed_limits, strict=True)
    return catalogs and all(np.array_equal(a, b, equal_nan=True) for a, b in limits)


@pytest.mark.parametrize("seed", [None, 11])
def test_no_signal_changes_nothing(demo: CompiledPredictor, hidden: ProtoModel, seed: int | None) -> None:
    assert same_data(
        in_universe(demo, Universe.with_signal(hidden, seed, strength=0.0)), in_universe(demo, Universe(seed))
    )


def test_an_asimov_signal_is_what_is_predicted(demo: CompiledPredictor, hidden: ProtoModel) -> None:
    inside = in_universe(demo, Universe.with_signal(hidden, None, strength=0.7))
    there = inside.predict(hidden)
    for i, row in enumerate(there.rows.tolist()):
        if not there.is_ul[i]:
            expected = inside.catalog.background[row] + 0.7 * there.signal[i]
            assert inside.catalog.observed[row] == pytest.approx(expected, rel=1e-12)
        else:
            base = there.limit_expected[i]
            base = demo.predict(hidden).limit_observed[i] if np.isnan(base) else base
            assert there.limit_observed[i] == pytest.approx(base + 0.7 * there.sigma[i], rel=1e-9)
    # every region and every limit wants the model as it was put in
    mu = np.linspace(0.0, 2.0, 201)
    curves = there.curves()(mu)
    for i in np.flatnonzero(~there.is_ul & (there.signal > 1.0)).tolist():
        assert mu[int(np.argmax(curves[i]))] == pytest.approx(0.7, abs=0.011)


def test_a_signal_raises_limits_near_its_masses_only(demo: CompiledPredictor) -> None:
    def squark(mass: float) -> ProtoModel:
        return ProtoModel({LBP: 150.0, 1000001: mass}, {1000001: {(LBP, 1): 1.0}})

    calm, there = (in_universe(demo, u) for u in (Universe(None), Universe.with_signal(squark(800.0), None)))
    for mass, raised in ((800.0 + RADIUS - 1.0, True), (800.0 + RADIUS + 1.0, False)):
        one, two = there.predict(squark(mass)), calm.predict(squark(mass))
        limits = one.is_ul
        assert limits.any() and (one.limit_observed[limits] > two.limit_observed[limits]).all() == raised
        if not raised:
            assert np.array_equal(one.limit_observed[limits], two.limit_observed[limits])


def test_drawn_signals_leave_the_backgrounds_alone(demo: CompiledPredictor, hidden: ProtoModel) -> None:
    """Counts grow by Poisson numbers of the predicted mean; false-alarm rate about one in a thousand."""
    signal = in_universe(demo, Universe.with_signal(hidden, None)).catalog.observed - demo.catalog.background
    rows = np.flatnonzero(~demo.catalog.is_ul & (signal > 0.5))
    assert len(rows) > 3
    more = []
    for seed in range(200):
        one, two = (in_universe(demo, u) for u in (Universe.with_signal(hidden, seed), Universe(seed)))
        more.append((one.catalog.observed - two.catalog.observed)[rows])
    total = np.array(more)
    assert (total >= 0.0).all()
    pulls = (total.sum(axis=0) - 200.0 * signal[rows]) / np.sqrt(200.0 * signal[rows])
    assert np.abs(pulls).max() < norm.isf(0.5e-3 / len(rows))


def test_the_injected_model_is_allowed_and_scores(demo: CompiledPredictor, scorer: Scorer, hidden: ProtoModel) -> None:
    inside = in_universe(demo, Universe.with_signal(hidden, None))
    score = Scorer(inside, scorer.combinability, scorer.policy).evaluate(hidden)
    calm = Scorer(in_universe(demo, Universe(None)), scorer.combinability, scorer.policy).evaluate(hidden)
    assert score.K is not None and calm.K is not None
    # upper limits alone pull a little upwards: their Gaussians are cut at 0
    assert score.mu_max > 1.0 and score.mu_hat == pytest.approx(1.0, abs=0.2)
    assert score.Z**2 > 8.0 and calm.Z < 1e-4
