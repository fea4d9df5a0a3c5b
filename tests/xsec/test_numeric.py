"""The kernel against scipy's splines, bit by bit, and the terms of a content against the list of processes."""

from __future__ import annotations

import platform

import numpy as np
import pytest

from protomodels.settings import NEWER_ORDER, OLDER_ORDER, ReferenceOrder
from protomodels.xsec import TABLE_ENERGIES, reference_cross_sections
from protomodels.xsec.processes import LISTED, processes
from protomodels.xsec.splines import load
from protomodels.xsec.terms import TERMS, content_of

EDGES = (5.0, 10.0, 80.0, 100.0, 300.0, 310.0, 500.0, 1000.0, 2400.0, 2600.0)


def contents(n: int) -> list[frozenset[int]]:
    """Random sets of particles."""
    rng = np.random.default_rng(7)
    every = np.array(sorted(LISTED))
    sizes = rng.integers(1, len(every) + 1, n).tolist()
    return [frozenset(rng.choice(every, size, replace=False).tolist()) for size in sizes]


def test_a_content_has_the_terms_of_its_processes() -> None:
    for pids in contents(300):
        found, listed = content_of(pids), processes(pids)
        assert [TERMS[number] for number in found.terms] == list(listed)
        assert found.pairs == tuple(sorted({process.pair for process in listed}))
        assert [found.pairs[place // 3] for place in found.places[::3]] == [process.pair for process in listed]
        produced = sorted({abs(pid) for pair in found.pairs for pid in pair})
        assert list(found.of) == produced
        assert all(found.of[pid] == tuple(p for p in found.pairs if pid in map(abs, p)) for pid in produced)


@pytest.mark.parametrize("order", [OLDER_ORDER, NEWER_ORDER])
@pytest.mark.parametrize("at_edges", [True, False])
def test_scipy_gives_the_same_bits(order: ReferenceOrder, at_edges: bool) -> None:
    rng = np.random.default_rng(8)
    for pids in contents(60):
        anywhere = np.exp(rng.uniform(np.log(5.0), np.log(2600.0), len(pids)))
        values = rng.choice(EDGES, len(pids)) if at_edges else anywhere
        masses = dict(zip(sorted(pids), values.tolist(), strict=True))
        pairs, sigma = reference_cross_sections(masses, TABLE_ENERGIES, order)
        expected = dict.fromkeys(pairs, np.zeros(3))
        for term in processes(pids):
            legs = [leg for leg in (term.first, term.second, term.third) if leg]
            table = load(term.table, order)
            leading, k = table.evaluate(np.log([[sum(masses[pid] for pid in leg) / len(leg) for leg in legs]]))
            column = table.columns[term.column]
            own = term.factor * np.exp(leading[0, column]) * k[0, :, table.k_of[column]]
            expected[term.pair] = expected[term.pair] + own
        # elsewhere scipy may be compiled with fused multiplications, which round once where others round twice
        digits = 0.0 if platform.machine() in ("x86_64", "AMD64") else 1e-12
        np.testing.assert_allclose(sigma, np.array(list(expected.values())).reshape(-1, 3), rtol=digits, atol=0.0)


def test_what_is_remembered_cannot_be_spoilt() -> None:
    masses = {1000022: 100.0, 1000006: 700.0}
    _, sigma = reference_cross_sections(masses, [13.0])
    before = sigma.copy()
    sigma *= 2.0
    assert (reference_cross_sections(masses, [13.0])[1] == before).all()
