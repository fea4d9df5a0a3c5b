"""Likelihoods of regions with correlated backgrounds: against SModelS, scipy and the single region."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from smodels.statistics.simplifiedLikelihoods import Data, LikelihoodComputer

from protomodels.statistics.region import region_log_likelihood
from protomodels.statistics.simplified import CovarianceModel, covariance_model

Floats = NDArray[np.float64]
MU = np.array([0.3, 1.0, 2.5])


def background(n: int, seed: int, skewed: bool = False) -> tuple[Floats, Floats, Floats, Floats | None]:
    """Observed events (at least 1), means, covariance, and third moments where asked for."""
    rng = np.random.default_rng(seed)
    b = rng.uniform(2.0, 60.0, n)
    width = b * rng.uniform(0.05, 0.4, n)
    root = rng.normal(size=(n, n)) / np.sqrt(n)
    correlation = 0.5 * np.eye(n) + 0.5 * root @ root.T
    scale = np.sqrt(np.diag(correlation))
    v = correlation / np.outer(scale, scale) * np.outer(width, width)
    observed = np.maximum(rng.poisson(b), 1).astype(float)
    third = rng.uniform(0.05, 1.0, n) * width**3 if skewed else None
    return observed, b, v, third


def signal(n: int, seed: int, b: Floats) -> Floats:
    """Signals of the size of the Poisson fluctuations, none in some regions."""
    rng = np.random.default_rng(seed)
    return np.asarray(np.sqrt(b) * rng.uniform(0.0, 2.0, n) * (rng.random(n) < 0.7) + 1e-6)


@pytest.mark.parametrize("n", [1, 2, 7, 30])
@pytest.mark.parametrize("skewed", [False, True])
def test_agrees_with_smodels_where_every_region_has_events(n: int, skewed: bool) -> None:
    observed, b, v, third = background(n, 10 * n + skewed, skewed)
    model = covariance_model(observed, b, v, third)
    for seed in range(3):
        s = signal(n, seed, b)
        third_list = None if third is None else third.tolist()
        computer = LikelihoodComputer(
            Data(observed.tolist(), b.tolist(), v.tolist(), third_moment=third_list, nsignal=s.tolist())
        )
        theirs = computer.likelihood(0.0, return_nll=True) - np.array(
            [computer.likelihood(float(mu), return_nll=True) for mu in MU]
        )
        np.testing.assert_allclose(model.log_likelihood_ratio(s, MU), theirs, atol=1e-6)


def best_by_scipy(model: CovarianceModel, base: Floats) -> float:
    """The profile by a general minimiser, from several starts, with rates kept positive."""

    def objective(theta: Floats) -> float:
        rate = base + theta + model.curvature * theta**2
        if (rate < 0.0).any() or (rate[model.observed > 0] <= 0.0).any():
            return 1e9
        some = model.observed > 0
        poisson = (model.observed[some] * np.log(rate[some])).sum() - rate.sum()
        return float(-poisson + 0.5 * theta @ model.weight @ theta)

    starts = [np.zeros(len(base)), np.maximum(model.observed, 0.1) - base]
    found = []
    for start in starts:
        options: dict[str, Any] = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 200_000, "maxfev": 200_000}
        step = minimize(objective, start, method="Nelder-Mead", options=options)
        found.append(minimize(objective, step.x, method="Nelder-Mead", options=options).fun)
    return -min(found)


@pytest.mark.parametrize("skewed", [False, True])
def test_is_the_maximum_also_without_events(skewed: bool) -> None:
    """Regions with n = 0 keep their nuisance parameter, down to a rate of zero."""
    observed, b, v, third = background(3, 5, skewed)
    observed[1] = 0.0
    b = b / 10.0
    model = covariance_model(observed, b, v / 100.0, None if third is None else third / 1000.0)
    s = np.array([1.0, 2.0, 0.5])
    reference = best_by_scipy(model, model.center)
    for mu, ours in zip(MU, model.log_likelihood_ratio(s, MU), strict=True):
        assert ours == pytest.approx(best_by_scipy(model, model.center + mu * s) - reference, abs=1e-6)


@pytest.mark.parametrize(
    ("n", "b", "delta"), [(0, 0.8, 2.0), (0, 3.0, 0.5), (4, 9.0, 2.0), (40, 22.0, 5.0), (1, 0.0, 1.0)]
)
def test_one_region_is_the_closed_form(n: int, b: float, delta: float) -> None:
    model = covariance_model([n], [b], [[delta**2]])
    curve = model.log_likelihood_ratio([3.0], MU)
    closed = region_log_likelihood(3.0 * MU, b, delta, n) - region_log_likelihood(0.0, b, delta, n)
    np.testing.assert_allclose(curve, closed, atol=1e-9)


def test_uncorrelated_regions_add_up_and_order_does_not_matter() -> None:
    observed, b, v, _ = background(6, 3)
    v = np.diag(np.diag(v))
    s = signal(6, 1, b)
    whole = covariance_model(observed, b, v).log_likelihood_ratio(s, MU)
    parts = sum(
        covariance_model(observed[[i]], b[[i]], v[np.ix_([i], [i])]).log_likelihood_ratio(s[[i]], MU) for i in range(6)
    )
    np.testing.assert_allclose(whole, parts, atol=1e-9)
    order = np.random.default_rng(0).permutation(6)
    turned = covariance_model(observed[order], b[order], v[np.ix_(order, order)])
    np.testing.assert_allclose(turned.log_likelihood_ratio(s[order], MU[::-1])[::-1], whole, atol=1e-9)


def test_many_signals_and_many_universes_at_once() -> None:
    observed, b, v, third = background(8, 9, skewed=True)
    model = covariance_model(observed, b, v, third)
    signals = np.stack([signal(8, seed, b) for seed in range(5)])
    together = model.log_likelihood_ratio(signals, MU)
    np.testing.assert_array_equal(together, [model.log_likelihood_ratio(s, MU) for s in signals])
    universes = np.random.default_rng(1).poisson(b, (4, 8)).astype(float)
    ratios = model.log_likelihood_ratio_in(signals[0], universes, MU)
    alone = [model.with_data(data).log_likelihood_ratio(signals[0], MU) for data in universes]
    np.testing.assert_array_equal(ratios, alone)


def test_the_linear_form_is_concave_and_starts_at_zero() -> None:
    observed, b, v, _ = background(12, 4)
    mu = np.linspace(0.0, 4.0, 81)
    curve = covariance_model(observed, b, v).log_likelihood_ratio(signal(12, 2, b), mu)
    assert curve[0] == 0.0 and np.diff(curve, 2).max() < 1e-8


def test_impossible_backgrounds_are_refused() -> None:
    with pytest.raises(ValueError, match="positive definite"):
        covariance_model([1.0, 2.0], [1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(ValueError, match="third moment"):
        covariance_model([1.0], [1.0], [[1.0]], [5.0])
