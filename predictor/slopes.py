"""The signals of a few results without SModelS's rounding, and how they change with a model's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.model import ProtoModel
from protomodels.predictor.maps.cells import Cells
from protomodels.predictor.numeric.limit_slopes import cluster_slopes
from protomodels.predictor.numeric.observed import ObservedLimits
from protomodels.predictor.numeric.region_slopes import add_slopes
from protomodels.predictor.numeric.weight_slopes import weigh
from protomodels.predictor.numeric.whole import Found
from protomodels.predictor.structures.recipe import Recipe
from protomodels.results.compiled.tables import Grids
from protomodels.settings import SIGMACUT

Floats = NDArray[np.float64]


class Wanted(NamedTuple):
    """A result: its catalog row, and for an upper limit which of the model's clusters, the strongest being 0."""

    row: int
    cluster: int = 0


@dataclass(frozen=True, eq=False)
class Slopes:
    """n results; a model of p particles (ascending pids), b branching ratios (in the model's order), c produced pairs.

    All derivatives are partial ones: with everything else held.

    Attributes
    ----------
    sigma: fb, (n,): sigma x BR of an upper limit, sigma x BR x efficiency of a region; 0 where there is no signal.
    limits: observed and expected limit of an upper limit, fb, (n, 2); NaN for regions, and without a signal.
    by_mass: fb/GeV, (n, p).  by_ratio: fb, (n, b).
    by_pair: d sigma / d (production cross section at the result's energy), (n, c).
    columns: energy of each result, among those of the cross sections; -1 without a signal, (n,).
    limits_by_mass, limits_by_ratio, limits_by_pair: the same of the limits, (n, 2, p), (n, 2, b), (n, 2, c).
    """

    sigma: Floats
    limits: Floats
    by_mass: Floats
    by_ratio: Floats
    by_pair: Floats
    columns: NDArray[np.int64]
    limits_by_mass: Floats
    limits_by_ratio: Floats
    limits_by_pair: Floats


class Compiled(NamedTuple):
    """What of compiled results is needed: triangulations, cells, observed limits, columns of energies, catalog rows."""

    grids: Grids
    cells: Cells
    observed: ObservedLimits
    columns: NDArray[np.int64]
    n_rows: int


def slopes_of(
    compiled: Compiled, recipe: Recipe, found: Found | None, model: ProtoModel, sigma: Floats, wanted: Sequence[Wanted]
) -> Slopes | NDArray[np.int64]:
    """Signals and slopes of wanted results.

    Parameters
    ----------
    recipe: structure of the model.
    found: its prediction with this structure; None where no upper limit is wanted.
    sigma: production cross sections, fb, (pairs, energies).
    wanted: n results.

    Returns
    -------
    The slopes, or pairs of chains that the structure has to learn first.
    """
    s = recipe.structure.arrays
    masses = np.array([model.masses[pid] for pid in recipe.structure.pids])
    unknown = np.empty((4096, 2), dtype=np.int64)
    n_unknown, active, weights, particles, by_ratio, by_pair = weigh(
        s, recipe.ratios(model), sigma, recipe.legs, SIGMACUT, unknown
    )
    if n_unknown > 0:
        return unknown[:n_unknown]
    n, p, n_sms = len(wanted), len(masses), len(weights)
    clusters = _clusters(found)
    numbers = np.full(compiled.n_rows, -1, dtype=np.int64)
    first: dict[int, int] = {}
    for i, (row, _) in enumerate(wanted):
        if row not in clusters:
            numbers[row] = first.setdefault(row, i)
    share, slopes, columns = np.zeros((n, n_sms)), np.zeros((n, p)), np.full(n, -1, dtype=np.int64)
    if first:
        common = s, compiled.grids, compiled.cells, compiled.columns, masses, weights
        add_slopes(*common, particles, active, numbers, share, slopes, columns)
    limits, limit_share, limit_slopes = np.full((n, 2), np.nan), np.zeros((n, 2, n_sms)), np.zeros((n, 2, p))
    for i, (row, nth) in enumerate(wanted):
        if row in first:  # asked for twice
            share[i], slopes[i], columns[i] = share[first[row]], slopes[first[row]], columns[first[row]]
        elif nth < len(clusters[row]) and found is not None:
            number, bits = clusters[row][nth]
            common = s, compiled.grids, compiled.cells, compiled.columns, masses, weights
            out = share[i], limits[i], limit_share[i], limit_slopes[i]
            columns[i] = cluster_slopes(*common, compiled.observed, number, bits, *out)
    here = np.maximum(columns, 0)
    own = _by_channel(recipe, by_ratio, sum(map(len, model.decays.values())))[here]
    return Slopes(
        sigma=(share * weights.T[here]).sum(axis=1),
        limits=limits,
        by_mass=slopes,
        by_ratio=np.matmul(share[:, None, :], own)[:, 0],
        by_pair=share @ by_pair,
        columns=columns,
        limits_by_mass=limit_slopes,
        limits_by_ratio=np.matmul(limit_share, own),
        limits_by_pair=limit_share @ by_pair,
    )


def _clusters(found: Found | None) -> dict[int, list[tuple[int, NDArray[np.uint64]]]]:
    """By catalog row of an upper limit its map, and the SMS of each cluster, the strongest first."""
    if found is None:
        return {}
    maps = dict(found.cluster_rows[:, [0, 2]].tolist())
    clusters: dict[int, list[tuple[int, NDArray[np.uint64]]]] = {}
    for i, row in enumerate(found.ints[0].tolist()):
        if row in maps:
            clusters.setdefault(row, []).append((maps[row], found.bits[i]))
    return clusters


def _by_channel(recipe: Recipe, by_ratio: Floats, n_channels: int) -> Floats:
    """From ratios of physical decays, (energies, SMS, decays), to those of the model's channels."""
    matrix = np.zeros((len(recipe.source), n_channels))
    matrix[np.arange(len(recipe.source)), recipe.source] = recipe.share
    return np.asarray(by_ratio @ matrix)
