"""Components, cliques, k best sums: the parts of the search."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protomodels.combiner.cliques import _Remembered, components, legal_combinations
from protomodels.combiner.kbest import k_best
from protomodels.errors import CombinationError


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.floats(0.0, 1.0), st.integers(1, 5))
def test_the_product_is_all_maximal_cliques(seed: int, n: int, density: float, min_size: int) -> None:
    rng = np.random.default_rng(seed)
    allowed = np.triu(rng.random((n, n)) < density, 1)
    allowed |= allowed.T
    graph = nx.from_numpy_array(allowed)
    expected = sorted(tuple(sorted(c)) for c in nx.find_cliques(graph) if len(c) >= min_size)
    legal = legal_combinations(allowed, min_size)
    if legal is None:
        assert not expected
        return
    stops = [*legal.starts[1:].tolist(), len(legal.rows)]
    choices = itertools.product(*(range(a, b) for a, b in zip(legal.starts.tolist(), stops, strict=True)))
    found = sorted(tuple(np.flatnonzero(legal.rows[list(c)].sum(axis=0)).tolist()) for c in choices)
    assert found == expected and legal.count == len(expected)


def test_components_partition_the_results() -> None:
    allowed = ~np.eye(5, dtype=np.bool_)
    allowed[1, 3] = allowed[3, 1] = False
    assert [c.tolist() for c in components(allowed)] == [[0], [1, 3], [2], [4]]


def test_too_many_cliques_are_refused() -> None:
    # 4 groups of 3 that exclude one another inside, held together by one further result: 3^4 + 1 cliques
    allowed = np.zeros((13, 13), dtype=np.bool_)
    allowed[:12, :12] = np.kron(~np.eye(4, dtype=np.bool_), np.ones((3, 3), dtype=np.bool_))
    legal = legal_combinations(allowed)
    assert legal is not None and legal.sizes == (82,)
    with pytest.raises(CombinationError, match="more than 50"):
        legal_combinations(allowed, max_cliques=50)
    with pytest.raises(CombinationError, match="at least 5"):
        legal_combinations(allowed[:12, :12], min_size=5, max_cliques=50)


def test_memory_of_components_is_bounded() -> None:
    memory = _Remembered(200)
    for size in range(2, 12):
        allowed = np.zeros((size, size), dtype=np.bool_)
        assert memory.get(allowed, 1000).tolist() == np.eye(size, dtype=np.bool_).tolist()
        assert memory._used <= 200 or not memory._store
    assert memory.get(np.zeros((2, 2), dtype=np.bool_), 1000).shape == (2, 2)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
    st.integers(1, 9),
    st.booleans(),
)
def test_k_best_against_all_sums(seed: int, sizes: list[int], k: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(3, sum(sizes)))
    if ties:
        scores = scores.round()
    starts = np.cumsum([0, *sizes[:-1]])
    sums, rows = k_best(scores, starts, k)
    choices = list(itertools.product(*(range(a, a + s) for a, s in zip(starts.tolist(), sizes, strict=True))))
    for problem in range(3):
        everything = sorted((scores[problem, list(c)].sum() for c in choices), reverse=True)
        np.testing.assert_allclose(sums[problem], everything[:k], atol=1e-12)
        chosen = [tuple(row) for row in rows[problem].tolist()]
        assert len(set(chosen)) == len(chosen) and set(chosen) <= set(choices)
        np.testing.assert_allclose(sums[problem], [scores[problem, list(c)].sum() for c in chosen], atol=1e-12)
