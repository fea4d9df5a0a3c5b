"""Limits of few events against independent formulas: quadrature over the background, and toys."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import gammaincc

from protomodels.statistics.counting_limits import counting_limit, median_count
from protomodels.statistics.upper_limits import upper_limit


def by_quadrature(n: float, b: float, delta: float) -> float:
    """CLs = 0.05 with the background integrated out by an adaptive rule."""

    def below(signal: float) -> float:
        def density(rate: float) -> float:
            return math.exp(-0.5 * ((rate - b) / delta) ** 2) * float(gammaincc(n + 1.0, signal + rate))

        return float(quad(density, max(0.0, b - 8.0 * delta), b + 8.0 * delta, points=[b], epsrel=1e-11, limit=400)[0])

    without = below(0.0)
    return float(brentq(lambda s: below(s) / without - 0.05, 1e-6, 20.0 + 20.0 * math.sqrt(n + b + delta**2)))


@pytest.mark.parametrize(
    ("n", "b", "delta"),
    [
        *((0.0, 0.4, 0.4), (0.0, 3.0, 0.5), (1.0, 0.2, 0.05), (2.0, 4.3, 0.4), (3.0, 2.5, 1.5), (0.44, 0.44, 0.6)),
        *((8.7, 8.7, 12.0), (13.0, 11.6, 0.1), (246.0, 257.0, 32.0)),
        # the background is known worse than it fluctuates
        *((4749.0, 6088.0, 665.0), (6159.0, 6088.0, 665.0), (127937.0, 135004.8633, 3514.64983), (160003.0, 1e5, 3e4)),
    ],
)
def test_limits_are_those_of_the_counts(n: float, b: float, delta: float) -> None:
    assert float(counting_limit(n, b, delta)) == pytest.approx(by_quadrature(n, b, delta), rel=1e-6)


@pytest.mark.parametrize("b", [0.1, 1.0, 5.0])
def test_nothing_seen_excludes_three_events(b: float) -> None:
    """exp(-s) = 0.05, whatever was expected; the asymptotic limit is lower."""
    assert float(counting_limit(0.0, b, 0.2 * b)) == pytest.approx(-math.log(0.05), rel=1e-9)
    assert float(upper_limit(0.0, b, 0.2 * b, moved=True)) < 2.7


def test_a_toy_experiment_agrees() -> None:
    """200,000 toys: 0.0005 of statistical error on the numerator of CLs, so 1% on a CLs of 0.05."""
    n, b, delta = 2.0, 1.5, 0.6
    limit = float(counting_limit(n, b, delta))
    rng = np.random.default_rng(11)
    rates = rng.normal(b, delta, 230_000)
    rates = rates[rates > 0.0][:200_000]
    with_signal, without = (float((rng.poisson(rates + s) <= n).mean()) for s in (limit, 0.0))
    assert with_signal / without == pytest.approx(0.05, abs=5.0 * 0.0007)


def test_many_events_agree_with_the_asymptotic_limit() -> None:
    for n in (380.0, 400.0, 430.0):
        assert float(counting_limit(n, 400.0, 4.0)) == pytest.approx(
            float(upper_limit(n, 400.0, 4.0, moved=True)), rel=0.015
        )


def test_what_cannot_be_computed_is_nan() -> None:
    found = counting_limit([np.nan, 0.0, 1.0], [1.0, 5000.0, 1.0], [0.1, 1.0, 0.1])
    assert np.isnan(found).tolist() == [True, True, False]


def test_medians_are_those_of_toys() -> None:
    rng = np.random.default_rng(5)
    for b, delta in ((0.4, 0.1), (2.2, 1.5), (30.3, 4.0)):
        rates = rng.normal(b, delta, 400_000)
        counts = rng.poisson(rates[rates > 0.0])
        m = float(median_count(b, delta))
        assert (counts <= m).mean() > 0.5 > (counts <= m - 1.0).mean()
    assert np.isnan(median_count(np.nan, 1.0))
