"""Counted p-values, their intervals and densities, beside scipy and the published numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, gaussian_kde, norm

from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.statistics.densities import density_p
from protomodels.statistics.intervals import clopper_pearson
from protomodels.statistics.p_values import counted_p, significance


@given(st.integers(0, 80), st.integers(1, 80), st.floats(0.5, 0.99))
def test_intervals_are_those_of_scipy(k: int, n: int, confidence: float) -> None:
    k = min(k, n)
    theirs = binomtest(k, n).proportion_ci(confidence, "exact")
    ours = clopper_pearson(k, n, confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert ours.low <= k / n <= ours.high


def test_the_published_p_value() -> None:
    """Eleven of fifty: 0.22, an interval that holds the published 0.19; and p is never 0."""
    answer = GlobalPValue(6.76, (7.0,) * 11 + (5.0,) * 39)
    assert (answer.n, answer.reaching, answer.fraction) == (50, 11, 0.22)
    assert answer.p == pytest.approx(12 / 51) and answer.significance == pytest.approx(norm.isf(12 / 51))
    assert answer.interval().low < 0.19 < answer.interval().high
    assert counted_p(0, 50) > 0.0 and significance(counted_p(50, 50)) == -math.inf


def test_universes_without_a_model_count_as_not_reaching() -> None:
    answer = GlobalPValue(1.0, (-math.inf, 0.5, 2.0), at_least=(1.0, 3.0), wanted=9)
    assert (answer.n, answer.reaching) == (5, 3) and answer.p_density is None
    assert GlobalPValue(1.0, (-math.inf, 0.5, 2.0)).p_density == pytest.approx(density_p(1.0, [0.5, 2.0]) * 2 / 3)
    assert density_p(1.0, [2.0]) is None and density_p(1.0, [2.0, 2.0]) is None


def test_the_density_is_scipys() -> None:
    K = np.random.default_rng(1).normal(5.0, 1.0, 40)
    kernel = gaussian_kde(K, "scott")
    assert density_p(6.0, K) == pytest.approx(float(kernel.integrate_box_1d(6.0, np.inf)))


# lower bounds and calibration
