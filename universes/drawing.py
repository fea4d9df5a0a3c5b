"""What the experiments would observe by chance without new physics, drawn as the paper does it.

Each analysis draws from a stream of its own, named by the seed and its id: what it observes does not depend on which
other analyses there are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.results.catalog import Catalog
from protomodels.statistics.draws import correlated_rates, mean_rates, truncated_normal
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA

Floats = NDArray[np.float64]

SMALLEST_RATIO: Final = 0.4
"""Drawn observed limits are at least so many expected ones: published ones are hardly ever lower, and a normal
variate would make 2.5% of them negative."""


@dataclass(frozen=True)
class PseudoData:
    """What the experiments of one universe observe.

    Attributes
    ----------
    observed: events of each signal region of the catalog, NaN for other rows, (rows,).
    combined: by the row of combined regions, the events of all of these, (regions,).
    limit_ratio: observed / expected limit of each upper-limit row, NaN for other rows, (rows,).
    measured: the measurement of which that is the limit, in units of UL_exp / 1.96; NaN where limits are drawn
        themselves, (rows,).
    """

    observed: Floats
    combined: dict[int, Floats]
    limit_ratio: Floats
    measured: Floats


def stream(seed: int, analysis: str, purpose: str) -> np.random.Generator:
    """The random numbers of one analysis for one purpose (``regions``, ``limits``, ``signal``, ``fluctuations``).

    >>> stream(1, "CMS-SUS-19-006", "limits").random() == stream(1, "CMS-SUS-19-006", "limits").random()
    True
    """
    digest = hashlib.sha256(f"{purpose}:{analysis}".encode()).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, 16, 4))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def expected(catalog: Catalog) -> PseudoData:
    """Nothing drawn: backgrounds and expected limits themselves (Asimov data, arXiv:1007.1727)."""
    combined = {row: mean_rates(entry.model) for row, entry in catalog.combined.items()}
    return _put_together(catalog, catalog.background, combined, np.ones(len(catalog)))


def draw(catalog: Catalog, seed: int, fudge: float = 1.0) -> PseudoData:
    """Counts and limits of one universe, as arXiv:2012.12246 draws them.

    Regions: lambda ~ Norm(b, fudge delta) truncated at 0, n ~ Pois(lambda); where correlations were published jointly
    for all regions of the set, and rates below 0 are 0.  Upper limits: observed = expected (1 + fudge z / 1.96) with
    one z ~ Norm(0, 1) per analysis and topology, at least :data:`SMALLEST_RATIO` of it (arXiv:2012.12246).

    Parameters
    ----------
    catalog: the published results.
    seed: of the universe, >= 0; each analysis has a stream of its own.
    fudge: factor on the uncertainties of backgrounds and on the widths of limits.
    """
    observed, combined = np.full(len(catalog), np.nan), {}
    ratio = np.full(len(catalog), np.nan)
    several = set(catalog.combined)
    for analysis in catalog.analyses:
        rows = np.flatnonzero(catalog.analysis == analysis)
        limits = rows[catalog.is_ul[rows]]
        if len(limits):
            z = stream(seed, analysis, "limits").standard_normal(len(limits))
            ratio[limits] = np.maximum(1.0 + fudge * z / EXPECTED_LIMIT_IN_SIGMA, SMALLEST_RATIO)
        regions = np.array([row for row in rows.tolist() if not catalog.is_ul[row] and row not in several], dtype=int)
        if len(regions):
            rng = stream(seed, analysis, "regions")
            rate = truncated_normal(catalog.background[regions], fudge * catalog.delta[regions], rng)
            observed[regions] = rng.poisson(rate)
        for row in sorted(several.intersection(rows.tolist())):
            rng = stream(seed, analysis, f"regions {catalog.region[row]}")
            combined[row] = rng.poisson(correlated_rates(catalog.combined[row].model, fudge, rng)).astype(np.float64)
    return _put_together(catalog, observed, combined, ratio)


def _put_together(catalog: Catalog, observed: Floats, combined: dict[int, Floats], ratio: Floats) -> PseudoData:
    """Regions of a set observe on their own what they observe in it."""
    own = np.where(catalog.is_ul, np.nan, observed)
    for row, counts in sorted(combined.items()):
        own[row] = np.nan
        regions = catalog.combined[row].rows
        own[regions[regions >= 0]] = counts[regions >= 0]
    return PseudoData(own, combined, np.where(catalog.is_ul, ratio, np.nan), np.full(len(catalog), np.nan))
