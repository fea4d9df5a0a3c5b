"""Small p-values from fitted tails, on samples whose distribution is known.

A 95% interval that is right holds the truth in 95 of 100 samples: fewer than the 1e-3 quantile of the binomial
distribution is a false alarm once in 1,000 tests.
"""

from __future__ import annotations

import math
from dataclasses import astuple
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, chi2, expon, genpareto, goodness_of_fit, gumbel_r

from protomodels.statistics.generalised_pareto import (
    anderson_darling,
    best_scale,
    draw,
    fit,
    goodness,
    log_likelihood,
    log_survival,
)
from protomodels.statistics.tails import FEWEST, SHARE, TailFit, tail_fit

P, N, SAMPLES = 1e-3, 200, 100
FALSE_ALARM = 1e-3
FAMILIES = {"exponential": expon(), "chi-squared": chi2(4), "gumbel": gumbel_r(), "bounded": beta(1, 3)}


@cache
def fits(family: str, confidence: float = 0.95) -> list[TailFit]:
    """Fits of samples of 200 at the value whose exact p is 1e-3."""
    rng = np.random.default_rng(11)
    known = FAMILIES[family]
    return [tail_fit(known.rvs(N, random_state=rng), known.isf(P), rng, confidence) for _ in range(SAMPLES)]


def covers(found: list[TailFit], promised: float, p: float = P) -> bool:
    """Do enough of the intervals hold p?"""
    inside = [f.interval.low <= p <= f.interval.high for f in found if f.interval is not None]
    return sum(inside) >= binom.ppf(FALSE_ALARM, len(inside), promised)


@pytest.mark.parametrize("family", FAMILIES)
def test_95_percent_intervals_cover_the_exact_p(family: str) -> None:
    assert covers(fits(family), 0.95)


@pytest.mark.parametrize("family", FAMILIES)
def test_68_percent_intervals_cover_the_exact_p(family: str) -> None:
    assert covers(fits(family, 0.68), 0.68)


def test_the_test_of_coverage_can_fail() -> None:
    assert not covers(fits("exponential", 0.68), 0.95)
    assert not any(covers(fits(family), 0.95, 20.0 * P) for family in FAMILIES)
    assert not any(covers(fits(family), 0.95, P / 1e6) for family in ("exponential", "chi-squared", "gumbel"))


@pytest.mark.parametrize("family", ["exponential", "chi-squared", "gumbel"])
def test_the_estimate_is_right_on_average(family: str) -> None:
    """The mean estimate is within four standard errors, 0 where the end of the tail is before the observed value."""
    found = np.array([0.0 if f.at_most else f.p for f in fits(family) if f.p is not None])
    error = found.std() / math.sqrt(len(found))
    assert abs(found.mean() - P) < 4.0 * error
    assert abs(found.mean() - 3.0 * P) > 4.0 * error  # a bias of a factor of three is noticed


@pytest.mark.parametrize("family", FAMILIES)
def test_good_tails_are_seldom_refused(family: str) -> None:
    """At most 3% of them: more than the binomial quantile is a false alarm once in 1,000."""
    refused = [f.reason for f in fits(family) if not f.usable]
    assert len(refused) <= binom.isf(FALSE_ALARM, SAMPLES, 0.03), refused


def test_a_tail_that_is_another_is_refused_with_the_reason() -> None:
    rng = np.random.default_rng(3)
    two = np.concatenate([rng.exponential(1.0, 170), rng.normal(30.0, 0.3, 30)])
    for values, observed, reason in (
        (two, 40.0, "Anderson-Darling p = 0.0"),
        (rng.pareto(0.4, 400), 1e9, "falls too slowly"),
        (rng.exponential(size=99), 9.0, "fewer than 25 different ones: 100 are needed"),
        (np.full(400, 1.0), 2.0, "fewer than 25 different"),
        (rng.exponential(size=400), 0.5, "not above the threshold"),
        (np.r_[np.full(350, -math.inf), rng.exponential(size=50)], 5.0, "fewer than 25"),
    ):
        found = tail_fit(values, observed, np.random.default_rng(1))
        assert (found.p, found.interval, found.at_most, found.usable) == (None, None, False, False)
        assert reason in found.reason


def test_a_p_that_depends_on_the_threshold_is_refused() -> None:
    """The upper quarter is exponential, what is below it flat."""
    rng = np.random.default_rng(0)
    values = np.r_[rng.exponential(size=500), rng.uniform(-40.0, 0.0, 1500)]
    found = tail_fit(values, 6.0, np.random.default_rng(1))
    assert not found.usable and found.reason.startswith("p depends on the threshold: ")
    assert found.stability is not None and found.stability.low < found.stability.high


def test_p_is_never_0() -> None:
    """These values end at 1: the estimate at 2 is 0, and what is said is the upper end of the interval."""
    found = tail_fit(np.random.default_rng(4).beta(1.0, 3.0, size=400), 2.0, np.random.default_rng(1))
    assert found.usable and found.at_most and found.shape is not None and found.shape < 0.0
    assert found.interval is not None and found.p == found.interval.high > 0.0 == found.interval.low
    near = tail_fit(np.random.default_rng(4).exponential(size=400), 7.0, np.random.default_rng(1))
    assert not near.at_most and near.p is not None and near.interval is not None
    assert near.interval.low < near.p < near.interval.high


def test_values_without_a_model_count_in_n() -> None:
    rng = np.random.default_rng(5)
    K = rng.exponential(size=300)
    found = tail_fit(np.r_[K, np.full(100, -math.inf)], 8.0, np.random.default_rng(1))
    alone = tail_fit(K, 8.0, np.random.default_rng(1), share=1 / 3)
    assert (found.n, found.above, found.threshold) == (400, 100, alone.threshold)
    assert found.p is not None and alone.p is not None and found.p == pytest.approx(0.75 * alone.p)


@pytest.mark.parametrize(("shift", "factor"), [(-50.0, 1.0), (0.0, 0.01), (3.0, 100.0)])
def test_units_do_not_matter(shift: float, factor: float) -> None:
    K = np.random.default_rng(6).gumbel(size=200)
    own = astuple(tail_fit(K, 6.0, np.random.default_rng(1)))
    other = tail_fit(shift + factor * K, shift + factor * 6.0, np.random.default_rng(1))
    assert other.p == pytest.approx(own[0], rel=1e-4)
    assert other.interval is not None and (other.interval.low, other.interval.high) == pytest.approx(own[1], rel=1e-3)


@pytest.mark.parametrize(
    ("sample", "observed", "confidence"),
    [
        ([math.nan] * 9, 1.0, 0.9),
        ([math.inf], 1.0, 0.9),
        ([[1.0]], 1.0, 0.9),
        ([1.0], math.nan, 0.9),
        ([1.0], 1.0, 1.0),
    ],
)
def test_what_is_no_sample_is_refused(sample: Any, observed: float, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"sample|observed"):
        tail_fit(sample, observed, np.random.default_rng(1), confidence)


@pytest.mark.parametrize("shape", [-0.4, 0.0, 1e-6, 0.3])
def test_the_distribution_is_scipys(shape: float) -> None:
    y = draw(shape, 2.0, (40,), np.random.default_rng(7))
    known = genpareto(shape, scale=2.0)
    np.testing.assert_allclose(log_survival(y, shape, 2.0), known.logsf(y), rtol=1e-6)
    assert float(log_likelihood(y, shape, 2.0)) == pytest.approx(known.logpdf(y).sum(), rel=1e-6)
    theirs = goodness_of_fit(
        genpareto,
        y,
        known_params={"c": shape, "loc": 0.0, "scale": 2.0},
        statistic="ad",
        n_mc_samples=1,
        rng=np.random.default_rng(1),
    )
    assert float(anderson_darling(y, shape, 2.0)) == pytest.approx(float(theirs.statistic), rel=1e-6)


def test_the_fit_is_scipys() -> None:
    y = np.random.default_rng(8).exponential(size=(20, 80))
    shape, scale = fit(y)
    for row, xi, sigma in zip(y, shape, scale, strict=True):
        c, _, s = genpareto.fit(row, floc=0.0)
        assert log_likelihood(row, xi, sigma) >= log_likelihood(row, c, s) - 1e-6
        assert (xi, sigma) == pytest.approx((c, s), abs=2e-3)


@given(st.floats(-0.5, 1.0), st.integers(2, 60), st.integers(0, 1000))
def test_the_best_scale_is_a_root_of_its_equation(shape: float, n: int, seed: int) -> None:
    y = np.random.default_rng(seed).pareto(1.5, n) + 1e-9
    sigma = best_scale(y, np.asarray(shape))
    assert sigma + shape * y.max() > 0.0
    assert ((1.0 + shape) * y / (sigma + shape * y)).mean() == pytest.approx(1.0, abs=1e-8)


def test_goodness_is_uniform_for_what_it_is_and_small_for_what_it_is_not() -> None:
    rng = np.random.default_rng(9)
    right = np.array([goodness(rng.exponential(size=50), rng, 99) for _ in range(200)])
    assert np.sum(right < 0.1) <= binom.isf(FALSE_ALARM, 200, 0.1)
    wrong = np.array([goodness(np.abs(rng.normal(3.0, 0.3, size=50)), rng, 99) for _ in range(50)])
    assert np.sum(wrong < 0.1) > binom.isf(FALSE_ALARM, 50, 0.1)


def test_the_threshold_is_the_largest_value_below_the_upper_quarter() -> None:
    K = np.random.default_rng(10).permutation(np.arange(200.0))
    found = tail_fit(K, 230.0, np.random.default_rng(1))
    assert (found.threshold, found.above, found.n) == (149.0, SHARE * 200, 200)
    assert tail_fit(np.arange(4.0 * FEWEST), 200.0, np.random.default_rng(1)).above == FEWEST
