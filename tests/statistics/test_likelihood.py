"""Likelihoods against scipy's minimisers and SModelS's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import norm, poisson

from protomodels.statistics.region import region_log_likelihood, region_rate
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA, limit_log_likelihood, limit_mode

counts = st.integers(0, 2000)
backgrounds = st.floats(0.05, 2000.0)
deltas = st.floats(0.01, 200.0)
signals = st.floats(0.0, 500.0)


@given(signals, backgrounds, deltas, counts)
@settings(max_examples=200, deadline=None)
def test_region_against_a_minimiser(s: float, b: float, delta: float, n: int) -> None:
    """The closed form is at least as high as what a bounded search over the rate finds, and not higher."""

    def negative(log_rate: float) -> float:
        rate = np.exp(log_rate)
        return float(-poisson.logpmf(n, rate) + 0.5 * ((rate - s - b) / delta) ** 2)

    top = s + b + 10 * delta + 3 * n + 10
    best = minimize_scalar(negative, bounds=(-30.0, np.log(top)), method="bounded", options={"xatol": 1e-12})
    ours = float(region_log_likelihood(s, b, delta, n))
    assert ours >= -best.fun - 1e-9 * max(1.0, abs(best.fun))
    # our maximum is attained: the likelihood at our rate is what we say it is
    rate = float(region_rate(s + b, delta, n))
    assert ours == pytest.approx(-negative(np.log(max(rate, 1e-300))), abs=1e-8, rel=1e-9)


def test_region_against_smodels() -> None:
    from smodels.statistics.simplifiedLikelihoods import Data, LikelihoodComputer

    rng = np.random.default_rng(1)
    for _ in range(25):
        b = float(rng.uniform(0.5, 200))
        delta, n, s = float(rng.uniform(0.1, 0.5) * b), int(rng.poisson(b)) + 1, float(rng.exponential(5.0))
        computer = LikelihoodComputer(Data(n, b, delta**2, nsignal=s, deltas_rel=0.0))
        for mu in (0.0, 0.5, 2.0):
            gaussian = -np.log(np.sqrt(2 * np.pi) * delta)
            ours = float(region_log_likelihood(mu * s, b, delta, n)) + gaussian
            assert -computer.likelihood(mu, return_nll=True) == pytest.approx(ours, abs=1e-4)


def test_no_events_leave_the_nuisance_free() -> None:
    """n = 0: the rate falls by delta^2, not below 0."""
    assert region_rate(5.0, 1.0, 0) == pytest.approx(4.0)
    assert region_rate(0.5, 2.0, 0) == 0.0
    assert region_log_likelihood(0.0, 5.0, 1.0, 0) == pytest.approx(-4.0 - 0.5)


@given(backgrounds, deltas, counts, st.floats(0.01, 100.0))
@settings(max_examples=100, deadline=None)
def test_region_is_concave_in_mu(b: float, delta: float, n: int, s: float) -> None:
    mu = np.linspace(0.0, 5.0, 41)
    curve = region_log_likelihood(mu * s, b, delta, n)
    second = np.diff(curve, 2)
    assert second.max() <= 1e-9 * max(1.0, float(np.abs(curve).max()))


def test_limit_mode_gives_back_the_limit() -> None:
    """The 95% quantile of the Gaussian truncated at 0 is the observed limit, up to the cap."""
    expected = 2.5
    sigma = expected / EXPECTED_LIMIT_IN_SIGMA
    for observed in (2.6, 3.0, 4.0, expected + 1.99 * sigma):
        mode = float(limit_mode(observed, expected))
        inside = norm.cdf((observed - mode) / sigma) - norm.cdf(-mode / sigma)
        assert inside / norm.cdf(mode / sigma) == pytest.approx(0.95, abs=1e-6)
    assert limit_mode(1.0, expected) == 0.0 == limit_mode(expected, expected)
    assert limit_mode(100.0, expected) == limit_mode(expected + 2 * sigma, expected)


def test_limit_likelihood_peaks_at_its_mode() -> None:
    signal = np.linspace(0.0, 10.0, 2001)
    for observed in (2.0, 3.0, 4.5):
        curve = limit_log_likelihood(signal, observed, 2.5)
        assert signal[curve.argmax()] == pytest.approx(float(limit_mode(observed, 2.5)), abs=0.006)
        assert np.diff(curve, 2).max() < 1e-12


def test_scaling_units_changes_nothing() -> None:
    a = limit_log_likelihood([0.5, 1.0], 3.0, 2.5)
    np.testing.assert_allclose(a, limit_log_likelihood([500.0, 1000.0], 3000.0, 2500.0))
