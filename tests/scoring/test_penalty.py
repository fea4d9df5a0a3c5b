"""The slopes of the prior on multipliers, against finite differences of K with the penalty in plain numpy."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.slopes import Wanted
from protomodels.prior import parsimony
from protomodels.production import cross_sections
from protomodels.scoring.gradient.gradient import Gradient, gradient_of, gradient_with
from protomodels.scoring.gradient.parameters import Floats, Parameters
from protomodels.scoring.gradient.penalty import penalty_slopes
from protomodels.scoring.gradient.signals import Members
from protomodels.scoring.scorer import Scorer
from protomodels.settings import Policy, policy
from tests.scoring.test_gradient import MODEL, STEPS, X_D, X_T1, excesses

GUARDED = policy("default")
PAIRED = replace(MODEL, ssm={(-X_D, X_D): 0.4, (-X_T1, X_T1): 0.408, (-1000024, 1000024): 2.5})
"""Two multipliers that count as one, one of its own, and those of 1."""


def strength(model: ProtoModel, mu: float, spread: float) -> float:
    """The penalty, in plain numpy: groups of the sorted multipliers of what is produced with more than 0.001 fb."""
    sections = cross_sections(model)
    seen = (mu * sections.sigma).max(axis=1) > 1e-3
    logs = np.sort(np.log(mu * sections.kappas()[seen]))
    found = 0.0
    while len(logs):
        own = logs <= logs[0] + math.log(1.03)
        found += float(np.mean(logs[own] ** 2)) / math.log(spread) ** 2
        logs = logs[~own]
    return found


def differences(members: Members, model: ProtoModel, choice: Policy) -> Floats:
    """Central differences of fourth order of K with the penalty at the mu-hat of each model."""
    parameters = Parameters.of(model)
    without = replace(choice, multiplier_spread=0.0)
    out = np.zeros(len(parameters))
    for i, (parameter, direction) in enumerate(zip(parameters.listed, parameters.directions, strict=True)):
        for factor, weight in ((1.0, 8.0), (-1.0, -8.0), (2.0, -1.0), (-2.0, 1.0)):
            step = STEPS[parameter.kind]
            there = parameters.model(model, parameters.values + factor * step * direction)
            assert there is not None
            found = gradient_with(members, there, without)
            K = found.K - strength(there, found.mu_hat, choice.multiplier_spread)
            out[i] += weight / (12.0 * step) * K
    return out


def is_gradient(gradient: Gradient, expected: Floats) -> bool:
    """Within 1e-6 of the differences, relative to the largest slope of the same kind of parameter."""
    near = True
    for kind in ("mass", "ratio", "kappa"):
        own = gradient.parameters.of_kind(kind)  # type: ignore[arg-type]  # one of the kinds
        allowed = 1e-6 * np.abs(expected[own]).max() + 1e-12 / STEPS[kind]
        near &= bool(np.abs(gradient.values[own] - expected[own]).max() <= allowed)
    return near


@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("model", [MODEL, PAIRED], ids=["", "equal ones"])
def test_gradients_with_the_prior_are_finite_differences(
    correlated: CompiledPredictor, model: ProtoModel, limited: bool
) -> None:
    """With mu-hat inside its range, and at mu_max; the prior's part of the slopes is seen, and so is its mu-hat."""
    wanted = (*excesses(correlated, model, "region", 3), *excesses(correlated, model, "limit", 1))
    members, choice = Members(correlated, wanted, None), GUARDED
    if limited:
        found = correlated.predict(model)
        row = next(row for row in found.rows.tolist() if row not in correlated.catalog.combined)
        far = gradient_with(members, model, GUARDED)
        members = replace(members, limiting=Wanted(row))
        choice = replace(GUARDED, tolerance=0.5 * far.mu_hat * float(found.r_obs[found.rows == row][0]))
    gradient = gradient_with(members, model, choice)
    assert gradient.at_limit == limited and gradient.mu_hat > 0.0
    expected = differences(members, model, choice)
    assert is_gradient(gradient, expected)
    plain = gradient_with(members, model, replace(choice, multiplier_spread=0.0))
    still = plain.partial - penalty_slopes(
        choice, gradient.parameters, cross_sections(model), gradient.mu_hat, np.zeros(len(gradient.parameters))
    )
    assert not is_gradient(plain, expected) and not is_gradient(replace(gradient, partial=still), expected)


@pytest.mark.parametrize("mu", [0.02, 0.9, 3.0])
@pytest.mark.parametrize("model", [MODEL, PAIRED], ids=["", "equal ones"])
def test_the_penalty_is_that_of_the_prior(model: ProtoModel, mu: float) -> None:
    counts = parsimony(model, cross_sections(model).scaled(mu), 3.0)
    assert counts.strength == pytest.approx(strength(model, mu, 3.0), rel=1e-12)


def test_without_the_prior_there_are_no_slopes_and_without_a_signal_those_of_kappas() -> None:
    parameters, sections = Parameters.of(PAIRED), cross_sections(PAIRED)
    moving = np.ones(len(parameters))
    assert not penalty_slopes(policy("paper"), parameters, sections, 1.0, moving).any()
    slopes = penalty_slopes(GUARDED, parameters, sections, 0.0, moving)
    assert set(np.flatnonzero(slopes)) == {i for i in parameters.of_kind("kappa") if parameters.values[i] != 1.0}
    alone = parameters.number("kappa(X_W1, X_W1)")
    assert slopes[alone] == pytest.approx(2.0 * math.log(2.5) / 2.5 / math.log(3.0) ** 2, rel=1e-12)


def test_the_gradient_of_an_evaluation_has_the_prior(scorer: Scorer) -> None:
    """Under policy default: K of evaluations beside the model, rounded to six digits, moves along its gradient."""
    assert scorer.policy.multiplier_spread == 3.0
    model = ProtoModel(
        {LBP: 203.0, X_D: 707.0, X_T1: 811.0},
        {X_D: {(LBP, 1): 1.0}, X_T1: {(LBP, 6): 1.0}},
        {(-X_D, X_D): 0.4, (-X_T1, X_T1): 0.7},
    )
    evaluation = scorer.evaluate(model)
    gradient = gradient_of(evaluation)
    plain = gradient_of(replace(scorer, policy=replace(scorer.policy, multiplier_spread=0.0)).evaluate(model))
    assert gradient.K == pytest.approx(evaluation.K, abs=1e-4)
    tried = 0
    for i, parameter in enumerate(gradient.parameters.listed):
        if abs(gradient.values[i]) > 1e-3:
            step = {"mass": 0.5, "kappa": 0.01}[parameter.kind] * np.eye(len(gradient.parameters))[i]
            sides = [gradient.parameters.model(model, gradient.parameters.values + sign * step) for sign in (1.0, -1.0)]
            up, down = (scorer.evaluate(side).K or 0.0 for side in sides if side is not None)
            slope = (up - down) / (2.0 * step[i])
            assert gradient.values[i] == pytest.approx(slope, rel=0.02, abs=1e-3), parameter.name
            tried += abs(plain.values[i] - slope) > 0.1 * abs(slope)
    assert tried >= 2, "the prior's part is large enough to be seen"
