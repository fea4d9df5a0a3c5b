"""Lines above joint likelihoods: never crossed, tangent at the maximum, and a proof of the largest one."""

from __future__ import annotations

import numpy as np
import pytest

from protomodels.statistics.joint import REMEMBERED, joint_of, lines_of, lowest_line, point_of, slopes_of
from protomodels.statistics.profiles import maximum
from protomodels.statistics.profiles.dual import multipliers, offset_of_line
from protomodels.statistics.simplified import CovarianceModel, covariance_model
from tests.statistics.test_profiles import skewed_set, some_signal


def skewed(seed: int) -> CovarianceModel:
    return covariance_model(*skewed_set(seed))


def linear(seed: int) -> CovarianceModel:
    observed, mean, covariance, _ = skewed_set(seed)
    return covariance_model(observed, mean, covariance)


@pytest.mark.parametrize("make", [linear, skewed])
@pytest.mark.parametrize("seed", range(6))
def test_no_line_is_crossed(make: type[CovarianceModel], seed: int) -> None:
    """Of any multipliers, of the best ones of other signals, and at every signal strength."""
    model = make(seed)
    rng = np.random.default_rng(seed)
    mean = np.maximum(model.center, 0.5)
    signal = some_signal(rng, mean, model.covariance)
    mu = np.linspace(0.0, 4.0, 9)
    curve = np.array([model.profile(signal, x).log_likelihood for x in mu])
    n, tight = len(model.center), 0
    for trial in range(40):
        if trial % 2:
            p = rng.normal(0.0, 0.3, n)
            p[model.observed > 0] = np.maximum(p[model.observed > 0], -0.9)
            p = np.maximum(p, -1.0)
        else:
            other = some_signal(rng, mean, model.covariance)
            p = np.empty(n)
            theta = model.profile(other, 1.0).theta
            multipliers(model.observed, model.center + other, model.curvature, model.weight, theta, p)
        straight = not model.curvature.any()
        offset = offset_of_line(
            model.observed, model.center, model.curvature, model.weight, p, straight, model.covariance
        )
        assert (offset + mu * (p @ signal) >= curve - 1e-9).all()
        tight += offset < np.inf
    assert tight > 10  # the test has seen lines


@pytest.mark.parametrize("make", [linear, skewed])
def test_at_its_own_maximum_the_line_is_the_tangent(make: type[CovarianceModel]) -> None:
    model = make(3)
    joint = joint_of([model])
    lines = lines_of(joint)
    signal = some_signal(np.random.default_rng(8), np.maximum(model.center, 0.5), model.covariance)
    theta = joint.theta.copy()
    for mu in (0.4, 1.1, 2.5):
        value, slope, missing = point_of(joint, lines, 0, signal, mu, theta, -1)
        low, there, high = model.log_likelihood_ratio(signal, [mu - 1e-4, mu, mu + 1e-4])
        assert value == pytest.approx(there, abs=1e-10) and missing <= 1e-10
        assert slope == pytest.approx((high - low) / 2e-4, rel=1e-4, abs=1e-5)
        slopes = np.zeros(REMEMBERED)
        slopes_of(joint, lines, 0, signal, slopes)
        bound, tilt = lowest_line(joint, lines, 0, slopes, mu)
        assert bound == pytest.approx(value, abs=1e-9) and tilt == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_what_is_remembered_is_bounded_and_keeps_the_first_line() -> None:
    model = linear(1)
    joint = joint_of([model])
    lines = lines_of(joint)
    first = lines.p[0].copy()
    signal = some_signal(np.random.default_rng(2), np.maximum(model.center, 0.5), model.covariance)
    for mu in np.linspace(0.1, 3.0, 3 * REMEMBERED):
        point_of(joint, lines, 0, signal, mu, joint.theta.copy(), -1)
    assert (lines.p[0] == first).all() and np.isfinite(lines.offset).all()


def test_a_lower_maximum_is_not_proven() -> None:
    """One region, strongly skewed: of its two maxima the line passes the higher one and refuses the lower."""
    model = CovarianceModel(np.array([30.0]), np.array([2.0]), np.array([0.15]), np.array([[1.0]]))
    best = model.profile([0.0], 0.0)
    theta = np.array([-1.0 / 0.15 - best.theta[0]])
    regions = maximum.regions_of(model.observed, model.center, model.curvature, model.weight, theta)
    other, missing = maximum.climb(regions, theta, np.empty((maximum.SCRATCH, 1)), np.empty((1, 1)))
    assert missing <= 1e-10 and other < best.log_likelihood - 0.1
    p = np.empty(1)
    for at, value, proven in ((best.theta, best.log_likelihood, True), (theta, other, False)):
        multipliers(model.observed, model.center, model.curvature, model.weight, at, p)
        line = offset_of_line(model.observed, model.center, model.curvature, model.weight, p, False, model.covariance)
        assert (line <= value + maximum.PROVEN) is proven
