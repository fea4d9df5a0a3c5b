"""Runs that are paused, cancelled, taken over, or whose storage goes away; exchanges; replay and comparison."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from protomodels.database import FencedError, RunState, Storage, UnavailableError, open_storage, with_retries
from protomodels.database.engine import writing
from protomodels.database.packing import pack
from protomodels.editor import ModelEditor
from protomodels.errors import ConfigError, NotFoundError
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Progress, Run, RunConfig
from protomodels.runs.compare import compare
from protomodels.runs.replay import replay
from protomodels.walker.exchange import exchange, is_scout, modes
from protomodels.walker.state import Peak, WalkState, bits_of

CONFIG = RunConfig(results="demo", seed=5, walkers=4, steps=10)
SHARING = replace(CONFIG, walkers=6, exchange=4)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """A fresh file storage, closed at the end."""
    with open_storage(f"sqlite:///{tmp_path / 'runs.db'}") as opened:
        yield opened


@pytest.fixture
def same(storage: Storage, demo: Predictor) -> Callable[[Run], None]:
    """same(run): fails unless the run is complete and as if nothing had befallen it."""

    def check(run: Run) -> None:
        undisturbed = Run.create(storage, run.config, demo)
        undisturbed.execute(Execution("inline", chunk=1000))
        assert storage.get_run(run.id).state is RunState.COMPLETED
        assert compare(storage, run.id, undisturbed.id).identical

    return check


def after(steps: int, call: Callable[[], object]) -> Callable[[Progress], None]:
    """Calls once, when so many steps are done."""
    calls = [call]

    def on_progress(progress: Progress) -> None:
        if progress.steps >= steps and calls:
            calls.pop()()

    return on_progress


def test_paused_by_another(storage: Storage, demo: Predictor, same: Callable[[Run], None]) -> None:
    run = Run.create(storage, CONFIG, demo)
    with open_storage(storage.url) as other:
        progress = run.execute(
            Execution("inline", chunk=2), after(9, lambda: other.set_state(run.id, "paused", "as asked"))
        )
    record = storage.get_run(run.id)
    assert record.state is RunState.PAUSED and 9 <= progress.steps == record.steps_done < 40
    Run.resume(storage, run.id, demo).execute(Execution("inline"))
    same(run)


def test_cancelled_by_another(storage: Storage, demo: Predictor) -> None:
    run = Run.create(storage, CONFIG, demo)
    run.execute(Execution("process", 2, chunk=2), after(9, lambda: storage.set_state(run.id, "cancelling")))
    record = storage.get_run(run.id)
    assert record.state is RunState.CANCELLED and 9 <= record.steps_done < 40


def test_taken_over_by_another(storage: Storage, demo: Predictor, same: Callable[[Run], None]) -> None:
    """The first runner falls silent, is thought dead, and wakes up: it may not write any more."""
    run = Run.create(storage, CONFIG, demo)
    second = Run.resume(storage, run.id, demo)

    def lose() -> None:
        storage.set_state(run.id, "crashed", "thought dead")
        second.execute(Execution("inline", chunk=3), after(20, lambda: storage.set_state(run.id, "paused")))

    with pytest.raises((FencedError, Exception)) as caught:
        run.execute(Execution("inline", chunk=2), after(9, lose))
    assert isinstance(caught.value, FencedError) and caught.value.attempt == 1 and caught.value.current == 2
    assert storage.get_run(run.id).state is RunState.PAUSED
    run.execute(Execution("inline"))
    same(run)


@pytest.mark.parametrize("committed", [False, True], ids=["before the commit", "after the commit"])
def test_the_storage_goes_away(
    storage: Storage, demo: Predictor, same: Callable[[Run], None], committed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the middle of a commit that came through after all."""
    original, calls = Storage.commit_chunks, [0]

    def fragile(self: Storage, *args: Any, **more: Any) -> RunState:
        calls[0] += 1
        if calls[0] % 3:
            return original(self, *args, **more)
        if committed:
            original(self, *args, **more)
        raise UnavailableError("gone")

    run = Run.create(storage, CONFIG, demo)
    with monkeypatch.context() as patch:
        patch.setattr(Storage, "commit_chunks", fragile)
        run.execute(Execution("process", 2, chunk=2))
    assert calls[0] > 10
    same(run)


def test_a_storage_that_stays_away_leaves_the_run_resumable(
    storage: Storage, demo: Predictor, same: Callable[[Run], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> RunState:
        raise UnavailableError("gone")

    run = Run.create(storage, CONFIG, demo)
    with monkeypatch.context() as patch:
        patch.setattr(Storage, "commit_chunks", gone)
        with pytest.raises(UnavailableError):
            run.execute(Execution("inline", chunk=2, patience=0.2, lease_seconds=1.0))
    time.sleep(1.2)
    assert storage.expire_leases() == [run.id]
    run.execute(Execution("inline"))
    same(run)


@pytest.mark.parametrize("how", [Execution("inline", chunk=1), Execution("inline", chunk=3), Execution("process", 2)])
def test_exchanges_depend_on_nothing_but_the_run(
    storage: Storage, demo: Predictor, same: Callable[[Run], None], how: Execution
) -> None:
    run = Run.create(storage, SHARING, demo)
    run.execute(how)
    taken = storage.exchanges(run.id)
    assert taken and {e.step for e in taken} <= {4, 5, 6, 7, 8, 9}
    same(run)
    alone = Run.create(storage, replace(SHARING, exchange=0), demo)
    alone.execute(Execution("inline"))
    parted = compare(storage, run.id, alone.id)
    assert parted.config == {"exchange": (4, 0)} and not parted.identical
    assert min(parted.chains.values()) == min(e.step for e in taken) + 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interrupt_at_an_exchange(
    storage: Storage, demo: Predictor, same: Callable[[Run], None], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, calls = Storage.exchange, [0]

    def interrupted(self: Storage, *args: Any) -> None:
        calls[0] += 1
        if when == "after":
            original(self, *args)
        raise KeyboardInterrupt

    run = Run.create(storage, SHARING, demo)
    with monkeypatch.context() as patch:
        patch.setattr(Storage, "exchange", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run.execute(Execution("inline", chunk=3))
    assert calls[0] == 1 and storage.get_run(run.id).state is RunState.PAUSED
    run.execute(Execution("inline", chunk=2))
    same(run)


@pytest.mark.parametrize("steps", range(2, 20, 2))
def test_an_interrupt_between_exchanges_at_which_nothing_was_taken_over(
    storage: Storage, demo: Predictor, same: Callable[[Run], None], steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is stored of those, also not that they are over: it is so where nobody has a K."""
    monkeypatch.setattr("protomodels.runs.loop.exchange", lambda *_: {})
    run = Run.create(storage, replace(SHARING, walkers=2), demo)
    run.execute(Execution("inline", chunk=2), after(steps, lambda: storage.set_state(run.id, "paused")))
    assert storage.get_run(run.id).state is RunState.PAUSED
    run.execute(Execution("inline", chunk=2))
    assert storage.exchanges(run.id) == []
    same(run)


def test_who_takes_over_from_whom(simple: ProtoModel) -> None:
    """Two modes: the stop model of walker 2, and that of walker 6 without the stop; 0 and 4 are copies of the first.

    Of ten walkers 6 to 9 are scouts; of the other six the lowest, walker 1, may take a mode over, and walker 5 has come
    down from its own.
    """
    other = replace_particles(simple, 1000006)
    heights = [3.0, None, 9.0, 1.0, 5.0, 6.0, 8.9, 4.0, 7.0, 6.0]
    states = {}
    for i, K in enumerate(heights):
        model = other if i == 6 else simple
        peak = None if K is None else Peak(model, K, 1.0, None)
        now = 2.0 if i == 5 else K
        states[i] = WalkState(model, now, 1.0, None, 8, K, bits_of(np.random.default_rng(i)), peak)
    assert [walker for walker, _ in modes(states)] == [2, 6]
    fallback, anew = 0, set()
    for seed in range(40):
        taken = exchange(states, seed, step=8)
        assert set(taken) == set(states) and exchange(states, seed, 8) == taken
        for walker, (source, state) in taken.items():
            assert (state.rng, state.step) == (states[walker].rng, 8)
            assert {one.K for one in state.met} == {9.0, 8.9}
            if walker == 1:
                assert source in (2, 6) and state.K == heights[source] and state.peak is None
            elif walker == 5:
                assert source == 5 and state.K == 6.0
            elif is_scout(walker, 10) and state.peak is None:
                assert source == walker and state.K is None
                anew.add((seed, walker))
            else:
                assert source == walker and (state.K, state.peak) == (states[walker].K, states[walker].peak)
        fallback += taken[1][0] == 6
    assert 10 < fallback < 30 and 30 < len(anew) < 80  # of 40 and of 160: within 3.2 and 3.9 sigma
    assert exchange({i: replace(state, peak=None, K=None) for i, state in states.items()}, 1, 8) == {}


def test_what_a_walker_has_met_is_known_to_all(simple: ProtoModel) -> None:
    """A mode that nobody stands on any more is still handed on."""
    rare = Peak(replace_particles(simple, 1000006), 7.0, 1.0, None)
    own = Peak(simple, 5.0, 1.0, None)
    states = {i: WalkState(simple, 5.0, 1.0, None, 8, 5.0, bits_of(np.random.default_rng(i)), own) for i in range(5)}
    states[3] = replace(states[3], met=(rare,))
    assert modes(states) == [(3, rare), (0, own)]
    assert all(rare in state.met for _, state in exchange(states, 1, 8).values())


def replace_particles(model: ProtoModel, pid: int) -> ProtoModel:
    """The model without a particle."""
    editor = ModelEditor.of(model)
    editor.remove(pid)
    return editor.build()


def test_partners_of_light_quarks_are_one_mode() -> None:
    def state(pid: int, K: float) -> WalkState:
        model = ProtoModel({1000022: 100.0, pid: 500.0}, {pid: {(1000022, pid - 1000000): 1.0}})
        return WalkState(model, K, 1.0, None, 8, K, {})

    found = modes({0: state(1000001, 3.0), 1: state(1000004, 4.0), 2: state(1000005, 1.0)})
    assert [(walker, place.K) for walker, place in found] == [(1, 4.0), (2, 1.0)]


@pytest.mark.parametrize("config", [CONFIG, SHARING], ids=["alone", "sharing"])
def test_stored_steps_are_walked_again(storage: Storage, demo: Predictor, config: RunConfig) -> None:
    run = Run.create(storage, config, demo)
    run.execute(Execution("inline", chunk=3))
    for walker in range(config.walkers):
        found = replay(storage, run.id, demo, walker)
        assert found.identical and found.again == found.stored and found.step == 10 and found.other_versions == {}
    middle = replay(storage, run.id, demo, 2, 7)
    assert middle.identical and middle.again.step == 7 and middle.state.step == 7
    with pytest.raises(NotFoundError, match="step: got 11; allowed: a stored step of walker 0: 1 to 10"):
        replay(storage, run.id, demo, 0, 11)
    with pytest.raises(ConfigError, match="walker: got 9"):
        replay(storage, run.id, demo, 9)


def test_a_step_that_was_changed_is_found(storage: Storage, demo: Predictor) -> None:
    run, other = (Run.create(storage, replace(CONFIG, exchange=0), demo) for _ in range(2))
    for each in (run, other):
        each.execute(Execution("inline", chunk=5))
    steps = storage.steps(run.id, 1, after=5)
    steps[2] = replace(steps[2], Z=steps[2].Z + 1e-15 + 1e-15 * abs(steps[2].Z))
    with writing(storage._usable()) as connection:
        change = text("UPDATE chunks SET packed = :packed WHERE run = :run AND walker = 1 AND first_step = 6")
        assert connection.execute(change, {"packed": pack(steps), "run": run.id}).rowcount == 1
    assert replay(storage, run.id, demo, 1).first_difference == 8
    assert replay(storage, run.id, demo, 1, 7).identical
    assert compare(storage, run.id, other.id).chains == {1: 8}
    assert with_retries(lambda: compare(storage, other.id, other.id)).identical
