"""The last steps of a refined search: hops, and where the walkers gather for them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from protomodels.changes import without
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.runs import RunConfig
from protomodels.scoring import Scorer
from protomodels.walker import Walk
from protomodels.walker.exchange import Gathering, exchange
from protomodels.walker.moves import Chain, Rewire, Trade
from protomodels.walker.scores import Scores
from protomodels.walker.state import Peak, WalkState, bits_of
from protomodels.walker.summit import comes_together
from tests.walker.models import assert_validated

X_D, X_T1 = 1000001, 1000006
MODEL = ProtoModel({LBP: 200.0, X_D: 700.0, X_T1: 800.0}, {X_D: {(LBP, 1): 1.0}, X_T1: {(LBP, 6): 1.0}})


def test_a_trade_changes_one_mass_and_the_multipliers_of_its_particle() -> None:
    rng, traded = np.random.default_rng(5), set()
    for _ in range(20):
        found = Trade().propose(MODEL, rng)
        (pid,) = {p for one in found for p, m in MODEL.masses.items() if one.masses[p] != m}
        traded.add(pid)
        for one in found:
            assert_validated(one)
            factors = {pair: kappa / MODEL.kappa(pair) for pair, kappa in one.ssm.items()}
            own = {pair for pair in factors if pid in (abs(pair[0]), abs(pair[1]))}
            assert own and len({round(factors[pair], 9) for pair in own}) == 1
            assert all(factor == 1.0 for pair, factor in factors.items() if pair not in own)
    assert traded == {X_D, X_T1}


def test_a_chain_adds_two_particles_of_which_one_decays_into_the_other() -> None:
    rng, move, kinds, spared, replaced = np.random.default_rng(6), Chain(), set(), 0, 0
    for _ in range(60):
        found, mother = move.propose(MODEL, rng, spares=[X_D])
        if not found or mother is None:
            continue
        (content,) = {frozenset(one.masses) for one in found}
        daughter = found[0].decays[mother] and next(iter(found[0].decays[mother]))[0]
        assert {mother, daughter} <= content and daughter not in (LBP, mother)
        kinds.add((mother, daughter))
        for one in found:
            assert_validated(one)
            assert [list(one.decays[pid].values()) for pid in (mother, daughter)] == [[1.0], [1.0]]
            assert next(iter(one.decays[mother]))[0] == daughter
        gone = MODEL.masses.keys() - content
        replaced += len(gone | ({mother, daughter} & MODEL.masses.keys())) > 0
        spared += X_D in gone or X_D in (mother, daughter)
        assert len(gone) <= 1
    assert len(kinds) > 20
    # of those that replace a particle (half), the spare one goes in 15 of 16
    assert 18 < replaced < 42 and spared > 0.7 * replaced


def test_two_particles_decay_in_other_ways() -> None:
    """One channel alone or two in equal parts, of one particle or of both; never as before."""
    rng, seen, X_Z2, X_g = np.random.default_rng(8), set(), 1000023, 1000021
    decays = {X_T1: {(LBP, 6): 1.0}, X_Z2: {(LBP, 23): 0.5, (LBP, 25): 0.5}, X_g: {(LBP, 6, 6): 1.0}}
    model = ProtoModel({LBP: 200.0, X_Z2: 400.0, X_T1: 800.0, X_g: 1200.0}, decays)
    for _ in range(20):
        found = Rewire().propose(model, rng)
        assert 0 < len(found) <= 60 and len({str(one.decays) for one in found}) == len(found)
        for one in found:
            assert_validated(one)
            assert dict(one.masses) == dict(model.masses) and set(one.ssm.values()) == {1.0}
            other = frozenset(pid for pid in model.unstable if one.decays[pid] != model.decays[pid])
            assert other and all(list(one.decays[pid].values()) in ([1.0], [0.5, 0.5]) for pid in other)
            seen.add(other)
    assert seen == {frozenset(pids) for n in (1, 2) for pids in combinations((X_T1, X_Z2, X_g), n)}
    assert Rewire().propose(MODEL, rng) == Rewire().propose(ProtoModel({LBP: 100.0}), rng) == []


def test_particles_that_give_little_are_spare(scorer: Scorer, simple: ProtoModel) -> None:
    scores, K = Scores(scorer, settle=True), scorer.evaluate(simple).K
    heavy = replace(
        simple, masses={**simple.masses, 1000021: 2200.0}, decays={**simple.decays, 1000021: {(LBP, 6, 6): 1.0}}
    )
    for model in (simple, heavy):
        K = scorer.evaluate(model).K
        rests = {pid: scorer.evaluate(without(model, pid)).K for pid in model.unstable}
        assert K is not None
        assert scores.spares(model) == [pid for pid, rest in rests.items() if rest is not None and rest > K - 3.0]
    assert 1000021 in scores.spares(heavy) and scores.spares(ProtoModel({LBP: 100.0})) == []


def test_the_last_steps_of_a_walk_hop_around_its_best(scorer: Scorer, simple: ProtoModel) -> None:
    """The best model that the walk knows never gets worse, and where it gets better it is kept."""
    walk = Walk(scorer, end=20)
    state = walk.advance(walk.start(5, 0), 8).state
    low = replace(state, model=simple, K=-20.0, climbed=None, peak=state.here)
    whole = walk.advance(low, 12)
    assert {step.move for step in whole.steps} <= {
        "hop-valley",
        "hop-insert",
        "hop-borrow",
        "hop-chain",
        "hop-rewire",
        "hop-trade",
        "hop-shift",
        "climb",
    }
    assert [step.step for step in whole.steps if step.move == "climb"] == [comes_together(20) + 1]
    kept = [(step, score.K) for step, _, score in whole.hiscores]
    peak = low.peak.K
    for step in whole.steps:
        low, again = walk.step(low)
        assert again == step
        assert low.K is not None and low.peak is not None and low.peak.K >= peak and low.K >= low.peak.K - 3.0
        assert ((step.step, low.peak.K) in kept) == (low.peak.K > peak)
        peak = low.peak.K


def test_all_walkers_gather_at_the_best_modes_before_the_last_steps(simple: ProtoModel) -> None:
    """Scouts too; modes lower by 0.3 are e times less likely, and nobody goes on looking elsewhere."""
    other = without(simple, X_T1, True)
    states = {}
    for i in range(40):
        here = Peak(other, 8.7, 1.0, None) if i == 7 else Peak(simple, 9.0 if i == 3 else 2.0, 1.0, None)
        states[i] = WalkState(here.model, here.K, 1.0, None, 8, here.K, bits_of(np.random.default_rng(i)), here)
    taken = exchange(states, 1, 8, gather=Gathering.BEST)
    assert {source for source, _ in taken.values()} == {3, 7}
    for source, state in taken.values():
        assert state.peak == states[source].peak and state.K == state.climbed == states[source].K
    second = sum(source == 7 for source, _ in taken.values())
    assert 3 < second < 20  # of 40, each with probability 0.27: within 2.8 and 3.3 sigma


@pytest.mark.parametrize(("gather", "n"), [(Gathering.MANY, 10), (Gathering.FEW, 4)])
def test_each_valley_keeps_walkers(simple: ProtoModel, gather: Gathering, n: int) -> None:
    """Whatever their content and height, the best models of intervals of 4 GeV in X_Z1 are gone to equally often."""
    states = {}
    for i in range(48):
        valley = i % 12
        shifted = replace(simple, masses={**simple.masses, LBP: simple.masses[LBP] + 4.0 * valley})
        model = without(shifted, X_T1, True) if i >= 12 else shifted  # the second best of its valley
        here = Peak(model, 20.0 - valley - 0.1 * (i // 12), 1.0, None)
        states[i] = WalkState(here.model, here.K, 1.0, None, 8, here.K, bits_of(np.random.default_rng(i)), here)
    taken = exchange(states, 1, 8, gather=gather)
    counts = np.bincount([source for source, _ in taken.values()], minlength=48)
    assert set(np.flatnonzero(counts)) == set(range(n))
    mean = 48 / n
    assert ((counts[:n] - mean) ** 2).sum() / mean < {10: 27.9, 4: 16.3}[n]  # chi2 of n - 1, 0.1% beyond


@pytest.mark.parametrize(
    ("steps", "every", "stops"),
    [
        (270, None, [50, 100, *range(108, 270, 10)]),
        (120, None, [*range(48, 120, 4)]),
        (2, None, [1]),
        (30, 8, [8, *range(12, 30)]),
        (30, 0, []),
    ],
)
def test_where_walkers_wait_for_each_other(steps: int, every: int | None, stops: list[int]) -> None:
    config, step, found = RunConfig("demo", seed=1, steps=steps, exchange=every), 0, []
    while step < steps:
        step = config.next_stop(step)
        found.append(step)
    assert found == [*stops, steps] and list(config.exchanges) == stops
