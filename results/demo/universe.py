"""What the miniature LHC "observed": one seeded universe of counts and limits, hidden model included."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from protomodels.results.demo import hidden
from protomodels.results.demo.analyses import ANALYSES, Analysis
from protomodels.results.demo.shapes import TOPOLOGIES, background, expected_limit, grid, region_efficiency
from protomodels.statistics.upper_limits import upper_limit

SEED: Final = 20260101
"""Of the whole demo; analysis i draws from its i-th child stream."""
RADIUS: Final = 100.0
"""GeV around the hidden masses within which observed limits are raised by the full hidden cross section."""
CORRELATION: Final = 250.0
"""GeV over which the fluctuations of one limit map are alike."""
WAVES: Final = 16

Point = tuple[float, float]
"""(mother, LBP) masses in GeV."""


@dataclass(frozen=True, slots=True)
class LimitMap:
    """One topology's limits in fb by point; ``expected`` exists even where it is not published."""

    topology: str
    expected: dict[Point, float]
    observed: dict[Point, float]


@dataclass(frozen=True, slots=True)
class Region:
    """One signal region: counts, limits on sigma x efficiency in fb, efficiencies by topology and point.

    ``signal`` is the expected number of hidden events, which an analyst would not know.
    """

    name: str
    observed: int
    background: float
    uncertainty: float
    upper_limit: float
    expected_upper_limit: float
    signal: float
    efficiencies: dict[str, dict[Point, float]]


def streams(seed: int = SEED) -> dict[str, np.random.Generator]:
    """One generator per analysis id."""
    children = np.random.SeedSequence(seed).spawn(len(ANALYSES))
    return {a.id: np.random.default_rng(child) for a, child in zip(ANALYSES, children, strict=True)}


def hidden_point(topology: str) -> Point | None:
    """Where the hidden model sits in a topology's mass plane; None where it has no such signal."""
    pid = hidden.TOPOLOGY_OF.get(topology)
    return None if pid is None else (hidden.MASSES[pid], hidden.MASSES[hidden.X_Z1])


def proximity(point: Point, centre: Point | None) -> float:
    """1 within :data:`RADIUS` of ``centre``, falling linearly to 0 at twice the radius.

    >>> proximity((600.0, 0.0), (750.0, 0.0))
    0.5
    """
    return 0.0 if centre is None else min(1.0, max(0.0, 2.0 - math.dist(point, centre) / RADIUS))


def limit_maps(analysis: Analysis, rng: np.random.Generator) -> list[LimitMap]:
    """The maps of an upper-limit analysis.

    Observed = expected x (1 + z / 1.96) + hidden cross section nearby, where z(masses) is a smooth random
    field of unit variance (random cosines) and the factor is kept above 0.4.
    """
    maps = []
    for name in analysis.topologies:
        topology, centre = TOPOLOGIES[name], hidden_point(name)
        waves = rng.normal(scale=1.0 / (CORRELATION * topology.scale), size=(WAVES, 2))
        phases = rng.uniform(0.0, 2.0 * math.pi, size=WAVES)
        sigma = hidden.topology_sigma(name, analysis.sqrts)
        expected, observed = {}, {}
        for point in grid(topology, analysis.sqrts):
            limit = expected_limit(topology, *point, analysis.inclusive, analysis.peak, analysis.lumi)
            z = math.sqrt(2.0 / WAVES) * float(np.cos(waves @ np.array(point) + phases).sum())
            expected[point] = limit
            observed[point] = limit * max(0.4, 1.0 + z / 1.96) + sigma * proximity(point, centre)
        maps.append(LimitMap(name, expected, observed))
    return maps


def regions(analysis: Analysis, rng: np.random.Generator) -> list[Region]:
    """The regions of an efficiency-map analysis: n ~ Pois(lambda + signal), lambda ~ Norm(b, delta) > 0."""
    edges = (*analysis.thresholds, math.inf)
    made = []
    for i, window in enumerate(pairwise(edges)):
        b = round(background(analysis.inclusive, window[0]), 2)
        delta = round(b * (0.07 + 0.05 * i), 2)
        signal = 0.0
        for name in analysis.topologies:
            centre = hidden_point(name)
            if centre is not None:
                efficiency = region_efficiency(TOPOLOGIES[name], *centre, window, analysis.peak)
                signal += analysis.lumi * efficiency * hidden.topology_sigma(name, analysis.sqrts)
        rate = -1.0
        while rate < 0.0:
            rate = float(rng.normal(b, delta))
        n = int(rng.poisson(rate + signal))
        made.append(
            Region(
                name=f"synthetic_SR{i + 1}",
                observed=n,
                background=b,
                uncertainty=delta,
                upper_limit=float(upper_limit(n, b, delta)) / analysis.lumi,
                expected_upper_limit=float(upper_limit(b, b, delta)) / analysis.lumi,
                signal=signal,
                efficiencies={
                    name: {
                        p: region_efficiency(TOPOLOGIES[name], *p, window, analysis.peak)
                        for p in grid(TOPOLOGIES[name], analysis.sqrts)
                    }
                    for name in analysis.topologies
                },
            )
        )
    return made
