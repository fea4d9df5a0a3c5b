"""The compiled search beside networkx, scipy and the general search: cliques, maxima, and refusals that are proven."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from protomodels.combiner import best_combination
from protomodels.combiner.compiled.curves import Signals, limit_point, region_point
from protomodels.combiner.compiled.graph import Cliques, maximal_cliques
from protomodels.combiner.compiled.intervals import Points, bound_between, bound_beyond
from protomodels.combiner.compiled.maximum import ABOVE, BELOW, SETTLED, Found, maximum
from protomodels.statistics.curves import LIMIT, REGION, Curves
from protomodels.statistics.joint import Joint, Lines, joint_of, lines_of
from protomodels.statistics.simplified import CovarianceModel, covariance_model

JOINT = 3
CAP = 100_000
Bools = NDArray[np.bool_]


def random_graph(rng: np.random.Generator, n: int, density: float) -> Bools:
    upper = np.triu(rng.random((n, n)) < density, 1)
    return np.asarray(upper | upper.T)


def listed(cliques: Cliques, piece: int) -> list[list[int]]:
    places = range(cliques.component[piece], cliques.component[piece + 1])
    return sorted(cliques.members[cliques.first[q] : cliques.first[q + 1]].tolist() for q in places)


@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_cliques_are_those_of_networkx(seed: int, n: int, density: float) -> None:
    if n > 30:
        density = min(density, 0.4)  # above, there are too many to list
    allowed = random_graph(np.random.default_rng(seed), n, density)
    found = maximal_cliques(allowed, CAP)
    forbidden = nx.from_numpy_array(~allowed & ~np.eye(n, dtype=np.bool_))
    pieces = sorted(sorted(piece) for piece in nx.connected_components(forbidden))
    assert len(found.component) - 1 == len(pieces)
    graph = nx.from_numpy_array(allowed)
    for number, piece in enumerate(pieces):
        assert listed(found, number) == sorted(map(sorted, nx.find_cliques(graph.subgraph(piece))))


def test_a_crowd_of_cliques_is_cut_off() -> None:
    """Ten groups of three that exclude one another, all joined to one piece by a result that goes with none."""
    n = 31
    group = np.arange(n) // 3
    allowed = np.not_equal.outer(group, group)
    allowed[-1, :] = allowed[:, -1] = False
    found = maximal_cliques(allowed, 1000)
    assert len(found.component) == 2 and len(found.first) - 1 == 1001


@dataclass(frozen=True)
class Problem:
    """Results of random kinds and data, with one signal."""

    signals: Signals
    joint: Joint
    lines: Lines
    allowed: Bools
    curves: Curves

    @property
    def cliques(self) -> Cliques:
        return maximal_cliques(self.allowed, CAP)

    def search(self, top: float, enough: float = -np.inf, exact: bool = True) -> Found:
        return maximum(self.signals, self.joint, self.lines, self.cliques, top, enough, exact)


def some_set(rng: np.random.Generator) -> CovarianceModel:
    n = int(rng.integers(1, 7))
    background = rng.uniform(0.5, 30.0, n)
    root = rng.normal(size=(n, n))
    covariance = 0.3 * root @ root.T + np.diag(0.1 + 0.02 * background**2)
    third = None if rng.random() < 0.6 else rng.uniform(0.0, 0.5, n) * np.diag(covariance) ** 1.5
    if third is not None:
        covariance = np.diag(np.diag(covariance))
    observed = rng.poisson(background * rng.uniform(0.5, 1.6, n))
    return covariance_model(observed, background, covariance, third)


def problem(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 22))
    kind = rng.choice([REGION, LIMIT, JOINT], n, p=[0.5, 0.3, 0.2])
    sets = np.flatnonzero(kind == JOINT)
    models = [some_set(rng) for _ in sets]
    joint = joint_of(models)
    center = np.where(kind == LIMIT, rng.uniform(0.0, 2.0, n), rng.uniform(0.3, 20.0, n))
    signal, width = rng.exponential(3.0, n) * 10.0 ** rng.uniform(-1.0, 1.0, n), rng.uniform(0.3, 3.0, n)
    observed = rng.poisson(center * rng.uniform(0.5, 1.6, n)).astype(np.float64)
    number = np.full(n, -1)
    number[sets] = np.arange(len(sets))
    regions = rng.exponential(2.0, len(joint.theta)) * (rng.random(len(joint.theta)) < 0.6)
    several = tuple(
        (int(row), model, regions[joint.first[k] : joint.first[k + 1]])
        for k, (row, model) in enumerate(zip(sets, models, strict=True))
    )
    return Problem(
        Signals(kind.astype(np.int64), signal, center, width, observed, number.astype(np.int64), regions),
        joint,
        lines_of(joint),
        random_graph(rng, n, float(rng.random())),
        Curves(np.where(kind == JOINT, REGION, kind), signal, center, width, observed, several),
    )


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_the_maximum_is_that_of_the_general_search(first: int) -> None:
    for seed in range(first, first + 20):
        case = problem(seed)
        top = float(np.random.default_rng(seed).choice([0.02, 0.5, 1.3, 50.0, 1e9]))
        best = best_combination(case.curves, case.allowed, top, n_runners_up=0)
        found = case.search(top)
        assert best is not None and found.state == SETTLED
        assert found.value == pytest.approx(best.log_ratio, abs=1e-9)
        assert found.value <= found.upper <= found.value + 1e-9
        if best.log_ratio > 1e-6:
            assert found.mu_hat == pytest.approx(best.mu_hat, rel=1e-3)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_nothing_is_refused_that_is_good_enough(first: int) -> None:
    """By remembered lines of other signals, too; and what is far below is refused."""
    for seed in range(first, first + 20):
        case = problem(seed)
        best = case.search(3.0).value
        for other in (0.3, 1.7):  # further lines, of other signals
            changed = case.signals._replace(joint_signal=other * case.signals.joint_signal)
            maximum(changed, case.joint, case.lines, case.cliques, 3.0, -np.inf, True)
        assert case.search(3.0, best - 1e-6, exact=False).state == ABOVE
        assert case.search(3.0, best - 1e-6).state == SETTLED
        assert case.search(3.0, best + 1e-6).state == BELOW
        assert case.search(3.0, best + 1e6, exact=False).state == BELOW


def test_what_is_remembered_changes_no_value() -> None:
    for seed in range(20):
        fresh, used = problem(seed), problem(seed)
        for strength in (0.1, 0.7, 2.0):
            changed = used.signals._replace(joint_signal=strength * used.signals.joint_signal)
            maximum(changed, used.joint, used.lines, used.cliques, 5.0, -np.inf, True)
        a, b = fresh.search(5.0), used.search(5.0)
        assert (a.mu_hat, a.value, a.cliques.tolist()) == (b.mu_hat, b.value, b.cliques.tolist())


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_bounds_hold_between_and_beyond_points(seed: int) -> None:
    """Parabolas, whose values are known everywhere."""
    rng = np.random.default_rng(seed)
    component = np.array([0, 3, 5])
    slope, bend = rng.normal(size=5) * 3.0, rng.uniform(0.0, 2.0, 5)

    def values(mu: float) -> NDArray[np.float64]:
        return np.asarray(slope * mu - bend * mu * mu)

    mu = np.sort(rng.uniform(0.0, 4.0, 2))
    f = np.array([values(x) for x in mu])
    g = np.array([slope - 2.0 * bend * x for x in mu])
    winner = np.array([[np.argmax(row[:3]), 3 + np.argmax(row[3:])] for row in f])
    at = np.arange(2)[:, None]
    points = Points(mu, f, g, winner, f[at, winner].sum(axis=1), g[at, winner].sum(axis=1))
    inside, following = bound_between(points, component, 0, 1)
    grid = [values(x) for x in np.linspace(mu[0], mu[1], 200)]
    assert inside >= max(row[:3].max() + row[3:].max() for row in grid) - 1e-9
    assert mu[0] < following < mu[1]
    beyond = [values(x) for x in np.linspace(mu[1], 9.0, 200)]
    assert bound_beyond(points, component, 1, 9.0) >= max(row[:3].max() + row[3:].max() for row in beyond) - 1e-9


@given(st.floats(0.01, 50.0), st.floats(0.1, 50.0), st.floats(0.1, 9.0), st.integers(0, 80), st.floats(0.01, 5.0))
def test_slopes_are_those_of_the_curves(signal: float, center: float, width: float, observed: int, mu: float) -> None:
    step = 1e-5
    for kind in (REGION, LIMIT):
        arrays = [np.array([float(x)]) for x in (signal, center, width, observed)]
        low, here, high = Curves(np.array([kind]), *arrays)([mu - step, mu, mu + step])[0]
        if kind == REGION:
            value, slope = region_point(signal, center, width, float(observed), mu)
        else:
            value, slope = limit_point(signal, center, width, mu)
        assert value == pytest.approx(here, rel=1e-12, abs=1e-12)
        numerical = (high - low) / (2.0 * step)
        assert slope == pytest.approx(numerical, rel=1e-3, abs=1e-3 * (1.0 + abs(slope)))
