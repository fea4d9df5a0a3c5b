"""One fluctuation an analysis: what is drawn is what is scored, and all data of an analysis say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kstest, norm

from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.catalog import Catalog, CombinedRegions
from protomodels.results.compiled.file import with_combined
from protomodels.settings import REGION_CHOICES, RegionChoice
from protomodels.statistics.measured_limits import measured_limit
from protomodels.statistics.simplified import covariance_model
from protomodels.statistics.truncated_gaussian import limit_mode
from protomodels.universes import Universe, in_universe, region_p_values
from protomodels.universes.fluctuations import draw_together, expected_together

ALARM = 1e-3
"""False-alarm rate of each test."""


@pytest.fixture(scope="module")
def other_backgrounds(demo: CompiledPredictor) -> CompiledPredictor:
    """The demo with a skewed set of regions that believes in other backgrounds than were published for each alone."""
    rows = set_rows(demo.catalog)
    b, delta = demo.catalog.background[rows], demo.catalog.delta[rows]
    correlation = 0.4 + 0.6 * np.eye(len(rows))
    width = 0.4 * delta
    model = covariance_model(
        demo.catalog.observed[rows], b + 1.5 * delta, np.outer(width, width) * correlation, 0.8 * width**3
    )
    entry = CombinedRegions(rows, model, "json")
    return demo.with_catalog(with_combined(demo.catalog, {len(demo.catalog): entry}, ["shifted.json"]))


def set_rows(catalog: Catalog) -> np.ndarray:
    name = catalog.analysis[~catalog.is_ul][0]
    return np.flatnonzero((catalog.analysis == name) & ~catalog.is_ul)


def smallest_p(predictor: CompiledPredictor, regions: RegionChoice, n: int, drawing: int = 2) -> float:
    """Of the Kolmogorov-Smirnov tests of all regions, times their number."""
    rng = np.random.default_rng(1)
    found = []
    for seed in range(n):
        catalog = in_universe(predictor, Universe(seed, drawing=drawing)).catalog
        found.append(region_p_values(catalog, 1.0, rng.random(len(catalog)), regions).p)
    p = np.array(found)
    return min(float(kstest(own, "uniform").pvalue) for own in p.T) * p.shape[1]


@pytest.mark.parametrize("regions", REGION_CHOICES)
def test_every_region_is_uniform_by_what_scores_it(other_backgrounds: CompiledPredictor, regions: RegionChoice) -> None:
    assert smallest_p(other_backgrounds, regions, 400) > ALARM


def test_counts_that_are_drawn_from_the_set_are_noticed(other_backgrounds: CompiledPredictor) -> None:
    """The test above can fail: version 0.1.0 drew them so, and scored them with the published backgrounds."""
    assert smallest_p(other_backgrounds, "best", 400, drawing=1) < 1e-6


@pytest.mark.parametrize("name", ["smodels-1.2.4.tar.xz", "smodels-3.0.0.tar.xz"])
def test_every_region_of_real_results_is_uniform(real: Callable[[str], Path], name: str) -> None:
    predictor = load_results(str(real(name)))
    for regions in REGION_CHOICES:
        assert smallest_p(predictor, regions, 60) > ALARM


def test_a_region_and_its_set_fluctuate_together(other_backgrounds: CompiledPredictor) -> None:
    catalog = other_backgrounds.catalog
    row = len(catalog) - 1
    rows = catalog.combined[row].rows
    drawn = [draw_together(catalog, seed) for seed in range(300)]
    alone = np.array([d.observed[rows] for d in drawn])
    within = np.array([d.combined[row] for d in drawn])
    for i in np.flatnonzero(catalog.background[rows] > 5.0).tolist():
        assert np.corrcoef(alone[:, i], within[:, i])[0, 1] > 0.8


def test_regions_and_sets_of_one_background_observe_the_same(demo: CompiledPredictor) -> None:
    rows = set_rows(demo.catalog)
    b = np.full(len(rows), 80.0)
    covariance = np.diag(np.full(len(rows), 25.0))
    data = replace(
        demo.catalog, **{n: _with(getattr(demo.catalog, n), rows, v) for n, v in (("background", 80.0), ("delta", 5.0))}
    )
    entry = CombinedRegions(rows, covariance_model(b, b, covariance), "covariance")
    catalog = with_combined(data, {len(data): entry}, [""])
    for seed in range(20):
        drawn = draw_together(catalog, seed)
        assert np.array_equal(drawn.combined[len(data)], drawn.observed[rows])


def _with(column: np.ndarray, rows: np.ndarray, value: float) -> np.ndarray:
    changed = column.copy()
    changed[rows] = value
    return changed


def test_all_limits_of_an_analysis_are_those_of_one_measurement(demo: CompiledPredictor) -> None:
    """x ~ Norm(0, 1), and their spread is that of the limits it gives: 0.666 of the width, without a floor."""
    analysis = demo.catalog.analysis[demo.limit_rows]
    sampled = demo.has_expected_limit
    found = []
    for seed in range(400):
        limits = in_universe(demo, Universe(seed)).observed_limits
        assert np.array_equal(np.isfinite(limits.measured), sampled)
        np.testing.assert_allclose(limits.ratio, measured_limit(limits.measured, 1.0), equal_nan=True)
        own = [set(limits.measured[(analysis == name) & sampled].tolist()) for name in set(analysis[sampled].tolist())]
        assert all(len(values) == 1 for values in own)
        found.append([values.pop() for values in own])
    x = np.array(found)
    assert all(kstest(column, "norm").pvalue * x.shape[1] > ALARM for column in x.T)
    limits = measured_limit(norm.ppf((np.arange(100_000) + 0.5) / 100_000), 1.96)
    assert limits.std() == pytest.approx(0.6665, abs=2e-4)
    assert np.quantile(limits, 0.001) / 1.96 == pytest.approx(0.407, abs=2e-3)


@pytest.mark.parametrize("fudge", [1.0, 0.65])
def test_excesses_of_limits_are_as_frequent_as_their_z_says(demo: CompiledPredictor, fudge: float) -> None:
    """Version 0.1.0 gave Z > 2 twice as often; drawn in 2,000 universes, by the likelihood that reads the limit."""
    row = int(demo.limit_rows[demo.has_expected_limit][0])
    ratio = np.array([draw_together(demo.catalog, seed, fudge).limit_ratio[row] for seed in range(2000)])
    Z = 1.96 * limit_mode(ratio, 1.0)
    for z in (0.5, 1.0, 1.8):
        p = norm.sf(z / fudge)
        assert abs((z < Z).mean() - p) < norm.isf(ALARM / 6) * (p * (1.0 - p) / 2000) ** 0.5


def test_limits_and_counts_of_an_analysis_tell_the_same(demo: CompiledPredictor) -> None:
    """Their measurement is the sum of the pulls of its regions."""
    limit = int(demo.limit_rows[demo.has_expected_limit][0])
    rows = set_rows(demo.catalog)
    names = demo.catalog.analysis.astype("U40")
    # the limits were published with the regions, which the database lists as a part of their own
    names[names == names[limit]] = "CMS-NEW-99-001"
    names[rows] = "CMS-NEW-99-001-agg"
    catalog = replace(demo.catalog, analysis=names)
    b, variance = catalog.background[rows], catalog.background[rows] + catalog.delta[rows] ** 2
    drawn = [draw_together(catalog, seed) for seed in range(300)]
    excess = [((d.observed[rows] - b) / variance**0.5).sum() for d in drawn]
    measured = np.array([d.measured[limit] for d in drawn])
    assert np.corrcoef(excess, measured)[0, 1] > 0.9
    assert kstest(measured, "norm").pvalue > ALARM


def test_nothing_drawn_is_what_scores_each(other_backgrounds: CompiledPredictor) -> None:
    catalog = other_backgrounds.catalog
    calm = expected_together(catalog)
    row = len(catalog) - 1
    rows = catalog.combined[row].rows
    assert np.array_equal(calm.observed[rows], catalog.background[rows])
    assert (calm.combined[row] > catalog.background[rows]).all()
