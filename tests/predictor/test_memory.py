"""The memory of look-ups: whatever it holds, forgets or shares, predictions are those of a predictor without one."""

from __future__ import annotations

import multiprocessing
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_models import random_models
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_compiled
from protomodels.predictor.maps.memory import POINTS, USED, PointMemory
from protomodels.results.store import open_results


def _fresh() -> CompiledPredictor:
    return load_compiled(Path(open_results("demo").file), check=False)


def _models() -> list[ProtoModel]:
    """Models, and each again with one mass changed: most of its points are those of the first."""
    models = []
    for model in random_models(21, 12):
        heaviest = max(model.masses, key=lambda pid: model.masses[pid])
        models += [model, replace(model, masses={**model.masses, heaviest: model.masses[heaviest] + 20.0})]
    return models


def _same(one: Predictions, other: Predictions) -> bool:
    """Equal to the last bit."""
    names = ("rows", "sigma", "limit_observed", "limit_expected", "particle_masks", "topology_bits", "region_signal")
    pairs = [(getattr(one, name), getattr(other, name)) for name in names]
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


@pytest.fixture(scope="module")
def alone() -> list[Predictions]:
    """The predictions of the models, each by a predictor that was never asked."""
    return [_fresh().predict(model) for model in _models()]


def _one_by_one(predictor: CompiledPredictor, alone: list[Predictions]) -> None:
    models = _models()
    for number in (*range(len(models)), *np.random.default_rng(4).permutation(len(models)).tolist()):
        assert _same(predictor.predict(models[number]), alone[number]), number


def test_structures_share_what_was_looked_up(alone: list[Predictions]) -> None:
    one, apart = _fresh(), 0
    for model in _models():
        other = _fresh()
        other.predict(model)
        apart += other.counters.lookups
    _one_by_one(one, alone)
    assert 0 < one.counters.lookups < 0.9 * apart


@pytest.mark.parametrize("slots", [1 << 17, 64])
def test_a_full_memory_forgets_and_goes_on(slots: int, alone: list[Predictions]) -> None:
    """A pool of a few models, or a table of a few points that are often in each other's way."""
    whole = _fresh()
    _one_by_one(whole, alone)
    one = _fresh()
    one._points = PointMemory(100_000 if slots == 64 else int(whole._points.memory.used[USED]) // 4, slots)
    _one_by_one(one, alone)
    memory = one._points.memory
    assert one.counters.lookups > whole.counters.lookups, "some were forgotten"
    assert memory.used[POINTS] == np.count_nonzero(memory.slots >= 0) <= len(memory.slots) // 2
    assert memory.used[USED] <= len(memory.pool)


def test_a_model_that_needs_more_gets_it(alone: list[Predictions]) -> None:
    one = _fresh()
    one._points = PointMemory(1, 2)
    _one_by_one(one, alone)
    memory = one._points.memory
    assert len(memory.pool) > 1 and len(memory.slots) > 2
    assert len(memory.slots) & (len(memory.slots) - 1) == 0, "a power of two"


def test_universes_share_it(alone: list[Predictions]) -> None:
    one = _fresh()
    other = one.with_data(one.catalog, one.observed_limits, "again")
    for predictor in (one, other):
        for model, expected in zip(_models(), alone, strict=True):
            assert _same(predictor.predict(model), expected)
        if predictor is one:
            before = one.counters.lookups
    assert other.counters.lookups == before


def test_copies_for_other_processes_begin_empty() -> None:
    one = _fresh()
    one.predict(_models()[0])
    assert one._points.memory.used[USED] > 0
    data = pickle.dumps(one._points)
    copied = pickle.loads(data).memory  # noqa: S301 - our own bytes
    assert len(data) < 1000 and copied.used.tolist() == [0, 0] and np.all(copied.slots == -1)
    assert [len(copied.pool), len(copied.slots)] == [len(one._points.memory.pool), len(one._points.memory.slots)]


_FORKED: list[CompiledPredictor] = []
"""What a forked process finds."""


def _sigmas(numbers: range) -> list[list[float]]:
    models = _models()
    return [_FORKED[-1].predict(models[number]).sigma.tolist() for number in numbers]


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
def test_forked_processes_go_on_with_their_own(alone: list[Predictions]) -> None:
    _FORKED.append(_fresh())
    half = len(alone) // 2
    _sigmas(range(half))
    used = _FORKED[-1]._points.memory.used.tolist()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map(_sigmas, [range(half), range(half, len(alone))])
    assert [sigma for some in found for sigma in some] == [expected.sigma.tolist() for expected in alone]
    assert _FORKED.pop()._points.memory.used.tolist() == used
