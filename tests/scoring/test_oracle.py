"""K by an independent calculation: what agrees, what is noticed, and what sets SModelS apart."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.independent.combinations import strength
from benchmarks.independent.likelihoods import several
from benchmarks.independent.members import Oracle
from benchmarks.independent.set_ratios import by_smodels, from_literature, held
from benchmarks.today.off_plane import Signals
from benchmarks.today.oracle import Winner, prior
from protomodels.model import ProtoModel
from protomodels.results import demo as demo_results
from protomodels.scoring import Scorer

WINNER = ProtoModel(
    {1000022: 163.0, 1000006: 1166.0, 1000001: 735.0},
    {1000006: {(1000022, 6): 1.0}, 1000001: {(1000022, 1): 1.0}},
    {(-1000006, 1000006): 1.7, (-1000001, 1000001): 0.4},
)


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    with warnings.catch_warnings():
        # SModelS compiles regular expressions and opens files in ways that newer Pythons warn of
        warnings.simplefilter("ignore")
        return Oracle(str(Path(demo_results.__file__).parent / "demo.tar.xz"))


def test_an_independent_calculation_agrees(scorer: Scorer, oracle: Oracle) -> None:
    evaluation = scorer.evaluate(WINNER)
    winner = Winner("demo", evaluation, oracle.members(evaluation), prior(evaluation))
    assert len(winner.members) > 1 and winner.agrees() and winner.explained()
    assert winner.K() == pytest.approx(evaluation.K, abs=1e-6)
    assert max(member.signals for member in winner.members) < 1e-5
    assert evaluation.parsimony.strength > 0.1


def test_another_llr_or_penalty_is_noticed(scorer: Scorer, oracle: Oracle) -> None:
    evaluation = scorer.evaluate(WINNER)
    members = oracle.members(evaluation)
    assert not Winner("demo", evaluation, members, prior(evaluation) + 0.002).agrees()
    other = [replace(members[0], llr=members[0].llr + 0.002), *members[1:]]
    assert not Winner("demo", evaluation, other, prior(evaluation)).agrees()
    missing = [replace(members[0], llr=np.nan), *members[1:]]
    assert not Winner("demo", evaluation, missing, prior(evaluation)).agrees()


def test_equal_multipliers_cost_once() -> None:
    assert strength([3.0], 3.0) == pytest.approx(1.0)
    assert strength([3.0, 3.0, 1.0 / 3.0], 3.0) == pytest.approx(2.0)
    # within 3% they count with their mean
    assert strength([1.0, 1.02], 3.0) == pytest.approx(0.5 * (np.log(1.02) / np.log(3.0)) ** 2)


@pytest.mark.parametrize("skewed", [False, True])
def test_smodels_differs_by_what_it_holds_at_zero(skewed: bool) -> None:
    observed, mean = np.array([7.0, 0.0, 12.0, 3.0]), np.array([4.0, 2.0, 11.0, 1.0])
    covariance = np.diag([2.0, 1.5, 6.0, 0.4]) + 0.2
    third = 0.8 * np.diag(covariance) ** 1.5 if skewed else None
    signal = np.array([2.0, 1.0, 0.5, 2.0])
    names = ["a", "b", "c", "d"]
    moments = [None] * 4 if third is None else third.tolist()
    data = [
        SimpleNamespace(observedN=n, expectedBG=b, thirdMoment=m)
        for n, b, m in zip(observed.tolist(), mean.tolist(), moments, strict=True)
    ]
    sets = [SimpleNamespace(getID=lambda name=name: name, dataInfo=d) for name, d in zip(names, data, strict=True)]
    result = SimpleNamespace(origdatasets=sets, globalInfo=SimpleNamespace(covariance=covariance.tolist()))
    regions = several(observed, mean, covariance, third)
    assert by_smodels(result, names, signal) == pytest.approx(held(regions, signal), abs=1e-5)
    assert abs(held(regions, signal) - from_literature(regions, signal)) > 0.01
    data[1].observedN = 1.0
    full = replace(regions, observed=np.array([7.0, 1.0, 12.0, 3.0]))
    assert held(full, signal) == pytest.approx(from_literature(full, signal), abs=1e-9)
    assert by_smodels(result, names, signal) == pytest.approx(from_literature(full, signal), abs=1e-5)


def test_a_region_that_can_tell_much_weighs_much() -> None:
    accepted, on_plane = np.array([10.0, 2.0]), np.array([10.0, 0.0])
    signals = Signals(["wide", "narrow"], accepted, on_plane, accepted, np.array([400.0, 0.1]), 1, 100.0)
    by_events, weighted = signals.shares()
    assert by_events == pytest.approx(1.0 / 6.0)
    assert weighted == pytest.approx(40.0 / 40.25)
