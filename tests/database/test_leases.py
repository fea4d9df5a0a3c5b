"""Who works on a run: leases, attempts, late writers, exchanges; on every kind of storage."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from protomodels.database import ExchangeRecord, FencedError, NewRun, RunState, Storage, TransitionError
from protomodels.database.queries.leases import MAX_STALLED
from protomodels.errors import NotFoundError, StorageError
from tests.storages import a_chunk, a_hiscore, contents, new_run

SHORT = 0.05
"""Seconds; a lease that is over after a short sleep."""


def queued(storage: Storage) -> str:
    return storage.create_run(new_run())


class TestLeases:
    """The contract."""

    def test_the_oldest_queued_run_is_taken_up_once(self, storage: Storage) -> None:
        first, second = queued(storage), queued(storage)
        lease = storage.lease("me")
        assert lease is not None and (lease.run, lease.attempt, lease.runner) == (first, 1, "me")
        record = storage.get_run(first)
        assert (record.state, record.runner, record.attempt, record.stalled) == (RunState.RUNNING, "me", 1, 0)
        assert record.lease_until is not None and record.heartbeat_at is not None
        assert (record.lease_until - record.heartbeat_at).total_seconds() == pytest.approx(20.0)
        other = storage.lease("you")
        assert other is not None and other.run == second
        assert storage.lease("they") is None
        with pytest.raises(TransitionError, match=f"run {first} is running: me is at work on it"):
            storage.lease("they", run=first)
        with pytest.raises(NotFoundError):
            storage.lease("they", run="r0")

    def test_many_runners_share_the_queue(self, storage: Storage) -> None:
        runs = [queued(storage) for _ in range(12)]

        def take(number: int) -> list[str]:
            taken = []
            while (lease := storage.lease(f"{number}")) is not None:
                taken.append(lease.run)
            return taken

        with ThreadPoolExecutor(4) as pool:
            taken = [run for part in pool.map(take, range(4)) for run in part]
        assert sorted(taken) == runs

    def test_signs_of_life_keep_a_lease(self, storage: Storage) -> None:
        run = queued(storage)
        lease = storage.lease("me", seconds=SHORT)
        assert lease is not None
        time.sleep(2 * SHORT)
        assert storage.heartbeat(lease, 30.0) is RunState.RUNNING  # late, but nobody came before
        assert storage.expire_leases() == [] and storage.get_run(run).state is RunState.RUNNING

    def test_the_silent_crash_and_lose_the_run(self, storage: Storage) -> None:
        run = queued(storage)
        lease = storage.lease("me", seconds=SHORT)
        assert lease is not None
        storage.commit_chunks(run, {0: a_chunk(1)}, lease.attempt)
        time.sleep(2 * SHORT)
        assert storage.expire_leases() == [run]
        record = storage.get_run(run)
        assert record.state is RunState.CRASHED and "nothing was heard of me since" in record.reason
        with pytest.raises(TransitionError):
            storage.commit_chunks(run, {0: a_chunk(3)}, lease.attempt)
        assert storage.lease("you") is None  # crashed runs only on request
        again = storage.lease("you", recover=True)
        assert again is not None and (again.run, again.attempt) == (run, 2)
        before = contents(storage, run)
        late = {0: a_chunk(3, 2, [a_hiscore("late", 99.0)])}
        with pytest.raises(FencedError, match=f"run {run} is in attempt 2 by now: attempt 1"):
            storage.commit_chunks(run, late, lease.attempt)
        with pytest.raises(FencedError):
            storage.heartbeat(lease)
        with pytest.raises(FencedError):
            storage.set_state(run, "failed", "late", attempt=lease.attempt)
        with pytest.raises(FencedError):
            storage.exchange(run, [], lease.attempt)
        assert contents(storage, run) == before
        storage.commit_chunks(run, {0: a_chunk(3)}, again.attempt)

    def test_a_run_that_kills_its_runners_is_left_alone(self, storage: Storage) -> None:
        run = queued(storage)
        attempts = 0
        while (lease := storage.lease("me", seconds=SHORT, recover=True)) is not None:
            attempts += 1
            if attempts == 2:  # a step: not stalled
                storage.commit_chunks(run, {0: a_chunk(1)}, lease.attempt)
            time.sleep(2 * SHORT)
        assert attempts == 3 + MAX_STALLED and storage.get_run(run).state is RunState.CRASHED
        assert storage.lease("me", run=run) is not None  # somebody asks for it

    def test_others_pause_and_cancel(self, storage: Storage) -> None:
        run = queued(storage)
        lease = storage.lease("me")
        assert lease is not None
        storage.set_state(run, "paused")
        assert storage.heartbeat(lease) is RunState.PAUSED
        assert storage.commit_chunks(run, {0: a_chunk(1)}, lease.attempt) is RunState.PAUSED  # it was in flight
        again = storage.lease("me", run=run)
        assert again is not None
        storage.set_state(run, "cancelling")
        assert storage.commit_chunks(run, {0: a_chunk(3)}, again.attempt) is RunState.CANCELLING
        storage.set_state(run, "cancelled", attempt=again.attempt)
        record = storage.get_run(run)
        assert (record.runner, record.lease_until) == (None, None)
        with pytest.raises(TransitionError):
            storage.lease("me", run=run)

    def test_a_run_that_was_to_be_cancelled_is_when_its_runner_dies(self, storage: Storage) -> None:
        run = queued(storage)
        storage.lease("me", seconds=SHORT)
        storage.set_state(run, "cancelling")
        time.sleep(2 * SHORT)
        storage.expire_leases()
        assert [t.to_state for t in storage.transitions(run)][-2:] == [RunState.CRASHED, RunState.CANCELLED]

    def test_exchanges_all_or_nothing(self, storage: Storage) -> None:
        run = queued(storage)
        lease = storage.lease("me")
        assert lease is not None
        storage.commit_chunks(run, {0: a_chunk(1, 4), 1: a_chunk(1, 4), 2: a_chunk(1, 3)}, lease.attempt)
        good = ExchangeRecord(4, 0, 1, '{"taken": 1}', "{}")
        before = contents(storage, run)
        with pytest.raises(StorageError, match=r"walker 2 of run .* is not at step 4"):
            storage.exchange(run, [good, ExchangeRecord(4, 2, 1, "{}", "{}")], lease.attempt)
        assert contents(storage, run) == before and storage.exchanges(run) == []
        storage.exchange(run, [good], lease.attempt)
        assert storage.exchanges(run) == [good]
        assert storage.walker_states(run)[0].state_json == '{"taken": 1}'
        with pytest.raises(StorageError):
            storage.exchange(run, [good], lease.attempt)  # twice


def test_run_ids_are_given_once(storage: Storage) -> None:
    new: NewRun = new_run()
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: storage.create_run(new), range(24)))
    assert len(set(ids)) == 24
