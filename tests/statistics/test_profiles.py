"""Profiles over several regions: certified, the largest maximum, and a function of their arguments alone."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.independent.likelihoods import of_form, profile, several
from benchmarks.independent.several_sets import compare, sets_of
from protomodels.errors import PredictionError
from protomodels.statistics import simplified
from protomodels.statistics.simplified import CovarianceModel, covariance_model, log_likelihood_ratio

Floats = NDArray[np.float64]
MU = np.array([0.3, 1.0, 2.0])


def skewed_set(seed: int, skewness: float = 1.3) -> tuple[Floats, Floats, Floats, Floats]:
    """Data, mean, covariance and third moments of twelve regions of a steeply falling spectrum; some have no events."""
    rng = np.random.default_rng(seed)
    n = 12
    mean = np.geomspace(60.0, 1.0, n)
    width = mean * rng.uniform(0.1, 0.5, n)
    empty = [7, 9, 10, 11]
    width[empty] = mean[empty] * rng.uniform(0.6, 1.5, 4)
    root = rng.normal(size=(n, n)) / np.sqrt(n)
    correlation = 0.6 * np.eye(n) + 0.4 * root @ root.T
    scale = np.sqrt(np.diag(correlation))
    covariance = correlation / np.outer(scale, scale) * np.outer(width, width)
    observed = rng.poisson(mean).astype(float)
    observed[empty] = 0.0  # wide enough for their rates to go down to zero
    return observed, mean, covariance, rng.uniform(0.1, skewness, n) * width**3


def some_signal(rng: np.random.Generator, mean: Floats, covariance: Floats) -> Floats:
    n = len(mean)
    size = np.sqrt(np.diag(covariance) + np.maximum(mean, 1.0))
    return np.asarray(size * rng.exponential(1.0, n) * (rng.random(n) < 0.4))


def test_a_likelihood_depends_on_its_arguments_alone() -> None:
    """What else is asked in the call, and in which order, changes nothing."""
    rng = np.random.default_rng(1)
    for seed in range(20):
        published = skewed_set(seed)
        for third in (None, published[3]):
            signal = some_signal(rng, published[1], published[2])
            curve = covariance_model(*published[:3], third).log_likelihood_ratio
            alone = [float(curve(signal, [mu])[0]) for mu in MU]
            after_smaller = curve(signal, np.append(np.linspace(0.01, 0.29, 20), MU))[-3:]
            before_larger = curve(signal, np.append(MU, np.linspace(2.1, 8.0, 20)))[:3]
            turned = curve(signal, MU[::-1])[::-1]
            np.testing.assert_allclose([after_smaller, before_larger, turned], [alone] * 3, rtol=0.0, atol=1e-8)


def test_the_maximum_is_what_scipy_finds_from_several_starts() -> None:
    rng = np.random.default_rng(2)
    for seed in range(12):
        observed, mean, covariance, third = skewed_set(seed)
        theirs = several(observed, mean, covariance, third)
        signal = some_signal(rng, mean, covariance)
        reference = profile(theirs, np.zeros(len(mean)), rng)
        expected = [profile(theirs, mu * signal, rng) - reference for mu in MU]
        found = log_likelihood_ratio(observed, mean, covariance, third, signal, MU)
        np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-5)


def test_a_region_at_its_lowest_rate_does_not_stop_the_others() -> None:
    """Regions without events, held at a rate of zero that rounding would put a little below it."""
    rng = np.random.default_rng(5)
    for _ in range(50):
        mean = np.append(rng.uniform(1.0, 3.0, 4), 4.0)
        width = np.append(rng.uniform(1.0, 1.5, 4) * mean[:4], 2.0)
        third = 0.5 * width**3
        observed = np.array([0.0, 0.0, 0.0, 0.0, 9.0])
        signal = np.append(rng.uniform(0.0, 0.5, 4), 3.0)
        together = log_likelihood_ratio(observed, mean, np.diag(width**2), third, signal, MU)
        apart = [
            log_likelihood_ratio([n], [b], [[w * w]], [m], [s], MU)
            for n, b, w, m, s in zip(observed, mean, width, third, signal, strict=True)
        ]
        np.testing.assert_allclose(together, np.sum(apart, axis=0), rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_every_profile_is_certified(sign: float) -> None:
    """Skewed both ways, up to a skewness of 2, data far off, and signal strengths of any size."""
    rng = np.random.default_rng(3)
    certified = 0
    for seed in range(60):
        observed, mean, covariance, third = skewed_set(seed, 2.0)
        observed = observed * rng.choice([0.0, 1.0, 3.0], len(mean))
        try:
            model = covariance_model(observed, mean, covariance, sign * third)
        except ValueError as error:
            assert "third moment" in str(error) or "positive definite" in str(error)
            continue
        for mu in (0.0, 0.7, 30.0, 1e6):
            found = model.profile(some_signal(rng, mean, covariance), mu)
            assert found.certified and found.log_likelihood <= 0.0
            certified += 1
    assert certified > 150


def test_of_two_maxima_the_larger_one_counts() -> None:
    """Two regions whose correlation makes a rate on the far side of the parabola the better one."""
    beaten = 0
    rng = np.random.default_rng(4)
    for seed in range(40):
        observed, mean, covariance, third = skewed_set(seed, 2.2)
        observed = 3.0 * observed + 1.0
        try:
            model = covariance_model(observed, mean, covariance, third)
        except ValueError:
            continue
        found = model.profile(np.zeros(len(mean)), 0.0)
        theirs = of_form(observed, model.center, model.curvature, model.covariance)
        assert found.log_likelihood > profile(theirs, np.zeros(len(mean)), rng, 4) - 1e-5
        beaten += bool((found.theta * model.curvature < -0.5).any())
    assert beaten > 0, "none of the maxima is on the far side"


def test_a_profile_without_a_maximum_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*arguments: Any) -> None:
        arguments[-2][:] = 0.0
        arguments[-1][:] = np.inf

    model = covariance_model([3.0], [2.0], [[1.0]])
    assert model.log_likelihood_ratio([1.0], [1.0]) > 0.0
    monkeypatch.setattr(simplified, "fill_curves", lost)
    with pytest.raises(PredictionError, match="no certified maximum"):
        model.log_likelihood_ratio([1.0], [1.0])


def test_no_rate_is_possible() -> None:
    """A parabola that opens downwards and stays below zero: no maximum, and it says so."""
    model = CovarianceModel(np.array([2.0]), np.array([-3.0]), np.array([-0.5]), np.array([[1.0]]))
    assert not model.profile([0.0], 1.0).certified
    with pytest.raises(PredictionError):
        model.log_likelihood_ratio([1.0], [1.0])


def test_the_public_form_takes_what_is_published() -> None:
    names = list(inspect.signature(log_likelihood_ratio).parameters)
    assert names == ["observed", "background", "covariance", "third_moments", "signal", "mu"]
    linear = log_likelihood_ratio([5.0], [4.0], [[1.0]], None, [2.0], [1.0])
    np.testing.assert_allclose(linear, log_likelihood_ratio([5.0], [4.0], [[1.0]], [0.0], [2.0], [1.0]))


def test_third_moments_that_contradict_the_covariance_are_refused() -> None:
    with pytest.raises(ValueError, match="opposite signs"):
        covariance_model([1.0, 1.0], [3.0, 3.0], [[1.0, 0.8], [0.8, 1.0]], [2.8, -2.8])


def test_published_sets(real: Any) -> None:
    """All sets of today's results, a few signals each; 500 are in the benchmark."""
    archive: Path = real("smodels-3.0.0.tar.xz")
    for name, ours, theirs in sets_of(str(archive)):
        n_signals = 40 if ours.model.curvature.any() else 2
        found = compare(name, ours, theirs, n_signals, 2, 1)
        assert found.asked < 1e-8, found
        assert found.above < 1e-5 and found.below > -1e-5, found
