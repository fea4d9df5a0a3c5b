"""Walks and runs: deterministic whatever computes them, resumable, with the storage telling the truth."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protomodels.database import RunState, Storage, open_storage
from protomodels.errors import ConfigError, StorageError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.executors import make_executor
from protomodels.runs.new import table_sha256
from protomodels.runs.records import WalkWork
from protomodels.scoring import Scorer
from protomodels.scoring.ablation import ablate
from protomodels.scoring.scans import mass_scan
from protomodels.settings import policy
from protomodels.walker import Walk
from protomodels.walker.acceptance import is_accepted, needed_score
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Chunk

CONFIG = RunConfig(results="demo", seed=11, walkers=3, steps=6)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """A fresh file storage, closed at the end."""
    with open_storage(f"sqlite:///{tmp_path / 'runs.db'}") as opened:
        yield opened


def test_chunks_of_any_size_give_one_chain(scorer: Scorer) -> None:
    walk = Walk(scorer)
    whole = walk.advance(walk.start(5, 0), 6)
    pieces, state = [], walk.start(5, 0)
    for n in (1, 2, 3):
        chunk = walk.advance(state, n)
        state = WalkState.from_json(*chunk.state.to_json())
        pieces += list(chunk.steps)
    assert tuple(pieces) == whole.steps and state.to_json() == whole.state.to_json()


def test_walkers_of_one_seed_are_different_and_of_another_too(scorer: Scorer) -> None:
    walk = Walk(scorer)
    starts = {walk.start(seed, walker).model.fingerprint() for seed in (1, 2) for walker in (0, 1)}
    assert len(starts) == 4


def test_a_failing_step_fails_the_run_with_its_reason(
    demo: Predictor, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Walk, state: WalkState, n_steps: int) -> Chunk:
        raise StorageError("made to fail")

    monkeypatch.setattr(Walk, "advance", broken)
    run = Run.create(storage, CONFIG, demo)
    with pytest.raises(StorageError):
        run.execute(Execution("inline"))
    record = storage.get_run(run.id)
    assert record.state == RunState.FAILED and "made to fail" in record.reason


def test_hiscores_are_those_of_accepted_steps_and_score_as_stored(
    demo: Predictor, storage: Storage, scorer: Scorer
) -> None:
    scorer = replace(scorer, policy=policy("default", search="paper"))
    run = Run.create(storage, RunConfig(results="demo", seed=3, walkers=1, steps=12, search="paper"), demo)
    run.execute(Execution("inline"))
    steps = {s.step: s for s in storage.steps(run.id, 0)}
    found = storage.hiscores(run.id)
    assert found and [h.K for h in found] == sorted((h.K for h in found), reverse=True)
    for summary in found:
        assert steps[summary.step].accepted
        record = storage.protomodel(summary.id)
        score = scorer.evaluate(model_from_dict(json.loads(record.model_json)))
        assert score.K == record.K
        assert sum(2 * c.llr for c in record.contributions) == pytest.approx(record.Z**2)
        counts = score.parsimony
        assert record.K == pytest.approx(record.Z**2 - counts.penalty)
        assert counts.penalty - counts.strength == record.n_particles + record.n_br / 2 + record.n_ssm / 4


def test_hiscores_of_a_walk_of_the_paper_rise(scorer: Scorer) -> None:
    """Each is the best of its walk so far, also where the refined search would come together."""
    walk = Walk(replace(scorer, policy=policy("paper")), end=40)
    for walker in range(4):
        found = [score.K for _, _, score in walk.advance(walk.start(2, walker), 40).hiscores]
        assert found and found == sorted(set(found))


def test_hiscores_of_the_refined_search_stand_at_their_own_maximum(
    demo: Predictor, storage: Storage, scorer: Scorer
) -> None:
    """No mass, moved by a few GeV or tens of GeV with or without its cross sections, raises K of what was kept."""
    run = Run.create(storage, RunConfig(results="demo", seed=3, walkers=3, steps=30), demo)
    run.execute(Execution("inline"))
    found = storage.hiscores(run.id)
    assert found and {summary.step for summary in found} <= {12, *range(25, 31)}
    for summary in found:
        model = model_from_dict(json.loads(storage.protomodel(summary.id).model_json))
        K = scorer.evaluate(model).K
        assert K == summary.K
        for pid in model.masses:
            for keep in (False, True):
                near = mass_scan(scorer, model, pid, width=30.0, n=13, keep_sections=keep)
                assert np.nanmax(near.K) <= summary.K + 0.02


def test_resume_wants_the_same_results_and_table(demo: Predictor, storage: Storage, tmp_path: Path) -> None:
    class Other:
        fingerprint, name, catalog = "0" * 64, "other", demo.catalog

    table = tmp_path / "table.json"
    table.write_text('{"pairs": []}')
    config = RunConfig("demo", 1, 1, 1, combinable=str(table), combinable_sha256=table_sha256(str(table)))
    run = Run.create(storage, config, demo)
    with pytest.raises(ConfigError, match="the results of"):
        Run.resume(storage, run.id, Other())  # type: ignore[arg-type]
    table.write_text('{"pairs": [["A", "B"]]}')  # the run keeps the table that it was given
    again = Run.resume(storage, run.id, demo)
    assert again.scorer.combinability.listed == run.scorer.combinability.listed
    with pytest.raises(ConfigError, match="as it was when the run began"):
        config.combinability(table.read_text())


@pytest.mark.parametrize(("field", "value"), [("walkers", 0), ("steps", -1), ("seed", -5), ("policy", "none")])
def test_a_bad_config_names_its_field(field: str, value: object) -> None:
    values = {"results": "demo", "seed": 1, "walkers": 2, "steps": 3, field: value}
    with pytest.raises(ConfigError, match=field):
        RunConfig(**values)  # type: ignore[arg-type]


def test_unknown_executor(scorer: Scorer) -> None:
    with pytest.raises(ConfigError, match="inline, process"):
        make_executor("nothing", WalkWork(Walk(scorer)))


def test_normalising_keeps_everything_but_mu(scorer: Scorer, simple: ProtoModel) -> None:
    score = scorer.evaluate(simple)
    assert score.K is not None
    scaled = scorer.normalised(score)
    again = scorer.evaluate(scaled.model)
    assert again.mu_hat == pytest.approx(1.0, rel=1e-5)
    assert again.Z == pytest.approx(score.Z, rel=1e-6) and scaled.K == pytest.approx(again.K, abs=1e-5)


@given(st.floats(0.05, 3.0), st.floats(0.05, 3.0))
@settings(max_examples=15, deadline=None)
def test_mu_hat_stays_within_its_limits(scorer: Scorer, stop: float, squark: float) -> None:
    model = ProtoModel(
        {LBP: 210.0, 1000001: 690.0, 1000006: 830.0},
        {1000001: {(LBP, 1): 1.0}, 1000006: {(LBP, 6): 1.0}},
        {(-1000006, 1000006): stop, (-1000001, 1000001): squark},
    )
    score = scorer.evaluate(model)
    assert score.K is not None
    assert 0.0 <= score.mu_hat <= score.mu_max * (1 + 1e-12)
    assert score.Z**2 == pytest.approx(2 * score.score.best.log_ratio) and not math.isnan(score.K)


def test_relabelling_a_light_quark_changes_nothing(scorer: Scorer) -> None:
    """X_d and X_s give the same jets and, alone with X_Z1, the same pair cross section."""
    values = []
    for pid, quark in ((1000001, 1), (1000003, 3)):
        masses, decays = {LBP: 210.0, pid: 690.0}, {pid: {(LBP, quark): 1.0}}
        pairs = {(-pid, LBP): 0.0, (pid, LBP): 0.0}
        score = scorer.evaluate(ProtoModel(masses, decays, pairs))
        assert score.K is not None
        values.append((score.K, score.Z, score.mu_hat))
    np.testing.assert_allclose(values[0], values[1], rtol=1e-9)


def test_without_particles_and_analyses(scorer: Scorer, simple: ProtoModel) -> None:
    score = scorer.evaluate(simple)
    assert score.K is not None
    rests = ablate(score)
    assert set(rests.without_particle) == {1000001, 1000006}
    assert set(rests.without_analysis) == {c.analysis for c in score.contributions}
    top = score.contributions[0].analysis
    without = rests.without_analysis[top]
    assert without is not None and without < score.K


def test_acceptance_follows_the_metropolis_rule(scorer: Scorer, simple: ProtoModel) -> None:
    """A step down by 2 in K is taken with probability 1/e; 4 sigma of 4,000."""
    K = scorer.evaluate(simple).K
    assert K is not None
    rng = np.random.default_rng(9)
    rate = np.mean([is_accepted(K + 2.0, K, rng.random()) for _ in range(4000)])
    assert abs(rate - math.exp(-1)) < 4 * math.sqrt(0.37 * 0.63 / 4000)
    assert is_accepted(K - 0.1, K, 0.999) and is_accepted(None, None, 0.5)
    assert not is_accepted(K + 1e-6, K, 0.0, only_up=True) and is_accepted(K, K, 0.0, only_up=True)
    assert not is_accepted(0.0, None, 0.0)


UNIFORM = st.integers(0, 2**53 - 1).map(lambda n: n / 2**53)
"""What a generator's ``random()`` gives: no smaller numbers above 0 than 2^-53."""


@given(st.floats(-20.0, 30.0), UNIFORM, st.booleans())
def test_what_is_needed_is_what_is_accepted(K: float, u: float, only_up: bool) -> None:
    """Whoever refuses what lies 1e-9 below, as bounds do, refuses nothing that would be accepted."""
    needed = needed_score(K, u, only_up)
    if math.isinf(needed):
        assert is_accepted(K, -1e3, u, only_up)
        return
    assert is_accepted(K, needed + 1e-9, u, only_up) and not is_accepted(K, needed - 1e-9, u, only_up)


def test_inline_futures_carry_errors(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Chunk:
        raise ValueError("x")

    monkeypatch.setattr(Walk, "advance", broken)
    with make_executor("inline", WalkWork(Walk(scorer))) as pool:
        submit: Callable[..., Future[Chunk]] = pool.submit
        with pytest.raises(ValueError, match="x"):
            submit(None, 1).result()
