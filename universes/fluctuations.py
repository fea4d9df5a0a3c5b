"""What the experiments would observe by chance without new physics: one fluctuation an analysis, seen in all its data.

Every region has two Gaussian numbers, one for its background and one for its count.  From them follows what is
observed: in the region on its own with its published background, in a set of regions with that of its likelihood, and
in the upper limits of the analysis with the sum of its pulls.  So each is drawn from what scores it, and they agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from protomodels.results.catalog import Catalog
from protomodels.results.names import publication
from protomodels.statistics.draws import mean_rates, poisson_at, rates_at, truncated_normal_at
from protomodels.statistics.measured_limits import measured_limit
from protomodels.universes.drawing import PseudoData, stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Fluctuation:
    """What chance does to the regions of one analysis.

    Attributes
    ----------
    rows: catalog rows of its m regions, (m,).
    background: of each region's background, in standard deviations, (m,).
    count: of each region's count around it, in standard deviations, (m,).
    sets: by the row of a set of regions, its nuisance parameters and its counts, in standard deviations, (regions,).
    excess, variance: the sum of the pulls of the signal regions, and the variance of that sum.
    """

    rows: Ints
    background: Floats
    count: Floats
    sets: dict[int, tuple[Floats, Floats]]
    excess: float
    variance: float


def fluctuation(catalog: Catalog, analysis: str, seed: int) -> Fluctuation:
    r"""The fluctuation of one analysis, from a stream of its own.

    The excess of the analysis is the sum of the pulls of its signal regions, none of which counts more than another,

    .. math:: \sum_i \frac{\delta_i g_i + \sqrt{b_i}\, e_i}{\sqrt{b_i + \delta_i^2}}

    with the numbers g of the backgrounds, correlated where that was published, and e of the counts.
    """
    own = catalog.analysis == analysis
    sets = [row for row in sorted(catalog.combined) if own[row]]
    rows = np.flatnonzero(own & catalog.is_region)
    places, total = _places(catalog, rows, sets)
    z, e = stream(seed, analysis, "fluctuations").standard_normal((2, total))
    # each region on its own shares the background of the largest set that it is in
    mixing = np.eye(len(rows), total)
    for row in sorted(sets, key=lambda row: len(places[row])):
        inside = np.flatnonzero(places[row] < len(rows))
        block = np.zeros((len(inside), total))
        block[:, places[row]] = catalog.combined[row].mixing[inside]
        mixing[places[row][inside]] = block
    b, delta = catalog.background[rows], catalog.delta[rows]
    weight = np.where(catalog.is_control[rows], 0.0, 1.0 / np.sqrt(b + delta * delta))
    of_z, of_e = (weight * delta) @ mixing, weight * np.sqrt(b)
    excess = float(of_z @ z + of_e @ e[: len(rows)])
    drawn = {row: (catalog.combined[row].mixing @ z[places[row]], e[places[row]]) for row in sets}
    return Fluctuation(rows, mixing @ z, e[: len(rows)], drawn, excess, float(of_z @ of_z + of_e @ of_e))


def _places(catalog: Catalog, rows: Ints, sets: list[int]) -> tuple[dict[int, Ints], int]:
    """The numbers of the regions of each set: those of their rows, or further ones; how many in all."""
    number = {row: place for place, row in enumerate(rows.tolist())}
    total, places = len(rows), {}
    for row in sets:
        own = []
        for region in catalog.combined[row].rows.tolist():
            own.append(number.get(region, total))
            total += region not in number
        places[row] = np.array(own, dtype=np.int64)
    return places, total


def draw_together(catalog: Catalog, seed: int, fudge: float = 1.0) -> PseudoData:
    r"""Counts and limits of one universe, one fluctuation an analysis.

    A region on its own observes n ~ Pois(lambda), lambda ~ Norm(b, f delta) cut at 0, with its published b and delta; a
    set of regions observes what its likelihood says.  All upper limits of a publication are those of one measurement
    f x: x ~ Norm(0, 1) is the sum of the pulls of its regions over the standard deviation of that sum
    (:func:`fluctuation`), a number of its own where there are no regions; see
    :mod:`protomodels.statistics.measured_limits`.

    Parameters
    ----------
    catalog: the published results.
    seed: of the universe, >= 0; each analysis has a stream of its own.
    fudge: f, factor on the uncertainties of backgrounds and on the widths of limits.
    """
    background, count = np.full(len(catalog), np.nan), np.full(len(catalog), np.nan)
    combined: dict[int, Floats] = {}
    sums: dict[str, Floats] = {}
    for analysis in catalog.analyses:
        found = fluctuation(catalog, analysis, seed)
        background[found.rows], count[found.rows] = found.background, found.count
        for row, (pull, of_count) in found.sets.items():
            entry = catalog.combined[row]
            combined[row] = poisson_at(rates_at(entry.model, fudge * entry.model.widths * pull), of_count)
        name = publication(analysis)
        sums[name] = sums.get(name, np.zeros(2)) + np.array([found.excess, found.variance])
    observed = np.full(len(catalog), np.nan)
    rows = np.flatnonzero(np.isfinite(background))
    width = fudge * catalog.delta[rows]
    rate = truncated_normal_at(catalog.background[rows], width, ndtr(-background[rows]))
    observed[rows] = poisson_at(rate, count[rows])
    measured = np.full(len(catalog), np.nan)
    for row in np.flatnonzero(catalog.is_ul).tolist():
        measured[row] = fudge * _measurement(str(catalog.analysis[row]), seed, sums)
    return PseudoData(observed, combined, measured_limit(measured, 1.0), measured)


def _measurement(analysis: str, seed: int, sums: dict[str, Floats]) -> float:
    """x of the publication of an analysis."""
    name = publication(analysis)
    excess, variance = sums[name].tolist()
    if variance > 0.0:
        return float(excess / np.sqrt(variance))
    return float(stream(seed, name, "limits").standard_normal())


def expected_together(catalog: Catalog) -> PseudoData:
    """Nothing drawn: every region, and every set of them, observes its own background; nothing is measured."""
    combined = {row: mean_rates(entry.model) for row, entry in catalog.combined.items()}
    observed = np.where(catalog.is_ul, np.nan, catalog.background)
    observed[list(combined)] = np.nan
    limits = np.where(catalog.is_ul, 1.0, np.nan)
    return PseudoData(observed, combined, limits, np.where(catalog.is_ul, 0.0, np.nan))
