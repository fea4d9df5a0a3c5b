"""Rounding to significant digits: SModelS's numbers, and those of its formula to the last bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from smodels.experiment.txnameDataObj import TxNameData

from protomodels.kernel import kernel
from protomodels.predictor.maps.rounding import round_significant


@kernel
def _by_formula(x: float, digits: int) -> float:
    """With a logarithm and a power for each number."""
    if x == 0.0 or not np.isfinite(x):
        return x
    place = digits - 1 - (1.0 if x > 0.0 else -1.0) * np.floor(np.log10(abs(x)))
    if place >= 0.0:
        power = 10.0**place
        return float(np.rint(x * power) / power)
    power = 10.0**-place
    return float(np.rint(x / power) * power)


def _same(x: float) -> bool:
    return all(
        np.array_equal(round_significant(x, digits), _by_formula(x, digits), equal_nan=True) for digits in (5, 6, 9)
    )


@settings(deadline=None, derandomize=True, max_examples=1000)
@given(st.floats(allow_subnormal=True))
@example(5e-324)
@example(-1.7976931348623157e308)
def test_any_number_is_rounded_as_by_the_formula(x: float) -> None:
    assert _same(x)


def test_near_powers_of_ten_as_by_the_formula() -> None:
    """A few bits below 1e15 the logarithm is 15."""
    rounded_up = 0
    for power in range(-33, 34):
        exact = float(f"1e{power}")
        for x in (exact * (1.0 - 1e-13), math.nextafter(exact, 0.0), exact, math.nextafter(exact, math.inf)):
            assert _same(x) and _same(-x) and _same(9.999995 * x) and _same(2.0 * x)
        for bits in range(200):
            x = exact * (1.0 - bits * 2.0**-53)
            assert _same(x), (power, bits)
            rounded_up += x < exact and math.log10(x) == power
    assert rounded_up > 100


def test_significant_digits_are_those_of_smodels() -> None:
    data = TxNameData([[1.0], [2.0]], [1.0, 1.0], "round_to_n")
    numbers = 10.0 ** np.random.default_rng(1).uniform(-12.0, 9.0, 2000)
    for x in (*numbers.tolist(), *(-numbers[:20]).tolist(), 0.0, 1.0, 999999.5, 0.1, 123456.7, 1e-9):
        for digits in (5, 6):
            assert round_significant(x, digits) == pytest.approx(float(data.round_to_n(x, digits)), rel=1e-12, abs=0.0)
    assert np.isnan(round_significant(np.nan, 6)) and round_significant(np.inf, 6) == np.inf
