"""Counts of universes: p-values that are uniform there, rates and limits that follow from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import kstest, norm, poisson

from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.catalog import CombinedRegions
from protomodels.results.compiled.file import with_combined
from protomodels.statistics.draws import truncated_normal
from protomodels.statistics.p_values import p_value
from protomodels.statistics.simplified import covariance_model
from protomodels.statistics.upper_limits import upper_limit
from protomodels.universes import Universe, in_universe, region_p_values
from protomodels.universes.drawing import draw


def test_region_p_values_are_uniform_in_500_universes(demo: CompiledPredictor) -> None:
    """With the fraction of ties drawn, p is exactly uniform; false-alarm rate one in a thousand for each factor."""
    rng = np.random.default_rng(7)
    for fudge in (1.0, 0.65):
        found = []
        for seed in range(500):
            catalog = demo.catalog
            drawn = draw(catalog, 1000 + seed, fudge)
            data = replace(catalog, observed=np.where(np.isfinite(drawn.observed), drawn.observed, catalog.observed))
            found.append(region_p_values(data, fudge, rng.random(len(catalog))).p)
        assert kstest(np.concatenate(found), "uniform").pvalue > 1e-3


def test_a_wrong_factor_is_noticed(demo: CompiledPredictor) -> None:
    """The test above can fail: universes of too small uncertainties are not uniform for the published ones."""
    rng = np.random.default_rng(8)
    found = []
    for seed in range(500):
        drawn = draw(demo.catalog, seed, 0.65)
        data = replace(demo.catalog, observed=drawn.observed)
        found.append(region_p_values(data, 1.0, rng.random(len(data))).p)
    p = np.concatenate(found)
    assert kstest(p[np.isfinite(p)], "uniform").pvalue < 1e-6


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 300), st.floats(0.2, 200.0), st.floats(0.05, 1.0), st.floats(0.0, 1.0))
def test_p_values_are_the_integral(n: int, b: float, relative: float, u: float) -> None:
    delta = relative * b

    def integrand(rate: float) -> float:
        tail = poisson.sf(n, rate) + u * poisson.pmf(n, rate)
        return float(norm.pdf(rate, b, delta) * tail / norm.cdf(b / delta))

    low, high = max(0.0, b - 8.0 * delta), b + 8.0 * delta
    points = sorted({min(max(x, low), high) for x in (n - 3.0 * n**0.5, float(n), n + 3.0 * n**0.5, b)})
    expected = quad(integrand, low, high, points=points, limit=300, epsabs=1e-9)[0]
    assert float(p_value(n, b, delta, u)) == pytest.approx(expected, abs=2e-6)


def test_truncated_normal_is_one() -> None:
    """False-alarm rate one in a thousand a case."""
    rng = np.random.default_rng(3)
    for mean, width in ((0.5, 1.0), (10.0, 2.0), (0.01, 5.0)):
        draws = truncated_normal(np.full(20_000, mean), np.full(20_000, width), rng)
        below = norm.cdf(-mean / width)
        assert kstest((norm.cdf((draws - mean) / width) - below) / (1.0 - below), "uniform").pvalue > 1e-3


def test_correlated_regions_are_drawn_together(demo: CompiledPredictor) -> None:
    """Means and covariances of counts: those of the model plus Poisson."""
    rows = np.flatnonzero(demo.catalog.analysis == demo.catalog.analysis[~demo.catalog.is_ul][0])[:2]
    background, covariance = np.array([50.0, 80.0]), np.array([[40.0, 45.0], [45.0, 90.0]])
    model = covariance_model([55.0, 70.0], background, covariance)
    catalog = with_combined(demo.catalog, {len(demo.catalog): CombinedRegions(rows, model, "covariance")}, [""])
    drawn = [draw(catalog, seed) for seed in range(4000)]
    counts = np.array([d.combined[len(demo.catalog)] for d in drawn])
    assert np.array_equal(counts, np.array([d.observed[rows] for d in drawn]))  # the regions on their own see the same
    np.testing.assert_allclose(counts.mean(axis=0), background, atol=5.0 * (170.0 / 4000) ** 0.5)
    np.testing.assert_allclose(np.cov(counts.T), covariance + np.diag(background), rtol=0.12)


def test_limits_of_the_published_counts(demo: CompiledPredictor) -> None:
    """The expected limit for what is expected; the demo's own limits belong to its counts, as SModelS computes them."""
    calm = in_universe(demo, Universe(None)).catalog
    regions = ~calm.is_ul
    np.testing.assert_allclose(calm.limit_observed[regions], calm.limit_expected[regions], rtol=1e-9)
    c = demo.catalog
    ratio = upper_limit(c.observed, c.background, c.delta) / upper_limit(c.background, c.background, c.delta)
    np.testing.assert_allclose((c.limit_expected * ratio)[regions], c.limit_observed[regions], rtol=2e-3)


@pytest.mark.parametrize(
    ("n", "b", "delta"), [(80, 100.0, 10.0), (110, 100.0, 30.0), (100, 100.0, 10.0), (8, 5.0, 1.0), (3, 6.0, 1.0)]
)
def test_limits_of_drawn_counts_are_those_of_pyhf(n: int, b: float, delta: float) -> None:
    """Its Asimov data move all measurements; its histosys is our background: linear, with a normal constraint."""
    import pyhf

    background = {"name": "delta", "type": "histosys", "data": {"hi_data": [b + delta], "lo_data": [b - delta]}}
    samples = [
        {"name": "s", "data": [1.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
        {"name": "b", "data": [b], "modifiers": [background]},
    ]
    parameter = {"name": "mu", "bounds": [[0.0, 20.0 * (b + delta * delta) ** 0.5]], "inits": [1.0]}
    spec = {"channels": [{"name": "one", "samples": samples}], "parameters": [parameter]}
    interpolation = {"histosys": {"interpcode": "code0"}, "normsys": {"interpcode": "code1"}}
    model = pyhf.Model(spec, poi_name="mu", modifier_settings=interpolation, validate=False)
    scan = np.linspace(0.5, 2.0, 31) * 2.0 * (b + delta * delta) ** 0.5
    theirs = pyhf.infer.intervals.upper_limits.upper_limit([float(n), *model.config.auxdata], model, scan=scan)[0]
    assert upper_limit(float(n), b, delta, moved=True) == pytest.approx(float(theirs), rel=2e-3)
