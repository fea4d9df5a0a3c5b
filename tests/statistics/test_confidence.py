"""CLs against pyhf, and against the limits that they belong to."""

from __future__ import annotations

import numpy as np
import pyhf
import pytest
from numpy.testing import assert_allclose

from protomodels.statistics.confidence import joint_cls, limit_cls, region_cls
from protomodels.statistics.simplified import covariance_model
from protomodels.statistics.upper_limits import upper_limit

REGIONS = [
    (5.0, 10.0, 2.0, 10.0),
    (5.0, 10.0, 2.0, 14.0),
    (5.0, 10.0, 2.0, 5.0),
    (30.0, 100.0, 12.0, 140.0),
    (2.0, 3.0, 0.5, 0.0),
    (40.0, 200.0, 8.0, 170.0),
    (1.0, 50.0, 5.0, 70.0),
]
"""Signal, background, its uncertainty, observed."""


def _by_pyhf(
    signal: list[float], background: list[float], covariance: list[list[float]], observed: list[float]
) -> tuple[float, float]:
    """The counting experiment of pyhf with linear, Gaussian uncertainties of its backgrounds."""
    samples = [{"name": "s", "data": signal, "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]}]
    center, roots = np.array(background), np.linalg.cholesky(covariance).T
    shifts = [{"hi_data": list(center + root), "lo_data": list(center - root)} for root in roots]
    modifiers = [{"name": f"b{i}", "type": "histosys", "data": shift} for i, shift in enumerate(shifts)]
    samples.append({"name": "b", "data": background, "modifiers": modifiers})
    model = pyhf.Model({"channels": [{"name": "one", "samples": samples}]}, poi_name="mu", validate=False)
    data = [*observed, *model.config.auxdata]
    found, expected = pyhf.infer.hypotest(1.0, data, model, test_stat="qtilde", return_expected=True)
    return float(found), float(expected)


@pytest.mark.parametrize("numbers", REGIONS)
def test_single_regions_are_those_of_pyhf(numbers: tuple[float, float, float, float]) -> None:
    signal, background, delta, observed = numbers
    by_pyhf = _by_pyhf([signal], [background], [[delta**2]], [observed])
    assert_allclose(region_cls(*numbers), by_pyhf, atol=1e-3)


@pytest.mark.parametrize("observed", [[14.0, 30.0, 3.0], [8.0, 45.0, 6.0], [17.0, 31.0, 2.0]])
def test_sets_of_regions_are_those_of_pyhf(observed: list[float]) -> None:
    signal, background = [4.0, 5.0, 2.0], [10.0, 35.0, 3.0]
    covariance = [[4.0, 3.0, 0.2], [3.0, 16.0, 0.5], [0.2, 0.5, 1.0]]
    found = joint_cls(covariance_model(observed, background, covariance), signal)
    assert_allclose(found, _by_pyhf(signal, background, covariance, observed), atol=1e-3)


@pytest.mark.parametrize("numbers", REGIONS)
def test_a_set_of_one_region_is_this_region(numbers: tuple[float, float, float, float]) -> None:
    signal, background, delta, observed = numbers
    model = covariance_model([observed], [background], [[delta**2]])
    assert_allclose(joint_cls(model, [signal]), region_cls(*numbers), atol=1e-5)


def test_regions_that_share_nothing_see_more_together() -> None:
    alone = region_cls(5.0, 10.0, 2.0, 10.0)[1]
    model = covariance_model([10.0, 10.0], [10.0, 10.0], np.diag([4.0, 4.0]))
    one_bin = covariance_model([10.0, 10.0], [10.0, 10.0], [[4.0, 3.999], [3.999, 4.0]])
    apart, together = joint_cls(model, [5.0, 5.0])[1], joint_cls(one_bin, [5.0, 5.0])[1]
    assert apart < together < alone


def test_a_skewed_set_without_skewness_is_the_linear_one() -> None:
    data = [14.0, 3.0], [10.0, 4.0], [[4.0, 1.0], [1.0, 2.0]]
    linear = joint_cls(covariance_model(*data), [3.0, 2.0])
    assert_allclose(joint_cls(covariance_model(*data, [1e-5, 1e-5]), [3.0, 2.0]), linear, atol=1e-4)


def test_cls_is_a_twentieth_at_the_limit() -> None:
    limit = upper_limit([80.0, 100.0, 130.0], 100.0, 10.0, moved=True)
    assert_allclose(region_cls(limit, 100.0, 10.0, [80.0, 100.0, 130.0])[0], 0.05, atol=1e-6)
    observed, expected = [0.5, 2.0, 7.0], [1.0, 2.0, 3.0]
    assert_allclose(limit_cls(observed, observed, expected)[0], 0.05, atol=1e-6)
    assert_allclose(limit_cls(expected, observed, expected)[1], 0.05, atol=1e-5)
    assert np.isnan(limit_cls(1.0, 2.0, np.nan)).all()


def test_no_signal_is_never_excluded() -> None:
    assert_allclose(region_cls(0.0, 10.0, 2.0, [5.0, 20.0]), 1.0, atol=1e-5)
    assert_allclose(limit_cls(0.0, [1.0, 4.0], 2.0), 1.0)
    assert_allclose(joint_cls(covariance_model([4.0], [10.0], [[4.0]]), [0.0]), 1.0, atol=1e-5)
