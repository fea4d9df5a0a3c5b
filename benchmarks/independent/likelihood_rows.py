"""Rows of the table: likelihoods."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.independent.likelihoods import one_region, truncated_gaussian
from benchmarks.independent.row import NEW, OLD, Row
from benchmarks.independent.several_sets import compare, sets_of
from protomodels.predictor import load_results
from protomodels.results.catalog import CombinedRegions
from protomodels.statistics.curves import REGION, Curves
from protomodels.statistics.truncated_gaussian import limit_log_likelihood


def single_regions(signals: int, models: int) -> Row:
    """Every signal region of two databases at three signals each."""
    rng = np.random.default_rng(1)
    worst, cases = 0.0, 0
    for name in (OLD, NEW):
        catalog = load_results(name).catalog
        rows = [row for row in np.flatnonzero(~catalog.is_ul) if row not in catalog.combined]
        for row in rows:
            n, b, delta = catalog.observed[row], catalog.background[row], catalog.delta[row]
            s = rng.exponential(2.0 * delta + 2.0, 3)
            one = Curves(np.array([REGION]), np.array([1.0]), np.array([b]), np.array([delta]), np.array([n]))
            own = np.array([one_region(x, b, delta, n) for x in s]) - one_region(0.0, b, delta, n)
            worst = max(worst, float(np.abs(one(s)[0] - own).max()))
            cases += len(s)
    return Row("ln L of one region, 1.2.4 and 3.0.0", f"{cases} signals", f"{worst:.1e}")


def upper_limits(signals: int, models: int) -> Row:
    """Random limits, from far below to far above the expected ones."""
    rng = np.random.default_rng(2)
    expected = rng.uniform(0.1, 50.0, 1000)
    observed = expected * rng.uniform(0.4, 3.0, 1000)
    worst = 0.0
    for o, e, sigma in zip(observed, expected, expected * rng.exponential(1.0, 1000), strict=True):
        ours = limit_log_likelihood([sigma, 0.0], o, e)
        theirs = truncated_gaussian(sigma, o, e) - truncated_gaussian(0.0, o, e)
        worst = max(worst, abs(float(ours[0] - ours[1]) - theirs))
    return Row("ln L of upper limits: truncated Gaussian", "1,000 random limits", f"{worst:.1e}")


def linear_sets(signals: int, models: int) -> Row:
    """Covariances as published."""
    return _sets("linear covariances", signals, lambda ours: ours.kind == "covariance" and not _skewed(ours))


def third_moments(signals: int, models: int) -> Row:
    """Means, covariances and third moments as published."""
    return _sets("covariances with third moments", signals, lambda ours: ours.kind == "covariance" and _skewed(ours))


def json_sets(signals: int, models: int) -> Row:
    """The fast forms of JSONs, with their quadratic terms."""
    return _sets("fast forms of JSONs", signals, lambda ours: ours.kind == "json")


def _skewed(ours: CombinedRegions) -> bool:
    return bool(ours.model.curvature.any())


def _sets(what: str, signals: int, wanted: Callable[[CombinedRegions], bool]) -> Row:
    found = [compare(name, ours, theirs, signals, 3, 1) for name, ours, theirs in sets_of(NEW) if wanted(ours)]
    worst = max(max(d.above, -d.below) for d in found)
    asked = max(d.asked for d in found)
    cases = f"{len(found)} sets of 3.0.0, {signals} signals each, mu = 0.3, 1, 2"
    return Row(f"ln L of {what}", cases, f"{worst:.1e}; asked alone or with other mu: {asked:.1e}")
