"""Gradients of K against finite differences of K, worked out by the general formulas from unrounded signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from protomodels.combiner import Combinability
from protomodels.critic import allowed_signal_strength
from protomodels.errors import ConfigError, ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.slopes import Wanted
from protomodels.production import cross_sections
from protomodels.scoring.gradient.gradient import Gradient, gradient_of, gradient_with
from protomodels.scoring.gradient.likelihoods import together
from protomodels.scoring.gradient.parameters import Floats, Parameters
from protomodels.scoring.gradient.signals import Members
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.statistics.region import region_log_likelihood
from protomodels.statistics.truncated_gaussian import limit_log_likelihood

X_D, X_T1, X_G, X_W1 = 1000001, 1000006, 1000021, 1000024
MODEL = ProtoModel(
    {LBP: 210.13, X_D: 690.21, X_T1: 830.67, X_W1: 402.55, X_G: 1304.31},
    {
        X_D: {(LBP, 1): 0.6, (X_W1, 2): 0.4},
        X_T1: {(LBP, 6): 0.7, (X_W1, 5): 0.3},
        X_W1: {(LBP, 24): 1.0},
        X_G: {(X_T1, 6): 0.5, (LBP, 1, 1): 0.3, (X_W1, 1, 2): 0.2},
    },
    {(-X_D, X_D): 0.4, (-X_T1, X_T1): 0.5},
)
DEFAULT = policy("default", guards=False)
"""Without a prior on multipliers: of the likelihoods alone; that prior has tests of its own (test_penalty.py)."""
STEPS = {"mass": 0.02, "ratio": 1e-4, "kappa": 1e-4}
"""Of finite differences: inside a cell, and long enough not to see the rounding of doubles."""

ROUNDING = 1e-12
"""Of K, by its terms of some ten in ln L."""


def largest_k(members: Members, model: ProtoModel, tolerance: float) -> float:
    """2 ln of the likelihood ratio, of unrounded signals, by the formulas of the statistics, maximised by scipy."""
    catalog, sections = members.predictor.catalog, cross_sections(model)

    def signals(rows: list[Wanted]) -> tuple[Floats, Floats]:
        found = members.predictor.slopes(model, sections, rows)
        return found.sigma, found.limits

    mu_max = 1e3
    if members.limiting is not None:
        (sigma,), (limits,) = signals([members.limiting])
        row = members.limiting.row
        mu_max = tolerance * (limits[0] if catalog.is_ul[row] else catalog.limit_observed[row]) / sigma

    def curve(wanted: Wanted) -> Callable[[float], float]:
        row = wanted.row
        if row in catalog.combined:
            entry = catalog.combined[row]
            assert (entry.rows >= 0).all()
            events = signals([Wanted(r) for r in entry.rows.tolist()])[0] * catalog.lumi[entry.rows]
            return lambda mu: float(entry.likelihood.log_likelihood_ratio(events, [mu])[0])
        (sigma,), (limits,) = signals([wanted])
        if catalog.is_ul[row]:
            return lambda mu: float(np.diff(limit_log_likelihood([0.0, mu * sigma], *limits))[0])
        data = catalog.background[row], catalog.delta[row], catalog.observed[row]
        return lambda mu: float(np.diff(region_log_likelihood([0.0, mu * sigma * catalog.lumi[row]], *data))[0])

    curves = [curve(wanted) for wanted in members.members]
    # the maximum is inside a wide bracket, or at its end; narrowed twice, as scipy's tolerance is relative to it
    low, high = 0.0, mu_max
    for _ in range(3):
        best = minimize_scalar(
            lambda mu: -sum(f(mu) for f in curves), bounds=(low, high), method="bounded", options={"xatol": 1e-10}
        ).x
        low, high = max(0.0, 0.9 * best), min(mu_max, 1.1 * best)
    return 2.0 * max(sum(f(mu) for f in curves) for mu in (best, mu_max))


def differences(members: Members, model: ProtoModel, tolerance: float) -> Floats:
    """Central differences of K along the directions of the parameters, of fourth order in the step."""
    parameters = Parameters.of(model)
    out = np.zeros(len(parameters))
    for i, (parameter, direction) in enumerate(zip(parameters.listed, parameters.directions, strict=True)):
        for factor, weight in ((1.0, 8.0), (-1.0, -8.0), (2.0, -1.0), (-2.0, 1.0)):
            step = STEPS[parameter.kind]
            there = parameters.model(model, parameters.values + factor * step * direction)
            assert there is not None
            out[i] += weight / (12.0 * step) * largest_k(members, there, tolerance)
    return out


def is_gradient(gradient: Gradient, members: Members, model: ProtoModel, tolerance: float) -> bool:
    """Within 1e-6 of the finite differences, relative to the largest slope of the same kind of parameter.

    What should be 0 (one kappa that scales all there is) is a difference of doubles instead: ``ROUNDING`` / step.
    """
    expected = differences(members, model, tolerance)
    near = True
    for kind in ("mass", "ratio", "kappa"):
        own = gradient.parameters.of_kind(kind)  # type: ignore[arg-type]  # one of the kinds
        allowed = 1e-6 * np.abs(expected[own]).max() + ROUNDING / STEPS[kind]
        near &= bool(np.abs(gradient.values[own] - expected[own]).max() <= allowed)
    return near


def excesses(predictor: CompiledPredictor, model: ProtoModel, kind: str, n: int) -> list[Wanted]:
    """Some results of a kind that prefer a signal, those first that see the model best."""
    catalog, found = predictor.catalog, predictor.predict(model)
    curves = found.log_likelihood_ratio([1e-3])[:, 0]
    wanted: dict[Wanted, float] = {}
    for row in dict.fromkeys(found.rows[(curves > 0.0) & ~found.is_control].tolist()):
        own = "set" if row in catalog.combined else ("limit" if catalog.is_ul[row] else "region")
        at = int(np.flatnonzero(found.rows == row)[0])
        if own == kind:
            wanted[Wanted(row)] = -float(curves[at])
    return sorted(wanted, key=lambda one: wanted[one])[:n]


@pytest.mark.parametrize("kind", ["region", "limit", "set"])
def test_gradients_are_finite_differences(correlated: CompiledPredictor, kind: str) -> None:
    """Of regions, upper limits, and regions with correlations, with and without third moments."""
    found = excesses(correlated, MODEL, kind, 4)
    # the best strength of a single region gives the same K whatever its signal: several, of different signals
    chosen = [tuple(found)] if kind == "region" else [(wanted,) for wanted in found]
    for wanted in chosen:
        free = Members(correlated, wanted, None)
        inside = gradient_with(free, MODEL, DEFAULT)
        assert inside.mu_hat > 0.0 and not inside.at_limit and np.abs(inside.values).max() > 1e-3
        assert is_gradient(inside, free, MODEL, 1.0)
    if kind == "set":
        bent = {bool(correlated.catalog.combined[wanted.row].likelihood.curvature.any()) for wanted in found}
        assert bent == {True, False}


@pytest.mark.parametrize("limiting", ["region", "limit"])
@pytest.mark.parametrize("kind", ["region", "limit", "set"])
def test_at_mu_max_a_gradient_follows_the_limit(correlated: CompiledPredictor, kind: str, limiting: str) -> None:
    catalog, found = correlated.catalog, correlated.predict(MODEL)
    single = [row for row in found.rows.tolist() if row not in catalog.combined]
    limit = next(Wanted(row) for row in single if catalog.is_ul[row] == (limiting == "limit"))
    members = Members(correlated, tuple(excesses(correlated, MODEL, kind, 2)), limit)
    far = gradient_with(replace(members, limiting=None), MODEL, DEFAULT)
    tight = replace(DEFAULT, tolerance=0.5 * far.mu_hat * float(found.r_obs[found.rows == limit.row][0]))
    gradient = gradient_with(members, MODEL, tight)
    assert gradient.at_limit and gradient.mu_hat == gradient.mu_max < far.mu_hat
    assert is_gradient(gradient, members, MODEL, tight.tolerance)
    # without the movement of mu_max it would not be one
    likelihoods, _ = members.likelihoods(MODEL, gradient.parameters)
    still = together(likelihoods, gradient.mu_hat, len(gradient.parameters)).gradient
    assert not is_gradient(replace(gradient, partial=2.0 * still), members, MODEL, tight.tolerance)


def test_a_wrong_gradient_is_caught(correlated: CompiledPredictor) -> None:
    members = Members(correlated, tuple(excesses(correlated, MODEL, "region", 4)), None)
    gradient = gradient_with(members, MODEL, DEFAULT)
    assert is_gradient(gradient, members, MODEL, 1.0)
    largest = int(np.argmax(np.abs(gradient.values)))
    for i in {0, largest, *gradient.parameters.of_kind("kappa")[:1]}:
        wrong = gradient.partial.copy()
        wrong[i] += 1e-5 * np.abs(gradient.values).max()
        assert not is_gradient(replace(gradient, partial=wrong), members, MODEL, 1.0)


def agrees_with_predictions(predictor: CompiledPredictor, model: ProtoModel) -> int:
    """Unrounded signals and limits are the predictor's but for its six digits; how many were compared.

    Masses are whole hundredths of GeV.  Limits at mean masses are left out: means are rounded to five digits.
    """
    found = predictor.predict(model)
    seen: dict[int, int] = {}
    wanted, kept = [], []
    for i, row in enumerate(found.rows.tolist()):
        if row not in predictor.catalog.combined:
            wanted.append(Wanted(row, seen.get(row, 0)))
            kept.append(i)
        seen[row] = seen.get(row, 0) + 1
    slopes, rows = predictor.slopes(model, cross_sections(model), wanted), found.take(kept)
    assert np.abs(slopes.sigma / rows.sigma - 1.0).max() < 1e-5
    alone = rows.is_ul & (np.array([bin(int(word)).count("1") for word in rows.topology_bits[:, 0]]) == 1)
    for which, limit in enumerate((rows.limit_observed, rows.limit_expected)):
        known = alone & np.isfinite(limit)
        assert np.abs(slopes.limits[known, which] / limit[known] - 1.0).max() < 1e-5
    merged = rows.is_ul & ~alone
    assert np.abs(slopes.limits[merged, 0] / rows.limit_observed[merged] - 1.0).max(initial=0.0) < 5e-3
    return len(kept)


def test_unrounded_signals_are_those_of_the_predictor(correlated: CompiledPredictor) -> None:
    assert agrees_with_predictions(correlated, MODEL) > 20


def test_a_universe_with_an_injected_signal_moves_limits_as_well(demo: CompiledPredictor) -> None:
    """Observed limits there follow the expected ones, and what was injected."""
    limits = demo.observed_limits
    shifted = limits._replace(
        ratio=np.where(np.isnan(limits.ratio), 1.3, limits.ratio),
        measured=np.full_like(limits.ratio, 0.588),
        first=np.arange(len(limits.ratio) + 1),
        center=np.tile([690.0, 210.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], (len(limits.ratio), 1)),
        sigma=np.full(len(limits.ratio), 3.0),
    )
    universe = demo.with_data(demo.catalog, shifted, "made up")
    found = excesses(universe, MODEL, "limit", 3)
    assert found and agrees_with_predictions(universe, MODEL) > 10
    for wanted in found:
        members = Members(universe, (wanted,), None)
        assert is_gradient(gradient_with(members, MODEL, DEFAULT), members, MODEL, 1.0)


def test_the_gradient_of_an_evaluation(scorer: Scorer) -> None:
    """Its K is that of the evaluation but for rounding, and real evaluations beside it move along it."""
    simple = ProtoModel({LBP: 203.0, X_D: 707.0, X_T1: 811.0}, {X_D: {(LBP, 1): 1.0}, X_T1: {(LBP, 6): 1.0}}, MODEL.ssm)
    evaluation = scorer.evaluate(simple)
    gradient = gradient_of(evaluation)
    assert gradient.K == pytest.approx(evaluation.K, abs=1e-4)
    assert gradient.mu_hat == pytest.approx(evaluation.mu_hat, rel=1e-4)
    assert gradient.mu_max == pytest.approx(evaluation.mu_max, rel=1e-4)
    for i, parameter in enumerate(gradient.parameters.listed):
        if parameter.kind == "mass":
            pid = parameter.pid
            there = [
                scorer.evaluate(replace(simple, masses={**simple.masses, pid: simple.masses[pid] + step}))
                for step in (0.5, -0.5)
            ]
            assert gradient.values[i] == pytest.approx((there[0].K or 0.0) - (there[1].K or 0.0), rel=0.02, abs=1e-4)


def test_mu_hat_moves_with_the_parameters(correlated: CompiledPredictor) -> None:
    members = Members(
        correlated, (*excesses(correlated, MODEL, "set", 2), *excesses(correlated, MODEL, "limit", 1)), None
    )
    gradient = gradient_with(members, MODEL, DEFAULT)
    parameters = gradient.parameters
    for i, direction in enumerate(parameters.directions):
        step = 10.0 * STEPS[parameters.listed[i].kind]
        sides = [parameters.model(MODEL, parameters.values + sign * step * direction) for sign in (1.0, -1.0)]
        up, down = (gradient_with(members, side, DEFAULT).mu_hat for side in sides if side is not None)
        slope = float(direction @ gradient.mu_hat_slopes)
        assert slope == pytest.approx((up - down) / (2.0 * step), rel=1e-5, abs=1e-8)


def test_a_critic_of_the_users_own_has_no_derivative(scorer: Scorer) -> None:
    """At its limit; elsewhere it does not matter."""
    for tolerance, refused in ((0.1, True), (1e6, False)):
        own = replace(scorer, critic=lambda found, _, t=tolerance: allowed_signal_strength(found, t))
        evaluation = own.evaluate(MODEL)
        if refused:
            with pytest.raises(ConfigError, match="critic"):
                gradient_of(evaluation)
        else:
            assert not gradient_of(evaluation).at_limit


def test_what_has_no_gradient_is_refused(scorer: Scorer) -> None:
    unseen = ProtoModel({LBP: 100.0, 1000011: 120.0}, {1000011: {(LBP, 11): 1.0}})
    with pytest.raises(ModelError, match="a model with a K"):
        gradient_of(scorer.evaluate(unseen))
    evaluation = scorer.evaluate(MODEL)
    scaled = replace(evaluation, sections=evaluation.sections.scaled(2.0))
    with pytest.raises(ModelError, match="cross sections"):
        gradient_of(scaled)


@pytest.fixture(scope="module", params=["smodels-3.0.0.tar.xz"])
def real_predictor(request: pytest.FixtureRequest, real: Callable[[str], Path]) -> Iterator[CompiledPredictor]:
    yield load_results(str(real(request.param)))


def test_gradients_on_real_results(real_predictor: CompiledPredictor) -> None:
    """Regions, limits, covariances and the fitted forms of pyhf's JSON documents."""
    model = ProtoModel({LBP: 150.13, X_D: 735.21, X_T1: 571.67, X_W1: 262.55, X_G: 1204.31}, MODEL.decays, MODEL.ssm)
    assert agrees_with_predictions(real_predictor, model) > 300
    kinds = set()
    beside = excesses(real_predictor, model, "region", 1)[0]
    for kind in ("region", "limit", "set"):
        for wanted in excesses(real_predictor, model, kind, 4):
            members = Members(real_predictor, (wanted, beside), None)
            if wanted.row in real_predictor.catalog.combined:
                entry = real_predictor.catalog.combined[wanted.row]
                kinds.add(entry.kind)
                if (entry.rows < 0).any():
                    continue
            assert is_gradient(gradient_with(members, model, DEFAULT), members, model, 1.0), wanted
    assert "json" in kinds
    scorer = Scorer(real_predictor, Combinability.from_rules(), policy("default", regions="combined"))
    evaluation = scorer.evaluate(model)
    gradient = gradient_of(evaluation)
    assert gradient.K == pytest.approx(evaluation.K, abs=1e-3)
