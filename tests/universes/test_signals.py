"""What an injected signal adds to a universe, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.numeric.observed import RADIUS
from protomodels.production import cross_sections, in_order
from protomodels.scoring.scorer import Scorer
from protomodels.settings import NEWER_ORDER
from protomodels.statistics.measured_limits import limit_of
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA, limit_mode
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


@pytest.mark.parametrize("drawing", [1, 2])
def test_an_asimov_signal_is_what_is_predicted(demo: CompiledPredictor, hidden: ProtoModel, drawing: int) -> None:
    recipe = Universe.with_signal(hidden, None, strength=0.7, drawing=drawing)
    assert recipe.model is not None
    # with the cross sections that the policy of this way of drawing gives it
    hidden, inside = recipe.model, in_universe(demo, recipe)
    there = inside.predict(hidden)
    for i, row in enumerate(there.rows.tolist()):
        expected = there.limit_expected[i]
        if not there.is_ul[i]:
            events = inside.catalog.background[row] + 0.7 * there.signal[i]
            assert inside.catalog.observed[row] == pytest.approx(events, rel=1e-12)
        elif drawing == 1 or np.isnan(expected):
            base = demo.predict(hidden).limit_observed[i] if np.isnan(expected) else expected
            assert there.limit_observed[i] == pytest.approx(base + 0.7 * there.sigma[i], rel=1e-9)
        else:
            width = expected / EXPECTED_LIMIT_IN_SIGMA
            assert there.limit_observed[i] == pytest.approx(width * limit_of(0.7 * there.sigma[i] / width), rel=1e-9)
    # every region and every limit wants the model as it was put in
    mu = np.linspace(0.0, 2.0, 201)
    curves = there.curves()(mu)
    for i in np.flatnonzero(~there.is_ul & (there.signal > 1.0)).tolist():
        assert mu[int(np.argmax(curves[i]))] == pytest.approx(0.7, abs=0.011)


@pytest.mark.parametrize("sigmas", [0.5, 1.0, 1.5, 2.0])
def test_a_limit_gives_an_injected_signal_back(demo: CompiledPredictor, sigmas: float) -> None:
    """In version 0.1.0 one of 1 standard deviation came back as 1.26."""
    squark = in_order(ProtoModel({LBP: 150.0, 1000001: 800.0}, {1000001: {(LBP, 1): 1.0}}), NEWER_ORDER)
    seen = demo.predict(squark)
    row = int(np.flatnonzero(seen.is_ul & np.isfinite(seen.limit_expected))[0])
    width = seen.limit_expected[row] / EXPECTED_LIMIT_IN_SIGMA
    strength = float(sigmas * width / seen.sigma[row])
    inside = in_universe(demo, Universe.with_signal(squark, None, strength=strength)).predict(squark)
    mode = limit_mode(inside.limit_observed[row], inside.limit_expected[row])
    assert float(mode) == pytest.approx(sigmas * width, rel=1e-4)


def test_two_clusters_of_a_map_are_both_read_back_as_they_were_put_in(demo: CompiledPredictor) -> None:
    """Their masses are near one another: neither counts the signal of the other."""
    to_lbp = {1000001: {(LBP, 1): 1.0}, 1000003: {(LBP, 3): 1.0}}
    squarks = in_order(ProtoModel({LBP: 150.0, 1000001: 700.0, 1000003: 700.0 + 0.9 * RADIUS}, to_lbp), NEWER_ORDER)
    sections = cross_sections(squarks).scaled(0.1)
    inside = in_universe(demo, Universe.with_signal(squarks, None, strength=0.1)).predict(squarks, sections)
    widths = inside.limit_expected / EXPECTED_LIMIT_IN_SIGMA
    of_map = [np.flatnonzero(inside.rows == row) for row in np.unique(inside.rows[np.isfinite(widths) & inside.is_ul])]
    pairs = [clusters for clusters in of_map if len(clusters) == 2]
    assert pairs
    for i in np.concatenate(pairs).tolist():
        mode = limit_mode(inside.limit_observed[i], inside.limit_expected[i])
        assert float(mode) == pytest.approx(inside.sigma[i], rel=1e-4)


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


@pytest.mark.parametrize(("drawing", "bias", "least"), [(1, 0.2, 8.0), (2, 0.001, 7.0)])
def test_the_injected_model_is_allowed_and_scores(
    demo: CompiledPredictor, scorer: Scorer, hidden: ProtoModel, drawing: int, bias: float, least: float
) -> None:
    """The limits of the paper pull a little upwards, as their Gaussians are cut at 0; ours ask for what was put in."""
    inside = in_universe(demo, Universe.with_signal(hidden, None, drawing=drawing))
    score = Scorer(inside, scorer.combinability, scorer.policy).evaluate(hidden)
    nothing = in_universe(demo, Universe(None, drawing=drawing))
    calm = Scorer(nothing, scorer.combinability, scorer.policy).evaluate(hidden)
    assert score.K is not None and calm.K is not None
    assert score.mu_max > 1.0 and score.mu_hat == pytest.approx(1.0, abs=bias)
    assert score.Z**2 > least and calm.Z < 1e-4
