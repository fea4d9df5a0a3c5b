"""The best combination against brute force, and what must hold for every input."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from protomodels.combiner import best_combination
from protomodels.errors import PredictionError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
TOLERANCE = 1e-8


def legal_sets(allowed: Bools) -> list[tuple[int, ...]]:
    """All maximal cliques of the whole graph, not using its components."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(allowed)))
    graph.add_edges_from(np.argwhere(np.triu(allowed)).tolist())
    return sorted(tuple(sorted(clique)) for clique in nx.find_cliques(graph))


def parabolas(a: Floats, b: Floats) -> Callable[[Floats], Floats]:
    return lambda mu: a[:, None] * mu - b[:, None] * mu**2


def by_hand(a: Floats, b: Floats, allowed: Bools, mu_max: float, min_size: int = 1) -> Floats:
    """The maxima of a mu - b mu^2 of all legal combinations, descending."""
    values = []
    for members in map(list, legal_sets(allowed)):
        if len(members) >= min_size:
            A, B = a[members].sum(), b[members].sum()
            mu = min(max(A / (2.0 * B), 0.0), mu_max)
            values.append(A * mu - B * mu**2)
    return np.sort(values)[::-1]


def regions(rng: np.random.Generator, n: int) -> Callable[[Floats], Floats]:
    """Likelihoods of n counting regions with over- and underfluctuations."""
    b = rng.uniform(1.0, 100.0, n)[:, None]
    var = (0.2 * b) ** 2
    observed = rng.poisson(rng.uniform(0.3, 1.8, (n, 1)) * b).astype(float)
    s = rng.exponential(0.2, (n, 1)) * b

    def ln_l(mu: Floats) -> Floats:
        nominal = b + s * mu
        half = 0.5 * (nominal - var)
        rate = half + np.sqrt(half**2 + observed * var)
        rate = np.where(observed == 0.0, np.maximum(nominal - var, 1e-12), rate)
        return observed * np.log(rate) - rate - (rate - nominal) ** 2 / (2.0 * var)

    return lambda mu: ln_l(mu) - ln_l(np.zeros(1))


def graph_of(rng: np.random.Generator, n: int, density: float) -> Bools:
    upper = np.triu(rng.random((n, n)) < density, 1)
    return np.asarray(upper | upper.T)


seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 12)
ranges = st.sampled_from([0.0, 0.3, 1.0, 7.0, 1e3, 1e6, np.inf])


@settings(max_examples=200, deadline=None)
@given(seeds, sizes, st.floats(0.0, 1.0), ranges, st.integers(1, 4))
def test_parabolas_agree_with_brute_force(seed: int, n: int, density: float, mu_max: float, min_size: int) -> None:
    rng = np.random.default_rng(seed)
    allowed = graph_of(rng, n, density)
    a = rng.normal(0.0, 2.0, n) * 10.0 ** rng.uniform(-2.0, 2.0)
    b = rng.exponential(1.0, n) * 10.0 ** rng.uniform(-2.0, 2.0)
    expected = by_hand(a, b, allowed, mu_max, min_size)
    best = best_combination(parabolas(a, b), allowed, mu_max, min_size=min_size)
    if best is None:
        assert len(expected) == 0
        return
    found = [best.log_ratio, *(other.log_ratio for other in best.runners_up)]
    np.testing.assert_allclose(found, expected[:6], rtol=1e-11, atol=TOLERANCE)
    assert len({best.members, *(other.members for other in best.runners_up)}) == len(found)
    assert set(legal_sets(allowed)) >= {best.members, *(other.members for other in best.runners_up)}
    assert 0.0 <= best.mu_hat <= mu_max and best.log_ratio >= 0.0
    assert best.log_ratio <= best.certificate.upper_bound <= best.log_ratio + TOLERANCE
    assert best.certificate.unlisted_bound <= found[-1] + TOLERANCE
    assert best.certificate.n_legal == len(expected)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 10), st.floats(0.0, 1.0), st.sampled_from([0.5, 2.0, 20.0]))
def test_counting_regions_agree_with_brute_force(seed: int, n: int, density: float, mu_max: float) -> None:
    rng = np.random.default_rng(seed)
    allowed = graph_of(rng, n, density)
    curves = regions(rng, n)
    expected = []
    for members in map(list, legal_sets(allowed)):
        fit = minimize_scalar(
            lambda mu, members=members: -curves(np.array([mu]))[members].sum(),
            bounds=(0.0, mu_max),
            method="bounded",
            options={"xatol": 1e-9},
        )
        ends = curves(np.array([0.0, mu_max]))[members].sum(axis=0)
        expected.append(max(-fit.fun, *ends))
    best = best_combination(curves, allowed, mu_max)
    assert best is not None
    found = [best.log_ratio, *(other.log_ratio for other in best.runners_up)]
    np.testing.assert_allclose(found, sorted(expected, reverse=True)[:6], rtol=0.0, atol=1e-7)
    assert best.log_ratio == pytest.approx(curves(np.array([best.mu_hat]))[list(best.members)].sum(), abs=1e-9)
    assert best.certificate.convexity < 1e-9


@settings(max_examples=50, deadline=None)
@given(seeds, st.integers(2, 12), st.floats(0.2, 0.8))
def test_labels_do_not_matter(seed: int, n: int, density: float) -> None:
    rng = np.random.default_rng(seed)
    allowed, curves, order = graph_of(rng, n, density), regions(rng, n), rng.permutation(n)
    one = best_combination(curves, allowed, 5.0)
    two = best_combination(lambda mu: curves(mu)[order], allowed[np.ix_(order, order)], 5.0)
    assert one is not None and two is not None
    assert two.log_ratio == pytest.approx(one.log_ratio, abs=TOLERANCE)
    if one.log_ratio > 1e-6 and (not one.runners_up or one.log_ratio - one.runners_up[0].log_ratio > 1e-6):
        assert sorted(order[list(two.members)].tolist()) == list(one.members)
        assert two.mu_hat == pytest.approx(one.mu_hat, abs=1e-4)


@settings(max_examples=50, deadline=None)
@given(seeds, st.integers(1, 9), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_result_without_sensitivity(seed: int, n: int, density: float, friendly: float) -> None:
    """w = 0 compatible with all changes nothing.

    With conflicts it can take the place of others, bad ones included, so the best can rise; but never above
    the best set of pairwise allowed results, maximal or not.
    """
    rng = np.random.default_rng(seed)
    allowed, curves = graph_of(rng, n, density), regions(rng, n)

    def extended(mu: Floats) -> Floats:
        return np.vstack([curves(mu), np.zeros((1, len(mu)))])

    def with_extra(friends: Bools) -> float:
        grown = np.zeros((n + 1, n + 1), dtype=np.bool_)
        grown[:n, :n] = allowed
        grown[n, :n] = grown[:n, n] = friends
        best = best_combination(extended, grown, 5.0)
        assert best is not None
        return best.log_ratio

    before = best_combination(curves, allowed, 5.0)
    assert before is not None
    assert with_extra(np.ones(n, dtype=np.bool_)) == pytest.approx(before.log_ratio, abs=TOLERANCE)
    graph = nx.from_numpy_array(allowed)
    ceiling = 0.0
    mu = np.linspace(0.0, 5.0, 2001)
    for members in nx.enumerate_all_cliques(graph):
        ceiling = max(ceiling, float(curves(mu)[members].sum(axis=0).max()))
    assert with_extra(rng.random(n) < friendly) <= ceiling + 1e-2


def test_an_insensitive_result_can_push_out_a_bad_one() -> None:
    a, b = np.array([2.0, -1.0, 0.0]), np.array([1.0, 0.0, 0.0])
    allowed = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], dtype=np.bool_)
    without = best_combination(parabolas(a[:2], b[:2]), allowed[:2, :2], 5.0)
    best = best_combination(parabolas(a, b), allowed, 5.0)
    assert without is not None and best is not None
    assert (without.members, best.members) == ((0, 1), (0, 2))
    assert without.log_ratio == pytest.approx(0.25) and best.log_ratio == pytest.approx(1.0)


def test_the_offset_trick_is_wrong() -> None:
    """Solvers for the maximum weight clique want positive weights. Adding a constant to all of them rewards
    the number of members: here it picks {1, 2}, which is worse than {0}, for every offset > 3.
    """
    weight = np.array([1.0, -1.0, -1.0])
    allowed = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 0]], dtype=np.bool_)
    for offset in (4, 10, 100):
        graph = nx.from_numpy_array(allowed)
        nx.set_node_attributes(graph, {i: int(w) + offset for i, w in enumerate(weight)}, "weight")
        assert sorted(nx.max_weight_clique(graph)[0]) == [1, 2]
    best = best_combination(lambda mu: weight[:, None] * mu, allowed, 1.0)
    assert best is not None
    assert (best.members, best.mu_hat, best.log_ratio) == ((0,), 1.0, pytest.approx(1.0))


def test_bad_members_stay() -> None:
    best = best_combination(parabolas(np.array([3.0, -1.0]), np.array([1.0, 0.0])), ~np.eye(2, dtype=np.bool_), 5.0)
    assert best is not None
    assert (best.members, best.log_ratio) == ((0, 1), pytest.approx(1.0))
    assert best.mu_hat == pytest.approx(1.0, abs=1e-5)


def test_none_and_small_combinations() -> None:
    curves = parabolas(np.ones(3), np.ones(3))
    assert best_combination(lambda mu: np.zeros((0, len(mu))), np.zeros((0, 0), dtype=np.bool_), 1.0) is None
    alone = np.zeros((3, 3), dtype=np.bool_)
    assert best_combination(curves, alone, 1.0, min_size=2) is None
    pair = alone.copy()
    pair[1, 2] = pair[2, 1] = True
    best = best_combination(parabolas(np.array([9.0, 1.0, 1.0]), np.ones(3)), pair, 9.0, min_size=2)
    assert best is not None and best.members == (1, 2) and not best.runners_up


def test_the_ceiling_and_the_tiny() -> None:
    single = np.zeros((1, 1), dtype=np.bool_)
    growing = best_combination(parabolas(np.array([1e-12]), np.zeros(1)), single, np.inf)
    assert growing is not None and growing.certificate.at_ceiling and growing.mu_hat == 1e9
    for scale in (1e-7, 1e-3, 1.0, 1e4, 1e7):
        best = best_combination(parabolas(np.array([2.0 / scale]), np.array([1.0 / scale**2])), single, np.inf)
        assert best is not None and not best.certificate.at_ceiling
        assert best.mu_hat == pytest.approx(scale, rel=1e-5) and best.log_ratio == pytest.approx(1.0, abs=1e-9)


def test_many_equal_combinations_end() -> None:
    """Hundreds of insensitive, exclusive results: the search must not cut for ever."""
    n = 40
    allowed = np.kron(~np.eye(4, dtype=np.bool_), np.ones((10, 10), dtype=np.bool_))
    a = np.where(np.arange(n) % 10 < 2, 1.0 + np.arange(n) / n, 0.0)
    best = best_combination(parabolas(a, a / 4.0), allowed, 10.0)
    assert best is not None and best.certificate.n_legal == 10**4
    assert best.members == (1, 11, 21, 31)


def test_what_cannot_be_trusted_is_told() -> None:
    single = np.zeros((1, 1), dtype=np.bool_)
    best = best_combination(lambda mu: np.cos(3.0 * mu)[None, :] - 1.0, single, 10.0)
    assert best is not None and best.certificate.convexity > 0.1
    with pytest.raises(PredictionError, match="result 0"):
        best_combination(lambda mu: np.full((1, len(mu)), np.nan), single, 1.0)
    with pytest.raises(ValueError, match="shape"):
        best_combination(lambda mu: np.zeros((2, len(mu))), single, 1.0)


@pytest.mark.parametrize(
    ("allowed", "mu_max"),
    [
        (np.ones((1, 1), dtype=np.bool_), 1.0),
        (np.array([[False, True], [False, False]]), 1.0),
        (np.zeros((1, 2), dtype=np.bool_), 1.0),
        (np.zeros((1, 1), dtype=np.bool_), -1.0),
        (np.zeros((1, 1), dtype=np.bool_), np.nan),
    ],
)
def test_arguments_out_of_range(allowed: Bools, mu_max: float) -> None:
    with pytest.raises(ValueError, match=r"allowed|mu_max"):
        best_combination(lambda mu: np.zeros((len(allowed), len(mu))), allowed, mu_max)
